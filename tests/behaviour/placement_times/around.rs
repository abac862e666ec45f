//! What happens around the stays: to the units, the school's hosts, the students and the plan of their final year.

use gradtrail::accounts::Caller;
use gradtrail::app::request::Order;
use gradtrail::domain::UndoReason;
use gradtrail::domain::employer::codes::{EmployerSize, Ownership};
use gradtrail::domain::employer::{Employer, EmployerCommand, EmployerProfile, StaffCount};
use gradtrail::domain::exemption::{Exemption, ExemptionCommand, ExemptionGround};
use gradtrail::domain::host::codes::HostReason;
use gradtrail::domain::host::{Host, HostCommand};
use gradtrail::domain::ids::{ClassName, EmployerId, HostId, SeasonId, SpecialtyCode, StudentId};
use gradtrail::domain::placement::arrangement::Period;
use gradtrail::domain::season::{Season, SeasonCommand, SeasonPlan};
use gradtrail::domain::student::row::StudentRow;
use gradtrail::domain::student::{Student, StudentCommand};
use gradtrail::domain::terms::{Industry, Standing};
use proptest::prelude::*;

use super::{DAYS, on};
use crate::placements::{OURS, execute, officer, principal};
use crate::support::rosters::{batch_of, move_to, row_of, say_of, stand};
use crate::support::{Town, school};

pub const UNITS: usize = 3;

#[derive(Debug, Clone)]
pub enum Around {
    Merge(usize, usize, i64),
    Close(usize, i64),
    Profile(usize, usize, i64),
    Staff(usize, u32, i64),
    UndoUnit(usize, u64),
    Propose(usize, i64),
    Accept(usize, i64),
    Framework(usize, i64, i64),
    Suspend(usize, i64),
    Resume(usize, i64),
    UndoHost(usize, u64),
    Standing(usize, usize, i64),
    UndoStudent(usize, u64),
    /// To one of two classes.
    Move(usize, usize, i64),
    /// To one of two specialties.
    Specialty(usize, usize, i64),
    Request(usize),
    Grant(usize, i64),
    WithdrawRequest(usize, i64),
    UndoExemption(usize, u64),
    /// On leave, and back again.
    Away(usize, i64, i64),
    /// Asked for and granted.
    Exempted(usize, i64),
    Plan(usize, i64, i64),
    UndoPlan(u64),
}

pub fn around() -> impl Strategy<Value = Around> {
    let (unit, student, day, back) = (|| 0..UNITS, || 0..3_usize, || 0..DAYS, || 0..2_u64);
    prop_oneof![
        4 => (unit(), unit(), day()).prop_map(|(from, into, on)| Around::Merge(from, into, on)),
        1 => (unit(), day()).prop_map(|(unit, on)| Around::Close(unit, on)),
        3 => (unit(), 0..4_usize, day()).prop_map(|(unit, kind, on)| Around::Profile(unit, kind, on)),
        1 => (unit(), 1..9_u32, day()).prop_map(|(unit, count, on)| Around::Staff(unit, count, on)),
        2 => (unit(), back()).prop_map(|(unit, back)| Around::UndoUnit(unit, back)),
        2 => (unit(), day()).prop_map(|(unit, on)| Around::Propose(unit, on)),
        2 => (unit(), day()).prop_map(|(unit, on)| Around::Accept(unit, on)),
        2 => (unit(), day(), day()).prop_map(|(unit, from, to)| Around::Framework(unit, from, to)),
        1 => (unit(), day()).prop_map(|(unit, on)| Around::Suspend(unit, on)),
        1 => (unit(), day()).prop_map(|(unit, on)| Around::Resume(unit, on)),
        1 => (unit(), back()).prop_map(|(unit, back)| Around::UndoHost(unit, back)),
        1 => (student(), 0..3_usize, day()).prop_map(|(student, standing, on)| Around::Standing(student, standing, on)),
        2 => (student(), back()).prop_map(|(student, back)| Around::UndoStudent(student, back)),
        3 => (student(), 0..2_usize, day()).prop_map(|(student, class, on)| Around::Move(student, class, on)),
        1 => (student(), 0..2_usize, day()).prop_map(|(student, number, on)| Around::Specialty(student, number, on)),
        8 => (student(), day(), 1..6_i64).prop_map(|(student, from, days)| Around::Away(student, from, from + days)),
        2 => (student(), day()).prop_map(|(student, on)| Around::Exempted(student, on)),
        1 => student().prop_map(Around::Request),
        1 => (student(), day()).prop_map(|(student, on)| Around::Grant(student, on)),
        1 => (student(), day()).prop_map(|(student, on)| Around::WithdrawRequest(student, on)),
        1 => (student(), back()).prop_map(|(student, back)| Around::UndoExemption(student, back)),
        3 => (0..3_usize, day(), day()).prop_map(|(classes, last, on)| Around::Plan(classes, last, on)),
        1 => back().prop_map(Around::UndoPlan),
    ]
}

