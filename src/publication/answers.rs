//! What commands and questions answer, for other programs.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{json as reports, lists, receipt};
use crate::app::Done;
use crate::app::account::AccountAnswer;
use crate::app::actions::Question;
use crate::app::agreement::collect::{CollectedPage, PageState};
use crate::app::bulk::Refused;
use crate::app::employer::EmployerAnswer;
use crate::app::health::{Health, ModelHealth};
use crate::app::host::HostAnswer;
use crate::app::listed_events::{Fact, ListedEvent};
use crate::app::reply::{Answer, Reply};
use crate::app::report::ReportReply;
use crate::app::statement::StatementAnswer;
use crate::app::target::ShownStudent;
use crate::domain::day::from_epoch_day;
use crate::domain::terms::Term as _;
use crate::event_log::record::{Recorded, StreamKey};
use crate::event_log::request::{LogHead, Receipt};
use crate::packet::placeholder::Placeholder;
use crate::refusal::Refusal as _;
use crate::text::instants::rfc3339;
use crate::text::lang::Lang;

/// The answer of a command: what was recorded, where, and the ids that it brought.
pub fn answer(answer: &Answer, lang: Lang) -> Value {
    match answer {
        Answer::Repeated(receipt) => recorded(receipt),
        Answer::Done(of) | Answer::Host(HostAnswer::Ordered(of)) => done(of),
        Answer::Account(AccountAnswer::Changed(of)) | Answer::Statement(StatementAnswer::Done(of)) => done(of),
        Answer::Bulk(of) | Answer::Account(AccountAnswer::HandedOver(of)) => with(
            done(&of.done),
            json!({
                "students": of.count,
                "placements": of.placements.iter().map(|placement| placement.0.to_string()).collect::<Vec<_>>(),
                "refused": refused(&of.refused),
            }),
        ),
        Answer::Account(AccountAnswer::Opened(member)) => {
            let account = member.staff.id.0.to_string();
            json!({ "recorded": true, "account": account, "ids": { "account": account } })
        }
        // The only time that the secret is told.
        Answer::Account(AccountAnswer::Token(issued)) => json!({
            "recorded": true,
            "token": issued.token.0.to_string(),
            "secret": issued.secret.as_str(),
            "until": issued.until.to_string(),
        }),
        Answer::Account(AccountAnswer::Invited(issued)) => json!({
            "recorded": true,
            "account": issued.account.0.to_string(),
            "secret": issued.secret.as_str(),
            "until": issued.until.to_string(),
        }),
        Answer::Account(AccountAnswer::Printed(printed)) => json!({
            "recorded": true,
            "invitations": printed.count,
            "until": printed.until.to_string(),
            "files": [printed.file],
        }),
        Answer::Employer(EmployerAnswer::Registered(of)) => with(
            done(&of.done),
            json!({
                "employer": of.employer.0.to_string(),
                "alike": of.alike.map(|alike| alike.0.to_string()),
                "not_taken": { "name_on_record": of.unlike.name, "profile": of.unlike.profile },
            }),
        ),
        Answer::Employer(EmployerAnswer::Ordered { employer, done: of }) => {
            with(done(of), json!({ "employer": employer.0.to_string() }))
        }
        Answer::Host(HostAnswer::Accepted { count, refused: those }) => {
            json!({ "recorded": *count > 0, "units": count, "refused": refused(those) })
        }
        Answer::Statement(StatementAnswer::Said(result)) => receipt::json(result, None, lang),
        Answer::Called(called) => with(
            done(&called.done),
            json!({
                "missing": called.missing,
                "statement": called.said.as_ref().map(|said| receipt::json(said, None, lang)),
            }),
        ),
        Answer::Imported(results) => {
            json!({ "files": results.iter().map(|of| receipt::json(of, None, lang)).collect::<Vec<_>>() })
        }
        Answer::ImportUndone(undone) => {
            json!({ "recorded": undone.count > 0, "facts": undone.count, "refused": refused(&undone.refused) })
        }
        Answer::Packet(printed) => json!({
            "students": printed.student_count,
            "papers": printed.paper_count,
            "files": printed.files,
            "gaps": printed.gaps.iter().map(gap).collect::<Vec<_>>(),
        }),
        Answer::Collected(collected) => with(
            collected.recorded.as_ref().map_or_else(|| json!({ "recorded": false }), |recorded| done(&recorded.done)),
            json!({ "papers": collected.papers, "pages": collected.pages.iter().map(page).collect::<Vec<_>>() }),
        ),
        Answer::Erased(student, of) => with(done(of), json!({ "student": student.0.to_string() })),
    }
}

