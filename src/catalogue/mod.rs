//! What a refusal is called and how it reads: every code, every sentence in Chinese and English, side by side.
//!
//! Invariants: the matches over refusals name every variant, so that a sentence missing in one language does not compile;
//! a sentence says what is wrong with its values and what to do, and names no flag, subcommand or button: that advice
//! belongs to the way in. Codes never change; sentences may.

pub mod help;

use clap::ValueEnum;
use serde_json::Value;

/// The language of what people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    Zh,
    En,
}

impl Lang {
    /// One of the two: what is said in this language.
    pub fn of<T>(self, zh: T, en: T) -> T {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }
}

/// One sentence in both languages, without a full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    pub zh: String,
    pub en: String,
}

impl Sentence {
    pub fn in_lang(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// A sentence, Chinese first.
pub fn say(zh: impl Into<String>, en: impl Into<String>) -> Sentence {
    Sentence { zh: zh.into(), en: en.into() }
}

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
