//! Whom an order is about: a class, a student or one placement, found inside the caller's scope only.
//!
//! Invariant: what is said of a student to the office is the masked name, the class and the end of the opaque id.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use thiserror::Error;
use uuid::Uuid;

use super::super::{App, AppError};
use crate::accounts::{Caller, Scope};
use crate::domain::StreamType;
use crate::domain::agreement::Agreement;
use crate::domain::ids::{BatchId, ClassName, PlacementId, SchoolCode, StudentId};
use crate::domain::placement::Placement;
use crate::event_log::EngineError;
use crate::people::{Sealed, masked_name};
use crate::projections::student_register::{self, ListedStudent};

/// Digits at the end of an id that people tell students apart by; the beginning is a time.
const ID_SHOWN: usize = 8;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    Class(ClassName),
    /// By student number, id, or the end of the id.
    Student(String),
    Placement(PlacementId),
    /// Everybody in scope whose placement this import drafted.
    Batch(BatchId),
}

/// Whom an office names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub whom: Whom,
    pub school: Option<SchoolCode>,
    /// Students of the class who are left out.
    pub except: Vec<String>,
    /// Of the command, instead of the one made from its content.
    pub key: Option<String>,
}

/// A student with what is sealed of the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pupil {
    pub student: StudentId,
    pub school: SchoolCode,
    pub class: String,
    pub person: Person,
}

/// What documents say of a student.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    pub document_number: Option<String>,
    pub student_number: Option<String>,
    pub phone: Option<String>,
    pub specialty_name: Option<String>,
    pub guardian: Option<String>,
    pub guardian_phone: Option<String>,
    pub home_address: Option<String>,
}

impl Pupil {
    /// As lists and refusals name the student.
    pub fn shown(&self) -> String {
        format!("{}（{}，编号…{}）", masked_name(&self.person.name), self.class, self.short_id())
    }

    pub fn short_id(&self) -> String {
        let id = self.student.0.simple().to_string();
        id[id.len() - ID_SHOWN..].to_owned()
    }

