//! Faulty rows: each must be rejected; most would change a count if they went in.
//!
//! Invariant: a faulty row is an extra row; taking all of them away changes no figure.

use jiff::civil::date;

use super::details;
use super::dice::Dice;
use super::headings::FileKind;
use super::later::Later;
use super::people::{Person, Register, mistyped, with_bad_check_digit};
use super::plan::{Fate, SEND_AGAIN};
use super::rows::{Cell, Mark, Row, SchoolRows, Scribe, Student, gender_for};
use super::schools::School;
use crate::domain::terms::{DestinationKind, Standing};

/// Why a planted row must be rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fault {
    BadCheckDigit,
    ScientificNotation,
    ImpossibleDate,
    MissingName,
    UnknownSchool,
    UnknownKind,
    NotOnRoster,
    NotGraduated,
    EmployerAndCollege,
    OtherName,
    EndBeforeStart,
    SalaryNoNumber,
    EnrolledWithoutDay,
    OtherNumber,
}

impl Fault {
    /// The reason that the importer is expected to state, in its own words.
    pub fn reason(self) -> &'static str {
        match self {
            Self::BadCheckDigit => "证件号码校验位不符",
            Self::ScientificNotation => "证件号码变成了科学计数法，后几位已丢失",
            Self::ImpossibleDate => "日期不存在",
            Self::MissingName => "姓名为空",
            Self::UnknownSchool => "学校代码或学校名称不在学校名单中",
            Self::UnknownKind => "去向类型不在代码表中",
            Self::NotOnRoster => "此人不在任何名册上",
            Self::NotGraduated => "此人没有毕业，不应有毕业去向或升学记录",
            Self::EmployerAndCollege => "一行同时写了用人单位和录取学校",
            Self::OtherName => "姓名与名册上该证件号码的姓名不符",
            Self::EndBeforeStart => "结束日期早于开始日期",
            Self::SalaryNoNumber => "起薪不是数字",
            Self::EnrolledWithoutDay => "此人已毕业，旧名册写在籍而没有日期",
            Self::OtherNumber => "同一学号、姓名已用另一证件号码在册，而没有写原证件号码",
        }
    }
}

/// How many rows of a roster say of a graduate 在籍, and from no day on.
const ENROLLED_WITHOUT_DAY: usize = 6;
/// How many rows have another number for somebody, and do not say which it was before.
const OTHER_NUMBER: usize = 6;

/// Plants the faulty rows of one city.
pub struct Planter<'a> {
    pub schools: &'a [School],
    pub scribe: &'a Scribe<'a>,
    pub register: &'a mut Register,
    pub students: &'a [Student],
}

