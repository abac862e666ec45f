//! Examples under the help of commands, and the way from the first day to the first report.

/// Examples of one command, a line each.
pub struct Example {
    pub path: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
}

/// What the help begins with.
pub const WAY: (&str, &str) = (
    "从第一天到第一份报告：
  1  gradtrail school add --code 33070001 --name 某某职业学校 --category 民办
  2  gradtrail staff add --name 钱五 --role 就业办 --school 33070001
  3  gradtrail template roster --out 名册.xlsx          填写后导入；去向、升学等同样
  4  gradtrail --as 钱五 import 名册.xlsx 去向.xlsx      加 --check 只检查不记录
  5  gradtrail --as 钱五 missing --year 2022            还缺谁的去向
  6  gradtrail --as 钱五 report --year 2022 --out 2022届.docx
先看样例：gradtrail demo；实习季：gradtrail demo --season",
    "From the first day to the first report:
  1  gradtrail school add --code 33070001 --name 'A school' --category private
  2  gradtrail staff add --name Qian --role officer --school 33070001
  3  gradtrail template roster --out roster.xlsx       fill it in and import it; the others alike
  4  gradtrail --as Qian import roster.xlsx outcomes.xlsx     with --check nothing is recorded
  5  gradtrail --as Qian missing --year 2022           whose destination is not known yet
  6  gradtrail --as Qian report --year 2022 --out 2022.docx
To look first: gradtrail demo; with an internship season: gradtrail demo --season",
);

const fn of(path: &'static str, zh: &'static str, en: &'static str) -> Example {
    Example { path, zh, en }
}

