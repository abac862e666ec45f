//! What can be done and asked: the list of commands and questions, and which function of the nouns each calls. The two doors
//! are in `doors`, who may in `roles`.
//!
//! The gate stands at the top of both, before anything is looked up or unsealed. Acts on files of the machine (backup, restore, copy, key, scrub, rebuild, verify, sample, demo,
//! serve) are no actions: they are the operator's, and no scope limits them.

use serde::{Deserialize, Serialize};
use strum::{EnumIter, IntoStaticStr};

use super::account::{AccountOrder, ListAccounts};
use super::agreement::input::AgreementOrder;
use super::agreement::shown::ShowPaper;
use super::at_work::{ShowAtWork, ShowGrid, ShowQueue};
use super::changes::ListChanges;
use super::compare::CompareReports;
use super::definitions::ListDefinitions;
use super::directory::{CountInterns, ListDuplicates, ListEmployers, ListHosts, ListSeasons, ShowEmployer};
use super::employer::EmployerOrder;
use super::evidence::GetEvidence;
use super::exemption::{ExemptionOrder, ListExemptions};
use super::explain::{ExplainFigure, ListConflicts, ListMissing, ListStudies};
use super::failure::Failure;
use super::health::{CheckHealth, ShowHead};
use super::history::{ListEvents, ShowHistory};
use super::host::{HostOrder, ShowHost};
use super::import::undo::UndoImport;
use super::import::{ImportFiles, ListImports};
use super::key::{Call, Key};
use super::mail::listed::ListMail;
use super::packet::PrintPacket;
use super::placement::PlacementOrder;
use super::placement::shown::ShowPlacement;
use super::publication::{ListPublications, PublicationOrder};
use super::reply::{Answer, Reply};
use super::report::{LatestYear, ShowReport};
use super::roster::{ListClasses, ListStudents};
use super::school::{ListSchools, SchoolOrder};
use super::season::SeasonOrder;
use super::seen::VersionRefusal;
use super::session::ListSessions;
use super::statement::input::{ConflictOrder, OutcomeOrder, ShowStatements, StudentOrder, StudyOrder};
use super::student::{EraseStudent, FindStudents};
use super::student_file::ShowStudent;
use super::survey::SurveyOrder;
use super::survey::call::CallOrder;
use super::survey::shown::{ListCalls, ListInvited, ListSurveys, PlanSurvey, ShowQuestionnaire, ShowSurvey};
use super::token::ListTokens;
use super::trend::ShowTrend;
use super::watch::Watch;
use super::{App, AppError};
use crate::accounts::Caller;

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
    Publication(PublicationOrder),
    Survey(SurveyOrder),
    Call(CallOrder),
    Placement(PlacementOrder),
    Agreement(AgreementOrder),
    Exemption(ExemptionOrder),
    Outcome(OutcomeOrder),
    Study(StudyOrder),
    Conflict(ConflictOrder),
    Student(StudentOrder),
    Packet(PrintPacket),
    Erase(EraseStudent),
}

/// Everything that can be asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    Schools(ListSchools),
    Accounts(ListAccounts),
    Tokens(ListTokens),
    Sessions(ListSessions),
    Mail(ListMail),
    Students(FindStudents),
    Roster(ListStudents),
    StudentFile(ShowStudent),
    Classes(ListClasses),
    Imports(ListImports),
    Employer(ShowEmployer),
    Employers(ListEmployers),
    Duplicates(ListDuplicates),
    Interns(CountInterns),
    Host(ShowHost),
    Hosts(ListHosts),
    Seasons(ListSeasons),
    Placement(ShowPlacement),
    Paper(ShowPaper),
    Exemptions(ListExemptions),
    Statements(ShowStatements),
    Evidence(GetEvidence),
    Report(ShowReport),
    Explain(ExplainFigure),
    Missing(ListMissing),
    Studies(ListStudies),
    Conflicts(ListConflicts),
    Compare(CompareReports),
    Trend(ShowTrend),
    Publications(ListPublications),
    Surveys(ListSurveys),
    SurveyProgress(ShowSurvey),
    Invited(ListInvited),
    SurveyPlan(PlanSurvey),
    Questionnaire(ShowQuestionnaire),
    Calls(ListCalls),
    Definitions(ListDefinitions),
    LatestYear(LatestYear),
    Queue(ShowQueue),
    AtWork(ShowAtWork),
    Grid(ShowGrid),
    Head(ShowHead),
    Events(ListEvents),
    History(ShowHistory),
    Changes(ListChanges),
    Health(CheckHealth),
}

