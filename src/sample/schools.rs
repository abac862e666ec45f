//! The 23 fictional schools of a city: names, codes, categories, what they teach, how large they are.

use crate::domain::terms::SchoolCategory;

/// Schools in one city.
pub const SCHOOLS: usize = 23;

/// One fictional school.
#[derive(Debug, Clone)]
pub struct School {
    pub code: String,
    pub name: String,
    pub category: SchoolCategory,
    pub specialties: &'static [&'static str],
    /// Its share of the city's graduates.
    pub weight: usize,
}

/// Name with `{0}` city, `{1}` to `{3}` county towns; category; weight; specialty codes.
type Entry = (&'static str, SchoolCategory, usize, &'static [&'static str]);

const ENTRIES: [Entry; SCHOOLS] = [
    ("{0}市第一中等职业学校", SchoolCategory::Public, 72, &["730301", "730701", "710201", "640501", "640301"]),
    ("{0}市第二中等职业学校", SchoolCategory::Public, 60, &["660301", "660103", "710103", "660302", "620301"]),
    ("{0}市工贸职业学校", SchoolCategory::Public, 58, &["660108", "730801", "730501", "680402", "670201"]),
    ("{0}市旅游职业学校", SchoolCategory::Public, 46, &["740104", "740101", "740201", "770101"]),
    ("{0}市卫生学校", SchoolCategory::Public, 56, &["720201", "720401", "720601", "690201", "670102"]),
    ("{0}市艺术学校", SchoolCategory::Public, 30, &["750105", "750109", "760204", "760201"]),
    ("{0}东区职业教育中心", SchoolCategory::Public, 52, &["700206", "700209", "660303", "710202", "640102"]),
    ("{1}县职业中等专业学校", SchoolCategory::Public, 54, &["610105", "610102", "610301", "730701", "650201"]),
    ("{2}县职业技术学校", SchoolCategory::Public, 50, &["620801", "620802", "650202", "660301", "770101"]),
    ("{3}市高级职业学校", SchoolCategory::Public, 62, &["730301", "710204", "660101", "690104", "780401"]),
    ("{3}市工商学校", SchoolCategory::Public, 58, &["730701", "730703", "730501", "680402", "710203"]),
    ("{1}县机电职业学校", SchoolCategory::Public, 44, &["660301", "630101", "630301", "710102", "660102"]),
    ("{0}博远职业学校", SchoolCategory::Private, 22, &["710201", "770101", "730301"]),
    ("{0}新桥汽车工程学校", SchoolCategory::Private, 26, &["700206", "700207", "700604"]),
    ("{0}启明信息技术学校", SchoolCategory::Private, 24, &["710203", "710207", "750109"]),
    ("{1}育才职业学校", SchoolCategory::Private, 18, &["730801", "740101", "790302"]),
    ("{3}春晖艺术职业学校", SchoolCategory::Private, 16, &["750105", "760204", "770301"]),
    ("{3}锦程商贸学校", SchoolCategory::Private, 24, &["730701", "730703", "740201"]),
    ("{2}立德护理学校", SchoolCategory::Private, 20, &["720201", "790302", "690202"]),
    ("{0}市技师学院", SchoolCategory::Technician, 60, &["660103", "660108", "660303", "680405", "710103"]),
    ("{3}市高级技工学校", SchoolCategory::Technician, 40, &["660102", "700206", "740201", "640102"]),
    ("{2}县技工学校", SchoolCategory::Technician, 30, &["660302", "680402", "610202"]),
    ("{1}县高级技工学校", SchoolCategory::Technician, 28, &["660103", "710201", "700209"]),
];

const FIRST_SYLLABLES: [&str; 40] = [
    "景", "柏", "栖", "澄", "沐", "汐", "临", "望", "涵", "泓", "瑶", "祥", "凌", "碧", "苍", "翠", "朗", "晴", "霁",
    "霖", "鸣", "鹤", "凤", "鹿", "麓", "砚", "墨", "桐", "槿", "榆", "桂", "松", "杉", "枫", "荷", "芷", "兰", "茗",
    "稻", "禾",
];
const SECOND_SYLLABLES: [&str; 36] = [
    "川", "岭", "浦", "湾", "洲", "屿", "溪", "江", "泽", "塘", "渚", "汀", "渡", "桥", "埠", "港", "峰", "岩", "坪",
    "坞", "垟", "畈", "原", "野", "林", "园", "城", "关", "庄", "里", "亭", "台", "阁", "泉", "井", "潭",
];

/// City and three county towns of the `copy`-th city; the model city is copy 0.
pub fn towns(copy: usize) -> [String; 4] {
    if copy == 0 {
        return ["澜州", "云岫", "石梁", "青屿"].map(str::to_owned);
    }
    [0, 1, 2, 3].map(|i| {
        let k = copy * 4 + i;
        let (first, second) = (k % FIRST_SYLLABLES.len(), k / FIRST_SYLLABLES.len());
        format!("{}{}", FIRST_SYLLABLES[first], SECOND_SYLLABLES[(second + first) % SECOND_SYLLABLES.len()])
    })
}

/// The schools of the `copy`-th city.
pub fn schools(copy: usize) -> Vec<School> {
    let towns = towns(copy);
    ENTRIES
        .iter()
        .enumerate()
        .map(|(i, (pattern, category, weight, specialties))| {
            let name = towns
                .iter()
                .enumerate()
                .fold((*pattern).to_owned(), |name, (k, town)| name.replace(&format!("{{{k}}}"), town));
            School {
                code: format!("3307{:04}", 1001 + copy * SCHOOLS + i),
                name,
                category: *category,
                specialties,
                weight: *weight,
            }
        })
        .collect()
}

/// How many of `total` graduates each school has: by weight, the remainder to the first schools.
pub fn sizes(schools: &[School], total: usize) -> Vec<usize> {
    let weights: usize = schools.iter().map(|school| school.weight).sum();
    let mut sizes: Vec<usize> = schools.iter().map(|school| total * school.weight / weights).collect();
    let short = total - sizes.iter().sum::<usize>();
    sizes.iter_mut().take(short).for_each(|size| *size += 1);
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ids::SchoolCode, specialties::SPECIALTIES};
    use std::collections::HashSet;

    #[test]
    fn a_city_teaches_every_listed_specialty_at_23_schools_of_which_7_are_private() {
        let schools = schools(0);
        let private = schools.iter().filter(|school| school.category == SchoolCategory::Private).count();
        assert_eq!((schools.len(), private), (23, 7));
        let taught: HashSet<&str> = schools.iter().flat_map(|school| school.specialties).copied().collect();
        assert_eq!(taught, SPECIALTIES.iter().map(|(code, _)| *code).collect());
    }

    #[test]
    fn names_and_codes_are_unique_over_all_cities() {
        let all: Vec<School> = (0..super::super::SCALE_MAX as usize).flat_map(schools).collect();
        assert_eq!(all.iter().map(|school| &school.name).collect::<HashSet<_>>().len(), all.len());
        assert_eq!(all.iter().map(|school| &school.code).collect::<HashSet<_>>().len(), all.len());
        assert!(all.iter().all(|school| SchoolCode::parse(&school.code).is_ok()));
    }
}
