//! Texts of the log and of rows. They are shared, since one text occurs in an event, in its command and in rows of read
//! models, and goes from thread to thread on its way.

use std::borrow::Borrow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

use serde::{Serialize, Serializer};

/// A text that is cloned without being copied. Equal and ordered by its letters, wherever they are kept.
#[derive(Clone)]
pub enum Text {
    /// A code of this program.
    Code(&'static str),
    /// Any other text.
    Shared(Arc<str>),
}

impl Text {
    /// The text's letters.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Code(code) => code,
            Self::Shared(text) => text,
        }
    }

    /// The text in the form that a driver takes. There are few codes, so each thread keeps the shared form of those it
    /// met.
    pub(super) fn into_shared(self) -> Arc<str> {
        thread_local! {
            static CODES: RefCell<HashMap<&'static str, Arc<str>>> = RefCell::default();
        }
        match self {
            Self::Code(code) => CODES.with_borrow_mut(|codes| codes.entry(code).or_insert_with(|| code.into()).clone()),
            Self::Shared(text) => text,
        }
    }
}

impl From<&'static str> for Text {
    fn from(code: &'static str) -> Self {
        Self::Code(code)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::Shared(text.into())
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}
