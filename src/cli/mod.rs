//! The command line: what was typed becomes a command or a question of the app, whose answer is printed.
//!
//! In reading order: `tree` every subcommand; `help`, `examples`, `usage` what clap says, in the caller's language; `answer`
//! what is printed of a command's answer, `list` of a question's; `import`, `report`, `packet` what brings
//! files in or writes them; `maintenance`, `key`, `serve` and `demo` the operator's acts on the machine; `output` and `screen`
//! how files and lines are written. No rules, no lookups: whatever a page would need again is the app's.

mod answer;
mod demo;
mod demo_season;
mod error;
mod examples;
mod help;
mod import;
mod key;
mod list;
mod maintenance;
mod output;
mod packet;
mod report;
mod sample;
mod screen;
mod serve;
mod tree;
mod usage;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, FromArgMatches as _, Parser};
use jiff::civil::Date;
use serde_json::json;

pub use error::CliError;
use gradtrail::accounts::Caller;
use gradtrail::app::App;
use gradtrail::app::actions::{Command, Question, Reply};
use gradtrail::app::health::ShowHead;
use gradtrail::app::key::Key;
use gradtrail::domain::day::day_of;
use gradtrail::event_log::{EventLog, Location};
use gradtrail::text::instants::rfc3339;
use gradtrail::text::lang::Lang;
use tree::{Act, CliCommand};

// What each field means to the user is told by the catalogue.
#[derive(Parser)]
#[command(name = "gradtrail", version, max_term_width = 100)]
struct Cli {
    #[arg(long, global = true, default_value = "gradtrail-data", value_name = "DIR")]
    data_dir: PathBuf,
    #[arg(long, global = true, env = "GRADTRAIL_DATABASE_URL", value_name = "URL")]
    database_url: Option<String>,
    #[arg(long, global = true, value_enum, default_value = "zh")]
    lang: Lang,
    #[arg(long = "as", global = true, value_name = "STAFF")]
    acting_for: Option<String>,
    #[arg(long, global = true, value_name = "KEY")]
    key: Option<String>,
    #[command(subcommand)]
    command: CliCommand,
}

/// Everything a command needs to begin.
pub struct Session {
    pub app: App,
    pub caller: Caller,
    pub lang: Lang,
    pub key: Option<Key>,
}

/// Where a session's database and key are.
pub struct Place {
    pub data_dir: PathBuf,
    pub location: Location,
}

impl Place {
    pub async fn open(&self, lang: Lang) -> Result<App, CliError> {
        self.make_data_dir(lang)?;
        Ok(App::open(&self.location, &self.key_file(), now).await?)
    }

    /// The app of a database that is there already, for what only reads: nothing is begun by a question.
    pub async fn open_existing(&self, lang: Lang) -> Result<App, CliError> {
        if EventLog::is_there(&self.location).await {
            return Ok(App::open(&self.location, &self.key_file(), now).await?);
        }
        let database = match &self.location {
            Location::Sqlite(file) => file.display().to_string(),
            Location::Postgres(_) => "PostgreSQL".to_owned(),
        };
        Err(lang
            .of(
                format!(
                    "{database} 还没有数据库；请核对 --data-dir 和 --database-url。要开始使用，先用 gradtrail school add 登记学校，或用 gradtrail import 导入学校名单"
                ),
                format!(
                    "There is no database yet: {database}; check --data-dir and --database-url. To begin, register a school \
                     with gradtrail school add, or import the list of schools with gradtrail import"
                ),
            )
            .into())
    }

    fn make_data_dir(&self, lang: Lang) -> Result<(), CliError> {
        Ok(std::fs::create_dir_all(&self.data_dir).map_err(|error| {
            let folder = self.data_dir.display();
            lang.of(
                format!("不能建立数据目录 {folder}：{error}。请检查上级目录是否可写、磁盘是否已满"),
                format!(
                    "The data folder {folder} cannot be made: {error}. Check that the folder above can be written and the \
                     disk is not full"
                ),
            )
        })?)
    }

    pub fn key_file(&self) -> PathBuf {
        self.data_dir.join("gradtrail.key")
    }
}

/// Microseconds since 1970-01-01 UTC.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
fn now() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}

