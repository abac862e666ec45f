//! Questions: on a day, or on any day of a period, as known at a position: how many students are at work, by any
//! dimension? And which placements does a count count? Unit: placements; on one day each is a person.
//!
//! Invariants: a count and its list agree, because both come from the same condition over the same rows. The parts of
//! every dimension add up to the whole, because each row is in one part.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyPool, AssertSqlSafe, Row as _};

use super::KNOWN;
use super::question::PlacementsAsOf;
use crate::domain::agreement::codes::VersionState;
use crate::domain::day::epoch_day;
use crate::domain::employer::codes::{EmployerSize, Ownership};
use crate::domain::ids::{EmployerId, PlacementId, StudentId};
use crate::domain::placement::arrangement::Period;
use crate::domain::placement::codes::{HostSource, Initiator, InternshipKind, Region, SiteKind};
use crate::domain::specialties::specialty_name;
use crate::domain::terms::{Entry, Industry, SpecialtyMatch, Term, entry};
use crate::projections::NOT_RECORDED;
use crate::projections::columns::id;
use crate::projections::employer_directory::SURVIVORS;
use crate::text::lang::{Sentence, say};

/// What those at work are broken down by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "kebab-case")]
pub enum PlacementDimension {
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
    /// The unit's ownership, as industry and size, as of the last day that is asked about.
    Ownership,
    Industry,
    Size,
    OnSpecialty,
    Agreement,
    /// Who ended the stay before its last day.
    EndedBy,
}

impl Term for PlacementDimension {
    const NAME: &'static str = "分组";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::All, "all", "合计", &[]).en("total"),
        entry(Self::School, "school", "学校", &[]),
        entry(Self::Class, "class", "班级", &[]),
        entry(Self::Specialty, "specialty", "专业", &[]),
        entry(Self::Kind, "kind", "实习类别", &[]).en("kind of internship"),
        entry(Self::Source, "source", "实习单位来源", &[]).en("source of the host"),
        entry(Self::SiteKind, "site-kind", "实习场所类型", &[]).en("kind of workplace"),
        entry(Self::Region, "region", "实习去向", &[]).en("place of the internship"),
        entry(Self::Employer, "employer", "实习单位", &[]).en("host"),
        entry(Self::Ownership, "ownership", "单位性质", &[]).en("ownership of the host"),
        entry(Self::Industry, "industry", "单位行业", &[]).en("industry of the host"),
        entry(Self::Size, "size", "单位规模", &[]).en("size of the host"),
        entry(Self::OnSpecialty, "on-specialty", "专业对口程度", &[]).en("on-specialty level"),
        entry(Self::Agreement, "agreement", "协议状态", &[]).en("state of the agreement"),
        entry(Self::EndedBy, "ended-by", "提前终止", &[]),
    ];
}

/// The key of stays that did not end early.
const NOT_ENDED: &str = "not_ended";

impl PlacementDimension {
    /// The SQL expression of a placement's key. Class names are a school's own, so the key of a class names the school,
    /// too.
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

    /// Whether the key is a property of the unit that the host is part of.
    fn is_of_unit(self) -> bool {
        matches!(self, Self::Employer | Self::Ownership | Self::Industry | Self::Size)
    }

    /// The words for a key. Keys of schools, classes and employers are names or ids already, and stay; so does the code of
    /// a specialty in English.
    pub fn part(self, key: &str) -> Sentence {
        let words = match self {
            Self::All => Some(self.words()),
            Self::EndedBy if key == NOT_ENDED => Some(say("未提前终止", "not ended early")),
            Self::OnSpecialty if key == NOT_RECORDED => Some(say("未判定", "not judged")),
            Self::Agreement if key == NOT_RECORDED => Some(say("无协议", "no agreement")),
            _ if key == NOT_RECORDED => Some(say("未填报", "not recorded")),
            Self::School | Self::Class | Self::Employer => None,
            Self::Specialty => specialty_name(key).map(|name| say(name, key)),
            Self::Kind => InternshipKind::from_code(key).map(Term::words),
            Self::Source => HostSource::from_code(key).map(Term::words),
            Self::SiteKind => SiteKind::from_code(key).map(Term::words),
            Self::Region => Region::from_code(key).map(Term::words),
            Self::Ownership => Ownership::from_code(key).map(Term::words),
            Self::Industry => Industry::from_code(key).map(Term::words),
            Self::Size => EmployerSize::from_code(key).map(Term::words),
            Self::OnSpecialty => SpecialtyMatch::from_code(key).map(Term::words),
            Self::Agreement => VersionState::from_code(key).map(Term::words),
            Self::EndedBy => Initiator::from_code(key).map(Term::words),
        };
        words.unwrap_or_else(|| say(key, key))
    }
}

