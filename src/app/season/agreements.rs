//! Orders about agreements and the rest of the packet, each for whom it names, all or none.

use jiff::civil::Date;
use uuid::Uuid;

use super::super::request::Order;
use super::super::{App, AppError};
use super::papers::Wanted;
use super::terms::{Terms, TermsChange};
use super::whom::{Named, Placed, Whom};
use super::{Answer, Errand, Refused, Sealing, SeasonError, again};
use crate::accounts::Caller;
use crate::domain::UndoReason;
use crate::domain::agreement::codes::{BehalfAuthority, BehalfReason, Party, RecallReason, RefuseReason};
use crate::domain::agreement::sheets::Sheet;
use crate::domain::agreement::signatures::Signature;
use crate::domain::agreement::signing::{Manner, Paper, Round};
use crate::domain::agreement::{Agreement, AgreementCommand, Amendment};
use crate::domain::ids::FileHash;
use crate::domain::placement::arrangement::Agreed;
use crate::domain::placement::codes::{AmendmentKind, DocumentKind, EndReason, Initiator};
use crate::evidence::EvidenceFile;
use crate::packet::mark::PageMark;
use crate::packet::templates::Templates;

/// Which documents an order is about.
#[derive(Debug, Clone, Copy, Default)]
pub struct Which {
    /// All of the packet when there is none.
    pub kind: Option<DocumentKind>,
    /// The version that is out when there is none.
    pub version: Option<u32>,
}

/// How a signature was given, with the files that show it.
#[derive(Debug, Clone)]
pub enum How {
    /// The scan may come later.
    Paper {
        scan: Option<EvidenceFile>,
    },
    Electronic {
        proof: Option<EvidenceFile>,
    },
    /// By somebody else, on paper.
    OnBehalf {
        reason: BehalfReason,
        authority: BehalfAuthority,
        authorised_by: EvidenceFile,
        scan: Option<EvidenceFile>,
    },
}

#[derive(Debug, Clone)]
pub enum AgreementOrder {
    /// All parties of each document when there is none named; `mark` is what the code on the signed page says.
    Sign {
        which: Which,
        party: Option<Party>,
        how: How,
        mark: Option<PageMark>,
        on: Date,
    },
    /// The scan of what was signed on paper; of all parties whose scan is missing when there is none named.
    Scan {
        which: Which,
        party: Option<Party>,
        scan: EvidenceFile,
    },
    /// A signature does not count.
    Revoke {
        which: Which,
        party: Party,
        reason: RecallReason,
        note: Option<String>,
    },
    Refuse {
        which: Which,
        party: Party,
        reason: RefuseReason,
        note: Option<String>,
        on: Date,
    },
    Recall {
        which: Which,
        reason: RecallReason,
        note: Option<String>,
    },
    /// What the stay is like from a day on, as the placement says, and what else is agreed differently.
    Amend {
        from: Date,
        also: Option<AmendmentKind>,
        terms: TermsChange,
    },
    Terminate {
        initiator: Initiator,
        reason: EndReason,
        note: Option<String>,
        on: Date,
    },
    /// The latest version when there is none named.
    Void {
        version: Option<u32>,
        reason: RecallReason,
        note: Option<String>,
    },
    /// The number of the fact; the latest that stands when there is none.
    Undo {
        version: Option<u64>,
        reason: UndoReason,
        note: Option<String>,
    },
}

impl AgreementOrder {
    /// Whether it brings files, which are of one student.
    fn has_file(&self) -> bool {
        match self {
            Self::Sign { how: How::Paper { scan: None } | How::Electronic { proof: None }, .. }
            | Self::Refuse { .. }
            | Self::Recall { .. }
            | Self::Revoke { .. }
            | Self::Amend { .. }
            | Self::Terminate { .. }
            | Self::Void { .. }
            | Self::Undo { .. } => false,
            Self::Sign { how: How::Paper { .. } | How::Electronic { .. } | How::OnBehalf { .. }, .. }
            | Self::Scan { .. } => true,
        }
    }

