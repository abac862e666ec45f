//! Agreements and the rest of the packet: drafted, sent, signed, changed and ended, each for whom a command names, all or
//! none.
//!
//! `input` is what can be ordered, `shown` what is asked of one document, `terms` what is agreed as an office writes it, `signing` which documents and parties a
//! command means, `collect` signed papers that come back as a `stack` of scans.

pub mod collect;
pub mod input;
pub mod shown;
mod signing;
mod stack;
pub mod terms;

use uuid::Uuid;

use super::App;
use super::bulk::{BulkAnswer, BulkRequest};
use super::execute::again;
use super::failure::{Failure, InputRefusal};
use super::key::Call;
use super::packet::Wanted;
use super::reply::Answer;
use super::request::Order;
use super::sealing::{Sealing, evidence};
use super::target::CurrentPlacement;
use super::watch::Watch;
use crate::domain::agreement::versions::DocumentVersion;
use crate::domain::agreement::{AgreementCommand, Amendment};
use crate::domain::placement::arrangement::AgreedArrangement;
use crate::input::file::TextFolder;
use crate::packet::templates::Templates;
use input::{AgreementOrder, AmendAgreement, DraftAgreement, SendDocuments};
use signing::{latest_agreement, papers, scanned, signatures};

impl App {
    /// Gives one order about the agreement of each placement named, all or none.
    pub(super) async fn order_agreements(
        &self,
        call: Call<'_>,
        order: &AgreementOrder,
        progress: Watch<'_>,
    ) -> Result<Answer, Failure> {
        match order {
            AgreementOrder::Draft(draft) => self.draft_agreements(call, draft).await.map(Answer::Bulk),
            AgreementOrder::Send(send) => self.send_documents(call, send).await.map(Answer::Bulk),
            AgreementOrder::Collect(collect) => {
                Ok(Answer::Collected(Box::new(self.collect_scans(call, collect, progress).await?)))
            }
            _ => self.order_for_each(call, order).await.map(Answer::Bulk),
        }
    }

    async fn order_for_each(&self, call: Call<'_>, order: &AgreementOrder) -> Result<BulkAnswer, Failure> {
        let target = order.target().ok_or(InputRefusal::NothingToSign)?;
        match order {
            _ if order.has_file() && target.is_of_many() => {
                return Err(InputRefusal::FileOfOneStudent.into());
            }
            _ => (),
        }
        again(|| async {
            let is_meant = |placement: &crate::domain::placement::Placement| placement.stay().is_some();
            let placements = self.placements_where(call.caller, target, is_meant).await?;
            let ids: Vec<Uuid> = placements.iter().map(|placed| placed.id.0).collect();
            let (unsealed, mut bulk) = (self.unsealed(&ids).await?, BulkRequest::default());
            for placed in placements {
                let mut sealing = Sealing::new(self, placed.id.0, &unsealed);
                let commands = self.agreement_commands(&placed, order, &mut sealing)?;
                if matches!(order, AgreementOrder::Amend(_)) {
                    bulk.seen.push(placed.id);
                }
                let placement = placed.id;
                let whose = bulk.about_placement(placed.student, placement);
                let orders = commands.into_iter().map(|command| (whose, Order::Agreement { placement, command }));
                bulk.orders.extend(orders);
                bulk.rows.extend(sealing.rows);
            }
            if bulk.orders.is_empty() {
                return Err(match order {
                    AgreementOrder::Scan(_) => InputRefusal::NothingToScan.into(),
                    AgreementOrder::Recall(_) => InputRefusal::NothingToRecall.into(),
                    _ => InputRefusal::NothingToSign.into(),
                });
            }
            self.record_bulk(call, bulk).await
        })
        .await
    }

    /// Drafts the agreement of each placement named; may send the whole packet for signature, too.
    async fn draft_agreements(&self, call: Call<'_>, draft: &DraftAgreement) -> Result<BulkAnswer, Failure> {
        let templates = Templates::with(&TextFolder::named(draft.templates.as_ref()))?;
        again(|| async {
            let placements = self.current_placements(call.caller, &draft.target).await?;
            let ids: Vec<Uuid> = placements.iter().map(|placed| placed.id.0).collect();
            let (mut unsealed, mut bulk) = (self.unsealed(&ids).await?, BulkRequest::default());
            let effective_on = self.today();
            let mut drafted = vec![];
            for placed in &placements {
                let mut sealing = Sealing::new(self, placed.id.0, &unsealed);
                let particulars = draft.terms.drafted(&mut sealing)?;
                let command = AgreementCommand::Draft { particulars, effective_on };
                let whose = bulk.about_placement(placed.student.clone(), placed.id);
                bulk.orders.push((whose, Order::Agreement { placement: placed.id, command }));
                unsealed.extend(sealing.sealed());
                bulk.rows.extend(sealing.rows);
                bulk.seen.push(placed.id);
                drafted.push(particulars);
            }
            if draft.send {
                let wanted = Wanted { kind: None, drafted: Some(&drafted) };
                self.send_papers(call.caller, &placements, &templates, &wanted, &mut unsealed, &mut bulk).await?;
            }
            self.record_bulk(call, bulk).await
        })
        .await
    }

