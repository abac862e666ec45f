//! SEASON.md: what the season's files hold, what was planted, and how to bring it in, for the people who read them.

use std::fmt::Write;

use super::days::Wave;
use super::plan::{PAPER_SCHOOL, Planned};
use super::planted::{Counts, NONE};
use super::{Season, script::Script};
use crate::domain::agreement::codes::VersionState;
use crate::domain::placement::codes::{HostSource, InternshipKind, Region};
use crate::domain::placement::stay::PlacementStatus;
use crate::domain::terms::Term;
use crate::projections::placement_register::List;
use crate::sample::schools::SCHOOLS;

/// The text of SEASON.md. It names staff and units; of students only numbers.
pub fn season_page(season: &Season) -> String {
    let Season { days, plan, planted, .. } = season;
    let mut page = format!(
        "# 示例城市的实习季\n\n学校、单位、人员都是虚构的。各日期以 {} 为“今天”；换一天生成，各日期随之移动。\n\n\
         毕业班 {} 人，{} 项实习安排，有信用代码的单位 {} 个、只有名称的单位 {} 个。多数班级 8 至 10 周前已开始，\
         系统现在才启用，按“原用纸质登记”补登。\n",
        days.today, planted.students, planted.placements, planted.units_with_code, planted.units_without_code
    );
    import(&mut page);
    let _ = writeln!(page, "\n## 每人的安排\n\n| 安排 | 人数 |\n|---|---|");
    let mut fates: Vec<(&String, &usize)> = planted.fates.iter().collect();
    fates.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    for (fate, count) in fates {
        let _ = writeln!(page, "| {fate} | {count} |");
    }
    table::<PlacementStatus>(&mut page, "实习安排，按状态", &planted.shown);
    table::<VersionState>(&mut page, "实习安排，按协议状态", &planted.agreement);
    table::<List>(&mut page, "今日待办（gradtrail queue）", &planted.queue);
    let part = |dimension| planted.at_work.get(dimension).cloned().unwrap_or_default();
    table::<InternshipKind>(&mut page, "今天在岗，按类别", &part("kind"));
    table::<HostSource>(&mut page, "今天在岗，按单位来源", &part("source"));
    table::<Region>(&mut page, "今天在岗，按去向", &part("region"));
    units(&mut page, season);
    staff(&mut page, plan, season);
    page
}

fn import(page: &mut String) {
    page.push_str(
        "\n## 怎样导入\n\n`gradtrail demo --season` 一次做完。自己做：\n\n\
         1. 导入 `学校名单.xlsx`，按文末登记人员。\n\
         2. 导入各校的 `毕业班名册`；实习办用 `gradtrail season plan` 写明毕业班。\n\
         3. 导入 `实习单位`；校长 `gradtrail host accept --all-proposed`。\n\
         4. 导入 `实习安排`；校长逐班或逐批 `placement late`、`placement approve`。\n\
         5. 再导入一次 `实习单位` 和 `实习安排`：合作协议、到岗和终止从这时起才能记录。\n\
         6. 导入 `实习变更`；有人终止以后，导入 `实习安排（补）`。\n\n\
         纸质签署的班级，签订、到岗、变更、终止都在文件里；其他班级由实习办用命令办理。\n",
    );
}

fn table<T: Term>(page: &mut String, title: &str, counts: &Counts) {
    let _ = writeln!(page, "\n## {title}\n\n| | 数量 |\n|---|---|");
    for (code, word) in T::ENTRIES.iter().map(|entry| (entry.code, entry.zh)).chain([(NONE, "没有")]) {
        if let Some(count) = counts.get(code) {
            let _ = writeln!(page, "| {word} | {count} |");
        }
    }
}

fn units(page: &mut String, season: &Season) {
    let plan = &season.plan;
    let _ = writeln!(
        page,
        "\n## 单位\n\n每校名单的最后一个单位是第一个合作单位的简称，没有代码：同一单位登记了两次，导入后合并。\
         名单前部最后两个合作单位也在下一所学校的名单中：同一单位，两校都用。同一条街的理发店在几所学校都有，没有代码，\
         各校各算一个。\n\n| 学校 | 并入前 | 并入 | 自 |\n|---|---|---|---|"
    );
    for (index, planned) in plan.iter().enumerate() {
        for merger in (Script { planned, days: season.days }).mergers(index % SCHOOLS == 0) {
            let _ = writeln!(page, "| {} | {} | {} | {} |", merger.school, merger.merged, merger.into, merger.from);
        }
    }
}

fn staff(page: &mut String, plan: &[Planned], season: &Season) {
    let _ = writeln!(
        page,
        "\n## 学校和人员\n\n| 学校 | 校长 | 实习办 | 指导教师 | 班级 | 说明 |\n|---|---|---|---|---|---|"
    );
    for planned in plan {
        let mut teachers: Vec<&str> = planned.classes.iter().map(|class| class.teacher.as_str()).collect();
        teachers.dedup();
        let of = |wanted: fn(Wave) -> bool| planned.classes.iter().filter(|class| wanted(class.wave)).count();
        let classes = format!(
            "已开始 {}，认识实习 {}，7 天内开始 {}，下月开始 {}",
            of(|wave| matches!(wave, Wave::Begun(_))),
            of(|wave| wave == Wave::Visit),
            of(|wave| wave == Wave::Soon),
            of(|wave| wave == Wave::NextMonth)
        );
        let note = if planned.at == PAPER_SCHOOL { "全部纸质签署" } else { "" };
        let (school, principal, officer) = (&planned.school.code, &planned.principal, &planned.officer);
        let _ = writeln!(page, "| {school} | {principal} | {officer} | {} | {classes} | {note} |", teachers.join("、"));
    }
    let _ = writeln!(
        page,
        "\n登记人员：`gradtrail staff add --name 姓名 --role principal|officer|mentor --school 学校代码`。\n\n\
         班级 {} 个；“7 天内开始”是 {}，“下月开始”是 {}，认识实习 {} 开始。",
        plan.iter().map(|planned| planned.classes.len()).sum::<usize>(),
        season.days.first_day(Wave::Soon),
        season.days.first_day(Wave::NextMonth),
        season.days.first_day(Wave::Visit)
    );
}
