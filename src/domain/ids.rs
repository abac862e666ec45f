//! Names of things: stream ids, school and specialty codes, class names, and the check digits of the two national codes.

use std::error::Error;
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use strum::{IntoStaticStr, VariantNames};
use uuid::Uuid;

use crate::text::names;

/// One student at one school. A student's outcome and further-study streams carry the same id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StudentId(pub Uuid);

/// One employer as the city knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EmployerId(pub Uuid);

/// One stay of a student at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlacementId(pub Uuid);

/// One employer as a school deals with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HostId(pub Uuid);

/// What one school plans for those who graduate in one year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SeasonId(pub Uuid);

/// What was made public of one year's graduates, of a school or of the city.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct YearEndId(pub Uuid);

/// One campaign of a school that asks the graduates of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SurveyId(pub Uuid);

/// One graduate in one campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct InvitationId(pub Uuid);

impl InvitationId {
    /// The one there is: its id follows from the campaign's and the graduate's, so that nothing has to be looked up.
    pub fn of(survey: SurveyId, student: StudentId) -> Self {
        let digest = Sha256::new().chain_update(survey.0).chain_update(student.0).finalize();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        Self(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }
}

/// One imported file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BatchId(pub Uuid);

/// One member of staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StaffId(pub Uuid);

/// One token by which a program acts as a member of staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TokenId(pub Uuid);

/// One session of a member of staff who signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionId(pub Uuid);

/// SHA-256 of the secret of a token or an invitation, which itself is kept nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SecretDigest(#[serde(with = "hex::serde")] [u8; 32]);

impl SecretDigest {
    /// The digest with these bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for SecretDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// A reference into the people store: which revision of a subject's sealed rows an event speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SealedRevision(pub u32);

/// Why a text is not the name or code it should be.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, strum::Display, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "name.")]
pub enum InvalidName {
    SchoolCode(String),
    SpecialtyCode(String),
    ClassName,
    Occupation(String),
    CreditCode,
    FileHash,
}

impl Error for InvalidName {}

/// The code of a school (XXDM), 4 to 10 digits or capital letters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SchoolCode(String);

impl SchoolCode {
    /// Reads a code.
    ///
    /// # Errors
    /// [`InvalidName::SchoolCode`] unless it is 4 to 10 digits or capital letters.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        let valid =
            (4..=10).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
        if valid { Ok(Self(text.to_owned())) } else { Err(InvalidName::SchoolCode(text.to_owned())) }
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SchoolCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The six-digit code of a specialty in the catalogue of 2021.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SpecialtyCode(String);

impl SpecialtyCode {
    /// Reads a code.
    ///
    /// # Errors
    /// [`InvalidName::SpecialtyCode`] unless it is six digits, of which the first two name a class of the catalogue.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        let valid = text.len() == 6
            && text.bytes().all(|b| b.is_ascii_digit())
            && super::specialties::specialty_class_name(text).is_some();
        if valid { Ok(Self(text.to_owned())) } else { Err(InvalidName::SpecialtyCode(text.to_owned())) }
    }

    /// The six digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The two digits of its class.
    pub fn class(&self) -> &str {
        &self.0[..2]
    }
}

/// The name of a class at a school, such as 高三汽修2班.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClassName(String);

impl ClassName {
    /// The cleaned name.
    ///
    /// # Errors
    /// [`InvalidName::ClassName`] when it is empty, has more than 40 characters, or has eight digits in a row, which may be
    /// a person's number.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        let text = names::exact(text);
        let mut digits = 0;
        let mut digits_max = 0;
        for c in text.chars() {
            digits = if c.is_ascii_digit() { digits + 1 } else { 0 };
            digits_max = digits_max.max(digits);
        }
        let valid = (1..=40).contains(&text.chars().count()) && digits_max < 8;
        if valid { Ok(Self(text)) } else { Err(InvalidName::ClassName) }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The kind of post in the classification of occupations of 2022: 4-07-03 or 4-07-03-02. Missing groups are zeros.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OccupationCode(u32);

impl OccupationCode {
    /// Reads a code.
    ///
    /// # Errors
    /// [`InvalidName::Occupation`] unless it is written like 4-07, 4-07-03 or 4-07-03-02.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        let invalid = || InvalidName::Occupation(text.to_owned());
        let groups: Vec<&str> = text.split('-').collect();
        let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
        if !matches!(lengths[..], [1, 2] | [1, 2, 2] | [1, 2, 2, 2]) {
            return Err(invalid());
        }
        let digits: String = groups.concat();
        let number = if digits.bytes().all(|b| b.is_ascii_digit()) { digits.parse::<u32>().ok() } else { None };
        let missing = u32::try_from(7 - digits.len()).unwrap_or_default();
        let code = number.map(|number| Self(number * 10_u32.pow(missing)));
        code.filter(|code| code.to_string() == text).ok_or_else(invalid)
    }
}

impl fmt::Display for OccupationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let groups = [self.0 / 10_000 % 100, self.0 / 100 % 100, self.0 % 100];
        write!(f, "{}", self.0 / 1_000_000)?;
        groups.into_iter().take_while(|group| *group > 0).try_for_each(|group| write!(f, "-{group:02}"))
    }
}

