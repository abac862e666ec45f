//! Placements: what waits, who is at work, how many, the papers of a class, and all about one placement.

use super::employers::{DETAILS, detail, fact};
use super::papers::{file_word, titled};
use super::{CLASS, ID, Lang, NAME, REASON, SCHOOL, STUDENT_NUMBER, left, list, name, right, sort, word, words};
use crate::app::at_work::{AtWorkReply, CountedPart, Hosted, QueueReply, WithName};
use crate::app::placement::shown::{ShownArrangement, ShownPlacement};
use crate::app::target::short_id;
use crate::domain::placement::arrangement::Period;
use crate::domain::placement::codes::DocumentKind;
use crate::domain::terms::Term;
use crate::projections::placement_register::counts::{
    During, Measure, PlacementBehind, PlacementCounts, PlacementDimension,
};
use crate::projections::placement_register::packet_grid::Packet;
use crate::projections::placement_register::who_is_where::AtWork;
use crate::projections::placement_register::{List, Waiting};
use crate::publication::list::{ListColumn, ListValue, Listing};

pub(super) const PLACEMENT: ListColumn = left("placement", "实习编号", "placement");
const UNIT: ListColumn = left("unit", "单位", "unit");
const RECORDED_AS: ListColumn = left("recorded_as", "登记为", "recorded as");
/// School, class, 学号 and name stand first.
const SORTED_BY: usize = 4;

/// School, class, 学号 and name.
fn who<T>(school: &str, class: &str, named: &WithName<T>, lang: Lang) -> Vec<ListValue> {
    vec![school.into(), class.into(), named.student_number.clone().into(), name(named.name.as_deref(), lang)]
}

pub(super) fn queue(reply: &QueueReply, lang: Lang) -> Listing {
    match reply {
        QueueReply::Counts(counts) => counts_of_queue(counts, lang),
        QueueReply::Waiting { list: of, waiting } => {
            let title = (format!("{}：{} 人", of.zh(), waiting.len()), format!("{}: {}", of.en(), waiting.len()));
            let first_day = left("first_day", "开始日期", "first day");
            let columns = vec![SCHOOL, CLASS, STUDENT_NUMBER, NAME, REASON, first_day, PLACEMENT, ID];
            let row = |named: &WithName<Waiting>| {
                let waiting = &named.of;
                let mut row = who(&waiting.school, &waiting.class, named, lang);
                row.push(word(*of, lang));
                row.push(waiting.first_day.into());
                row.push(waiting.placement.map(|placement| short_id(placement.0)).into());
                row.push(short_id(waiting.student.0).into());
                row
            };
            let mut rows: Vec<_> = waiting.iter().map(row).collect();
            sort(&mut rows, SORTED_BY);
            Listing { rows, ..list(lang, title, columns, ("没有要办的", "Nothing waits here")) }
        }
    }
}

fn counts_of_queue(counts: &[(List, i64)], lang: Lang) -> Listing {
    let title = ("今日待办".to_owned(), "What waits to be done".to_owned());
    let columns =
        vec![right("count", "人数", "persons"), left("name", "要办的", "what waits"), left("list", "名单", "list")];
    let rows = counts.iter().map(|(list, count)| vec![(*count).into(), word(*list, lang), list.code().into()]);
    Listing { rows: rows.collect(), ..list(lang, title, columns, ("没有要办的", "Nothing waits")) }
}

pub(super) fn at_work(reply: &AtWorkReply, lang: Lang) -> Listing {
    match reply {
        AtWorkReply::List { on, at_work } => {
            let title = (format!("{on}：{} 人", at_work.len()), format!("At work on {on}: {}", at_work.len()));
            let columns = vec![
                SCHOOL,
                CLASS,
                STUDENT_NUMBER,
                NAME,
                UNIT,
                RECORDED_AS,
                left("kind", "类别", "kind"),
                left("state", "状态", "state"),
                left("first_day", "开始日期", "first day"),
                left("last_day", "结束日期", "last day"),
                left("agreement", "三方协议", "agreement"),
                PLACEMENT,
                ID,
            ];
            let empty = ("这一天没有学生在岗", "Nobody is at work on that day");
            let mut rows: Vec<_> = at_work.iter().map(|hosted| at_work_row(hosted, lang)).collect();
            sort(&mut rows, SORTED_BY);
            Listing { rows, ..list(lang, title, columns, empty) }
        }
        AtWorkReply::Counts { during, tables } => counts(*during, tables, lang),
        AtWorkReply::Opened { by, part, measure, behind } => {
            let title = (
                format!("{}「{}」{}：{}", by.zh(), part.zh, measure.zh(), behind.len()),
                format!("{} {}, {}: {}", by.en(), part.en, measure.en(), behind.len()),
            );
            let columns = vec![
                SCHOOL,
                CLASS,
                STUDENT_NUMBER,
                NAME,
                UNIT,
                RECORDED_AS,
                right("place_position", "地点事件", "place event"),
                right("stage_position", "状态事件", "stage event"),
                right("agreement_position", "协议事件", "agreement event"),
                right("end_position", "终止事件", "end event"),
                PLACEMENT,
                ID,
            ];
            let mut rows: Vec<_> = behind.iter().map(|hosted| opened_row(hosted, lang)).collect();
            sort(&mut rows, SORTED_BY);
            Listing { rows, ..list(lang, title, columns, ("这一部分没有人", "Nobody is in this part")) }
        }
    }
}

