//! Question: as of a day and as known at a position, who is at work where? And which placements are there at all? Unit:
//! placements.

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyPool, Row as _};
use uuid::Uuid;

use super::tile;
use crate::accounts::Scope;
use crate::domain::agreement::codes::SheetState;
use crate::domain::day::from_epoch_day;
use crate::domain::ids::{ClassName, EmployerId, PlacementId, SealedRevision, StaffId, StudentId};
use crate::domain::placement::arrangement::{Pay, PayUnit, Period};
use crate::domain::placement::codes::{HostSource, InternshipKind, Region, SiteKind};
use crate::domain::placement::stay::Shown;
use crate::domain::terms::{Match, Term};

/// What every question about placements fixes first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Epoch day on which the facts are to be true.
    pub as_of: i64,
    /// Position up to which the log is to be known.
    pub known_at: i64,
    pub scope: Scope,
}

/// A part of what a scope covers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Part {
    pub host: Option<EmployerId>,
    pub class: Option<ClassName>,
}

/// A placement as it is on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    pub placement: PlacementId,
    pub student: StudentId,
    pub school: String,
    pub class: String,
    pub specialty: Option<String>,
    pub host: EmployerId,
    pub kind: InternshipKind,
    pub source: HostSource,
    pub site_kind: Option<SiteKind>,
    pub region: Option<Region>,
    pub on_specialty: Option<Match>,
    pub shown: Shown,
    /// As planned.
    pub period: Period,
    pub is_late: bool,
    /// How far the agreement is; `None` while none is drafted.
    pub agreement: Option<SheetState>,
    pub lacks_amendment: bool,
    pub teacher: Option<StaffId>,
    /// The sealed rows of the host's mentor, and of address and post.
    pub mentor: Option<SealedRevision>,
    pub site: Option<SealedRevision>,
    pub pay: Option<Pay>,
    /// The events that decide: of the place, of the stage, of the agreement's state.
    pub place_position: i64,
    pub stage_position: i64,
    pub agreement_position: Option<i64>,
}

/// Whoever is at work on the day, or would be but for an interruption; by school, class and student.
pub async fn who_is_where(readers: &AnyPool, question: &Question, part: &Part) -> Result<Vec<Placed>, sqlx::Error> {
    let sql = concat!(
        include_str!("stays.sql"),
        "  and p.first_day <= $1 and p.last_day >= $1 and p.stage in ('arrived', 'suspended')
         order by p.school, s.class, p.student, p.placement"
    );
    placements_of(readers, sql, question, part).await
}

/// Every placement whose draft stands, whatever came of it; by school, class, student and first day.
pub async fn placements(readers: &AnyPool, question: &Question, part: &Part) -> Result<Vec<Placed>, sqlx::Error> {
    let sql = concat!(include_str!("stays.sql"), "order by p.school, s.class, p.student, p.first_day, p.placement");
    placements_of(readers, sql, question, part).await
}

async fn placements_of(
    readers: &AnyPool,
    sql: &'static str,
    question: &Question,
    part: &Part,
) -> Result<Vec<Placed>, sqlx::Error> {
    let query = bind(sql, question)
        .bind(part.host.map(|host| host.0.to_string()))
        .bind(part.class.as_ref().map(|class| class.as_str().to_owned()));
    query.fetch_all(readers).await?.iter().map(|row| placed(row, question.as_of)).collect()
}

/// A statement with the question's values, $1 to $4.
pub(super) fn bind(sql: &'static str, question: &Question) -> Query<'static, Any, AnyArguments> {
    sqlx::query(sql)
        .bind(question.as_of)
        .bind(question.known_at)
        .bind(question.scope.school().map(|school| school.as_str().to_owned()))
        .bind(question.scope.class().map(|class| class.as_str().to_owned()))
}

fn placed(row: &AnyRow, day: i64) -> Result<Placed, sqlx::Error> {
    let (first_day, last_day): (i64, i64) = (row.try_get(12)?, row.try_get(13)?);
    let stage: String = row.try_get(11)?;
    let (yuan, per): (Option<i64>, Option<String>) = (row.try_get(20)?, row.try_get(21)?);
    let yuan = yuan.and_then(|yuan| u32::try_from(yuan).ok());
    let pay = yuan.zip(per.as_deref().and_then(PayUnit::from_code)).map(|(yuan, per)| Pay { yuan, per });
    let date = |day| from_epoch_day(day).ok_or_else(|| unreadable(12));
    Ok(Placed {
        placement: PlacementId(id(row, 0)?),
        student: StudentId(id(row, 1)?),
        school: row.try_get(2)?,
        class: row.try_get(3)?,
        specialty: row.try_get(4)?,
        host: EmployerId(id(row, 5)?),
        kind: code(row, 6)?.ok_or_else(|| unreadable(6))?,
        source: code(row, 7)?.ok_or_else(|| unreadable(7))?,
        site_kind: code(row, 8)?,
        region: code(row, 9)?,
        on_specialty: code(row, 10)?,
        shown: tile::shown(&stage, last_day, day).ok_or_else(|| unreadable(11))?,
        period: Period { first_day: date(first_day)?, last_day: date(last_day)? },
        is_late: row.try_get::<i64, _>(14)? == 1,
        agreement: code(row, 15)?,
        lacks_amendment: row.try_get::<i64, _>(16)? == 1,
        teacher: row.try_get::<Option<String>, _>(17)?.and_then(|text| Uuid::parse_str(&text).ok()).map(StaffId),
        mentor: revision(row, 18)?,
        site: revision(row, 19)?,
        pay,
        place_position: row.try_get(22)?,
        stage_position: row.try_get(23)?,
        agreement_position: row.try_get(24)?,
    })
}

/// The id in a column.
pub(super) fn id(row: &AnyRow, index: usize) -> Result<Uuid, sqlx::Error> {
    Uuid::parse_str(&row.try_get::<String, _>(index)?).map_err(|_| unreadable(index))
}

/// The term whose code is in a column; `None` where there is none.
pub(super) fn code<T: Term>(row: &AnyRow, index: usize) -> Result<Option<T>, sqlx::Error> {
    let code: Option<String> = row.try_get(index)?;
    code.map(|code| T::from_code(&code).ok_or_else(|| unreadable(index))).transpose()
}

fn revision(row: &AnyRow, index: usize) -> Result<Option<SealedRevision>, sqlx::Error> {
    let revision: Option<i64> = row.try_get(index)?;
    Ok(revision.and_then(|revision| u32::try_from(revision).ok()).map(SealedRevision))
}

/// What the fold never writes.
pub(super) fn unreadable(index: usize) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: index.to_string(), source: "not written by this program".into() }
}
