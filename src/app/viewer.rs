//! Who looks at pages: the name, the role, and where.

use super::App;
use super::failure::Failure;
use crate::accounts::{Caller, Role};
use crate::text::lang::{Sentence, say};

/// Who looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    pub name: String,
    pub role: Role,
    /// The school's name, or that of all schools together; a class stands behind its school.
    pub place: Sentence,
}

impl App {
    /// Who somebody is that is signed in.
    ///
    /// # Errors
    /// If it is not a member of staff, or the database does not answer.
    pub async fn viewer(&self, caller: &Caller) -> Result<Viewer, Failure> {
        let staff = caller.staff.as_ref().ok_or(super::AppError::NotFound)?;
        let name = self.staff_names(&[staff.id.0]).await?.remove(&staff.id.0).unwrap_or_default();
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
        Ok(Viewer { name, role: staff.role, place })
    }
}
