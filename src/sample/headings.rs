//! How the schools head their columns: the canonical columns of each kind of file, and the ways schools write them.
//!
//! Invariant: whatever the order and wording, every heading in use is a variant of one canonical column here, but
//! the few of [`UNKNOWN`], which no importer knows.

use super::season::columns;

/// The kinds of file of the sample city and of its season.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    Roster,
    Outcomes,
    FurtherStudy,
    Exam,
    FinalYear,
    Employers,
    Placements,
    /// Changes during the stays.
    Changes,
    /// Those who are placed a second time.
    Later,
    /// Those who go on leave while they are at work.
    Leave,
    /// A roster of an autumn before, which comes when its students have graduated.
    EarlierRoster,
    /// Those of a roster whose document number is another now.
    NumberChanges,
    /// The list of destinations a second time, some of its rows corrected.
    CorrectedOutcomes,
    /// Who registered at a college, as the college says.
    CollegeList,
}

impl FileKind {
    pub const CITY: [Self; 4] = [Self::Roster, Self::Outcomes, Self::FurtherStudy, Self::Exam];
    /// What some schools of the city send after their first lists.
    pub const SENT_AGAIN: [Self; 3] = [Self::EarlierRoster, Self::NumberChanges, Self::CorrectedOutcomes];
    pub const SEASON: [Self; 6] =
        [Self::FinalYear, Self::Employers, Self::Placements, Self::Changes, Self::Later, Self::Leave];

    pub fn title(self) -> &'static str {
        match self {
            Self::Roster => "毕业生名册",
            Self::Outcomes => "毕业去向",
            Self::FurtherStudy => "升学名单",
            Self::Exam => "职教高考成绩名单",
            Self::FinalYear => "毕业班名册",
            Self::Employers => "实习单位",
            Self::Placements => "实习安排",
            Self::Changes => "实习变更",
            Self::Later => "实习安排（补）",
            Self::Leave => "休学名单",
            Self::EarlierRoster => "在校生名册",
            Self::NumberChanges => "证件号码变更名册",
            Self::CorrectedOutcomes => "毕业去向（更正）",
            Self::CollegeList => "新生报到核实名单",
        }
    }

    /// The canonical columns, in their usual order.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Roster | Self::FinalYear | Self::Leave | Self::EarlierRoster | Self::NumberChanges => &[
                "学校代码",
                "学校名称",
                "姓名",
                "身份证件类型",
                "证件号码",
                "原证件号码",
                "学号",
                "性别",
                "专业代码",
                "专业名称",
                "班级",
                "学生类型",
                "学籍状态",
                "状态日期",
                "联系电话",
            ],
            Self::Outcomes | Self::CorrectedOutcomes => &[
                "学校代码",
                "学校名称",
                "姓名",
                "身份证件类型",
                "证件号码",
                "学号",
                "去向类型",
                "单位名称",
                "统一社会信用代码",
                "录取学校",
                "行业",
                "就业地域",
                "就业渠道",
                "起薪",
                "劳动合同",
                "社会保险",
                "开始日期",
                "结束日期",
                "操作",
                "操作原因",
                "原日期",
                "状态",
                "佐证材料",
                "专业对口程度",
                "信息来源",
                "填报日期",
            ],
            Self::FurtherStudy | Self::CollegeList => &[
                "学校代码",
                "学校名称",
                "姓名",
                "身份证件类型",
                "证件号码",
                "学号",
                "升学渠道",
                "录取学校",
                "录取专业",
                "升学层次",
                "录取日期",
                "报到日期",
                "离校日期",
                "状态",
                "单位名称",
                "佐证材料",
                "信息来源",
            ],
            Self::Exam => &["学校代码", "学校名称", "姓名", "证件号码", "考试日期", "参考", "上线情况"],
            Self::Employers => columns::EMPLOYERS,
            Self::Placements | Self::Changes | Self::Later => columns::PLACEMENTS,
        }
    }

    /// The ways in which schools write the headings of this kind, before the others.
    fn variants(self) -> &'static [(&'static str, &'static [&'static str])] {
        match self {
            Self::Roster
            | Self::Outcomes
            | Self::FurtherStudy
            | Self::Exam
            | Self::FinalYear
            | Self::Leave
            | Self::EarlierRoster
            | Self::NumberChanges
            | Self::CorrectedOutcomes
            | Self::CollegeList => &[],
            Self::Employers | Self::Placements | Self::Changes | Self::Later => columns::VARIANTS,
        }
    }
}

