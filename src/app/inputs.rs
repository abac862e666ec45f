//! The fields of an action's input, read from its declaration: what the API's document says of them, and of which type a
//! word in an address is.

use std::any::TypeId;

use clap::builder::{PossibleValue, ValueParser};
use clap::{Arg, ArgAction, Args, Subcommand};
use jiff::civil::Date;
use serde_json::{Map, Value};

use super::account::{AccountOrder, ListAccounts};
use super::agreement::input::{AgreementOrder, CollectScans};
use super::agreement::shown::ShowPaper;
use super::at_work::{ShowAtWork, ShowGrid, ShowQueue};
use super::called::{Called, Input};
use super::changes::ListChanges;
use super::compare::CompareReports;
use super::definitions::ListDefinitions;
use super::directory::{CountInterns, ListDuplicates, ListEmployers, ListHosts, ListSeasons, ShowEmployer};
use super::employer::EmployerOrder;
use super::evidence::GetEvidence;
use super::exemption::{ExemptionOrder, ListExemptions};
use super::explain::{ExplainFigure, ListConflicts, ListMissing, ListStudies};
use super::health::{CheckHealth, ShowHead};
use super::history::{ListEvents, RANGES, ShowHistory};
use super::host::{HostOrder, ShowHost};
use super::import::undo::UndoImport;
use super::import::{ImportFiles, ListImports};
use super::invitation::InviteSchool;
use super::mail::listed::ListMail;
use super::packet::PrintPacket;
use super::placement::PlacementOrder;
use super::placement::shown::ShowPlacement;
use super::publication::{ListPublications, PublicationOrder};
use super::report::ShowReport;
use super::roster::{ListClasses, ListStudents};
use super::school::{ListSchools, SchoolOrder};
use super::season::SeasonOrder;
use super::session::{ListSessions, RevokeSessions};
use super::statement::input::{ConflictOrder, OutcomeOrder, ShowStatements, StudentOrder, StudyOrder};
use super::student::{EraseStudent, FindStudents};
use super::student_file::ShowStudent;
use super::token::{IssueToken, ListTokens, RevokeToken};
use super::trend::ShowTrend;
use crate::domain::terms::Term;
use crate::input::file::{File, TextFolder};
use crate::text::lang::{Sentence, say};

/// A field of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub kind: FieldKind,
    /// Whether it takes several values.
    pub is_list: bool,
    pub is_required: bool,
    /// What it is unless said.
    pub default: Option<Value>,
    /// Of a number: the least and the greatest.
    pub range: Option<(i64, i64)>,
}

/// Characters of a text, whatever it is: no name, note or condition is longer.
pub const TEXT_LEN_MAX: usize = 10_000;

/// What is wrong with a field of an input, whatever is asked by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldFault {
    /// The input is no object of fields.
    NoFields,
    Unknown(String),
    /// It is said more than once, and takes one value.
    Repeated(String),
    /// It has more characters than any text.
    TooLong(String),
    Missing(String),
    /// It is none of these.
    Other {
        field: String,
        expected: FieldKind,
    },
}

/// What a value of a field is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    Text,
    Integer,
    Boolean,
    /// YYYY-MM-DD.
    Day,
    /// One of these codes.
    Code(Vec<Choice>),
    /// A name and bytes.
    File,
    /// Several files together.
    Files,
}

/// One of the values of a closed vocabulary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub code: String,
    /// What it is called.
    pub name: Sentence,
}

impl Choice {
    pub fn of<T: Term>(term: T) -> Self {
        Self { code: term.code().to_owned(), name: say(term.zh(), term.en()) }
    }
}

/// The fields of an action's input, in their order.
pub fn fields(called: Called) -> Vec<Field> {
    let declared = declaration(called);
    let mut fields: Vec<Field> = declared.get_arguments().map(field).collect();
    // What is not typed on the command line: there files are named.
    if matches!(called.input, Input::Command(["import"] | ["agreement", "collect"])) {
        fields.insert(
            0,
            Field {
                name: "files".to_owned(),
                kind: FieldKind::File,
                is_list: true,
                is_required: true,
                default: None,
                range: None,
            },
        );
    }
    // Which numbers a declaration takes cannot be read from it.
    if matches!(called.input, Input::Question("events")) {
        for field in &mut fields {
            field.range = RANGES.iter().find(|(name, _)| *name == field.name).map(|(_, range)| *range);
        }
    }
    fields
}

