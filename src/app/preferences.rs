//! How somebody likes the pages. A setting and no fact: it decides nothing, and is kept beside the sessions.

use super::{App, AppError};
use crate::accounts::Caller;
use crate::event_log::table::{PREFERENCE, TableRows, Value};
use crate::event_log::working::Which;
use crate::text::lang::Lang;

/// The colours of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colours {
    /// As the machine has them.
    System,
    Light,
    Dark,
}

/// What was chosen; `None` where nothing was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Preferences {
    pub language: Option<Lang>,
    pub colours: Option<Colours>,
    /// Whether keys do something.
    pub keys: Option<bool>,
}

const LANGUAGES: [(&str, Lang); 2] = [("zh", Lang::Zh), ("en", Lang::En)];
const KEYS: [(&str, bool); 2] = [("on", true), ("off", false)];
const COLOURS: [(&str, Colours); 3] = [("system", Colours::System), ("light", Colours::Light), ("dark", Colours::Dark)];

fn of_code<T: Copy>(known: &[(&str, T)], code: &str) -> Option<T> {
    known.iter().find(|(known, _)| *known == code).map(|(_, value)| *value)
}

fn code_of<T: PartialEq>(known: &[(&'static str, T)], value: &T) -> Option<&'static str> {
    known.iter().find(|(_, known)| known == value).map(|(code, _)| *code)
}

impl Preferences {
    /// By the codes of what was chosen; what is none of them is not chosen.
    pub fn of_codes(language: &str, colours: &str, keys: &str) -> Self {
        let (language, colours) = (of_code(&LANGUAGES, language), of_code(&COLOURS, colours));
        Self { language, colours, keys: of_code(&KEYS, keys) }
    }

    /// The codes of what was chosen.
    pub fn codes(&self) -> [Option<&'static str>; 3] {
        let language = self.language.and_then(|language| code_of(&LANGUAGES, &language));
        let colours = self.colours.and_then(|colours| code_of(&COLOURS, &colours));
        [language, colours, self.keys.and_then(|keys| code_of(&KEYS, &keys))]
    }

    /// The same, with what the other one says where this one says nothing.
    pub fn or(self, other: Self) -> Self {
        let (language, colours) = (self.language.or(other.language), self.colours.or(other.colours));
        Self { language, colours, keys: self.keys.or(other.keys) }
    }
}

impl App {
    /// How the owner of the caller's account likes the pages, in whatever browser.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn preferences(&self, caller: &Caller) -> Result<Preferences, AppError> {
        let Some(account) = caller.staff_id() else { return Ok(Preferences::default()) };
        let rows = self.log.working_rows(&PREFERENCE, Which::With("account", &account.0.to_string())).await?;
        let told = |index: usize| rows.first().and_then(|row| row.get(index)?.as_text()).unwrap_or_default();
        Ok(Preferences::of_codes(told(1), told(2), told(3)))
    }

    /// Keeps what the owner of the caller's account chose just now, beside what was chosen before.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn keep_preferences(&self, caller: &Caller, chosen: Preferences) -> Result<(), AppError> {
        let Some(account) = caller.staff_id() else { return Ok(()) };
        let codes = chosen.or(self.preferences(caller).await?).codes();
        let row = [Value::text(account.0.to_string())].into_iter().chain(codes.map(Value::from)).collect();
        let rows = TableRows { table: &PREFERENCE, name: PREFERENCE.name.to_owned(), rows: vec![row] };
        Ok(self.log.keep(vec![rows], vec![]).await?)
    }
}
