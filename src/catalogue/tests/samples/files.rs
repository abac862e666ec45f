//! What is wrong with files.

use super::{FIRST, Sample, of, school};
use crate::app::import::row_refusal::RowRefusal;
use crate::app::placement::overrides::OverridesError;
use crate::domain::account::codes::DisablingReason;
use crate::domain::agreement::codes::VersionState;
use crate::domain::placement::arrangement::ArrangementField;
use crate::domain::placement::codes::DocumentKind;
use crate::domain::placement::stay::PlacementStatus;
use crate::domain::terms::{ExamResult, Gender, Standing};
use crate::evidence::EvidenceFault;
use crate::intake::fault::{CellFault, FileFault, RowFault};
use crate::intake::kind::{Column, Kind};
use crate::packet::error::PacketWriteError;
use crate::packet::file::RenderError;
use crate::packet::mark::MarkError;
use crate::packet::placeholder::Placeholder;
use crate::packet::requirements::Signer;
use crate::packet::scan::ScanFault;
use crate::packet::template::{Mistake, TemplateFault};
use crate::packet::templates::TemplateError;
use crate::publication::file::ReportWriteError;

fn given() -> String {
    "x".to_owned()
}

/// What is wrong with files of rows.
pub(super) fn rows() -> Vec<Sample> {
    vec![
        of("cell.last_digits_lost", CellFault::LastDigitsLost),
        of("cell.became_day", CellFault::BecameDay),
        of("cell.formula_failed", CellFault::FormulaFailed { error: given() }),
        of("cell.formula_not_computed", CellFault::FormulaNotComputed),
        of("cell.broken_encoding", CellFault::BrokenEncoding),
        of("cell.name_too_long", CellFault::NameTooLong { chars_max: 3 }),
        of("cell.day_implausible", CellFault::DayImplausible { day: FIRST }),
        of("cell.no_amount", CellFault::NoAmount { text: given() }),
        of("cell.amount_not_whole", CellFault::AmountNotWhole { text: given() }),
        of("cell.pay_implausible", CellFault::PayImplausible { yuan: 3 }),
        of("cell.zero_for_name", CellFault::ZeroForName),
        of("cell.no_count", CellFault::NoCount { text: given(), max: 3 }),
        of("cell.neither_yes_nor_no", CellFault::NeitherYesNorNo { text: given() }),
        of("cell.day_of_nobody", CellFault::DayOfNobody),
        of("cell.no_login", CellFault::NoLogin),
        of("row.empty", RowFault::Empty { column: Column::Name }),
        of("row.both_empty", RowFault::BothEmpty { one: Column::Name, other: Column::Name }),
        of(
            "row.needs_others",
            RowFault::NeedsOthers { given: Column::Name, needed: vec![Column::Name, Column::Phone] },
        ),
        of("row.partly_filled", RowFault::PartlyFilled { columns: vec![Column::Name, Column::Phone] }),
        of("row.ends_before_start", RowFault::EndsBeforeStart { first_day: FIRST }),
        of("row.standing_without_day", RowFault::StandingWithoutDay),
        of("row.gender_differs", RowFault::GenderDiffers { stated: Gender::Male }),
        of("row.specialty_differs", RowFault::SpecialtyDiffers),
        of("row.specialty_unknown", RowFault::SpecialtyUnknown),
        of("row.check_character_wrong", RowFault::CheckCharacterWrong),
        of("row.operations_differ", RowFault::OperationsDiffer),
        of("row.only_correction", RowFault::OnlyCorrection),
        of("row.job_and_study", RowFault::JobAndStudy),
        of("row.employer_missing", RowFault::EmployerMissing),
        of("row.reached_without_exam", RowFault::ReachedWithoutExam),
        of("row.same_person", RowFault::SamePerson { sheet: None, row: 3 }),
        of("row.same_staff", RowFault::SameStaff { sheet: None, row: 3 }),
        of("row.study_among_jobs", RowFault::StudyAmongJobs),
        of("row.merged_across", RowFault::MergedAcross { area: given() }),
        of("file.empty", FileFault::Empty { file: given() }),
        of("file.too_large", FileFault::TooLarge { file: given(), max_mb: 3 }),
        of("file.bomb", FileFault::Bomb { file: given() }),
        of("file.too_many_cells", FileFault::TooManyCells { file: given() }),
        of("file.too_much_text", FileFault::TooMuchText { file: given(), max_mb: 3 }),
        of("file.long_cell", FileFault::LongCell { file: given(), row: 3 }),
        of("file.open_quote", FileFault::OpenQuote { file: given(), line: 3 }),
        of("file.hidden", FileFault::Hidden { file: given(), sheets: given() }),
        of("file.damaged", FileFault::Damaged { file: given(), reason: None }),
        of("file.truncated", FileFault::Truncated { file: given() }),
        of("file.password", FileFault::Password { file: given() }),
        of("file.markup", FileFault::Markup { file: given() }),
        of("file.unknown_format", FileFault::UnknownFormat { file: given() }),
        of("file.encoding", FileFault::Encoding { file: given() }),
        of("file.no_header", FileFault::NoHeader { file: given() }),
        of(
            "file.columns_missing",
            FileFault::ColumnsMissing { file: given(), kind: Kind::Roster, lacking: given(), found: given() },
        ),
        of("file.newer_imported", FileFault::NewerImported { file: given(), original: given() }),
        of("file.other_headings", FileFault::OtherHeadings { file: given(), row: 3 }),
        of("file.unit_in_heading", FileFault::UnitInHeading { file: given(), heading: given() }),
        of("file.double_column", FileFault::DoubleColumn { file: given(), first: given(), second: given() }),
        of("file.other_kind", FileFault::OtherKind { file: given(), kind: Kind::Roster, wanted: Kind::Roster }),
        of("import_row.person_erased", RowRefusal::PersonErased),
        of("import_row.not_on_roster", RowRefusal::NotOnRoster),
        of("import_row.name_differs", RowRefusal::NameDiffers { on_roster: given(), at: Some(2) }),
        of("import_row.school_unnamed", RowRefusal::SchoolUnnamed),
        of("import_row.school_unknown", RowRefusal::SchoolUnknown { by_code: true, wanted: given() }),
        of("import_row.schools_differ", RowRefusal::SchoolsDiffer),
        of("import_row.other_school", RowRefusal::OtherSchool { school: given(), only: school() }),
        of("import_row.schools_are_the_citys", RowRefusal::SchoolsAreTheCitys),
        of("import_row.held_by_leaving", RowRefusal::HeldByLeaving { standing: Standing::Graduated, since: FIRST }),
        of("import_row.moves_cohort", RowRefusal::MovesCohort { from: Some(2022), to: None }),
        of("import_row.still_at_work", RowRefusal::StillAtWork { last_day: FIRST }),
        of("import_row.other_number", RowRefusal::OtherNumber { registered: "3307**********0016".to_owned() }),
        of("import_row.former_unknown", RowRefusal::FormerUnknown),
        of("import_row.number_taken", RowRefusal::NumberTaken),
        of("import_row.same_from_other_day", RowRefusal::SameFromOtherDay { known: FIRST }),
        of("import_row.earlier_than_known", RowRefusal::EarlierThanKnown { later: FIRST }),
        of("import_row.no_longer_so", RowRefusal::NoLongerSo),
        of("import_row.nothing_withdrawn", RowRefusal::NothingWithdrawn),
        of("import_row.withdrawn", RowRefusal::Withdrawn),
        of("import_row.rows_contradict", RowRefusal::RowsContradict { on: FIRST, others: vec![3] }),
        of("import_row.began_before_graduation", RowRefusal::BeganBeforeGraduation { graduated_on: FIRST }),
        of("import_row.sat_before", RowRefusal::SatBefore { reached: ExamResult::Sat }),
        of("import_row.unit_unknown", RowRefusal::UnitUnknown { by_code: true }),
        of("import_row.unit_closed", RowRefusal::UnitClosed { since: FIRST }),
        of("import_row.unit_merged", RowRefusal::UnitMerged { into: given() }),
        of("import_row.unit_alike", RowRefusal::UnitAlike { other: given() }),
        of("import_row.unit_name_differs", RowRefusal::UnitNameDiffers { registered: given() }),
        of("import_row.host_refused", RowRefusal::HostRefused),
        of("import_row.host_not_decided", RowRefusal::HostNotDecided),
        of("import_row.teacher_ambiguous", RowRefusal::TeacherAmbiguous),
        of("import_row.teacher_unknown", RowRefusal::TeacherUnknown),
        of("import_row.staff_of_bureau", RowRefusal::StaffOfBureau),
        of("import_row.class_unknown", RowRefusal::ClassUnknown),
        of("import_row.login_taken", RowRefusal::LoginTaken),
        of("import_row.staff_name_differs", RowRefusal::StaffNameDiffers { registered: given() }),
        of("import_row.staff_ambiguous", RowRefusal::StaffAmbiguous),
        of("import_row.staff_alike", RowRefusal::StaffAlike),
        of("import_row.staff_disabled", RowRefusal::StaffDisabled { since: FIRST, reason: DisablingReason::Security }),
        of("import_row.nothing_to_change", RowRefusal::NothingToChange { first_day: FIRST }),
        of("import_row.not_arrived_yet", RowRefusal::NotArrivedYet { status: PlacementStatus::Draft }),
        of("import_row.said_already", RowRefusal::SaidAlready { status: PlacementStatus::Draft }),
        of("import_row.draft_incomplete", RowRefusal::DraftIncomplete { missing: vec![ArrangementField::Site] }),
        of(
            "import_row.differs_submitted",
            RowRefusal::DiffersSubmitted { status: PlacementStatus::Draft, columns: vec![Column::Name, Column::Phone] },
        ),
        of(
            "import_row.differs_approved",
            RowRefusal::DiffersApproved { status: PlacementStatus::Draft, columns: vec![Column::Name, Column::Phone] },
        ),
        of("import_row.fixed_once_approved", RowRefusal::FixedOnceApproved { column: Column::Name }),
        of("import_row.site_of_new_host", RowRefusal::SiteOfNewHost),
        of("import_row.arrival_waits", RowRefusal::ArrivalWaits { has_ended: true }),
        of("import_row.arrived_already", RowRefusal::ArrivedAlready { on: FIRST }),
        of("import_row.ended_already", RowRefusal::EndedAlready { on: FIRST }),
        of("import_row.end_is_last_day", RowRefusal::EndIsLastDay),
        of("import_row.ends_after_last_day", RowRefusal::EndsAfterLastDay { last_day: FIRST }),
        of(
            "import_row.document_state",
            RowRefusal::DocumentState { kind: DocumentKind::Agreement, state: VersionState::Recalled },
        ),
        of("import_row.amendment_recalled", RowRefusal::AmendmentRecalled { version: 3 }),
        of("import_row.version_unclear", RowRefusal::VersionUnclear { version: 3 }),
        of("import_row.terminated_already", RowRefusal::TerminatedAlready { on: FIRST }),
        of("import_row.changed_since_printed", RowRefusal::ChangedSincePrinted { kind: DocumentKind::Agreement }),
        of("overrides.no_students", OverridesError::NoStudents { file: given() }),
        of("overrides.unknown_column", OverridesError::UnknownColumn { file: given(), column: given() }),
        of(
            "overrides.cell",
            OverridesError::Cell { file: given(), row: 3, column: "x", reason: CellFault::BecameDay.into() },
        ),
        of("overrides.stranger", OverridesError::Stranger { file: given(), row: 3 }),
        of("overrides.twice", OverridesError::Twice { file: given(), row: 3 }),
    ]
}

