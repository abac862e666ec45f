//! What a school plans for its final classes.

use clap::{Args, Subcommand};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::actions::Action;
use super::at_work::PlacementQuery;
use super::failure::Failure;
use super::key::Call;
use super::request::{Order, Request};
use super::{App, Done};
use crate::accounts::Caller;
use crate::domain::UndoReason;
use crate::domain::ids::{ClassName, SchoolCode, SeasonId};
use crate::domain::placement::arrangement::Period;
use crate::domain::season::{SeasonCommand, SeasonPlan};
use crate::input::words;
use crate::projections::final_year;

/// What can be ordered of a season.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Subcommand)]
#[serde(rename_all = "snake_case")]
pub enum SeasonOrder {
    Plan(PlanSeason),
    Undo(UndoSeason),
}

/// Says which classes are final, and when their internship is; a later plan takes the place of the one before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct PlanSeason {
    /// In which the students graduate.
    #[arg(long)]
    pub year: i16,
    #[arg(long, value_parser = words::school_code)]
    pub school: Option<SchoolCode>,
    #[arg(long, value_parser = words::class_name, required = true)]
    pub class: Vec<ClassName>,
    #[arg(long, value_parser = words::day)]
    pub first_day: Date,
    #[arg(long, value_parser = words::day)]
    pub last_day: Date,
    /// From when on the plan holds; today unless given.
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
}

/// Takes a plan back that never held; the one before it holds again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct UndoSeason {
    #[arg(long)]
    pub year: i16,
    #[arg(long, value_parser = words::school_code)]
    pub school: Option<SchoolCode>,
    /// The number of the plan.
    #[arg(long)]
    pub version: u64,
    #[arg(long, value_parser = words::TermParser::<UndoReason>::new())]
    pub reason: UndoReason,
}

impl SeasonOrder {
    pub fn action(&self) -> Action {
        match self {
            Self::Plan(_) => Action::SeasonPlan,
            Self::Undo(_) => Action::SeasonUndo,
        }
    }
}

impl App {
    pub(super) async fn order_season(&self, call: Call<'_>, order: &SeasonOrder) -> Result<Done, Failure> {
        let today = self.today();
        let (school, year, command) = match order {
            SeasonOrder::Plan(PlanSeason { year, school, class, first_day, last_day, on }) => {
                let period = Period { first_day: *first_day, last_day: *last_day };
                let plan = SeasonPlan { classes: class.clone(), period };
                let effective_on = on.unwrap_or(today);
                (school, *year, SeasonCommand::Plan { year: *year, plan, effective_on })
            }
            SeasonOrder::Undo(UndoSeason { year, school, version, reason }) => {
                let (version, reason, note) = (*version, *reason, None);
                (school, *year, SeasonCommand::Undo { version, reason, note, effective_on: today })
            }
        };
        let school = self.own_school(call.caller, school.as_ref()).await?;
        let season = self.season_stream(&school, year).await?;
        let season = season.unwrap_or_else(|| SeasonId(self.new_id()));
        let order = Order::Season { season, school, command };
        Ok(self.execute(call.caller, Request::new(call.key, call.asked, vec![order])).await?)
    }

    /// The plans that hold on the day.
    pub(super) async fn season_plans(
        &self,
        caller: &Caller,
        asked: &PlacementQuery,
    ) -> Result<Vec<final_year::SeasonPlan>, Failure> {
        let question = self.question_of_placements(caller, asked).await?;
        let (as_of, known_at) = (question.as_of, question.known_at);
        let plans = final_year::plans(self.log.readers(), as_of, known_at, &question.scope).await;
        Ok(plans.map_err(super::report_error::ReportError::from)?)
    }
}
