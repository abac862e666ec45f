//! Who looks at pages: the name, the role, and where.

use jiff::civil::Date;

use super::App;
use super::failure::Failure;
use crate::accounts::{Caller, Role};
use crate::domain::account::Account;
use crate::text::lang::{Sentence, say};

/// Who looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    pub name: String,
    pub role: Role,
    /// The school's name, or that of all schools together; a class stands behind its school.
    pub place: Sentence,
    /// By name, in whose place the viewer acts, and until which day.
    pub in_place_of: Option<(String, Date)>,
}

impl App {
    /// Who somebody is that is signed in.
    ///
    /// # Errors
    /// If it is not a member of staff, or the database does not answer.
    pub async fn viewer(&self, caller: &Caller) -> Result<Viewer, Failure> {
        let staff = caller.staff.as_ref().ok_or(super::AppError::NotFound)?;
        let own = caller.staff_id().unwrap_or(staff.id);
        let mut names = self.staff_names(&[own.0, staff.id.0]).await?;
        let in_place_of = match caller.is_deputy() {
            true => {
                let (account, _) = self.load::<Account>(staff.id.0).await?;
                let until = account.deputy_on(self.today()).map(|of| of.last_day);
                until.map(|until| (names.remove(&staff.id.0).unwrap_or_default(), until))
            }
            false => None,
        };
        let name = names.remove(&own.0).unwrap_or_default();
        let place = match caller.scope.school() {
            None => say("全市中等职业学校", "Vocational schools of the city"),
            Some(code) => {
                let schools = self.schools().await?;
                let name = schools.into_iter().find(|school| school.code == *code).map(|school| school.name);
                let name = name.unwrap_or_else(|| code.to_string());
                match caller.scope.class() {
                    Some(class) => say(format!("{name} {}", class.as_str()), format!("{name} {}", class.as_str())),
                    None => say(&*name, &*name),
                }
            }
        };
        Ok(Viewer { name, role: staff.role, place, in_place_of })
    }
}