/// What is counted of those at work. Each measure but the first counts a part of the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    Placements,
    Persons,
    /// How far the post belongs to the specialty: the three levels and `NotJudged` add up to the placements.
    #[serde(rename = "level-0")]
    Level0,
    #[serde(rename = "level-1")]
    Level1,
    #[serde(rename = "level-2")]
    Level2,
    NotJudged,
    /// The agreement is signed by all and in force on the day.
    Signed,
    #[serde(rename = "late")]
    RegisteredLate,
    /// The stay ended before its planned last day, and not later than the days asked about.
    EndedByStudent,
    EndedByHost,
    EndedBySchool,
}

impl Term for Measure {
    const NAME: &'static str = "统计项";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Placements, "placements", "实习", &[]),
        entry(Self::Persons, "persons", "人数", &[]),
        entry(Self::Level0, "level-0", "不对口", &[]).en("not on-specialty"),
        entry(Self::Level1, "level-1", "基本对口", &[]).en("largely on-specialty"),
        entry(Self::Level2, "level-2", "非常对口", &[]).en("fully on-specialty"),
        entry(Self::NotJudged, "not-judged", "未判定", &[]).en("not judged"),
        entry(Self::Signed, "signed", "协议已生效", &[]).en("agreement in force"),
        entry(Self::RegisteredLate, "late", "补登", &[]).en("registered late"),
        entry(Self::EndedByStudent, "ended-by-student", "学生提前终止", &[]).en("ended by the student"),
        entry(Self::EndedByHost, "ended-by-host", "单位提前终止", &[]).en("ended by the host"),
        entry(Self::EndedBySchool, "ended-by-school", "学校提前终止", &[]).en("ended by the school"),
    ];
}

impl Measure {
    /// The SQL condition of the placements that it counts.
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

/// A count for each measure, in the order of `Measure::ENTRIES`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PlacementCounts(pub(crate) [i64; 11]);

impl PlacementCounts {
    /// The count of a measure.
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
    /// The question's day.
    Day,
    /// Any of these days.
    Period(Period),
}

/// The counts of each part, by the part's key. They add up to those of `PlacementDimension::All`.
///
/// # Errors
/// When the database cannot be read.
pub async fn counts(
    readers: &AnyPool,
    question: &PlacementsAsOf,
    during: During,
    by: PlacementDimension,
) -> Result<BTreeMap<String, PlacementCounts>, sqlx::Error> {
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
        // A city has 900 units and 18,000 placements, so placements are counted by host before units are joined.
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
        let mut counts = PlacementCounts::default();
        for (index, count) in counts.0.iter_mut().enumerate() {
            *count = row.try_get(index + 1)?;
        }
        parts.insert(row.try_get(0)?, counts);
    }
    Ok(parts)
}

/// A count whose placements are asked for: a measure of one part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedCount {
    pub by: PlacementDimension,
    pub part: String,
    pub measure: Measure,
}

/// One placement behind a count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacementBehind {
    pub placement: PlacementId,
    pub student: StudentId,
    pub school: String,
    pub class: String,
    /// As recorded.
    pub host: EmployerId,
    /// The unit that the host is part of.
    pub unit: EmployerId,
    /// The positions of the events that decide on the place, on the stage, on the agreement's state, and on an early
    /// end.
    pub place_position: i64,
    pub stage_position: i64,
    pub agreement_position: Option<i64>,
    pub end_position: Option<i64>,
}

/// The placements behind a count, by school, class and student.
///
/// # Errors
/// When the database cannot be read.
pub async fn behind(
    readers: &AnyPool,
    question: &PlacementsAsOf,
    during: During,
    opened: &OpenedCount,
) -> Result<Vec<PlacementBehind>, sqlx::Error> {
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

fn placement_behind(row: &AnyRow) -> Result<PlacementBehind, sqlx::Error> {
    Ok(PlacementBehind {
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

/// Joins the unit that a host is part of, and what is so of it on the last day.
const UNITS: &str = " left join survivors v on v.employer = p.host
    left join employer_directory d on d.employer = coalesce(v.unit, p.host)
      and d.true_from <= $5 and d.true_to > $5 and d.known_from <= $2 and d.known_to > $2";

/// The common table expression `at_work`: a row for each placement at work. Binds: $1 first day, $2 position, $3 school
/// and $4 class of the scope, which may be null, $5 last day.
fn at_work(during: During) -> &'static str {
    match during {
        During::Day => include_str!("at_work/day.sql"),
        During::Period(_) => include_str!("at_work/period.sql"),
    }
}

/// Selects those at work inside the scope. The student register is joined only if it is needed.
fn from_at_work(with_students: bool, units: &str) -> String {
    if with_students {
        format!(
            "from at_work p join student_register s on s.student = p.student
                 and s.known_from <= $2 and s.known_to > $2 and s.true_from <= $5 and s.true_to > $5{units}
             where ($4 is null or s.class = $4)"
        )
    } else {
        format!("from at_work p{units} where 1 = 1")
    }
}

/// A statement with the binds of `at_work`.
fn bind(sql: &str, question: &PlacementsAsOf, during: During) -> Query<'static, Any, AnyArguments> {
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
