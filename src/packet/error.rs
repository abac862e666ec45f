//! Why a packet could not be written.

use serde::Serialize;

/// A library of a format refused a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PacketWriteError {
    pub format: &'static str,
    pub reason: String,
}

impl PacketWriteError {
    pub(super) fn of(format: &'static str, reason: &dyn std::error::Error) -> Self {
        Self { format, reason: reason.to_string() }
    }
}
