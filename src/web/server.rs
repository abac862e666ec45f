//! How the server runs and ends: its health, the noting of heads, and the signals on which it stops.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use tokio::sync::oneshot;

use super::front::Front;
use super::router;
use crate::app::App;
use crate::refusal::Refusal as _;
use crate::text::cleaning::printable;

/// What is under way when the server is told to stop has so long to end.
const ENDING: Duration = Duration::from_secs(10);

/// Serves until the process is told to stop: new connections are refused then, and what is under way ends within ten
/// seconds.
///
/// # Errors
/// If the address cannot be listened on.
pub async fn serve(app: Arc<App>, address: SocketAddr, front: Arc<Front>) -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind(address).await?;
    let noting = tokio::spawn(note_heads(Arc::clone(&app)));
    let (tell, told) = oneshot::channel();
    let until_told = async {
        told_to_stop().await;
        // Where nobody waits for it any more the server has ended by itself.
        let _nobody = tell.send(());
    };
    let serving =
        axum::serve(listener, router(Arc::clone(&app), front).into_make_service_with_connect_info::<SocketAddr>())
            .with_graceful_shutdown(until_told);
    let overdue = async {
        // Without a word of the end the server is not told to stop.
        if told.await.is_err() {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(ENDING).await;
    };
    let served = tokio::select! {
        served = async { serving.await } => served,
        () = overdue => Ok(()),
    };
    noting.abort();
    note_head(&app).await;
    served
}

/// Ctrl-C, or what service managers send.
async fn told_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        // Without its handler the signal simply ends the process.
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => return,
                _ = tokio::signal::ctrl_c() => return,
            }
        }
    }
    let _ended = tokio::signal::ctrl_c().await;
}

/// What is recorded is noted outside the database within a second.
async fn note_heads(app: Arc<App>) {
    const EVERY: Duration = Duration::from_secs(1);
    let mut every = tokio::time::interval(EVERY);
    let mut noted = 0;
    loop {
        every.tick().await;
        let position = app.log().head().await.map_or(noted, |head| head.position());
        if position != noted {
            note_head(&app).await;
            noted = position;
        }
    }
}

/// It stays recorded where it cannot be noted.
async fn note_head(app: &App) {
    if let Err(error) = app.note_head().await {
        eprintln!("日志头没有记入台账：{}", printable(&error.sentence().zh));
    }
}

/// Where those who watch over the server ask, by whatever name they reach it.
pub(super) fn health(app: Arc<App>) -> Router {
    Router::new().route("/health/live", get(live)).route("/health/ready", get(ready)).with_state(app)
}

/// Whether the process runs.
async fn live() -> Response {
    Json(json!({ "status": "live" })).into_response()
}

/// Whether it can answer: the database is there, and no read model of this program lags behind.
async fn ready(State(app): State<Arc<App>>) -> Response {
    let unready = |what: &str| (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": what }))).into_response();
    match app.log().head().await {
        Err(_) => unready("database_unreadable"),
        Ok(head) if head.read_models.values().any(|mark| mark.stalled.is_some()) => unready("read_model_stalled"),
        Ok(_) => Json(json!({ "status": "ready" })).into_response(),
    }
}
