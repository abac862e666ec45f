//! Question: as of a day and as known at a position, what waits to be done? Each count is the length of its list, because
//! it is counted over the list's statement.

use futures_util::future::try_join_all;
use jiff::civil::Date;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyPool, AssertSqlSafe, Row as _, SqlSafeStr};
use uuid::Uuid;

use super::who_is_where::{PARTS, Question, bind};
use crate::domain::ids::{PlacementId, StudentId};
use crate::domain::terms::{Entry, Term, entry};
use crate::projections::columns::{date, id};
use crate::projections::student_register::school_ranges;

/// A list of what waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    fn statement(self) -> &'static str {
        match self {
            Self::NotPlaced => concat!(
                "with ",
                include_str!("../final_year/plans.sql"),
                ",\n",
                include_str!("../final_year/excused.sql"),
                ",\n",
                include_str!("queue/not_placed.sql")
            ),
            Self::Unsigned => include_str!("queue/unsigned.sql"),
            Self::Unamended => include_str!("queue/unamended.sql"),
            Self::AwaitingApproval => include_str!("queue/awaiting_approval.sql"),
            Self::NotArrived => include_str!("queue/not_arrived.sql"),
        }
    }

    fn counting(self) -> String {
        format!("select count(*) from (\n{}\n) listed", self.statement())
    }

    /// The ranges of schools that the list is asked of, one after the other; most lists look at so little that they are
    /// asked of all schools together.
    async fn ranges(self, readers: &AnyPool, question: &Question) -> Result<Vec<Option<Schools>>, sqlx::Error> {
        match self {
            Self::NotPlaced => {
                let ranges = school_ranges(readers, &question.scope, PARTS).await?;
                Ok(ranges.into_iter().map(Some).collect())
            }
            Self::Unsigned | Self::Unamended | Self::AwaitingApproval | Self::NotArrived => Ok(vec![None]),
        }
    }
}

/// Schools from the first to the last, both included.
type Schools = (String, String);

fn bind_range(sql: impl SqlSafeStr, question: &Question, range: Option<Schools>) -> Query<'static, Any, AnyArguments> {
    let query = bind(sql, question);
    match range {
        Some((first, last)) => query.bind(first).bind(last),
        None => query,
    }
}

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
    let mut waiting = vec![];
    for range in list.ranges(readers, question).await? {
        let rows = bind_range(list.statement(), question, range).fetch_all(readers).await?;
        for row in &rows {
            waiting.push(read(row)?);
        }
    }
    Ok(waiting)
}

fn read(row: &AnyRow) -> Result<Waiting, sqlx::Error> {
    let placement: Option<String> = row.try_get(1)?;
    Ok(Waiting {
        student: StudentId(id(row, 0)?),
        placement: placement.and_then(|text| Uuid::parse_str(&text).ok()).map(PlacementId),
        school: row.try_get(2)?,
        class: row.try_get(3)?,
        first_day: date(row, 4)?,
    })
}

/// How much is on each list, in the order of `List::ENTRIES`.
pub async fn queue(readers: &AnyPool, question: &Question) -> Result<Vec<(List, i64)>, sqlx::Error> {
    try_join_all(List::ENTRIES.iter().map(|entry| async {
        let list = entry.value;
        let ranges = list.ranges(readers, question).await?;
        let counted = ranges.into_iter().map(|range| async {
            let row = bind_range(AssertSqlSafe(list.counting()), question, range).fetch_one(readers).await?;
            row.try_get::<i64, _>(0)
        });
        Ok((list, try_join_all(counted).await?.into_iter().sum()))
    }))
    .await
}
