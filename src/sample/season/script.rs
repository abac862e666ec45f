//! What a school's office orders besides its files, as plain values: who orders what of whom, in which order.
//!
//! Invariant: an order names exactly the students whose fate it brings about; whatever it leaves out, it leaves out by
//! student number, as an office does.

use jiff::civil::Date;

use super::days::{Days, Wave};
use super::fate::{Amendment, Fate, Papers, Part};
use super::plan::{Class, Manner, Planned, Pupil};
use super::rows::{
    CHANGED_AGO, ENDED_AGO, OTHER_MENTOR, OTHER_POST, RAISED_PAY_YUAN, Scribe, change_reason, early_end, is_on_file,
    shortened,
};
use super::units::TAKEN_OVER;
use crate::app::actions::Command;
use crate::app::agreement::input::{
    AgreementOrder, AmendAgreement, DocumentSelector, DraftAgreement, RecallDocuments, RefuseToSign, SendDocuments,
    SignDocuments, Signatory, TerminateAgreement, VoidAgreement,
};
use crate::app::agreement::terms::AgreedFields;
use crate::app::exemption::{ExemptionOrder, GrantExemption, RefuseExemption, RequestExemption};
use crate::app::placement::PlacementOrder;
use crate::app::placement::change::{ChangeHost, ChangeMentor, ChangePay, ChangePeriod, ChangeSite};
use crate::app::placement::input::{ApproveLateRegistration, Decline, EndPlacement, Interruption, TargetOn};
use crate::app::target::Target;
use crate::app::target::TargetOnly;
use crate::domain::agreement::codes::{
    InsuranceBuyer, InsuranceKind, PayMethod, Provision, RecallReason, RefuseReason, SigningParty,
};
use crate::domain::exemption::{ExemptionGround, ExemptionRefusalReason, ExemptionStage};
use crate::domain::ids::{ClassName, SchoolCode};
use crate::domain::placement::arrangement::PayUnit;
use crate::domain::placement::codes::{
    AmendmentKind, DocumentKind, EndReason, HostSource, Initiator, LateReason, ReturnReason,
};

/// Who of the school gives an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Office {
    Principal,
    Officer,
}

/// One command for some students of a class, recorded together or not at all.
#[derive(Debug, Clone)]
pub struct Step {
    pub office: Office,
    pub class: String,
    /// Student numbers of those whom it is not about.
    pub except: Vec<String>,
    /// How many it is about.
    pub count: usize,
    pub command: Command,
}

/// A command for whom a target names.
type Order<'o> = &'o dyn Fn(Target) -> Command;

/// Two entries of one unit, or two units that became one: the first is merged into the second from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merger {
    pub school: String,
    /// Credit code or name.
    pub merged: String,
    pub into: String,
    pub from: Date,
}

/// A school's orders, by when they can be given.
pub struct Script<'a> {
    pub planned: &'a Planned,
    pub days: Days,
}

