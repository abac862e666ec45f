//! What is printed of a command's answer.

use gradtrail::app::Done;
use gradtrail::app::account::{AccountAnswer, AccountOrder};
use gradtrail::app::actions::Command;
use gradtrail::app::agreement::input::AgreementOrder;
use gradtrail::app::employer::{EmployerAnswer, EmployerOrder};
use gradtrail::app::exemption::ExemptionOrder;
use gradtrail::app::host::HostAnswer;
use gradtrail::app::invitation::IssuedInvitation;
use gradtrail::app::placement::PlacementOrder;
use gradtrail::app::registration::Unlike;
use gradtrail::app::reply::Answer;
use gradtrail::app::school::SchoolOrder;
use gradtrail::app::statement::StatementAnswer;
use gradtrail::app::token::IssuedToken;
use gradtrail::domain::ids::CreditCode;
use gradtrail::domain::terms::Term;
use gradtrail::event_log::request::Receipt;
use gradtrail::text::lang::{Lang, number_of};

use super::refused::not_all;
use super::{CliError, screen};

pub fn print(command: &Command, answer: Answer, lang: Lang) -> Result<(), CliError> {
    match answer {
        Answer::Repeated(receipt) => {
            let id = lone_id(&receipt);
            done(&what(command, lang), &Done::Recorded(receipt), lang)?;
            id.map_or(Ok(()), |id| screen::line(&lang.of(format!("编号 {id}"), format!("Id: {id}"))))?;
            shown_before(command, lang)
        }
        Answer::Done(of) => done(&what(command, lang), &of, lang),
        Answer::Bulk(of) | Answer::Account(AccountAnswer::HandedOver(of)) => {
            let (what, count) = (what(command, lang), of.count);
            let students = number_of(count, "student");
            done(&lang.of(format!("{what} {count} 人"), format!("{what}, {students}")), &of.done, lang)?;
            if let [one] = of.placements.as_slice() {
                screen::line(&lang.of(format!("实习编号 {}", one.0), format!("Id of the placement: {}", one.0)))?;
            }
            not_all(&of.refused, lang)
        }
        Answer::Account(AccountAnswer::Opened(member)) => {
            let role = lang.of(member.staff.role.zh().to_owned(), member.staff.role.en());
            screen::line(&format!("{}  {role}  {}", member.staff.id.0, member.name))
        }
        Answer::Account(AccountAnswer::Changed(of)) => {
            done(&what(command, lang), &of, lang)?;
            shown_before(command, lang)
        }
        Answer::Account(AccountAnswer::Token(issued)) => token(&issued, lang),
        Answer::Account(AccountAnswer::Invited(issued)) => invitation(&issued, lang),
        Answer::Employer(EmployerAnswer::Registered(registration)) => {
            if let Command::Employer(EmployerOrder::Register(register)) = command {
                warn_of_check(register.code.as_ref(), lang)?;
            }
            let what = match registration.is_known {
                true => lang.of("此前已登记", "registered before"),
                false => lang.of("已登记", "registered"),
            };
            screen::line(&format!("{}  {what}", registration.employer.0))?;
            warn_of_unlike(&registration.unlike, lang)?;
            match registration.alike {
                Some(alike) => screen::line(&lang.of(
                    format!("注意：本校有同名单位 {}；如是同一单位，请合并", alike.0),
                    format!(
                        "Note: the school has a unit of the same name, {}; if it is the same unit, merge them",
                        alike.0
                    ),
                )),
                None => Ok(()),
            }
        }
        Answer::Employer(EmployerAnswer::Ordered { employer, done: of }) => {
            if let Command::Employer(EmployerOrder::Correct(correct)) = command {
                warn_of_check(correct.code.as_ref(), lang)?;
            }
            done(&lang.of(format!("单位 {}", employer.0), format!("Unit {}", employer.0)), &of, lang)
        }
        Answer::Host(HostAnswer::Ordered(of)) => done(lang.of("实习单位", "Host"), &of, lang),
        Answer::Host(HostAnswer::Accepted { count, refused }) => {
            screen::line(&lang.of(format!("核定 {count} 个单位"), format!("Accepted {}", number_of(count, "unit"))))?;
            not_all(&refused, lang)
        }
        Answer::Statement(StatementAnswer::Said(result)) => super::import::print_form(&result, lang),
        Answer::Called(called) => {
            done(&what(command, lang), &called.done, lang)?;
            if !called.missing.is_empty() {
                let open = called.missing.join(lang.of("、", ", "));
                screen::line(&lang.of(format!("还没有答的必答题：{open}"), format!("Required and open: {open}")))?;
            }
            called.said.map_or(Ok(()), |said| super::import::print_form(&said, lang))
        }
        Answer::Statement(StatementAnswer::Done(of)) => done(&what(command, lang), &of, lang),
        // These are printed where the files are.
        Answer::Account(AccountAnswer::Printed(_))
        | Answer::Imported(_)
        | Answer::ImportUndone(_)
        | Answer::Packet(_)
        | Answer::Collected(_)
        | Answer::Erased(..) => Ok(()),
    }
}

