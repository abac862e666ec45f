//! The code of a page as a QR picture: a PNG for word processors, the path of an SVG for a page of HTML.

use qrcode::{Color, EcLevel, QrCode};

use super::error::PacketWriteError;

/// The code can still be read when a quarter of it is stained or folded.
const LEVEL: EcLevel = EcLevel::Q;
/// Modules of white that a reader needs around the code.
pub(super) const QUIET: usize = 4;
/// Pixels of a module in a PNG: 600 to the inch in print.
const PIXELS: usize = 12;

/// The dark and light modules of a QR code.
pub(super) struct QrImage {
    /// Modules at each side, without the white around.
    width: usize,
    /// Whether each module is dark, row by row.
    dark: Vec<bool>,
}

impl QrImage {
    /// The code that says this text.
    ///
    /// # Errors
    /// If the text is too long for a QR code.
    pub(super) fn of(text: &str) -> Result<Self, PacketWriteError> {
        let code =
            QrCode::with_error_correction_level(text, LEVEL).map_err(|error| PacketWriteError::of("QR", &error))?;
        let width = code.width();
        Ok(Self { width, dark: code.to_colors().into_iter().map(|color| color == Color::Dark).collect() })
    }

    /// Modules at each side with the white around.
    pub(super) fn side(&self) -> usize {
        self.width + 2 * QUIET
    }

    /// Whether the module is dark, counted with the white around.
    fn is_dark(&self, x: usize, y: usize) -> bool {
        let inside = |at: usize| at.checked_sub(QUIET).filter(|at| *at < self.width);
        inside(x).zip(inside(y)).is_some_and(|(x, y)| self.dark.get(y * self.width + x).copied().unwrap_or(false))
    }

    /// The path of an SVG whose unit is one module. Each run of dark modules in a row is one rectangle of the path.
    pub(super) fn path(&self) -> String {
        let mut path = String::new();
        for y in 0..self.side() {
            let mut x = 0;
            while x < self.side() {
                let run = (x..self.side()).take_while(|x| self.is_dark(*x, y)).count();
                if run > 0 {
                    path.push_str(&format!("M{x} {y}h{run}v1h-{run}z"));
                }
                x += run.max(1);
            }
        }
        path
    }

    /// The picture as a PNG, black on white, with the white around.
    ///
    /// # Errors
    /// If the encoder refuses the picture.
    pub(super) fn png(&self) -> Result<Vec<u8>, PacketWriteError> {
        let refused = |error: png::EncodingError| PacketWriteError::of("PNG", &error);
        let pixels = self.side() * PIXELS;
        let size = u32::try_from(pixels).map_err(|error| PacketWriteError::of("PNG", &error))?;
        let mut bytes = vec![];
        for y in 0..pixels {
            let mut row = vec![0_u8; pixels.div_ceil(8)];
            for x in (0..pixels).filter(|x| !self.is_dark(x / PIXELS, y / PIXELS)) {
                row[x / 8] |= 0x80 >> (x % 8);
            }
            bytes.extend(row);
        }
        let mut file = vec![];
        let mut encoder = png::Encoder::new(&mut file, size, size);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        let mut writer = encoder.write_header().map_err(refused)?;
        writer.write_image_data(&bytes).map_err(refused)?;
        writer.finish().map_err(refused)?;
        Ok(file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(side: usize, is_dark: impl FnMut(usize, usize) -> bool) -> String {
        let mut image = rqrr::PreparedImage::prepare_from_bitmap(side, side, is_dark);
        let grids = image.detect_grids();
        assert_eq!(grids.len(), 1);
        grids[0].decode().unwrap().1
    }

    const TEXT: &str = "GT1:COMMITMENT:999:00000000000000000000000000000ABC:FEFEFEFEFEFE";

    #[test]
    fn the_picture_says_what_it_was_made_of() {
        let file = QrImage::of(TEXT).unwrap().png().unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut bytes).unwrap();
        let side = usize::try_from(info.width).unwrap();
        let is_dark = |x: usize, y: usize| bytes[y * info.line_size + x / 8] & (0x80 >> (x % 8)) == 0;
        assert_eq!(decoded(side, is_dark), TEXT);
    }

    #[test]
    fn the_longest_mark_makes_no_larger_code_than_the_shortest() {
        // Version 4 of the standard: 33 modules.
        assert_eq!(QrImage::of(TEXT).unwrap().side(), 33 + 2 * QUIET);
        assert_eq!(
            QrImage::of("GT1:LETTER:1:00000000000000000000000000000ABC:FEFEFEFEFEFE").unwrap().side(),
            33 + 2 * QUIET
        );
    }
}
