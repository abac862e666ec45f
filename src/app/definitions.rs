//! What is counted and what is divided by what: the definitions of rates and populations, which everybody may read.

use clap::Args;
use serde::{Deserialize, Serialize};

use super::report_error::ReportError;
use crate::domain::figures::definitions::{DEFINITIONS, OpenFigure};
use crate::domain::figures::populations::ALL;

/// Every definition, or the one with an id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
pub struct ListDefinitions {
    /// The id of a rate, or of a population.
    pub figure: Option<String>,
}

impl ListDefinitions {
    /// The rates and populations that are asked for, every version of each.
    ///
    /// # Errors
    /// If none has the id.
    pub fn found(&self) -> Result<Vec<OpenFigure>, ReportError> {
        let all = DEFINITIONS.iter().map(OpenFigure::Rate).chain(ALL.into_iter().map(OpenFigure::Count));
        let found: Vec<OpenFigure> = all.filter(|of| self.figure.as_deref().is_none_or(|id| of.id() == id)).collect();
        match &self.figure {
            Some(id) if found.is_empty() => Err(ReportError::NoSuchFigure(id.clone())),
            Some(_) | None => Ok(found),
        }
    }
}
