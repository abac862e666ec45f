//! Lists of invented replies: who is in them, what stands in each cell, and what is said where there is nobody.

use jiff::civil::date;
use uuid::Uuid;

use super::*;
use crate::app::at_work::{CountedPart, QueueReply, ShowAtWork, ShowQueue, WithName};
use crate::app::explain::{Conflicts, ExplainFigure, ListConflicts, ListMissing, Missing};
use crate::app::history::{ListEvents, ListedEvents};
use crate::app::listed_events::{Fact, ListedEvent};
use crate::app::placement::shown::{ShowPlacement, ShownPlacement};
use crate::app::school::ListSchools;
use crate::app::target::{ShownStudent, Target, short_id};
use crate::domain::agreement::codes::DocumentState;
use crate::domain::ids::{PlacementId, StudentId};
use crate::domain::placement::PlacementEvent;
use crate::domain::placement::codes::{DocumentKind, EndReason, Initiator};
use crate::domain::{Event, StreamType};
use crate::event_log::record::Recorded;
use crate::projections::placement_register::counts::{During, PlacementCounts, PlacementDimension};
use crate::projections::placement_register::{List, Waiting};
use crate::publication::example;
use crate::publication::lists::STORED;
use crate::text::lang::say;

const STUDENT: StudentId = StudentId(Uuid::from_u128(0xabc_1234_5678));
const PLACEMENT: PlacementId = PlacementId(Uuid::from_u128(0xdef_8765_4321));

fn asked(question: &Question, reply: Reply) -> Listing {
    for lang in [Lang::Zh, Lang::En] {
        let listing = listing(question, &reply, lang).unwrap();
        for row in &listing.rows {
            assert_eq!(row.len(), listing.columns.len(), "{lang:?}: {row:?}");
        }
        let mut keys: Vec<&str> = listing.columns.iter().map(|column| column.key).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), listing.columns.len(), "{lang:?}: a key stands twice");
        assert!(!listing.empty.is_empty());
    }
    listing(question, &reply, Lang::Zh).unwrap()
}

/// The cells of a row by the keys of their columns.
fn cells(listing: &Listing, row: usize, keys: &[&str]) -> Vec<String> {
    let cell = |key: &&str| {
        let index = listing.columns.iter().position(|column| column.key == *key).unwrap();
        listing.rows[row][index].shown()
    };
    keys.iter().map(cell).collect()
}

fn shown_student() -> ShownStudent {
    ShownStudent {
        name: Some("张小明".to_owned()),
        student_number: Some("2024010203".to_owned()),
        class: "汽修1班".to_owned(),
        id: short_id(STUDENT.0),
    }
}

fn of_year() -> ReportQuery {
    ReportQuery { as_of: Some(date(2022, 8, 31)), ..ReportQuery::year(2022) }
}

#[test]
fn who_stands_behind_a_figure_stands_by_number_class_and_name_in_the_part_that_counts() {
    let figure = "employment_rate".to_owned();
    let question = Question::Explain(ExplainFigure { figure, query: of_year(), by: vec![], cell: None });
    let list = asked(&question, Reply::Explain(example::explained()));
    assert!(list.title.ends_with("：分子 1 人，只在分母 1 人，不计 1 人"), "{}", list.title);
    assert_eq!(list.notes, ["2022 届", "按 2022-08-31 的情况"]);
    let keys = ["part", "school", "class", "student_number", "name", "reason", "position", "id"];
    assert_eq!(cells(&list, 0, &keys), ["分子", "33070001", "汽修1班", "…0203", "张*", "原因", "1", "00000000"]);
    assert_eq!(cells(&list, 1, &["part", "position"]), ["只在分母", "2"]);
    assert_eq!(cells(&list, 2, &["part", "position"]), ["不计", "3"]);
}

