//! What a form sent, by the names of its fields.

use axum::body::Bytes;
use std::collections::BTreeMap;

/// The fields of a form; one that was not sent is empty.
pub(super) struct Form(BTreeMap<String, String>);

impl Form {
    pub(super) fn of(body: &Bytes) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
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