/// A token that was just issued, with its secret.
fn token(issued: &IssuedToken, lang: Lang) -> Result<(), CliError> {
    let IssuedToken { token, secret, until } = issued;
    screen::line(secret.as_str())?;
    screen::line(&lang.of(
        format!("令牌编号 {}，有效至 {until}", token.0),
        format!("Id of the token: {}; it holds until {until}", token.0),
    ))?;
    screen::line(lang.of(
        "令牌只显示这一次，也不另存；请现在抄到要用它的程序里，遗失了就吊销，另发一个",
        "The token is shown this once and kept nowhere; give it to the program now; if it is lost, revoke it and issue another",
    ))
}

/// An invitation, with its secret.
fn invitation(issued: &IssuedInvitation, lang: Lang) -> Result<(), CliError> {
    let IssuedInvitation { name, secret, until, .. } = issued;
    screen::line(secret.as_str())?;
    screen::line(&lang.of(
        format!("{name} 的邀请码，有效至 {until}，只能用一次"),
        format!("The invitation of {name}, which holds once, until {until}"),
    ))?;
    screen::line(lang.of(
        "请当面或另行交给本人，在网页的“设置登录”（/invitation）中输入；这里只显示一次，也不另存，遗失了就重新邀请",
        "Hand it over in person; it is typed on the page /invitation. It is shown this once and kept nowhere; if it is lost, \
         invite again",
    ))
}

/// Of a token that was issued before, why its secret is not there.
fn shown_before(command: &Command, lang: Lang) -> Result<(), CliError> {
    match command {
        Command::Account(AccountOrder::IssueToken(_)) => screen::line(lang.of(
            "令牌只在签发时显示一次，不能再显示；没有抄下的，请用 token revoke 吊销，换一个操作编号另发一个",
            "A token is shown once only, when it is issued; if it was not kept, revoke it by token revoke and issue another \
             under another key",
        )),
        Command::Account(AccountOrder::Invite(_) | AccountOrder::InviteSchool(_)) => screen::line(lang.of(
            "邀请码只显示一次，不能再显示；没有抄下的，请换一个操作编号重新邀请",
            "An invitation is shown once only; if it was not kept, invite again under another key",
        )),
        _ => Ok(()),
    }
}

/// What an office said of a known unit is told from what is on record.
fn warn_of_unlike(unlike: &Unlike, lang: Lang) -> Result<(), CliError> {
    if let Some(name) = &unlike.name {
        screen::line(&lang.of(
            format!("注意：登记的名称是「{name}」，没有改动；要更正用 employer correct"),
            format!("Note: the name on record is \"{name}\" and stays; correct it by employer correct"),
        ))?;
    }
    if unlike.profile {
        screen::line(lang.of(
            "注意：行业、规模或所有制没有改动；要登记用 employer profile",
            "Note: industry, size and ownership stay as they are on record; record them by employer profile",
        ))?;
    }
    Ok(())
}

