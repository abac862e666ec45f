//! Long JSON over HTTP.

use axum::body::Body;
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use serde_json::json;

use crate::api::Server;
use crate::support::Database;

#[tokio::test]
async fn ten_megabytes_of_json_are_refused_in_a_few_words_and_record_nothing() {
    for database in Database::both().await {
        let server = Server::new(&database).await;
        let before = server.position().await;
        let long = "长".repeat((10 << 20) / "长".len());
        for body in [
            json!({ "name": long }).to_string(),
            json!({ "name": "西方机械厂", "code": long }).to_string(),
            json!({ "name": vec![0; 5 << 20] }).to_string(),
            format!("{{ {} }}", (0..700_000).map(|nth| format!("\"f{nth}\": 1")).collect::<Vec<_>>().join(", ")),
            format!("{{ \"{long}\": 1 }}"),
            "[".repeat(10 << 20),
            " ".repeat(10 << 20),
        ] {
            let request = server.request(Method::POST, "employer/register").header(CONTENT_TYPE, "application/json");
            let began = body.chars().take(20).collect::<String>();
            let refused = server.send(request.body(Body::from(body)).unwrap()).await;
            let (status, _) = refused.problem();
            assert!([400, 409, 413, 422].contains(&status), "{began}: {status}");
            assert!(refused.bytes.len() < 4_096, "{began}: {} bytes are answered", refused.bytes.len());
        }
        assert_eq!(server.position().await, before);
    }
}
