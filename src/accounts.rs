//! Who acts, with which role and scope.
//!
//! Invariant: a scope is taken from the account, never from a request; every command and question carries a caller,
//! and what lies outside the caller's scope is answered as if it were not there.

pub mod door;
pub mod one_time;
pub mod password;
pub mod secret;
pub mod visitor;

use std::fmt;

use strum::{EnumIter, IntoStaticStr};
use uuid::Uuid;

pub use crate::domain::account::codes::Role;
use crate::domain::account::codes::{EmergencyReason, LookingPurpose};
use crate::domain::ids::{ClassName, SchoolCode, SessionId, StaffId};
use crate::event_log::text::Text;
use crate::people::masked_name;

/// Who acts: the operator of the machine, or a member of staff by the role of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Actor {
    Operator,
    Bureau,
    Principal,
    Officer,
    ClassTeacher,
    Mentor,
    Auditor,
}

impl From<Role> for Actor {
    fn from(role: Role) -> Self {
        match role {
            Role::Bureau => Self::Bureau,
            Role::Principal => Self::Principal,
            Role::Officer => Self::Officer,
            Role::ClassTeacher => Self::ClassTeacher,
            Role::Mentor => Self::Mentor,
            Role::Auditor => Self::Auditor,
        }
    }
}

/// Which data a caller sees.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
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

/// By what a caller came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CameBy {
    /// The machine: as its operator, or in the name of a member of staff.
    Machine,
    /// A token of a member of staff.
    Token,
    /// An invitation of a member of staff.
    Invitation,
    /// A session in which a member of staff is signed in.
    Session {
        id: SessionId,
        /// Whether it was shown a short while ago who that is.
        is_fresh: bool,
    },
}

/// Who asks, in which scope, and by which way in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// In whose role and scope; `None` for the operator at the command line.
    pub staff: Option<Staff>,
    /// Who acts, where it is in the place of `staff`.
    deputy: Option<Staff>,
    came_by: CameBy,
    pub scope: Scope,
    /// The way in: cli, import, web.
    pub source: &'static str,
    /// For what persons are shown in full to this caller, which is recorded before they are; `None` for what needs none.
    pub purpose: Option<LookingPurpose>,
    /// Whether the caller only asks, and every command is refused.
    pub reads_only: bool,
    /// Why the operator decides in the name of somebody who could have signed in.
    pub emergency: Option<EmergencyReason>,
    /// The version that the caller has seen of the one stream that a command is about: of another it is refused.
    pub seen: Option<u64>,
}

/// What the log calls the operator who acts for a member of staff, before that member's id.
const OPERATOR_FOR: &str = "operator for ";
/// What the log calls a member of staff who came in alone, before the id.
const STAFF: &str = "staff ";

/// What the log has between who acted and in whose place that was.
const IN_PLACE_OF: &str = " in place of ";

/// As whom something was recorded, by whichever way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RecordedBy {
    /// Who acted.
    pub staff: StaffId,
    /// In whose place, where it was not the own.
    pub in_place_of: Option<StaffId>,
}

impl RecordedBy {
    /// What the log calls it; `None` of the operator.
    pub fn of(actor: &str) -> Option<Self> {
        let ids = actor.strip_prefix(OPERATOR_FOR).or_else(|| actor.strip_prefix(STAFF))?;
        let id = |text: &str| Uuid::parse_str(text).ok().map(StaffId);
        Some(match ids.split_once(IN_PLACE_OF) {
            Some((staff, absent)) => Self { staff: id(staff)?, in_place_of: Some(id(absent)?) },
            None => Self { staff: id(ids)?, in_place_of: None },
        })
    }

    /// Whose role and scope it was.
    pub fn role_of(self) -> StaffId {
        self.in_place_of.unwrap_or(self.staff)
    }

    /// All who have to be named to tell it.
    pub fn named(self) -> impl Iterator<Item = Uuid> {
        [Some(self.staff), self.in_place_of].into_iter().flatten().map(|staff| staff.0)
    }
}

impl Caller {
    /// The operator: the city's scope; may record and ask, but not approve, verify or sign.
    pub fn operator(source: &'static str) -> Self {
        let (scope, came_by) = (Scope::City, CameBy::Machine);
        Self {
            staff: None,
            deputy: None,
            came_by,
            scope,
            source,
            purpose: None,
            reads_only: false,
            emergency: None,
            seen: None,
        }
    }

    /// The operator acting for a member of staff, with exactly that member's scope.
    pub fn operator_for(staff: Staff, source: &'static str) -> Self {
        let scope = staff.scope.clone();
        Self {
            staff: Some(staff),
            deputy: None,
            came_by: CameBy::Machine,
            scope,
            source,
            purpose: None,
            reads_only: false,
            emergency: None,
            seen: None,
        }
    }

