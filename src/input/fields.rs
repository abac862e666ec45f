//! The fields of a placement as an office writes them, in a command or in a row of a file.

use clap::Args;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::words;
use crate::domain::ids::OccupationCode;
use crate::domain::placement::arrangement::PayUnit;
use crate::domain::placement::codes::{HostSource, InternshipKind, Region, SiteKind};
use crate::domain::terms::SpecialtyMatch;

/// Fields of a placement; what is absent stays as it is, or is not known yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
pub struct PlacementFields {
    #[arg(long, value_parser = words::TermParser::<InternshipKind>::new())]
    pub kind: Option<InternshipKind>,
    #[arg(long, value_parser = words::TermParser::<HostSource>::new())]
    pub source: Option<HostSource>,
    /// Id, credit code or name of the employer.
    #[arg(long)]
    pub host: Option<String>,
    #[arg(long, value_parser = words::day)]
    pub first_day: Option<Date>,
    #[arg(long, value_parser = words::day)]
    pub last_day: Option<Date>,
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
    /// Name of the mentor at the host.
    #[arg(long)]
    pub mentor: Option<String>,
    #[arg(long)]
    pub mentor_phone: Option<String>,
    /// Id or name of the member of staff.
    #[arg(long)]
    pub teacher: Option<String>,
    /// Yuan, before tax.
    #[arg(long)]
    pub pay: Option<u32>,
    #[arg(long, value_parser = words::TermParser::<PayUnit>::new())]
    pub pay_unit: Option<PayUnit>,
    #[arg(long, value_parser = words::TermParser::<SpecialtyMatch>::new())]
    pub on_specialty: Option<SpecialtyMatch>,
    /// Of a host that the student found: the day of the written application.
    #[arg(long, value_parser = words::day)]
    pub applied_on: Option<Date>,
}

impl PlacementFields {
    /// These fields, and those of the whole class where these say nothing.
    pub fn over(&self, shared: &Self) -> Self {
        Self {
            kind: self.kind.or(shared.kind),
            source: self.source.or(shared.source),
            host: self.host.clone().or_else(|| shared.host.clone()),
            first_day: self.first_day.or(shared.first_day),
            last_day: self.last_day.or(shared.last_day),
            address: self.address.clone().or_else(|| shared.address.clone()),
            post: self.post.clone().or_else(|| shared.post.clone()),
            site_kind: self.site_kind.or(shared.site_kind),
            region: self.region.or(shared.region),
            occupation: self.occupation.or(shared.occupation),
            mentor: self.mentor.clone().or_else(|| shared.mentor.clone()),
            mentor_phone: self.mentor_phone.clone().or_else(|| shared.mentor_phone.clone()),
            teacher: self.teacher.clone().or_else(|| shared.teacher.clone()),
            pay: self.pay.or(shared.pay),
            pay_unit: self.pay_unit.or(shared.pay_unit),
            on_specialty: self.on_specialty.or(shared.on_specialty),
            applied_on: self.applied_on.or(shared.applied_on),
        }
    }
}
