//! Questions: which persons does a figure count, and which event decides for each? Of whom are two things said that
//! cannot both be? Unit: persons.
//!
//! The movements say who is in which situation. The event that decides is found by folding the person's own events
//! again, as the read model did.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::VariantArray;
use uuid::Uuid;

use super::CohortAsOf;
use super::cohort::{Cohort, CountedSituation, IndexedState, NONE};
use super::count::{CellKey, is_inside};
use super::folded::FoldedGraduate;
use super::graduate_day::{DecidingPositions, GraduateDay, JobDetails, StudyState};
use crate::domain::StreamType;
use crate::domain::figures::PopulationCounts;
use crate::domain::figures::definitions::OpenFigure;
use crate::domain::figures::populations::{GRADUATES, UNKNOWN};
use crate::domain::ids::StudentId;
use crate::domain::student::StudentRegistration;
use crate::domain::terms::{Entry, SpecialtyMatch, Standing, Term, entry};
use crate::event_log::fault::LogFault;
use crate::event_log::{EngineError, EventLog};
use crate::projections::employer_directory::Mergers;
use crate::text::lang::{Sentence, say};

/// The part of a figure in which a person is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FigurePart {
    Numerator,
    DenominatorOnly,
    Excluded,
}

impl FigurePart {
    /// The part of a person who is counted like this.
    fn of(figure: OpenFigure, counts: &PopulationCounts) -> Self {
        match figure.over(counts) {
            (_, 0) => Self::Excluded,
            (0, _) => Self::DenominatorOnly,
            (_, _) => Self::Numerator,
        }
    }
}

/// One person behind a figure, and why the person is counted so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonBehind {
    pub student: StudentId,
    pub school: String,
    pub class: String,
    pub part: FigurePart,
    /// The position of the event that decides; of a graduate whose destination is unknown, that of the graduation.
    pub position: i64,
    /// What the person counts as on that day: a code.
    pub kind: String,
    /// The same in words.
    pub reason: Sentence,
    /// The day of the latest report of where the person is, up to the question's.
    pub informed_on: Option<Date>,
}

/// How far somebody's further study is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum StudyPart {
    #[default]
    Registered,
    Admitted,
    Left,
    /// Registered, and said to work beside.
    Both,
}

impl Term for StudyPart {
    const NAME: &'static str = "升学情况";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Registered, "registered", "已报到", &[]),
        entry(Self::Admitted, "admitted", "已录取、没有报到", &[]).en("admitted, not registered"),
        entry(Self::Left, "left", "报到以后离校", &[]).en("left after registering"),
        entry(Self::Both, "both", "既升学又就业", &[]).en("both studying and employed"),
    ];
}

impl StudyPart {
    fn has(self, of: &CountedSituation) -> bool {
        let is_registered = of.study == Some(StudyState::Registered);
        of.counts.of(&GRADUATES) == 1
            && match self {
                Self::Registered => is_registered,
                Self::Admitted => of.study == Some(StudyState::Admitted),
                Self::Left => of.study == Some(StudyState::Left),
                Self::Both => is_registered && of.job_kind.is_some(),
            }
    }
}

/// One person behind a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    pub(super) student: Uuid,
    pub(super) school: String,
    pub(super) class: String,
    pub(super) part: FigurePart,
}

impl Cohort {
    /// All persons of the cohort, or of one cell of a breakdown, with their part in a figure, in the order of school
    /// and student.
    pub fn parts(&self, question: &CohortAsOf, figure: OpenFigure, cell: &CellKey) -> Vec<Counted> {
        let part = |situation: &CountedSituation, job: &JobDetails| {
            cell.has_state(situation, job).then(|| FigurePart::of(figure, &situation.counts))
        };
        let mut persons = self.counted(question, |profile| cell.has_profile(profile), part);
        persons.sort_unstable_by(|a, b| (&a.school, a.student).cmp(&(&b.school, b.student)));
        persons
    }

    /// Graduates without a known destination, in the order of school, class and student.
    pub fn unknown(&self, question: &CohortAsOf) -> Vec<Counted> {
        let is_unknown = |situation: &CountedSituation| situation.counts.of(&UNKNOWN) == 1;
        let mut persons =
            self.counted(question, |_| true, |of, _| is_unknown(of).then_some(FigurePart::DenominatorOnly));
        persons.sort_unstable_by(|a, b| (&a.school, &a.class, a.student).cmp(&(&b.school, &b.class, b.student)));
        persons
    }

