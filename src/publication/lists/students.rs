//! Students: whose internship is how far, how many of each class, and everything about one.

use super::employers::{DETAILS, detail};
use super::events::told;
use super::placements::details;
use super::statements::said_of;
use super::{CLASS, ID, Lang, NAME, SCHOOL, STUDENT_NUMBER, left, list, name, right, words};
use crate::app::roster::{ClassCounts, Classes, RosterStudent};
use crate::app::student_file::StudentFile;
use crate::app::target::short_id;
use crate::domain::agreement::codes::{DocumentState, SigningParty};
use crate::domain::placement::codes::DocumentKind;
use crate::domain::terms::Term as _;
use crate::projections::placement_register::List;
use crate::projections::placement_register::packet_grid::Paper;
use crate::projections::placement_register::roster::Progress;
use crate::publication::list::{ListColumn, ListValue, Listing};

pub(super) fn roster(students: &[RosterStudent], lang: Lang) -> Listing {
    let title = (format!("学生：{} 人", students.len()), format!("Students: {}", students.len()));
    let documents =
        DocumentKind::ENTRIES.iter().map(|entry| left(entry.code, entry.zh, entry.en.unwrap_or(entry.code)));
    let first = [
        SCHOOL,
        CLASS,
        STUDENT_NUMBER,
        NAME,
        left("progress", "状态", "progress"),
        left("unit", "单位", "unit"),
        left("post", "岗位", "post"),
        left("first_day", "开始日期", "first day"),
        left("last_day", "结束日期", "last day"),
    ];
    let waits = left("waits", "要办的", "what waits");
    let columns = first.into_iter().chain(documents).chain([waits, ID]).collect();
    let empty = ("没有这样的学生；放宽条件再看", "No such students; ask for more of them");
    let row = |student: &RosterStudent| {
        let placement = student.of.placement.as_ref();
        let waits: Vec<String> = student.of.waits.iter().map(|list| words(*list, lang)).collect();
        let mut row: Vec<ListValue> = vec![
            student.of.school.as_str().into(),
            student.of.class.as_str().into(),
            student.student_number.clone().into(),
            name(student.name.as_deref(), lang),
            state(student, lang).into(),
            student.unit.clone().into(),
            student.post.clone().into(),
            placement.map(|placement| placement.period.first_day).into(),
            placement.map(|placement| placement.period.last_day).into(),
        ];
        row.extend(DocumentKind::ENTRIES.iter().map(|entry| {
            let paper = student.papers.iter().find(|paper| paper.kind == entry.value);
            paper.map_or(ListValue::Nothing, |paper| said_of_paper(paper, lang).into())
        }));
        row.extend([waits.join(lang.of("；", "; ")).as_str().into(), short_id(student.of.student.0).into()]);
        row
    };
    Listing { rows: students.iter().map(row).collect(), ..list(lang, title, columns, empty) }
}

/// Where the student's internship stands: the word of the placement where there is one, else that of the student.
pub fn state(student: &RosterStudent, lang: Lang) -> String {
    match (student.of.progress, &student.of.placement) {
        (Progress::AtWork | Progress::Ready | Progress::InPreparation | Progress::Interrupted, Some(placement)) => {
            words(placement.shown, lang)
        }
        (Progress::Away, _) => words(student.of.standing, lang),
        (progress, _) => words(progress, lang),
    }
}

/// How far a document has come, and whose signatures it lacks.
pub fn said_of_paper(paper: &Paper, lang: Lang) -> String {
    let parties = || paper.lacking.iter().map(|party: &SigningParty| words(*party, lang)).collect::<Vec<_>>();
    match paper.state {
        DocumentState::PartlySigned => {
            lang.of(format!("缺{}", parties().join("、")), format!("lacks {}", parties().join(", ")))
        }
        DocumentState::Refused => {
            lang.of(format!("{}拒签", parties().join("、")), format!("refused by {}", parties().join(", ")))
        }
        DocumentState::Missing
        | DocumentState::Out
        | DocumentState::SignedOnPaper
        | DocumentState::SignedElectronically
        | DocumentState::SignedMixed => words(paper.state, lang),
    }
}

