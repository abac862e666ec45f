//! Names by their sounds: what somebody types who does not write Chinese at that moment.

use pinyin::ToPinyinMulti as _;

/// Whether Latin letters spell the beginning of a name in pinyin: each character by its initial or whole, in any of its
/// readings, without tones; `v` and `u` both stand for `ü`. One letter spells nothing: too many names begin so.
pub fn spells(letters: &str, name: &str) -> bool {
    let letters: Vec<u8> = letters.bytes().filter(|letter| *letter != b' ').map(|l| l.to_ascii_lowercase()).collect();
    letters.len() > 1 && letters.iter().all(u8::is_ascii_lowercase) && spell(&letters, name)
}

/// What names are ordered by: the syllables of a name, each in its first reading, as a dictionary has them; the name itself
/// behind, for those who sound the same.
pub fn sounds(name: &str) -> String {
    let mut sounds = String::with_capacity(name.len() * 3);
    for character in name.chars() {
        match character.to_pinyin_multi().and_then(|readings| readings.into_iter().next()) {
            // A syllable ends before any letter of the next one counts.
            Some(reading) => sounds.extend([reading.plain(), " "]),
            None => sounds.extend(character.to_lowercase()),
        }
    }
    sounds.push_str(name);
    sounds
}

fn spell(letters: &[u8], name: &str) -> bool {
    let mut characters = name.chars();
    let (Some(initial), Some(character)) = (letters.first(), characters.next()) else { return letters.is_empty() };
    let Some(readings) = character.to_pinyin_multi() else { return false };
    readings.into_iter().any(|reading| {
        let sounds = reading.plain();
        let is_initial = || sounds.bytes().next() == Some(*initial) && spell(&letters[1..], characters.as_str());
        is_initial() || after_syllable(letters, sounds).is_some_and(|rest| spell(rest, characters.as_str()))
    })
}

/// What follows a syllable at the beginning of letters; nothing, where they end within it.
fn after_syllable<'l>(letters: &'l [u8], syllable: &str) -> Option<&'l [u8]> {
    let mut rest = letters.iter();
    for sound in syllable.chars() {
        let Some(letter) = rest.next() else { return Some(&[]) };
        let letter = char::from(*letter);
        if letter != sound && !(sound == 'ü' && matches!(letter, 'u' | 'v')) {
            return None;
        }
    }
    Some(rest.as_slice())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_spelled_by_initials_by_syllables_and_by_both() {
        for letters in ["wyt", "wangyutong", "wangyt", "WYT", "wang yu", "wangyuto", "wy", "wyutong"] {
            assert!(spells(letters, "王雨桐"), "{letters}");
        }
        for letters in ["w", "", "yt", "wty", "wytx", "wangz", "王yt", "w1"] {
            assert!(!spells(letters, "王雨桐"), "{letters}");
        }
    }

    #[test]
    fn names_stand_in_the_order_of_their_sounds() {
        let mut names = ["张三", "李四", "安娜", "Bob", "李静", "张若曦", "章三", "欧阳娜"];
        names.sort_by_key(|name| sounds(name));
        assert_eq!(names, ["安娜", "Bob", "李静", "李四", "欧阳娜", "张若曦", "张三", "章三"]);
    }

    #[test]
    fn every_reading_of_a_character_counts_and_a_vowel_is_typed_as_keyboards_have_it() {
        assert!(spells("zwj", "曾文静") && spells("cengwj", "曾文静"));
        assert!(spells("lvxl", "吕小兰") && spells("luxiao", "吕小兰") && spells("lxl", "吕小兰"));
        assert!(!spells("abc", "Abdul"), "no sounds are known of it");
    }
}