/// The input that the words of an address say: each a name and a value, of which a list has several.
///
/// # Errors
/// If a field that takes one value is said more than once: nobody knows which of them is meant.
pub fn of_words(fields: &[Field], words: &[(String, String)]) -> Result<Value, FieldFault> {
    let mut input = Map::new();
    for (name, text) in words {
        let Some(field) = fields.iter().find(|field| field.name == *name) else {
            // Refused by its name.
            input.insert(name.clone(), Value::String(text.clone()));
            continue;
        };
        if field.is_list {
            let parts = text.split(',').filter(|part| !part.is_empty()).map(|part| field.kind.value(part));
            match input.entry(name.clone()).or_insert_with(|| Value::Array(vec![])) {
                Value::Array(all) => all.extend(parts),
                other => *other = Value::Array(parts.collect()),
            }
        } else if input.insert(name.clone(), field.kind.value(text)).is_some() {
            return Err(FieldFault::Repeated(name.clone()));
        }
    }
    Ok(Value::Object(input))
}

/// The input with everything in it that is so unless said.
///
/// # Errors
/// If it is no object, a field is missing or unknown, or a value of another type.
pub fn whole(fields: &[Field], input: Value) -> Result<Value, FieldFault> {
    let Value::Object(mut said) = input else {
        return Err(FieldFault::NoFields);
    };
    if let Some(unknown) = said.keys().find(|name| fields.iter().all(|field| field.name != **name)) {
        return Err(FieldFault::Unknown(unknown.clone()));
    }
    for field in fields {
        if let Some(number) = said.get(&field.name).filter(|_| field.kind == FieldKind::Integer).and_then(whole_number)
        {
            said.insert(field.name.clone(), number);
        }
        match said.get(&field.name) {
            None | Some(Value::Null) if field.is_required => return Err(FieldFault::Missing(field.name.clone())),
            None | Some(Value::Null) => {
                said.remove(&field.name);
                said.extend(field.default.clone().map(|default| (field.name.clone(), default)));
            }
            Some(Value::Array(none)) if field.is_required && none.is_empty() => {
                return Err(FieldFault::Missing(field.name.clone()));
            }
            Some(value) if is_too_long(value) => return Err(FieldFault::TooLong(field.name.clone())),
            Some(value) if !field.takes(value) => {
                return Err(FieldFault::Other { field: field.name.clone(), expected: field.kind.clone() });
            }
            Some(_) => (),
        }
    }
    Ok(Value::Object(said))
}

