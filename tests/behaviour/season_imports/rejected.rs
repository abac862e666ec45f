//! Rows that cannot be: each meets its sentence, nothing of it is recorded, and the row beside it goes in.

use gradtrail::accounts::Role;
use gradtrail::app::actions::Command;
use gradtrail::app::agreement::input::{AgreementOrder, DocumentSelector, RecallDocuments};
use gradtrail::app::import::ImportFiles;
use gradtrail::app::packet::{PacketFormat, PrintPacket};
use gradtrail::domain::agreement::codes::RecallReason;
use gradtrail::domain::placement::codes::DocumentKind;
use gradtrail::domain::terms::Standing;
use gradtrail::input::file::{File, TextFolder};
use gradtrail::packet::templates::built_in;

use super::{Season, batch, codes, counts, file, of_batch, of_placement, reasons, row};
use crate::placements::OURS;
use crate::support::rosters::stand;
use crate::support::{Database, add_staff, day, order, school};

/// What is said, the code that answers it, and the column and sentence.
type Answered = (&'static [(&'static str, &'static str)], &'static str, &'static str);

const WRONG: &[Answered] = &[
    (&[("结束日期", "2023-06-30")], "row.ends_before_start", "「结束日期」结束日期早于开始日期 2023-07-01，请核对日期"),
    (&[("证件号码", "330782200612310022")], "import_row.not_on_roster", "「证件号码」不在本校毕业生名册中"),
    (&[("姓名", "别人")], "import_row.name_differs", "「姓名」姓名与名册不符（名册为「学*」）"),
    (
        &[("单位名称", "没有的厂")],
        "import_row.unit_unknown",
        "「单位名称」没有登记这个名称的单位；请先导入「实习单位」文件",
    ),
    (
        &[("统一社会信用代码", "91330700MA28B0001K")],
        "import_row.unit_unknown",
        "「单位名称」没有登记这个统一社会信用代码（和名称）的单位",
    ),
    (&[("单位名称", "")], "row.both_empty", "「单位名称」「单位名称」和「统一社会信用代码」至少填一项"),
    (&[("指导教师", "孙老师")], "import_row.teacher_unknown", "「指导教师」本校没有这个姓名或编号的人员"),
    (&[("实习类别", "打工")], "term.not_listed", "「实习类别」实习类别没有「打工」；可填：认识实习、岗位实习、其他"),
    (
        &[("实习类别", "认识实习"), ("实习单位来源", "自己寻找")],
        "placement.orientation_self_found",
        "认识实习由学校统一组织，单位不能由学生自行选择",
    ),
    (&[("实习地址", "")], "row.partly_filled", "「实习地址」实习地址、岗位、实习场所类型、实习去向须一起填写或都不填"),
    (&[("报酬单位", "")], "row.partly_filled", "「报酬单位」实习报酬、报酬单位须一起填写或都不填"),
    (&[("每日工时", "25")], "cell.no_count", "「每日工时」「25」不对；请填 1 至 24 的整数"),
    (
        &[("实习报酬", ""), ("报酬单位", ""), ("签订日期", "2023-06-20")],
        "agreement.heads_missing",
        "「签订日期」协议缺少必备内容：报酬及支付方式；请补齐后再发出",
    ),
    (
        &[("险种", ""), ("保险购买方", ""), ("签订日期", "2023-06-20")],
        "agreement.heads_missing",
        "协议缺少必备内容：责任保险与伤亡事故处理办法",
    ),
    (&[("签订日期", "2023-06-20"), ("签署方", "邻居")], "term.not_listed", "「签署方」签署方没有「邻居」"),
    (
        &[("签订日期", "2023-06-20"), ("签署方", "主管部门")],
        "agreement.not_a_party",
        "「签订日期」「主管部门」不是这份文件的签署方",
    ),
    (
        &[("签订日期", "2023-06-20"), ("协议版本", "2")],
        "agreement.other_version",
        "「协议版本」签署的是第 2 版，现在待签的是第 1 版",
    ),
    (&[("签署方", "学校")], "row.needs_others", "「签订日期」填了「签署方」，还要填「签订日期」"),
    (&[("变更日期", "2023-11-01")], "row.partly_filled", "「变更原因」变更日期、变更原因须一起填写或都不填"),
    (
        &[("变更日期", "2023-11-01"), ("变更原因", "单位提出")],
        "import_row.nothing_to_change",
        "「变更日期」没有该生 2023-07-01 开始的实习安排，不能变更",
    ),
    (
        &[("实际结束日期", "2023-12-01")],
        "row.partly_filled",
        "「终止提出方」实际结束日期、终止提出方、终止原因须一起填写或都不填",
    ),
    (
        &[("签订日期", "2023-06-20"), ("签署方", "2023-06-22")],
        "cell.day_of_nobody",
        "「签署方」每个日期前面要写是谁签的",
    ),
];

#[tokio::test]
async fn each_wrong_row_meets_its_sentence_and_the_one_beside_it_goes_in() {
    for database in Database::both().await {
        let season = Season::new(&database, 2).await;
        for (index, (wrong, code, sentence)) in WRONG.iter().enumerate() {
            // The good row is another one each time, so that it is new each time.
            let (first, last) = (format!("{}-01-01", 2030 + index), format!("{}-03-01", 2030 + index));
            let good = row(1, &[("开始日期", &first), ("结束日期", &last)]);
            let imported = season.import(&database, &file(&[row(0, wrong), good])).await;
            assert_eq!(imported.counts, counts(1, 0, 0, 1), "{wrong:?}: {}", reasons(&imported));
            assert!(codes(&imported).contains(code), "{wrong:?}: {:?}", codes(&imported));
            assert!(reasons(&imported).contains(sentence), "{wrong:?}: {}", reasons(&imported));
            let shown: usize = reasons(&imported).bytes().filter(u8::is_ascii_digit).count();
            assert!(shown < 30, "no document number is shown: {}", reasons(&imported));
            assert!(season.placements(0).await.is_empty(), "{wrong:?}");
        }
    }
}

#[tokio::test]
async fn one_place_at_a_time_also_between_rows_of_a_file_and_what_is_recorded() {
    for database in Database::both().await {
        let season = Season::new(&database, 2).await;
        let later = |first: &'static str| [("开始日期", first), ("结束日期", "2024-06-30")];
        let both = season.import(&database, &file(&[row(0, &[]), row(0, &later("2024-02-29"))])).await;
        assert_eq!(both.counts, counts(1, 0, 0, 1));
        let sentence = "实习时间 2024-02-29 至 2024-06-30 与该生另一项实习（2023-07-01 至 2024-02-29）重叠";
        assert!(reasons(&both).contains(sentence), "{}", reasons(&both));
        let recorded = season.import(&database, &file(&[row(0, &later("2023-10-01"))])).await;
        assert!(reasons(&recorded).contains("重叠"), "{}", reasons(&recorded));
        let behind = season.import(&database, &file(&[row(0, &later("2024-03-01"))])).await;
        assert_eq!(behind.counts, counts(1, 0, 0, 0), "{}", reasons(&behind));
    }
}

#[tokio::test]
async fn who_has_left_school_by_the_first_day_is_not_placed() {
    for database in Database::both().await {
        let season = Season::new(&database, 2).await;
        let (standing, effective_on) = (Standing::Withdrawn, day("2023-06-30"));
        let left = stand(&season.town.app, season.pupils[0].id, standing, effective_on).await;
        season.town.execute(vec![left]).await.unwrap();
        let imported = season.import(&database, &file(&[row(0, &[]), row(1, &[])])).await;
        assert_eq!(imported.counts, counts(1, 0, 0, 1));
        let sentence = "该生自 2023-06-30 起学籍状态为「退学」，不是在籍学生，实习不能安排到 2024-02-29";
        assert!(reasons(&imported).contains(sentence), "{}", reasons(&imported));
    }
}

/// A file that told of signatures under version 1 comes again when version 1 was recalled.
#[tokio::test]
async fn signatures_under_a_recalled_version_do_not_count_for_the_next() {
    for database in Database::both().await {
        let season = Season::new(&database, 1).await;
        let by_school = [("签订日期", "2023-06-20"), ("签署方", "学校、实习单位2023-06-22")];
        season.import(&database, &file(&[row(0, &by_school)])).await;
        let id = season.placements(0).await[0];
        let documents = DocumentSelector { document: Some(DocumentKind::Agreement), version: Some(1) };
        let (target, reason) = (of_placement(id), RecallReason::EntryError);
        let recall = AgreementOrder::Recall(RecallDocuments { target, documents, reason, note: None });
        order(&season.town.app, &season.officer, &Command::Agreement(recall)).await.unwrap();

        // What it told is so, and stays with version 1.
        let again = season.import(&database, &file(&[row(0, &by_school), String::new()])).await;
        assert_eq!(again.counts, counts(0, 0, 1, 0), "{}", reasons(&again));
        let more = season.import(&database, &file(&[row(0, &[("签订日期", "2023-06-20")])])).await;
        assert!(reasons(&more).contains("三方协议第 1 版当前为「撤回修改」"), "{}", reasons(&more));
        let corrected = [("签订日期", "2023-06-20"), ("就餐", "补贴")];
        let corrected = season.import(&database, &file(&[row(0, &corrected)])).await;
        let sentence = "「协议版本」协议现在是第 2 版（前面的已撤回）；请在「协议版本」写明签的是第几版";
        assert!(reasons(&corrected).contains(sentence), "{}", reasons(&corrected));
        assert_eq!(season.agreement(0).await.versions().all().len(), 1);
        let signed = [("签订日期", "2023-06-25"), ("协议版本", "2")];
        let signed = season.import(&database, &file(&[row(0, &signed)])).await;
        assert_eq!(signed.counts, counts(0, 1, 0, 0), "{}", reasons(&signed));
        let in_force = season.agreement(0).await.versions().in_force().map(|sheet| sheet.paper.version);
        assert_eq!(in_force, Some(2));
        // Everything is signed: a day that contradicts it is told.
        let other = [("签订日期", "2023-06-26"), ("协议版本", "2"), ("签署方", "学生")];
        let other = season.import(&database, &file(&[row(0, &other)])).await;
        assert!(reasons(&other).contains("「学生」已于 2023-06-25 签署"), "{}", reasons(&other));
    }
}

/// Two teachers of one name: who is meant, the file cannot say.
#[tokio::test]
async fn a_teacher_whose_name_two_have_is_refused_and_so_is_a_school_that_a_file_may_not_speak_of() {
    for database in Database::both().await {
        let season = Season::new(&database, 1).await;
        add_staff(&season.town.app, &season.town.caller, "吴老师", Role::Mentor, Some(school(OURS))).await.unwrap();
        let twice = season.import(&database, &file(&[row(0, &[])])).await;
        assert_eq!(codes(&twice), ["import_row.teacher_ambiguous"]);
        let schools = season.import(&database, "学校代码,学校名称,办学类别\n33070001,一中,教育部门\n").await;
        assert_eq!(codes(&schools), ["import_row.schools_are_the_citys"]);
        assert!(season.placements(0).await.is_empty());
    }
}

/// What was printed has another text than the school's templates by which the file's documents are hashed.
#[tokio::test]
async fn signatures_under_what_was_printed_otherwise_do_not_count() {
    for database in Database::both().await {
        let season = Season::new(&database, 1).await;
        let drafted = season.import(&database, &file(&[row(0, &[])])).await;
        let (target, format) = (of_batch(batch(&drafted)), PacketFormat::Html);
        let print = Command::Packet(PrintPacket { target, templates: None, format, each: false });
        season.town.app.run(&season.officer, None, &print).await.unwrap();
        let text = built_in(DocumentKind::Commitment).replace("# 学生岗位实习承诺书", "# 我校承诺书");
        let own = File { name: "commitment.zh.txt".to_owned(), bytes: text.into_bytes() };
        let options = ImportFiles { templates: Some(TextFolder(vec![own])), ..ImportFiles::default() };
        let signed = file(&[row(0, &[("签订日期", "2023-06-20"), ("其他材料签订日期", "2023-06-21")])]);
        let files = database.write(&[("签署.csv", &signed)]);
        let refused = season.import_files(&files, &options).await.remove(0);
        assert_eq!(codes(&refused), ["import_row.changed_since_printed"], "{}", reasons(&refused));
        let taken = season.import_files(&files, &ImportFiles::default()).await.remove(0);
        assert_eq!(taken.counts, counts(0, 1, 0, 0), "{}", reasons(&taken));
    }
}
