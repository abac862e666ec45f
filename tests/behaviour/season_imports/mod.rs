//! Promise: files of units and placements say what is so; what a person decides stays with persons; the same file again
//! goes on from there and records nothing twice; what cannot be is said in a sentence, and the rest goes in.

mod approved;
mod changes;
mod employers;
mod rejected;
mod walks;

use std::path::PathBuf;
use std::sync::Arc;

use gradtrail::accounts::{Caller, Role};
use gradtrail::app::actions::Command;
use gradtrail::app::bulk::BulkAnswer;
use gradtrail::app::failure::Failure;
use gradtrail::app::import::ImportFiles;
use gradtrail::app::import::batch::{Imported, Recording};
use gradtrail::app::packet::{PacketFormat, PrintPacket};
use gradtrail::app::placement::PlacementOrder;
use gradtrail::app::placement::input::UndoPlacement;
use gradtrail::app::reply::Answer;
use gradtrail::app::target::Target;
use gradtrail::app::target::TargetOnly;
use gradtrail::domain::agreement::Agreement;
use gradtrail::domain::agreement::codes::DocumentState;
use gradtrail::domain::ids::{BatchId, PlacementId};
use gradtrail::domain::import::RowCounts;
use gradtrail::domain::placement::Placement;
use gradtrail::domain::placement::codes::{ComplianceVerdict, DocumentKind};
use gradtrail::domain::placement::stay::{PlacementStage, Stay};
use gradtrail::domain::terms::Term;
use gradtrail::domain::{Stream, UndoReason};
use uuid::Uuid;

use crate::placements::{OURS, document};
use crate::support::{Database, Pupil, Town, add_staff, import, imported, order, school, undo};

pub const UNITS: &str = "学校代码,单位名称,统一社会信用代码,单位规模\n\
    33070001,东方汽车服务有限公司,91330700MA28A00001,中型\n33070001,西方机械厂,,\n";

/// The columns of a placement's row, with what is said of a student at the first unit.
const COLUMNS: [(&str, &str); 42] = [
    ("学校代码", OURS),
    ("姓名", "学生"),
    ("证件号码", ""),
    ("实习类别", "岗位实习"),
    ("实习单位来源", "学校合作企业"),
    ("单位名称", "东方汽车服务有限公司"),
    ("统一社会信用代码", ""),
    ("开始日期", "2023-07-01"),
    ("结束日期", "2024-02-29"),
    ("岗位", "汽车维修"),
    ("实习地址", "工业路88号"),
    ("实习场所类型", "私营"),
    ("实习去向", "本市"),
    ("岗位类别代码", ""),
    ("单位指导人", "郑师傅"),
    ("单位指导人电话", "13900000001"),
    ("指导教师", "吴老师"),
    ("实习报酬", "2400"),
    ("报酬单位", "元/月"),
    ("专业对口程度", "非常对口"),
    ("书面申请日期", ""),
    ("合规结论", "通过"),
    ("每日工时", "8"),
    ("每周天数", "5"),
    ("就餐", "提供"),
    ("住宿", "自理"),
    ("报酬支付方式", "转账"),
    ("支付日", "15"),
    ("险种", "学生实习责任保险"),
    ("保险购买方", "学校"),
    ("协议版本", ""),
    ("签订日期", ""),
    ("签署方", ""),
    ("其他材料签订日期", ""),
    ("到岗日期", ""),
    ("变更日期", ""),
    ("变更原因", ""),
    ("实际结束日期", ""),
    ("终止提出方", ""),
    ("终止原因", ""),
    ("协议解除日期", ""),
    ("备注", ""),
];

/// Everybody signs everything, and the student arrives.
pub const SIGNED: &[(&str, &str)] =
    &[("签订日期", "2023-06-20"), ("其他材料签订日期", "2023-06-21"), ("到岗日期", "2023-07-01")];

