//! Every subcommand, and what it is: a command or a question of the app, or an act on the machine.

use clap::Subcommand;

use gradtrail::app::account::{AccountOrder, ListAccounts};
use gradtrail::app::actions::{Command, Question};
use gradtrail::app::agreement::input::AgreementOrder;
use gradtrail::app::at_work::{ShowAtWork, ShowGrid, ShowQueue};
use gradtrail::app::directory::{CountInterns, ListDuplicates, ListEmployers, ListHosts, ListSeasons, ShowEmployer};
use gradtrail::app::employer::EmployerOrder;
use gradtrail::app::exemption::{ExemptionOrder, ListExemptions};
use gradtrail::app::health::ShowHead;
use gradtrail::app::history::{ListEvents, ShowHistory};
use gradtrail::app::host::{HostOrder, ShowHost};
use gradtrail::app::import::ListImports;
use gradtrail::app::placement::input::PlacementOrder;
use gradtrail::app::placement::shown::ShowPlacement;
use gradtrail::app::report::{ExplainFigure, ListConflicts, ListMissing};
use gradtrail::app::school::{ListSchools, SchoolOrder};
use gradtrail::app::season::SeasonOrder;
use gradtrail::app::student::FindStudents;
use gradtrail::catalogue::Lang;

use super::demo::Demo;
use super::import::Import;
use super::key::KeyCommand;
use super::maintenance::{Backup, Copy, Erase, Rebuild, Restore, Verify};
use super::packet::{GetFile, Packet};
use super::report::Report;
use super::sample::{Sample, Template};
use super::serve::Serve;
use super::{CliError, Place, maintenance};

#[derive(Subcommand)]
pub enum CliCommand {
    /// 登记和列出学校 / schools
    #[command(subcommand)]
    School(SchoolCommands),
    /// 登记和列出人员 / staff
    #[command(subcommand)]
    Staff(StaffCommands),
    /// 查找学生 / students
    #[command(subcommand)]
    Student(StudentCommands),
    /// 导入名册、去向、升学、成绩文件，或撤销一次导入 / import files, or undo an import
    Import(Import),
    /// 列出导入批次 / list imports
    Imports(ListImports),
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
    /// 实习安排：一名学生或全班 / placements of a student or a class
    #[command(subcommand)]
    Placement(PlacementCommands),
    /// 实习协议和其他材料：拟、发、签、撤回、补充、解除 / agreements and their signatures
    #[command(subcommand)]
    Agreement(AgreementCommands),
    /// 免实习：申请、决定、撤回 / exemptions from internship
    #[command(subcommand)]
    Exemption(ExemptionCommands),
    /// 取回扫描件等佐证文件 / get back a file of evidence
    #[command(subcommand)]
    Evidence(EvidenceCommands),
    /// 打印实习材料 / print the packet of documents
    Packet(Packet),
    /// 年度统计 / year-end figures
    Report(Report),
    /// 打开一个指标：谁在分子、谁只在分母、谁不计 / who stands behind a figure
    Explain(ExplainFigure),
    /// 没有去向的毕业生和没有名册的学校 / what a year still lacks
    Missing(ListMissing),
    /// 互相矛盾的记录 / contradicting records
    Conflicts(ListConflicts),
    /// 今日待办 / what waits to be done
    Queue(ShowQueue),
    /// 谁在哪里实习，或按分组的人数 / who is at work where
    AtWork(ShowAtWork),
    /// 一个班的材料 / the packets of a class
    Grid(ShowGrid),
    /// 日志头：位置、根、时间 / head of the log
    Head(ShowHead),
    /// 列出事件 / list events
    Events(ListEvents),
    /// 一名学生或其他对象的全部事件 / all events of one id
    History(ShowHistory),
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
    /// 打开只读网页 / serve the pages
    Serve(Serve),
    /// 样例城市全流程演示 / the whole demo
    Demo(Demo),
}

#[derive(Subcommand)]
pub enum SchoolCommands {
    #[command(flatten)]
    Order(SchoolOrder),
    List(ListSchools),
}

#[derive(Subcommand)]
pub enum StaffCommands {
    #[command(flatten)]
    Order(AccountOrder),
    List(ListAccounts),
}

#[derive(Subcommand)]
pub enum StudentCommands {
    Find(FindStudents),
}

#[derive(Subcommand)]
#[command(after_help = "例：
  gradtrail employer register --name 东方汽车服务有限公司 --code 91330700MA00000019 --industry 制造业
  gradtrail employer staff 91330700MA00000019 --total 320 --post 4-12-01=45 --on 2026-03-01
  gradtrail employer correct 单位编号 --name 东方汽车服务（集团）有限公司
  gradtrail employer merge 单位编号 --into 另一单位编号
  gradtrail employer duplicates
  gradtrail employer interns 91330700MA00000019 --from 2026-11-01 --to 2026-11-30")]
