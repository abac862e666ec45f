//! A field of a command as a form shows it: label, what it means, where it is typed or chosen.

use super::typed::Typed;
use crate::app::inputs::{Choice, Field, FieldKind};
use crate::catalogue::help;
use crate::domain::evidence::EvidenceKind;
use crate::domain::host::codes::{Finding, VisitHead};
use crate::domain::terms::{
    Channel, Entry, Industry, Insurance, JobPlace, LabourContract, SalaryBand, SpecialtyMatch, Term,
};
use crate::web::pages::frame::Frame;

/// Code, name, and whether it is chosen.
type Chosen = Vec<(String, String, bool)>;

/// Where a value is typed or chosen.
pub(in crate::web::pages) enum Place {
    Line {
        is_number: bool,
    },
    Area,
    Check,
    Choice(Chosen),
    /// The same, of which several may be.
    Choices(Chosen),
    File {
        is_several: bool,
    },
    /// A file that is a table, or the same pasted.
    Table,
    /// One choice for each of several things, by their names.
    Each(Vec<(String, Chosen)>),
}

/// A field on a form.
pub(in crate::web::pages) struct Control {
    pub name: String,
    pub label: String,
    pub hint: String,
    pub place: Place,
    pub value: String,
    /// What people type there mostly.
    pub suggested: Vec<String>,
    /// Whether the form says that it may be left out.
    pub is_optional: bool,
    pub is_rare: bool,
    /// What is wrong with what was typed.
    pub fault: Option<String>,
}

/// What is folded away until somebody needs it.
const RARE: [&str; 19] = [
    "version",
    "electronic",
    "proof",
    "on_behalf",
    "authority",
    "authorised_by",
    "mark",
    "rules",
    "applied_on",
    "occupation",
    "overrides",
    "templates",
    "each",
    "operation",
    "operation_reason",
    "former_day",
    "at",
    "said_on",
    "mentor_phone",
];
/// What may be left out of a draft and has to be there once it is submitted or sent, so that forms do not call it optional.
const OF_SUBMITTED: [(&str, &[&str]); 2] = [
    (
        "placement draft",
        &[
            "kind",
            "source",
            "host",
            "first_day",
            "last_day",
            "address",
            "post",
            "site_kind",
            "region",
            "mentor",
            "teacher",
            "on_specialty",
        ],
    ),
    (
        "agreement draft",
        &["meals", "lodging", "day_hours", "week_days", "pay_method", "pay_day", "insurance", "insurance_buyer"],
    ),
];
/// Fields of which people write sentences.
const AREAS: [&str; 6] = ["note", "content", "protection", "assessment", "liability", "other"];

/// The fields of a command that are typed, with what was typed; `suggested` has what is known by the names of fields.
pub(in crate::web::pages) fn controls(
    frame: &Frame,
    words: &str,
    fields: &[Field],
    typed: &Typed,
    suggested: &[(&str, Vec<String>)],
) -> Vec<Control> {
    fields.iter().map(|field| control(frame, words, field, typed, suggested)).collect()
}

