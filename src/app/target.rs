//! Whom a command is about: a class, a student, one placement, or whom an import placed; found inside the caller's scope
//! only.

mod named;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use strum::{IntoStaticStr, VariantNames};

use clap::Args;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::bulk::{Refused, Subject};
use super::failure::Failure;
use super::found_names::Meaning;
use super::{App, AppError};
use crate::accounts::{Caller, Scope};
use crate::domain::StreamType;
use crate::domain::agreement::Agreement;
use crate::domain::ids::{BatchId, ClassName, PlacementId, SchoolCode, StudentId};
use crate::domain::placement::Placement;
use crate::domain::student::Student;
use crate::event_log::EngineError;
use crate::input::words;
use crate::people::Person;
use crate::projections::identities::NOW;
use crate::projections::student_register::{self, ListedStudent};
use crate::text::pinyin;

/// Digits at the end of an id that people tell ids apart by; the beginning is a time.
const ID_SHOWN: usize = 8;

/// Whom a command is about: exactly one of class, student, students, placement and batch.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
pub struct Target {
    /// Everybody of a class, all or none.
    #[arg(long, value_parser = words::class_name)]
    pub class: Option<ClassName>,
    /// One student: student number, id or the end of the id.
    #[arg(long)]
    pub student: Option<String>,
    /// Several students, all or none: student number, id or the end of the id of each.
    #[arg(long, value_delimiter = ',')]
    pub students: Vec<String>,
    /// One placement: id or its end.
    #[arg(long)]
    pub placement: Option<String>,
    /// Everybody whose placement this import drafted: id or its end.
    #[arg(long)]
    pub batch: Option<String>,
    #[arg(long, value_parser = words::school_code)]
    pub school: Option<SchoolCode>,
    /// Students of the class who are left out: student number, id or its end.
    #[arg(long, value_delimiter = ',')]
    pub except: Vec<String>,
}

/// A command that says nothing but whom it is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct TargetOnly {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
}

impl Target {
    /// Whether it may name several students.
    pub(super) fn is_of_many(&self) -> bool {
        self.class.is_some() || self.batch.is_some() || self.students.len() > 1
    }
}

/// What a target names, once its ids are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TargetKind {
    Class(ClassName),
    Student(String),
    Students(Vec<String>),
    Placement(PlacementId),
    Batch(BatchId),
}

/// A student with what is sealed of the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudentInfo {
    pub student: StudentId,
    pub school: SchoolCode,
    pub class: String,
    pub person: Person,
}

/// A student as lists and refusals name one: enough to tell people apart, and no more than the caller may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownStudent {
    /// In full in the own school, masked for others; `None` of an erased person.
    pub name: Option<String>,
    pub student_number: Option<String>,
    pub class: String,
    /// The end of the id.
    pub id: String,
}

impl StudentInfo {
    /// As this caller may see the student.
    pub fn shown(&self, caller: &Caller) -> ShownStudent {
        let (name, student_number) = shown_person(caller, Some(&self.person));
        ShownStudent { name, student_number, class: self.class.clone(), id: short_id(self.student.0) }
    }

    /// Whether a text that somebody looks for is a part of the name or spells its beginning, or names the student.
    pub(super) fn is_like(&self, wanted: &str) -> bool {
        self.person.name.contains(wanted)
            || pinyin::spells(wanted, &self.person.name)
            || self.person.document_number.as_deref().is_some_and(|number| number.eq_ignore_ascii_case(wanted))
            || self.is(wanted)
    }

    fn is(&self, wanted: &str) -> bool {
        self.person.student_number.as_deref() == Some(wanted) || ends_with(self.student.0, wanted)
    }
}

/// A person's name and student number as a caller may see them; of an erased person there are none.
pub(super) fn shown_person(caller: &Caller, person: Option<&Person>) -> (Option<String>, Option<String>) {
    match person {
        Some(person) if !person.name.is_empty() => {
            let number = person.student_number.as_deref().map(|number| caller.shown_number(number));
            (Some(caller.shown_name(&person.name)), number)
        }
        Some(_) | None => (None, None),
    }
}

/// The end of an id.
pub fn short_id(id: Uuid) -> String {
    let id = id.simple().to_string();
    id[id.len() - ID_SHOWN..].to_owned()
}

/// Whether an id is meant by its text or its end.
pub(super) fn ends_with(id: Uuid, wanted: &str) -> bool {
    let bare: String = wanted.chars().filter(|c| *c != '-' && *c != '…').collect();
    bare.len() >= ID_SHOWN && id.simple().to_string().ends_with(&bare.to_ascii_lowercase())
}

// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "target.")]
pub enum TargetRefusal {
    Nobody,
    Several,
    ExceptWithoutClass,
    NoSuchSchool(SchoolCode),
    SchoolMissing,
    NoSuchClass(String),
    SeveralSchools {
        class: String,
        schools: Vec<String>,
    },
    NoSuchStudent,
    SeveralStudents(Vec<ShownStudent>),
    ExceptUnknown(usize),
    /// Which of several students, counted from one, is nobody, or could be several.
    StudentsUnknown(usize),
    NobodyLeft,
    NoSuchPlacement,
    SeveralPlacements,
    NoSuchBatch,
    SeveralBatches,
    NotPlaced(ShownStudent),
    ClassNotPlaced(String),
    BatchNotPlaced(String),
}

/// A student's placement as it is now.
#[derive(Debug, Clone)]
pub(crate) struct CurrentPlacement {
    pub student: StudentInfo,
    pub id: PlacementId,
    pub placement: Arc<Placement>,
    pub agreement: Arc<Agreement>,
}

impl App {
    /// What a target names.
    pub(super) async fn target_kind(&self, target: &Target) -> Result<TargetKind, Failure> {
        let Target { class, student, students, placement, batch, except, .. } = target;
        if !except.is_empty() && class.is_none() {
            return Err(TargetRefusal::ExceptWithoutClass.into());
        }
        match (class, student, students.as_slice(), placement, batch) {
            (Some(class), None, [], None, None) => Ok(TargetKind::Class(class.clone())),
            (None, Some(student), [], None, None) => Ok(TargetKind::Student(student.trim().to_owned())),
            (None, None, [_, ..], None, None) => Ok(TargetKind::Students(students.clone())),
            (None, None, [], Some(placement), None) => {
                match self.streams_ending(StreamType::Placement, placement).await?.as_slice() {
                    [] => Err(TargetRefusal::NoSuchPlacement.into()),
                    [one] => Ok(TargetKind::Placement(PlacementId(*one))),
                    [_, _, ..] => Err(TargetRefusal::SeveralPlacements.into()),
                }
            }
            (None, None, [], None, Some(batch)) => Ok(TargetKind::Batch(self.find_batch(batch).await?)),
            (None, None, [], None, None) => Err(TargetRefusal::Nobody.into()),
            _ => Err(TargetRefusal::Several.into()),
        }
    }

    /// The batch with this id or end of an id.
    pub(super) async fn find_batch(&self, wanted: &str) -> Result<BatchId, Failure> {
        match self.streams_ending(StreamType::Import, wanted).await?.as_slice() {
            [] => Err(TargetRefusal::NoSuchBatch.into()),
            [one] => Ok(BatchId(*one)),
            [_, _, ..] => Err(TargetRefusal::SeveralBatches.into()),
        }
    }

    /// The streams of a kind with this id or end of an id.
    pub(super) async fn streams_ending(&self, kind: StreamType, wanted: &str) -> Result<Vec<Uuid>, AppError> {
        if let Ok(id) = Uuid::parse_str(wanted.trim()) {
            let known = self.log.stream_versions(kind, &[id]).await?;
            return Ok(known.into_iter().map(|(id, _)| id).collect());
        }
        let mut found = self.log.stream_ids(kind).await?;
        found.retain(|id| ends_with(*id, wanted.trim()));
        Ok(found)
    }

    /// The students whom a target names, in the order of the register.
    pub(super) async fn students_of(&self, caller: &Caller, target: &Target) -> Result<Vec<StudentInfo>, Failure> {
        let kind = self.target_kind(target).await?;
        self.students_of_kind(caller, target, &kind).await
    }

