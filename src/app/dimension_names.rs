//! The words for the keys of a breakdown.

use std::collections::HashMap;

use crate::domain::specialties::{specialty_class_name, specialty_name};
use crate::domain::terms::{
    Channel, DestinationKind, Gender, Industry, Insurance, JobPlace, LabourContract, Route, SalaryBand, Term,
};
use crate::projections::NOT_RECORDED;
use crate::projections::cohort_outcomes::count::Dimension;
use crate::text::lang::{Sentence, say};

/// Names of schools, and the words of every other dimension.
pub(super) struct DimensionNames {
    pub schools: HashMap<String, String>,
}

impl DimensionNames {
    /// The words for a dimension's key. Names of schools and classes are the same in both
    /// languages; a specialty is its code in English.
    pub(super) fn of(&self, dimension: Dimension, key: &str) -> Sentence {
        if key == NOT_RECORDED {
            return say("未填报", "not recorded");
        }
        let words = match dimension {
            Dimension::School => self.schools.get(key).map(|name| say(name, name)),
            Dimension::SpecialtyClass => specialty_class_name(key).map(|name| say(name, key)),
            Dimension::Specialty => specialty_name(key).map(|name| say(name, key)),
            Dimension::Class => key.split_once('/').map(|(school, class)| {
                let name = format!("{} {class}", self.schools.get(school).map_or(school, String::as_str));
                say(name.clone(), name)
            }),
            Dimension::Gender => Gender::from_code(key).map(Term::words),
            Dimension::Route => Route::from_code(key).map(Term::words),
            Dimension::Kind => DestinationKind::from_code(key).map(Term::words),
            Dimension::Industry => Industry::from_code(key).map(Term::words),
            Dimension::Place => JobPlace::from_code(key).map(Term::words),
            Dimension::Channel => Channel::from_code(key).map(Term::words),
            Dimension::Salary => SalaryBand::from_code(key).map(Term::words),
            Dimension::Contract => LabourContract::from_code(key).map(Term::words),
            Dimension::Insurance => Insurance::from_code(key).map(Term::words),
        };
        words.unwrap_or_else(|| say(key, key))
    }
}
