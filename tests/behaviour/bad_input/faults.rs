//! What breaks below the program: the disk, the folder, the database, the key. Each is said, nothing is half-applied,
//! and work goes on when it is mended.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use gradtrail::domain::ids::citizen_check_digit;
use sqlx::Executor;

use super::{GOOD, OUTCOME_HEAD, Office, ROSTER_HEAD, expect, says};
use crate::support::{Database, connection};

/// A roster of so many graduates.
fn roster(rows: u32) -> String {
    let row = |number: u32| {
        let digits = format!("3307022004{:02}{:02}{:03}", 1 + number / 10_000, 1 + number / 1_000 % 10, number % 1_000);
        let check = char::from(citizen_check_digit(digits.as_bytes()));
        format!("33070001,赵四,{digits}{check},700206,2班,毕业,2022-06-30\n")
    };
    format!("{ROSTER_HEAD}\n{}", (0..rows).map(row).collect::<String>())
}

/// Runs the program so that no file of it grows past so many kilobytes, as on a disk that is nearly full.
fn on_a_full_disk(office: &Office, kilobytes: u32, arguments: &[&str]) -> Command {
    let program = office.command();
    let mut command = Command::new("bash");
    command.arg("-c").arg(format!("trap '' XFSZ; ulimit -f {kilobytes}; exec \"$@\"")).arg("bash");
    command.arg(program.get_program()).args(program.get_args()).args(arguments);
    command
}

#[test]
fn a_full_disk_is_said_and_the_import_goes_on_when_there_is_room() {
    let office = Office::new();
    let file = office.write(&[("名册.csv", roster(4_000).as_bytes())]).remove(0);
    let before = office.position();
    let kilobytes = std::fs::metadata(office.path().join("gradtrail.db")).unwrap().len() / 1024;
    for room in [0, 100, 1_000, 3_000] {
        let limit = u32::try_from(kilobytes).unwrap() + room;
        let printed = expect(1, &mut on_a_full_disk(&office, limit, &["import", file.to_str().unwrap()]));
        says(&printed, &["磁盘"]);
        // No read model is left behind either.
        office.is_sound();
    }
    assert!(office.position() > before, "the rows recorded before the disk was full are kept");
    let printed = office.run(0, &["import", file.to_str().unwrap()]);
    says(&printed, &["拒绝 0"]);
    assert_eq!(office.count("graduates"), 4_002);
    office.is_sound();
}

#[test]
fn nothing_of_a_call_is_recorded_on_a_full_disk_if_all_or_nothing_was_asked() {
    let office = Office::new();
    let file = office.write(&[("名册.csv", roster(4_000).as_bytes())]).remove(0);
    let before = office.position();
    let arguments = ["import", "--all-or-nothing", file.to_str().unwrap()];
    says(&expect(1, &mut on_a_full_disk(&office, 2_000, &arguments)), &["磁盘"]);
    assert_eq!(office.position(), before);
    says(&office.run(0, &arguments), &["新增 4000"]);
    office.is_sound();
}

/// Makes the folder and all in it read-only, or writable again.
fn permit_writing(folder: &Path, permitted: bool) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        std::fs::set_permissions(path, PermissionsExt::from_mode(if permitted { 0o600 } else { 0o400 })).unwrap();
    }
    std::fs::set_permissions(folder, PermissionsExt::from_mode(if permitted { 0o777 } else { 0o555 })).unwrap();
}

#[test]
fn a_read_only_folder_is_said() {
    let office = Office::new();
    let good = format!("{OUTCOME_HEAD}\n{GOOD}\n");
    let file = office.write(&[("去向.csv", good.as_bytes())]).remove(0);
    // Root writes where it likes: there the folder is nobody's, and the program runs as nobody, from where nobody may run
    // it.
    let is_root = std::fs::metadata(office.path()).unwrap().uid() == 0;
    let elsewhere = tempfile::tempdir().unwrap();
    let mut program = office.command();
    if is_root {
        std::fs::set_permissions(elsewhere.path(), PermissionsExt::from_mode(0o755)).unwrap();
        let copy = elsewhere.path().join("gradtrail");
        std::fs::copy(program.get_program(), &copy).unwrap();
        for entry in std::fs::read_dir(office.path()).unwrap() {
            std::os::unix::fs::chown(entry.unwrap().path(), Some(65_534), Some(65_534)).unwrap();
        }
        let mut copied = Command::new(copy);
        copied.args(program.get_args()).uid(65_534).gid(65_534);
        program = copied;
    }
    program.arg("import").arg(file);
    permit_writing(office.path(), false);
    let printed = expect(1, &mut program);
    permit_writing(office.path(), true);
    says(&printed, &["数据库不能写入，请检查目录和文件的权限后重试"]);
    says(&expect(0, &mut program), &["新增 1"]);
    assert_eq!(office.count("direct_employment"), 1);
    office.is_sound();
}

