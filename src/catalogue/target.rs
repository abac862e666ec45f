//! Whom a command is about, and why nobody can be meant.

use serde_json::Value;

use super::{Refusal, RefusalKind, Sentence, say, values_of};
use crate::app::target::{ShownStudent, TargetRefusal};

/// A student as refusals name one.
pub(super) fn shown(student: &ShownStudent) -> Sentence {
    let ShownStudent { name, student_number, class, id } = student;
    let number = student_number.as_ref().map_or(String::new(), |number| format!("{number} "));
    let (name, erased) = (name.as_deref(), ("已匿名化", "erased"));
    say(
        format!("{number}{}（{class}，…{id}）", name.unwrap_or(erased.0)),
        format!("\"{number}{}\" (\"{class}\", …{id})", name.unwrap_or(erased.1)),
    )
}

fn listed(students: &[ShownStudent]) -> Sentence {
    let (zh, en): (Vec<_>, Vec<_>) = students.iter().map(shown).map(|Sentence { zh, en }| (zh, en)).unzip();
    say(zh.join("、"), en.join(", "))
}

impl Refusal for TargetRefusal {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::Nobody
            | Self::Several
            | Self::ExceptWithoutClass
            | Self::SchoolMissing
            | Self::SeveralSchools { .. }
            | Self::ExceptUnknown(_)
            | Self::StudentsUnknown(_)
            | Self::NobodyLeft => RefusalKind::Invalid,
            Self::NoSuchSchool(_)
            | Self::NoSuchClass(_)
            | Self::NoSuchStudent
            | Self::NoSuchPlacement
            | Self::NoSuchBatch => RefusalKind::NotFound,
            Self::SeveralStudents(_)
            | Self::SeveralPlacements
            | Self::SeveralBatches
            | Self::NotPlaced(_)
            | Self::ClassNotPlaced(_)
            | Self::BatchNotPlaced(_) => RefusalKind::Conflict,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::Nobody => say(
                "没有写明办理谁；请写班级、学生、实习编号或导入批次中的一个",
                "It does not say whom it is about; name a class, students, a placement or an import",
            ),
            Self::Several => say(
                "班级、学生、实习编号、导入批次只能写一个",
                "Class, student, students, placement and import exclude each other",
            ),
            Self::ExceptWithoutClass => say("略去学生只能在写明班级时使用", "Students can be left out of a class only"),
            Self::NoSuchSchool(code) => say(
                format!("没有找到学校 {code}；请核对学校代码"),
                format!("There is no school {code}; check its code"),
            ),
            Self::SchoolMissing => say("没有指明学校；请写学校代码", "No school is named; write its code"),
            Self::NoSuchClass(class) => say(
                format!("没有班级「{class}」的学生；请核对班级名称"),
                format!("There are no students of class \"{class}\"; check its name"),
            ),
            Self::SeveralSchools { class, schools } => say(
                format!("「{class}」不止一所学校有：{}；请写学校代码", schools.join("、")),
                format!(
                    "Several schools have a class \"{class}\": {}; write the code of the school",
                    schools.join(", ")
                ),
            ),
            Self::NoSuchStudent => say(
                "没有找到这个学号或编号的学生；请核对学号，编号可以只写后 8 位",
                "There is no student of this number or id; check the number; of an id the last 8 characters do",
            ),
            Self::SeveralStudents(students) => {
                let Sentence { zh, en } = listed(students);
                say(
                    format!("这个学号或编号对应不止一名学生：{zh}；请写学校代码，或写完整的编号"),
                    format!(
                        "This number or id means several students: {en}; write the code of the school, or all of the id"
                    ),
                )
            }
            Self::ExceptUnknown(place) => say(
                format!("略去的第 {place} 个学号或编号不在这个班；请核对"),
                format!("Number or id {place} of those to leave out is not in this class; check it"),
            ),
            Self::StudentsUnknown(place) => say(
                format!("第 {place} 个学号或编号没有找到学生，或对应不止一名；请核对，或写完整的编号"),
                format!(
                    "Number or id {place} of the students is nobody's, or of several; check it, or write all of the id"
                ),
            ),
            Self::NobodyLeft => say(
                "全班学生都被略去，没有要办理的学生",
                "All students of the class are left out, so that it is about nobody",
            ),
            Self::NoSuchPlacement => {
                say("没有找到这项实习安排；请核对实习编号", "There is no such placement; check its id")
            }
            Self::SeveralPlacements => {
                say("这个编号对应不止一项实习安排；请写完整的编号", "This id means several placements; write all of it")
            }
            Self::NoSuchBatch => say("没有找到这个导入批次；请核对批次编号", "There is no such import; check its id"),
            Self::SeveralBatches => {
                say("这个编号对应不止一个导入批次；请写完整的编号", "This id means several imports; write all of it")
            }
            Self::NotPlaced(student) => {
                let Sentence { zh, en } = shown(student);
                say(
                    format!("{zh}没有进行中的实习安排；请先起草"),
                    format!("{en} has no placement under way; draft one first"),
                )
            }
            Self::ClassNotPlaced(class) => say(
                format!("班级「{class}」没有进行中的实习安排；请先起草"),
                format!("Class \"{class}\" has no placements under way; draft them first"),
            ),
            Self::BatchNotPlaced(batch) => say(
                format!("批次 …{batch} 没有起草您范围内的、还在进行中的实习安排；请核对批次编号"),
                format!("Import …{batch} drafted no placement in your scope that is still under way; check its id"),
            ),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Nobody | Self::Several => Some("target"),
            Self::StudentsUnknown(_) => Some("students"),
            Self::ExceptWithoutClass | Self::ExceptUnknown(_) | Self::NobodyLeft => Some("except"),
            Self::SchoolMissing | Self::SeveralSchools { .. } => Some("school"),
            Self::NoSuchSchool(_)
            | Self::NoSuchClass(_)
            | Self::NoSuchStudent
            | Self::NoSuchPlacement
            | Self::NoSuchBatch
            | Self::SeveralStudents(_)
            | Self::SeveralPlacements
            | Self::SeveralBatches
            | Self::NotPlaced(_)
            | Self::ClassNotPlaced(_)
            | Self::BatchNotPlaced(_) => None,
        }
    }
}
