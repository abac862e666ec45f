//! Units, a school's hosts, and how many are at work at a unit.

use jiff::civil::Date;

use super::{ID, Lang, NAME, REASON, SCHOOL, by, left, list, right, text, word, words};
use crate::app::directory::{Duplicates, ListedHost, ListedUnit, ShownEmployer};
use crate::app::host::ShownHost;
use crate::app::listed_events::Fact;
use crate::app::target::short_id;
use crate::domain::StreamType;
use crate::domain::employer::CreditCodeCheck;
use crate::domain::host::{Framework, Visit};
use crate::domain::ids::FileHash;
use crate::projections::placement_register::interns::Interns;
use crate::publication::list::{ListColumn, ListValue, Listing};
use crate::publication::said::said;

const UNIT: [ListColumn; 10] = [
    left("name", "名称", "name"),
    left("code", "信用代码", "credit code"),
    left("industry", "行业", "industry"),
    left("size", "规模", "size"),
    left("ownership", "性质", "ownership"),
    right("staff", "在岗职工", "staff"),
    right("own_interns", "本校实习生", "own interns"),
    right("interns", "全部实习生", "all interns"),
    left("state", "状态", "state"),
    ID,
];

fn unit(listed: &ListedUnit, lang: Lang) -> Vec<ListValue> {
    let unit = &listed.unit;
    let state = match (unit.merged, unit.closed_on) {
        (Some((into, since)), _) => {
            let into = short_id(into.0);
            Some(lang.of(format!("{since} 并入 {into}"), format!("merged into {into} on {since}")))
        }
        (None, Some(since)) => Some(lang.of(format!("自 {since} 注销"), format!("closed since {since}"))),
        (None, None) => None,
    };
    let code = match (&listed.code, unit.credit_code) {
        (Some(code), CreditCodeCheck::Fails) => {
            lang.of(format!("{code}（校验位不符）"), format!("{code} (check digit fails)"))
        }
        (Some(code), CreditCodeCheck::Holds | CreditCodeCheck::NoCode) => code.clone(),
        (None, _) => lang.of("无代码", "none").to_owned(),
    };
    vec![
        text(&listed.name),
        code.into(),
        unit.profile.industry.map(|industry| words(industry, lang)).into(),
        unit.profile.size.map(|size| words(size, lang)).into(),
        unit.profile.ownership.map(|ownership| words(ownership, lang)).into(),
        unit.staff.map(|(count, _)| count).into(),
        listed.interns.own.into(),
        listed.interns.total.into(),
        state.into(),
        short_id(unit.employer.0).into(),
    ]
}

pub(super) fn employers(listed: &[ListedUnit], lang: Lang) -> Listing {
    let title = (format!("单位：{} 个", listed.len()), format!("Units: {}", listed.len()));
    let empty = (
        "没有本校的实习单位，也没有本校学生在岗的单位；可改为列出所有学校登记的单位",
        "The school has no hosts and nobody at work; the units of all schools may be listed instead",
    );
    let rows = listed.iter().map(|listed| unit(listed, lang)).collect();
    Listing { rows, ..list(lang, title, UNIT.to_vec(), empty) }
}

pub(super) fn duplicates(proposed: &[Duplicates], lang: Lang) -> Listing {
    let groups = proposed.len();
    let title = (
        format!("可能重复登记的单位：{groups} 组；确是同一单位的，请合并"),
        format!("Units that may be recorded twice: {groups}; merge those that are one"),
    );
    let columns = [right("group", "组", "group"), REASON].into_iter().chain(UNIT).collect();
    let empty = ("没有可能重复登记的单位", "No unit seems to be recorded twice");
    let rows = (1i64..).zip(proposed).flat_map(|(group, duplicates)| {
        let whole = move |listed| [group.into(), word(duplicates.alike, lang)].into_iter().chain(unit(listed, lang));
        duplicates.units.iter().map(move |listed| whole(listed).collect())
    });
    Listing { rows: rows.collect(), repeated: 2, ..list(lang, title, columns, empty) }
}

pub(super) fn interns(days: &[(Date, Interns)], lang: Lang) -> Listing {
    let title = ("每天的实习生人数".to_owned(), "Interns per day".to_owned());
    let columns = vec![
        left("day", "日期", "day"),
        right("own", "本校实习生", "own interns"),
        right("total", "全部实习生", "all interns"),
    ];
    let rows = days.iter().map(|(day, interns)| vec![(*day).into(), interns.own.into(), interns.total.into()]);
    Listing { rows: rows.collect(), ..list(lang, title, columns, ("没有这样的日期", "There is no such day")) }
}

pub(super) fn hosts(hosts: &[ListedHost], lang: Lang) -> Listing {
    let title = (format!("实习单位：{} 个", hosts.len()), format!("Hosts: {}", hosts.len()));
    let columns = vec![
        SCHOOL,
        NAME,
        left("recorded_as", "登记为", "recorded as"),
        left("stage", "状态", "state"),
        left("framework", "合作协议", "framework agreement"),
        left("framework_first_day", "协议起始日", "first day"),
        left("framework_last_day", "协议终止日", "last day"),
        ID,
    ];
    let empty = ("还没有实习单位；请先提出单位", "There are no hosts yet; propose a unit first");
    let row = |listed: &ListedHost| {
        let host = &listed.host;
        let framework = match host.framework {
            Some(_) if listed.is_framework_in_force => ("有效", "in force"),
            Some(_) => ("不在有效期", "not in force"),
            None => ("无合作协议", "none"),
        };
        vec![
            host.school.as_str().into(),
            text(&listed.unit),
            (host.unit != host.employer).then(|| listed.employer.clone()).into(),
            word(host.stage, lang),
            lang.of(framework.0, framework.1).into(),
            host.framework.map(|framework| framework.first_day).into(),
            host.framework.map(|framework| framework.last_day).into(),
            short_id(host.unit.0).into(),
        ]
    };
    Listing { rows: hosts.iter().map(row).collect(), ..list(lang, title, columns, empty) }
}

