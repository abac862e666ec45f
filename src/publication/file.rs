//! The formats of a report file: one document, written in any of them.

use serde::Serialize;

use super::document::Document;
use super::{csv, docx, html, text, xlsx};

/// A format in which a report can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportFormat {
    /// For a terminal.
    Text,
    Csv,
    Xlsx,
    Docx,
    /// One page to read or to print from a browser.
    Html,
}

/// A library of a format refused the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReportWriteError {
    pub format: &'static str,
    pub reason: String,
}

/// Writes a report as the bytes of a file.
///
/// # Errors
/// If a library of the format refuses the document.
pub fn write(document: &Document, format: ReportFormat) -> Result<Vec<u8>, ReportWriteError> {
    match format {
        ReportFormat::Text => Ok(text::write(document).into_bytes()),
        ReportFormat::Csv => csv::write(document).map(String::into_bytes).map_err(|error| refused("csv", &error)),
        ReportFormat::Xlsx => xlsx::write(document).map_err(|error| refused("xlsx", &error)),
        ReportFormat::Docx => docx::write(document).map_err(|error| refused("docx", &error)),
        ReportFormat::Html => html::write(document).map(String::into_bytes).map_err(|error| refused("html", &error)),
    }
}

fn refused(format: &'static str, reason: &dyn std::error::Error) -> ReportWriteError {
    ReportWriteError { format, reason: reason.to_string() }
}
