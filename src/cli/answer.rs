//! What is printed of a command's answer.

use gradtrail::app::Done;
use gradtrail::app::account::AccountAnswer;
use gradtrail::app::actions::{Answer, Command};
use gradtrail::app::agreement::input::AgreementOrder;
use gradtrail::app::bulk::Refused;
use gradtrail::app::employer::{EmployerAnswer, EmployerOrder};
use gradtrail::app::exemption::ExemptionOrder;
use gradtrail::app::host::HostAnswer;
use gradtrail::app::placement::input::PlacementOrder;
use gradtrail::app::school::SchoolOrder;
use gradtrail::catalogue;
use gradtrail::domain::ids::CreditCode;
use gradtrail::domain::terms::Term;
use gradtrail::event_log::request::Receipt;

use super::{CliError, screen};

/// Refusals printed at most.
const PRINTED_MAX: usize = 50;

pub fn print(command: &Command, answer: Answer) -> Result<(), CliError> {
    match answer {
        Answer::Repeated(receipt) => done(&what(command), &Done::Recorded(receipt)),
        Answer::Done(of) => done(&what(command), &of),
        Answer::Bulk(of) => {
            done(&format!("{} {} 人", what(command), of.count), &of.done)?;
            if let [one] = of.placements.as_slice() {
                screen::line(&format!("实习编号 {}", one.0))?;
            }
            not_all(&of.refused)
        }
        Answer::Account(AccountAnswer::Opened(member)) => {
            screen::line(&format!("{}  {}  {}", member.staff.id.0, member.staff.role.zh(), member.name))
        }
        Answer::Account(AccountAnswer::Changed(of)) => done(&what(command), &of),
        Answer::Employer(EmployerAnswer::Registered(registration)) => {
            if let Command::Employer(EmployerOrder::Register(register)) = command {
                warn_of_check(register.code.as_ref())?;
            }
            let what = if registration.is_known { "此前已登记" } else { "已登记" };
            screen::line(&format!("{}  {what}", registration.employer.0))?;
            match registration.alike {
                Some(alike) => screen::line(&format!("注意：本校有同名单位 {}；如是同一单位，请合并", alike.0)),
                None => Ok(()),
            }
        }
        Answer::Employer(EmployerAnswer::Ordered { employer, done: of }) => {
            if let Command::Employer(EmployerOrder::Correct(correct)) = command {
                warn_of_check(correct.code.as_ref())?;
            }
            done(&format!("单位 {}", employer.0), &of)
        }
        Answer::Host(HostAnswer::Ordered(of)) => done("实习单位", &of),
        Answer::Host(HostAnswer::Accepted { count, refused }) => {
            screen::line(&format!("核定 {count} 个单位"))?;
            not_all(&refused)
        }
        // These are printed where the files are.
        Answer::Imported(_) | Answer::ImportUndone(_) | Answer::Packet(_) | Answer::Erased(..) => Ok(()),
    }
}

fn warn_of_check(code: Option<&CreditCode>) -> Result<(), CliError> {
    match code {
        Some(code) if !code.check_holds => screen::line("注意：信用代码的校验位不符，按填报的代码记录，请核对"),
        Some(_) | None => Ok(()),
    }
}

/// What was ordered, in a word.
fn what(command: &Command) -> String {
    match command {
        Command::School(SchoolOrder::Add(add)) => return format!("{} {}", add.code, add.name),
        Command::Account(_) => "人员",
        Command::Import(_) => "导入",
        Command::UndoImport(_) => "撤销导入",
        Command::Employer(_) => "单位",
        Command::Host(_) => "实习单位",
        Command::Season(_) => "实习计划",
        Command::Placement(order) => placement(order),
        Command::Agreement(order) => agreement(order),
        Command::Exemption(order) => exemption(order),
        Command::Packet(_) => "打印材料",
        Command::Erase(_) => "匿名化",
    }
    .to_owned()
}