pub enum EmployerCommands {
    #[command(flatten)]
    Order(EmployerOrder),
    Show(ShowEmployer),
    List(ListEmployers),
    Duplicates(ListDuplicates),
    Interns(CountInterns),
}

#[derive(Subcommand)]
#[command(after_help = "例：
  gradtrail --as 钱五 host propose 91330700MA00000019
  gradtrail --as 钱五 host visit 91330700MA00000019 --all 符合 --finding 生活环境=基本符合 --on 2026-03-02
  gradtrail --as 赵校长 host accept 91330700MA00000019
  gradtrail --as 赵校长 host accept --all-proposed
  gradtrail --as 钱五 host framework 91330700MA00000019 --until 2029-08-31")]
pub enum HostCommands {
    #[command(flatten)]
    Order(HostOrder),
    Show(ShowHost),
    List(ListHosts),
}

#[derive(Subcommand)]
#[command(after_help = "例：
  gradtrail --as 钱五 season plan --year 2027 --class 高三汽修1班 --class 高三汽修2班 \\
      --first-day 2026-09-01 --last-day 2027-02-28
  gradtrail season list --on 2026-10-01
  gradtrail --as 钱五 season undo --year 2027 --version 2 --reason 填报有误")]
pub enum SeasonCommands {
    #[command(flatten)]
    Order(SeasonOrder),
    List(ListSeasons),
}

#[derive(Subcommand)]
#[command(after_help = "例：
  gradtrail --as 钱五 placement draft --class 高三汽修2班 --kind 岗位实习 --source 学校合作企业 \\
      --host 91330700MA00000019 --first-day 2026-09-01 --last-day 2027-02-28 --address 某市工业路88号 \\
      --post 汽车维修 --site-kind 私营 --region 本市 --mentor 郑师傅 --mentor-phone 0579-80000002 \\
      --teacher 吴老师 --pay 2400 --pay-unit 月 --on-specialty 非常对口 --overrides 个别.csv \\
      --submit --verdict 通过
  gradtrail --as 赵校长 placement approve --class 高三汽修2班
  gradtrail --as 赵校长 placement approve --batch 0190…
  gradtrail --as 钱五 placement ready --class 高三汽修2班
  gradtrail --as 钱五 placement change-host --student 2024010203 --from 2026-11-02 --reason 学生提出 \\
      --host 另一单位 --address 某市环城路1号 --post 钣金 --site-kind 私营 --region 本市 --mentor 周师傅
  gradtrail placement show --class 高三汽修2班")]
pub enum PlacementCommands {
    #[command(flatten)]
    Order(PlacementOrder),
    Show(ShowPlacement),
}

#[derive(Subcommand)]
#[command(after_help = "例：
  gradtrail --as 钱五 agreement draft --class 高三汽修2班 --meals 提供 --lodging 自理 --day-hours 8 --week-days 5 \\
      --pay-method 转账 --pay-day 15 --insurance 学生实习责任保险 --insurance-buyer 学校 --send
  gradtrail --as 钱五 packet --class 高三汽修2班 --out 打印
  gradtrail --as 钱五 agreement sign --class 高三汽修2班 --party all --on 2026-08-20
  gradtrail --as 钱五 agreement sign --student 2024010203 --party 监护人 --mark GT1:CONSENT:1:0190…:A1B2C3D4E5F6
  gradtrail --as 钱五 agreement scan --student 2024010203 --document 三方协议 扫描/2024010203.pdf
  gradtrail --as 钱五 agreement sign --student 2024010203 --party 监护人 --on-behalf 本人不在本地 \\
      --authority 授权委托书 --authorised-by 委托书.jpg
  gradtrail --as 钱五 agreement amend --student 2024010203 --from 2026-11-02 --day-hours 7")]
pub enum AgreementCommands {
    #[command(flatten)]
    Order(AgreementOrder),
    Show(ShowPlacement),
}

#[derive(Subcommand)]
#[command(after_help = "例：
  gradtrail --as 钱五 exemption request --student 2024010203 --ground 参军入伍 --evidence 入伍通知书.pdf
  gradtrail --as 赵校长 exemption grant --student 2024010203
  gradtrail exemption list --school 33071001")]
pub enum ExemptionCommands {
    #[command(flatten)]
    Order(ExemptionOrder),
    List(ListExemptions),
}

#[derive(Subcommand)]
#[command(after_help = "例：
  gradtrail --as 钱五 evidence get 3f5a09c2 --out 协议.pdf")]
pub enum EvidenceCommands {
    Get(GetFile),
}

/// What a subcommand is.
pub enum Act {
    Command(Command),
    Question(Question),
    /// These bring files in or write them.
    Import(Import),
    Report(Report),
    Packet(Packet),
    Evidence(GetFile),
    Erase(Erase),
    Check,
    /// The operator's, whatever the scope of a member of staff.
    Machine(Machine),
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
    Serve(Serve),
    Demo(Demo),
}

