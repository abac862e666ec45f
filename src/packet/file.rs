//! The formats of a packet: documents in their order, each beginning a page, written in one of them.

use std::io::{Cursor, Write as _};

use super::document::FilledDocument;
use super::error::PacketWriteError;
use super::{docx, html};
use crate::input::file::File;
use derive_more::From;
use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A format in which a packet can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PacketFormat {
    /// For word processors.
    Docx,
    /// One page to print from a browser.
    Html,
}

/// Why there is no packet.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, From, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "packet.")]
pub enum RenderError {
    Nothing,
    #[from]
    #[serde(skip)]
    Write(PacketWriteError),
}

/// Writes the documents of one student, or those of a whole class, as one file.
///
/// `made_at` is in microseconds since 1970-01-01 UTC and goes into the file, so that a packet made twice is the same
/// file.
///
/// # Errors
/// If there is no document, or a library of the format refuses one.
pub fn render(documents: &[FilledDocument<'_>], made_at: i64, format: PacketFormat) -> Result<Vec<u8>, RenderError> {
    let Some((first, rest)) = documents.split_first() else { return Err(RenderError::Nothing) };
    match format {
        PacketFormat::Docx => Ok(docx::write(documents, made_at)?),
        PacketFormat::Html => Ok(html::write(first, rest)?.into_bytes()),
    }
}

/// Several files as one to be taken away.
///
/// # Errors
/// If the library refuses a name, or there are too many bytes.
pub fn zipped(files: &[File]) -> Result<Vec<u8>, PacketWriteError> {
    let mut archive = ZipWriter::new(Cursor::new(vec![]));
    for file in files {
        let begun = archive.start_file(file.short_name(), SimpleFileOptions::default());
        begun.map_err(|error| PacketWriteError::of("zip", &error))?;
        archive.write_all(&file.bytes).map_err(|error| PacketWriteError::of("zip", &error))?;
    }
    let archive = archive.finish().map_err(|error| PacketWriteError::of("zip", &error))?;
    Ok(archive.into_inner())
}
