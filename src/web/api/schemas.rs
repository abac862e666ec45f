//! What the API answers, as schemas of its document: as far as the program knows it before it is asked.

use serde_json::{Map, Value, json};
use strum::VariantNames as _;

use super::problem::RequestFault;
use crate::publication::list::ListColumn;
use crate::publication::table::Align;

pub(super) fn problem() -> Value {
    json!({
        "type": "object",
        "description": "RFC 9457, with the stable code of the refusal, its values, and both languages",
        "properties": {
            "type": { "type": "string" },
            "title": { "type": ["string", "null"] },
            "status": { "type": "integer" },
            "detail": { "type": "string" },
            "code": { "type": "string", "examples": RequestFault::VARIANTS },
            "values": { "type": "object" },
            "field": { "type": ["string", "null"] },
            "sentence": { "type": "object", "properties": { "zh": { "type": "string" }, "en": { "type": "string" } } },
        },
        "required": ["type", "status", "detail", "code", "values", "sentence"],
    })
}

pub(super) fn file() -> Value {
    json!({
        "type": "object",
        "properties": {
            "name": { "type": "string" },
            "bytes": { "type": "string", "description": "Hexadecimal", "pattern": "^([0-9a-fA-F]{2})*$" },
        },
        "required": ["name", "bytes"],
        "additionalProperties": false,
    })
}

pub(super) fn recorded() -> Value {
    json!({
        "type": "object",
        "properties": {
            "recorded": { "type": "boolean", "description": "False where it was so already" },
            "position": { "type": "integer", "description": "Of the first event" },
            "events": { "type": "integer" },
            "recorded_at": { "type": "string", "format": "date-time" },
            "repeated": { "type": "boolean", "description": "True if the key had been used before" },
            "stalled": { "type": "array", "items": { "type": "string" }, "description": "Read models that do not show it" },
            "log": { "$ref": "#/components/schemas/Head" },
        },
    })
}

pub(super) fn head() -> Value {
    json!({
        "type": "object",
        "description": "How far the log has come, with its root",
        "properties": {
            "position": { "type": "integer" },
            "root": { "type": "string", "pattern": "^[0-9a-f]{64}$" },
            "recorded_at": { "type": ["string", "null"], "format": "date-time" },
        },
        "required": ["position", "root", "recorded_at"],
    })
}

/// The answer of a question of which no more is known than that it is one.
pub(super) fn answer() -> Value {
    json!({ "type": "object", "description": "A list has title, notes, columns and rows" })
}

/// The answer of a question whose list has these columns.
pub(super) fn list(columns: &[ListColumn], is_paged: bool) -> Value {
    let property = |column: &ListColumn| {
        // A stored record is any JSON.
        let of = match (column.key, column.align) {
            ("payload", _) => json!({}),
            (_, Align::Left) => json!({ "type": ["string", "null"] }),
            (_, Align::Right) => json!({ "type": ["integer", "string", "null"] }),
        };
        let mut of = of;
        of["description"] = json!(format!("{} / {}", column.zh, column.en));
        (column.key.to_owned(), of)
    };
    let row = columns.iter().map(property).collect::<Map<String, Value>>();
    let keys: Vec<&str> = columns.iter().map(|column| column.key).collect();
    let text = json!({ "type": "string" });
    let heading = json!({
        "type": "object",
        "properties": { "key": { "type": "string", "enum": keys }, "zh": text, "en": text },
        "required": ["key", "zh", "en"],
    });
    let mut list = json!({
        "type": "object",
        "properties": {
            "title": text,
            "notes": { "type": "array", "items": text },
            "columns": { "type": "array", "items": heading },
            "rows": { "type": "array", "items": { "type": "object", "properties": row, "required": keys } },
            "empty": { "type": ["string", "null"], "description": "Why there are no rows, and what to do" },
            "versions": {
                "type": "array",
                "description": "Of a question about one thing: what If-Match of a command takes",
                "items": { "$ref": "#/components/schemas/Version" },
            },
        },
        "required": ["title", "notes", "columns", "rows", "empty"],
    });
    if is_paged {
        list["properties"]["next"] =
            json!({ "type": ["string", "null"], "description": "Where the next page begins; null after the last" });
    }
    list
}

pub(super) fn version() -> Value {
    json!({
        "type": "object",
        "properties": {
            "stream": { "type": "string" },
            "id": { "type": "string", "format": "uuid" },
            "version": { "type": "integer" },
        },
        "required": ["stream", "id", "version"],
    })
}

/// A page of the log.
pub(super) fn events() -> Value {
    let text = json!({ "type": "string" });
    let or_null = json!({ "type": ["string", "null"] });
    let event = json!({
        "type": "object",
        "description": "CloudEvents 1.0; what it says holds no name and no number of a person",
        "properties": {
            "specversion": { "type": "string", "enum": ["1.0"] },
            "id": text,
            "source": { "type": "string", "description": "The log, which has the same name in each copy" },
            "type": { "type": "string", "description": "gradtrail, the kind of stream, the kind of event" },
            "subject": { "type": "string", "description": "Whom or what it is about" },
            "time": { "type": "string", "format": "date-time" },
            "datacontenttype": text,
            "data": {},
            "position": { "type": "integer" },
            "version": { "type": "integer" },
            "schemaversion": { "type": "integer" },
            "effectiveon": { "type": ["string", "null"], "format": "date" },
            "school": or_null,
            "actor": text,
            "causation": or_null,
        },
        "required": ["specversion", "id", "source", "type", "subject", "time", "data", "position", "version"],
    });
    json!({
        "type": "object",
        "properties": {
            "events": { "type": "array", "items": event },
            "next_after": { "type": "integer", "description": "Where to go on, also past what is not in scope" },
        },
        "required": ["events", "next_after"],
    })
}

pub(super) fn job() -> Value {
    json!({
        "type": "object",
        "properties": {
            "job": { "type": "string", "format": "uuid" },
            "state": { "type": "string", "enum": ["under_way", "over"] },
            "progress": {
                "type": "object",
                "description": "Of an import: the file, and how many of its rows are done",
                "properties": {
                    "file": { "type": "string" },
                    "done": { "type": "integer" },
                    "all": { "type": "integer" },
                },
            },
            "status": { "type": "integer", "description": "What it would have been answered with" },
            "answer": { "type": "object", "description": "What was recorded, or the problem" },
        },
        "required": ["job", "state"],
    })
}
