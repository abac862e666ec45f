//! The documents by which persons are known: most have a citizen number, some a permit, a passport, or only the number that
//! the school gave them.

use std::error::Error;

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray, VariantNames};

use super::ids::{CitizenId, CitizenIdFault};
use super::terms::{Entry, Gender, Term, entry};

/// The kind of a document (身份证件类型).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum IdentityKind {
    /// Also residence permits of Hong Kong, Macau and Taiwan residents and permanent residence permits of foreigners,
    /// whose numbers are made alike.
    Citizen,
    TravelPermit,
    Passport,
    /// Without any of these: the number that the school gave.
    SchoolNumber,
}

impl Term for IdentityKind {
    const NAME: &'static str = "身份证件类型";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(
            Self::Citizen,
            "citizen",
            "居民身份证",
            &["身份证", "二代身份证", "港澳居民居住证", "港澳台居民居住证", "台湾居民居住证", "外国人永久居留身份证"],
        )
        .en("citizen number"),
        entry(
            Self::TravelPermit,
            "travel_permit",
            "通行证",
            &["港澳居民来往内地通行证", "台湾居民来往大陆通行证", "港澳通行证", "台胞证", "回乡证"],
        )
        .en("permit of travel to the mainland"),
        entry(Self::Passport, "passport", "护照", &["外国护照", "外籍护照"]),
        entry(Self::SchoolNumber, "school_number", "校内编号", &["学籍号", "其他", "无", "无证件"])
            .en("number given by the school"),
    ];
}

/// Why a text is no number of a document.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, strum::Display, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "identity.")]
pub enum IdentityFault {
    Shape { kind: IdentityKind },
}

impl Error for IdentityFault {}

/// The number of the document by which a person is known at a school. Never stored in an event. Numbers of different
/// kinds are made differently, so that the number alone tells the person.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct IdentityNumber(String);

/// Characters of numbers other than citizen numbers.
const OTHER_LEN: std::ops::RangeInclusive<usize> = 5..=30;

impl IdentityNumber {
    /// Reads a number of another kind than a citizen number; small letters count as capital ones.
    ///
    /// # Errors
    /// [`IdentityFault`] when it is not of 5 to 30 letters and digits, or a permit's or passport's has no digit.
    pub fn of(kind: IdentityKind, text: &str) -> Result<Self, IdentityFault> {
        let text = text.to_ascii_uppercase();
        let is_made_so =
            text.bytes().all(|byte| byte.is_ascii_alphanumeric()) && text.bytes().any(|b| b.is_ascii_digit());
        if OTHER_LEN.contains(&text.len()) && is_made_so { Ok(Self(text)) } else { Err(IdentityFault::Shape { kind }) }
    }

    /// Reads a number whose kind is not said: what begins with a letter is a permit's or a passport's, the rest is a
    /// citizen number.
    ///
    /// # Errors
    /// [`CitizenIdFault`] when it is neither.
    pub fn of_any(text: &str) -> Result<Self, CitizenIdFault> {
        let begins_with_letter = text.starts_with(|c: char| c.is_ascii_alphabetic());
        match Self::of(IdentityKind::Passport, text) {
            Ok(number) if begins_with_letter && text.len() <= 12 => Ok(number),
            Ok(_) | Err(_) => Ok(CitizenId::parse(text)?.into()),
        }
    }

    /// The characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The gender that a citizen number states.
    pub fn gender(&self) -> Option<Gender> {
        CitizenId::parse(&self.0).ok().map(|number| number.gender())
    }
}

impl From<CitizenId> for IdentityNumber {
    fn from(number: CitizenId) -> Self {
        Self(number.as_str().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_no_stated_kind_is_a_permit_a_passport_or_a_citizen_number() {
        for (text, known) in
            [("h12345678", "H12345678"), ("E1234567", "E1234567"), ("11010519491231002x", "11010519491231002X")]
        {
            assert_eq!(IdentityNumber::of_any(text).map(|number| number.as_str().to_owned()), Ok(known.to_owned()));
        }
        for (text, fault) in [
            ("12345678", CitizenIdFault::Shape),
            ("E1234567890123", CitizenIdFault::Shape),
            ("330702200703154511", CitizenIdFault::CheckDigit),
        ] {
            assert_eq!(IdentityNumber::of_any(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn a_number_of_a_stated_kind_is_letters_and_digits() {
        let of = IdentityNumber::of;
        let shape = |kind| Err(IdentityFault::Shape { kind });
        assert_eq!(of(IdentityKind::TravelPermit, "01234567").map(|number| number.gender()), Ok(None));
        assert!(of(IdentityKind::SchoolNumber, "999330700001200001").is_ok());
        for text in ["", "1234", "PASSPORT", "E1234 567", "护照1234567"] {
            assert_eq!(of(IdentityKind::Passport, text), shape(IdentityKind::Passport), "{text}");
        }
    }
}
