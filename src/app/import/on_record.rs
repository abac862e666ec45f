//! What is on record of one person before a file and after it, as far as the file changes it. Pure.
//!
//! Of a graduate that is what counts at the cut-off of the year of graduation; where it is the same, what else is said
//! otherwise. Of an exam the sittings; of a roster what it says of the student.

use std::collections::HashMap;

use cqrs_es::Aggregate as _;
use uuid::Uuid;

use crate::app::report::cut_off;
use crate::app::statement::show::{self, Said, ShownStatement};
use crate::domain::Event;
use crate::domain::day::epoch_day;
use crate::domain::further_study::FurtherStudy;
use crate::domain::further_study::statement::{EnrolmentStatement, Sitting};
use crate::domain::outcome::Outcome;
use crate::domain::outcome::statement::Statement;
use crate::domain::specialties::specialty_name;
use crate::domain::student::{RegisteredStudent, Student};
use crate::domain::terms::Term;
use crate::event_log::record::HistoricEvent;
use crate::intake::kind::Kind;
use crate::people::{Person, Sealed, masked_name};
use crate::projections::cohort_outcomes::count::Dimension;
use crate::projections::cohort_outcomes::deciding::Deciding;
use crate::text::lang::{Sentence, say};

/// What is on record of a person, as far as it changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OnRecord {
    /// Of a graduate: what is said. Nothing: the destination is unknown, or no exam is known.
    pub statements: Vec<ShownStatement>,
    /// What else it is, or of what stays otherwise the same: a name and the words for it.
    pub details: Vec<(Sentence, Sentence)>,
}

/// The same before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    pub before: OnRecord,
    pub after: OnRecord,
    /// Whether what changes is what counts at the cut-off; `None` where a file is about something else.
    pub decides: Option<bool>,
}

/// A graduate's streams, folded.
#[derive(Debug, Default)]
pub(super) struct Graduate {
    pub id: Uuid,
    pub student: Student,
    pub outcome: Outcome,
    pub study: FurtherStudy,
}

/// The names behind ids.
pub(super) struct Names {
    pub units: HashMap<Uuid, String>,
    pub sealed: HashMap<(Uuid, u32), Sealed>,
}

/// A statement with everything that can be otherwise of it, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stated {
    shown: ShownStatement,
    details: Vec<(Sentence, Option<Sentence>)>,
}

impl Graduate {
    pub(super) fn of(id: Uuid, history: &[HistoricEvent]) -> Self {
        let mut graduate = Self { id, ..Self::default() };
        for HistoricEvent { event, .. } in history {
            match event {
                Event::Student(event) => graduate.student.apply(event.clone()),
                Event::Outcome(event) => graduate.outcome.apply(event.clone()),
                Event::FurtherStudy(event) => graduate.study.apply(event.clone()),
                Event::School(_)
                | Event::Exemption(_)
                | Event::Placement(_)
                | Event::Agreement(_)
                | Event::Employer(_)
                | Event::Host(_)
                | Event::Season(_)
                | Event::Import(_)
                | Event::YearEnd(_)
                | Event::Survey(_)
                | Event::Invitation(_)
                | Event::Account(_)
                | Event::Log(_) => (),
            }
        }
        graduate
    }

    /// Whether something that a kind of file speaks of is on record.
    pub(super) fn has_before(&self, kind: Kind) -> bool {
        match kind {
            Kind::Roster => self.student.registered().is_some(),
            Kind::Outcomes | Kind::FurtherStudy => {
                !self.outcome.reading().is_empty() || !self.study.reading().enrolments.is_empty()
            }
            Kind::Exam => !self.study.reading().sittings.is_empty(),
            Kind::Schools | Kind::Employers | Kind::Placements | Kind::Staff => false,
        }
    }

    /// As who the person is known, if nobody erased it.
    pub(super) fn person<'n>(&self, names: &'n Names) -> Option<&'n Person> {
        let revision = self.student.registered()?.identity.0;
        names.sealed.get(&(self.id, revision))?.person()
    }
}