#[test]
fn what_is_missing_are_persons_and_schools_and_nothing_missing_is_said() {
    let question = Question::Missing(ListMissing { query: of_year(), age: None });
    let persons = example::explained().persons;
    let missing = Missing {
        graduates: persons[1..2].to_vec(),
        ages: vec![],
        schools: example::city().missing_schools,
        unreported: vec![],
        is_ahead: false,
    };
    let list = asked(&question, Reply::Missing(missing));
    assert_eq!(list.title, "没有去向的毕业生 1 人，没有名册的学校 1 所，未报去向的学校 0 所");
    assert_eq!(cells(&list, 0, &["missing", "name", "position"]), ["缺去向", "张*", "2"]);
    assert_eq!(cells(&list, 1, &["missing", "school", "name", "id"]), ["缺名册", "33070009", "第九职业学校", ""]);
    let nothing = asked(
        &question,
        Reply::Missing(Missing {
            graduates: vec![],
            ages: vec![],
            schools: vec![],
            unreported: vec![],
            is_ahead: false,
        }),
    );
    assert!(nothing.text(Lang::Zh, 80).contains("每名毕业生都有去向，每所学校都有名册"));
}

#[test]
fn a_person_at_two_schools_stands_once_for_each_school() {
    let persons = example::explained().persons;
    let conflicts = Conflicts {
        contradicted: persons[..1].to_vec(),
        at_two_schools: vec![(persons[0].clone(), persons[1].clone())],
        is_ahead: true,
    };
    let list = asked(&Question::Conflicts(ListConflicts { query: of_year() }), Reply::Conflicts(conflicts));
    assert_eq!(list.notes, ["2022 届", "按 2022-08-31 的情况", "截止日还没有到，不是最终数字"]);
    let listed: Vec<Vec<String>> = (0..3).map(|row| cells(&list, row, &["conflict", "name", "position"])).collect();
    assert_eq!(listed, [["几种去向", "张*", "1"], ["两所学校之 1", "张*", "1"], ["两所学校之 1", "张*", "2"]]);
}

#[test]
fn who_waits_is_in_the_order_of_class_and_number_with_the_ends_of_both_ids() {
    let waiting = |number: &str, class: &str| WithName {
        name: Some("张小明".to_owned()),
        student_number: Some(number.to_owned()),
        of: Waiting {
            student: STUDENT,
            placement: Some(PLACEMENT),
            school: "33070001".to_owned(),
            class: class.to_owned(),
            first_day: Some(date(2026, 9, 1)),
        },
    };
    let waiting = vec![waiting("2", "汽修2班"), waiting("3", "汽修1班"), waiting("1", "汽修1班")];
    let question = Question::Queue(ShowQueue { list: Some(List::Unsigned), query: PlacementQuery::default() });
    let list = asked(&question, Reply::Queue(QueueReply::Waiting { list: List::Unsigned, waiting }));
    let keys = ["class", "student_number", "name", "reason", "first_day", "placement", "id"];
    let first = cells(&list, 0, &keys);
    assert_eq!(first, ["汽修1班", "1", "张小明", List::Unsigned.zh(), "2026-09-01", "87654321", "12345678"]);
    assert_eq!(cells(&list, 1, &["student_number"]), ["3"]);
    assert_eq!(cells(&list, 2, &["student_number"]), ["2"]);
    assert!(list.title.ends_with("：3 人"));
}

