//! Promise: files come in as a form and go out to whoever may; a file that is confirmed twice is recorded once; what takes
//! long is told about later, to the account that ordered it.

use axum::body::Body;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, LOCATION};
use axum::http::{Method, Request, StatusCode};
use gradtrail::web;
use serde_json::{Value, json};

use crate::api::{Answered, Server, token};
use crate::placements::{OURS, THEIRS};
use crate::refusals::roster;
use crate::support::{Database, front};

const BORDER: &str = "----form";

/// A part of a form: a field, or a file by its name.
fn part(name: &str, file: Option<&str>, bytes: &[u8]) -> Vec<u8> {
    let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
    let head = format!("--{BORDER}\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
    [head.as_bytes(), bytes, b"\r\n"].concat()
}

fn form(parts: &[Vec<u8>]) -> Vec<u8> {
    [parts.concat(), format!("--{BORDER}--\r\n").into_bytes()].concat()
}

impl Server {
    fn form(&self, words: &str) -> axum::http::request::Builder {
        self.request(Method::POST, words).header(CONTENT_TYPE, format!("multipart/form-data; boundary={BORDER}"))
    }

    async fn post_form(&self, words: &str, parts: &[Vec<u8>]) -> Answered {
        self.send(self.form(words).body(Body::from(form(parts))).unwrap()).await
    }

    /// Orders without waiting; where the job is.
    async fn begin(&self, words: &str, parts: &[Vec<u8>]) -> Answered {
        let request = self.form(words).header("prefer", "respond-async");
        self.send(request.body(Body::from(form(parts))).unwrap()).await
    }

    async fn at(&self, address: &str) -> Answered {
        self.get(address.strip_prefix("/api/v1/").unwrap()).await
    }

    /// What a job came to.
    async fn over(&self, address: &str) -> Value {
        for _ in 0..600 {
            let told = self.at(address).await;
            assert_eq!(told.status, StatusCode::OK, "{}", told.body);
            if told.body["state"] == "over" {
                return told.body;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("the job does not end");
    }
}

#[tokio::test]
async fn files_come_in_as_a_form_with_the_fields_of_the_json() {
    for database in Database::both().await {
        let server = Server::new(&database).await;
        let file = part("files", Some("名册.csv"), roster(OURS, 10..12).as_bytes());
        let before = server.position().await;
        let check = [file.clone(), part("check", None, b"true")];
        let checked = server.post_form("import", &check).await;
        assert_eq!(checked.status, StatusCode::OK, "{}", checked.body);
        assert_eq!(checked.body["files"][0]["recording"], "checked");
        assert_eq!(server.position().await, before);
        let as_json =
            json!({ "files": [{ "name": "名册.csv", "bytes": hex::encode(roster(OURS, 10..12)) }], "check": true });
        assert_eq!(server.post("import", as_json).await.body["files"], checked.body["files"]);
        // Two tabs confirm what was looked at once.
        let confirm = [file];
        let (one, other) = tokio::join!(server.post_form("import", &confirm), server.post_form("import", &confirm));
        let mut said: Vec<&str> = vec![];
        for answered in [&one, &other] {
            assert!([200, 409].contains(&answered.status.as_u16()), "{}", answered.body);
            said.extend(answered.body["files"][0]["recording"].as_str());
        }
        assert!(said.contains(&"recorded"), "{} {}", one.body, other.body);
        let again = server.post_form("import", &confirm).await;
        assert_eq!(again.body["files"][0]["recording"], "already_imported", "{}", again.body);
        let found = server.get("student/find?text=20230010").await;
        assert_eq!(found.body["rows"].as_array().unwrap().len(), 1);
        let batches = server.get("imports").await;
        let named = batches.body["rows"].as_array().unwrap().iter().filter(|row| row["file"] == "名册.csv").count();
        assert_eq!(named, 2, "the first roster and this one: {}", batches.body);
    }
}

#[tokio::test]
async fn a_form_that_is_none_or_too_large_is_a_problem_and_records_nothing() {
    for database in Database::both().await {
        let server = Server::new(&database).await;
        let before = server.position().await;
        let unknown = server.post_form("import", &[part("paths", Some("a.csv"), b"x")]).await;
        assert_eq!(unknown.problem(), (422, "http.unknown_field"));
        let typed = server.post_form("import", &[part("files", None, b"x")]).await;
        assert_eq!(typed.problem(), (422, "http.field_type"));
        let many: Vec<Vec<u8>> = (0..101).map(|nth| part("files", Some(&format!("{nth}.csv")), b"x")).collect();
        assert_eq!(server.post_form("import", &many).await.problem(), (413, "http.too_many_files"));
        for (twice, field) in [
            ([part("year", None, b"2022"), part("year", None, b"2023")], "year"),
            ([part("evidence", Some("a.pdf"), b"%PDF-"), part("evidence", Some("b.pdf"), b"%PDF-")], "evidence"),
        ] {
            let words = if field == "year" { "season/plan" } else { "exemption/request" };
            let twice = server.post_form(words, &twice).await;
            assert_eq!(
                (twice.problem(), &twice.body["values"]["field"]),
                ((400, "http.field_repeated"), &json!(field))
            );
        }
        let long = vec![b'x'; (32 << 20) + 1];
        let long = server.post_form("import", &[part("files", Some("a.csv"), &long)]).await;
        assert_eq!(long.problem(), (413, "http.file_too_long"));
        let third = vec![b'x'; 25 << 20];
        let thirds: Vec<Vec<u8>> = (0..3).map(|_| part("files", Some("a.csv"), &third)).collect();
        assert_eq!(server.post_form("import", &thirds).await.problem(), (413, "http.too_long"));
        let cut = part("files", Some("a.csv"), b"x");
        let cut = server.send(server.form("import").body(Body::from(cut)).unwrap()).await;
        assert_eq!(cut.problem(), (400, "http.broken_form"));
        assert_eq!(server.position().await, before);
    }
}

#[tokio::test]
async fn a_long_import_is_a_job_of_its_account_and_its_rejected_rows_can_be_fetched() {
    for database in Database::both().await {
        let mut server = Server::new(&database).await;
        let mended = roster(OURS, 10..12);
        let wrong = mended.replace("330702", "330703");
        let file = [part("files", Some("错.csv"), format!("{mended}{}", wrong.lines().last().unwrap()).as_bytes())];
        let begun = server.begin("import", &file).await;
        assert_eq!(begun.status, StatusCode::ACCEPTED, "{}", begun.body);
        let address = begun.head[LOCATION].to_str().unwrap().to_owned();
        assert!(address.ends_with(begun.body["job"].as_str().unwrap()));
        let over = server.over(&address).await;
        assert_eq!((&over["status"], &over["answer"]["files"][0]["counts"]["rejected"]), (&json!(200), &json!(1)));
        let errors = over["answer"]["files"][0]["errors"].as_str().unwrap().to_owned();
        let workbook = server.at(&errors).await;
        assert!(workbook.bytes.starts_with(b"PK"));
        assert_eq!(workbook.head[CONTENT_DISPOSITION], "attachment; filename=\"errors.xlsx\"");
        assert_eq!(workbook.head["x-content-type-options"], "nosniff");
        // What is refused is told as the problem that it is.
        let refused =
            server.begin("import", &[part("files", Some("a.csv"), b"x"), part("source", None, b"graduate")]).await;
        let refused = server.over(refused.head[LOCATION].to_str().unwrap()).await;
        assert_eq!(refused["answer"]["code"], "import_files.never_by_file", "{refused}");
        // Nobody else hears of it, and nobody any more once the server was begun anew.
        let own = std::mem::replace(&mut server.token, token(&server.app, "赵校长", true).await);
        assert_eq!(server.at(&address).await.problem(), (404, "http.no_such_job"));
        assert_eq!(server.at(&errors).await.problem(), (404, "http.no_such_job"));
        server.token = own;
        server.router = web::router(server.app.clone(), front());
        assert_eq!(server.at(&address).await.problem(), (410, "http.job_lost"));
        let again = server.post_form("import", &file).await;
        assert_eq!(again.body["files"][0]["counts"]["new"], json!(0), "{}", again.body);
        // A command is as good as a job as a file is.
        let unit = Body::from(json!({ "name": "西方机械厂" }).to_string());
        let request = server.request(Method::POST, "employer/register").header(CONTENT_TYPE, "application/json");
        let begun = server.send(request.header("prefer", "respond-async").body(unit).unwrap()).await;
        let over = server.over(begun.head[LOCATION].to_str().unwrap()).await;
        assert_eq!(over["answer"]["recorded"], true, "{over}");
    }
}

#[tokio::test]
async fn evidence_goes_in_as_a_form_and_out_as_an_attachment_to_who_may() {
    for database in Database::both().await {
        let mut server = Server::new(&database).await;
        let proof = b"%PDF-1.4 proof";
        let parts = [
            part("student", None, b"20230000"),
            part("ground", None, b"health"),
            part("evidence", Some("proof.pdf"), proof),
        ];
        let requested = server.post_form("exemption/request", &parts).await;
        assert_eq!(requested.status, StatusCode::OK, "{}", requested.body);
        let hash = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(proof));
        let get = format!("evidence/get?hash={hash}");
        let file = server.get(&get).await;
        assert_eq!((file.status, &file.bytes[..]), (StatusCode::OK, &proof[..]));
        assert_eq!(file.head[CONTENT_TYPE], "application/pdf");
        assert_eq!(file.head[CONTENT_DISPOSITION], "attachment");
        assert_eq!(file.head["x-content-type-options"], "nosniff");
        let theirs = json!({ "account": { "add": { "name": "别校", "role": "officer", "school": THEIRS } } });
        let theirs = serde_json::from_value(theirs).unwrap();
        server.app.run(&gradtrail::accounts::Caller::operator("test"), None, &theirs).await.unwrap();
        server.token = token(&server.app, "别校", true).await;
        assert_eq!(server.get(&get).await.status, StatusCode::NOT_FOUND);
        let nobody = Request::get(format!("/api/v1/{get}")).body(Body::empty()).unwrap();
        assert_eq!(server.send(nobody).await.problem(), (401, "http.no_token"));
    }
}
