//! Figures as they were made public before the system: recorded, withdrawn, undone, and listed.

use clap::{Args, Subcommand};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::actions::Action;
use super::failure::Failure;
use super::key::Call;
use super::people::year_end_guard;
use super::report::LogPosition;
use super::report_error::ReportError;
use super::request::{Order, Request};
use super::unit_of_work::{Lack, UnitOfWork};
use super::{App, AppError, Done};
use crate::accounts::{Caller, Scope};
use crate::domain::UndoReason;
use crate::domain::day::epoch_day;
use crate::domain::ids::{SchoolCode, YearEndId};
use crate::domain::year_end::{
    PublicationMedium, PublishedDefinition, WithdrawalReason, YearEnd, YearEndCommand, YearEndFacts,
};
use crate::event_log::record::Audience;
use crate::input::known_at::KnownAt;
use crate::input::words;
use crate::projections::published_figures::{self, Published};

/// What can be ordered of publications.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Subcommand)]
#[serde(rename_all = "snake_case")]
pub enum PublicationOrder {
    Record(RecordPublication),
    Withdraw(WithdrawPublication),
    Undo(UndoPublication),
}

/// Records a figure as it was printed, with where it stands; nothing that is counted takes it in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct RecordPublication {
    /// In which the graduates of whom it speaks graduated.
    #[arg(long, value_parser = clap::value_parser!(i16).range(1990..=2100))]
    pub year: i16,
    /// Of the city's none.
    #[arg(long, value_parser = words::school_code)]
    pub school: Option<SchoolCode>,
    #[arg(long, value_parser = words::rate())]
    pub figure: String,
    #[arg(long)]
    pub numerator: i64,
    #[arg(long)]
    pub denominator: i64,
    #[arg(long, value_parser = words::TermParser::<PublishedDefinition>::new())]
    pub definition: PublishedDefinition,
    #[arg(long, value_parser = words::TermParser::<PublicationMedium>::new())]
    pub medium: PublicationMedium,
    #[arg(long)]
    pub title: String,
    /// The day on which it was made public.
    #[arg(long, value_parser = words::day)]
    pub published_on: Date,
}

/// Records that who published a figure stands by it no more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct WithdrawPublication {
    #[arg(long, value_parser = clap::value_parser!(i16).range(1990..=2100))]
    pub year: i16,
    #[arg(long, value_parser = words::school_code)]
    pub school: Option<SchoolCode>,
    #[arg(long, value_parser = words::rate())]
    pub figure: String,
    #[arg(long, value_parser = words::TermParser::<WithdrawalReason>::new())]
    pub reason: WithdrawalReason,
    /// Today unless given.
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
}

/// Takes back what never was so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct UndoPublication {
    #[arg(long, value_parser = clap::value_parser!(i16).range(1990..=2100))]
    pub year: i16,
    #[arg(long, value_parser = words::school_code)]
    pub school: Option<SchoolCode>,
    /// The number of the fact.
    #[arg(long)]
    pub version: u64,
    #[arg(long, value_parser = words::TermParser::<UndoReason>::new())]
    pub reason: UndoReason,
}

/// The published figures that stand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
pub struct ListPublications {
    /// Of one year; all unless given.
    #[arg(long, value_parser = clap::value_parser!(i16).range(1990..=2100))]
    pub year: Option<i16>,
    #[arg(long, value_parser = words::school_code)]
    pub school: Option<SchoolCode>,
    /// Today unless given.
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
    #[arg(long, default_value = "head", hide_default_value = true)]
    pub known_at: KnownAt,
}

impl PublicationOrder {
    pub fn action(&self) -> Action {
        match self {
            Self::Record(_) => Action::PublicationRecord,
            Self::Withdraw(_) => Action::PublicationWithdraw,
            Self::Undo(_) => Action::PublicationUndo,
        }
    }
}