    fn is(&self, wanted: &str) -> bool {
        let id = self.student.0.simple().to_string();
        let bare: String = wanted.chars().filter(|c| *c != '-' && *c != '…').collect();
        self.person.student_number.as_deref() == Some(wanted)
            || (bare.len() >= ID_SHOWN && id.ends_with(&bare.to_ascii_lowercase()))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WhomError {
    #[error("没有找到学校 {0}；请核对学校代码")]
    NoSuchSchool(SchoolCode),
    #[error("没有班级「{0}」的学生；请核对班级名称")]
    NoSuchClass(String),
    #[error("「{class}」不止一所学校有：{}；请加 --school 学校代码", .schools.join("、"))]
    SeveralSchools { class: String, schools: Vec<String> },
    #[error("没有找到这个学号或编号的学生；请核对学号，编号可以只写后 8 位")]
    NoSuchStudent,
    #[error("这个学号或编号对应不止一名学生；请加 --school 学校代码，或写完整的编号")]
    SeveralStudents,
    #[error("--except 中第 {0} 个学号或编号不在这个班；请核对")]
    ExceptUnknown(usize),
    #[error("全班学生都被 --except 略去，没有要办理的学生")]
    NobodyLeft,
    #[error("没有找到这项实习安排；请核对实习编号")]
    NoSuchPlacement,
    #[error("{0}没有进行中的实习安排；请先起草（gradtrail placement draft）")]
    NotPlaced(String),
    #[error("班级「{0}」没有进行中的实习安排；请先起草（gradtrail placement draft）")]
    ClassNotPlaced(String),
    #[error("批次 {} 没有起草您范围内的、还在进行中的实习安排；请用 gradtrail imports 核对批次编号", .0.0)]
    BatchNotPlaced(BatchId),
}

/// A student's placement.
#[derive(Debug, Clone)]
pub struct Placed {
    pub pupil: Pupil,
    pub id: PlacementId,
    pub placement: Arc<Placement>,
    pub agreement: Arc<Agreement>,
}

impl App {
    /// The students whom an order names, in the order of the register.
    pub async fn pupils(&self, caller: &Caller, named: &Named) -> Result<Vec<Pupil>, super::SeasonError> {
        let scope = scope_of(caller, named.school.as_ref())?;
        let readers = self.log.readers();
        let failed = |error| AppError::from(EngineError::from(error));
        match &named.whom {
            Whom::Class(class) => {
                let listed = student_register::students(readers, &scope, Some(class)).await.map_err(failed)?;
                Ok(class_of(self.unseal_pupils(listed).await?, class, &named.except)?)
            }
            Whom::Student(wanted) => {
                let listed = student_register::students(readers, &scope, None).await.map_err(failed)?;
                let pupils = self.unseal_pupils(listed).await?;
                let mut found: Vec<Pupil> = pupils.into_iter().filter(|pupil| pupil.is(wanted)).collect();
                match (found.pop(), found.is_empty()) {
                    (Some(one), true) => Ok(vec![one]),
                    (Some(_), false) => Err(WhomError::SeveralStudents.into()),
                    (None, _) => Err(WhomError::NoSuchStudent.into()),
                }
            }
            Whom::Placement(id) => {
                self.bring_up_to_date::<Placement>(&[id.0]).await?;
                let student = self.load::<Placement>(id.0).await?.0.student().ok_or(WhomError::NoSuchPlacement)?;
                let listed = student_register::student(readers, &scope, student).await.map_err(failed)?;
                let pupils = self.unseal_pupils(listed.into_iter().collect()).await?;
                if pupils.is_empty() { Err(WhomError::NoSuchPlacement.into()) } else { Ok(pupils) }
            }
            Whom::Batch(batch) => {
                let mut placed: HashSet<StudentId> = HashSet::new();
                for id in self.drafted_in(*batch).await? {
                    placed.extend(self.load::<Placement>(id.0).await?.0.student());
                }
                let mut listed = student_register::students(readers, &scope, None).await.map_err(failed)?;
                listed.retain(|listed| placed.contains(&listed.student));
                Ok(self.unseal_pupils(listed).await?)
            }
        }
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

    /// The placements that an order means: the one named, or each student's latest that is not over. Who of a class has
    /// none is not meant.
    pub async fn placed(&self, caller: &Caller, named: &Named) -> Result<Vec<Placed>, super::SeasonError> {
        self.placed_if(caller, named, |placement| placement.stay().is_some_and(|stay| !stay.stage.is_over())).await
    }

    /// Each student's latest placement of which something holds.
    pub async fn placed_if(
        &self,
        caller: &Caller,
        named: &Named,
        is_meant: fn(&Placement) -> bool,
    ) -> Result<Vec<Placed>, super::SeasonError> {
        let pupils = self.pupils(caller, named).await?;
        let students: Vec<StudentId> = pupils.iter().map(|pupil| pupil.student).collect();
        let mut drafted = match &named.whom {
            Whom::Placement(_) => HashMap::new(),
            Whom::Class(_) | Whom::Student(_) | Whom::Batch(_) => self.placements_of(&students).await?,
        };
        if let Whom::Batch(batch) = named.whom {
            let of_batch: HashSet<PlacementId> = self.drafted_in(batch).await?.into_iter().collect();
            drafted.values_mut().for_each(|ids| ids.retain(|id| of_batch.contains(id)));
        }
        let mut candidates = vec![];
        for pupil in &pupils {
            candidates.push(match &named.whom {
                Whom::Placement(id) => vec![*id],
                Whom::Class(_) | Whom::Student(_) | Whom::Batch(_) => {
                    drafted.remove(&pupil.student).unwrap_or_default()
                }
            });
        }
        let ids: Vec<Uuid> = candidates.iter().flatten().map(|id| id.0).collect();
        self.bring_up_to_date::<Placement>(&ids).await?;
        self.bring_up_to_date::<Agreement>(&ids).await?;
        let mut found = vec![];
        let first = pupils.first().map(Pupil::shown).unwrap_or_default();
        for (pupil, ids) in pupils.into_iter().zip(candidates) {
            for id in ids.into_iter().rev() {
                let placement = self.load::<Placement>(id.0).await?.0;
                if matches!(named.whom, Whom::Placement(_)) || is_meant(&placement) {
                    let agreement = self.load::<Agreement>(id.0).await?.0;
                    found.push(Placed { pupil, id, placement, agreement });
                    break;
                }
            }
        }
        match &named.whom {
            _ if !found.is_empty() => Ok(found),
            Whom::Class(class) => Err(WhomError::ClassNotPlaced(class.as_str().to_owned()).into()),
            Whom::Batch(batch) => Err(WhomError::BatchNotPlaced(*batch).into()),
            Whom::Student(_) | Whom::Placement(_) => Err(WhomError::NotPlaced(first).into()),
        }
    }

    pub(super) async fn unseal_pupils(&self, listed: Vec<ListedStudent>) -> Result<Vec<Pupil>, AppError> {
        let ids: Vec<Uuid> = listed.iter().map(|listed| listed.student.0).collect();
        let mut persons = latest_persons(self.unsealed(&ids).await?);
        let pupil = |listed: ListedStudent| {
            let person = persons.remove(&listed.student.0).unwrap_or_default();
            let school = SchoolCode::parse(&listed.school).ok()?;
            Some(Pupil { student: listed.student, school, class: listed.class, person })
        };
        Ok(listed.into_iter().filter_map(pupil).collect())
    }
}

impl Named {
    /// The same whatever the key is.
    pub fn asked(&self) -> String {
        let school = self.school.as_ref().map_or("", SchoolCode::as_str);
        format!("{:?} {school} {:?}", self.whom, self.except)
    }
}

/// The caller's scope, or the part of it that lies in the school named.
pub(super) fn scope_of(caller: &Caller, school: Option<&SchoolCode>) -> Result<Scope, WhomError> {
    match school {
        Some(school) => caller.scope.narrowed_to(school).ok_or_else(|| WhomError::NoSuchSchool(school.clone())),
        None => Ok(caller.scope.clone()),
    }
}

fn class_of(pupils: Vec<Pupil>, class: &ClassName, except: &[String]) -> Result<Vec<Pupil>, WhomError> {
    let class = class.as_str().to_owned();
    let mut schools: Vec<String> = pupils.iter().map(|pupil| pupil.school.as_str().to_owned()).collect();
    schools.dedup();
    match schools.len() {
        0 => return Err(WhomError::NoSuchClass(class)),
        1 => (),
        _ => return Err(WhomError::SeveralSchools { class, schools }),
    }
    for (index, wanted) in except.iter().enumerate() {
        if !pupils.iter().any(|pupil| pupil.is(wanted)) {
            return Err(WhomError::ExceptUnknown(index + 1));
        }
    }
    let left: Vec<Pupil> = pupils.into_iter().filter(|pupil| !except.iter().any(|wanted| pupil.is(wanted))).collect();
    if left.is_empty() { Err(WhomError::NobodyLeft) } else { Ok(left) }
}

fn latest_persons(unsealed: HashMap<(Uuid, u32), Sealed>) -> HashMap<Uuid, Person> {
    let mut latest: HashMap<Uuid, (u32, Person)> = HashMap::new();
    for ((subject, revision), sealed) in unsealed {
        if let Sealed::Person {
            name,
            document_number,
            student_number,
            phone,
            specialty_name,
            guardian,
            guardian_phone,
            home_address,
        } = sealed
            && latest.get(&subject).is_none_or(|(known, _)| *known < revision)
        {
            let document_number = Some(document_number);
            let person = Person {
                name,
                document_number,
                student_number,
                phone,
                specialty_name,
                guardian,
                guardian_phone,
                home_address,
            };
            latest.insert(subject, (revision, person));
        }
    }
    latest.into_iter().map(|(subject, (_, person))| (subject, person)).collect()
}
