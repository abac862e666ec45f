//! What a refusal is: a code, values, a kind, a sentence. The sentences of all of them are in `catalogue`, so that who
//! refuses knows no language.

use serde_json::Value;

use crate::text::lang::Sentence;

/// What kind of no it is. The command line exits with 1 for each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    /// It is not there, or not in the caller's scope. HTTP 404.
    NotFound,
    /// The caller may see it, and may not do this. HTTP 403.
    NotAllowed,
    /// A field is wrong or missing; `Refusal::field` says which. HTTP 422.
    Invalid,
    /// Somebody was faster, or the state does not allow it. HTTP 409.
    Conflict,
    /// Not now: the same command may be sent again with the same key. HTTP 503.
    Busy,
    /// A fault of the system, for the operator to see. HTTP 500.
    Broken,
}

impl RefusalKind {
    pub const fn http_status(self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::NotAllowed => 403,
            Self::Invalid => 422,
            Self::Conflict => 409,
            Self::Busy => 503,
            Self::Broken => 500,
        }
    }
}

/// Why something is not done, as data and as a sentence.
pub trait Refusal {
    /// Stable, in snake case, the noun in front: `placement.not_drafted`.
    fn code(&self) -> &'static str;
    /// An object of what the sentence is made of; a value without a name of its own is called `value`.
    fn values(&self) -> Value;
    fn kind(&self) -> RefusalKind;
    fn sentence(&self) -> Sentence;
    /// The input field that is wrong; of a refusal of the kind `Invalid` only.
    fn field(&self) -> Option<&'static str>;
}
