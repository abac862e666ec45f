//! Signed papers that come back as a stack of scans: files become pages, and the code on a page says which paper it is of.
//!
//! `pdf` the pages of a PDF, `picture` what is seen on a page, `code` the codes on it, `bound` the pages of one paper as one
//! file. Invariants: a page is of a paper only by a code that was read whole; what cannot be read is said of its page, and no
//! page is left out. Pictures are decoded in grey and only to be looked for codes: what is kept are the bytes that came.

pub mod bound;
mod code;
mod pdf;
pub mod picture;

use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};

use super::mark::{MarkError, PageMark};
use crate::input::file::File;
use picture::{Grey, Picture};

/// Megabytes of one file.
pub const FILE_MB_MAX: usize = 20;
/// Pages of one file.
pub const PAGES_MAX: usize = 400;
/// Megapixels of one page: A4 at 600 dpi has 35.
pub const MEGAPIXELS_MAX: usize = 40;

/// Why a file, or a page of one, says nothing.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "scan.")]
pub enum ScanFault {
    FileEmpty,
    FileTooLong {
        max_mb: usize,
    },
    FileOther,
    PdfBroken,
    PdfEncrypted,
    PdfEmpty,
    TooManyPages {
        max: usize,
    },
    /// The page of a PDF has nothing but words and lines.
    NoPicture,
    SeveralPictures {
        count: usize,
    },
    /// The picture on the page of a PDF is no JPEG.
    PictureOther,
    PictureBroken,
    PictureTooLarge {
        max_megapixels: usize,
    },
    /// Nothing is on it.
    Blank,
    NoCode,
    /// Codes of several papers.
    SeveralCodes,
    /// To the last bit the same as another page of the stack.
    Double {
        page: usize,
    },
    /// Everybody has signed it, and its scan is there.
    SignedAlready,
    /// Every page is set aside.
    NothingLeft,
    /// Others lie between it and the first page of its paper.
    Apart {
        page: usize,
    },
}

/// Why it is not known which paper a page is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unread {
    Scan(ScanFault),
    Mark(MarkError),
}

/// The pages of a file in their order: what is to be seen on each, or why nothing is.
///
/// # Errors
/// If the file as a whole cannot be read.
pub fn pages(file: &File) -> Result<Vec<Result<Picture, ScanFault>>, ScanFault> {
    let bytes = &file.bytes;
    if bytes.is_empty() {
        return Err(ScanFault::FileEmpty);
    }
    if bytes.len() > FILE_MB_MAX << 20 {
        return Err(ScanFault::FileTooLong { max_mb: FILE_MB_MAX });
    }
    // What comes before the heading of a PDF is passed over, as viewers do.
    if bytes.iter().take(1024).collect::<Vec<_>>().windows(5).any(|begin| begin.iter().copied().eq(b"%PDF-")) {
        return pdf::pages(bytes);
    }
    match Picture::of(bytes) {
        Some(picture) => Ok(vec![Ok(picture)]),
        None => Err(ScanFault::FileOther),
    }
}

/// Which paper a page is of, by the code on it: whole, skewed, turned, in any size in which its squares can be told apart.
///
/// # Errors
/// If there is no code of ours, more than one, or nothing to be seen at all.
pub fn read(picture: &Picture) -> Result<PageMark, Unread> {
    let grey = picture.grey().map_err(Unread::Scan)?;
    let found = code::texts(&grey, |text| PageMark::parse(text).is_ok());
    let mut marks: Vec<PageMark> = found.iter().filter_map(|text| PageMark::parse(text).ok()).collect();
    marks.dedup();
    match (marks.as_slice(), found.first()) {
        ([mark], _) => Ok(*mark),
        ([_, _, ..], _) => Err(Unread::Scan(ScanFault::SeveralCodes)),
        ([], None) => Err(Unread::Scan(nothing_on(&grey))),
        ([], Some(text)) => Err(match PageMark::parse(text) {
            Err(error) => Unread::Mark(error),
            Ok(_) => Unread::Scan(ScanFault::NoCode),
        }),
    }
}

fn nothing_on(grey: &Grey) -> ScanFault {
    if grey.is_blank() { ScanFault::Blank } else { ScanFault::NoCode }
}
