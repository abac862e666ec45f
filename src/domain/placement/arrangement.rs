//! What a placement arranges: where, when, for what pay, under whom.
//!
//! Invariant: names, addresses and persons are sealed; here are ids, codes, days and amounts.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::PlacementRefusal;
use super::codes::{AmendmentKind, ChangeReason, HostSource, InternshipKind, Region, SiteKind};
use crate::domain::ids::{EmployerId, OccupationCode, SealedRevision, StaffId};
use crate::domain::terms::{Entry, SpecialtyMatch, Term, entry};

/// From the first to the last day, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    pub first_day: Date,
    pub last_day: Date,
}

impl Period {
    /// Whether the two have a day in common.
    pub fn overlaps(self, other: Self) -> bool {
        self.first_day <= other.last_day && other.first_day <= self.last_day
    }

    /// Whether it includes the day.
    pub fn contains(self, day: Date) -> bool {
        self.first_day <= day && day <= self.last_day
    }

    pub(super) fn check(self) -> Result<Self, PlacementRefusal> {
        let Self { first_day, last_day } = self;
        if last_day < first_day { Err(PlacementRefusal::EndsBeforeStart { first_day, last_day }) } else { Ok(self) }
    }
}

/// The time for which an amount is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum PayUnit {
    Month,
    Day,
}

impl Term for PayUnit {
    const NAME: &'static str = "报酬单位";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Month, "month", "元/月", &["月"]).en("yuan a month"),
        entry(Self::Day, "day", "元/天", &["天", "日", "元/日"]).en("yuan a day"),
    ];
}

/// Yuan a month or a day, before tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pay {
    pub yuan: u32,
    pub per: PayUnit,
}

/// Where the student works; address and post as written are one sealed row of the placement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    pub kind: SiteKind,
    pub region: Region,
    pub described: SealedRevision,
    /// The kind of post, by which the host's staff is counted too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occupation: Option<OccupationCode>,
}

/// Who looks after the student.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Mentors {
    /// The school's (实习指导教师).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub teacher: Option<StaffId>,
    /// The host's (实习指导人员): name and telephone, one sealed row of the placement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_host: Option<SealedRevision>,
}

/// All that a placement arranges. What a draft does not know yet is absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrangement {
    pub kind: InternshipKind,
    pub source: HostSource,
    pub host: EmployerId,
    pub period: Period,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<Site>,
    #[serde(default)]
    pub mentors: Mentors,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pay: Option<Pay>,
    /// How far the post belongs to the student's specialty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_specialty: Option<SpecialtyMatch>,
    /// Of a unit that the student found: the day of the application that student and guardian signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub applied_on: Option<Date>,
}

/// A field that a placement needs before it can be submitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum ArrangementField {
    Site,
    Teacher,
    MentorAtHost,
    Pay,
    OnSpecialty,
    Application,
}

impl Term for ArrangementField {
    const NAME: &'static str = "提交所需内容";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Site, "site", "实习地点和岗位", &[]).en("place and post"),
        entry(Self::Teacher, "teacher", "学校指导教师", &[]).en("teacher of the school"),
        entry(Self::MentorAtHost, "mentor_at_host", "单位指导人员", &[]),
        entry(Self::Pay, "pay", "实习报酬", &[]),
        entry(Self::OnSpecialty, "on_specialty", "专业对口程度", &[]).en("on-specialty level"),
        entry(Self::Application, "application", "学生和监护人的书面申请日期", &[])
            .en("day of the written application of student and guardian"),
    ];
}

impl Arrangement {
    /// What no draft may say.
    pub(super) fn check(&self) -> Result<(), PlacementRefusal> {
        self.period.check()?;
        // 实习管理规定 2021, article 9: students do not choose the unit of a 认识实习.
        let is_chosen = matches!(self.source, HostSource::SelfFound | HostSource::Referral);
        if self.kind == InternshipKind::Orientation && is_chosen {
            return Err(PlacementRefusal::OrientationSelfFound);
        }
        Ok(())
    }

    /// What is still missing. Only work at a post is paid, mentored by the host, and measured against the specialty.
    pub fn missing(&self) -> Vec<ArrangementField> {
        let is_post = self.kind == InternshipKind::Post;
        let is_self_found = self.source == HostSource::SelfFound;
        let missing = [
            (ArrangementField::Site, self.site.is_none()),
            (ArrangementField::Teacher, self.mentors.teacher.is_none()),
            (ArrangementField::MentorAtHost, is_post && self.mentors.at_host.is_none()),
            (ArrangementField::Pay, is_post && self.pay.is_none()),
            (ArrangementField::OnSpecialty, is_post && self.on_specialty.is_none()),
            (ArrangementField::Application, is_self_found && self.applied_on.is_none()),
        ];
        missing.into_iter().filter(|(_, is_missing)| *is_missing).map(|(field, _)| field).collect()
    }

    /// What the parties sign for; an agreement says the same or is amended.
    pub fn agreed(&self) -> AgreedArrangement {
        let Self { host, period, site, pay, .. } = *self;
        AgreedArrangement { host, period, site, mentor: self.mentors.at_host, pay }
    }

    /// The arrangement after a change.
    pub fn with(mut self, change: ArrangementChange) -> Self {
        match change {
            ArrangementChange::Host { host, source, site, at_host } => {
                self.host = host;
                self.source = source;
                self.site = Some(site);
                self.mentors.at_host = at_host;
            }
            ArrangementChange::Site(site) => self.site = Some(site),
            ArrangementChange::Mentors(mentors) => self.mentors = mentors,
            ArrangementChange::Period { first_day, last_day } => {
                self.period = Period { first_day: first_day.unwrap_or(self.period.first_day), last_day };
            }
            ArrangementChange::Pay(pay) => self.pay = Some(pay),
        }
        self
    }
}

/// What of an arrangement is agreed between school, host and student. The school's own teacher is not: whom it sends is
/// its own affair, and a change of teacher needs nobody's signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreedArrangement {
    pub host: EmployerId,
    pub period: Period,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<Site>,
    /// The host's mentor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mentor: Option<SealedRevision>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pay: Option<Pay>,
}

impl AgreedArrangement {
    /// What has to be amended for the agreement to say what is so; empty when nothing material changed. Another host
    /// brings its own site and mentor, which are not named again.
    pub fn amendments_to(&self, after: &Self) -> Vec<AmendmentKind> {
        let is_same_host = self.host == after.host;
        let changed = [
            (AmendmentKind::Period, self.period != after.period),
            (AmendmentKind::Host, !is_same_host),
            (AmendmentKind::Site, is_same_host && self.site != after.site),
            (AmendmentKind::Mentor, is_same_host && self.mentor != after.mentor),
            (AmendmentKind::Pay, self.pay != after.pay),
        ];
        changed.into_iter().filter(|(_, is_changed)| *is_changed).map(|(kind, _)| kind).collect()
    }
}

/// What changes during a stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArrangementChange {
    /// Another unit, with what cannot stay the same there.
    Host {
        host: EmployerId,
        source: HostSource,
        site: Site,
        at_host: Option<SealedRevision>,
    },
    Site(Site),
    Mentors(Mentors),
    /// The first day moves only before it has come; absent where it stays.
    Period {
        first_day: Option<Date>,
        last_day: Date,
    },
    Pay(Pay),
}

/// A change as it was recorded: from its day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed {
    pub change: ArrangementChange,
    pub reason: ChangeReason,
    pub effective_on: Date,
}