#[test]
fn parts_of_a_count_add_up_to_the_last_line_of_their_dimension() {
    let part = |name: &str, placements: i64| CountedPart {
        key: name.to_owned(),
        name: say(name, name),
        counts: PlacementCounts([placements, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    };
    let tables = vec![(PlacementDimension::Source, vec![part("学校合作企业", 3), part("自己寻找", 2)])];
    let question: ShowAtWork =
        serde_json::from_str("{\"by\":null,\"year\":null,\"school_year\":null,\"open\":null}").unwrap();
    let reply = Reply::AtWork(crate::app::at_work::AtWorkReply::Counts { during: During::Day, tables });
    let list = asked(&Question::AtWork(question), reply);
    let parts: Vec<Vec<String>> = (0..3).map(|row| cells(&list, row, &["part", "placements"])).collect();
    assert_eq!(parts, [["学校合作企业", "3"], ["自己寻找", "2"], ["合计", "5"]]);
}

#[test]
fn a_placement_names_the_student_once_on_a_terminal_and_in_every_row_of_a_file() {
    let fact = Fact {
        id: PLACEMENT.0,
        stream: StreamType::Placement,
        version: 7,
        event: Event::Placement(PlacementEvent::TerminatedEarly {
            initiator: Initiator::Host,
            reason: EndReason::HostClosed,
            note: None,
            effective_on: date(2026, 12, 1),
        }),
        effective_on: Some(date(2026, 12, 1)),
        by: Some(say("钱五", "钱五")),
        note: Some("车间停产".to_owned()),
    };
    let shown = ShownPlacement {
        student: shown_student(),
        id: PLACEMENT,
        stay: None,
        was_late: true,
        documents: vec![(DocumentKind::Commitment, DocumentState::Missing)],
        files: vec![],
        unamended: vec![],
        facts: vec![fact],
    };
    let target = Target { student: Some("2024010203".to_owned()), ..Target::default() };
    let question = Question::Placement(ShowPlacement { target, on: None });
    let list = asked(&question, Reply::Placement(vec![shown]));
    let text = list.text(Lang::Zh, 200);
    assert_eq!(text.matches("2024010203").count(), 1, "{text}");
    assert_eq!(list.csv(Lang::Zh).unwrap().matches("2024010203").count(), 3);
    assert_eq!(cells(&list, 0, &["item", "content"]), ["状态", "起草已撤销（补登）"]);
    let keys = ["item", "content", "day", "by", "note", "placement"];
    assert_eq!(
        cells(&list, 2, &keys),
        ["安排第 7 号", "单位提前终止：单位停产停业", "2026-12-01", "钱五", "车间停产", "87654321"]
    );
}

#[test]
fn an_event_says_who_recorded_what_about_whom_and_its_record_is_for_programs() {
    let recorded = Recorded {
        position: 42,
        stream_type: "placement".into(),
        stream_id: PLACEMENT.0.to_string().into(),
        version: 7,
        kind: "arrival_confirmed".into(),
        schema_version: 1,
        school: Some("33070001".into()),
        audience: "school".into(),
        effective_on: 0,
        recorded_at: 0,
        actor: "operator".into(),
        source: "cli".into(),
        command_key: "key".into(),
        causation: None,
        payload: "{\"arrival_confirmed\":{}}".into(),
        leaf: vec![],
    };
    let event = ListedEvent {
        recorded,
        event: Event::Placement(PlacementEvent::ArrivalConfirmed { effective_on: date(2026, 9, 1) }),
        student: Some(shown_student()),
        by: None,
        note: None,
    };
    let question = ListEvents { after: 0, limit: 100, wait: 0, like: None, stored: false };
    let reply = Reply::Events(ListedEvents { events: vec![event], next_after: 42, log: None });
    let list = asked(&Question::Events(question), reply);
    let keys = ["position", "by", "said", "kind", "version", "class", "student_number", "name", "id"];
    assert_eq!(
        cells(&list, 0, &keys),
        ["42", "操作员", "到岗", "arrival_confirmed", "7", "汽修1班", "2024010203", "张小明", "87654321"]
    );
    assert!(list.json()["rows"][0]["payload"]["arrival_confirmed"].is_object());
    let shown = STORED.iter().fold(list, |list, column| list.without(column));
    assert!(!shown.text(Lang::Zh, 1_000).contains("{"));
}

#[test]
fn an_empty_list_says_in_both_languages_why_and_what_to_do() {
    let question = Question::Schools(ListSchools {});
    let text = |lang| listing(&question, &Reply::Schools(vec![]), lang).unwrap().text(lang, 100);
    assert_eq!(text(Lang::Zh), "学校：0 所\n\n还没有登记学校；请先登记，或导入学校名单\n");
    assert_eq!(text(Lang::En), "Schools: 0\n\nNo school is registered yet; register or import schools\n");
    assert_eq!(DocumentKind::ENTRIES.len(), 5, "the grid has a column for each document");
}
