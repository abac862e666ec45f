//! Question: who stands behind a figure, and which event decides for each? Who is in conflict? Unit: persons.
//!
//! The movements say who is in which situation; the event that decides is found by folding the person's own events
//! once more, as the read model did.

use std::collections::HashMap;

use sqlx::{AnyPool, Row as _};
use uuid::Uuid;

use super::cohort::{Cohort, NONE, Situation};
use super::count::{Question, is_inside};
use super::facts::Facts;
use super::says::{Deciding, Says, StudyState};
use crate::domain::StreamType;
use crate::domain::figures::Counts;
use crate::domain::figures::definitions::Definition;
use crate::domain::figures::populations::{GRADUATES, UNKNOWN};
use crate::domain::ids::StudentId;
use crate::domain::terms::{Match, Standing, Term};
use crate::event_log::{EngineError, EventLog};
use crate::projections::columns::id;

/// In which part of a figure a person is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Numerator,
    DenominatorOnly,
    Excluded,
}

impl Part {
    /// The part of one person of these counts.
    fn of(definition: &Definition, counts: &Counts) -> Self {
        match (definition.denominator.count(counts), counts.of(definition.numerator)) {
            (0, _) => Self::Excluded,
            (_, 0) => Self::DenominatorOnly,
            (_, _) => Self::Numerator,
        }
    }
}

/// One person behind a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub student: StudentId,
    pub school: String,
    pub class: String,
    pub part: Part,
    /// The deciding event's; of an unknown graduate, the graduation's.
    pub position: i64,
    /// What the person counts as on that day: a code.
    pub kind: String,
    /// The same in words.
    pub reason: String,
}

/// Who is counted, where, and in which part of a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    student: Uuid,
    school: String,
    class: String,
    part: Part,
}

impl Cohort {
    /// The persons of the cohort by their part in a figure, in the order of school and student.
    pub fn parts(&self, question: &Question, definition: &Definition) -> Vec<Counted> {
        let mut persons = self.counted(question, |situation| Some(Part::of(definition, &situation.counts)));
        persons.sort_unstable_by(|a, b| (&a.school, a.student).cmp(&(&b.school, b.student)));
        persons
    }

    /// Graduates without a known destination, in the order of school, class and student.
    pub fn unknown(&self, question: &Question) -> Vec<Counted> {
        let is_unknown = |situation: &Situation| situation.counts.of(&UNKNOWN) == 1;
        let mut persons = self.counted(question, |situation| is_unknown(situation).then_some(Part::DenominatorOnly));
        persons.sort_unstable_by(|a, b| (&a.school, &a.class, a.student).cmp(&(&b.school, &b.class, b.student)));
        persons
    }

    /// Graduates of whom two things are claimed at once: study and a job, several jobs, or a job and none.
    pub fn conflicting(&self, question: &Question) -> Vec<Counted> {
        let mut persons = self.counted(question, |situation| situation.is_conflict.then_some(Part::Numerator));
        persons.sort_unstable_by(|a, b| (&a.school, a.student).cmp(&(&b.school, b.student)));
        persons
    }

    pub fn graduates(&self, question: &Question) -> Vec<Counted> {
        self.counted(question, |situation| (situation.counts.of(&GRADUATES) == 1).then_some(Part::Numerator))
    }

    /// The persons of whom a situation holds that has a part, in no order.
    fn counted(&self, question: &Question, part: impl Fn(&Situation) -> Option<Part>) -> Vec<Counted> {
        let part = |state: &super::cohort::State| {
            let (situation, _) = self.of_state(*state);
            if state.situation == NONE { None } else { part(situation) }
        };
        let parts: Vec<Option<Part>> = self.states.things().iter().map(part).collect();
        let mut times: HashMap<(u32, u32), i64> = HashMap::new();
        for movement in self.known_at(question.known_at).iter().filter(|movement| movement.from <= question.as_of) {
            for (state, sign) in [(movement.left, -1), (movement.entered, 1)] {
                if parts[state as usize].is_some() {
                    *times.entry((movement.person, state)).or_default() += sign;
                }
            }
        }
        let counted = |((person, state), times): ((u32, u32), i64)| {
            let person = &self.persons.things()[person as usize];
            let profile = &self.profiles.things()[person.profile as usize];
            let part = parts[state as usize].filter(|_| times != 0 && is_inside(&question.scope, profile))?;
            let (school, class) = (profile.school.clone(), profile.class.clone());
            Some(Counted { student: person.student, school, class, part })
        };
        times.into_iter().filter_map(counted).collect()
    }
}

