//! What a file changes, as its preview and its receipt say it: who is on record otherwise, and how the figures move.

use serde_json::{Value, json};

use super::list::{ListColumn, ListValue, Listing};
use super::lists::said_of;
use super::table::Align;
use crate::app::import::FileResult;
use crate::app::import::batch::{Imported, Recording};
use crate::app::import::on_record::OnRecord;
use crate::app::import::preview::{MovedPerson, MovedYear};
use crate::domain::figures::Figure;
use crate::domain::figures::populations::{EMPLOYED, GRADUATES};
use crate::domain::terms::Term as _;
use crate::intake::kind::Kind;
use crate::intake::rows::Fault;
use crate::text::lang::Lang;

const fn column(key: &'static str, zh: &'static str, en: &'static str, align: Align) -> ListColumn {
    ListColumn { key, zh, en, align }
}

const NOW: ListColumn = column("after", "现在", "now", Align::Left);
/// Of what is only checked.
const THEN: ListColumn = column("after", "导入后", "after the import", Align::Left);

fn after(imported: &Imported) -> ListColumn {
    if is_checked(imported) { THEN } else { NOW }
}

fn is_checked(imported: &Imported) -> bool {
    imported.recording == Recording::Checked
}

/// The persons of whom files change what is on record, with what becomes of graduates and employed as notes.
pub fn changes(files: &[(&str, &Imported)], lang: Lang) -> Listing {
    let count: usize = files.iter().map(|(_, imported)| imported.moves.persons.len()).sum();
    let all_checked = files.iter().all(|(_, imported)| is_checked(imported));
    let title = match all_checked {
        true => lang.of(format!("导入将更改 {count} 人的记录"), format!("Persons whose record would change: {count}")),
        false => lang.of(format!("导入更改了 {count} 人的记录"), format!("Persons whose record changed: {count}")),
    };
    let columns = vec![
        column("file", "文件", "file", Align::Left),
        column("sheet", "工作表", "sheet", Align::Left),
        column("rows", "行", "rows", Align::Left),
        column("name", "姓名", "name", Align::Left),
        column("before", "原来", "before", Align::Left),
        if all_checked { THEN } else { NOW },
        column("decides", "截止日以此为准", "decides at the cut-off", Align::Left),
    ];
    let rows = files.iter().flat_map(|(file, imported)| {
        imported.moves.persons.iter().map(|moved| [vec![(*file).into()], row(imported, moved, lang)].concat())
    });
    let figures = files.iter().flat_map(|(_, imported)| &imported.moves.years);
    let notes = figures.map(|year| {
        let counts = year.counts().filter(|(population, _, _)| [&GRADUATES, &EMPLOYED].contains(population));
        let counts = counts.map(|(population, was, is)| {
            let name = lang.of(population.zh.to_owned(), population.en());
            format!("{}{name} {was} → {is}", lang.of("，", ", "))
        });
        format!("{}{}", about(year, lang), counts.collect::<String>())
    });
    let empty = lang.of("没有人的记录因此改动", "Nobody's record changes").to_owned();
    Listing { title, columns, rows: rows.collect(), notes: notes.collect(), empty, repeated: 0 }
}

/// The same of one file, for the screen.
pub fn persons(imported: &Imported, lang: Lang) -> Listing {
    let mut listing = changes(&[("", imported)], lang).without("file");
    listing.notes.clear();
    if imported.source.sheets.len() < 2 {
        listing = listing.without("sheet");
    }
    if imported.moves.persons.iter().all(|moved| moved.changed.decides.is_none()) {
        listing = listing.without("decides");
    }
    listing
}

fn row(imported: &Imported, moved: &MovedPerson, lang: Lang) -> Vec<ListValue> {
    let sheets =
        imported.source.sheets.iter().enumerate().filter(|(index, _)| moved.rows.iter().any(|(of, _)| of == index));
    let sheets: Vec<&str> = sheets.map(|(_, sheet)| sheet.name.as_str()).collect();
    let rows: Vec<String> = moved.rows.iter().map(|(_, number)| number.to_string()).collect();
    let (before, after) = (&moved.changed.before, &moved.changed.after);
    let decides = match moved.changed.decides {
        Some(true) => lang.of("是", "yes").into(),
        Some(false) => lang.of("否", "no").into(),
        None => ListValue::Nothing,
    };
    vec![
        sheets.join(lang.of("、", ", ")).into(),
        rows.join(lang.of("、", ", ")).into(),
        moved.name.as_deref().unwrap_or(lang.of("已匿名化", "erased")).into(),
        on_record(imported.kind, before, lang).into(),
        on_record(imported.kind, after, lang).into(),
        decides,
    ]
}

