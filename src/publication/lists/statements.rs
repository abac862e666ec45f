//! The list of what every source says of a graduate.

use super::{ListColumn, ListValue, Listing, left, list, word};
use crate::app::statement::show::{Said, ShownStatement, ShownStatements};
use crate::domain::terms::Term;
use crate::text::lang::Lang;

pub(super) fn statements(shown: &ShownStatements, lang: Lang) -> Listing {
    let student = &shown.student;
    let who = student.name.clone().unwrap_or_else(|| lang.of("已匿名化", "erased").to_owned());
    let count = shown.statements.len();
    let title = (format!("{who}：{count} 条记录"), format!("{who}: statements: {count}"));
    let columns: Vec<ListColumn> = vec![
        left("source", "来源", "source"),
        left("what", "内容", "what"),
        left("at", "单位或院校", "employer or college"),
        left("from", "自", "from"),
        left("to", "至", "to"),
        left("match", "对口", "on specialty"),
        left("level", "佐证等级", "level"),
        left("state", "认定状态", "review"),
        left("reported_on", "填报日期", "reported on"),
        left("decides", "今天以此为准", "decides today"),
    ];
    let empty = ("没有去向、升学或考试的记录", "Nothing is said of destinations, further study or exams");
    let row = |statement: &ShownStatement| {
        let (what, matched) = what(statement, lang);
        vec![
            word(statement.source, lang),
            what.into(),
            statement.at.clone().into(),
            statement.from.into(),
            statement.to.into(),
            matched,
            word(statement.level, lang),
            statement.state.map_or(ListValue::Nothing, |state| word(state, lang)),
            Some(statement.reported_on).into(),
            if statement.decides { lang.of("是", "yes").into() } else { ListValue::Nothing },
        ]
    };
    let mut listing = Listing { rows: shown.statements.iter().map(row).collect(), ..list(lang, title, columns, empty) };
    if shown.held > 0 {
        let held = shown.held;
        listing.notes.push(lang.of(
            format!("另有 {held} 行已记下而暂不生效：所报的此前已撤销"),
            format!("Recorded and not standing, since it was withdrawn: {held}"),
        ));
    }
    listing
}

/// What a statement says, where and on which days, in a phrase.
pub fn said_of(statement: &ShownStatement, lang: Lang) -> String {
    let mut said = vec![what(statement, lang).0];
    said.extend(statement.at.clone());
    said.extend(match (statement.from, statement.to) {
        (Some(from), Some(to)) => Some(lang.of(format!("{from} 至 {to}"), format!("{from} to {to}"))),
        // A sitting is of one day.
        (Some(day), None) if matches!(statement.what, Said::Exam(..)) => Some(day.to_string()),
        (Some(from), None) => Some(lang.of(format!("{from} 起"), format!("from {from}"))),
        (None, Some(to)) => Some(lang.of(format!("至 {to}"), format!("to {to}"))),
        (None, None) => None,
    });
    said.join(lang.of("，", ", "))
}

/// What a statement says, and whether a job is on specialty.
fn what(statement: &ShownStatement, lang: Lang) -> (String, ListValue) {
    let in_words = |zh: &str, en: String| lang.of(zh.to_owned(), en);
    match statement.what {
        Said::Destination(kind, matched) => {
            let matched = matched.map_or(ListValue::Nothing, |matched| word(matched, lang));
            (in_words(kind.zh(), kind.en()), matched)
        }
        Said::Study(level, is_registered) => {
            let state = if is_registered { lang.of("报到", "registered") } else { lang.of("录取", "admitted") };
            let level = in_words(level.zh(), level.en());
            (format!("{level}{}{state}", lang.of("，", ", ")), ListValue::Nothing)
        }
        Said::Exam(exam, result) => {
            let (exam, result) = (in_words(exam.zh(), exam.en()), in_words(result.zh(), result.en()));
            (format!("{exam}{}{result}", lang.of("：", ": ")), ListValue::Nothing)
        }
    }
}
