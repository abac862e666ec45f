//! What became of one file, or would, as its page shows it.

use uuid::Uuid;

use super::super::offers::{Offer, Offers};
use super::super::roster_query::Chip;
use super::super::table::{PAGE_LEN, Pages, Table};
use super::address;
use super::undo;
use crate::app::import::FileResult;
use crate::app::import::batch::{Imported, Recording};
use crate::intake::kind::Column;
use crate::publication::list::Listing;
use crate::publication::receipt;
use crate::refusal::Why;
use crate::web::error::Error;
use crate::web::pages::count;
use crate::web::pages::frame::Frame;

/// Names that a note shows.
const NAMED_MAX: usize = 10;

/// What became of one file.
pub(super) struct FileView {
    pub name: String,
    pub kind: String,
    /// Whether and where its rows are recorded.
    pub state: String,
    pub is_bad: bool,
    pub chips: Vec<Chip>,
    pub notes: Vec<String>,
    pub parts: Vec<Part>,
    pub figures: Vec<Part>,
    /// Where the rejected rows are, to be mended.
    pub errors: Option<String>,
    pub undo: Vec<Offer>,
}

/// A part of what became of it: with its first rows, and where all of them are.
pub(super) struct Part {
    pub id: String,
    pub title: String,
    pub table: Table,
    pub all: Option<String>,
}

impl FileView {
    pub(super) fn of(frame: &Frame, offers: &Offers, id: Uuid, place: usize, result: &FileResult) -> Self {
        let imported = match &result.outcome {
            Ok(imported) => imported,
            Err(fault) => {
                return Self {
                    name: result.file.clone(),
                    kind: String::new(),
                    state: frame.said(&Why::from(fault.clone()).sentence()),
                    is_bad: true,
                    chips: vec![],
                    notes: vec![],
                    parts: vec![],
                    figures: vec![],
                    errors: None,
                    undo: vec![],
                };
            }
        };
        let (state, batch) = state(frame, imported);
        let part = |name: &str, listing: &Listing| part(frame, id, place, name, listing);
        let parts = [
            ("rejected", receipt::rejected(imported, frame.lang)),
            ("warnings", receipt::warnings(imported, frame.lang)),
            ("changed", receipt::persons(imported, frame.lang)),
        ];
        let figures = imported
            .moves
            .years
            .iter()
            .enumerate()
            .map(|(nth, year)| part(&format!("year{nth}"), &receipt::figures(imported, year, frame.lang)));
        Self {
            name: result.file.clone(),
            kind: frame.word(&imported.kind),
            state,
            is_bad: imported.recording == Recording::Nothing,
            chips: chips(frame, place, imported),
            notes: notes(frame, imported),
            figures: figures.collect(),
            parts: parts
                .iter()
                .filter(|(_, listing)| !listing.rows.is_empty())
                .map(|(name, of)| part(name, of))
                .collect(),
            errors: (!imported.rejected.is_empty()).then(|| format!("{}/errors/{place}", address(id))),
            undo: batch.map(|batch| undo(offers, &batch)).unwrap_or_default(),
        }
    }
}

/// One part with all its rows, page by page: its title and the rows.
///
/// # Errors
/// If there is no such part or page.
pub(super) fn whole(
    frame: &Frame,
    id: Uuid,
    place: usize,
    imported: &Imported,
    part: &str,
    number: &str,
) -> Result<(String, Table), Error> {
    let listing = match part {
        "rejected" => receipt::rejected(imported, frame.lang),
        "warnings" => receipt::warnings(imported, frame.lang),
        "changed" => receipt::persons(imported, frame.lang),
        _ => return Err(Error::NotFound),
    };
    let at = |number: &str| format!("{}?file={place}&part={part}&page={number}", address(id));
    let (pages, places) = Pages::of(number, listing.rows.len(), at)?;
    Ok((listing.title.clone(), Table::of(frame, &listing, head(part), places).paged(pages)))
}

fn head(part: &str) -> &'static str {
    match part {
        "changed" => "name",
        "rejected" | "warnings" => "row",
        _ => "figure",
    }
}

fn part(frame: &Frame, id: Uuid, place: usize, name: &str, listing: &Listing) -> Part {
    let all = (listing.rows.len() > PAGE_LEN).then(|| format!("{}?file={place}&part={name}", address(id)));
    Part {
        id: format!("{name}-{place}"),
        title: listing.title.clone(),
        table: Table::of(frame, listing, head(name), 0..PAGE_LEN),
        all,
    }
}

