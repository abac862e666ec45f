//! The units where a school's final year works: the city's employers dealt out to the schools, some to two of them, and
//! small ones that have no credit code.

use crate::domain::employer::codes::{EmployerSize, Ownership};
use crate::domain::placement::codes::{Region, SiteKind};
use crate::domain::terms::{Industry, JobPlace};
use crate::sample::dice::Dice;
use crate::sample::employers::{Employer, Employers};
use crate::sample::schools::{School, sizes, towns};

/// One unit, as a school lists it.
#[derive(Debug, Clone)]
pub struct Unit {
    pub name: String,
    /// `None` for a unit that is known by its name at the school only.
    pub credit_code: Option<String>,
    pub industry: Industry,
    pub ownership: Ownership,
    pub size: EmployerSize,
    pub site_kind: SiteKind,
    pub region: Region,
    pub staff_count: u32,
    pub address: String,
}

/// The units of one school: those it works with, then those that students find.
#[derive(Debug, Clone)]
pub struct Units {
    pub all: Vec<Unit>,
    /// So many of them are the school's partners.
    pub partner_count: usize,
    /// The one of the others that is a partner under its short name: registered twice, to be merged.
    pub short_named: usize,
}

/// Of the first school of a season: the partner that is taken over, and the one that takes it over.
pub const TAKEN_OVER: (usize, usize) = (SHARED, SHARED + 1);

/// So many of the city's shops take somebody; the rest is too small.
const SHOPS: usize = 100;
/// So many enterprises of the next school in the list are partners, too.
const SHARED: usize = 2;

impl Units {
    /// The unit that one is part of after the season's mergers.
    pub fn survivor(&self, unit: usize, is_first_school: bool) -> usize {
        let (taken_over, by) = TAKEN_OVER;
        match unit {
            unit if unit == self.short_named => 0,
            unit if unit == taken_over && is_first_school => by,
            unit => unit,
        }
    }
}

/// What a student may find without a credit code: name with town `{t}` and surname `{s}`. The first has the same name at
/// all schools of a town, and is another unit at each.
const WITHOUT_CODE: [(&str, Industry); 4] = [
    ("{t}老街理发店", Industry::O),
    ("{t}{s}记小吃店", Industry::H),
    ("{t}{s}师傅汽车修理铺", Industry::O),
    ("{t}{s}家农场", Industry::A),
];
const SURNAMES: [&str; 12] = ["周", "方", "楼", "施", "应", "卢", "吕", "傅", "俞", "童", "章", "骆"];

/// The units of each school of the `copy`-th city.
pub fn deal(copy: usize, schools: &[School]) -> Vec<Units> {
    let towns = towns(copy);
    // The same employers as those of the city's graduates.
    let employers = Employers::of_city(copy, &towns, &mut Dice::of_city(u32::try_from(copy).unwrap_or(u32::MAX)));
    let [enterprises, shops, institutions, bodies] = employers.lists();
    let hands = [enterprises, institutions, bodies].map(|list| hand_out(list, schools));
    let shops = hand_out(&shops[..SHOPS.min(shops.len())], schools);
    let of_school = |at: usize| {
        let next = &hands[0][(at + 1) % schools.len()];
        let partners = hands.iter().flat_map(|hand| hand[at]).chain(next.iter().take(SHARED));
        let mut all: Vec<Unit> = partners.map(unit).collect();
        let partner_count = all.len();
        all.extend(shops[at].iter().map(unit));
        all.extend(WITHOUT_CODE.iter().map(|(name, industry)| without_code(name, *industry, at, &towns)));
        let short_named = all.len();
        all.extend(all.first().map(short_name));
        Units { all, partner_count, short_named }
    };
    (0..schools.len()).map(of_school).collect()
}

/// To each school its share of a list, by its size.
fn hand_out<'a>(list: &'a [Employer], schools: &[School]) -> Vec<&'a [Employer]> {
    let mut rest = list;
    let mut hands = vec![];
    for size in sizes(schools, list.len()) {
        let (hand, others) = rest.split_at(size);
        hands.push(hand);
        rest = others;
    }
    hands
}

