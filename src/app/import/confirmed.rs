//! What batches confirmed of persons whose facts are to be taken back.

use std::collections::{HashMap, HashSet};

use crate::accounts::Scope;
use crate::app::people::confirmation_guard;
use crate::app::{App, AppError};
use crate::domain::Event;
use crate::domain::ids::{BatchId, SchoolCode, StudentId};
use crate::domain::import::{Confirmed, ConfirmedRows, ImportEvent, Spokesman};
use crate::domain::statements::{Confirmation, Said};
use crate::domain::student::row::StudentRow;
use crate::event_log::EngineError;
use crate::event_log::request::GuardUse;
use crate::projections::import_batches;

/// What every batch but one confirms, as far as it was read when the guards were as they are named here.
#[derive(Debug, Default)]
pub(super) struct Confirmations {
    /// By school.
    guards: HashMap<SchoolCode, GuardUse>,
    of: HashMap<StudentId, Vec<(BatchId, Spokesman, Confirmed)>>,
    /// Whom the batch itself confirms.
    pub own: HashSet<StudentId>,
}

impl Confirmations {
    /// Reads the confirmations of all batches of a kind of file that stand; first the guards, so that what another process
    /// adds meanwhile makes an undoing stale.
    pub(super) async fn read(
        app: &App,
        batch: BatchId,
        kind: &str,
        schools: impl Iterator<Item = SchoolCode>,
    ) -> Result<Self, AppError> {
        let mut read = Self::default();
        for school in schools {
            let guard = confirmation_guard(&school);
            let version = app.log().guard(&guard).await?.map_or(0, |guard| guard.version);
            read.guards.insert(school, GuardUse { guard, version, set: None });
        }
        let batches = import_batches::batches(app.log().readers(), &Scope::City).await;
        let mut batches = batches.map_err(EngineError::from)?;
        batches.retain(|other| other.kind == kind && other.state != "undone");
        batches.reverse(); // The oldest first.
        let ids: Vec<uuid::Uuid> = batches.iter().map(|other| other.batch.0).collect();
        let mut streams = app.log().streams(crate::domain::StreamType::Import, &ids).await?;
        for id in ids {
            let mut spokesman = None;
            for (_, event) in streams.remove(&id).unwrap_or_default() {
                match event {
                    Event::Import(ImportEvent::ImportStarted { spoken, .. }) => spokesman = Some(spoken),
                    Event::Import(ImportEvent::RowsConfirmed { rows, .. }) if id == batch.0 => {
                        read.own.extend(rows.into_iter().map(|confirmed| confirmed.student));
                    }
                    Event::Import(ImportEvent::RowsConfirmed { rows, .. }) => {
                        let Some(spokesman) = spokesman else { continue };
                        for confirmed in rows {
                            read.of.entry(confirmed.student).or_default().push((BatchId(id), spokesman, confirmed));
                        }
                    }
                    _ => (),
                }
            }
        }
        Ok(read)
    }

    /// What an undoing of a school's facts relies on.
    pub(super) fn guard(&self, school: &SchoolCode) -> Option<GuardUse> {
        self.guards.get(school).cloned()
    }

    /// What other rosters confirmed of a student.
    pub(super) fn rosters_of(&self, student: StudentId) -> Vec<Confirmation<StudentRow>> {
        self.of(student, |rows| match rows {
            ConfirmedRows::Roster(rows) => Some(rows.clone()),
            ConfirmedRows::Destinations(_) | ConfirmedRows::Studies(_) => None,
        })
    }

    /// What others confirmed of a student in one stream: `rows_of` gives the rows that are of it.
    pub(super) fn of<R>(
        &self,
        student: StudentId,
        rows_of: impl Fn(&ConfirmedRows) -> Option<Vec<R>>,
    ) -> Vec<Confirmation<R>> {
        let confirmed = self.of.get(&student).into_iter().flatten();
        let confirmation = |(batch, spokesman, confirmed): &(BatchId, Spokesman, Confirmed)| {
            let Spokesman { source, said_on } = *spokesman;
            let rows = rows_of(&confirmed.rows)?;
            Some(Confirmation { at: confirmed.at, said: Said { batch: *batch, source, said_on, by: None, rows } })
        };
        confirmed.filter_map(confirmation).collect()
    }
}
