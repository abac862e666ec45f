//! A row about a student, as it was spoken.

use serde::{Deserialize, Serialize};

use jiff::civil::Date;

use crate::domain::ids::{ClassName, SchoolCode, SealedRevision, SpecialtyCode};
use crate::domain::terms::{Gender, Route, Standing};

/// What a roster says of one student; only the cells that said something are stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StudentRow {
    pub school: SchoolCode,
    pub class: ClassName,
    /// Says nothing where the school's word for the specialty is in no catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub specialty: Option<SpecialtyCode>,
    pub gender: Gender,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<Route>,
    pub standing: Standing,
    /// The first day on which it is so. A row without one says how things are on the day of which its batch speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Date>,
    /// Whether what was said of leaving school never was so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub corrects: bool,
    /// Under which revision name, numbers and contacts are sealed.
    pub identity: SealedRevision,
}
