//! The pages of a PDF as scanners write it: on each page one picture, which is a JPEG.

use hayro_syntax::content::ops::TypedInstruction;
use hayro_syntax::object::{Array, Name, Stream};
use hayro_syntax::page::Page;
use hayro_syntax::{Filter, LoadPdfError, Pdf};

use super::picture::{Picture, PictureKind};
use super::{PAGES_MAX, ScanFault};

/// Bytes of what a page draws, packed: unpacked they may be a thousand times as many.
const CONTENT_LEN_MAX: usize = 128 << 10;
/// Operations of a page that are looked at; the page of a scanner has some ten, one with its words behind it some thousands.
const OPERATIONS_MAX: usize = 200_000;

/// The picture of each page, or why there is none.
pub(super) fn pages(bytes: &[u8]) -> Result<Vec<Result<Picture, ScanFault>>, ScanFault> {
    let pdf = match Pdf::new(bytes.to_vec()) {
        Ok(pdf) => pdf,
        Err(LoadPdfError::Decryption(_)) => return Err(ScanFault::PdfEncrypted),
        Err(LoadPdfError::Invalid) => return Err(ScanFault::PdfBroken),
    };
    let pages = pdf.pages();
    match pages.len() {
        0 => Err(ScanFault::PdfEmpty),
        1..=PAGES_MAX => Ok(pages.iter().map(picture).collect()),
        _ => Err(ScanFault::TooManyPages { max: PAGES_MAX }),
    }
}

/// Bytes of what a page draws, as they are packed.
fn content_len(page: &Page<'_>) -> usize {
    let len = |stream: Stream<'_>| stream.raw_data().len();
    match page.raw().get::<Stream<'_>>("Contents") {
        Some(one) => len(one),
        None => page.raw().get::<Array<'_>>("Contents").map_or(0, |all| all.iter::<Stream<'_>>().map(len).sum()),
    }
}

/// The one picture that a page shows.
fn picture(page: &Page<'_>) -> Result<Picture, ScanFault> {
    if content_len(page) > CONTENT_LEN_MAX {
        return Err(ScanFault::PictureOther);
    }
    let mut shown: Vec<Stream<'_>> = vec![];
    let mut operations = page.typed_operations();
    for _ in 0..OPERATIONS_MAX {
        let Some(operation) = operations.next() else { break };
        let drawn = match operation {
            TypedInstruction::XObject(drawn) => page.resources().get_x_object(drawn.0),
            _ => None,
        };
        let is_picture = |drawn: &Stream<'_>| {
            drawn.dict().get::<Name<'_>>("Subtype").is_some_and(|subtype| subtype.as_str() == "Image")
        };
        shown.extend(drawn.filter(is_picture));
    }
    match shown.as_slice() {
        [] => Err(ScanFault::NoPicture),
        [one] if one.filters().as_slice() == [Filter::DctDecode] => {
            let picture = Picture::of(&one.raw_data()).filter(|picture| picture.kind == PictureKind::Jpeg);
            picture.ok_or(ScanFault::PictureBroken)
        }
        [_] => Err(ScanFault::PictureOther),
        several => Err(ScanFault::SeveralPictures { count: several.len() }),
    }
}