/// The row of a pupil's placement where it differs from the usual.
pub fn row(pupil: usize, differs: &[(&str, &str)]) -> String {
    let document = document(pupil);
    let said = |(column, usual): (&str, &'static str)| {
        let differs = differs.iter().find(|(name, _)| *name == column).map(|(_, said)| (*said).to_owned());
        differs.unwrap_or_else(|| if column == "证件号码" { document.clone() } else { usual.to_owned() })
    };
    for (name, _) in differs {
        assert!(COLUMNS.iter().any(|(column, _)| column == name), "{name}");
    }
    COLUMNS.map(said).join(",")
}

pub fn file(rows: &[String]) -> String {
    format!("{}\n{}\n", COLUMNS.map(|(column, _)| column).join(","), rows.join("\n"))
}

/// A school with its staff and pupils, and two units.
pub struct Season {
    pub town: Town,
    pub pupils: Vec<Pupil>,
    pub officer: Caller,
    pub principal: Caller,
    number: std::cell::Cell<u32>,
}

impl Season {
    pub async fn new(database: &Database, pupils: usize) -> Self {
        let town = Town::new(database).await;
        town.add_school(OURS).await;
        let mut of_class = vec![];
        for number in 0..pupils {
            of_class.push(town.student(OURS, "1班", "学生", &document(number), None).await);
        }
        let mut staff = vec![];
        for (name, role) in [("钱五", Role::Officer), ("赵校长", Role::Principal), ("吴老师", Role::Mentor)] {
            let added = add_staff(&town.app, &town.caller, name, role, Some(school(OURS))).await.unwrap();
            staff.push(Caller::operator_for(added, "test"));
        }
        let (officer, principal) = (staff[0].clone(), staff[1].clone());
        let season = Self { town, pupils: of_class, officer, principal, number: std::cell::Cell::new(0) };
        season.import(database, UNITS).await;
        season
    }

    pub async fn import_files(&self, files: &[PathBuf], options: &ImportFiles) -> Vec<Imported> {
        imported(import(&self.town.app, &self.officer, files, options.clone()).await.unwrap())
    }

    /// Imports one file under a name of its own.
    pub async fn import(&self, database: &Database, text: &str) -> Imported {
        self.number.set(self.number.get() + 1);
        let name = format!("file{}.csv", self.number.get());
        self.import_files(&database.write(&[(&name, text)]), &ImportFiles::default()).await.remove(0)
    }

    pub async fn position(&self) -> i64 {
        self.town.app.log().head().await.unwrap().position()
    }

    pub async fn load<A: Stream>(&self, id: Uuid) -> (Arc<A>, u64) {
        self.town.app.bring_up_to_date::<A>(&[id]).await.unwrap();
        self.town.app.load::<A>(id).await.unwrap()
    }

    /// A pupil's placements, oldest first.
    pub async fn placements(&self, pupil: usize) -> Vec<PlacementId> {
        self.town.app.placement_streams(self.pupils[pupil].id).await.unwrap()
    }

    /// A pupil's latest stay.
    pub async fn stay(&self, pupil: usize) -> Stay {
        let id = *self.placements(pupil).await.last().unwrap();
        self.load::<Placement>(id.0).await.0.stay().unwrap().clone()
    }

    pub async fn agreement(&self, pupil: usize) -> Arc<Agreement> {
        let id = *self.placements(pupil).await.last().unwrap();
        self.load::<Agreement>(id.0).await.0
    }

    pub async fn order(&self, caller: &Caller, given: PlacementOrder) -> Result<BulkAnswer, Failure> {
        order(&self.town.app, caller, &Command::Placement(given)).await
    }

    pub async fn approve(&self, batch: BatchId) -> BulkAnswer {
        self.order(&self.principal, approval(batch)).await.unwrap()
    }

    /// One pupil at work: imported, signed, approved, arrived.
    pub async fn at_work(&self, database: &Database, pupil: usize) {
        let text = file(&[row(pupil, SIGNED)]);
        let imported = self.import(database, &text).await;
        self.approve(batch(&imported)).await;
        self.import(database, &text).await;
        assert_eq!(self.stay(pupil).await.stage, PlacementStage::Arrived);
    }
}

/// Everybody whom a batch placed.
pub fn of_batch(batch: BatchId) -> Target {
    Target { batch: Some(batch.0.to_string()), ..Target::default() }
}

pub fn of_placement(placement: PlacementId) -> Target {
    Target { placement: Some(placement.0.to_string()), ..Target::default() }
}

