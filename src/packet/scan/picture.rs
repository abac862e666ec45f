//! What is seen on a scanned page: a JPEG or a PNG as it came, and its shades of grey.

use std::fmt;
use std::io::Cursor;
use std::sync::Arc;

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::{MEGAPIXELS_MAX, ScanFault};

/// Pixels of a side at most.
const SIDE_MAX: usize = 16_384;
/// Darker than this is ink.
const INK: u8 = 160;
/// Of so many pixels one is ink where a page has something on it: specks of dust are not.
const SPECK: usize = 2_000;

/// Of which kind a picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureKind {
    Jpeg,
    Png,
}

/// The picture of a page, as it came.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    pub kind: PictureKind,
    pub bytes: Arc<[u8]>,
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({:?}, {} bytes)", self.kind, self.bytes.len())
    }
}

/// Shades of grey, 0 black, row by row.
pub struct Grey {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<u8>,
}

/// Samples of 8 bits, row by row: grey (1) or red, green, blue (3).
pub(super) struct Samples {
    pub width: usize,
    pub height: usize,
    pub channels: usize,
    pub bytes: Vec<u8>,
}

impl Picture {
    /// A picture by the bytes with which it begins; `None` if it is none of these.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let kind = match bytes {
            [0xff, 0xd8, 0xff, ..] => PictureKind::Jpeg,
            [0x89, b'P', b'N', b'G', ..] => PictureKind::Png,
            _ => return None,
        };
        Some(Self { kind, bytes: bytes.into() })
    }

    /// As it stands in headers (RFC 6838).
    pub fn media_type(&self) -> &'static str {
        match self.kind {
            PictureKind::Jpeg => "image/jpeg",
            PictureKind::Png => "image/png",
        }
    }

    /// Width, height and number of colours.
    ///
    /// # Errors
    /// If it is damaged or too large.
    pub fn size(&self) -> Result<(usize, usize, usize), ScanFault> {
        match self.kind {
            PictureKind::Jpeg => {
                let mut decoder = jpeg(&self.bytes, ColorSpace::Luma);
                decoder.decode_headers().map_err(|_| ScanFault::PictureBroken)?;
                let info = decoder.info().ok_or(ScanFault::PictureBroken)?;
                let (width, height) = (usize::from(info.width), usize::from(info.height));
                expect_size(width, height)?;
                Ok((width, height, usize::from(info.components)))
            }
            PictureKind::Png => {
                let reader = png::Decoder::new(Cursor::new(&self.bytes[..])).read_info();
                let reader = reader.map_err(|_| ScanFault::PictureBroken)?;
                let colours = match reader.info().color_type {
                    png::ColorType::Grayscale | png::ColorType::GrayscaleAlpha => 1,
                    png::ColorType::Rgb | png::ColorType::Rgba | png::ColorType::Indexed => 3,
                };
                let side = |of: u32| usize::try_from(of).unwrap_or(usize::MAX);
                let (width, height) = (side(reader.info().width), side(reader.info().height));
                expect_size(width, height)?;
                Ok((width, height, colours))
            }
        }
    }

    /// Its shades of grey.
    ///
    /// # Errors
    /// If it is damaged or too large.
    pub fn grey(&self) -> Result<Grey, ScanFault> {
        match self.kind {
            PictureKind::Jpeg => {
                self.size()?;
                let mut decoder = jpeg(&self.bytes, ColorSpace::Luma);
                decoder.decode_headers().map_err(|_| ScanFault::PictureBroken)?;
                let has_luma = matches!(decoder.input_colorspace(), Some(ColorSpace::YCbCr | ColorSpace::Luma));
                let out = if has_luma { ColorSpace::Luma } else { ColorSpace::RGB };
                let mut decoder = jpeg(&self.bytes, out);
                let bytes = decoder.decode().map_err(|_| ScanFault::PictureBroken)?;
                let info = decoder.info().ok_or(ScanFault::PictureBroken)?;
                let channels = if has_luma { 1 } else { 3 };
                Samples { width: info.width.into(), height: info.height.into(), channels, bytes }.grey()
            }
            PictureKind::Png => self.png_samples()?.grey(),
        }
    }

    /// The samples of a PNG, without what is transparent.
    pub(super) fn png_samples(&self) -> Result<Samples, ScanFault> {
        let mut decoder = png::Decoder::new(Cursor::new(&self.bytes[..]));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().map_err(|_| ScanFault::PictureBroken)?;
        let side = |of: u32| usize::try_from(of).unwrap_or(usize::MAX);
        let (width, height) = (side(reader.info().width), side(reader.info().height));
        expect_size(width, height)?;
        let mut bytes = vec![0; reader.output_buffer_size().ok_or(ScanFault::PictureBroken)?];
        let frame = reader.next_frame(&mut bytes).map_err(|_| ScanFault::PictureBroken)?;
        bytes.truncate(frame.buffer_size());
        let (channels, kept) = match frame.color_type {
            png::ColorType::Grayscale => (1, 1),
            png::ColorType::GrayscaleAlpha => (2, 1),
            png::ColorType::Rgb => (3, 3),
            png::ColorType::Rgba => (4, 3),
            // Made to colours above.
            png::ColorType::Indexed => return Err(ScanFault::PictureBroken),
        };
        if channels != kept {
            bytes = bytes.chunks_exact(channels).flat_map(|pixel| pixel[..kept].iter().copied()).collect();
        }
        Ok(Samples { width, height, channels: kept, bytes })
    }
}

