//! Promise: a staff list opens, changes and disables accounts as the commands do; the same list again changes nothing, an
//! undone one says the same once more, and nobody but bureau and principal imports one.

use gradtrail::accounts::{Caller, Role, Scope, Staff};
use gradtrail::app::account::{AccountOrder, DisableAccount};
use gradtrail::app::actions::Command;
use gradtrail::app::import::ImportFiles;
use gradtrail::app::import::batch::{Imported, Recording};
use gradtrail::domain::UndoReason;
use gradtrail::domain::account::codes::DisablingReason;
use gradtrail::domain::import::RowCounts;
use gradtrail::domain::terms::Term as _;
use gradtrail::intake::kind::Kind;
use gradtrail::intake::template;
use gradtrail::refusal::Refusal as _;

use crate::placements::document;
use crate::support::{self, Database, Town, add_staff, ask, files, school, undo};

const OURS: &str = "33070001";
const THEIRS: &str = "33070002";
const HEAD: &str = "学校代码,姓名,工号,手机,角色,班级,状态\n";
/// A list of one school, of a class teacher and an officer by number, and a mentor by telephone.
const LIST: &str = "33070001,钱五,T01,,就业办,,\n33070001,吴六,T02,13800000002,班主任,1班,在职\n\
    33070001,郑七,,13800000003,指导教师,,\n";

struct Lists {
    database: Database,
    town: Town,
    principal: Caller,
    officer: Caller,
}

impl Lists {
    async fn new(database: Database) -> Self {
        let town = Town::new(&database).await;
        for (number, code) in [OURS, THEIRS].into_iter().enumerate() {
            town.add_school(code).await;
            town.student(code, "1班", "张一", &document(number), None).await;
            town.student(code, "2班", "李二", &document(10 + number), None).await;
        }
        let of = async |name: &str, role: Role| {
            let staff = add_staff(&town.app, &town.caller, name, role, Some(school(OURS))).await.unwrap();
            Caller::operator_for(staff, "test")
        };
        let (principal, officer) = (of("赵一", Role::Principal).await, of("钱二", Role::Officer).await);
        Self { database, town, principal, officer }
    }

    async fn of(&self, caller: &Caller, rows: &str, options: ImportFiles) -> Imported {
        let paths = self.database.write(&[("staff.csv", &format!("{HEAD}{rows}"))]);
        let results = support::import(&self.town.app, caller, &paths, options).await.unwrap();
        support::imported(results).remove(0)
    }

    async fn import(&self, rows: &str) -> Imported {
        self.of(&self.principal, rows, ImportFiles::default()).await
    }

    /// Everybody of the school whom the list opened: name, role, class, whether disabled.
    async fn staff(&self) -> Vec<(String, Role, Option<String>, bool)> {
        let staff = ask::accounts(&self.town.app, &self.town.caller).await.unwrap().into_iter();
        let listed = staff.filter(|member| !matches!(member.name.as_str(), "赵一" | "钱二"));
        let mut staff: Vec<_> = listed
            .map(|member| {
                let Staff { role, scope, .. } = member.staff;
                (member.name, role, scope.class().map(|class| class.as_str().to_owned()), member.disabled.is_some())
            })
            .collect();
        staff.sort_by(|one, other| one.0.cmp(&other.0));
        staff
    }

    async fn position(&self) -> i64 {
        self.town.app.log().head().await.unwrap().position()
    }
}

fn counts(new: u32, changed: u32, unchanged: u32, rejected: u32) -> RowCounts {
    RowCounts { new, changed, unchanged, held: 0, rejected }
}

/// The column and code of the first fault of each rejected row.
fn faults(imported: &Imported) -> Vec<(u32, String, &'static str)> {
    let rows = imported.rejected.iter();
    rows.map(|row| (row.number, row.faults[0].column.clone(), row.faults[0].reason.code())).collect()
}

fn three() -> Vec<(String, Role, Option<String>, bool)> {
    vec![
        ("吴六".to_owned(), Role::ClassTeacher, Some("1班".to_owned()), false),
        ("郑七".to_owned(), Role::Mentor, None, false),
        ("钱五".to_owned(), Role::Officer, None, false),
    ]
}

#[tokio::test]
async fn a_staff_list_is_told_by_its_headings_opens_accounts_and_the_same_list_again_opens_none() {
    for database in Database::both().await {
        let lists = Lists::new(database).await;
        let before = lists.position().await;
        let check = ImportFiles { check: true, ..ImportFiles::default() };
        let checked = lists.of(&lists.principal, LIST, check).await;
        assert_eq!((checked.kind, checked.counts), (Kind::Staff, counts(3, 0, 0, 0)));
        assert_eq!(lists.position().await, before);

        let imported = lists.import(LIST).await;
        assert_eq!(imported.counts, counts(3, 0, 0, 0), "{:?}", faults(&imported));
        assert_eq!(lists.staff().await, three());
        let after = lists.position().await;
        let again = lists.import(LIST).await;
        assert!(matches!(again.recording, Recording::AlreadyImported(_)));
        assert_eq!(lists.position().await, after);
        // Other bytes that say the same.
        let same = lists.import(&LIST.replace("33070001,", "33070001 ,")).await;
        assert_eq!(same.counts, counts(0, 0, 3, 0), "{:?}", faults(&same));
        assert_eq!(lists.staff().await, three());
    }
}

