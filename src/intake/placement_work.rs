//! One row's placement and agreement on the desk: what is ordered of them is decided here first, so that the next order
//! knows how they will be.

use cqrs_es::Aggregate;
use jiff::civil::Date;

use super::commands::{Meaning, Reason, Trouble};
use super::desk::Desk;
use super::kind::Column;
use crate::app::request::Order;
use crate::app::season::Sealing;
use crate::app::season::printing::{Source, is_minor, print};
use crate::app::season::whom::Pupil;
use crate::domain::agreement::sheets::{Contract, Sheet};
use crate::domain::agreement::signatures::SignedOnPaper;
use crate::domain::agreement::signing::{Paper, SigningRule};
use crate::domain::agreement::{self, Agreement, AgreementCommand, AgreementEvent};
use crate::domain::ids::{FileHash, PlacementId};
use crate::domain::placement::codes::DocumentKind;
use crate::domain::placement::stay::Stay;
use crate::domain::placement::{self, Known, Placement, PlacementCommand, PlacementEvent};
use crate::domain::terms::Term;
use crate::people::{PrintedSheet, Sealed};

pub(super) struct Work<'d, 'a> {
    pub desk: &'d mut Desk<'a>,
    pub id: PlacementId,
    pub pupil: Pupil,
    pub placement: Placement,
    pub agreement: Agreement,
    /// What other streams say.
    pub known: Known,
    pub sealing: Sealing<'a>,
    pub meaning: Meaning,
}

impl Work<'_, '_> {
    pub(super) fn stay(&self) -> Option<&Stay> {
        self.placement.stay()
    }

    pub(super) fn today(&self) -> Date {
        self.desk.app.today()
    }

    pub(super) fn warn(&mut self, column: Column, text: impl Into<String>) {
        self.meaning.warnings.push(Reason { column, text: text.into() });
    }

    /// Orders something of the placement; what is so already is not ordered.
    pub(super) fn order(&mut self, column: Column, command: PlacementCommand) -> Result<(), Trouble> {
        let mut told = command.clone().acting(self.desk.caller.staff_id());
        if let Some(known) = told.known() {
            *known = self.known.clone();
        }
        if let (PlacementCommand::ConfirmReadiness { missing, .. }, Some(stay)) = (&mut told, self.placement.stay()) {
            *missing = self.agreement.missing(stay.arranged.kind);
        }
        let events: Vec<PlacementEvent> =
            placement::decide(&self.placement, told).map_err(|refusal| refused(column, &refusal))?;
        if !events.is_empty() {
            events.into_iter().for_each(|event| self.placement.apply(event));
            self.meaning.orders.push(Order::Placement { placement: self.id, command });
        }
        Ok(())
    }

    /// Orders something of the agreement; what is so already is not ordered.
    pub(super) fn order_agreement(&mut self, column: Column, command: AgreementCommand) -> Result<(), Trouble> {
        let placed = self.stay().and_then(agreement::placed);
        let told = command.clone().acting(self.desk.caller.staff_id()).knowing_placement(placed);
        let events: Vec<AgreementEvent> =
            agreement::decide(&self.agreement, told).map_err(|refusal| refused(column, &refusal))?;
        if !events.is_empty() {
            events.into_iter().for_each(|event| self.agreement.apply(event));
            self.meaning.orders.push(Order::Agreement { placement: self.id, command });
        }
        Ok(())
    }

    /// What is sealed of the placement, with what this row adds.
    pub(super) fn row(&self, revision: u32) -> Option<&Sealed> {
        let new = self.sealing.sealed.iter().find(|(known, _)| *known == revision).map(|(_, sealed)| sealed);
        new.or_else(|| self.desk.revision(self.id.0, revision))
    }

    /// The agreement whose terms a document says: the latest, or for the other documents the latest that amends none.
    pub(super) fn contract(&self, may_amend: bool) -> Option<(&Sheet, &Contract)> {
        let sheets = self.agreement.sheets().all().iter().rev();
        let mut contracts = sheets.filter_map(|sheet| Some((sheet, sheet.contract.as_ref()?)));
        contracts.find(|(_, contract)| may_amend || contract.amends.is_none())
    }

    /// A document that is not out, as it would be printed now.
    pub(super) fn printed(
        &self,
        column: Column,
        paper: Paper,
        printed: &mut Vec<PrintedSheet>,
    ) -> Result<FileHash, Trouble> {
        let contract = self.contract(paper.kind == DocumentKind::Agreement);
        let stay = self.stay();
        let agreed = contract.map(|(_, contract)| contract.terms.agreed);
        let source = Source {
            pupil: &self.pupil,
            kind: stay.map(|stay| stay.arranged.kind),
            teacher: stay.and_then(|stay| stay.arranged.mentors.teacher),
            agreed: agreed.or_else(|| stay.and_then(agreement::placed)),
            said: contract.map(|(_, contract)| &contract.terms.particulars),
        };
        let particulars = source.particulars(|revision| self.row(revision), &self.desk.words);
        let named = (paper.kind, paper.version);
        let before = printed.iter().find(|sheet| (sheet.kind, sheet.version) == named).map(|sheet| sheet.hash.clone());
        let hash = print(&self.desk.templates, self.pupil.student, named, &particulars, printed)?.hash;
        if before.is_some_and(|before| before != hash.to_string()) {
            let text =
                format!("{}打印之后内容或模板有变；请重新打印，或用 --templates 指明打印时的模板", paper.kind.zh());
            return Err(Trouble::Reason(Reason { column, text }));
        }
        Ok(hash)
    }

    /// What decides who has to sign.
    pub(super) fn signing_rule(&self) -> SigningRule {
        let first_day = self.stay().map(|stay| stay.arranged.period.first_day);
        let is_minor = is_minor(self.pupil.person.document_number.as_deref(), first_day);
        SigningRule { is_minor, ..SigningRule::default() }
    }

    /// Records signatures; what was printed for them is sealed.
    pub(super) fn sign(
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
        let (rule, today) = (self.signing_rule(), self.today());
        self.order_agreement(column, AgreementCommand::SignPacket { documents, rule, placed: None, by: None, today })
    }

    /// What was printed of the placement's documents.
    pub(super) fn latest_printed(&self) -> Vec<PrintedSheet> {
        let known = self.desk.sealed.get(&self.id.0).into_iter().flatten().chain(&self.sealing.sealed);
        let printed = known.filter_map(|(revision, sealed)| match sealed {
            Sealed::Printed { sheets } => Some((revision, sheets)),
            _ => None, // Of the placement, but not what was printed.
        });
        printed.max_by_key(|(revision, _)| **revision).map(|(_, sheets)| sheets.clone()).unwrap_or_default()
    }

    /// What the row means; the desk remembers what it seals.
    pub(super) fn finish(self) -> Meaning {
        let Self { desk, id, sealing, mut meaning, .. } = self;
        if !meaning.orders.is_empty() {
            desk.sealed.entry(id.0).or_default().extend(sealing.sealed);
            meaning.rows.extend(sealing.rows);
        }
        meaning
    }
}

fn refused(column: Column, refusal: &impl std::fmt::Display) -> Trouble {
    Trouble::Reason(Reason { column, text: refusal.to_string() })
}
