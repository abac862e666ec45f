//! Promise: the sample season, played through files and class commands as its offices would, is answered as it was planted.

use std::path::{Path, PathBuf};
use std::process::Command;

use gradtrail::accounts::Caller;
use gradtrail::app::App;
use gradtrail::app::at_work::PlacementQuery;
use gradtrail::demo::found::{Found, found};
use gradtrail::demo::{DemoError, STAGES, play};
use gradtrail::domain::agreement::codes::DocumentState;
use gradtrail::domain::ids::{ClassName, SchoolCode};
use gradtrail::domain::terms::Term;
use gradtrail::refusal::Refusal as _;
use gradtrail::sample;
use gradtrail::sample::season::plan::{Extent, FINAL_YEAR, PAPER_SCHOOL};
use gradtrail::sample::season::{self, Season};
use sqlx::Row as _;

use crate::support::{Database, ask};

/// Two small schools, the one on paper among them: 34 of 950 parts of 6,000 students, 215 or so.
fn small() -> Extent {
    Extent { schools: vec![PAPER_SCHOOL, 16], students: 6_000 }
}

async fn played(database: &Database, extent: &Extent) -> (App, Season) {
    let app = database.open().await;
    let folder = database.directory.path().join("sample");
    let season = season::write(&folder, 1, extent, app.today()).unwrap();
    let mut stages = 0;
    play(&app, &folder, &season, |_| stages += 1).await.unwrap();
    assert_eq!(stages, STAGES);
    (app, season)
}

async fn is_as_planted(app: &App, season: &Season) {
    let (found, planted) = (found(app).await.unwrap(), Found::of(&season.planted));
    assert_eq!((&found.shown, &found.agreement), (&planted.shown, &planted.agreement));
    assert_eq!(found.queue, planted.queue);
    for (dimension, parts) in &planted.at_work {
        assert_eq!(&found.at_work[dimension], parts, "{dimension}");
    }
    assert_eq!(found, planted);
    let caller = Caller::operator("test");
    let asked = PlacementQuery::default();
    for (list, count) in ask::queue(app, &caller, &asked).await.unwrap() {
        assert!(count > 0, "{}", list.code());
        let waiting = ask::waiting(app, &caller, &asked, list).await.unwrap().len();
        assert_eq!(i64::try_from(waiting), Ok(count), "{}", list.code());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_season_is_answered_as_it_was_planted() {
    for database in Database::both().await {
        let (app, season) = played(&database, &small()).await;
        is_as_planted(&app, &season).await;
        the_school_on_paper_has_no_electronic_signature(&database, &app, &season).await;
        app.log().verify(None, |_, _| ()).await.unwrap();
        // Once is enough.
        let folder = database.directory.path().join("sample");
        let again = play(&app, &folder, &season, |_| ()).await;
        assert!(matches!(again, Err(DemoError::PlacedAlready)));
    }
}

async fn the_school_on_paper_has_no_electronic_signature(database: &Database, app: &App, season: &Season) {
    let mut electronic = vec![];
    for planned in &season.plan {
        let school = SchoolCode::parse(&planned.school.code).unwrap();
        let count = sqlx::query("select count(*) from event where school = $1 and payload like '%\"electronic\"%'")
            .bind(school.as_str().to_owned())
            .fetch_one(&mut database.raw().await)
            .await
            .unwrap();
        electronic.push(count.get::<i64, _>(0));
        let mut states = vec![];
        for class in &planned.classes {
            let class = Some(ClassName::parse(&class.name).unwrap());
            let asked = PlacementQuery { school: Some(school.clone()), class, ..PlacementQuery::default() };
            let packets = ask::grid(app, &Caller::operator("test"), &asked).await.unwrap();
            states.extend(packets.into_iter().flat_map(|packet| packet.of.documents).map(|paper| paper.state));
        }
        let on_screen = [DocumentState::SignedElectronically, DocumentState::SignedMixed];
        let is_paper = planned.at == PAPER_SCHOOL;
        assert_eq!(is_paper, !states.iter().any(|state| on_screen.contains(state)));
        let all = [DocumentState::SignedOnPaper, DocumentState::PartlySigned, DocumentState::Out];
        assert!(all.iter().chain([&DocumentState::Refused]).all(|state| states.contains(state)), "{states:?}");
    }
    assert!(electronic[0] == 0 && electronic[1] > 0, "{electronic:?}");
}

/// Five small schools with all their students: 100 of 950 parts of 18,360, a tenth of the season.
#[tokio::test(flavor = "multi_thread")]
async fn a_tenth_of_the_whole_season_is_answered_as_it_was_planted() {
    let database = Database::sqlite();
    let tenth = Extent { schools: vec![12, PAPER_SCHOOL, 16, 17, 18], students: FINAL_YEAR };
    let (app, season) = played(&database, &tenth).await;
    assert!(season.planted.students > FINAL_YEAR / 10);
    is_as_planted(&app, &season).await;
}

#[test]
fn the_sample_with_a_season_is_the_sample_and_a_season_of_the_asked_day() {
    let (plain, both) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let written = sample::write(plain.path(), 1).unwrap();
    let (status, told) = sample_command(both.path(), &["--season", "--today", "2026-11-26"]);
    assert!(status == Some(0) && told.contains("实习季（今天 2026-11-26）"), "{told}");
    for file in written.files().map(PathBuf::as_path).chain([Path::new("TRAPS.md")]) {
        let [one, other] = [&plain, &both].map(|folder| std::fs::read(folder.path().join(file)).unwrap());
        assert_eq!(one, other, "{file:?}");
    }
    assert!(std::fs::read_to_string(both.path().join("SEASON.md")).unwrap().contains("2026-11-26 为“今天”"));
    // A day without a season, a day that is none, and more cities than there are numbers for.
    let refused = [
        (Some(2), "--season", vec!["--today", "2026-11-26"]),
        (Some(2), "不是日期", vec!["--season", "--today", "2026-11-31"]),
        (Some(1), "1 至 30，不能是 31", vec!["--season", "--scale", "31"]),
    ];
    for (code, why, arguments) in refused {
        let (status, told) = sample_command(both.path(), &arguments);
        assert!(status == code && told.contains(why), "{arguments:?} {told}");
    }
}

fn sample_command(out: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gradtrail"));
    let output = command.args(["sample", "--out"]).arg(out).args(arguments).output().unwrap();
    let told = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    (output.status.code(), told)
}

/// A file that somebody changed between the writing of the sample and the playing.
#[tokio::test(flavor = "multi_thread")]
async fn a_season_whose_file_is_rejected_names_the_row_and_stops() {
    for database in Database::both().await {
        let app = database.open().await;
        let folder = database.directory.path().join("sample");
        let season = season::write(&folder, 1, &small(), app.today()).unwrap();
        let text = "学校代码,学校名称,办学类别\n33070001,一中,离奇\n";
        std::fs::write(folder.join(&season.files.schools[0]), text).unwrap();
        let refused = play(&app, &folder, &season, |_| ()).await.unwrap_err();
        assert_eq!(refused.code(), "demo.rejected");
        assert_eq!(refused.values()["row"], 2);
        assert!(refused.sentence().en.contains("row 2"), "{}", refused.sentence().en);
    }
}
