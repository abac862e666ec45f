//! What is done about accounts on the machine itself, and when a server is not opened to others.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use crate::command_line::{fails, succeeds};

#[test]
fn an_account_is_created_and_invited_on_the_machine_and_the_code_is_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    succeeds(home, &["school", "add", "--code", "33070001", "--name", "一中", "--category", "public"]);
    succeeds(home, &["account", "create", "--name", "赵校长", "--role", "principal", "--school", "33070001"]);
    let told = succeeds(home, &["account", "invite", "赵校长", "--key", "invite-1"]);
    let code = told.lines().next().unwrap();
    assert_eq!(code.len(), 31, "26 characters in groups of five: {told}");
    assert!(told.contains("赵校长 的邀请码") && told.contains("/invitation"), "{told}");
    let again = succeeds(home, &["account", "invite", "赵校长", "--key", "invite-1"]);
    assert!(again.contains("邀请码只显示一次") && !again.contains(code), "{again}");
    assert!(succeeds(home, &["session", "list"]).contains("没有人登录"));
    let freed = fails(home, 1, &["staff", "waive-second-factor", "赵校长", "--reason", "无手机"]);
    assert!(freed.contains("不能免用动态码"), "{freed}");
    assert!(fails(home, 2, &["--emergency", "deadline", "staff", "list"]).contains("--as"));
}

#[test]
fn a_server_is_not_opened_to_others_without_a_name_a_way_in_and_a_way_that_is_encrypted() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    let serve = |more: &[&str]| fails(home, 1, &[&["serve", "--listen", "0.0.0.0:0"], more].concat());
    assert!(serve(&[]).contains("--public-url"));
    assert!(serve(&["--public-url", "shixi.example.cn"]).contains("应是 https://主机"));
    let plain = serve(&["--public-url", "http://192.168.1.5:8080"]);
    assert!(plain.contains("密码和登录会被同一网络中的人看到") && plain.contains("--plain-http"), "{plain}");
    let nobody = serve(&["--public-url", "https://shixi.example.cn"]);
    assert!(nobody.contains("还没有可以登录的账号") && nobody.contains("gradtrail account invite"), "{nobody}");
    succeeds(home, &["account", "create", "--name", "周局", "--role", "bureau"]);
    succeeds(home, &["account", "create", "--name", "演示", "--role", "auditor"]);
    succeeds(home, &["account", "invite", "周局"]);
    succeeds(home, &["staff", "waive-second-factor", "演示", "--reason", "演示"]);
    let samples = serve(&["--public-url", "https://shixi.example.cn"]);
    assert!(samples.contains("演示账号没有动态码，只能在本机使用"), "{samples}");
    assert!(fails(home, 2, &["serve", "--plain-http"]).contains("--public-url"));
}

#[test]
fn a_start_says_who_was_invited_as_long_as_nobody_is_set_up() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    succeeds(home, &["account", "create", "--name", "周局", "--role", "bureau"]);
    succeeds(home, &["account", "invite", "周局"]);
    let mut server = Command::new(env!("CARGO_BIN_EXE_gradtrail"))
        .arg("--data-dir")
        .arg(home)
        .args(["serve", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines().map_while(Result::ok);
    let told = lines.nth(1).unwrap();
    assert!(told.contains("gradtrail account invite 周局") && !told.contains("set-up"), "{told}");
    server.kill().unwrap();
    server.wait().unwrap();
}
