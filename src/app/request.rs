//! What is asked of the app: orders to streams, recorded all together or not at all.

use serde_json::json;
use uuid::Uuid;

use crate::domain::StreamType;
use crate::domain::account::AccountCommand;
use crate::domain::agreement::AgreementCommand;
use crate::domain::employer::EmployerCommand;
use crate::domain::exemption::ExemptionCommand;
use crate::domain::further_study::FurtherStudyCommand;
use crate::domain::host::HostCommand;
use crate::domain::ids::{
    HostId, InvitationId, PlacementId, SchoolCode, SeasonId, StaffId, StudentId, SurveyId, YearEndId,
};
use crate::domain::import::ImportCommand;
use crate::domain::invitation::InvitationCommand;
use crate::domain::log::{LOG_ID, LogCommand};
use crate::domain::outcome::OutcomeCommand;
use crate::domain::placement::PlacementCommand;
use crate::domain::school::SchoolCommand;
use crate::domain::season::SeasonCommand;
use crate::domain::student::StudentCommand;
use crate::domain::survey::SurveyCommand;
use crate::domain::year_end::YearEndCommand;
use crate::event_log::record::StreamKey;
use crate::event_log::request::GuardUse;
use crate::event_log::table::{Removal, TableRows};

/// One command on one stream.
#[derive(Debug, Clone)]
pub enum Order {
    School {
        id: Uuid,
        code: SchoolCode,
        command: SchoolCommand,
    },
    Employer {
        id: Uuid,
        command: EmployerCommand,
    },
    /// `school` is the school whose batch it is; `None` for the city's.
    Import {
        id: Uuid,
        school: Option<SchoolCode>,
        command: ImportCommand,
    },
    Account {
        account: StaffId,
        command: AccountCommand,
    },
    Log {
        command: LogCommand,
    },
    /// `school` is whose host it is.
    Host {
        host: HostId,
        school: SchoolCode,
        command: HostCommand,
    },
    /// `school` is whose season it is.
    Season {
        season: SeasonId,
        school: SchoolCode,
        command: SeasonCommand,
    },
    /// `school` is whose figures they are; `None` of the city's.
    YearEnd {
        year_end: YearEndId,
        school: Option<SchoolCode>,
        command: YearEndCommand,
    },
    /// `school` is whose campaign it is.
    Survey {
        survey: SurveyId,
        school: SchoolCode,
        command: SurveyCommand,
    },
    /// Of a graduate in a campaign.
    Invitation {
        survey: SurveyId,
        student: StudentId,
        command: InvitationCommand,
    },
    Student {
        student: StudentId,
        command: StudentCommand,
    },
    Exemption {
        student: StudentId,
        command: ExemptionCommand,
    },
    Placement {
        placement: PlacementId,
        command: PlacementCommand,
    },
    Agreement {
        placement: PlacementId,
        command: AgreementCommand,
    },
    Outcome {
        student: StudentId,
        command: OutcomeCommand,
    },
    FurtherStudy {
        student: StudentId,
        command: FurtherStudyCommand,
    },
}

/// What is asked of `execute`: all of it is recorded or nothing.
#[derive(Debug, Clone)]
pub struct Request {
    /// The idempotency key: sent twice, recorded once.
    pub key: String,
    /// What was asked, in words that are the same when it is asked again.
    pub asked: String,
    pub orders: Vec<Order>,
    /// Streams and versions from which the orders were worked out: when one has moved on, they are stale and only who
    /// worked them out can do it again.
    pub seen: Vec<(StreamKey, u64)>,
    pub guards: Vec<GuardUse>,
    /// Sealed rows that the events refer to.
    pub rows: Vec<TableRows>,
    /// Whose rows these are, where no order says so.
    pub sealed_of: Vec<StudentId>,
    /// Rows that go.
    pub removals: Vec<Removal>,
    /// The batch or request that this one is part of.
    pub causation: Option<String>,
    /// Ids, positions and codes to answer, and to answer again when the key comes again.
    pub answer: serde_json::Value,
}