    /// What is said when there is nothing to do it with.
    fn nothing(&self) -> &'static str {
        match self {
            Self::Scan { .. } => "没有缺扫描件的纸质签署",
            Self::Recall { .. } => "没有发出的材料",
            Self::Sign { .. }
            | Self::Refuse { .. }
            | Self::Revoke { .. }
            | Self::Amend { .. }
            | Self::Terminate { .. }
            | Self::Void { .. }
            | Self::Undo { .. } => "没有待签的材料；请先发出（gradtrail agreement send）",
        }
    }
}

impl App {
    /// Drafts the agreement of each placement named; with templates, sends the whole packet for signature, too.
    pub async fn draft_agreements(
        &self,
        caller: &Caller,
        named: &Named,
        terms: &Terms,
        sent_with: Option<&Templates>,
    ) -> Result<Answer, SeasonError> {
        again(async || {
            let placed = self.placed(caller, named).await?;
            let asked = format!("agreement draft {} {terms:?} {}", named.asked(), sent_with.is_some());
            let mut errand = Errand::new(asked, named.key.as_deref());
            let ids: Vec<Uuid> = placed.iter().map(|placed| placed.id.0).collect();
            let mut unsealed = self.unsealed(&ids).await?;
            let effective_on = self.today();
            let mut drafted = vec![];
            for placed in &placed {
                let mut sealing = Sealing::new(self, placed.id.0, &unsealed);
                let particulars = terms.particulars(&mut sealing)?;
                let command = AgreementCommand::Draft { particulars, placed: None, by: None, effective_on };
                let whose = errand.about_placement(placed.pupil.clone(), placed.id);
                errand.orders.push((whose, Order::Agreement { placement: placed.id, command }));
                unsealed.extend(sealing.sealed());
                errand.rows.extend(sealing.rows);
                errand.seen.push(placed.id);
                drafted.push(particulars);
            }
            if let Some(templates) = sent_with {
                let wanted = Wanted { kind: None, drafted: Some(&drafted) };
                self.send_papers(&placed, templates, &wanted, &mut unsealed, &mut errand).await?;
            }
            self.run(caller, errand).await
        })
        .await
    }

    /// Sends documents for signature as they were printed, or as they would be printed now.
    pub async fn send_agreements(
        &self,
        caller: &Caller,
        named: &Named,
        kind: Option<DocumentKind>,
        templates: &Templates,
    ) -> Result<Answer, SeasonError> {
        again(async || {
            let placed = self.placed(caller, named).await?;
            let mut errand = Errand::new(format!("agreement send {} {kind:?}", named.asked()), named.key.as_deref());
            let ids: Vec<Uuid> = placed.iter().map(|placed| placed.id.0).collect();
            let mut unsealed = self.unsealed(&ids).await?;
            for placed in &placed {
                errand.about_placement(placed.pupil.clone(), placed.id);
                errand.seen.push(placed.id);
            }
            let wanted = Wanted { kind, drafted: None };
            self.send_papers(&placed, templates, &wanted, &mut unsealed, &mut errand).await?;
            if errand.orders.is_empty() {
                return Err(SeasonError::Nothing("材料都已发出或已签署"));
            }
            self.run(caller, errand).await
        })
        .await
    }

    /// Gives one order about the agreement of each placement named, all or none.
    pub async fn order_agreements(
        &self,
        caller: &Caller,
        named: &Named,
        order: &AgreementOrder,
    ) -> Result<Answer, SeasonError> {
        again(async || {
            if order.has_file() && matches!(named.whom, Whom::Class(_)) {
                return Err(SeasonError::one_by_one());
            }
            let placed = self.placed_if(caller, named, |placement| placement.stay().is_some()).await?;
            let mut errand = Errand::new(format!("agreement {} {order:?}", named.asked()), named.key.as_deref());
            let ids: Vec<Uuid> = placed.iter().map(|placed| placed.id.0).collect();
            let unsealed = self.unsealed(&ids).await?;
            for placed in placed {
                let mut sealing = Sealing::new(self, placed.id.0, &unsealed);
                let commands = commands(self, &placed, order, &mut sealing)?;
                if matches!(order, AgreementOrder::Amend { .. }) {
                    errand.seen.push(placed.id);
                }
                let whose = errand.about_placement(placed.pupil, placed.id);
                let placement = placed.id;
                let orders = commands.into_iter().map(|command| (whose, Order::Agreement { placement, command }));
                errand.orders.extend(orders);
                errand.rows.extend(sealing.rows);
            }
            if errand.orders.is_empty() {
                return Err(SeasonError::Nothing(order.nothing()));
            }
            self.run(caller, errand).await
        })
        .await
    }
}

