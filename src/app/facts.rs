//! What each order's decision needs to know, and to whom its events belong; loaded here and nowhere else.
//!
//! A command carries what its user says. Who acts, what day it is and what other streams and guards say are facts: they
//! are made into a value here and handed to the aggregate as its cqrs-es services. The same functions run twice: first
//! for many orders on a collecting unit, which loads nothing and notes what is missing, so that it is loaded together;
//! then on the unit that decides.

use uuid::Uuid;

use super::account::covers_staff;
use super::people::{confirmation_guard, host_guard, listed, placement_guard, season_guard};
use super::request::{Order, Request};
use super::unit_of_work::{Lack, UnitOfWork};
use super::{App, AppError};
use crate::accounts::Caller;
use crate::domain::account::{Account, AccountCommand, AccountFacts};
use crate::domain::agreement::{Agreement, AgreementCommand, AgreementFacts, placed};
use crate::domain::employer::{Employer, EmployerCommand, EmployerFacts, Trading};
use crate::domain::exemption::{Exemption, ExemptionCommand, ExemptionFacts};
use crate::domain::further_study::{FurtherStudy, FurtherStudyCommand};
use crate::domain::host::{Host, HostCommand, HostFacts};
use crate::domain::ids::{ClassName, EmployerId, HostId, PlacementId, SchoolCode, SeasonId, StaffId, StudentId};
use crate::domain::import::{ConfirmedRows, Import, ImportCommand};
use crate::domain::log::Log;
use crate::domain::outcome::{Outcome, OutcomeCommand};
use crate::domain::placement::arrangement::Period;
use crate::domain::placement::{Placement, PlacementCommand, PlacementFacts};
use crate::domain::school::School;
use crate::domain::season::{Season, SeasonCommand, SeasonFacts};
use crate::domain::statements::facts::StatementFacts;
use crate::domain::student::row::StudentRow;
use crate::domain::student::{RegisteredStudent, Student, StudentCommand, StudentFacts};
use crate::domain::terms::Standing;
use crate::event_log::EngineError;
use crate::event_log::record::Audience;
use crate::event_log::request::AppendError;
use crate::projections::student_register;

/// So often are streams looked for that orders of one call depend on: the order's own, what those name, and what these
/// name.
const ROUNDS_MAX: usize = 4;

impl App {
    /// Loads the streams and guards that these requests depend on and that are not in memory yet, many at a time.
    pub(super) async fn prefetch(&self, caller: &Caller, requests: &[Request]) -> Result<(), AppError> {
        for request in requests {
            self.expect_new(request);
        }
        for _ in 0..ROUNDS_MAX {
            let unit = UnitOfWork::collecting(&self.log, &self.cache);
            for order in requests.iter().flat_map(|request| &request.orders) {
                match self.decide_one(caller, &unit, order).await {
                    Ok(()) | Err(Lack::NotLoaded) => (),
                    Err(Lack::Failed(AppError::Read(error))) => return Err(error.into()),
                    Err(Lack::Failed(_)) => (), // It is refused when it is decided.
                }
            }
            let missing = unit.take_missing();
            if missing.is_empty() {
                return Ok(());
            }
            self.cache.load_missing(&self.log, missing).await?;
        }
        Ok(())
    }

