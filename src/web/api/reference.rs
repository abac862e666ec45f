//! The reference of the API as a page, made from the same document that programs read: a section for each action, with its
//! fields, who may, and a line to try it with.

use askama::Template;
use serde_json::{Map, Value, json};

/// A field of an action.
struct Field {
    name: String,
    kind: String,
    is_required: bool,
    meaning: String,
}

/// An action.
struct Section {
    id: String,
    method: String,
    address: String,
    zh: String,
    en: String,
    roles: String,
    fields: Vec<Field>,
    columns: Vec<(String, String)>,
    line: String,
}

#[derive(Template)]
#[template(path = "reference.html")]
struct ReferencePage {
    sections: Vec<Section>,
}

/// The page of a document.
pub(super) fn page(document: &Value) -> String {
    let none = Map::new();
    let paths = document["paths"].as_object().unwrap_or(&none);
    let sections = paths.iter().flat_map(|(address, methods)| {
        let methods = methods.as_object().into_iter().flatten();
        methods.map(|(method, operation)| section(address, method, operation))
    });
    // The template holds nothing that can fail but memory.
    ReferencePage { sections: sections.collect() }.render().unwrap_or_default()
}

fn section(address: &str, method: &str, operation: &Value) -> Section {
    let of_body = &operation["requestBody"]["content"]["application/json"]["schema"];
    let is_command = of_body.is_object();
    let fields = if is_command { of_object(of_body) } else { of_parameters(&operation["parameters"]) };
    let row = &operation["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["rows"];
    let columns = row["items"]["properties"].as_object().into_iter().flatten();
    let roles: Vec<&str> = operation["x-roles"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    Section {
        id: text(&operation["operationId"]),
        method: method.to_uppercase(),
        address: address.to_owned(),
        zh: text(&operation["description"]),
        en: text(&operation["summary"]),
        roles: roles.join(", "),
        line: if is_command { order(address, of_body) } else { question(address, &operation["parameters"]) },
        fields,
        columns: columns.map(|(name, of)| (name.clone(), text(&of["description"]))).collect(),
    }
}

fn of_object(schema: &Value) -> Vec<Field> {
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let properties = schema["properties"].as_object().into_iter().flatten();
    let field = |(name, of): (&String, &Value)| Field {
        name: name.clone(),
        kind: kind(of),
        is_required: required.contains(&name.as_str()),
        meaning: text(&of["description"]),
    };
    properties.map(field).collect()
}

fn of_parameters(parameters: &Value) -> Vec<Field> {
    let field = |of: &Value| Field {
        name: text(&of["name"]),
        kind: kind(&of["schema"]),
        is_required: of["required"] == true,
        meaning: text(&of["description"]),
    };
    parameters.as_array().into_iter().flatten().filter(|of| of["in"] == "query").map(field).collect()
}

/// What a value of a schema is, in few words.
fn kind(schema: &Value) -> String {
    let schema = said(schema);
    if schema["$ref"].is_string() {
        return "{ name, bytes }".to_owned();
    }
    if let Some(codes) = schema["enum"].as_array() {
        return codes.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | ");
    }
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("array"), _) => format!("[ {} ]", kind(&schema["items"])),
        (_, Some("date")) => "date".to_owned(),
        (of, _) => of.unwrap_or_default().to_owned(),
    }
}

/// The schema of what is said, of one that may be null.
fn said(schema: &Value) -> &Value {
    schema["anyOf"].get(0).unwrap_or(schema)
}

/// A value as somebody might send it.
fn sample(schema: &Value) -> Value {
    let schema = said(schema);
    if schema["$ref"].is_string() {
        return json!({ "name": "scan.pdf", "bytes": "255044462d312e34" });
    }
    if let Some(first) = schema["enum"].get(0) {
        return first.clone();
    }
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("array"), _) => json!([sample(&schema["items"])]),
        (Some("integer"), _) => json!(1),
        (Some("boolean"), _) => json!(true),
        (_, Some("date")) => json!("2026-09-01"),
        _ => json!("…"),
    }
}

/// The line that orders something: with every field that has to be said, or with the first.
fn order(address: &str, schema: &Value) -> String {
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let properties = schema["properties"].as_object().cloned().unwrap_or_default();
    let is_said =
        |(place, name): (usize, &String)| required.contains(&json!(name)) || (required.is_empty() && place == 0);
    let said = properties.iter().enumerate().filter(|(place, (name, _))| is_said((*place, name)));
    let body: Map<String, Value> = said.map(|(_, (name, of))| (name.clone(), sample(of))).collect();
    format!(
        "curl -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: application/json' -H 'Idempotency-Key: 1' \\\n  \
         -d '{}' \"$SERVER{address}\"",
        Value::Object(body)
    )
}

/// The line that asks.
fn question(address: &str, parameters: &Value) -> String {
    let required =
        parameters.as_array().into_iter().flatten().filter(|of| of["required"] == true && of["in"] == "query");
    let words: Vec<String> = required
        .map(|of| {
            let sample = sample(&of["schema"]);
            let value = sample.as_str().map_or_else(|| sample.to_string(), str::to_owned);
            format!("{}={value}", text(&of["name"]))
        })
        .collect();
    let words = if words.is_empty() { String::new() } else { format!("?{}", words.join("&")) };
    format!("curl -H \"Authorization: Bearer $TOKEN\" \"$SERVER{address}{words}\"")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
