//! Who of the final year is placed where, and what becomes of it: pure, dice in, plan out.
//!
//! Invariant: a school's plan has exactly the fates of `fate::shares`, whatever the dice; every count of the season is a
//! sum over the plan.

use std::collections::HashSet;

use super::days::{Days, Wave};
use super::fate::{Fate, shares};
use super::units::{Units, deal};
use crate::domain::placement::codes::HostSource;
use crate::domain::specialties::specialty_name;
use crate::domain::terms::{Gender, SpecialtyMatch};
use crate::sample::dice::Dice;
use crate::sample::people::{Person, Register, name, phone};
use crate::sample::rows::gender_for;
use crate::sample::schools::{SCHOOLS, School, schools, sizes, towns};

/// Students of the model city's final year.
pub const FINAL_YEAR: usize = 18_360;
/// The place in the list of the school that signs everything on paper.
pub const PAPER_SCHOOL: usize = 15;

const CLASS_SIZE: usize = 42;
/// So many students of one class have a fate together, as when a host closes a workshop.
const TOGETHER_MAX: usize = 5;

/// Which part of a city's season is planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extent {
    /// Places in the list of schools.
    pub schools: Vec<usize>,
    /// Of the whole city; each school has its share.
    pub students: usize,
}

impl Extent {
    pub fn whole() -> Self {
        Self { schools: (0..SCHOOLS).collect(), students: FINAL_YEAR }
    }
}

/// How the papers of a class are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// On paper; the school's file says when.
    Paper,
    Electronic,
    /// The host electronically, everybody else on paper.
    Mixed,
}

#[derive(Debug, Clone)]
pub struct Class {
    pub name: String,
    pub specialty: &'static str,
    pub wave: Wave,
    pub manner: Manner,
    /// The school's mentor teacher.
    pub teacher: String,
}

/// A student of the final year.
#[derive(Debug, Clone)]
pub struct Pupil {
    pub person: Person,
    pub number: String,
    /// The place in the school's list.
    pub class: usize,
    pub fate: Fate,
    pub source: HostSource,
    /// The place in the school's list of units, also of who is not placed.
    pub unit: usize,
    /// To which unit the student goes on, if the fate says so.
    pub next_unit: usize,
    pub matched: SpecialtyMatch,
}

/// A person at a unit whom the school calls, who looks after its students.
#[derive(Debug, Clone)]
pub struct Contact {
    pub name: String,
    pub phone: String,
}

/// One school's season.
#[derive(Debug, Clone)]
pub struct Planned {
    pub at: usize,
    pub school: School,
    pub principal: String,
    pub officer: String,
    pub units: Units,
    /// Of each unit.
    pub contacts: Vec<Contact>,
    pub classes: Vec<Class>,
    /// By class.
    pub pupils: Vec<Pupil>,
}

impl Planned {
    /// The pupils of a class.
    pub fn class(&self, class: usize) -> impl Iterator<Item = &Pupil> {
        self.pupils.iter().filter(move |pupil| pupil.class == class)
    }

    /// Who goes on leave while at work: the first of whom nothing else is told, if there is one.
    pub fn on_leave(&self) -> Option<&Pupil> {
        let at_work = self.pupils.iter().filter(|pupil| pupil.fate.is_at_work());
        at_work.min_by_key(|pupil| pupil.fate != Fate::AtWork)
    }

    pub fn wave(&self, pupil: &Pupil) -> Wave {
        self.classes[pupil.class].wave
    }
}

/// The season of the `copy`-th city. The register goes from city to city, so that no number is handed out twice.
pub fn plan(copy: usize, extent: &Extent, days: Days, register: &mut Register) -> Vec<Planned> {
    let schools = schools(copy);
    let sizes = sizes(&schools, extent.students);
    let towns = towns(copy);
    // The model city's staff is called by surname, another city's with the town in front.
    let town = if copy == 0 { "" } else { towns[0].as_str() };
    let mut units = deal(copy, &schools);
    let planned = extent.schools.iter().filter_map(|at| {
        let school = schools.get(*at)?.clone();
        let units = std::mem::replace(&mut units[*at], Units { all: vec![], partner_count: 0, short_named: 0 });
        Some(plan_school(*at, (school, sizes[*at]), units, town, (copy, days), register))
    });
    planned.collect()
}

