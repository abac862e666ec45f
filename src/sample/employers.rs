//! Fictional employers of a city, with valid credit codes (GB 32100-2015, GB 11714).

use super::dice::Dice;
use crate::domain::ids::credit_code_check_character;
use crate::domain::terms::{DestinationKind, Industry, JobPlace};

/// One fictional employer.
#[derive(Debug, Clone)]
pub struct Employer {
    pub name: String,
    pub credit_code: String,
    pub industry: Industry,
    pub place: JobPlace,
}

/// The employers of one city, by the kind of destination they stand for.
pub struct Employers {
    enterprises: Vec<Employer>,
    shops: Vec<Employer>,
    institutions: Vec<Employer>,
    bodies: Vec<Employer>,
}

const BRANDS: [&str; 48] = [
    "恒泰", "鑫源", "宏达", "锦程", "华盛", "远航", "众诚", "瑞丰", "嘉禾", "博创", "天工", "金辉", "永固", "顺达",
    "佳美", "德信", "盛世", "康宁", "明珠", "飞跃", "宝丽", "三合", "和润", "新捷", "立达", "聚力", "凯旋", "东升",
    "万邦", "优品", "精工", "启航", "蓝海", "绿源", "力拓", "佰利", "普惠", "浩宇", "星河", "金桥", "百川", "鸿运",
    "同创", "海纳", "信立", "雅居", "乐享", "云帆",
];

/// What an enterprise does, its section, and its weight.
const TRADES: &[((&str, Industry), usize)] = &[
    (("五金制品有限公司", Industry::C), 14),
    (("机械制造有限公司", Industry::C), 14),
    (("电动工具股份有限公司", Industry::C), 8),
    (("汽车零部件有限公司", Industry::C), 9),
    (("服饰有限公司", Industry::C), 7),
    (("食品有限公司", Industry::C), 5),
    (("药业有限公司", Industry::C), 4),
    (("新能源科技有限公司", Industry::C), 4),
    (("电子商务有限公司", Industry::F), 12),
    (("贸易有限公司", Industry::F), 9),
    (("汽车销售服务有限公司", Industry::F), 7),
    (("连锁超市有限公司", Industry::F), 4),
    (("物流有限公司", Industry::G), 6),
    (("快递服务有限公司", Industry::G), 4),
    (("大酒店有限公司", Industry::H), 7),
    (("餐饮管理有限公司", Industry::H), 7),
    (("网络科技有限公司", Industry::I), 8),
    (("软件有限公司", Industry::I), 4),
    (("建筑工程有限公司", Industry::E), 6),
    (("装饰工程有限公司", Industry::E), 5),
    (("物业服务有限公司", Industry::K), 3),
    (("人力资源有限公司", Industry::L), 3),
    (("会计服务有限公司", Industry::L), 3),
    (("检测技术有限公司", Industry::M), 3),
    (("园林绿化有限公司", Industry::N), 2),
    (("水务有限公司", Industry::D), 1),
    (("电力工程有限公司", Industry::D), 2),
    (("农业开发有限公司", Industry::A), 3),
    (("矿业有限公司", Industry::B), 1),
    (("家政服务有限公司", Industry::O), 2),
    (("幼儿教育有限公司", Industry::P), 4),
    (("护理院有限公司", Industry::Q), 4),
    (("文化传媒有限公司", Industry::R), 4),
    (("小额贷款有限公司", Industry::J), 1),
];

const SHOP_TRADES: [(&str, Industry); 10] = [
    ("小吃店", Industry::H),
    ("服装店", Industry::F),
    ("汽车维修店", Industry::O),
    ("理发店", Industry::O),
    ("五金经营部", Industry::F),
    ("电子商务商行", Industry::F),
    ("广告工作室", Industry::L),
    ("水果店", Industry::F),
    ("家具加工厂", Industry::C),
    ("奶茶店", Industry::H),
];

const INSTITUTIONS: [(&str, Industry); 12] = [
    ("第一人民医院", Industry::Q),
    ("中医院", Industry::Q),
    ("妇幼保健院", Industry::Q),
    ("东城社区卫生服务中心", Industry::Q),
    ("南城社区卫生服务中心", Industry::Q),
    ("机关幼儿园", Industry::P),
    ("实验幼儿园", Industry::P),
    ("文化馆", Industry::R),
    ("农业技术推广中心", Industry::M),
    ("水库管理中心", Industry::N),
    ("社会福利院", Industry::Q),
    ("公路养护中心", Industry::G),
];

const BODIES: [&str; 5] = ["公安局", "应急管理局", "东城街道办事处", "市场监督管理局", "南城街道办事处"];

/// Cities elsewhere where enterprises sit, with the area of their credit codes.
const ELSEWHERE: [(&str, &str); 6] = [
    ("杭州", "330106"),
    ("宁波", "330212"),
    ("上海", "310115"),
    ("苏州", "320505"),
    ("绍兴", "330602"),
    ("温州", "330302"),
];

