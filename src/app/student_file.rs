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
use super::placement::shown::ShownPlacement;
use super::statement::show::ShownStatements;
use super::target::{CurrentPlacement, ShownStudent, StudentInfo, Target};
use crate::accounts::Caller;
use crate::domain::agreement::Agreement;
use crate::domain::further_study::FurtherStudy;
use crate::domain::ids::{ClassName, SchoolCode, StudentId};
use crate::domain::outcome::Outcome;
use crate::domain::placement::Placement;
use crate::domain::student::Student;
use crate::input::known_at::KnownAt;
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
    #[arg(long, default_value = "head", hide_default_value = true)]
    #[serde(default)]
    pub known_at: KnownAt,
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
        let known = self.known(asked.known_at, &[]).await?.position;
        let is_of_now = known == self.log.head().await?.position();
        let info = if is_of_now { info } else { self.info_at(info, known).await? };
        let (school, known_at) = (Some(info.school.clone()), KnownAt::Position(known));
        let query = PlacementQuery { on: Some(on), known_at, school, class: None };
        let of_class = PlacementQuery { class: ClassName::parse(&info.class).ok(), ..query.clone() };
        let progress = match self.progress_of_student(caller, &of_class, info.student).await? {
            // On another day the student may have been in another class.
            None => self.progress_of_student(caller, &query, info.student).await?,
            known => known,
        };
        let ids = self.placements_of(&[info.student]).await?.remove(&info.student).unwrap_or_default();
        let mut placements = vec![];
        for id in ids.iter().rev() {
            let placement = self.load_at::<Placement>(id.0, known).await?;
            let agreement = self.load_at::<Agreement>(id.0, known).await?;
            if placement.student().is_some() {
                let current = CurrentPlacement { student: info.clone(), id: *id, placement, agreement };
                placements.push(self.shown_placement(caller, current, on, known).await?);
            }
        }
        let statements = match permits(caller, Action::OutcomeShow) {
            Ok(()) => {
                let outcome = self.load_at::<Outcome>(info.student.0, known).await?;
                let study = self.load_at::<FurtherStudy>(info.student.0, known).await?;
                Some(self.shown_statements(caller, &info, (&*outcome, &*study), on, known).await?)
            }
            Err(_) => None,
        };
        let mut recorded = self.history(caller, info.student.0).await?;
        for id in &ids {
            recorded.extend(self.history(caller, id.0).await?);
        }
        recorded.retain(|event| event.position <= known);
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

    /// Who somebody was as known at a position: of one of whom nothing was known yet nothing is there.
    pub(in crate::app) async fn info_at(&self, info: StudentInfo, known: i64) -> Result<StudentInfo, Failure> {
        let person = self.persons_at(&[info.student.0], known).await?.remove(&info.student.0);
        let was_there = self.load_at::<Student>(info.student.0, known).await?;
        let registered = was_there.last_registration().ok_or(super::AppError::NotFound)?;
        let class = registered.class.as_str().to_owned();
        Ok(StudentInfo { person: person.unwrap_or_default(), class, ..info })
    }
}