    /// A program that came in by a token of a member of staff, with exactly that member's scope.
    pub fn by_token(staff: Staff, source: &'static str, reads_only: bool) -> Self {
        Self { came_by: CameBy::Token, reads_only, ..Self::operator_for(staff, source) }
    }

    /// A member of staff who sets up by an invitation how to sign in.
    pub fn invited(staff: Staff, source: &'static str) -> Self {
        Self { came_by: CameBy::Invitation, ..Self::operator_for(staff, source) }
    }

    /// A member of staff who is signed in, with exactly that member's scope.
    pub fn signed_in(staff: Staff, source: &'static str, id: SessionId, is_fresh: bool) -> Self {
        Self { came_by: CameBy::Session { id, is_fresh }, ..Self::operator_for(staff, source) }
    }

    /// The same caller, who acts in the place of an absent member of staff, with exactly that one's role and scope. Who acts in
    /// somebody's place is not in another's as well.
    #[must_use]
    pub fn in_place_of(self, absent: Staff) -> Self {
        let Self { staff, .. } = self.as_oneself();
        Self { deputy: staff, scope: absent.scope.clone(), staff: Some(absent), ..self }
    }

    /// The same caller in nobody's place.
    #[must_use]
    pub fn as_oneself(&self) -> Self {
        match self.deputy.clone() {
            None => self.clone(),
            Some(staff) => Self { scope: staff.scope.clone(), staff: Some(staff), deputy: None, ..self.clone() },
        }
    }

    /// Whether the caller acts in somebody's place.
    pub fn is_deputy(&self) -> bool {
        self.deputy.is_some()
    }

    /// The same caller, who decides for a reason in the name of somebody who could have signed in.
    #[must_use]
    pub fn in_emergency(self, emergency: Option<EmergencyReason>) -> Self {
        Self { emergency, ..self }
    }

    /// The same caller, who looks at persons for a purpose.
    #[must_use]
    pub fn looking_for(&self, purpose: LookingPurpose) -> Self {
        Self { purpose: Some(purpose), ..self.clone() }
    }

    /// The same caller, having seen a version of the stream that the next command is about.
    #[must_use]
    pub fn having_seen(&self, version: u64) -> Self {
        Self { seen: Some(version), ..self.clone() }
    }

    /// As the log records it.
    pub fn actor(&self) -> Text {
        match &self.staff {
            None => "operator".into(),
            Some(staff) => {
                let way = match self.came_by {
                    CameBy::Machine => OPERATOR_FOR,
                    CameBy::Token | CameBy::Invitation | CameBy::Session { .. } => STAFF,
                };
                match &self.deputy {
                    None => format!("{way}{}", staff.id.0).into(),
                    Some(deputy) => format!("{way}{}{IN_PLACE_OF}{}", deputy.id.0, staff.id.0).into(),
                }
            }
        }
    }

    /// Whether the caller is a program that acts as a member of staff.
    pub fn came_by_token(&self) -> bool {
        self.came_by == CameBy::Token
    }

    /// Whether the operator acts in the name of a member of staff.
    pub fn is_in_the_name_of_staff(&self) -> bool {
        self.came_by == CameBy::Machine && self.staff.is_some()
    }

    /// The session in which the caller is signed in.
    pub fn session(&self) -> Option<SessionId> {
        match self.came_by {
            CameBy::Session { id, .. } => Some(id),
            CameBy::Machine | CameBy::Token | CameBy::Invitation => None,
        }
    }

    /// Whether the caller is signed in and did not show for a while who that is.
    pub fn is_to_confirm(&self) -> bool {
        match self.came_by {
            CameBy::Session { is_fresh, .. } => !is_fresh,
            CameBy::Machine | CameBy::Token | CameBy::Invitation => false,
        }
    }

    /// Who acts, be it in somebody's place: rules about two persons are about these.
    pub fn staff_id(&self) -> Option<StaffId> {
        self.deputy.as_ref().or(self.staff.as_ref()).map(|staff| staff.id)
    }

    /// In whose role and scope.
    pub fn role_of(&self) -> Option<StaffId> {
        self.staff.as_ref().map(|staff| staff.id)
    }

    /// What the table of roles knows the caller as.
    pub fn actor_kind(&self) -> Actor {
        self.staff.as_ref().map_or(Actor::Operator, |staff| staff.role.into())
    }

    /// Who may see only the students whom this member of staff guides at work.
    pub fn mentor(&self) -> Option<StaffId> {
        self.staff.as_ref().filter(|staff| staff.role == Role::Mentor).map(|staff| staff.id)
    }

    /// Whether persons are shown by their full names: in the own school, to those who work with them; to others for a purpose.
    pub fn sees_names(&self) -> bool {
        self.purpose.is_some()
            || match self.actor_kind() {
                Actor::Principal | Actor::Officer | Actor::ClassTeacher | Actor::Mentor => true,
                Actor::Operator | Actor::Bureau | Actor::Auditor => false,
            }
    }