/// Whether a text, or one of several, has more characters than any text may. Files are no texts.
fn is_too_long(value: &Value) -> bool {
    match value {
        Value::String(text) => text.chars().nth(TEXT_LEN_MAX).is_some(),
        Value::Array(all) => all.iter().any(is_too_long),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

/// To JSON 12.0 is a whole number, too.
fn whole_number(value: &Value) -> Option<Value> {
    let number = value.as_f64().filter(|number| value.is_f64() && number.fract() == 0.0)?;
    format!("{number:.0}").parse::<i64>().ok().map(Value::from)
}

impl Field {
    fn is_in_range(&self, value: &Value) -> bool {
        let is_inside = |(least, greatest): (i64, i64)| value.as_i64().is_some_and(|it| it >= least && it <= greatest);
        self.range.is_none_or(is_inside)
    }

    /// Whether files are its value.
    pub fn is_file(&self) -> bool {
        matches!(self.kind, FieldKind::File | FieldKind::Files)
    }

    fn takes(&self, value: &Value) -> bool {
        match value {
            Value::Array(all) if self.is_list => all.iter().all(|one| self.kind.takes(one)),
            one => !self.is_list && self.kind.takes(one) && self.is_in_range(one),
        }
    }
}

impl FieldKind {
    /// Whether a value is of this type. What a text says is read elsewhere, but for days.
    fn takes(&self, value: &Value) -> bool {
        match self {
            Self::Text => value.is_string(),
            Self::Day => value.as_str().is_some_and(|text| text.parse::<Date>().is_ok()),
            Self::Integer => value.is_i64() || value.is_u64(),
            Self::Boolean => value.is_boolean(),
            Self::Code(codes) => value.as_str().is_some_and(|text| codes.iter().any(|choice| choice.code == text)),
            Self::File => value.is_object(),
            Self::Files => value.is_array(),
        }
    }

    /// The value that a word says; what is of another type stays a word, and is refused as one.
    fn value(&self, text: &str) -> Value {
        let text_value = || Value::String(text.to_owned());
        match self {
            Self::Integer => text.parse::<i64>().map_or_else(|_| text_value(), Value::from),
            Self::Boolean => text.parse::<bool>().map_or_else(|_| text_value(), Value::from),
            Self::Text | Self::Day | Self::Code(_) | Self::File | Self::Files => text_value(),
        }
    }
}

fn field(declared: &Arg) -> Field {
    let several = declared.get_num_args().is_some_and(|count| count.max_values() > 1);
    let is_list =
        several || declared.get_value_delimiter().is_some() || matches!(declared.get_action(), ArgAction::Append);
    let kind = kind(declared);
    let said = declared.get_default_values().first().map(|text| kind.value(&text.to_string_lossy()));
    let default = match (&kind, said) {
        (_, Some(said)) => Some(said),
        (FieldKind::Boolean, None) => Some(Value::Bool(false)),
        (_, None) => is_list.then(|| Value::Array(vec![])),
    };
    Field {
        name: declared.get_id().to_string(),
        kind,
        is_list,
        is_required: declared.is_required_set(),
        default,
        range: range(declared.get_value_parser()),
    }
}

/// Which whole numbers a type holds; none is said of the largest.
fn range(parser: &ValueParser) -> Option<(i64, i64)> {
    let ranges = [
        (TypeId::of::<u8>(), (0, i64::from(u8::MAX))),
        (TypeId::of::<i16>(), (i64::from(i16::MIN), i64::from(i16::MAX))),
        (TypeId::of::<u16>(), (0, i64::from(u16::MAX))),
        (TypeId::of::<i32>(), (i64::from(i32::MIN), i64::from(i32::MAX))),
        (TypeId::of::<u32>(), (0, i64::from(u32::MAX))),
    ];
    ranges.into_iter().find(|(of, _)| parser.type_id() == *of).map(|(_, range)| range)
}

fn kind(declared: &Arg) -> FieldKind {
    if matches!(declared.get_action(), ArgAction::SetTrue | ArgAction::SetFalse) {
        return FieldKind::Boolean;
    }
    let codes: Vec<Choice> = declared.get_possible_values().iter().map(choice).collect();
    let is_of = |parser: &ValueParser, types: &[TypeId]| types.iter().any(|of| parser.type_id() == *of);
    let parser = declared.get_value_parser();
    let integers = [
        TypeId::of::<i16>(),
        TypeId::of::<u16>(),
        TypeId::of::<i32>(),
        TypeId::of::<u32>(),
        TypeId::of::<i64>(),
        TypeId::of::<u64>(),
        TypeId::of::<usize>(),
        TypeId::of::<u8>(),
    ];
    if !codes.is_empty() {
        FieldKind::Code(codes)
    } else if is_of(parser, &integers) {
        FieldKind::Integer
    } else if is_of(parser, &[TypeId::of::<Date>()]) {
        FieldKind::Day
    } else if is_of(parser, &[TypeId::of::<File>()]) {
        FieldKind::File
    } else if is_of(parser, &[TypeId::of::<TextFolder>()]) {
        FieldKind::Files
    } else {
        FieldKind::Text
    }
}

/// A possible value says its Chinese name as its help, and its English one as another name where the code does not read as it.
fn choice(value: &PossibleValue) -> Choice {
    let code = value.get_name();
    let zh = value.get_help().map_or_else(|| code.to_owned(), ToString::to_string);
    let en = value.get_name_and_aliases().nth(1).map_or_else(|| code.replace(['_', '-', '.'], " "), str::to_owned);
    Choice { code: code.to_owned(), name: say(zh, en) }
}

fn of_question<Q: Args>() -> clap::Command {
    Q::augment_args(clap::Command::new("question"))
}

fn of_order<O: Subcommand>(verb: &str) -> clap::Command {
    let orders = O::augment_subcommands(clap::Command::new("order"));
    let found = orders.find_subcommand(verb.replace('_', "-"));
    found.cloned().unwrap_or_else(|| clap::Command::new("order"))
}

/// The declaration of an action's input.
fn declaration(called: Called) -> clap::Command {
    match called.input {
        Input::Command(["school", verb]) => of_order::<SchoolOrder>(verb),
        Input::Command(["account", "revoke_sessions"]) => of_question::<RevokeSessions>(),
        Input::Command(["account", "issue_token"]) => of_question::<IssueToken>(),
        Input::Command(["account", "revoke_token"]) => of_question::<RevokeToken>(),
        Input::Command(["account", "invite_school"]) => of_question::<InviteSchool>(),
        Input::Command(["account", verb]) => of_order::<AccountOrder>(verb),
        Input::Command(["employer", verb]) => of_order::<EmployerOrder>(verb),
        Input::Command(["host", verb]) => of_order::<HostOrder>(verb),
        Input::Command(["season", verb]) => of_order::<SeasonOrder>(verb),
        Input::Command(["publication", verb]) => of_order::<PublicationOrder>(verb),
        Input::Command(["placement", verb]) => of_order::<PlacementOrder>(verb),
        Input::Command(["agreement", "collect"]) => of_question::<CollectScans>(),
        Input::Command(["agreement", verb]) => of_order::<AgreementOrder>(verb),
        Input::Command(["exemption", verb]) => of_order::<ExemptionOrder>(verb),
        Input::Command(["outcome", verb]) => of_order::<OutcomeOrder>(verb),
        Input::Command(["study", verb]) => of_order::<StudyOrder>(verb),
        Input::Command(["conflict", verb]) => of_order::<ConflictOrder>(verb),
        Input::Command(["student", verb]) => of_order::<StudentOrder>(verb),
        Input::Command(["import"]) => of_question::<ImportFiles>(),
        Input::Command(["undo_import"]) => of_question::<UndoImport>(),
        Input::Command(["packet"]) => of_question::<PrintPacket>(),
        Input::Command(["erase"]) => of_question::<EraseStudent>(),
        Input::Question("schools") => of_question::<ListSchools>(),
        Input::Question("accounts") => of_question::<ListAccounts>(),
        Input::Question("sessions") => of_question::<ListSessions>(),
        Input::Question("mail") => of_question::<ListMail>(),
        Input::Question("tokens") => of_question::<ListTokens>(),
        Input::Question("students") => of_question::<FindStudents>(),
        Input::Question("roster") => of_question::<ListStudents>(),
        Input::Question("student_file") => of_question::<ShowStudent>(),
        Input::Question("classes") => of_question::<ListClasses>(),
        Input::Question("imports") => of_question::<ListImports>(),
        Input::Question("employer") => of_question::<ShowEmployer>(),
        Input::Question("employers") => of_question::<ListEmployers>(),
        Input::Question("duplicates") => of_question::<ListDuplicates>(),
        Input::Question("interns") => of_question::<CountInterns>(),
        Input::Question("host") => of_question::<ShowHost>(),
        Input::Question("hosts") => of_question::<ListHosts>(),
        Input::Question("seasons") => of_question::<ListSeasons>(),
        Input::Question("placement") => of_question::<ShowPlacement>(),
        Input::Question("paper") => of_question::<ShowPaper>(),
        Input::Question("exemptions") => of_question::<ListExemptions>(),
        Input::Question("statements") => of_question::<ShowStatements>(),
        Input::Question("evidence") => of_question::<GetEvidence>(),
        Input::Question("report") => of_question::<ShowReport>(),
        Input::Question("explain") => of_question::<ExplainFigure>(),
        Input::Question("missing") => of_question::<ListMissing>(),
        Input::Question("studies") => of_question::<ListStudies>(),
        Input::Question("conflicts") => of_question::<ListConflicts>(),
        Input::Question("compare") => of_question::<CompareReports>(),
        Input::Question("trend") => of_question::<ShowTrend>(),
        Input::Question("publications") => of_question::<ListPublications>(),
        Input::Question("definitions") => of_question::<ListDefinitions>(),
        Input::Question("queue") => of_question::<ShowQueue>(),
        Input::Question("at_work") => of_question::<ShowAtWork>(),
        Input::Question("grid") => of_question::<ShowGrid>(),
        Input::Question("head") => of_question::<ShowHead>(),
        Input::Question("events") => of_question::<ListEvents>(),
        Input::Question("history") => of_question::<ShowHistory>(),
        Input::Question("changes") => of_question::<ListChanges>(),
        Input::Question("health") => of_question::<CheckHealth>(),
        // A test asks every action for its fields.
        Input::Command(_) | Input::Question(_) => clap::Command::new("unknown"),
    }
}