fn plan_school(
    at: usize,
    (school, size): (School, usize),
    units: Units,
    town: &str,
    (copy, days): (usize, Days),
    register: &mut Register,
) -> Planned {
    let number = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
    let mut dice = Dice::of_season(number(copy), number(at));
    let mut contact = |_| {
        let gender = if dice.chance(35) { Gender::Female } else { Gender::Male };
        Contact { name: name(&mut dice, gender), phone: phone(&mut dice) }
    };
    let contacts = units.all.iter().map(&mut contact).collect();
    let classes = classes(at, &school, size, days, &mut dice);
    let mut pupils = enrol(at, &classes, size, days, register, &mut dice);
    allot_fates(&classes, &mut pupils, &mut dice);
    place(&classes, &units, &mut pupils, &mut dice);
    let [principal, officer] = [(PRINCIPALS, "校长"), (OFFICERS, "主任")]
        .map(|(surnames, title)| format!("{town}{}{title}", surnames[at % surnames.len()]));
    Planned { at, school, principal, officer, units, contacts, classes, pupils }
}

const PRINCIPALS: [&str; SCHOOLS] = [
    "王", "李", "张", "陈", "徐", "吴", "朱", "黄", "周", "金", "胡", "方", "郑", "杨", "何", "叶", "楼", "施", "程",
    "应", "卢", "吕", "马",
];
const OFFICERS: [&str; SCHOOLS] = [
    "蒋", "傅", "赵", "刘", "孙", "沈", "俞", "洪", "杜", "童", "严", "包", "龚", "范", "郭", "潘", "邵", "章", "倪",
    "毛", "贾", "戴", "夏",
];

/// Classes of one specialty after the other; a teacher looks after two.
fn classes(at: usize, school: &School, size: usize, days: Days, dice: &mut Dice) -> Vec<Class> {
    let count = size.div_ceil(CLASS_SIZE).max(1);
    let mut teachers: Vec<String> = vec![];
    let mut known = HashSet::new();
    while teachers.len() < count.div_ceil(2) {
        let gender = if dice.chance(50) { Gender::Female } else { Gender::Male };
        let teacher = name(dice, gender);
        if known.insert(teacher.clone()) {
            teachers.push(teacher);
        }
    }
    let entered = days.entered_on().year() % 100;
    let mut names: Vec<String> = vec![];
    (0..count)
        .map(|class| {
            let specialty = school.specialties[class * school.specialties.len() / count];
            let full = specialty_name(specialty).unwrap_or_default();
            let short: String = full.chars().take(2).collect();
            let named = |number: usize| match at % 4 {
                0 => format!("{entered:02}级{full}{number}班"),
                1 => format!("20{entered:02}级{short}{number}班"),
                2 => format!("{entered:02}高三{short}({number})班"),
                _ => format!("{short}{entered:02}{number:02}班"),
            };
            // Two specialties may begin with the same word.
            let name = (1..).map(named).find(|name| !names.contains(name)).unwrap_or_default();
            names.push(name.clone());
            let manner = match class % 3 {
                _ if at == PAPER_SCHOOL => Manner::Paper,
                0 => Manner::Paper,
                1 => Manner::Electronic,
                _ => Manner::Mixed,
            };
            let teacher = teachers[class / 2].clone();
            Class { name, specialty, wave: wave(class, count), manner, teacher }
        })
        .collect()
}

/// Most classes began weeks ago; the last ones begin later, one is on a visit.
fn wave(class: usize, count: usize) -> Wave {
    match count - 1 - class {
        0 if count > 1 => Wave::NextMonth,
        1 if count > 2 => Wave::Soon,
        2 if count > 4 => Wave::Visit,
        behind if count >= 14 && behind == count / 2 => Wave::Soon,
        behind if count >= 14 && behind == count / 2 + 1 => Wave::NextMonth,
        _ => Wave::Begun([8, 9, 10][class % 3]),
    }
}

