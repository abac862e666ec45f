//! What a form sent, by the names of its fields.

use std::collections::BTreeMap;

use axum::body::Bytes;

use super::error::Error;

/// The fields of a form; one that was not sent is empty.
pub(super) struct Form(BTreeMap<String, String>);

impl Form {
    /// Reads what was sent.
    ///
    /// # Errors
    /// If a field is sent twice: no form of this server does that, and nobody knows which is meant.
    pub(super) fn of(body: &Bytes) -> Result<Self, Error> {
        let mut fields = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(body).into_owned() {
            if fields.insert(name, value).is_some() {
                return Err(Error::FieldTwice);
            }
        }
        Ok(Self(fields))
    }

    pub(super) fn get(&self, field: &str) -> String {
        self.0.get(field).cloned().unwrap_or_default()
    }
}

/// Where to go on after signing in: an address of this server, else the first page.
pub(super) fn next(wanted: &str) -> &str {
    let is_own = wanted.starts_with('/') && !wanted.starts_with("//") && !wanted.contains(['\\', '\r', '\n', '\t']);
    if is_own { wanted } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_away_from_this_server() {
        assert_eq!(next("/reports/2022?by=school"), "/reports/2022?by=school");
        for foreign in ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "", "/\t/evil.example"] {
            assert_eq!(next(foreign), "/", "{foreign}");
        }
    }
}
