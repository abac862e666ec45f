//! The words for the keys of a breakdown.

use std::collections::HashMap;

use crate::domain::specialties::{SPECIALTIES, SPECIALTY_CLASSES};
use crate::domain::terms::{
    Channel, DestinationKind, Gender, Industry, Insurance, JobPlace, LabourContract, Route, SalaryBand, Term,
};
use crate::projections::NOT_RECORDED;
use crate::projections::cohort_outcomes::count::Dimension;

/// Names of schools, and the words of every other dimension.
pub(super) struct DimensionNames {
    pub schools: HashMap<String, String>,
}

impl DimensionNames {
    /// The words for a dimension's key.
    pub(super) fn of(&self, dimension: Dimension, key: &str) -> String {
        if key == NOT_RECORDED {
            return "未填报".to_owned();
        }
        let named = match dimension {
            Dimension::School => self.schools.get(key).map(String::as_str),
            Dimension::SpecialtyClass => SPECIALTY_CLASSES.iter().find(|(code, _)| *code == key).map(|(_, name)| *name),
            Dimension::Specialty => SPECIALTIES.iter().find(|(code, _)| *code == key).map(|(_, name)| *name),
            Dimension::Class => return self.class(key),
            Dimension::Gender => Gender::from_code(key).map(Term::zh),
            Dimension::Route => Route::from_code(key).map(Term::zh),
            Dimension::Kind => DestinationKind::from_code(key).map(Term::zh),
            Dimension::Industry => Industry::from_code(key).map(Term::zh),
            Dimension::Place => JobPlace::from_code(key).map(Term::zh),
            Dimension::Channel => Channel::from_code(key).map(Term::zh),
            Dimension::Salary => SalaryBand::from_code(key).map(Term::zh),
            Dimension::Contract => LabourContract::from_code(key).map(Term::zh),
            Dimension::Insurance => Insurance::from_code(key).map(Term::zh),
        };
        named.unwrap_or(key).to_owned()
    }

    fn class(&self, key: &str) -> String {
        match key.split_once('/') {
            Some((school, class)) => {
                format!("{} {class}", self.schools.get(school).map_or(school, String::as_str))
            }
            None => key.to_owned(),
        }
    }
}
