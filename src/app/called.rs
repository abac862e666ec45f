//! By which words each action is called, the same on the command line and in the address of the API, and how its input
//! becomes a command or a question.

use serde_json::Value;

use super::actions::{Action, Command, Question};

/// How an action is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Called {
    /// With blanks between: `placement change-host`.
    pub words: &'static str,
    pub input: Input,
}

/// What an action's input is made to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// The names under which it stands in a `Command`, the outer first.
    Command(&'static [&'static str]),
    /// The name under which it stands in a `Question`.
    Question(&'static str),
}

/// A command, or a question.
#[derive(Debug, Clone, PartialEq)]
pub enum Asked {
    Command(Box<Command>),
    Question(Box<Question>),
}

impl Called {
    /// The command or question of which this is the input: an object of its fields.
    ///
    /// # Errors
    /// If a field is missing, unknown, of another type, or says what cannot be read.
    pub fn asked(self, input: Value) -> Result<Asked, serde_json::Error> {
        Ok(match self.input {
            Input::Command(names) => Asked::Command(serde_json::from_value(within(names, input))?),
            Input::Question(name) => Asked::Question(serde_json::from_value(within(&[name], input))?),
        })
    }
}

fn within(names: &[&str], input: Value) -> Value {
    names.iter().rev().fold(input, |inner, name| Value::Object([((*name).to_owned(), inner)].into_iter().collect()))
}