/// The id that a command was answered with, if it was one.
fn lone_id(receipt: &Receipt) -> Option<String> {
    let answer: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&receipt.answer).ok()?;
    match answer.values().next()? {
        serde_json::Value::String(id) => Some(id.clone()),
        serde_json::Value::Array(ids) => ids.first().filter(|_| ids.len() == 1)?.as_str().map(str::to_owned),
        _ => None,
    }
}

fn warn_of_check(code: Option<&CreditCode>, lang: Lang) -> Result<(), CliError> {
    match code {
        Some(code) if !code.check_holds => screen::line(lang.of(
            "注意：信用代码的校验位不符，按填报的代码记录，请核对",
            "Note: the check digit of the credit code fails; it is recorded as given, please check it",
        )),
        Some(_) | None => Ok(()),
    }
}

/// What was ordered, in a word.
fn what(command: &Command, lang: Lang) -> String {
    let (zh, en) = match command {
        Command::School(SchoolOrder::Add(add)) => return format!("{} {}", add.code, add.name),
        Command::Account(AccountOrder::IssueToken(_) | AccountOrder::RevokeToken(_)) => ("令牌", "Token"),
        Command::Account(AccountOrder::HandOver(_)) => ("移交", "Handed over"),
        Command::Account(AccountOrder::Deputise(_) | AccountOrder::EndDeputy(_)) => ("代理", "Deputy"),
        Command::Account(_) => ("人员", "Staff"),
        Command::Import(_) => ("导入", "Import"),
        Command::UndoImport(_) => ("撤销导入", "Undo the import"),
        Command::Employer(_) => ("单位", "Unit"),
        Command::Host(_) => ("实习单位", "Host"),
        Command::Publication(_) => ("公布的数字", "Published figure"),
        Command::Survey(_) => ("跟踪调查", "Campaign"),
        Command::Call(_) => ("回访", "Call"),
        Command::Season(_) => ("实习计划", "Plan of final classes"),
        Command::Placement(order) => placement(order),
        Command::Agreement(order) => agreement(order),
        Command::Exemption(order) => exemption(order),
        Command::Outcome(_) => ("去向", "Destination"),
        Command::Study(_) => ("升学", "Further study"),
        Command::Student(_) => ("学生", "Student"),
        Command::Conflict(_) => ("冲突", "Conflict"),
        Command::Packet(_) => ("打印材料", "Print the documents"),
        Command::Erase(_) => ("匿名化", "Erase"),
    };
    lang.of(zh, en).to_owned()
}

fn placement(order: &PlacementOrder) -> (&'static str, &'static str) {
    match order {
        PlacementOrder::Draft(draft) if draft.submit => ("起草并提交", "Draft and submit"),
        PlacementOrder::Draft(_) => ("起草", "Draft"),
        PlacementOrder::Revise(_) => ("修改", "Revise"),
        PlacementOrder::Submit(_) => ("提交", "Submit"),
        PlacementOrder::Evaluate(_) => ("合规结论", "Verdict on compliance"),
        PlacementOrder::Return(_) => ("退回", "Return"),
        PlacementOrder::Reject(_) => ("不予批准", "Reject"),
        PlacementOrder::Approve(_) => ("批准", "Approve"),
        PlacementOrder::Late(_) => ("批准补登", "Approve the late registration"),
        PlacementOrder::Ready(_) => ("确认上岗准备", "Confirm readiness"),
        PlacementOrder::Arrive(_) => ("到岗", "Confirm arrival"),
        PlacementOrder::NoShow(_) => ("未到岗", "Record the no-show"),
        PlacementOrder::ChangeHost(_) => ("变更单位", "Change the host"),
        PlacementOrder::ChangeSite(_) => ("变更岗位", "Change the post"),
        PlacementOrder::ChangeMentor(_) => ("变更指导人", "Change the mentor"),
        PlacementOrder::ChangePeriod(_) => ("变更期限", "Change the period"),
        PlacementOrder::ChangePay(_) => ("变更报酬", "Change the pay"),
        PlacementOrder::Suspend(_) => ("中止", "Suspend"),
        PlacementOrder::Resume(_) => ("恢复", "Resume"),
        PlacementOrder::End(_) => ("提前终止", "End early"),
        PlacementOrder::Cancel(_) => ("取消", "Cancel"),
        PlacementOrder::Undo(_) => ("撤销", "Undo"),
    }
}

