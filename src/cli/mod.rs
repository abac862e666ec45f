//! The command line: what was typed becomes a command or a question of the app, whose answer is printed.
//!
//! Here is every subcommand, what it is, and how it is run. `session` where and for whom; `usage`, `help` and `examples` what
//! clap reads and says, in the caller's language; `answer`
//! what is printed of a command's answer, `list` of a question's; `import`, `report`, `packet` what brings
//! files in or writes them; `maintenance`, `key`, `serve`, `serving` and `demo` the operator's acts on the machine; `output` and `screen`
//! how files and lines are written. No rules, no lookups: whatever a page would need again is the app's.

mod answer;
mod collect;
mod demo;
mod demo_season;
mod error;
mod examples;
mod help;
mod import;
mod key;
mod list;
mod mail;
mod maintenance;
mod nouns;
mod output;
mod packet;
mod practice;
mod receipt;
mod refused;
mod report;
mod sample;
mod screen;
mod serve;
mod serving;
mod session;
mod usage;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use gradtrail::accounts::Caller;
use gradtrail::app::account::AccountOrder;
use gradtrail::app::actions::{Command, Question};
use gradtrail::app::at_work::{ShowAtWork, ShowGrid, ShowQueue};
use gradtrail::app::changes::ListChanges;
use gradtrail::app::compare::CompareReports;
use gradtrail::app::definitions::ListDefinitions;
use gradtrail::app::explain::{ExplainFigure, ListConflicts, ListMissing};
use gradtrail::app::health::ShowHead;
use gradtrail::app::history::{ListEvents, ShowHistory};
use gradtrail::app::import::ListImports;
use gradtrail::app::key::Key;
use gradtrail::app::statement::input::ConflictOrder;
use gradtrail::app::trend::ShowTrend;
use gradtrail::domain::account::codes::EmergencyReason;
use gradtrail::event_log::Location;
use gradtrail::input::words::TermParser;
use gradtrail::text::lang::Lang;

use collect::Collect;
use demo::Demo;
pub use error::CliError;

use import::Import;
use key::KeyCommand;
use list::{List, Listed, ListedPersons};
use maintenance::{Backup, Copy, Erase, Rebuild, Restore, Verify};
use nouns::{
    AgreementCommands, CallCommands, ClassCommands, EmployerCommands, EvidenceCommands, ExemptionCommands,
    HostCommands, MailCommands, OutcomeCommands, PlacementCommands, PublicationCommands, SchoolCommands,
    SeasonCommands, SessionCommands, StaffCommands, StudentCommands, StudyCommands, SurveyCommands, TokenCommands,
};
use packet::{GetFile, GetForm, Invitations, Packet};
use report::Report;
use sample::{Sample, Template};
use serve::Serve;
pub use session::{Place, Session, now, today};

// What each field means to the user is told by the catalogue.
#[derive(Parser)]
#[command(name = "gradtrail", version, max_term_width = 100)]
struct Cli {
    #[arg(long, global = true, env = "GRADTRAIL_DATA_DIR", default_value = "gradtrail-data", value_name = "DIR")]
    data_dir: PathBuf,
    #[arg(long, global = true, env = "GRADTRAIL_DATABASE_URL", value_name = "URL")]
    database_url: Option<String>,
    #[arg(long, global = true, value_enum, default_value = "zh")]
    lang: Lang,
    #[arg(long = "as", global = true, value_name = "STAFF")]
    acting_for: Option<String>,
    #[arg(long, global = true, value_name = "STAFF", requires = "acting_for")]
    in_place_of: Option<String>,
    #[arg(long, global = true, value_name = "REASON", requires = "acting_for", value_parser = TermParser::<EmergencyReason>::new())]
    emergency: Option<EmergencyReason>,
    #[arg(long, global = true, value_name = "KEY")]
    key: Option<String>,
    #[command(subcommand)]
    command: CliCommand,
}

