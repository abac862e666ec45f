//! Old events are read through upcasters: a payload of an older schema version becomes one of the next, step by step.
//!
//! Invariant: a released upcaster is never edited; the golden file of every version of every event proves it.

use std::borrow::Cow;

use serde_json::Value;

use crate::domain::StreamType;

/// One step: it makes the payload of `kind` in schema version `from` one of version `from + 1`.
pub struct Upcaster {
    pub stream: StreamType,
    pub kind: &'static str,
    pub from: i64,
    /// The step itself.
    pub upcast: fn(Value) -> Value,
}

/// All steps. There is none yet, since all events are in their first version.
pub const UPCASTERS: &[Upcaster] = &[];

/// The payload in its current version, which is the one that no step leads on from.
///
/// # Errors
/// When the payload is no JSON.
pub fn to_current<'p>(
    upcasters: &[Upcaster],
    stream: StreamType,
    kind: &str,
    version: i64,
    payload: &'p str,
) -> Result<Cow<'p, str>, serde_json::Error> {
    let step_from = |from| upcasters.iter().find(|u| u.stream == stream && u.kind == kind && u.from == from);
    let mut version = version;
    let mut current = Cow::Borrowed(payload);
    while let Some(step) = step_from(version) {
        current = Cow::Owned((step.upcast)(serde_json::from_str(&current)?).to_string());
        version += 1;
    }
    Ok(current)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn renamed(mut payload: Value) -> Value {
        payload["class"] = payload["group"].take();
        payload
    }

    fn with_route(mut payload: Value) -> Value {
        payload["route"] = json!("regular");
        payload
    }

    #[test]
    fn a_payload_goes_through_every_step_from_its_own_version_on() {
        let steps = [
            Upcaster { stream: StreamType::Student, kind: "said", from: 1, upcast: renamed },
            Upcaster { stream: StreamType::Student, kind: "said", from: 2, upcast: with_route },
        ];
        let current = |version, payload: &str| {
            to_current(&steps, StreamType::Student, "said", version, payload).unwrap().into_owned()
        };
        assert_eq!(current(1, r#"{"group":"A"}"#), r#"{"group":null,"class":"A","route":"regular"}"#);
        assert_eq!(current(2, r#"{"class":"A"}"#), r#"{"class":"A","route":"regular"}"#);
        assert_eq!(current(3, r#"{"class":"A","route":"through"}"#), r#"{"class":"A","route":"through"}"#);
    }
}