fn agreement(order: &AgreementOrder) -> (&'static str, &'static str) {
    match order {
        AgreementOrder::Draft(draft) if draft.send => {
            ("拟协议并发出材料", "Draft the agreement and send the documents")
        }
        AgreementOrder::Draft(_) => ("拟协议", "Draft the agreement"),
        AgreementOrder::Send(_) => ("发出", "Send"),
        AgreementOrder::Sign(_) => ("签署", "Sign"),
        AgreementOrder::Scan(_) => ("扫描件", "Attach the scan"),
        AgreementOrder::Collect(_) => ("收扫描件", "Collect scans"),
        AgreementOrder::Revoke(_) => ("签署不作数", "Revoke the signature"),
        AgreementOrder::Refuse(_) => ("拒签", "Record the refusal to sign"),
        AgreementOrder::Recall(_) => ("撤回", "Recall"),
        AgreementOrder::Amend(_) => ("拟补充协议", "Draft an amendment"),
        AgreementOrder::Terminate(_) => ("解除协议", "Terminate the agreement"),
        AgreementOrder::Void(_) => ("作废", "Void the agreement"),
        AgreementOrder::Undo(_) => ("撤销", "Undo"),
    }
}

fn exemption(order: &ExemptionOrder) -> (&'static str, &'static str) {
    match order {
        ExemptionOrder::Request(_) => ("申请免实习", "Apply for an exemption"),
        ExemptionOrder::Grant(_) => ("准予免实习", "Grant the exemption"),
        ExemptionOrder::Refuse(_) => ("不予免实习", "Refuse the exemption"),
        ExemptionOrder::Withdraw(_) => ("撤回申请", "Withdraw the application"),
        ExemptionOrder::Undo(_) => ("撤销", "Undo"),
    }
}

pub fn done(what: &str, done: &Done, lang: Lang) -> Result<(), CliError> {
    match done {
        Done::Unchanged => screen::line(
            &lang.of(format!("{what}：已是如此，没有改动"), format!("{what}: it is so already, nothing changed")),
        ),
        Done::Recorded(receipt) if receipt.repeated => {
            let at = positions(receipt, lang);
            screen::line(&lang.of(
                format!("{what}：同样的命令此前已记录（{at}），没有重复记录；确要再办一次请换一个操作编号"),
                format!(
                    "{what}: the same command was recorded before ({at}) and is not recorded again; to do it once more, \
                     give it another key"
                ),
            ))
        }
        Done::Recorded(receipt) => {
            let at = positions(receipt, lang);
            screen::line(&lang.of(format!("{what}：已记录（{at}）"), format!("{what}: recorded ({at})")))?;
            if receipt.stalled.is_empty() {
                return Ok(());
            }
            let (zh, en) = (receipt.stalled.join("、"), receipt.stalled.join(", "));
            screen::line(&lang.of(
                format!("提醒：读模型「{zh}」已停住，还看不到这次记录"),
                format!("Note: the read models {en} have stalled and do not show this record yet"),
            ))
        }
    }
}

fn positions(receipt: &Receipt, lang: Lang) -> String {
    let (first, last) = (receipt.first_position, receipt.first_position + receipt.event_count - 1);
    match receipt.event_count {
        // What stands beside the log, such as an account, has no position in it.
        0 => lang.of("没有新的事件", "no new event").to_owned(),
        1 => lang.of(format!("位置 {first}"), format!("position {first}")),
        _ => lang.of(format!("位置 {first} 至 {last}"), format!("positions {first} to {last}")),
    }
}
