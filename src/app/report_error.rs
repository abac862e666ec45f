//! Why figures and lists are not answered.

use derive_more::From;
use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};

use super::AppError;
use super::target::TargetRefusal;
use crate::event_log::EngineError;

/// What keeps a figure or a list from being answered.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, From, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "report.")]
pub enum ReportError {
    BeyondHead {
        asked: i64,
        head: i64,
    },
    Stalled {
        model: String,
        position: i64,
        reason: String,
    },
    Imbalance {
        whole: &'static str,
        total: i64,
        parts: i64,
    },
    NoSuchFigure(String),
    NoSuchCell(String),
    NotFound,
    #[from]
    #[serde(skip)]
    Target(TargetRefusal),
    SchoolNeeded,
    #[from]
    #[serde(skip)]
    App(AppError),
}

impl From<EngineError> for ReportError {
    fn from(error: EngineError) -> Self {
        Self::App(error.into())
    }
}

impl From<sqlx::Error> for ReportError {
    fn from(error: sqlx::Error) -> Self {
        Self::App(AppError::Read(error.into()))
    }
}