/// What is on record, in a phrase.
fn on_record(kind: Kind, of: &OnRecord, lang: Lang) -> String {
    let comma = lang.of("，", ", ");
    let mut said: Vec<String> = of.statements.iter().map(|statement| said_of(statement, lang)).collect();
    if said.is_empty() && of.details.is_empty() {
        said.push(
            match kind {
                Kind::Exam => lang.of("没有记录", "no record"),
                _ => lang.of("去向未知", "destination unknown"),
            }
            .to_owned(),
        );
    }
    let details = of.details.iter().map(|(name, value)| format!("{} {}", name.in_lang(lang), value.in_lang(lang)));
    let details: Vec<String> = details.collect();
    let said = said.join(lang.of("；", "; "));
    [said, details.join(comma)].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(comma)
}

/// How the figures of a year move, as the report names and rounds them.
pub fn figures(imported: &Imported, year: &MovedYear, lang: Lang) -> Listing {
    let columns = vec![
        column("figure", "数字", "figure", Align::Left),
        column("before", "原来", "before", Align::Right),
        ListColumn { align: Align::Right, ..after(imported) },
    ];
    let rows = moved(year, lang).into_iter().map(|(name, was, is)| vec![name.into(), was.into(), is.into()]);
    let (title, empty) = (about(year, lang), String::new());
    Listing { title, columns, rows: rows.collect(), notes: vec![], empty, repeated: 0 }
}

/// Which year, whose, and at which cut-off.
fn about(year: &MovedYear, lang: Lang) -> String {
    let mut about = lang.of(format!("{} 届", year.year), format!("Graduates of {}", year.year));
    let school = year.school_name.as_deref().or(year.scope.school().map(|school| school.as_str()));
    for name in school.into_iter().chain(year.scope.class().map(|class| class.as_str())) {
        about.push_str(&format!(" {name}"));
    }
    about.push_str(&lang.of(format!("，截至 {}", year.as_of), format!(", as on {}", year.as_of)));
    if year.is_ahead {
        about.push_str(lang.of("（还没有到）", " (not come yet)"));
    }
    about
}

/// Counts and figures that move, each by its name, as it was and is.
fn moved(year: &MovedYear, lang: Lang) -> Vec<(String, String, String)> {
    let counts = year.counts().map(|(population, was, is)| {
        (lang.of(population.zh.to_owned(), population.en()), was.to_string(), is.to_string())
    });
    let rates = year.figures().map(|(definition, was, is)| {
        (lang.of(definition.zh, definition.en).to_owned(), rate(&was, lang), rate(&is, lang))
    });
    counts.chain(rates).collect()
}

fn rate(figure: &Figure, lang: Lang) -> String {
    let percent = figure.percent.as_ref().map_or_else(|| "—".to_owned(), |percent| format!("{percent}%"));
    let (numerator, denominator) = (figure.numerator, figure.denominator);
    lang.of(format!("{percent}（{numerator}/{denominator}）"), format!("{percent} ({numerator}/{denominator})"))
}

/// The rows that are not recorded, each cell with what is wrong with it.
pub fn rejected(imported: &Imported, lang: Lang) -> Listing {
    let rows = imported.rejected.iter();
    let faults = rows.flat_map(|row| row.faults.iter().map(move |fault| (row.sheet, row.number, fault)));
    let (count, all) = (imported.rejected.len(), faults.collect::<Vec<_>>());
    let title = lang.of(format!("拒绝 {count} 行"), format!("Rows that are rejected: {count}"));
    faulty(imported, title, all, lang)
}

/// The cells of recorded rows that are to be looked at.
pub fn warnings(imported: &Imported, lang: Lang) -> Listing {
    let count = imported.warnings.len();
    let title = lang.of(format!("请核对 {count} 处"), format!("To be looked at: {count}"));
    faulty(imported, title, imported.warnings.iter().map(|(sheet, row, fault)| (*sheet, *row, fault)).collect(), lang)
}