/// What a file of a kind changes of a graduate; `None` where nothing stands otherwise.
pub(super) fn changed(kind: Kind, before: &Graduate, after: &Graduate, names: &Names) -> Option<Changed> {
    match kind {
        Kind::Roster => of_student(before, after, names),
        Kind::Outcomes | Kind::FurtherStudy => of_destinations(before, after, names),
        Kind::Exam => {
            let sittings = |of: &Graduate| of.study.reading().sittings.iter().map(sitting).collect();
            difference(sittings(before), sittings(after), None)
        }
        Kind::Schools | Kind::Employers | Kind::Placements | Kind::Staff => None,
    }
}

fn of_destinations(before: &Graduate, after: &Graduate, names: &Names) -> Option<Changed> {
    let graduated_on = |of: &Graduate| of.student.reading().standings.graduated_on();
    let graduated_on = graduated_on(after).or(graduated_on(before))?;
    let day = epoch_day(cut_off(graduated_on.year()));
    let counting = |of: &Graduate| deciding(of, day, names).into_iter().collect();
    let all = |of: &Graduate| {
        let said = &of.outcome.reading().statements;
        let destinations = said.iter().map(|known| destination(known, said, names));
        let enrolments = of.study.reading().enrolments.iter().map(|known| enrolment(known, of.id, names));
        destinations.chain(enrolments).collect()
    };
    difference(counting(before), counting(after), Some(true))
        .or_else(|| difference(all(before), all(after), Some(false)))
}

/// What counts on a day.
fn deciding(of: &Graduate, day: i64, names: &Names) -> Option<Stated> {
    let (said, studied) = (of.outcome.reading(), of.study.reading());
    let deciding = Deciding::of(said, studied);
    match (deciding.study_on(day), deciding.destination_on(day)) {
        (Some(study), _) => Some(enrolment(study.statement, of.id, names)),
        (None, Some(decides)) => Some(destination(decides.statement, &said.statements, names)),
        (None, None) => None,
    }
}

/// What is among the one and not among the other; `None` where both are the same. Of one statement that is otherwise the
/// same, its details.
fn difference(before: Vec<Stated>, after: Vec<Stated>, decides: Option<bool>) -> Option<Changed> {
    let without = |one: &[Stated], other: &[Stated]| -> Vec<Stated> {
        one.iter().filter(|stated| !other.contains(stated)).cloned().collect()
    };
    let (gone, come) = (without(&before, &after), without(&after, &before));
    if gone.is_empty() && come.is_empty() {
        return None;
    }
    let (mut was, mut is) = (OnRecord::default(), OnRecord::default());
    if let ([one], [other]) = (gone.as_slice(), come.as_slice())
        && one.outline() == other.outline()
    {
        for ((name, before), (_, after)) in one.details.iter().zip(&other.details) {
            if before != after {
                was.details.push((name.clone(), before.clone().unwrap_or_else(not_recorded)));
                is.details.push((name.clone(), after.clone().unwrap_or_else(not_recorded)));
            }
        }
    }
    was.statements = gone.into_iter().map(|stated| stated.shown).collect();
    is.statements = come.into_iter().map(|stated| stated.shown).collect();
    Some(Changed { before: was, after: is, decides })
}

impl Stated {
    /// What, where and when.
    fn outline(&self) -> impl PartialEq + '_ {
        let ShownStatement { what, at, from, to, .. } = &self.shown;
        let what = match what {
            Said::Destination(kind, _) => Said::Destination(*kind, None),
            said @ (Said::Study(..) | Said::Exam(..)) => *said,
        };
        (what, at, from, to)
    }
}

fn words<T: Term>(term: T) -> Sentence {
    term.words()
}

fn not_recorded() -> Sentence {
    say("未填报", "not recorded")
}

fn plain(text: impl ToString) -> Sentence {
    say(text.to_string(), text.to_string())
}

