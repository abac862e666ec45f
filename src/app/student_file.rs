//! Question: everything about one student: the person, the internships, what is said of the destination, and what was
//! recorded when by whom.

use clap::Args;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::App;
use super::actions::Action;
use super::at_work::PlacementQuery;
use super::failure::Failure;
use super::gate::permits;
use super::listed_events::ListedEvent;
use super::placement::shown::{ShowPlacement, ShownPlacement};
use super::statement::input::ShowStatements;
use super::statement::show::ShownStatements;
use super::target::{ShownStudent, StudentInfo, Target};
use crate::accounts::Caller;
use crate::domain::ids::{ClassName, SchoolCode, StudentId};
use crate::input::words;
use crate::projections::placement_register::roster::StudentProgress;

/// Everything about one student that the caller may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ShowStudent {
    /// Student number, id or its end.
    pub student: String,
    #[arg(long, value_parser = words::school_code)]
    pub school: Option<SchoolCode>,
    /// Today unless given.
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
}

/// All about a student.
#[derive(Debug)]
pub struct StudentFile {
    pub id: StudentId,
    pub school: SchoolCode,
    pub student: ShownStudent,
    pub contacts: Contacts,
    pub on: Date,
    /// How far the student is on the day; `None` on a day on which no roster had the student.
    pub progress: Option<StudentProgress>,
    /// The latest first, those that are over included.
    pub placements: Vec<ShownPlacement>,
    /// `None` for whom they are not.
    pub statements: Option<ShownStatements>,
    /// The latest first.
    pub history: Vec<ListedEvent>,
}

/// Who the student is and how one is reached, each as the caller may see it: in full only for a purpose.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contacts {
    pub document_number: Option<String>,
    pub phone: Option<String>,
    pub guardian: Option<String>,
    pub guardian_phone: Option<String>,
    /// `None` unless it is looked at for a purpose.
    pub home_address: Option<String>,
}

impl Contacts {
    fn of(info: &StudentInfo, caller: &Caller) -> Self {
        let person = &info.person;
        let phone = |phone: &Option<String>| phone.as_deref().map(|phone| caller.shown_phone(phone));
        Self {
            document_number: person.document_number.as_deref().map(|number| caller.shown_document(number)),
            phone: phone(&person.phone),
            guardian: person.guardian.as_deref().map(|name| caller.shown_name(name)),
            guardian_phone: phone(&person.guardian_phone),
            home_address: person.home_address.clone().filter(|_| caller.purpose.is_some()),
        }
    }
}

impl App {
    pub(super) async fn student_file(&self, caller: &Caller, asked: &ShowStudent) -> Result<StudentFile, Failure> {
        let target = Target { student: Some(asked.student.clone()), school: asked.school.clone(), ..Target::default() };
        let mut students = self.students_of(caller, &target).await?;
        let info = students.pop().ok_or(super::AppError::NotFound)?;
        let on = asked.on.unwrap_or_else(|| self.today());
        let query = PlacementQuery { on: Some(on), school: Some(info.school.clone()), ..PlacementQuery::default() };
        let of_class = PlacementQuery { class: ClassName::parse(&info.class).ok(), ..query.clone() };
        let progress = match self.progress_of_student(caller, &of_class, info.student).await? {
            // On another day the student may have been in another class.
            None => self.progress_of_student(caller, &query, info.student).await?,
            known => known,
        };
        let mut placements = vec![];
        let ids = self.placements_of(&[info.student]).await?.remove(&info.student).unwrap_or_default();
        for id in ids.iter().rev() {
            let target = Target { placement: Some(id.0.to_string()), ..Target::default() };
            placements.extend(self.show_placements(caller, &ShowPlacement { target, on: Some(on) }).await?);
        }
        let statements = match permits(caller, Action::OutcomeShow) {
            Ok(()) => {
                let student = info.student.0.to_string();
                let asked = ShowStatements { student, school: Some(info.school.clone()) };
                Some(self.statements(caller, &asked).await?)
            }
            Err(_) => None,
        };
        let mut recorded = self.history(caller, info.student.0).await?;
        for id in &ids {
            recorded.extend(self.history(caller, id.0).await?);
        }
        recorded.sort_unstable_by_key(|event| std::cmp::Reverse(event.position));
        Ok(StudentFile {
            id: info.student,
            contacts: Contacts::of(&info, caller),
            student: info.shown(caller),
            school: info.school,
            on,
            progress,
            placements,
            statements,
            history: self.listed_events(caller, recorded).await?,
        })
    }
}