pub const EXAMPLES: &[Example] = &[
    of(
        "",
        "\
gradtrail report --year 2022 --by school         年度统计，按学校分组
gradtrail explain employment_rate --year 2022    打开一个数字：分子、分母、由哪个事件决定
gradtrail placement draft --help                 安排全班实习；发材料、登记签署见 agreement、packet
gradtrail verify                                 校验日志与读模型
gradtrail backup 备份.db                          备份；密钥和台账另外保存",
        "\
gradtrail report --year 2022 --by school         year-end figures by school
gradtrail explain employment_rate --year 2022    open a figure: numerator, denominator, deciding events
gradtrail placement draft --help                 place a class; for documents see agreement and packet
gradtrail verify                                 verify the log and the read models
gradtrail backup backup.db                       back up; keep the key and the ledger elsewhere",
    ),
    of(
        "employer",
        "\
gradtrail employer register --name 东方汽车服务有限公司 --code 91330700MA00000019 --industry 制造业
gradtrail employer staff 91330700MA00000019 --total 320 --post 4-12-01=45 --on 2026-03-01
gradtrail employer correct 单位编号 --name 东方汽车服务（集团）有限公司
gradtrail employer merge 单位编号 --into 另一单位编号
gradtrail employer duplicates
gradtrail employer interns 91330700MA00000019 --from 2026-11-01 --to 2026-11-30",
        "\
gradtrail employer register --name 'East Motors' --code 91330700MA00000019 --industry C
gradtrail employer staff 91330700MA00000019 --total 320 --post 4-12-01=45 --on 2026-03-01
gradtrail employer correct ID --name 'East Motors Group'
gradtrail employer merge ID --into ANOTHER
gradtrail employer duplicates
gradtrail employer interns 91330700MA00000019 --from 2026-11-01 --to 2026-11-30",
    ),
    of(
        "host",
        "\
gradtrail --as 钱五 host propose 91330700MA00000019
gradtrail --as 钱五 host visit 91330700MA00000019 --all 符合 --finding 生活环境=基本符合 --on 2026-03-02
gradtrail --as 赵校长 host accept 91330700MA00000019
gradtrail --as 赵校长 host accept --all-proposed
gradtrail --as 钱五 host framework 91330700MA00000019 --until 2029-08-31",
        "\
gradtrail --as Qian host propose 91330700MA00000019
gradtrail --as Qian host visit 91330700MA00000019 --all met --finding living=partly --on 2026-03-02
gradtrail --as Zhao host accept 91330700MA00000019
gradtrail --as Zhao host accept --all-proposed
gradtrail --as Qian host framework 91330700MA00000019 --until 2029-08-31",
    ),
    of(
        "season",
        "\
gradtrail --as 钱五 season plan --year 2027 --class 高三汽修1班 --class 高三汽修2班 \\
    --first-day 2026-09-01 --last-day 2027-02-28
gradtrail season list --on 2026-10-01
gradtrail --as 钱五 season undo --year 2027 --version 2 --reason 填报有误",
        "\
gradtrail --as Qian season plan --year 2027 --class 3-1 --class 3-2 \\
    --first-day 2026-09-01 --last-day 2027-02-28
gradtrail season list --on 2026-10-01
gradtrail --as Qian season undo --year 2027 --version 2 --reason entry_error",
    ),
    of(
        "publication",
        "\
gradtrail --as 钱五 publication record --year 2019 --figure employment_rate --numerator 1320 --denominator 1371 \\
    --definition 与本系统的定义相同 --medium 质量年度报告 --title 学校2019年质量年度报告第12页 --published-on 2020-01-15
gradtrail publication list
gradtrail --as 钱五 publication withdraw --year 2019 --figure employment_rate --reason 经查有误
gradtrail --as 钱五 publication undo --year 2019 --version 1 --reason 填报有误
gradtrail trend --year 2022 --figure employment_rate",
        "\
gradtrail --as Qian publication record --year 2019 --figure employment_rate --numerator 1320 --denominator 1371 \\
    --definition ours --medium quality_report --title 'Quality report 2019, page 12' --published-on 2020-01-15
gradtrail publication list
gradtrail --as Qian publication withdraw --year 2019 --figure employment_rate --reason found_wrong
gradtrail --as Qian publication undo --year 2019 --version 1 --reason entry_error
gradtrail trend --year 2022 --figure employment_rate",
    ),
    of(
        "placement",
        "\
gradtrail --as 钱五 placement draft --class 高三汽修2班 --kind 岗位实习 --source 学校合作企业 \\
    --host 91330700MA00000019 --first-day 2026-09-01 --last-day 2027-02-28 --address 某市工业路88号 \\
    --post 汽车维修 --site-kind 私营 --region 本市 --mentor 郑师傅 --mentor-phone 0579-80000002 \\
    --teacher 吴老师 --pay 2400 --pay-unit 月 --on-specialty 非常对口 --overrides 个别.csv \\
    --submit --verdict 通过
gradtrail --as 赵校长 placement approve --class 高三汽修2班
gradtrail --as 赵校长 placement approve --batch 0190…
gradtrail --as 钱五 placement ready --class 高三汽修2班
gradtrail --as 钱五 placement change-host --student 2024010203 --from 2026-11-02 --reason 学生提出 \\
    --host 另一单位 --address 某市环城路1号 --post 钣金 --site-kind 私营 --region 本市 --mentor 周师傅
gradtrail placement show --class 高三汽修2班",
        "\
gradtrail --as Qian placement draft --class 3-2 --host 91330700MA00000019 \\
    --first-day 2026-09-01 --last-day 2027-02-28 --teacher Wu --overrides single.csv --submit --verdict pass
gradtrail --as Zhao placement approve --class 3-2
gradtrail --as Zhao placement approve --batch 0190…
gradtrail --as Qian placement ready --class 3-2
gradtrail placement show --class 3-2",
    ),
    of(
        "agreement",
        "\
gradtrail --as 钱五 agreement draft --class 高三汽修2班 --meals 提供 --lodging 自理 --day-hours 8 --week-days 5 \\
    --pay-method 转账 --pay-day 15 --insurance 学生实习责任保险 --insurance-buyer 学校 --send
gradtrail --as 钱五 packet --class 高三汽修2班 --out 打印
gradtrail --as 钱五 agreement sign --class 高三汽修2班 --party all --on 2026-08-20
gradtrail --as 钱五 agreement sign --student 2024010203 --party 监护人 --mark GT1:CONSENT:1:0190…:A1B2C3D4E5F6
gradtrail --as 钱五 agreement scan --student 2024010203 --document 三方协议 扫描/2024010203.pdf
gradtrail --as 钱五 agreement sign --student 2024010203 --party 监护人 --on-behalf 本人不在本地 \\
    --authority 授权委托书 --authorised-by 委托书.jpg
gradtrail --as 钱五 agreement amend --student 2024010203 --from 2026-11-02 --day-hours 7",
        "\
gradtrail --as Qian agreement draft --class 3-2 --day-hours 8 --week-days 5 --pay-day 15 --send
gradtrail --as Qian packet --class 3-2 --out papers
gradtrail --as Qian agreement sign --class 3-2 --party all --on 2026-08-20
gradtrail --as Qian agreement sign --student 2024010203 --party guardian --mark GT1:CONSENT:1:0190…:A1B2C3D4E5F6
gradtrail --as Qian agreement scan --student 2024010203 scans/2024010203.pdf
gradtrail --as Qian agreement amend --student 2024010203 --from 2026-11-02 --day-hours 7",
    ),
    of(
        "exemption",
        "\
gradtrail --as 钱五 exemption request --student 2024010203 --ground 参军入伍 --evidence 入伍通知书.pdf
gradtrail --as 赵校长 exemption grant --student 2024010203
gradtrail exemption list --school 33071001",
        "\
gradtrail --as Qian exemption request --student 2024010203 --ground enlisted --evidence notice.pdf
gradtrail --as Zhao exemption grant --student 2024010203
gradtrail exemption list --school 33071001",
    ),
    of(
        "evidence",
        "gradtrail --as 钱五 evidence get 3f5a09c2 --out 协议.pdf",
        "gradtrail --as Qian evidence get 3f5a09c2 --out agreement.pdf",
    ),
    of(
        "packet",
        "\
gradtrail --as 钱五 packet --class 高三汽修2班 --out 打印
gradtrail --as 钱五 packet --class 高三汽修2班 --out 打印 --format html --each --templates 我校模板",
        "\
gradtrail --as Qian packet --class 3-2 --out papers
gradtrail --as Qian packet --class 3-2 --out papers --format html --each --templates templates",
    ),
    of(
        "report",
        "\
gradtrail report --year 2022 --as-of 2022-08-31
gradtrail report --year 2022 --out 2022届.docx
gradtrail report --year 2022 --by school,kind --out 2022届.xlsx
gradtrail report --year 2022 --known-at 120000 --format json     供程序使用，只含所要的分组
各种格式的表、列、合计都相同",
        "\
gradtrail report --year 2022 --as-of 2022-08-31
gradtrail report --year 2022 --out 2022.docx
gradtrail report --year 2022 --by school,kind --out 2022.xlsx
gradtrail report --year 2022 --known-at 120000 --format json     for programs, with the dimensions asked for
Tables, columns and totals are the same in every format",
    ),
    of(
        "sample",
        "\
gradtrail sample --out 样例
gradtrail sample --out 样例 --season --today 2026-11-26",
        "\
gradtrail sample --out sample
gradtrail sample --out sample --season --today 2026-11-26",
    ),
    of(
        "import",
        "\
gradtrail import 学校名单.xlsx 33070001/*.xlsx
gradtrail import 去向.csv --school 33070001 --check
gradtrail import 去向.csv --check --out 更改.xlsx      更改的人全部写成清单
gradtrail --as 钱五 import 实习单位.xlsx 实习安排.xlsx      批准、核定后同一文件再导入一次，继续登记
gradtrail import --undo 0190… --reason 传错文件
不合格的行逐行列出，其余照常导入，退出码仍为 0；要全部合格才导入用 --all-or-nothing。
被拒的行所缺的内容（如名册）补上后，同一文件可再导入一次，已导入的行不重复记录。",
        "\
gradtrail import schools.xlsx 33070001/*.xlsx
gradtrail import outcomes.csv --school 33070001 --check
gradtrail import outcomes.csv --check --out changes.xlsx      a list of all who change
gradtrail --as Qian import hosts.xlsx placements.xlsx      once more after approval to record the next step
gradtrail import --undo 0190… --reason wrong_file
Rows that do not hold are listed, the others are imported, and the exit code is 0; --all-or-nothing changes that.
When what rejected rows lack was added, import the same file again: no row is recorded twice.",
    ),
];

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;
    use clap::error::ErrorKind;
    use gradtrail::refusal::Why;

    use super::{EXAMPLES, WAY};
    use crate::cli::Cli;

    /// The commands in a text: what follows `gradtrail` in a line, up to a remark, which two blanks divide from it. A
    /// stroke at the end of a line continues it.
    fn commands(text: &str) -> Vec<Vec<String>> {
        let (mut lines, mut begun) = (vec![], String::new());
        for line in text.lines() {
            begun.push_str(if begun.is_empty() { line } else { line.trim_start() });
            match begun.pop() {
                Some('\\') => (),
                last => {
                    begun.extend(last);
                    lines.push(std::mem::take(&mut begun));
                }
            }
        }
        let of_line = |line: String| {
            let line = line.trim_start_matches(|c: char| c == '$' || c == ' ' || c.is_ascii_digit());
            let typed = line.strip_prefix("gradtrail ")?.split(" #").next()?.split("  ").next()?;
            let mut words = vec![];
            // Every other part stands in quotes.
            for (index, part) in typed.split('\'').enumerate() {
                let blank = |c: char| index % 2 == 0 && c == ' ';
                words.extend(part.split(blank).filter(|word| !word.is_empty()).map(str::to_owned));
            }
            Some(words)
        };
        lines.into_iter().filter_map(of_line).collect()
    }

    #[test]
    fn every_command_that_is_shown_is_one() {
        let (readme, guide) = (include_str!("../../README.md"), include_str!("../../ops/command-line.zh-CN.md"));
        let examples = EXAMPLES.iter().flat_map(|example| [example.zh, example.en]);
        let all: Vec<_> = examples.chain([WAY.0, WAY.1, readme, guide]).flat_map(commands).collect();
        assert!(all.len() > 100, "{}", all.len());
        let mut wrong = vec![];
        for words in all {
            // A root is shown by its first digits.
            let whole = |word: &String| word.replace("4581…", &"0".repeat(64));
            let typed = std::iter::once("gradtrail".to_owned()).chain(words.iter().map(whole));
            let Err(error) = Cli::command().try_get_matches_from(typed) else { continue };
            let why = std::error::Error::source(&error).and_then(|why| why.downcast_ref::<Why>());
            // The files that are shown are not there.
            let is_of_a_file =
                why.is_some_and(|why| ["word.no_file", "word.no_folder", "word.no_templates"].contains(&why.code()));
            let is_help = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            if !is_of_a_file && !is_help {
                wrong.push(format!("{words:?}: {error}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