    /// A person's name as this caller sees it.
    pub fn shown_name(&self, name: &str) -> String {
        if self.sees_names() { name.to_owned() } else { masked_name(name) }
    }

    /// A student number as this caller sees it: in full, or its last digits.
    pub fn shown_number(&self, number: &str) -> String {
        const DIGITS_SHOWN: usize = 4;
        let len = number.chars().count();
        if self.sees_names() || len <= DIGITS_SHOWN {
            return number.to_owned();
        }
        format!("…{}", number.chars().skip(len - DIGITS_SHOWN).collect::<String>())
    }

    /// A document number as this caller sees it: its last digits, in full only for a purpose.
    pub fn shown_document(&self, number: &str) -> String {
        self.covered(number, 0)
    }

    /// A telephone number as this caller sees it: its first and last digits, in full only for a purpose.
    pub fn shown_phone(&self, phone: &str) -> String {
        self.covered(phone, 3)
    }

    /// A number of which so many characters at the beginning and four at the end are left, unless it is looked at for a
    /// purpose.
    fn covered(&self, number: &str, left: usize) -> String {
        const END: usize = 4;
        let len = number.chars().count();
        if self.purpose.is_some() {
            return number.to_owned();
        }
        if len <= left + END {
            return "*".repeat(len);
        }
        let cover = |(index, c)| if index < left || index >= len - END { c } else { '*' };
        number.chars().enumerate().map(cover).collect()
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
    fn names_are_full_in_the_own_school_and_masked_elsewhere() {
        assert_eq!(Caller::operator("cli").shown_name("张小明"), "张**");
        assert_eq!(Caller::operator("cli").shown_number("2024010203"), "…0203");
        let staff =
            Staff { id: StaffId(uuid::Uuid::nil()), role: Role::Officer, scope: Scope::School(school("33070001")) };
        let for_staff = Caller::operator_for(staff, "cli");
        assert_eq!(for_staff.shown_name("张小明"), "张小明");
        assert_eq!(for_staff.shown_number("2024010203"), "2024010203");
        assert_eq!(for_staff.actor(), "operator for 00000000-0000-0000-0000-000000000000");
    }

    #[test]
    fn a_member_of_staff_is_known_by_whichever_way_in() {
        let id = StaffId(Uuid::from_u128(7));
        let staff = Staff { id, role: Role::Officer, scope: Scope::School(school("33070001")) };
        let alone = Caller::by_token(staff.clone(), "token", true);
        assert_eq!(alone.actor(), "staff 00000000-0000-0000-0000-000000000007");
        assert!(alone.reads_only && alone.sees_names());
        for caller in [alone, Caller::operator_for(staff, "cli")] {
            assert_eq!(RecordedBy::of(&caller.actor()), Some(RecordedBy { staff: id, in_place_of: None }));
            assert_eq!(caller.scope, Scope::School(school("33070001")));
        }
        for nobody in ["operator", "staff", "staff 7", "", " in place of "] {
            assert_eq!(RecordedBy::of(nobody), None);
        }
    }

    #[test]
    fn a_deputy_has_role_and_scope_of_the_absent_one_and_stays_who_it_is() {
        let (own, absent) = (StaffId(Uuid::from_u128(7)), StaffId(Uuid::from_u128(8)));
        let ours = Scope::School(school("33070001"));
        let scope = Scope::Class { school: school("33070001"), class: class("汽修1班") };
        let teacher = Staff { id: absent, role: Role::ClassTeacher, scope: scope.clone() };
        let officer = Staff { id: own, role: Role::Officer, scope: ours };
        let other = Staff { id: StaffId(Uuid::from_u128(9)), role: Role::Mentor, scope: scope.clone() };
        let oneself = Caller::by_token(officer, "api", true);
        let deputy = oneself.clone().in_place_of(teacher.clone());
        assert_eq!((deputy.actor_kind(), &deputy.scope, deputy.mentor()), (Actor::ClassTeacher, &scope, None));
        assert_eq!((deputy.staff_id(), deputy.role_of()), (Some(own), Some(absent)));
        assert!(deputy.reads_only && deputy.came_by_token() && deputy.is_deputy());
        assert_eq!(deputy.as_oneself(), oneself);
        assert_eq!(RecordedBy::of(&deputy.actor()), Some(RecordedBy { staff: own, in_place_of: Some(absent) }));
        // No chains.
        let again = deputy.in_place_of(other.clone());
        assert_eq!((again.staff_id(), again.mentor()), (Some(own), Some(other.id)));
        let machine = Caller::operator_for(other, "cli").in_place_of(teacher);
        let by = RecordedBy::of(&machine.actor()).unwrap();
        assert_eq!((by.staff, by.role_of()), (StaffId(Uuid::from_u128(9)), absent));
    }
}