impl CliCommand {
    pub fn act(self) -> Act {
        match self {
            Self::School(SchoolCommands::Order(order)) => Act::Command(Command::School(order)),
            Self::School(SchoolCommands::List(list)) => Act::Question(Question::Schools(list)),
            Self::Staff(StaffCommands::Order(order)) => Act::Command(Command::Account(order)),
            Self::Staff(StaffCommands::List(list)) => Act::Question(Question::Accounts(list)),
            Self::Student(StudentCommands::Find(find)) => Act::Question(Question::Students(find)),
            Self::Import(import) => Act::Import(import),
            Self::Imports(list) => Act::Question(Question::Imports(list)),
            Self::Template(template) => Act::Machine(Machine::Template(template)),
            Self::Sample(sample) => Act::Machine(Machine::Sample(sample)),
            Self::Employer(EmployerCommands::Order(order)) => Act::Command(Command::Employer(order)),
            Self::Employer(EmployerCommands::Show(show)) => Act::Question(Question::Employer(show)),
            Self::Employer(EmployerCommands::List(list)) => Act::Question(Question::Employers(list)),
            Self::Employer(EmployerCommands::Duplicates(list)) => Act::Question(Question::Duplicates(list)),
            Self::Employer(EmployerCommands::Interns(count)) => Act::Question(Question::Interns(count)),
            Self::Host(HostCommands::Order(order)) => Act::Command(Command::Host(order)),
            Self::Host(HostCommands::Show(show)) => Act::Question(Question::Host(show)),
            Self::Host(HostCommands::List(list)) => Act::Question(Question::Hosts(list)),
            Self::Season(SeasonCommands::Order(order)) => Act::Command(Command::Season(order)),
            Self::Season(SeasonCommands::List(list)) => Act::Question(Question::Seasons(list)),
            Self::Placement(PlacementCommands::Order(order)) => Act::Command(Command::Placement(order)),
            Self::Agreement(AgreementCommands::Order(order)) => Act::Command(Command::Agreement(order)),
            Self::Placement(PlacementCommands::Show(show)) | Self::Agreement(AgreementCommands::Show(show)) => {
                Act::Question(Question::Placement(show))
            }
            Self::Exemption(ExemptionCommands::Order(order)) => Act::Command(Command::Exemption(order)),
            Self::Exemption(ExemptionCommands::List(list)) => Act::Question(Question::Exemptions(list)),
            Self::Evidence(EvidenceCommands::Get(get)) => Act::Evidence(get),
            Self::Packet(packet) => Act::Packet(packet),
            Self::Report(report) => Act::Report(report),
            Self::Explain(explain) => Act::Question(Question::Explain(explain)),
            Self::Missing(list) => Act::Question(Question::Missing(list)),
            Self::Conflicts(list) => Act::Question(Question::Conflicts(list)),
            Self::Queue(show) => Act::Question(Question::Queue(show)),
            Self::AtWork(show) => Act::Question(Question::AtWork(show)),
            Self::Grid(show) => Act::Question(Question::Grid(show)),
            Self::Head(show) => Act::Question(Question::Head(show)),
            Self::Events(list) => Act::Question(Question::Events(list)),
            Self::History(show) => Act::Question(Question::History(show)),
            Self::Verify(verify) => Act::Machine(Machine::Verify(verify)),
            Self::Check => Act::Check,
            Self::Rebuild(rebuild) => Act::Machine(Machine::Rebuild(rebuild)),
            Self::Erase(erase) => Act::Erase(erase),
            Self::Scrub => Act::Machine(Machine::Scrub),
            Self::Backup(backup) => Act::Machine(Machine::Backup(backup)),
            Self::Restore(restore) => Act::Machine(Machine::Restore(restore)),
            Self::Copy(copy) => Act::Machine(Machine::Copy(copy)),
            Self::Key(key) => Act::Machine(Machine::Key(key)),
            Self::Serve(serve) => Act::Machine(Machine::Serve(serve)),
            Self::Demo(demo) => Act::Machine(Machine::Demo(demo)),
        }
    }
}

impl Machine {
    pub async fn run(self, place: Place, lang: Lang) -> Result<(), CliError> {
        match self {
            Self::Template(template) => template.run(),
            Self::Sample(sample) => sample.run(),
            Self::Verify(verify) => verify.run(&place).await,
            Self::Rebuild(rebuild) => rebuild.run(&place).await,
            Self::Scrub => maintenance::run_scrub(&place).await,
            Self::Backup(backup) => backup.run(&place).await,
            Self::Restore(restore) => restore.run(&place).await,
            Self::Copy(copy) => copy.run(&place).await,
            Self::Key(key) => key.run(&place).await,
            Self::Serve(serve) => serve.run(place.open().await?).await,
            Self::Demo(demo) => demo.run(place, lang).await,
        }
    }
}
