//! Orders about exemptions from internship (免实习), each for whom it names, all or none; and who has applied.

use std::collections::HashSet;

use jiff::civil::Date;
use uuid::Uuid;

use super::super::request::Order;
use super::super::{App, AppError};
use super::whom::{Named, Pupil, Whom, scope_of};
use super::{Answer, Errand, Sealing, SeasonError, again};
use crate::accounts::Caller;
use crate::domain::exemption::{Application, Exemption, ExemptionCommand, ExemptionGround};
use crate::domain::ids::SchoolCode;
use crate::domain::{StreamType, UndoReason};
use crate::event_log::EngineError;
use crate::evidence::EvidenceFile;
use crate::projections::student_register;

#[derive(Debug, Clone)]
pub enum ExemptionOrder {
    Request {
        ground: ExemptionGround,
        /// The certificate, of one student.
        evidence: Option<EvidenceFile>,
        note: Option<String>,
        on: Date,
    },
    /// The number of the fact; the latest that stands when there is none.
    Undo { version: Option<u64>, reason: UndoReason, note: Option<String> },
    /// A command of the stream, with what is written beside its reason.
    Command { command: ExemptionCommand, note: Option<String> },
}

/// A student who has applied.
#[derive(Debug)]
pub struct Applicant {
    pub pupil: Pupil,
    pub application: Application,
    /// The number of the latest fact that stands.
    pub last: u64,
}

impl App {
    /// Gives one order about the exemption of each student named, all or none.
    pub async fn order_exemptions(
        &self,
        caller: &Caller,
        named: &Named,
        order: &ExemptionOrder,
    ) -> Result<Answer, SeasonError> {
        if let (ExemptionOrder::Request { evidence: Some(_), .. }, Whom::Class(_)) = (order, &named.whom) {
            return Err(SeasonError::one_by_one());
        }
        again(async || {
            let pupils = self.pupils(caller, named).await?;
            let ids: Vec<Uuid> = pupils.iter().map(|pupil| pupil.student.0).collect();
            let unsealed = self.unsealed(&ids).await?;
            self.bring_up_to_date::<Exemption>(&ids).await?;
            let mut errand = Errand::new(format!("exemption {} {order:?}", named.asked()), named.key.as_deref());
            for pupil in pupils {
                let student = pupil.student;
                let mut sealing = Sealing::new(self, student.0, &unsealed);
                let command = match order {
                    ExemptionOrder::Request { ground, evidence, note, on } => ExemptionCommand::Request {
                        ground: *ground,
                        evidence: sealing.file(evidence.as_ref())?,
                        note: sealing.note(note.as_deref())?,
                        by: None,
                        standing: None,
                        effective_on: *on,
                    },
                    ExemptionOrder::Undo { version, reason, note } => {
                        let (exemption, _) = self.load::<Exemption>(student.0).await?;
                        let version = version.or(exemption.last_standing()).unwrap_or_default();
                        let (reason, note, effective_on) = (*reason, sealing.note(note.as_deref())?, self.today());
                        ExemptionCommand::Undo { version, reason, note, effective_on }
                    }
                    ExemptionOrder::Command { command, note } => command.clone().noting(sealing.note(note.as_deref())?),
                };
                let whose = errand.about(pupil);
                errand.orders.push((whose, Order::Exemption { student, command }));
                errand.rows.extend(sealing.rows);
            }
            self.run(caller, errand).await
        })
        .await
    }

    /// Every student in the caller's scope who has applied, in the order of the register.
    pub async fn applicants(
        &self,
        caller: &Caller,
        school: Option<&SchoolCode>,
    ) -> Result<Vec<Applicant>, SeasonError> {
        let scope = scope_of(caller, school)?;
        let ids = self.log.stream_ids(StreamType::Exemption).await.map_err(AppError::from)?;
        self.bring_up_to_date::<Exemption>(&ids).await?;
        let listed = student_register::students(self.log.readers(), &scope, None).await;
        let mut listed = listed.map_err(EngineError::from).map_err(AppError::from)?;
        let applied: HashSet<Uuid> = ids.into_iter().collect();
        listed.retain(|listed| applied.contains(&listed.student.0));
        let mut applicants = vec![];
        for pupil in self.unseal_pupils(listed).await? {
            let (exemption, _) = self.load::<Exemption>(pupil.student.0).await?;
            if let (Some(application), Some(last)) = (exemption.application(), exemption.last_standing()) {
                applicants.push(Applicant { pupil, application: application.clone(), last });
            }
        }
        Ok(applicants)
    }
}
