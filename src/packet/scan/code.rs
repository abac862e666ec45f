//! The codes on a page.

use rqrr::PreparedImage;

use super::picture::Grey;

/// Pixels of the shorter side in which a code of a page is mostly told at once: A4 at 150 dots an inch. A quarter of the
/// pixels of the usual 300 takes a quarter of the time.
const SIDE: usize = 1_240;

/// What the codes of a page say, each once. It is looked at closer only as long as none says enough.
pub(super) fn texts(grey: &Grey, says_enough: impl Fn(&str) -> bool) -> Vec<String> {
    let times = (grey.width.min(grey.height) / SIDE).max(1);
    let mut texts = match times {
        1 => found(grey),
        times => found(&grey.shrunk(times)),
    };
    // A code that is not told in few pixels may be told in all.
    if times > 1 && !texts.iter().any(|text| says_enough(text)) {
        texts.extend(found(grey));
    }
    texts.sort_unstable();
    texts.dedup();
    texts
}

/// By one shade for the whole page, which noise does not move, and by one that follows the light, which shadows do not: what
/// one of them misses the other sees.
fn found(grey: &Grey) -> Vec<String> {
    let pixel = |x: usize, y: usize| grey.pixels.get(y * grey.width + x).copied().unwrap_or(u8::MAX);
    let shade = middle_shade(grey);
    let bitmap = PreparedImage::prepare_from_bitmap(grey.width, grey.height, |x, y| pixel(x, y) < shade);
    let adaptive = PreparedImage::prepare_from_greyscale(grey.width, grey.height, pixel);
    let mut texts = vec![];
    for mut image in [bitmap, adaptive] {
        texts.extend(image.detect_grids().iter().filter_map(|grid| grid.decode().ok().map(|(_, text)| text)));
    }
    texts
}

/// Halfway between the ink and the paper: the darkest of 500 pixels, and the shade that half of them are darker than.
fn middle_shade(grey: &Grey) -> u8 {
    let mut counts = [0_usize; 256];
    for pixel in &grey.pixels {
        counts[usize::from(*pixel)] += 1;
    }
    let shade_of = |place: usize| {
        let mut before = 0;
        let shade = counts.iter().position(|count| {
            before += count;
            before > place
        });
        u16::try_from(shade.unwrap_or_default()).unwrap_or(u16::from(u8::MAX))
    };
    let (ink, paper) = (shade_of(grey.pixels.len() / 500), shade_of(grey.pixels.len() / 2));
    u8::try_from(u16::midpoint(ink, paper)).unwrap_or(u8::MAX)
}