/// Who and what is there to play with.
pub struct Scenery {
    pub units: [EmployerId; UNITS],
    pub hosts: [HostId; UNITS],
    /// The last one begins in class 2.
    pub students: Vec<StudentId>,
    pub season: SeasonId,
}

const CLASSES: [&str; 2] = ["1班", "2班"];

pub fn class_name(name: &str) -> ClassName {
    ClassName::parse(name).unwrap()
}

const PROFILES: [EmployerProfile; 4] = [
    EmployerProfile { industry: Some(Industry::C), size: None, ownership: None },
    EmployerProfile { industry: Some(Industry::E), size: Some(EmployerSize::Small), ownership: None },
    EmployerProfile { industry: None, size: None, ownership: Some(Ownership::Private) },
    EmployerProfile { industry: None, size: Some(EmployerSize::Large), ownership: Some(Ownership::StateOwned) },
];

impl Scenery {
    /// Does what a step says; what is refused is not done.
    pub async fn play(&self, town: &Town, step: &Around) {
        let steps = match *step {
            Around::Away(student, from, to) => {
                vec![Around::Standing(student, 0, from), Around::Standing(student, 1, to)]
            }
            Around::Exempted(student, day) => vec![Around::Request(student), Around::Grant(student, day)],
            _ => vec![step.clone()],
        };
        for step in steps {
            let Some((caller, order)) = self.order(town, &step).await else { continue };
            let _refused = execute(&town.app, &caller, vec![order]).await;
        }
    }