impl TryFrom<String> for OccupationCode {
    type Error = InvalidName;

    fn try_from(text: String) -> Result<Self, InvalidName> {
        Self::parse(&text)
    }
}

impl From<OccupationCode> for String {
    fn from(code: OccupationCode) -> Self {
        code.to_string()
    }
}

/// SHA-256 of a file's bytes: of a document as it was sent for signature, or of sealed evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FileHash([u8; 32]);

impl FileHash {
    /// The hash with these bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads a hash.
    ///
    /// # Errors
    /// [`InvalidName::FileHash`] unless it is 64 hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        let mut bytes = [0; 32];
        match hex::decode_to_slice(text, &mut bytes) {
            Ok(()) => Ok(Self(bytes)),
            Err(_) => Err(InvalidName::FileHash),
        }
    }

    /// The 32 bytes.
    pub const fn bytes(self) -> [u8; 32] {
        self.0
    }

    /// The first eight digits: enough for people to tell two files apart.
    pub fn short(self) -> String {
        hex::encode(&self.0[..4])
    }
}

impl fmt::Display for FileHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl TryFrom<String> for FileHash {
    type Error = InvalidName;

    fn try_from(text: String) -> Result<Self, InvalidName> {
        Self::parse(&text)
    }
}

impl From<FileHash> for String {
    fn from(hash: FileHash) -> Self {
        hash.to_string()
    }
}

/// Why a text is no citizen ID number (GB 11643-1999).
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, strum::Display, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "citizen_id.")]
pub enum CitizenIdFault {
    Shape,
    BirthDate,
    CheckDigit,
}

impl Error for CitizenIdFault {}

/// A citizen ID number whose shape, birth date and check digit hold. Never stored in an event.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct CitizenId(String);

impl CitizenId {
    /// Reads a number; a small x counts as a capital one.
    ///
    /// # Errors
    /// [`CitizenIdFault`] when its shape, birth date or check digit is wrong.
    pub fn parse(text: &str) -> Result<Self, CitizenIdFault> {
        let text = text.to_ascii_uppercase();
        let bytes = text.as_bytes();
        if bytes.len() != 18
            || !bytes[..17].iter().all(u8::is_ascii_digit)
            || !(bytes[17].is_ascii_digit() || bytes[17] == b'X')
        {
            return Err(CitizenIdFault::Shape);
        }
        if text[6..14].parse().ok().and_then(date_of_digits).is_none() {
            return Err(CitizenIdFault::BirthDate);
        }
        if bytes[17] != citizen_check_digit(&bytes[..17]) {
            return Err(CitizenIdFault::CheckDigit);
        }
        Ok(Self(text))
    }

    /// The 18 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The gender that the seventeenth digit states: odd is male.
    pub fn gender(&self) -> super::terms::Gender {
        if self.0.as_bytes()[16] % 2 == 1 { super::terms::Gender::Male } else { super::terms::Gender::Female }
    }
}

fn date_of_digits(digits: u32) -> Option<jiff::civil::Date> {
    let (year, month, day) = (digits / 10_000, digits / 100 % 100, digits % 100);
    jiff::civil::Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// The check digit of the first 17 digits of a citizen ID (GB 11643-1999).
pub fn citizen_check_digit(digits: &[u8]) -> u8 {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    b"10X98765432"[(sum % 11) as usize]
}

const CREDIT_CODE_ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// The check character of the first 17 characters of a unified social credit code (GB 32100-2015);
/// `None` when a character is outside the alphabet.
pub fn credit_code_check_character(characters: &[u8]) -> Option<u8> {
    const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    let mut sum = 0;
    for (character, weight) in characters.iter().zip(WEIGHTS) {
        sum += CREDIT_CODE_ALPHABET.iter().position(|c| c == character)? * weight;
    }
    Some(CREDIT_CODE_ALPHABET[(31 - sum % 31) % 31])
}

/// A unified social credit code of the right shape. Real codes with a wrong check character exist, so that
/// only warns.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CreditCode {
    pub text: String,
    pub check_holds: bool,
}