fn commands(
    app: &App,
    placed: &Placed,
    order: &AgreementOrder,
    sealing: &mut Sealing<'_>,
) -> Result<Vec<AgreementCommand>, SeasonError> {
    let agreement = &placed.agreement;
    let (today, agreed_version) = (app.today(), latest_agreement(agreement));
    Ok(match order {
        AgreementOrder::Sign { which, party, how, mark, on } => {
            let manner = manner(how, sealing)?;
            sign(placed, *which, *party, manner, mark.as_ref(), (*on, today))?
        }
        AgreementOrder::Scan { which, party, scan } => {
            let hash = scan.hash;
            sealing.file(Some(scan))?;
            let attach =
                |(paper, party)| AgreementCommand::AttachScan { paper, party, scan: hash, effective_on: today };
            scanned(agreement, *which, *party).into_iter().map(attach).collect()
        }
        AgreementOrder::Revoke { which, party, reason, note } => {
            let note = sealing.note(note.as_deref())?;
            let (party, reason) = (*party, *reason);
            let revoke = |paper| AgreementCommand::RevokeSignature { paper, party, reason, note, effective_on: today };
            papers(agreement, *which, Sheet::is_out).into_iter().map(revoke).collect()
        }
        AgreementOrder::Refuse { which, party, reason, note, on } => {
            let note = sealing.note(note.as_deref())?;
            let refuse =
                |paper| AgreementCommand::Refuse { paper, party: *party, reason: *reason, note, effective_on: *on };
            papers(agreement, *which, Sheet::is_out).into_iter().map(refuse).collect()
        }
        AgreementOrder::Recall { which, reason, note } => {
            let note = sealing.note(note.as_deref())?;
            let recall = |paper| AgreementCommand::Recall { paper, reason: *reason, note, effective_on: today };
            papers(agreement, *which, |sheet| sheet.round.is_some() && sheet.is_open())
                .into_iter()
                .map(recall)
                .collect()
        }
        AgreementOrder::Amend { from, also, terms } => {
            let stay = placed.placement.stay();
            let in_force = agreement.sheets().in_force().and_then(|sheet| sheet.contract.as_ref());
            let particulars = match in_force {
                Some(contract) => terms.over(contract.terms.particulars, sealing)?,
                None => None, // The stream refuses it.
            };
            let agreed = stay.map(|stay| Agreed { period: stay.period(), ..stay.on(*from).agreed() });
            let amend = |agreed| AgreementCommand::Amend {
                amendment: Amendment { agreed, holds_from: *from, particulars, also: *also },
                by: None,
                effective_on: today,
            };
            agreed.into_iter().map(amend).collect()
        }
        AgreementOrder::Terminate { initiator, reason, note, on } => {
            let note = sealing.note(note.as_deref())?;
            let (initiator, reason, effective_on) = (*initiator, *reason, *on);
            vec![AgreementCommand::Terminate { initiator, reason, note, effective_on }]
        }
        AgreementOrder::Void { version, reason, note } => {
            let note = sealing.note(note.as_deref())?;
            let version = version.unwrap_or(agreed_version);
            vec![AgreementCommand::Void { version, reason: *reason, note, effective_on: today }]
        }
        AgreementOrder::Undo { version, reason, note } => {
            let note = sealing.note(note.as_deref())?;
            let version = version.or(agreement.last_standing()).unwrap_or_default();
            vec![AgreementCommand::Undo { version, reason: *reason, note, effective_on: today }]
        }
    })
}

fn latest_agreement(agreement: &Agreement) -> u32 {
    agreement.sheets().latest(DocumentKind::Agreement).map_or(1, |sheet| sheet.paper.version)
}

