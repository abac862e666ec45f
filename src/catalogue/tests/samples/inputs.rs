//! What is wrong with inputs.

use uuid::Uuid;

use super::{FIRST, Sample, of, school};
use crate::accounts::Role;
use crate::app::account::{AccountFailure, SeveralStaff};
use crate::app::evidence::EvidenceError;
use crate::app::failure::InputRefusal;
use crate::app::import::ImportError;
use crate::app::import::undo::UndoError;
use crate::app::key::KeyRefusal;
use crate::app::looking::LookingRefusal;
use crate::app::report_error::ReportError;
use crate::app::student::EraseError;
use crate::app::target::{ShownStudent, TargetRefusal};
use crate::domain::ids::StudentId;
use crate::domain::not_listed::NotListed;
use crate::domain::placement::codes::DocumentKind;
use crate::domain::statements::Source;
use crate::input::known_at::UnreadableKnownAt;
use crate::input::words::WordFault;
use crate::intake::kind::Kind;
use crate::projections::placement_register::counts::PlacementDimension;
use crate::text::days::DayFault;
use crate::text::lang::say;

const ID: Uuid = Uuid::from_u128(1);

fn given() -> String {
    "x".to_owned()
}

fn student() -> ShownStudent {
    ShownStudent { name: Some(given()), student_number: None, class: given(), id: given() }
}