fn approval(batch: BatchId) -> PlacementOrder {
    PlacementOrder::Approve(TargetOnly { target: of_batch(batch) })
}

pub fn batch(imported: &Imported) -> BatchId {
    let Recording::Recorded(batch) = imported.recording else { panic!("{imported:?}") };
    batch
}

pub fn counts(new: u32, changed: u32, unchanged: u32, rejected: u32) -> RowCounts {
    RowCounts { new, changed, unchanged, held: 0, rejected }
}

/// What a rejected file of one row was rejected for.
pub fn reasons(imported: &Imported) -> String {
    let faults = imported.rejected.iter().flat_map(|rejected| &rejected.faults);
    faults.map(|fault| format!("「{}」{}", fault.column, fault.reason)).collect::<Vec<_>>().join("；")
}

/// The codes of the same, in order.
pub fn codes(imported: &Imported) -> Vec<&'static str> {
    imported.rejected.iter().flat_map(|rejected| &rejected.faults).map(|fault| fault.reason.code()).collect()
}

/// The codes of what is to be looked at.
pub fn told(imported: &Imported) -> Vec<&'static str> {
    imported.warnings.iter().map(|(_, _, fault)| fault.reason.code()).collect()
}

pub fn warnings(imported: &Imported) -> String {
    let warnings = imported.warnings.iter().map(|(_, _, fault)| fault.reason.to_string());
    warnings.collect::<Vec<_>>().join("；")
}

/// Draft, submission and verdict; agreement drafted, packet signed: five events for each of two pupils, and then readiness
/// and arrival.
#[tokio::test]
async fn a_file_signs_and_submits_and_after_a_persons_approval_the_same_file_goes_on() {
    for database in Database::both().await {
        let season = Season::new(&database, 2).await;
        let text = file(&[row(0, SIGNED), row(1, SIGNED)]);
        // The units come behind what names them.
        let files = database.write(&[("placements.csv", &text), ("units.csv", UNITS)]);
        let before = season.position().await;
        let imported = season.import_files(&files, &ImportFiles::default()).await.remove(0);
        assert_eq!(imported.counts, counts(2, 0, 0, 0), "{}", reasons(&imported));
        assert!(warnings(&imported).contains("尚未批准，还没有登记到岗；批准后请把同一文件再导入一次"));
        // The batch begins and ends; the units are so already.
        assert_eq!(season.position().await, before + 2 * 5 + 2);
        assert_eq!(season.stay(0).await.stage, PlacementStage::Submitted);
        assert_eq!(season.stay(0).await.verdict, Some(ComplianceVerdict::Passed));
        for kind in DocumentKind::ENTRIES {
            assert_eq!(season.agreement(1).await.versions().state(kind.value), DocumentState::SignedOnPaper);
        }
        // What was signed is what is printed now.
        let (target, format) = (of_batch(batch(&imported)), PacketFormat::Html);
        let print = Command::Packet(PrintPacket { target, templates: None, format, each: true });
        let printed = season.town.app.run(&season.officer, None, &print).await.unwrap();
        let Answer::Packet(printed) = printed else { panic!("{printed:?}") };
        assert_eq!((printed.files.len(), printed.student_count, printed.paper_count), (2, 2, 10));

        let own = season.order(&season.officer, approval(batch(&imported))).await.unwrap();
        assert_eq!((own.count, own.refused.len()), (0, 2));
        assert!(own.refused[0].why.to_string().contains("请由另一人审批"), "{:?}", own.refused[0]);
        assert_eq!(season.approve(batch(&imported)).await.count, 2);

        let before = season.position().await;
        let again = season.import_files(&files[..1], &ImportFiles::default()).await.remove(0);
        assert_eq!((again.counts, warnings(&again)), (counts(0, 2, 0, 0), String::new()), "{}", reasons(&again));
        assert_eq!(season.position().await, before + 2 * 2 + 2);
        assert_eq!(season.stay(0).await.arrived_on, Some("2023-07-01".parse().unwrap()));

        let before = season.position().await;
        let third = season.import_files(&files, &ImportFiles::default()).await;
        assert!(third.iter().all(|imported| matches!(imported.recording, Recording::AlreadyImported(_))));
        assert_eq!(third[0].counts, counts(0, 0, 2, 0));
        assert_eq!(season.position().await, before);
    }
}

