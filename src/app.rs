//! The only place where the write and the read side meet: load, decide, append, answer.
//!
//! `execute` takes a request of one or many orders, loads each stream (`store`), has its aggregate decide, stages the
//! events, and appends all of them at once. Conflicts reload and decide again; a refusal is decided on freshly loaded
//! state before it is answered.

pub mod account;
mod answers;
pub mod at_work;
pub mod directory;
pub mod erase;
pub mod evidence;
pub mod full_report;
mod history;
pub mod many;
pub mod people;
mod placements;
pub mod report;
pub mod request;
pub mod restore;
pub mod season;
mod store;
mod together;

use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;
use thiserror::Error;
use uuid::Uuid;

use crate::accounts::Caller;
use crate::domain::account::Account;
use crate::domain::agreement::Agreement;
use crate::domain::employer::Employer;
use crate::domain::further_study::FurtherStudy;
use crate::domain::host::Host;
use crate::domain::ids::{ClassName, SchoolCode, StudentId};
use crate::domain::import::Import;
use crate::domain::log::Log;
use crate::domain::outcome::Outcome;
use crate::domain::placement::Placement;
use crate::domain::school::School;
use crate::domain::student::{Student, StudentCommand};
use crate::domain::{
    self, Stream, agreement, employer, exemption, further_study, host, import, outcome, placement, school, student,
};
use crate::event_log::record::Audience;
use crate::event_log::request::{AppendError, AppendRequest, GuardKey, GuardUse, Receipt};
use crate::event_log::table::{INSTALLATION, TableRows, Value};
use crate::event_log::{EngineError, EventLog, Location, OpenError};
use crate::ledger::Ledger;
use crate::people::{KeyFileError, MasterKey, People, SealError, UnsealError};
use crate::projections::cohort_outcomes::cohort::Cohorts;
use answers::Answers;
use request::{Order, Request};
use store::{StreamCache, Unit};

/// Conflicts are decided again this often.
const TRIES_MAX: u32 = 3;

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    Recorded(Receipt),
    /// It was so already.
    Unchanged,
}

