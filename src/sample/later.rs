//! What comes after the first lists of a school: a roster of an autumn before, document numbers that changed, the list of
//! destinations once more with some of its rows corrected; and what a college says of those who registered there.
//!
//! Invariant: with these lists the figures are the plan's, and without them they are not.

use jiff::civil::{Date, date};

use super::dice::Dice;
use super::headings::FileKind;
use super::plan::{Fate, SEND_AGAIN};
use super::rows::{Cell, Mark, Row, SchoolRows, Scribe, Student, days, worded};
use super::trap::Trap;
use crate::domain::specialties::specialty_name;
use crate::domain::terms::{DestinationKind, Standing};

/// The college that sends a list of its own.
pub const COLLEGE: &str = "澜州职业技术学院";
/// The day of which that list speaks.
pub const COLLEGE_SAID_ON: Date = date(2022, 12, 20);

/// The autumn of the roster that comes too late.
const EARLIER_AUTUMN: Date = date(2021, 9, 1);

/// Writes what comes after the first lists, from the rows that these have of a student.
pub struct Later<'a> {
    pub scribe: &'a Scribe<'a>,
}

/// How many rows of destinations and of further study the first lists have.
#[derive(Debug, Clone, Copy)]
pub struct Before {
    outcomes: usize,
    studies: usize,
}

impl Later<'_> {
    /// How far the first lists have come.
    pub fn before(&self, files: &mut SchoolRows) -> Before {
        Before { outcomes: files.of(FileKind::Outcomes).len(), studies: files.of(FileKind::FurtherStudy).len() }
    }

    /// Adds what the school sends again of a student whose rows in the first lists are those since `before`.
    pub fn write(&self, student: &Student, before: Before, dice: &mut Dice, files: &mut SchoolRows) {
        if !SEND_AGAIN.contains(&student.planned.school) {
            return;
        }
        match student.planned.trap {
            Some(Trap::OlderRoster) => files.of(FileKind::EarlierRoster).push(self.earlier_roster(student)),
            Some(Trap::NumberChanged) => files.of(FileKind::NumberChanges).push(self.number_change(student)),
            _ => {}
        }
        let mut again: Vec<Row> = files.of(FileKind::Outcomes)[before.outcomes..]
            .iter()
            .map(|row| row.in_file(FileKind::CorrectedOutcomes))
            .collect();
        match student.planned.trap {
            Some(Trap::ListCorrected) => {
                if let Some(row) = again.first_mut() {
                    self.correct(student, row, dice);
                }
            }
            Some(Trap::NumberChanged) => {
                for row in &mut again {
                    row.set("证件号码", student.person.number.as_str());
                    row.mark = Some(Mark::Trap(Trap::NumberChanged));
                }
            }
            _ => {}
        }
        files.of(FileKind::CorrectedOutcomes).extend(again);
    }

    /// The first of a student's rows as it should have been: another kind, another employer, or another first day.
    fn correct(&self, student: &Student, row: &mut Row, dice: &mut Dice) {
        row.mark = Some(Mark::Trap(Trap::ListCorrected));
        match student.planned.fate {
            Fate::Employed { kind: DestinationKind::Enterprise, .. } => {
                let before = row.get("单位名称").clone();
                let mut drawn =
                    (0..9).filter_map(|_| self.scribe.employers.for_kind(DestinationKind::Enterprise, dice));
                if let Some(employer) = drawn.find(|employer| before != employer.name.as_str().into()) {
                    row.set("单位名称", employer.name.as_str());
                    row.set("统一社会信用代码", employer.credit_code.as_str());
                    row.set("行业", worded(employer.industry, student.planned.school));
                    row.set("就业地域", worded(employer.place, student.planned.school));
                }
            }
            Fate::Employed { kind, .. } => row.set("去向类型", worded(kind, student.planned.school)),
            Fate::Study { .. } | Fate::NotEmployed(_) => {
                let wrong = row.get("开始日期").clone();
                row.set("操作", "更正");
                row.set("操作原因", "填报有误");
                row.set("原日期", wrong);
                row.set("开始日期", date(2023, 1, 3).saturating_add(days(dice, 50)));
            }
        }
    }

    /// What the roster of an earlier autumn says of somebody: enrolled, or, of every sixth, on leave.
    pub fn earlier_roster(&self, student: &Student) -> Row {
        let mut row = self.roster(FileKind::EarlierRoster, student);
        let on_leave = student.number.ends_with(['3', '7']) && student.planned.trap == Some(Trap::OlderRoster);
        let (standing, day) =
            if on_leave { (Standing::OnLeave, date(2021, 10, 11)) } else { (Standing::Enrolled, EARLIER_AUTUMN) };
        row.set("学籍状态", worded(standing, student.planned.school));
        row.set("状态日期", day);
        row.mark = Some(Mark::Trap(Trap::OlderRoster));
        row
    }

    /// The number that holds now, and the one before where there was another.
    pub fn number_change(&self, student: &Student) -> Row {
        let mut row = self.roster(FileKind::NumberChanges, student);
        row.set("原证件号码", student.former_document.as_deref().unwrap_or_default());
        row.set("学籍状态", worded(student.standing, student.planned.school));
        row.set("状态日期", student.status_day.map_or(Cell::Empty, Cell::Day));
        row.mark = Some(Mark::Trap(Trap::NumberChanged));
        row
    }

    fn roster(&self, kind: FileKind, student: &Student) -> Row {
        let mut row = Row::new(kind, &self.scribe.schools[student.planned.school], &student.person);
        row.set("学号", student.number.as_str());
        row.set("性别", worded(student.person.gender, 0));
        row.set("专业代码", student.specialty);
        row.set("专业名称", specialty_name(student.specialty).unwrap_or_default());
        row.set("班级", student.class.as_str());
        row
    }

    /// What the college says of a student: mostly what the school says.
    pub fn college(&self, student: &Student, before: Before, dice: &mut Dice, files: &mut SchoolRows) -> Vec<Row> {
        let is_here = |row: &&Row| *row.get("录取学校") == COLLEGE.into() && *row.get("报到日期") != Cell::Empty;
        let mut said: Vec<Row> =
            files.of(FileKind::FurtherStudy)[before.studies..].iter().filter(is_here).cloned().collect();
        match (student.planned.trap, student.planned.fate) {
            (Some(Trap::CollegeSaysRegistered), Fate::Study { channel, level }) => {
                let mut only_here = SchoolRows::default();
                self.scribe.study(student, channel, level, dice, &mut only_here);
                said = std::mem::take(only_here.of(FileKind::FurtherStudy));
                said.iter_mut().for_each(|row| row.set("录取学校", COLLEGE));
            }
            (Some(Trap::CollegeSaysLeft), _) => {
                let left = date(2022, 10, 24).saturating_add(days(dice, 20));
                said.iter_mut().for_each(|row| row.set("离校日期", left));
            }
            _ => {}
        }
        let of_college = |row: Row| {
            let mut listed = row.in_file(FileKind::CollegeList);
            listed.set("佐证材料", Cell::Empty);
            listed.set("信息来源", Cell::Empty);
            let disagrees =
                [Trap::CollegeSaysLeft, Trap::CollegeSaysRegistered].map(Some).contains(&student.planned.trap);
            listed.mark = student.planned.trap.filter(|_| disagrees).map(Mark::Trap);
            listed
        };
        said.into_iter().map(of_college).collect()
    }
}