#[derive(Subcommand)]
pub enum CliCommand {
    /// 登记和列出学校 / schools
    #[command(subcommand)]
    School(SchoolCommands),
    /// 登记和列出人员 / staff
    #[command(subcommand, alias = "account")]
    Staff(StaffCommands),
    /// 谁登录着 / who is signed in
    #[command(subcommand)]
    Session(SessionCommands),
    /// 给人员的邮件 / mail to staff
    #[command(subcommand)]
    Mail(MailCommands),
    /// 供程序使用的令牌 / tokens of accounts
    #[command(subcommand)]
    Token(TokenCommands),
    /// 查找学生 / students
    #[command(subcommand)]
    Student(StudentCommands),
    /// 班级：毕业班和各项人数 / classes, with their counts
    #[command(subcommand)]
    Class(ClassCommands),
    /// 导入名册、去向、升学、成绩文件，或撤销一次导入 / import files, or undo an import
    Import(Import),
    /// 列出导入批次 / list imports
    Imports(Listed<ListImports>),
    /// 生成空白模板 / write a blank workbook
    Template(Template),
    /// 生成样例城市的文件 / write the sample city
    Sample(Sample),
    /// 登记单位 / employers
    #[command(subcommand)]
    Employer(EmployerCommands),
    /// 本校的实习单位：提出、考察、核定、公布 / hosts of a school
    #[command(subcommand)]
    Host(HostCommands),
    /// 毕业班和实习起止日期 / the final classes of a school
    #[command(subcommand)]
    Season(SeasonCommands),
    /// 以前公布的数字：登记、撤回、列出 / figures published before the system
    #[command(subcommand)]
    Publication(PublicationCommands),
    /// 毕业生跟踪调查：起草、审定、排期、开始、进展 / campaigns that ask graduates
    #[command(subcommand)]
    Survey(SurveyCommands),
    /// 回访：电话、纸质答卷、待打电话 / calls and answers of graduates
    #[command(subcommand)]
    Call(CallCommands),
    /// 实习安排：一名学生或全班 / placements of a student or a class
    #[command(subcommand)]
    Placement(PlacementCommands),
    /// 实习协议和其他材料：拟、发、签、撤回、补充、解除 / agreements and their signatures
    #[command(subcommand)]
    Agreement(AgreementCommands),
    /// 免实习：申请、决定、撤回 / exemptions from internship
    #[command(subcommand)]
    Exemption(ExemptionCommands),
    /// 一名毕业生的去向：申报、审核、判断对口、查看 / what is said of a graduate's destination
    #[command(subcommand)]
    Outcome(OutcomeCommands),
    /// 一名毕业生的升学和考试 / what is said of a graduate's further study and exams
    #[command(subcommand)]
    Study(StudyCommands),
    /// 相互矛盾的记录以哪一条为准 / which of contradicting statements decides
    #[command(subcommand)]
    Conflict(ConflictOrder),
    /// 取回扫描件等佐证文件 / get back a file of evidence
    #[command(subcommand)]
    Evidence(EvidenceCommands),
    /// 打印实习材料 / print the packet of documents
    Packet(Packet),
    /// 年度统计 / year-end figures
    Report(Report),
    /// 打开一个指标：谁在分子、谁只在分母、谁不计 / who stands behind a figure
    Explain(ListedPersons<ExplainFigure>),
    /// 没有去向的毕业生和没有名册的学校 / what a year still lacks
    Missing(ListedPersons<ListMissing>),
    /// 互相矛盾的记录 / contradicting records
    Conflicts(ListedPersons<ListConflicts>),
    /// 两份年度统计相比：哪些数字不同，差多少，为什么，在谁身上 / where two reports of a year differ
    Compare(ListedPersons<CompareReports>),
    /// 历年的指标：逐人统计的和以前公布的 / figures over the years
    Trend(Listed<ShowTrend>),
    /// 指标和人数的定义 / what each figure means
    Definitions(Listed<ListDefinitions>),
    /// 今日待办 / what waits to be done
    Queue(ListedPersons<ShowQueue>),
    /// 谁在哪里实习，或按分组的人数 / who is at work where
    AtWork(ListedPersons<ShowAtWork>),
    /// 一个班的材料 / the packets of a class
    Grid(ListedPersons<ShowGrid>),
    /// 日志头：位置、根、时间 / head of the log
    Head(ShowHead),
    /// 列出事件 / list events
    Events(ListedPersons<ListEvents>),
    /// 自哪天起谁记录了什么，按天、人和文件归总 / who recorded how much of what since a day
    Changes(Listed<ListChanges>),
    /// 一名学生或其他对象的全部事件 / all events of one id
    History(ListedPersons<ShowHistory>),
    /// 校验日志、流版本和读模型 / verify the log and the read models
    Verify(Verify),
    /// 检查安装：数据库、密钥、读模型 / check the installation
    Check,
    /// 重建读模型 / rebuild read models
    Rebuild(Rebuild),
    /// 匿名化一名学生 / erase a person
    Erase(Erase),
    /// 清除数据库文件中已删除数据的残留 / wipe what was deleted out of the files
    Scrub,
    /// 备份 / back up
    Backup(Backup),
    /// 恢复备份 / restore a backup
    Restore(Restore),
    /// 复制到另一个数据库 / copy to another database
    Copy(Copy),
    /// 导出或放回密钥 / export or put back the key
    #[command(subcommand)]
    Key(KeyCommand),
    /// 打开网页和接口 / serve the pages and the API
    Serve(Serve),
    /// 样例城市全流程演示 / the whole demo
    Demo(Demo),
}

