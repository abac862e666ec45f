//! What a placement arranges as an office writes it down: fields that may be missing, over what is arranged already.

use crate::app::failure::{Failure, FieldName, InputRefusal};
use crate::app::sealing::Sealing;
use crate::domain::ids::{EmployerId, StaffId};
use crate::domain::placement::arrangement::{Arrangement, Mentors, Pay, Period, Site};
use crate::input::fields::PlacementFields;
use crate::people::Sealed;
use crate::text::cleaning::clean;
use crate::text::names;

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

impl PlacementFields {
    /// The arrangement with these fields in it; what persons wrote is sealed.
    pub(crate) fn arrange(
        &self,
        base: &Base<'_>,
        found: Found,
        sealing: &mut Sealing<'_>,
    ) -> Result<Arrangement, Failure> {
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
                (kind.is_none(), "kind"),
                (source.is_none(), "source"),
                (host.is_none(), "host"),
                (first_day.is_none(), "first_day"),
                (last_day.is_none(), "last_day"),
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
    fn site(&self, base: &Base<'_>, sealing: &mut Sealing<'_>) -> Result<Option<Site>, Failure> {
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
                (address.is_none(), "address"),
                (post.is_none(), "post"),
                (kind.is_none(), "site_kind"),
                (region.is_none(), "region"),
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
    fn mentors(&self, base: &Base<'_>, found: Found, sealing: &mut Sealing<'_>) -> Result<Mentors, Failure> {
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
            (None, _, _) => return Err(lacking(&[(true, "mentor")])),
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

    fn pay(&self, known: Option<Pay>) -> Result<Option<Pay>, Failure> {
        match (self.pay, self.pay_unit.or(known.map(|pay| pay.per))) {
            (Some(yuan), Some(per)) => Ok(Some(Pay { yuan, per })),
            (Some(_), None) => Err(lacking(&[(true, "pay_unit")])),
            (None, _) if self.pay_unit.is_some() => Err(lacking(&[(true, "pay")])),
            (None, _) => Ok(known),
        }
    }
}

fn lacking(missing: &[(bool, FieldName)]) -> Failure {
    let missing = missing.iter().filter(|(is_missing, _)| *is_missing).map(|(_, name)| *name).collect();
    InputRefusal::FieldsMissing(missing).into()
}
