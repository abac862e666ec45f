//! Questions: on a day, or on any day of a period, as known at a position: how many students are at work, by any dimension?
//! And who stands behind a count? Unit: placements; on one day each is a person.
//!
//! Invariant: a count and its list say the same, because both are the same condition over the same rows; the parts of every
//! dimension add up to the whole, because each row is in one part.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyPool, AssertSqlSafe, Row as _};

use super::KNOWN;
use super::who_is_where::Question;
use crate::domain::agreement::codes::SheetState;
use crate::domain::day::epoch_day;
use crate::domain::employer::codes::{EmployerSize, Ownership};
use crate::domain::ids::{EmployerId, PlacementId, StudentId};
use crate::domain::placement::arrangement::Period;
use crate::domain::placement::codes::{HostSource, Initiator, InternshipKind, Region, SiteKind};
use crate::domain::specialties::SPECIALTIES;
use crate::domain::terms::{Entry, Industry, Match, Term, entry};
use crate::projections::cohort_outcomes::count::NOT_RECORDED;
use crate::projections::columns::id;
use crate::projections::employer_directory::SURVIVORS;

/// What those at work are broken down by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
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
    /// The unit that the recorded host is part of.
    Employer,
    /// Of that unit, as of the last day that is asked about.
    Ownership,
    Industry,
    Size,
    OnSpecialty,
    Agreement,
    /// Who ended the stay before its last day.
    EndedBy,
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
        entry(Self::Ownership, "ownership", "单位性质", &[]),
        entry(Self::Industry, "industry", "单位行业", &[]),
        entry(Self::Size, "size", "单位规模", &[]),
        entry(Self::OnSpecialty, "on-specialty", "专业对口程度", &[]),
        entry(Self::Agreement, "agreement", "协议状态", &[]),
        entry(Self::EndedBy, "ended-by", "提前终止", &[]),
    ];
}

/// The key of stays that did not end before their last day.
const NOT_ENDED: &str = "not_ended";

impl Dimension {
    /// The key's expression. Class names are the school's own, so their key holds the school, too.
    fn expression(self) -> &'static str {
        match self {
            Self::All => "'all'",
            Self::School => "p.school",
            Self::Class => "p.school || '/' || s.class",
            Self::Specialty => "coalesce(s.specialty, 'not_recorded')",
            Self::Kind => "p.kind",
            Self::Source => "p.source",
            Self::SiteKind => "coalesce(p.site_kind, 'not_recorded')",
            Self::Region => "coalesce(p.region, 'not_recorded')",
            Self::Employer => "coalesce(v.unit, p.host)",
            Self::Ownership => "coalesce(d.ownership, 'not_recorded')",
            Self::Industry => "coalesce(d.industry, 'not_recorded')",
            Self::Size => "coalesce(d.size, 'not_recorded')",
            Self::OnSpecialty => "coalesce(p.on_specialty, 'not_recorded')",
            Self::Agreement => "coalesce(p.agreement, 'not_recorded')",
            Self::EndedBy => "case when p.ended_on <= $5 + 1 then p.ended_by else 'not_ended' end",
        }
    }

    fn is_of_student(self) -> bool {
        matches!(self, Self::Class | Self::Specialty)
    }

    /// Whether the unit behind the host is asked about.
    fn is_of_unit(self) -> bool {
        matches!(self, Self::Employer | Self::Ownership | Self::Industry | Self::Size)
    }

    /// The words for a key; a key that names something keeps its name.
    pub fn words(self, key: &str) -> String {
        let words = match self {
            Self::All => Some("合计"),
            Self::EndedBy if key == NOT_ENDED => Some("未提前终止"),
            Self::OnSpecialty if key == NOT_RECORDED => Some("未判定"),
            Self::Agreement if key == NOT_RECORDED => Some("无协议"),
            _ if key == NOT_RECORDED => Some("未填报"),
            Self::School | Self::Class | Self::Employer => None,
            Self::Specialty => SPECIALTIES.iter().find(|(code, _)| *code == key).map(|(_, name)| *name),
            Self::Kind => InternshipKind::from_code(key).map(Term::zh),
            Self::Source => HostSource::from_code(key).map(Term::zh),
            Self::SiteKind => SiteKind::from_code(key).map(Term::zh),
            Self::Region => Region::from_code(key).map(Term::zh),
            Self::Ownership => Ownership::from_code(key).map(Term::zh),
            Self::Industry => Industry::from_code(key).map(Term::zh),
            Self::Size => EmployerSize::from_code(key).map(Term::zh),
            Self::OnSpecialty => Match::from_code(key).map(Term::zh),
            Self::Agreement => SheetState::from_code(key).map(Term::zh),
            Self::EndedBy => Initiator::from_code(key).map(Term::zh),
        };
        words.unwrap_or(key).to_owned()
    }
}

