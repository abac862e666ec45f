//! The daily backups.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use gradtrail::event_log::Location;
use gradtrail::text::lang::Lang;
use gradtrail::web::server::{Backups, Serving};
use sqlx::Executor as _;

use super::process::Process;
use super::{Running, anywhere, get};
use crate::support::typed::{position, run};
use crate::support::{Database, Town};

/// 1 July 2023, 08:00 UTC.
static CLOCK: AtomicI64 = AtomicI64::new(1_688_198_400_000_000);

fn clock() -> i64 {
    CLOCK.fetch_add(1_000, Ordering::Relaxed)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Serves until there is a proved backup of the last day.
async fn serve_a_while(database: &Database, folder: &Path) {
    let town = Town::at(database, clock).await;
    let backups = Backups {
        location: database.location.clone(),
        key_file: database.key_file(),
        clock,
        folder: folder.to_owned(),
        keep: 2,
    };
    let serving = Serving { backups: Some(backups), metrics: Some(anywhere()), ..Serving::at(anywhere(), Lang::Zh) };
    let server = Running::start_as(Arc::new(town.app), serving).await;
    for _ in 0..400 {
        if server.metric("gradtrail_backup_proved_seconds").await.is_some_and(|at| at > 0.0) {
            server.stop().await.unwrap();
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no backup: {}", get(server.metrics, "/metrics").await);
}

#[tokio::test]
async fn a_backup_is_made_a_day_after_the_last_and_as_many_are_kept_as_wanted() {
    for database in Database::both().await {
        Town::at(&database, clock).await.add_school("33070001").await;
        let folder = database.directory.path().join("backups");
        let mut made = vec![];
        for later_hours in [0, 1, 24, 24, 24] {
            CLOCK.fetch_add(later_hours * 3_600_000_000, Ordering::Relaxed);
            serve_a_while(&database, &folder).await;
            made.push(names(&folder));
        }
        assert_eq!(made[0].len(), 1);
        assert!(made[0][0].starts_with("gradtrail-2023") && made[0][0].ends_with(".db"), "{made:?}");
        assert_eq!(made[1], made[0], "an hour later the first one is new enough");
        assert_eq!(made[2][0], made[0][0]);
        assert_eq!(made[2].len(), 2);
        assert_eq!(made[3].len(), 2);
        assert!(made[3][0] == made[2][1] && made[4][0] == made[3][1], "the oldest goes: {made:?}");
        let newest = folder.join(&made[4][1]);
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&newest).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
        // It is what the command makes: it can be restored, with the key and the ledger.
        let other = Database::sqlite();
        for file in ["gradtrail.key", "gradtrail.ledger"] {
            std::fs::copy(database.directory.path().join(file), other.directory.path().join(file)).unwrap();
        }
        let restored = run(&other, &["restore", newest.to_str().unwrap()]);
        assert!(restored.contains("已恢复"), "{restored}");
        run(&other, &["verify"]);
    }
}

#[tokio::test]
async fn a_backup_that_fails_is_told_and_takes_none_of_the_earlier_ones_away() {
    let database = Database::sqlite();
    Town::new(&database).await.add_school("33070001").await;
    let folder = database.directory.path().join("backups");
    std::fs::create_dir(&folder).unwrap();
    let earlier = ["gradtrail-20200101-000000.db", "gradtrail-20200102-000000.db", "gradtrail-20200103-000000.db"];
    for name in earlier {
        std::fs::write(folder.join(name), name).unwrap();
    }
    let mut raw = database.tampering().await;
    raw.execute("update event set payload = '{}' where position = 1").await.unwrap();
    let typed = ["--backup-to", folder.to_str().unwrap(), "--backup-keep", "1", "--metrics", "127.0.0.1:0"];
    let server = Process::start(&database, &typed);
    let told = server.told("没有备份成功");
    assert!(told.contains("以前的备份都还在"), "{told}");
    let metrics = get(server.metrics.unwrap(), "/metrics").await;
    assert!(metrics.contains("gradtrail_backups_failed_total 1"), "{metrics}");
    assert_eq!(names(&folder), earlier);
    server.end();
}

#[test]
fn a_server_alone_makes_the_database_and_its_first_backup() {
    let database = Database::sqlite();
    let Location::Sqlite(file) = &database.location else { unreachable!() };
    let folder = database.directory.path().join("backups");
    let server = Process::start(&database, &["--backup-to", folder.to_str().unwrap()]);
    for _ in 0..400 {
        if names(&folder).iter().any(|name| name.starts_with("gradtrail-")) {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(server.end(), Vec::<String>::new());
    assert!(file.exists() && names(&folder).len() == 1, "{:?}", names(&folder));
    assert_eq!(position(&database), 0);
}