/// What is wrong with templates and documents.
pub(super) fn documents() -> Vec<Sample> {
    vec![
        of("evidence_file.empty", EvidenceFault::Empty { file: given() }),
        of("evidence_file.too_long", EvidenceFault::TooLong { file: given() }),
        of("evidence_file.other_type", EvidenceFault::OtherType { file: given() }),
        of("templates.unknown_file", TemplateError::UnknownFile { file: given() }),
        of("templates.too_long", TemplateError::TooLong { file: given() }),
        of("templates.encoding", TemplateError::Encoding { file: given() }),
        of(
            "templates.faults",
            TemplateError::Faults(vec![TemplateFault { file: given(), line: 3, mistake: Mistake::Unopened }]),
        ),
        of("template.unknown_placeholder", Mistake::UnknownPlaceholder { name: given() }),
        of("template.unclosed", Mistake::Unclosed { begun: given() }),
        of("template.unopened", Mistake::Unopened),
        of("template.unknown_signer", Mistake::UnknownSigner { name: given() }),
        of("template.cells", Mistake::Cells { cells: 3 }),
        of("template.unknown_mark", Mistake::UnknownMark { mark: given() }),
        of("template.second_title", Mistake::SecondTitle),
        of("template.no_title", Mistake::NoTitle { kind: DocumentKind::Agreement }),
        of(
            "template.missing_placeholder",
            Mistake::MissingPlaceholder { placeholder: Placeholder::StudentName, part: "x" },
        ),
        of("template.missing_signer", Mistake::MissingSigner { signer: Signer::School }),
        of("scan.file_empty", ScanFault::FileEmpty),
        of("scan.file_too_long", ScanFault::FileTooLong { max_mb: 3 }),
        of("scan.file_other", ScanFault::FileOther),
        of("scan.pdf_broken", ScanFault::PdfBroken),
        of("scan.pdf_encrypted", ScanFault::PdfEncrypted),
        of("scan.pdf_empty", ScanFault::PdfEmpty),
        of("scan.too_many_pages", ScanFault::TooManyPages { max: 3 }),
        of("scan.no_picture", ScanFault::NoPicture),
        of("scan.several_pictures", ScanFault::SeveralPictures { count: 3 }),
        of("scan.picture_other", ScanFault::PictureOther),
        of("scan.picture_broken", ScanFault::PictureBroken),
        of("scan.picture_too_large", ScanFault::PictureTooLarge { max_megapixels: 3 }),
        of("scan.blank", ScanFault::Blank),
        of("scan.no_code", ScanFault::NoCode),
        of("scan.several_codes", ScanFault::SeveralCodes),
        of("scan.double", ScanFault::Double { page: 3 }),
        of("scan.signed_already", ScanFault::SignedAlready),
        of("scan.nothing_left", ScanFault::NothingLeft),
        of("scan.apart", ScanFault::Apart { page: 3 }),
        of("mark.not_ours", MarkError::NotOurs(given())),
        of("mark.later_form", MarkError::LaterForm(given())),
        of("mark.broken", MarkError::Broken(given())),
        of("packet.nothing", RenderError::Nothing),
        of("packet.not_written", PacketWriteError { format: "docx", reason: given() }),
        of("report.not_written", ReportWriteError { format: "docx", reason: given() }),
    ]
}
