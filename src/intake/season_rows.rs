//! What rows of units and of placements say.
//!
//! An optional field that is `None` was an empty cell: it says nothing.

use jiff::civil::Date;
use serde::Serialize;

use super::rows::{PersonRef, SchoolRef};
use crate::domain::agreement::codes::SigningParty;
use crate::domain::agreement::terms::{Conditions, Insured, Payment};
use crate::domain::employer::EmployerProfile;
use crate::domain::host::codes::Finding;
use crate::domain::ids::CreditCode;
use crate::domain::placement::codes::{ChangeReason, ComplianceVerdict, EndReason, Initiator};
use crate::input::fields::PlacementFields;

/// How a row names a legal unit: by one of these at least.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnitRef {
    pub name: Option<String>,
    pub code: Option<CreditCode>,
}

/// A unit, and what a school has to do with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EmployerRow {
    pub school: SchoolRef,
    pub name: String,
    pub code: Option<CreditCode>,
    pub profile: EmployerProfile,
    /// Persons on the staff (在岗职工总数), counted on that day.
    pub staff: Option<(u32, Date)>,
    pub partner_since: Option<Date>,
    /// What was found under each of the nine heads.
    pub visit: Option<(Date, Finding)>,
    /// Last day of a framework agreement, and its first where that is said.
    pub framework: Option<(Option<Date>, Date)>,
    /// Name and telephone.
    pub contact: Option<(String, Option<String>)>,
}

/// What an agreement says besides what the placement arranges.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Agreed {
    pub conditions: Option<Conditions>,
    pub payment: Option<Payment>,
    pub insured: Option<Insured>,
}

/// Who signed, and on which day where the row names one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SignedBy {
    pub party: SigningParty,
    pub on: Option<Date>,
}

/// Signatures on paper under the agreement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signed {
    /// The version that was signed; the one that is out where none is named.
    pub version: Option<u32>,
    pub on: Date,
    /// Empty for all.
    pub by: Vec<SignedBy>,
}

/// An end before the last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Ended {
    /// The last day at work.
    pub on: Date,
    pub initiator: Initiator,
    pub reason: EndReason,
    /// From this day the agreement binds nobody.
    pub agreement_ends_on: Option<Date>,
}

/// A student's stay. Where `change` is there, what is said holds from that day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlacementRow {
    pub person: PersonRef,
    pub unit: UnitRef,
    /// Without the host, which `unit` names.
    pub fields: PlacementFields,
    pub first_day: Date,
    pub verdict: Option<ComplianceVerdict>,
    pub agreed: Agreed,
    pub signed: Option<Signed>,
    /// When all signed the other documents of the packet.
    pub packet_signed_on: Option<Date>,
    pub arrived_on: Option<Date>,
    pub change: Option<(Date, ChangeReason)>,
    pub ended: Option<Ended>,
}