impl Planter<'_> {
    pub fn plant(&mut self, rows: &mut [SchoolRows], dice: &mut Dice) {
        self.rosters(rows, dice);
        self.outcomes(rows, dice);
        self.other_lists(rows, dice);
        self.sent_again(rows, dice);
    }

    /// Rows of later rosters about graduates: each most would take one away, or be one too many.
    fn sent_again(&mut self, rows: &mut [SchoolRows], dice: &mut Dice) {
        let later = Later { scribe: self.scribe };
        let is_plain = |s: &&Student| {
            SEND_AGAIN.contains(&s.planned.school)
                && s.standing == Standing::Graduated
                && s.planned.trap.is_none()
                && s.planned.exam.is_none()
        };
        let plain: Vec<&Student> = self.students.iter().filter(is_plain).collect();
        for i in 0..ENROLLED_WITHOUT_DAY + OTHER_NUMBER {
            let student = plain[i * plain.len() / (ENROLLED_WITHOUT_DAY + OTHER_NUMBER)];
            let (kind, fault, mut row) = if i < ENROLLED_WITHOUT_DAY {
                (FileKind::EarlierRoster, Fault::EnrolledWithoutDay, later.earlier_roster(student))
            } else {
                (FileKind::NumberChanges, Fault::OtherNumber, later.number_change(student))
            };
            let other = self.register.person(dice, student.person.gender);
            row = spoil(row, fault, &other, i);
            insert(&mut rows[student.planned.school], kind, row, dice);
        }
    }

    /// Extra people on rosters: each would be one graduate too many.
    fn rosters(&mut self, rows: &mut [SchoolRows], dice: &mut Dice) {
        let faults = [
            Fault::BadCheckDigit,
            Fault::BadCheckDigit,
            Fault::BadCheckDigit,
            Fault::ScientificNotation,
            Fault::ScientificNotation,
            Fault::ImpossibleDate,
            Fault::ImpossibleDate,
            Fault::MissingName,
            Fault::MissingName,
            Fault::UnknownSchool,
            Fault::UnknownSchool,
        ];
        for (i, fault) in faults.into_iter().enumerate() {
            let at = (i * 5 + 4) % self.schools.len();
            let Some(pattern) =
                self.students.iter().find(|s| s.planned.school == at && s.standing == Standing::Graduated)
            else {
                continue;
            };
            let mut student = pattern.clone();
            student.planned.trap = None;
            student.former_document = None;
            let gender = gender_for(student.specialty, dice);
            student.person = self.register.person(dice, gender);
            student.number = student.number.chars().rev().collect();
            let mut extra = SchoolRows::default();
            student.planned.exam = None;
            student.planned.fate = Fate::NotEmployed(None);
            self.scribe.write(&student, dice, &mut extra);
            if let Some(row) = extra.of(FileKind::Roster).pop() {
                insert(&mut rows[at], FileKind::Roster, spoil(row, fault, &student.person, i), dice);
            }
        }
    }

    /// Statements about people who are not employed: each most would be one employed too many.
    fn outcomes(&mut self, rows: &mut [SchoolRows], dice: &mut Dice) {
        let plain: Vec<&Student> = self
            .students
            .iter()
            .filter(|s| s.standing == Standing::Graduated && s.planned.trap.is_none())
            .filter(|s| matches!(s.planned.fate, Fate::NotEmployed(_)) && s.planned.exam.is_none())
            .collect();
        let faults = [
            (Fault::BadCheckDigit, 2),
            (Fault::ScientificNotation, 2),
            (Fault::ImpossibleDate, 3),
            (Fault::MissingName, 1),
            (Fault::UnknownKind, 4),
            (Fault::NotOnRoster, 3),
            (Fault::EmployerAndCollege, 3),
            (Fault::OtherName, 4),
            (Fault::EndBeforeStart, 4),
            (Fault::SalaryNoNumber, 3),
        ];
        let faults = faults.iter().flat_map(|(fault, count)| std::iter::repeat_n(*fault, *count));
        for (i, fault) in faults.enumerate() {
            let student = plain[i * plain.len() / 30];
            let stranger = self.register.person(dice, student.person.gender);
            let person = if fault == Fault::NotOnRoster { &stranger } else { &student.person };
            let row = self.statement(student, person, dice);
            insert(&mut rows[student.planned.school], FileKind::Outcomes, spoil(row, fault, person, i), dice);
        }
        for standing in [Standing::Withdrawn, Standing::TransferredOut, Standing::Completed, Standing::OnLeave] {
            for student in self.students.iter().filter(|s| s.standing == standing).skip(4).take(2) {
                let row = self.statement(student, &student.person, dice);
                insert(
                    &mut rows[student.planned.school],
                    FileKind::Outcomes,
                    spoil(row, Fault::NotGraduated, &student.person, 0),
                    dice,
                );
            }
        }
    }

    /// Rows of the study and exam lists: spoilt copies of good rows, for strangers and for graduates who stayed at home.
    fn other_lists(&mut self, rows: &mut [SchoolRows], dice: &mut Dice) {
        let faults = [
            (FileKind::FurtherStudy, Fault::NotOnRoster),
            (FileKind::FurtherStudy, Fault::NotOnRoster),
            (FileKind::Exam, Fault::NotOnRoster),
            (FileKind::FurtherStudy, Fault::EmployerAndCollege),
            (FileKind::FurtherStudy, Fault::EmployerAndCollege),
            (FileKind::FurtherStudy, Fault::MissingName),
            (FileKind::FurtherStudy, Fault::EndBeforeStart),
            (FileKind::FurtherStudy, Fault::ImpossibleDate),
            (FileKind::Exam, Fault::UnknownSchool),
            (FileKind::Exam, Fault::BadCheckDigit),
        ];
        for (i, (kind, fault)) in faults.into_iter().enumerate() {
            let at = (i * 3 + 2) % self.schools.len();
            let Some(mut row) = rows[at].of(kind).iter().find(|row| row.mark.is_none()).cloned() else {
                continue;
            };
            let idle = self.students.iter().find(|s| {
                s.planned.school == at
                    && s.standing == Standing::Graduated
                    && s.planned.trap.is_none()
                    && s.planned.exam.is_none()
                    && !matches!(s.planned.fate, Fate::Study { .. })
            });
            let stranger = self.register.person(dice, crate::domain::terms::Gender::Female);
            let person = match (fault, idle) {
                (Fault::NotOnRoster, _) | (_, None) => &stranger,
                (_, Some(idle)) => &idle.person,
            };
            row.set("姓名", person.name.as_str());
            row.set("证件号码", person.number.as_str());
            insert(&mut rows[at], kind, spoil(row, fault, person, i), dice);
        }
    }

    fn statement(&self, student: &Student, person: &Person, dice: &mut Dice) -> Row {
        let mut row = Row::new(FileKind::Outcomes, &self.schools[student.planned.school], person);
        let kind = DestinationKind::Enterprise;
        let employer = self.scribe.employers.for_kind(kind, dice);
        details::fill_job(&mut row, student, kind, employer, date(2022, 9, 19), dice);
        row.set("结束日期", Cell::Empty);
        row.set("专业对口程度", "不对口");
        row
    }
}

