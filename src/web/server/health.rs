//! Whether the process runs, and whether it can answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Json, Router};
use serde_json::json;

use crate::accounts::Caller;
use crate::app::App;
use crate::app::actions::Question;
use crate::app::failure::Failure;
use crate::app::reply::Reply;
use crate::app::report::{LatestYear, ReportQuery, ShowReport};
use crate::refusal::{Refusal as _, RefusalKind};

/// Whether the figures that are asked for first are in memory, of a server that reads them at its start.
#[derive(Clone, Default)]
pub(in crate::web) struct Warmth(Arc<AtomicBool>);

impl Warmth {
    /// Reads the figures of the latest year. While the database does not answer it is tried again; whatever else goes
    /// wrong is told to those who ask.
    pub async fn warm_up(self, app: Arc<App>) {
        const AGAIN: Duration = Duration::from_secs(1);
        while first_figures(&app).await.is_err_and(|failure| failure.kind() == RefusalKind::Busy) {
            tokio::time::sleep(AGAIN).await;
        }
        self.0.store(true, Ordering::Relaxed);
    }
}

async fn first_figures(app: &App) -> Result<(), Failure> {
    let caller = Caller::operator("start");
    let Reply::LatestYear(Some(year)) = app.ask(&caller, &Question::LatestYear(LatestYear {})).await? else {
        return Ok(());
    };
    let report = ShowReport { query: ReportQuery::year(year), by: vec![], full: false };
    app.ask(&caller, &Question::Report(report)).await?;
    Ok(())
}

/// Where those who watch over the server ask, by whatever name they reach it.
pub(in crate::web) fn router(app: Arc<App>) -> Router {
    Router::new().route("/health/live", get(live)).route("/health/ready", get(ready)).with_state(app)
}

/// Whether the process runs.
async fn live() -> Response {
    Json(json!({ "status": "live" })).into_response()
}

/// Whether it can answer at once: the database is there, no read model of this program lags behind, and the first
/// figures are in memory.
async fn ready(State(app): State<Arc<App>>, warmth: Option<Extension<Warmth>>) -> Response {
    let unready = |what: &str| (StatusCode::SERVICE_UNAVAILABLE, Json(json!({ "status": what }))).into_response();
    let is_warm = warmth.is_none_or(|Extension(Warmth(is_warm))| is_warm.load(Ordering::Relaxed));
    match app.log().head().await {
        Err(_) => unready("database_unreadable"),
        Ok(head) if head.read_models.values().any(|mark| mark.stalled.is_some()) => unready("read_model_stalled"),
        Ok(_) if !is_warm => unready("warming"),
        Ok(_) => Json(json!({ "status": "ready" })).into_response(),
    }
}
