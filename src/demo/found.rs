//! What the system answers of a season, in the shape of what was planted.

use std::collections::BTreeMap;

use crate::accounts::{Caller, Scope};
use crate::app::App;
use crate::app::at_work::PlacementQuery;
use crate::app::report_error::ReportError;
use crate::domain::day::epoch_day;
use crate::domain::terms::Term;
use crate::event_log::EngineError;
use crate::projections::placement_register::counts::{During, Measure, PlacementDimension};
use crate::projections::placement_register::question::PlacementsAsOf;
use crate::projections::placement_register::who_is_where::{ScopePart, placements};
use crate::sample::season::planted::{Counts, NONE, Planted};

/// The dimensions by which those at work are counted, by their codes.
const DIMENSIONS: [PlacementDimension; 14] = [
    PlacementDimension::All,
    PlacementDimension::School,
    PlacementDimension::Class,
    PlacementDimension::Specialty,
    PlacementDimension::Kind,
    PlacementDimension::Source,
    PlacementDimension::SiteKind,
    PlacementDimension::Region,
    PlacementDimension::Employer,
    PlacementDimension::Ownership,
    PlacementDimension::Industry,
    PlacementDimension::Size,
    PlacementDimension::OnSpecialty,
    PlacementDimension::Agreement,
];

/// Asks every question of which the answer was planted.
pub async fn found(app: &App) -> Result<Found, ReportError> {
    let caller = Caller::operator("demo");
    let (on, asked) = (app.today(), PlacementQuery::default());
    let mut queue = Counts::new();
    for (list, count) in app.queue(&caller, &asked).await? {
        queue.insert(list.code().to_owned(), usize::try_from(count).unwrap_or_default());
    }
    let mut at_work = BTreeMap::new();
    for dimension in DIMENSIONS {
        let mut parts = Counts::new();
        for part in app.count_at_work(&caller, &asked, During::Day, dimension).await? {
            let count = usize::try_from(part.counts.of(Measure::Placements)).unwrap_or_default();
            // Units are planted by name.
            let key = if dimension == PlacementDimension::Employer { part.name.zh } else { part.key };
            *parts.entry(key).or_default() += count;
        }
        at_work.insert(dimension.code(), parts);
    }
    let head = app.log().head().await?;
    let question = PlacementsAsOf { as_of: epoch_day(on), known_at: head.position(), scope: Scope::City };
    let (mut shown, mut agreement) = (Counts::new(), Counts::new());
    let placed = placements(app.log().readers(), &question, &ScopePart::default()).await.map_err(EngineError::from)?;
    for placed in &placed {
        *shown.entry(placed.shown.code().to_owned()).or_default() += 1;
        *agreement.entry(placed.agreement.map_or(NONE, Term::code).to_owned()).or_default() += 1;
    }
    Ok(Found { placements: placed.len(), shown, agreement, queue, at_work })
}

/// What was found; each field is as in [`Planted`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub placements: usize,
    pub shown: Counts,
    pub agreement: Counts,
    pub queue: Counts,
    pub at_work: BTreeMap<&'static str, Counts>,
}

impl Found {
    /// What was planted of it.
    pub fn of(planted: &Planted) -> Self {
        let Planted { placements, shown, agreement, queue, at_work, .. } = planted.clone();
        Self { placements, shown, agreement, queue, at_work }
    }
}
