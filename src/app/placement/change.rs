//! What of a stay changes from a day on: host, site, mentor, period or pay.

use std::collections::HashMap;

use clap::Args;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::PlacementOrder;
use super::draft::base_of;
use super::fields::Found;
use crate::app::failure::{Failure, InputRefusal};
use crate::app::sealing::Sealing;
use crate::app::target::{CurrentPlacement, Target};
use crate::domain::ids::OccupationCode;
use crate::domain::placement::arrangement::{Arrangement, ArrangementChange, PayUnit, Period};
use crate::domain::placement::codes::{ChangeReason, HostSource, Region, SiteKind};
use crate::input::fields::PlacementFields;
use crate::input::words;
use crate::people::Sealed;

/// Another host from a day on, with what goes with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ChangeHost {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
    #[arg(long, value_parser = words::day)]
    pub from: Date,
    #[arg(long, value_parser = words::TermParser::<ChangeReason>::new())]
    pub reason: ChangeReason,
    #[arg(long)]
    pub host: Option<String>,
    #[arg(long, value_parser = words::TermParser::<HostSource>::new())]
    pub source: Option<HostSource>,
    #[arg(long)]
    pub address: Option<String>,
    #[arg(long)]
    pub post: Option<String>,
    #[arg(long, value_parser = words::TermParser::<SiteKind>::new())]
    pub site_kind: Option<SiteKind>,
    #[arg(long, value_parser = words::TermParser::<Region>::new())]
    pub region: Option<Region>,
    #[arg(long, value_parser = words::occupation)]
    pub occupation: Option<OccupationCode>,
    #[arg(long)]
    pub mentor: Option<String>,
    #[arg(long)]
    pub mentor_phone: Option<String>,
    #[arg(long)]
    pub teacher: Option<String>,
}

/// Another address or post at the same host from a day on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ChangeSite {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
    #[arg(long, value_parser = words::day)]
    pub from: Date,
    #[arg(long, value_parser = words::TermParser::<ChangeReason>::new())]
    pub reason: ChangeReason,
    #[arg(long)]
    pub address: Option<String>,
    #[arg(long)]
    pub post: Option<String>,
    #[arg(long, value_parser = words::TermParser::<SiteKind>::new())]
    pub site_kind: Option<SiteKind>,
    #[arg(long, value_parser = words::TermParser::<Region>::new())]
    pub region: Option<Region>,
    #[arg(long, value_parser = words::occupation)]
    pub occupation: Option<OccupationCode>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ChangeMentor {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
    #[arg(long, value_parser = words::day)]
    pub from: Date,
    #[arg(long, value_parser = words::TermParser::<ChangeReason>::new())]
    pub reason: ChangeReason,
    #[arg(long)]
    pub mentor: Option<String>,
    #[arg(long)]
    pub mentor_phone: Option<String>,
    #[arg(long)]
    pub teacher: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ChangePeriod {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
    /// Of a stay that goes on: today, unless said. What has not begun has other days as a whole.
    #[arg(long, value_parser = words::day)]
    pub from: Option<Date>,
    #[arg(long, value_parser = words::TermParser::<ChangeReason>::new())]
    pub reason: ChangeReason,
    #[arg(long, value_parser = words::day)]
    pub first_day: Option<Date>,
    #[arg(long, value_parser = words::day)]
    pub last_day: Option<Date>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ChangePay {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
    #[arg(long, value_parser = words::day)]
    pub from: Date,
    #[arg(long, value_parser = words::TermParser::<ChangeReason>::new())]
    pub reason: ChangeReason,
    /// Yuan, before tax.
    #[arg(long)]
    pub pay: Option<u32>,
    #[arg(long, value_parser = words::TermParser::<PayUnit>::new())]
    pub pay_unit: Option<PayUnit>,
}

/// What about a stay is to change; each takes its own fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChangedPart {
    Host,
    Site,
    Mentor,
    Period,
    Pay,
}

/// The part of a stay that an order changes, the fields that it says, and from which day and why.
pub(super) fn changing(
    order: &PlacementOrder,
    today: Date,
) -> Option<(ChangedPart, PlacementFields, Date, ChangeReason)> {
    let none = PlacementFields::default();
    Some(match order {
        PlacementOrder::ChangeHost(change) => {
            let ChangeHost { host, source, address, post, site_kind, region, occupation, .. } = (**change).clone();
            let ChangeHost { mentor, mentor_phone, teacher, from, reason, .. } = (**change).clone();
            let site = PlacementFields { address, post, site_kind, region, occupation, ..none };
            let fields = PlacementFields { host, source, mentor, mentor_phone, teacher, ..site };
            (ChangedPart::Host, fields, from, reason)
        }
        PlacementOrder::ChangeSite(change) => {
            let ChangeSite { address, post, site_kind, region, occupation, from, reason, .. } = change.clone();
            let fields = PlacementFields { address, post, site_kind, region, occupation, ..none };
            (ChangedPart::Site, fields, from, reason)
        }
        PlacementOrder::ChangeMentor(change) => {
            let ChangeMentor { mentor, mentor_phone, teacher, from, reason, .. } = change.clone();
            (ChangedPart::Mentor, PlacementFields { mentor, mentor_phone, teacher, ..none }, from, reason)
        }
        PlacementOrder::ChangePeriod(change) => {
            let fields = PlacementFields { first_day: change.first_day, last_day: change.last_day, ..none };
            (ChangedPart::Period, fields, change.from.unwrap_or(today), change.reason)
        }
        PlacementOrder::ChangePay(change) => {
            let fields = PlacementFields { pay: change.pay, pay_unit: change.pay_unit, ..none };
            (ChangedPart::Pay, fields, change.from, change.reason)
        }
        _ => return None, // Changes nothing from a day on.
    })
}

/// What changes from a day on. At another host, site and mentor cannot stay the same.
pub(super) fn change(
    placed: &CurrentPlacement,
    part: ChangedPart,
    fields: &PlacementFields,
    from: Date,
    found: Found,
    unsealed: &HashMap<(Uuid, u32), Sealed>,
    sealing: &mut Sealing<'_>,
) -> Result<ArrangementChange, Failure> {
    let missing = |names: &[&'static str]| InputRefusal::FieldsMissing(names.to_vec());
    let stay = placed.placement.stay();
    let mut arranged = stay.map(|stay| Arrangement { period: stay.period(), ..stay.on(from) });
    if let (ChangedPart::Host, Some(arranged)) = (part, &mut arranged) {
        arranged.site = None;
        arranged.mentors.at_host = None;
    }
    if *fields == PlacementFields::default() {
        return Err(InputRefusal::NothingChanges.into());
    }
    let after = fields.arrange(&base_of(unsealed, placed.id, arranged), found, sealing)?;
    match part {
        ChangedPart::Host => {
            let site = after.site.ok_or_else(|| missing(&["address", "post", "site_kind", "region"]))?;
            let (host, source) = (after.host, after.source);
            Ok(ArrangementChange::Host { host, source, site, at_host: after.mentors.at_host })
        }
        ChangedPart::Site => Ok(ArrangementChange::Site(after.site.ok_or_else(|| missing(&["address", "post"]))?)),
        ChangedPart::Mentor => Ok(ArrangementChange::Mentors(after.mentors)),
        ChangedPart::Period => {
            let Period { first_day, last_day } = after.period;
            let first_day = arranged.filter(|known| known.period.first_day != first_day).map(|_| first_day);
            Ok(ArrangementChange::Period { first_day, last_day })
        }
        ChangedPart::Pay => Ok(ArrangementChange::Pay(after.pay.ok_or_else(|| missing(&["pay"]))?)),
    }
}
