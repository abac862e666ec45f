//! What is printed of a question's reply.

mod at_work;
mod employer;
mod log;
mod placement;

use gradtrail::app::actions::Reply;
use gradtrail::app::exemption::Applicant;
use gradtrail::app::import::ListedImport;
use gradtrail::domain::terms::Term;
use gradtrail::intake::kind::Kind;
use gradtrail::publication::json;
use gradtrail::text::instants::rfc3339;

use super::{CliError, screen};

pub fn print(reply: Reply) -> Result<(), CliError> {
    match reply {
        Reply::Schools(schools) => {
            schools.iter().try_for_each(|school| line(&[school.code.as_str(), school.category.zh(), &school.name]))
        }
        Reply::Accounts(accounts) => accounts.iter().try_for_each(|member| {
            let staff = &member.staff;
            let state =
                member.disabled.map_or(String::new(), |(since, reason)| format!("{since} 起停用：{}", reason.zh()));
            line(&[&staff.id.0.to_string(), staff.role.zh(), &staff.scope.to_string(), &member.name, &state])
        }),
        Reply::Students(students) => students.iter().try_for_each(|found| {
            let number = found.student.student_number.as_deref().unwrap_or_default();
            let (student, id) = (&found.student, found.id.0.to_string());
            line(&[found.school.as_str(), number, &student.class, &student.name, found.standing.zh(), &id])
        }),
        Reply::Imports(imports) => imports.iter().try_for_each(import),
        Reply::Employer(shown) => employer::show(&shown),
        Reply::Employers(listed) => employer::list(&listed),
        Reply::Duplicates(proposed) => employer::duplicates(&proposed),
        Reply::Interns(days) => {
            line(&["日期", "本校实习生", "全部实习生"])?;
            days.iter().try_for_each(|(day, interns)| {
                line(&[&day.to_string(), &interns.own.to_string(), &interns.total.to_string()])
            })
        }
        Reply::Host(shown) => employer::show_host(&shown),
        Reply::Hosts(hosts) => employer::hosts(&hosts),
        Reply::Seasons(plans) => employer::seasons(&plans),
        Reply::Placement(shown) => shown.iter().try_for_each(placement::show),
        Reply::Exemptions(applicants) => applicants.iter().try_for_each(applicant),
        Reply::Explain(explained) => screen::json(&json::explained(&explained)),
        Reply::Missing(missing) => screen::json(&json::missing(&missing)),
        Reply::Conflicts(conflicts) => screen::json(&json::conflicts(&conflicts)),
        Reply::Queue(reply) => at_work::queue(&reply),
        Reply::AtWork(reply) => at_work::at_work(&reply),
        Reply::Grid(packets) => at_work::grid(&packets),
        Reply::Head(head) => log::head(&head),
        Reply::Events(events) | Reply::History(events) => log::events(&events),
        // These are printed where they are asked.
        Reply::Evidence(_) | Reply::Report(_) | Reply::LatestYear(_) | Reply::Health(_) => Ok(()),
    }
}

/// Columns between blanks.
fn line(columns: &[&str]) -> Result<(), CliError> {
    screen::line(&columns.join("  "))
}

fn applicant(applicant: &Applicant) -> Result<(), CliError> {
    let application = &applicant.application;
    let evidence = application.evidence.map_or(String::new(), |hash| format!("证明 {}", hash.short()));
    screen::line(&format!(
        "{}  {}  {}  {}  {}  第 {} 号  {evidence}",
        applicant.school,
        applicant.student,
        application.ground.zh(),
        application.stage.zh(),
        application.since,
        applicant.last,
    ))
}

fn import(listed: &ListedImport) -> Result<(), CliError> {
    let batch = &listed.batch;
    let state = match batch.state.as_str() {
        "applied" => "已导入",
        "undone" => "已撤销",
        _ => "未完成",
    };
    let counts = batch.counts;
    screen::line(&format!(
        "{}  {}  {state}  {}  {}  新增 {} 更改 {} 不变 {} 拒绝 {}  {}  {}",
        batch.batch.0,
        rfc3339(batch.recorded_at),
        Kind::from_code(&batch.kind).map_or("", Term::zh),
        batch.school.as_deref().unwrap_or("全市"),
        counts.new,
        counts.changed,
        counts.unchanged,
        counts.rejected,
        listed.file_name,
        batch.actor,
    ))
}
