//! Who may take which action: the table of roles.

use super::actions::Action;
use crate::accounts::Actor;

impl Action {
    /// Who may take this action, each within the scope of the account: the city, a school, a class, the own interns. Where
    /// one school is all there is, its principal may what the bureau may, too (`gate`).
    pub fn actors(self) -> &'static [Actor] {
        use Actor::{Auditor, Bureau, ClassTeacher, Mentor, Officer, Operator, Principal};
        match self {
            // Everybody: nothing of a person is in it.
            Self::SchoolList | Self::Head | Self::DefinitionList => {
                &[Operator, Bureau, Principal, Officer, ClassTeacher, Mentor, Auditor]
            }
            // Setting up, and what changes something for every school.
            Self::SchoolAdd
            | Self::StudentErase
            | Self::EmployerMerge
            | Self::EmployerTellApart
            | Self::EmployerClose
            | Self::EmployerCorrect
            | Self::EmployerUndo => &[Operator, Bureau],
            // A principal those of the own school.
            Self::StaffAdd
            | Self::StaffChange
            | Self::StaffDisable
            | Self::StaffEnable
            | Self::StaffRename
            | Self::StaffUndo
            | Self::StaffInvite
            | Self::StaffInviteSchool
            | Self::StaffWaive => &[Operator, Bureau, Principal],
            // A class whoever may change staff, and a deputy of who is no mentor.
            Self::StaffHandOver | Self::StaffDeputise | Self::StaffEndDeputy => &[Operator, Bureau, Principal, Officer],
            // Everybody those of the own account; of whose others is said where an account is looked up.
            Self::StaffList
            | Self::StaffMail
            | Self::SessionList
            | Self::SessionRevoke
            | Self::TokenIssue
            | Self::TokenRevoke
            | Self::TokenList => &[Operator, Bureau, Principal, Officer, ClassTeacher, Mentor, Auditor],
            // To whom and whether mail went; a principal of the own school.
            Self::MailList => &[Operator, Bureau, Principal],
            Self::Check => &[Operator, Bureau, Principal, Officer, Auditor],
            // A principal staff lists only, which nobody else of a school imports.
            Self::Import | Self::ImportUndo => &[Operator, Bureau, Principal, Officer, ClassTeacher],
            // An office records; a class teacher for the own class.
            Self::StudentCorrectNumber
            | Self::StudentStanding
            | Self::OutcomeSay
            | Self::StudySay
            | Self::StudyExam => &[Operator, Bureau, Officer, ClassTeacher],
            // A second person looks at it; a verdict is never the operator's.
            Self::OutcomeReview | Self::OutcomeJudge | Self::StudyReview | Self::ConflictResolve => {
                &[Operator, Bureau, Principal, Officer]
            }
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
            | Self::SeasonUndo
            | Self::PublicationRecord
            | Self::PublicationWithdraw
            | Self::PublicationUndo
            | Self::SurveyDraft
            | Self::SurveySchedule
            | Self::SurveyOpen
            | Self::SurveyMove
            | Self::SurveyUndo => &[Operator, Bureau, Officer],
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
            | Self::AgreementCollect
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
            | Self::PacketPrint
            | Self::CallRecord
            | Self::CallAnswer
            | Self::CallLeave
            | Self::CallUndo => &[Operator, Bureau, Officer, ClassTeacher],
            // A person decides, and stands for it by name: never the operator.
            Self::PlacementReturn
            | Self::PlacementReject
            | Self::PlacementApprove
            | Self::PlacementLate
            | Self::HostAccept
            | Self::HostRefuse
            | Self::ExemptionGrant
            | Self::ExemptionRefuse
            | Self::SurveyApprove => &[Bureau, Principal, Officer],
            // A mentor sees the own interns.
            Self::StudentFind
            | Self::StudentList
            | Self::StudentShow
            | Self::PlacementShow
            | Self::AgreementPaper
            | Self::AtWork
            | Self::EvidenceGet
            | Self::EventList
            | Self::History => &[Operator, Bureau, Principal, Officer, ClassTeacher, Mentor, Auditor],
            Self::ImportList
            | Self::EmployerShow
            | Self::EmployerList
            | Self::EmployerDuplicates
            | Self::EmployerInterns
            | Self::HostShow
            | Self::HostList
            | Self::SeasonList
            | Self::ExemptionList
            | Self::OutcomeShow
            | Self::Report
            | Self::Explain
            | Self::MissingList
            | Self::StudyList
            | Self::ConflictList
            | Self::ReportCompare
            | Self::ReportTrend
            | Self::PublicationList
            | Self::SurveyList
            | Self::SurveyShow
            | Self::SurveyPeople
            | Self::SurveyPlan
            | Self::SurveyQuestionnaire
            | Self::CallList
            | Self::Queue
            | Self::AtWorkCounts
            | Self::ClassList
            | Self::Grid
            | Self::ChangeList => &[Operator, Bureau, Principal, Officer, ClassTeacher, Auditor],
        }
    }
}