impl Request {
    pub fn new(key: impl Into<String>, asked: impl Into<String>, orders: Vec<Order>) -> Self {
        Self {
            key: key.into(),
            asked: asked.into(),
            orders,
            seen: vec![],
            guards: vec![],
            rows: vec![],
            sealed_of: vec![],
            removals: vec![],
            causation: None,
            answer: json!({}),
        }
    }
}

impl Order {
    pub(super) fn kind(&self) -> StreamType {
        match self {
            Self::School { .. } => StreamType::School,
            Self::Employer { .. } => StreamType::Employer,
            Self::Import { .. } => StreamType::Import,
            Self::Account { .. } => StreamType::Account,
            Self::Log { .. } => StreamType::Log,
            Self::Host { .. } => StreamType::Host,
            Self::Season { .. } => StreamType::Season,
            Self::YearEnd { .. } => StreamType::YearEnd,
            Self::Survey { .. } => StreamType::Survey,
            Self::Invitation { .. } => StreamType::Invitation,
            Self::Student { .. } => StreamType::Student,
            Self::Exemption { .. } => StreamType::Exemption,
            Self::Placement { .. } => StreamType::Placement,
            Self::Agreement { .. } => StreamType::Agreement,
            Self::Outcome { .. } => StreamType::Outcome,
            Self::FurtherStudy { .. } => StreamType::FurtherStudy,
        }
    }

    pub(super) fn stream(&self) -> StreamKey {
        let id = match self {
            Self::School { id, .. } | Self::Employer { id, .. } | Self::Import { id, .. } => *id,
            Self::Account { account, .. } => account.0,
            Self::Log { .. } => LOG_ID,
            Self::Host { host, .. } => host.0,
            Self::Season { season, .. } => season.0,
            Self::YearEnd { year_end, .. } => year_end.0,
            Self::Survey { survey, .. } => survey.0,
            Self::Invitation { survey, student, .. } => InvitationId::of(*survey, *student).0,
            Self::Placement { placement, .. } | Self::Agreement { placement, .. } => placement.0,
            Self::Student { student, .. }
            | Self::Exemption { student, .. }
            | Self::Outcome { student, .. }
            | Self::FurtherStudy { student, .. } => student.0,
        };
        StreamKey { kind: self.kind(), id }
    }

    /// Whether the order begins its stream, so that there is nothing to load.
    pub(super) fn begins_stream(&self) -> bool {
        match self {
            Self::Employer { command: EmployerCommand::Register { .. }, .. }
            | Self::Import { command: ImportCommand::Start { .. }, .. }
            | Self::Account { command: AccountCommand::Open { .. }, .. }
            | Self::Host { command: HostCommand::Propose { .. }, .. }
            | Self::Placement { command: PlacementCommand::Draft(_), .. }
            | Self::Student { command: StudentCommand::Register { .. }, .. } => true,
            Self::School { .. }
            | Self::Employer { .. }
            | Self::Import { .. }
            | Self::Account { .. }
            | Self::Log { .. }
            | Self::Host { .. }
            | Self::Season { .. }
            | Self::YearEnd { .. }
            | Self::Survey { .. }
            | Self::Invitation { .. }
            | Self::Student { .. }
            | Self::Exemption { .. }
            | Self::Placement { .. }
            | Self::Agreement { .. }
            | Self::Outcome { .. }
            | Self::FurtherStudy { .. } => false,
        }
    }

    /// The student whom the order is about, as far as it says so: of a placement only its draft does.
    pub(super) fn student(&self) -> Option<StudentId> {
        match self {
            Self::Placement { command: PlacementCommand::Draft(new), .. } => Some(new.student),
            Self::School { .. }
            | Self::Employer { .. }
            | Self::Import { .. }
            | Self::Account { .. }
            | Self::Log { .. }
            | Self::Host { .. }
            | Self::Season { .. }
            | Self::YearEnd { .. }
            | Self::Survey { .. }
            | Self::Placement { .. }
            | Self::Agreement { .. } => None,
            Self::Student { student, .. }
            | Self::Exemption { student, .. }
            | Self::Invitation { student, .. }
            | Self::Outcome { student, .. }
            | Self::FurtherStudy { student, .. } => Some(*student),
        }
    }
}