/// A column of a file as it is written: what stands under the heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Under {
    /// The cells of the canonical column at this place.
    Column(usize),
    /// The running number.
    Serial,
    /// Nothing: a heading no importer knows.
    Unknown,
}

/// Headings that no importer knows.
const UNKNOWN: [&str; 4] = ["备注", "班主任", "是否核实", "备 注"];

/// The ways in which schools write a canonical heading, the canonical one first.
const VARIANTS: &[(&str, &[&str])] = &[
    ("学校代码", &["学校代码", "学校标识码", "学校代码"]),
    ("学校名称", &["学校名称", "毕业学校", "学校名称"]),
    ("姓名", &["姓名", "学生姓名", "姓 名", "姓　名", "毕业生姓名"]),
    ("证件号码", &["证件号码", "身份证号", "身份证号码", "身份证件号", "身份证号"]),
    ("身份证件类型", &["身份证件类型", "证件类型"]),
    ("原证件号码", &["原证件号码", "原身份证号"]),
    ("操作", &["操作"]),
    ("操作原因", &["操作原因", "更正原因"]),
    ("原日期", &["原日期", "原开始日期"]),
    ("学号", &["学号", "学籍号", "学 号"]),
    ("性别", &["性别", "性 别", "性　别"]),
    ("专业代码", &["专业代码", "专业代码", "专业代码 "]),
    ("专业名称", &["专业名称", "专业", "所学专业"]),
    ("班级", &["班级", "班级名称", "班 级"]),
    ("学生类型", &["学生类型", "培养类型", "学生类别"]),
    ("学籍状态", &["学籍状态", "学籍状态", "学生状态"]),
    ("状态日期", &["状态日期", "毕业日期", "毕业时间"]),
    ("联系电话", &["联系电话", "手机号", "联系方式", "电话"]),
    ("去向类型", &["去向类型", "毕业去向类型", "毕业去向"]),
    ("单位名称", &["单位名称", "用人单位", "就业单位", "用人单位名称"]),
    ("统一社会信用代码", &["统一社会信用代码", "信用代码", "单位信用代码"]),
    ("录取学校", &["录取学校", "录取院校", "升入学校"]),
    ("行业", &["行业", "所属行业", "单位行业"]),
    ("就业地域", &["就业地域", "就业地区", "就业地域"]),
    ("就业渠道", &["就业渠道", "就业途径", "就业渠道"]),
    ("起薪", &["起薪", "月薪", "起薪（元/月）", "起薪(元)"]),
    ("劳动合同", &["劳动合同", "合同期限", "劳动合同"]),
    ("社会保险", &["社会保险", "社保", "社会保险"]),
    ("开始日期", &["开始日期", "就业日期", "就业时间", "就业日期　"]),
    ("结束日期", &["结束日期", "离职日期", "离职时间"]),
    ("状态", &["状态", "记录状态", "状态"]),
    ("佐证材料", &["佐证材料", "证明材料", "佐证材料"]),
    ("专业对口程度", &["专业对口程度", "是否对口", "对口程度", "专业对口"]),
    ("信息来源", &["信息来源", "数据来源", "信息来源"]),
    ("填报日期", &["填报日期", "填表日期", "登记日期"]),
    ("升学渠道", &["升学渠道", "升学方式", "升学途径"]),
    ("录取专业", &["录取专业", "升入专业", "录取专业"]),
    ("升学层次", &["升学层次", "录取层次", "层次"]),
    ("录取日期", &["录取日期", "录取时间", "录取日期"]),
    ("报到日期", &["报到日期", "报到时间", "入学报到日期"]),
    ("离校日期", &["离校日期", "退学日期", "离校日期"]),
    ("考试日期", &["考试日期", "考试时间", "考试日期"]),
    ("参考", &["参考", "是否参考", "参加考试"]),
    ("上线情况", &["上线情况", "是否上线", "上线批次"]),
];

