//! Why a row that can be read is not recorded, or what a person should look at though it is: given what is recorded.

use jiff::civil::Date;
use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};

use crate::domain::account::codes::DisablingReason;
use crate::domain::agreement::codes::VersionState;
use crate::domain::ids::SchoolCode;
use crate::domain::placement::arrangement::ArrangementField;
use crate::domain::placement::codes::DocumentKind;
use crate::domain::placement::stay::PlacementStatus;
use crate::domain::terms::{ExamResult, Standing};
use crate::intake::kind::Column;

/// What keeps a row out, or is to be looked at. Names of persons are masked in it.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "import_row.")]
pub(crate) enum RowRefusal {
    PersonErased,
    NotOnRoster,
    /// The student number and the name are those of somebody whose document has another number.
    OtherNumber {
        registered: String,
    },
    /// Nobody is on record under the former number.
    FormerUnknown,
    /// The new number is another student's.
    NumberTaken,
    /// `at`: the only character that differs, from 1, where all others are the same.
    NameDiffers {
        on_roster: String,
        at: Option<usize>,
    },
    SchoolUnnamed,
    SchoolUnknown {
        by_code: bool,
        wanted: String,
    },
    SchoolsDiffer,
    OtherSchool {
        school: String,
        only: SchoolCode,
    },
    SchoolsAreTheCitys,
    /// Who has left school is said to be in another standing, or to have left on another day: the row stands once what says
    /// the leaving is undone.
    HeldByLeaving {
        standing: Standing,
        since: Date,
    },
    /// The row moves the student from one year's graduates to another's; `None` is no year's.
    MovesCohort {
        from: Option<i16>,
        to: Option<i16>,
    },
    /// The student's stay goes on behind the day of the standing.
    StillAtWork {
        last_day: Date,
    },
    BeganBeforeGraduation {
        graduated_on: Date,
    },
    /// The same employer or institution is known from another day.
    SameFromOtherDay {
        known: Date,
    },
    /// What begins later is known already: the row is history, and ends when that begins.
    EarlierThanKnown {
        later: Date,
    },
    /// Said before by the same file, and said otherwise since.
    NoLongerSo,
    /// What is withdrawn was not said: it is withdrawn for what may come.
    NothingWithdrawn,
    /// It was withdrawn: the row stands once the withdrawal is undone.
    Withdrawn,
    /// Rows of the file say two things of one; `others` are their numbers.
    RowsContradict {
        on: Date,
        others: Vec<u32>,
    },
    SatBefore {
        reached: ExamResult,
    },
    UnitUnknown {
        by_code: bool,
    },
    UnitClosed {
        since: Date,
    },
    UnitMerged {
        into: String,
    },
    UnitAlike {
        other: String,
    },
    UnitNameDiffers {
        registered: String,
    },
    HostRefused,
    HostNotDecided,
    TeacherAmbiguous,
    TeacherUnknown,
    /// The bureau's own accounts are in no list.
    StaffOfBureau,
    /// The list has a class that no student of the school is in.
    ClassUnknown,
    /// What the row signs in with is another's: of another school, or of another name.
    LoginTaken,
    StaffNameDiffers {
        registered: String,
    },
    /// Several of the staff have this name, and the row names nothing to sign in with.
    StaffAmbiguous,
    /// Somebody of this name is on the staff, who signs in with another name.
    StaffAlike,
    StaffDisabled {
        since: Date,
        reason: DisablingReason,
    },
    NothingToChange {
        first_day: Date,
    },
    NotArrivedYet {
        status: PlacementStatus,
    },
    SaidAlready {
        status: PlacementStatus,
    },
    DraftIncomplete {
        missing: Vec<ArrangementField>,
    },
    DiffersSubmitted {
        status: PlacementStatus,
        columns: Vec<Column>,
    },
    DiffersApproved {
        status: PlacementStatus,
        columns: Vec<Column>,
    },
    FixedOnceApproved {
        column: Column,
    },
    SiteOfNewHost,
    /// The arrival, and the end if there is one, wait for the approval.
    ArrivalWaits {
        has_ended: bool,
    },
    ArrivedAlready {
        on: Date,
    },
    EndedAlready {
        on: Date,
    },
    EndIsLastDay,
    EndsAfterLastDay {
        last_day: Date,
    },
    DocumentState {
        kind: DocumentKind,
        state: VersionState,
    },
    AmendmentRecalled {
        version: u32,
    },
    VersionUnclear {
        version: u32,
    },
    TerminatedAlready {
        on: Date,
    },
    ChangedSincePrinted {
        kind: DocumentKind,
    },
}
