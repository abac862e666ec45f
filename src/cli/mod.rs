//! The command line: what can be asked, in words; each group of commands in a file of its own. No logic.

mod agreement;
mod at_work;
mod demo;
mod demo_season;
mod employer;
mod evidence;
mod exemption;
mod fields;
mod figures;
mod files;
mod host;
mod keeping;
mod log;
mod output;
mod packet;
mod placement;
mod placement_show;
mod records;
mod screen;
mod season;
mod serve;
mod whom;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

use gradtrail::accounts::Caller;
use gradtrail::app::App;
use gradtrail::domain::day::day_of;
use gradtrail::event_log::Location;

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
    /// 代某位人员操作（编号、编号前 8 位或姓名），只能看到此人的范围 / act for a member of staff
    #[arg(long = "as", global = true, value_name = "STAFF")]
    acting_for: Option<String>,
    #[command(subcommand)]
    command: Command,
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

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    Zh,
    En,
}

#[derive(Subcommand)]
enum Command {
    /// 登记和列出学校 / schools
    #[command(subcommand)]
    School(records::SchoolCommand),
    /// 登记和列出人员 / staff
    #[command(subcommand)]
    Staff(records::StaffCommand),
    /// 导入名册、去向、升学、成绩文件，或撤销一次导入 / import files, or undo an import
    Import(files::Import),
    /// 列出导入批次 / list imports
    Imports,
    /// 生成空白模板 / write a blank workbook
    Template(files::Template),
    /// 生成样例城市的文件 / write the sample city
    Sample(files::Sample),
    /// 登记单位 / employers
    #[command(subcommand)]
    Employer(employer::EmployerArgs),
    /// 本校的实习单位：提出、考察、核定、公布 / hosts of a school
    #[command(subcommand)]
    Host(host::HostArgs),
    /// 毕业班和实习起止日期 / the final classes of a school
    #[command(subcommand)]
    Season(season::SeasonArgs),
    /// 实习安排：一名学生或全班 / placements of a student or a class
    #[command(subcommand)]
    Placement(placement::PlacementArgs),
    /// 实习协议和其他材料：拟、发、签、撤回、补充、解除 / agreements and their signatures
    #[command(subcommand)]
    Agreement(agreement::AgreementArgs),
    /// 免实习：申请、决定、撤回 / exemptions from internship
    #[command(subcommand)]
    Exemption(exemption::ExemptionArgs),
    /// 取回扫描件等佐证文件 / get back a file of evidence
    #[command(subcommand)]
    Evidence(evidence::EvidenceArgs),
    /// 打印实习材料 / print the packet of documents
    Packet(packet::Packet),
    /// 年度统计 / year-end figures
    Report(figures::Report),
    /// 打开一个指标：谁在分子、谁只在分母、谁不计 / who stands behind a figure
    Explain(figures::Explain),
    /// 没有去向的毕业生和没有名册的学校 / what a year still lacks
    Missing(figures::Year),
    /// 互相矛盾的记录 / contradicting records
    Conflicts(figures::Year),
    /// 今日待办 / what waits to be done
    Queue(at_work::Queue),
    /// 谁在哪里实习，或按分组的人数 / who is at work where
    AtWork(at_work::AtWork),
    /// 一个班的材料 / the packets of a class
    Grid(at_work::Grid),
    /// 日志头：位置、根、时间 / head of the log
    Head,
    /// 列出事件 / list events
    Events(log::Events),
    /// 一名学生或其他对象的全部事件 / all events of one id
    History(log::History),
    /// 校验日志、流版本和读模型 / verify the log and the read models
    Verify(log::Verify),
    /// 检查安装：数据库、密钥、读模型 / check the installation
    Check,
    /// 重建读模型 / rebuild read models
    Rebuild(log::Rebuild),
    /// 匿名化一名学生 / erase a person
    Erase(keeping::Erase),
    /// 清除数据库文件中已删除数据的残留 / wipe what was deleted out of the files
    Scrub,
    /// 备份 / back up
    Backup(keeping::Backup),
    /// 恢复备份 / restore a backup
    Restore(keeping::Restore),
    /// 复制到另一个数据库 / copy to another database
    Copy(keeping::Copy),
    /// 导出或放回密钥 / export or put back the key
    #[command(subcommand)]
    Key(keeping::Key),
    /// 打开只读网页 / serve the pages
    Serve(serve::Serve),
    /// 样例城市全流程演示 / the whole demo
    Demo(demo::Demo),
}

