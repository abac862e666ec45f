//! Deciding orders about placements, agreements, hosts and exemptions: whose they are, and what other streams say.

use super::people::{host_guard, listed, placement_guard, season_guard};
use super::store::Unit;
use super::{App, AppError, belongs_to};
use crate::accounts::Caller;
use crate::domain::agreement::{Agreement, AgreementCommand, placed};
use crate::domain::employer::{Employer, EmployerCommand, Trading};
use crate::domain::exemption::{Exemption, ExemptionCommand};
use crate::domain::host::{Host, HostCommand};
use crate::domain::ids::{EmployerId, HostId, PlacementId, SchoolCode, SeasonId, StudentId};
use crate::domain::placement::arrangement::Period;
use crate::domain::placement::{Known, Placement, PlacementCommand};
use crate::domain::season::{Season, SeasonCommand};
use crate::domain::student::{Registered, Student, StudentCommand, may_leave};
use crate::domain::terms::Standing;
use crate::event_log::EngineError;
use crate::event_log::record::Audience;
use crate::projections::student_register;
use uuid::Uuid;

impl App {
    pub(super) async fn decide_placement(
        &self,
        caller: &Caller,
        unit: &mut Unit<'_>,
        placement: PlacementId,
        command: PlacementCommand,
    ) -> Result<(), AppError> {
        let state = unit.rely_on::<Placement>(placement.0).await?;
        let student = match (state.student(), &command) {
            (Some(student), _) => student,
            (None, PlacementCommand::Draft(new)) => new.student,
            (None, _) => return Err(AppError::NotFound),
        };
        let registered = self.inside(caller, unit, student, placement.0).await?;
        let mut command = command.acting(caller.staff_id());
        let taken = if command.takes_days() { self.taken(unit, student, Some(placement)).await? } else { vec![] };
        let host = command.host().or(state.stay().map(|stay| stay.arranged.host));
        if let PlacementCommand::ConfirmReadiness { missing, .. } = &mut command {
            let agreement = unit.rely_on::<Agreement>(placement.0).await?;
            *missing = state.stay().map(|stay| agreement.missing(stay.arranged.kind)).unwrap_or_default();
        }
        if let Some(known) = command.known() {
            let host = match host {
                Some(host) => unit.rely_on::<Employer>(host.0).await?.trading(),
                None => Trading::Unknown,
            };
            let standing = Some((registered.standing, registered.standing_since));
            *known = Known { standing, taken, host };
        }
        let is_draft = matches!(command, PlacementCommand::Draft(_));
        let school = Some(registered.registration.school);
        unit.handle::<Placement>(placement.0, command, school, Audience::School).await?;
        if is_draft {
            self.list(unit, student, placement).await?;
        }
        Ok(())
    }

    /// Whether a student's placements let the student leave school, if that is what is ordered.
    pub(super) async fn may_leave(
        &self,
        unit: &Unit<'_>,
        student: StudentId,
        command: &StudentCommand,
    ) -> Result<(), AppError> {
        if let StudentCommand::RecordStanding {
            standing: standing @ (Standing::TransferredOut | Standing::Withdrawn),
            effective_on,
        } = command
        {
            let taken = self.taken(unit, student, None).await?;
            may_leave(*standing, *effective_on, &taken)?;
        }
        Ok(())
    }

    /// The days that a student's other placements take. Of two that are drafted at once, one is appended; the other finds
    /// it when it is decided again.
    async fn taken(
        &self,
        unit: &Unit<'_>,
        student: StudentId,
        placement: Option<PlacementId>,
    ) -> Result<Vec<Period>, AppError> {
        let named = unit.rely_on_guard(&placement_guard(student)).await?;
        let mut taken = vec![];
        for other in listed(&named).into_iter().filter(|other| Some(*other) != placement) {
            let other = unit.rely_on::<Placement>(other.0).await?;
            taken.extend(other.stay().and_then(|stay| stay.taken()));
        }
        Ok(taken)
    }

    /// Lists a placement under its student's guard.
    async fn list(&self, unit: &Unit<'_>, student: StudentId, placement: PlacementId) -> Result<(), AppError> {
        let guard = placement_guard(student);
        let named = unit.rely_on_guard(&guard).await?;
        if !listed(&named).contains(&placement) {
            unit.set_guard(&guard, format!("{named} {}", placement.0).trim_start().to_owned());
        }
        Ok(())
    }

    pub(super) async fn decide_agreement(
        &self,
        caller: &Caller,
        unit: &mut Unit<'_>,
        placement: PlacementId,
        command: AgreementCommand,
    ) -> Result<(), AppError> {
        let state = unit.rely_on::<Placement>(placement.0).await?;
        let student = state.student().ok_or(AppError::NotFound)?;
        let registered = self.inside(caller, unit, student, placement.0).await?;
        let command = command.acting(caller.staff_id()).knowing_placement(state.stay().and_then(placed));
        let school = Some(registered.registration.school);
        unit.handle::<Agreement>(placement.0, command, school, Audience::School).await
    }