fn unit(employer: &Employer) -> Unit {
    let Employer { name, credit_code, industry, place } = employer;
    // A number that a unit keeps whichever school lists it.
    let number = credit_code.bytes().fold(0_u32, |sum, byte| (sum * 31 + u32::from(byte)) % 9_973);
    let (ownership, site_kind, staff_count) = match credit_code.get(..2) {
        Some("11") => (Ownership::Government, SiteKind::Government, 240 + number % 120),
        Some("12") => {
            let kind = if name.contains("幼儿园") { SiteKind::School } else { SiteKind::StateOwned };
            (Ownership::PublicInstitution, kind, 260 + number % 700)
        }
        Some("92") => (Ownership::Private, SiteKind::Private, 3 + number % 15),
        _ if name.contains("股份") => (Ownership::Private, SiteKind::JointStock, 400 + number % 1_600),
        _ => match number % 23 {
            0..2 => (Ownership::StateOwned, SiteKind::StateOwned, 450 + number % 1_200),
            2 => (Ownership::Private, SiteKind::ForeignInvested, 450 + number % 900),
            3 => (Ownership::Private, SiteKind::JointVenture, 450 + number % 900),
            // Too small for so many students.
            4..7 => (Ownership::Private, SiteKind::Private, 60 + number % 120),
            _ => (Ownership::Private, SiteKind::Private, 300 + number % 800),
        },
    };
    let region = match place {
        JobPlace::Local => Region::City,
        JobPlace::Elsewhere if name.starts_with("上海") || name.starts_with("苏州") => Region::Elsewhere,
        JobPlace::Elsewhere => Region::Province,
        JobPlace::Abroad => Region::Abroad,
    };
    let (industry, credit_code) = (*industry, Some(credit_code.clone()));
    let size = size_of(staff_count);
    let address = address(name, number);
    Unit { name: name.clone(), credit_code, industry, ownership, size, site_kind, region, staff_count, address }
}

fn without_code(name: &str, industry: Industry, at: usize, towns: &[String; 4]) -> Unit {
    let name = name.replace("{t}", &towns[at % 4]).replace("{s}", SURNAMES[at % SURNAMES.len()]);
    let number = u32::try_from(at).unwrap_or_default();
    let staff_count = 2 + number % 7;
    Unit {
        address: address(&name, number * 13 + 5),
        name,
        credit_code: None,
        industry,
        ownership: Ownership::Private,
        size: EmployerSize::Micro,
        site_kind: SiteKind::Private,
        region: Region::City,
        staff_count,
    }
}

/// The same unit as people call it: without the town and the legal form.
fn short_name(unit: &Unit) -> Unit {
    let name: String = unit.name.chars().skip(2).collect();
    let name = name.trim_end_matches("有限公司").trim_end_matches("股份").to_owned();
    Unit { name, credit_code: None, ..unit.clone() }
}

/// By the number of persons, as for industry.
fn size_of(staff_count: u32) -> EmployerSize {
    match staff_count {
        0..20 => EmployerSize::Micro,
        20..300 => EmployerSize::Small,
        300..1_000 => EmployerSize::Medium,
        _ => EmployerSize::Large,
    }
}

fn address(name: &str, number: u32) -> String {
    const ROADS: [&str; 8] = ["工业路", "环城北路", "江滨大道", "创业街", "人民路", "新华街", "开发区二路", "学院路"];
    let town: String = name.chars().take(2).collect();
    format!("{town}市{}{}号", ROADS[(number % 8) as usize], number % 380 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::schools::schools;
    use std::collections::{HashMap, HashSet};

    /// 640 enterprises, 48 institutions, 20 bodies and 100 shops with a code; 4 units and a short name without, at each of
    /// 23 schools: 808 + 5 × 23 = 923. Two enterprises of each school are another school's partners, too.
    #[test]
    fn the_schools_have_923_units_of_which_46_are_shared_by_two() {
        let units = deal(0, &schools(0));
        let mut by_code: HashMap<&str, usize> = HashMap::new();
        let all = || units.iter().flat_map(|units| &units.all);
        for code in all().filter_map(|unit| unit.credit_code.as_deref()) {
            *by_code.entry(code).or_default() += 1;
        }
        let without = all().filter(|unit| unit.credit_code.is_none()).count();
        assert_eq!((by_code.len(), without), (808, 115));
        assert_eq!(by_code.values().filter(|schools| **schools == 2).count(), 46);
        assert!(by_code.values().all(|schools| *schools <= 2));
    }

    #[test]
    fn no_two_units_of_a_school_have_one_name_and_a_street_has_one_barber_per_school() {
        let units = deal(0, &schools(0));
        for units in &units {
            let names: HashSet<&str> = units.all.iter().map(|unit| unit.name.as_str()).collect();
            assert_eq!(names.len(), units.all.len());
        }
        let barbers = units.iter().filter(|units| units.all.iter().any(|unit| unit.name == "澜州老街理发店"));
        assert_eq!(barbers.count(), 6);
    }
}