#[tokio::test]
async fn another_role_or_class_is_a_change_and_who_has_left_may_nothing() {
    for database in Database::both().await {
        let lists = Lists::new(database).await;
        lists.import(LIST).await;
        let changes =
            "33070001,钱五,t01,,校长,,\n33070001,吴六,T02,,班主任,2班,\n33070001,郑七,,13800000003,指导教师,,离职\n";
        let changed = lists.import(changes).await;
        assert_eq!(changed.counts, counts(0, 3, 0, 0), "{:?}", faults(&changed));
        let expected = [
            ("吴六".to_owned(), Role::ClassTeacher, Some("2班".to_owned()), false),
            ("郑七".to_owned(), Role::Mentor, None, true),
            ("钱五".to_owned(), Role::Principal, None, false),
        ];
        assert_eq!(lists.staff().await, expected);
        // Who has left and was never here, opens no account.
        let gone = lists.import("33070001,孙八,T09,,就业办,,退休\n33070001,郑七,,13800000003,指导教师,,停用\n").await;
        assert_eq!(gone.counts, counts(0, 0, 2, 0), "{:?}", faults(&gone));
        assert_eq!(lists.staff().await, expected);
        // A list lets nobody in again.
        let back = lists.import("33070001,郑七,,13800000003,指导教师,,在职\n").await;
        assert_eq!(faults(&back), [(2, "在职状态".to_owned(), "import_row.staff_disabled")]);
    }
}

#[tokio::test]
async fn an_undone_list_opened_nobody_who_may_act_and_the_same_list_says_it_once_more() {
    for database in Database::both().await {
        let lists = Lists::new(database).await;
        let Recording::Recorded(first) = lists.import(LIST).await.recording else { panic!("recorded") };
        let changed = lists.import("33070001,吴六,T02,,班主任,2班,\n33070001,郑七,,13800000003,指导教师,,离职\n").await;
        let Recording::Recorded(second) = changed.recording else { panic!("recorded") };
        let undone = undo(&lists.town.app, &lists.principal, second, UndoReason::WrongFile).await.unwrap();
        assert_eq!((undone.count, undone.refused.len()), (2, 0));
        assert_eq!(lists.staff().await, three());

        let denied = undo(&lists.town.app, &lists.officer, first, UndoReason::WrongFile).await.unwrap_err();
        assert_eq!(denied.code(), "import_files.kind_not_yours");
        undo(&lists.town.app, &lists.principal, first, UndoReason::WrongFile).await.unwrap();
        assert!(lists.staff().await.iter().all(|(_, _, _, is_disabled)| *is_disabled));
        let again = lists.import(LIST).await;
        assert_eq!(again.counts, counts(0, 3, 0, 0), "{:?}", faults(&again));
        assert_eq!(lists.staff().await, three());
    }
}

#[tokio::test]
async fn who_was_added_by_hand_is_known_by_name_and_given_what_the_list_says() {
    for database in Database::both().await {
        let lists = Lists::new(database).await;
        add_staff(&lists.town.app, &lists.town.caller, "钱五", Role::Officer, Some(school(OURS))).await.unwrap();
        let imported = lists.import(LIST).await;
        assert_eq!(imported.counts, counts(2, 1, 0, 0), "{:?}", faults(&imported));
        assert_eq!(lists.staff().await, three());
        // Another of the same name is another person, to be looked at.
        let other = lists.import("33070001,钱五,T05,,指导教师,,\n").await;
        assert_eq!(other.counts, counts(1, 0, 0, 0));
        assert_eq!(other.warnings[0].2.reason.code(), "import_row.staff_alike");
        let unclear = lists.import("33070001,钱五,,,指导教师,,\n").await;
        assert_eq!(faults(&unclear), [(2, "姓名".to_owned(), "import_row.staff_ambiguous")]);
    }
}

