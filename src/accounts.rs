//! Who acts, with which role and scope.
//!
//! Invariant: a scope is taken from the account, never from a request; every command and question carries a caller,
//! and what lies outside the caller's scope is answered as if it were not there.

use std::fmt;

pub use crate::domain::account::codes::Role;
use crate::domain::ids::{ClassName, SchoolCode, StaffId};
use crate::event_log::text::Text;

/// Which data a caller sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    City,
    School(SchoolCode),
    Class { school: SchoolCode, class: ClassName },
}

impl Scope {
    /// The scope of a role that is held for this school or class, or for neither; `None` for a class without its school.
    pub fn of(school: Option<SchoolCode>, class: Option<ClassName>) -> Option<Self> {
        match (school, class) {
            (None, None) => Some(Self::City),
            (Some(school), None) => Some(Self::School(school)),
            (Some(school), Some(class)) => Some(Self::Class { school, class }),
            (None, Some(_)) => None,
        }
    }

    /// Whether a student of this school and class is inside.
    pub fn covers(&self, school: &SchoolCode, class: &ClassName) -> bool {
        match self {
            Self::City => true,
            Self::School(own) => own == school,
            Self::Class { school: own, class: own_class } => own == school && own_class == class,
        }
    }

    /// Whether the whole school is inside.
    pub fn covers_school(&self, school: &SchoolCode) -> bool {
        match self {
            Self::City => true,
            Self::School(own) => own == school,
            Self::Class { .. } => false,
        }
    }

    /// The school that a school's or class's scope is limited to.
    pub fn school(&self) -> Option<&SchoolCode> {
        match self {
            Self::City => None,
            Self::School(school) | Self::Class { school, .. } => Some(school),
        }
    }

    pub fn class(&self) -> Option<&ClassName> {
        match self {
            Self::City | Self::School(_) => None,
            Self::Class { class, .. } => Some(class),
        }
    }

    /// The part of this scope that lies in one school; `None` when none of it does.
    pub fn narrowed_to(&self, school: &SchoolCode) -> Option<Self> {
        match self {
            Self::City => Some(Self::School(school.clone())),
            Self::School(own) | Self::Class { school: own, .. } if own == school => Some(self.clone()),
            Self::School(_) | Self::Class { .. } => None,
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::City => f.write_str("city"),
            Self::School(school) => write!(f, "school {school}"),
            Self::Class { school, class } => write!(f, "class {school}/{}", class.as_str()),
        }
    }
}

/// A member of staff; the name is sealed under the id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    pub id: StaffId,
    pub role: Role,
    pub scope: Scope,
}

/// What a caller may do besides asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Capability {
    Record,
    /// Approve, verify, refuse to accept.
    Review,
    /// Accounts, schools, undoing imports of a whole school.
    Administer,
}

/// Who asks, in which scope, and by which way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// `None` for the operator at the command line.
    pub staff: Option<Staff>,
    pub scope: Scope,
    /// The way in: cli, import, web.
    pub source: &'static str,
}

impl Caller {
    /// The operator: the city's scope; may record and ask, but not approve, verify or sign.
    pub fn operator(source: &'static str) -> Self {
        Self { staff: None, scope: Scope::City, source }
    }

    /// The operator acting for a member of staff, with exactly that member's scope.
    pub fn operator_for(staff: Staff, source: &'static str) -> Self {
        let scope = staff.scope.clone();
        Self { staff: Some(staff), scope, source }
    }

    /// As the log records it.
    pub fn actor(&self) -> Text {
        match &self.staff {
            None => "operator".into(),
            Some(staff) => format!("operator for {}", staff.id.0).into(),
        }
    }

    pub fn staff_id(&self) -> Option<StaffId> {
        self.staff.as_ref().map(|staff| staff.id)
    }

    pub fn may(&self, capability: Capability) -> bool {
        match (self.staff.as_ref().map(|staff| staff.role), capability) {
            (None, Capability::Record | Capability::Administer) => true,
            (None, Capability::Review) => false,
            (Some(Role::Bureau), _) => true,
            (Some(Role::Officer), Capability::Record | Capability::Review) => true,
            (Some(Role::Officer), Capability::Administer) => false,
            (Some(Role::Principal), Capability::Review) => true,
            (Some(Role::Principal), Capability::Record | Capability::Administer) => false,
            (Some(Role::ClassTeacher), Capability::Record) => true,
            (Some(Role::ClassTeacher), Capability::Review | Capability::Administer) => false,
            (Some(Role::Mentor | Role::Auditor), _) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn school(code: &str) -> SchoolCode {
        SchoolCode::parse(code).unwrap()
    }

    fn class(name: &str) -> ClassName {
        ClassName::parse(name).unwrap()
    }

    #[test]
    fn a_class_teacher_sees_one_class_of_one_school() {
        let scope = Scope::Class { school: school("33070001"), class: class("汽修1班") };
        assert!(scope.covers(&school("33070001"), &class("汽修1班")));
        assert!(!scope.covers(&school("33070001"), &class("汽修2班")));
        assert!(!scope.covers(&school("33070002"), &class("汽修1班")));
        assert!(!scope.covers_school(&school("33070001")));
        assert_eq!(scope.narrowed_to(&school("33070001")), Some(scope.clone()));
        assert_eq!(scope.narrowed_to(&school("33070002")), None);
    }

    #[test]
    fn the_operator_records_but_reviews_nothing() {
        let operator = Caller::operator("cli");
        assert!(operator.may(Capability::Record));
        assert!(!operator.may(Capability::Review));
        let staff =
            Staff { id: StaffId(uuid::Uuid::nil()), role: Role::Officer, scope: Scope::School(school("33070001")) };
        let for_staff = Caller::operator_for(staff, "cli");
        assert!(for_staff.may(Capability::Review));
        assert_eq!(for_staff.actor(), "operator for 00000000-0000-0000-0000-000000000000");
    }
}