/// The versions that an order means: the one named, or the latest of each document with which it can be done.
fn papers(agreement: &Agreement, which: Which, can: fn(&Sheet) -> bool) -> Vec<Paper> {
    let kinds: Vec<DocumentKind> = match which.kind {
        Some(kind) => vec![kind],
        None => kinds().collect(),
    };
    let latest = |kind| agreement.sheets().latest(kind).filter(|sheet| can(sheet)).map(|sheet| sheet.paper);
    // What is named is refused for what it is.
    let named = |kind| match (which.version, which.kind) {
        (Some(version), _) => Some(Paper { kind, version }),
        (None, Some(_)) => agreement.sheets().latest(kind).map(|sheet| sheet.paper),
        (None, None) => latest(kind),
    };
    kinds.into_iter().filter_map(named).collect()
}

fn kinds() -> impl Iterator<Item = DocumentKind> {
    use crate::domain::terms::Term;
    DocumentKind::ENTRIES.iter().map(|entry| entry.value)
}

fn manner(how: &How, sealing: &mut Sealing<'_>) -> Result<Manner, AppError> {
    Ok(match how {
        How::Paper { scan } => Manner::Paper { scan: sealing.file(scan.as_ref())? },
        How::Electronic { proof } => Manner::Electronic { proof: sealing.file(proof.as_ref())? },
        How::OnBehalf { reason, authority, authorised_by, scan } => {
            sealing.file(Some(authorised_by))?;
            let (reason, authority, authorised_by) = (*reason, *authority, authorised_by.hash);
            Manner::OnBehalf { reason, authority, authorised_by, scan: sealing.file(scan.as_ref())? }
        }
    })
}

/// Whose signatures on paper a scan is of.
fn scanned(agreement: &Agreement, which: Which, party: Option<Party>) -> Vec<(Paper, Party)> {
    let lacks =
        |sheet: &Sheet| sheet.round.iter().flat_map(Round::signatures).any(|(_, manner, _)| manner.lacks_scan());
    let mut scanned = vec![];
    for paper in papers(agreement, which, lacks) {
        let round = agreement.sheets().get(paper).and_then(|sheet| sheet.round.as_ref());
        match party {
            Some(party) => scanned.push((paper, party)),
            None => {
                let signatures = round.into_iter().flat_map(Round::signatures);
                let lacking = signatures.filter(|(_, manner, _)| manner.lacks_scan());
                scanned.extend(lacking.map(|(party, _, _)| (paper, party)));
            }
        }
    }
    scanned
}

/// A signature on paper counts for what was sent; one with the code of the page only if the page is of what was sent.
fn sign(
    placed: &Placed,
    which: Which,
    party: Option<Party>,
    manner: Manner,
    mark: Option<&PageMark>,
    (on, today): (Date, Date),
) -> Result<Vec<AgreementCommand>, SeasonError> {
    let sheets = placed.agreement.sheets();
    let which = match mark {
        Some(mark) => Which { kind: Some(mark.kind), version: Some(mark.version) },
        None => which,
    };
    let mut commands = vec![];
    for paper in papers(&placed.agreement, which, Sheet::is_out) {
        let sheet = sheets.get(paper).or_else(|| sheets.latest(paper.kind));
        let round = sheet.and_then(|sheet| sheet.round.as_ref());
        if let Some(mark) = mark {
            may_count(placed, mark, round.map(|round| round.document))?;
        }
        let open: Vec<Party> = match party {
            Some(party) => vec![party],
            None => round.map(|round| round.open().collect()).unwrap_or_default(),
        };
        // Of what was never sent, the stream says so itself.
        let document = round.map_or(FileHash::new([0; 32]), |round| round.document);
        commands.extend(open.into_iter().map(|party| AgreementCommand::Sign {
            signature: Signature { paper, party, manner, document, by: None },
            effective_on: on,
            today,
        }));
    }
    Ok(commands)
}

fn may_count(placed: &Placed, mark: &PageMark, sent: Option<FileHash>) -> Result<(), SeasonError> {
    let refused =
        |why: &str| Err(SeasonError::Refused(vec![Refused { whom: placed.pupil.shown(), why: why.to_owned() }]));
    if mark.student != placed.pupil.student {
        return refused("二维码是另一名学生的材料；请核对");
    }
    let is_sent = sent.is_none_or(|sent| mark.is_of(sent));
    if is_sent {
        Ok(())
    } else {
        refused("二维码所在的文件不是发出的那一份，签署不作数；请核对文件")
    }
}