    async fn students_of_kind(
        &self,
        caller: &Caller,
        target: &Target,
        kind: &TargetKind,
    ) -> Result<Vec<StudentInfo>, Failure> {
        let scope = scope_of(caller, target.school.as_ref())?;
        let readers = self.log.readers();
        let failed = |error| AppError::from(EngineError::from(error));
        match kind {
            TargetKind::Class(class) => {
                let listed = student_register::students(readers, &scope, Some(class)).await.map_err(failed)?;
                let students = self.seen_by(caller, self.unseal_students(listed).await?).await?;
                Ok(named::of_class(students, class, &target.except)?)
            }
            TargetKind::Student(wanted) => {
                let listed = match Uuid::parse_str(wanted) {
                    Ok(id) => {
                        Vec::from_iter(student_register::student(readers, &scope, StudentId(id)).await.map_err(failed)?)
                    }
                    // By a number that is sealed, or the end of an id.
                    Err(_) => self.students_meant(&scope, wanted, Meaning::Exactly).await?,
                };
                let mut found = self.unseal_students(listed).await?;
                found.retain(|student| student.is(wanted));
                let mut found = self.seen_by(caller, found).await?;
                match (found.pop(), found.as_slice()) {
                    (Some(one), []) => Ok(vec![one]),
                    (Some(one), _) => {
                        found.push(one);
                        let candidates = found.iter().map(|student| student.shown(caller)).collect();
                        Err(TargetRefusal::SeveralStudents(candidates).into())
                    }
                    (None, _) => Err(TargetRefusal::NoSuchStudent.into()),
                }
            }
            TargetKind::Students(wanted) => {
                let mut listed = student_register::students(readers, &scope, None).await.map_err(failed)?;
                let ids: Option<HashSet<StudentId>> =
                    wanted.iter().map(|id| Uuid::parse_str(id.trim()).ok().map(StudentId)).collect();
                if let Some(ids) = ids {
                    listed.retain(|listed| ids.contains(&listed.student));
                }
                let students = self.seen_by(caller, self.unseal_students(listed).await?).await?;
                Ok(named::one_by_one(students, wanted)?)
            }
            TargetKind::Placement(id) => {
                self.bring_up_to_date::<Placement>(&[id.0]).await?;
                let student = self.load::<Placement>(id.0).await?.0.student().ok_or(TargetRefusal::NoSuchPlacement)?;
                let listed = student_register::student(readers, &scope, student).await.map_err(failed)?;
                let students = self.unseal_students(listed.into_iter().collect()).await?;
                let students = self.seen_by(caller, students).await?;
                if students.is_empty() { Err(TargetRefusal::NoSuchPlacement.into()) } else { Ok(students) }
            }
            TargetKind::Batch(batch) => {
                let mut placed: HashSet<StudentId> = HashSet::new();
                for id in self.drafted_in(*batch).await? {
                    placed.extend(self.load::<Placement>(id.0).await?.0.student());
                }
                let mut listed = student_register::students(readers, &scope, None).await.map_err(failed)?;
                listed.retain(|listed| placed.contains(&listed.student));
                self.seen_by(caller, self.unseal_students(listed).await?).await
            }
        }
    }

    /// The student with an id, which is in memory as it is now, if the caller sees one.
    pub(super) async fn student_of_id(
        &self,
        caller: &Caller,
        student: StudentId,
        school: Option<&SchoolCode>,
    ) -> Result<StudentId, Failure> {
        let scope = scope_of(caller, school)?;
        let (state, _) = self.load::<Student>(student.0).await?;
        let registration = state.registered().map(|registered| &registered.registration);
        let is_inside = registration.is_some_and(|known| scope.covers(&known.school, &known.class));
        let is_own = self.own_interns(caller).await?.is_none_or(|own| own.contains(&student));
        if is_inside && is_own { Ok(student) } else { Err(TargetRefusal::NoSuchStudent.into()) }
    }

    /// Those of these students whom a caller may see: a mentor only the own interns.
    pub(super) async fn seen_by(
        &self,
        caller: &Caller,
        mut students: Vec<StudentInfo>,
    ) -> Result<Vec<StudentInfo>, Failure> {
        if let Some(own) = self.own_interns(caller).await? {
            students.retain(|student| own.contains(&student.student));
        }
        Ok(students)
    }

    /// The placements that an import drafted, brought into memory.
    async fn drafted_in(&self, batch: BatchId) -> Result<Vec<PlacementId>, AppError> {
        let (after, up_to) = self.span(batch).await?;
        let causation = batch.0.to_string();
        let ids = self.log.caused_streams(StreamType::Placement, &causation, (after, up_to)).await?;
        self.bring_up_to_date::<Placement>(&ids).await?;
        Ok(ids.into_iter().map(PlacementId).collect())
    }

    /// Behind which position and up to which a batch recorded: from its start to its end, or to the head when it was
    /// killed.
    pub(crate) async fn span(&self, batch: BatchId) -> Result<(i64, i64), AppError> {
        let events = self.log.subject_events(batch.0).await?;
        let up_to = match &events[..] {
            [_, .., last] => last.position,
            _ => self.log.head().await?.position(),
        };
        Ok((events.first().map_or(0, |started| started.position - 1), up_to))
    }

    /// The placements that a command means: the one named, or each student's latest that is not over. Students of a
    /// class without one are skipped.
    pub(super) async fn current_placements(
        &self,
        caller: &Caller,
        target: &Target,
    ) -> Result<Vec<CurrentPlacement>, Failure> {
        self.placements_where(caller, target, |placement| placement.stay().is_some_and(|stay| !stay.stage.is_over()))
            .await
    }

