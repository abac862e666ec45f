//! Specialties of the catalogue of vocational education (edition 2021, secondary level), by code.
//!
//! Not the whole catalogue: the specialties that schools of a city commonly teach, at least one in each of the 19
//! classes. A specialty outside the list is imported by its code. Invariant: codes ascend, names are unique.

/// Six-digit code and name of each specialty.
pub const SPECIALTIES: [(&str, &str); 58] = [
    ("610102", "作物生产技术"),
    ("610105", "园艺技术"),
    ("610202", "园林技术"),
    ("610301", "畜禽生产技术"),
    ("620301", "工程测量技术"),
    ("620801", "环境监测技术"),
    ("620802", "环境治理技术"),
    ("630101", "发电厂及变电站运行与维护"),
    ("630301", "光伏工程技术与应用"),
    ("640102", "建筑装饰技术"),
    ("640301", "建筑工程施工"),
    ("640501", "工程造价"),
    ("650201", "水利工程运行与管理"),
    ("650202", "水利水电工程施工"),
    ("660101", "机械制造技术"),
    ("660102", "机械加工技术"),
    ("660103", "数控技术应用"),
    ("660108", "模具制造技术"),
    ("660301", "机电技术应用"),
    ("660302", "电气设备运行与控制"),
    ("660303", "工业机器人技术应用"),
    ("670102", "生物药物检验"),
    ("670201", "化学工艺"),
    ("680402", "服装设计与工艺"),
    ("680405", "皮革制品设计与制作"),
    ("690104", "食品安全与检测技术"),
    ("690201", "药剂"),
    ("690202", "制药技术应用"),
    ("700206", "汽车运用与维修"),
    ("700207", "汽车车身修复"),
    ("700209", "新能源汽车运用与维修"),
    ("700604", "城市轨道交通运营服务"),
    ("710102", "物联网技术应用"),
    ("710103", "电子技术应用"),
    ("710201", "计算机应用"),
    ("710202", "计算机网络技术"),
    ("710203", "软件与信息服务"),
    ("710204", "数字媒体技术应用"),
    ("710207", "网络信息安全"),
    ("720201", "护理"),
    ("720401", "中药"),
    ("720601", "康复技术"),
    ("730301", "会计事务"),
    ("730501", "国际商务"),
    ("730701", "电子商务"),
    ("730703", "直播电商服务"),
    ("730801", "物流服务与管理"),
    ("740101", "旅游服务与管理"),
    ("740104", "高星级饭店运营与管理"),
    ("740201", "中餐烹饪"),
    ("750105", "工艺美术"),
    ("750109", "动漫与游戏制作"),
    ("760201", "影像与影视技术"),
    ("760204", "播音与主持"),
    ("770101", "幼儿保育"),
    ("770301", "运动训练"),
    ("780401", "法律事务"),
    ("790302", "智慧健康养老服务"),
];

/// The code of the specialty of this name.
pub fn specialty_code(name: &str) -> Option<&'static str> {
    SPECIALTIES.iter().find(|(_, listed)| *listed == name).map(|(code, _)| *code)
}

/// The name of the specialty of this code.
pub fn specialty_name(code: &str) -> Option<&'static str> {
    SPECIALTIES.iter().find(|(listed, _)| *listed == code).map(|(_, name)| *name)
}

/// The 19 classes of specialties of the catalogue of 2021: the first two digits of a specialty code, and the name.
pub const SPECIALTY_CLASSES: [(&str, &str); 19] = [
    ("61", "农林牧渔大类"),
    ("62", "资源环境与安全大类"),
    ("63", "能源动力与材料大类"),
    ("64", "土木建筑大类"),
    ("65", "水利大类"),
    ("66", "装备制造大类"),
    ("67", "生物与化工大类"),
    ("68", "轻工纺织大类"),
    ("69", "食品药品与粮食大类"),
    ("70", "交通运输大类"),
    ("71", "电子与信息大类"),
    ("72", "医药卫生大类"),
    ("73", "财经商贸大类"),
    ("74", "旅游大类"),
    ("75", "文化艺术大类"),
    ("76", "新闻传播大类"),
    ("77", "教育与体育大类"),
    ("78", "公安与司法大类"),
    ("79", "公共管理与服务大类"),
];

/// The name of the specialty class of a six-digit specialty code, or `None` when the code begins with no class.
pub fn specialty_class_name(code: &str) -> Option<&'static str> {
    SPECIALTY_CLASSES.iter().find(|(class, _)| code.starts_with(class)).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::SpecialtyCode;

    #[test]
    fn the_codes_ascend_and_cover_every_class() {
        assert!(SPECIALTIES.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (class, _) in SPECIALTY_CLASSES {
            assert!(SPECIALTIES.iter().any(|(code, _)| code.starts_with(class)), "{class}");
        }
        for (code, name) in SPECIALTIES {
            assert!(SpecialtyCode::parse(code).is_ok());
            assert_eq!(specialty_code(name), Some(code), "{name} is listed twice");
        }
    }
}
