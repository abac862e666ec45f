//! Which action a command or a question is.

use super::actions::{Action, Command, Question};

impl Action {
    /// The stable name.
    pub fn name(self) -> &'static str {
        self.into()
    }
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
            Self::Publication(order) => order.action(),
            Self::Survey(order) => order.action(),
            Self::Call(order) => order.action(),
            Self::Placement(order) => order.action(),
            Self::Agreement(order) => order.action(),
            Self::Exemption(order) => order.action(),
            Self::Outcome(order) => order.action(),
            Self::Study(order) => order.action(),
            Self::Conflict(order) => order.action(),
            Self::Student(order) => order.action(),
            Self::Packet(_) => Action::PacketPrint,
            Self::Erase(_) => Action::StudentErase,
        }
    }

    /// Whether it may keep one busy for long: what reads files and what prints them.
    pub fn is_long_work(&self) -> bool {
        matches!(self.action(), Action::Import | Action::ImportUndo | Action::AgreementCollect | Action::PacketPrint)
    }
}

impl Question {
    pub fn action(&self) -> Action {
        match self {
            Self::Schools(_) => Action::SchoolList,
            Self::Accounts(_) => Action::StaffList,
            Self::Tokens(_) => Action::TokenList,
            Self::Sessions(_) => Action::SessionList,
            Self::Mail(_) => Action::MailList,
            Self::Students(_) => Action::StudentFind,
            Self::Roster(_) => Action::StudentList,
            Self::StudentFile(_) => Action::StudentShow,
            Self::Classes(_) => Action::ClassList,
            Self::Imports(_) => Action::ImportList,
            Self::Employer(_) => Action::EmployerShow,
            Self::Employers(_) => Action::EmployerList,
            Self::Duplicates(_) => Action::EmployerDuplicates,
            Self::Interns(_) => Action::EmployerInterns,
            Self::Host(_) => Action::HostShow,
            Self::Hosts(_) => Action::HostList,
            Self::Seasons(_) => Action::SeasonList,
            Self::Placement(_) => Action::PlacementShow,
            Self::Paper(_) => Action::AgreementPaper,
            Self::Exemptions(_) => Action::ExemptionList,
            Self::Statements(_) => Action::OutcomeShow,
            Self::Evidence(_) => Action::EvidenceGet,
            Self::Report(_) | Self::LatestYear(_) => Action::Report,
            Self::Explain(_) => Action::Explain,
            Self::Missing(_) => Action::MissingList,
            Self::Studies(_) => Action::StudyList,
            Self::Conflicts(_) => Action::ConflictList,
            Self::Compare(_) => Action::ReportCompare,
            Self::Trend(_) => Action::ReportTrend,
            Self::Publications(_) => Action::PublicationList,
            Self::Surveys(_) => Action::SurveyList,
            Self::SurveyProgress(_) => Action::SurveyShow,
            Self::Invited(_) => Action::SurveyPeople,
            Self::SurveyPlan(_) => Action::SurveyPlan,
            Self::Questionnaire(_) => Action::SurveyQuestionnaire,
            Self::Calls(_) => Action::CallList,
            Self::Definitions(_) => Action::DefinitionList,
            Self::Queue(_) => Action::Queue,
            Self::AtWork(question) => question.action(),
            Self::Grid(_) => Action::Grid,
            Self::Head(_) => Action::Head,
            Self::Events(_) => Action::EventList,
            Self::History(_) => Action::History,
            Self::Changes(_) => Action::ChangeList,
            Self::Health(_) => Action::Check,
        }
    }
}
