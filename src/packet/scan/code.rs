//! The codes on a page.

use rqrr::PreparedImage;

use super::picture::Grey;

/// Pixels of the longer side in which a code of a page is mostly told at once: A4 at some 150 dots an inch. A quarter of the
/// pixels of the usual 300 takes a quarter of the time.
const SIDE: usize = 1_800;

/// What the codes of a page say, each once.
pub(super) fn texts(grey: &Grey) -> Vec<String> {
    let times = (grey.width.max(grey.height) / SIDE).max(1);
    // What is not told in few pixels may be told in more; small codes of a coarse scan only in all.
    let mut tries = vec![times, (times / 2).max(1), 1];
    tries.dedup();
    for times in tries {
        let found = match times {
            1 => found(grey),
            times => found(&grey.shrunk(times)),
        };
        if !found.is_empty() {
            return found;
        }
    }
    vec![]
}

fn found(grey: &Grey) -> Vec<String> {
    let pixel = |x: usize, y: usize| grey.pixels.get(y * grey.width + x).copied().unwrap_or(u8::MAX);
    let mut image = PreparedImage::prepare_from_greyscale(grey.width, grey.height, pixel);
    let mut texts: Vec<String> =
        image.detect_grids().iter().filter_map(|grid| grid.decode().ok().map(|(_, text)| text)).collect();
    texts.sort_unstable();
    texts.dedup();
    texts
}