    /// A unit of work in which orders are decided on what is in memory, and which records nothing.
    pub(super) fn tentative(&self) -> UnitOfWork<'_> {
        UnitOfWork::tentative(&self.log, &self.cache)
    }

    /// The same for a placement that is yet to begin.
    pub(super) fn tentative_new(&self, placement: PlacementId) -> UnitOfWork<'_> {
        self.cache.expect_new::<Placement>(placement.0);
        self.cache.expect_new::<Agreement>(placement.0);
        self.tentative()
    }

    /// One order: whether its subject is in the caller's scope, to whom its events belong, and what the aggregate says.
    pub(super) async fn decide_one(&self, caller: &Caller, unit: &UnitOfWork<'_>, order: &Order) -> Result<(), Lack> {
        match order {
            Order::School { id, code, command } => {
                if !caller.scope.covers_school(code) {
                    return Err(AppError::NotFound.into());
                }
                unit.handle::<School>(*id, command.clone(), &(), Some(code.clone()), Audience::All).await
            }
            Order::Employer { id, command } => self.decide_employer(unit, *id, command).await,
            Order::Host { host, school, command } => self.decide_host(caller, unit, *host, school, command).await,
            Order::Season { season, school, command } => {
                self.decide_season(caller, unit, *season, school, command).await
            }
            Order::YearEnd { year_end, school, command } => {
                self.decide_year_end(caller, unit, *year_end, school.as_ref(), command).await
            }
            Order::Exemption { student, command } => self.decide_exemption(caller, unit, *student, command).await,
            Order::Placement { placement, command } => self.decide_placement(caller, unit, *placement, command).await,
            Order::Agreement { placement, command } => self.decide_agreement(caller, unit, *placement, command).await,
            Order::Import { id, school, command } => self.decide_import(unit, *id, school.as_ref(), command).await,
            Order::Account { account, command } => self.decide_account(caller, unit, *account, command).await,
            Order::Log { command } => {
                unit.handle::<Log>(order.stream().id, command.clone(), &(), None, Audience::All).await
            }
            Order::Student { student, command } => self.decide_student(caller, unit, *student, command).await,
            Order::Outcome { student, command } => self.decide_outcome(caller, unit, *student, command).await,
            Order::FurtherStudy { student, command } => {
                self.decide_further_study(caller, unit, *student, command).await
            }
        }
    }

    /// Whoever administers the school of the account, before and after, may give the order; and everybody of the own account
    /// what the gate lets through.
    async fn decide_account(
        &self,
        caller: &Caller,
        unit: &UnitOfWork<'_>,
        account: StaffId,
        command: &AccountCommand,
    ) -> Result<(), Lack> {
        let known = unit.rely_on::<Account>(account.0).await?;
        let (before, school) = (known.on(self.today()), known.school_after(command));
        let was_inside = before.is_none_or(|state| covers_staff(caller, state.duty.school.as_ref()));
        let is_inside = was_inside && covers_staff(caller, school.as_ref());
        if caller.staff_id() != Some(account) && !is_inside {
            return Err(AppError::NotFound.into());
        }
        let audience = if school.is_some() { Audience::School } else { Audience::City };
        let deputy = match command {
            AccountCommand::AppointDeputy { deputy, .. } => Some(unit.rely_on::<Account>(deputy.0).await?),
            _ => None,
        };
        let facts = AccountFacts { today: self.today(), account: Some(account), deputy };
        unit.handle::<Account>(account.0, command.clone(), &facts, school, audience).await
    }

    async fn decide_student(
        &self,
        caller: &Caller,
        unit: &UnitOfWork<'_>,
        student: StudentId,
        command: &StudentCommand,
    ) -> Result<(), Lack> {
        let state = unit.rely_on::<Student>(student.0).await?;
        let (school, class) = belongs_to(&state, Some(command)).ok_or(AppError::NotFound)?;
        if !caller.scope.covers(&school, &class) {
            return Err(AppError::NotFound.into());
        }
        let leaves = match command {
            StudentCommand::Register { said } | StudentCommand::Say { said } => said.rows.iter().any(leaves),
            StudentCommand::UndoBatch { .. } | StudentCommand::Erase { .. } => false,
        };
        let taken = if leaves { taken(unit, student, None).await? } else { vec![] };
        let facts = StudentFacts { taken, ..self.student_facts(caller) };
        unit.handle::<Student>(student.0, command.clone(), &facts, Some(school), Audience::School).await
    }

    /// What a decision about a student needs to know, but for the days of placements.
    pub(super) fn student_facts(&self, caller: &Caller) -> StudentFacts {
        StudentFacts { by: caller.staff_id(), today: self.today(), taken: vec![] }
    }

    async fn decide_outcome(
        &self,
        caller: &Caller,
        unit: &UnitOfWork<'_>,
        student: StudentId,
        command: &OutcomeCommand,
    ) -> Result<(), Lack> {
        let state = unit.rely_on::<Student>(student.0).await?;
        let school = school_in_scope(caller, &state)?;
        let facts = self.statement_facts(caller, &state);
        unit.handle::<Outcome>(student.0, command.clone(), &facts, Some(school), Audience::School).await
    }

    async fn decide_further_study(
        &self,
        caller: &Caller,
        unit: &UnitOfWork<'_>,
        student: StudentId,
        command: &FurtherStudyCommand,
    ) -> Result<(), Lack> {
        let state = unit.rely_on::<Student>(student.0).await?;
        let school = school_in_scope(caller, &state)?;
        let mut facts = self.statement_facts(caller, &state);
        if matches!(command, FurtherStudyCommand::ResolveConflict { .. }) {
            let outcome = unit.rely_on::<Outcome>(student.0).await?;
            let said = outcome.reading().statements.iter().filter(|statement| statement.takes_part());
            facts.jobs = said.filter(|said| said.destination.is_job()).map(|said| said.key()).collect();
        }
        unit.handle::<FurtherStudy>(student.0, command.clone(), &facts, Some(school), Audience::School).await
    }

    /// What a decision about a graduate's statements needs to know.
    pub(super) fn statement_facts(&self, caller: &Caller, student: &Student) -> StatementFacts {
        let graduated_on = student.reading().standings.graduated_on();
        StatementFacts { by: caller.staff_id(), today: self.today(), graduated_on, jobs: vec![] }
    }

    /// What a batch confirms is so at the versions that it names, and an undoing relies on what was confirmed.
    async fn decide_import(
        &self,
        unit: &UnitOfWork<'_>,
        id: Uuid,
        school: Option<&SchoolCode>,
        command: &ImportCommand,
    ) -> Result<(), Lack> {
        let audience = if school.is_some() { Audience::School } else { Audience::City };
        if let ImportCommand::Confirm { rows, .. } = command {
            let mut lacking = None;
            for confirmed in rows {
                let student = confirmed.student.0;
                let version = match &confirmed.rows {
                    ConfirmedRows::Roster(_) => unit.version_of::<Student>(student).await,
                    ConfirmedRows::Destinations(_) => unit.version_of::<Outcome>(student).await,
                    ConfirmedRows::Studies(_) => unit.version_of::<FurtherStudy>(student).await,
                };
                match version {
                    Ok(version) if version != confirmed.at => return Err(AppError::from(AppendError::Stale).into()),
                    Ok(_) => (),
                    // The others are asked for, too, before this ends a collecting unit's round.
                    Err(lack) => lacking = Some(lack),
                }
            }
            if let Some(lack) = lacking {
                return Err(lack);
            }
            // A page is of one school.
            if let Some(first) = rows.first()
                && let Some((school, _)) = belongs_to(&*unit.rely_on::<Student>(first.student.0).await?, None)
            {
                let guard = confirmation_guard(&school);
                unit.rely_on_guard(&guard).await?;
                unit.set_guard(&guard, id.to_string());
            }
        }
        unit.handle::<Import>(id, command.clone(), &(), school.cloned(), audience).await
    }

    async fn decide_placement(
        &self,
        caller: &Caller,
        unit: &UnitOfWork<'_>,
        placement: PlacementId,
        command: &PlacementCommand,
    ) -> Result<(), Lack> {
        let state = unit.rely_on::<Placement>(placement.0).await?;
        let student = match (state.student(), command) {
            (Some(student), _) => student,
            (None, PlacementCommand::Draft(new)) => new.student,
            (None, _) => return Err(AppError::NotFound.into()),
        };
        let stay = state.stay();
        // All are asked for before the first that is missing ends a collecting unit's round.
        let registered = registered_in_scope(caller, unit, student, placement.0).await;
        let taken = if command.takes_days() { taken(unit, student, Some(placement)).await } else { Ok(vec![]) };
        let host = match command.host().or(stay.map(|stay| stay.arranged.host)) {
            Some(host) if command.asks_of_host() => unit.rely_on::<Employer>(host.0).await.map(|host| host.trading()),
            Some(_) | None => Ok(Trading::Unknown),
        };
        let unsigned = match stay {
            Some(stay) if command.wants_packet() => {
                let agreement = unit.rely_on::<Agreement>(placement.0).await;
                agreement.map(|agreement| agreement.missing(stay.arranged.kind))
            }
            Some(_) | None => Ok(vec![]),
        };
        let registered = registered?;
        let facts = PlacementFacts {
            by: caller.staff_id(),
            today: self.today(),
            absences: Some(unit.rely_on::<Student>(student.0).await?.reading().standings.absences()),
            taken: taken?,
            host: host?,
            unsigned: unsigned?,
        };
        let school = Some(registered.registration.school);
        unit.handle::<Placement>(placement.0, command.clone(), &facts, school, Audience::School).await?;
        if matches!(command, PlacementCommand::Draft(_)) {
            list(unit, student, placement).await?;
        }
        Ok(())
    }

    async fn decide_agreement(
        &self,
        caller: &Caller,
        unit: &UnitOfWork<'_>,
        placement: PlacementId,
        command: &AgreementCommand,
    ) -> Result<(), Lack> {
        let state = unit.rely_on::<Placement>(placement.0).await?;
        let student = state.student().ok_or(AppError::NotFound)?;
        let registered = registered_in_scope(caller, unit, student, placement.0).await?;
        let arranged = state.stay().and_then(placed);
        let facts = AgreementFacts { by: caller.staff_id(), today: self.today(), arranged };
        let school = Some(registered.registration.school);
        unit.handle::<Agreement>(placement.0, command.clone(), &facts, school, Audience::School).await
    }

    async fn decide_exemption(
        &self,
        caller: &Caller,
        unit: &UnitOfWork<'_>,
        student: StudentId,
        command: &ExemptionCommand,
    ) -> Result<(), Lack> {
        let registered = registered_in_scope(caller, unit, student, student.0).await?;
        let facts = ExemptionFacts { by: caller.staff_id(), standing: Some(registered.standing) };
        let school = Some(registered.registration.school);
        unit.handle::<Exemption>(student.0, command.clone(), &facts, school, Audience::School).await
    }

    /// A school has one stream for an employer; of another school's it knows nothing.
    async fn decide_host(
        &self,
        caller: &Caller,
        unit: &UnitOfWork<'_>,
        host: HostId,
        school: &SchoolCode,
        command: &HostCommand,
    ) -> Result<(), Lack> {
        let state = unit.rely_on::<Host>(host.0).await?;
        if !caller.scope.covers_school(school) || state.school().is_some_and(|own| own != school) {
            return Err(AppError::NotFound.into());
        }
        let (mut listed, mut trading, mut proposed) = (None, Trading::Unknown, None);
        if let HostCommand::Propose { employer, .. } = command {
            let guard = host_guard(school, *employer);
            let known = Uuid::parse_str(&unit.rely_on_guard(&guard).await?).ok().map(HostId);
            trading = unit.rely_on::<Employer>(employer.0).await?.trading();
            listed = known.filter(|known| *known != host);
            proposed = Some(guard).filter(|_| known.is_none());
        }
        let facts = HostFacts { by: caller.staff_id(), school: school.clone(), employer: trading, listed };
        unit.handle::<Host>(host.0, command.clone(), &facts, Some(school.clone()), Audience::School).await?;
        if let Some(guard) = proposed {
            unit.set_guard(&guard, host.0.to_string());
        }
        Ok(())
    }

    /// A school has one stream for those who graduate in a year; which classes it has is what the roster says now.
    async fn decide_season(
        &self,
        caller: &Caller,
        unit: &UnitOfWork<'_>,
        season: SeasonId,
        school: &SchoolCode,
        command: &SeasonCommand,
    ) -> Result<(), Lack> {
        let state = unit.rely_on::<Season>(season.0).await?;
        if !caller.scope.covers_school(school) || state.school().is_some_and(|own| own != school) {
            return Err(AppError::NotFound.into());
        }
        let (mut classes, mut listed, mut planned) = (vec![], None, None);
        if let SeasonCommand::Plan { year, .. } = command {
            let guard = season_guard(school, *year);
            let known = Uuid::parse_str(&unit.rely_on_guard(&guard).await?).ok().map(SeasonId);
            let names = student_register::classes(self.log.readers(), school).await.map_err(EngineError::from)?;
            classes = names.iter().filter_map(|name| ClassName::parse(name).ok()).collect();
            listed = known.filter(|known| *known != season);
            planned = Some(guard).filter(|_| known.is_none());
        }
        let facts = SeasonFacts { school: school.clone(), classes, listed };
        unit.handle::<Season>(season.0, command.clone(), &facts, Some(school.clone()), Audience::School).await?;
        if let Some(guard) = planned {
            unit.set_guard(&guard, season.0.to_string());
        }
        Ok(())
    }

    async fn decide_employer(&self, unit: &UnitOfWork<'_>, id: Uuid, command: &EmployerCommand) -> Result<(), Lack> {
        let target = match command {
            // A merger with itself is refused for what it is.
            EmployerCommand::Merge { into, .. } | EmployerCommand::TellApart { from: into, .. } if into.0 != id => {
                unit.rely_on::<Employer>(into.0).await?.trading()
            }
            EmployerCommand::Merge { .. }
            | EmployerCommand::TellApart { .. }
            | EmployerCommand::Register { .. }
            | EmployerCommand::CorrectIdentity { .. }
            | EmployerCommand::AddCode { .. }
            | EmployerCommand::RecordProfile { .. }
            | EmployerCommand::CountStaff { .. }
            | EmployerCommand::Close { .. }
            | EmployerCommand::Undo { .. } => Trading::Unknown,
        };
        let facts = EmployerFacts { itself: EmployerId(id), target };
        unit.handle::<Employer>(id, command.clone(), &facts, None, Audience::All).await
    }
}

