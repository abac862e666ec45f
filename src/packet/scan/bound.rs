//! The pages of one paper as one file: a single page as it came, several as a PDF with a picture on each page.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::{Content, Filter, Finish as _, Name, Pdf, Rect, Ref};

use super::ScanFault;
use super::picture::{Picture, PictureKind};

/// The longer side of a page in points: that of A4. How large the sheet was the pictures do not tell for sure.
const LONG_SIDE: f32 = 842.0;
/// What the picture of a page is called in it.
const PICTURE: Name<'static> = Name(b"Page");

/// The file that holds these pages, in their order; the same pages make the same file.
///
/// # Errors
/// If the picture of a page is damaged.
pub fn bound(pages: &[&Picture]) -> Result<Vec<u8>, ScanFault> {
    if let [one] = pages {
        return Ok(one.bytes.to_vec());
    }
    let (mut pdf, mut last) = (Pdf::new(), 0);
    let mut new_ref = || {
        last += 1;
        Ref::new(last)
    };
    let (catalog, tree) = (new_ref(), new_ref());
    let mut kids = vec![];
    for picture in pages {
        let (page_ref, picture_ref, content_ref) = (new_ref(), new_ref(), new_ref());
        let (width, height, colours) = picture.size()?;
        let longer = pixels(width.max(height))?;
        let side = |of: usize| pixels(of).map(|of| LONG_SIDE * of as f32 / longer as f32);
        let (page_width, page_height) = (side(width)?, side(height)?);
        let (bytes, filter) = match picture.kind {
            PictureKind::Jpeg => (picture.bytes.to_vec(), Filter::DctDecode),
            PictureKind::Png => (deflated(&picture.png_samples()?.bytes)?, Filter::FlateDecode),
        };
        let mut page = pdf.page(page_ref);
        page.media_box(Rect::new(0.0, 0.0, page_width, page_height)).parent(tree).contents(content_ref);
        page.resources().x_objects().pair(PICTURE, picture_ref);
        page.finish();
        let mut image = pdf.image_xobject(picture_ref, &bytes);
        image.filter(filter);
        image.width(pixels(width)?.into()).height(pixels(height)?.into()).bits_per_component(8);
        match colours {
            1 => image.color_space().device_gray(),
            4 => {
                image.color_space().device_cmyk();
                // Scanners and cameras that write four colours write them inverted, as Adobe does.
                image.decode([1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0]);
            }
            _ => image.color_space().device_rgb(),
        }
        image.finish();
        let mut content = Content::new();
        content.transform([page_width, 0.0, 0.0, page_height, 0.0, 0.0]).x_object(PICTURE);
        pdf.stream(content_ref, &content.finish());
        kids.push(page_ref);
    }
    let count = i32::try_from(kids.len()).map_err(|_| ScanFault::PictureBroken)?;
    pdf.catalog(catalog).pages(tree);
    pdf.pages(tree).kids(kids).count(count);
    Ok(pdf.finish())
}

/// No side has more: `picture` sees to that.
fn pixels(side: usize) -> Result<u16, ScanFault> {
    u16::try_from(side).map_err(|_| ScanFault::PictureBroken)
}

fn deflated(bytes: &[u8]) -> Result<Vec<u8>, ScanFault> {
    let mut encoder = ZlibEncoder::new(vec![], Compression::default());
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.map_err(|_| ScanFault::PictureBroken)
}
