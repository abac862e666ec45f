//! What can be done and asked: the only place where the write and the read side meet.
//!
//! In reading order: `actions` the list of commands and questions, who may, `run` and `ask`; `reply` what they answer; a
//! file or folder for each noun with its inputs and the call; `target` whom a command is about; `facts` what a decision
//! needs to know; `request`, `bulk`, `execute` and `atomic` requests recorded one by one, many in a row, many together;
//! `unit_of_work` and `stream_cache` how streams are loaded and events staged; `answers`, `kept_rosters` and `found_names`
//! what is kept of reports, of rosters, and of names to find people by; `draft` and `preferences` what is kept for the owner
//! of an account and decides nothing; `mail` what is due to be sent.
//!
//! What is public of `App` besides `run` and `ask`: opening, the clock, the log, rebuilding, proving, copying and wiping,
//! which are the operator's acts on the machine; whose account a name or a token means, for ways in; and
//! `load`, `count`, `execute` and their kin, by which tests and benchmarks of the log work without the form of a command.

pub mod account;
mod action_of;
pub mod actions;
pub mod agreement;
mod answers;
pub mod at_work;
mod atomic;
pub mod bulk;
pub mod called;
pub mod calls;
pub mod changes;
pub mod compare;
pub mod definitions;
pub mod deputy;
mod dimension_names;
pub mod directory;
mod doors;
pub mod draft;
mod emergency;
pub mod employer;
pub mod evidence;
pub mod execute;
pub mod exemption;
pub mod explain;
mod facts;
pub mod failure;
mod found_names;
pub mod full_report;
pub mod gate;
pub mod health;
pub mod history;
pub mod host;
pub mod import;
pub mod inputs;
pub mod invitation;
mod kept_rosters;
pub mod key;
pub mod listed_events;
pub mod looking;
pub mod looks;
pub mod mail;
pub mod packet;
pub mod people;
pub mod placement;
pub mod preferences;
pub mod publication;
pub mod registration;
mod rehearsed;
pub mod reply;
pub mod report;
pub mod report_error;
pub mod request;
pub mod restore;
pub mod roster;
pub mod roster_order;
pub mod school;
mod sealing;
pub mod season;
pub mod seen;
pub mod session;
pub mod sign_in;
pub mod statement;
mod stream_cache;
pub mod student;
pub mod student_file;
pub mod target;
mod together;
pub mod token;
pub mod trend;
mod unit_of_work;
pub mod viewer;
pub mod watch;

use std::path::Path;
use std::sync::Arc;

use derive_more::From;
use jiff::civil::Date;
use uuid::Uuid;

use crate::accounts::door::Door;
use crate::accounts::secret::NoRandomness;
use crate::domain::{
    self, Stream, agreement as agreement_stream, employer as employer_stream, exemption as exemption_stream,
    host as host_stream, import as import_stream, placement as placement_stream, school as school_stream,
    student as student_stream,
};
use crate::event_log::request::{AppendError, AppendRequest, GuardKey, GuardUse, Receipt};
use crate::event_log::table::{INSTALLATION, TableRows, Value};
use crate::event_log::{EngineError, EventLog, Location, OpenError};
use crate::ledger::Ledger;
use crate::people::{KeyFileError, MasterKey, People, SealError, UnsealError};
use crate::projections::cohort_outcomes::cohort::CohortCache;
use answers::Answers;
use calls::Calls;
use found_names::FoundNames;
use kept_rosters::KeptRosters;
use rehearsed::Rehearsed;
use stream_cache::StreamCache;

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    Recorded(Receipt),
    /// It was so already.
    Unchanged,
}