/// What is known of one thing: a heading, what it says, since which day, by whom, and what was written beside it.
pub(super) const DETAILS: [ListColumn; 5] = [
    left("item", "项目", "item"),
    left("content", "内容", "content"),
    left("day", "日期", "day"),
    left("by", "谁登记", "by"),
    left("note", "附注", "note"),
];

pub(super) fn detail(item: &str, content: impl Into<ListValue>, day: Option<Date>) -> Vec<ListValue> {
    vec![item.into(), content.into(), day.into(), ListValue::Nothing, ListValue::Nothing]
}

/// A numbered fact of a stream.
pub(super) fn fact(fact: &Fact, lang: Lang) -> Vec<ListValue> {
    let Fact { stream, id: _, version, event, effective_on, by: who, note } = fact;
    let number = lang.of(format!("{}第 {version} 号", noun(*stream).0), format!("{} no. {version}", noun(*stream).1));
    let said = said(event).in_lang(lang).into();
    vec![number.into(), said, (*effective_on).into(), by(who.as_ref(), lang), note.clone().into()]
}

/// What the facts of a stream are of.
fn noun(stream: StreamType) -> (&'static str, &'static str) {
    match stream {
        StreamType::School => ("学校", "school"),
        StreamType::Student => ("学生", "student"),
        StreamType::Outcome => ("去向", "destination"),
        StreamType::FurtherStudy => ("升学", "further study"),
        StreamType::Exemption => ("免实习", "exemption"),
        StreamType::Placement => ("安排", "placement"),
        StreamType::Agreement => ("协议", "agreement"),
        StreamType::Employer => ("单位", "unit"),
        StreamType::Host => ("实习单位", "host"),
        StreamType::Season => ("毕业班计划", "plan"),
        StreamType::YearEnd => ("公布的数字", "published figures"),
        StreamType::Survey => ("跟踪调查", "campaign"),
        StreamType::Invitation => ("受访", "call"),
        StreamType::Import => ("导入", "import"),
        StreamType::Account => ("人员", "account"),
        StreamType::Log => ("日志", "log"),
    }
}

pub(super) fn employer(shown: &ShownEmployer, lang: Lang) -> Listing {
    let name = shown.unit.as_ref().map_or("", |listed| listed.name.as_str());
    let title = (format!("单位 {name}"), format!("Unit {name}"));
    let empty = ("没有记录", "Nothing is recorded");
    let unit = shown.unit.iter().flat_map(|listed| {
        let values = UNIT.iter().zip(unit(listed, lang)).filter(|(_, value)| *value != ListValue::Nothing);
        values.map(|(column, value)| detail(lang.of(column.zh, column.en), value, None)).collect::<Vec<_>>()
    });
    let counted = shown
        .unit
        .iter()
        .filter_map(|listed| listed.unit.staff)
        .map(|(_, on)| detail(lang.of("在岗职工数的日期", "staff counted on"), on, Some(on)));
    let rows = unit.chain(counted).chain(shown.facts.iter().map(|of| fact(of, lang)));
    Listing { rows: rows.collect(), ..list(lang, title, DETAILS.to_vec(), empty) }
}

pub(super) fn host(shown: &ShownHost, lang: Lang) -> Listing {
    let title = (format!("实习单位 {}", shown.name), format!("Host {}", shown.name));
    let empty = ("没有记录", "Nothing is recorded");
    let stage = match &shown.proposed {
        Some(proposed) => words(proposed.stage, lang),
        None => lang.of("提出已撤销", "the proposal was undone").to_owned(),
    };
    let mut rows = vec![detail(lang.of("状态", "state"), stage, None)];
    if let Some((name, phone)) = &shown.contact {
        let contact = format!("{name} {}", phone.as_deref().unwrap_or_default());
        rows.push(detail(lang.of("联系人", "contact"), contact.trim_end(), None));
    }
    let file = |hash: Option<FileHash>| {
        let kept = |hash: FileHash| lang.of(format!("；文件 {}", hash.short()), format!("; file {}", hash.short()));
        hash.map_or(String::new(), kept)
    };
    if let Some(Visit { findings, report, visited_on }) = shown.proposed.as_ref().and_then(|of| of.visit.as_ref()) {
        let comma = lang.of("，", ", ");
        let found = findings.iter().map(|(head, found)| format!("{} {}", words(*head, lang), words(*found, lang)));
        let found = format!("{}{}", found.collect::<Vec<_>>().join(comma), file(*report));
        rows.push(detail(lang.of("考察", "visit"), found, Some(*visited_on)));
    }
    for Framework { first_day, last_day, document } in shown.proposed.iter().flat_map(|of| &of.frameworks) {
        let days = lang.of(format!("{first_day} 至 {last_day}"), format!("{first_day} to {last_day}"));
        rows.push(detail(
            lang.of("合作协议", "framework agreement"),
            format!("{days}{}", file(*document)),
            Some(*first_day),
        ));
    }
    rows.extend(shown.facts.iter().map(|of| fact(of, lang)));
    Listing { rows, ..list(lang, title, DETAILS.to_vec(), empty) }
}