    pub(super) async fn decide_exemption(
        &self,
        caller: &Caller,
        unit: &mut Unit<'_>,
        student: StudentId,
        command: ExemptionCommand,
    ) -> Result<(), AppError> {
        let registered = self.inside(caller, unit, student, student.0).await?;
        let command = command.acting(caller.staff_id()).knowing_standing(Some(registered.standing));
        let school = Some(registered.registration.school);
        unit.handle::<Exemption>(student.0, command, school, Audience::School).await
    }

    /// A school has one stream for an employer; of another school's it knows nothing.
    pub(super) async fn decide_host(
        &self,
        caller: &Caller,
        unit: &mut Unit<'_>,
        host: HostId,
        school: SchoolCode,
        command: HostCommand,
    ) -> Result<(), AppError> {
        let state = unit.rely_on::<Host>(host.0).await?;
        if !caller.scope.covers_school(&school) || state.school().is_some_and(|own| *own != school) {
            return Err(AppError::NotFound);
        }
        let mut command = command.acting(caller.staff_id());
        let mut proposed = None;
        if let HostCommand::Propose { school: given, employer, trading, listed, .. } = &mut command {
            let guard = host_guard(&school, *employer);
            let named = Uuid::parse_str(&unit.rely_on_guard(&guard).await?).ok().map(HostId);
            *trading = unit.rely_on::<Employer>(employer.0).await?.trading();
            *listed = named.filter(|named| *named != host);
            given.clone_from(&school);
            proposed = Some(guard).filter(|_| named.is_none());
        }
        unit.handle::<Host>(host.0, command, Some(school), Audience::School).await?;
        if let Some(guard) = proposed {
            unit.set_guard(&guard, host.0.to_string());
        }
        Ok(())
    }

    /// A school has one stream for those who graduate in a year; which classes it has is what the roster says now.
    pub(super) async fn decide_season(
        &self,
        caller: &Caller,
        unit: &mut Unit<'_>,
        season: SeasonId,
        school: SchoolCode,
        mut command: SeasonCommand,
    ) -> Result<(), AppError> {
        let state = unit.rely_on::<Season>(season.0).await?;
        if !caller.scope.covers_school(&school) || state.school().is_some_and(|own| *own != school) {
            return Err(AppError::NotFound);
        }
        let mut planned = None;
        if let SeasonCommand::Plan { school: given, year, plan, unknown, listed, .. } = &mut command {
            let guard = season_guard(&school, *year);
            let named = Uuid::parse_str(&unit.rely_on_guard(&guard).await?).ok().map(SeasonId);
            let known = student_register::classes(self.log.readers(), &school).await.map_err(EngineError::from)?;
            unknown.clone_from(&plan.classes);
            unknown.retain(|class| !known.iter().any(|known| known == class.as_str()));
            *listed = named.filter(|named| *named != season);
            given.clone_from(&school);
            planned = Some(guard).filter(|_| named.is_none());
        }
        unit.handle::<Season>(season.0, command, Some(school), Audience::School).await?;
        if let Some(guard) = planned {
            unit.set_guard(&guard, season.0.to_string());
        }
        Ok(())
    }

    pub(super) async fn decide_employer(
        &self,
        unit: &mut Unit<'_>,
        id: Uuid,
        mut command: EmployerCommand,
    ) -> Result<(), AppError> {
        if let EmployerCommand::Merge { itself, into, target, .. } = &mut command {
            *itself = EmployerId(id);
            // A merger with itself is refused for what it is.
            if into.0 != id {
                *target = unit.rely_on::<Employer>(into.0).await?.trading();
            }
        }
        unit.handle::<Employer>(id, command, None, Audience::All).await
    }

    /// A registered student inside the caller's scope; of one who was erased nothing may be sealed any more under the
    /// subject of the order.
    async fn inside(
        &self,
        caller: &Caller,
        unit: &Unit<'_>,
        student: StudentId,
        subject: Uuid,
    ) -> Result<Registered, AppError> {
        let state = unit.rely_on::<Student>(student.0).await?;
        let (school, class) = belongs_to(&state, None).ok_or(AppError::NotFound)?;
        match state.registered() {
            Some(_) if state.is_erased() && unit.seals(subject) => Err(AppError::Erased),
            Some(registered) if caller.scope.covers(&school, &class) => Ok(registered.clone()),
            Some(_) | None => Err(AppError::NotFound),
        }
    }
}