/// What a subcommand is.
pub enum Act {
    Command(Command),
    Head(ShowHead),
    List(Box<List>),
    /// These bring files in or write them.
    Import(Import),
    Collect(Collect),
    Report(Report),
    Packet(Packet),
    Invitations(Invitations),
    Evidence(GetFile),
    Form(GetForm),
    Erase(Erase),
    Check,
    /// The operator's, whatever the scope of a member of staff.
    Machine(Machine),
}

impl Act {
    /// Whether it has nothing to do where nothing was recorded yet.
    pub fn only_reads(&self) -> bool {
        match self {
            Self::Head(_) | Self::List(_) | Self::Report(_) | Self::Evidence(_) | Self::Form(_) | Self::Check => true,
            Self::Command(_)
            | Self::Import(_)
            | Self::Collect(_)
            | Self::Packet(_)
            | Self::Invitations(_)
            | Self::Erase(_)
            | Self::Machine(_) => false,
        }
    }
}

/// An act on the files of this machine.
pub enum Machine {
    Template(Template),
    Sample(Sample),
    Verify(Verify),
    Rebuild(Rebuild),
    Scrub,
    Backup(Backup),
    Restore(Restore),
    Copy(Copy),
    Key(KeyCommand),
    Retry(mail::Retry),
    Bounce(mail::Bounce),
    Serve(Box<Serve>),
    Demo(Demo),
}

