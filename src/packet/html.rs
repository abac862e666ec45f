//! The documents as one page of HTML to print on A4. The page loads nothing from elsewhere and has no script.
//!
//! Each document is a table whose head holds the page header with the code, because the head of a table is what every
//! browser repeats on each printed page. Each document counts its pages with a counter of its own, because the counter
//! of the browser runs through the whole file and cannot be set back.

use askama::Template;

use super::document::FilledDocument;
use super::error::PacketWriteError;
use super::qr_image::QrImage;
use super::requirements::Signer;
use super::template::Block;

#[derive(Template)]
#[template(path = "packet.html")]
struct Page<'a> {
    title: String,
    prints: Vec<Print<'a>>,
}

/// A document with the code of its pages, as text and as a picture.
struct Print<'a> {
    document: &'a FilledDocument<'a>,
    mark: String,
    code: QrImage,
}

impl<'a> Print<'a> {
    fn of(document: &'a FilledDocument<'a>) -> Result<Self, PacketWriteError> {
        let mark = document.mark().text();
        let code = QrImage::of(&mark)?;
        Ok(Self { document, mark, code })
    }

    fn is_kept(&self, index: &usize) -> bool {
        self.document.is_kept_with_next(*index)
    }
}

/// Writes the page. Browsers name a printed file by the title of the page: the header of a single document, or that of
/// the first with their number.
///
/// # Errors
/// If the code of a document cannot be drawn or the template fails.
pub(super) fn write(first: &FilledDocument<'_>, rest: &[FilledDocument<'_>]) -> Result<String, PacketWriteError> {
    let title = match rest.len() {
        0 => first.page_header(),
        more => format!("{} 等 {} 份", first.page_header(), more + 1),
    };
    let prints = [first].into_iter().chain(rest).map(Print::of).collect::<Result<_, _>>()?;
    Page { title, prints }.render().map_err(|error| PacketWriteError::of("HTML", &error))
}

/// Signatures stand two side by side.
fn pairs(signers: &[Signer]) -> std::slice::Chunks<'_, Signer> {
    signers.chunks(2)
}