/// What is counted of those at work: each but the first is a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    Placements,
    Persons,
    /// How far the post belongs to the specialty: these and `NotJudged` add up to the placements.
    Level0,
    Level1,
    Level2,
    NotJudged,
    /// The agreement is signed by all and in force on the day.
    Signed,
    RegisteredLate,
    /// The last day at work came before the planned one, and is not behind the days asked about.
    EndedByStudent,
    EndedByHost,
    EndedBySchool,
}

impl Term for Measure {
    const NAME: &'static str = "统计项";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Placements, "placements", "实习", &[]),
        entry(Self::Persons, "persons", "人数", &[]),
        entry(Self::Level0, "level-0", "不对口", &[]),
        entry(Self::Level1, "level-1", "基本对口", &[]),
        entry(Self::Level2, "level-2", "非常对口", &[]),
        entry(Self::NotJudged, "not-judged", "未判定", &[]),
        entry(Self::Signed, "signed", "协议已生效", &[]),
        entry(Self::RegisteredLate, "late", "补登", &[]),
        entry(Self::EndedByStudent, "ended-by-student", "学生提前终止", &[]),
        entry(Self::EndedByHost, "ended-by-host", "单位提前终止", &[]),
        entry(Self::EndedBySchool, "ended-by-school", "学校提前终止", &[]),
    ];
}

impl Measure {
    fn predicate(self) -> &'static str {
        match self {
            Self::Placements => "1 = 1",
            Self::Persons => "p.is_latest = 1",
            Self::Level0 => "p.on_specialty = 'none'",
            Self::Level1 => "p.on_specialty = 'near'",
            Self::Level2 => "p.on_specialty = 'full'",
            Self::NotJudged => "p.on_specialty is null",
            Self::Signed => "p.agreement = 'in_force'",
            Self::RegisteredLate => "p.is_late = 1",
            Self::EndedByStudent => "p.ended_by = 'student' and p.ended_on <= $5 + 1",
            Self::EndedByHost => "p.ended_by = 'host' and p.ended_on <= $5 + 1",
            Self::EndedBySchool => "p.ended_by = 'school' and p.ended_on <= $5 + 1",
        }
    }
}

/// By measure, in the order of `Measure::ENTRIES`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts([i64; 11]);

impl Counts {
    pub fn of(&self, measure: Measure) -> i64 {
        let index = Measure::ENTRIES.iter().position(|entry| entry.value == measure);
        index.and_then(|index| self.0.get(index)).copied().unwrap_or(0)
    }

    /// Adds another part.
    pub fn add(&mut self, other: &Self) {
        for (count, more) in self.0.iter_mut().zip(other.0) {
            *count += more;
        }
    }
}

/// Which days are asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum During {
    /// The question's.
    Day,
    /// Whoever was at work on any of these.
    Period(Period),
}

/// The parts by the dimension's code; they add up to that of `Dimension::All`.
pub async fn counts(
    readers: &AnyPool,
    question: &Question,
    during: During,
    by: Dimension,
) -> Result<BTreeMap<String, Counts>, sqlx::Error> {
    let measures = Measure::ENTRIES.iter().enumerate();
    let sums: Vec<String> = measures
        .map(|(index, entry)| {
            let predicate = entry.value.predicate();
            format!("cast(sum(case when {predicate} then 1 else 0 end) as bigint) as c{index}")
        })
        .collect();
    let (part, sums, at_work) = (by.expression(), sums.join(", "), at_work(during));
    let from = from_at_work(by.is_of_student() || question.scope.class().is_some(), "");
    let sql = if by.is_of_unit() {
        // A city has 900 units for 18,000 placements: counted by host first, and then joined.
        let added = (0..Measure::ENTRIES.len()).map(|index| format!("cast(sum(c{index}) as bigint)"));
        let added = added.collect::<Vec<_>>().join(", ");
        format!(
            "with recursive {SURVIVORS}, {KNOWN}, {at_work}, hosts as (select p.host, {sums} {from} group by p.host)
             select {part}, {added} from hosts p{UNITS} group by 1"
        )
    } else {
        format!("with {KNOWN}, {at_work} select {part}, {sums} {from} group by 1")
    };
    let mut parts = BTreeMap::new();
    for row in bind(&sql, question, during).fetch_all(readers).await? {
        let mut counts = Counts::default();
        for (index, count) in counts.0.iter_mut().enumerate() {
            *count = row.try_get(index + 1)?;
        }
        parts.insert(row.try_get(0)?, counts);
    }
    Ok(parts)
}