impl Samples {
    fn grey(self) -> Result<Grey, ScanFault> {
        let Self { width, height, channels, bytes } = self;
        let pixels = match channels {
            1 => bytes,
            _ => bytes.chunks_exact(channels).map(luma).collect(),
        };
        if pixels.len() < width * height || width * height == 0 {
            return Err(ScanFault::PictureBroken);
        }
        Ok(Grey { width, height, pixels })
    }
}

/// How bright red, green and blue are together (ITU-R BT.601).
fn luma(pixel: &[u8]) -> u8 {
    let [red, green, blue, ..] = pixel else { return 0 };
    let sum = u32::from(*red) * 299 + u32::from(*green) * 587 + u32::from(*blue) * 114;
    u8::try_from(sum / 1000).unwrap_or(u8::MAX)
}

fn expect_size(width: usize, height: usize) -> Result<(), ScanFault> {
    let is_too_large =
        width > SIDE_MAX || height > SIDE_MAX || width.saturating_mul(height) > MEGAPIXELS_MAX * 1_000_000;
    if is_too_large { Err(ScanFault::PictureTooLarge { max_megapixels: MEGAPIXELS_MAX }) } else { Ok(()) }
}

fn jpeg(bytes: &[u8], out: ColorSpace) -> JpegDecoder<ZCursor<&[u8]>> {
    let options = DecoderOptions::default().set_max_width(1 << 16).set_max_height(1 << 16);
    JpegDecoder::new_with_options(ZCursor::new(bytes), options.jpeg_set_out_colorspace(out))
}

impl Grey {
    /// The same in so many times fewer pixels at each side, each the mean of those it stands for.
    pub(super) fn shrunk(&self, times: usize) -> Self {
        let (width, height) = (self.width / times, self.height / times);
        let mut pixels = Vec::with_capacity(width * height);
        let mut sums = vec![0_usize; width];
        for rows in self.pixels.chunks_exact(self.width * times).take(height) {
            sums.fill(0);
            for row in rows.chunks_exact(self.width) {
                for (sum, pixels) in sums.iter_mut().zip(row.chunks_exact(times)) {
                    *sum += pixels.iter().map(|pixel| usize::from(*pixel)).sum::<usize>();
                }
            }
            pixels.extend(sums.iter().map(|sum| u8::try_from(sum / (times * times)).unwrap_or(u8::MAX)));
        }
        Self { width, height, pixels }
    }

    /// Whether nothing but paper is to be seen.
    pub(super) fn is_blank(&self) -> bool {
        self.pixels.iter().filter(|pixel| **pixel < INK).count() < self.pixels.len() / SPECK
    }
}