#[test]
fn a_folder_that_cannot_be_made_is_said() {
    let office = Office::new();
    let add = ["school", "add", "--code", "33070001", "--name", "一中", "--category", "民办"];
    let mut command = Command::new(env!("CARGO_BIN_EXE_gradtrail"));
    let printed = expect(1, command.args(["--data-dir", "/proc/gradtrail"]).args(add));
    says(&printed, &["不能建立数据目录 /proc/gradtrail", "请检查上级目录是否可写"]);
    let below_a_file = office.path().join("gradtrail.key/below");
    let mut command = Command::new(env!("CARGO_BIN_EXE_gradtrail"));
    says(&expect(1, command.arg("--data-dir").arg(below_a_file).args(add)), &["不能建立数据目录"]);
    office.is_sound();
}

#[tokio::test]
async fn a_locked_database_is_said_to_be_busy_and_soon() {
    let office = Office::new();
    let good = format!("{OUTCOME_HEAD}\n{GOOD}\n");
    let before = office.position();
    let mut other = connection(&format!("sqlite:{}", office.path().join("gradtrail.db").display())).await;
    other.execute("begin exclusive").await.unwrap();
    let begun = Instant::now();
    let printed = office.import(1, &[("去向.csv", good.as_bytes())], &[]);
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    says(&printed, &["系统繁忙，请稍后重试"]);
    other.execute("rollback").await.unwrap();
    assert_eq!(office.position(), before);
    says(&office.import(0, &[("去向.csv", good.as_bytes())], &[]), &["新增 1"]);
    office.is_sound();
}

#[test]
fn a_wrong_and_a_missing_key_are_said_before_anything_is_recorded() {
    let (office, foreign) = (Office::new(), Office::new());
    let good = format!("{OUTCOME_HEAD}\n{GOOD}\n");
    let key = office.path().join("gradtrail.key");
    let (aside, before) = (office.path().join("aside"), office.position());
    std::fs::rename(&key, &aside).unwrap();
    std::fs::copy(foreign.path().join("gradtrail.key"), &key).unwrap();
    let printed = office.import(1, &[("去向.csv", good.as_bytes())], &[]);
    says(&printed, &["gradtrail.key 不是本数据库的密钥", "请换回原来的 gradtrail.key"]);
    std::fs::remove_file(&key).unwrap();
    let printed = office.import(1, &[("去向.csv", good.as_bytes())], &[]);
    says(&printed, &["gradtrail.key 不存在", "请把原来的 gradtrail.key 复制到这里"]);
    assert!(!key.exists(), "no new key is made for an old database");
    std::fs::rename(&aside, &key).unwrap();
    assert_eq!(office.position(), before);
    says(&office.import(0, &[("去向.csv", good.as_bytes())], &[]), &["新增 1"]);
    office.is_sound();
}

#[test]
fn a_database_file_that_is_none_is_said_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let database = directory.path().join("gradtrail.db");
    std::fs::write(&database, "这不是数据库".repeat(1_000)).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_gradtrail"));
    let printed = expect(1, command.arg("--data-dir").arg(directory.path()).arg("head"));
    says(&printed, &["不能打开数据库", "gradtrail.db"]);
    assert!(std::fs::read(&database).unwrap() == "这不是数据库".repeat(1_000).as_bytes(), "the file was changed");
}

#[tokio::test]
async fn a_server_that_is_gone_is_said_and_nothing_is_lost() {
    let database = Database::postgres().await;
    let office = Office::at(Some(database.url()));
    let good = format!("{OUTCOME_HEAD}\n{GOOD}\n");
    let file = office.write(&[("去向.csv", good.as_bytes())]).remove(0);
    let before = office.position();
    let gone = "postgres://gradtrail@127.0.0.1:1/gradtrail";
    let mut command = Command::new(env!("CARGO_BIN_EXE_gradtrail"));
    command.arg("--data-dir").arg(office.path()).args(["--database-url", gone, "import"]).arg(&file);
    let begun = Instant::now();
    says(&expect(1, &mut command), &["不能连接 PostgreSQL", "请检查地址、账号和服务是否启动"]);
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    assert_eq!(office.position(), before);
    says(&office.run(0, &["import", file.to_str().unwrap()]), &["新增 1"]);
    office.is_sound();
}
