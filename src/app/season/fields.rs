//! What a placement arranges as an office writes it down: fields that may be missing, over what is arranged already.

use jiff::civil::Date;

use super::Sealing;
use super::SeasonError;
use crate::domain::ids::{EmployerId, OccupationCode, StaffId};
use crate::domain::placement::arrangement::{Arrangement, Mentors, Pay, PayUnit, Period, Site};
use crate::domain::placement::codes::{HostSource, InternshipKind, Region, SiteKind};
use crate::domain::terms::Match;
use crate::people::Sealed;
use crate::text::cleaning::clean;
use crate::text::names;

/// Fields of a placement; what is absent stays as it is, or is not known yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields {
    pub kind: Option<InternshipKind>,
    pub source: Option<HostSource>,
    /// Id, credit code or name of the employer.
    pub host: Option<String>,
    pub first_day: Option<Date>,
    pub last_day: Option<Date>,
    pub address: Option<String>,
    pub post: Option<String>,
    pub site_kind: Option<SiteKind>,
    pub region: Option<Region>,
    pub occupation: Option<OccupationCode>,
    pub mentor: Option<String>,
    pub mentor_phone: Option<String>,
    /// Id or name of the member of staff.
    pub teacher: Option<String>,
    pub pay_yuan: Option<u32>,
    pub pay_unit: Option<PayUnit>,
    pub on_specialty: Option<Match>,
    pub applied_on: Option<Date>,
}

/// What was found for the names in the fields.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Found {
    pub host: Option<EmployerId>,
    pub teacher: Option<StaffId>,
}

/// What is arranged already, with what is sealed of it.
pub(crate) struct Base<'a> {
    pub arranged: Option<Arrangement>,
    pub site: Option<&'a Sealed>,
    pub mentor: Option<&'a Sealed>,
}

impl Fields {
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
            pay_yuan: self.pay_yuan.or(shared.pay_yuan),
            pay_unit: self.pay_unit.or(shared.pay_unit),
            on_specialty: self.on_specialty.or(shared.on_specialty),
            applied_on: self.applied_on.or(shared.applied_on),
        }
    }

    /// The arrangement with these fields in it; what persons wrote is sealed.
    pub(crate) fn arrange(
        &self,
        base: &Base<'_>,
        found: Found,
        sealing: &mut Sealing<'_>,
    ) -> Result<Arrangement, SeasonError> {
        let known = base.arranged.as_ref();
        let kind = self.kind.or(known.map(|known| known.kind));
        let source = self.source.or(known.map(|known| known.source));
        let host = found.host.or(known.map(|known| known.host));
        let first_day = self.first_day.or(known.map(|known| known.period.first_day));
        let last_day = self.last_day.or(known.map(|known| known.period.last_day));
        let (Some(kind), Some(source), Some(host), Some(first_day), Some(last_day)) =
            (kind, source, host, first_day, last_day)
        else {
            let missing = [
                (kind.is_none(), "实习类别（--kind）"),
                (source.is_none(), "单位来源（--source）"),
                (host.is_none(), "实习单位（--host）"),
                (first_day.is_none(), "开始日期（--first-day）"),
                (last_day.is_none(), "结束日期（--last-day）"),
            ];
            return Err(lacking(&missing));
        };
        Ok(Arrangement {
            kind,
            source,
            host,
            period: Period { first_day, last_day },
            site: self.site(base, sealing)?,
            mentors: self.mentors(base, found, sealing)?,
            pay: self.pay(known.and_then(|known| known.pay))?,
            on_specialty: self.on_specialty.or(known.and_then(|known| known.on_specialty)),
            applied_on: self.applied_on.or(known.and_then(|known| known.applied_on)),
        })
    }

    /// A site is said as a whole, or not at all.
    fn site(&self, base: &Base<'_>, sealing: &mut Sealing<'_>) -> Result<Option<Site>, SeasonError> {
        let known = base.arranged.and_then(|arranged| arranged.site);
        let (known_address, known_post) = match base.site {
            Some(Sealed::Site { address, post }) => (Some(address), Some(post)),
            Some(_) | None => (None, None),
        };
        let says_something = self.address.is_some()
            || self.post.is_some()
            || self.site_kind.is_some()
            || self.region.is_some()
            || self.occupation.is_some();
        if !says_something {
            return Ok(known);
        }
        let address = self.address.as_deref().map(clean).or_else(|| known_address.cloned());
        let post = self.post.as_deref().map(clean).or_else(|| known_post.cloned());
        let kind = self.site_kind.or(known.map(|known| known.kind));
        let region = self.region.or(known.map(|known| known.region));
        let (Some(address), Some(post), Some(kind), Some(region)) = (&address, &post, kind, region) else {
            let missing = [
                (address.is_none(), "实习地址（--address）"),
                (post.is_none(), "岗位（--post）"),
                (kind.is_none(), "场所类型（--site-kind）"),
                (region.is_none(), "实习去向（--region）"),
            ];
            return Err(lacking(&missing));
        };
        let sealed = Sealed::Site { address: address.clone(), post: post.clone() };
        let described = match known {
            Some(known) if base.site == Some(&sealed) => known.described,
            Some(_) | None => sealing.seal(&sealed)?,
        };
        let occupation = self.occupation.or(known.and_then(|known| known.occupation));
        Ok(Some(Site { kind, region, described, occupation }))
    }

    /// Another mentor has another telephone number; the same may get a new one.
    fn mentors(&self, base: &Base<'_>, found: Found, sealing: &mut Sealing<'_>) -> Result<Mentors, SeasonError> {
        let known = base.arranged.map(|arranged| arranged.mentors).unwrap_or_default();
        let teacher = found.teacher.or(known.teacher);
        let known_name = match base.mentor {
            Some(Sealed::Contact { name, .. }) => Some(name),
            Some(_) | None => None,
        };
        let mentor = self.mentor.as_deref().map(names::person);
        let phone = self.mentor_phone.as_deref().map(clean);
        let at_host = match (mentor.as_ref().or(known_name), &mentor, phone) {
            (_, None, None) => known.at_host,
            (None, _, _) => return Err(lacking(&[(true, "单位指导人员姓名（--mentor）")])),
            (Some(name), _, phone) => {
                let sealed = Sealed::Contact { name: name.clone(), phone };
                match known.at_host {
                    Some(revision) if base.mentor == Some(&sealed) => Some(revision),
                    Some(_) | None => Some(sealing.seal(&sealed)?),
                }
            }
        };
        Ok(Mentors { teacher, at_host })
    }

    fn pay(&self, known: Option<Pay>) -> Result<Option<Pay>, SeasonError> {
        match (self.pay_yuan, self.pay_unit.or(known.map(|pay| pay.per))) {
            (Some(yuan), Some(per)) => Ok(Some(Pay { yuan, per })),
            (Some(_), None) => Err(lacking(&[(true, "报酬单位（--pay-unit 月 或 天）")])),
            (None, _) if self.pay_unit.is_some() => Err(lacking(&[(true, "报酬（--pay 元数）")])),
            (None, _) => Ok(known),
        }
    }
}

fn lacking(missing: &[(bool, &str)]) -> SeasonError {
    let missing: Vec<&str> = missing.iter().filter(|(is_missing, _)| *is_missing).map(|(_, name)| *name).collect();
    SeasonError::Unclear(format!("还要写明：{}", missing.join("、")))
}
