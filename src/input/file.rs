//! A file as somebody hands it over.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The name that its sender gave it, and its bytes. Where it lay is nobody's business here.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    pub name: String,
    /// Hexadecimal where it is written as text.
    #[serde(with = "hex")]
    pub bytes: Vec<u8>,
}

impl File {
    /// The name without the folders before it.
    pub fn short_name(&self) -> &str {
        self.name.rsplit(['/', '\\']).next().unwrap_or(&self.name)
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "File({} bytes)", self.bytes.len())
    }
}

/// The text files of one folder, such as a school's own templates.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TextFolder(pub Vec<File>);

impl TextFolder {
    /// The files by their names without folders.
    pub fn named(folder: Option<&Self>) -> Vec<(&str, &[u8])> {
        let files = folder.map(|folder| folder.0.as_slice()).unwrap_or_default();
        files.iter().map(|file| (file.short_name(), file.bytes.as_slice())).collect()
    }
}
