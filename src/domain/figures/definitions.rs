//! What is divided by what: the released definitions, for a statistician to read.
//!
//! Reports use one name with different denominators; all of them are computed, each with its denominator in its name,
//! and a profile says which one is printed as *the* rate. Sources: the identities of the yearly form of 2014 to 2020
//! and of the city reports that were checked.

use super::PopulationCounts;
use super::populations::{
    ALL, DIRECT_EMPLOYMENT, EMPLOYED, EXAM_QUALIFIED, EXAM_QUALIFIED_UNDERGRADUATE, EXAM_SAT, FURTHER_STUDY,
    FURTHER_STUDY_UNDERGRADUATE, GRADUATES, KNOWN, ON_SPECIALTY, Population,
};

/// A whole: one population, or one less another that lies inside it.
#[derive(Debug, PartialEq, Eq)]
pub enum Denominator {
    All(&'static Population),
    Less(&'static Population, &'static Population),
}

impl Denominator {
    /// Persons of a cell that are in the whole.
    pub fn count(&self, counts: &PopulationCounts) -> i64 {
        match self {
            Self::All(population) => counts.of(population),
            Self::Less(whole, part) => counts.of(whole) - counts.of(part),
        }
    }

    /// The Chinese name that is printed.
    pub fn zh(&self) -> String {
        match self {
            Self::All(population) => population.zh.to_owned(),
            Self::Less(whole, part) => format!("{}减{}", whole.zh, part.zh),
        }
    }

    /// The populations in it with their versions.
    pub fn versions(&self) -> String {
        match self {
            Self::All(population) => population.id_and_version(),
            Self::Less(whole, part) => format!("{} − {}", whole.id_and_version(), part.id_and_version()),
        }
    }
}

/// How every figure is printed.
pub const ROUNDING: &str = "两位小数，四舍五入";

/// Where the definitions come from.
pub const SOURCE: &str = "中职就业年报表 2014—2020";

/// How what is unknown would move the figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BoundsRule {
    None,
    /// In the numerator or not; they are in the denominator already.
    Numerator,
    /// They would enter the denominator, too.
    NumeratorAndDenominator,
}

/// A figure: what is divided by what, under which name and version, and how the unknown move it.
#[derive(Debug, PartialEq, Eq)]
pub struct Definition {
    pub id: &'static str,
    pub version: u32,
    pub zh: &'static str,
    pub en: &'static str,
    pub numerator: &'static Population,
    pub denominator: Denominator,
    pub bounds: BoundsRule,
    /// The cohorts from which on it is in force.
    pub since_year: i16,
}

