//! What one row orders of a placement and its agreement, each order decided on what the one before it says.
//!
//! The orders are decided in a unit of work of their own, by the same function that decides them when they are recorded.

use std::sync::Arc;

use jiff::civil::Date;

use super::lookups::ImportContext;
use super::meaning::{Meaning, Trouble, reason};
use super::row_refusal::RowRefusal;
use crate::app::packet::printing::{Source, is_minor, print};
use crate::app::request::Order;
use crate::app::sealing::Sealing;
use crate::app::target::StudentInfo;
use crate::app::unit_of_work::{Lack, UnitOfWork};
use crate::domain::agreement::signatures::SignedOnPaper;
use crate::domain::agreement::signing::{DocumentRef, SigningRule};
use crate::domain::agreement::versions::{AgreementVersion, DocumentVersion};
use crate::domain::agreement::{self, Agreement, AgreementCommand};
use crate::domain::employer::Trading;
use crate::domain::ids::{FileHash, PlacementId};
use crate::domain::placement::codes::DocumentKind;
use crate::domain::placement::stay::Stay;
use crate::domain::placement::{Placement, PlacementCommand};
use crate::intake::kind::Column;
use crate::people::{PrintedSheet, Sealed};

pub(super) struct PlacementRowPlan<'d, 'a> {
    pub context: &'d mut ImportContext<'a>,
    pub id: PlacementId,
    pub student: StudentInfo,
    pub placement: Arc<Placement>,
    pub agreement: Arc<Agreement>,
    /// Whether the unit that the row names takes part in anything.
    pub host: Trading,
    /// Where what is ordered is decided.
    pub unit: UnitOfWork<'a>,
    pub sealing: Sealing<'a>,
    pub meaning: Meaning,
}

impl PlacementRowPlan<'_, '_> {
    pub(super) fn stay(&self) -> Option<&Stay> {
        self.placement.stay()
    }

    pub(super) fn today(&self) -> Date {
        self.context.app.today()
    }

    pub(super) fn warn(&mut self, column: Column, why: RowRefusal) {
        self.meaning.warn(column, why);
    }

    /// Orders something of the placement; what is so already is not ordered.
    pub(super) async fn order(&mut self, column: Column, command: PlacementCommand) -> Result<(), Trouble> {
        self.decide(column, Order::Placement { placement: self.id, command }).await
    }

    /// Orders something of the agreement; what is so already is not ordered.
    pub(super) async fn order_agreement(&mut self, column: Column, command: AgreementCommand) -> Result<(), Trouble> {
        self.decide(column, Order::Agreement { placement: self.id, command }).await
    }

    async fn decide(&mut self, column: Column, order: Order) -> Result<(), Trouble> {
        let before = self.unit.staged_count();
        let (app, caller) = (self.context.app, self.context.caller);
        match app.decide_one(caller, &self.unit, &order).await.map_err(Lack::into_error) {
            Ok(()) => (),
            Err(refusal) if refusal.is_refusal() => return reason(column, refusal),
            Err(error) => return Err(Trouble::Failed(error)),
        }
        if self.unit.staged_count() > before {
            self.meaning.orders.push(order);
            self.placement = self.unit.rely_on::<Placement>(self.id.0).await.map_err(Lack::into_error)?;
            self.agreement = self.unit.rely_on::<Agreement>(self.id.0).await.map_err(Lack::into_error)?;
        }
        Ok(())
    }

    /// What is sealed of the placement, with what this row adds.
    pub(super) fn row(&self, revision: u32) -> Option<&Sealed> {
        let new = self.sealing.sealed.iter().find(|(known, _)| *known == revision).map(|(_, sealed)| sealed);
        new.or_else(|| self.context.revision(self.id.0, revision))
    }

    /// The agreement whose terms a document says: the latest, or for the other documents the latest that amends none.
    pub(super) fn contract(&self, may_amend: bool) -> Option<(&DocumentVersion, &AgreementVersion)> {
        let sheets = self.agreement.versions().all().iter().rev();
        let mut contracts = sheets.filter_map(|sheet| Some((sheet, sheet.contract.as_ref()?)));
        contracts.find(|(_, contract)| may_amend || contract.amends.is_none())
    }

    /// A document that is not out, as it would be printed now.
    pub(super) fn printed(
        &self,
        column: Column,
        paper: DocumentRef,
        printed: &mut Vec<PrintedSheet>,
    ) -> Result<FileHash, Trouble> {
        let contract = self.contract(paper.kind == DocumentKind::Agreement);
        let stay = self.stay();
        let agreed = contract.map(|(_, contract)| contract.terms.agreed);
        let source = Source {
            student: &self.student,
            kind: stay.map(|stay| stay.arranged.kind),
            teacher: stay.and_then(|stay| stay.arranged.mentors.teacher),
            agreed: agreed.or_else(|| stay.and_then(agreement::placed)),
            said: contract.map(|(_, contract)| &contract.terms.particulars),
        };
        let particulars = source.particulars(|revision| self.row(revision), &self.context.words);
        let named = (paper.kind, paper.version);
        let before = printed.iter().find(|sheet| (sheet.kind, sheet.version) == named).map(|sheet| sheet.hash.clone());
        let hash = print(&self.context.templates, self.student.student, named, &particulars, printed)?.hash;
        if before.is_some_and(|before| before != hash.to_string()) {
            return reason(column, RowRefusal::ChangedSincePrinted { kind: paper.kind });
        }
        Ok(hash)
    }

    /// What decides who has to sign.
    pub(super) fn signing_rule(&self) -> SigningRule {
        let first_day = self.stay().map(|stay| stay.period().first_day);
        let is_minor = is_minor(self.student.person.document_number.as_deref(), first_day);
        SigningRule { is_minor, ..SigningRule::default() }
    }

    /// Records signatures; what was printed for them is sealed.
    pub(super) async fn sign(
        &mut self,
        column: Column,
        documents: Vec<SignedOnPaper>,
        printed: Vec<PrintedSheet>,
    ) -> Result<(), Trouble> {
        if documents.is_empty() {
            return Ok(());
        }
        if printed != self.latest_printed() {
            self.sealing.seal(&Sealed::Printed { sheets: printed })?;
        }
        let rule = self.signing_rule();
        self.order_agreement(column, AgreementCommand::SignPacket { documents, rule }).await
    }

    /// What was printed of the placement's documents.
    pub(super) fn latest_printed(&self) -> Vec<PrintedSheet> {
        let known = self.context.sealed.get(&self.id.0).into_iter().flatten().chain(&self.sealing.sealed);
        let printed = known.filter_map(|(revision, sealed)| match sealed {
            Sealed::Printed { sheets } => Some((revision, sheets)),
            _ => None, // Of the placement, but not what was printed.
        });
        printed.max_by_key(|(revision, _)| **revision).map(|(_, sheets)| sheets.clone()).unwrap_or_default()
    }

    /// What the row means; the context remembers what it seals.
    pub(super) fn finish(self) -> Meaning {
        let Self { context, id, sealing, mut meaning, .. } = self;
        if !meaning.orders.is_empty() {
            context.sealed.entry(id.0).or_default().extend(sealing.sealed);
            meaning.rows.extend(sealing.rows);
        }
        meaning
    }
}