impl App {
    pub(super) async fn order_publication(&self, call: Call<'_>, order: &PublicationOrder) -> Result<Done, Failure> {
        let today = self.today();
        let (school, year, command) = match order.clone() {
            PublicationOrder::Record(said) => {
                let RecordPublication { year, school, figure, numerator, denominator, .. } = said;
                let RecordPublication { definition, medium, title, published_on, .. } = said;
                let command = YearEndCommand::Publish {
                    year,
                    figure,
                    definition,
                    numerator,
                    denominator,
                    medium,
                    title,
                    published_on,
                };
                (school, year, command)
            }
            PublicationOrder::Withdraw(WithdrawPublication { year, school, figure, reason, on }) => {
                let effective_on = on.unwrap_or(today);
                (school, year, YearEndCommand::Withdraw { figure, reason, effective_on })
            }
            PublicationOrder::Undo(UndoPublication { year, school, version, reason }) => {
                (school, year, YearEndCommand::Undo { version, reason, effective_on: today })
            }
        };
        // The city's are those of no school; who is of a school records the own.
        let school = match (&call.caller.scope, school) {
            (Scope::City, None) => None,
            (_, school) => Some(self.own_school(call.caller, school.as_ref()).await?),
        };
        let guard = self.log.guard(&year_end_guard(school.as_ref(), year)).await?;
        let known = guard.and_then(|guard| Uuid::parse_str(&guard.stream).ok());
        let year_end = YearEndId(known.unwrap_or_else(|| self.new_id()));
        let order = Order::YearEnd { year_end, school, command };
        Ok(self.execute(call.caller, Request::new(call.key, call.asked, vec![order])).await?)
    }

    /// One order about a year's publications: whose they are, and whether another stream is of the same year.
    pub(super) async fn decide_year_end(
        &self,
        caller: &Caller,
        unit: &UnitOfWork<'_>,
        year_end: YearEndId,
        school: Option<&SchoolCode>,
        command: &YearEndCommand,
    ) -> Result<(), Lack> {
        let state = unit.rely_on::<YearEnd>(year_end.0).await?;
        let is_inside = school.map_or(caller.scope == Scope::City, |school| caller.scope.covers_school(school));
        if !is_inside || state.school().is_some_and(|own| own.as_ref() != school) {
            return Err(AppError::NotFound.into());
        }
        let (mut listed, mut begun) = (None, None);
        if let YearEndCommand::Publish { year, .. } = command {
            let guard = year_end_guard(school, *year);
            let known = Uuid::parse_str(&unit.rely_on_guard(&guard).await?).ok().map(YearEndId);
            listed = known.filter(|known| *known != year_end);
            begun = Some(guard).filter(|_| known.is_none());
        }
        let facts = YearEndFacts { school: school.cloned(), today: self.today(), listed };
        let audience = if school.is_some() { Audience::School } else { Audience::All };
        unit.handle::<YearEnd>(year_end.0, command.clone(), &facts, school.cloned(), audience).await?;
        if let Some(guard) = begun {
            unit.set_guard(&guard, year_end.0.to_string());
        }
        Ok(())
    }

    /// The published figures of a scope that stand: of a school its own, of the city everybody's.
    pub(super) async fn publications(
        &self,
        caller: &Caller,
        asked: &ListPublications,
    ) -> Result<Vec<Published>, Failure> {
        let scope = self.asked_scope(caller, asked.school.as_ref()).await?;
        let known = self.known(asked.known_at, &["published_figures"]).await?;
        let standing = self.published(asked.on.unwrap_or(self.today()), known).await?;
        let is_asked = |of: &Published| {
            let is_inside = scope.school().is_none_or(|school| of.school.as_ref() == Some(school));
            is_inside && asked.year.is_none_or(|year| year == of.year)
        };
        Ok(standing.into_iter().filter(is_asked).collect())
    }

    /// All that stand on a day, as known at a position.
    pub(super) async fn published(&self, on: Date, known: LogPosition) -> Result<Vec<Published>, ReportError> {
        Ok(published_figures::published(self.log.readers(), epoch_day(on), known.position).await?)
    }
}
