//! Promise: an office places a class in a few commands; what cannot be done is refused by name and half of it is never
//! recorded; the same command twice is recorded once.

use std::path::Path;
use std::process::Stdio;

use gradtrail::app::actions::Command as AppCommand;
use gradtrail::app::placement::PlacementOrder;
use gradtrail::app::placement::input::TargetOn;
use gradtrail::app::target::Target;
use gradtrail::domain::ids::{ClassName, citizen_check_digit};

use crate::placements::officer;
use crate::support::typed::{
    AGREED, ARRANGED, CLASS, CODE, command, draft, office, output, packet, position, refused, rows, run, town,
    until_signed,
};
use crate::support::{Database, order};

/// What the codes on the pages say.
fn codes(page: &str) -> Vec<String> {
    let code = |rest: &str| rest.chars().take_while(|c| c.is_alphanumeric() || *c == ':').collect();
    page.split("GT1:").skip(1).map(code).collect()
}

/// Everybody of the class arrives on the first day, which is recorded on that day.
async fn arrive(database: &Database) {
    let told = refused(database, &["--as", "钱五", "placement", "arrive", "--class", CLASS, "--on", "2099-09-01"]);
    assert!(told.contains("日期 2099-09-01 还没有到"), "{told}");
    let target = Target { class: ClassName::parse(CLASS).ok(), ..Target::default() };
    let arrive = PlacementOrder::Arrive(TargetOn { target, on: None });
    // The clock of 1 September 2099.
    let app = database.open_at(|| 4_091_904_000_000_000).await;
    order(&app, &officer(), &AppCommand::Placement(arrive)).await.unwrap();
}

#[tokio::test]
async fn a_class_goes_from_nothing_to_ready_in_five_commands_and_one_packet() {
    for (database, size) in [(Database::sqlite(), 45), (Database::postgres().await, 5)] {
        town(&database, size, 0);
        office(&database, &["host", "propose", CODE]);
        office(&database, &["host", "contact", CODE, "--name", "李经理"]);
        let differing = database.write(&[("个别.csv", "学号,报酬,岗位\n20240001,3000,\n20240002,,钣金\n")]);
        draft(&database, &["--submit", "--verdict", "通过", "--overrides", differing[0].to_str().unwrap()]);
        run(&database, &["--as", "赵校长", "placement", "approve", "--class", CLASS]);
        office(&database, &[&["agreement", "draft", "--class", CLASS, "--send"], AGREED].concat());
        let (printed, packet) = packet(&database, &[]);
        assert!(printed.contains(&format!("{size} 人 {} 份材料", size * 5)), "{printed}");
        assert!(packet.contains("工业路88号") && packet.contains("郑师傅") && packet.contains("每月 15 日"));
        assert!(packet.contains("胡家长") && packet.contains("李经理"));
        assert_eq!(packet.matches("3000 元/月").count(), packet.matches("2400 元/月").count() / (size - 1));
        office(&database, &["agreement", "sign", "--class", CLASS, "--party", "all"]);
        let answer = office(&database, &["placement", "ready", "--class", CLASS]);
        assert!(answer.contains(&format!("{size} 人：已记录")), "{answer}");
        let shown = office(&database, &["placement", "show", "--class", CLASS]);
        assert_eq!(shown.matches("待上岗").count(), size, "{shown}");
        assert_eq!(shown.matches("，钣金").count(), 1);
        // What persons wrote is nowhere in the log.
        let events = run(&database, &["events", "--limit", "5000", "--format", "json"]);
        for word in ["工业路", "郑师傅", "在校生", "20240001", "东方汽车", "胡家长", "枫林路"] {
            assert!(!events.contains(word), "{word}");
        }
        run(&database, &["verify"]);
    }
}

