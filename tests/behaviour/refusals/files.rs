//! Files that are sent along with a command or read as rows, and are not what they should be.

use std::io::{Cursor, Write as _};

use gradtrail::intake::sheet::read_bytes;
use gradtrail::refusal::Refusal as _;
use serde_json::json;

use super::{Office, arranged, of_class, sent};
use crate::support::{Database, with};

/// A container as old programs write workbooks in, with one stream.
fn container(stream: &str, content: &[u8]) -> Vec<u8> {
    let mut container = cfb::CompoundFile::create(Cursor::new(vec![])).unwrap();
    container.create_stream(stream).unwrap().write_all(content).unwrap();
    container.into_inner().into_inner()
}

#[test]
fn a_file_of_rows_that_cannot_be_read_is_refused_for_what_it_is() {
    // The head of a workbook that names a sheet where the file has ended.
    let cut = [0x85, 0x00, 0x08, 0x00, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0x00];
    // The head of one that has a password.
    let locked = [0x2f, 0x00, 0x02, 0x00, 0x01, 0x00];
    let cases: [(&[u8], &str); 11] = [
        (b"", "file.empty"),
        (b" \r\n", "file.empty"),
        (b"PK\x03\x04 broken", "file.damaged"),
        (b"<html><table>", "file.markup"),
        (b"%PDF-1.7", "file.unknown_format"),
        (b"\xff\xff\xff\xff\xff", "file.encoding"),
        (&container("/WordDocument", b"text"), "file.unknown_format"),
        (&container("/EncryptedPackage", b"sealed"), "file.password"),
        (&container("/Workbook", &locked), "file.password"),
        (&container("/Workbook", &cut), "file.truncated"),
        (&vec![b'a'; (50 << 20) + 1], "file.too_large"),
    ];
    for (bytes, code) in cases {
        let begins = &bytes[..bytes.len().min(8)];
        assert_eq!(read_bytes("名册.xls".to_owned(), bytes).unwrap_err().code(), code, "{begins:?}");
    }
}

#[tokio::test]
async fn a_file_of_differences_and_templates_with_mistakes_are_refused_whole() {
    for database in Database::both().await {
        let office = Office::new(&database).await;
        let draft = |text: &str| {
            let overrides = sent("个别.csv", text.as_bytes());
            let draft = with(with(of_class(), arranged()), json!({ "overrides": overrides }));
            json!({ "placement": { "draft": draft } })
        };
        let differing = [
            ("", "file.empty"),
            ("姓名,报酬\n学生,3000\n", "overrides.no_students"),
            ("学号,薪水\n20230000,3000\n", "overrides.unknown_column"),
            ("学号,报酬\n20230000,面议\n", "overrides.cell"),
            ("学号,报酬\n20230009,3000\n", "overrides.stranger"),
            ("学号,报酬\n20230000,3000\n20230000,3100\n", "overrides.twice"),
        ];
        for (text, code) in differing {
            assert_eq!(office.refuses(draft(text)).await, code, "{text}");
        }
        office.places_the_class().await;
        office.drafts_the_agreements().await;
        let long = vec![b'a'; (1 << 20) + 1];
        let templates: [(&str, &[u8], &str); 4] = [
            ("承诺书.txt", b"", "templates.unknown_file"),
            ("commitment.zh.txt", b"\xff\xff\xff\xff", "templates.encoding"),
            ("commitment.zh.txt", &long, "templates.too_long"),
            ("commitment.zh.txt", "# 承诺\n多了}}".as_bytes(), "templates.faults"),
        ];
        for (name, bytes, code) in templates {
            let folder = json!([sent(name, bytes)]);
            let print = with(of_class(), json!({ "templates": folder, "format": "html" }));
            assert_eq!(office.refuses(json!({ "packet": print })).await, code, "{name}");
        }
    }
}