impl Counted {
    pub fn student(&self) -> StudentId {
        StudentId(self.student)
    }
}

/// The persons with the event that decides of each on the question's day; `about_exam` asks which one decides of the exam.
pub async fn decided(
    log: &EventLog,
    question: &Question,
    counted: Vec<Counted>,
    about_exam: bool,
) -> Result<Vec<Person>, EngineError> {
    /// Persons whose events are held at once.
    const CHUNK_LEN: usize = 512;
    const STREAMS: [StreamType; 3] = [StreamType::Student, StreamType::Outcome, StreamType::FurtherStudy];
    let mut persons = Vec::with_capacity(counted.len());
    for chunk in counted.chunks(CHUNK_LEN) {
        let students: Vec<Uuid> = chunk.iter().map(|counted| counted.student).collect();
        let told = log.told(&STREAMS, &students, question.known_at).await?;
        for counted in chunk {
            let mut facts = Facts::default();
            for told in told.get(&counted.student).into_iter().flatten() {
                facts.take(told.position, told.version, &told.event);
            }
            let (says, deciding) = facts.on(question.as_of).ok_or_else(|| {
                EngineError::Refused(format!("{} 已计入，其事件却没有说明；请运行 gradtrail verify", counted.student))
            })?;
            persons.push(person(counted, &says, &deciding, about_exam));
        }
    }
    Ok(persons)
}

/// Of these graduates those who graduated at two schools, found by the keyed index of their document number: pairs of
/// students. Only the city may ask.
pub async fn at_two_schools(
    readers: &AnyPool,
    graduates: &[Counted],
) -> Result<Vec<(StudentId, StudentId)>, sqlx::Error> {
    let rows = sqlx::query(
        "select key, stream from guard where kind = 'student'
             and key in (select key from guard where kind = 'student' group by key having count(*) > 1)
         order by key, scope",
    )
    .fetch_all(readers)
    .await?;
    let graduates: std::collections::HashSet<Uuid> = graduates.iter().map(|counted| counted.student).collect();
    let mut pairs = vec![];
    let mut last: Option<(String, StudentId)> = None;
    for row in rows {
        let (key, student) = (row.try_get::<String, _>(0)?, StudentId(id(&row, 1)?));
        if !graduates.contains(&student.0) {
            continue;
        }
        if let Some((_, first)) = last.as_ref().filter(|(last_key, _)| *last_key == key) {
            pairs.push((*first, student));
        }
        last = Some((key, student));
    }
    Ok(pairs)
}

/// A person with the event that decides, and what it says.
fn person(counted: &Counted, says: &Says, deciding: &Deciding, about_exam: bool) -> Person {
    let situation = &says.situation;
    let (position, kind, reason) = match (situation.standing, situation.study, situation.job, situation.not_employed) {
        (standing, _, _, _) if standing != Standing::Graduated => {
            (Some(deciding.standing), standing.code(), format!("{}，不是毕业生", standing.zh()))
        }
        _ if about_exam => match situation.exam {
            Some(result) => (deciding.exam, result.code(), format!("职教高考：{}", result.zh())),
            None => (None, "no_exam", "没有职教高考记录".to_owned()),
        },
        (_, Some(study), _, _) if study.state == StudyState::Registered => {
            let reason = format!("已报到升学：{}，{}", study.level.zh(), study.channel.zh());
            (deciding.study, "further_study", reason)
        }
        (_, _, Some(job), _) => {
            let matched = match job.on_specialty {
                Some(Match::Near | Match::Full) => "，对口",
                Some(Match::None) => "，不对口",
                None => "，对口情况未判定",
            };
            (deciding.job, job.kind.code(), format!("直接就业：{}{matched}", job.kind.zh()))
        }
        (_, _, None, Some(kind)) => (deciding.not_employed, kind.code(), format!("未就业：{}", kind.zh())),
        (_, study, None, None) => {
            let why = match study.map(|study| study.state) {
                Some(StudyState::Admitted) => "已录取而未报到，没有其他去向",
                Some(StudyState::Left) => "报到后离校，没有其他去向",
                Some(StudyState::Registered) | None => "没有当日有效的去向记录",
            };
            (None, "unknown", format!("去向未知：{why}"))
        }
    };
    Person {
        student: StudentId(counted.student),
        school: counted.school.clone(),
        class: counted.class.clone(),
        part: counted.part,
        position: position.unwrap_or(deciding.standing),
        kind: kind.to_owned(),
        reason,
    }
}