const fn command(words: &'static str, names: &'static [&'static str]) -> Called {
    Called { words, input: Input::Command(names) }
}

const fn question(words: &'static str, name: &'static str) -> Called {
    Called { words, input: Input::Question(name) }
}

impl Action {
    /// How the action is called; counts of who is at work and the list of them are one question.
    pub const fn called(self) -> Called {
        match self {
            Self::SchoolAdd => command("school add", &["school", "add"]),
            Self::SchoolList => question("school list", "schools"),
            Self::StaffAdd => command("staff add", &["account", "add"]),
            Self::StaffChange => command("staff change", &["account", "change"]),
            Self::StaffHandOver => command("staff hand-over", &["account", "hand_over"]),
            Self::StaffDeputise => command("staff deputise", &["account", "deputise"]),
            Self::StaffEndDeputy => command("staff end-deputy", &["account", "end_deputy"]),
            Self::StaffDisable => command("staff disable", &["account", "disable"]),
            Self::StaffEnable => command("staff enable", &["account", "enable"]),
            Self::StaffRename => command("staff rename", &["account", "rename"]),
            Self::StaffUndo => command("staff undo", &["account", "undo"]),
            Self::StaffInvite => command("staff invite", &["account", "invite"]),
            Self::StaffInviteSchool => command("staff invite-school", &["account", "invite_school"]),
            Self::StaffWaive => command("staff waive-second-factor", &["account", "waive_second_factor"]),
            Self::StaffMail => command("staff mail", &["account", "mail"]),
            Self::StaffList => question("staff list", "accounts"),
            Self::SessionRevoke => command("session revoke", &["account", "revoke_sessions"]),
            Self::SessionList => question("session list", "sessions"),
            Self::MailList => question("mail list", "mail"),
            Self::TokenIssue => command("token issue", &["account", "issue_token"]),
            Self::TokenRevoke => command("token revoke", &["account", "revoke_token"]),
            Self::TokenList => question("token list", "tokens"),
            Self::StudentFind => question("student find", "students"),
            Self::StudentList => question("student list", "roster"),
            Self::StudentShow => question("student show", "student_file"),
            Self::ClassList => question("class list", "classes"),
            Self::StudentErase => command("erase", &["erase"]),
            Self::StudentCorrectNumber => command("student correct-number", &["student", "correct_number"]),
            Self::StudentStanding => command("student standing", &["student", "standing"]),
            Self::Import => command("import", &["import"]),
            Self::ImportUndo => command("import undo", &["undo_import"]),
            Self::ImportList => question("imports", "imports"),
            Self::EmployerRegister => command("employer register", &["employer", "register"]),
            Self::EmployerProfile => command("employer profile", &["employer", "profile"]),
            Self::EmployerStaff => command("employer staff", &["employer", "staff"]),
            Self::EmployerMerge => command("employer merge", &["employer", "merge"]),
            Self::EmployerTellApart => command("employer tell-apart", &["employer", "tell_apart"]),
            Self::EmployerClose => command("employer close", &["employer", "close"]),
            Self::EmployerCorrect => command("employer correct", &["employer", "correct"]),
            Self::EmployerUndo => command("employer undo", &["employer", "undo"]),
            Self::EmployerShow => question("employer show", "employer"),
            Self::EmployerList => question("employer list", "employers"),
            Self::EmployerDuplicates => question("employer duplicates", "duplicates"),
            Self::EmployerInterns => question("employer interns", "interns"),
            Self::HostPropose => command("host propose", &["host", "propose"]),
            Self::HostVisit => command("host visit", &["host", "visit"]),
            Self::HostAccept => command("host accept", &["host", "accept"]),
            Self::HostRefuse => command("host refuse", &["host", "refuse"]),
            Self::HostPublish => command("host publish", &["host", "publish"]),
            Self::HostSuspend => command("host suspend", &["host", "suspend"]),
            Self::HostResume => command("host resume", &["host", "resume"]),
            Self::HostFramework => command("host framework", &["host", "framework"]),
            Self::HostContact => command("host contact", &["host", "contact"]),
            Self::HostUndo => command("host undo", &["host", "undo"]),
            Self::HostShow => question("host show", "host"),
            Self::HostList => question("host list", "hosts"),
            Self::SeasonPlan => command("season plan", &["season", "plan"]),
            Self::SeasonUndo => command("season undo", &["season", "undo"]),
            Self::SeasonList => question("season list", "seasons"),
            Self::PublicationRecord => command("publication record", &["publication", "record"]),
            Self::PublicationWithdraw => command("publication withdraw", &["publication", "withdraw"]),
            Self::PublicationUndo => command("publication undo", &["publication", "undo"]),
            Self::PublicationList => question("publication list", "publications"),
            Self::PlacementDraft => command("placement draft", &["placement", "draft"]),
            Self::PlacementRevise => command("placement revise", &["placement", "revise"]),
            Self::PlacementSubmit => command("placement submit", &["placement", "submit"]),
            Self::PlacementEvaluate => command("placement evaluate", &["placement", "evaluate"]),
            Self::PlacementReturn => command("placement return", &["placement", "return"]),
            Self::PlacementReject => command("placement reject", &["placement", "reject"]),
            Self::PlacementApprove => command("placement approve", &["placement", "approve"]),
            Self::PlacementLate => command("placement late", &["placement", "late"]),
            Self::PlacementReady => command("placement ready", &["placement", "ready"]),
            Self::PlacementArrive => command("placement arrive", &["placement", "arrive"]),
            Self::PlacementNoShow => command("placement no-show", &["placement", "no_show"]),
            Self::PlacementChangeHost => command("placement change-host", &["placement", "change_host"]),
            Self::PlacementChangeSite => command("placement change-site", &["placement", "change_site"]),
            Self::PlacementChangeMentor => command("placement change-mentor", &["placement", "change_mentor"]),
            Self::PlacementChangePeriod => command("placement change-period", &["placement", "change_period"]),
            Self::PlacementChangePay => command("placement change-pay", &["placement", "change_pay"]),
            Self::PlacementSuspend => command("placement suspend", &["placement", "suspend"]),
            Self::PlacementResume => command("placement resume", &["placement", "resume"]),
            Self::PlacementEnd => command("placement end", &["placement", "end"]),
            Self::PlacementCancel => command("placement cancel", &["placement", "cancel"]),
            Self::PlacementUndo => command("placement undo", &["placement", "undo"]),
            Self::PlacementShow => question("placement show", "placement"),
            Self::AgreementDraft => command("agreement draft", &["agreement", "draft"]),
            Self::AgreementSend => command("agreement send", &["agreement", "send"]),
            Self::AgreementSign => command("agreement sign", &["agreement", "sign"]),
            Self::AgreementScan => command("agreement scan", &["agreement", "scan"]),
            Self::AgreementCollect => command("agreement collect", &["agreement", "collect"]),
            Self::AgreementRevoke => command("agreement revoke", &["agreement", "revoke"]),
            Self::AgreementRefuse => command("agreement refuse", &["agreement", "refuse"]),
            Self::AgreementRecall => command("agreement recall", &["agreement", "recall"]),
            Self::AgreementAmend => command("agreement amend", &["agreement", "amend"]),
            Self::AgreementTerminate => command("agreement terminate", &["agreement", "terminate"]),
            Self::AgreementVoid => command("agreement void", &["agreement", "void"]),
            Self::AgreementUndo => command("agreement undo", &["agreement", "undo"]),
            Self::AgreementPaper => question("agreement paper", "paper"),
            Self::ExemptionRequest => command("exemption request", &["exemption", "request"]),
            Self::ExemptionGrant => command("exemption grant", &["exemption", "grant"]),
            Self::ExemptionRefuse => command("exemption refuse", &["exemption", "refuse"]),
            Self::ExemptionWithdraw => command("exemption withdraw", &["exemption", "withdraw"]),
            Self::ExemptionUndo => command("exemption undo", &["exemption", "undo"]),
            Self::ExemptionList => question("exemption list", "exemptions"),
            Self::OutcomeSay => command("outcome say", &["outcome", "say"]),
            Self::OutcomeReview => command("outcome review", &["outcome", "review"]),
            Self::OutcomeJudge => command("outcome judge", &["outcome", "judge"]),
            Self::OutcomeShow => question("outcome show", "statements"),
            Self::StudySay => command("study say", &["study", "say"]),
            Self::StudyExam => command("study exam", &["study", "exam"]),
            Self::StudyReview => command("study review", &["study", "review"]),
            Self::ConflictResolve => command("conflict resolve", &["conflict", "resolve"]),
            Self::PacketPrint => command("packet", &["packet"]),
            Self::EvidenceGet => question("evidence get", "evidence"),
            Self::Report => question("report", "report"),
            Self::Explain => question("explain", "explain"),
            Self::MissingList => question("missing", "missing"),
            Self::StudyList => question("study list", "studies"),
            Self::ConflictList => question("conflicts", "conflicts"),
            Self::ReportCompare => question("compare", "compare"),
            Self::ReportTrend => question("trend", "trend"),
            Self::DefinitionList => question("definitions", "definitions"),
            Self::Queue => question("queue", "queue"),
            Self::AtWork => question("at-work", "at_work"),
            Self::AtWorkCounts => question("at-work", "at_work"),
            Self::Grid => question("grid", "grid"),
            Self::Head => question("head", "head"),
            Self::EventList => question("events", "events"),
            Self::ChangeList => question("changes", "changes"),
            Self::History => question("history", "history"),
            Self::Check => question("check", "health"),
        }
    }
}