fn control(frame: &Frame, words: &str, field: &Field, typed: &Typed, known: &[(&str, Vec<String>)]) -> Control {
    let name = field.name.as_str();
    let label = help::label(words, name).map_or_else(|| name.to_owned(), |(zh, en)| frame.say(zh, en).to_owned());
    let meaning = help::field(words, name).map_or("", |help| frame.say(help.zh, help.en));
    let hint = if meaning == label { String::new() } else { one_a_line(meaning) };
    let default = field.default.as_ref().and_then(|default| default.as_str().map(str::to_owned));
    let value = Some(typed.all(name).join("\n")).filter(|typed| !typed.is_empty()).or(default).unwrap_or_default();
    let chosen = |choices: &[Choice]| -> Chosen {
        let is_chosen = |code: &str| value == code || typed.all(name).contains(&code);
        let shown = |choice: &Choice| (choice.code.clone(), frame.said(&choice.name), is_chosen(&choice.code));
        choices.iter().map(shown).collect()
    };
    let known = known.iter().find(|(of, _)| *of == name).map(|(_, known)| known.clone());
    let place = match &field.kind {
        FieldKind::Text if name == "finding" => Place::Each(findings(frame, &typed.all(name))),
        // The classes of a school are few.
        FieldKind::Text if field.is_list && name == "class" && known.is_some() => {
            let is_chosen = |class: &String| typed.all(name).contains(&class.as_str());
            let classes = known.iter().flatten().map(|class| (class.clone(), class.clone(), is_chosen(class)));
            Place::Choices(classes.collect())
        }
        FieldKind::Text if field.is_list => Place::Area,
        FieldKind::Code(choices) if field.is_list => Place::Choices(chosen(choices)),
        FieldKind::Code(choices) => Place::Choice(chosen(choices)),
        FieldKind::Boolean => Place::Check,
        FieldKind::File if name == "overrides" => Place::Table,
        FieldKind::File => Place::File { is_several: field.is_list },
        FieldKind::Files => Place::File { is_several: true },
        FieldKind::Integer => Place::Line { is_number: true },
        FieldKind::Text if AREAS.contains(&name) => Place::Area,
        FieldKind::Text | FieldKind::Day => Place::Line { is_number: false },
    };
    Control {
        suggested: known.unwrap_or_else(|| cells(words, name)),
        name: name.to_owned(),
        label,
        hint,
        place,
        value,
        is_optional: !(field.is_required || is_of_submitted(words, name)),
        // A day, a version or an employer that the address names is shown.
        is_rare: RARE.contains(&name) && typed.get(name).is_empty(),
        fault: None,
    }
}

fn is_of_submitted(words: &str, name: &str) -> bool {
    OF_SUBMITTED.iter().any(|(of, fields)| *of == words && fields.contains(&name))
}

/// On a page several values are written below each other.
fn one_a_line(meaning: &str) -> String {
    meaning.replace("可写几次", "每行一个").replace("may be repeated", "one a line")
}

/// What may be found under each head of a visit.
fn findings(frame: &Frame, said: &[&str]) -> Vec<(String, Chosen)> {
    let of_head = |head: &Entry<VisitHead>| {
        let found = |found: &Entry<Finding>| {
            let code = format!("{}={}", head.code, found.code);
            let is_chosen = said.contains(&code.as_str());
            (code, frame.word(&found.value), is_chosen)
        };
        (frame.word(&head.value), Finding::ENTRIES.iter().map(found).collect())
    };
    VisitHead::ENTRIES.iter().map(of_head).collect()
}

/// Takes the reason out of a form, so that one button says the act and its reason.
pub(in crate::web::pages) fn reasons(controls: &mut Vec<Control>) -> Vec<(String, String)> {
    let Some(at) = controls.iter().position(|control| control.name == "reason") else { return vec![] };
    match controls.remove(at).place {
        Place::Choice(choices) => choices.into_iter().map(|(code, word, _)| (code, word)).collect(),
        _ => vec![],
    }
}

/// Has a school chosen by its name, by which people know it.
pub(in crate::web::pages) fn choose_school(controls: &mut [Control], schools: &[(String, String)]) {
    if let Some(control) = controls.iter_mut().find(|control| control.name == "school") {
        let choice = |(code, name): &(String, String)| (code.clone(), name.clone(), *code == control.value);
        control.place = Place::Choice(schools.iter().map(choice).collect());
    }
}

/// What a cell of a statement may say, in the words of a file.
fn cells(words: &str, field: &str) -> Vec<String> {
    fn names<T: Term>() -> Vec<String> {
        T::ENTRIES.iter().map(|entry| entry.zh.to_owned()).collect()
    }
    match (words, field) {
        ("outcome say", "industry") => names::<Industry>(),
        ("outcome say", "place") => names::<JobPlace>(),
        ("outcome say", "channel") => names::<Channel>(),
        ("outcome say", "pay") => names::<SalaryBand>(),
        ("outcome say", "contract") => names::<LabourContract>(),
        ("outcome say", "insurance") => names::<Insurance>(),
        ("outcome say", "on_specialty") => names::<SpecialtyMatch>(),
        ("outcome say" | "study say", "evidence") => names::<EvidenceKind>(),
        _ => vec![],
    }
}
