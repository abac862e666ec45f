//! The API's own description (OpenAPI 3.1), made from the list of actions, their inputs and the catalogue's help.

use serde_json::{Map, Value, json};

use super::problem::{RequestFault, Stop};
use super::{BASE, actions, paging, schemas};
use crate::app::actions::Action;
use crate::app::called::{Called, Input};
use crate::app::inputs::{self, Field, FieldKind};
use crate::app::key;
use crate::catalogue::help;
use crate::domain::account::codes::LookingPurpose;
use crate::domain::terms::Term as _;
use crate::publication::lists;
use crate::text::lang::Lang;

/// What every operation may answer besides its own answer: status, and when.
const PROBLEMS: [(&str, &str); 10] = [
    ("400", "The body is no JSON, or a field is stated more than once"),
    ("401", "No token, or one that is not valid"),
    ("403", "The role may not do this, or the account is no deputy of who is named by In-Place-Of"),
    ("404", "It is not there, or not in the caller's scope"),
    ("408", "The body did not come in time"),
    ("409", "A rule refuses what it says, or somebody was faster"),
    ("412", "The client has seen another version (If-Match) than there is"),
    ("422", "A field is missing, unknown or of another type, or the key was used for something else"),
    ("500", "A fault of the system"),
    ("503", "Not now: send it again after Retry-After, a command with the same Idempotency-Key"),
];

/// The whole document.
pub(super) fn document() -> Value {
    let mut paths = Map::new();
    for action in actions() {
        let words = action.called().words;
        let (method, operation) = operation(action);
        paths.insert(format!("{BASE}/{}", words.replace(' ', "/")), json!({ method: operation }));
    }
    paths.extend(jobs());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "gradtrail",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "实习与毕业生跟踪：与命令行相同的办理和查询。只有一所学校、没有市局账号时，校长也可办理市局（bureau）的事项。\
                The same orders and questions as on the command line. Where there is one school and no account of the bureau, \
                its principal may also what is the bureau's.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer", "description": "The token of an account" } },
            "schemas": {
                "Problem": schemas::problem(),
                "File": schemas::file(),
                "Recorded": schemas::recorded(),
                "Head": schemas::head(),
                "Job": schemas::job(),
                "Version": schemas::version(),
                "Events": schemas::events(),
                "Answer": schemas::answer(),
            },
            "parameters": { "InPlaceOf": {
                "name": "In-Place-Of",
                "in": "header",
                "required": false,
                "description": "The absent member of staff in whose place, as the appointed deputy, this is asked or ordered: \
                                with that one's role and scope, recorded under both. An id or its end",
                "schema": { "type": "string", "minLength": 1 },
            } },
            "headers": { "ETag": { "description": "Of the log and the day", "schema": { "type": "string" } } },
        },
    })
}

