//! From a graduate to rows of the first four files of a school.
//!
//! Invariant: the valid rows of a graduate state exactly the fate that the plan gave, in whatever order files are read.

use std::collections::HashMap;

use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::dice::Dice;
use super::employers::Employers;
use super::faults::Fault;
use super::files::CITY_MADE_ON;
use super::headings::FileKind;
use super::later::COLLEGE;
use super::people::Person;
use super::plan::{Fate, Planned};
use super::schools::School;
use super::trap::Trap;
use super::{colleges, details};
use crate::domain::evidence::HeardFrom;
use crate::domain::identity::IdentityKind;
use crate::domain::specialties::specialty_name;
use crate::domain::terms::{
    DestinationKind, ExamResult, Gender, Route, SpecialtyMatch, Standing, StudyChannel, StudyLevel, Term,
};

/// One cell, before the file decides how days are written.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Empty,
    Text(String),
    Day(Date),
    Number(f64),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }
}

impl From<u32> for Cell {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<Date> for Cell {
    fn from(day: Date) -> Self {
        Self::Day(day)
    }
}

/// What is to be told about a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Trap(Trap),
    Fault(Fault),
}

/// One row, with a cell for each canonical column of its kind of file.
#[derive(Debug, Clone)]
pub struct Row {
    kind: FileKind,
    pub cells: Vec<Cell>,
    pub mark: Option<Mark>,
}

impl Row {
    /// A row of this kind that names the school and the person.
    pub fn new(kind: FileKind, school: &School, person: &Person) -> Self {
        let mut row = Self::of_school(kind, school);
        row.set("姓名", person.name.as_str());
        if person.document != IdentityKind::Citizen {
            row.set("身份证件类型", person.document.zh());
        }
        row.set("证件号码", person.number.as_str());
        row
    }

    /// A row that names the school only.
    pub fn of_school(kind: FileKind, school: &School) -> Self {
        let mut row = Self { kind, cells: vec![Cell::Empty; kind.columns().len()], mark: None };
        row.set("学校代码", school.code.as_str());
        row.set("学校名称", school.name.as_str());
        row
    }

    pub fn set(&mut self, column: &str, cell: impl Into<Cell>) {
        if let Some(place) = self.kind.columns().iter().position(|name| *name == column) {
            self.cells[place] = cell.into();
        }
    }

    /// The same cells in a row of another kind, as far as it has their columns, and without its mark.
    pub fn in_file(&self, kind: FileKind) -> Self {
        let cell = |column: &&str| self.get(column).clone();
        Self { kind, cells: kind.columns().iter().map(cell).collect(), mark: None }
    }

    pub fn get(&self, column: &str) -> &Cell {
        self.kind.columns().iter().position(|name| *name == column).map_or(&Cell::Empty, |place| &self.cells[place])
    }
}

/// A graduate, or someone else on a roster, with everything that rows say.
#[derive(Debug, Clone)]
pub struct Student {
    pub planned: Planned,
    pub person: Person,
    pub standing: Standing,
    pub specialty: &'static str,
    pub route: Route,
    pub class: String,
    pub number: String,
    /// The number that the first lists have, where a later roster says another.
    pub former_document: Option<String>,
    pub status_day: Option<Date>,
    pub source: HeardFrom,
}

/// The rows of one school's files.
#[derive(Default)]
pub struct SchoolRows {
    files: HashMap<FileKind, Vec<Row>>,
}

impl SchoolRows {
    pub fn of(&mut self, kind: FileKind) -> &mut Vec<Row> {
        self.files.entry(kind).or_default()
    }
}

/// How one school words its entries: by the names of the code lists, or by the words in daily use.
pub fn worded<T: Term>(value: T, school: usize) -> &'static str {
    let entry = value.entry();
    let daily = entry.synonyms.first().filter(|word| !word.starts_with(|c: char| c.is_ascii_digit()));
    if school % 3 == 1 { daily.copied().unwrap_or(entry.zh) } else { entry.zh }
}

/// Turns students into rows.
pub struct Scribe<'a> {
    pub schools: &'a [School],
    pub employers: &'a Employers,
}