impl Script<'_> {
    /// After the placements came in: what began already is registered late, and whatever is in order approved.
    pub fn approvals(&self) -> Vec<Step> {
        let late = |target| {
            let reason = LateReason::PaperRecords;
            Command::Placement(PlacementOrder::Late(ApproveLateRegistration { target, reason }))
        };
        let approve = |target| Command::Placement(PlacementOrder::Approve(TargetOnly { target }));
        let of_class = |class: usize| {
            let has_begun = matches!(self.planned.classes[class].wave, Wave::Begun(_) | Wave::Visit);
            let is_late = |pupil: &Pupil| has_begun && pupil.fate.is_approved();
            [
                self.step(class, Office::Principal, &late, &is_late),
                self.step(class, Office::Principal, &approve, &|pupil| pupil.fate.is_approved()),
            ]
        };
        (0..self.planned.classes.len()).flat_map(of_class).flatten().collect()
    }

    /// What is not in order goes back, or comes to nothing.
    pub fn refusals(&self) -> Vec<Step> {
        let note = || None;
        let back = |target| {
            let (reason, note) = (ReturnReason::EntryError, note());
            Command::Placement(PlacementOrder::Return(Decline { target, reason, note }))
        };
        let reject = |target| {
            let (reason, note) = (ReturnReason::PostUnsuitable, note());
            Command::Placement(PlacementOrder::Reject(Decline { target, reason, note }))
        };
        let cancel = |target| {
            let (reason, on, note) = (EndReason::FurtherStudy, None, note());
            Command::Placement(PlacementOrder::Cancel(Interruption { target, reason, on, note }))
        };
        let void = |target| voided(target, RecallReason::PlacementDropped);
        let of_class = |class: usize| {
            [
                self.step(class, Office::Principal, &back, &|pupil| pupil.fate == Fate::Returned),
                self.step(class, Office::Principal, &reject, &|pupil| pupil.fate == Fate::Rejected),
                self.step(class, Office::Officer, &cancel, &|pupil| pupil.fate == Fate::Cancelled),
                self.step(class, Office::Officer, &void, &|pupil| pupil.fate == Fate::Cancelled),
            ]
        };
        (0..self.planned.classes.len()).flat_map(of_class).flatten().collect()
    }

    /// After the approval: the packets go out and come back, and the students go.
    pub fn departures(&self) -> Vec<Step> {
        let classes = 0..self.planned.classes.len();
        classes.flat_map(|class| [self.papers(class), self.arrivals(class)].concat()).collect()
    }

    fn papers(&self, class: usize) -> Vec<Step> {
        let Class { wave, manner, .. } = self.planned.classes[class];
        if wave == Wave::Visit {
            return vec![];
        }
        let is_partly_on_file =
            |pupil: &Pupil| manner == Manner::Paper && pupil.fate == Fate::Approved(Papers::PartlySigned);
        let here = |pupil: &Pupil| !is_on_file(self.planned, pupil) && !is_partly_on_file(pupil);
        let officer = |order: Order<'_>, is_meant: &dyn Fn(&Pupil) -> bool| {
            self.step(class, Office::Officer, order, &|pupil| here(pupil) && is_meant(pupil))
        };
        let document = Some(DocumentKind::Agreement);
        let is_electronic = manner == Manner::Electronic;
        let one = |party| move |target| signed(target, document, Signatory::One(party), is_electronic);
        let again = |pupil: &Pupil| pupil.fate == Fate::SignedAgain;
        let partly = |pupil: &Pupil| pupil.fate == Fate::Approved(Papers::PartlySigned);
        let mut steps = vec![
            officer(&sent, &|pupil| pupil.fate.is_sent()),
            officer(&one(SigningParty::School), &|pupil| again(pupil) || partly(pupil)),
            officer(&one(SigningParty::Host), &partly),
            officer(&recalled, &|pupil| again(pupil) || pupil.fate == Fate::Approved(Papers::Recalled)),
            officer(&redrafted, &again),
            officer(&refused_by_guardian, &|pupil| pupil.fate == Fate::Approved(Papers::Refused)),
            officer(&|target| voided(target, RecallReason::EntryError), &|pupil| {
                pupil.fate == Fate::Approved(Papers::Void)
            }),
        ];
        let signing = signing(manner);
        steps.extend(signing.iter().map(|order| officer(order, &|pupil| pupil.fate.is_signed())));
        steps.into_iter().flatten().collect()
    }

    fn arrivals(&self, class: usize) -> Vec<Step> {
        let wave = self.planned.classes[class].wave;
        // Whose arrival is on file is ready with it.
        let here = |pupil: &Pupil| !(is_on_file(self.planned, pupil) && pupil.fate.is_arrived());
        let officer = |order: Order<'_>, is_meant: &dyn Fn(&Pupil) -> bool| {
            self.step(class, Office::Officer, order, &|pupil| here(pupil) && is_meant(pupil))
        };
        let on = Some(self.days.first_day(wave));
        let ready = |target| Command::Placement(PlacementOrder::Ready(TargetOnly { target }));
        let arrive = |target| Command::Placement(PlacementOrder::Arrive(TargetOn { target, on }));
        let no_show = |target| {
            let (reason, note) = (EndReason::Health, None);
            Command::Placement(PlacementOrder::NoShow(Interruption { target, reason, on, note }))
        };
        let steps = [
            officer(&ready, &|pupil| pupil.fate.is_signed()),
            officer(&arrive, &|pupil| pupil.fate.is_arrived()),
            officer(&no_show, &|pupil| pupil.fate == Fate::NoShow),
        ];
        steps.into_iter().flatten().collect()
    }

    /// After the files of changes came in: what happened since.
    pub fn events(&self) -> Vec<Step> {
        let classes = 0..self.planned.classes.len();
        let of_class =
            |class| [self.changes(class), self.interruptions(class), self.ends(class), self.exemptions(class)].concat();
        classes.flat_map(of_class).collect()
    }

    fn changes(&self, class: usize) -> Vec<Step> {
        let Class { wave, manner, .. } = self.planned.classes[class];
        let changed = |pupil: &Pupil| if let Fate::Changed(part, is) = pupil.fate { Some((part, is)) } else { None };
        let on_file = |pupil: &Pupil| is_on_file(self.planned, pupil);
        let (from, officer) = (self.days.ago(CHANGED_AGO), Office::Officer);
        let mut steps = vec![];
        let mut targets: Vec<usize> = vec![];
        for pupil in self.planned.class(class) {
            if matches!(pupil.fate, Fate::Changed(Part::Host, _)) && !targets.contains(&pupil.next_unit) {
                targets.push(pupil.next_unit);
            }
        }
        let moves = targets.iter().map(|unit| (Part::Host, Some(*unit)));
        let parts = [Part::Site, Part::Mentor, Part::Period, Part::Pay].map(|part| (part, None));
        for (part, target) in moves.chain(parts) {
            let last_day = self.days.last_day(wave);
            let change = |to| self.change(part, target.unwrap_or_default(), class, (from, last_day), to);
            steps.push(self.step(class, officer, &change, &|pupil| {
                changed(pupil).is_some_and(|(of, _)| of == part)
                    && target.is_none_or(|unit| unit == pupil.next_unit)
                    && !on_file(pupil)
            }));
        }
        let is_signed =
            |pupil: &Pupil| !on_file(pupil) && changed(pupil).is_some_and(|(_, is)| is == Amendment::Signed);
        let is_out = |pupil: &Pupil| changed(pupil).is_some_and(|(_, is)| is == Amendment::Out);
        let amended = |pupil: &Pupil| is_signed(pupil) || is_out(pupil);
        steps.push(self.step(class, officer, &|target| amend(target, from, None), &amended));
        steps.push(self.step(class, officer, &sent, &amended));
        steps.extend(signing(manner).iter().map(|order| self.step(class, officer, order, &is_signed)));
        steps.into_iter().flatten().collect()
    }

    fn change(&self, part: Part, unit: usize, class: usize, (from, last_day): (Date, Date), target: Target) -> Command {
        let (to, contact) = (&self.planned.units.all[unit], &self.planned.contacts[unit]);
        let post = self.planned.class(class).next().map(|pupil| {
            let scribe = Scribe { planned: self.planned, days: self.days };
            scribe.post(pupil).to_owned()
        });
        let reason = change_reason(part);
        let (occupation, teacher, mentor_phone) = (None, None, None);
        Command::Placement(match part {
            Part::Host => PlacementOrder::ChangeHost(Box::new(ChangeHost {
                target,
                from,
                reason,
                source: Some(HostSource::School),
                host: Some(to.credit_code.clone().unwrap_or_else(|| to.name.clone())),
                address: Some(to.address.clone()),
                post,
                site_kind: Some(to.site_kind),
                region: Some(to.region),
                occupation,
                mentor: Some(contact.name.clone()),
                mentor_phone: Some(contact.phone.clone()),
                teacher,
            })),
            Part::Site => {
                let (address, post, site_kind, region) = (None, Some(OTHER_POST.to_owned()), None, None);
                let site = ChangeSite { target, from, reason, address, post, site_kind, region, occupation };
                PlacementOrder::ChangeSite(site)
            }
            Part::Mentor => {
                let mentor = Some(OTHER_MENTOR.to_owned());
                PlacementOrder::ChangeMentor(ChangeMentor { target, from, reason, mentor, mentor_phone, teacher })
            }
            Part::Period => {
                let (from, last_day) = (Some(from), Some(shortened(last_day)));
                PlacementOrder::ChangePeriod(ChangePeriod { target, from, reason, first_day: None, last_day })
            }
            Part::Pay => {
                let (pay, pay_unit) = (Some(RAISED_PAY_YUAN), Some(PayUnit::Month));
                PlacementOrder::ChangePay(ChangePay { target, from, reason, pay, pay_unit })
            }
        })
    }

    fn interruptions(&self, class: usize) -> Vec<Step> {
        let manner = self.planned.classes[class].manner;
        let suspend = |reason, ago| {
            let on = Some(self.days.ago(ago));
            move |target| Command::Placement(PlacementOrder::Suspend(Interruption { target, reason, on, note: None }))
        };
        let resume = |target| {
            let on = Some(self.days.ago(9));
            Command::Placement(PlacementOrder::Resume(TargetOn { target, on }))
        };
        let (officer, from) = (Office::Officer, self.days.ago(12));
        let is_signed = |pupil: &Pupil| pupil.fate == Fate::Suspended(Amendment::Signed);
        let is_resumed = |pupil: &Pupil| pupil.fate == Fate::Resumed;
        let amend = |target| amend(target, from, Some(AmendmentKind::Suspension));
        let mut steps = vec![
            self.step(class, officer, &suspend(EndReason::Family, 20), &is_resumed),
            self.step(class, officer, &resume, &is_resumed),
            self.step(class, officer, &suspend(EndReason::Health, 12), &|pupil| {
                matches!(pupil.fate, Fate::Suspended(_))
            }),
            self.step(class, officer, &amend, &is_signed),
            self.step(class, officer, &sent, &is_signed),
        ];
        steps.extend(signing(manner).iter().map(|order| self.step(class, officer, order, &is_signed)));
        steps.into_iter().flatten().collect()
    }

    fn ends(&self, class: usize) -> Vec<Step> {
        let on = Some(self.days.ago(ENDED_AGO));
        let mut steps = vec![];
        let fates = [Initiator::Student, Initiator::Host, Initiator::School].map(Fate::Ended);
        for fate in fates.into_iter().chain([Fate::EndedInForce, Fate::PlacedAgain]) {
            let Some((by, reason)) = early_end(fate) else { continue };
            let end =
                |target| Command::Placement(PlacementOrder::End(EndPlacement { target, by, reason, on, note: None }));
            let is_meant = |pupil: &Pupil| pupil.fate == fate && !is_on_file(self.planned, pupil);
            steps.push(self.step(class, Office::Officer, &end, &is_meant));
            if fate != Fate::EndedInForce {
                let terminate = |target| {
                    let terminate = TerminateAgreement { target, by, reason, note: None, on };
                    Command::Agreement(AgreementOrder::Terminate(terminate))
                };
                steps.push(self.step(class, Office::Officer, &terminate, &is_meant));
            }
        }
        steps.into_iter().flatten().collect()
    }

    fn exemptions(&self, class: usize) -> Vec<Step> {
        let request = |target| {
            let (ground, evidence) = (ExemptionGround::FurtherStudy, None);
            let request = RequestExemption { target, ground, evidence, note: None, on: None };
            Command::Exemption(ExemptionOrder::Request(request))
        };
        let grant = |target| Command::Exemption(ExemptionOrder::Grant(GrantExemption { target }));
        let refuse = |target| {
            let reason = ExemptionRefusalReason::GroundInsufficient;
            Command::Exemption(ExemptionOrder::Refuse(RefuseExemption { target, reason, note: None }))
        };
        let is = |pupil: &Pupil, stage| pupil.fate == Fate::Exemption(stage);
        let steps = [
            self.step(class, Office::Officer, &request, &|pupil| matches!(pupil.fate, Fate::Exemption(_))),
            self.step(class, Office::Principal, &grant, &|pupil| is(pupil, ExemptionStage::Granted)),
            self.step(class, Office::Principal, &refuse, &|pupil| is(pupil, ExemptionStage::Refused)),
        ];
        steps.into_iter().flatten().collect()
    }

    /// The unit under its short name is the same; and of the school with which the city begins, one partner took over
    /// another.
    pub fn mergers(&self, is_first: bool) -> Vec<Merger> {
        let units = &self.planned.units;
        let known_as = |place: usize| {
            let unit = &units.all[place];
            unit.credit_code.clone().unwrap_or_else(|| unit.name.clone())
        };
        let merger = |merged, from| Merger {
            school: self.planned.school.code.clone(),
            merged: known_as(merged),
            into: known_as(units.survivor(merged, is_first)),
            from,
        };
        let mut mergers = vec![merger(units.short_named, self.days.today)];
        mergers.extend(is_first.then(|| merger(TAKEN_OVER.0, self.days.ago(14))));
        mergers
    }

    /// A command for those of a class who are meant; none when nobody is.
    fn step(&self, class: usize, office: Office, order: Order<'_>, is_meant: &dyn Fn(&Pupil) -> bool) -> Option<Step> {
        let (meant, others): (Vec<&Pupil>, Vec<&Pupil>) = self.planned.class(class).partition(|pupil| is_meant(pupil));
        let except: Vec<String> = others.into_iter().map(|pupil| pupil.number.clone()).collect();
        let (class, count) = (self.planned.classes[class].name.clone(), meant.len());
        let target = Target {
            class: ClassName::parse(&class).ok(),
            school: SchoolCode::parse(&self.planned.school.code).ok(),
            except: except.clone(),
            ..Target::default()
        };
        (count > 0).then(|| Step { office, class, except, count, command: order(target) })
    }
}

