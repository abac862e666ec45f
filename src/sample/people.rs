//! Fictional people: common names, birth days, citizen ID numbers with valid check digits, telephone numbers.
//!
//! Invariant: no two numbers handed out by one `Register` are equal, for up to [`super::SCALE_MAX`] cities.

use std::ops::Range;

use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::dice::Dice;
use crate::domain::identity::IdentityKind;
use crate::domain::ids::citizen_check_digit;
use crate::domain::terms::Gender;

/// One fictional person.
#[derive(Debug, Clone)]
pub struct Person {
    pub name: String,
    pub gender: Gender,
    pub document: IdentityKind,
    pub number: String,
    pub phone: String,
}

const SURNAMES: &[(&str, usize)] = &[
    ("王", 70),
    ("李", 60),
    ("张", 66),
    ("陈", 72),
    ("徐", 48),
    ("吴", 44),
    ("朱", 36),
    ("黄", 34),
    ("周", 36),
    ("金", 30),
    ("胡", 32),
    ("方", 26),
    ("郑", 22),
    ("杨", 26),
    ("何", 24),
    ("叶", 22),
    ("楼", 18),
    ("施", 18),
    ("程", 14),
    ("应", 16),
    ("卢", 16),
    ("吕", 16),
    ("马", 14),
    ("蒋", 16),
    ("傅", 14),
    ("赵", 18),
    ("刘", 26),
    ("孙", 12),
    ("沈", 12),
    ("俞", 10),
    ("洪", 10),
    ("杜", 10),
    ("童", 10),
    ("严", 8),
    ("包", 6),
    ("龚", 8),
    ("范", 8),
    ("郭", 10),
    ("潘", 10),
    ("邵", 8),
    ("章", 12),
    ("倪", 8),
    ("毛", 8),
    ("贾", 6),
    ("戴", 6),
    ("夏", 6),
    ("余", 8),
    ("丁", 8),
    ("钱", 6),
    ("汪", 8),
    ("邢", 4),
    ("祝", 6),
    ("厉", 4),
    ("骆", 6),
    ("虞", 5),
    ("宋", 6),
    ("谢", 6),
    ("曹", 5),
    ("林", 8),
    ("杭", 2),
    ("欧阳", 1),
    ("诸葛", 3),
    ("上官", 1),
];

const GIVEN_MALE: &[&str] = &[
    "伟", "杰", "浩", "宇", "俊", "涛", "鑫", "磊", "鹏", "超", "凯", "航", "睿", "轩", "博", "文", "豪", "斌", "健",
    "嘉", "泽", "晨", "翔", "毅", "诚", "峰", "志", "天", "子", "一", "佳", "铭", "皓", "景", "锋", "昊", "逸", "承",
    "宏", "旭", "楠", "辰", "远", "帆", "阳", "龙", "恒", "哲", "骏", "烨",
];

const GIVEN_FEMALE: &[&str] = &[
    "婷", "静", "欣", "怡", "悦", "佳", "琪", "雨", "梦", "诗", "雅", "慧", "洁", "莹", "倩", "薇", "蕾", "颖", "丹",
    "琳", "思", "涵", "萱", "紫", "晓", "嘉", "可", "心", "语", "馨", "瑶", "璐", "露", "妍", "菲", "芸", "珊", "芷",
    "依", "若", "彤", "媛", "盈", "柔", "娜", "敏", "蓉", "萍", "艳", "巧",
];

/// City, districts, counties and county-level cities of the prefecture 3307.
const AREAS: [&str; 10] =
    ["330701", "330702", "330703", "330723", "330726", "330727", "330781", "330782", "330783", "330784"];

const FIRST_BIRTH: Date = date(2003, 9, 1);
const BIRTH_DAYS: usize = 731;
/// Sequence pairs per area and day for ordinary people; the two above belong to namesakes, those behind to a season.
const ORDINARY_SEQUENCES: usize = 450;
const SEASON_SEQUENCES: Range<usize> = ORDINARY_SEQUENCES + 2..500;

/// Hands out names and numbers.
pub struct Register {
    first_birth: Date,
    sequences: Range<usize>,
    handed_out: [usize; 2],
    namesakes: usize,
    without_citizen_number: usize,
}

impl Default for Register {
    fn default() -> Self {
        Self {
            first_birth: FIRST_BIRTH,
            sequences: 0..ORDINARY_SEQUENCES,
            handed_out: [0; 2],
            namesakes: 0,
            without_citizen_number: 0,
        }
    }
}

impl Register {
    /// The register of a season's students, who are born from this day on. None of its numbers is a graduate's, for up to
    /// [`super::SEASON_SCALE_MAX`] cities.
    pub fn of_season(first_birth: Date) -> Self {
        Self { first_birth, sequences: SEASON_SEQUENCES, ..Self::default() }
    }

