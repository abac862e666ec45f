//! Question: as of a day and as known at a position, what waits to be done? Each count is the length of its list, because
//! both are the same condition over the same placements.

mod not_placed;

use futures_util::future::try_join;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;
use sqlx::{AnyPool, Row as _};

use super::who_is_where::{Question, bind};
use crate::domain::ids::{PlacementId, StudentId};
use crate::domain::terms::{Entry, Term, entry};
use crate::projections::columns::{date, id, id_if_any};
use not_placed::not_placed;

/// A list of what waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum List {
    /// Students of the final classes without a placement on the day or later, unless they are away or exempted.
    NotPlaced,
    /// The stay begins within 7 days, or has begun, and not everybody has signed the agreement.
    Unsigned,
    /// The stay is not what the agreement in force says.
    Unamended,
    AwaitingApproval,
    /// Ready to go, and neither arrived nor noted as missing after the first day.
    NotArrived,
}

impl Term for List {
    const NAME: &'static str = "待办事项";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::NotPlaced, "not-placed", "毕业班学生尚未落实实习", &[]),
        entry(Self::Unsigned, "unsigned", "7 天内开始或已开始而协议未签齐", &[]),
        entry(Self::Unamended, "unamended", "已变更而未签补充协议", &[]),
        entry(Self::AwaitingApproval, "awaiting-approval", "待审核", &[]),
        entry(Self::NotArrived, "not-arrived", "已到开始日期而未确认到岗", &[]),
    ];
}

impl List {
    /// Its bit in the register's `waits`; `None` of the list of those who have no placement.
    pub(super) fn bit(self) -> Option<i64> {
        match self {
            Self::NotPlaced => None,
            Self::Unsigned => Some(1),
            Self::Unamended => Some(2),
            Self::AwaitingApproval => Some(4),
            Self::NotArrived => Some(8),
        }
    }

    /// Its column in `queue/waiting.sql`; `None` of the list of those who have no placement.
    fn column(self) -> Option<&'static str> {
        match self {
            Self::NotPlaced => None,
            Self::Unsigned => Some("unsigned"),
            Self::Unamended => Some("unamended"),
            Self::AwaitingApproval => Some("awaiting_approval"),
            Self::NotArrived => Some("not_arrived"),
        }
    }
}

const LISTED: &str = concat!(
    include_str!("queue/waiting.sql"),
    "select student, placement, school,
         (select s.class from student_register s where s.student = waiting.student) as class, first_day
     from waiting
     where case cast($5 as text) when 'unsigned' then unsigned when 'unamended' then unamended
         when 'awaiting_approval' then awaiting_approval when 'not_arrived' then not_arrived end = 1"
);
const COUNTED: &str = concat!(
    include_str!("queue/waiting.sql"),
    "select cast(coalesce(sum(unsigned), 0) as bigint) as unsigned,
         cast(coalesce(sum(unamended), 0) as bigint) as unamended,
         cast(coalesce(sum(awaiting_approval), 0) as bigint) as awaiting_approval,
         cast(coalesce(sum(not_arrived), 0) as bigint) as not_arrived
     from waiting"
);

/// Who, or whose placement, waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub student: StudentId,
    /// `None` for who has none.
    pub placement: Option<PlacementId>,
    pub school: String,
    pub class: String,
    pub first_day: Option<Date>,
}

/// What is on a list, the earliest first day first.
pub async fn waiting(readers: &AnyPool, question: &Question, list: List) -> Result<Vec<Waiting>, sqlx::Error> {
    let mut waiting: Vec<Waiting> = match list.column() {
        None => not_placed(readers, question).await?,
        Some(column) => {
            let rows = bind(LISTED, question).bind(column).fetch_all(readers).await?;
            rows.iter().map(read).collect::<Result<_, _>>()?
        }
    };
    waiting.sort_by(|one, other| {
        let order = |of: &Waiting| (of.first_day, of.student, of.placement);
        (one.first_day, &one.school, &one.class, order(one)).cmp(&(
            other.first_day,
            &other.school,
            &other.class,
            order(other),
        ))
    });
    Ok(waiting)
}

fn read(row: &AnyRow) -> Result<Waiting, sqlx::Error> {
    Ok(Waiting {
        student: StudentId(id(row, 0)?),
        placement: id_if_any(row, 1)?.map(PlacementId),
        school: row.try_get(2)?,
        class: row.try_get(3)?,
        first_day: date(row, 4)?,
    })
}

/// How much is on each list, in the order of `List::ENTRIES`.
pub async fn queue(readers: &AnyPool, question: &Question) -> Result<Vec<(List, i64)>, sqlx::Error> {
    let (not_placed, counted) =
        try_join(not_placed(readers, question), bind(COUNTED, question).fetch_one(readers)).await?;
    let count = |list: List| match list.column() {
        None => Ok(i64::try_from(not_placed.len()).unwrap_or(i64::MAX)),
        Some(column) => counted.try_get(column),
    };
    List::ENTRIES.iter().map(|entry| Ok((entry.value, count(entry.value)?))).collect()
}
