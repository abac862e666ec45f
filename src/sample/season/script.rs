//! What a school's office orders besides its files, as plain values: who orders what of whom, in which order.
//!
//! Invariant: an order names exactly the students whose fate it brings about; whatever it leaves out, it leaves out by
//! student number, as an office does.

use jiff::civil::Date;
use uuid::Uuid;

use super::days::{Days, Wave};
use super::fate::{Amendment, Fate, Papers, Part};
use super::plan::{Class, Manner, Planned, Pupil};
use super::rows::{
    CHANGED_AGO, ENDED_AGO, OTHER_MENTOR, OTHER_POST, RAISED_PAY_YUAN, Scribe, change_reason, early_end, is_on_file,
    shortened,
};
use super::units::TAKEN_OVER;
use crate::domain::agreement::codes::{Party, RecallReason, RefuseReason};
use crate::domain::exemption::{ExemptionCommand, ExemptionGround, ExemptionRefusalReason, ExemptionStage};
use crate::domain::ids::StaffId;
use crate::domain::placement::arrangement::PayUnit;
use crate::domain::placement::codes::{
    AmendmentKind, ChangeReason, DocumentKind, EndReason, HostSource, Initiator, LateReason, Region, ReturnReason,
    SiteKind,
};
use crate::domain::placement::{Known, PlacementCommand};

/// Who of the school gives an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Office {
    Principal,
    Officer,
}

/// One order for some students of a class, recorded together or not at all.
#[derive(Debug, Clone)]
pub struct Step {
    pub office: Office,
    pub class: String,
    /// Student numbers of those whom it is not about.
    pub except: Vec<String>,
    /// How many it is about.
    pub count: usize,
    pub order: Order,
}

#[derive(Debug, Clone)]
pub enum Order {
    Placement(PlacementCommand),
    Change {
        part: Part,
        to: Change,
        reason: ChangeReason,
        from: Date,
    },
    /// Drafted anew as it was, and sent.
    Redraft,
    /// Whatever of the packet is not out.
    Send,
    /// All parties of all documents where none is named.
    Sign {
        document: Option<DocumentKind>,
        party: Option<Party>,
        is_electronic: bool,
    },
    Refuse {
        party: Party,
        reason: RefuseReason,
    },
    Recall(RecallReason),
    Amend {
        from: Date,
        also: Option<AmendmentKind>,
    },
    Terminate {
        initiator: Initiator,
        reason: EndReason,
        on: Date,
    },
    Void(RecallReason),
    Exemption(ExemptionCommand),
}

/// What is so after a change; what is absent stays as it was.
#[derive(Debug, Clone, Default)]
pub struct Change {
    pub source: Option<HostSource>,
    /// Credit code or name.
    pub host: Option<String>,
    pub address: Option<String>,
    pub post: Option<String>,
    pub site_kind: Option<SiteKind>,
    pub region: Option<Region>,
    pub mentor: Option<String>,
    pub mentor_phone: Option<String>,
    pub last_day: Option<Date>,
    pub pay: Option<(u32, PayUnit)>,
}

/// Two entries of one unit, or two units that became one: the first is merged into the second from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merger {
    pub school: String,
    /// Credit code or name.
    pub merged: String,
    pub into: String,
    pub from: Date,
}

/// Who decides is filled in by who gives the order.
const NOBODY_YET: StaffId = StaffId(Uuid::nil());

/// A school's orders, by when they can be given.
pub struct Script<'a> {
    pub planned: &'a Planned,
    pub days: Days,
}