const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// A valid credit code with the given prefix (registering authority, kind), area and serial number.
pub fn credit_code(prefix: &str, area: &str, serial: usize) -> String {
    let scattered = (serial * 104_729 + 7_777) % 31usize.pow(5);
    let mut body = [b'M', b'A', b'2', 0, 0, 0, 0, 0];
    let mut rest = scattered;
    for place in body.iter_mut().rev().take(5) {
        *place = ALPHABET[rest % 31];
        rest /= 31;
    }
    let mut code = format!("{prefix}{area}").into_bytes();
    code.extend(body);
    code.push(organisation_check_character(&body));
    if let Some(check) = credit_code_check_character(&code) {
        code.push(check);
    }
    String::from_utf8_lossy(&code).into_owned()
}

/// GB 11714: the ninth character of an organisation code.
fn organisation_check_character(body: &[u8; 8]) -> u8 {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let value = |c: u8| if c.is_ascii_digit() { u32::from(c - b'0') } else { u32::from(c - b'A') + 10 };
    let sum: u32 = body.iter().zip(WEIGHTS).map(|(c, weight)| value(*c) * weight).sum();
    match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        digit => b'0' + u8::try_from(digit).unwrap_or_default(),
    }
}

impl Employers {
    /// The employers of the `copy`-th city, whose towns these are.
    pub fn of_city(copy: usize, towns: &[String; 4], dice: &mut Dice) -> Self {
        let mut serial = copy * 2_000;
        let mut employer = |name: String, prefix: &str, area: &str, industry: Industry, place: JobPlace| {
            serial += 1;
            Employer { name, credit_code: credit_code(prefix, area, serial), industry, place }
        };
        let mut names = std::collections::HashSet::new();
        let mut enterprises = Vec::new();
        while enterprises.len() < 640 {
            let (trade, industry) = dice.weighted(TRADES);
            let away = dice.chance(17);
            let (town, area) = match away {
                true => dice.pick(&ELSEWHERE),
                false => (towns[dice.below(4)].as_str(), dice.pick(&["330702", "330723", "330782", "330784"])),
            };
            let name = format!("{town}{}{trade}", dice.pick(&BRANDS));
            if names.insert(name.clone()) {
                let place = if away { JobPlace::Elsewhere } else { JobPlace::Local };
                enterprises.push(employer(name, "91", area, industry, place));
            }
        }
        let mut shops = Vec::new();
        while shops.len() < 210 {
            let (trade, industry) = dice.pick(&SHOP_TRADES);
            let name = format!("{}{}{trade}", towns[dice.below(4)], dice.pick(&BRANDS));
            if names.insert(name.clone()) {
                shops.push(employer(name, "92", "330702", industry, JobPlace::Local));
            }
        }
        let mut institutions = Vec::new();
        let mut bodies = Vec::new();
        for town in towns {
            for (name, industry) in INSTITUTIONS {
                institutions.push(employer(format!("{town}{name}"), "12", "330702", industry, JobPlace::Local));
            }
            for name in BODIES {
                bodies.push(employer(format!("{town}{name}"), "11", "330702", Industry::S, JobPlace::Local));
            }
        }
        Self { enterprises, shops, institutions, bodies }
    }

    /// Enterprises, shops, institutions and public bodies.
    pub fn lists(&self) -> [&[Employer]; 4] {
        [&self.enterprises, &self.shops, &self.institutions, &self.bodies]
    }

    /// An employer fit for this kind of destination; `None` where the kind names none, as the army does not.
    pub fn for_kind(&self, kind: DestinationKind, dice: &mut Dice) -> Option<&Employer> {
        let list = match kind {
            DestinationKind::GovernmentBody => &self.bodies,
            DestinationKind::PublicInstitution => &self.institutions,
            DestinationKind::Enterprise => &self.enterprises,
            DestinationKind::IndividualBusiness | DestinationKind::Startup => &self.shops,
            DestinationKind::FlexibleEmployment | DestinationKind::OtherEmployment => {
                if dice.chance(30) {
                    return None;
                }
                if dice.chance(60) { &self.enterprises } else { &self.shops }
            }
            DestinationKind::MilitaryService
            | DestinationKind::Freelance
            | DestinationKind::Seeking
            | DestinationKind::IntendsToStudy
            | DestinationKind::NotSeeking => return None,
        };
        list.get(dice.below(list.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::CreditCode;

    #[test]
    fn every_employer_has_its_own_valid_credit_code() {
        let towns = super::super::schools::towns(0);
        let employers = Employers::of_city(0, &towns, &mut Dice::of_city(0));
        let all = employers.lists();
        assert!((850..=950).contains(&all.iter().map(|list| list.len()).sum::<usize>()));
        let mut seen = std::collections::HashSet::new();
        for employer in all.into_iter().flatten() {
            assert_eq!(CreditCode::parse(&employer.credit_code).map(|code| code.check_holds), Some(true));
            assert!(seen.insert(&employer.credit_code));
        }
    }

    #[test]
    fn the_organisation_code_inside_a_real_credit_code_is_computed() {
        assert_eq!(organisation_check_character(b"71526726"), b'X');
    }
}
