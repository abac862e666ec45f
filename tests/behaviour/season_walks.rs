//! Promise: whatever happens to a stay, an agreement, an exemption, a host or an employer has its order; each is done in
//! its state, on its day and with its reason, and otherwise answered with a sentence that says why.
//!
//! Each walk is read from top to bottom: who, what, and what the answer says; `✗` marks a refusal, after which nothing
//! has changed.

use crate::support::Database;
use crate::support::typed::{AGREED, ARRANGED, CODE, output, position, run, town};

type Step<'a> = (&'a str, &'a str, &'a str);

/// The words without the blanks of a table, in which a column stands for a colon.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '：').collect()
}

/// Whether it is printed as it stands, or in the columns of one row.
fn is_told(told: &str, says: &str) -> bool {
    let in_row = |row: &str| says.split_whitespace().all(|part| bare(row).contains(&bare(part)));
    bare(told).contains(&bare(says)) || told.lines().any(in_row)
}

fn walk(database: &Database, steps: &[Step<'_>]) {
    for (who, order, says) in steps {
        let words: Vec<&str> = ["--as", who].into_iter().chain(order.split_whitespace()).collect();
        let before = position(database);
        let (code, told) = output(database, &words);
        match says.strip_prefix("✗ ") {
            Some(says) => {
                assert!(code == Some(1) && told.contains(says), "{order} should be refused with {says}: {told}");
                assert_eq!(position(database), before, "{order}");
            }
            None => assert!(code == Some(0) && is_told(&told, says), "{order} should say {says}: {told}"),
        }
    }
}

/// A placement of student 20240000 whose first day was long ago.
fn drafted_late(database: &Database) {
    town(database, 1, 0);
    run(database, &["employer", "register", "--name", "西方修理厂", "--school", "33070001"]);
    let past = ["--student", "20240000", "--first-day", "2020-09-01", "--last-day", "2021-01-31"];
    let arranged: Vec<&str> = ARRANGED.chunks(2).filter(|pair| !pair[0].ends_with("-day")).flatten().copied().collect();
    run(database, &[&["--as", "钱五", "placement", "draft"], &past[..], &arranged[..]].concat());
}

#[tokio::test]
async fn a_stay_that_was_registered_late_changed_interrupted_and_ended() {
    for database in Database::both().await {
        drafted_late(&database);
        let agreed = format!("agreement draft --student 20240000 --send {}", AGREED.join(" "));
        walk(
            &database,
            &[
                ("赵校长", "placement return --student 20240000 --reason 材料不全", "✗ 只有「待审核」时可以这样办理"),
                ("钱五", "placement submit --student 20240000", "提交 1 人：已记录"),
                ("赵校长", "placement return --student 20240000 --reason 材料不全 --note 缺岗位", "退回 1 人"),
                (
                    "钱五",
                    "placement revise --student 20240000 --last-day 2020-08-31",
                    "✗ 结束日 2020-08-31 早于开始日 2020-09-01",
                ),
                ("钱五", "placement revise --student 20240000 --last-day 2021-02-28", "修改 1 人：已记录"),
                ("钱五", "placement submit --student 20240000", "提交 1 人：已记录"),
                ("赵校长", "placement approve --student 20240000", "✗ 还没有合规结论"),
                ("钱五", "placement evaluate --student 20240000 --verdict 禁止", "合规结论 1 人"),
                ("赵校长", "placement approve --student 20240000", "✗ 合规结论为「禁止」"),
                ("钱五", "placement evaluate --student 20240000 --verdict 提醒", "合规结论 1 人"),
                ("赵校长", "placement approve --student 20240000", "✗ 批准属于补登；请先办理补登批准并说明原因"),
                ("钱五", "placement late --student 20240000 --reason 漏登", "✗ 请由另一人审批"),
                ("赵校长", "placement late --student 20240000 --reason 漏登", "批准补登 1 人"),
                ("赵校长", "placement approve --student 20240000", "批准 1 人"),
                ("钱五", "placement ready --student 20240000", "✗ 实习材料不全：三方协议"),
                ("钱五", &agreed, "拟协议并发出材料 1 人"),
                ("钱五", "agreement sign --student 20240000 --party all", "签署 1 人"),
                ("钱五", "placement ready --student 20240000", "确认上岗准备 1 人"),
                ("钱五", "placement arrive --student 20240000 --on 2020-08-31", "✗ 不在实习时间（2020-09-01 至"),
                ("钱五", "placement no-show --student 20240000 --reason 健康原因 --on 2020-09-02", "未到岗 1 人"),
                ("钱五", "placement undo --student 20240000 --reason 填报有误", "撤销 1 人"),
                ("钱五", "placement arrive --student 20240000 --on 2020-09-02", "到岗 1 人"),
                ("钱五", "placement cancel --student 20240000 --reason 其他", "✗ 该实习当前为「实习中」"),
                (
                    "钱五",
                    "placement change-host --student 20240000 --from 2020-10-12 --reason 单位提出 --host 西方修理厂",
                    "✗ 还要写明：实习地址、岗位、实习场所类型、实习去向",
                ),
                (
                    "钱五",
                    "placement change-host --student 20240000 --from 2020-10-12 --reason 单位提出 --host 西方修理厂 \
                     --address 环城路1号 --post 钣金 --site-kind 私营 --region 本市 --mentor 周师傅",
                    "变更单位 1 人",
                ),
                (
                    "钱五",
                    "placement change-pay --student 20240000 --from 2020-10-12 --reason 单位提出",
                    "✗ 没有写变更后的内容",
                ),
                (
                    "钱五",
                    "placement change-pay --student 20240000 --from 2020-10-12 --reason 单位提出 --pay 2600",
                    "变更报酬 1 人",
                ),
                (
                    "钱五",
                    "placement change-site --student 20240000 --from 2020-11-01 --reason 学校调整 --post 喷漆",
                    "变更岗位 1 人",
                ),
                (
                    "钱五",
                    "placement change-mentor --student 20240000 --from 2020-11-01 --reason 学校调整 --teacher 无此人",
                    "✗ 没有编号或姓名为「无此人」的人员",
                ),
                (
                    "钱五",
                    "placement change-mentor --student 20240000 --from 2020-11-01 --reason 学校调整 --mentor 冯师傅",
                    "变更指导人 1 人",
                ),
                (
                    "钱五",
                    "placement change-period --student 20240000 --from 2020-11-01 --reason 学校调整 --last-day 2021-03-31",
                    "变更期限 1 人",
                ),
                ("钱五", "placement suspend --student 20240000 --reason 健康原因 --on 2020-11-16", "中止 1 人"),
                (
                    "钱五",
                    "placement resume --student 20240000 --on 2020-11-10",
                    "✗ 早于最近一次中止或恢复的日期 2020-11-16",
                ),
                ("钱五", "placement resume --student 20240000 --on 2020-11-30", "恢复 1 人"),
                ("钱五", "placement resume --student 20240000 --on 2020-12-01", "✗ 只有「中止」时可以这样办理"),
                (
                    "钱五",
                    "placement end --student 20240000 --by 学生 --reason 家庭原因 --on 2021-01-05",
                    "提前终止 1 人",
                ),
                (
                    "钱五",
                    "placement end --student 20240000 --by 单位 --reason 其他 --on 2021-01-06",
                    "✗ 没有进行中的实习安排",
                ),
                ("吴老师", "placement show --student 20240000", "状态：提前终止（补登）"),
                ("吴老师", "placement show --student 20240000", "号 2020-09-02 未到岗：健康原因"),
                ("吴老师", "placement show --student 20240000 --on 2020-10-31", "环城路1号，钣金"),
                ("吴老师", "placement show --student 20240000 --on 2020-11-30", "单位指导人员：冯师傅"),
                ("吴老师", "at-work --on 2021-01-04", "：1 人"),
                ("吴老师", "at-work --on 2021-01-05", "：0 人"),
            ],
        );
        run(&database, &["verify"]);
    }
}

#[tokio::test]
async fn a_placement_that_was_rejected_drafted_again_and_cancelled() {
    for database in Database::both().await {
        drafted_late(&database);
        walk(
            &database,
            &[
                ("钱五", "placement submit --student 20240000", "提交 1 人"),
                (
                    "赵校长",
                    "placement reject --student 20240000 --reason 单位不符合要求 --note 未考察",
                    "不予批准 1 人",
                ),
                ("赵校长", "placement reject --student 20240000 --reason 单位不符合要求", "✗ 没有进行中的实习安排"),
                (
                    "钱五",
                    "placement draft --student 20240000 --kind 认识实习 --source 学校合作企业 --host 西方修理厂 \
                     --first-day 2020-10-01 --last-day 2020-10-15",
                    "起草 1 人",
                ),
                ("钱五", "placement cancel --student 20240000 --reason 学籍变动", "取消 1 人"),
                (
                    "钱五",
                    "placement undo --student 20240000 --version 1 --reason 填报有误",
                    "✗ 第 1 号记录之后还有第 2 号记录，请先撤销第 2 号",
                ),
                ("钱五", "placement undo --student 20240000 --reason 填报有误", "撤销 1 人"),
                ("钱五", "placement undo --student 20240000 --version 1 --reason 填报有误", "撤销 1 人"),
                ("钱五", "placement show --student 20240000", "起草已撤销"),
            ],
        );
    }
}

#[tokio::test]
async fn an_agreement_that_was_refused_recalled_voided_signed_amended_and_terminated() {
    for database in Database::both().await {
        town(&database, 1, 0);
        run(&database, &[&["--as", "钱五", "placement", "draft", "--student", "20240000"], ARRANGED].concat());
        let drafted = format!("agreement draft --student 20240000 {}", AGREED.join(" "));
        let too_long = drafted.replace("--day-hours 8", "--day-hours 25");
        walk(
            &database,
            &[
                ("钱五", "agreement sign --student 20240000 --party all", "✗ 没有待签的材料；请先发出"),
                ("钱五", "agreement sign --student 20240000 --party 学生 --document 三方协议", "✗ 没有待签的材料"),
                ("钱五", &too_long, "✗ 每日工作时间 25 小时"),
                ("钱五", &drafted, "拟协议 1 人"),
                ("钱五", "agreement send --student 20240000 --document 三方协议", "发出 1 人"),
                (
                    "钱五",
                    "agreement sign --student 20240000 --party 学生 --document 三方协议 --on 2020-01-01",
                    "✗ 早于发出日",
                ),
                ("钱五", "agreement sign --student 20240000 --party 主管部门 --document 三方协议", "✗ 主管部门"),
                ("钱五", "agreement sign --student 20240000 --party 学生 --document 三方协议", "签署 1 人"),
                (
                    "钱五",
                    "agreement revoke --student 20240000 --party 监护人 --document 三方协议 --reason 签错",
                    "✗ 还没有签署",
                ),
                (
                    "钱五",
                    "agreement revoke --student 20240000 --party 学生 --document 三方协议 --reason 签错",
                    "签署不作数 1 人",
                ),
                (
                    "钱五",
                    "agreement refuse --student 20240000 --party 监护人 --document 三方协议 --reason 担心安全",
                    "拒签 1 人",
                ),
                ("钱五", "agreement show --student 20240000", "三方协议拒签"),
                ("钱五", "agreement recall --student 20240000 --document 三方协议 --reason 约定内容变更", "撤回 1 人"),
                ("钱五", "agreement undo --student 20240000 --reason 填报有误", "撤销 1 人"),
                ("钱五", "agreement void --student 20240000 --version 9 --reason 其他", "✗ 没有三方协议第 9 版"),
                ("钱五", "agreement void --student 20240000 --reason 其他", "作废 1 人"),
                ("钱五", "agreement terminate --student 20240000 --by 学生 --reason 其他", "✗ 没有已生效的协议"),
                ("钱五", &drafted, "拟协议 1 人"),
                ("钱五", "agreement send --student 20240000", "发出 1 人"),
                ("钱五", "agreement sign --student 20240000 --party all", "签署 1 人"),
                ("钱五", "agreement amend --student 20240000 --from 2099-10-01", "✗ 没有可变更的"),
                ("钱五", "agreement amend --student 20240000 --from 2099-10-01 --also 中止", "拟补充协议 1 人"),
                ("钱五", "agreement terminate --student 20240000 --by 学生 --reason 其他", "✗ 第 3 版"),
                ("钱五", "agreement void --student 20240000 --reason 约定内容变更", "作废 1 人"),
                (
                    "钱五",
                    "agreement terminate --student 20240000 --by 学生 --reason 其他 --on 2099-11-01",
                    "解除协议 1 人",
                ),
                ("钱五", "agreement sign --student 20240000 --party all", "✗ 没有待签的材料"),
            ],
        );
        run(&database, &["verify"]);
    }
}

#[tokio::test]
async fn an_exemption_that_was_asked_for_refused_asked_for_again_granted_and_withdrawn() {
    for database in Database::both().await {
        town(&database, 2, 1);
        walk(
            &database,
            &[
                ("钱五", "exemption grant --student 20240000", "✗ 该生没有申请免实习"),
                (
                    "钱五",
                    "exemption request --class 高三汽修2班 --ground 升学备考",
                    "✗ 只有在籍或休学的学生可以申请免实习",
                ),
                (
                    "钱五",
                    "exemption request --class 高三汽修2班 --except 20240002 --ground 升学备考 --note 另附名单",
                    "申请免实习 2 人：已记录",
                ),
                ("钱五", "exemption request --student 20240000 --ground 健康原因", "✗ 不能再次申请"),
                ("钱五", "exemption grant --student 20240000", "✗ 请由另一人决定"),
                ("吴老师", "exemption grant --student 20240000", "✗ 您的角色不能作此操作"),
                (
                    "赵校长",
                    "exemption refuse --class 高三汽修2班 --except 20240002 --reason 材料不全",
                    "不予免实习 2 人",
                ),
                ("赵校长", "exemption grant --student 20240000", "✗ 当前为「不予免实习」"),
                ("钱五", "exemption request --student 20240000 --ground 参军入伍", "申请免实习 1 人"),
                ("赵校长", "exemption grant --student 20240000", "准予免实习 1 人"),
                ("钱五", "exemption undo --student 20240000 --version 1 --reason 填报有误", "✗ 请先撤销第 4 号"),
                ("钱五", "exemption withdraw --student 20240000", "撤回申请 1 人"),
                ("吴老师", "exemption list", "✗ 您的角色不能作此操作"),
                ("赵校长", "exemption list", "已撤回"),
                ("钱五", "exemption undo --student 20240000 --reason 填报有误", "撤销 1 人"),
                ("赵校长", "exemption list", "已准免实习"),
            ],
        );
        run(&database, &["verify"]);
    }
}

#[tokio::test]
async fn a_host_that_was_visited_twice_accepted_suspended_and_taken_up_again() {
    for database in Database::both().await {
        town(&database, 1, 0);
        let report = database.write(&[("考察.pdf", "%PDF-1.7 report")]).remove(0);
        let visit = format!("host visit {CODE} --all 符合 --on 2026-03-02 --report {}", report.display());
        let order = |rest: &str| rest.replace("CODE", CODE);
        let steps: Vec<(&str, String, &str)> = [
            ("钱五", "host visit CODE --all 符合", "✗ 请先提出"),
            ("钱五", "host propose CODE", "已记录"),
            ("赵校长", "host accept CODE", "✗ 新单位要先实地考察"),
            ("钱五", "host visit CODE --finding 安全防护=符合", "✗ 九项都要写明"),
            ("钱五", "host visit CODE --all 符合 --finding 安全防护=不符合", "已记录"),
            ("赵校长", "host accept CODE", "✗ 考察结论为「不符合」：安全防护"),
            ("钱五", visit.as_str(), "已记录"),
            ("钱五", "host accept CODE", "✗ 请由另一人决定"),
            ("赵校长", "host accept CODE", "已记录"),
            ("赵校长", "host refuse CODE --reason 资质不符", "✗ 只有「待核」时可以这样办理"),
            ("钱五", "host publish CODE", "已记录"),
            ("钱五", "host framework CODE --on 2026-03-05 --until 2026-03-04", "✗ 早于签订日 2026-03-05"),
            ("钱五", "host framework CODE --on 2026-03-05 --until 2099-08-31", "已记录"),
            ("钱五", "host contact CODE --name 李经理 --phone 0579-80000009", "已记录"),
            ("钱五", "host suspend CODE --reason 拖欠报酬 --note 三个月", "已记录"),
            ("钱五", "host suspend CODE --reason 其他", "✗ 该单位当前为「暂停合作」"),
            ("钱五", "host resume CODE", "已记录"),
            ("钱五", "host undo CODE --version 1 --reason 填报有误", "✗ 请先撤销第 9 号"),
            ("钱五", "host undo CODE --reason 填报有误", "已记录"),
            ("吴老师", "host show CODE", "✗ 您的角色不能作此操作"),
            ("赵校长", "host show CODE", "暂停合作"),
            ("赵校长", "host show CODE", "联系人：李经理 0579-80000009"),
            ("赵校长", "host show CODE", "2026-03-02 考察：资质符合"),
            ("赵校长", "host list", "有效 2099-08-31"),
        ]
        .map(|(who, rest, says)| (who, order(rest), says))
        .into();
        let steps: Vec<Step<'_>> = steps.iter().map(|(who, rest, says)| (*who, rest.as_str(), *says)).collect();
        walk(&database, &steps);
    }
}

#[tokio::test]
async fn an_employer_is_found_by_the_name_and_code_it_has_after_a_correction_and_after_its_undoing() {
    const RIGHT: &str = "91330700MA28A00002";
    for database in Database::both().await {
        town(&database, 1, 0);
        let found =
            |wanted: &str| output(&database, &["employer", "show", wanted, "--school", "33070001"]).0 == Some(0);
        let correct = |wanted: &str, more: &[&str]| {
            output(&database, &[&["employer", "correct", wanted, "--school", "33070001"], more].concat())
        };
        assert!(correct(CODE, &[]).1.contains("还要写明"));
        let (code, told) = correct(CODE, &["--code", RIGHT, "--name", "东方汽车集团"]);
        assert_eq!(code, Some(0), "{told}");
        assert!(found(RIGHT) && found("东方汽车集团") && !found(CODE) && !found("东方汽车服务有限公司"));
        assert!(correct(RIGHT, &["--code", RIGHT]).1.contains("已是如此"));
        // The wrong code is free for whoever it belongs to, and then not free any more.
        run(&database, &["employer", "register", "--name", "另一公司", "--code", CODE]);
        let (code, told) = output(&database, &["employer", "undo", RIGHT, "--reason", "填报有误"]);
        assert!(code == Some(1) && told.contains("是同一单位时请合并"), "{told}");
        let (_, told) = correct(CODE, &["--code", "91330700MA28A00003"]);
        assert!(told.contains("已记录"), "{told}");
        run(&database, &["employer", "undo", RIGHT, "--reason", "填报有误", "--school", "33070001"]);
        assert!(found(CODE) && found("东方汽车服务有限公司") && !found(RIGHT) && !found("东方汽车集团"));
        let (code, told) = output(&database, &["employer", "undo", CODE, "--version", "1", "--reason", "填报有误"]);
        assert!(code == Some(1) && told.contains("单位登记不能撤销"), "{told}");
        let (code, told) = output(&database, &["--as", "钱五", "employer", "correct", CODE, "--name", "改名"]);
        assert!(code == Some(1) && told.contains("您的角色不能作此操作"), "{told}");
        run(&database, &["verify"]);
    }
}