#[tokio::test]
async fn a_checked_file_and_one_of_all_or_nothing_say_the_same_and_record_nothing_of_a_bad_one() {
    for database in Database::both().await {
        let season = Season::new(&database, 2).await;
        // A unit of the same call, a second stay behind the first, and one row that overlaps.
        let second = [("开始日期", "2024-03-01"), ("结束日期", "2024-06-30"), ("单位名称", "新厂")];
        let overlapping = [("开始日期", "2024-02-01"), ("结束日期", "2024-06-30")];
        let units = "学校代码,单位名称,统一社会信用代码\n33070001,新厂,\n";
        let good = file(&[row(0, SIGNED), row(1, SIGNED), row(0, &second)]);
        let bad = file(&[row(0, SIGNED), row(1, &overlapping), row(1, SIGNED), row(0, &second)]);
        let files = |text: &str| database.write(&[("p.csv", text), ("u.csv", units)]);
        let before = season.position().await;
        let together = ImportFiles { all_or_nothing: true, ..ImportFiles::default() };
        for options in [ImportFiles { check: true, ..ImportFiles::default() }, together.clone()] {
            let imported = season.import_files(&files(&bad), &options).await.remove(0);
            assert_eq!(imported.counts, counts(3, 0, 0, 1), "{}", reasons(&imported));
            let sentence = "实习时间 2023-07-01 至 2024-02-29 与该生另一项实习（2024-02-01 至 2024-06-30）重叠";
            assert!(reasons(&imported).contains(sentence), "{}", reasons(&imported));
            assert_eq!(season.position().await, before);
        }
        let imported = season.import_files(&files(&good), &together).await.remove(0);
        assert_eq!(imported.counts, counts(3, 0, 0, 0), "{}", reasons(&imported));
        assert_eq!(season.placements(0).await.len(), 2);
        let sheets = season.agreement(1).await;
        assert!(sheets.missing(season.stay(1).await.arranged.kind).is_empty());
    }
}

#[tokio::test]
async fn an_undone_batch_leaves_nothing_of_it_and_what_others_built_on_is_named() {
    for database in Database::both().await {
        let season = Season::new(&database, 2).await;
        let text = file(&[row(0, SIGNED), row(1, SIGNED)]);
        let imported = season.import(&database, &text).await;
        let ids = [season.placements(0).await[0], season.placements(1).await[0]];
        season.approve(batch(&imported)).await;
        let undo_approval = |id: PlacementId| {
            let (target, reason) = (of_placement(id), UndoReason::EntryError);
            season.order(
                &season.officer,
                PlacementOrder::Undo(UndoPlacement { target, version: None, reason, note: None }),
            )
        };
        undo_approval(ids[0]).await.unwrap();
        let undone = undo(&season.town.app, &season.officer, batch(&imported), UndoReason::WrongFile).await.unwrap();
        assert_eq!((undone.count, undone.refused.len()), (5, 1));
        let refused = gradtrail::catalogue::failure::refused(&undone.refused[0]).zh;
        assert!(refused.contains("学生（1班，…") && refused.contains("请先撤销第 4 号"), "{refused}");
        assert_eq!(season.load::<Placement>(ids[0].0).await.0.stay(), None);
        assert_eq!(season.stay(1).await.stage, PlacementStage::Approved);
        assert!(season.agreement(0).await.versions().all().is_empty());

        undo_approval(ids[1]).await.unwrap();
        let undone = undo(&season.town.app, &season.officer, batch(&imported), UndoReason::WrongFile).await.unwrap();
        assert_eq!((undone.count, undone.refused.len()), (5, 0));
        assert!(undo(&season.town.app, &season.officer, batch(&imported), UndoReason::WrongFile).await.is_err());
        let again = season.import(&database, &text).await;
        assert_eq!(again.counts, counts(2, 0, 0, 0), "{}", reasons(&again));
        assert_ne!(season.placements(0).await[1], ids[0]);
    }
}