    /// Graduates of whom something else is said than what decides: study and a job, several jobs, or a job and no employment;
    /// at units that are one by now no more. They are in the order of school and student.
    pub fn conflicting(&self, question: &CohortAsOf, mergers: &Mergers) -> Vec<Counted> {
        let differ = |of: &CountedSituation| of.is_conflict && !mergers.are_one(&of.rivals);
        let mut persons = self.counted(question, |_| true, |of, _| differ(of).then_some(FigurePart::Numerator));
        persons.sort_unstable_by(|a, b| (&a.school, a.student).cmp(&(&b.school, b.student)));
        persons
    }

    /// The graduates whose further study is so far, in the order of school, class and student.
    pub fn studied(&self, question: &CohortAsOf, part: StudyPart) -> Vec<Counted> {
        let mut persons = self.counted(question, |_| true, |of, _| part.has(of).then_some(FigurePart::Numerator));
        persons.sort_unstable_by(|a, b| (&a.school, &a.class, a.student).cmp(&(&b.school, &b.class, b.student)));
        persons
    }

    /// The graduates, in no order.
    pub fn graduates(&self, question: &CohortAsOf) -> Vec<Counted> {
        self.counted(question, |_| true, |of, _| (of.counts.of(&GRADUATES) == 1).then_some(FigurePart::Numerator))
    }

    /// The persons under these profiles who are in a state for which `part` gives a part, in no order.
    fn counted(
        &self,
        question: &CohortAsOf,
        is_asked: impl Fn(&StudentRegistration) -> bool,
        part: impl Fn(&CountedSituation, &JobDetails) -> Option<FigurePart>,
    ) -> Vec<Counted> {
        let part = |state: &IndexedState| {
            let (situation, job) = self.of_state(*state);
            if state.situation == NONE { None } else { part(situation, job) }
        };
        let parts: Vec<Option<FigurePart>> = self.states.items().iter().map(part).collect();
        let mut times: HashMap<(u32, u32), i64> = HashMap::new();
        for movement in self.known_at(question.known_at).iter().filter(|movement| movement.from <= question.as_of) {
            for (state, sign) in [(movement.left, -1), (movement.entered, 1)] {
                if parts[state as usize].is_some() {
                    *times.entry((movement.person, state)).or_default() += sign;
                }
            }
        }
        let counted = |((person, state), times): ((u32, u32), i64)| {
            let person = &self.persons.items()[person as usize];
            let profile = &self.profiles.items()[person.profile as usize];
            let is_asked = times != 0 && is_inside(&question.scope, profile) && is_asked(profile);
            let part = parts[state as usize].filter(|_| is_asked)?;
            let (school, class) = (profile.school.as_str().to_owned(), profile.class.as_str().to_owned());
            Some(Counted { student: person.student, school, class, part })
        };
        times.into_iter().filter_map(counted).collect()
    }
}

impl Counted {
    /// The person.
    pub fn student(&self) -> StudentId {
        StudentId(self.student)
    }
}

/// The persons with the event that decides for each on the question's day; with `about_exam`, the event that decides on
/// the exam.
///
/// # Errors
/// When the log cannot be read, or a person's events do not make the person a graduate, so that the read model is
/// wrong.
pub async fn decided(
    log: &EventLog,
    question: &CohortAsOf,
    counted: Vec<Counted>,
    about_exam: bool,
) -> Result<Vec<PersonBehind>, EngineError> {
    /// How many persons' events are in memory at once.
    const CHUNK_LEN: usize = 512;
    const STREAMS: [StreamType; 3] = [StreamType::Student, StreamType::Outcome, StreamType::FurtherStudy];
    let mut persons = Vec::with_capacity(counted.len());
    for chunk in counted.chunks(CHUNK_LEN) {
        let students: Vec<Uuid> = chunk.iter().map(|counted| counted.student).collect();
        let histories = log.events_up_to(&STREAMS, &students, question.known_at).await?;
        for counted in chunk {
            let mut graduate = FoldedGraduate::default();
            for historic in histories.get(&counted.student).into_iter().flatten() {
                graduate.take(historic.position, historic.version, &historic.event);
            }
            let (day, deciding) = graduate
                .on(question.as_of)
                .ok_or_else(|| EngineError::Refused(LogFault::Unexplained { student: counted.student }))?;
            let informed_on = graduate.informed_on(question.as_of);
            persons.push(PersonBehind { informed_on, ..person(counted, &day, &deciding, about_exam) });
        }
    }
    Ok(persons)
}

