//! Signed papers as a scanner sees them: a page with its code, turned, skewed, noisy, and the files that scanners make.

use std::f64::consts::PI;

use gradtrail::packet::scan::picture::Picture;
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder as _};
use pdf_writer::{Content, Filter, Finish as _, Name, Pdf, Rect, Ref};
use qrcode::{Color, EcLevel, QrCode};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// A sheet in grey, row by row.
#[derive(Clone)]
pub struct Sheet {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<u8>,
}

impl Sheet {
    pub fn blank(dpi: usize) -> Self {
        let (width, height) = (dpi * 210 * 10 / 254, dpi * 297 * 10 / 254);
        Self { width, height, pixels: vec![250; width * height] }
    }

    /// A sheet with lines as of words, and a code where the packet prints it: 23 mm wide, at the top right.
    pub fn printed(code: &str, dpi: usize) -> Self {
        let mut sheet = Self::blank(dpi);
        let mm = |length: usize| length * dpi * 10 / 254;
        for line in 0..30 {
            sheet.fill(mm(20), mm(50 + line * 7), mm(150), mm(2).max(1), 90);
        }
        sheet.put_code(code, mm(167), mm(9), mm(23));
        sheet
    }

    /// A small sheet with lines and the code in its size at 150 dots an inch; without one where it is empty.
    pub fn slip(code: &str) -> Self {
        let (width, height) = (620, 420);
        let mut sheet = Self { width, height, pixels: vec![250; width * height] };
        for line in 0..6 {
            sheet.fill(40, 180 + line * 36, 420, 10, 90);
        }
        if !code.is_empty() {
            sheet.put_code(code, 460, 20, 136);
        }
        sheet
    }

    pub fn fill(&mut self, left: usize, top: usize, width: usize, height: usize, shade: u8) {
        for y in top..(top + height).min(self.height) {
            let row = y * self.width;
            self.pixels[row + left..row + (left + width).min(self.width)].fill(shade);
        }
    }

    pub fn put_code(&mut self, text: &str, left: usize, top: usize, side: usize) {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
        let (width, colors) = (code.width(), code.to_colors());
        // With the white around that a code has.
        let modules = width + 8;
        for y in 0..side {
            for x in 0..side {
                let (across, down) = (x * modules / side, y * modules / side);
                let inside = |at: usize| at.checked_sub(4).filter(|at| *at < width);
                let is_dark = inside(across)
                    .zip(inside(down))
                    .is_some_and(|(across, down)| colors[down * width + across] == Color::Dark);
                self.pixels[(top + y) * self.width + left + x] = if is_dark { 20 } else { 250 };
            }
        }
    }

