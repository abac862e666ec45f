//! Two reports beside each other: their figures with the difference and why, or the persons who are counted otherwise.

use super::reports::ahead;
use super::{CLASS, ID, Lang, NAME, SCHOOL, STUDENT_NUMBER, left, list, name, right};
use crate::app::compare::{Compared, ComparedFigure, MoveCause, MovedPerson, Why};
use crate::app::explain::NamedPerson;
use crate::app::report::Report;
use crate::app::target::short_id;
use crate::domain::figures::Figure;
use crate::domain::figures::definitions::OpenFigure;
use crate::publication::list::{ListValue, Listing};
use crate::text::instants;
use crate::text::lang::{Sentence, number_of, say};

pub(super) fn compared(compared: &Compared, lang: Lang) -> Listing {
    let mut listing = if compared.people { people(compared, lang) } else { figures(compared, lang) };
    listing.notes = sides(compared, lang, true);
    listing.notes.extend(ahead(compared.after.is_ahead, lang));
    listing
}

/// Which reports stand beside each other: school, day, knowledge; the positions are for who checks them.
pub fn sides(compared: &Compared, lang: Lang, has_positions: bool) -> Vec<String> {
    let side = |name: &str, report: &Report| {
        let school = report.scope.school().map(|code| report.school_name.clone().unwrap_or_else(|| code.to_string()));
        let school = school.unwrap_or_else(|| lang.of("全市", "the city").to_owned());
        let (day, position) = (report.as_of, report.known_at.position);
        if position == 0 {
            return lang.of(
                format!("{name}：{school}，按 {day} 的情况，那时还没有记录"),
                format!("{name}: {school}, as on {day}, when nothing was recorded yet"),
            );
        }
        let known = instants::in_shanghai(report.known_at.recorded_at);
        let at = lang.of(format!("（位置 {position}）"), format!(" (position {position})"));
        let at = if has_positions { at } else { String::new() };
        lang.of(
            format!("{name}：{school}，按 {day} 的情况，用到 {known}{at}为止的记录"),
            format!("{name}: {school}, as on {day}, as known at {known}{at}"),
        )
    };
    vec![side("A", &compared.before), side("B", &compared.after)]
}

fn figures(compared: &Compared, lang: Lang) -> Listing {
    let year = compared.after.year;
    let title = (format!("{year} 届，两份统计相比"), format!("Graduates of {year}, two reports compared"));
    let empty = ("两份统计没有不同", "The two reports do not differ");
    let columns = vec![
        left("figure", "编号", "id"),
        left("name", "指标或人数", "figure"),
        right("a", "A", "A"),
        right("b", "B", "B"),
        right("difference", "差", "difference"),
        left("why", "为什么", "why"),
        right("persons", "涉及人数", "persons"),
    ];
    let row = |figure: &ComparedFigure| {
        let persons: i64 = figure.why.iter().map(|why| why.persons).sum();
        vec![
            figure.of.1.id().into(),
            name_of(figure, lang).into(),
            value(figure.of.0, &figure.before).into(),
            value(figure.of.1, &figure.after).into(),
            difference(figure).into(),
            why(figure, lang).into(),
            persons.into(),
        ]
    };
    Listing { rows: compared.figures.iter().map(row).collect(), ..list(lang, title, columns, empty) }
}

/// What a compared figure is called; of two definitions both.
pub fn name_of(figure: &ComparedFigure, lang: Lang) -> String {
    let name = |of: OpenFigure| lang.of(of.zh().to_owned(), of.en());
    match figure.of {
        (before, after) if before.id() == after.id() => name(after),
        (before, after) => format!("{} → {}", name(before), name(after)),
    }
}

/// A figure in a line: a count, or persons over persons with the percentage.
pub fn value(of: OpenFigure, figure: &Figure) -> String {
    match of {
        OpenFigure::Count(_) => figure.numerator.to_string(),
        OpenFigure::Rate(_) => {
            let percent = figure.percent.as_ref().map_or_else(|| "—".to_owned(), |percent| format!("{percent}%"));
            format!("{} / {} = {percent}", figure.numerator, figure.denominator)
        }
    }
}

/// The difference with its sign: persons of a count, percentage points of a rate, as the printed digits differ.
pub fn difference(figure: &ComparedFigure) -> String {
    let hundredths = |of: &Figure| of.percent.as_ref().and_then(|text| text.replace('.', "").parse::<i64>().ok());
    match figure.of.1 {
        OpenFigure::Count(_) => signed(figure.after.numerator - figure.before.numerator, |count| count.to_string()),
        OpenFigure::Rate(_) => match (hundredths(&figure.before), hundredths(&figure.after)) {
            (Some(was), Some(is)) => signed(is - was, |of| format!("{}.{:02}", of / 100, of % 100)),
            (None, _) | (_, None) => "—".to_owned(),
        },
    }
}