/// Why a request was not done. Its codes and sentences are in `catalogue`.
#[derive(Debug, From)]
pub enum AppError {
    NotFound,
    Erased,
    #[from]
    Account(domain::account::AccountRefusal),
    #[from]
    School(school_stream::SchoolRefusal),
    #[from]
    Employer(employer_stream::EmployerRefusal),
    #[from]
    Host(host_stream::HostRefusal),
    #[from]
    Season(domain::season::SeasonRefusal),
    #[from]
    YearEnd(domain::year_end::YearEndRefusal),
    #[from]
    Exemption(exemption_stream::ExemptionRefusal),
    #[from]
    Placement(placement_stream::PlacementRefusal),
    #[from]
    Agreement(agreement_stream::AgreementRefusal),
    #[from]
    Import(import_stream::ImportRefusal),
    #[from]
    Log(domain::log::LogRefusal),
    #[from]
    Student(student_stream::StudentRefusal),
    #[from]
    Statement(domain::statements::refusal::StatementRefusal),
    #[from]
    Version(seen::VersionRefusal),
    #[from]
    Append(AppendError),
    #[from]
    Read(EngineError),
    #[from]
    Unseal(UnsealError),
    #[from]
    Seal(SealError),
    Corrupt(String),
    /// What kept several requests alike.
    Shared(Arc<AppError>),
}

impl From<NoRandomness> for AppError {
    fn from(NoRandomness(cause): NoRandomness) -> Self {
        Self::Corrupt(cause)
    }
}

impl AppError {
    /// Whether the domain said no, in a sentence for the user.
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Account(_)
            | Self::School(_)
            | Self::Employer(_)
            | Self::Host(_)
            | Self::Season(_)
            | Self::YearEnd(_)
            | Self::Exemption(_)
            | Self::Placement(_)
            | Self::Agreement(_)
            | Self::Import(_)
            | Self::Log(_)
            | Self::Student(_)
            | Self::Statement(_)
            | Self::Version(_)
            | Self::Erased
            | Self::NotFound => true,
            Self::Append(_) | Self::Read(_) | Self::Unseal(_) | Self::Seal(_) | Self::Corrupt(_) | Self::Shared(_) => {
                false
            }
        }
    }
}

#[derive(Debug, From)]
pub enum StartError {
    #[from]
    Open(OpenError),
    #[from]
    Key(KeyFileError),
    #[from]
    Read(EngineError),
    #[from]
    Append(AppendError),
    #[from]
    Erase(student::EraseError),
}

pub struct App {
    log: EventLog,
    people: People,
    ledger: Ledger,
    /// The number of the key file.
    key_id: Arc<str>,
    clock: fn() -> i64,
    cache: StreamCache,
    answers: Answers,
    cohorts: Arc<CohortCache>,
    rosters: Arc<KeptRosters>,
    names: FoundNames,
    door: Arc<Door>,
    calls: Calls,
    /// Where nothing is appended: what would be, in memory only.
    rehearsal: Option<Rehearsed>,
}

