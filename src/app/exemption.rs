//! Exemptions from internship (免实习): applied for, decided, withdrawn, undone; and who has applied.

use std::collections::HashSet;

use clap::{Args, Subcommand};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::actions::Action;
use super::bulk::{BulkAnswer, BulkRequest};
use super::execute::again;
use super::failure::{Failure, InputRefusal};
use super::key::Call;
use super::request::Order;
use super::sealing::{Sealing, evidence};
use super::target::{ShownStudent, StudentInfo, Target};
use super::{App, AppError};
use crate::accounts::Caller;
use crate::domain::exemption::{Application, Exemption, ExemptionCommand, ExemptionGround, ExemptionRefusalReason};
use crate::domain::ids::SchoolCode;
use crate::domain::{StreamType, UndoReason};
use crate::event_log::EngineError;
use crate::input::file::File;
use crate::input::words;
use crate::projections::student_register;

/// What can be ordered of exemptions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Subcommand)]
#[serde(rename_all = "snake_case")]
pub enum ExemptionOrder {
    Request(RequestExemption),
    Grant(GrantExemption),
    Refuse(RefuseExemption),
    Withdraw(WithdrawExemption),
    Undo(UndoExemption),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct RequestExemption {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
    #[arg(long, value_parser = words::TermParser::<ExemptionGround>::new())]
    pub ground: ExemptionGround,
    /// The certificate, of one student.
    #[arg(long, value_parser = words::file)]
    pub evidence: Option<File>,
    #[arg(long)]
    pub note: Option<String>,
    /// The day of the application; today unless given.
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct GrantExemption {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct RefuseExemption {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
    #[arg(long, value_parser = words::TermParser::<ExemptionRefusalReason>::new())]
    pub reason: ExemptionRefusalReason,
    #[arg(long)]
    pub note: Option<String>,
}

/// The student wants it no more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct WithdrawExemption {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct UndoExemption {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
    /// The number of the fact; the latest that stands unless given.
    #[arg(long)]
    pub version: Option<u64>,
    #[arg(long, value_parser = words::TermParser::<UndoReason>::new())]
    pub reason: UndoReason,
    #[arg(long)]
    pub note: Option<String>,
}

/// Who has applied.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ListExemptions {
    /// All schools in scope unless given.
    #[arg(long, value_parser = words::school_code)]
    pub school: Option<SchoolCode>,
}

impl ExemptionOrder {
    pub fn action(&self) -> Action {
        match self {
            Self::Request(_) => Action::ExemptionRequest,
            Self::Grant(_) => Action::ExemptionGrant,
            Self::Refuse(_) => Action::ExemptionRefuse,
            Self::Withdraw(_) => Action::ExemptionWithdraw,
            Self::Undo(_) => Action::ExemptionUndo,
        }
    }

    fn target(&self) -> &Target {
        match self {
            Self::Request(order) => &order.target,
            Self::Grant(order) => &order.target,
            Self::Refuse(order) => &order.target,
            Self::Withdraw(order) => &order.target,
            Self::Undo(order) => &order.target,
        }
    }
}

/// A student who has applied.
#[derive(Debug)]
pub struct Applicant {
    pub school: SchoolCode,
    pub student: ShownStudent,
    pub application: Application,
    /// The number of the latest fact that stands.
    pub last: u64,
}

impl App {
    /// Gives one order about the exemption of each student named, all or none.
    pub(super) async fn order_exemptions(&self, call: Call<'_>, order: &ExemptionOrder) -> Result<BulkAnswer, Failure> {
        if let ExemptionOrder::Request(RequestExemption { evidence: Some(_), target, .. }) = order
            && target.is_of_many()
        {
            return Err(InputRefusal::FileOfOneStudent.into());
        }
        again(|| async {
            let students = self.students_of(call.caller, order.target()).await?;
            let ids: Vec<Uuid> = students.iter().map(|student| student.student.0).collect();
            let unsealed = self.unsealed(&ids).await?;
            self.bring_up_to_date::<Exemption>(&ids).await?;
            let mut bulk = BulkRequest::default();
            for info in students {
                let student = info.student;
                let mut sealing = Sealing::new(self, student.0, &unsealed);
                let command = self.exemption_command(&info, order, &mut sealing).await?;
                let whose = bulk.about(info);
                bulk.orders.push((whose, Order::Exemption { student, command }));
                bulk.rows.extend(sealing.rows);
            }
            self.record_bulk(call, bulk).await
        })
        .await
    }

    async fn exemption_command(
        &self,
        info: &StudentInfo,
        order: &ExemptionOrder,
        sealing: &mut Sealing<'_>,
    ) -> Result<ExemptionCommand, Failure> {
        let today = self.today();
        Ok(match order {
            ExemptionOrder::Request(request) => ExemptionCommand::Request {
                ground: request.ground,
                evidence: sealing.file(evidence(request.evidence.as_ref())?.as_ref())?,
                note: sealing.note(request.note.as_ref())?,
                effective_on: request.on.unwrap_or(today),
            },
            ExemptionOrder::Grant(_) => ExemptionCommand::Grant { effective_on: today },
            ExemptionOrder::Refuse(refuse) => ExemptionCommand::Refuse {
                reason: refuse.reason,
                note: sealing.note(refuse.note.as_ref())?,
                effective_on: today,
            },
            ExemptionOrder::Withdraw(withdraw) => {
                ExemptionCommand::Withdraw { effective_on: withdraw.on.unwrap_or(today) }
            }
            ExemptionOrder::Undo(undo) => {
                let (exemption, _) = self.load::<Exemption>(info.student.0).await?;
                ExemptionCommand::Undo {
                    version: undo.version.or(exemption.last_standing()).unwrap_or_default(),
                    reason: undo.reason,
                    note: sealing.note(undo.note.as_ref())?,
                    effective_on: today,
                }
            }
        })
    }

    /// Every student in the caller's scope who has applied, in the order of the register.
    pub(super) async fn applicants(
        &self,
        caller: &Caller,
        question: &ListExemptions,
    ) -> Result<Vec<Applicant>, Failure> {
        let scope = self.scope_of(caller, question.school.as_ref()).await?;
        let ids = self.log.stream_ids(StreamType::Exemption).await.map_err(AppError::from)?;
        self.bring_up_to_date::<Exemption>(&ids).await?;
        let listed = student_register::students(self.log.readers(), &scope, None).await;
        let mut listed = listed.map_err(EngineError::from).map_err(AppError::from)?;
        let applied: HashSet<Uuid> = ids.into_iter().collect();
        listed.retain(|listed| applied.contains(&listed.student.0));
        let mut applicants = vec![];
        for info in self.unseal_students(listed).await? {
            let (exemption, _) = self.load::<Exemption>(info.student.0).await?;
            if let (Some(application), Some(last)) = (exemption.application(), exemption.last_standing()) {
                let (school, student) = (info.school.clone(), info.shown(caller));
                applicants.push(Applicant { school, student, application: application.clone(), last });
            }
        }
        Ok(applicants)
    }
}
