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