#[tokio::test]
async fn each_row_that_cannot_be_is_named_and_the_others_go_in() {
    for database in Database::both().await {
        let lists = Lists::new(database).await;
        let theirs = add_staff(&lists.town.app, &lists.town.caller, "孙八", Role::Mentor, Some(school(THEIRS)));
        theirs.await.unwrap();
        let city = Caller::operator("test");
        let first =
            lists.of(&city, "33070002,孙八,T08,,指导教师,,\n33070001,钱五,T01,,就业办,,\n", ImportFiles::default());
        assert_eq!(first.await.counts.rejected, 0);
        let rows = "33070001,吴六,T02,,年级主任,,\n\
            33070001,吴六,T03,,班主任,9班,\n\
            33070001,吴六,T04,,班主任,,\n\
            33070001,吴六,T05,,就业办,1班,\n\
            33070001,孙八,T08,,指导教师,,\n\
            33070001,孙九,T01,,就业办,,\n\
            33070001,周一,T06,,市局,,\n\
            33070002,周二,T07,,就业办,,\n\
            33070001,周三,T 9,,就业办,,\n\
            33070001,周四,T10,,就业办,,\n\
            33070001,周五,t10,,就业办,,\n\
            33070001,周六,,,就业办,,\n\
            33070001,周六,,,指导教师,,\n";
        let imported = lists.import(rows).await;
        assert_eq!(imported.counts, counts(2, 0, 0, 11));
        let of = |row, column: &str, code| (row, column.to_owned(), code);
        assert_eq!(
            faults(&imported),
            [
                of(2, "角色", "term.not_listed"),
                of(3, "班级", "import_row.class_unknown"),
                of(4, "班级", "account.class_missing"),
                of(5, "班级", "account.class_surplus"),
                of(6, "登录名", "import_row.login_taken"),
                of(7, "姓名", "import_row.staff_name_differs"),
                of(8, "角色", "import_row.staff_of_bureau"),
                of(9, "学校代码", "import_row.school_unknown"),
                of(10, "登录名", "cell.no_login"),
                of(12, "登录名", "row.same_staff"),
                of(14, "姓名", "row.same_staff"),
            ]
        );
    }
}

#[tokio::test]
async fn bureau_and_principal_import_staff_lists_and_a_principal_no_other_file() {
    const ROSTER: &str = "学校代码,姓名,证件号码,专业代码,班级,学籍状态,毕业日期\n\
        33070001,新生,330702200703159996,700206,1班,在籍,\n";
    for database in Database::both().await {
        let lists = Lists::new(database).await;
        let list = lists.database.write(&[("staff.csv", &format!("{HEAD}{LIST}"))]);
        let roster = lists.database.write(&[("roster.csv", ROSTER)]);
        let before = lists.position().await;
        let refused = |caller: Caller, paths: Vec<std::path::PathBuf>| {
            let app = &lists.town.app;
            async move {
                let import = Command::Import(ImportFiles { files: files(&paths), ..ImportFiles::default() });
                app.run(&caller, None, &import).await.unwrap_err().code()
            }
        };
        assert_eq!(refused(lists.officer.clone(), list.clone()).await, "import_files.kind_not_yours");
        assert_eq!(refused(lists.principal.clone(), roster).await, "import_files.kind_not_yours");
        assert_eq!(lists.position().await, before);
        let bureau = add_staff(&lists.town.app, &lists.town.caller, "市一", Role::Bureau, None).await.unwrap();
        assert_eq!(bureau.scope, Scope::City);
        let imported = lists.of(&Caller::operator_for(bureau, "test"), LIST, ImportFiles::default()).await;
        assert_eq!(imported.counts, counts(3, 0, 0, 0));
    }
}

#[tokio::test]
async fn a_class_of_a_roster_of_the_same_call_is_there_also_when_it_is_only_checked() {
    const ROSTER: &str = "学校代码,姓名,证件号码,专业代码,班级,学籍状态,毕业日期\n\
        33070001,新生,330782200612310022,700206,8班,在籍,\n";
    for database in Database::both().await {
        let lists = Lists::new(database).await;
        let list = format!("{HEAD}33070001,吴六,T02,,班主任,8班,\n");
        let paths = lists.database.write(&[("staff.csv", &list), ("roster.csv", ROSTER)]);
        for check in [true, false] {
            let imported = lists.town.import(&paths, ImportFiles { check, ..ImportFiles::default() }).await;
            assert_eq!(imported[0].counts, counts(1, 0, 0, 0), "{:?}", faults(&imported[0]));
        }
    }
}

#[tokio::test]
async fn whoever_is_disabled_by_hand_for_another_reason_stays_so() {
    for database in Database::both().await {
        let lists = Lists::new(database).await;
        lists.import(LIST).await;
        let (reason, on) = (DisablingReason::Security, None);
        let disable = AccountOrder::Disable(DisableAccount { staff: "钱五".to_owned(), reason, on });
        lists.town.app.run(&lists.principal, None, &Command::Account(disable)).await.unwrap();
        let again = lists.import("33070001,钱五,T01,,就业办,,在职\n").await;
        assert_eq!(faults(&again)[0].2, "import_row.staff_disabled");
    }
}

#[test]
fn the_template_of_a_staff_list_names_the_roles_that_it_takes() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("staff.xlsx");
    template::write(Kind::Staff, &path).unwrap();
    let sheet = gradtrail::intake::sheet::read_bytes("staff.xlsx".to_owned(), &std::fs::read(path).unwrap()).unwrap();
    let text = format!("{sheet:?}");
    assert!(text.contains("姓名★") && text.contains(Role::ClassTeacher.zh()) && !text.contains(Role::Bureau.zh()));
}
