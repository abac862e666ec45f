//! Schools: registered or corrected, and listed.

use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};

use super::actions::Action;
use super::failure::{Failure, InputRefusal};
use super::gate::Denied;
use super::key::Call;
use super::people::school_guard;
use super::request::{Order, Request};
use super::{App, Done};
use crate::domain::ids::SchoolCode;
use crate::domain::school::{SchoolCommand, SchoolEntry};
use crate::domain::terms::SchoolCategory;
use crate::event_log::EngineError;
use crate::event_log::request::GuardUse;
use crate::input::words;
use crate::projections::school_directory;

/// What can be ordered of schools.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Subcommand)]
#[serde(rename_all = "snake_case")]
pub enum SchoolOrder {
    Add(AddSchool),
}

/// Registers a school, or corrects its name and category.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct AddSchool {
    #[arg(long, value_parser = words::school_code)]
    pub code: SchoolCode,
    #[arg(long)]
    pub name: String,
    #[arg(long, value_parser = words::TermParser::<SchoolCategory>::new())]
    pub category: SchoolCategory,
}

/// Every school.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ListSchools {}

impl SchoolOrder {
    pub fn action(&self) -> Action {
        match self {
            Self::Add(_) => Action::SchoolAdd,
        }
    }
}

impl App {
    pub(super) async fn order_school(&self, call: Call<'_>, order: &SchoolOrder) -> Result<Done, Failure> {
        let SchoolOrder::Add(AddSchool { code, name, category }) = order;
        if !call.caller.scope.covers_school(code) {
            // The principal of the only school corrects that one; with another it is no longer the only one.
            return Err(Denied { actor: call.caller.actor_kind(), action: Action::SchoolAdd }.into());
        }
        let name = name.trim().to_owned();
        if name.is_empty() {
            return Err(InputRefusal::SchoolNameEmpty.into());
        }
        let known = self.school_stream(code).await?;
        let id = known.unwrap_or_else(|| self.new_id());
        let entry = SchoolEntry { code: code.clone(), name, category: *category };
        let command = SchoolCommand::Enter { entry, effective_on: self.today() };
        let order = Order::School { id, code: code.clone(), command };
        let mut request = Request::new(call.key, call.asked, vec![order]);
        if known.is_none() {
            request.guards.push(GuardUse { guard: school_guard(code), version: 0, set: Some(id.to_string()) });
        }
        Ok(self.execute(call.caller, request).await?)
    }

    /// Every school, by code: the list is everybody's.
    pub(super) async fn schools(&self) -> Result<Vec<SchoolEntry>, Failure> {
        let position = self.log.head().await?.position();
        let schools = school_directory::schools(self.log.readers(), position).await;
        Ok(schools.map_err(EngineError::from)?)
    }
}