#[derive(Debug, Error)]
pub enum AppError {
    #[error("没有找到")]
    NotFound,
    #[error("您的角色不能作此操作")]
    NotAllowed,
    #[error("此人已匿名化，不能再写入其个人信息；请去掉备注和文件后重试")]
    Erased,
    #[error(transparent)]
    School(#[from] school::SchoolRefusal),
    #[error(transparent)]
    Employer(#[from] employer::EmployerRefusal),
    #[error(transparent)]
    Host(#[from] host::HostRefusal),
    #[error(transparent)]
    Season(#[from] domain::season::SeasonRefusal),
    #[error(transparent)]
    Exemption(#[from] exemption::ExemptionRefusal),
    #[error(transparent)]
    Placement(#[from] placement::PlacementRefusal),
    #[error(transparent)]
    Agreement(#[from] agreement::AgreementRefusal),
    #[error(transparent)]
    Import(#[from] import::ImportRefusal),
    #[error(transparent)]
    Account(#[from] domain::account::AccountRefusal),
    #[error(transparent)]
    Log(#[from] domain::log::LogRefusal),
    #[error(transparent)]
    Student(#[from] student::StudentRefusal),
    #[error(transparent)]
    Outcome(#[from] outcome::OutcomeRefusal),
    #[error(transparent)]
    FurtherStudy(#[from] further_study::FurtherStudyRefusal),
    #[error(transparent)]
    Append(#[from] AppendError),
    #[error("数据库读取失败：{0}。请检查数据库服务后重试")]
    Read(#[from] EngineError),
    #[error(transparent)]
    Unseal(#[from] UnsealError),
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error("事件数据损坏，请运行 gradtrail verify：{0}")]
    Corrupt(String),
    /// What kept several requests alike.
    #[error(transparent)]
    Shared(Arc<AppError>),
}

impl AppError {
    /// Whether the domain said no, in a sentence for the user.
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::School(_)
            | Self::Employer(_)
            | Self::Host(_)
            | Self::Season(_)
            | Self::Exemption(_)
            | Self::Placement(_)
            | Self::Agreement(_)
            | Self::Import(_)
            | Self::Account(_)
            | Self::Log(_)
            | Self::Student(_)
            | Self::Outcome(_)
            | Self::FurtherStudy(_)
            | Self::Erased
            | Self::NotFound => true,
            Self::NotAllowed
            | Self::Append(_)
            | Self::Read(_)
            | Self::Unseal(_)
            | Self::Seal(_)
            | Self::Corrupt(_)
            | Self::Shared(_) => false,
        }
    }
}

#[derive(Debug, Error)]
pub enum StartError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Key(#[from] KeyFileError),
    #[error("数据库读取失败：{0}。请检查数据库服务后重试")]
    Read(#[from] EngineError),
    #[error(transparent)]
    Append(#[from] AppendError),
    #[error("不能完成台账中的匿名化：{0}")]
    Erase(#[from] erase::EraseError),
}

pub struct App {
    log: EventLog,
    people: People,
    ledger: Ledger,
    clock: fn() -> i64,
    cache: StreamCache,
    answers: Answers,
    cohorts: Cohorts,
    /// Nothing is appended; what would be is kept in memory only.
    rehearsal: bool,
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
            clock,
            cache: StreamCache::default(),
            answers: Answers::default(),
            cohorts: Cohorts::default(),
            rehearsal: false,
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
    pub fn rehearsal(&self) -> Self {
        let (log, people, ledger) = (self.log.clone(), self.people.clone(), self.ledger.clone());
        Self {
            log,
            people,
            ledger,
            clock: self.clock,
            cache: StreamCache::unbounded(),
            answers: Answers::default(),
            cohorts: Cohorts::default(),
            rehearsal: true,
        }
    }

    pub fn is_rehearsal(&self) -> bool {
        self.rehearsal
    }

    pub fn log(&self) -> &EventLog {
        &self.log
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

    /// Records one request, or says why not.
    pub async fn execute(&self, caller: &Caller, request: Request) -> Result<Done, AppError> {
        let mut tries = 0;
        loop {
            tries += 1;
            let fresh = tries > 1;
            match &request.orders[..] {
                _ if fresh => (),
                [] | [_] => self.expect_new(&request),
                // Each would ask for its streams by itself.
                [_, _, ..] => self.prefetch(std::slice::from_ref(&request)).await?,
            }
            let mut unit = Unit::new(&self.log, &self.cache, &request, fresh);
            let result = match self.decide(caller, &mut unit, &request).await {
                Ok(()) => self.append(caller, unit, &request).await,
                Err(error) => Err(error),
            };
            match result {
                // The same command may have been recorded before: then its own effect is what refuses it now.
                Err(error) if error.is_refusal() && fresh => {
                    return self.repeated(&request).await?.map_or(Err(error), |done| Ok(Done::Recorded(done)));
                }
                Err(error) if error.is_refusal() => (),
                Err(AppError::Append(AppendError::Stale)) if tries < TRIES_MAX && request.seen.is_empty() => (),
                result => return result,
            }
        }
    }

    /// Which orders of a request are refused and why, by their place in it; nothing is recorded. One refusal is enough
    /// for `execute` to record none of them; who ordered for many wants to hear of each.
    pub async fn refusals(&self, caller: &Caller, request: &Request) -> Result<Vec<(usize, AppError)>, AppError> {
        let mut unit = Unit::new(&self.log, &self.cache, request, !self.rehearsal);
        let mut refusals = vec![];
        for (index, order) in request.orders.iter().enumerate() {
            match self.decide_one(caller, &mut unit, order).await {
                Ok(()) => (),
                Err(refusal) if refusal.is_refusal() => refusals.push((index, refusal)),
                Err(error) => return Err(error),
            }
        }
        Ok(refusals)
    }

    /// Brings these streams into memory as they are now, also where another process has added to them.
    pub async fn bring_up_to_date<A: Stream>(&self, ids: &[Uuid]) -> Result<(), AppError> {
        self.cache.forget_stale::<A>(&self.log, ids).await?;
        self.cache.load_all::<A>(&self.log, ids).await
    }

    /// A folded stream and its version, as this process last saw it.
    pub async fn load<A: Stream>(&self, id: Uuid) -> Result<(Arc<A>, u64), AppError> {
        self.cache.load::<A>(&self.log, id).await
    }

    /// The streams that these orders begin need not be loaded; neither do those that a new student cannot have yet.
    fn expect_new(&self, request: &Request) {
        for order in request.orders.iter().filter(|order| order.begins_stream()) {
            let id = order.stream().id;
            match order {
                Order::School { .. } => self.cache.expect_new::<School>(id),
                Order::Employer { .. } => self.cache.expect_new::<Employer>(id),
                Order::Import { .. } => self.cache.expect_new::<Import>(id),
                Order::Account { .. } => self.cache.expect_new::<Account>(id),
                Order::Host { .. } => self.cache.expect_new::<Host>(id),
                Order::Placement { .. } | Order::Agreement { .. } => {
                    self.cache.expect_new::<Placement>(id);
                    self.cache.expect_new::<Agreement>(id);
                }
                // These may have begun long ago.
                Order::Log { .. } | Order::Exemption { .. } | Order::Season { .. } => (),
                Order::Student { .. } | Order::Outcome { .. } | Order::FurtherStudy { .. } => {
                    self.cache.expect_new::<Student>(id);
                    self.cache.expect_new::<Outcome>(id);
                    self.cache.expect_new::<FurtherStudy>(id);
                }
            }
        }
    }

    async fn decide(&self, caller: &Caller, unit: &mut Unit<'_>, request: &Request) -> Result<(), AppError> {
        unit.cause(request.causation.as_deref());
        for student in &request.sealed_of {
            if unit.rely_on::<Student>(student.0).await?.is_erased() {
                return Err(AppError::Erased);
            }
        }
        for order in &request.orders {
            self.decide_one(caller, unit, order).await?;
        }
        Ok(())
    }

    /// One order: who may give it, to whom its events belong, and what the aggregate says.
    async fn decide_one(&self, caller: &Caller, unit: &mut Unit<'_>, order: &Order) -> Result<(), AppError> {
        if !caller.may(order.capability()) {
            return Err(AppError::NotAllowed);
        }
        match order.clone() {
            Order::School { id, code, command } => {
                if !caller.scope.covers_school(&code) {
                    return Err(AppError::NotFound);
                }
                unit.handle::<School>(id, command, Some(code), Audience::All).await
            }
            Order::Employer { id, command } => self.decide_employer(unit, id, command).await,
            Order::Host { host, school, command } => self.decide_host(caller, unit, host, school, command).await,
            Order::Season { season, school, command } => {
                self.decide_season(caller, unit, season, school, command).await
            }
            Order::Exemption { student, command } => self.decide_exemption(caller, unit, student, command).await,
            Order::Placement { placement, command } => self.decide_placement(caller, unit, placement, command).await,
            Order::Agreement { placement, command } => self.decide_agreement(caller, unit, placement, command).await,
            Order::Import { id, school, command } => {
                let audience = if school.is_some() { Audience::School } else { Audience::City };
                unit.handle::<Import>(id, command, school, audience).await
            }
            Order::Account { account, command } => self.decide_account(caller, unit, account, command).await,
            Order::Log { command } => unit.handle::<Log>(order.stream().id, command, None, Audience::All).await,
            Order::Student { student, command } => {
                let registered = unit.rely_on::<Student>(student.0).await?;
                let (school, class) = belongs_to(&registered, Some(&command)).ok_or(AppError::NotFound)?;
                if !caller.scope.covers(&school, &class) {
                    return Err(AppError::NotFound);
                }
                self.may_leave(unit, student, &command).await?;
                unit.handle::<Student>(student.0, command, Some(school), Audience::School).await
            }
            Order::Outcome { student, command } => {
                let (school, graduated_on) = self.graduate(caller, unit, student).await?;
                let command = command.knowing_graduation(graduated_on);
                unit.handle::<Outcome>(student.0, command, Some(school), Audience::School).await
            }
            Order::FurtherStudy { student, command } => {
                let (school, graduated_on) = self.graduate(caller, unit, student).await?;
                let command = command.knowing_graduation(graduated_on);
                unit.handle::<FurtherStudy>(student.0, command, Some(school), Audience::School).await
            }
        }
    }

    /// The school and day of graduation of a student inside the caller's scope.
    async fn graduate(
        &self,
        caller: &Caller,
        unit: &mut Unit<'_>,
        student: StudentId,
    ) -> Result<(SchoolCode, Option<Date>), AppError> {
        let state = unit.rely_on::<Student>(student.0).await?;
        let (school, class) = belongs_to(&state, None).ok_or(AppError::NotFound)?;
        if caller.scope.covers(&school, &class) { Ok((school, state.graduated_on())) } else { Err(AppError::NotFound) }
    }

    fn append_request(&self, caller: &Caller, unit: &Unit<'_>, request: &Request) -> Option<AppendRequest> {
        let rows_alone = request.orders.is_empty() && !(request.rows.is_empty() && request.removals.is_empty());
        let events = unit.take_events();
        // What is sealed beside an order that changes nothing is not kept either.
        if events.is_empty() && !rows_alone {
            return None;
        }
        Some(AppendRequest {
            key: request.key.clone().into(),
            fingerprint: self.people.command_fingerprint(request.asked.as_bytes()),
            streams: unit.streams(),
            guards: request.guards.iter().cloned().chain(unit.guards()).collect(),
            events,
            rows: request.rows.clone(),
            removals: request.removals.clone(),
            actor: caller.actor(),
            source: caller.source.into(),
            answer: request.answer.to_string().into(),
        })
    }

    async fn append(&self, caller: &Caller, unit: Unit<'_>, request: &Request) -> Result<Done, AppError> {
        let Some(append) = self.append_request(caller, &unit, request) else {
            // It may be so because the same command was recorded before.
            return Ok(self.repeated(request).await?.map_or(Done::Unchanged, Done::Recorded));
        };
        if self.rehearsal {
            unit.keep();
            return Ok(Done::Recorded(many::rehearsed(append)));
        }
        let kin = unit.kin();
        match self.log.append(append).await {
            Ok(receipt) if receipt.repeated => {
                self.cache.forget(&kin);
                Ok(Done::Recorded(receipt))
            }
            Ok(receipt) => {
                unit.keep();
                Ok(Done::Recorded(receipt))
            }
            Err(error) => {
                self.cache.forget(&kin);
                Err(error.into())
            }
        }
    }

    /// The receipt under the request's key, if the same was recorded before.
    async fn repeated(&self, request: &Request) -> Result<Option<Receipt>, AppError> {
        let Some((fingerprint, receipt)) = self.log.answered(&request.key).await? else { return Ok(None) };
        if fingerprint == self.people.command_fingerprint(request.asked.as_bytes()) {
            Ok(Some(receipt))
        } else {
            Err(AppendError::KeyReused.into())
        }
    }
}

/// The school and class of a student, or those that a registration brings.
fn belongs_to(student: &Student, command: Option<&StudentCommand>) -> Option<(SchoolCode, ClassName)> {
    let registration = match (student.registered(), command) {
        (Some(registered), _) => &registered.registration,
        (None, Some(StudentCommand::Register { registration, .. })) => registration,
        (None, Some(StudentCommand::Erase { .. })) => student.last_registration()?,
        (None, _) => return None,
    };
    Some((registration.school.clone(), registration.class.clone()))
}