/// Whether a row says that its student leaves in the middle of school.
fn leaves(row: &StudentRow) -> bool {
    matches!(row.standing, Standing::TransferredOut | Standing::Withdrawn)
}

/// The days that a student's other placements take. Of two that are drafted at once, one is appended; the other finds
/// it when it is decided again.
async fn taken(unit: &UnitOfWork<'_>, student: StudentId, placement: Option<PlacementId>) -> Result<Vec<Period>, Lack> {
    let named = unit.rely_on_guard(&placement_guard(student)).await?;
    let (mut taken, mut lacking) = (vec![], None);
    for other in listed(&named).into_iter().filter(|other| Some(*other) != placement) {
        match unit.rely_on::<Placement>(other.0).await {
            Ok(other) => taken.extend(other.stay().and_then(|stay| stay.taken())),
            // A collecting unit is told of all of them at once.
            Err(Lack::NotLoaded) => lacking = Some(Lack::NotLoaded),
            Err(failed) => return Err(failed),
        }
    }
    lacking.map_or(Ok(taken), Err)
}

/// Lists a placement under its student's guard.
async fn list(unit: &UnitOfWork<'_>, student: StudentId, placement: PlacementId) -> Result<(), Lack> {
    let guard = placement_guard(student);
    let named = unit.rely_on_guard(&guard).await?;
    if !listed(&named).contains(&placement) {
        unit.set_guard(&guard, format!("{named} {}", placement.0).trim_start().to_owned());
    }
    Ok(())
}

