//! The bytes of a text file become text: UTF-8, UTF-16 with its mark, or GB18030; lines end with line feeds.
//!
//! A few broken bytes do not spoil a file: each becomes U+FFFD, and the cell that holds it is rejected by itself.

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

/// So many sound characters beyond ASCII for a broken one; with fewer it is another encoding.
const SOUND_PER_BROKEN: usize = 5;

/// Whether there is nothing but a mark and blanks.
pub fn is_blank(bytes: &[u8]) -> bool {
    let bytes = Encoding::for_bom(bytes).map_or(bytes, |(_, length)| &bytes[length..]);
    bytes.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0)
}

/// The text of these bytes; `None` when they are in no known encoding.
pub fn decode(bytes: &[u8]) -> Option<String> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return decode_as(encoding, &bytes[length..]);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(lines(text.to_owned()));
    }
    decode_as(UTF_8, bytes).or_else(|| decode_as(GB18030, bytes))
}

fn decode_as(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    debug_assert!([UTF_8, UTF_16LE, UTF_16BE, GB18030].contains(&encoding));
    let (text, malformed) = encoding.decode_without_bom_handling(bytes);
    if malformed {
        let broken = text.matches(char::REPLACEMENT_CHARACTER).count();
        let sound = text.chars().filter(|c| !c.is_ascii() && *c != char::REPLACEMENT_CHARACTER).count();
        if broken * SOUND_PER_BROKEN > sound {
            return None;
        }
    }
    Some(lines(text.into_owned()))
}

/// Every line ends with one line feed: the reader of records counts lines by them. Changed in place.
fn lines(text: String) -> String {
    if !text.contains('\r') {
        return text;
    }
    let mut bytes = text.into_bytes();
    let (mut to, mut after_return) = (0, false);
    for from in 0..bytes.len() {
        let byte = bytes[from];
        let is_return = byte == b'\r';
        // The line feed behind a carriage return is the same line end.
        if !(byte == b'\n' && after_return) {
            bytes[to] = if is_return { b'\n' } else { byte };
            to += 1;
        }
        after_return = is_return;
    }
    bytes.truncate(to);
    String::from_utf8(bytes).unwrap_or_default() // Whole characters were moved: it is still UTF-8.
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "学校代码,姓名,证件号码,班级\n33070001,张一,330702200703154510,一班\n";

    #[test]
    fn every_usual_encoding_gives_the_same_text() {
        let utf_16 = |bytes: fn(u16) -> [u8; 2]| TEXT.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        let forms = [
            TEXT.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", TEXT.as_bytes()].concat(),
            [&b"\xff\xfe"[..], &utf_16(u16::to_le_bytes)].concat(),
            [&b"\xfe\xff"[..], &utf_16(u16::to_be_bytes)].concat(),
            GB18030.encode(TEXT).0.into_owned(),
            TEXT.replace('\n', "\r\n").into_bytes(),
            TEXT.replace('\n', "\r").into_bytes(),
        ];
        for form in forms {
            assert_eq!(decode(&form).as_deref(), Some(TEXT), "{form:?}");
        }
    }

    #[test]
    fn one_broken_byte_spoils_one_character_and_many_spoil_the_file() {
        for encoding in [UTF_8, GB18030] {
            let mut bytes = encoding.encode(TEXT).0.into_owned();
            let at = bytes.windows(2).position(|pair| pair == b"1,").unwrap() + 2;
            bytes[at] = 0xff;
            let text = decode(&bytes).unwrap();
            assert!(text.contains('\u{fffd}') && text.starts_with("学校代码,姓名"), "{text}");
        }
        assert_eq!(decode(b"a,\xff\xff\xff\xff\n"), None);
    }

    proptest::proptest! {
        #[test]
        fn lines_are_what_replacing_the_ends_one_after_another_gives(text in "[a中\r\n]*") {
            proptest::prop_assert_eq!(lines(text.clone()), text.replace("\r\n", "\n").replace('\r', "\n"));
        }
    }
}