#[tokio::test]
async fn a_class_of_whom_one_has_left_is_refused_by_name_and_nothing_of_it_is_recorded() {
    for (database, size) in [(Database::sqlite(), 45), (Database::postgres().await, 5)] {
        town(&database, size, 1);
        let before = position(&database);
        let draft_class = [&["--as", "钱五", "placement", "draft", "--class", CLASS], ARRANGED].concat();
        let told = refused(&database, &draft_class);
        assert!(told.contains("1 人不能办理，全部都没有记录"), "{told}");
        let left = format!("2024{size:04}");
        assert!(told.contains(&format!("{left} 离校生（{CLASS}，…")) && told.contains("退学"), "{told}");
        // Who is not of the school reads no more than is needed to tell people apart.
        let told = refused(&database, &draft_class[2..]);
        let masked = format!("…{} 离**（{CLASS}，…", &left[left.len() - 4..]);
        assert!(told.contains(&masked) && !told.contains("离校生") && !told.contains(&left), "{told}");
        assert_eq!(position(&database), before);
        let keyed = ["--except", &left, "--key", "起草高三汽修2班"];
        let answer = draft(&database, &keyed);
        assert!(answer.contains(&format!("起草 {size} 人：已记录")), "{answer}");
        // The same key twice is once; without it, it is another draft for the same days.
        let recorded = position(&database);
        let answer = draft(&database, &keyed);
        assert!(answer.contains("此前已记录"), "{answer}");
        let told = refused(&database, &[&draft_class[..], &keyed[..2]].concat());
        assert!(told.contains(&format!("{size} 人不能办理")) && told.contains("重叠"), "{told}");
        assert_eq!(position(&database), recorded);
    }
}

#[tokio::test]
async fn whom_a_command_is_about_is_said_in_one_way_and_otherwise_refused_as_any_command_is() {
    for database in Database::both().await {
        town(&database, 2, 0);
        draft(&database, &[]);
        let before = position(&database);
        let submit = |more: &[&str]| refused(&database, &[&["--as", "钱五", "placement", "submit"], more].concat());
        assert!(submit(&[]).contains("没有写明办理谁；请写班级、学生、实习编号或导入批次中的一个"));
        let both = submit(&["--class", CLASS, "--student", "20240000"]);
        assert!(both.contains("班级、学生、实习编号、导入批次只能写一个"), "{both}");
        let except = submit(&["--student", "20240000", "--except", "20240001"]);
        assert!(except.contains("略去学生只能在写明班级时使用"), "{except}");
        assert_eq!(position(&database), before);
    }
}

#[tokio::test]
async fn who_drafted_does_not_approve_and_a_unit_is_not_merged_into_itself() {
    for database in Database::both().await {
        town(&database, 2, 0);
        draft(&database, &["--submit", "--verdict", "通过"]);
        let told = refused(&database, &["--as", "钱五", "placement", "approve", "--class", CLASS]);
        assert!(told.contains("2 人不能办理") && told.contains("请由另一人审批"), "{told}");
        let told = refused(&database, &["placement", "approve", "--class", CLASS]);
        assert!(told.contains("不能作此操作"), "{told}");
        let told = refused(&database, &["employer", "merge", CODE, "--into", CODE]);
        assert!(told.contains("两个是同一个单位"), "{told}");
        // The same name in other brackets is the same unit.
        let register = |name: &str| office(&database, &["employer", "register", "--name", name]);
        let (first, second) = (register("利民（城东）修理铺"), register("利民(城东) 修理铺"));
        assert_eq!(first.split_whitespace().next(), second.split_whitespace().next());
        assert!(second.contains("此前已登记"), "{second}");
    }
}

#[tokio::test]
async fn a_signature_counts_for_the_version_that_is_out_and_the_packet_prints_that_one() {
    for database in Database::both().await {
        town(&database, 2, 0);
        draft(&database, &["--submit", "--verdict", "通过"]);
        let told = refused(&database, &["--as", "钱五", "packet", "--class", CLASS, "--out", "/nowhere"]);
        assert!(told.contains("2 人不能办理") && told.contains("还没有拟协议；请先拟协议"), "{told}");
        office(&database, &[&["agreement", "draft", "--class", CLASS], AGREED].concat());
        let (_, first) = packet(&database, &[]);
        let (_, again) = packet(&database, &[]);
        assert_eq!(codes(&first), codes(&again));
        office(&database, &["agreement", "send", "--class", CLASS]);
        let (_, sent) = packet(&database, &[]);
        assert_eq!(codes(&first), codes(&sent));
        office(&database, &["agreement", "recall", "--class", CLASS, "--document", "承诺书", "--reason", "填写有误"]);
        office(&database, &["agreement", "send", "--class", CLASS, "--document", "承诺书"]);
        let sign = |version: &str| {
            [
                "--as",
                "钱五",
                "agreement",
                "sign",
                "--student",
                "20240001",
                "--party",
                "学生",
                "--document",
                "承诺书",
                "--version",
            ]
            .into_iter()
            .chain([version])
            .map(str::to_owned)
            .collect::<Vec<String>>()
        };
        let with = |arguments: Vec<String>| {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            output(&database, &arguments)
        };
        let (code, told) = with(sign("1"));
        assert!(code == Some(1) && told.contains("签署的是第 1 版，现在待签的是第 2 版"), "{told}");
        let (code, told) = with(sign("2"));
        assert_eq!(code, Some(0), "{told}");
        // A page of another print does not count.
        let (_, page) = packet(&database, &[]);
        let mark = codes(&page).into_iter().find(|code| code.starts_with("SAFETY:1")).unwrap();
        let wrong = format!("GT1:{}", mark.rsplit_once(':').unwrap().0) + ":000000000000";
        let told = refused(
            &database,
            &["--as", "钱五", "agreement", "sign", "--student", "20240000", "--party", "学生", "--mark", &wrong],
        );
        assert!(told.contains("二维码"), "{told}");
    }
}

