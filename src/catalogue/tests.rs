//! Every refusal there is, once: its code, its values, its sentences.

mod reached;
mod samples;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, date};
use serde_json::json;
use strum::VariantNames;
use uuid::Uuid;

use super::*;
use crate::accounts::password::PasswordRefusal;
use crate::app::AppError;
use crate::app::account::AccountFailure;
use crate::app::evidence::EvidenceError;
use crate::app::failure::InputRefusal;
use crate::app::gate::GateRefusal;
use crate::app::import::ImportError;
use crate::app::import::row_refusal::RowRefusal;
use crate::app::import::undo::UndoError;
use crate::app::key::KeyRefusal;
use crate::app::looking::LookingRefusal;
use crate::app::placement::overrides::OverridesError;
use crate::app::report_error::ReportError;
use crate::app::restore::RestoreError;
use crate::app::seen::VersionRefusal;
use crate::app::sign_in::SignInRefusal;
use crate::app::student::EraseError;
use crate::app::target::TargetRefusal;
use crate::app::token::TokenRefusal;
use crate::demo::DemoError;
use crate::domain::account::{AccountRefusal, DeputyRefusal};
use crate::domain::agreement::AgreementRefusal;
use crate::domain::agreement::codes::VersionState;
use crate::domain::agreement::signing::DocumentRef;
use crate::domain::agreement::terms::AgreementHead;
use crate::domain::employer::EmployerRefusal;
use crate::domain::exemption::ExemptionRefusal;
use crate::domain::host::HostRefusal;
use crate::domain::host::codes::VisitHead;
use crate::domain::identity::IdentityFault;
use crate::domain::ids::{CitizenIdFault, EmployerId, FileHash, InvalidName};
use crate::domain::import::ImportRefusal;
use crate::domain::invitation::InvitationRefusal;
use crate::domain::log::LogRefusal;
use crate::domain::placement::PlacementRefusal;
use crate::domain::placement::arrangement::{ArrangementField, Period};
use crate::domain::placement::codes::{AmendmentKind, DocumentKind};
use crate::domain::placement::stay::PlacementStage;
use crate::domain::school::SchoolRefusal;
use crate::domain::season::SeasonRefusal;
use crate::domain::statements::refusal::StatementRefusal;
use crate::domain::student::StudentRefusal;
use crate::domain::survey::SurveyRefusal;
use crate::domain::survey::answers::AnswerRefusal;
use crate::domain::survey::questionnaire::QuestionnaireFault;
use crate::domain::terms::Standing;
use crate::domain::year_end::YearEndRefusal;
use crate::event_log::OpenError;
use crate::event_log::copy::CopyError;
use crate::event_log::fault::LogFault;
use crate::event_log::request::AppendError;
use crate::event_log::scrub::ScrubError;
use crate::event_log::verify::VerifyFault;
use crate::evidence::EvidenceFault;
use crate::input::words::WordFault;
use crate::intake::fault::{CellFault, FileFault, RowFault};
use crate::intake::xlsform::XlsformFault;
use crate::ledger::LedgerError;
use crate::packet::file::RenderError;
use crate::packet::mark::MarkError;
use crate::packet::scan::ScanFault;
use crate::packet::template::Mistake;
use crate::packet::templates::TemplateError;
use crate::people::KeyFileError;
use crate::people::UnsealError;
use crate::people::key_export::KeyExportError;
use crate::sample::SampleError;
use crate::text::days::DayFault;
use crate::text::lang::Lang;

fn is_chinese(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}')
}

/// What stands outside double quotes.
fn unquoted(sentence: &str) -> String {
    sentence.split('"').step_by(2).collect()
}

/// Codes of what an error holds of another, whose code it gives.
const PASSED_ON: [&str; 31] = [
    "xlsform.file",
    "account.deputy",
    "demo.failure",
    "demo.file",
    "demo.name",
    "demo.read",
    "demo.step",
    "copy.engine",
    "copy.open",
    "erasure.app",
    "erasure.ledger",
    "evidence.app",
    "import_files.app",
    "import_files.templates",
    "overrides.file",
    "packet.write",
    "report.app",
    "report.target",
    "restore.app",
    "restore.copy",
    "restore.key",
    "restore.ledger",
    "restore.rebuild",
    "restore.scrub",
    "restore.start",
    "sign_in.app",
    "sign_in.failed",
    "sign_in.password",
    "staff.app",
    "undo.app",
    "verify.read",
];

