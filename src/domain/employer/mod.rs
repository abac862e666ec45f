//! The employer stream: one per legal unit, known by its credit code or, without one, by its name at a school.
//!
//! Invariants: name and code are sealed, since the unit may be one person's business; a unit that was merged away stays,
//! and so does everything that names it, which is then read as the other unit's.
//! Absent on purpose: undoing a registration. Placements and outcomes may name the unit; a wrong one is corrected or
//! merged.

pub mod codes;
mod facts;
#[cfg(test)]
mod tests;

use std::error::Error;

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use enum_common_fields::EnumCommonFields;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

pub use facts::EmployerFacts;

use super::ids::{EmployerId, OccupationCode, SealedRevision};
use super::terms::Industry;
use super::{History, SCHEMA_VERSION, Stream, StreamType, UndoReason};
use codes::{ApartReason, EmployerSize, Ownership};

/// How far the credit code can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CreditCodeCheck {
    Holds,
    /// The check character is wrong, as it is on some real codes of early pilots.
    Fails,
    NoCode,
}

/// What kind of unit it is, as far as it is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmployerProfile {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub industry: Option<Industry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<EmployerSize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ownership: Option<Ownership>,
}

/// Persons on the staff at one kind of post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostStaff {
    pub occupation: OccupationCode,
    pub staff_count: u32,
}

/// How many persons work there (在岗职工总数), and at which kinds of post as far as that was counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffCount {
    pub total_count: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub posts: Vec<PostStaff>,
}

/// What is recorded of a legal unit.
// Stored for ever under these names. Add; never rename, never remove.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, EnumCommonFields, IntoStaticStr, VariantNames)]
#[common_field(effective_on: Date)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum EmployerEvent {
    EmployerRegistered {
        identity: SealedRevision,
        credit_code: CreditCodeCheck,
        effective_on: Date,
    },
    /// Name or code were wrong, or have changed.
    IdentityCorrected {
        identity: SealedRevision,
        credit_code: CreditCodeCheck,
        effective_on: Date,
    },
    ProfileRecorded {
        profile: EmployerProfile,
        effective_on: Date,
    },
    /// Counted on this day.
    StaffCounted {
        staff: StaffCount,
        effective_on: Date,
    },
    /// From this day the unit is part of another.
    EmployerMerged {
        into: EmployerId,
        effective_on: Date,
    },
    /// The unit and another one that looks like it are two.
    ToldApart {
        from: EmployerId,
        reason: ApartReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<SealedRevision>,
        effective_on: Date,
    },
    /// From this day the unit exists no more (注销).
    EmployerClosed {
        effective_on: Date,
    },
    /// The fact with this version in the stream never held.
    Undone {
        version: u64,
        reason: UndoReason,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<SealedRevision>,
        effective_on: Date,
    },
}

/// What is wanted of a legal unit's entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EmployerCommand {
    Register {
        identity: SealedRevision,
        credit_code: CreditCodeCheck,
        effective_on: Date,
    },
    CorrectIdentity {
        identity: SealedRevision,
        credit_code: CreditCodeCheck,
        effective_on: Date,
    },
    /// The code of a unit that was registered without one: nobody else knows the unit by another.
    AddCode {
        identity: SealedRevision,
        credit_code: CreditCodeCheck,
        effective_on: Date,
    },
    /// What is given is recorded; what is not given stays as it is.
    RecordProfile {
        profile: EmployerProfile,
        effective_on: Date,
    },
    CountStaff {
        staff: StaffCount,
        effective_on: Date,
    },
    Merge {
        into: EmployerId,
        effective_on: Date,
    },
    TellApart {
        from: EmployerId,
        reason: ApartReason,
        note: Option<SealedRevision>,
        effective_on: Date,
    },
    Close {
        effective_on: Date,
    },
    Undo {
        version: u64,
        reason: UndoReason,
        note: Option<SealedRevision>,
        effective_on: Date,
    },
}

/// The rule that forbids a command, with its values.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, strum::Display, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "employer.")]
pub enum EmployerRefusal {
    AlreadyRegistered,
    NotRegistered,
    HasCode,
    NobodyThere,
    PostsExceedTotal { posts_count: u64, total_count: u32 },
    PostTwice(OccupationCode),
    WithItself,
    TargetUnknown,
    TargetMerged { into: EmployerId },
    TargetClosed { since: Date },
    MergedAway { into: EmployerId },
    RegistrationStays,
    NothingToUndo { version: u64 },
}

impl Error for EmployerRefusal {}

/// Whether a unit can take part in anything: what other streams ask of this one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Trading {
    #[default]
    Unknown,
    Open,
    Closed {
        since: Date,
    },
    Merged {
        into: EmployerId,
    },
}

/// What is known of a registered unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredEmployer {
    pub identity: SealedRevision,
    pub credit_code: CreditCodeCheck,
    pub profile: EmployerProfile,
    /// In the order in which they were recorded.
    pub staff: Vec<(StaffCount, Date)>,
    pub merged: Option<(EmployerId, Date)>,
    /// The units that it is not, though they look like it, and since when that is said.
    pub apart: Vec<(EmployerId, Date)>,
    pub closed_on: Option<Date>,
}

