//! The papers as one page of HTML to print: nothing from elsewhere, no script, A4.
//!
//! Each paper is a table whose head holds its edge and its code: the head of a table is what every browser repeats on
//! each page that the table reaches, and each paper has its own. Pages are counted for each paper by a counter of its
//! own: the browsers' own counter runs through the file and cannot be set back.

use askama::Template;

use super::code::Code;
use super::demand::Signer;
use super::file::WriteError;
use super::paper::Paper;
use super::template::Block;

#[derive(Template)]
#[template(path = "packet.html")]
struct Page<'a> {
    title: String,
    sheets: Vec<Sheet<'a>>,
}

/// A paper with what is drawn of it.
struct Sheet<'a> {
    paper: &'a Paper<'a>,
    mark: String,
    code: Code,
}

impl<'a> Sheet<'a> {
    fn of(paper: &'a Paper<'a>) -> Result<Self, WriteError> {
        let mark = paper.mark().text();
        let code = Code::of(&mark)?;
        Ok(Self { paper, mark, code })
    }

    fn is_kept(&self, index: &usize) -> bool {
        self.paper.is_kept_with_next(*index)
    }
}

/// A browser names the printed file by the title: of one paper its own, of more than one the first and their number.
pub(super) fn write(first: &Paper<'_>, rest: &[Paper<'_>]) -> Result<String, WriteError> {
    let title = match rest.len() {
        0 => first.edge(),
        more => format!("{} 等 {} 份", first.edge(), more + 1),
    };
    let sheets = [first].into_iter().chain(rest).map(Sheet::of).collect::<Result<_, _>>()?;
    Page { title, sheets }.render().map_err(|error| WriteError::of("HTML", &error))
}

/// Signatures stand two by two.
fn pairs(signers: &[Signer]) -> std::slice::Chunks<'_, Signer> {
    signers.chunks(2)
}
