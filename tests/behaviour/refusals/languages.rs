//! A refused command says why in the language that was asked for, and exits with 1.

use crate::layout::is_chinese;
use crate::support::Database;
use crate::support::typed::{ARRANGED, CLASS, CODE, draft, output, town};

/// What stands outside double quotes, in which a name is as somebody gave it.
fn unquoted(said: &str) -> String {
    said.split('"').step_by(2).collect()
}

#[tokio::test]
async fn a_refused_command_is_answered_in_english_but_for_the_names() {
    for database in Database::both().await {
        town(&database, 2, 0);
        let page = database.write(&[("page.xls", "<html><table>")]).remove(0);
        let page = page.to_str().unwrap();
        let submit = ["--as", "钱五", "placement", "submit"];
        let before: [(&[&str], &str); 11] = [
            (&["school", "add", "--code", "33070009", "--name", " ", "--category", "民办"], "name is empty"),
            (&["--as", "孙七", "head"], "孙七"),
            (&submit, "It does not say whom it is about"),
            (&[&submit[..], &["--class", CLASS]].concat(), "no placements under way"),
            (&[&submit[..], &["--student", "99999999"]].concat(), "no student of this number"),
            (&["employer", "merge", CODE, "--into", CODE], "the same employer"),
            (&["explain", "luck", "--year", "2022"], "luck"),
            (&["evidence", "get", "12", "--out", "x"], "8"),
            (&["staff", "add", "--name", "周七", "--role", "officer"], "state the code of the school"),
            (&["erase", "330782200612310022", "--reason", "request"], "no"),
            (&["import", page], "page.xls"),
        ];
        for (arguments, words) in before {
            is_english(&database, arguments, words);
        }
        draft(&database, &[]);
        let again = [&["--as", "钱五", "placement", "draft", "--class", CLASS], ARRANGED].concat();
        is_english(&database, &again, "overlaps another one of the student");
        is_english(&database, &["--as", "赵校长", "placement", "approve", "--class", CLASS], "draft");
    }
}

fn is_english(database: &Database, arguments: &[&str], words: &str) {
    let (code, said) = output(database, &[&["--lang", "en"], arguments].concat());
    assert_eq!(code, Some(1), "{arguments:?}: {said}");
    assert!(said.contains(words), "{arguments:?}: {said}");
    assert!(!unquoted(&said).chars().any(is_chinese), "{arguments:?}: {said}");
    // The same in Chinese, for who asks for nothing.
    let (code, said) = output(database, arguments);
    assert!(code == Some(1) && said.chars().any(is_chinese), "{arguments:?}: {said}");
}
