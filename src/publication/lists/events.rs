//! The log: events in the order in which they were recorded.

use super::{CLASS, ID, Lang, NAME, SCHOOL, STUDENT_NUMBER, by, left, list, name, right};
use crate::app::changes::{Change, MovedCount};
use crate::app::listed_events::ListedEvent;
use crate::app::target::{ShownStudent, short_id};
use crate::domain::StreamType;
use crate::domain::day::from_epoch_day;
use crate::publication::list::{ListValue, Listing};
use crate::publication::said::said;
use crate::text::instants::rfc3339;
use crate::text::lang::{Sentence, number_of, say};

/// The columns that say a record as it is stored. They are for files and programs: no table on a terminal has room.
pub const STORED: [&str; 4] = ["stream", "command_key", "causation", "payload"];

pub(super) fn events(events: &[ListedEvent], lang: Lang) -> Listing {
    let title = (format!("记录：{} 条", events.len()), format!("Events: {}", events.len()));
    let empty = ("这个位置之后没有您范围内的记录", "There are no events in your scope behind this position");
    of(events, lang, title, empty)
}

pub(super) fn history(events: &[ListedEvent], lang: Lang) -> Listing {
    let title = (format!("经过：{} 条记录", events.len()), format!("History: {} events", events.len()));
    of(events, lang, title, ("没有您范围内的记录", "There are no events in your scope"))
}

fn of(events: &[ListedEvent], lang: Lang, title: (String, String), empty: (&str, &str)) -> Listing {
    let columns = vec![
        right("position", "位置", "position"),
        left("recorded_at", "时间", "recorded at"),
        left("by", "谁", "by"),
        left("said", "记录", "record"),
        left("kind", "种类", "kind"),
        right("version", "第几号", "number"),
        left("effective_on", "自哪天", "true from"),
        SCHOOL,
        CLASS,
        STUDENT_NUMBER,
        NAME,
        left("note", "附注", "note"),
        left("source", "途径", "way in"),
        ID,
        left("stream", "流", "stream"),
        left("command_key", "命令编号", "command key"),
        left("causation", "由何引起", "causation"),
        left("payload", "原始记录", "stored record"),
    ];
    let row = |listed: &ListedEvent| {
        let (recorded, student) = (&listed.recorded, listed.student.as_ref());
        let of = |value: fn(&ShownStudent) -> &str| -> ListValue { student.map(value).into() };
        vec![
            recorded.position.into(),
            ListValue::Instant(recorded.recorded_at),
            by(listed.by.as_ref(), lang),
            said(&listed.event).in_lang(lang).into(),
            (&*recorded.kind).into(),
            recorded.version.into(),
            from_epoch_day(recorded.effective_on).into(),
            recorded.school.as_deref().into(),
            of(|student| &student.class),
            student.and_then(|student| student.student_number.as_deref()).into(),
            student.map(|student| name(student.name.as_deref(), lang)).unwrap_or(ListValue::Nothing),
            listed.note.as_deref().into(),
            (&*recorded.source).into(),
            short_id(recorded.subject()).into(),
            (&*recorded.stream_type).into(),
            (&*recorded.command_key).into(),
            recorded.causation.as_deref().into(),
            ListValue::Record(recorded.payload.to_string()),
        ]
    };
    Listing { rows: events.iter().map(row).collect(), ..list(lang, title, columns, empty) }
}

/// What was recorded, on which day, by whom, and what was written beside it.
pub(super) fn told(listed: &ListedEvent, lang: Lang) -> Vec<ListValue> {
    vec![
        rfc3339(listed.recorded.recorded_at).into(),
        said(&listed.event).in_lang(lang).into(),
        from_epoch_day(listed.recorded.effective_on).into(),
        by(listed.by.as_ref(), lang),
        listed.note.as_deref().into(),
    ]
}

pub(super) fn changes(changes: &[Change], lang: Lang) -> Listing {
    let events: usize = changes.iter().map(|change| change.events).sum();
    let title = (format!("新的记录：{events} 条"), format!("Recorded: {}", number_of(events, "event")));
    let columns = vec![
        left("day", "日期", "day"),
        left("by", "谁", "by"),
        left("file", "文件", "file"),
        left("about", "内容", "about"),
        right("events", "条数", "events"),
        right("subjects", "涉及", "subjects"),
        left("moved", "数字变动", "moved"),
        right("first", "起始位置", "first position"),
        right("last", "末尾位置", "last position"),
    ];
    let row = |change: &Change| {
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        vec![
            ListValue::Day(change.day),
            by(change.by.as_ref(), lang),
            change.file.as_deref().into(),
            about(change.stream).in_lang(lang).into(),
            count(change.events).into(),
            count(change.subjects).into(),
            moved(change, lang).into(),
            change.positions.0.into(),
            change.positions.1.into(),
        ]
    };
    let empty = ("这天以来没有您范围内的记录", "Nothing in your scope was recorded since that day");
    Listing { rows: changes.iter().map(row).collect(), ..list(lang, title, columns, empty) }
}

/// Which counts a line moved: 2022 届 就业 +3.
pub fn moved(change: &Change, lang: Lang) -> String {
    let one = |of: &MovedCount| {
        let name = lang.of(of.population.zh.to_owned(), of.population.en());
        let sign = if of.persons > 0 { "+" } else { "−" };
        let (year, persons) = (of.year, of.persons.abs());
        lang.of(format!("{year} 届{name} {sign}{persons}"), format!("{name} of {year} {sign}{persons}"))
    };
    change.moved.iter().map(one).collect::<Vec<_>>().join(lang.of("，", ", "))
}

/// What the events of a kind of stream are about.
pub fn about(stream: StreamType) -> Sentence {
    match stream {
        StreamType::School => say("学校", "schools"),
        StreamType::Student => say("学籍", "students"),
        StreamType::Outcome => say("去向", "destinations"),
        StreamType::FurtherStudy => say("升学", "further study"),
        StreamType::Exemption => say("免实习", "exemptions"),
        StreamType::Placement => say("实习", "placements"),
        StreamType::Agreement => say("协议", "agreements"),
        StreamType::Employer => say("单位", "units"),
        StreamType::Host => say("实习单位", "hosts"),
        StreamType::Season => say("实习计划", "plans"),
        StreamType::YearEnd => say("公布的数字", "published figures"),
        StreamType::Survey => say("跟踪调查", "campaigns"),
        StreamType::Invitation => say("受访", "calls and answers"),
        StreamType::Import => say("导入", "imports"),
        StreamType::Account => say("账号", "accounts"),
        StreamType::Log => say("日志", "the log"),
    }
}
