//! Promise: every closed vocabulary lists each of its values once, with a Chinese name and an English label.

use std::collections::BTreeSet;

use gradtrail::app::directory::Alike;
use gradtrail::app::explain::ReportAge;
use gradtrail::app::mail::message::{DigestWish, MailKind, MailState};
use gradtrail::app::roster_order::RosterOrder;
use gradtrail::app::statement::input::ReviewAct;
use gradtrail::domain::account::codes::{
    DisablingReason, EmergencyReason, LookingPurpose, Role, RoleReason, WaiverReason,
};
use gradtrail::domain::agreement::codes::{
    BehalfAuthority, BehalfReason, DocumentState, InsuranceBuyer, InsuranceKind, PayMethod, Provision, RecallReason,
    RefuseReason, SigningParty, VersionState,
};
use gradtrail::domain::agreement::terms::AgreementHead;
use gradtrail::domain::employer::codes::{ApartReason, EmployerSize, Ownership};
use gradtrail::domain::evidence::ReviewState;
use gradtrail::domain::evidence::{EvidenceKind, EvidenceLevel, HeardFrom};
use gradtrail::domain::exemption::{ExemptionGround, ExemptionRefusalReason, ExemptionStage};
use gradtrail::domain::host::codes::{Finding, HostReason, HostStage, VisitHead};
use gradtrail::domain::identity::IdentityKind;
use gradtrail::domain::placement::arrangement::{ArrangementField, PayUnit};
use gradtrail::domain::placement::codes::{
    AmendmentKind, ChangeReason, ComplianceVerdict, DocumentKind, EndReason, HostSource, Initiator, InternshipKind,
    LateReason, Region, ReturnReason, SiteKind,
};
use gradtrail::domain::placement::stay::PlacementStatus;
use gradtrail::domain::statements::{Source, StatementReason};
use gradtrail::domain::terms::{
    Channel, DestinationKind, EmploymentKind, Exam, ExamResult, Gender, Industry, Insurance, JobPlace, LabourContract,
    Route, SalaryBand, SchoolCategory, SpecialtyMatch, Standing, StudyChannel, StudyLevel, Term,
};
use gradtrail::domain::year_end::{PublicationMedium, PublishedDefinition, WithdrawalReason};
use gradtrail::domain::{ErasureReason, UndoReason};
use gradtrail::intake::kind::Kind;
use gradtrail::intake::rows::{Employment, RowOperation};
use gradtrail::packet::requirements::Signer;
use gradtrail::projections::cohort_outcomes::count::Dimension;
use gradtrail::projections::cohort_outcomes::explain::StudyPart;
use gradtrail::projections::placement_register::List;
use gradtrail::projections::placement_register::counts::{Measure, PlacementDimension};
use gradtrail::projections::placement_register::packet_grid::PapersState;
use gradtrail::projections::placement_register::roster::Progress;

use super::layout::{is_chinese, sources};

/// Looks at one vocabulary; gives the name of its type.
fn checked<T: Term>() -> &'static str {
    let name = std::any::type_name::<T>().rsplit("::").next().unwrap();
    assert!(T::NAME.chars().all(is_chinese), "{name}");
    for &value in T::VARIANTS {
        assert_eq!(T::ENTRIES.iter().filter(|entry| entry.value == value).count(), 1, "{name} lists each value once");
    }
    assert_eq!(T::ENTRIES.len(), T::VARIANTS.len(), "{name}");
    for entry in T::ENTRIES {
        let (code, value) = (entry.code, entry.value);
        assert!(T::from_code(code) == Some(value) && T::from_text(code) == Some(value), "{name}: {code}");
        assert!(T::from_text(entry.zh) == Some(value), "{name}: {}", entry.zh);
        assert!(entry.synonyms.iter().all(|word| T::from_text(word) == Some(value)), "{name}: {:?}", entry.synonyms);
        let en = value.en();
        assert!(!en.is_empty() && en.trim() == en && !en.chars().any(is_chinese), "{name}: {code} is {en}");
        assert!(en.len() > 2 && !en.contains('_'), "{name}: {code} reads {en}");
    }
    assert!(T::LIKELY.iter().all(|(word, _)| T::from_text(word).is_none()), "{name}: a likely word is a word");
    let labels: BTreeSet<String> = T::ENTRIES.iter().map(|entry| entry.value.en()).collect();
    assert_eq!(labels.len(), T::ENTRIES.len(), "{name} has a label for each");
    name
}

