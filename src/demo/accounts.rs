//! Accounts to look around with: one of the bureau, one of each role at a school, with new passwords each time.

use crate::accounts::secret::Secret;
use crate::accounts::visitor::Visitor;
use crate::accounts::{Caller, Role};
use crate::app::App;
use crate::app::account::{AccountAnswer, AccountFailure, AccountOrder, AddAccount};
use crate::app::actions::{Command, Question};
use crate::app::failure::Failure;
use crate::app::invitation::{InviteStaff, WaiveSecondFactor};
use crate::app::reply::{Answer, Reply};
use crate::app::report::{ReportQuery, ReportReply, ShowReport};
use crate::app::sign_in::SignInRefusal;
use crate::app::sign_in::invitation::Acceptance;
use crate::domain::account::codes::WaiverReason;
use crate::domain::ids::{ClassName, SchoolCode};
use crate::projections::cohort_outcomes::count::Dimension;

/// Name, role and name to sign in with.
const ACCOUNTS: [(&str, Role, &str); 6] = [
    ("演示市局", Role::Bureau, "shiju"),
    ("演示校长", Role::Principal, "xiaozhang"),
    ("演示就业办", Role::Officer, "jiuyeban"),
    ("演示班主任", Role::ClassTeacher, "banzhuren"),
    ("演示指导教师", Role::Mentor, "zhidao"),
    ("演示审计", Role::Auditor, "shenji"),
];

/// An account with which somebody may sign in.
#[derive(Debug)]
pub struct DemoAccount {
    pub role: Role,
    pub login: &'static str,
    pub password: Secret,
}

/// A class of a school's graduates of a year; `None` where there are none.
///
/// # Errors
/// As the report.
pub async fn a_class(app: &App, school: &SchoolCode, year: i16) -> Result<Option<ClassName>, Failure> {
    let query = ReportQuery { school: Some(school.clone()), ..ReportQuery::year(year) };
    let question = Question::Report(ShowReport { query, by: vec![Dimension::Class], full: false });
    let Reply::Report(ReportReply::Plain(report)) = app.ask(&Caller::operator("demo"), &question).await? else {
        return Ok(None); // Not what was asked.
    };
    let first = report.breakdown.as_ref().and_then(|breakdown| breakdown.cells.first()?.key.first());
    // A class is told by its school and its name.
    let name = first.and_then(|key| key.split_once('/'));
    Ok(name.and_then(|(_, name)| ClassName::parse(name).ok()))
}

/// Opens the accounts, or gives those that there are new passwords. They have no second factor.
///
/// # Errors
/// As the commands that do it.
pub async fn open(app: &App, school: &SchoolCode, class: &ClassName) -> Result<Vec<DemoAccount>, SignInRefusal> {
    let operator = Caller::operator("demo");
    let run = async |order: AccountOrder| app.run(&operator, None, &Command::Account(order)).await;
    let mut opened = vec![];
    for (name, role, login) in ACCOUNTS {
        let (school, class) = match role {
            Role::Bureau | Role::Auditor => (None, None),
            Role::Principal | Role::Officer | Role::Mentor => (Some(school.clone()), None),
            Role::ClassTeacher => (Some(school.clone()), Some(class.clone())),
        };
        let staff = match app.find_account(&operator, name).await {
            Ok(known) => known,
            Err(AccountFailure::Unknown(_)) => {
                let add = AddAccount { name: name.to_owned(), role, school, class };
                match run(AccountOrder::Add(add)).await? {
                    Answer::Account(AccountAnswer::Opened(opened)) => opened.staff.id,
                    _ => continue, // Not what was ordered.
                }
            }
            Err(failure) => return Err(Failure::from(failure).into()),
        };
        let staff = staff.0.to_string();
        let reason = WaiverReason::Demonstration;
        run(AccountOrder::WaiveSecondFactor(WaiveSecondFactor { staff: staff.clone(), reason, on: None })).await?;
        let invited = run(AccountOrder::Invite(InviteStaff { staff, until: None })).await?;
        let Answer::Account(AccountAnswer::Invited(invited)) = invited else { continue };
        let password = Secret::to_type().map_err(crate::app::AppError::from)?;
        let acceptance = Acceptance {
            invitation: invited.secret.as_str().to_owned(),
            login: login.to_owned(),
            password: password.as_str().to_owned(),
            code: String::new(),
        };
        app.accept_invitation(&acceptance, &Visitor::new(None, "")).await?;
        opened.push(DemoAccount { role, login, password });
    }
    Ok(opened)
}