impl Command {
    /// Whether it shows or moves all schools' data, whatever the scope of a member of staff.
    fn is_of_the_whole_database(&self) -> bool {
        match self {
            Self::Scrub
            | Self::Backup(_)
            | Self::Restore(_)
            | Self::Copy(_)
            | Self::Key(_)
            | Self::Serve(_)
            | Self::Demo(_) => true,
            Self::School(_)
            | Self::Staff(_)
            | Self::Import(_)
            | Self::Imports
            | Self::Template(_)
            | Self::Sample(_)
            | Self::Employer(_)
            | Self::Host(_)
            | Self::Season(_)
            | Self::Placement(_)
            | Self::Agreement(_)
            | Self::Exemption(_)
            | Self::Evidence(_)
            | Self::Packet(_)
            | Self::Report(_)
            | Self::Explain(_)
            | Self::Missing(_)
            | Self::Conflicts(_)
            | Self::Queue(_)
            | Self::AtWork(_)
            | Self::Grid(_)
            | Self::Head
            | Self::Events(_)
            | Self::History(_)
            | Self::Verify(_)
            | Self::Check
            | Self::Rebuild(_)
            | Self::Erase(_) => false,
        }
    }
}

/// Everything a command needs to begin.
pub struct Session {
    pub app: App,
    pub caller: Caller,
    pub lang: Lang,
}

/// What went wrong, in a sentence.
pub type Failure = Box<dyn std::error::Error>;

/// Where a session's database and key are.
pub struct Place {
    pub data_dir: PathBuf,
    pub location: Location,
}

impl Place {
    pub async fn open(&self) -> Result<App, Failure> {
        self.make_data_dir()?;
        Ok(App::open(&self.location, &self.key_file(), now).await?)
    }

    fn make_data_dir(&self) -> Result<(), Failure> {
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

async fn execute(cli: Cli) -> Result<(), Failure> {
    let location = match &cli.database_url {
        Some(url) => Location::parse(url)?,
        None => Location::Sqlite(cli.data_dir.join("gradtrail.db")),
    };
    let place = Place { data_dir: cli.data_dir, location };
    if cli.acting_for.is_some() && cli.command.is_of_the_whole_database() {
        return Err("这条命令涉及整个数据库，由操作员执行；请去掉 --as".into());
    }
    match cli.command {
        // These need no database.
        Command::Template(command) => return command.run(),
        Command::Sample(command) => return command.run(),
        Command::Demo(command) => return command.run(place, cli.lang).await,
        // These open their databases themselves.
        Command::Restore(command) => return command.run(&place).await,
        Command::Copy(command) => return command.run(&place).await,
        Command::Key(command) => return command.run(&place).await,
        _ => (),
    }
    let app = place.open().await?;
    let caller = match &cli.acting_for {
        Some(wanted) => Caller::operator_for(app.find_staff(wanted).await?, "cli"),
        None => Caller::operator("cli"),
    };
    if let Command::Serve(command) = cli.command {
        return command.run(app).await;
    }
    let session = Session { app, caller, lang: cli.lang };
    let done = match cli.command {
        Command::School(command) => command.run(&session).await,
        Command::Staff(command) => command.run(&session).await,
        Command::Import(command) => command.run(&session).await,
        Command::Imports => files::imports(&session).await,
        Command::Employer(command) => command.run(&session).await,
        Command::Host(command) => command.run(&session).await,
        Command::Season(command) => command.run(&session).await,
        Command::Placement(command) => command.run(&session).await,
        Command::Agreement(command) => command.run(&session).await,
        Command::Exemption(command) => command.run(&session).await,
        Command::Evidence(command) => command.run(&session).await,
        Command::Packet(command) => command.run(&session).await,
        Command::Report(command) => command.run(&session).await,
        Command::Explain(command) => command.run(&session).await,
        Command::Missing(command) => figures::missing(&session, &command).await,
        Command::Conflicts(command) => figures::conflicts(&session, &command).await,
        Command::Queue(command) => command.run(&session).await,
        Command::AtWork(command) => command.run(&session).await,
        Command::Grid(command) => command.run(&session).await,
        Command::Head => log::head(&session).await,
        Command::Events(command) => command.run(&session).await,
        Command::History(command) => command.run(&session).await,
        Command::Verify(command) => command.run(&session).await,
        Command::Check => log::check(&session, &place).await,
        Command::Rebuild(command) => command.run(&session).await,
        Command::Erase(command) => command.run(&session, &place).await,
        Command::Scrub => keeping::run_scrub(&place).await,
        Command::Backup(command) => command.run(&session, &place).await,
        Command::Template(_)
        | Command::Sample(_)
        | Command::Demo(_)
        | Command::Restore(_)
        | Command::Serve(_)
        | Command::Copy(_)
        | Command::Key(_) => Ok(()), // Ran above.
    };
    // What was recorded is noted outside the database, also when the command failed half-way; and it stays recorded
    // where it cannot be noted.
    if let Err(error) = session.app.note_head().await {
        screen::complaint("提醒：日志头没有记入台账。", &error);
    }
    done
}
