//! Units that were taken for one and are not: told apart by a person, seen from either of them.

use std::collections::HashSet;

use clap::Args;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{EmployerAnswer, EmployerSelector, school_of};
use crate::app::failure::Failure;
use crate::app::key::Call;
use crate::app::request::{Order, Request};
use crate::app::sealing::Sealing;
use crate::app::{App, AppError};
use crate::domain::employer::codes::ApartReason;
use crate::domain::employer::{Employer, EmployerCommand};
use crate::domain::ids::EmployerId;
use crate::input::words;

/// Two units that look like one are two.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct TellApart {
    #[command(flatten)]
    #[serde(flatten)]
    pub unit: EmployerSelector,
    /// Id, credit code or name.
    #[arg(long)]
    pub apart_from: String,
    #[arg(long, value_parser = words::TermParser::<ApartReason>::new())]
    pub reason: ApartReason,
    #[arg(long)]
    pub note: Option<String>,
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
}

/// Which units were told apart: of whose stream that is a fact, and from which other one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Apart(HashSet<(EmployerId, EmployerId)>);

impl Apart {
    /// Whether these two were told apart, from whichever of them.
    pub fn has(&self, one: EmployerId, other: EmployerId) -> bool {
        self.is_of(one, other) || self.is_of(other, one)
    }

    /// Whether that they are two is a fact of the one.
    pub fn is_of(&self, one: EmployerId, other: EmployerId) -> bool {
        self.0.contains(&(one, other))
    }
}

impl App {
    pub(super) async fn tell_apart(&self, call: Call<'_>, tell: &TellApart) -> Result<EmployerAnswer, Failure> {
        let id = self.selected_employer(call.caller, &tell.unit).await?;
        let from = self.find_employer(school_of(call.caller, &tell.unit), &tell.apart_from).await?;
        let unsealed = self.unsealed(&[id.0]).await?;
        let mut sealing = Sealing::new(self, id.0, &unsealed);
        let note = sealing.note(tell.note.as_ref())?;
        let effective_on = tell.on.unwrap_or_else(|| self.today());
        let command = EmployerCommand::TellApart { from, reason: tell.reason, note, effective_on };
        let mut request = Request::new(call.key, call.asked, vec![Order::Employer { id: id.0, command }]);
        request.rows = sealing.rows;
        let done = self.execute(call.caller, request).await?;
        Ok(EmployerAnswer::Ordered { employer: id, done })
    }

    /// Which of these units were told apart by a day, as known at a position.
    pub(in crate::app) async fn told_apart(
        &self,
        units: &[EmployerId],
        day: Date,
        known_at: i64,
    ) -> Result<Apart, AppError> {
        let mut apart = HashSet::new();
        for unit in units {
            let state = self.load_at::<Employer>(unit.0, known_at).await?;
            let told = state.registered().into_iter().flat_map(|registered| &registered.apart);
            apart.extend(told.filter(|(_, since)| *since <= day).map(|(other, _)| (*unit, *other)));
        }
        Ok(Apart(apart))
    }
}
