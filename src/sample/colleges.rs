//! Fictional colleges, and what they teach.

use super::dice::Dice;
use crate::domain::terms::StudyLevel;

const JUNIOR: [&str; 26] = [
    "澜州职业技术学院",
    "澜江工贸职业技术学院",
    "云岫旅游职业学院",
    "青屿工商职业技术学院",
    "石梁建设职业技术学院",
    "越岭交通职业技术学院",
    "钱湖经贸职业学院",
    "瓯滨机电职业技术学院",
    "甬东卫生职业技术学院",
    "鉴溪纺织服装职业学院",
    "雁荡农林职业技术学院",
    "临海湾航运职业技术学院",
    "太湖南岸信息职业技术学院",
    "括苍艺术职业学院",
    "天目医药职业学院",
    "富春汽车职业技术学院",
    "桐江安防职业技术学院",
    "苕溪幼儿师范高等专科学校",
    "婺川数字职业技术学院",
    "莫干金融职业学院",
    "普陀洋海洋职业技术学院",
    "千岛电力职业技术学院",
    "剡溪同创职业技术学院",
    "梅岭商业职业技术学院",
    "运河特殊教育职业学院",
    "东瀛山环境职业技术学院",
];
const VOCATIONAL_UNDERGRADUATE: [&str; 4] =
    ["越岭机电职业技术大学", "钱湖药科职业大学", "澜江职业技术大学", "瓯滨职业大学"];
const GENERAL_UNDERGRADUATE: [&str; 7] =
    ["澜州学院", "越岭科技学院", "钱湖师范学院", "瓯滨工学院", "云岫农林大学", "甬东财经学院", "天目中医药学院"];

const MAJORS: &[(&str, &[&str])] = &[
    ("61", &["园艺技术", "畜牧兽医", "现代农业技术"]),
    ("62", &["工程测量技术", "环境工程技术"]),
    ("63", &["发电厂及电力系统", "光伏工程技术"]),
    ("64", &["建筑工程技术", "工程造价", "建筑装饰工程技术"]),
    ("65", &["水利水电建筑工程", "智慧水利技术"]),
    ("66", &["机电一体化技术", "数控技术", "模具设计与制造", "工业机器人技术"]),
    ("67", &["应用化工技术", "药品生物技术"]),
    ("68", &["服装与服饰设计", "产品艺术设计"]),
    ("69", &["食品检验检测技术", "药品生产技术"]),
    ("70", &["汽车检测与维修技术", "新能源汽车技术", "城市轨道交通运营管理"]),
    ("71", &["计算机应用技术", "软件技术", "物联网应用技术", "数字媒体技术"]),
    ("72", &["护理", "药学", "康复治疗技术"]),
    ("73", &["大数据与会计", "电子商务", "国际经济与贸易", "现代物流管理"]),
    ("74", &["旅游管理", "酒店管理与数字化运营", "烹饪工艺与营养"]),
    ("75", &["工艺美术品设计", "动漫设计"]),
    ("76", &["播音与主持", "影视多媒体技术"]),
    ("77", &["学前教育", "运动训练"]),
    ("78", &["法律事务", "安全防范技术"]),
    ("79", &["智慧健康养老服务与管理", "社会工作"]),
];

/// A college of this level.
pub fn college(level: StudyLevel, dice: &mut Dice) -> &'static str {
    match level {
        StudyLevel::VocationalUndergraduate => dice.pick(&VOCATIONAL_UNDERGRADUATE),
        StudyLevel::GeneralUndergraduate => dice.pick(&GENERAL_UNDERGRADUATE),
        StudyLevel::JuniorCollege | StudyLevel::Master | StudyLevel::Other => dice.pick(&JUNIOR),
    }
}

/// What a graduate of this specialty goes on to study.
pub fn major(specialty: &str, dice: &mut Dice) -> &'static str {
    let near = MAJORS.iter().find(|(class, _)| specialty.starts_with(class)).map_or(MAJORS[5].1, |(_, majors)| *majors);
    dice.pick(near)
}
