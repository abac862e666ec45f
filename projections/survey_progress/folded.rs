//! The history of one campaign or of one invitation, and what it makes of each day. Pure.

use crate::domain::History;
use crate::domain::day::{epoch_day, from_epoch_day};
use crate::domain::ids::{ClassName, SchoolCode, SpecialtyCode, StudentId, SurveyId};
use crate::domain::invitation::{self, Asked, InvitationEvent};
use crate::domain::survey::codes::{SurveyStage, Wave};
use crate::domain::survey::schedule::Schedule;
use crate::domain::survey::{self, Campaign, ListedClass, SurveyEvent};
use crate::projections::rectangles::{ValidSpan, valid_spans};

/// What the campaign's events leave standing; of the classes only that there were some.
#[derive(Debug, Default)]
pub(super) struct FoldedSurvey {
    history: History<SurveyEvent>,
    /// Nothing is folded as it comes: a day is folded when it is asked for.
    unused: (),
    of: Option<(SchoolCode, i16, Wave)>,
}

/// A campaign on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SurveyDay {
    pub stage: SurveyStage,
    pub since: i64,
    pub schedule: Option<Schedule>,
    pub approved: Option<u32>,
}

impl FoldedSurvey {
    pub(super) fn take(&mut self, event: SurveyEvent) {
        if let SurveyEvent::SurveyDrafted { school, year, wave, .. } = &event {
            self.of = Some((school.clone(), *year, *wave));
        }
        let undone = if let SurveyEvent::Undone { version, .. } = &event { Some(*version) } else { None };
        // Whom a class lists stands in rows of its own.
        let kept = match event {
            SurveyEvent::ClassListed { listed, effective_on } => {
                let listed = ListedClass { graduates: vec![], ..listed };
                SurveyEvent::ClassListed { listed, effective_on }
            }
            event => event,
        };
        self.history.apply(&mut self.unused, kept, undone, |(), _| ());
    }

    /// Whose campaign it is, and of which cohort and wave.
    pub(super) fn of(&self) -> Option<&(SchoolCode, i16, Wave)> {
        self.of.as_ref()
    }

    pub(super) fn spans(&self) -> Vec<ValidSpan<SurveyDay>> {
        let stages = || self.history.standing().filter(|event| !matches!(event, SurveyEvent::ClassListed { .. }));
        valid_spans(stages().map(|event| epoch_day(*event.effective_on())).collect(), |day| {
            let date = from_epoch_day(day)?;
            let so_far = stages().filter(|event| *event.effective_on() <= date);
            let campaign = so_far.fold(Campaign::default(), survey::evolve);
            let (stage, since) = campaign.stage?;
            let (schedule, approved) = (campaign.schedule, campaign.approved);
            Some(SurveyDay { stage, since: epoch_day(since), schedule, approved })
        })
    }
}

/// Whom an invitation asks, and what its events leave standing.
#[derive(Debug, Default)]
pub(super) struct FoldedInvitation {
    history: History<InvitationEvent>,
    unused: (),
    pub of: Option<(SurveyId, StudentId, ClassName, Option<SpecialtyCode>)>,
}

impl FoldedInvitation {
    pub(super) fn take(&mut self, event: InvitationEvent) {
        if let InvitationEvent::InvitationBegun { survey, student, class, specialty, .. } = &event {
            self.of = Some((*survey, *student, class.clone(), specialty.clone()));
        }
        let undone = if let InvitationEvent::Undone { version, .. } = &event { Some(*version) } else { None };
        self.history.apply(&mut self.unused, event, undone, |(), _| ());
    }

    pub(super) fn spans(&self) -> Vec<ValidSpan<Asked>> {
        let days = self.history.standing().map(|event| epoch_day(*event.effective_on())).collect();
        valid_spans(days, |day| {
            let date = from_epoch_day(day)?;
            let so_far = self.history.standing().filter(|event| *event.effective_on() <= date);
            Some(so_far.fold(Asked::default(), invitation::evolve))
        })
    }
}
