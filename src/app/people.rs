//! What the people store says of subjects, and which stream a natural key stands for.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::{App, AppError};
use crate::accounts::Caller;
use crate::domain::agreement::Agreement;
use crate::domain::day::epoch_day;
use crate::domain::host::Host;
use crate::domain::ids::{CreditCode, EmployerId, HostId, PlacementId, SchoolCode, SeasonId, SecretDigest, StudentId};
use crate::domain::placement::Placement;
use crate::domain::survey::codes::Wave;
use crate::domain::terms::Term as _;
use crate::event_log::EngineError;
use crate::event_log::request::{Guard, GuardKey};
use crate::people::{BlindField, People, Person, Sealed};
use crate::projections::identities::{NOW, identities};
use crate::text::names;

/// The guard kinds: what is unique across streams.
pub mod guards {
    /// A school by its code.
    pub const SCHOOL: &str = "school";
    /// A student by school and the index of the document number.
    pub const STUDENT: &str = "student";
    /// The student whose personal data was erased, by school and the document number's own index for this.
    pub const TOMBSTONE: &str = "tombstone";
    /// An employer by the index of its credit code, or of its name within a school.
    pub const EMPLOYER: &str = "employer";
    /// A school's host by its employer.
    pub const HOST: &str = "host";
    /// A school's season by the year in which its students graduate.
    pub const SEASON: &str = "season";
    /// What was made public of a year, by school, or of the city.
    pub const YEAR_END: &str = "year_end";
    /// A campaign by school, year of graduation and wave.
    pub const SURVEY: &str = "survey";
    /// A student's placements, each behind the one drafted before it.
    pub const PLACEMENT: &str = "placement";
    /// The latest batch of a file by the hash of its bytes.
    pub const IMPORT: &str = "import";
    /// The batch that confirmed something of a school's students last: an undoing relies on it.
    pub const CONFIRMATION: &str = "confirmation";
    /// The account of a token by the digest of its secret.
    pub const TOKEN: &str = "token";
    /// The account of an invitation by the digest of its secret.
    pub const INVITATION: &str = "invitation";
    /// The account by the index of the name that is typed to sign in; none of a name that was given up.
    pub const LOGIN: &str = "login";
    /// The account that was set up first, and the one that signed in first.
    pub const FIRST: &str = "first";
}

impl App {
    /// The stream of the school with this code.
    pub(super) async fn school_stream(&self, code: &SchoolCode) -> Result<Option<Uuid>, AppError> {
        let guard = self.log.guard(&school_guard(code)).await?;
        Ok(guard.and_then(|guard| Uuid::parse_str(&guard.stream).ok()))
    }

    /// The stream in which a school deals with an employer.
    pub async fn host_stream(&self, school: &SchoolCode, employer: EmployerId) -> Result<Option<HostId>, AppError> {
        let guard = self.log.guard(&host_guard(school, employer)).await?;
        Ok(guard.and_then(|guard| Uuid::parse_str(&guard.stream).ok()).map(HostId))
    }

    /// The stream of a school's season.
    pub(super) async fn season_stream(&self, school: &SchoolCode, year: i16) -> Result<Option<SeasonId>, AppError> {
        let guard = self.log.guard(&season_guard(school, year)).await?;
        Ok(guard.and_then(|guard| Uuid::parse_str(&guard.stream).ok()).map(SeasonId))
    }

    /// The placements ever drafted of a student, oldest first.
    pub async fn placement_streams(&self, student: StudentId) -> Result<Vec<PlacementId>, AppError> {
        let guard = self.log.guard(&placement_guard(student)).await?;
        Ok(guard.map(|guard| listed(&guard.stream)).unwrap_or_default())
    }

    /// The placements ever drafted of each of these students, oldest first, as they are now; they and their agreements
    /// are brought into memory.
    pub(crate) async fn placements_of(
        &self,
        students: &[StudentId],
    ) -> Result<HashMap<StudentId, Vec<PlacementId>>, AppError> {
        let keys: Vec<GuardKey> = students.iter().copied().map(placement_guard).collect();
        let guards = self.guards_now(&keys).await?;
        let found = students.iter().copied().zip(guards.iter().map(|guard| listed(&guard.stream)));
        let found: HashMap<StudentId, Vec<PlacementId>> = found.filter(|(_, listed)| !listed.is_empty()).collect();
        let ids: Vec<Uuid> = found.values().flatten().map(|placement| placement.0).collect();
        self.bring_up_to_date::<Placement>(&ids).await?;
        self.bring_up_to_date::<Agreement>(&ids).await?;
        Ok(found)
    }