fn heading(kind: FileKind, canonical: &'static str, school: usize) -> &'static str {
    let mut variants = kind.variants().iter().chain(VARIANTS);
    let variants = variants.find(|(name, _)| *name == canonical).map_or(&[] as &[&str], |(_, variants)| variants);
    // A fifth of the schools use the template as it is.
    if school.is_multiple_of(5) || variants.is_empty() {
        canonical
    } else {
        variants[(school * 7 + canonical.len()) % variants.len()]
    }
}

/// The columns of the `school`-th school's file. `filled` says whether any row has a cell in a canonical column.
pub fn layout(kind: FileKind, school: usize, filled: impl Fn(usize) -> bool) -> Vec<(Under, &'static str)> {
    let mut layout: Vec<(Under, &'static str)> = Vec::new();
    for (place, canonical) in kind.columns().iter().enumerate() {
        let wanted = match *canonical {
            "学校代码" => school % 3 != 1,
            "学校名称" => !school.is_multiple_of(3),
            "专业名称" | "联系电话" | "学生类型" => school % 6 != 5,
            "录取学校" if matches!(kind, FileKind::Outcomes | FileKind::CorrectedOutcomes) => filled(place),
            "单位名称" if matches!(kind, FileKind::FurtherStudy | FileKind::CollegeList) => filled(place),
            // A roster has them; other lists only where somebody has no other number.
            "学号" if !kind.columns().contains(&"班级") => filled(place),
            "身份证件类型" | "原证件号码" | "操作" | "操作原因" | "原日期" => filled(place),
            "状态" | "离校日期" => filled(place) || school.is_multiple_of(4),
            column if columns::IF_FILLED.contains(&column) => filled(place),
            "填报日期" => school.is_multiple_of(2),
            "信息来源" => school % 4 != 3,
            _ => true,
        };
        if wanted {
            layout.push((Under::Column(place), heading(kind, canonical, school)));
        }
    }
    match school % 4 {
        // The school's own columns last, as in an export.
        1 => layout.rotate_left(usize::from(school % 3 == 2) + 1),
        // The number before the name.
        2 => {
            let named = |wanted: &str| layout.iter().position(|(under, _)| *under == column(kind, wanted));
            if let (Some(name), Some(number)) = (named("姓名"), named("证件号码")) {
                layout.swap(name, number);
            }
        }
        3 => {
            let end = layout.len() - 1;
            layout[4..end].reverse();
        }
        _ => {}
    }
    if school % 4 != 1 {
        layout.insert(0, (Under::Serial, "序号"));
    }
    if school % 3 == 2 {
        layout.push((Under::Unknown, UNKNOWN[school % UNKNOWN.len()]));
    }
    layout
}

fn column(kind: FileKind, canonical: &str) -> Under {
    kind.columns().iter().position(|name| *name == canonical).map_or(Under::Unknown, Under::Column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_file_has_one_heading_twice_and_every_column_has_variants() {
        for kind in FileKind::CITY.into_iter().chain(FileKind::SENT_AGAIN).chain(FileKind::SEASON) {
            for canonical in kind.columns() {
                assert!(kind.variants().iter().chain(VARIANTS).any(|(name, _)| name == canonical), "{canonical}");
            }
            for school in 0..23 {
                let layout = layout(kind, school, |_| true);
                for (i, (_, one)) in layout.iter().enumerate() {
                    assert!(
                        layout[i + 1..].iter().all(|(_, other)| one.trim() != other.trim()),
                        "{kind:?} {school} {one}"
                    );
                }
            }
        }
    }
}