fn operation(action: Action) -> (&'static str, Value) {
    let called = action.called();
    let fields = inputs::fields(called);
    let (summary, description) = match help::command(called.words) {
        Some(help) => (help.en, help.zh),
        None => (called.words, called.words),
    };
    let is_question = matches!(called.input, Input::Question(_));
    let mut responses = Map::new();
    let answer = match (is_question, called.input) {
        (_, Input::Question("evidence")) => json!({
            "description": "The file",
            "content": { "application/octet-stream": { "schema": { "type": "string", "format": "binary" } } },
        }),
        (true, of) => json!({
            "description": "The answer",
            "headers": { "ETag": { "$ref": "#/components/headers/ETag" } },
            "content": { "application/json": { "schema": answer(called, of, &fields) } },
        }),
        (false, _) => json!({
            "description": "What was recorded",
            "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Recorded" } } },
        }),
    };
    responses.insert("200".to_owned(), answer);
    if is_question {
        responses
            .insert("304".to_owned(), json!({ "description": "Nothing was recorded since the ETag that was sent" }));
    } else {
        responses.insert(
            "202".to_owned(),
            json!({
                "description": "Begun, where Prefer: respond-async was sent: how it is is told by Location",
                "headers": { "Location": { "schema": { "type": "string" } } },
                "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Job" } } },
            }),
        );
        responses.insert("413".to_owned(), with_problem("413", "The body is too long"));
        responses.insert("415".to_owned(), with_problem("415", "The body is of another type"));
    }
    let of_commands = |status: &str| matches!(status, "408" | "412");
    for (status, when) in PROBLEMS.iter().filter(|(status, _)| !is_question || !of_commands(status)) {
        responses.insert((*status).to_owned(), with_problem(status, when));
    }
    let id = called.words.replace([' ', '-'], "_");
    let tag = called.words.split(' ').next().unwrap_or_default();
    let mut operation = json!({
        "operationId": id,
        "tags": [tag],
        "summary": summary,
        "description": description,
        "responses": responses,
        "x-roles": action.actors().iter().map(<&str>::from).collect::<Vec<_>>(),
    });
    if is_question {
        let purposes: Vec<&str> = LookingPurpose::ENTRIES.iter().map(|entry| entry.code).collect();
        let parameter = |field: &Field| {
            json!({
                "name": field.name,
                "in": "query",
                "required": field.is_required,
                "description": meaning(called.words, field),
                "schema": schema(field),
                "style": "form",
                "explode": false,
            })
        };
        let show = json!({
            "name": super::SHOW,
            "in": "query",
            "required": false,
            "description": "For what persons are shown in full; recorded each time",
            "schema": { "type": "string", "enum": purposes },
        });
        let min_position = json!({
            "name": super::MIN_POSITION,
            "in": "query",
            "required": false,
            "description": "Answered once the log has come this far, as a receipt says it; 503 if it does not within two seconds",
            "schema": { "type": "integer", "format": "int64", "minimum": i64::MIN, "maximum": i64::MAX },
        });
        let mut besides = vec![show, min_position];
        if paging::is_paged(called, &fields) {
            besides.extend(pages());
        }
        besides.push(in_place_of());
        operation["parameters"] = fields.iter().map(parameter).chain(besides).collect();
        return ("get", operation);
    }
    let properties: Map<String, Value> =
        fields.iter().map(|field| (field.name.clone(), property(called.words, field))).collect();
    let required: Vec<&str> =
        fields.iter().filter(|field| field.is_required).map(|field| field.name.as_str()).collect();
    let input = json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    operation["parameters"] = json!([{
        "name": "Idempotency-Key",
        "in": "header",
        "required": false,
        "description": "The same command with the same key is recorded once",
        "schema": { "type": "string", "minLength": 1, "maxLength": key::LEN_MAX, "pattern": "^[!-~]+$" },
    }, {
        "name": "If-Match",
        "in": "header",
        "required": false,
        "description": "The version of the one thing ordered about, as an answer of questions has it under versions",
        "schema": { "type": "string", "pattern": "^\"?[0-9]{1,18}\"?$" },
    }, {
        "name": "Prefer",
        "in": "header",
        "required": false,
        "description": "respond-async: not waited for, but told about under /api/v1/jobs",
        "schema": { "type": "string" },
    }, in_place_of()]);
    let mut content = json!({ "application/json": { "schema": input } });
    if let Some(form) = form(called.words, &fields, &required) {
        content["multipart/form-data"] = json!({ "schema": form });
    }
    operation["requestBody"] = json!({ "required": true, "content": content });
    ("post", operation)
}

/// In whose place something is asked or ordered.
fn in_place_of() -> Value {
    json!({ "$ref": "#/components/parameters/InPlaceOf" })
}

/// The schema of what answers a question.
fn answer(called: Called, of: Input, fields: &[Field]) -> Value {
    let columns = match of {
        Input::Question("events") => return json!({ "$ref": "#/components/schemas/Events" }),
        Input::Question("head") => return json!({ "$ref": "#/components/schemas/Head" }),
        Input::Question(name) => lists::columns(name),
        Input::Command(_) => None,
    };
    match columns {
        Some(columns) => schemas::list(&columns, paging::is_paged(called, fields)),
        None => json!({ "$ref": "#/components/schemas/Answer" }),
    }
}

/// What is said of pages, for questions whose lists come in pages.
fn pages() -> [Value; 2] {
    let [limit, after] = paging::WORDS;
    [
        json!({
            "name": limit,
            "in": "query",
            "required": false,
            "description": "So many rows at most; the answer then tells by next whether there are more",
            "schema": { "type": "integer", "minimum": 1, "maximum": paging::LIMIT_MAX },
        }),
        json!({
            "name": after,
            "in": "query",
            "required": false,
            "description": "The next of the page before: the rows behind it, of the same state of the log",
            "schema": { "type": "string" },
        }),
    ]
}

