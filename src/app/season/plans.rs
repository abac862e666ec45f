//! What a school plans for its final classes.

use jiff::civil::Date;

use super::super::at_work::Asked;
use super::super::report::ReportError;
use super::super::request::{Order, Request};
use super::super::{App, Done};
use super::SeasonError;
use crate::accounts::Caller;
use crate::domain::UndoReason;
use crate::domain::ids::{SchoolCode, SeasonId};
use crate::domain::season::{Plan, SeasonCommand};
use crate::projections::final_year;

/// Which season an order is about.
#[derive(Debug, Clone)]
pub struct OfYear {
    pub school: Option<SchoolCode>,
    /// In which the students graduate.
    pub year: i16,
    pub key: Option<String>,
}

impl App {
    /// Says which classes are final, and when their internship is.
    pub async fn plan_season(
        &self,
        caller: &Caller,
        of: &OfYear,
        plan: Plan,
        effective_on: Date,
    ) -> Result<Done, SeasonError> {
        let school = self.own_school(caller, of.school.as_ref())?;
        let season = self.season_stream(&school, of.year).await?;
        let season = season.unwrap_or_else(|| SeasonId(self.new_id()));
        let (year, unknown, listed) = (of.year, vec![], None);
        let command = SeasonCommand::Plan { school: school.clone(), year, plan, unknown, listed, effective_on };
        self.order_season(caller, of, season, school, command).await
    }

    /// Takes a plan back that never held; the one before it holds again.
    pub async fn undo_plan(
        &self,
        caller: &Caller,
        of: &OfYear,
        version: u64,
        reason: UndoReason,
    ) -> Result<Done, SeasonError> {
        let school = self.own_school(caller, of.school.as_ref())?;
        let season = self.season_stream(&school, of.year).await?;
        let season = season.unwrap_or_else(|| SeasonId(self.new_id()));
        let command = SeasonCommand::Undo { version, reason, note: None, effective_on: self.today() };
        self.order_season(caller, of, season, school, command).await
    }

    async fn order_season(
        &self,
        caller: &Caller,
        of: &OfYear,
        season: SeasonId,
        school: SchoolCode,
        command: SeasonCommand,
    ) -> Result<Done, SeasonError> {
        let asked = format!("{} season {school} {} {command:?}", caller.actor(), of.year);
        let order = Order::Season { season, school, command };
        let request = Request::new(self.key(&asked, of.key.as_deref()), asked, vec![order]);
        Ok(self.execute(caller, request).await?)
    }

    /// The plans that hold on the day.
    pub async fn season_plans(
        &self,
        caller: &Caller,
        asked: &Asked,
    ) -> Result<Vec<final_year::SeasonPlan>, ReportError> {
        let question = self.question_of_placements(caller, asked).await?;
        let (as_of, known_at) = (question.as_of, question.known_at);
        Ok(final_year::plans(self.log.readers(), as_of, known_at, &question.scope).await?)
    }
}