    /// The streams in which a school deals with these employers, as far as there are any; they are brought into memory.
    pub(crate) async fn hosts_of(
        &self,
        school: &SchoolCode,
        employers: &[EmployerId],
    ) -> Result<HashMap<EmployerId, HostId>, AppError> {
        let keys: Vec<GuardKey> = employers.iter().map(|employer| host_guard(school, *employer)).collect();
        let guards = self.guards_now(&keys).await?;
        let ids = guards.iter().map(|guard| Uuid::parse_str(&guard.stream).ok().map(HostId));
        let found: HashMap<EmployerId, HostId> =
            employers.iter().copied().zip(ids).filter_map(|(employer, host)| Some((employer, host?))).collect();
        let ids: Vec<Uuid> = found.values().map(|host| host.0).collect();
        self.bring_up_to_date::<Host>(&ids).await?;
        Ok(found)
    }

    /// The students whom a mentor guides at work today; `None` for who is no mentor.
    pub(super) async fn own_interns(&self, caller: &Caller) -> Result<Option<HashSet<StudentId>>, AppError> {
        let Some(mentor) = caller.mentor() else { return Ok(None) };
        let today = epoch_day(self.today());
        let students = crate::projections::placement_register::guided_by(self.log.readers(), mentor, today).await;
        Ok(Some(students.map_err(EngineError::from)?.into_iter().collect()))
    }

    /// Guards of one kind and scope as they are now; a rehearsal has its own.
    async fn guards_now(&self, keys: &[GuardKey]) -> Result<Vec<Guard>, AppError> {
        if !self.is_rehearsal() {
            self.cache.evict_guards(keys);
        }
        self.cache.load_guards(&self.log, keys).await
    }

    /// Everything sealed of these subjects, by subject and revision.
    pub async fn unsealed(&self, subjects: &[Uuid]) -> Result<HashMap<(Uuid, u32), Sealed>, AppError> {
        let mut unsealed = HashMap::new();
        let rehearsed = self.rehearsal.as_ref().map(|rehearsed| rehearsed.sealed(subjects)).unwrap_or_default();
        for (subject, revision, bytes) in self.log.sealed(subjects).await?.into_iter().chain(rehearsed) {
            unsealed.insert((subject, revision), self.people.unseal(subject, revision, &bytes)?);
        }
        Ok(unsealed)
    }

    /// The name of each of these subjects by now.
    pub(super) async fn names(&self, subjects: &[Uuid]) -> Result<HashMap<Uuid, String>, AppError> {
        self.names_at(subjects, NOW).await
    }

    /// The name of each of these subjects as known at a position.
    pub(super) async fn names_at(&self, subjects: &[Uuid], known_at: i64) -> Result<HashMap<Uuid, String>, AppError> {
        let identities = self.identities_at(subjects, known_at).await?;
        let name = |(subject, sealed): (Uuid, Sealed)| Some((subject, sealed.name()?.to_owned()));
        Ok(identities.into_iter().filter_map(name).collect())
    }

    /// Who these persons are, as known at a position; of an erased one nothing.
    pub(super) async fn persons_at(&self, students: &[Uuid], known_at: i64) -> Result<HashMap<Uuid, Person>, AppError> {
        let identities = self.identities_at(students, known_at).await?;
        let person = |(student, sealed)| match sealed {
            Sealed::Person(person) => Some((student, person)),
            _ => None,
        };
        Ok(identities.into_iter().filter_map(person).collect())
    }

    /// What says who or what each subject is: of students and units the revision that is known at the position, of everything
    /// else, and of what is only rehearsed, the latest.
    async fn identities_at(&self, subjects: &[Uuid], known_at: i64) -> Result<HashMap<Uuid, Sealed>, AppError> {
        let known = identities(self.log.readers(), subjects, known_at).await.map_err(EngineError::from)?;
        let mut found: HashMap<Uuid, (u32, Sealed)> = HashMap::new();
        for ((subject, revision), sealed) in self.unsealed(subjects).await? {
            let is_it = match known.get(&subject) {
                Some(known) => known.0 == revision,
                None => sealed.name().is_some() && found.get(&subject).is_none_or(|(latest, _)| *latest < revision),
            };
            if is_it {
                found.insert(subject, (revision, sealed));
            }
        }
        Ok(found.into_iter().map(|(subject, (_, sealed))| (subject, sealed)).collect())
    }
}