/// What is not known of somebody.
fn gap((student, blanks): &(ShownStudent, Vec<Placeholder>)) -> Value {
    json!({ "student": student, "blanks": blanks.iter().map(|blank| blank.code()).collect::<Vec<_>>() })
}

/// A page of a stack of scans, and what becomes of it.
fn page(page: &CollectedPage) -> Value {
    let (state, why) = match &page.state {
        PageState::Sorted(why) => ("sorted", why.as_ref()),
        PageState::Aside(why) => ("aside", why.as_ref()),
        PageState::Refused(why) => ("refused", Some(why)),
    };
    let paper = page.paper.as_ref();
    json!({
        "number": page.number,
        "file": page.file,
        "page": page.page,
        "state": state,
        "code": why.map(|why| why.code()),
        "values": why.map(|why| why.values()),
        "student": paper.map(|sorted| sorted.student_id.0.to_string()),
        "document": paper.map(|sorted| sorted.paper.kind.code()),
        "version": paper.map(|sorted| sorted.paper.version),
        "mark": paper.map(|sorted| &sorted.mark),
    })
}

/// The same with how far the log has come since: from there on every server shows what was recorded, and the root proves it.
pub fn receipt(of: &Answer, log: &LogHead, lang: Lang) -> Value {
    let stalled: Vec<&str> =
        log.read_models.iter().filter(|(_, mark)| mark.stalled.is_some()).map(|(name, _)| name.as_str()).collect();
    with(answer(of, lang), json!({ "log": head(log), "stalled": stalled }))
}

/// The answer of a question; `None` where it is a file.
pub fn reply(question: &Question, reply: &Reply, lang: Lang) -> Option<Value> {
    Some(match reply {
        Reply::Report(ReportReply::Plain(report)) => reports::report(report),
        Reply::Report(ReportReply::Full(full)) => reports::report(&full.report),
        Reply::Head(log) => head(log),
        Reply::Health(of) => health(of),
        Reply::LatestYear(year) => json!({ "year": year }),
        Reply::Evidence(_) => return None,
        Reply::Events(listed) => json!({
            "events": listed.events.iter().map(|event| cloud_event(&event.recorded, listed.log.as_deref())).collect::<Vec<_>>(),
            "next_after": listed.next_after,
        }),
        _ => {
            let list = lists::listing(question, reply, lang)?.json();
            match versions(reply) {
                Some(versions) => with(list, json!({ "versions": versions })),
                None => list,
            }
        }
    })
}