fn enrol(
    at: usize,
    classes: &[Class],
    size: usize,
    days: Days,
    register: &mut Register,
    dice: &mut Dice,
) -> Vec<Pupil> {
    let entered = days.entered_on().year();
    let pupil = |index: usize| {
        let class = index * classes.len() / size;
        let specialty = classes[class].specialty;
        let gender = gender_for(specialty, dice);
        let person = register.person(dice, gender);
        let serial = index + 1;
        let number = match at % 3 {
            0 => format!("{entered}{:02}{serial:04}", at + 1),
            1 => format!("0{:02}{:02}{serial:04}", at + 1, entered % 100),
            _ => format!("{:02}{}{serial:04}", entered % 100, &specialty[..4]),
        };
        let matched =
            dice.weighted(&[(SpecialtyMatch::Full, 52), (SpecialtyMatch::Near, 33), (SpecialtyMatch::None, 15)]);
        Pupil {
            person,
            number,
            class,
            fate: Fate::NotPlaced,
            source: HostSource::School,
            unit: 0,
            next_unit: 0,
            matched,
        }
    };
    (0..size).map(pupil).collect()
}

/// Gives each student of a wave a fate, a few of one class together.
fn allot_fates(classes: &[Class], pupils: &mut [Pupil], dice: &mut Dice) {
    let is_begun = |wave: Wave| matches!(wave, Wave::Begun(_));
    for group in [Wave::Visit, Wave::Begun(8), Wave::Soon, Wave::NextMonth] {
        let is_meant = |class: &Class| class.wave == group || is_begun(class.wave) && is_begun(group);
        let (shares, rest) = shares(group);
        let mut seats: Vec<Vec<usize>> = vec![];
        for (class, _) in classes.iter().enumerate().filter(|(_, class)| is_meant(class)) {
            let mut free: Vec<usize> = (0..pupils.len()).filter(|index| pupils[*index].class == class).collect();
            free.iter().for_each(|index| pupils[*index].fate = rest);
            dice.shuffle(&mut free);
            seats.push(free);
        }
        let size: usize = seats.iter().map(Vec::len).sum();
        for (fate, share) in shares {
            let mut left = (size * share / 1_000).max(1);
            while left > 0 {
                seats.retain(|free| !free.is_empty());
                if seats.is_empty() {
                    break;
                }
                let class = dice.below(seats.len());
                let free = &mut seats[class];
                let together = left.min(TOGETHER_MAX).min(free.len());
                for index in free.drain(free.len() - together..) {
                    pupils[index].fate = *fate;
                }
                left -= together;
            }
        }
    }
}

/// Every eighth finds a unit alone, every twentieth is recommended; the partners take the rest, each as many as the other.
fn place(classes: &[Class], units: &Units, pupils: &mut [Pupil], dice: &mut Dice) {
    let partners = units.partner_count;
    let at_each = pupils.len().div_ceil(partners);
    let (mut found, mut small) = (0, partners);
    for (index, pupil) in pupils.iter_mut().enumerate() {
        (pupil.unit, pupil.next_unit) = (index / at_each % partners, (index / at_each + partners / 2) % partners);
        if classes[pupil.class].wave == Wave::Visit {
            continue;
        }
        let mut next_small = || {
            small = if small + 1 < units.all.len() { small + 1 } else { partners };
            small
        };
        match index % 40 {
            7 | 15 | 23 | 31 | 39 => {
                pupil.source = HostSource::SelfFound;
                found += 1;
                pupil.unit = if found % 2 == 0 { dice.below(partners) } else { next_small() };
            }
            3 | 27 => pupil.source = HostSource::Referral,
            _ => (),
        }
        if pupil.fate == Fate::PlacedAgain {
            pupil.next_unit = next_small();
        } else if pupil.next_unit == pupil.unit {
            pupil.next_unit = (pupil.unit + 1) % partners;
        }
    }
}