impl CliCommand {
    pub fn act(self) -> Act {
        match self {
            Self::School(SchoolCommands::Order(order)) => Act::Command(Command::School(order)),
            Self::School(SchoolCommands::List(list)) => list.act(Question::Schools),
            Self::Staff(StaffCommands::Order(order)) => Act::Command(Command::Account(order)),
            Self::Staff(StaffCommands::InviteSchool(invite)) => Act::Invitations(invite),
            Self::Staff(StaffCommands::List(list)) => list.act(Question::Accounts),
            Self::Session(SessionCommands::Revoke(revoke)) => {
                Act::Command(Command::Account(AccountOrder::RevokeSessions(revoke)))
            }
            Self::Session(SessionCommands::List(list)) => list.act(Question::Sessions),
            Self::Mail(MailCommands::List(list)) => list.act(Question::Mail),
            Self::Mail(MailCommands::Retry(retry)) => Act::Machine(Machine::Retry(retry)),
            Self::Mail(MailCommands::Bounce(bounce)) => Act::Machine(Machine::Bounce(bounce)),
            Self::Token(TokenCommands::Issue(issue)) => Act::Command(Command::Account(AccountOrder::IssueToken(issue))),
            Self::Token(TokenCommands::Revoke(revoke)) => {
                Act::Command(Command::Account(AccountOrder::RevokeToken(revoke)))
            }
            Self::Token(TokenCommands::List(list)) => list.act(Question::Tokens),
            Self::Student(StudentCommands::Order(order)) => Act::Command(Command::Student(order)),
            Self::Student(StudentCommands::Find(find)) => find.act(Question::Students),
            Self::Student(StudentCommands::List(list)) => list.act(Question::Roster),
            Self::Student(StudentCommands::Show(show)) => show.act(Question::StudentFile),
            Self::Class(ClassCommands::List(list)) => list.act(Question::Classes),
            Self::Import(import) => Act::Import(import),
            Self::Imports(list) => list.act(Question::Imports),
            Self::Template(template) => Act::Machine(Machine::Template(template)),
            Self::Sample(sample) => Act::Machine(Machine::Sample(sample)),
            Self::Employer(EmployerCommands::Order(order)) => Act::Command(Command::Employer(order)),
            Self::Employer(EmployerCommands::Show(show)) => show.act(Question::Employer),
            Self::Employer(EmployerCommands::List(list)) => list.act(Question::Employers),
            Self::Employer(EmployerCommands::Duplicates(list)) => list.act(Question::Duplicates),
            Self::Employer(EmployerCommands::Interns(count)) => count.act(Question::Interns),
            Self::Host(HostCommands::Order(order)) => Act::Command(Command::Host(order)),
            Self::Host(HostCommands::Show(show)) => show.act(Question::Host),
            Self::Host(HostCommands::List(list)) => list.act(Question::Hosts),
            Self::Season(SeasonCommands::Order(order)) => Act::Command(Command::Season(order)),
            Self::Season(SeasonCommands::List(list)) => list.act(Question::Seasons),
            Self::Publication(PublicationCommands::Order(order)) => Act::Command(Command::Publication(order)),
            Self::Publication(PublicationCommands::List(list)) => list.act(Question::Publications),
            Self::Survey(SurveyCommands::Order(order)) => Act::Command(Command::Survey(order)),
            Self::Survey(SurveyCommands::List(list)) => list.act(Question::Surveys),
            Self::Survey(SurveyCommands::Show(show)) => show.act(Question::SurveyProgress),
            Self::Survey(SurveyCommands::People(list)) => list.act(Question::Invited),
            Self::Survey(SurveyCommands::Plan(plan)) => plan.act(Question::SurveyPlan),
            Self::Survey(SurveyCommands::Questionnaire(get)) => Act::Form(get),
            Self::Call(CallCommands::Order(order)) => Act::Command(Command::Call(order)),
            Self::Call(CallCommands::List(list)) => list.act(Question::Calls),
            Self::Placement(PlacementCommands::Order(order)) => Act::Command(Command::Placement(order)),
            Self::Agreement(AgreementCommands::Order(order)) => Act::Command(Command::Agreement(order)),
            Self::Agreement(AgreementCommands::Collect(collect)) => Act::Collect(collect),
            Self::Placement(PlacementCommands::Show(show)) | Self::Agreement(AgreementCommands::Show(show)) => {
                show.act(Question::Placement)
            }
            Self::Agreement(AgreementCommands::Paper(paper)) => paper.act(Question::Paper),
            Self::Exemption(ExemptionCommands::Order(order)) => Act::Command(Command::Exemption(order)),
            Self::Exemption(ExemptionCommands::List(list)) => list.act(Question::Exemptions),
            Self::Outcome(OutcomeCommands::Order(order)) => Act::Command(Command::Outcome(order)),
            Self::Outcome(OutcomeCommands::Show(show)) => show.act(Question::Statements),
            Self::Study(StudyCommands::Order(order)) => Act::Command(Command::Study(order)),
            Self::Study(StudyCommands::List(list)) => list.act(Question::Studies),
            Self::Conflict(order) => Act::Command(Command::Conflict(order)),
            Self::Evidence(EvidenceCommands::Get(get)) => Act::Evidence(get),
            Self::Packet(packet) => Act::Packet(packet),
            Self::Report(report) => Act::Report(report),
            Self::Explain(explain) => explain.act(Question::Explain),
            Self::Missing(list) => list.act(Question::Missing),
            Self::Conflicts(list) => list.act(Question::Conflicts),
            Self::Compare(compare) => compare.act(Question::Compare),
            Self::Trend(show) => show.act(Question::Trend),
            Self::Definitions(list) => list.act(Question::Definitions),
            Self::Queue(show) => show.act(Question::Queue),
            Self::AtWork(show) => show.act(Question::AtWork),
            Self::Grid(show) => show.act(Question::Grid),
            Self::Head(show) => Act::Head(show),
            Self::Events(list) => list.act(Question::Events),
            Self::Changes(list) => list.act(Question::Changes),
            Self::History(show) => show.act(Question::History),
            Self::Verify(verify) => Act::Machine(Machine::Verify(verify)),
            Self::Check => Act::Check,
            Self::Rebuild(rebuild) => Act::Machine(Machine::Rebuild(rebuild)),
            Self::Erase(erase) => Act::Erase(erase),
            Self::Scrub => Act::Machine(Machine::Scrub),
            Self::Backup(backup) => Act::Machine(Machine::Backup(backup)),
            Self::Restore(restore) => Act::Machine(Machine::Restore(restore)),
            Self::Copy(copy) => Act::Machine(Machine::Copy(copy)),
            Self::Key(key) => Act::Machine(Machine::Key(key)),
            Self::Serve(serve) => Act::Machine(Machine::Serve(Box::new(serve))),
            Self::Demo(demo) => Act::Machine(Machine::Demo(demo)),
        }
    }
}