impl RegisteredEmployer {
    /// The staff as counted last by a day, with the day of the count; of counts of one day the later recorded one.
    pub fn staff_on(&self, day: Date) -> Option<&(StaffCount, Date)> {
        self.staff.iter().filter(|(_, counted_on)| *counted_on <= day).max_by_key(|(_, counted_on)| *counted_on)
    }

    /// Other streams refer to the unit by its state as known now: a merger takes the placements of all days along.
    fn trading(&self) -> Trading {
        match (self.merged, self.closed_on) {
            (Some((into, _)), _) => Trading::Merged { into },
            (None, Some(since)) => Trading::Closed { since },
            (None, None) => Trading::Open,
        }
    }
}

/// The folded stream.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Employer {
    history: History<EmployerEvent>,
    #[serde(skip)]
    registered: Option<RegisteredEmployer>,
}

impl Employer {
    /// `None` unless the unit is registered.
    pub fn registered(&self) -> Option<&RegisteredEmployer> {
        self.registered.as_ref()
    }

    /// What would be known without the fact of this number.
    pub fn registered_without(&self, version: u64) -> Option<RegisteredEmployer> {
        self.history.standing_without(version).fold(None, evolve)
    }

    /// The number of the latest fact that stands.
    pub fn last_standing(&self) -> Option<u64> {
        self.history.last_standing()
    }

    /// Whether the unit can take part in anything; `Unknown` when it is not registered.
    pub fn trading(&self) -> Trading {
        self.registered.as_ref().map_or(Trading::Unknown, RegisteredEmployer::trading)
    }
}

type Decided = Result<Vec<EmployerEvent>, EmployerRefusal>;

/// The events that a command brings; none when what it wants is so already.
///
/// # Errors
/// [`EmployerRefusal`] when the unit is not registered, already is, or was merged away; has a code already; nobody is
/// counted, or the posts do not fit the total; it is merged with itself or with a unit that is not open; or what is to
/// be undone is the registration or does not stand.
pub fn decide(employer: &Employer, command: EmployerCommand, facts: &EmployerFacts) -> Decided {
    match (&employer.registered, command) {
        (None, EmployerCommand::Register { identity, credit_code, effective_on }) => {
            Ok(vec![EmployerEvent::EmployerRegistered { identity, credit_code, effective_on }])
        }
        (None, _) => Err(EmployerRefusal::NotRegistered),
        (Some(_), EmployerCommand::Register { .. }) => Err(EmployerRefusal::AlreadyRegistered),
        (Some(_), EmployerCommand::Undo { version, reason, note, effective_on }) => {
            let undone = EmployerEvent::Undone { version, reason, note, effective_on };
            undo(employer, version, undone)
        }
        (Some(now), EmployerCommand::Merge { into, effective_on }) => merge(now, into, facts, effective_on),
        (Some(RegisteredEmployer { merged: Some((into, _)), .. }), _) => {
            Err(EmployerRefusal::MergedAway { into: *into })
        }
        (
            Some(RegisteredEmployer { credit_code: CreditCodeCheck::NoCode, .. }),
            EmployerCommand::AddCode { identity, credit_code, effective_on },
        ) => Ok(vec![EmployerEvent::IdentityCorrected { identity, credit_code, effective_on }]),
        (Some(_), EmployerCommand::AddCode { .. }) => Err(EmployerRefusal::HasCode),
        (Some(now), EmployerCommand::CorrectIdentity { identity, credit_code, effective_on }) => {
            let differs = (now.identity, now.credit_code) != (identity, credit_code);
            Ok(changed(differs, EmployerEvent::IdentityCorrected { identity, credit_code, effective_on }))
        }
        (Some(now), EmployerCommand::RecordProfile { profile, effective_on }) => {
            let profile = EmployerProfile {
                industry: profile.industry.or(now.profile.industry),
                size: profile.size.or(now.profile.size),
                ownership: profile.ownership.or(now.profile.ownership),
            };
            Ok(changed(profile != now.profile, EmployerEvent::ProfileRecorded { profile, effective_on }))
        }
        (Some(now), EmployerCommand::CountStaff { staff, effective_on }) => count_staff(now, staff, effective_on),
        (Some(now), EmployerCommand::TellApart { from, reason, note, effective_on }) => {
            tell_apart(now, facts, EmployerEvent::ToldApart { from, reason, note, effective_on }, from)
        }
        (Some(now), EmployerCommand::Close { effective_on }) => {
            Ok(changed(now.closed_on != Some(effective_on), EmployerEvent::EmployerClosed { effective_on }))
        }
    }
}

fn changed(differs: bool, event: EmployerEvent) -> Vec<EmployerEvent> {
    if differs { vec![event] } else { vec![] }
}

