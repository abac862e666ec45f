//! Question: who stands behind a figure, and which event decides for each? Who is in conflict? Unit: persons.

use sqlx::{AnyPool, Row as _};
use uuid::Uuid;

use super::count::{Question, RECTANGLES, bind};
use crate::domain::figures::definitions::Definition;
use crate::domain::figures::populations::{GRADUATES, UNKNOWN};
use crate::domain::ids::StudentId;
use crate::domain::terms::{DestinationKind, ExamResult, Standing, StudyChannel, StudyLevel, Term};

/// In which part of a figure a person is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Numerator,
    DenominatorOnly,
    Excluded,
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

const COLUMNS: &str = "student, school, class, standing, standing_position, study_state, study_level, study_channel, \
     study_position, exam, exam_position, job_v1_kind, job_v1_match, job_v1_position, not_employed_v1_kind, \
     not_employed_v1_position";

/// The persons a question is about, with what holds of each.
fn persons_of_question() -> String {
    format!(
        "from (select * {RECTANGLES}) rectangle join cohort_situations using (situation)
         join cohort_profiles using (profile)"
    )
}

/// The persons of the cohort by their part in a figure, in the order of school and student.
pub async fn explain(
    readers: &AnyPool,
    question: &Question,
    definition: &Definition,
) -> Result<Vec<Person>, sqlx::Error> {
    let (numerator, denominator) = (definition.numerator.predicate, definition.denominator.predicate());
    let sql = format!(
        "select {COLUMNS}, case when {denominator} then case when {numerator} then 2 else 1 end else 0 end
         {} order by school, student",
        persons_of_question()
    );
    let about_exam = definition.id.starts_with("exam_");
    let mut persons = vec![];
    for row in bind(&sql, question).fetch_all(readers).await? {
        let part = match row.try_get::<i64, _>(16)? {
            2 => Part::Numerator,
            1 => Part::DenominatorOnly,
            _ => Part::Excluded,
        };
        persons.push(person(&row, part, about_exam)?);
    }
    Ok(persons)
}

/// Graduates without a known destination.
pub async fn unknown(readers: &AnyPool, question: &Question) -> Result<Vec<Person>, sqlx::Error> {
    let (persons, unknown) = (persons_of_question(), UNKNOWN.predicate);
    let sql = format!("select {COLUMNS} {persons} where {unknown} order by school, class, student");
    let rows = bind(&sql, question).fetch_all(readers).await?;
    rows.iter().map(|row| person(row, Part::DenominatorOnly, false)).collect()
}

/// Graduates of whom two things are claimed at once: study and a job, several jobs, or a job and none.
pub async fn conflicting(readers: &AnyPool, question: &Question) -> Result<Vec<Person>, sqlx::Error> {
    let sql = format!(
        "select {COLUMNS} {} where {} and ((study_state = 'registered' and job_v1_kind is not null)
           or job_v1_claims > 1 or (job_v1_kind is not null and not_employed_v1_kind is not null))
         order by school, student",
        persons_of_question(),
        GRADUATES.predicate
    );
    let rows = bind(&sql, question).fetch_all(readers).await?;
    rows.iter().map(|row| person(row, Part::Numerator, false)).collect()
}

/// How many graduates there are at each school: (code, persons).
pub async fn graduates_by_school(readers: &AnyPool, question: &Question) -> Result<Vec<(String, i64)>, sqlx::Error> {
    let sql =
        format!("select school, count(*) {} where {} group by school", persons_of_question(), GRADUATES.predicate);
    let rows = bind(&sql, question).fetch_all(readers).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

/// Graduates who graduated at two schools, found by the keyed index of their document number: pairs of students. Only
/// the city may ask.
pub async fn at_two_schools(
    readers: &AnyPool,
    question: &Question,
) -> Result<Vec<(StudentId, StudentId)>, sqlx::Error> {
    let sql = format!(
        "with cohort as (select student {} where {}),
              twice as (select key from guard where kind = 'student' group by key having count(*) > 1)
         select g.key, g.stream from guard g
         where g.kind = 'student' and g.key in (select key from twice) and g.stream in (select student from cohort)
         order by g.key, g.scope",
        persons_of_question(),
        GRADUATES.predicate
    );
    let rows = bind(&sql, question).fetch_all(readers).await?;
    let mut pairs = vec![];
    let mut last: Option<(String, StudentId)> = None;
    for row in rows {
        let (key, stream): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let student = StudentId(Uuid::parse_str(&stream).unwrap_or_default());
        if let Some((_, first)) = last.as_ref().filter(|(last_key, _)| *last_key == key) {
            pairs.push((*first, student));
        }
        last = Some((key, student));
    }
    Ok(pairs)
}

/// A row of `COLUMNS` as a person with the event that decides.
fn person(row: &sqlx::any::AnyRow, part: Part, about_exam: bool) -> Result<Person, sqlx::Error> {
    let text = |index: usize| row.try_get::<Option<String>, _>(index);
    let position = |index: usize| row.try_get::<Option<i64>, _>(index);
    let standing = Standing::from_code(&text(3)?.unwrap_or_default());
    let graduated = (row.try_get::<i64, _>(4)?, standing);
    let (study_state, exam, job, not_employed) = (text(5)?, text(9)?, text(11)?, text(14)?);
    let (position, kind, reason) = match (standing, study_state.as_deref(), job, not_employed) {
        (standing, _, _, _) if standing != Some(Standing::Graduated) => {
            let zh = standing.map_or("未毕业", Term::zh);
            (graduated.0, standing.map_or("none", Term::code).to_owned(), format!("{zh}，不是毕业生"))
        }
        _ if about_exam => match exam.as_deref().and_then(ExamResult::from_code) {
            Some(result) => {
                (position(10)?.unwrap_or(graduated.0), result.code().to_owned(), format!("职教高考：{}", result.zh()))
            }
            None => (graduated.0, "no_exam".to_owned(), "没有职教高考记录".to_owned()),
        },
        (_, Some("registered"), _, _) => {
            let level = text(6)?.as_deref().and_then(StudyLevel::from_code).map_or("", Term::zh);
            let channel = text(7)?.as_deref().and_then(StudyChannel::from_code).map_or("", Term::zh);
            let reason = format!("已报到升学：{level}，{channel}");
            (position(8)?.unwrap_or(graduated.0), "further_study".to_owned(), reason)
        }
        (_, _, Some(kind), _) => {
            let zh = DestinationKind::from_code(&kind).map_or("", Term::zh);
            let matched = match text(12)?.as_deref() {
                Some("near" | "full") => "，对口",
                Some(_) => "，不对口",
                None => "，对口情况未判定",
            };
            (position(13)?.unwrap_or(graduated.0), kind, format!("直接就业：{zh}{matched}"))
        }
        (_, _, None, Some(kind)) => {
            let zh = DestinationKind::from_code(&kind).map_or("", Term::zh);
            (position(15)?.unwrap_or(graduated.0), kind, format!("未就业：{zh}"))
        }
        (_, state, None, None) => {
            let why = match state {
                Some("admitted") => "已录取而未报到，没有其他去向",
                Some("left") => "报到后离校，没有其他去向",
                Some(_) | None => "没有当日有效的去向记录",
            };
            (graduated.0, "unknown".to_owned(), format!("去向未知：{why}"))
        }
    };
    Ok(Person {
        student: StudentId(Uuid::parse_str(&row.try_get::<String, _>(0)?).unwrap_or_default()),
        school: row.try_get(1)?,
        class: row.try_get(2)?,
        part,
        position,
        kind,
        reason,
    })
}