/// Whatever of the packet is not out.
fn sent(target: Target) -> Command {
    Command::Agreement(AgreementOrder::Send(SendDocuments { target, document: None, templates: None }))
}

fn signed(target: Target, document: Option<DocumentKind>, party: Signatory, electronic: bool) -> Command {
    Command::Agreement(AgreementOrder::Sign(Box::new(SignDocuments {
        target,
        documents: DocumentSelector { document, version: None },
        party,
        scan: None,
        electronic,
        proof: None,
        on_behalf: None,
        authority: None,
        authorised_by: None,
        mark: None,
        on: None,
    })))
}

/// How everybody signs what is out.
fn signing(manner: Manner) -> Vec<Box<dyn Fn(Target) -> Command>> {
    let all = |electronic| -> Box<dyn Fn(Target) -> Command> {
        Box::new(move |target| signed(target, None, Signatory::All, electronic))
    };
    let host = |target| signed(target, Some(DocumentKind::Agreement), Signatory::One(SigningParty::Host), true);
    match manner {
        Manner::Paper => vec![all(false)],
        Manner::Electronic => vec![all(true)],
        Manner::Mixed => vec![Box::new(host), all(false)],
    }
}

fn the_agreement() -> DocumentSelector {
    DocumentSelector { document: Some(DocumentKind::Agreement), version: None }
}

