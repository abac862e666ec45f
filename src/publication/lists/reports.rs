//! Who stands behind a figure, what a year still lacks, and what contradicts itself in it.

use super::{CLASS, ID, Lang, NAME, REASON, SCHOOL, STUDENT_NUMBER, left, list, name, right, sort, words};
use crate::app::explain::{Conflicts, Explained, Missing, NamedPerson, Studied};
use crate::app::target::short_id;
use crate::domain::school::SchoolEntry;
use crate::projections::cohort_outcomes::explain::{FigurePart, StudyPart};
use crate::publication::list::{ListColumn, ListValue, Listing};
use crate::text::lang::{joined, number_of};

/// A person with what stands before it.
fn columns(first: ListColumn) -> Vec<ListColumn> {
    let position = right("position", "由哪条记录", "decided by event");
    let kind = left("kind", "情况", "situation");
    vec![first, SCHOOL, CLASS, STUDENT_NUMBER, NAME, REASON, kind, position, ID]
}

fn row(first: impl Into<ListValue>, named: &NamedPerson, lang: Lang) -> Vec<ListValue> {
    let person = &named.person;
    vec![
        first.into(),
        person.school.as_str().into(),
        person.class.as_str().into(),
        named.student_number.clone().into(),
        name(named.name.as_deref(), lang),
        person.reason.in_lang(lang).into(),
        person.kind.as_str().into(),
        person.position.into(),
        short_id(person.student.0).into(),
    ]
}

/// What is said of a cut-off that has not come yet.
pub(super) fn ahead(is_ahead: bool, lang: Lang) -> Vec<String> {
    let note = lang.of("截止日还没有到，不是最终数字", "the cut-off has not come yet, so nothing is final");
    is_ahead.then(|| note.to_owned()).into_iter().collect()
}

/// The cells by which rows of persons are sorted: what stands first, school, class, 学号, name.
const SORTED_BY: usize = 5;

pub(super) fn explained(explained: &Explained, lang: Lang) -> Listing {
    let count = |part| explained.part(part).count();
    let (numerator, only, excluded) =
        (count(FigurePart::Numerator), count(FigurePart::DenominatorOnly), count(FigurePart::Excluded));
    let (zh, en) = match explained.cell.as_slice() {
        [] => (explained.figure.zh().to_owned(), explained.figure.en()),
        cell => (
            format!("{}（{}）", explained.figure.zh(), joined(cell, " · ", Lang::Zh)),
            format!("{} ({})", explained.figure.en(), joined(cell, " · ", Lang::En)),
        ),
    };
    let title = (
        format!("{zh}：分子 {numerator} 人，只在分母 {only} 人，不计 {excluded} 人"),
        format!("{en}: numerator {numerator}, denominator only {only}, not counted {excluded}"),
    );
    let empty =
        ("没有学生；请核对年份，或先导入名册", "There are no students; check the year, or import the rosters first");
    let mut rows = vec![];
    for (part, zh, en) in [
        (FigurePart::Numerator, "分子", "numerator"),
        (FigurePart::DenominatorOnly, "只在分母", "denominator only"),
        (FigurePart::Excluded, "不计", "not counted"),
    ] {
        let word = lang.of(zh, en);
        let mut of_part: Vec<_> = explained.part(part).map(|named| row(word, named, lang)).collect();
        sort(&mut of_part, SORTED_BY);
        rows.extend(of_part);
    }
    let notes = ahead(explained.is_ahead, lang);
    Listing { rows, notes, ..list(lang, title, columns(left("part", "计在哪里", "part")), empty) }
}

pub(super) fn studied(studied: &Studied, lang: Lang) -> Listing {
    let of = |lang: Lang| {
        let told = |(part, count): &(StudyPart, usize)| format!("{} {count}", words(*part, lang));
        let told: Vec<String> = studied.counts.iter().map(told).collect();
        told.join(lang.of("，", ", "))
    };
    let title = (format!("升学：{}", of(Lang::Zh)), format!("Further study: {}", of(Lang::En)));
    let empty = ("没有这样的毕业生", "There are no such graduates");
    let part = words(studied.part, lang);
    let mut rows: Vec<_> =
        studied.persons.iter().map(|named| informed(row(part.as_str(), named, lang), named)).collect();
    sort(&mut rows, SORTED_BY);
    let notes = ahead(studied.is_ahead, lang);
    Listing { rows, notes, ..list(lang, title, informed_columns(left("part", "升学情况", "part")), empty) }
}

