//! What a workbook says beside the values of its cells: rows that are hidden, areas that are merged, formulas to be computed
//! anew. The library that reads the cells tells none of it.
//!
//! A mark that cannot be read is none, so that this look at a file is never stricter than the library's.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::{BufRead, BufReader, Cursor, Write};

use memchr::memmem;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::area::Area;

/// Longer lists of merged areas, and rows further down, are none that a person made.
const AREAS_MAX: usize = 200_000;
const ROWS_MAX: u32 = 200_000;

/// The marks of one sheet.
#[derive(Debug, Default)]
pub(super) struct SheetMarks {
    /// Numbers of hidden rows, from 1.
    pub hidden: BTreeSet<u32>,
    pub merged: Vec<Area>,
}

/// The marks of a workbook.
pub(super) struct Marks<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    /// By the name of a sheet: its part.
    parts: HashMap<String, String>,
    /// The parts that hide rows or merge cells.
    marked: HashSet<String>,
    /// The program that wrote the file left the results of formulas to the one that opens it.
    pub computes_anew: bool,
}

impl<'b> Marks<'b> {
    /// `marked` are the parts in which [`Scan`] found marks.
    pub(super) fn read(archive: ZipArchive<Cursor<&'b [u8]>>, marked: HashSet<String>) -> Self {
        let mut marks = Self { archive, parts: HashMap::new(), marked, computes_anew: false };
        let mut targets: HashMap<String, String> = HashMap::new();
        marks.visit("xl/_rels/workbook.xml.rels", |element| {
            if let ("Relationship", Some(id), Some(target)) =
                (name(element), value(element, "Id"), value(element, "Target"))
            {
                let part = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
                targets.insert(id, part.to_ascii_lowercase());
            }
        });
        let (mut parts, mut computes_anew) = (HashMap::new(), false);
        marks.visit("xl/workbook.xml", |element| match name(element) {
            "sheet" => {
                let part = value(element, "r:id").or_else(|| value(element, "id")).and_then(|id| targets.remove(&id));
                if let (Some(name), Some(part)) = (value(element, "name"), part) {
                    parts.insert(name, part);
                }
            }
            "calcPr" => computes_anew = is_true(value(element, "fullCalcOnLoad")),
            _ => (),
        });
        Self { parts, computes_anew, ..marks }
    }

    /// The marks of the sheet with this name.
    pub(super) fn of(&mut self, sheet: &str) -> SheetMarks {
        let mut marks = SheetMarks::default();
        let Some(part) = self.parts.get(sheet).filter(|part| self.marked.contains(*part)).cloned() else {
            return marks;
        };
        let mut last_row = 0_u32;
        self.visit(&part, |element| match name(element) {
            "row" => {
                last_row = value(element, "r").and_then(|row| row.parse().ok()).unwrap_or(last_row.saturating_add(1));
                if last_row <= ROWS_MAX && is_true(value(element, "hidden")) {
                    marks.hidden.insert(last_row);
                }
            }
            "mergeCell" if marks.merged.len() < AREAS_MAX => {
                marks.merged.extend(value(element, "ref").and_then(|area| Area::parse(&area)));
            }
            _ => (),
        });
        marks
    }

    /// Shows every element of a part; of a part that is damaged, those before the damage.
    fn visit(&mut self, part: &str, see: impl FnMut(&BytesStart)) {
        let is_it = |name: zip::result::ZipResult<Cow<'_, str>>| name.is_ok_and(|name| name.eq_ignore_ascii_case(part));
        let Some(index) = self.archive.file_names().position(is_it) else { return };
        if let Ok(entry) = self.archive.by_index(index) {
            visit(BufReader::new(entry), see);
        }
    }
}

fn visit(xml: impl BufRead, mut see: impl FnMut(&BytesStart)) {
    let mut reader = quick_xml::Reader::from_reader(xml);
    let mut buffer = vec![];
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(element) | Event::Empty(element)) => see(&element),
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => (),
        }
    }
}

fn name<'e>(element: &'e BytesStart) -> &'e str {
    element.local_name().into_inner()
}

fn value(element: &BytesStart, attribute: &str) -> Option<String> {
    let attribute = element.try_get_attribute(attribute).ok()??;
    attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(Cow::into_owned)
}

fn is_true(value: Option<String>) -> bool {
    value.is_some_and(|value| value == "1" || value == "true")
}

/// Looks for marks in the bytes of a sheet that pass by, so that most sheets need not be read for them.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// The end of what passed, where a mark may have begun.
    last: Vec<u8>,
    pub is_marked: bool,
}

impl Write for Scan {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        const MARKS: [&[u8]; 2] = [b"hidden=", b"mergeCell"];
        const LAST_LEN: usize = 8;
        if !self.is_marked {
            self.last.extend(bytes);
            self.is_marked = MARKS.iter().any(|mark| memmem::find(&self.last, mark).is_some());
            self.last.drain(..self.last.len().saturating_sub(LAST_LEN));
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