/// A registered student inside the caller's scope; of one who was erased nothing may be sealed any more under the
/// subject of the order.
async fn registered_in_scope(
    caller: &Caller,
    unit: &UnitOfWork<'_>,
    student: StudentId,
    subject: Uuid,
) -> Result<RegisteredStudent, Lack> {
    let state = unit.rely_on::<Student>(student.0).await?;
    let (school, class) = belongs_to(&state, None).ok_or(AppError::NotFound)?;
    match state.registered() {
        Some(_) if state.is_erased() && unit.seals(subject) => Err(AppError::Erased.into()),
        Some(registered) if caller.scope.covers(&school, &class) => Ok(registered.clone()),
        Some(_) | None => Err(AppError::NotFound.into()),
    }
}

/// The school of a student inside the caller's scope.
fn school_in_scope(caller: &Caller, student: &Student) -> Result<SchoolCode, AppError> {
    let (school, class) = belongs_to(student, None).ok_or(AppError::NotFound)?;
    if caller.scope.covers(&school, &class) { Ok(school) } else { Err(AppError::NotFound) }
}

/// The school and class of a student, or those that a registration brings.
fn belongs_to(student: &Student, command: Option<&StudentCommand>) -> Option<(SchoolCode, ClassName)> {
    let registration = match (student.registered(), command) {
        (Some(registered), _) => &registered.registration,
        (None, Some(StudentCommand::Register { said } | StudentCommand::Say { said })) => {
            return said.rows.first().map(|row| (row.school.clone(), row.class.clone()));
        }
        // An undo that was cut off is done again.
        (None, Some(StudentCommand::Erase { .. } | StudentCommand::UndoBatch { .. })) => student.last_registration()?,
        (None, _) => return None,
    };
    Some((registration.school.clone(), registration.class.clone()))
}