/// What else every statement has.
fn review(shown: &ShownStatement) -> [(Sentence, Option<Sentence>); 4] {
    [
        (say("来源", "source"), Some(words(shown.source))),
        (say("佐证等级", "level"), Some(words(shown.level))),
        (say("认定状态", "review"), shown.state.map(words)),
        (say("填报日期", "reported on"), Some(plain(shown.reported_on))),
    ]
}

fn destination(known: &Statement, all: &[Statement], names: &Names) -> Stated {
    let shown = show::destination(known, all, &names.units);
    let of = &known.destination;
    let yuan = |yuan: u32| say(format!("{yuan} 元"), format!("{yuan} yuan"));
    let mut details = vec![
        (Dimension::Industry.words(), of.industry.map(words)),
        (Dimension::Place.words(), of.place.map(words)),
        (Dimension::Channel.words(), of.channel.map(words)),
        (Dimension::Salary.words(), of.salary_yuan.map(yuan)),
        (Dimension::Contract.words(), of.contract.map(words)),
        (Dimension::Insurance.words(), of.insurance.map(words)),
        (say("对口", "on specialty"), known.on_specialty.map(words)),
    ];
    details.extend(review(&shown));
    Stated { shown, details }
}

fn enrolment(known: &EnrolmentStatement, graduate: Uuid, names: &Names) -> Stated {
    let shown = show::enrolment(known, graduate, &names.sealed);
    let of = &known.enrolment;
    let specialty = match names.sealed.get(&(graduate, of.sealed.0)) {
        Some(Sealed::College { specialty, .. }) => specialty.as_ref().map(plain),
        Some(_) | None => None,
    };
    let mut details = vec![
        (say("升学渠道", "channel"), Some(words(of.channel))),
        (say("所学专业", "specialty there"), specialty),
        (say("录取日期", "admitted on"), of.admitted_on.map(plain)),
    ];
    details.extend(review(&shown));
    Stated { shown, details }
}

fn sitting(known: &Sitting) -> Stated {
    let shown = show::sitting(known);
    let details = review(&shown).to_vec();
    Stated { shown, details }
}

/// What a roster changes.
fn of_student(before: &Graduate, after: &Graduate, names: &Names) -> Option<Changed> {
    let (one, other) = (before.student.registered()?, after.student.registered()?);
    let both = entry(one, before.person(names)).into_iter().zip(entry(other, after.person(names)));
    let (mut was, mut is) = (OnRecord::default(), OnRecord::default());
    for ((name, before), (_, after)) in both.filter(|((_, before), (_, after))| before != after) {
        was.details.push((name.clone(), before));
        is.details.push((name, after));
    }
    if one.identity != other.identity {
        let masked = |of: &Graduate| of.person(names).map(|person| masked_name(&person.name)).unwrap_or_default();
        let (name, known, corrected) =
            (say("姓名、证件或联系方式", "name, document or contact"), masked(before), masked(after));
        was.details.push((name.clone(), plain(known)));
        is.details.push((name, say(format!("{corrected}（已更正）"), format!("{corrected} (corrected)"))));
    }
    (was != is).then_some(Changed { before: was, after: is, decides: None })
}

/// What a roster says of a student besides who it is.
fn entry(known: &RegisteredStudent, person: Option<&Person>) -> [(Sentence, Sentence); 5] {
    let registration = &known.registration;
    let own_word = || person.and_then(|person| person.specialty_name.as_ref()).map(plain);
    let specialty = match &registration.specialty {
        Some(code) => say(specialty_name(code.as_str()).unwrap_or(code.as_str()), code.as_str()),
        None => own_word().unwrap_or_else(not_recorded),
    };
    let standing = words(known.standing);
    let standing = match known.standing_since {
        Some(since) => say(format!("{}（{since}）", standing.zh), format!("{} ({since})", standing.en)),
        None => standing,
    };
    [
        (Dimension::Class.words(), plain(registration.class.as_str())),
        (Dimension::Specialty.words(), specialty),
        (say("学籍状态", "standing"), standing),
        (Dimension::Gender.words(), words(registration.gender)),
        (Dimension::Route.words(), registration.route.map_or_else(not_recorded, words)),
    ]
}