/// The persons among these graduates who graduated at two schools, as pairs of students. They are found by the keyed
/// index of their document number. Only the city may ask.
///
/// # Errors
/// When the database cannot be read.
pub async fn at_two_schools(log: &EventLog, graduates: &[Counted]) -> Result<Vec<(StudentId, StudentId)>, EngineError> {
    let graduates: HashSet<Uuid> = graduates.iter().map(|counted| counted.student).collect();
    let mut pairs = vec![];
    let mut last: Option<(String, StudentId)> = None;
    for (key, student) in log.keys_in_several_scopes("student").await? {
        if !graduates.contains(&student) {
            continue;
        }
        let student = StudentId(student);
        if let Some((_, first)) = last.as_ref().filter(|(last_key, _)| *last_key == key) {
            pairs.push((*first, student));
        }
        last = Some((key, student));
    }
    Ok(pairs)
}

/// A person with the event that decides, and what it makes the person count as.
fn person(counted: &Counted, day: &GraduateDay, deciding: &DecidingPositions, about_exam: bool) -> PersonBehind {
    let situation = &day.situation;
    let (position, kind, reason) = match (situation.standing, situation.study, situation.job, situation.not_employed) {
        (standing, _, _, _) if standing != Standing::Graduated => {
            let reason = say(format!("{}，不是毕业生", standing.zh()), format!("{}, not a graduate", standing.en()));
            (Some(deciding.standing), standing.code(), reason)
        }
        _ if about_exam => match situation.exam {
            Some(result) => {
                let reason = say(format!("职教高考：{}", result.zh()), format!("exam: {}", result.en()));
                (deciding.exam, result.code(), reason)
            }
            None => (None, "no_exam", say("没有职教高考记录", "no record of the exam")),
        },
        (_, Some(study), _, _) if study.state == StudyState::Registered => {
            let (level, channel) = (study.level, study.channel);
            let reason = say(
                format!("已报到升学：{}，{}", level.zh(), channel.zh()),
                format!("in further study: {}, {}", level.en(), channel.en()),
            );
            (deciding.study, "further_study", reason)
        }
        (_, _, Some(job), _) => {
            let matched = match job.on_specialty {
                Some(SpecialtyMatch::Near | SpecialtyMatch::Full) => say("对口", "on specialty"),
                Some(SpecialtyMatch::None) => say("不对口", "not on specialty"),
                None => say("对口情况未判定", "on specialty or not is not judged"),
            };
            let reason = say(
                format!("直接就业：{}，{}", job.kind.zh(), matched.zh),
                format!("direct employment: {}, {}", job.kind.en(), matched.en),
            );
            (deciding.job, job.kind.code(), reason)
        }
        (_, _, None, Some(kind)) => {
            let reason = say(format!("未就业：{}", kind.zh()), format!("not employed: {}", kind.en()));
            (deciding.not_employed, kind.code(), reason)
        }
        (_, study, None, None) => {
            let why = match study.map(|study| study.state) {
                Some(StudyState::Admitted) => {
                    say("已录取而未报到，没有其他去向", "admitted and not enrolled, no other destination")
                }
                Some(StudyState::Left) => say("报到后离校，没有其他去向", "left the college, no other destination"),
                Some(StudyState::Registered) | None => {
                    say("没有当日有效的去向记录", "no destination is recorded for the day")
                }
            };
            let reason = say(format!("去向未知：{}", why.zh), format!("destination unknown: {}", why.en));
            (None, "unknown", reason)
        }
    };
    PersonBehind {
        student: StudentId(counted.student),
        school: counted.school.clone(),
        class: counted.class.clone(),
        part: counted.part,
        position: position.unwrap_or(deciding.standing),
        kind: kind.to_owned(),
        reason,
        informed_on: None,
    }
}
