//! What is wrong with a cell, with a row, and with a file as a whole: codes and values, whose sentences are in the
//! catalogue.

use jiff::civil::Date;
use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};

use super::kind::{Column, Kind};
use crate::domain::terms::Gender;

/// Why a cell is no value. A text in it is no more than a message may repeat.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "cell.")]
pub enum CellFault {
    /// A spreadsheet kept a long number as a power of ten.
    LastDigitsLost,
    BecameDay,
    FormulaFailed {
        error: String,
    },
    FormulaNotComputed,
    BrokenEncoding,
    NameTooLong {
        chars_max: usize,
    },
    DayImplausible {
        day: Date,
    },
    NoAmount {
        text: String,
    },
    /// Yuan with a part behind the point, which would be lost.
    AmountNotWhole {
        text: String,
    },
    PayImplausible {
        yuan: u32,
    },
    /// A formula that nothing has computed often leaves a 0.
    ZeroForName,
    NoCount {
        text: String,
        max: u32,
    },
    NeitherYesNorNo {
        text: String,
    },
    /// Days of signatures, one of which follows no party.
    DayOfNobody,
    NoLogin,
}

/// What is wrong with a row, or to be looked at, though each cell can be read.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "row.")]
pub enum RowFault {
    Empty {
        column: Column,
    },
    BothEmpty {
        one: Column,
        other: Column,
    },
    /// A cell says nothing without others.
    NeedsOthers {
        given: Column,
        needed: Vec<Column>,
    },
    /// Cells that say something together, or not at all.
    PartlyFilled {
        columns: Vec<Column>,
    },
    EndsBeforeStart {
        first_day: Date,
    },
    StandingWithoutDay,
    GenderDiffers {
        stated: Gender,
    },
    SpecialtyDiffers,
    SpecialtyUnknown,
    CheckCharacterWrong,
    /// 操作 and 状态 say two things.
    OperationsDiffer,
    /// A roster knows no other operation.
    OnlyCorrection,
    JobAndStudy,
    /// Further study has a list of its own.
    StudyAmongJobs,
    EmployerMissing,
    ReachedWithoutExam,
    /// The same person stands in a row before, of this sheet or of another.
    SamePerson {
        sheet: Option<String>,
        row: u32,
    },
    /// The same member of staff stands in a row before, of this sheet or of another.
    SameStaff {
        sheet: Option<String>,
        row: u32,
    },
    /// Merged cells, named as `E2:F5`, over several columns that mean something.
    MergedAcross {
        area: String,
    },
}

/// Why a file cannot be read at all. `file` is its name, with the sheet's where there are several.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "file.")]
pub enum FileFault {
    Empty {
        file: String,
    },
    TooLarge {
        file: String,
        max_mb: usize,
    },
    Bomb {
        file: String,
    },
    TooManyCells {
        file: String,
    },
    TooMuchText {
        file: String,
        max_mb: usize,
    },
    LongCell {
        file: String,
        row: u32,
    },
    OpenQuote {
        file: String,
        line: u32,
    },
    Hidden {
        file: String,
        sheets: String,
    },
    /// The reason is the reader's; `None` when parts of a workbook contradict each other.
    Damaged {
        file: String,
        reason: Option<String>,
    },
    Truncated {
        file: String,
    },
    Password {
        file: String,
    },
    Markup {
        file: String,
    },
    UnknownFormat {
        file: String,
    },
    Encoding {
        file: String,
    },
    NoHeader {
        file: String,
    },
    /// `kind` is what the file was read as; `lacking` and `found` are headings.
    ColumnsMissing {
        file: String,
        kind: Kind,
        lacking: String,
        found: String,
    },
    DoubleColumn {
        file: String,
        first: String,
        second: String,
    },
    OtherKind {
        file: String,
        kind: Kind,
        wanted: Kind,
    },
    /// Further down stand headings again, in another order.
    OtherHeadings {
        file: String,
        row: u32,
    },
    /// The file is a workbook of errors of one of which a newer version was imported.
    NewerImported {
        file: String,
        original: String,
    },
    /// A heading says that its numbers are not yuan a month.
    UnitInHeading {
        file: String,
        heading: String,
    },
}
