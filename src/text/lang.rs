//! The two languages of what people read, and one sentence in both of them.

use clap::ValueEnum;
use serde::Serialize;

/// The language of what people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ValueEnum)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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

/// So many of something in English: 1 student, 2 students.
pub fn number_of(count: usize, thing: &str) -> String {
    if count == 1 { format!("{count} {thing}") } else { format!("{count} {thing}s") }
}

/// Words one behind the other.
pub fn joined(words: &[Sentence], between: &str, lang: Lang) -> String {
    words.iter().map(|word| word.in_lang(lang)).collect::<Vec<_>>().join(between)
}
