//! The formats of a packet: papers in their order, each beginning a page, written in one of them.

use thiserror::Error;

use super::paper::Paper;
use super::{docx, html};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Docx,
    Html,
}

#[derive(Debug, Error)]
pub enum RenderError {
    #[error("没有要打印的材料；请先选定学生和材料")]
    Nothing,
    #[error(transparent)]
    Write(#[from] WriteError),
}

#[derive(Debug, Error)]
#[error("不能把材料写成 {format}：{reason}。请换一种格式，并把这句话告诉维护者")]
pub struct WriteError {
    format: &'static str,
    reason: String,
}

impl WriteError {
    pub(super) fn of(format: &'static str, reason: &dyn std::error::Error) -> Self {
        Self { format, reason: reason.to_string() }
    }
}

/// One student's documents, or those of a whole class, as one file. `made_at` in microseconds since 1970-01-01 UTC goes
/// into the file: a packet made twice is the same file.
///
/// # Errors
/// If there is no paper, or a library of the format refuses it.
pub fn render(papers: &[Paper<'_>], made_at: i64, format: Format) -> Result<Vec<u8>, RenderError> {
    let Some((first, rest)) = papers.split_first() else { return Err(RenderError::Nothing) };
    match format {
        Format::Docx => Ok(docx::write(papers, made_at)?),
        Format::Html => Ok(html::write(first, rest)?.into_bytes()),
    }
}
