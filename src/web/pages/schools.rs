//! The names of schools, by which people know them.

use crate::accounts::Caller;
use crate::app::actions::Question;
use crate::app::reply::Reply;
use crate::app::school::ListSchools;
use crate::web::error::Error;
use crate::web::session::Site;

/// Code and name of every school.
pub(super) async fn schools(site: &Site, caller: &Caller) -> Result<Vec<(String, String)>, Error> {
    let Reply::Schools(schools) = site.app.ask(caller, &Question::Schools(ListSchools {})).await? else {
        return Err(Error::NotFound);
    };
    Ok(schools.into_iter().map(|school| (school.code.to_string(), school.name)).collect())
}

/// The name of a school; its code if it has none.
pub(super) async fn school_name(site: &Site, caller: &Caller, code: &str) -> Result<String, Error> {
    let known = schools(site, caller).await?;
    Ok(known.into_iter().find(|(known, _)| known == code).map_or_else(|| code.to_owned(), |(_, name)| name))
}
