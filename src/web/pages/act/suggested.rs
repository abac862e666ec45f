//! What a form offers to choose from: classes, where nobody is named, and what people would type of their school.

use super::typed::Typed;
use crate::accounts::Caller;
use crate::app::account::ListAccounts;
use crate::app::actions::{Action, Question};
use crate::app::at_work::PlacementQuery;
use crate::app::directory::ListHosts;
use crate::app::failure::Failure;
use crate::app::inputs::Field;
use crate::app::reply::Reply;
use crate::app::roster::{ClassCounts, ListClasses};
use crate::domain::ids::SchoolCode;
use crate::web::error::Error;
use crate::web::pages::addresses;
use crate::web::session::Site;

/// The classes in which somebody can be chosen: name, address and number of students.
pub(super) async fn classes(
    site: &Site,
    caller: &Caller,
    act: Action,
    typed: &Typed,
) -> Result<Vec<(String, String, usize)>, Error> {
    let school = Some(typed.get("school")).filter(|school| !school.is_empty());
    let school = school.map(SchoolCode::parse).transpose();
    let school = school.map_err(|_| Error::no_school())?;
    if caller.scope.school().is_none() && school.is_none() {
        return Ok(vec![]);
    }
    let Reply::Classes(classes) = asked_classes(site, caller, school).await? else { return Err(Error::NotFound) };
    let link = |class: &ClassCounts| {
        let words = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("school", class.school.as_str()), ("class", &class.class)])
            .append_pair("back", &addresses::class(&class.school, &class.class))
            .finish();
        (class.class.clone(), format!("{}?{words}", addresses::act(act)), class.students)
    };
    // As long as no class is known to be final, each may be.
    let is_any_final = classes.classes.iter().any(|class| class.is_final);
    Ok(classes.classes.iter().filter(|class| class.is_final || !is_any_final).map(link).collect())
}

async fn asked_classes(site: &Site, caller: &Caller, school: Option<SchoolCode>) -> Result<Reply, Failure> {
    let question = Question::Classes(ListClasses { query: PlacementQuery { school, ..PlacementQuery::default() } });
    site.app.ask(caller, &question).await
}

/// What is known of a school that people would type: its hosts and its staff, by name.
pub(super) async fn suggested(
    site: &Site,
    caller: &Caller,
    typed: &Typed,
    fields: &[Field],
) -> Result<Vec<(&'static str, Vec<String>)>, Error> {
    const STAFF: [&str; 3] = ["teacher", "staff", "to"];
    let has = |name: &str| fields.iter().any(|field| field.name == name);
    let school = caller.scope.school().cloned().or_else(|| SchoolCode::parse(typed.get("school")).ok());
    let mut known = vec![];
    if has("host") && site.app.permits(caller, Action::HostList).await.is_ok() && school.is_some() {
        let query = PlacementQuery { school: school.clone(), ..PlacementQuery::default() };
        if let Reply::Hosts(hosts) = site.app.ask(caller, &Question::Hosts(ListHosts { query })).await? {
            known.push(("host", hosts.into_iter().map(|host| host.employer).collect()));
        }
    }
    if has("class")
        && school.is_some()
        && let Ok(Reply::Classes(classes)) = asked_classes(site, caller, school.clone()).await
    {
        known.push(("class", classes.classes.into_iter().map(|class| class.class).collect()));
    }
    if STAFF.iter().any(|name| has(name))
        && let Reply::Accounts(accounts) = site.app.ask(caller, &Question::Accounts(ListAccounts {})).await?
    {
        let names: Vec<String> =
            accounts.into_iter().filter(|member| member.disabled.is_none()).map(|member| member.name).collect();
        known.extend(STAFF.map(|name| (name, names.clone())));
    }
    Ok(known)
}