#[test]
fn every_vocabulary_is_complete_and_readable_in_both_languages() {
    let mut checked = [
        checked::<Dimension>(),
        checked::<ReportAge>(),
        checked::<StudyPart>(),
        checked::<PlacementDimension>(),
        checked::<Measure>(),
        checked::<List>(),
        checked::<DigestWish>(),
        checked::<MailKind>(),
        checked::<MailState>(),
        checked::<Role>(),
        checked::<RoleReason>(),
        checked::<DisablingReason>(),
        checked::<LookingPurpose>(),
        checked::<WaiverReason>(),
        checked::<EmergencyReason>(),
        checked::<Employment>(),
        checked::<Alike>(),
        checked::<SigningParty>(),
        checked::<Provision>(),
        checked::<PayMethod>(),
        checked::<InsuranceKind>(),
        checked::<InsuranceBuyer>(),
        checked::<BehalfReason>(),
        checked::<BehalfAuthority>(),
        checked::<RefuseReason>(),
        checked::<RecallReason>(),
        checked::<VersionState>(),
        checked::<DocumentState>(),
        checked::<AgreementHead>(),
        checked::<EmployerSize>(),
        checked::<ApartReason>(),
        checked::<Ownership>(),
        checked::<HeardFrom>(),
        checked::<Source>(),
        checked::<ReviewState>(),
        checked::<ReviewAct>(),
        checked::<StatementReason>(),
        checked::<Exam>(),
        checked::<EvidenceLevel>(),
        checked::<EvidenceKind>(),
        checked::<ExemptionGround>(),
        checked::<ExemptionRefusalReason>(),
        checked::<ExemptionStage>(),
        checked::<HostStage>(),
        checked::<VisitHead>(),
        checked::<Finding>(),
        checked::<HostReason>(),
        checked::<UndoReason>(),
        checked::<PublicationMedium>(),
        checked::<PublishedDefinition>(),
        checked::<WithdrawalReason>(),
        checked::<ErasureReason>(),
        checked::<PayUnit>(),
        checked::<ArrangementField>(),
        checked::<InternshipKind>(),
        checked::<HostSource>(),
        checked::<SiteKind>(),
        checked::<Region>(),
        checked::<ReturnReason>(),
        checked::<ChangeReason>(),
        checked::<EndReason>(),
        checked::<Initiator>(),
        checked::<LateReason>(),
        checked::<ComplianceVerdict>(),
        checked::<DocumentKind>(),
        checked::<AmendmentKind>(),
        checked::<PlacementStatus>(),
        checked::<Progress>(),
        checked::<PapersState>(),
        checked::<RosterOrder>(),
        checked::<Gender>(),
        checked::<SchoolCategory>(),
        checked::<Route>(),
        checked::<Standing>(),
        checked::<DestinationKind>(),
        checked::<IdentityKind>(),
        checked::<RowOperation>(),
        checked::<EmploymentKind>(),
        checked::<Industry>(),
        checked::<JobPlace>(),
        checked::<Channel>(),
        checked::<SalaryBand>(),
        checked::<LabourContract>(),
        checked::<Insurance>(),
        checked::<SpecialtyMatch>(),
        checked::<StudyChannel>(),
        checked::<StudyLevel>(),
        checked::<ExamResult>(),
        checked::<Kind>(),
        checked::<Signer>(),
    ];
    let mut declared: Vec<String> = vec![];
    for folder in ["src", "projections"] {
        for (_, text) in sources(folder) {
            let of = |line: &str| line.strip_suffix(" {")?.split_once("Term for ").map(|(_, name)| name.to_owned());
            declared.extend(text.lines().filter(|line| line.starts_with("impl ")).filter_map(of));
        }
    }
    checked.sort_unstable();
    declared.sort_unstable();
    assert_eq!(checked.as_slice(), declared.as_slice());
}