    /// Each student's latest placement of which something holds.
    pub(super) async fn placements_where(
        &self,
        caller: &Caller,
        target: &Target,
        is_meant: fn(&Placement) -> bool,
    ) -> Result<Vec<CurrentPlacement>, Failure> {
        let kind = self.target_kind(target).await?;
        let students = self.students_of_kind(caller, target, &kind).await?;
        let ids: Vec<StudentId> = students.iter().map(|student| student.student).collect();
        let mut drafted = match &kind {
            TargetKind::Placement(_) => HashMap::new(),
            TargetKind::Class(_) | TargetKind::Student(_) | TargetKind::Students(_) | TargetKind::Batch(_) => {
                self.placements_of(&ids).await?
            }
        };
        if let TargetKind::Batch(batch) = &kind {
            let of_batch: HashSet<PlacementId> = self.drafted_in(*batch).await?.into_iter().collect();
            drafted.values_mut().for_each(|ids| ids.retain(|id| of_batch.contains(id)));
        }
        let mut candidates = vec![];
        for student in &students {
            candidates.push(match &kind {
                TargetKind::Placement(id) => vec![*id],
                TargetKind::Class(_) | TargetKind::Student(_) | TargetKind::Students(_) | TargetKind::Batch(_) => {
                    drafted.remove(&student.student).unwrap_or_default()
                }
            });
        }
        let ids: Vec<Uuid> = candidates.iter().flatten().map(|id| id.0).collect();
        self.bring_up_to_date::<Placement>(&ids).await?;
        self.bring_up_to_date::<Agreement>(&ids).await?;
        let mut found = vec![];
        let mut not_placed = vec![];
        for (student, ids) in students.into_iter().zip(candidates) {
            let mut meant = None;
            for id in ids.into_iter().rev() {
                let placement = self.load::<Placement>(id.0).await?.0;
                if matches!(kind, TargetKind::Placement(_)) || is_meant(&placement) {
                    meant = Some((id, placement));
                    break;
                }
            }
            match meant {
                Some((id, placement)) => {
                    let agreement = self.load::<Agreement>(id.0).await?.0;
                    found.push(CurrentPlacement { student, id, placement, agreement });
                }
                None => not_placed.push(student.shown(caller)),
            }
        }
        match kind {
            // Who is named one by one is meant.
            TargetKind::Students(_) if !not_placed.is_empty() => {
                let refused = |student: ShownStudent| Refused {
                    whom: Subject::Student(student.clone()),
                    why: Box::new(TargetRefusal::NotPlaced(student).into()),
                };
                Err(Failure::Refused(not_placed.into_iter().map(refused).collect()))
            }
            _ if !found.is_empty() => Ok(found),
            TargetKind::Class(class) => Err(TargetRefusal::ClassNotPlaced(class.as_str().to_owned()).into()),
            TargetKind::Batch(batch) => Err(TargetRefusal::BatchNotPlaced(short_id(batch.0)).into()),
            TargetKind::Student(_) | TargetKind::Students(_) | TargetKind::Placement(_) => {
                Err(not_placed.pop().map_or(TargetRefusal::NoSuchStudent, TargetRefusal::NotPlaced).into())
            }
        }
    }

    pub(crate) async fn unseal_students(&self, listed: Vec<ListedStudent>) -> Result<Vec<StudentInfo>, AppError> {
        let ids: Vec<Uuid> = listed.iter().map(|listed| listed.student.0).collect();
        let mut persons = self.persons_at(&ids, NOW).await?;
        let student = |listed: ListedStudent| {
            let person = persons.remove(&listed.student.0).unwrap_or_default();
            let school = SchoolCode::parse(&listed.school).ok()?;
            Some(StudentInfo { student: listed.student, school, class: listed.class, person })
        };
        Ok(listed.into_iter().filter_map(student).collect())
    }
}

/// The caller's scope, or the part of it that lies in the school named.
pub(super) fn scope_of(caller: &Caller, school: Option<&SchoolCode>) -> Result<Scope, TargetRefusal> {
    match school {
        Some(school) => caller.scope.narrowed_to(school).ok_or_else(|| TargetRefusal::NoSuchSchool(school.clone())),
        None => Ok(caller.scope.clone()),
    }
}

impl App {
    /// The caller's scope, or the part of it that lies in the school named.
    ///
    /// # Errors
    /// [`TargetRefusal::NoSuchSchool`] if there is none of this code in the scope; if the database fails.
    pub(super) async fn scope_of(&self, caller: &Caller, school: Option<&SchoolCode>) -> Result<Scope, Failure> {
        let scope = scope_of(caller, school)?;
        match school {
            Some(school) if self.school_stream(school).await?.is_none() => {
                Err(TargetRefusal::NoSuchSchool(school.clone()).into())
            }
            Some(_) | None => Ok(scope),
        }
    }

    /// The one school that a command is for.
    ///
    /// # Errors
    /// [`TargetRefusal::SchoolMissing`] if neither command nor scope names one, and those of `scope_of`.
    pub(super) async fn own_school(&self, caller: &Caller, school: Option<&SchoolCode>) -> Result<SchoolCode, Failure> {
        let school = school.or(caller.scope.school()).ok_or(TargetRefusal::SchoolMissing)?;
        self.scope_of(caller, Some(school)).await?;
        Ok(school.clone())
    }
}