fn at_work_row(hosted: &Hosted<AtWork>, lang: Lang) -> Vec<ListValue> {
    let of = &hosted.named.of;
    let agreement = match of.agreement {
        Some(state) => words(state, lang),
        None => lang.of("无协议", "none").to_owned(),
    };
    let mut row = who(&of.school, &of.class, &hosted.named, lang);
    row.extend([
        hosted.unit.as_str().into(),
        (of.unit != of.host).then(|| hosted.host.clone()).into(),
        word(of.kind, lang),
        word(of.shown, lang),
        of.period.first_day.into(),
        of.period.last_day.into(),
        agreement.into(),
        short_id(of.placement.0).into(),
        short_id(of.student.0).into(),
    ]);
    row
}

fn opened_row(hosted: &Hosted<PlacementBehind>, lang: Lang) -> Vec<ListValue> {
    let of = &hosted.named.of;
    let mut row = who(&of.school, &of.class, &hosted.named, lang);
    row.extend([
        hosted.unit.as_str().into(),
        (of.unit != of.host).then(|| hosted.host.clone()).into(),
        of.place_position.into(),
        of.stage_position.into(),
        of.agreement_position.into(),
        of.end_position.into(),
        short_id(of.placement.0).into(),
        short_id(of.student.0).into(),
    ]);
    row
}

/// Counts by the parts of dimensions; the whole is the last line of each.
fn counts(during: During, tables: &[(PlacementDimension, Vec<CountedPart>)], lang: Lang) -> Listing {
    let title = match during {
        During::Day => ("在岗的实习".to_owned(), "Placements at work".to_owned()),
        During::Period(period) => (
            format!("{}至{} 在岗过的实习", period.first_day, period.last_day),
            format!("Placements at work between {} and {}", period.first_day, period.last_day),
        ),
    };
    let measures = Measure::ENTRIES.iter().map(|entry| right(entry.code, entry.zh, entry.en.unwrap_or(entry.code)));
    let first = [left("dimension", "分组", "by"), left("part", "部分", "part")];
    let columns = first.into_iter().chain(measures).collect();
    let mut rows = vec![];
    for (by, parts) in tables {
        let mut whole = PlacementCounts::default();
        let mut counted = |part: ListValue, counts: &PlacementCounts| {
            let numbers = Measure::ENTRIES.iter().map(|entry| counts.of(entry.value).into());
            rows.push([word(*by, lang), part].into_iter().chain(numbers).collect());
        };
        for part in parts {
            whole.add(&part.counts);
            if *by != PlacementDimension::All {
                counted(part.name.in_lang(lang).into(), &part.counts);
            }
        }
        counted(lang.of("合计", "total").into(), &whole);
    }
    Listing { rows, repeated: 1, ..list(lang, title, columns, ("没有在岗的实习", "Nobody is at work")) }
}

pub(super) fn grid(packets: &[WithName<Packet>], lang: Lang) -> Listing {
    let title = (format!("材料：{} 人", packets.len()), format!("Packets: {}", packets.len()));
    let documents =
        DocumentKind::ENTRIES.iter().map(|entry| left(entry.code, entry.zh, entry.en.unwrap_or(entry.code)));
    let columns = [STUDENT_NUMBER, NAME].into_iter().chain(documents).chain([PLACEMENT, ID]).collect();
    let empty = ("这个班没有进行中的实习安排；请先起草", "The class has no placements; draft them first");
    let row = |named: &WithName<Packet>| {
        let state =
            |kind| named.of.documents.iter().find(|paper| paper.kind == kind).map(|paper| words(paper.state, lang));
        let who = [named.student_number.clone().into(), name(named.name.as_deref(), lang)];
        let documents = DocumentKind::ENTRIES.iter().map(|entry| state(entry.value).into());
        let ids = [short_id(named.of.placement.0).into(), short_id(named.of.student.0).into()];
        who.into_iter().chain(documents).chain(ids).collect()
    };
    let mut rows: Vec<Vec<ListValue>> = packets.iter().map(row).collect();
    sort(&mut rows, 2);
    Listing { rows, ..list(lang, title, columns, empty) }
}