/// A count that is opened: a measure of one part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    pub by: Dimension,
    pub part: String,
    pub measure: Measure,
}

/// One placement behind a count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behind {
    pub placement: PlacementId,
    pub student: StudentId,
    pub school: String,
    pub class: String,
    /// As recorded, and the unit that it is part of.
    pub host: EmployerId,
    pub unit: EmployerId,
    /// The events that decide: of the place, of the stage, of the agreement's state, of the end before the last day.
    pub place_position: i64,
    pub stage_position: i64,
    pub agreement_position: Option<i64>,
    pub end_position: Option<i64>,
}

/// The placements behind a count, by school, class and student.
pub async fn behind(
    readers: &AnyPool,
    question: &Question,
    during: During,
    opened: &Opened,
) -> Result<Vec<Behind>, sqlx::Error> {
    let columns = "p.placement, p.student, p.school, s.class, p.host, coalesce(v.unit, p.host), p.place_position,
                   p.stage_position, p.agreement_position, p.end_position";
    let (measure, part, from) = (opened.measure.predicate(), opened.by.expression(), from_at_work(true, UNITS));
    let sql = format!(
        "with recursive {SURVIVORS}, {KNOWN}, {} select {columns} {from} and {measure} and {part} = $6
         order by p.school, s.class, p.student, p.placement",
        at_work(during)
    );
    let rows = bind(&sql, question, during).bind(opened.part.clone()).fetch_all(readers).await?;
    rows.iter().map(placement_behind).collect()
}

fn placement_behind(row: &AnyRow) -> Result<Behind, sqlx::Error> {
    Ok(Behind {
        placement: PlacementId(id(row, 0)?),
        student: StudentId(id(row, 1)?),
        school: row.try_get(2)?,
        class: row.try_get(3)?,
        host: EmployerId(id(row, 4)?),
        unit: EmployerId(id(row, 5)?),
        place_position: row.try_get(6)?,
        stage_position: row.try_get(7)?,
        agreement_position: row.try_get(8)?,
        end_position: row.try_get(9)?,
    })
}

/// The unit behind a host, and what is so of it on the last day.
const UNITS: &str = " left join survivors v on v.employer = p.host
    left join employer_directory d on d.employer = coalesce(v.unit, p.host)
      and d.true_from <= $5 and d.true_to > $5 and d.known_from <= $2 and d.known_to > $2";

/// The common table expression of those at work, `at_work`, one row per placement. Binds: $1 first day, $2 position, $3
/// school and $4 class of the scope, which may be null, $5 last day.
fn at_work(during: During) -> &'static str {
    match during {
        During::Day => include_str!("at_work/day.sql"),
        During::Period(_) => include_str!("at_work/period.sql"),
    }
}

/// Those at work inside the scope; with what the students' register knows only where it is asked for.
fn from_at_work(with_students: bool, units: &str) -> String {
    if with_students {
        format!(
            "from at_work p join student_register s on s.student = p.student{units}
             where ($4 is null or s.class = $4)"
        )
    } else {
        format!("from at_work p{units} where 1 = 1")
    }
}

fn bind(sql: &str, question: &Question, during: During) -> Query<'static, Any, AnyArguments> {
    let (first, last) = match during {
        During::Day => (question.as_of, question.as_of),
        During::Period(Period { first_day, last_day }) => (epoch_day(first_day), epoch_day(last_day)),
    };
    sqlx::query(AssertSqlSafe(sql.to_owned()))
        .bind(first)
        .bind(question.known_at)
        .bind(question.scope.school().map(|school| school.as_str().to_owned()))
        .bind(question.scope.class().map(|class| class.as_str().to_owned()))
        .bind(last)
}