#[tokio::test]
async fn of_offices_that_draft_for_one_student_at_once_exactly_one_wins() {
    for database in Database::both().await {
        town(&database, 1, 0);
        run(&database, &["employer", "register", "--name", "西方汽车修理厂", "--school", "33070001"]);
        let start = |(who, host): (&str, &str)| {
            let arranged = ARRANGED.iter().map(|word| if *word == CODE { host } else { word });
            let order = ["--as", who, "placement", "draft", "--student", "20240000"].into_iter();
            let order: Vec<&str> = order.chain(arranged).collect();
            command(&database, &order).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        };
        // Two offices, and one of them twice, at two units.
        let offices = [("钱五", CODE), ("孙六", CODE), ("孙六", "西方汽车修理厂")];
        let answers = offices.map(start).map(|child| child.wait_with_output().unwrap());
        let won = answers.iter().filter(|answer| answer.status.code() == Some(0)).count();
        let told: Vec<_> = answers.iter().map(|answer| String::from_utf8_lossy(&answer.stderr).into_owned()).collect();
        assert_eq!(won, 1, "{told:?}");
        assert_eq!(told.iter().filter(|told| told.contains("重叠")).count(), 2, "{told:?}");
    }
}

#[tokio::test]
async fn who_print_one_class_at_once_print_the_same_pages() {
    for database in Database::both().await {
        town(&database, 3, 0);
        draft(&database, &[]);
        office(&database, &[&["agreement", "draft", "--class", CLASS], AGREED].concat());
        let folder = |name: &str| database.directory.path().join(name).to_str().unwrap().to_owned();
        let start = |name: &str| {
            let order = ["--as", "钱五", "packet", "--class", CLASS, "--format", "html", "--out", &folder(name)];
            command(&database, &order).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let names = ["甲", "乙", "丙", "丁"];
        for answer in names.map(start).map(|child| child.wait_with_output().unwrap()) {
            assert_eq!(answer.status.code(), Some(0), "{}", String::from_utf8_lossy(&answer.stderr));
        }
        let page = |name: &str| {
            std::fs::read_to_string(Path::new(&folder(name)).join(format!("实习材料-{CLASS}.html"))).unwrap()
        };
        assert!(names.map(|name| codes(&page(name))).windows(2).all(|two| two[0] == two[1] && two[0].len() > 3 * 5));
    }
}

#[tokio::test]
async fn after_a_change_of_host_old_and_new_are_visible_and_the_change_wants_an_amendment() {
    for database in Database::both().await {
        town(&database, 2, 0);
        until_signed(&database);
        office(&database, &["placement", "ready", "--class", CLASS]);
        arrive(&database).await;
        office(&database, &["employer", "register", "--name", "西方汽车修理厂"]);
        let change =
            ["placement", "change-host", "--student", "20240000", "--from", "2099-11-02", "--reason", "学生提出"];
        let to = ["--host", "西方汽车修理厂", "--address", "环城路1号", "--post", "钣金", "--site-kind", "私营"];
        let told = refused(&database, &[&["--as", "钱五"], &change[..], &["--host", "西方汽车修理厂"]].concat());
        assert!(told.contains("还要写明"), "{told}");
        office(&database, &[&change[..], &to[..], &["--region", "本市", "--mentor", "周师傅"]].concat());
        let show = |day: &str| office(&database, &["placement", "show", "--student", "20240000", "--on", day]);
        let (before, after) = (show("2099-11-01"), show("2099-11-02"));
        assert!(before.contains("东方汽车服务有限公司") && before.contains("工业路88号"), "{before}");
        assert!(after.contains("西方汽车修理厂") && after.contains("环城路1号，钣金"), "{after}");
        let rows = rows(&database, &["placement", "show", "--student", "20240000", "--on", "2099-11-02"]);
        let unamended = rows.iter().find(|row| row["item"] == "有变更、未签补充协议").unwrap();
        assert_eq!(unamended["content"], "单位");
        let id = rows[0]["placement"].as_str().unwrap().to_owned();
        office(&database, &["agreement", "amend", "--placement", &id, "--from", "2099-11-02"]);
        let (_, page) = packet(&database, &[]);
        assert!(page.contains("西方汽车修理厂") && page.contains("三方协议 第 2 版"));
    }
}

#[tokio::test]
async fn a_mentor_sees_the_own_interns_and_nobody_else_of_the_school() {
    for database in Database::both().await {
        town(&database, 2, 0);
        run(&database, &["staff", "add", "--name", "周老师", "--role", "mentor", "--school", "33070001"]);
        for (student, teacher) in [("20240000", "吴老师"), ("20240001", "周老师")] {
            let arranged = ARRANGED.iter().map(|word| if *word == "吴老师" { teacher } else { word });
            let drafted = ["placement", "draft", "--student", student, "--submit", "--verdict", "通过"];
            office(&database, &drafted.into_iter().chain(arranged).collect::<Vec<_>>());
        }
        run(&database, &["--as", "赵校长", "placement", "approve", "--class", CLASS]);
        office(&database, &[&["agreement", "draft", "--class", CLASS, "--send"], AGREED].concat());
        office(&database, &["agreement", "sign", "--class", CLASS, "--party", "all"]);
        office(&database, &["placement", "ready", "--class", CLASS]);
        arrive(&database).await;
        let shown = rows(&database, &["placement", "show", "--class", CLASS]);
        let mut ids: Vec<&str> = shown.iter().map(|row| row["placement"].as_str().unwrap()).collect();
        ids.dedup();
        let [own, other] = ids[..] else { panic!("{shown:?}") };
        let ask = |words: &[&str]| output(&database, &[&["--as", "吴老师"], words].concat());
        for (words, says) in [
            (&["placement", "show", "--class", CLASS][..], "高三汽修2班  20240000  在校生"),
            (&["agreement", "show", "--placement", own], "已签（纸质）"),
            (&["student", "find", "在校生"], "20240000"),
            (&["at-work", "--on", "2099-10-01"], "2099-10-01：1 人"),
            (&["history", own], "arrival_confirmed"),
        ] {
            let (code, told) = ask(words);
            assert!(code == Some(0) && told.contains(says), "{words:?}: {told}");
            assert!(!told.contains("20240001") && !told.contains(other), "{words:?}: {told}");
        }
        for (words, says) in [
            (&["placement", "show", "--student", "20240001"][..], "没有找到这个学号或编号的学生"),
            (&["placement", "show", "--placement", other], "没有找到这项实习安排"),
            (&["history", other], "没有找到编号"),
            (&["at-work", "--year", "2099"], "您的角色不能作此操作"),
            (&["at-work", "--on", "2099-10-01", "--by", "employer"], "您的角色不能作此操作"),
            (&["packet", "--class", CLASS, "--out", "/nowhere"], "您的角色不能作此操作"),
            (&["queue"], "您的角色不能作此操作"),
            (&["grid", "--class", CLASS], "您的角色不能作此操作"),
        ] {
            let (code, told) = ask(words);
            assert!(code == Some(1) && told.contains(says), "{words:?}: {told}");
        }
    }
}

#[tokio::test]
async fn final_classes_are_asked_for_and_a_count_opens_to_masked_names_and_the_recorded_unit() {
    for database in Database::both().await {
        town(&database, 2, 0);
        let digits = "33070220070319999";
        let check = char::from(citizen_check_digit(digits.as_bytes()));
        let text = format!(
            "学校代码,姓名,证件号码,学号,专业代码,班级,学籍状态,状态日期\n33070001,未安排,{digits}{check},20249999,700206,高三汽修3班,在籍,2024-09-01\n"
        );
        let files = database.write(&[("另一班.csv", &text)]);
        run(&database, &["import", "--kind", "roster", files[0].to_str().unwrap()]);
        let plan = ["season", "plan", "--year", "2100", "--first-day", "2099-09-01", "--last-day", "2100-02-28"];
        let told = refused(&database, &[&["--as", "钱五"], &plan[..], &["--class", "9班"]].concat());
        assert!(told.contains("没有班级 9班"), "{told}");
        office(&database, &[&plan[..], &["--class", CLASS, "--class", "高三汽修3班"]].concat());
        until_signed(&database);
        let waiting = office(&database, &["queue", "not-placed"]);
        assert!(waiting.starts_with("毕业班学生尚未落实实习：1 人") && waiting.contains("高三汽修3班"), "{waiting}");
        office(&database, &["placement", "ready", "--class", CLASS]);
        arrive(&database).await;
        let other = office(&database, &["employer", "register", "--name", "东方汽车服务（集团）有限公司"]);
        run(&database, &["employer", "merge", CODE, "--into", other.split_whitespace().next().unwrap()]);
        let year = ["at-work", "--year", "2099", "--by", "source"];
        let counted = office(&database, &year);
        let counts: Vec<&str> =
            counted.lines().find(|line| line.contains("学校合作企业")).unwrap().split_whitespace().collect();
        assert_eq!(counts[2..9], ["2", "2", "0", "0", "2", "0", "2"], "{counted}");
        let opened = office(&database, &[&year[..], &["--open", "学校合作企业", "--count", "signed"]].concat());
        assert_eq!(opened.matches("在校生  东方汽车服务(集团)有限公司  东方汽车服务有限公司").count(), 2, "{opened}");
        let masked = run(&database, &[&year[..], &["--open", "学校合作企业", "--count", "signed"]].concat());
        assert_eq!(masked.matches("在**  东方汽车服务(集团)有限公司  东方汽车服务有限公司").count(), 2, "{masked}");
        let told = refused(&database, &[&["--as", "钱五"], &year[..], &["--open", "自己寻找"]].concat());
        assert!(told.contains("没有「自己寻找」；有的是：学校合作企业"), "{told}");
        let listed = office(&database, &["employer", "list", "--on", "2099-10-01"]);
        let unit: Vec<&str> = listed.lines().find(|line| line.contains("(集团)")).unwrap().split_whitespace().collect();
        assert_eq!(unit[..4], ["东方汽车服务(集团)有限公司", "无代码", "2", "2"], "{listed}");
        run(&database, &["verify"]);
    }
}

#[tokio::test]
async fn an_amendment_changes_the_terms_that_it_names_and_leaves_the_others() {
    for database in Database::both().await {
        town(&database, 1, 0);
        until_signed(&database);
        let amend = |more: &[&str]| {
            let order = ["--as", "钱五", "agreement", "amend", "--student", "20240000", "--from", "2099-10-01"];
            output(&database, &[&order[..], more].concat())
        };
        assert!(amend(&["--day-hours", "8"]).1.contains("没有可变更的"));
        assert!(amend(&["--day-hours", "25"]).1.contains("每日工作时间 25 小时"));
        let (code, told) = amend(&["--day-hours", "7", "--lodging", "提供", "--protection", "护目镜由单位提供"]);
        assert_eq!(code, Some(0), "{told}");
        let (_, page) = packet(&database, &[]);
        assert!(page.contains("三方协议 第 2 版") && page.contains("每日不超过 7 小时，每周不超过 5 天"));
        assert!(page.contains("护目镜由单位提供") && page.contains("每月 15 日"));
        office(&database, &["agreement", "send", "--student", "20240000"]);
        office(&database, &["agreement", "sign", "--student", "20240000", "--party", "all"]);
        let shown = office(&database, &["agreement", "show", "--student", "20240000"]);
        assert!(shown.contains("拟补充协议第 2 版，变更第 1 版") && !shown.contains("有变更"), "{shown}");
    }
}