    /// Sends documents for signature as they were printed, or as they would be printed now.
    async fn send_documents(&self, call: Call<'_>, send: &SendDocuments) -> Result<BulkAnswer, Failure> {
        let templates = Templates::with(&TextFolder::named(send.templates.as_ref()))?;
        again(|| async {
            let placements = self.current_placements(call.caller, &send.target).await?;
            let ids: Vec<Uuid> = placements.iter().map(|placed| placed.id.0).collect();
            let (mut unsealed, mut bulk) = (self.unsealed(&ids).await?, BulkRequest::default());
            for placed in &placements {
                bulk.about_placement(placed.student.clone(), placed.id);
                bulk.seen.push(placed.id);
            }
            let wanted = Wanted { kind: send.document, drafted: None };
            self.send_papers(call.caller, &placements, &templates, &wanted, &mut unsealed, &mut bulk).await?;
            if bulk.orders.is_empty() {
                return Err(InputRefusal::NothingToSend.into());
            }
            self.record_bulk(call, bulk).await
        })
        .await
    }

    fn agreement_commands(
        &self,
        placed: &CurrentPlacement,
        order: &AgreementOrder,
        sealing: &mut Sealing<'_>,
    ) -> Result<Vec<AgreementCommand>, Failure> {
        let (agreement, effective_on) = (&placed.agreement, self.today());
        Ok(match order {
            AgreementOrder::Draft(_) | AgreementOrder::Send(_) | AgreementOrder::Collect(_) => vec![], // Made elsewhere.
            AgreementOrder::Sign(sign) => signatures(placed, sign, sealing, effective_on)?,
            AgreementOrder::Scan(scan) => {
                let Some(file) = evidence(Some(&scan.file))? else { return Ok(vec![]) };
                sealing.file(Some(&file))?;
                let attach =
                    |(paper, party)| AgreementCommand::AttachScan { paper, party, scan: file.hash, effective_on };
                scanned(agreement, scan.documents, scan.party.party()).into_iter().map(attach).collect()
            }
            AgreementOrder::Revoke(revoke) => {
                let note = sealing.note(revoke.note.as_ref())?;
                let (party, reason) = (revoke.party, revoke.reason);
                let command = |paper| AgreementCommand::RevokeSignature { paper, party, reason, note, effective_on };
                papers(agreement, revoke.documents, DocumentVersion::is_out).into_iter().map(command).collect()
            }
            AgreementOrder::Refuse(refuse) => {
                let note = sealing.note(refuse.note.as_ref())?;
                let (party, reason) = (refuse.party, refuse.reason);
                let effective_on = refuse.on.unwrap_or(effective_on);
                let command = |paper| AgreementCommand::Refuse { paper, party, reason, note, effective_on };
                papers(agreement, refuse.documents, DocumentVersion::is_out).into_iter().map(command).collect()
            }
            AgreementOrder::Recall(recall) => {
                let (note, reason) = (sealing.note(recall.note.as_ref())?, recall.reason);
                let command = |paper| AgreementCommand::Recall { paper, reason, note, effective_on };
                let can_be = |sheet: &DocumentVersion| sheet.round.is_some() && sheet.is_open();
                papers(agreement, recall.documents, can_be).into_iter().map(command).collect()
            }
            AgreementOrder::Amend(amend) => self.amendment(placed, amend, sealing)?.into_iter().collect(),
            AgreementOrder::Terminate(terminate) => vec![AgreementCommand::Terminate {
                initiator: terminate.by,
                reason: terminate.reason,
                note: sealing.note(terminate.note.as_ref())?,
                effective_on: terminate.on.unwrap_or(effective_on),
            }],
            AgreementOrder::Void(void) => {
                let (note, reason) = (sealing.note(void.note.as_ref())?, void.reason);
                let version = void.version.unwrap_or_else(|| latest_agreement(agreement));
                vec![AgreementCommand::Void { version, reason, note, effective_on }]
            }
            AgreementOrder::Undo(undo) => {
                let (note, reason) = (sealing.note(undo.note.as_ref())?, undo.reason);
                let version = undo.version.or(agreement.last_standing()).unwrap_or_default();
                vec![AgreementCommand::Undo { version, reason, note, effective_on }]
            }
        })
    }

    fn amendment(
        &self,
        placed: &CurrentPlacement,
        amend: &AmendAgreement,
        sealing: &mut Sealing<'_>,
    ) -> Result<Option<AgreementCommand>, Failure> {
        let in_force = placed.agreement.versions().in_force().and_then(|sheet| sheet.contract.as_ref());
        let particulars = match in_force {
            Some(contract) => amend.terms.over(contract.terms.particulars, sealing)?,
            None => None, // The stream refuses it.
        };
        let Some(stay) = placed.placement.stay() else { return Ok(None) };
        let agreed = AgreedArrangement { period: stay.period(), ..stay.on(amend.from).agreed() };
        let amendment = Amendment { agreed, holds_from: amend.from, particulars, also: amend.also };
        Ok(Some(AgreementCommand::Amend { amendment, effective_on: self.today() }))
    }
}
