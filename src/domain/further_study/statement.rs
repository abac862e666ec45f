//! One enrolment and one sitting, folded: what a source says of them now.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::row::{EnrolmentRow, Institution, SittingRow, StudyRow, month};
use crate::domain::evidence::HeardFrom;
use crate::domain::ids::{BatchId, SealedRevision, StaffId};
use crate::domain::statements::review::Review;
use crate::domain::statements::{Said, Source};
use crate::domain::terms::{Exam, ExamResult, StudyChannel, StudyLevel};

/// One round of study at an institution: from admission to registration to leaving.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolment {
    pub institution: Institution,
    pub channel: StudyChannel,
    pub level: StudyLevel,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admitted_on: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registered_on: Option<Date>,
    /// The last day of the study there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<Date>,
    /// The institution's name and the student's specialty there.
    pub sealed: SealedRevision,
}

/// What tells an enrolment from all others of the graduate: its day is that of registration, before it that of admission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EnrolmentKey {
    pub source: Source,
    pub institution: Institution,
    pub on: Date,
}

/// What one source says of one enrolment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolmentStatement {
    pub source: Source,
    pub enrolment: Enrolment,
    pub review: Review,
    /// 填报日期, else the day of which the batch speaks, of the last row that changed something.
    pub reported_on: Date,
    pub heard_from: Option<HeardFrom>,
    /// Who recorded something of it.
    pub by: Vec<StaffId>,
    /// The batch that set the report day.
    pub said_in: BatchId,
    /// The version of the event that said last what it says.
    pub version: u64,
}

/// What one source says of one sitting of an exam.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sitting {
    pub source: Source,
    pub exam: Exam,
    /// `None` where no row said a day.
    pub on: Option<Date>,
    /// `None`: only that the graduate sat.
    pub result: Option<ExamResult>,
    pub reported_on: Date,
    /// The batch that set the report day.
    pub said_in: BatchId,
    /// The version of the event that said last what it says.
    pub version: u64,
}

impl Enrolment {
    /// The day by which it is told from others of the institution.
    pub fn on(&self) -> Option<Date> {
        self.registered_on.or(self.admitted_on)
    }

    /// The first day on which the graduate no longer studies there.
    pub fn ends_on(&self) -> Option<Date> {
        self.last_day.map(|day| day.saturating_add(1.day()))
    }

    pub(super) fn round(&self) -> Round {
        Round { institution: self.institution, admitted_on: self.admitted_on, registered_on: self.registered_on }
    }
}

/// What tells the rounds of study of one source apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Round {
    pub institution: Institution,
    pub admitted_on: Option<Date>,
    pub registered_on: Option<Date>,
}

impl Round {
    pub(super) fn of(row: &EnrolmentRow) -> Self {
        let (admitted_on, registered_on) = (row.admitted_on.value(), row.registered_on.value());
        Self { institution: row.institution, admitted_on, registered_on }
    }

    /// Whether what another round's days say may be said of this one. With a day of registration it may, where this one has
    /// that day, or none and no other day of admission; without, where no day of admission tells them apart.
    pub(super) fn may_be(&self, said: &Self) -> bool {
        let is_told_apart = matches!((said.admitted_on, self.admitted_on), (Some(said), Some(known)) if said != known);
        let is_same = match (said.registered_on, self.registered_on) {
            (Some(said), Some(known)) => said == known,
            (None, Some(known)) => !is_told_apart && said.admitted_on.is_none_or(|said| said <= known),
            (Some(_) | None, None) => !is_told_apart,
        };
        self.institution == said.institution && is_same
    }
}

impl EnrolmentStatement {
    pub fn key(&self) -> Option<EnrolmentKey> {
        let Enrolment { institution, .. } = self.enrolment;
        self.enrolment.on().map(|on| EnrolmentKey { source: self.source, institution, on })
    }

    pub fn takes_part(&self) -> bool {
        self.review.counts(false)
    }

    /// What a row makes of what stood before; `None` where a new record lacks its channel or level.
    pub(super) fn after(
        before: Option<&Self>,
        row: &EnrolmentRow,
        said: &Said<StudyRow>,
        version: u64,
    ) -> Option<Self> {
        let known = before.map(|before| before.enrolment);
        let enrolment = Enrolment {
            institution: row.institution,
            channel: row.channel.or(known.map(|known| known.channel))?,
            level: row.level.or(known.map(|known| known.level))?,
            admitted_on: row.admitted_on.over(known.and_then(|known| known.admitted_on)),
            registered_on: row.registered_on.over(known.and_then(|known| known.registered_on)),
            last_day: row.last_day.over(known.and_then(|known| known.last_day)),
            sealed: row.sealed.or(known.map(|known| known.sealed)).unwrap_or(row.institution.0),
        };
        let fresh = || Self {
            source: said.source,
            enrolment,
            review: Review::of(said.source),
            reported_on: said.said_on,
            heard_from: None,
            by: vec![],
            said_in: said.batch,
            version,
        };
        let mut after = before.cloned().unwrap_or_else(fresh);
        after.enrolment = enrolment;
        after.review.add(&row.evidence);
        let says_anew = said.source.says_anew() && said.said_on > after.reported_on;
        let is_so = before.is_some_and(|before| {
            (before.enrolment, &before.review.evidence) == (after.enrolment, &after.review.evidence)
        });
        if is_so && !says_anew {
            return Some(after);
        }
        after.reported_on = said.report_day(row.reported_on, before.map(|before| (before.said_in, before.reported_on)));
        after.said_in = said.batch;
        after.heard_from = row.heard_from.or(after.heard_from);
        after.by.extend(said.by.filter(|by| !after.by.contains(by)));
        after.version = version;
        Some(after)
    }
}

impl Sitting {
    /// Whether it is of this month.
    pub fn is_in_month_of(&self, day: Date) -> bool {
        self.on.map(month) == Some(month(day))
    }

    /// How far the graduate got by what is said: who sat, sat.
    pub fn reached(&self) -> ExamResult {
        self.result.unwrap_or(ExamResult::Sat)
    }

    pub(super) fn after(before: Option<&Self>, row: &SittingRow, said: &Said<StudyRow>, version: u64) -> Self {
        let result = row.result.over(before.and_then(|before| before.result));
        let on = row.on.or(before.and_then(|before| before.on));
        let reported_on = said.report_day(row.reported_on, before.map(|before| (before.said_in, before.reported_on)));
        let said_in = said.batch;
        let after = Self { source: said.source, exam: row.exam, on, result, reported_on, said_in, version };
        match before {
            Some(before) => {
                let says_anew = said.source.says_anew() && said.said_on > before.reported_on;
                let is_so = (before.on, before.result) == (on, result);
                if is_so && !says_anew { before.clone() } else { after }
            }
            None => after,
        }
    }
}