impl TryFrom<String> for CreditCode {
    type Error = InvalidName;

    fn try_from(text: String) -> Result<Self, InvalidName> {
        Self::parse(&text).ok_or(InvalidName::CreditCode)
    }
}

impl From<CreditCode> for String {
    fn from(code: CreditCode) -> Self {
        code.text
    }
}

impl CreditCode {
    /// `None` when the text does not have 18 characters of the code's alphabet.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.to_ascii_uppercase();
        let bytes = text.as_bytes();
        if bytes.len() != 18 || !CREDIT_CODE_ALPHABET.contains(&bytes[17]) {
            return None;
        }
        let check_holds = credit_code_check_character(&bytes[..17])? == bytes[17];
        Some(Self { text, check_holds })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn citizen_ids_of_the_standard_are_accepted() {
        for id in ["11010519491231002X", "440524188001010014", "330702200703154510", "330702200802290016"] {
            assert!(CitizenId::parse(id).is_ok(), "{id}");
        }
    }

    #[test]
    fn a_citizen_id_with_one_digit_changed_is_refused() {
        assert_eq!(CitizenId::parse("330702200703154511"), Err(CitizenIdFault::CheckDigit));
        assert_eq!(CitizenId::parse("330702200713154510"), Err(CitizenIdFault::BirthDate));
        assert_eq!(CitizenId::parse("33070220070315451"), Err(CitizenIdFault::Shape));
    }

    #[test]
    fn credit_codes_are_checked_but_pilot_codes_only_warn() {
        let holds = |code: &str| CreditCode::parse(code).map(|c| c.check_holds);
        assert_eq!(holds("9144030071526726XG"), Some(true));
        assert_eq!(holds("123502001549897397"), Some(true));
        assert_eq!(holds("91350100M0001TGQXM"), Some(false));
        assert_eq!(holds("9135010"), None);
    }

    #[test]
    fn a_code_of_another_shape_is_refused() {
        for text in ["", "123", "12345678901", "3307a001", "学校一"] {
            assert_eq!(SchoolCode::parse(text), Err(InvalidName::SchoolCode(text.to_owned())));
        }
        // No class of the catalogue begins with 60 or 80.
        for text in ["70020", "7002060", "600206", "800206", "七零零二"] {
            assert_eq!(SpecialtyCode::parse(text), Err(InvalidName::SpecialtyCode(text.to_owned())));
        }
        for text in ["9135010", "9144030071526726XI"] {
            assert_eq!(CreditCode::try_from(text.to_owned()), Err(InvalidName::CreditCode));
        }
    }

    #[test]
    fn an_occupation_is_written_as_it_was_read() {
        for text in ["4-07", "4-07-03", "4-07-03-02"] {
            assert_eq!(OccupationCode::parse(text).map(|code| code.to_string()).as_deref(), Ok(text));
        }
        for text in ["4", "4-7", "汽车维修工", "4-07-03-02-01", "x-07"] {
            assert_eq!(OccupationCode::parse(text), Err(InvalidName::Occupation(text.to_owned())));
        }
    }

    #[test]
    fn a_file_hash_has_64_digits() {
        let text = "00ff".repeat(16);
        assert_eq!(FileHash::parse(&text).map(|hash| (hash.to_string(), hash.short())), Ok((text, "00ff00ff".into())));
        assert_eq!(FileHash::parse("00ff"), Err(InvalidName::FileHash));
    }

    #[test]
    fn a_class_is_one_in_whichever_width_its_name_is_written() {
        assert_eq!(ClassName::parse(" 高三（２）班\u{200b}"), ClassName::parse("高三(2)班"));
    }

    #[test]
    fn a_class_name_that_holds_a_persons_number_is_refused() {
        assert!(ClassName::parse("2019级高三汽修2班").is_ok());
        for text in ["330702200703154510", "班３３０７０２２０", " \u{200b}\u{1b}"] {
            assert_eq!(ClassName::parse(text), Err(InvalidName::ClassName));
        }
    }
}