impl App {
    /// Opens the database and the key file that belongs to it. `clock` gives microseconds since 1970-01-01 UTC.
    pub async fn open(location: &Location, key_file: &Path, clock: fn() -> i64) -> Result<Self, StartError> {
        let log = EventLog::open(location, crate::projections::MODELS, clock).await?;
        let named = log.installation().await?;
        let named = named.as_ref().map(|(id, check)| (id.as_str(), check.as_slice()));
        let master = MasterKey::open(key_file, named)?;
        let (people, ledger) = (People::new(&master), Ledger::beside(key_file));
        let app = Self {
            log,
            people,
            ledger,
            key_id: master.id().into(),
            clock,
            cache: StreamCache::default(),
            answers: Answers::default(),
            cohorts: Arc::default(),
            rosters: Arc::default(),
            names: FoundNames::default(),
            door: Arc::default(),
            calls: Calls::default(),
            rehearsal: None,
        };
        if named.is_none() {
            app.name_key(&master).await?;
            // Another process may have named its key first; then this file is foreign.
            let named = app.log.installation().await?;
            MasterKey::open(key_file, named.as_ref().map(|(id, check)| (id.as_str(), check.as_slice())))?;
        }
        app.apply_erasures().await?;
        Ok(app)
    }

    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    async fn name_key(&self, master: &MasterKey) -> Result<(), StartError> {
        let guard = GuardKey { kind: "installation".into(), scope: String::new(), key: "key".into() };
        let row = vec![Value::Int(1), Value::text(master.id()), Value::Blob(master.check())];
        let request = AppendRequest {
            key: format!("installation:{}", master.id()).into(),
            fingerprint: self.people.command_fingerprint(b"installation"),
            streams: vec![],
            guards: vec![GuardUse { guard, version: 0, set: Some(master.id()) }],
            events: vec![],
            rows: vec![TableRows { table: &INSTALLATION, name: INSTALLATION.name.to_owned(), rows: vec![row] }],
            removals: vec![],
            actor: "operator".into(),
            source: "start".into(),
            answer: "{}".into(),
        };
        match self.log.append(request).await {
            Ok(_) | Err(AppendError::Stale) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// The same log and keys, but what is executed is only decided, never appended; later requests see it.
    pub(crate) fn rehearsal(&self) -> Self {
        let (log, people, ledger) = (self.log.clone(), self.people.clone(), self.ledger.clone());
        Self {
            log,
            people,
            ledger,
            key_id: self.key_id.clone(),
            clock: self.clock,
            cache: StreamCache::unbounded(),
            answers: Answers::default(),
            cohorts: self.cohorts.clone(),
            rosters: self.rosters.clone(),
            names: FoundNames::default(),
            door: self.door.clone(),
            calls: Calls::default(),
            rehearsal: Some(Rehearsed::default()),
        }
    }

    /// What was rehearsed so far; `None` where everything is recorded.
    fn rehearsed(&self) -> Option<&Rehearsed> {
        self.rehearsal.as_ref()
    }

    pub(crate) fn is_rehearsal(&self) -> bool {
        self.rehearsal.is_some()
    }

    pub fn log(&self) -> &EventLog {
        &self.log
    }

    /// What was ordered and asked since the start, in numbers.
    pub fn calls(&self) -> &Calls {
        &self.calls
    }

    pub fn people(&self) -> &People {
        &self.people
    }

    /// Microseconds since 1970-01-01 UTC.
    pub fn now(&self) -> i64 {
        (self.clock)()
    }

    /// The calendar day in Shanghai.
    pub fn today(&self) -> Date {
        crate::domain::day::day_of(self.now())
    }

    /// A new id; they sort by time.
    #[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
    pub fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }

    /// Brings these streams into memory as they are now, also where another process has added to them.
    pub async fn bring_up_to_date<A: Stream>(&self, ids: &[Uuid]) -> Result<(), AppError> {
        if self.cache.has_any::<A>(ids) {
            let (now, head) = self.log.known_now().await?;
            self.cache.forget_stale::<A>(&self.log, ids, now, &head).await?;
        }
        self.cache.load_all::<A>(&self.log, ids).await
    }

    /// The same for streams of two kinds.
    async fn bring_both_up_to_date<A: Stream, B: Stream>(&self, ids: &[Uuid]) -> Result<(), AppError> {
        if self.cache.has_any::<A>(ids) || self.cache.has_any::<B>(ids) {
            let (now, head) = self.log.known_now().await?;
            self.cache.forget_stale::<A>(&self.log, ids, now, &head).await?;
            self.cache.forget_stale::<B>(&self.log, ids, now, &head).await?;
        }
        self.cache.load_all::<A>(&self.log, ids).await?;
        self.cache.load_all::<B>(&self.log, ids).await
    }

    /// A folded stream and its version, as this process last saw it.
    pub async fn load<A: Stream>(&self, id: Uuid) -> Result<(Arc<A>, u64), AppError> {
        self.cache.load::<A>(&self.log, id).await
    }
}