    /// A new person.
    pub fn person(&mut self, dice: &mut Dice, gender: Gender) -> Person {
        let counter = &mut self.handed_out[gender as usize];
        let cell = (*counter * 2657 + 911 * gender as usize) % (AREAS.len() * BIRTH_DAYS);
        let round = *counter / (AREAS.len() * BIRTH_DAYS);
        *counter += 1;
        let sequence = self.sequences.start + (round * 7919 + cell * 31) % self.sequences.len();
        let number = citizen_id(self.first_birth, cell, sequence, gender);
        Person { name: name(dice, gender), gender, document: IdentityKind::Citizen, number, phone: phone(dice) }
    }

    /// A new person with a passport, a permit, or nothing but a number of the school.
    pub fn without_citizen_number(&mut self, dice: &mut Dice, gender: Gender) -> Person {
        let serial = self.without_citizen_number;
        self.without_citizen_number += 1;
        let (document, number) = match serial % 3 {
            0 => (IdentityKind::Passport, format!("E7{serial:07}")),
            1 => (IdentityKind::TravelPermit, format!("H06{serial:06}")),
            _ => (IdentityKind::SchoolNumber, format!("BH2019{serial:06}")),
        };
        Person { name: name(dice, gender), gender, document, number, phone: phone(dice) }
    }

    /// Two people of one name, gender and birth day, with different numbers.
    pub fn namesakes(&mut self, dice: &mut Dice, gender: Gender) -> [Person; 2] {
        let cell = (self.namesakes * 2657 + 389) % (AREAS.len() * BIRTH_DAYS);
        let sequence = ORDINARY_SEQUENCES + self.namesakes / (AREAS.len() * BIRTH_DAYS) * 2;
        self.namesakes += 1;
        let name = name(dice, gender);
        [sequence, sequence + 1].map(|sequence| Person {
            name: name.clone(),
            gender,
            document: IdentityKind::Citizen,
            number: citizen_id(self.first_birth, cell, sequence, gender),
            phone: phone(dice),
        })
    }
}

/// A name that is surely not `name`, as a hasty typist leaves it: another given name.
pub fn mistyped(name: &str, gender: Gender) -> String {
    let surname: String = name.chars().take(1).collect();
    let other = match gender {
        Gender::Male => "建国",
        Gender::Female => "秀英",
    };
    format!("{surname}{other}")
}

/// What may be shown of a name: the surname.
pub fn masked(name: &str) -> String {
    let mut characters = name.chars();
    let first = characters.next().map(String::from).unwrap_or_default();
    format!("{first}{}", "*".repeat(characters.count()))
}

/// The number with its check digit replaced by the next one.
pub fn with_bad_check_digit(citizen_id: &str) -> String {
    let (digits, check) = citizen_id.split_at(citizen_id.len() - 1);
    let wrong = match check {
        "X" => '1',
        "9" => 'X',
        digit => char::from(digit.as_bytes()[0] + 1),
    };
    format!("{digits}{wrong}")
}

/// A name.
pub fn name(dice: &mut Dice, gender: Gender) -> String {
    let given = match gender {
        Gender::Male => GIVEN_MALE,
        Gender::Female => GIVEN_FEMALE,
    };
    let surname = dice.weighted(SURNAMES);
    let first = dice.pick(given);
    if dice.chance(22) { format!("{surname}{first}") } else { format!("{surname}{first}{}", dice.pick(given)) }
}

fn citizen_id(first_birth: Date, cell: usize, sequence: usize, gender: Gender) -> String {
    let days = i64::try_from(cell / AREAS.len()).unwrap_or_default();
    let birth = first_birth.saturating_add(days.days());
    let serial = sequence * 2 + usize::from(gender == Gender::Male);
    let mut id = format!("{}{}{serial:03}", AREAS[cell % AREAS.len()], birth.strftime("%Y%m%d"));
    id.push(char::from(citizen_check_digit(id.as_bytes())));
    id
}

/// A mobile number.
pub fn phone(dice: &mut Dice) -> String {
    let prefix =
        dice.pick(&["135", "136", "137", "138", "139", "150", "151", "152", "157", "158", "159", "177", "187"]);
    format!("{prefix}{:08}", dice.below(100_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::CitizenId;

    #[test]
    fn numbers_are_valid_unique_and_match_the_gender() {
        let (mut dice, mut register) = (Dice::of_city(0), Register::default());
        let mut seen = std::collections::HashSet::new();
        for i in 0..30_000 {
            let gender = if i % 3 == 0 { Gender::Female } else { Gender::Male };
            let person = register.person(&mut dice, gender);
            assert_eq!(CitizenId::parse(&person.number).map(|id| id.gender()), Ok(gender));
            assert!(seen.insert(person.number), "a number was handed out twice");
        }
        let [one, other] = register.namesakes(&mut dice, Gender::Male);
        assert_eq!((&one.name, &one.number[..14]), (&other.name, &other.number[..14]));
        assert!(seen.insert(one.number) && seen.insert(other.number));
    }

    #[test]
    fn a_changed_check_digit_never_holds() {
        for id in ["11010519491231002X", "440524188001010014", "330702200703154510"] {
            assert!(CitizenId::parse(&with_bad_check_digit(id)).is_err());
        }
    }

    #[test]
    fn a_masked_name_shows_the_surname_only() {
        assert_eq!(masked("王小明"), "王**");
    }
}