impl Script<'_> {
    /// After the placements came in: what began already is registered late, and whatever is in order approved.
    pub fn approvals(&self) -> Vec<Step> {
        let (by, effective_on, known) = (NOBODY_YET, self.days.today, Known::default());
        let reason = LateReason::PaperRecords;
        let late = Order::Placement(PlacementCommand::ApproveLateRegistration { reason, by, effective_on });
        let approve = Order::Placement(PlacementCommand::Approve { by, known, effective_on });
        let of_class = |class: usize| {
            let has_begun = matches!(self.planned.classes[class].wave, Wave::Begun(_) | Wave::Visit);
            let is_late = |pupil: &Pupil| has_begun && pupil.fate.is_approved();
            [
                self.step(class, Office::Principal, late.clone(), &is_late),
                self.step(class, Office::Principal, approve.clone(), &|pupil| pupil.fate.is_approved()),
            ]
        };
        (0..self.planned.classes.len()).flat_map(of_class).flatten().collect()
    }

    /// What is not in order goes back, or comes to nothing.
    pub fn refusals(&self) -> Vec<Step> {
        let (by, effective_on, note) = (NOBODY_YET, self.days.today, None);
        let reason = ReturnReason::EntryError;
        let back = Order::Placement(PlacementCommand::SendBack { reason, note, by, effective_on });
        let reason = ReturnReason::PostUnsuitable;
        let reject = Order::Placement(PlacementCommand::Reject { reason, note, by, effective_on });
        let reason = EndReason::FurtherStudy;
        let cancel = Order::Placement(PlacementCommand::Cancel { reason, note, effective_on });
        let void = Order::Void(RecallReason::PlacementDropped);
        let of_class = |class: usize| {
            [
                self.step(class, Office::Principal, back.clone(), &|pupil| pupil.fate == Fate::Returned),
                self.step(class, Office::Principal, reject.clone(), &|pupil| pupil.fate == Fate::Rejected),
                self.step(class, Office::Officer, cancel.clone(), &|pupil| pupil.fate == Fate::Cancelled),
                self.step(class, Office::Officer, void.clone(), &|pupil| pupil.fate == Fate::Cancelled),
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
        let officer = |order, is_meant: &dyn Fn(&Pupil) -> bool| {
            self.step(class, Office::Officer, order, &|pupil| here(pupil) && is_meant(pupil))
        };
        let document = Some(DocumentKind::Agreement);
        let is_electronic = manner == Manner::Electronic;
        let one = |party| Order::Sign { document, party: Some(party), is_electronic };
        let again = |pupil: &Pupil| pupil.fate == Fate::SignedAgain;
        let partly = |pupil: &Pupil| pupil.fate == Fate::Approved(Papers::PartlySigned);
        let refuse = Order::Refuse { party: Party::Guardian, reason: RefuseReason::OwnPlans };
        let mut steps = vec![
            officer(Order::Send, &|pupil| pupil.fate.is_sent()),
            officer(one(Party::School), &|pupil| again(pupil) || partly(pupil)),
            officer(one(Party::Host), &partly),
            officer(Order::Recall(RecallReason::EntryError), &|pupil| {
                again(pupil) || pupil.fate == Fate::Approved(Papers::Recalled)
            }),
            officer(Order::Redraft, &again),
            officer(refuse, &|pupil| pupil.fate == Fate::Approved(Papers::Refused)),
            officer(Order::Void(RecallReason::EntryError), &|pupil| pupil.fate == Fate::Approved(Papers::Void)),
        ];
        steps.extend(self.signing(manner).map(|order| officer(order, &|pupil| pupil.fate.is_signed())));
        steps.into_iter().flatten().collect()
    }

    /// How everybody signs what is out.
    fn signing(&self, manner: Manner) -> impl Iterator<Item = Order> {
        let all = |is_electronic| Order::Sign { document: None, party: None, is_electronic };
        let host =
            Order::Sign { document: Some(DocumentKind::Agreement), party: Some(Party::Host), is_electronic: true };
        let orders = match manner {
            Manner::Paper => vec![all(false)],
            Manner::Electronic => vec![all(true)],
            Manner::Mixed => vec![host, all(false)],
        };
        orders.into_iter()
    }

    fn arrivals(&self, class: usize) -> Vec<Step> {
        let wave = self.planned.classes[class].wave;
        // Whose arrival is on file is ready with it.
        let here = |pupil: &Pupil| !(is_on_file(self.planned, pupil) && pupil.fate.is_arrived());
        let officer = |command, is_meant: &dyn Fn(&Pupil) -> bool| {
            let order = Order::Placement(command);
            self.step(class, Office::Officer, order, &|pupil| here(pupil) && is_meant(pupil))
        };
        let (missing, known, effective_on) = (vec![], Known::default(), self.days.today);
        let first_day = self.days.first_day(wave);
        let ready = PlacementCommand::ConfirmReadiness { missing, known, effective_on };
        let (reason, note, today) = (EndReason::Health, None, self.days.today);
        let arrive = PlacementCommand::ConfirmArrival { effective_on: first_day, today };
        let no_show = PlacementCommand::RecordNoShow { reason, note, effective_on: first_day, today };
        let steps = [
            officer(ready, &|pupil| pupil.fate.is_signed()),
            officer(arrive, &|pupil| pupil.fate.is_arrived()),
            officer(no_show, &|pupil| pupil.fate == Fate::NoShow),
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
            let reason = change_reason(part);
            let to = self.change(part, target.unwrap_or_default(), class, self.days.last_day(wave));
            steps.push(self.step(class, officer, Order::Change { part, to, reason, from }, &|pupil| {
                changed(pupil).is_some_and(|(of, _)| of == part)
                    && target.is_none_or(|unit| unit == pupil.next_unit)
                    && !on_file(pupil)
            }));
        }
        let is_signed =
            |pupil: &Pupil| !on_file(pupil) && changed(pupil).is_some_and(|(_, is)| is == Amendment::Signed);
        let is_out = |pupil: &Pupil| changed(pupil).is_some_and(|(_, is)| is == Amendment::Out);
        let amended = |pupil: &Pupil| is_signed(pupil) || is_out(pupil);
        steps.push(self.step(class, officer, Order::Amend { from, also: None }, &amended));
        steps.push(self.step(class, officer, Order::Send, &amended));
        steps.extend(self.signing(manner).map(|order| self.step(class, officer, order, &is_signed)));
        steps.into_iter().flatten().collect()
    }

    fn change(&self, part: Part, unit: usize, class: usize, last_day: Date) -> Change {
        let (to, contact) = (&self.planned.units.all[unit], &self.planned.contacts[unit]);
        let post = self.planned.class(class).next().map(|pupil| {
            let scribe = Scribe { planned: self.planned, days: self.days };
            scribe.post(pupil).to_owned()
        });
        match part {
            Part::Host => Change {
                source: Some(HostSource::School),
                host: Some(to.credit_code.clone().unwrap_or_else(|| to.name.clone())),
                address: Some(to.address.clone()),
                post,
                site_kind: Some(to.site_kind),
                region: Some(to.region),
                mentor: Some(contact.name.clone()),
                mentor_phone: Some(contact.phone.clone()),
                ..Change::default()
            },
            Part::Site => Change { post: Some(OTHER_POST.to_owned()), ..Change::default() },
            Part::Mentor => Change { mentor: Some(OTHER_MENTOR.to_owned()), ..Change::default() },
            Part::Period => Change { last_day: Some(shortened(last_day)), ..Change::default() },
            Part::Pay => Change { pay: Some((RAISED_PAY_YUAN, PayUnit::Month)), ..Change::default() },
        }
    }

    fn interruptions(&self, class: usize) -> Vec<Step> {
        let manner = self.planned.classes[class].manner;
        let suspend = |reason, ago| {
            let effective_on = self.days.ago(ago);
            Order::Placement(PlacementCommand::Suspend { reason, note: None, effective_on })
        };
        let resume = Order::Placement(PlacementCommand::Resume { effective_on: self.days.ago(9) });
        let (officer, from) = (Office::Officer, self.days.ago(12));
        let is_signed = |pupil: &Pupil| pupil.fate == Fate::Suspended(Amendment::Signed);
        let is_resumed = |pupil: &Pupil| pupil.fate == Fate::Resumed;
        let amend = Order::Amend { from, also: Some(AmendmentKind::Suspension) };
        let mut steps = vec![
            self.step(class, officer, suspend(EndReason::Family, 20), &is_resumed),
            self.step(class, officer, resume, &is_resumed),
            self.step(class, officer, suspend(EndReason::Health, 12), &|pupil| {
                matches!(pupil.fate, Fate::Suspended(_))
            }),
            self.step(class, officer, amend, &is_signed),
            self.step(class, officer, Order::Send, &is_signed),
        ];
        steps.extend(self.signing(manner).map(|order| self.step(class, officer, order, &is_signed)));
        steps.into_iter().flatten().collect()
    }

    fn ends(&self, class: usize) -> Vec<Step> {
        let on = self.days.ago(ENDED_AGO);
        let mut steps = vec![];
        let fates = [Initiator::Student, Initiator::Host, Initiator::School].map(Fate::Ended);
        for fate in fates.into_iter().chain([Fate::EndedInForce, Fate::PlacedAgain]) {
            let Some((initiator, reason)) = early_end(fate) else { continue };
            let end = PlacementCommand::EndEarly { initiator, reason, note: None, effective_on: on };
            let is_meant = |pupil: &Pupil| pupil.fate == fate && !is_on_file(self.planned, pupil);
            steps.push(self.step(class, Office::Officer, Order::Placement(end), &is_meant));
            if fate != Fate::EndedInForce {
                let terminate = Order::Terminate { initiator, reason, on };
                steps.push(self.step(class, Office::Officer, terminate, &is_meant));
            }
        }
        steps.into_iter().flatten().collect()
    }

    fn exemptions(&self, class: usize) -> Vec<Step> {
        let (effective_on, by) = (self.days.today, NOBODY_YET);
        let (ground, standing) = (ExemptionGround::FurtherStudy, None);
        let request =
            ExemptionCommand::Request { ground, evidence: None, note: None, by: None, standing, effective_on };
        let grant = ExemptionCommand::Grant { by, effective_on };
        let reason = ExemptionRefusalReason::GroundInsufficient;
        let refuse = ExemptionCommand::Refuse { reason, note: None, by, effective_on };
        let is = |pupil: &Pupil, stage| pupil.fate == Fate::Exemption(stage);
        let steps = [
            self.step(class, Office::Officer, Order::Exemption(request), &|pupil| {
                matches!(pupil.fate, Fate::Exemption(_))
            }),
            self.step(class, Office::Principal, Order::Exemption(grant), &|pupil| is(pupil, ExemptionStage::Granted)),
            self.step(class, Office::Principal, Order::Exemption(refuse), &|pupil| is(pupil, ExemptionStage::Refused)),
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

    /// An order for those of a class who are meant; none when nobody is.
    fn step(&self, class: usize, office: Office, order: Order, is_meant: &dyn Fn(&Pupil) -> bool) -> Option<Step> {
        let (meant, others): (Vec<&Pupil>, Vec<&Pupil>) = self.planned.class(class).partition(|pupil| is_meant(pupil));
        let except = others.into_iter().map(|pupil| pupil.number.clone()).collect();
        let (class, count) = (self.planned.classes[class].name.clone(), meant.len());
        (count > 0).then_some(Step { office, class, except, count, order })
    }
}