/// The calendar day in Shanghai, for what needs no database.
fn today() -> Date {
    day_of(now())
}

/// Runs the command line; 0 succeeded, 1 failed, 2 wrong usage.
pub fn run() -> ExitCode {
    let cli = match parsed() {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !gradtrail::intake::sheet::is_guarded() {
            report(panic);
        }
    }));
    let runtime = match gradtrail::runtime::runtime() {
        Ok(runtime) => runtime,
        Err(error) => {
            screen::complaint(cli.lang.of("错误：不能启动：", "Error: the program cannot start: "), &error);
            return ExitCode::FAILURE;
        }
    };
    let lang = cli.lang;
    match runtime.block_on(execute(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            screen::complaint(lang.of("错误：", "Error: "), &error.sentence(lang));
            ExitCode::FAILURE
        }
    }
}

/// What was typed, or how the program ends because of it.
fn parsed() -> Result<Cli, ExitCode> {
    let lang = usage::language(std::env::args_os());
    let tree = help::localized(Cli::command(), lang);
    let read = tree.try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches));
    read.map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // That the reader closed the pipe is no failure.
            let _closed = error.print();
            ExitCode::SUCCESS
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _closed = error.print();
            ExitCode::from(WRONG_USAGE)
        }
        _ => {
            screen::complaint(lang.of("错误：", "Error: "), &usage::sentence(&error, lang));
            ExitCode::from(WRONG_USAGE)
        }
    })
}

const WRONG_USAGE: u8 = 2;

async fn execute(cli: Cli) -> Result<(), CliError> {
    let location = match &cli.database_url {
        Some(url) => Location::parse(url)?,
        None => Location::Sqlite(cli.data_dir.join("gradtrail.db")),
    };
    let place = Place { data_dir: cli.data_dir, location };
    let (act, lang) = (cli.command.act(), cli.lang);
    if let Act::Machine(machine) = act {
        if cli.acting_for.is_some() {
            return Err(lang
                .of(
                    "这条命令由操作员在本机执行，不代人办理；请去掉 --as",
                    "The operator runs this command on the machine, in nobody's name; leave out --as",
                )
                .into());
        }
        return machine.run(place, lang).await;
    }
    let app = if act.only_reads() { place.open_existing(lang).await? } else { place.open(lang).await? };
    let caller = match &cli.acting_for {
        Some(wanted) => Caller::operator_for(app.find_staff(wanted).await?, "cli"),
        None => Caller::operator("cli"),
    };
    let key = cli.key.as_deref().map(Key::parse).transpose()?;
    let session = Session { app, caller, lang, key };
    let done = match act {
        Act::Command(command) => session.run(&command).await,
        Act::Head(head) => session.print_head(head).await,
        Act::List(list) => list.run(&session).await,
        Act::Import(import) => import.run(&session).await,
        Act::Report(report) => report.run(&session).await,
        Act::Packet(packet) => packet.run(&session).await,
        Act::Evidence(get) => get.run(&session).await,
        Act::Erase(erase) => erase.run(&session, &place).await,
        Act::Check => maintenance::check(&session, &place).await,
        Act::Machine(_) => Ok(()), // Ran above.
    };
    // What was recorded is noted outside the database, also when the command failed half-way; and it stays recorded
    // where it cannot be noted.
    if let Err(error) = session.app.note_head().await {
        let (lang, error) = (session.lang, CliError::from(error));
        let reminder = lang.of("提醒：日志头没有记入台账。", "Note: the head of the log was not noted in the ledger. ");
        screen::complaint(reminder, &error.sentence(lang));
    }
    done
}

impl Session {
    async fn run(&self, command: &Command) -> Result<(), CliError> {
        let answer = self.app.run(&self.caller, self.key.as_ref(), command).await?;
        answer::print(command, answer, self.lang)
    }

    async fn print_head(&self, question: ShowHead) -> Result<(), CliError> {
        let Reply::Head(head) = self.app.ask(&self.caller, &Question::Head(question)).await? else {
            return Ok(()); // Not what was asked.
        };
        screen::json(&json!({
            "position": head.position(),
            "root": hex::encode(head.root()),
            // Before the first event there is no instant.
            "recorded_at": (head.position() > 0).then(|| rfc3339(head.last_recorded_at)),
        }))
    }
}
