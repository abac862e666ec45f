//! What can be done and asked, and who may: the list of commands and questions, and the table of roles.
//!
//! `App::run` and `App::ask` are the only doors for every way in. The gate stands at the top of both, before anything is
//! looked up or unsealed. Acts on files of the machine (backup, restore, copy, key, scrub, rebuild, verify, sample, demo,
//! serve) are no actions: they are the operator's, and no scope limits them.

use serde::{Deserialize, Serialize};
use strum::{EnumIter, IntoStaticStr};

use super::Done;
use super::account::{AccountAnswer, AccountOrder, ListAccounts, NamedStaff};
use super::agreement::input::AgreementOrder;
use super::at_work::{AtWorkReply, QueueReply, ShowAtWork, ShowGrid, ShowQueue, WithName};
use super::bulk::BulkAnswer;
use super::directory::{
    CountInterns, Duplicates, ListDuplicates, ListEmployers, ListHosts, ListSeasons, ListedHost, ListedUnit,
    ShowEmployer, ShownEmployer,
};
use super::employer::{EmployerAnswer, EmployerOrder};
use super::evidence::GetEvidence;
use super::exemption::{Applicant, ExemptionOrder, ListExemptions};
use super::health::{CheckHealth, Health, ShowHead};
use super::history::{ListEvents, ShowHistory};
use super::host::{HostAnswer, HostOrder, ShowHost, ShownHost};
use super::import::undo::{UndoImport, Undone};
use super::import::{FileResult, ImportFiles, ListImports, ListedImport};
use super::listed_events::ListedEvent;
use super::packet::{PrintPacket, PrintedPacket};
use super::placement::input::PlacementOrder;
use super::placement::shown::{ShowPlacement, ShownPlacement};
use super::report::{
    Conflicts, ExplainFigure, Explained, LatestYear, ListConflicts, ListMissing, Missing, ReportReply, ShowReport,
};
use super::school::{ListSchools, SchoolOrder};
use super::season::SeasonOrder;
use super::student::{EraseStudent, FindStudents, FoundStudent};
use crate::accounts::{Actor, Caller};
use crate::domain::ids::StudentId;
use crate::domain::school::SchoolEntry;
use crate::event_log::request::{LogHead, Receipt};
use crate::evidence::EvidenceFile;
use crate::projections::final_year;
use crate::projections::placement_register::interns::Interns;
use crate::projections::placement_register::packet_grid::Packet;

/// Everything that records something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    School(SchoolOrder),
    Account(AccountOrder),
    Import(ImportFiles),
    UndoImport(UndoImport),
    Employer(EmployerOrder),
    Host(HostOrder),
    Season(SeasonOrder),
    Placement(PlacementOrder),
    Agreement(AgreementOrder),
    Exemption(ExemptionOrder),
    Packet(PrintPacket),
    Erase(EraseStudent),
}

/// Everything that can be asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    Schools(ListSchools),
    Accounts(ListAccounts),
    Students(FindStudents),
    Imports(ListImports),
    Employer(ShowEmployer),
    Employers(ListEmployers),
    Duplicates(ListDuplicates),
    Interns(CountInterns),
    Host(ShowHost),
    Hosts(ListHosts),
    Seasons(ListSeasons),
    Placement(ShowPlacement),
    Exemptions(ListExemptions),
    Evidence(GetEvidence),
    Report(ShowReport),
    Explain(ExplainFigure),
    Missing(ListMissing),
    Conflicts(ListConflicts),
    LatestYear(LatestYear),
    Queue(ShowQueue),
    AtWork(ShowAtWork),
    Grid(ShowGrid),
    Head(ShowHead),
    Events(ListEvents),
    History(ShowHistory),
    Health(CheckHealth),
}

/// What a command answers.
#[derive(Debug)]
pub enum Answer {
    /// The same command was recorded before under the same key; this is what was recorded then.
    Repeated(Receipt),
    Done(Done),
    Bulk(BulkAnswer),
    Account(AccountAnswer),
    Employer(EmployerAnswer),
    Host(HostAnswer),
    Imported(Vec<FileResult>),
    ImportUndone(Undone),
    Packet(PrintedPacket),
    Erased(StudentId, Done),
}

