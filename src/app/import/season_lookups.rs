//! What rows of units and of placements depend on, looked up many at a time.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use uuid::Uuid;

use super::lines::{Group, Line, lines};
use super::lookups::ImportContext;
use super::row_refusal::RowRefusal;
use crate::accounts::Caller;
use crate::app::AppError;
use crate::app::employer::identity;
use crate::app::people::employer_name_guard;
use crate::domain::employer::{CreditCodeCheck, Employer, Trading};
use crate::domain::ids::{EmployerId, SchoolCode, StaffId, StudentId};
use crate::domain::placement::Placement;
use crate::event_log::request::GuardKey;
use crate::intake::kind::Column;
use crate::intake::rows::Content;
use crate::intake::rows::{EmployerRow, UnitRef};

/// Merged units are followed so far.
const MERGERS_MAX: usize = 5;

impl ImportContext<'_> {
    /// Looks up the units that rows name, their names and how they are now.
    pub(super) async fn look_up_units(&mut self, groups: &[Group<'_>]) -> Result<(), AppError> {
        let mut guards = vec![];
        for (Line { row, .. }, school) in lines(groups) {
            match (&row.content, school) {
                (Content::Employer(row), Some(school)) => guards.extend(self.guards_of(school, &unit_of(row))),
                (Content::Placement(row), Some(school)) => guards.extend(self.guards_of(school, &row.unit)),
                _ => (), // Other rows name no unit of the season.
            }
        }
        self.forget_employers(&guards);
        self.look_up_employers(guards.clone()).await?;
        let found = guards.iter().filter_map(|guard| self.employer(guard)).collect();
        self.know_units(found).await
    }

    /// Brings units up to date, with their names and those of the units that they were merged into.
    pub(super) async fn know_units(&mut self, units: Vec<Uuid>) -> Result<(), AppError> {
        let mut units = units;
        for _ in 0..MERGERS_MAX {
            units.sort_unstable();
            units.dedup();
            if units.is_empty() {
                return Ok(());
            }
            self.app.bring_up_to_date::<Employer>(&units).await?;
            let new: Vec<Uuid> = units.iter().copied().filter(|id| !self.words.employers.contains_key(id)).collect();
            let unsealed = self.app.unsealed(&new).await?;
            let mut merged = vec![];
            for id in units {
                let (state, _) = self.app.load::<Employer>(id).await?;
                if let (Some(registered), false) = (state.registered(), self.words.employers.contains_key(&id)) {
                    self.words.employers.insert(id, identity(&unsealed, id, registered));
                }
                if let Trading::Merged { into } = state.trading() {
                    merged.push(into.0);
                }
            }
            for ((id, revision), sealed) in unsealed {
                let rows = self.sealed.entry(id).or_default();
                if rows.iter().all(|(known, _)| *known != revision) {
                    rows.push((revision, sealed));
                }
            }
            units = merged;
        }
        Ok(())
    }

    /// Looks up the schools' dealings with the units of these rows; who is not registered yet gets an id.
    pub(super) async fn look_up_hosts(&mut self, groups: &[Group<'_>]) -> Result<(), AppError> {
        let mut by_school: HashMap<&SchoolCode, Vec<EmployerId>> = HashMap::new();
        let mut known = vec![];
        for (Line { row, .. }, school) in lines(groups) {
            if let (Content::Employer(row), Some(school)) = (&row.content, school) {
                let unit = match self.unit(school, &unit_of(row)).await? {
                    Some(unit) => {
                        known.push(unit.0);
                        unit
                    }
                    None => {
                        let (app, guard) = (self.app, self.employer_guard(school, &row.name, row.code.as_ref()));
                        EmployerId(*self.coming.entry(guard).or_insert_with(|| app.new_id()))
                    }
                };
                by_school.entry(school).or_default().push(unit);
            }
        }
        self.replace_sealed(&known).await?;
        for (school, units) in by_school {
            let found = self.app.hosts_of(school, &units).await?;
            let ids: Vec<Uuid> = found.values().map(|host| host.0).collect();
            self.replace_sealed(&ids).await?;
            self.hosts.extend(found.into_iter().map(|(unit, host)| ((school.clone(), unit), host)));
        }
        Ok(())
    }

    /// Looks up the placements of students, with what is sealed of them and the units that they name.
    pub(super) async fn look_up_placements(&mut self, students: &[StudentId]) -> Result<(), AppError> {
        let found = self.app.placements_of(students).await?;
        let ids: Vec<Uuid> = found.values().flatten().map(|placement| placement.0).collect();
        self.replace_sealed(&ids).await?;
        let mut hosts = vec![];
        for id in ids {
            let (placement, _) = self.app.load::<Placement>(id).await?;
            let stay = placement.stay();
            hosts.extend(stay.map(|stay| stay.arranged.host.0));
            hosts.extend(stay.map(|stay| stay.on(stay.period().last_day).host.0));
        }
        self.placements.extend(found);
        self.know_units(hosts).await
    }

    /// Looks up whom to call at the units of these rows and of what is recorded of their students.
    pub(super) async fn look_up_contacts(&mut self, groups: &[Group<'_>]) -> Result<(), AppError> {
        let mut at_schools: BTreeMap<&SchoolCode, BTreeSet<EmployerId>> = BTreeMap::new();
        for (Line { row, .. }, school) in lines(groups) {
            let (Content::Placement(row), Some(school)) = (&row.content, school) else { continue };
            let at_school = at_schools.entry(school).or_default();
            if let Some(unit) = self.unit(school, &row.unit).await? {
                at_school.insert(self.now(unit).await?);
            }
            let student = self.student(school, &self.index(&row.person));
            for id in student.and_then(|student| self.placements.get(&student)).into_iter().flatten() {
                let (placement, _) = self.app.load::<Placement>(id.0).await?;
                at_school.extend(placement.stay().map(|stay| stay.on(stay.period().last_day).host));
            }
        }
        for (school, units) in at_schools {
            let units: Vec<EmployerId> = units.into_iter().collect();
            let mut found = self.app.host_contacts(school, &units).await?;
            for unit in units {
                match found.remove(&unit) {
                    Some(contact) => self.words.contacts.insert((school.clone(), unit), contact),
                    None => self.words.contacts.remove(&(school.clone(), unit)),
                };
            }
        }
        Ok(())
    }

    /// What is sealed of these subjects, as it is now; a rehearsal has its own besides.
    async fn replace_sealed(&mut self, subjects: &[Uuid]) -> Result<(), AppError> {
        let unsealed = self.app.unsealed(subjects).await?;
        if !self.rehearsal {
            subjects.iter().for_each(|subject| drop(self.sealed.remove(subject)));
        }
        for ((subject, revision), sealed) in unsealed {
            let rows = self.sealed.entry(subject).or_default();
            if rows.iter().all(|(known, _)| *known != revision) {
                rows.push((revision, sealed));
            }
        }
        Ok(())
    }

    /// The guards under which a unit may be known: of its credit code, and of its name at the school.
    pub(super) fn guards_of(&self, school: &SchoolCode, unit: &UnitRef) -> Vec<GuardKey> {
        let by_code = unit.code.as_ref().map(|code| self.employer_guard(school, "", Some(code)));
        let by_name = unit.name.as_ref().map(|name| employer_name_guard(self.app.people(), school, name));
        by_code.into_iter().chain(by_name).collect()
    }

    /// The registered unit that a row means: by its code, else by its name at the school; who is named with a code is
    /// no unit of this name with another code.
    pub(super) async fn unit(&self, school: &SchoolCode, unit: &UnitRef) -> Result<Option<EmployerId>, AppError> {
        for guard in self.guards_of(school, unit) {
            let Some(found) = self.employer(&guard) else { continue };
            let is_by_code = guard.scope.is_empty();
            let (state, _) = self.app.load::<Employer>(found).await?;
            let is_meant = |code| is_by_code || unit.code.is_none() || code == CreditCodeCheck::NoCode;
            if state.registered().is_some_and(|registered| is_meant(registered.credit_code)) {
                return Ok(Some(EmployerId(found)));
            }
        }
        Ok(None)
    }

    /// The unit that this one has become.
    pub(super) async fn now(&self, unit: EmployerId) -> Result<EmployerId, AppError> {
        let mut unit = unit;
        for _ in 0..MERGERS_MAX {
            match self.app.load::<Employer>(unit.0).await?.0.trading() {
                Trading::Merged { into } => unit = into,
                Trading::Unknown | Trading::Open | Trading::Closed { .. } => return Ok(unit),
            }
        }
        Ok(unit)
    }

    /// A unit's registered name.
    pub(super) fn unit_name(&self, unit: EmployerId) -> &str {
        self.words.employers.get(&unit.0).map_or("", |(name, _)| name.as_str())
    }

    /// The member of a school's staff with this name or id, or why none.
    pub(super) async fn teacher(
        &mut self,
        school: &SchoolCode,
        wanted: &str,
    ) -> Result<StaffId, super::meaning::Trouble> {
        if self.staff.is_none() {
            let mut staff: HashMap<(SchoolCode, String), Vec<StaffId>> = HashMap::new();
            for member in self.app.staff(&Caller::operator("import")).await? {
                let Some(school) = member.staff.scope.school() else { continue };
                let id = member.staff.id;
                for key in [member.name.clone(), id.0.to_string()] {
                    staff.entry((school.clone(), key)).or_default().push(id);
                }
                self.words.teachers.insert(id.0, member.name);
            }
            self.staff = Some(staff);
        }
        let found = self.staff.as_ref().and_then(|staff| staff.get(&(school.clone(), wanted.to_owned())));
        match found.map(Vec::as_slice) {
            Some([teacher]) => Ok(*teacher),
            Some([_, _, ..]) => super::meaning::reason(Column::Teacher, RowRefusal::TeacherAmbiguous),
            Some([]) | None => super::meaning::reason(Column::Teacher, RowRefusal::TeacherUnknown),
        }
    }
}

/// How a row of a unit names it.
pub(super) fn unit_of(row: &EmployerRow) -> UnitRef {
    UnitRef { name: Some(row.name.clone()), code: row.code.clone() }
}
