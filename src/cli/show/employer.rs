//! Units, a school's hosts and its final classes, as they are printed.

use gradtrail::app::directory::{Duplicates, ListedHost, ListedUnit, ShownEmployer};
use gradtrail::app::host::ShownHost;
use gradtrail::domain::employer::CreditCodeCheck;
use gradtrail::domain::host::{Framework, Visit};
use gradtrail::domain::ids::FileHash;
use gradtrail::domain::terms::Term;
use gradtrail::projections::final_year::SeasonPlan;

use super::line;
use super::placement::facts;
use crate::cli::{CliError, screen};

pub fn show(shown: &ShownEmployer) -> Result<(), CliError> {
    if let Some(listed) = &shown.unit {
        unit_line(listed)?;
    }
    facts(&shown.facts)
}

pub fn list(listed: &[ListedUnit]) -> Result<(), CliError> {
    if listed.is_empty() {
        return screen::line("没有本校的实习单位，也没有本校学生在岗的单位；加 --all 列出所有学校登记的单位");
    }
    line(&["单位编号", "名称", "信用代码", "行业", "规模", "性质", "在岗职工", "本校实习生", "全部实习生", "状态"])?;
    listed.iter().try_for_each(unit_line)
}

pub fn duplicates(proposed: &[Duplicates]) -> Result<(), CliError> {
    screen::line(&format!(
        "可能重复登记的单位：{} 组；确是同一单位的，用 gradtrail employer merge 合并",
        proposed.len()
    ))?;
    for duplicates in proposed {
        screen::line(&format!("{}：", duplicates.alike.zh()))?;
        duplicates.units.iter().try_for_each(unit_line)?;
    }
    Ok(())
}

fn unit_line(listed: &ListedUnit) -> Result<(), CliError> {
    let unit = &listed.unit;
    let state = match (unit.merged, unit.closed_on) {
        (Some((into, since)), _) => format!("{since} 并入 {}", into.0),
        (None, Some(since)) => format!("自 {since} 注销"),
        (None, None) => String::new(),
    };
    let code = match (&listed.code, unit.credit_code) {
        (Some(code), CreditCodeCheck::Fails) => format!("{code}（校验位不符）"),
        (Some(code), CreditCodeCheck::Holds | CreditCodeCheck::NoCode) => code.clone(),
        (None, _) => "无代码".to_owned(),
    };
    let staff = unit.staff.map_or(String::new(), |(count, on)| format!("{count} 人（{on}）"));
    let (id, own, total) =
        (unit.employer.0.to_string(), listed.interns.own.to_string(), listed.interns.total.to_string());
    let (industry, size) = (unit.profile.industry.map_or("", Term::zh), unit.profile.size.map_or("", Term::zh));
    let ownership = unit.profile.ownership.map_or("", Term::zh);
    line(&[&id, &listed.name, &code, industry, size, ownership, &staff, &own, &total, &state])
}

pub fn show_host(shown: &ShownHost) -> Result<(), CliError> {
    let stage = shown.proposed.as_ref().map_or("提出已撤销", |proposed| proposed.stage.zh());
    screen::line(&format!("{}  {stage}", shown.name))?;
    if let Some((name, phone)) = &shown.contact {
        screen::line(format!("  联系人：{name} {}", phone.as_deref().unwrap_or_default()).trim_end())?;
    }
    let file = |hash: Option<FileHash>| hash.map_or(String::new(), |hash| format!("；文件 {}", hash.short()));
    if let Some(Visit { findings, report, visited_on }) = shown.proposed.as_ref().and_then(|of| of.visit.as_ref()) {
        let found: Vec<String> = findings.iter().map(|(head, found)| format!("{}{}", head.zh(), found.zh())).collect();
        screen::line(&format!("  {visited_on} 考察：{}{}", found.join("，"), file(*report)))?;
    }
    for Framework { first_day, last_day, document } in shown.proposed.iter().flat_map(|of| &of.frameworks) {
        screen::line(&format!("  合作协议：{first_day} 至 {last_day}{}", file(*document)))?;
    }
    facts(&shown.facts)
}

pub fn hosts(hosts: &[ListedHost]) -> Result<(), CliError> {
    for listed in hosts {
        let host = &listed.host;
        let framework = match host.framework {
            Some(framework) if listed.is_framework_in_force => format!("合作协议至 {}", framework.last_day),
            Some(last) => format!("合作协议不在有效期（{} 至 {}）", last.first_day, last.last_day),
            None => "无合作协议".to_owned(),
        };
        let is_itself = host.unit == host.employer;
        let unit =
            if is_itself { listed.unit.clone() } else { format!("{}（登记为{}）", listed.unit, listed.employer) };
        line(&[&host.school, &host.unit.0.to_string(), &unit, host.stage.zh(), &framework])?;
    }
    Ok(())
}

pub fn seasons(plans: &[SeasonPlan]) -> Result<(), CliError> {
    if plans.is_empty() {
        return screen::line("没有当天有效的计划；用 gradtrail season plan 写明毕业班");
    }
    for plan in plans {
        let days = format!("{} 起，到 {}", plan.from, plan.last_day);
        let version = format!("第 {} 号", plan.version);
        line(&[&plan.school, &version, &days, &plan.classes.join("、")])?;
    }
    Ok(())
}