/// What a question answers.
#[derive(Debug)]
pub enum Reply {
    Schools(Vec<SchoolEntry>),
    Accounts(Vec<NamedStaff>),
    Students(Vec<FoundStudent>),
    Imports(Vec<ListedImport>),
    Employer(ShownEmployer),
    Employers(Vec<ListedUnit>),
    Duplicates(Vec<Duplicates>),
    Interns(Vec<(jiff::civil::Date, Interns)>),
    Host(ShownHost),
    Hosts(Vec<ListedHost>),
    Seasons(Vec<final_year::SeasonPlan>),
    Placement(Vec<ShownPlacement>),
    Exemptions(Vec<Applicant>),
    Evidence(EvidenceFile),
    Report(ReportReply),
    Explain(Explained),
    Missing(Missing),
    Conflicts(Conflicts),
    LatestYear(Option<i16>),
    Queue(QueueReply),
    AtWork(AtWorkReply),
    Grid(Vec<WithName<Packet>>),
    Head(LogHead),
    Events(Vec<ListedEvent>),
    History(Vec<ListedEvent>),
    Health(Health),
}

/// Every command and question by its name: what is permitted, and what help is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Action {
    SchoolAdd,
    SchoolList,
    StaffAdd,
    StaffChange,
    StaffDisable,
    StaffEnable,
    StaffRename,
    StaffUndo,
    StaffList,
    StudentFind,
    StudentErase,
    Import,
    ImportUndo,
    ImportList,
    EmployerRegister,
    EmployerProfile,
    EmployerStaff,
    EmployerMerge,
    EmployerClose,
    EmployerCorrect,
    EmployerUndo,
    EmployerShow,
    EmployerList,
    EmployerDuplicates,
    EmployerInterns,
    HostPropose,
    HostVisit,
    HostAccept,
    HostRefuse,
    HostPublish,
    HostSuspend,
    HostResume,
    HostFramework,
    HostContact,
    HostUndo,
    HostShow,
    HostList,
    SeasonPlan,
    SeasonUndo,
    SeasonList,
    PlacementDraft,
    PlacementRevise,
    PlacementSubmit,
    PlacementEvaluate,
    PlacementReturn,
    PlacementReject,
    PlacementApprove,
    PlacementLate,
    PlacementReady,
    PlacementArrive,
    PlacementNoShow,
    PlacementChangeHost,
    PlacementChangeSite,
    PlacementChangeMentor,
    PlacementChangePeriod,
    PlacementChangePay,
    PlacementSuspend,
    PlacementResume,
    PlacementEnd,
    PlacementCancel,
    PlacementUndo,
    PlacementShow,
    AgreementDraft,
    AgreementSend,
    AgreementSign,
    AgreementScan,
    AgreementRevoke,
    AgreementRefuse,
    AgreementRecall,
    AgreementAmend,
    AgreementTerminate,
    AgreementVoid,
    AgreementUndo,
    ExemptionRequest,
    ExemptionGrant,
    ExemptionRefuse,
    ExemptionWithdraw,
    ExemptionUndo,
    ExemptionList,
    PacketPrint,
    EvidenceGet,
    Report,
    Explain,
    MissingList,
    ConflictList,
    Queue,
    AtWork,
    AtWorkCounts,
    Grid,
    Head,
    EventList,
    History,
    Check,
}

/// An action that a role may not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Denied {
    pub actor: Actor,
    pub action: Action,
}

