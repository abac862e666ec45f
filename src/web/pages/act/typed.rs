//! What somebody typed into a form: words by the names of their fields, and files.

use serde_json::{Value, json};

use crate::app::draft::Draft;
use crate::app::inputs::{self, Field, FieldFault, FieldKind};
use crate::text::days;
use crate::web::pages::drafts;

/// The words of a page, where they are no fields of its command: where one came from, and whom the list is of.
const OF_THE_PAGE: [&str; 11] = [
    "key",
    "back",
    "list",
    "progress",
    "papers",
    "starts",
    "class",
    "school",
    drafts::SEEN[0],
    drafts::SEEN[1],
    drafts::APART,
];
/// Of a command about students these say which students are listed, and not whom the command is about.
const OF_THE_LIST: [&str; 2] = ["class", "school"];

/// Before the name of a cell that says what differs for one student: `differs:2024021801:报酬`.
const DIFFERS: &str = "differs:";
/// The field that such cells make up, as a table would.
const OVERRIDES: &str = "overrides";
/// The column by which a row says whose it is.
const STUDENT_NUMBER: &str = "学号";

/// The name of a cell that says what differs for a student.
pub(in crate::web::pages) fn cell_name(student_number: &str, heading: &str) -> String {
    format!("{DIFFERS}{student_number}:{heading}")
}

/// A file as a form hands it over.
pub(in crate::web::pages) struct TypedFile {
    pub field: String,
    pub name: String,
    /// Hexadecimal.
    pub bytes: String,
}

/// What was typed.
#[derive(Default)]
pub(in crate::web::pages) struct Typed {
    pub words: Vec<(String, String)>,
    pub files: Vec<TypedFile>,
}

impl Typed {
    pub fn of_address(words: &str) -> Self {
        Self { words: form_urlencoded::parse(words.as_bytes()).into_owned().collect(), files: vec![] }
    }

    /// What a draft keeps, as its form sends it.
    pub fn of_draft(draft: &Draft) -> Self {
        let mut typed = Self { words: draft.typing.words.clone(), files: vec![] };
        drafts::put_seen(&mut typed.words, Some(draft.seen()));
        typed
    }

    /// What was typed into a field; nothing where it was left empty.
    pub fn get(&self, field: &str) -> &str {
        self.words.iter().find(|(name, _)| name == field).map_or("", |(_, value)| value.trim())
    }

    /// Takes a word out that is no field.
    pub fn take(&mut self, name: &str) -> String {
        match self.words.iter().position(|(word, _)| word == name) {
            Some(place) => self.words.remove(place).1,
            None => String::new(),
        }
    }

    /// Everything that was typed into a field.
    pub fn all(&self, field: &str) -> Vec<&str> {
        let of_field = self.words.iter().filter(|(name, _)| name == field);
        of_field.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty()).collect()
    }

    /// The input of the command: fields that were left empty are not said. `is_about_listed`: it is about students of a list
    /// who were chosen one by one.
    ///
    /// # Errors
    /// If a field that takes one value was sent several times.
    pub fn input(&self, fields: &[Field], is_about_listed: bool) -> Result<Value, FieldFault> {
        let is_of_page = |name: &str| {
            OF_THE_PAGE.contains(&name) && !fields.iter().any(|field| field.name == name)
                || is_about_listed && OF_THE_LIST.contains(&name)
                || name.starts_with(DIFFERS)
        };
        let is_table = |name: &str| fields.iter().any(|field| field.name == name && field.is_file());
        let said = self.words.iter().filter(|(name, value)| !value.trim().is_empty() && !is_of_page(name));
        // A table may be pasted instead of handed over.
        let (pasted, said): (Vec<_>, Vec<_>) = said.partition(|(name, _)| is_table(name));
        let words: Vec<(String, String)> =
            said.into_iter().map(|(name, value)| (name.clone(), read(fields, name, value.trim()))).collect();
        let mut input = inputs::of_words(fields, &words)?;
        let pasted = pasted.into_iter().map(|(field, text)| TypedFile::of_text(field, text));
        let differing = self.differing().map(|table| TypedFile::of_text(OVERRIDES, &table));
        let files: Vec<TypedFile> = pasted.chain(differing).collect();
        for file in self.files.iter().chain(&files) {
            let handed = json!({ "name": file.name, "bytes": file.bytes });
            let is_list = |field: &Field| field.name == file.field && (field.is_list || field.kind == FieldKind::Files);
            if !fields.iter().any(is_list) {
                if !input[&file.field].is_null() {
                    return Err(FieldFault::Repeated(file.field.clone()));
                }
                input[&file.field] = handed;
            } else if let Some(others) = input[&file.field].as_array_mut() {
                others.push(handed);
            } else {
                input[&file.field] = json!([handed]);
            }
        }
        Ok(input)
    }
}

impl Typed {
    /// What was typed of single students, as a table with a row for each.
    fn differing(&self) -> Option<String> {
        let cells: Vec<(&str, &str, &str)> = self
            .words
            .iter()
            .filter(|(_, value)| !value.trim().is_empty())
            .filter_map(|(name, value)| {
                let (number, heading) = name.strip_prefix(DIFFERS)?.split_once(':')?;
                Some((number, heading, value.trim()))
            })
            .collect();
        let mut headings: Vec<&str> = cells.iter().map(|(_, heading, _)| *heading).collect();
        headings.sort_unstable();
        headings.dedup();
        let mut numbers: Vec<&str> = cells.iter().map(|(number, ..)| *number).collect();
        numbers.dedup();
        let mut table = csv::Writer::from_writer(vec![]);
        table.write_record([STUDENT_NUMBER].iter().chain(&headings)).ok()?;
        for number in &numbers {
            let cell = |heading: &&str| {
                let found = cells.iter().find(|(of, column, _)| of == number && column == heading);
                found.map_or("", |(.., value)| value)
            };
            table.write_record([*number].into_iter().chain(headings.iter().map(cell))).ok()?;
        }
        let bytes = table.into_inner().ok().filter(|_| !cells.is_empty())?;
        String::from_utf8(bytes).ok()
    }
}

impl TypedFile {
    /// A table that was typed or pasted.
    fn of_text(field: &str, text: &str) -> Self {
        Self { field: field.to_owned(), name: "table.csv".to_owned(), bytes: hex::encode(text) }
    }
}

/// A day is typed in any of the ways in which people write one; several values below each other.
fn read(fields: &[Field], name: &str, text: &str) -> String {
    let is_day = fields.iter().any(|field| field.name == name && field.kind == FieldKind::Day);
    if fields.iter().any(|field| field.name == name && field.is_list) {
        return text.replace(['\n', '\r', '，'], ",");
    }
    match days::read(text) {
        Ok(day) if is_day => day.to_string(),
        Ok(_) | Err(_) => text.to_owned(),
    }
}
