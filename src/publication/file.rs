//! The formats of a report file: one document, written in any of them.

use thiserror::Error;

use super::document::Document;
use super::{csv, docx, html, text, xlsx};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Text,
    Csv,
    Xlsx,
    Docx,
    Html,
}

#[derive(Debug, Error)]
#[error("不能把报告写成 {format}：{reason}。请换一种格式，并把这句话告诉维护者")]
pub struct WriteError {
    format: &'static str,
    reason: String,
}

/// # Errors
/// If a library of the format refuses the document.
pub fn write(document: &Document, format: Format) -> Result<Vec<u8>, WriteError> {
    match format {
        Format::Text => Ok(text::write(document).into_bytes()),
        Format::Csv => csv::write(document).map(String::into_bytes).map_err(|error| refused("csv", &error)),
        Format::Xlsx => xlsx::write(document).map_err(|error| refused("xlsx", &error)),
        Format::Docx => docx::write(document).map_err(|error| refused("docx", &error)),
        Format::Html => html::write(document).map(String::into_bytes).map_err(|error| refused("html", &error)),
    }
}

fn refused(format: &'static str, reason: &dyn std::error::Error) -> WriteError {
    WriteError { format, reason: reason.to_string() }
}