/// The name of a type, and the codes of its variants.
fn of<T: VariantNames>() -> (&'static str, &'static [&'static str]) {
    (std::any::type_name::<T>().rsplit("::").next().unwrap(), T::VARIANTS)
}

/// Every type of refusals whose codes are its variants.
fn declared() -> Vec<(&'static str, &'static [&'static str])> {
    vec![
        of::<AccountRefusal>(),
        of::<DeputyRefusal>(),
        of::<TokenRefusal>(),
        of::<SignInRefusal>(),
        of::<PasswordRefusal>(),
        of::<GateRefusal>(),
        of::<PlacementRefusal>(),
        of::<AgreementRefusal>(),
        of::<HostRefusal>(),
        of::<ExemptionRefusal>(),
        of::<StatementRefusal>(),
        of::<EmployerRefusal>(),
        of::<SeasonRefusal>(),
        of::<YearEndRefusal>(),
        of::<SurveyRefusal>(),
        of::<InvitationRefusal>(),
        of::<AnswerRefusal>(),
        of::<QuestionnaireFault>(),
        of::<XlsformFault>(),
        of::<SchoolRefusal>(),
        of::<StudentRefusal>(),
        of::<ImportRefusal>(),
        of::<LogRefusal>(),
        of::<InvalidName>(),
        of::<CitizenIdFault>(),
        of::<IdentityFault>(),
        of::<InputRefusal>(),
        of::<TargetRefusal>(),
        of::<KeyRefusal>(),
        of::<LookingRefusal>(),
        of::<AccountFailure>(),
        of::<ReportError>(),
        of::<EraseError>(),
        of::<EvidenceError>(),
        of::<ImportError>(),
        of::<UndoError>(),
        of::<DayFault>(),
        of::<WordFault>(),
        of::<CellFault>(),
        of::<RowFault>(),
        of::<FileFault>(),
        of::<RowRefusal>(),
        of::<OverridesError>(),
        of::<EvidenceFault>(),
        of::<TemplateError>(),
        of::<Mistake>(),
        of::<MarkError>(),
        of::<ScanFault>(),
        of::<RenderError>(),
        of::<VersionRefusal>(),
        of::<AppendError>(),
        of::<UnsealError>(),
        of::<OpenError>(),
        of::<LogFault>(),
        of::<CopyError>(),
        of::<ScrubError>(),
        of::<VerifyFault>(),
        of::<KeyFileError>(),
        of::<KeyExportError>(),
        of::<LedgerError>(),
        of::<RestoreError>(),
        of::<SampleError>(),
        of::<DemoError>(),
    ]
}

#[test]
fn each_refusal_has_one_code_that_never_changes() {
    let mut known = BTreeSet::new();
    for (code, refusal) in samples::all() {
        assert_eq!(refusal.code(), code);
        assert!(known.insert(code), "{code} is given twice");
        let (noun, rest) = code.split_once('.').unwrap();
        for word in [noun, rest] {
            assert!(word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{code}");
        }
    }
    let declared: BTreeSet<&str> = declared().into_iter().flat_map(|(_, codes)| codes).copied().collect();
    let own = |code: &&str| !PASSED_ON.contains(code);
    let unsampled: Vec<&str> = declared.into_iter().filter(own).filter(|code| !known.contains(code)).collect();
    assert_eq!(unsampled, <[&str; 0]>::default());
}

#[test]
fn every_sentence_stands_in_both_languages_and_names_no_flag_or_command() {
    for (code, refusal) in samples::all() {
        let Sentence { zh, en } = refusal.sentence();
        assert!(zh.chars().any(is_chinese), "{code}: {zh}");
        assert!(!en.is_empty() && !unquoted(&en).chars().any(is_chinese), "{code}: {en}");
        assert_eq!(en.matches('"').count() % 2, 0, "{code}: {en}");
        for (sentence, stop) in [(&zh, '。'), (&en, '.')] {
            assert!(
                !sentence.ends_with(stop) && !sentence.replace("{{", "").replace("}}", "").contains(['{', '}']),
                "{code}: {sentence}"
            );
            assert!(!["--", "`", "gradtrail "].iter().any(|part| sentence.contains(part)), "{code}: {sentence}");
        }
        assert_eq!((refusal.sentence().in_lang(Lang::Zh), refusal.sentence().in_lang(Lang::En)), (&*zh, &*en));
    }
}

#[test]
fn what_is_invalid_names_its_field_and_every_refusal_has_an_object_of_values() {
    for (code, refusal) in samples::all() {
        assert_eq!(refusal.field().is_some(), refusal.kind() == RefusalKind::Invalid, "{code}");
        assert!(refusal.values().is_object(), "{code}: {}", refusal.values());
        let chinese = refusal.values().to_string().chars().any(is_chinese);
        // What the user gave stays as it was given.
        assert!(!chinese || matches!(code, "season.class_twice" | "season.class_unknown"), "{code}");
    }
}

#[test]
fn values_keep_their_names_and_a_lone_one_is_called_value() {
    let values = |refusal: &dyn Refusal| refusal.values();
    let (first_day, last_day) = (date(2026, 6, 1), date(2026, 5, 31));
    let ends = PlacementRefusal::EndsBeforeStart { first_day, last_day };
    assert_eq!(values(&ends), json!({ "first_day": "2026-06-01", "last_day": "2026-05-31" }));
    assert_eq!(values(&PlacementRefusal::NotDrafted), json!({}));
    let missing = PlacementRefusal::FieldsMissing(vec![ArrangementField::Site, ArrangementField::MentorAtHost]);
    assert_eq!(values(&missing), json!({ "value": ["site", "mentor_at_host"] }));
    assert_eq!(missing.field(), Some("site"));
    let wrong = PlacementRefusal::WrongStage {
        now: PlacementStage::Draft,
        allowed: &[PlacementStage::Arrived, PlacementStage::Suspended],
    };
    assert_eq!(values(&wrong), json!({ "now": "draft", "allowed": ["arrived", "suspended"] }));
    let paper = DocumentRef { kind: DocumentKind::Agreement, version: 2 };
    assert_eq!(values(&AgreementRefusal::NoSuchPaper(paper)), json!({ "kind": "agreement", "version": 2 }));
}

/// The language-free text of a refusal is its code; the app's error reads as its sentence, however deep it is wrapped.
#[test]
fn the_app_passes_on_what_its_streams_refuse() {
    let refusal = || PlacementRefusal::HostClosed { since: date(2026, 3, 1) };
    assert_eq!(refusal().to_string(), "placement.host_closed");
    let error = AppError::Shared(std::sync::Arc::new(AppError::from(refusal())));
    assert_eq!(
        (error.code(), error.kind(), error.field()),
        ("placement.host_closed", RefusalKind::Invalid, Some("host"))
    );
    assert_eq!(error.values(), json!({ "since": "2026-03-01" }));
    assert_eq!(error.sentence(), refusal().sentence());
    assert_eq!(error.to_string(), "该单位已于 2026-03-01 注销，不能再接收实习学生；请更换单位");
    assert_eq!(AppError::from(AppendError::Busy).to_string(), AppendError::Busy.sentence().zh);
}

#[test]
fn the_kinds_have_statuses_of_their_own() {
    let statuses: BTreeMap<u16, &str> = samples::all().into_iter().map(|(c, r)| (r.kind().http_status(), c)).collect();
    assert_eq!(statuses.into_keys().collect::<Vec<_>>(), [401, 403, 404, 409, 412, 422, 429, 500, 503]);
}

fn assert_reads(refusal: &dyn Refusal, zh: &str, en: &str) {
    assert_eq!(refusal.sentence(), say(zh, en));
}

const FIRST: Date = date(2026, 6, 1);
const LAST: Date = date(2026, 11, 30);

#[test]
fn refusals_of_placements_read_with_their_values() {
    assert_reads(
        &PlacementRefusal::NotEnrolled {
            standing: Standing::Withdrawn,
            since: FIRST,
            until: None,
            period: Period { first_day: FIRST, last_day: LAST },
        },
        "该生自 2026-06-01 起学籍状态为「退学」，不是在籍学生，实习不能安排到 2026-11-30；只能补登在此之前结束的实习",
        "Since 1 Jun 2026 the student's standing is \"withdrawn\", not enrolled, so no internship can last until 30 Nov \
         2026; only one that ended before can still be registered",
    );
    let taken = Period { first_day: date(2026, 3, 1), last_day: FIRST };
    assert_reads(
        &PlacementRefusal::Overlaps { period: Period { first_day: FIRST, last_day: LAST }, taken },
        "实习时间 2026-06-01 至 2026-11-30 与该生另一项实习（2026-03-01 至 2026-06-01）重叠；请先结束或取消另一项，或更改日期",
        "The internship from 1 Jun 2026 to 30 Nov 2026 overlaps another one of the student (1 Mar 2026 to 1 Jun 2026); end \
         or cancel the other one first, or change the dates",
    );
    let fields = ArrangementField::ENTRIES.iter().map(|entry| entry.value).collect();
    assert_reads(
        &PlacementRefusal::FieldsMissing(fields),
        "尚缺：实习地点和岗位、学校指导教师、单位指导人员、实习报酬、专业对口程度、学生和监护人的书面申请日期；请补齐后提交",
        "Still missing: place and post, teacher of the school, mentor at host, pay, on-specialty level, day of the written \
         application of student and guardian; complete it, then submit",
    );
    assert_reads(
        &PlacementRefusal::PacketIncomplete(vec![DocumentKind::Agreement, DocumentKind::GuardianConsent]),
        "实习材料不全：三方协议、监护人知情同意书；请收齐并签署后再确认",
        "Documents are missing or unsigned: three-party agreement, guardian consent; collect and sign them, then confirm",
    );
    assert_reads(
        &PlacementRefusal::WrongStage {
            now: PlacementStage::Draft,
            allowed: &[PlacementStage::Arrived, PlacementStage::Suspended],
        },
        "该实习当前为「草稿」，只有「实习中、中止」时可以这样办理",
        "The placement is now \"draft\"; this can be done only when it is \"in progress\" or \"suspended\"",
    );
}

#[test]
fn refusals_of_agreements_and_units_read_with_their_values() {
    assert_reads(
        &AgreementRefusal::OtherDocument { seen: FileHash::new([2; 32]), sent: FileHash::new([1; 32]) },
        "签署的文件（校验值 02020202…）不是发出的那一份（01010101…），签署不作数；请核对文件",
        "The file that was signed (checksum 02020202…) is not the one that was sent out (01010101…), so the signature does \
         not count; check the file",
    );
    let paper = DocumentRef { kind: DocumentKind::Agreement, version: 1 };
    assert_reads(
        &AgreementRefusal::OutAlready { paper, now: VersionState::PartiallySigned },
        "三方协议第 1 版已发出签署（部分签署），不能再次发出；要修改请先撤回",
        "Version 1 of the three-party agreement was sent out already (\"partially signed\"); to change it, recall it first",
    );
    assert_reads(
        &AgreementRefusal::HeadsMissing(vec![AgreementHead::Pay, AgreementHead::Liability]),
        "协议缺少必备内容：报酬及支付方式、违约责任；请补齐后再发出",
        "The agreement lacks: pay and how it is paid, liability for breach; complete it, then send it out",
    );
    assert_reads(
        &AgreementRefusal::DiffersFromPlacement(vec![AmendmentKind::Mentor, AmendmentKind::Pay]),
        "协议与实习安排不一致：指导人、报酬；请按现在的安排重拟协议",
        "The agreement differs from the placement in: mentor, pay; draft it again as things are",
    );
    assert_reads(
        &EmployerRefusal::MergedAway { into: EmployerId(Uuid::from_u128(2)) },
        "该单位已并入单位 00000000-0000-0000-0000-000000000002，请在合并后的单位上办理",
        "The employer was merged into employer 00000000-0000-0000-0000-000000000002; use that one",
    );
    assert_reads(
        &HostRefusal::HeadsMissing(vec![VisitHead::Integrity, VisitHead::Living]),
        "考察报告缺少：诚信状况、生活环境；九项都要写明",
        "The report of the visit lacks: integrity, living conditions; all nine heads must be stated",
    );
}