impl Action {
    /// Who may take this action, each within the scope of the account: the city, a school, a class, the own interns.
    pub fn actors(self) -> &'static [Actor] {
        use Actor::{Auditor, Bureau, ClassTeacher, Mentor, Officer, Operator, Principal};
        match self {
            // Everybody: nothing of a person is in it.
            Self::SchoolList | Self::Head => &[Operator, Bureau, Principal, Officer, ClassTeacher, Mentor, Auditor],
            // Setting up, and what changes something for every school.
            Self::SchoolAdd
            | Self::StaffAdd
            | Self::StaffChange
            | Self::StaffDisable
            | Self::StaffEnable
            | Self::StaffRename
            | Self::StaffUndo
            | Self::StudentErase
            | Self::EmployerMerge
            | Self::EmployerClose
            | Self::EmployerCorrect
            | Self::EmployerUndo => &[Operator, Bureau],
            Self::StaffList => &[Operator, Bureau, Principal, Officer, ClassTeacher, Mentor, Auditor],
            Self::Check => &[Operator, Bureau, Principal, Officer, Auditor],
            // An office records; a class teacher for the own class.
            Self::Import | Self::ImportUndo => &[Operator, Bureau, Officer, ClassTeacher],
            Self::EmployerRegister
            | Self::EmployerProfile
            | Self::EmployerStaff
            | Self::HostPropose
            | Self::HostVisit
            | Self::HostPublish
            | Self::HostSuspend
            | Self::HostResume
            | Self::HostFramework
            | Self::HostContact
            | Self::HostUndo
            | Self::SeasonPlan
            | Self::SeasonUndo => &[Operator, Bureau, Officer],
            Self::PlacementDraft
            | Self::PlacementRevise
            | Self::PlacementSubmit
            | Self::PlacementEvaluate
            | Self::PlacementReady
            | Self::PlacementArrive
            | Self::PlacementNoShow
            | Self::PlacementChangeHost
            | Self::PlacementChangeSite
            | Self::PlacementChangeMentor
            | Self::PlacementChangePeriod
            | Self::PlacementChangePay
            | Self::PlacementSuspend
            | Self::PlacementResume
            | Self::PlacementEnd
            | Self::PlacementCancel
            | Self::PlacementUndo
            | Self::AgreementDraft
            | Self::AgreementSend
            | Self::AgreementSign
            | Self::AgreementScan
            | Self::AgreementRevoke
            | Self::AgreementRefuse
            | Self::AgreementRecall
            | Self::AgreementAmend
            | Self::AgreementTerminate
            | Self::AgreementVoid
            | Self::AgreementUndo
            | Self::ExemptionRequest
            | Self::ExemptionWithdraw
            | Self::ExemptionUndo
            | Self::PacketPrint => &[Operator, Bureau, Officer, ClassTeacher],
            // A person decides, and stands for it by name: never the operator.
            Self::PlacementReturn
            | Self::PlacementReject
            | Self::PlacementApprove
            | Self::PlacementLate
            | Self::HostAccept
            | Self::HostRefuse
            | Self::ExemptionGrant
            | Self::ExemptionRefuse => &[Bureau, Principal, Officer],
            // A mentor sees the own interns.
            Self::StudentFind | Self::PlacementShow | Self::AtWork | Self::EvidenceGet | Self::History => {
                &[Operator, Bureau, Principal, Officer, ClassTeacher, Mentor, Auditor]
            }
            Self::ImportList
            | Self::EmployerShow
            | Self::EmployerList
            | Self::EmployerDuplicates
            | Self::EmployerInterns
            | Self::HostShow
            | Self::HostList
            | Self::SeasonList
            | Self::ExemptionList
            | Self::Report
            | Self::Explain
            | Self::MissingList
            | Self::ConflictList
            | Self::Queue
            | Self::AtWorkCounts
            | Self::Grid
            | Self::EventList => &[Operator, Bureau, Principal, Officer, ClassTeacher, Auditor],
        }
    }

    /// The stable name.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The gate: whether a caller may take an action at all. What the caller sees of it is the caller's scope.
///
/// # Errors
/// If the caller's role may not.
pub fn permits(caller: &Caller, action: Action) -> Result<(), Denied> {
    let actor = caller.actor_kind();
    if action.actors().contains(&actor) { Ok(()) } else { Err(Denied { actor, action }) }
}

impl Command {
    pub fn action(&self) -> Action {
        match self {
            Self::School(order) => order.action(),
            Self::Account(order) => order.action(),
            Self::Import(_) => Action::Import,
            Self::UndoImport(_) => Action::ImportUndo,
            Self::Employer(order) => order.action(),
            Self::Host(order) => order.action(),
            Self::Season(order) => order.action(),
            Self::Placement(order) => order.action(),
            Self::Agreement(order) => order.action(),
            Self::Exemption(order) => order.action(),
            Self::Packet(_) => Action::PacketPrint,
            Self::Erase(_) => Action::StudentErase,
        }
    }
}

impl Question {
    pub fn action(&self) -> Action {
        match self {
            Self::Schools(_) => Action::SchoolList,
            Self::Accounts(_) => Action::StaffList,
            Self::Students(_) => Action::StudentFind,
            Self::Imports(_) => Action::ImportList,
            Self::Employer(_) => Action::EmployerShow,
            Self::Employers(_) => Action::EmployerList,
            Self::Duplicates(_) => Action::EmployerDuplicates,
            Self::Interns(_) => Action::EmployerInterns,
            Self::Host(_) => Action::HostShow,
            Self::Hosts(_) => Action::HostList,
            Self::Seasons(_) => Action::SeasonList,
            Self::Placement(_) => Action::PlacementShow,
            Self::Exemptions(_) => Action::ExemptionList,
            Self::Evidence(_) => Action::EvidenceGet,
            Self::Report(_) | Self::LatestYear(_) => Action::Report,
            Self::Explain(_) => Action::Explain,
            Self::Missing(_) => Action::MissingList,
            Self::Conflicts(_) => Action::ConflictList,
            Self::Queue(_) => Action::Queue,
            Self::AtWork(question) => question.action(),
            Self::Grid(_) => Action::Grid,
            Self::Head(_) => Action::Head,
            Self::Events(_) => Action::EventList,
            Self::History(_) => Action::History,
            Self::Health(_) => Action::Check,
        }
    }
}