/// Makes the row faulty in this way.
fn spoil(mut row: Row, fault: Fault, person: &Person, i: usize) -> Row {
    row.mark = Some(Mark::Fault(fault));
    match fault {
        Fault::BadCheckDigit => row.set("证件号码", with_bad_check_digit(&person.number).as_str()),
        Fault::ScientificNotation if i.is_multiple_of(2) => row.set("证件号码", "3.30702E+17"),
        // What is left in a sheet after someone has typed the number as a number.
        Fault::ScientificNotation => row.set("证件号码", Cell::Number(3.307_022_004_051_7e17)),
        Fault::ImpossibleDate => {
            row.set("状态日期", "2022-06-31");
            row.set("开始日期", "2022年9月31日");
            row.set("报到日期", "2022.9.31");
        }
        Fault::MissingName => row.set("姓名", Cell::Empty),
        Fault::UnknownSchool => {
            row.set("学校代码", "33079999");
            row.set("学校名称", "望江县新华职业学校");
        }
        Fault::UnknownKind => row.set("去向类型", ["上班了", "不详", "外出", "厂里"][i % 4]),
        Fault::NotOnRoster | Fault::NotGraduated => {}
        Fault::EnrolledWithoutDay => row.set("状态日期", Cell::Empty),
        Fault::OtherNumber => row.set("证件号码", person.number.as_str()),
        Fault::EmployerAndCollege => {
            row.set("录取学校", "澜州职业技术学院");
            row.set("单位名称", "澜州恒泰五金制品有限公司");
        }
        Fault::OtherName => row.set("姓名", mistyped(&person.name, person.gender).as_str()),
        Fault::EndBeforeStart => {
            row.set("结束日期", date(2022, 8, 1));
            row.set("离校日期", date(2022, 8, 15));
        }
        Fault::SalaryNoNumber => row.set("起薪", ["面议", "三千五左右", "保底+提成"][i % 3]),
    }
    row
}

fn insert(rows: &mut SchoolRows, kind: FileKind, row: Row, dice: &mut Dice) {
    let list = rows.of(kind);
    let place = dice.below(list.len() + 1);
    list.insert(place, row);
}
