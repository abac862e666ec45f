//! Question: of one cohort, as of a day and as known at a position, how many persons are in each population, by any
//! one or two dimensions? One statement answers it, asked of several ranges of schools at once; unit: persons.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use sqlx::{AnyPool, AssertSqlSafe, Row as _};

use crate::accounts::Scope;
use crate::domain::figures::Counts;
use crate::domain::figures::populations::{self, DIRECT_EMPLOYMENT};
use crate::domain::terms::{Entry, Term, entry};

/// What every question about a cohort fixes first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub year: i16,
    /// Epoch day on which the facts are to be true.
    pub as_of: i64,
    /// Position up to which the log is to be known.
    pub known_at: i64,
    pub scope: Scope,
}

/// What a cohort is broken down by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    School,
    SpecialtyClass,
    Specialty,
    Class,
    Gender,
    Route,
    Kind,
    Industry,
    Place,
    Channel,
    Salary,
    Contract,
    Insurance,
}

impl Term for Dimension {
    const NAME: &'static str = "分组";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::School, "school", "学校", &[]),
        entry(Self::SpecialtyClass, "specialty-class", "专业大类", &[]),
        entry(Self::Specialty, "specialty", "专业", &[]),
        entry(Self::Class, "class", "班级", &[]),
        entry(Self::Gender, "gender", "性别", &[]),
        entry(Self::Route, "route", "学生类型", &[]),
        entry(Self::Kind, "kind", "就业类型", &[]),
        entry(Self::Industry, "industry", "行业", &[]),
        entry(Self::Place, "place", "就业地域", &[]),
        entry(Self::Channel, "channel", "就业渠道", &[]),
        entry(Self::Salary, "salary", "起薪", &[]),
        entry(Self::Contract, "contract", "劳动合同", &[]),
        entry(Self::Insurance, "insurance", "社会保险", &[]),
    ];
}

/// The key of persons of whom the dimension is not recorded.
pub const NOT_RECORDED: &str = "not_recorded";

impl Dimension {
    /// Whether it is a detail of the job, so that only direct employment and its subsets can be counted by it.
    pub fn is_of_job(self) -> bool {
        match self {
            Self::Kind
            | Self::Industry
            | Self::Place
            | Self::Channel
            | Self::Salary
            | Self::Contract
            | Self::Insurance => true,
            Self::School | Self::SpecialtyClass | Self::Specialty | Self::Class | Self::Gender | Self::Route => false,
        }
    }

    /// The key's expression. Class names are the school's own, so their key holds the school, too.
    fn expression(self) -> &'static str {
        match self {
            Self::School => "school",
            Self::SpecialtyClass => {
                "case specialty when 'not_recorded' then specialty else substr(specialty, 1, 2) end"
            }
            Self::Specialty => "specialty",
            Self::Class => "school || '/' || class",
            Self::Gender => "gender",
            Self::Route => "route",
            Self::Kind => "coalesce(job_v1_kind, 'not_recorded')",
            Self::Industry => "coalesce(job_v1_industry, 'not_recorded')",
            Self::Place => "coalesce(job_v1_place, 'not_recorded')",
            Self::Channel => "coalesce(job_v1_channel, 'not_recorded')",
            Self::Salary => "coalesce(job_v1_salary, 'not_recorded')",
            Self::Contract => "coalesce(job_v1_contract, 'not_recorded')",
            Self::Insurance => "coalesce(job_v1_insurance, 'not_recorded')",
        }
    }

    /// The table beside the rectangles that knows it, named by the column that refers to it; `None` where rectangle or
    /// situation know it.
    fn beside(self) -> Option<Beside> {
        match self {
            Self::School | Self::SpecialtyClass | Self::Specialty | Self::Kind => None,
            Self::Class | Self::Gender | Self::Route => Some(Beside::Profile),
            Self::Industry | Self::Place | Self::Channel | Self::Salary | Self::Contract | Self::Insurance => {
                Some(Beside::Job)
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beside {
    Profile,
    Job,
}

impl Beside {
    fn column(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::Job => "job",
        }
    }

    fn table(self) -> &'static str {
        match self {
            Self::Profile => "cohort_profiles",
            Self::Job => "cohort_jobs",
        }
    }
}

/// The rectangles a question is about, one per person: its binds are $1 to $5.
pub(super) const RECTANGLES: &str = "from cohort_outcomes
     where cohort_year = $1 and known_from <= $2 and known_to > $2 and true_from <= $3 and true_to > $3
       and ($4 is null or school = $4)
       and ($5 is null or profile in (select profile from cohort_profiles where class = $5))";

/// A city's schools are counted in so many parts at once, each on a connection of its own.
const PARTS: usize = 4;

/// Schools from the first to the last, both included, in the database's own order.
type Schools = (String, String);

/// Persons per population, for each combination of the dimensions' keys, in the order of the keys; without dimensions
/// one cell.
pub async fn count(
    readers: &AnyPool,
    question: &Question,
    by: &[Dimension],
) -> Result<Vec<(Vec<String>, Counts)>, sqlx::Error> {
    let sql = statement(by);
    let parts = parts(readers, question).await?;
    let counted = try_join_all(parts.iter().map(|part| count_part(readers, &sql, question, part, by.len()))).await?;
    let mut cells = BTreeMap::new();
    if by.is_empty() {
        cells.insert(vec![], Counts::default());
    }
    for (key, counts) in counted.into_iter().flatten() {
        cells.entry(key).or_insert_with(Counts::default).add(&counts);
    }
    Ok(cells.into_iter().collect())
}

/// The ranges of schools that a question is asked of: together all of its cohort's.
async fn parts(readers: &AnyPool, question: &Question) -> Result<Vec<Schools>, sqlx::Error> {
    if let Some(school) = question.scope.school() {
        return Ok(vec![(school.as_str().to_owned(), school.as_str().to_owned())]);
    }
    // From each school to the next by the key, without reading what lies between.
    let sql = "with recursive schools (school) as (
            select min(school) from cohort_outcomes where cohort_year = $1
            union all
            select (select min(school) from cohort_outcomes where cohort_year = $1 and school > schools.school)
            from schools where school is not null)
         select school from schools where school is not null order by school";
    let schools: Vec<String> = sqlx::query_scalar(sql).bind(i64::from(question.year)).fetch_all(readers).await?;
    let range = |part: &[String]| Some((part.first()?.clone(), part.last()?.clone()));
    Ok(schools.chunks(schools.len().div_ceil(PARTS).max(1)).filter_map(range).collect())
}