/// Of what was asked about one thing, the version of each stream that says it: who orders something on account of it can
/// send it along. `None` of other questions.
fn versions(reply: &Reply) -> Option<Value> {
    let of_fact = |fact: &Fact| (fact.stream.as_str().to_owned(), fact.id.to_string(), fact.version);
    let of_event = |listed: &ListedEvent| {
        let recorded = &listed.recorded;
        (recorded.stream_type.to_string(), recorded.stream_id.to_string(), recorded.version)
    };
    let all: Vec<(String, String, i64)> = match reply {
        Reply::Placement(shown) => shown.iter().flat_map(|shown| &shown.facts).map(of_fact).collect(),
        Reply::Employer(shown) => shown.facts.iter().map(of_fact).collect(),
        Reply::Host(shown) => shown.facts.iter().map(of_fact).collect(),
        Reply::History(events) => events.iter().map(of_event).collect(),
        Reply::Statements(shown) => {
            let version = |(stream, version): &(StreamKey, u64)| {
                (stream.kind.as_str().to_owned(), stream.id.to_string(), version.cast_signed())
            };
            shown.versions.iter().filter(|(_, version)| *version > 0).map(version).collect()
        }
        _ => return None,
    };
    let mut latest: BTreeMap<(String, String), i64> = BTreeMap::new();
    for (stream, id, version) in all {
        latest.entry((stream, id)).and_modify(|known| *known = version.max(*known)).or_insert(version);
    }
    let told = |((stream, id), version)| json!({ "stream": stream, "id": id, "version": version });
    Some(latest.into_iter().map(told).collect())
}

/// Where the log ends, and its root.
pub fn head(head: &LogHead) -> Value {
    json!({
        "position": head.position(),
        "root": hex::encode(head.root()),
        // Before the first event there is no instant.
        "recorded_at": (head.position() > 0).then(|| rfc3339(head.last_recorded_at)),
    })
}

/// An event as CloudEvents 1.0 has it. What it says holds no name and no number of a person.
fn cloud_event(recorded: &Recorded, log: Option<&str>) -> Value {
    json!({
        "specversion": "1.0",
        "id": recorded.position.to_string(),
        "source": format!("/logs/{}", log.unwrap_or_default()),
        "type": format!("gradtrail.{}.{}", recorded.stream_type, recorded.kind),
        "subject": &*recorded.stream_id,
        "time": rfc3339(recorded.recorded_at),
        "datacontenttype": "application/json",
        "data": serde_json::from_str::<Value>(&recorded.payload).unwrap_or_default(),
        "position": recorded.position,
        "version": recorded.version,
        "schemaversion": recorded.schema_version,
        "effectiveon": from_epoch_day(recorded.effective_on).map(|day| day.to_string()),
        "school": recorded.school.as_deref(),
        "actor": &*recorded.actor,
        "causation": recorded.causation.as_deref(),
    })
}

fn health(of: &Health) -> Value {
    let model = |(name, health): &(&str, ModelHealth)| {
        let (state, position) = match health {
            ModelHealth::Current => ("current", None),
            ModelHealth::Missing => ("missing", None),
            ModelHealth::Foreign => ("foreign", None),
            ModelHealth::Stalled { position, .. } => ("stalled", Some(position)),
        };
        json!({ "name": name, "state": state, "stalled_at": position })
    };
    json!({
        "head": head(&of.head),
        "read_models": of.models.iter().map(model).collect::<Vec<_>>(),
        "is_key_exported": of.is_key_exported,
        "failed_sign_ins": of.failed_sign_ins,
    })
}

fn done(of: &Done) -> Value {
    match of {
        Done::Recorded(receipt) => recorded(receipt),
        Done::Unchanged => json!({ "recorded": false }),
    }
}

fn recorded(receipt: &Receipt) -> Value {
    let ids: Value = serde_json::from_str(&receipt.answer).unwrap_or_default();
    json!({
        "recorded": receipt.event_count > 0,
        "position": receipt.first_position,
        "events": receipt.event_count,
        "recorded_at": rfc3339(receipt.recorded_at),
        "repeated": receipt.repeated,
        "ids": ids,
        "stalled": receipt.stalled,
    })
}

fn refused(those: &[Refused]) -> Value {
    let one = |of: &Refused| {
        let sentence = of.why.sentence();
        json!({
            "whom": of.whom,
            "code": of.why.code(),
            "values": of.why.values(),
            "sentence": { "zh": sentence.zh, "en": sentence.en },
        })
    };
    those.iter().map(one).collect()
}

fn with(mut fields: Value, more: Value) -> Value {
    if let (Value::Object(fields), Value::Object(more)) = (&mut fields, more) {
        fields.extend(more);
    }
    fields
}