/// The two addresses of jobs.
fn jobs() -> [(String, Value); 2] {
    let parameter =
        |name: &str| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } });
    let problems = |responses: Value| {
        let mut responses = responses;
        for (status, when) in [
            ("401", "No token, or one that is not valid"),
            ("403", "The account is no deputy of who is named by In-Place-Of"),
            ("404", "There is no such job of this account here"),
            ("410", "The server was begun anew since; send the command again under its key"),
        ] {
            responses[status] = with_problem(status, when);
        }
        responses
    };
    let json = json!({ "application/json": { "schema": { "$ref": "#/components/schemas/Job" } } });
    let binary = json!({ "application/octet-stream": { "schema": { "type": "string", "format": "binary" } } });
    [
        (
            format!("{BASE}/jobs/{{id}}"),
            json!({ "get": {
                "operationId": "job",
                "tags": ["jobs"],
                "summary": "How a command is that was not waited for",
                "description": "没有等答复的办理进行得如何",
                "parameters": [parameter("id"), in_place_of()],
                "responses": problems(json!({ "200": { "description": "The job", "content": json } })),
            } }),
        ),
        (
            format!("{BASE}/jobs/{{id}}/errors/{{file}}"),
            json!({ "get": {
                "operationId": "job_errors",
                "tags": ["jobs"],
                "summary": "The rejected rows of an imported file as a workbook, to be mended",
                "description": "导入时不能记录的行，整理成工作簿，改好可再导入",
                "parameters": [parameter("id"), parameter("file"), in_place_of()],
                "responses": problems(json!({ "200": { "description": "The workbook", "content": binary } })),
            } }),
        ),
    ]
}

/// The same input as a form, where files belong to it.
fn form(words: &str, fields: &[Field], required: &[&str]) -> Option<Value> {
    let is_file = |field: &&Field| matches!(field.kind, FieldKind::File | FieldKind::Files);
    fields.iter().find(is_file)?;
    let property = |field: &Field| {
        let binary = json!({ "type": "string", "format": "binary" });
        let mut schema = match &field.kind {
            FieldKind::Files => json!({ "type": "array", "items": binary }),
            FieldKind::File if field.is_list => json!({ "type": "array", "items": binary, "minItems": 1 }),
            FieldKind::File => binary,
            FieldKind::Text | FieldKind::Integer | FieldKind::Boolean | FieldKind::Day | FieldKind::Code(_) => {
                schema(field)
            }
        };
        schema["description"] = Value::String(meaning(words, field));
        (field.name.clone(), schema)
    };
    let properties: Map<String, Value> = fields.iter().map(property).collect();
    Some(json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false }))
}

/// What a field means, in English and Chinese.
fn meaning(words: &str, field: &Field) -> String {
    help::field(words, &field.name).map_or_else(String::new, |help| format!("{} / {}", help.en, help.zh))
}

fn property(words: &str, field: &Field) -> Value {
    let mut schema = schema(field);
    // What is not said may be left out or null.
    if !field.is_required {
        schema = json!({ "anyOf": [schema, { "type": "null" }] });
    }
    schema["description"] = Value::String(meaning(words, field));
    schema
}

fn schema(field: &Field) -> Value {
    let one = match &field.kind {
        FieldKind::Text => json!({ "type": "string" }),
        FieldKind::Integer => {
            let (least, greatest) = field.range.unwrap_or((i64::MIN, i64::MAX));
            json!({ "type": "integer", "format": "int64", "minimum": least, "maximum": greatest })
        }
        FieldKind::Boolean => json!({ "type": "boolean" }),
        FieldKind::Day => json!({ "type": "string", "format": "date" }),
        FieldKind::Code(choices) => {
            let codes: Vec<&str> = choices.iter().map(|choice| choice.code.as_str()).collect();
            json!({ "type": "string", "enum": codes })
        }
        FieldKind::File => json!({ "$ref": "#/components/schemas/File" }),
        FieldKind::Files => json!({ "type": "array", "items": { "$ref": "#/components/schemas/File" } }),
    };
    match field.is_list {
        true if field.is_required => json!({ "type": "array", "items": one, "minItems": 1 }),
        true => json!({ "type": "array", "items": one }),
        false => one,
    }
}

/// A problem that stands for those of a status.
fn example(status: &str) -> Option<Value> {
    let fault = match status {
        "400" => RequestFault::Unreadable { line: 1, column: 9 },
        "401" => RequestFault::NoToken,
        "404" => RequestFault::NoSuchAddress,
        "410" => RequestFault::JobLost,
        "413" => RequestFault::TooLong { max_mb: super::BODY_LEN_MAX >> 20 },
        "415" => RequestFault::NotJson,
        "422" => RequestFault::UnknownField("classes".to_owned()),
        "503" => RequestFault::NotYet { min_position: 43, position: 42 },
        _ => return None,
    };
    Some(Stop::from(fault).problem(Lang::Zh).told().1)
}

fn with_problem(status: &str, when: &str) -> Value {
    let mut content = json!({ "schema": { "$ref": "#/components/schemas/Problem" } });
    if let Some(example) = example(status) {
        content["example"] = example;
    }
    json!({ "description": when, "content": { "application/problem+json": content } })
}