/// Each placement with what is arranged, its documents and its numbered facts.
pub(super) fn placements(shown: &[ShownPlacement], lang: Lang) -> Listing {
    let title = (format!("实习安排：{} 项", shown.len()), format!("Placements: {}", shown.len()));
    let columns = [CLASS, STUDENT_NUMBER, NAME, PLACEMENT].into_iter().chain(DETAILS).collect();
    let rows = shown.iter().flat_map(|shown| {
        let student = &shown.student;
        let who = [
            student.class.as_str().into(),
            student.student_number.clone().into(),
            name(student.name.as_deref(), lang),
            ListValue::from(short_id(shown.id.0)),
        ];
        details(shown, lang).into_iter().map(move |row| who.iter().cloned().chain(row).collect())
    });
    Listing {
        rows: rows.collect(),
        repeated: 4,
        ..list(lang, title, columns, ("没有实习安排", "There are no placements"))
    }
}

pub(super) fn details(shown: &ShownPlacement, lang: Lang) -> Vec<Vec<ListValue>> {
    let mut rows = vec![];
    let mut tell = |item: &str, content: String| rows.push(detail(item, content, None));
    let state = shown.stay.as_ref().map(|(status, _)| words(*status, lang));
    let state = state.unwrap_or_else(|| lang.of("起草已撤销", "the draft was undone").to_owned());
    let late = if shown.was_late { lang.of("（补登）", " (registered late)") } else { "" };
    tell(lang.of("状态", "state"), format!("{state}{late}"));
    for (item, content) in shown.stay.iter().flat_map(|(_, shown)| arranged(shown, lang)) {
        tell(item, content);
    }
    for (kind, state) in &shown.documents {
        tell(&words(*kind, lang), words(*state, lang));
    }
    for (paper, party, file, hash) in &shown.files {
        let (item, hash) = (titled(*paper, lang), hash.short());
        let file = file_word(*file, lang);
        tell(&item, lang.of(format!("{}：{file} {hash}", party.zh()), format!("{}: {file} {hash}", party.en())));
    }
    if !shown.unamended.is_empty() {
        let kinds: Vec<String> = shown.unamended.iter().map(|kind| words(*kind, lang)).collect();
        tell(lang.of("有变更、未签补充协议", "changed without an amendment"), kinds.join(lang.of("、", ", ")));
    }
    rows.extend(shown.facts.iter().map(|of| fact(of, lang)));
    rows
}

/// What is arranged: what it is called, and what it is.
pub(super) fn arranged(shown: &ShownArrangement, lang: Lang) -> Vec<(&'static str, String)> {
    let ShownArrangement { arranged, host, site, mentor, teacher } = shown;
    let comma = lang.of("，", ", ");
    let Period { first_day, last_day } = arranged.period;
    let mut rows = vec![
        (lang.of("类别", "kind"), format!("{}{comma}{}", words(arranged.kind, lang), words(arranged.source, lang))),
        (
            lang.of("单位", "unit"),
            lang.of(format!("{host}（{}）", arranged.host.0), format!("{host} ({})", arranged.host.0)),
        ),
        (lang.of("时间", "days"), lang.of(format!("{first_day} 至 {last_day}"), format!("{first_day} to {last_day}"))),
    ];
    if let Some((address, post)) = site {
        rows.push((lang.of("地点和岗位", "place and post"), format!("{address}{comma}{post}")));
    }
    if let Some(site) = arranged.site {
        let place = format!("{}{comma}{}", words(site.kind, lang), words(site.region, lang));
        rows.push((lang.of("场所", "workplace"), place));
    }
    if let Some((name, phone)) = mentor {
        let name = format!("{name} {}", phone.as_deref().unwrap_or_default());
        rows.push((lang.of("单位指导人员", "mentor at the host"), name.trim().to_owned()));
    }
    if let Some(teacher) = teacher {
        rows.push((lang.of("学校指导教师", "mentor of the school"), teacher.clone()));
    }
    if let Some(pay) = arranged.pay {
        rows.push((lang.of("报酬", "pay"), format!("{} {}", pay.yuan, words(pay.per, lang))));
    }
    if let Some(level) = arranged.on_specialty {
        rows.push((lang.of("专业对口", "on specialty"), words(level, lang)));
    }
    rows
}
