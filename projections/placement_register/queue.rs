//! Question: as of a day and as known at a position, what waits to be done? Each count is the length of its list, because
//! it is counted over the list's statement.

use futures_util::future::try_join_all;
use jiff::civil::Date;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyPool, Row as _};
use uuid::Uuid;

use super::who_is_where::{PARTS, Question, bind};
use crate::domain::ids::{PlacementId, StudentId};
use crate::domain::terms::{Entry, Term, entry};
use crate::projections::columns::{date, id};
use crate::projections::{final_year, student_register};

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
    /// The statements that together are the list. Most lists look at so little that they are asked of all schools at once.
    async fn asked(self, readers: &AnyPool, question: &Question) -> Result<Vec<Asked>, sqlx::Error> {
        let (statement, counting) = match self {
            Self::NotPlaced => return not_placed(readers, question).await,
            Self::Unsigned => (
                include_str!("queue/unsigned.sql"),
                concat!("select count(*) from (\n", include_str!("queue/unsigned.sql"), ") listed"),
            ),
            Self::Unamended => (
                include_str!("queue/unamended.sql"),
                concat!("select count(*) from (\n", include_str!("queue/unamended.sql"), ") listed"),
            ),
            Self::AwaitingApproval => (
                include_str!("queue/awaiting_approval.sql"),
                concat!("select count(*) from (\n", include_str!("queue/awaiting_approval.sql"), ") listed"),
            ),
            Self::NotArrived => (
                include_str!("queue/not_arrived.sql"),
                concat!("select count(*) from (\n", include_str!("queue/not_arrived.sql"), ") listed"),
            ),
        };
        Ok(vec![Asked { statement, counting, schools: None }])
    }
}

/// A statement that makes a list, or a part of one.
struct Asked {
    statement: &'static str,
    /// Over the same statement, so that the count is the length of the list.
    counting: &'static str,
    /// From the first to the last, both included; `None` for a statement that does not ask.
    schools: Option<(String, String)>,
}

impl Asked {
    fn bind(self, sql: &'static str, question: &Question) -> Query<'static, Any, AnyArguments> {
        let query = bind(sql, question);
        match self.schools {
            Some((first, last)) => query.bind(first).bind(last),
            None => query,
        }
    }
}

const PLANNED: &str = concat!(
    "with ",
    include_str!("../final_year/plans.sql"),
    ",\n",
    include_str!("../final_year/excused.sql"),
    ",\n",
    include_str!("queue/placed.sql"),
    include_str!("queue/not_placed.sql")
);
const PLANNED_COUNT: &str = concat!(
    "select count(*) from (with ",
    include_str!("../final_year/plans.sql"),
    ",\n",
    include_str!("../final_year/excused.sql"),
    ",\n",
    include_str!("queue/placed.sql"),
    include_str!("queue/not_placed.sql"),
    ") listed"
);

const UNPLANNED: &str = concat!(
    "with ",
    include_str!("../final_year/plans.sql"),
    ",\n",
    include_str!("../final_year/excused.sql"),
    ",\n",
    include_str!("queue/placed.sql"),
    include_str!("queue/not_placed_unplanned.sql")
);
const UNPLANNED_COUNT: &str = concat!(
    "select count(*) from (with ",
    include_str!("../final_year/plans.sql"),
    ",\n",
    include_str!("../final_year/excused.sql"),
    ",\n",
    include_str!("queue/placed.sql"),
    include_str!("queue/not_placed_unplanned.sql"),
    ") listed"
);

/// The schools of a scope in parts, each asked by its plans; and those of a part that have none, if any.
async fn not_placed(readers: &AnyPool, question: &Question) -> Result<Vec<Asked>, sqlx::Error> {
    let schools = student_register::schools(readers, &question.scope).await?;
    let planned = final_year::planned_schools(readers, question.as_of, question.known_at).await?;
    let mut asked = vec![];
    for part in schools.chunks(schools.len().div_ceil(PARTS).max(1)) {
        let range = part.first().cloned().zip(part.last().cloned());
        asked.push(Asked { statement: PLANNED, counting: PLANNED_COUNT, schools: range.clone() });
        if part.iter().any(|school| !planned.contains(school)) {
            asked.push(Asked { statement: UNPLANNED, counting: UNPLANNED_COUNT, schools: range });
        }
    }
    Ok(asked)
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
    for asked in list.asked(readers, question).await? {
        let statement = asked.statement;
        let rows = asked.bind(statement, question).fetch_all(readers).await?;
        for row in &rows {
            waiting.push(read(row)?);
        }
    }
    // Not in the statements, which are counted over as well.
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
        let counted = list.asked(readers, question).await?.into_iter().map(|asked| async {
            let counting = asked.counting;
            asked.bind(counting, question).fetch_one(readers).await?.try_get::<i64, _>(0)
        });
        Ok((list, try_join_all(counted).await?.into_iter().sum()))
    }))
    .await
}