fn recalled(target: Target) -> Command {
    let (documents, reason) = (the_agreement(), RecallReason::EntryError);
    Command::Agreement(AgreementOrder::Recall(RecallDocuments { target, documents, reason, note: None }))
}

fn refused_by_guardian(target: Target) -> Command {
    let (documents, party, reason) = (the_agreement(), SigningParty::Guardian, RefuseReason::OwnPlans);
    let refuse = RefuseToSign { target, documents, party, reason, note: None, on: None };
    Command::Agreement(AgreementOrder::Refuse(refuse))
}

fn voided(target: Target, reason: RecallReason) -> Command {
    Command::Agreement(AgreementOrder::Void(VoidAgreement { target, version: None, reason, note: None }))
}

fn amend(target: Target, from: Date, also: Option<AmendmentKind>) -> Command {
    let amend = AmendAgreement { target, from, also, terms: AgreedFields::default() };
    Command::Agreement(AgreementOrder::Amend(Box::new(amend)))
}

/// Drafted anew as it was, and sent.
fn redrafted(target: Target) -> Command {
    let terms = AgreedFields {
        meals: Some(Provision::Provided),
        lodging: Some(Provision::Own),
        day_hours: Some(8),
        week_days: Some(5),
        pay_method: Some(PayMethod::Transfer),
        pay_day: Some(15),
        insurance: Some(InsuranceKind::Liability),
        insurance_buyer: Some(InsuranceBuyer::School),
        ..AgreedFields::default()
    };
    let draft = DraftAgreement { target, terms, send: true, templates: None };
    Command::Agreement(AgreementOrder::Draft(Box::new(draft)))
}