    /// The same turned by so many degrees around its middle; what comes in from beside is grey.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "both are inside the sheet")]
    pub fn turned(&self, degrees: f64) -> Self {
        let (sin, cos) = (degrees * PI / 180.0).sin_cos();
        let is_across = sin.abs() > 0.7;
        let (width, height) = if is_across { (self.height, self.width) } else { (self.width, self.height) };
        let middle = |of: usize| of as f64 / 2.0;
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let (dx, dy) = (x as f64 + 0.5 - middle(width), y as f64 + 0.5 - middle(height));
                let (across, down) =
                    (dx * cos + dy * sin + middle(self.width), dy * cos - dx * sin + middle(self.height));
                let is_inside = across >= 0.0 && down >= 0.0 && across < self.width as f64 && down < self.height as f64;
                pixels.push(if is_inside { self.pixels[down as usize * self.width + across as usize] } else { 200 });
            }
        }
        Self { width, height, pixels }
    }

    /// The same with each shade off by up to so much, as a lamp and dust make it.
    pub fn noisy(&self, by: u8, seed: u64) -> Self {
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        let mut off = vec![0; self.pixels.len()];
        dice.fill_bytes(&mut off);
        let span = i32::from(by) * 2 + 1;
        let shade = |(shade, off): (&u8, &u8)| {
            let moved = i32::from(*shade) + i32::from(*off) % span - i32::from(by);
            u8::try_from(moved.clamp(0, 255)).unwrap()
        };
        Self { pixels: self.pixels.iter().zip(&off).map(shade).collect(), ..*self }
    }

    fn size(&self) -> (u32, u32) {
        (self.width.try_into().unwrap(), self.height.try_into().unwrap())
    }

    pub fn jpeg(&self, quality: u8) -> Vec<u8> {
        let (mut file, (width, height)) = (vec![], self.size());
        let encoder = JpegEncoder::new_with_quality(&mut file, quality);
        encoder.write_image(&self.pixels, width, height, ExtendedColorType::L8).unwrap();
        file
    }

    /// In colours, as most scanners have it out of the box.
    pub fn colour_jpeg(&self, quality: u8) -> Vec<u8> {
        let (mut file, (width, height)) = (vec![], self.size());
        let pixels: Vec<u8> = self.pixels.iter().flat_map(|shade| [*shade, *shade, shade.saturating_sub(5)]).collect();
        let encoder = JpegEncoder::new_with_quality(&mut file, quality);
        encoder.write_image(&pixels, width, height, ExtendedColorType::Rgb8).unwrap();
        file
    }

    pub fn png(&self) -> Vec<u8> {
        let (mut file, (width, height)) = (vec![], self.size());
        let mut encoder = png::Encoder::new(&mut file, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&self.pixels).unwrap();
        writer.finish().unwrap();
        file
    }

    pub fn picture(&self, quality: u8) -> Picture {
        Picture::of(&self.jpeg(quality)).unwrap()
    }
}

/// A PDF as a scanner writes it: on each page these JPEGs; a page without any has a line.
pub fn pdf(pages: &[&[Vec<u8>]]) -> Vec<u8> {
    let (mut pdf, mut last) = (Pdf::new(), 2);
    let mut new_ref = || {
        last += 1;
        Ref::new(last)
    };
    let (catalog, tree) = (Ref::new(1), Ref::new(2));
    let mut kids = vec![];
    for pictures in pages {
        let (page_ref, content_ref) = (new_ref(), new_ref());
        let names: Vec<String> = (0..pictures.len()).map(|nth| format!("Im{nth}")).collect();
        let refs: Vec<Ref> = pictures.iter().map(|_| new_ref()).collect();
        let mut page = pdf.page(page_ref);
        page.media_box(Rect::new(0.0, 0.0, 595.0, 842.0)).parent(tree).contents(content_ref);
        let mut resources = page.resources();
        let mut objects = resources.x_objects();
        for (name, of) in names.iter().zip(&refs) {
            objects.pair(Name(name.as_bytes()), *of);
        }
        objects.finish();
        resources.finish();
        page.finish();
        let mut content = Content::new();
        for ((name, of), bytes) in names.iter().zip(&refs).zip(*pictures) {
            let picture = image::load_from_memory_with_format(bytes, image::ImageFormat::Jpeg).unwrap();
            let mut object = pdf.image_xobject(*of, bytes);
            object.filter(Filter::DctDecode);
            object.width(picture.width().try_into().unwrap()).height(picture.height().try_into().unwrap());
            match picture.color().channel_count() {
                1 => object.color_space().device_gray(),
                _ => object.color_space().device_rgb(),
            }
            object.bits_per_component(8);
            object.finish();
            content.save_state();
            content.transform([595.0, 0.0, 0.0, 842.0, 0.0, 0.0]).x_object(Name(name.as_bytes()));
            content.restore_state();
        }
        if pictures.is_empty() {
            content.move_to(10.0, 10.0).line_to(90.0, 10.0).stroke();
        }
        pdf.stream(content_ref, &content.finish());
        kids.push(page_ref);
    }
    let count = i32::try_from(kids.len()).unwrap();
    pdf.catalog(catalog).pages(tree);
    pdf.pages(tree).kids(kids).count(count);
    pdf.finish()
}
