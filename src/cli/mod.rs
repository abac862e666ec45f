//! The command line: what was typed becomes a command or a question of the app, whose answer is printed.
//!
//! In reading order: `tree` every subcommand; `answer` and `show` what is printed; `import`, `report`, `packet` what brings
//! files in or writes them; `maintenance`, `key`, `serve` and `demo` the operator's acts on the machine; `output` and `screen`
//! how files and lines are written. No rules, no lookups: whatever a page would need again is the app's.

mod answer;
mod demo;
mod demo_season;
mod import;
mod key;
mod maintenance;
mod output;
mod packet;
mod report;
mod sample;
mod screen;
mod serve;
mod show;
mod tree;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use jiff::civil::Date;

use gradtrail::accounts::Caller;
use gradtrail::app::App;
use gradtrail::app::actions::{Command, Question};
use gradtrail::app::key::Key;
use gradtrail::catalogue::Lang;
use gradtrail::domain::day::day_of;
use gradtrail::event_log::Location;
use tree::{Act, CliCommand};

/// 实习与毕业去向的事件溯源统计系统。每个数字都能打开到人、事件和佐证。
///
/// Event-sourced tracking of internships and graduates: every published figure opens down to people, events and
/// evidence.
#[derive(Parser)]
#[command(version, after_help = EXAMPLES, max_term_width = 100)]
struct Cli {
    /// 数据目录：数据库 gradtrail.db 和密钥 gradtrail.key 放在这里 / folder of database and key
    #[arg(long, global = true, default_value = "gradtrail-data", value_name = "DIR")]
    data_dir: PathBuf,
    /// 数据库地址：sqlite:路径 或 postgres://…；不填用数据目录中的 SQLite / database address
    #[arg(long, global = true, env = "GRADTRAIL_DATABASE_URL", value_name = "URL")]
    database_url: Option<String>,
    /// 输出语言：en 用于文字报告和 demo / language of the text report and of demo
    #[arg(long, global = true, value_enum, default_value = "zh")]
    lang: Lang,
    /// 代某位人员操作（编号或其后 8 位，或姓名），只能看到此人的范围 / act for a member of staff
    #[arg(long = "as", global = true, value_name = "STAFF")]
    acting_for: Option<String>,
    /// 操作编号，自定：同一编号的同一命令只记录一次；不填则每次都是新的命令 / idempotency key
    #[arg(long, global = true, value_name = "KEY")]
    key: Option<String>,
    #[command(subcommand)]
    command: CliCommand,
}

const EXAMPLES: &str = "\
例 Examples:
  gradtrail demo                                   生成样例城市、导入、打印年度统计，并打开网页
  gradtrail demo --season                          另加一个实习季：23 所学校约 1.8 万项实习安排
  gradtrail school add --code 33070001 --name 某某职业学校 --category 民办
  gradtrail import 学校名单.xlsx 名册.xlsx 去向.csv    导入文件；加 --check 只检查不记录
  gradtrail report --year 2022 --by school         年度统计，按学校分组
  gradtrail report --year 2022 --out 2022届.docx    写成 Word、Excel、网页或 CSV 文件
  gradtrail explain employment_rate --year 2022    打开一个数字：分子、分母、由哪个事件决定
  gradtrail placement draft --help                 安排全班实习；发材料、登记签署见 agreement、packet
  gradtrail verify                                 校验日志与读模型
  gradtrail backup 备份.db                          备份；密钥和台账另外保存
  gradtrail erase 学生编号 --reason request          匿名化一名学生

退出码 Exit codes: 0 成功 / 1 失败 / 2 用法错误";

/// Everything a command needs to begin.
pub struct Session {
    pub app: App,
    pub caller: Caller,
    pub lang: Lang,
    pub key: Option<Key>,
}

/// What went wrong, in a sentence.
pub type CliError = Box<dyn std::error::Error>;

/// Where a session's database and key are.
pub struct Place {
    pub data_dir: PathBuf,
    pub location: Location,
}

impl Place {
    pub async fn open(&self) -> Result<App, CliError> {
        self.make_data_dir()?;
        Ok(App::open(&self.location, &self.key_file(), now).await?)
    }

    fn make_data_dir(&self) -> Result<(), CliError> {
        Ok(std::fs::create_dir_all(&self.data_dir).map_err(|error| {
            format!("不能建立数据目录 {}：{error}。请检查上级目录是否可写、磁盘是否已满", self.data_dir.display())
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
    let cli = Cli::parse();
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if !gradtrail::intake::sheet::is_guarded() {
            report(panic);
        }
    }));
    let runtime = match gradtrail::runtime::runtime() {
        Ok(runtime) => runtime,
        Err(error) => {
            screen::complaint("错误：不能启动：", &error);
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(execute(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            screen::complaint("错误：", &error);
            ExitCode::FAILURE
        }
    }
}

async fn execute(cli: Cli) -> Result<(), CliError> {
    let location = match &cli.database_url {
        Some(url) => Location::parse(url)?,
        None => Location::Sqlite(cli.data_dir.join("gradtrail.db")),
    };
    let place = Place { data_dir: cli.data_dir, location };
    let act = cli.command.act();
    if let Act::Machine(machine) = act {
        if cli.acting_for.is_some() {
            return Err("这条命令涉及整个数据库，由操作员执行；请去掉 --as".into());
        }
        return machine.run(place, cli.lang).await;
    }
    let app = place.open().await?;
    let caller = match &cli.acting_for {
        Some(wanted) => Caller::operator_for(app.find_staff(wanted).await?, "cli"),
        None => Caller::operator("cli"),
    };
    let key = cli.key.as_deref().map(Key::parse).transpose()?;
    let session = Session { app, caller, lang: cli.lang, key };
    let done = match act {
        Act::Command(command) => session.run(&command).await,
        Act::Question(question) => session.ask(&question).await,
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
        screen::complaint("提醒：日志头没有记入台账。", &error);
    }
    done
}

impl Session {
    async fn run(&self, command: &Command) -> Result<(), CliError> {
        let answer = self.app.run(&self.caller, self.key.as_ref(), command).await?;
        answer::print(command, answer)
    }

    async fn ask(&self, question: &Question) -> Result<(), CliError> {
        show::print(self.app.ask(&self.caller, question).await?)
    }
}
