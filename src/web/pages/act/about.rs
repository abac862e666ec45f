//! What the address of an act names by an id that nobody types: people read its name.

use uuid::Uuid;

use super::control::Control;
use super::typed::Typed;
use crate::accounts::Caller;
use crate::app::account::ListAccounts;
use crate::app::actions::{Action, Question};
use crate::app::directory::ShowEmployer;
use crate::app::employer::EmployerSelector;
use crate::app::history::ShowHistory;
use crate::app::import::ListImports;
use crate::app::listed_events::ListedEvent;
use crate::app::reply::Reply;
use crate::domain::StreamType;
use crate::publication::said::said;
use crate::text::instants;
use crate::web::error::Error;
use crate::web::pages::frame::Frame;
use crate::web::session::Site;

/// A field that the address says by an id.
pub(super) struct About {
    pub field: String,
    pub value: String,
    pub label: String,
    pub name: String,
}

/// The fields of which the address says the id of something there is; the others are left to be typed.
pub(super) async fn about(
    site: &Site,
    caller: &Caller,
    frame: &Frame,
    typed: &Typed,
    controls: &mut Vec<Control>,
) -> Result<Vec<About>, Error> {
    let mut about = vec![];
    for field in ["staff", "employer", "into", "apart_from", "batch"] {
        let Some(at) = controls.iter().position(|control| control.name == field) else { continue };
        let Ok(id) = Uuid::parse_str(typed.get(field)) else { continue };
        let name = match field {
            "staff" => staff(site, caller, frame, id).await?,
            "batch" => batch(site, caller, id).await?,
            _ => unit(site, caller, id).await?,
        };
        if let Some(name) = name {
            let control = controls.remove(at);
            about.push(About { field: control.name, value: id.to_string(), label: control.label, name });
        }
    }
    Ok(about)
}

async fn staff(site: &Site, caller: &Caller, frame: &Frame, id: Uuid) -> Result<Option<String>, Error> {
    let Reply::Accounts(all) = site.app.ask(caller, &Question::Accounts(ListAccounts {})).await? else {
        return Ok(None);
    };
    let member = all.into_iter().find(|member| member.staff.id.0 == id);
    Ok(member.map(|member| format!("{} · {}", member.name, frame.word(&member.staff.role))))
}

async fn batch(site: &Site, caller: &Caller, id: Uuid) -> Result<Option<String>, Error> {
    let Reply::Imports(all) = site.app.ask(caller, &Question::Imports(ListImports {})).await? else { return Ok(None) };
    let import = all.into_iter().find(|import| import.batch.batch.0 == id);
    Ok(import.map(|import| format!("{} · {}", import.file_name, instants::in_shanghai(import.batch.recorded_at))))
}

async fn unit(site: &Site, caller: &Caller, id: Uuid) -> Result<Option<String>, Error> {
    let unit = EmployerSelector { employer: id.to_string(), school: None };
    // What is not there is said when it is ordered.
    let Ok(Reply::Employer(shown)) = site.app.ask(caller, &Question::Employer(ShowEmployer { unit })).await else {
        return Ok(None);
    };
    Ok(shown.unit.map(|listed| listed.name))
}

/// What an undoing takes back, in a sentence.
pub(super) async fn undoing(
    site: &Site,
    caller: &Caller,
    frame: &Frame,
    act: Action,
    typed: &Typed,
) -> Result<Option<String>, Error> {
    let stream = match act {
        Action::PlacementUndo => StreamType::Placement,
        Action::AgreementUndo => StreamType::Agreement,
        _ => return Ok(None),
    };
    let Ok(version) = typed.get("version").parse::<i64>() else { return Ok(None) };
    let question = Question::History(ShowHistory { id: typed.get("placement").to_owned() });
    let Ok(Reply::History(events)) = site.app.ask(caller, &question).await else { return Ok(None) };
    let is_it = |listed: &&ListedEvent| {
        listed.recorded.version == version && StreamType::parse(&listed.recorded.stream_type) == Some(stream)
    };
    Ok(events.iter().find(is_it).map(|listed| frame.said(&said(&listed.event))))
}
