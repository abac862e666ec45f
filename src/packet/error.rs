//! Why a packet could not be written.

use thiserror::Error;

/// A library of a format refused a document.
#[derive(Debug, Error)]
#[error("不能把材料写成 {format}：{reason}。请换一种格式，并把这句话告诉维护者")]
pub struct PacketWriteError {
    format: &'static str,
    reason: String,
}

impl PacketWriteError {
    pub(super) fn of(format: &'static str, reason: &dyn std::error::Error) -> Self {
        Self { format, reason: reason.to_string() }
    }
}
