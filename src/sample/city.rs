//! One city of people: the plan's graduates with names, specialties, classes and days, and the rows of their schools.

use std::collections::HashMap;

use jiff::civil::{Date, date};

use super::dice::Dice;
use super::employers::Employers;
use super::faults::Planter;
use super::headings::FileKind;
use super::later::Later;
use super::people::{Person, Register};
use super::plan::{Fate, NotGraduated, Planned, plan};
use super::rows::{Row, SchoolRows, Scribe, Student, days, gender_for};
use super::schools::{School, schools, towns};
use super::trap::Trap;
use crate::domain::evidence::HeardFrom;
use crate::domain::specialties::specialty_name;
use crate::domain::terms::{DestinationKind, Route, SpecialtyMatch, Standing, StudyChannel};

/// The schools of one city, each with the rows of its files.
pub struct City {
    /// By which its files are named.
    pub name: String,
    pub schools: Vec<School>,
    pub rows: Vec<SchoolRows>,
    /// Of the list of the one college that sends one.
    pub college: Vec<Row>,
}

impl City {
    /// The `copy`-th city. The register goes from city to city, so that no number is handed out twice.
    pub fn build(copy: usize, register: &mut Register) -> Self {
        let mut dice = Dice::of_city(u32::try_from(copy).unwrap_or(u32::MAX));
        let schools = schools(copy);
        let employers = Employers::of_city(copy, &towns(copy), &mut dice);
        let students = enrol(&schools, register, &mut dice);
        let scribe = Scribe { schools: &schools, employers: &employers };
        let mut rows: Vec<SchoolRows> = schools.iter().map(|_| SchoolRows::default()).collect();
        let mut college = vec![];
        let later = Later { scribe: &scribe };
        let mut first_of_pair: HashMap<usize, [Option<Row>; 2]> = HashMap::new();
        for student in &students {
            let files = &mut rows[student.planned.school];
            let before = later.before(files);
            scribe.write(student, &mut dice, files);
            if let (Some(Trap::TwoSchools), Some(pair)) = (student.planned.trap, student.planned.pair) {
                agree(first_of_pair.entry(pair).or_default(), student, files);
            }
            later.write(student, before, &mut dice, files);
            college.extend(later.college(student, before, &mut dice, files));
        }
        Planter { schools: &schools, scribe: &scribe, register, students: &students }.plant(&mut rows, &mut dice);
        let [name, ..] = towns(copy);
        Self { name, schools, rows, college }
    }
}

/// One person at two schools does one thing: the second school's row says the same as the first one's.
fn agree(first: &mut [Option<Row>; 2], student: &Student, files: &mut SchoolRows) {
    let (place, kind, columns): (usize, FileKind, &[&str]) = match student.planned.fate {
        Fate::Study { .. } => (0, FileKind::FurtherStudy, &["录取学校", "录取专业", "录取日期", "报到日期"]),
        _ => (1, FileKind::Outcomes, &["单位名称", "统一社会信用代码", "起薪", "开始日期", "结束日期"]),
    };
    let Some(row) = files.of(kind).last_mut() else { return };
    match &first[place] {
        Some(other) => columns.iter().for_each(|column| row.set(column, other.get(column).clone())),
        None => first[place] = Some(row.clone()),
    }
}

/// Everyone on the rosters, school by school and class by class.
fn enrol(schools: &[School], register: &mut Register, dice: &mut Dice) -> Vec<Student> {
    let plan = plan(schools, dice);
    let mut pairs: HashMap<usize, Person> = HashMap::new();
    let mut students: Vec<Student> = Vec::with_capacity(plan.graduates.len() + plan.not_graduated.len());
    for planned in plan.graduates {
        let specialty = specialty_for(&planned, &schools[planned.school], dice);
        let gender = gender_for(specialty, dice);
        let person = match (planned.trap, planned.pair) {
            (Some(Trap::TwoSchools), Some(pair)) => match pairs.remove(&pair) {
                Some(same) => same,
                None => {
                    let person = register.person(dice, gender);
                    pairs.insert(pair, person.clone());
                    person
                }
            },
            (Some(Trap::Namesakes), Some(pair)) => match pairs.remove(&pair) {
                Some(other) => other,
                None => {
                    let [one, other] = register.namesakes(dice, gender);
                    pairs.insert(pair, other);
                    one
                }
            },
            (Some(Trap::NoCitizenNumber), _) => register.without_citizen_number(dice, gender),
            _ => register.person(dice, gender),
        };
        let changed = planned.trap == Some(Trap::NumberChanged);
        let former_document = changed.then(|| register.person(dice, gender).number);
        let graduate = student(planned, person, specialty, Standing::Graduated, dice);
        students.push(Student { former_document, ..graduate });
    }
    for NotGraduated { school, standing, trap } in plan.not_graduated {
        let planned = Planned { school, fate: Fate::NotEmployed(None), exam: None, trap, pair: None };
        let specialty = dice.pick(schools[school].specialties);
        let gender = gender_for(specialty, dice);
        let person = register.person(dice, gender);
        students.push(student(planned, person, specialty, standing, dice));
    }
    students.sort_by(|a, b| {
        let key = |s: &Student| (s.planned.school, s.specialty, s.route as u8);
        key(a)
            .cmp(&key(b))
            .then_with(|| a.person.name.cmp(&b.person.name))
            .then_with(|| a.person.number.cmp(&b.person.number))
    });
    assign_classes(&mut students, dice);
    students
}