fn count_staff(now: &RegisteredEmployer, staff: StaffCount, effective_on: Date) -> Decided {
    let total_count = staff.total_count;
    if total_count == 0 {
        return Err(EmployerRefusal::NobodyThere);
    }
    let posts_count = staff.posts.iter().map(|post| u64::from(post.staff_count)).sum();
    if posts_count > u64::from(total_count) {
        return Err(EmployerRefusal::PostsExceedTotal { posts_count, total_count });
    }
    for (index, post) in staff.posts.iter().enumerate() {
        if staff.posts[..index].iter().any(|other| other.occupation == post.occupation) {
            return Err(EmployerRefusal::PostTwice(post.occupation));
        }
    }
    let is_known = now.staff_on(effective_on).is_some_and(|(known, on)| *on == effective_on && *known == staff);
    Ok(changed(!is_known, EmployerEvent::StaffCounted { staff, effective_on }))
}

fn merge(now: &RegisteredEmployer, into: EmployerId, facts: &EmployerFacts, effective_on: Date) -> Decided {
    if facts.itself == into {
        return Err(EmployerRefusal::WithItself);
    }
    match (now.merged, facts.target) {
        (Some((known, _)), _) if known == into => Ok(vec![]),
        (Some((into, _)), _) => Err(EmployerRefusal::MergedAway { into }),
        (None, Trading::Unknown) => Err(EmployerRefusal::TargetUnknown),
        (None, Trading::Merged { into }) => Err(EmployerRefusal::TargetMerged { into }),
        (None, Trading::Closed { since }) => Err(EmployerRefusal::TargetClosed { since }),
        (None, Trading::Open) => Ok(vec![EmployerEvent::EmployerMerged { into, effective_on }]),
    }
}

/// Nobody says twice that two units are not one, whatever the reason.
fn tell_apart(now: &RegisteredEmployer, facts: &EmployerFacts, told: EmployerEvent, from: EmployerId) -> Decided {
    if facts.itself == from {
        return Err(EmployerRefusal::WithItself);
    }
    match facts.target {
        Trading::Unknown => Err(EmployerRefusal::TargetUnknown),
        Trading::Merged { into } => Err(EmployerRefusal::TargetMerged { into }),
        Trading::Open | Trading::Closed { .. } => Ok(changed(now.apart.iter().all(|(known, _)| *known != from), told)),
    }
}

fn undo(employer: &Employer, version: u64, undone: EmployerEvent) -> Decided {
    let is_registration = |event: &EmployerEvent| matches!(event, EmployerEvent::EmployerRegistered { .. });
    if employer.history.is(version, is_registration) {
        Err(EmployerRefusal::RegistrationStays)
    } else if employer.history.stands(version) {
        Ok(vec![undone])
    } else {
        employer.history.refuse_unknown(version, EmployerRefusal::NothingToUndo { version })
    }
}

/// What is known after one more event. Events of a unit that is not registered are ignored.
pub fn evolve(registered: Option<RegisteredEmployer>, event: &EmployerEvent) -> Option<RegisteredEmployer> {
    if let EmployerEvent::EmployerRegistered { identity, credit_code, .. } = event {
        return Some(RegisteredEmployer {
            identity: *identity,
            credit_code: *credit_code,
            profile: EmployerProfile::default(),
            staff: vec![],
            merged: None,
            apart: vec![],
            closed_on: None,
        });
    }
    let mut next = registered?;
    match event {
        EmployerEvent::IdentityCorrected { identity, credit_code, .. } => {
            next.identity = *identity;
            next.credit_code = *credit_code;
        }
        EmployerEvent::ProfileRecorded { profile, .. } => next.profile = *profile,
        EmployerEvent::StaffCounted { staff, effective_on } => next.staff.push((staff.clone(), *effective_on)),
        EmployerEvent::EmployerMerged { into, effective_on } => next.merged = Some((*into, *effective_on)),
        EmployerEvent::ToldApart { from, effective_on, .. } => next.apart.push((*from, *effective_on)),
        EmployerEvent::EmployerClosed { effective_on } => next.closed_on = Some(*effective_on),
        EmployerEvent::EmployerRegistered { .. } | EmployerEvent::Undone { .. } => (),
    }
    Some(next)
}

// The cqrs-es adapter: the framework's lines of this stream.
impl DomainEvent for EmployerEvent {
    fn event_type(&self) -> String {
        <&str>::from(self).to_owned()
    }

    fn event_version(&self) -> String {
        SCHEMA_VERSION.to_string()
    }
}

impl Aggregate for Employer {
    const TYPE: &'static str = "employer";
    type Command = EmployerCommand;
    type Event = EmployerEvent;
    type Error = EmployerRefusal;
    type Services = EmployerFacts;

    async fn handle(
        &mut self,
        command: EmployerCommand,
        facts: &EmployerFacts,
        sink: &EventSink<Self>,
    ) -> Result<(), EmployerRefusal> {
        for event in decide(self, command, facts)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: EmployerEvent) {
        let undone = if let EmployerEvent::Undone { version, .. } = &event { Some(*version) } else { None };
        self.history.apply(&mut self.registered, event, undone, evolve);
    }
}

impl Stream for Employer {
    const KIND: StreamType = StreamType::Employer;
}