/// What commands and questions are refused for, whatever is recorded.
pub(super) fn commands() -> Vec<Sample> {
    vec![
        of("input.fields_missing", InputRefusal::FieldsMissing(vec!["pay"])),
        of("input.nothing_changes", InputRefusal::NothingChanges),
        of("input.file_of_one_student", InputRefusal::FileOfOneStudent),
        of("input.nothing_to_scan", InputRefusal::NothingToScan),
        of("input.nothing_to_recall", InputRefusal::NothingToRecall),
        of("input.nothing_to_sign", InputRefusal::NothingToSign),
        of("input.nothing_to_send", InputRefusal::NothingToSend),
        of("input.mark_of_another", InputRefusal::MarkOfAnother),
        of("input.mark_of_another_document", InputRefusal::MarkOfAnotherDocument),
        of("input.manner_unclear", InputRefusal::MannerUnclear),
        of("input.behalf_incomplete", InputRefusal::BehalfIncomplete),
        of("input.mark_says_all", InputRefusal::MarkSaysAll),
        of("input.changed_since_sent", InputRefusal::ChangedSinceSent { document: DocumentKind::Agreement }),
        of("input.changed_since_printed", InputRefusal::ChangedSincePrinted { document: DocumentKind::Agreement }),
        of("input.agreement_not_drafted", InputRefusal::AgreementNotDrafted),
        of("input.unit_name_empty", InputRefusal::UnitNameEmpty),
        of("input.unit_known_as", InputRefusal::UnitKnownAs { other: ID }),
        of("input.unit_id_unknown", InputRefusal::UnitIdUnknown),
        of("input.unit_code_unknown", InputRefusal::UnitCodeUnknown),
        of("input.unit_name_unknown", InputRefusal::UnitNameUnknown),
        of("input.one_or_all_hosts", InputRefusal::OneOrAllHosts),
        of("input.days_reversed", InputRefusal::DaysReversed { first_day: FIRST, last_day: FIRST }),
        of("input.not_a_year", InputRefusal::NotAYear(3)),
        of("input.several_times", InputRefusal::SeveralTimes),
        of("input.dimensions", InputRefusal::Dimensions),
        of("input.years", InputRefusal::Years { first: 2023, last: 2022, most: 20 }),
        of("input.part_without_dimension", InputRefusal::PartWithoutDimension),
        of("input.nobody_to_open", InputRefusal::NobodyToOpen(given())),
        of(
            "input.no_such_part",
            InputRefusal::NoSuchPart { dimension: PlacementDimension::Kind, part: given(), known: vec![say("x", "x")] },
        ),
        of("input.no_such_id", InputRefusal::NoSuchId(given())),
        of("input.several_ids", InputRefusal::SeveralIds(given())),
        of("input.page_unclear", InputRefusal::PageUnclear(given())),
        of("input.no_such_page", InputRefusal::NoSuchPage { page: 3, pages: 2 }),
        of("input.school_name_empty", InputRefusal::SchoolNameEmpty),
        of("target.nobody", TargetRefusal::Nobody),
        of("target.several", TargetRefusal::Several),
        of("target.except_without_class", TargetRefusal::ExceptWithoutClass),
        of("target.no_such_school", TargetRefusal::NoSuchSchool(school())),
        of("target.school_missing", TargetRefusal::SchoolMissing),
        of("target.no_such_class", TargetRefusal::NoSuchClass(given())),
        of("target.several_schools", TargetRefusal::SeveralSchools { class: given(), schools: vec![given()] }),
        of("target.no_such_student", TargetRefusal::NoSuchStudent),
        of("target.several_students", TargetRefusal::SeveralStudents(vec![student(), student()])),
        of("target.except_unknown", TargetRefusal::ExceptUnknown(3)),
        of("target.students_unknown", TargetRefusal::StudentsUnknown(3)),
        of("target.nobody_left", TargetRefusal::NobodyLeft),
        of("target.no_such_placement", TargetRefusal::NoSuchPlacement),
        of("target.several_placements", TargetRefusal::SeveralPlacements),
        of("target.no_such_batch", TargetRefusal::NoSuchBatch),
        of("target.several_batches", TargetRefusal::SeveralBatches),
        of("target.not_placed", TargetRefusal::NotPlaced(student())),
        of("target.class_not_placed", TargetRefusal::ClassNotPlaced(given())),
        of("target.batch_not_placed", TargetRefusal::BatchNotPlaced(given())),
        of("key.empty", KeyRefusal::Empty),
        of("key.too_long", KeyRefusal::TooLong),
        of("key.not_printable", KeyRefusal::NotPrintable),
        of("looking.no_account", LookingRefusal::NoAccount),
        of("staff.address", AccountFailure::Address),
        of("staff.name", AccountFailure::Name),
        of("staff.mail_address", AccountFailure::MailAddress),
        of("staff.same_account", AccountFailure::SameAccount),
        of("staff.other_school", AccountFailure::OtherSchool),
        of("staff.nothing_to_hand_over", AccountFailure::NothingToHandOver),
        of("staff.cannot_take_over", AccountFailure::CannotTakeOver(Role::Officer)),
        of("staff.beyond_scope", AccountFailure::BeyondScope),
        of("staff.no_such_school", AccountFailure::NoSuchSchool(school())),
        of("staff.unknown", AccountFailure::Unknown(given())),
        of(
            "staff.ambiguous",
            AccountFailure::Ambiguous(SeveralStaff { wanted: given(), candidates: vec![(Role::Officer, given())] }),
        ),
        of("report.beyond_head", ReportError::BeyondHead { asked: 3, head: 3 }),
        of("report.stalled", ReportError::Stalled { model: given(), position: 3, reason: given() }),
        of("report.imbalance", ReportError::Imbalance { whole: "x", total: 3, parts: 3 }),
        of("report.no_such_figure", ReportError::NoSuchFigure(given())),
        of("report.no_such_cell", ReportError::NoSuchCell(given())),
        of("report.not_found", ReportError::NotFound),
        of("report.school_needed", ReportError::SchoolNeeded),
        of("erasure.not_found", EraseError::NotFound),
        of("erasure.at_several_schools", EraseError::AtSeveralSchools(vec![StudentId(ID)])),
        of("evidence.no_hash", EvidenceError::NoHash),
        of("evidence.not_found", EvidenceError::NotFound(given())),
        of("evidence.ambiguous", EvidenceError::Ambiguous(given())),
        of("import_files.no_such_school", ImportError::NoSuchSchool(school())),
        of("import_files.kind_not_yours", ImportError::KindNotYours(Kind::Staff)),
        of("import_files.source_not_yours", ImportError::SourceNotYours(Source::Register)),
        of("import_files.never_by_file", ImportError::NeverByFile(Source::Graduate)),
        of("undo.school_in_use", UndoError::SchoolInUse(school())),
    ]
}

/// What words are refused for.
pub(super) fn words() -> Vec<Sample> {
    vec![
        of("day.month_only", DayFault::MonthOnly),
        of("day.year_only", DayFault::YearOnly),
        of("day.no_day", DayFault::NoDay),
        of("word.no_post_staff", WordFault::NoPostStaff),
        of("word.no_staff_count", WordFault::NoStaffCount(given())),
        of("word.no_finding", WordFault::NoFinding),
        of("word.no_answer", WordFault::NoAnswer),
        of("word.no_file", WordFault::NoFile { path: given(), reason: given() }),
        of("word.file_too_long", WordFault::FileTooLong { path: given(), max_mb: 3 }),
        of("word.no_folder", WordFault::NoFolder { path: given(), reason: given() }),
        of("word.no_templates", WordFault::NoTemplates { path: given() }),
        of("known_at.unreadable", UnreadableKnownAt),
        of("term.not_listed", NotListed::<Kind>::new("x")),
    ]
}