fn student(planned: Planned, person: Person, specialty: &'static str, standing: Standing, dice: &mut Dice) -> Student {
    let route = match planned.fate {
        Fate::Study {
            channel: StudyChannel::Integrated | StudyChannel::FiveYear | StudyChannel::ThreePlusTwo, ..
        } => Route::Integrated,
        Fate::NotEmployed(_) if planned.exam.is_none() && dice.chance(20) => Route::Integrated,
        _ => Route::Regular,
    };
    let source = if dice.chance(6) { HeardFrom::Graduate } else { HeardFrom::Staff };
    let status_day = match standing {
        Standing::Enrolled | Standing::Graduated => None,
        Standing::Completed => Some(date(2022, 6, 30)),
        _ => Some(date(2021, 9, 20).saturating_add(days(dice, 250))),
    };
    Student {
        planned,
        person,
        standing,
        specialty,
        route,
        class: String::new(),
        number: String::new(),
        former_document: None,
        status_day,
        source,
    }
}

/// A specialty of the school; a job judged on-specialty needs no special one, the judgement is the school's.
fn specialty_for(planned: &Planned, school: &School, dice: &mut Dice) -> &'static str {
    match planned.fate {
        Fate::Employed {
            kind: DestinationKind::Enterprise,
            judged: Some(SpecialtyMatch::Near | SpecialtyMatch::Full),
        } if dice.chance(35) => school.specialties[0],
        _ => dice.pick(school.specialties),
    }
}

/// Cuts each specialty into classes of about 42, gives class names, student numbers and the day of graduation.
fn assign_classes(students: &mut [Student], dice: &mut Dice) {
    let mut start = 0;
    let mut serial = 0;
    while start < students.len() {
        let key = |s: &Student| (s.planned.school, s.specialty, s.route as u8);
        let (first, school) = (key(&students[start]), students[start].planned.school);
        let end = start + students[start..].iter().take_while(|s| key(s) == first).count();
        let classes = (end - start).div_ceil(42).max(1);
        let days: Vec<Date> = (0..classes).map(|_| graduation_day(school, dice)).collect();
        if start == 0 || students[start - 1].planned.school != school {
            serial = 0;
        }
        for (i, student) in students[start..end].iter_mut().enumerate() {
            let class = i * classes / (end - start);
            serial += 1;
            student.class = class_name(school, student, class + 1);
            student.number = match school % 3 {
                0 => format!("2019{:02}{serial:04}", school + 1),
                1 => format!("0{:02}19{serial:04}", school + 1),
                _ => format!("19{}{serial:04}", &student.specialty[..4]),
            };
            if student.standing == Standing::Graduated {
                student.status_day = Some(days[class]);
            }
        }
        start = end;
    }
}

fn graduation_day(school: usize, dice: &mut Dice) -> Date {
    match school {
        13 | 20 => date(2022, 7, 1),
        _ if dice.chance(4) => date(2022, 1, 15),
        _ => date(2022, 6, 30),
    }
}

fn class_name(school: usize, student: &Student, class: usize) -> String {
    let name = specialty_name(student.specialty).unwrap_or_default();
    let short: String = name.chars().take(2).collect();
    let through = student.route == Route::Integrated;
    match school % 4 {
        0 => format!("19{name}{}{class}班", if through { "3+2" } else { "" }),
        1 => format!("2019级{short}{}（{class}）班", if through { "五年" } else { "" }),
        2 => format!("高三{short}{}{class}班", if through { "大专" } else { "" }),
        _ => format!("{short}{}190{class}", if through { "升" } else { "" }),
    }
}