fn faulty(imported: &Imported, title: String, faults: Vec<(usize, u32, &Fault)>, lang: Lang) -> Listing {
    let columns = vec![
        column("sheet", "工作表", "sheet", Align::Left),
        column("row", "行", "row", Align::Right),
        column("column", "栏目", "column", Align::Left),
        column("value", "填的是", "value", Align::Left),
        column("reason", "原因", "reason", Align::Left),
    ];
    let sheet = |index: usize| imported.source.sheets.get(index).map(|sheet| sheet.name.as_str().into());
    let row = |(index, number, fault): (usize, u32, &Fault)| {
        vec![
            sheet(index).unwrap_or(ListValue::Nothing),
            i64::from(number).into(),
            fault.column.as_str().into(),
            fault.value.as_str().into(),
            fault.reason.sentence().in_lang(lang).into(),
        ]
    };
    let (rows, empty) = (faults.into_iter().map(row).collect(), lang.of("没有", "None").to_owned());
    let listing = Listing { title, columns, rows, notes: vec![], empty, repeated: 0 };
    if imported.source.sheets.len() < 2 { listing.without("sheet") } else { listing }
}

/// What became of a file, for other programs.
pub fn json(result: &FileResult, errors: Option<&str>, lang: Lang) -> Value {
    let imported = match &result.outcome {
        Ok(imported) => imported,
        Err(fault) => {
            let why = crate::refusal::Why::from(fault.clone());
            return json!({ "file": result.file, "refused": { "code": why.code(), "reason": why.sentence() } });
        }
    };
    let (recorded, batch) = match imported.recording {
        Recording::Recorded(batch) => ("recorded", Some(batch)),
        Recording::AlreadyImported(batch) => ("already_imported", Some(batch)),
        Recording::Checked => ("checked", None),
        Recording::Nothing => ("nothing", None),
    };
    let sheet = |index: usize| imported.source.sheets.get(index).map(|sheet| sheet.name.as_str());
    let fault = |index: usize, row: u32, fault: &Fault| {
        json!({
            "sheet": sheet(index),
            "row": row,
            "column": fault.column,
            "value": fault.value,
            "code": fault.reason.code(),
            "reason": fault.reason.sentence(),
        })
    };
    let rejected =
        imported.rejected.iter().flat_map(|row| row.faults.iter().map(|of| fault(row.sheet, row.number, of)));
    let warnings = imported.warnings.iter().map(|(index, row, of)| fault(*index, *row, of));
    let counts = &imported.counts;
    json!({
        "file": result.file,
        "kind": imported.kind.code(),
        "recording": recorded,
        "batch": batch.map(|batch| batch.0.to_string()),
        "counts": {
            "new": counts.new,
            "changed": counts.changed,
            "unchanged": counts.unchanged,
            "held": counts.held,
            "rejected": counts.rejected,
        },
        "rejected": rejected.collect::<Vec<_>>(),
        "warnings": warnings.collect::<Vec<_>>(),
        "errors": errors,
        "persons": changes(&[(&result.file, imported)], lang).json()["rows"],
        "figures": imported.moves.years.iter().map(year).collect::<Vec<_>>(),
        "stalled": imported.moves.stalled,
    })
}

fn year(of: &MovedYear) -> Value {
    let counts = of.counts().map(|(population, before, after)| {
        json!({
            "id": population.id,
            "version": population.version,
            "name": { "zh": population.zh, "en": population.en() },
            "before": before,
            "after": after,
        })
    });
    let figure = |figure: &Figure| {
        json!({
            "numerator": figure.numerator,
            "denominator": figure.denominator,
            "percent": figure.percent,
            "bounds": figure.bounds,
        })
    };
    let figures = of.figures().map(|(definition, before, after)| {
        json!({
            "id": definition.id,
            "version": definition.version,
            "name": { "zh": definition.zh, "en": definition.en },
            "before": figure(&before),
            "after": figure(&after),
        })
    });
    json!({
        "year": of.year,
        "as_of": of.as_of.to_string(),
        "as_of_is_ahead": of.is_ahead,
        "school": of.scope.school().map(|school| school.as_str()),
        "class": of.scope.class().map(|class| class.as_str()),
        "counts": counts.collect::<Vec<_>>(),
        "figures": figures.collect::<Vec<_>>(),
    })
}