impl Scribe<'_> {
    /// Adds the rows of one student to the files of the school.
    pub fn write(&self, student: &Student, dice: &mut Dice, rows: &mut SchoolRows) {
        self.roster(student, rows);
        if student.standing != Standing::Graduated {
            return;
        }
        let planned = &student.planned;
        match planned.fate {
            // The school knows of the job only, the college of the study.
            Fate::Study { .. } if planned.trap == Some(Trap::CollegeSaysRegistered) => {
                let judged = Some(SpecialtyMatch::None);
                self.job(student, DestinationKind::Enterprise, judged, july(dice), dice, rows);
            }
            Fate::Study { channel, level } => {
                self.study(student, channel, level, dice, rows);
                match planned.trap {
                    Some(Trap::StudiedAgain) => Self::studied_again(dice, rows),
                    Some(Trap::JobAndCollege) => {
                        let judged = dice.pick(&[None, Some(SpecialtyMatch::None)]);
                        self.job(student, DestinationKind::Enterprise, judged, july(dice), dice, rows);
                    }
                    Some(Trap::MatchWhileStudying) => {
                        let judged = Some(dice.pick(&[SpecialtyMatch::Near, SpecialtyMatch::Full]));
                        self.job(student, DestinationKind::Enterprise, judged, july(dice), dice, rows);
                    }
                    _ => {}
                }
            }
            Fate::Employed { kind, judged } => match planned.trap {
                Some(Trap::JobChanged) => {
                    let earlier = match kind.employment() {
                        Some(crate::domain::terms::EmploymentKind::Organisation) => DestinationKind::FlexibleEmployment,
                        _ => DestinationKind::Enterprise,
                    };
                    let judged_earlier = if dice.chance(50) { judged } else { None };
                    self.job(student, earlier, judged_earlier, july(dice), dice, rows);
                    self.job(student, kind, judged, date(2022, 9, 5).saturating_add(days(dice, 80)), dice, rows);
                }
                Some(Trap::CollegeSaysLeft) => {
                    self.study(student, StudyChannel::ThreePlusTwo, StudyLevel::JuniorCollege, dice, rows);
                    change_last(rows, FileKind::FurtherStudy, "录取学校", COLLEGE.into());
                    self.job(student, kind, judged, date(2022, 11, 21).saturating_add(days(dice, 20)), dice, rows);
                }
                // The school found out later that the employer gives no contract.
                Some(Trap::ListCorrected) => {
                    let start = details::job_start(dice);
                    self.job(student, DestinationKind::Enterprise, judged, start, dice, rows);
                }
                _ => {
                    let start = details::job_start(dice);
                    self.job(student, kind, judged, start, dice, rows);
                    match planned.trap {
                        Some(Trap::EmployerWithoutCode) => {
                            change_last(rows, FileKind::Outcomes, "统一社会信用代码", Cell::Empty);
                        }
                        Some(Trap::EndsOnCutOff) => {
                            change_last(rows, FileKind::Outcomes, "结束日期", CITY_MADE_ON.into());
                        }
                        _ => {}
                    }
                }
            },
            Fate::NotEmployed(kind) => self.not_employed(student, kind, dice, rows),
        }
        self.exam(student, rows);
    }

    fn roster(&self, student: &Student, rows: &mut SchoolRows) {
        let at = student.planned.school;
        let mut row = self.row(FileKind::Roster, student);
        row.set("学号", student.number.as_str());
        row.set("性别", worded(student.person.gender, 0));
        row.set("专业代码", student.specialty);
        row.set("专业名称", specialty_name(student.specialty).unwrap_or_default());
        row.set("班级", student.class.as_str());
        row.set("学生类型", student.route.zh());
        row.set("学籍状态", worded(student.standing, at));
        row.set("状态日期", student.status_day.map_or(Cell::Empty, Cell::Day));
        row.set("联系电话", student.person.phone.as_str());
        let on_roster = matches!(
            student.planned.trap,
            Some(
                Trap::StudentWithdrew
                    | Trap::TransferredOut
                    | Trap::CompletedOnly
                    | Trap::OnLeave
                    | Trap::TwoSchools
                    | Trap::Namesakes
                    | Trap::NumberChanged
                    | Trap::NoCitizenNumber
            )
        );
        row.mark = if on_roster { row.mark } else { None };
        rows.of(FileKind::Roster).push(row);
    }

    /// The statements of someone not employed: the one that does not count, if trapped, and the one that does, if any.
    fn not_employed(&self, student: &Student, kind: Option<DestinationKind>, dice: &mut Dice, rows: &mut SchoolRows) {
        let graduated = student.status_day.unwrap_or(date(2022, 6, 30));
        let exam = student.planned.exam;
        let channel = if exam.is_some() { StudyChannel::VocationalExam } else { StudyChannel::ThreePlusTwo };
        let level = match exam {
            Some(ExamResult::QualifiedUndergraduate) => StudyLevel::VocationalUndergraduate,
            _ => StudyLevel::JuniorCollege,
        };
        let judged = dice.pick(&[Some(SpecialtyMatch::None), Some(SpecialtyMatch::Near), None]);
        // A later statement ends an earlier one, so the second row begins where the first has ended, or before it begins.
        let from = match student.planned.trap {
            Some(Trap::AdmittedNotRegistered) => {
                self.study(student, channel, level, dice, rows);
                change_last(rows, FileKind::FurtherStudy, "报到日期", Cell::Empty);
                change_last(rows, FileKind::FurtherStudy, "佐证材料", "录取通知书".into());
                graduated
            }
            Some(Trap::LeftCollege) => {
                self.study(student, channel, level, dice, rows);
                let left = date(2022, 10, 24).saturating_add(days(dice, 55));
                change_last(rows, FileKind::FurtherStudy, "离校日期", left.into());
                left.saturating_add(days(dice, 5))
            }
            Some(Trap::JobEnded) => {
                self.job(student, details::counted_kind(dice), judged, july(dice), dice, rows);
                let ended = date(2022, 9, 15).saturating_add(days(dice, 90));
                change_last(rows, FileKind::Outcomes, "结束日期", ended.into());
                ended.saturating_add(days(dice, 4))
            }
            Some(Trap::JobAfterCutOff) => {
                let start = date(2023, 1, 3).saturating_add(days(dice, 60));
                self.job(student, details::counted_kind(dice), judged, start, dice, rows);
                graduated
            }
            // The second list moves the job behind the cut-off.
            Some(Trap::ListCorrected) => {
                self.job(student, details::counted_kind(dice), judged, july(dice), dice, rows);
                graduated
            }
            Some(Trap::StatementWithdrawn) => {
                self.job(student, details::counted_kind(dice), judged, july(dice), dice, rows);
                change_last(rows, FileKind::Outcomes, "状态", "撤销".into());
                graduated
            }
            Some(Trap::InternshipOnly) => {
                self.job(student, DestinationKind::Enterprise, judged, july(dice), dice, rows);
                change_last(rows, FileKind::Outcomes, "佐证材料", "实习证明".into());
                change_last(rows, FileKind::Outcomes, "劳动合同", "未签".into());
                change_last(rows, FileKind::Outcomes, "社会保险", "无".into());
                // What is no evidence of a job ends what its source said before all the same.
                date(2022, 8, 20)
            }
            _ => graduated.saturating_add(days(dice, 60)),
        };
        if let Some(kind) = kind {
            let at = student.planned.school;
            let mut row = self.row(FileKind::Outcomes, student);
            row.set("去向类型", worded(kind, at));
            row.set("开始日期", from);
            row.set("信息来源", worded(student.source, at));
            row.set("填报日期", details::reported(from, dice));
            rows.of(FileKind::Outcomes).push(row);
        }
    }

    fn job(
        &self,
        student: &Student,
        kind: DestinationKind,
        judged: Option<SpecialtyMatch>,
        start: Date,
        dice: &mut Dice,
        rows: &mut SchoolRows,
    ) {
        let mut row = self.row(FileKind::Outcomes, student);
        let employer = self.employers.for_kind(kind, dice);
        details::fill_job(&mut row, student, kind, employer, start, dice);
        row.set("专业对口程度", judged.map_or("", |judged| worded(judged, student.planned.school)));
        rows.of(FileKind::Outcomes).push(row);
    }

    /// Left and came back to the same college.
    fn studied_again(dice: &mut Dice, rows: &mut SchoolRows) {
        let Some(mut second) = rows.of(FileKind::FurtherStudy).last().cloned() else { return };
        let left = date(2022, 10, 15).saturating_add(days(dice, 20));
        change_last(rows, FileKind::FurtherStudy, "离校日期", left.into());
        second.set("报到日期", date(2022, 11, 14).saturating_add(days(dice, 20)));
        rows.of(FileKind::FurtherStudy).push(second);
    }

    pub fn study(
        &self,
        student: &Student,
        channel: StudyChannel,
        level: StudyLevel,
        dice: &mut Dice,
        rows: &mut SchoolRows,
    ) {
        let at = student.planned.school;
        let mut row = self.row(FileKind::FurtherStudy, student);
        let abroad = channel == StudyChannel::Abroad;
        row.set(
            "升学渠道",
            if channel == StudyChannel::VocationalExam && at % 3 == 1 { "单招单考" } else { channel.zh() },
        );
        row.set("录取学校", if abroad { "（境外）南洋理工专科学院" } else { colleges::college(level, dice) });
        row.set("录取专业", colleges::major(student.specialty, dice));
        row.set("升学层次", if at % 4 == 2 && level == StudyLevel::JuniorCollege { "高职" } else { level.zh() });
        let admitted = match channel {
            StudyChannel::Integrated | StudyChannel::FiveYear | StudyChannel::ThreePlusTwo => date(2022, 5, 20),
            _ => date(2022, 7, 12),
        };
        row.set("录取日期", admitted.saturating_add(days(dice, 35)));
        row.set("报到日期", date(2022, 9, 2).saturating_add(days(dice, 42)));
        row.set("佐证材料", if dice.chance(97) { "新生学籍" } else { "录取通知书" });
        row.set("信息来源", worded(student.source, at));
        rows.of(FileKind::FurtherStudy).push(row);
    }

    fn exam(&self, student: &Student, rows: &mut SchoolRows) {
        let absent = student.planned.trap == Some(Trap::AbsentFromExam) && student.planned.exam.is_none();
        if student.planned.exam.is_none() && !absent {
            return;
        }
        let at = student.planned.school;
        let mut row = self.row(FileKind::Exam, student);
        row.set("考试日期", if absent { Cell::Empty } else { Cell::Day(date(2022, 6, 11)) });
        row.set("参考", if absent { "否" } else { "是" });
        row.set(
            "上线情况",
            match student.planned.exam {
                None => "",
                Some(ExamResult::Sat) => {
                    if at.is_multiple_of(2) {
                        ""
                    } else {
                        "未上线"
                    }
                }
                Some(result) => worded(result, at),
            },
        );
        let sat_twice = student.planned.trap == Some(Trap::TwoSittings);
        if !absent && !sat_twice {
            row.mark = None;
        }
        if sat_twice {
            let mut first = row.clone();
            first.set("考试日期", date(2022, 1, 8));
            first.set("上线情况", "未上线");
            rows.of(FileKind::Exam).push(first);
        }
        rows.of(FileKind::Exam).push(row);
    }

    /// A row of one of the first lists.
    fn row(&self, kind: FileKind, student: &Student) -> Row {
        let mut row = Row::new(kind, &self.schools[student.planned.school], &student.person);
        if let Some(former) = &student.former_document {
            row.set("证件号码", former.as_str());
        }
        // Outside the school nobody knows the number that it gave.
        if student.person.document == IdentityKind::SchoolNumber && kind != FileKind::Roster {
            row.set("身份证件类型", Cell::Empty);
            row.set("证件号码", Cell::Empty);
            row.set("学号", student.number.as_str());
        }
        let is_shown = |trap: &Trap| match trap {
            Trap::AbsentFromExam | Trap::TwoSittings => kind == FileKind::Exam,
            Trap::EndsOnCutOff => kind == FileKind::Outcomes,
            // What comes later shows it.
            Trap::OlderRoster => false,
            _ => true,
        };
        row.mark = student.planned.trap.filter(is_shown).map(Mark::Trap);
        row
    }
}

fn change_last(rows: &mut SchoolRows, kind: FileKind, column: &str, cell: Cell) {
    if let Some(row) = rows.of(kind).last_mut() {
        row.set(column, cell);
    }
}

/// Up to `bound` days.
pub fn days(dice: &mut Dice, bound: usize) -> jiff::Span {
    i64::try_from(dice.below(bound + 1)).unwrap_or_default().days()
}

/// A day in July after every graduation.
fn july(dice: &mut Dice) -> Date {
    date(2022, 7, 4).saturating_add(days(dice, 26))
}

/// The gender mix of a specialty: per cent of female students.
pub fn female_share(specialty: &str) -> usize {
    match &specialty[..2] {
        "66" | "70" | "63" => 12,
        "71" | "64" | "65" | "62" => 36,
        "72" | "77" => 82,
        "73" | "74" | "68" => 66,
        _ => 52,
    }
}

/// A gender by that mix.
pub fn gender_for(specialty: &str, dice: &mut Dice) -> Gender {
    if dice.chance(female_share(specialty)) { Gender::Female } else { Gender::Male }
}