/// The list that report and explain use.
pub const DEFINITIONS: [Definition; 14] = [
    Definition {
        id: "employment_rate",
        version: 1,
        zh: "就业率（含升学）",
        en: "Employment rate, further study included",
        numerator: &EMPLOYED,
        denominator: Denominator::All(&GRADUATES),
        bounds: BoundsRule::Numerator,
        since_year: 2014,
    },
    Definition {
        id: "direct_employment_rate",
        version: 1,
        zh: "直接就业率",
        en: "Direct employment rate",
        numerator: &DIRECT_EMPLOYMENT,
        denominator: Denominator::All(&GRADUATES),
        bounds: BoundsRule::Numerator,
        since_year: 2014,
    },
    Definition {
        id: "employment_rate_excluding_further_study",
        version: 1,
        zh: "不含升学的就业率",
        en: "Employment rate of those not in further study",
        numerator: &DIRECT_EMPLOYMENT,
        denominator: Denominator::Less(&GRADUATES, &FURTHER_STUDY),
        bounds: BoundsRule::Numerator,
        since_year: 2014,
    },
    Definition {
        id: "on_specialty_rate_of_graduates",
        version: 1,
        zh: "对口就业率（占毕业生）",
        en: "On-specialty employment as a share of graduates",
        numerator: &ON_SPECIALTY,
        denominator: Denominator::All(&GRADUATES),
        bounds: BoundsRule::Numerator,
        since_year: 2014,
    },
    Definition {
        id: "on_specialty_rate_of_direct_employment",
        version: 1,
        zh: "对口就业率（占直接就业）",
        en: "On-specialty employment as a share of direct employment",
        numerator: &ON_SPECIALTY,
        denominator: Denominator::All(&DIRECT_EMPLOYMENT),
        bounds: BoundsRule::NumeratorAndDenominator,
        since_year: 2014,
    },
    Definition {
        id: "on_specialty_rate_of_employed",
        version: 1,
        zh: "对口就业率（占就业）",
        en: "On-specialty employment as a share of all employed",
        numerator: &ON_SPECIALTY,
        denominator: Denominator::All(&EMPLOYED),
        bounds: BoundsRule::NumeratorAndDenominator,
        since_year: 2014,
    },
    Definition {
        id: "progression_rate",
        version: 1,
        zh: "升学率",
        en: "Progression rate",
        numerator: &FURTHER_STUDY,
        denominator: Denominator::All(&GRADUATES),
        bounds: BoundsRule::Numerator,
        since_year: 2014,
    },
    Definition {
        id: "further_study_share_of_employed",
        version: 1,
        zh: "升学占就业比例",
        en: "Further study as a share of all employed",
        numerator: &FURTHER_STUDY,
        denominator: Denominator::All(&EMPLOYED),
        bounds: BoundsRule::NumeratorAndDenominator,
        since_year: 2014,
    },
    Definition {
        id: "undergraduate_progression_rate_of_graduates",
        version: 1,
        zh: "本科升学率（占毕业生）",
        en: "Undergraduate progression as a share of graduates",
        numerator: &FURTHER_STUDY_UNDERGRADUATE,
        denominator: Denominator::All(&GRADUATES),
        bounds: BoundsRule::Numerator,
        since_year: 2014,
    },
    Definition {
        id: "undergraduate_progression_rate_of_further_study",
        version: 1,
        zh: "本科升学率（占升学）",
        en: "Undergraduate progression as a share of further study",
        numerator: &FURTHER_STUDY_UNDERGRADUATE,
        denominator: Denominator::All(&FURTHER_STUDY),
        bounds: BoundsRule::NumeratorAndDenominator,
        since_year: 2014,
    },
    Definition {
        id: "exam_pass_rate",
        version: 1,
        zh: "职教高考上线率",
        en: "Share of those who sat the exam and qualified",
        numerator: &EXAM_QUALIFIED,
        denominator: Denominator::All(&EXAM_SAT),
        bounds: BoundsRule::None,
        since_year: 2014,
    },
    Definition {
        id: "exam_undergraduate_rate_of_sat",
        version: 1,
        zh: "本科上线率（占参考）",
        en: "Qualified for undergraduate study as a share of those who sat the exam",
        numerator: &EXAM_QUALIFIED_UNDERGRADUATE,
        denominator: Denominator::All(&EXAM_SAT),
        bounds: BoundsRule::None,
        since_year: 2014,
    },
    Definition {
        id: "exam_undergraduate_rate_of_qualified",
        version: 1,
        zh: "本科上线率（占上线）",
        en: "Qualified for undergraduate study as a share of those who qualified",
        numerator: &EXAM_QUALIFIED_UNDERGRADUATE,
        denominator: Denominator::All(&EXAM_QUALIFIED),
        bounds: BoundsRule::None,
        since_year: 2014,
    },
    Definition {
        id: "known_destination_rate",
        version: 1,
        zh: "去向知晓率",
        en: "Known destination rate",
        numerator: &KNOWN,
        denominator: Denominator::All(&GRADUATES),
        bounds: BoundsRule::None,
        since_year: 2014,
    },
];

/// The definition of a figure by its id, in its latest version.
pub fn definition(id: &str) -> Option<&'static Definition> {
    DEFINITIONS.iter().filter(|definition| definition.id == id).max_by_key(|definition| definition.version)
}

impl Definition {
    /// One line that says what is over what, and under which name and version.
    pub fn text(&self) -> String {
        let (numerator, denominator) = (self.numerator.zh, self.denominator.zh());
        format!("{numerator} ÷ {denominator}（{} v{}，保留两位小数，四舍五入）", self.id, self.version)
    }
}

/// What can be opened to the persons behind it: a rate, or the count of a population, which is of all graduates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenFigure {
    Rate(&'static Definition),
    Count(&'static Population),
}

impl OpenFigure {
    /// By the id of a definition or of a population, in its latest version.
    pub fn find(id: &str) -> Option<Self> {
        let population = || ALL.into_iter().filter(|population| population.id == id).max_by_key(|of| of.version);
        definition(id).map(Self::Rate).or_else(|| population().map(Self::Count))
    }

    pub fn id(self) -> &'static str {
        match self {
            Self::Rate(definition) => definition.id,
            Self::Count(population) => population.id,
        }
    }

    pub fn zh(self) -> &'static str {
        match self {
            Self::Rate(definition) => definition.zh,
            Self::Count(population) => population.zh,
        }
    }

    pub fn en(self) -> String {
        match self {
            Self::Rate(definition) => definition.en.to_owned(),
            Self::Count(population) => population.en(),
        }
    }

    /// One line that says who is counted, and under which name and version.
    pub fn text(self) -> String {
        match self {
            Self::Rate(definition) => definition.text(),
            Self::Count(population) => {
                format!("{}的人数，在{}中（{} v{}）", population.zh, GRADUATES.zh, population.id, population.version)
            }
        }
    }

    /// Persons of a cell who are counted, and persons of the whole that they are counted in.
    pub fn over(self, counts: &PopulationCounts) -> (i64, i64) {
        match self {
            Self::Rate(definition) => (counts.of(definition.numerator), definition.denominator.count(counts)),
            Self::Count(population) => (counts.of(population), counts.of(&GRADUATES)),
        }
    }
}
