//! What somebody typed into a form: words by the names of their fields, and files.

use serde_json::{Value, json};

use crate::app::inputs::{self, Field, FieldFault, FieldKind};
use crate::text::days;

/// The words of a page, where they are no fields of its command: where one came from, and whom the list is of.
const OF_THE_PAGE: [&str; 6] = ["key", "back", "list", "progress", "class", "school"];
/// Of a command about students these say which students are listed, and not whom the command is about.
const OF_THE_LIST: [&str; 2] = ["class", "school"];

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

    /// What was typed into a field; nothing where it was left empty.
    pub fn get(&self, field: &str) -> &str {
        self.words.iter().find(|(name, _)| name == field).map_or("", |(_, value)| value.trim())
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
        };
        let said = self.words.iter().filter(|(name, value)| !value.trim().is_empty() && !is_of_page(name));
        let words: Vec<(String, String)> =
            said.map(|(name, value)| (name.clone(), read(fields, name, value.trim()))).collect();
        let mut input = inputs::of_words(fields, &words)?;
        for file in &self.files {
            let handed = json!({ "name": file.name, "bytes": file.bytes });
            let is_list = |field: &Field| field.name == file.field && (field.is_list || field.kind == FieldKind::Files);
            if !fields.iter().any(is_list) {
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

/// A day is typed in any of the ways in which people write one.
fn read(fields: &[Field], name: &str, text: &str) -> String {
    let is_day = fields.iter().any(|field| field.name == name && field.kind == FieldKind::Day);
    match days::read(text) {
        Ok(day) if is_day => day.to_string(),
        Ok(_) | Err(_) => text.to_owned(),
    }
}