async fn count_part(
    readers: &AnyPool,
    sql: &str,
    question: &Question,
    (first, last): &Schools,
    key_len: usize,
) -> Result<Vec<(Vec<String>, Counts)>, sqlx::Error> {
    let rows = bind(sql, question).bind(first.clone()).bind(last.clone()).fetch_all(readers).await?;
    let mut cells = Vec::with_capacity(rows.len());
    for row in rows {
        let key = (0..key_len).map(|index| row.try_get(index)).collect::<Result<_, _>>()?;
        let mut counts = Counts::default();
        for (index, count) in counts.0.iter_mut().enumerate() {
            *count = row.try_get(key_len + index)?;
        }
        cells.push((key, counts));
    }
    Ok(cells)
}

/// Persons are counted by situation first, and every population's condition is looked at once for each situation.
fn statement(by: &[Dimension]) -> String {
    let mut alike = vec!["school", "specialty", "situation"];
    let mut joins = String::from("join kinds using (situation)");
    for beside in [Beside::Profile, Beside::Job] {
        if by.iter().any(|dimension| dimension.beside() == Some(beside)) {
            alike.push(beside.column());
            joins.push_str(&format!(" left join {} using ({})", beside.table(), beside.column()));
        }
    }
    let alike = alike.join(", ");
    let keys: Vec<&str> = by.iter().map(|dimension| dimension.expression()).collect();
    let is_in = populations::ALL.iter().map(|p| format!("case when {} then 1 else 0 end as in_{}", p.predicate, p.id));
    let is_in: Vec<String> = is_in.collect();
    let sums = populations::ALL.iter().map(|p| format!("coalesce(cast(sum(persons * in_{}) as bigint), 0)", p.id));
    let columns: Vec<String> = keys.iter().map(|key| (*key).to_owned()).chain(sums).collect();
    let mut sql = format!(
        "with groups as (select {alike}, count(*) as persons {RECTANGLES}
             and school between $6 and $7 group by {alike}),
         kinds as materialized (select situation, job_v1_kind, {} from cohort_situations)
         select {} from groups {joins}",
        is_in.join(", "),
        columns.join(", ")
    );
    if by.iter().any(|dimension| dimension.is_of_job()) {
        sql.push_str(&format!(" where in_{} = 1", DIRECT_EMPLOYMENT.id));
    }
    if !keys.is_empty() {
        let list = keys.join(", ");
        sql.push_str(&format!(" group by {list}"));
    }
    sql
}

/// A statement over `RECTANGLES` with the question's values.
pub(super) fn bind(sql: &str, question: &Question) -> sqlx::query::Query<'static, sqlx::Any, sqlx::any::AnyArguments> {
    sqlx::query(AssertSqlSafe(sql.to_owned()))
        .bind(i64::from(question.year))
        .bind(question.known_at)
        .bind(question.as_of)
        .bind(question.scope.school().map(|school| school.as_str().to_owned()))
        .bind(question.scope.class().map(|class| class.as_str().to_owned()))
}