/// The columns with the day of the latest report before the id.
fn informed_columns(first: ListColumn) -> Vec<ListColumn> {
    let mut columns = columns(first);
    columns.insert(columns.len() - 1, left("informed_on", "最近一次填报", "last report"));
    columns
}

fn informed(mut row: Vec<ListValue>, named: &NamedPerson) -> Vec<ListValue> {
    row.insert(row.len() - 1, named.person.informed_on.into());
    row
}

pub(super) fn missing(missing: &Missing, lang: Lang) -> Listing {
    let (graduates, schools, silent) = (missing.graduates.len(), missing.schools.len(), missing.unreported.len());
    let title = (
        format!("没有去向的毕业生 {graduates} 人，没有名册的学校 {schools} 所，未报去向的学校 {silent} 所"),
        format!(
            "Graduates without a destination: {graduates}; schools without a roster: {schools}, without any destination: \
             {silent}"
        ),
    );
    let empty = ("每名毕业生都有去向，每所学校都有名册", "Every graduate has a destination and every school a roster");
    let school_row = |lacks: &str, school: &SchoolEntry, why: String| {
        let mut row = vec![
            lacks.into(),
            school.code.as_str().into(),
            ListValue::Nothing,
            ListValue::Nothing,
            school.name.as_str().into(),
            why.into(),
        ];
        row.resize(informed_columns(SCHOOL).len(), ListValue::Nothing);
        row
    };
    let lacks = lang.of("缺去向", "destination");
    let mut rows: Vec<_> = missing.graduates.iter().map(|named| informed(row(lacks, named, lang), named)).collect();
    sort(&mut rows, SORTED_BY);
    let (roster, none) = (lang.of("缺名册", "roster"), lang.of("还没有一名毕业生", "not one graduate yet"));
    rows.extend(missing.schools.iter().map(|school| school_row(roster, school, none.to_owned())));
    let unreported = lang.of("未报去向", "all destinations");
    rows.extend(missing.unreported.iter().map(|of| {
        let why = lang.of(
            format!("有名册，{} 名毕业生没有一条去向", of.graduates),
            format!("{}, not one destination", number_of(usize::try_from(of.graduates).unwrap_or(0), "graduate")),
        );
        school_row(unreported, &of.school, why)
    }));
    let notes = ahead(missing.is_ahead, lang);
    Listing { rows, notes, ..list(lang, title, informed_columns(left("missing", "缺什么", "missing")), empty) }
}

pub(super) fn conflicts(conflicts: &Conflicts, lang: Lang) -> Listing {
    let (contradicted, pairs) = (conflicts.contradicted.len(), conflicts.at_two_schools.len());
    let title = (
        format!("互相矛盾的记录：有几种去向的 {contradicted} 人，在两所学校毕业的 {pairs} 人"),
        format!("Contradictions: {contradicted} with several destinations, {pairs} graduated at two schools"),
    );
    let empty = ("没有互相矛盾的记录", "No records contradict each other");
    let several = lang.of("几种去向", "several destinations");
    let mut rows: Vec<_> = conflicts.contradicted.iter().map(|named| row(several, named, lang)).collect();
    sort(&mut rows, SORTED_BY);
    for (number, (a, b)) in (1..).zip(&conflicts.at_two_schools) {
        let both = lang.of(format!("两所学校之 {number}"), format!("at two schools, no. {number}"));
        rows.extend([a, b].map(|named| row(both.as_str(), named, lang)));
    }
    let notes = ahead(conflicts.is_ahead, lang);
    Listing { rows, notes, ..list(lang, title, columns(left("conflict", "矛盾", "conflict")), empty) }
}
