//! Promise: a name is one name in whatever width, blanks and marks it is written, in every way in; what acts on a screen
//! is neither kept in a name nor printed.

use gradtrail::accounts::Role;
use gradtrail::app::account::AccountFailure;
use gradtrail::app::actions::{Command, Question};
use gradtrail::app::directory::ShowEmployer;
use gradtrail::app::employer::{EmployerAnswer, EmployerOrder, EmployerSelector, ProfileFields, RegisterEmployer};
use gradtrail::app::failure::Failure;
use gradtrail::app::import::ImportFiles;
use gradtrail::app::registration::Unlike;
use gradtrail::app::reply::{Answer, Reply};
use gradtrail::domain::ids::{ClassName, CreditCode};
use gradtrail::domain::terms::Industry;
use gradtrail::refusal::Refusal as _;

use crate::command_line::{fails, succeeds};
use crate::season_imports::{Season, counts, reasons, warnings};
use crate::support::{Database, Town, add_staff, ask, import, imported};

#[tokio::test]
async fn a_unit_is_one_in_files_and_commands_in_whatever_width_blanks_and_marks_its_name_is_written() {
    for database in Database::both().await {
        let season = Season::new(&database, 0).await;
        let (app, officer) = (&season.town.app, &season.officer);
        let register = async |name: &str| {
            let register =
                RegisterEmployer { name: name.to_owned(), code: None, profile: ProfileFields::default(), school: None };
            match app.run(officer, None, &Command::Employer(EmployerOrder::Register(register))).await.unwrap() {
                Answer::Employer(EmployerAnswer::Registered(registration)) => registration,
                other => panic!("{other:?}"),
            }
        };
        let first = register(" 北方（精密）机械　厂\u{200b}\u{1b} ").await;
        let names = app.unit_names().await.unwrap();
        assert!(names.contains(&(first.employer, "北方(精密)机械 厂".to_owned())), "{names:?}");
        for same in ["北方(精密)机械厂", "北方【精密】机械厂", "北方 （精密） 机械厂\u{feff}"]
        {
            let again = register(same).await;
            assert_eq!((again.is_known, again.employer), (true, first.employer), "{same}");
            let unit = EmployerSelector { employer: same.to_owned(), school: officer.scope.school().cloned() };
            let Reply::Employer(shown) = app.ask(officer, &Question::Employer(ShowEmployer { unit })).await.unwrap()
            else {
                panic!("a question about a unit shows a unit")
            };
            assert_eq!(shown.unit.unwrap().unit.employer, first.employer, "{same}");
        }
        let file = "学校代码,单位名称,统一社会信用代码,单位规模\n\
            33070001,北方〔精密〕\u{ad}机械厂,,\n33070001,北方（精密）机械有限公司厂,,\n";
        let imported = season.import(&database, file).await;
        assert_eq!(imported.counts, counts(2, 0, 0, 0), "{}", reasons(&imported));
        // The second is another unit, which a person is to look at.
        assert!(warnings(&imported).contains("「北方(精密)机械 厂」名称相近"), "{}", warnings(&imported));
        assert_eq!(app.unit_names().await.unwrap().len(), names.len() + 1);
    }
}

/// The bureau registers a unit by its code, in nobody's name.
#[tokio::test]
async fn a_unit_registered_by_its_code_is_found_by_its_name_and_what_is_said_of_it_again_is_not_dropped_in_silence() {
    const CODE: &str = "91330700MA28D9XP1H";
    for database in Database::both().await {
        let season = Season::new(&database, 0).await;
        let app = &season.town.app;
        let register = async |name: &str, industry| {
            let (code, profile) = (CreditCode::parse(CODE), ProfileFields { industry, ..ProfileFields::default() });
            let register = RegisterEmployer { name: name.to_owned(), code, profile, school: None };
            let command = Command::Employer(EmployerOrder::Register(register));
            match app.run(&season.town.caller, None, &command).await.unwrap() {
                Answer::Employer(EmployerAnswer::Registered(registration)) => registration,
                other => panic!("{other:?}"),
            }
        };
        let first = register("西湖机械厂", Some(Industry::C)).await;
        let again = register("西湖机械厂", Some(Industry::C)).await;
        assert_eq!((again.employer, again.unlike), (first.employer, Unlike::default()));
        let unlike = register("西湖机械有限公司", Some(Industry::E)).await.unlike;
        assert_eq!(unlike, Unlike { name: Some("西湖机械厂".to_owned()), profile: true });
        let found = async |caller, name: &str, school| {
            let unit = EmployerSelector { employer: name.to_owned(), school };
            match app.ask(caller, &Question::Employer(ShowEmployer { unit })).await {
                Ok(Reply::Employer(shown)) => Ok(shown.unit.unwrap().unit.employer),
                Ok(other) => panic!("{other:?}"),
                Err(refused) => Err(refused.code()),
            }
        };
        let officer = &season.officer;
        assert_eq!(found(officer, "西湖机械厂", officer.scope.school().cloned()).await, Ok(first.employer));
        assert_eq!(found(&season.town.caller, "西湖机械厂", None).await, Ok(first.employer));
        assert_eq!(found(&season.town.caller, "东湖机械厂", None).await, Err("target.school_missing"));
    }
}

