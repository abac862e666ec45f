//! The log as it is printed: its head, and events one to a line.

use serde_json::{Value, json};

use gradtrail::domain::day::from_epoch_day;
use gradtrail::event_log::record::Recorded;
use gradtrail::event_log::request::LogHead;
use gradtrail::text::instants::rfc3339;

use crate::cli::{CliError, screen};

pub fn head(head: &LogHead) -> Result<(), CliError> {
    screen::json(&json!({
        "position": head.position(),
        "root": hex::encode(head.root()),
        // Before the first event there is no instant.
        "recorded_at": (head.position() > 0).then(|| rfc3339(head.last_recorded_at)),
    }))
}

pub fn events(events: &[Recorded]) -> Result<(), CliError> {
    events.iter().try_for_each(|recorded| screen::line(&event(recorded).to_string()))
}

fn event(recorded: &Recorded) -> Value {
    json!({
        "position": recorded.position,
        "stream": recorded.stream_type,
        "id": recorded.stream_id,
        "version": recorded.version,
        "kind": recorded.kind,
        "school": recorded.school,
        "effective_on": from_epoch_day(recorded.effective_on).map(|day| day.to_string()),
        "recorded_at": rfc3339(recorded.recorded_at),
        "actor": recorded.actor,
        "source": recorded.source,
        "command_key": recorded.command_key,
        "causation": recorded.causation,
        "payload": serde_json::from_str::<Value>(&recorded.payload).unwrap_or_else(|_| json!(recorded.payload)),
    })
}
