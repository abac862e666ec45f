//! Documents that cannot be sent, signed, scanned, recalled or printed as it is asked.

use gradtrail::domain::ids::{FileHash, StudentId};
use gradtrail::domain::placement::codes::DocumentKind;
use gradtrail::packet::mark::PageMark;
use gradtrail::packet::templates::built_in;
use serde_json::{Value, json};

use super::{Office, agreed, of_class, of_student, sent};
use crate::support::{Database, ask, with};

fn agreement(order: Value) -> Value {
    json!({ "agreement": order })
}

fn sign(target: Value, how: Value) -> Value {
    agreement(json!({ "sign": with(with(target, json!({ "party": "student" })), how) }))
}

fn scan(target: Value) -> Value {
    agreement(json!({ "scan": with(target, json!({ "file": sent("扫描.pdf", b"%PDF-1.7 scan") })) }))
}

fn print(templates: Option<Value>) -> Value {
    json!({ "packet": with(of_class(), json!({ "templates": templates, "format": "html" })) })
}

fn send(templates: Option<Value>) -> Value {
    agreement(json!({ "send": with(of_class(), json!({ "templates": templates })) }))
}

async fn student(office: &Office, number: usize) -> StudentId {
    let number = format!("2023{number:04}");
    ask::students(&office.town.app, &office.officer, &number).await.unwrap()[0].id
}

/// A school's own text of one document.
fn own_templates() -> Value {
    let text = built_in(DocumentKind::Commitment).replace("# 学生岗位实习承诺书", "# 我校承诺书");
    json!([sent("commitment.zh.txt", text.as_bytes())])
}

#[tokio::test]
async fn what_cannot_be_done_with_documents_now_says_why() {
    for database in Database::both().await {
        let office = Office::new(&database).await;
        office.places_the_class().await;
        let recall = || agreement(json!({ "recall": with(of_class(), json!({ "reason": "entry_error" })) }));
        let sign_all = || agreement(json!({ "sign": with(of_class(), json!({ "party": "all" })) }));
        assert_eq!(office.refuses(print(None)).await, "input.agreement_not_drafted");
        office.drafts_the_agreements().await;
        assert_eq!(office.refuses(recall()).await, "input.nothing_to_recall");
        assert_eq!(office.refuses(sign_all()).await, "input.nothing_to_sign");
        assert_eq!(office.refuses(scan(of_student(0))).await, "input.nothing_to_scan");
        office.does(send(None)).await;
        assert_eq!(office.refuses(send(None)).await, "input.nothing_to_send");
        assert_eq!(office.refuses(scan(of_class())).await, "input.file_of_one_student");
        office.does(sign_all()).await;
        assert_eq!(office.refuses(sign_all()).await, "input.nothing_to_sign");
        office.does(scan(of_student(0))).await;
        assert_eq!(office.refuses(scan(of_student(0))).await, "input.nothing_to_scan");
        let redraft = agreement(json!({ "draft": with(of_class(), agreed()) }));
        assert_eq!(office.refuses(redraft).await, "agreement.in_force_already");
    }
}

#[tokio::test]
async fn a_signature_whose_manner_or_page_contradicts_it_does_not_count() {
    for database in Database::both().await {
        let office = Office::new(&database).await;
        office.places_the_class().await;
        office.drafts_the_agreements().await;
        office.does(send(None)).await;
        let file = || sent("文件.pdf", b"%PDF-1.7 deed");
        let (first, second) = (student(&office, 0).await, student(&office, 1).await);
        let mark = |student| PageMark::of(DocumentKind::Agreement, 1, student, FileHash::new([0; 32])).text();
        let cases = [
            (of_student(0), json!({ "electronic": true, "scan": file() }), "input.manner_unclear"),
            (of_student(0), json!({ "proof": file() }), "input.manner_unclear"),
            (of_student(0), json!({ "on_behalf": "absent" }), "input.behalf_incomplete"),
            (of_student(0), json!({ "on_behalf": "absent", "authorised_by": file() }), "input.behalf_incomplete"),
            (of_student(0), json!({ "mark": "https://example.com" }), "mark.not_ours"),
            (of_student(0), json!({ "mark": "GT9:AGREEMENT:1" }), "mark.later_form"),
            (of_student(0), json!({ "mark": "GT1:AGREEMENT:1" }), "mark.broken"),
            (of_student(0), json!({ "mark": mark(second) }), "input.mark_of_another"),
            (of_student(0), json!({ "mark": mark(first) }), "input.mark_of_another_document"),
            (of_class(), json!({ "mark": mark(first) }), "input.mark_says_all"),
            (of_student(0), json!({ "mark": mark(first), "document": "agreement" }), "input.mark_says_all"),
            (of_student(0), json!({ "scan": sent("扫描.pdf", b"") }), "evidence_file.empty"),
            (of_student(0), json!({ "scan": sent("扫描.pdf", b"text") }), "evidence_file.other_type"),
        ];
        for (target, how, code) in cases {
            let order = sign(target, how);
            assert_eq!(office.refuses(order.clone()).await, code, "{order}");
        }
    }
}

#[tokio::test]
async fn a_document_is_sent_as_it_was_printed_and_printed_as_it_was_sent() {
    for database in Database::both().await {
        let office = Office::new(&database).await;
        office.places_the_class().await;
        office.drafts_the_agreements().await;
        office.does(print(None)).await;
        assert_eq!(office.refuses(send(Some(own_templates()))).await, "input.changed_since_printed");
        office.does(send(None)).await;
        assert_eq!(office.refuses(print(Some(own_templates()))).await, "input.changed_since_sent");
        office.does(print(None)).await;
    }
}
