//! Questions: as of a day and as known at a position, who is at work where? And which placements are there at all?
//! Unit: placements.

use futures_util::future::try_join_all;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyPool, Row as _};
use uuid::Uuid;

use super::placement_day;
use super::question::{PARTS, PlacementsAsOf, bind};
use crate::domain::agreement::codes::VersionState;
use crate::domain::day::{epoch_day, from_epoch_day};
use crate::domain::ids::{ClassName, EmployerId, PlacementId, SealedRevision, StaffId, StudentId};
use crate::domain::placement::arrangement::{Pay, Period};
use crate::domain::placement::codes::{HostSource, InternshipKind, Region, SiteKind};
use crate::domain::placement::stay::PlacementStatus;
use crate::domain::terms::{SpecialtyMatch, Term as _};
use crate::projections::columns::{code, date, id, id_if_any, ids, revision, unreadable};
use crate::projections::employer_directory::{self, Mergers};
use crate::projections::student_register;

/// The part of a scope that is asked about: a host, a class, both, or everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScopePart {
    /// The unit together with all that was merged into it. A unit that was merged away stands for the one it is part
    /// of.
    pub host: Option<EmployerId>,
    pub class: Option<ClassName>,
}

/// A placement as it is on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacementOnDay {
    pub placement: PlacementId,
    pub student: StudentId,
    pub school: String,
    pub class: String,
    pub specialty: Option<String>,
    /// As recorded.
    pub host: EmployerId,
    /// The unit that the host is part of, as known at the position.
    pub unit: EmployerId,
    pub kind: InternshipKind,
    pub source: HostSource,
    pub site_kind: Option<SiteKind>,
    pub region: Option<Region>,
    pub on_specialty: Option<SpecialtyMatch>,
    pub shown: PlacementStatus,
    /// As planned.
    pub period: Period,
    pub is_late: bool,
    /// How far the agreement is; `None` while none is drafted.
    pub agreement: Option<VersionState>,
    pub lacks_amendment: bool,
    pub teacher: Option<StaffId>,
    /// The sealed rows of the host's mentor, and of address and post.
    pub mentor: Option<SealedRevision>,
    pub site: Option<SealedRevision>,
    pub pay: Option<Pay>,
    /// The positions of the events that decide on the place, on the stage, and on the agreement's state.
    pub place_position: i64,
    pub stage_position: i64,
    pub agreement_position: Option<i64>,
}

/// Somebody at work on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtWork {
    pub placement: PlacementId,
    pub student: StudentId,
    pub school: String,
    pub class: String,
    /// As recorded.
    pub host: EmployerId,
    /// The unit that the host is part of.
    pub unit: EmployerId,
    pub kind: InternshipKind,
    pub shown: PlacementStatus,
    /// As planned.
    pub period: Period,
    /// How far the agreement is; `None` while none is drafted.
    pub agreement: Option<VersionState>,
}

impl AtWork {
    /// What lists are sorted by.
    fn order(&self) -> (&str, &str, StudentId) {
        (&self.school, &self.class, self.student)
    }
}

/// Everybody who is at work on the day, or whose stay is suspended on it; by school, class and student.
///
/// # Errors
/// When the database cannot be read, or holds a value that no fold writes.
pub async fn who_is_where(
    readers: &AnyPool,
    question: &PlacementsAsOf,
    part: &ScopePart,
) -> Result<Vec<AtWork>, sqlx::Error> {
    let schools = student_register::schools(readers, &question.scope).await?;
    let mergers = employer_directory::mergers(readers, question.known_at).await?;
    let sql = concat!(
        "with recursive ",
        include_str!("../employer_directory/survivors.sql"),
        include_str!("who_is_where.sql")
    );
    let ranges = schools.chunks(schools.len().div_ceil(PARTS).max(1)).filter_map(|part| part.first().zip(part.last()));
    let asked = ranges.map(|(first, last)| async {
        let query = bind_part(sql, question, part).bind(first.clone()).bind(last.clone());
        let mut at_work = vec![];
        for row in query.fetch_all(readers).await? {
            read_all(&row, question.as_of, &mergers, &mut at_work)?;
        }
        // Most placements of a class are next to each other already, since they were drafted in the order of its
        // roster.
        at_work.sort_by(|one, other| one.order().cmp(&other.order()));
        Ok::<_, sqlx::Error>(at_work)
    });
    Ok(try_join_all(asked).await?.into_iter().flatten().collect())
}