fn signed(number: i64, digits: impl Fn(i64) -> String) -> String {
    match number {
        0 => "0".to_owned(),
        below if below < 0 => format!("−{}", digits(-below)),
        above => format!("+{}", digits(above)),
    }
}

/// How many persons make the difference, by cause.
pub fn why(figure: &ComparedFigure, lang: Lang) -> String {
    let is_rate = matches!(figure.of.1, OpenFigure::Rate(_));
    let one = |why: &Why| {
        let moves = match is_rate {
            false => moves(why.numerator, lang),
            true => {
                let part = |name: &str, of: (i64, i64)| (of != (0, 0)).then(|| format!("{name} {}", moves(of, lang)));
                let parts = [
                    part(lang.of("分子", "numerator"), why.numerator),
                    part(lang.of("分母", "denominator"), why.denominator),
                ];
                parts.into_iter().flatten().collect::<Vec<_>>().join(lang.of("、", ", "))
            }
        };
        format!("{}{}{moves}", cause(why.cause).in_lang(lang), lang.of("：", ": "))
    };
    figure.why.iter().map(one).collect::<Vec<_>>().join(lang.of("；", "; "))
}

/// Who came in and who went out: +4 −1.
fn moves((entered, left): (i64, i64), lang: Lang) -> String {
    let parts = [(entered, "+"), (left, "−")].into_iter().filter(|(number, _)| *number > 0);
    let moved = parts.map(|(number, sign)| format!("{sign}{number}")).collect::<Vec<_>>().join(" ");
    lang.of(format!("{moved} 人"), moved)
}

/// Why somebody is counted otherwise.
pub fn cause(cause: MoveCause) -> Sentence {
    match cause {
        MoveCause::Recorded => say("新登记", "newly recorded"),
        MoveCause::TakenBack => say("撤销或更正", "withdrawn or corrected"),
        MoveCause::NotYet => say("那时还没有登记", "not recorded then"),
        MoveCause::Day => say("看的日子不同", "another day"),
        MoveCause::Definition => say("定义不同", "another definition"),
    }
}

fn people(compared: &Compared, lang: Lang) -> Listing {
    let (year, persons) = (compared.after.year, compared.persons.len());
    let of = match compared.figures.as_slice() {
        [one] => format!("{}{}", lang.of("：", ": "), name_of(one, lang)),
        [] | [_, _, ..] => String::new(),
    };
    let title = (
        format!("{year} 届两份统计中计法不同的 {persons} 人{of}"),
        format!("Graduates of {year} whom two reports count otherwise: {}{of}", number_of(persons, "person")),
    );
    let empty = ("没有人的计法不同", "Nobody is counted otherwise");
    let columns = vec![
        SCHOOL,
        CLASS,
        STUDENT_NUMBER,
        NAME,
        left("before", "A 中", "in A"),
        right("before_position", "由哪条记录", "decided by event"),
        left("after", "B 中", "in B"),
        right("position", "由哪条记录", "decided by event"),
        left("why", "为什么", "why"),
        ID,
    ];
    let nowhere = lang.of("不在这一届", "not of this year");
    let row = |moved: &MovedPerson| {
        let named = moved.latest()?;
        let both = moved.before.as_ref().zip(moved.after.as_ref());
        let has_moved = both.is_some_and(|(before, after)| before.person.class != after.person.class);
        let said = |of: &Option<NamedPerson>| match of {
            Some(NamedPerson { person, .. }) if has_moved => {
                format!("{}{}{}", person.class, lang.of("，", ", "), person.reason.in_lang(lang))
            }
            Some(NamedPerson { person, .. }) => person.reason.in_lang(lang).to_owned(),
            None => nowhere.to_owned(),
        };
        let position =
            |of: &Option<NamedPerson>| of.as_ref().map_or(ListValue::Nothing, |of| of.person.position.into());
        Some(vec![
            named.person.school.as_str().into(),
            named.person.class.as_str().into(),
            named.student_number.clone().into(),
            name(named.name.as_deref(), lang),
            said(&moved.before).into(),
            position(&moved.before),
            said(&moved.after).into(),
            position(&moved.after),
            cause(moved.cause).in_lang(lang).into(),
            short_id(named.person.student.0).into(),
        ])
    };
    Listing { rows: compared.persons.iter().filter_map(row).collect(), ..list(lang, title, columns, empty) }
}
