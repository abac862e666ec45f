//! Question: as of a day and as known at a position, how many students are at work, by any dimension? Unit: persons.

use std::collections::BTreeMap;

use sqlx::{AnyPool, Row as _};

use super::who_is_where::{Question, bind};
use crate::domain::terms::{Entry, Term, entry};
use crate::projections::cohort_outcomes::count::NOT_RECORDED;

/// What those at work are broken down by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// All in one part.
    All,
    School,
    Class,
    Specialty,
    Kind,
    Source,
    SiteKind,
    Region,
    Employer,
    OnSpecialty,
    Agreement,
}

impl Term for Dimension {
    const NAME: &'static str = "分组";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::All, "all", "合计", &[]),
        entry(Self::School, "school", "学校", &[]),
        entry(Self::Class, "class", "班级", &[]),
        entry(Self::Specialty, "specialty", "专业", &[]),
        entry(Self::Kind, "kind", "实习类别", &[]),
        entry(Self::Source, "source", "实习单位来源", &[]),
        entry(Self::SiteKind, "site-kind", "实习场所类型", &[]),
        entry(Self::Region, "region", "实习去向", &[]),
        entry(Self::Employer, "employer", "实习单位", &[]),
        entry(Self::OnSpecialty, "on-specialty", "专业对口程度", &[]),
        entry(Self::Agreement, "agreement", "协议状态", &[]),
    ];
}

/// Students at work; each of the others is a part of `placed`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub placed: i64,
    /// By how far the post belongs to the specialty: levels 0, 1 and 2, which add up to `placed` with `not_judged`.
    pub levels: [i64; 3],
    pub not_judged: i64,
    /// The agreement is signed by all and in force on the day.
    pub signed: i64,
    pub registered_late: i64,
}

impl Counts {
    /// Adds another part.
    pub fn add(&mut self, other: &Self) {
        self.placed += other.placed;
        for (level, more) in self.levels.iter_mut().zip(other.levels) {
            *level += more;
        }
        self.not_judged += other.not_judged;
        self.signed += other.signed;
        self.registered_late += other.registered_late;
    }
}

/// The parts by the dimension's code, `not_recorded` where it is not; the parts add up to those of `Dimension::All`.
pub async fn counts(
    readers: &AnyPool,
    question: &Question,
    by: Dimension,
) -> Result<BTreeMap<String, Counts>, sqlx::Error> {
    let rows = bind(include_str!("counts.sql"), question).bind(by.code()).fetch_all(readers).await?;
    let mut parts = BTreeMap::new();
    for row in rows {
        let key: Option<String> = row.try_get(0)?;
        let counts = Counts {
            placed: row.try_get(1)?,
            levels: [row.try_get(2)?, row.try_get(3)?, row.try_get(4)?],
            not_judged: row.try_get(5)?,
            signed: row.try_get(6)?,
            registered_late: row.try_get(7)?,
        };
        parts.insert(key.unwrap_or_else(|| NOT_RECORDED.to_owned()), counts);
    }
    Ok(parts)
}