/// Adds everybody in a row of `who_is_where.sql`.
fn read_all(row: &AnyRow, day: i64, mergers: &Mergers, at_work: &mut Vec<AtWork>) -> Result<(), sqlx::Error> {
    let text = |column: usize| Ok::<_, sqlx::Error>(row.try_get::<Option<String>, _>(column)?.unwrap_or_default());
    let (schools, classes, kinds, stages) = (text(0)?, text(1)?, text(5)?, text(6)?);
    let (first_days, last_days, agreements) = (text(7)?, text(8)?, text(9)?);
    let mut schools = schools.split('|');
    let mut classes = LengthPrefixed(&classes);
    let (mut kinds, mut stages, mut agreements) = (kinds.split('|'), stages.split('|'), agreements.split('|'));
    let (mut first_days, mut last_days) = (first_days.split('|'), last_days.split('|'));
    let mut read = |((student, placement), host): ((Uuid, Uuid), Uuid)| {
        let (first_day, last_day): (i64, i64) = (first_days.next()?.parse().ok()?, last_days.next()?.parse().ok()?);
        Some(AtWork {
            placement: PlacementId(placement),
            student: StudentId(student),
            school: schools.next()?.to_owned(),
            class: classes.next()?.to_owned(),
            host: EmployerId(host),
            unit: mergers.unit(EmployerId(host)),
            kind: InternshipKind::from_code(kinds.next()?)?,
            shown: placement_day::shown(stages.next()?, last_day, day)?,
            period: Period { first_day: from_epoch_day(first_day)?, last_day: from_epoch_day(last_day)? },
            agreement: match agreements.next()? {
                "" => None,
                code => Some(VersionState::from_code(code)?),
            },
        })
    };
    let (students, placements, hosts) = (ids(row, 2)?, ids(row, 3)?, ids(row, 4)?);
    for ids in students.into_iter().zip(placements).zip(hosts) {
        at_work.push(read(ids).ok_or_else(|| unreadable(2))?);
    }
    Ok(())
}

/// Texts one after another, each preceded by the number of its characters and a colon.
struct LengthPrefixed<'t>(&'t str);

impl<'t> Iterator for LengthPrefixed<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        let (length, rest) = self.0.split_once(':')?;
        let length: usize = length.parse().ok()?;
        let end = rest.char_indices().nth(length).map_or(rest.len(), |(end, _)| end);
        let (text, rest) = rest.split_at(end);
        self.0 = rest;
        Some(text)
    }
}

/// Every placement whose draft stands, whatever came of it; by school, class, student and first day.
///
/// # Errors
/// When the database cannot be read, or holds a value that no fold writes.
pub async fn placements(
    readers: &AnyPool,
    question: &PlacementsAsOf,
    part: &ScopePart,
) -> Result<Vec<PlacementOnDay>, sqlx::Error> {
    let sql = concat!(
        "with recursive ",
        include_str!("../employer_directory/survivors.sql"),
        ", ",
        include_str!("known.sql"),
        include_str!("stays.sql")
    );
    let rows = bind_part(sql, question, part).fetch_all(readers).await?;
    rows.iter().map(|row| placed(row, question.as_of)).collect()
}

/// A statement with the question's values bound to $1 to $4, and the part's to $5 and $6.
fn bind_part(sql: &'static str, question: &PlacementsAsOf, part: &ScopePart) -> Query<'static, Any, AnyArguments> {
    bind(sql, question)
        .bind(part.host.map(|host| host.0.to_string()))
        .bind(part.class.as_ref().map(|class| class.as_str().to_owned()))
}

/// Reads a row of `stays.sql`.
fn placed(row: &AnyRow, day: i64) -> Result<PlacementOnDay, sqlx::Error> {
    let (first_day, last_day) = date(row, 13)?.zip(date(row, 14)?).ok_or_else(|| unreadable(13))?;
    let stage: String = row.try_get(12)?;
    let yuan: Option<i64> = row.try_get(21)?;
    let yuan = yuan.and_then(|yuan| u32::try_from(yuan).ok());
    Ok(PlacementOnDay {
        placement: PlacementId(id(row, 0)?),
        student: StudentId(id(row, 1)?),
        school: row.try_get(2)?,
        class: row.try_get(3)?,
        specialty: row.try_get(4)?,
        host: EmployerId(id(row, 5)?),
        unit: EmployerId(id(row, 6)?),
        kind: code(row, 7)?.ok_or_else(|| unreadable(7))?,
        source: code(row, 8)?.ok_or_else(|| unreadable(8))?,
        site_kind: code(row, 9)?,
        region: code(row, 10)?,
        on_specialty: code(row, 11)?,
        shown: placement_day::shown(&stage, epoch_day(last_day), day).ok_or_else(|| unreadable(12))?,
        period: Period { first_day, last_day },
        is_late: row.try_get::<i64, _>(15)? == 1,
        agreement: code(row, 16)?,
        lacks_amendment: row.try_get::<i64, _>(17)? == 1,
        teacher: id_if_any(row, 18)?.map(StaffId),
        mentor: revision(row, 19)?,
        site: revision(row, 20)?,
        pay: yuan.zip(code(row, 22)?).map(|(yuan, per)| Pay { yuan, per }),
        place_position: row.try_get(23)?,
        stage_position: row.try_get(24)?,
        agreement_position: row.try_get(25)?,
    })
}