/// Every command and question by its name: what is permitted, and what help is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Action {
    SchoolAdd,
    SchoolList,
    StaffAdd,
    StaffChange,
    StaffHandOver,
    StaffDeputise,
    StaffEndDeputy,
    StaffDisable,
    StaffEnable,
    StaffRename,
    StaffUndo,
    StaffInvite,
    StaffInviteSchool,
    StaffWaive,
    StaffMail,
    StaffList,
    SessionRevoke,
    SessionList,
    MailList,
    TokenIssue,
    TokenRevoke,
    TokenList,
    StudentFind,
    StudentList,
    StudentShow,
    ClassList,
    StudentErase,
    StudentCorrectNumber,
    StudentStanding,
    Import,
    ImportUndo,
    ImportList,
    EmployerRegister,
    EmployerProfile,
    EmployerStaff,
    EmployerMerge,
    EmployerTellApart,
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
    PublicationRecord,
    PublicationWithdraw,
    PublicationUndo,
    PublicationList,
    SurveyDraft,
    SurveyApprove,
    SurveySchedule,
    SurveyOpen,
    SurveyMove,
    SurveyUndo,
    SurveyList,
    SurveyShow,
    SurveyPeople,
    SurveyPlan,
    SurveyQuestionnaire,
    CallRecord,
    CallAnswer,
    CallLeave,
    CallUndo,
    CallList,
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
    AgreementCollect,
    AgreementRevoke,
    AgreementRefuse,
    AgreementRecall,
    AgreementAmend,
    AgreementTerminate,
    AgreementVoid,
    AgreementUndo,
    AgreementPaper,
    ExemptionRequest,
    ExemptionGrant,
    ExemptionRefuse,
    ExemptionWithdraw,
    ExemptionUndo,
    ExemptionList,
    OutcomeSay,
    OutcomeReview,
    OutcomeJudge,
    OutcomeShow,
    StudySay,
    StudyExam,
    StudyReview,
    ConflictResolve,
    PacketPrint,
    EvidenceGet,
    Report,
    Explain,
    MissingList,
    StudyList,
    ConflictList,
    ReportCompare,
    ReportTrend,
    DefinitionList,
    Queue,
    AtWork,
    AtWorkCounts,
    Grid,
    Head,
    EventList,
    ChangeList,
    History,
    Check,
}

impl App {
    /// What a command brings; the gate stands before it.
    pub(super) async fn record(
        &self,
        caller: &Caller,
        key: Option<&Key>,
        command: &Command,
        progress: Watch<'_>,
    ) -> Result<Answer, Failure> {
        self.lets_in(caller, command.action()).await?;
        if caller.is_in_the_name_of_staff() && command.action().is_a_decision() {
            self.expect_emergency(caller, command.action()).await?;
        }
        // What is printed is printed again: only that which is new on it is recorded.
        let key = key.filter(|_| !matches!(command, Command::Packet(_)));
        let (stored, asked) = (self.stored_key(key), self.asked(caller, command)?);
        if key.is_some()
            && let Some(receipt) = self.recorded_before(&stored, &asked).await?
        {
            return Ok(Answer::Repeated(receipt));
        }
        if caller.seen.is_some() && !command.may_be_of_one_stream() {
            return Err(AppError::from(VersionRefusal::Several).into());
        }
        let call = Call { caller, key: &stored, is_keyed: key.is_some(), asked: &asked };
        Ok(match command {
            Command::School(order) => Answer::Done(self.order_school(call, order).await?),
            Command::Account(order) => Answer::Account(self.order_account(call, order).await?),
            Command::Import(input) => Answer::Imported(self.import_files(caller, input, progress).await?),
            Command::UndoImport(input) => Answer::ImportUndone(self.undo_import(caller, input).await?),
            Command::Employer(order) => Answer::Employer(self.order_employer(call, order).await?),
            Command::Host(order) => Answer::Host(self.order_host(call, order).await?),
            Command::Season(order) => Answer::Done(self.order_season(call, order).await?),
            Command::Publication(order) => Answer::Done(self.order_publication(call, order).await?),
            Command::Survey(order) => Answer::Done(self.order_survey(call, order).await?),
            Command::Call(order) => Answer::Called(self.order_call(call, order).await?),
            Command::Placement(order) => Answer::Bulk(self.order_placements(call, order).await?),
            Command::Agreement(order) => self.order_agreements(call, order, progress).await?,
            Command::Exemption(order) => Answer::Bulk(self.order_exemptions(call, order).await?),
            Command::Outcome(order) => Answer::Statement(self.order_outcome(call, order).await?),
            Command::Study(order) => Answer::Statement(self.order_study(call, order).await?),
            Command::Student(order) => Answer::Statement(self.order_student(call, order).await?),
            Command::Conflict(order) => Answer::Statement(self.order_conflict(call, order).await?),
            Command::Packet(input) => Answer::Packet(self.print_packet(call, input).await?),
            Command::Erase(input) => {
                let (student, done) = self.erase_student(call, input).await?;
                Answer::Erased(student, done)
            }
        })
    }