/// The guard under which a student's placements are listed.
pub fn placement_guard(student: StudentId) -> GuardKey {
    GuardKey { kind: guards::PLACEMENT.into(), scope: String::new(), key: student.0.to_string() }
}

/// The guard of a school's host.
pub fn host_guard(school: &SchoolCode, employer: EmployerId) -> GuardKey {
    GuardKey { kind: guards::HOST.into(), scope: school.as_str().into(), key: employer.0.to_string() }
}

/// The guard of a school's season.
pub fn season_guard(school: &SchoolCode, year: i16) -> GuardKey {
    GuardKey { kind: guards::SEASON.into(), scope: school.as_str().into(), key: year.to_string() }
}

pub fn year_end_guard(school: Option<&SchoolCode>, year: i16) -> GuardKey {
    let scope = school.map_or("city", |school| school.as_str());
    GuardKey { kind: guards::YEAR_END.into(), scope: scope.into(), key: year.to_string() }
}

/// The guard of a school's campaign.
pub fn survey_guard(school: &SchoolCode, year: i16, wave: Wave) -> GuardKey {
    GuardKey { kind: guards::SURVEY.into(), scope: school.as_str().into(), key: format!("{year}:{}", wave.code()) }
}

/// The guard of an employer with a credit code.
pub fn employer_code_guard(people: &People, code: &CreditCode) -> GuardKey {
    let key = people.blind_index(BlindField::CreditCode, &code.text);
    GuardKey { kind: guards::EMPLOYER.into(), scope: String::new(), key }
}

/// The guard of an employer without one: its name at a school, however it is written.
pub fn employer_name_guard(people: &People, school: &SchoolCode, name: &str) -> GuardKey {
    let key = people.blind_index(BlindField::EmployerName, &names::key(name));
    GuardKey { kind: guards::EMPLOYER.into(), scope: school.as_str().into(), key }
}

/// The guard that remembers an erased person by school and document number.
pub fn tombstone(people: &People, school: &SchoolCode, document: &str) -> GuardKey {
    let key = people.blind_index(BlindField::Tombstone, document);
    GuardKey { kind: guards::TOMBSTONE.into(), scope: school.as_str().into(), key }
}

pub fn school_guard(code: &SchoolCode) -> GuardKey {
    GuardKey { kind: guards::SCHOOL.into(), scope: String::new(), key: code.as_str().into() }
}

/// The guard of a token: whose it is.
pub(super) fn token_guard(digest: SecretDigest) -> GuardKey {
    GuardKey { kind: guards::TOKEN.to_owned(), scope: String::new(), key: digest.to_string() }
}

/// The guard of an invitation: whom it invites.
pub(super) fn invitation_guard(digest: SecretDigest) -> GuardKey {
    GuardKey { kind: guards::INVITATION.to_owned(), scope: String::new(), key: digest.to_string() }
}

/// The guard of a name that is typed to sign in, however it is written.
pub(super) fn login_guard(people: &People, login: &str) -> GuardKey {
    let key = people.blind_index(BlindField::Login, login);
    GuardKey { kind: guards::LOGIN.to_owned(), scope: String::new(), key }
}

/// The guard of the account that did something first.
pub(super) fn first_guard(what: &str) -> GuardKey {
    GuardKey { kind: guards::FIRST.to_owned(), scope: String::new(), key: what.to_owned() }
}

/// The ids that the guard of a student's placements lists.
pub(super) fn listed(stream: &str) -> Vec<PlacementId> {
    stream.split_whitespace().filter_map(|id| Uuid::parse_str(id).ok()).map(PlacementId).collect()
}

/// The guard of what batches confirm of a school's students.
pub(super) fn confirmation_guard(school: &SchoolCode) -> GuardKey {
    GuardKey { kind: guards::CONFIRMATION.to_owned(), scope: school.as_str().to_owned(), key: String::new() }
}
