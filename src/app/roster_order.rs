//! In which order students are listed, where it is not the usual one: by school, class and student number.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use strum::VariantArray;
use uuid::Uuid;

use super::{App, AppError};
use crate::accounts::Caller;
use crate::domain::ids::{SchoolCode, StudentId};
use crate::domain::terms::{Entry, Term, entry};
use crate::people::Person;
use crate::projections::placement_register::question::PlacementsAsOf;
use crate::projections::placement_register::roster::StudentProgress;
use crate::text::pinyin;

/// By what students are ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "kebab-case")]
pub enum RosterOrder {
    StudentNumber,
    /// As it sounds.
    Name,
    Class,
    Progress,
    Unit,
    /// The first day at work.
    FirstDay,
}

impl Term for RosterOrder {
    const NAME: &'static str = "排序";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::StudentNumber, "student-number", "学号", &[]),
        entry(Self::Name, "name", "姓名", &[]),
        entry(Self::Class, "class", "班级", &[]),
        entry(Self::Progress, "progress", "状态", &[]),
        entry(Self::Unit, "unit", "单位", &[]),
        entry(Self::FirstDay, "first-day", "开始日期", &[]),
    ];
}

impl App {
    /// Students in another order; those who are equal in it stay in the one in which they come. Who has no value there comes
    /// last, whatever the direction.
    pub(super) async fn in_order(
        &self,
        caller: &Caller,
        question: &PlacementsAsOf,
        mut students: Vec<StudentProgress>,
        order: RosterOrder,
        is_descending: bool,
    ) -> Result<Vec<StudentProgress>, AppError> {
        let named = match order {
            RosterOrder::StudentNumber | RosterOrder::Name => {
                self.sealed_keys(caller, question, &students, order).await?
            }
            RosterOrder::Unit => self.unit_keys(question, &students).await?,
            RosterOrder::Class | RosterOrder::Progress | RosterOrder::FirstDay => HashMap::new(),
        };
        let place = |student: &StudentProgress| -> Option<String> {
            let placement = student.placement.as_ref();
            match order {
                RosterOrder::StudentNumber | RosterOrder::Name => named.get(&student.student.0).cloned(),
                RosterOrder::Unit => named.get(&placement?.unit.0).cloned(),
                RosterOrder::Class => Some(pinyin::sounds(&student.class)),
                // As the states follow each other in time.
                RosterOrder::Progress => Some(format!("{:02}", student.progress as usize)),
                RosterOrder::FirstDay => Some(placement?.period.first_day.to_string()),
            }
        };
        let mut placed: Vec<(Option<String>, StudentProgress)> =
            students.drain(..).map(|student| (place(&student), student)).collect();
        placed.sort_by(|(one, _), (other, _)| match (one, other) {
            (Some(one), Some(other)) if is_descending => other.cmp(one),
            (Some(one), Some(other)) => one.cmp(other),
            (one, other) => one.is_none().cmp(&other.is_none()),
        });
        Ok(placed.into_iter().map(|(_, student)| student).collect())
    }

    /// What is sealed of students as the caller sees it, as far as they are ordered by it: an order tells nothing more. By now it stands in memory; of another moment it is
    /// unsealed, so that the order is the one of then.
    async fn sealed_keys(
        &self,
        caller: &Caller,
        question: &PlacementsAsOf,
        students: &[StudentProgress],
        order: RosterOrder,
    ) -> Result<HashMap<Uuid, String>, AppError> {
        let key = |name: &str, number: Option<&str>| match order {
            RosterOrder::Name => Some(pinyin::sounds(&caller.shown_name(name))),
            RosterOrder::StudentNumber
            | RosterOrder::Class
            | RosterOrder::Progress
            | RosterOrder::Unit
            | RosterOrder::FirstDay => number.map(|number| caller.shown_number(number)),
        };
        let (_, head) = self.log.known_now().await?;
        if question.known_at < head.position() {
            let ids: Vec<Uuid> = students.iter().map(|student| student.student.0).collect();
            let persons = self.persons_at(&ids, question.known_at).await?;
            let of_then =
                |(id, person): (&Uuid, &Person)| Some((*id, key(&person.name, person.student_number.as_deref())?));
            return Ok(persons.iter().filter_map(of_then).collect());
        }
        let mut schools: Vec<&str> = students.iter().map(|student| student.school.as_str()).collect();
        schools.sort_unstable();
        schools.dedup();
        let mut keys = HashMap::new();
        for school in schools {
            let Ok(school) = SchoolCode::parse(school) else { continue }; // Folds write codes only.
            let of_now = |student: StudentId, name: &str, number: Option<&str>| {
                keys.extend(key(name, number).map(|key| (student.0, key)));
            };
            self.each_known_name(&school, &head, of_now).await?;
        }
        Ok(keys)
    }

    async fn unit_keys(
        &self,
        question: &PlacementsAsOf,
        students: &[StudentProgress],
    ) -> Result<HashMap<Uuid, String>, AppError> {
        let placed = students.iter().filter_map(|student| student.placement.as_ref());
        let mut units: Vec<Uuid> = placed.map(|placement| placement.unit.0).collect();
        units.sort_unstable();
        units.dedup();
        let names = self.names_at(&units, question.known_at).await?;
        Ok(names.into_iter().map(|(unit, name)| (unit, pinyin::sounds(&name))).collect())
    }
}