    async fn order(&self, town: &Town, step: &Around) -> Option<(Caller, Order)> {
        let (reason, note) = (UndoReason::EntryError, None);
        let unit = |unit: usize, command| Order::Employer { id: self.units[unit].0, command };
        let host = |unit: usize, command| Order::Host { host: self.hosts[unit], school: school(OURS), command };
        let student = |student: usize, command| Order::Student { student: self.students[student], command };
        let exempt = |student: usize, command| Order::Exemption { student: self.students[student], command };
        let season = |command| Order::Season { season: self.season, school: school(OURS), command };
        Some(match *step {
            Around::Away(..) | Around::Exempted(..) => return None, // Two steps each.
            Around::Merge(from, into, day) => {
                let command = EmployerCommand::Merge { into: self.units[into], effective_on: on(day) };
                (town.caller.clone(), unit(from, command))
            }
            Around::Close(of, day) => (town.caller.clone(), unit(of, EmployerCommand::Close { effective_on: on(day) })),
            Around::Profile(of, kind, day) => {
                let command = EmployerCommand::RecordProfile { profile: PROFILES[kind], effective_on: on(day) };
                (officer(), unit(of, command))
            }
            Around::Staff(of, total_count, day) => {
                let staff = StaffCount { total_count, posts: vec![] };
                (officer(), unit(of, EmployerCommand::CountStaff { staff, effective_on: on(day) }))
            }
            Around::UndoUnit(of, back) => {
                let version = town.app.load::<Employer>(self.units[of].0).await.unwrap().1.saturating_sub(back);
                let effective_on = on(0);
                (town.caller.clone(), unit(of, EmployerCommand::Undo { version, reason, note, effective_on }))
            }
            Around::Propose(of, day) => {
                let (employer, partner_since, effective_on) = (self.units[of], Some(on(0)), on(day));
                (officer(), host(of, HostCommand::Propose { employer, partner_since, effective_on }))
            }
            Around::Accept(of, day) => (principal(), host(of, HostCommand::Accept { effective_on: on(day) })),
            Around::Framework(of, from, to) => {
                let (last_day, document, effective_on) = (on(to), None, on(from));
                (officer(), host(of, HostCommand::AgreeFramework { last_day, document, effective_on }))
            }
            Around::Suspend(of, day) => {
                let (reason, effective_on) = (HostReason::Other, on(day));
                (officer(), host(of, HostCommand::Suspend { reason, note, effective_on }))
            }
            Around::Resume(of, day) => (officer(), host(of, HostCommand::Resume { effective_on: on(day) })),
            Around::UndoHost(of, back) => {
                let version = town.app.load::<Host>(self.hosts[of].0).await.unwrap().1.saturating_sub(back);
                (officer(), host(of, HostCommand::Undo { version, reason, note, effective_on: on(0) }))
            }
            Around::Standing(of, standing, day) => {
                let standing = [Standing::OnLeave, Standing::Enrolled, Standing::Withdrawn][standing];
                (officer(), stand(&town.app, self.students[of], standing, on(day)).await)
            }
            Around::Move(of, class, day) => {
                (officer(), move_to(&town.app, self.students[of], CLASSES[class], on(day)).await)
            }
            Around::Specialty(of, number, day) => {
                let specialty = SpecialtyCode::parse(["700206", "700203"][number]).ok();
                let known = row_of(&town.app, self.students[of]).await;
                (officer(), say_of(self.students[of], StudentRow { specialty, since: Some(on(day)), ..known }))
            }
            Around::UndoStudent(of, back) => {
                let (known, _) = town.app.load::<Student>(self.students[of].0).await.unwrap();
                let last = known.timeline().moments().count() - 1;
                // The registration stays: the roster is the one of now.
                let number = last.saturating_sub(usize::try_from(back).unwrap()).max(1);
                if number > last {
                    return None;
                }
                let (batch, also) = (batch_of(&town.app, self.students[of], number).await, vec![]);
                (officer(), student(of, StudentCommand::UndoBatch { batch, reason, also, effective_on: on(0) }))
            }
            Around::Request(of) => {
                let (ground, evidence, effective_on) = (ExemptionGround::Health, None, on(0));
                (officer(), exempt(of, ExemptionCommand::Request { ground, evidence, note, effective_on }))
            }
            Around::Grant(of, day) => (principal(), exempt(of, ExemptionCommand::Grant { effective_on: on(day) })),
            Around::WithdrawRequest(of, day) => {
                (officer(), exempt(of, ExemptionCommand::Withdraw { effective_on: on(day) }))
            }
            Around::UndoExemption(of, back) => {
                let version = town.app.load::<Exemption>(self.students[of].0).await.unwrap().1.saturating_sub(back);
                (officer(), exempt(of, ExemptionCommand::Undo { version, reason, note, effective_on: on(0) }))
            }
            Around::Plan(classes, last, day) => {
                let classes: &[&str] = [&["1班"][..], &["2班"], &["1班", "2班"]][classes];
                let period = Period { first_day: on(0), last_day: on(last) };
                let plan = SeasonPlan { classes: classes.iter().map(|name| class_name(name)).collect(), period };
                (officer(), season(SeasonCommand::Plan { year: 2024, plan, effective_on: on(day) }))
            }
            Around::UndoPlan(back) => {
                let version = town.app.load::<Season>(self.season.0).await.unwrap().1.saturating_sub(back);
                (officer(), season(SeasonCommand::Undo { version, reason, note, effective_on: on(0) }))
            }
        })
    }
}
