//! What a refusal is: a code, values, a kind, a sentence. The sentences of all of them are in `catalogue`, so that who
//! refuses knows no language.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::text::lang::Sentence;

/// What kind of no it is. The command line exits with 1 for each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    /// It is not there, or not in the caller's scope. HTTP 404.
    NotFound,
    /// Who calls is not known; the caller may sign in and try again. HTTP 401.
    NotSignedIn,
    /// The caller may see it, and may not do this. HTTP 403.
    NotAllowed,
    /// A field is wrong or missing; `Refusal::field` says which. HTTP 422.
    Invalid,
    /// Somebody was faster, or the state does not allow it. HTTP 409.
    Conflict,
    /// It was tried too often; the caller may wait and try again. HTTP 429.
    TooOften,
    /// The idempotency key belongs to something else. HTTP 422.
    KeyReused,
    /// The caller saw an older version than there is. HTTP 412.
    Outdated,
    /// Not now: the same command may be sent again with the same key. HTTP 503.
    Busy,
    /// A fault of the system, for the operator to see. HTTP 500.
    Broken,
}

impl RefusalKind {
    pub const fn http_status(self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::NotSignedIn => 401,
            Self::NotAllowed => 403,
            Self::Invalid => 422,
            Self::Conflict => 409,
            Self::TooOften => 429,
            Self::KeyReused => 422,
            Self::Outdated => 412,
            Self::Busy => 503,
            Self::Broken => 500,
        }
    }
}

/// Why something is not done, as data and as a sentence.
pub trait Refusal: fmt::Debug {
    /// Stable, in snake case, the noun in front: `placement.not_drafted`.
    fn code(&self) -> &'static str;
    /// An object of what the sentence is made of; a value without a name of its own is called `value`.
    fn values(&self) -> Value;
    fn kind(&self) -> RefusalKind;
    fn sentence(&self) -> Sentence;
    /// The input field that is wrong; of a refusal of the kind `Invalid` only.
    fn field(&self) -> Option<&'static str> {
        None
    }
}

/// Any refusal, kept beside what it is about.
#[derive(Debug, Clone)]
pub struct Why(Arc<dyn Refusal + Send + Sync>);

impl<R: Refusal + Send + Sync + 'static> From<R> for Why {
    fn from(refusal: R) -> Self {
        Self(Arc::new(refusal))
    }
}

impl Deref for Why {
    type Target = dyn Refusal + Send + Sync;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

impl PartialEq for Why {
    fn eq(&self, other: &Self) -> bool {
        (self.code(), self.values()) == (other.code(), other.values())
    }
}

impl Eq for Why {}

impl Serialize for Why {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        json!({ "code": self.code(), "values": self.values() }).serialize(serializer)
    }
}

impl std::error::Error for Why {}

/// In Chinese, for the ways in that do not choose a language.
impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence().zh)
    }
}
