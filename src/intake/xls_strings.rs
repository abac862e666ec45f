//! The lengths of the shared strings of an .xls stream. A string is in the file once, but in memory in every cell that
//! refers to it.
//!
//! Invariant: each string begins and ends where the library that unpacks it has it begin and end.

const IS_WIDE: u8 = 0x01;
const HAS_EXTENSION: u8 = 0x04;
const IS_RICH: u8 = 0x08;
/// The bytes before the first string: the number of strings in all cells, and that in the table.
const HEAD_LEN: usize = 8;

/// The bytes that each string takes as UTF-8, or `None` when the table breaks off. `parts` are the record of the table
/// and the records that continue it.
pub(super) fn sizes(parts: &[&[u8]]) -> Option<Vec<usize>> {
    let Some((first, parts)) = parts.split_first() else { return Some(vec![]) };
    let mut table = Table { part: first.get(HEAD_LEN..)?, parts };
    let mut sizes = vec![];
    while !table.part.is_empty() || table.goes_on() {
        sizes.push(table.string()?);
    }
    Some(sizes)
}

/// The rest of the table that has not been read.
struct Table<'a> {
    /// What is left of the record that is being read.
    part: &'a [u8],
    /// The records after it.
    parts: &'a [&'a [u8]],
}

impl Table<'_> {
    fn goes_on(&mut self) -> bool {
        let Some((part, parts)) = self.parts.split_first() else { return false };
        (self.part, self.parts) = (part, parts);
        true
    }

    fn advance(&mut self, bytes: usize) -> Option<()> {
        self.part = self.part.get(bytes..)?;
        Some(())
    }

    fn string(&mut self) -> Option<usize> {
        // The library takes an empty part for an empty string.
        if self.part.is_empty() {
            return Some(0);
        }
        let (characters, flags) = (usize::from(word(self.part, 0)?), *self.part.get(2)?);
        self.advance(3)?;
        let (mut runs, mut extension) = (0, 0);
        if flags & IS_RICH != 0 {
            runs = usize::from(word(self.part, 0)?);
            self.advance(2)?;
        }
        if flags & HAS_EXTENSION != 0 {
            extension = usize::try_from(double_word(self.part, 0)?).ok()?;
            self.advance(4)?;
        }
        let size = self.characters(characters, flags & IS_WIDE != 0)?;
        self.skip(runs * 4)?;
        self.skip(extension)?;
        Some(size)
    }

    /// Reads characters of one or two bytes. A record that continues them says again which of both they are.
    fn characters(&mut self, mut left: usize, mut is_wide: bool) -> Option<usize> {
        let mut size = 0;
        while left > 0 {
            let width = if is_wide { 2 } else { 1 };
            let count = left.min(self.part.len() / width);
            let (characters, rest) = self.part.split_at_checked(count * width)?;
            size += characters.chunks_exact(width).map(utf8_len).sum::<usize>();
            self.part = rest;
            left -= count;
            if left > 0 {
                if !self.goes_on() {
                    return None;
                }
                is_wide = self.part.first()? & IS_WIDE != 0;
                self.advance(1)?;
            }
        }
        Some(size)
    }

    fn skip(&mut self, mut left: usize) -> Option<()> {
        while left > 0 {
            if self.part.is_empty() && !self.goes_on() {
                return None;
            }
            let bytes = left.min(self.part.len());
            self.advance(bytes)?;
            left -= bytes;
        }
        Some(())
    }
}

/// The bytes of a character in UTF-8. It is given in one or two bytes, the lower first.
fn utf8_len(character: &[u8]) -> usize {
    let code = character.iter().rev().fold(0_u16, |code, byte| code << 8 | u16::from(*byte));
    match code {
        0..0x80 => 1,
        0x80..0x800 => 2,
        _ => 3,
    }
}

/// The 16-bit number at this byte.
pub(super) fn word(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(data.get(at..at + 2)?.try_into().ok()?))
}

/// The 32-bit number at this byte.
pub(super) fn double_word(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(data.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: [u8; HEAD_LEN] = [0; HEAD_LEN];

    #[test]
    fn strings_have_the_size_of_their_text_narrow_wide_rich_and_over_two_parts() {
        let narrow = [3, 0, 0, b'a', b'b', 0xe9];
        let wide = [2, 0, IS_WIDE, 0x2d, 0x4e, b'a', 0];
        let rich = [1, 0, IS_RICH | HAS_EXTENSION, 1, 0, 2, 0, 0, 0, b'x', 9, 9, 9, 9, 8, 8];
        let first = [&HEAD[..], &narrow, &wide, &rich, &[4, 0, 0, b'a', b'b']].concat();
        let continued = [IS_WIDE, 0x2d, 0x4e, 0x87, 0x65, 0, 0, 0];
        assert_eq!(sizes(&[&first, &continued]), Some(vec![4, 4, 1, 8, 0]));
        assert_eq!(sizes(&[]), Some(vec![]));
    }

    #[test]
    fn a_table_that_breaks_off_has_no_sizes() {
        for broken in [&[][..], &[5, 0, 0, b'a'], &[1, 0], &[1, 0, HAS_EXTENSION, 255, 255, 255, 255, b'a']] {
            let table = if broken.is_empty() { vec![0; 4] } else { [&HEAD[..], broken].concat() };
            assert_eq!(sizes(&[&table]), None, "{broken:?}");
        }
    }
}