fn placement(order: &PlacementOrder) -> &'static str {
    match order {
        PlacementOrder::Draft(draft) if draft.submit => "起草并提交",
        PlacementOrder::Draft(_) => "起草",
        PlacementOrder::Revise(_) => "修改",
        PlacementOrder::Submit(_) => "提交",
        PlacementOrder::Evaluate(_) => "合规结论",
        PlacementOrder::Return(_) => "退回",
        PlacementOrder::Reject(_) => "不予批准",
        PlacementOrder::Approve(_) => "批准",
        PlacementOrder::Late(_) => "批准补登",
        PlacementOrder::Ready(_) => "确认上岗准备",
        PlacementOrder::Arrive(_) => "到岗",
        PlacementOrder::NoShow(_) => "未到岗",
        PlacementOrder::ChangeHost(_) => "变更单位",
        PlacementOrder::ChangeSite(_) => "变更岗位",
        PlacementOrder::ChangeMentor(_) => "变更指导人",
        PlacementOrder::ChangePeriod(_) => "变更期限",
        PlacementOrder::ChangePay(_) => "变更报酬",
        PlacementOrder::Suspend(_) => "中止",
        PlacementOrder::Resume(_) => "恢复",
        PlacementOrder::End(_) => "提前终止",
        PlacementOrder::Cancel(_) => "取消",
        PlacementOrder::Undo(_) => "撤销",
    }
}

fn agreement(order: &AgreementOrder) -> &'static str {
    match order {
        AgreementOrder::Draft(draft) if draft.send => "拟协议并发出材料",
        AgreementOrder::Draft(_) => "拟协议",
        AgreementOrder::Send(_) => "发出",
        AgreementOrder::Sign(_) => "签署",
        AgreementOrder::Scan(_) => "扫描件",
        AgreementOrder::Revoke(_) => "签署不作数",
        AgreementOrder::Refuse(_) => "拒签",
        AgreementOrder::Recall(_) => "撤回",
        AgreementOrder::Amend(_) => "拟补充协议",
        AgreementOrder::Terminate(_) => "解除协议",
        AgreementOrder::Void(_) => "作废",
        AgreementOrder::Undo(_) => "撤销",
    }
}

fn exemption(order: &ExemptionOrder) -> &'static str {
    match order {
        ExemptionOrder::Request(_) => "申请免实习",
        ExemptionOrder::Grant(_) => "准予免实习",
        ExemptionOrder::Refuse(_) => "不予免实习",
        ExemptionOrder::Withdraw(_) => "撤回申请",
        ExemptionOrder::Undo(_) => "撤销",
    }
}

/// Lists who or what could not be dealt with, if anything.
pub fn not_all(refused: &[Refused]) -> Result<(), CliError> {
    for one in refused.iter().take(PRINTED_MAX) {
        screen::line(&format!("  {}", catalogue::failure::refused(one).zh))?;
    }
    if refused.len() > PRINTED_MAX {
        screen::line(&format!("  …另有 {} 项", refused.len() - PRINTED_MAX))?;
    }
    if refused.is_empty() { Ok(()) } else { Err(format!("{} 项不能办理，没有记录", refused.len()).into()) }
}

pub fn done(what: &str, done: &Done) -> Result<(), CliError> {
    match done {
        Done::Unchanged => screen::line(&format!("{what}：已是如此，没有改动")),
        Done::Recorded(receipt) if receipt.repeated => screen::line(&format!(
            "{what}：同样的命令此前已记录（{}），没有重复记录；确要再办一次请换一个操作编号",
            positions(receipt)
        )),
        Done::Recorded(receipt) => {
            screen::line(&format!("{what}：已记录（{}）", positions(receipt)))?;
            if receipt.stalled.is_empty() {
                return Ok(());
            }
            screen::line(&format!("提醒：读模型「{}」已停住，还看不到这次记录", receipt.stalled.join("、")))
        }
    }
}

fn positions(receipt: &Receipt) -> String {
    let (first, count) = (receipt.first_position, receipt.event_count);
    // What stands beside the log, such as an account, has no position in it.
    if count == 0 {
        return "没有新的事件".to_owned();
    }
    if count > 1 { format!("位置 {first} 至 {}", first + count - 1) } else { format!("位置 {first}") }
}