pub(super) fn classes(classes: &Classes, lang: Lang) -> Listing {
    let title = (format!("班级：{} 个", classes.classes.len()), format!("Classes: {}", classes.classes.len()));
    let columns = class_columns();
    let empty = ("您的范围内没有班级；请先导入名册", "No class in your scope; import a roster first");
    let count = |count: usize| ListValue::Number(i64::try_from(count).unwrap_or(i64::MAX));
    let row = |class: &ClassCounts| {
        let mut row: Vec<ListValue> = vec![
            class.school.as_str().into(),
            class.class.as_str().into(),
            if class.is_final { lang.of("是", "yes").into() } else { ListValue::Nothing },
            count(class.students),
        ];
        row.extend(Progress::ENTRIES.iter().map(|entry| count(class.of(entry.value))));
        row.extend(List::ENTRIES.iter().map(|entry| count(class.on(entry.value))));
        row.push(class.starts_on.into());
        row
    };
    Listing { rows: classes.classes.iter().map(row).collect(), ..list(lang, title, columns, empty) }
}

/// The keys of the lists that have the name of a progress, too.
const LIST_KEYS: [&str; 6] = [
    "list_not_placed",
    "list_unsigned",
    "list_unamended",
    "list_awaiting_approval",
    "list_not_arrived",
    "list_not_enrolled",
];

pub(super) fn class_columns() -> Vec<ListColumn> {
    let mut columns =
        vec![SCHOOL, CLASS, left("is_final", "毕业班", "final class"), right("students", "人数", "students")];
    columns.extend(Progress::ENTRIES.iter().map(|entry| right(entry.code, entry.zh, entry.en.unwrap_or(entry.code))));
    let lists = List::ENTRIES.iter().zip(LIST_KEYS);
    columns.extend(lists.map(|(entry, key)| right(key, entry.zh, entry.en.unwrap_or(entry.code))));
    columns.push(left("starts_on", "最早开始", "starts on"));
    columns
}

/// Everything about one student, part by part.
pub(super) fn file(file: &StudentFile, lang: Lang) -> Listing {
    let who = file.student.name.clone().unwrap_or_else(|| lang.of("已匿名化", "erased").to_owned());
    let title = (format!("{who}（{}）", file.student.class), format!("{who} ({})", file.student.class));
    let part = |name: &'static str, rows: Vec<Vec<ListValue>>| {
        rows.into_iter().map(move |row| [ListValue::from(name)].into_iter().chain(row).collect::<Vec<_>>())
    };
    let contacts = &file.contacts;
    let known = [
        (lang.of("学号", "student number"), &file.student.student_number),
        (lang.of("证件号码", "document number"), &contacts.document_number),
        (lang.of("电话", "phone"), &contacts.phone),
        (lang.of("监护人", "guardian"), &contacts.guardian),
        (lang.of("监护人电话", "guardian's phone"), &contacts.guardian_phone),
        (lang.of("家庭住址", "home address"), &contacts.home_address),
    ];
    let mut person = vec![detail(lang.of("学校", "school"), file.school.as_str(), None)];
    person.extend(known.into_iter().filter_map(|(item, text)| Some(detail(item, text.as_deref()?, None))));
    if let Some(progress) = &file.progress {
        person.push(detail(lang.of("学籍", "standing"), words(progress.standing, lang), None));
        person.push(detail(lang.of("实习", "internship"), words(progress.progress, lang), Some(file.on)));
    }
    let statements =
        file.statements.iter().flat_map(|shown| &shown.statements).map(|statement| {
            detail(&words(statement.source, lang), said_of(statement, lang), Some(statement.reported_on))
        });
    let mut rows: Vec<_> = part(lang.of("本人", "person"), person).collect();
    for placement in &file.placements {
        rows.extend(part(lang.of("实习", "internship"), details(placement, lang)));
    }
    rows.extend(part(lang.of("去向", "destination"), statements.collect()));
    rows.extend(part(lang.of("经过", "history"), file.history.iter().map(|listed| told(listed, lang)).collect()));
    let columns = [left("part", "部分", "part")].into_iter().chain(DETAILS).collect();
    Listing { rows, repeated: 1, ..list(lang, title, columns, ("没有记录", "Nothing is recorded")) }
}