#[tokio::test]
async fn a_person_a_school_and_a_class_are_found_however_their_names_are_typed() {
    for database in Database::both().await {
        let town = Town::new(&database).await;
        town.add_school_named("33070001", " 第一（职业）学校\u{202e}").await;
        let roster = "学校名称,姓名,证件号码,专业代码,班级,学籍状态,毕业日期\n\
            第一 【职业】 学校,阿依 古丽・买买提,330702200703154510,700206,高三（1）班,毕业,2022-06-30\n";
        let outcomes = "学校名称,姓名,证件号码,去向类型,单位名称,就业日期\n\
            第一(职业)学校,阿依古丽．买买提\u{200b},330702200703154510,企业,某厂,2022年7月1日\n";
        let files = database.write(&[("roster.csv", roster), ("outcomes.csv", outcomes)]);
        for imported in &imported(import(&town.app, &town.caller, &files, ImportFiles::default()).await.unwrap()) {
            assert_eq!(imported.counts, counts(1, 0, 0, 0), "{}", reasons(imported));
        }
        assert_eq!(ClassName::parse("高三（１）班"), ClassName::parse("高三(1)班"));

        let add = |name: &'static str| add_staff(&town.app, &town.caller, name, Role::Bureau, None);
        let added = add("买买提•吐尔逊\u{1b}").await.unwrap();
        let kept = ask::accounts(&town.app, &town.caller).await.unwrap();
        assert_eq!(kept[0].name, "买买提·吐尔逊");
        for typed in ["买买提·吐尔逊", "买买提 . 吐尔逊", "买买提．吐尔逊\u{ad}"] {
            assert_eq!(town.app.find_staff(typed).await.unwrap(), added, "{typed}");
        }
        let nameless = add("\u{200b} \u{7f}").await;
        assert!(matches!(nameless, Err(Failure::Account(AccountFailure::Name))), "{nameless:?}");
    }
}

#[test]
fn a_terminal_is_given_no_orders_by_a_name() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let name = "第一\u{1b}[2J学校\u{202e}";
    succeeds(directory, &["school", "add", "--code", "33070001", "--name", name, "--category", "民办"]);
    let listed = succeeds(directory, &["school", "list"]);
    assert!(listed.trim_end().ends_with("33070001  民办  第一 [2J学校"), "{listed}");
    let roster = directory.join("名\u{1b}]0;册\u{202e}.csv");
    let row = "33070001,张\u{1b}[31m三,330702200703154510,700206,1班\u{9b},毕业,2022-06-30,\u{1b}[2J";
    std::fs::write(
        &roster,
        format!("学校代码,姓名,证件号码,专业代码,班级,学籍状态,毕业日期,\u{1b}备\u{1b}注\n{row}\n"),
    )
    .unwrap();
    let acts = |c: char| gradtrail::text::cleaning::is_active(c) && !matches!(c, '\n' | '\t');
    let is_harmless = |printed: String| assert!(!printed.contains(acts), "{printed:?}");
    is_harmless(succeeds(directory, &["import", roster.to_str().unwrap()]));
    is_harmless(succeeds(directory, &["imports"]));
    is_harmless(fails(directory, 1, &["import", "没有\u{1b}[2J\u{202e}.csv"]));
    is_harmless(succeeds(directory, &["missing", "--year", "2022"]));
    is_harmless(succeeds(directory, &["report", "--year", "2022", "--by", "class"]));
}