/// How many rows are what; what can be shown leads to where it is.
fn chips(frame: &Frame, place: usize, imported: &Imported) -> Vec<Chip> {
    let counts = &imported.counts;
    let chip = |word: &str, number: u32, part: &str| Chip {
        word: word.to_owned(),
        count: count(number),
        is_none: number == 0,
        address: if part.is_empty() { String::new() } else { format!("#{part}-{place}") },
        is_here: false,
    };
    let changed = if imported.moves.persons.is_empty() { "" } else { "changed" };
    let chips = [
        chip(frame.say("新增", "new"), counts.new, ""),
        chip(frame.say("更改", "changed"), counts.changed, changed),
        chip(frame.say("不变", "unchanged"), counts.unchanged, ""),
        chip(frame.say("暂不生效", "held"), counts.held, ""),
        chip(frame.say("拒绝", "rejected"), counts.rejected, if counts.rejected > 0 { "rejected" } else { "" }),
    ];
    let is_shown = |chip: &Chip| !chip.is_none || chip.word != frame.say("暂不生效", "held");
    chips.into_iter().filter(is_shown).collect()
}

/// Whether and where the rows are recorded, and the batch that can be undone.
fn state(frame: &Frame, imported: &Imported) -> (String, Option<String>) {
    match imported.recording {
        Recording::Recorded(batch) => (frame.say("已导入", "Imported").to_owned(), Some(batch.0.to_string())),
        Recording::AlreadyImported(batch) => {
            let again =
                frame.say("这个文件导入过，没有重复记录", "The file was imported before and is not recorded again");
            (again.to_owned(), Some(batch.0.to_string()))
        }
        Recording::Checked => {
            (frame.say("只核对了，还没有记录", "Only checked, nothing is recorded yet").to_owned(), None)
        }
        Recording::Nothing if imported.counts.rejected > 0 => {
            let none = frame
                .say("有被拒绝的行，这次的文件都没有记录", "Some rows are rejected; none of the files is recorded");
            (none.to_owned(), None)
        }
        Recording::Nothing => {
            let other = frame
                .say("另有文件被拒绝，这个文件也没有记录", "Another file is rejected; this one is not recorded either");
            (other.to_owned(), None)
        }
    }
}

/// What was left out, taken over or only noticed.
fn notes(frame: &Frame, imported: &Imported) -> Vec<String> {
    let sheet = |index: usize| imported.source.sheets.get(index).map_or("", |sheet| sheet.name.as_str());
    let mut notes = vec![];
    if imported.counts.total() == 0 {
        notes.push(frame.say("表头之后没有数据行", "There are no rows below the headings").to_owned());
    }
    let meant = |(text, meant): &(String, Option<Column>)| match meant {
        Some(meant) => {
            frame.lang.of(format!("{text}（是「{}」吗？）", meant.title()), format!("{text} ({}?)", meant.title()))
        }
        None => text.clone(),
    };
    for (zh, en, names) in [
        ("没有用到的栏目", "Columns not used", imported.unknown_columns.iter().map(meant).collect()),
        ("没有导入隐藏的工作表", "Hidden sheets left out", imported.source.hidden.clone()),
        ("没有导入无表头的工作表", "Sheets without headings left out", imported.source.notes.clone()),
        (
            "名册里没有、此前登记过的学生（没有改动）",
            "On record and not in the roster (left as they are)",
            imported.absent.clone(),
        ),
    ] {
        if !names.is_empty() {
            notes.push(format!("{}{}{}", frame.say(zh, en), frame.say("：", ": "), shown(frame, &names)));
        }
    }
    for (index, rows) in &imported.hidden_rows {
        let numbers: Vec<String> = rows.iter().map(u32::to_string).collect();
        let (sheet, numbers) = (sheet(*index), shown(frame, &numbers));
        notes.push(frame.lang.of(
            format!("{sheet}：没有导入隐藏或筛选掉的 {} 行：第 {numbers} 行", rows.len()),
            format!("{sheet}: rows that are hidden or filtered out, left out ({}): {numbers}", rows.len()),
        ));
    }
    for (index, areas) in &imported.filled {
        let (sheet, areas) = (sheet(*index), shown(frame, areas));
        notes.push(frame.lang.of(
            format!("{sheet}：合并单元格的内容算作其中每一行的：{areas}"),
            format!("{sheet}: merged cells count for each of their rows: {areas}"),
        ));
    }
    if imported.passed_over > 0 {
        notes.push(frame.lang.of(
            format!("略过 {} 行：没有数据，或是表头、标题、合计、说明", imported.passed_over),
            format!("Passed over: {} rows without data, or headings, titles, totals, notes", imported.passed_over),
        ));
    }
    if imported.moves.stalled.is_some() {
        let stalled = frame.say(
            "统计暂停更新，不能说数字会怎样变；登记不受影响",
            "The figures have stopped, so that nobody can say how they move; recording goes on",
        );
        notes.push(stalled.to_owned());
    }
    notes
}

/// The first few names.
fn shown(frame: &Frame, names: &[String]) -> String {
    let first: Vec<&str> = names.iter().take(NAMED_MAX).map(String::as_str).collect();
    let more = match names.len().saturating_sub(NAMED_MAX) {
        0 => String::new(),
        more => frame.lang.of(format!("等，还有 {more} 个"), format!(" and {more} more")),
    };
    format!("{}{more}", first.join(frame.say("、", ", ")))
}
