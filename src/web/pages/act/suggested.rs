//! What people would type into a form that is known already.

use super::typed::Typed;
use crate::accounts::Caller;
use crate::app::account::ListAccounts;
use crate::app::actions::{Action, Question};
use crate::app::at_work::PlacementQuery;
use crate::app::directory::ListHosts;
use crate::app::inputs::Field;
use crate::app::reply::Reply;
use crate::domain::ids::SchoolCode;
use crate::web::error::Error;
use crate::web::session::Site;

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
        let query = PlacementQuery { school, ..PlacementQuery::default() };
        if let Reply::Hosts(hosts) = site.app.ask(caller, &Question::Hosts(ListHosts { query })).await? {
            known.push(("host", hosts.into_iter().map(|host| host.employer).collect()));
        }
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