impl Machine {
    pub async fn run(self, place: Place, lang: Lang) -> Result<(), CliError> {
        match self {
            Self::Template(template) => template.run(lang),
            Self::Sample(sample) => sample.run(lang),
            Self::Verify(verify) => verify.run(&place, lang).await,
            Self::Rebuild(rebuild) => rebuild.run(&place, lang).await,
            Self::Scrub => maintenance::run_scrub(&place, lang).await,
            Self::Backup(backup) => backup.run(&place, lang).await,
            Self::Restore(restore) => restore.run(&place, lang).await,
            Self::Copy(copy) => copy.run(&place, lang).await,
            Self::Key(key) => key.run(&place, lang).await,
            Self::Retry(retry) => retry.run(&place, lang).await,
            Self::Bounce(bounce) => bounce.run(&place, lang).await,
            Self::Serve(serve) => serve.run(&place, lang).await,
            Self::Demo(demo) => demo.run(place, lang).await,
        }
    }
}

/// Runs the command line; 0 succeeded, 1 failed, 2 wrong usage.
pub fn run() -> ExitCode {
    let cli = match usage::parsed() {
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
    let ended = runtime.block_on(execute(cli));
    // Long work of a server that was told to stop is not waited for: what it has not recorded yet it never answered.
    runtime.shutdown_background();
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            screen::complaint(lang.of("错误：", "Error: "), &error.sentence(lang));
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
        Some(wanted) => Caller::operator_for(app.find_staff(wanted).await?, "cli").in_emergency(cli.emergency),
        None => Caller::operator("cli"),
    };
    let caller = match &cli.in_place_of {
        Some(wanted) => app.in_place_of(&caller, app.find_staff(wanted).await?.id).await?,
        None => caller,
    };
    let key = cli.key.as_deref().map(Key::parse).transpose()?;
    let session = Session { app, caller, lang, key };
    let done = match act {
        Act::Command(command) => session.run(&command).await,
        Act::Head(head) => session.print_head(head).await,
        Act::List(list) => list.run(&session).await,
        Act::Import(import) => import.run(&session).await,
        Act::Collect(collect) => collect.run(&session).await,
        Act::Report(report) => report.run(&session).await,
        Act::Packet(packet) => packet.run(&session).await,
        Act::Invitations(invitations) => invitations.run(&session).await,
        Act::Evidence(get) => get.run(&session).await,
        Act::Form(get) => get.run(&session).await,
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
}