    /// What a question is answered; the gate stands before it.
    pub(super) async fn reply(&self, caller: &Caller, question: &Question) -> Result<Reply, Failure> {
        self.permits(caller, question.action()).await?;
        Ok(match question {
            Question::Schools(_) => Reply::Schools(self.schools().await?),
            Question::Accounts(_) => Reply::Accounts(self.staff(caller).await?),
            Question::Mail(input) => Reply::Mail(self.list_mail(caller, input).await?),
            Question::Sessions(input) => Reply::Sessions(self.sessions(caller, input).await?),
            Question::Tokens(input) => Reply::Tokens(self.tokens(caller, input).await?),
            Question::Students(input) => Reply::Students(self.find_students(caller, input).await?),
            Question::Roster(input) => Reply::Roster(self.list_students(caller, input).await?),
            Question::StudentFile(input) => Reply::StudentFile(Box::new(self.student_file(caller, input).await?)),
            Question::Classes(input) => Reply::Classes(self.list_classes(caller, input).await?),
            Question::Imports(_) => Reply::Imports(self.imports(caller).await?),
            Question::Employer(input) => Reply::Employer(self.show_employer(caller, input).await?),
            Question::Employers(input) => Reply::Employers(self.list_employers(caller, input).await?),
            Question::Duplicates(input) => Reply::Duplicates(self.duplicates(caller, input).await?),
            Question::Interns(input) => Reply::Interns(self.count_interns(caller, input).await?),
            Question::Host(input) => Reply::Host(self.show_host(caller, input).await?),
            Question::Hosts(input) => Reply::Hosts(self.hosts(caller, &input.query).await?),
            Question::Seasons(input) => Reply::Seasons(self.season_plans(caller, &input.query).await?),
            Question::Placement(input) => Reply::Placement(self.show_placements(caller, input).await?),
            Question::Paper(input) => Reply::Paper(Box::new(self.show_paper(caller, input).await?)),
            Question::Statements(input) => Reply::Statements(self.statements(caller, input).await?),
            Question::Exemptions(input) => Reply::Exemptions(self.applicants(caller, input).await?),
            Question::Evidence(input) => Reply::Evidence(self.evidence(caller, &input.hash).await?),
            Question::Report(input) => Reply::Report(self.show_report(caller, input).await?),
            Question::Explain(input) => Reply::Explain(self.explain(caller, input).await?),
            Question::Missing(input) => Reply::Missing(self.missing(caller, input).await?),
            Question::Studies(input) => Reply::Studies(self.studies(caller, input).await?),
            Question::Conflicts(input) => Reply::Conflicts(self.conflicts(caller, &input.query).await?),
            Question::Compare(input) => Reply::Compared(Box::new(self.compare(caller, input).await?)),
            Question::Trend(input) => Reply::Trend(Box::new(self.trend(caller, input).await?)),
            Question::Publications(input) => Reply::Publications(self.publications(caller, input).await?),
            Question::Surveys(input) => Reply::Surveys(self.surveys(caller, input).await?),
            Question::SurveyProgress(input) => Reply::SurveyProgress(self.show_survey(caller, input).await?),
            Question::Invited(input) => Reply::Invited(self.people_of_survey(caller, input).await?),
            Question::SurveyPlan(input) => Reply::SurveyPlan(self.survey_plan(caller, input).await?),
            Question::Questionnaire(input) => Reply::Questionnaire(Box::new(self.questionnaire(caller, input).await?)),
            Question::Calls(input) => Reply::Calls(self.call_sheet(caller, input).await?),
            Question::Definitions(input) => Reply::Definitions(input.found()?),
            Question::LatestYear(_) => Reply::LatestYear(self.latest_cohort().await?),
            Question::Queue(input) => Reply::Queue(self.show_queue(caller, input).await?),
            Question::AtWork(input) => Reply::AtWork(self.show_at_work(caller, input).await?),
            Question::Grid(input) => Reply::Grid(self.packet_grid(caller, &input.query).await?),
            Question::Head(_) => Reply::Head(self.log.head().await?),
            Question::Events(input) => Reply::Events(self.list_events(caller, input).await?),
            Question::History(input) => Reply::History(self.show_history(caller, input).await?),
            Question::Changes(input) => Reply::Changes(self.changes(caller, input).await?),
            Question::Health(_) => Reply::Health(self.check_health().await?),
        })
    }
}
