//! Question: as of a day and as known at a position, what waits to be done? Each count is the length of its list, because
//! it is counted over the list's statement.

use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AnyPool, Row as _};
use uuid::Uuid;

use super::who_is_where::{Question, bind, id, unreadable};
use crate::domain::day::from_epoch_day;
use crate::domain::ids::{ClassName, PlacementId, SchoolCode, StudentId};
use crate::domain::terms::{Entry, Term, entry};
use jiff::civil::Date;

/// A list of what waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// Students of the final classes without a placement on the day or later; an exemption does not take them off it yet.
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
            Self::NotPlaced => include_str!("queue/not_placed.sql"),
            Self::Unsigned => include_str!("queue/unsigned.sql"),
            Self::Unamended => include_str!("queue/unamended.sql"),
            Self::AwaitingApproval => include_str!("queue/awaiting_approval.sql"),
            Self::NotArrived => include_str!("queue/not_arrived.sql"),
        }
    }

    fn counting(self) -> &'static str {
        match self {
            Self::NotPlaced => {
                concat!("select count(*) from (\n", include_str!("queue/not_placed.sql"), ") listed")
            }
            Self::Unsigned => concat!("select count(*) from (\n", include_str!("queue/unsigned.sql"), ") listed"),
            Self::Unamended => concat!("select count(*) from (\n", include_str!("queue/unamended.sql"), ") listed"),
            Self::AwaitingApproval => {
                concat!("select count(*) from (\n", include_str!("queue/awaiting_approval.sql"), ") listed")
            }
            Self::NotArrived => concat!("select count(*) from (\n", include_str!("queue/not_arrived.sql"), ") listed"),
        }
    }

    fn bind(
        self,
        sql: &'static str,
        question: &Question,
        finals: Option<&FinalClasses>,
    ) -> Query<'static, Any, AnyArguments> {
        let query = bind(sql, question);
        match self {
            Self::NotPlaced => query.bind(finals.map(FinalClasses::joined)),
            Self::Unsigned | Self::Unamended | Self::AwaitingApproval | Self::NotArrived => query,
        }
    }
}

/// The classes that are to be placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinalClasses(pub Vec<(SchoolCode, ClassName)>);

impl FinalClasses {
    /// Each between two bars, as the statement looks for them.
    fn joined(&self) -> String {
        let each = self.0.iter().map(|(school, class)| format!("|{}/{}|", school.as_str(), class.as_str()));
        std::iter::once("|".to_owned()).chain(each).collect()
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

/// What is on a list, the earliest first day first. `finals` matters to `List::NotPlaced` only; without it, it is about
/// the classes of which anybody is placed.
pub async fn waiting(
    readers: &AnyPool,
    question: &Question,
    list: List,
    finals: Option<&FinalClasses>,
) -> Result<Vec<Waiting>, sqlx::Error> {
    let rows = list.bind(list.statement(), question, finals).fetch_all(readers).await?;
    let mut waiting = Vec::with_capacity(rows.len());
    for row in rows {
        let placement: Option<String> = row.try_get(1)?;
        let first_day: Option<i64> = row.try_get(4)?;
        waiting.push(Waiting {
            student: StudentId(id(&row, 0)?),
            placement: placement.and_then(|text| Uuid::parse_str(&text).ok()).map(PlacementId),
            school: row.try_get(2)?,
            class: row.try_get(3)?,
            first_day: first_day.map(|day| from_epoch_day(day).ok_or_else(|| unreadable(4))).transpose()?,
        });
    }
    Ok(waiting)
}

/// How much is on each list, in the order of `List::ENTRIES`.
pub async fn queue(
    readers: &AnyPool,
    question: &Question,
    finals: Option<&FinalClasses>,
) -> Result<Vec<(List, i64)>, sqlx::Error> {
    let mut counted = vec![];
    for list in List::ENTRIES.iter().map(|entry| entry.value) {
        let row = list.bind(list.counting(), question, finals).fetch_one(readers).await?;
        counted.push((list, row.try_get(0)?));
    }
    Ok(counted)
}
