//! Names of persons, units and columns: how they are kept, and when two writings are of one.
//!
//! Two names of units are the same in one of three strengths, each made of the one before it: what is exactly the same
//! has the same key, and what has the same key is similar. Only `key` decides that two are one; what is similar is shown
//! to a person, who decides.

use super::cleaning::{clean, half_width, is_invisible};

/// What the form of a company is called; one unit is often written with another form or none. A company limited by
/// shares (股份有限公司) is another legal form, so 股份 is left.
const FORMS: [&str; 5] = ["有限责任公司", "有限公司", "总公司", "公司", "普通合伙"];

/// A name as it is kept and as it is compared exactly: cleaned, with one dot (U+00B7) between the parts of a name of an
/// ethnic minority.
pub fn exact(name: &str) -> String {
    with_one_dot(clean(name))
}

/// The name of a person as it is kept: without the blanks that align Chinese names of two characters, too. A blank
/// beside letters of an alphabet stays.
pub fn person(name: &str) -> String {
    let name = exact(name);
    let characters: Vec<char> = name.chars().collect();
    let parts = |c: Option<&char>| c.is_some_and(|c| c.is_alphanumeric() && !is_han(*c));
    let is_kept = |(index, c): &(usize, &char)| {
        **c != ' ' || parts(characters.get(index.wrapping_sub(1))) || parts(characters.get(index + 1))
    };
    characters.iter().enumerate().filter(is_kept).map(|(_, c)| *c).collect()
}

/// Characters of the name to sign in with.
pub const LOGIN_LEN: std::ops::RangeInclusive<usize> = 2..=40;

/// The name to sign in with, as it is compared: cleaned, small letters.
pub fn login(typed: &str) -> String {
    clean(typed).to_lowercase()
}

/// Whether somebody may sign in with this name, which is written as it is compared.
pub fn is_login(login: &str) -> bool {
    let is_of_login = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@');
    LOGIN_LEN.contains(&login.chars().count()) && login.chars().all(is_of_login)
}

/// What decides that two names are of one unit or school: blanks are none, brackets, quotes, dots, dashes and commas of
/// every kind are alike.
pub fn key(name: &str) -> String {
    exact(name).chars().filter(|c| *c != ' ').map(plain).collect()
}

/// What two names share that may be of one unit: the key without marks, capital letters and the form of the company.
pub fn similar(name: &str) -> String {
    let bare: String = key(name).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let core = FORMS.iter().fold(bare.clone(), |name, form| name.replace(form, ""));
    if core.is_empty() { bare } else { core }
}

/// The place, from 1, of the only character in which two names differ; `None` if they differ otherwise or not at all. The
/// two may look alike on a screen.
pub fn only_difference(one: &str, other: &str) -> Option<usize> {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut differing = one.iter().zip(&other).enumerate().filter(|(_, (a, b))| a != b);
    let first = differing.next().filter(|_| one.len() == other.len() && one.len() > 1);
    first.filter(|_| differing.next().is_none()).map(|(index, _)| index + 1)
}

/// What is left of a column's heading when blanks, line breaks, brackets with hints and marks of requirement are gone,
/// and full-width forms are made half-width.
pub fn heading(text: &str) -> String {
    let mut depth = 0;
    let mut heading = String::new();
    for c in text.chars().map(half_width).filter(|c| !is_invisible(*c)) {
        match c {
            '(' | '[' | '【' => depth += 1,
            ')' | ']' | '】' => depth = (depth - 1).max(0),
            '*' | '★' | ':' | '、' | '。' => (),
            c if c.is_whitespace() || c.is_control() || depth > 0 => (),
            c => heading.push(c),
        }
    }
    heading
}

/// Keyboards give many dots; a full stop is meant for one only between Chinese characters.
fn with_one_dot(name: String) -> String {
    if !name.contains(is_dot) {
        return name;
    }
    let characters: Vec<char> = name.chars().collect();
    let mut dotted = String::with_capacity(name.len());
    let mut joined = false;
    for (index, c) in characters.iter().copied().enumerate() {
        let before = characters[..index].iter().rev().find(|c| **c != ' ');
        let after = characters[index + 1..].iter().find(|c| **c != ' ');
        if is_dot(c) && before.zip(after).is_some_and(|(before, after)| joins(c, *before, *after)) {
            dotted.truncate(dotted.trim_end().len());
            dotted.push('·');
            joined = true;
        } else if c != ' ' || !joined {
            dotted.push(c);
            joined = false;
        }
    }
    dotted
}

fn is_dot(c: char) -> bool {
    matches!(
        c,
        '.' | '·'
            | '\u{387}'
            | '\u{2022}'
            | '\u{2024}'
            | '\u{2027}'
            | '\u{2219}'
            | '\u{22c5}'
            | '\u{30fb}'
            | '\u{ff65}'
    )
}

fn joins(dot: char, before: char, after: char) -> bool {
    let is_part: fn(char) -> bool = if dot == '.' { is_han } else { char::is_alphabetic };
    is_part(before) && is_part(after)
}

/// Chinese characters, with those that GB 18030 had in the private area.
fn is_han(c: char) -> bool {
    matches!(c, '\u{3007}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{e000}'..='\u{f8ff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3fffd}')
}

/// One mark for all of its kind.
fn plain(c: char) -> char {
    match c {
        '(' | '[' | '{' | '<' | '【' | '〔' | '〖' | '「' | '『' | '《' | '〈' => '(',
        ')' | ']' | '}' | '>' | '】' | '〕' | '〗' | '」' | '』' | '》' | '〉' => ')',
        '"' | '\'' | '`' | '“' | '”' | '‘' | '’' | '„' | '‟' | '‚' | '‛' | '〝' | '〞' => '"',
        '。' => '·',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '_' | '~' => '-',
        '、' | ';' => ',',
        c if is_dot(c) => '·',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_name_are_joined_by_one_dot_whichever_was_typed() {
        let kept = "买买提·吐尔逊";
        for dot in ['·', '•', '‧', '∙', '⋅', '・', '．', '.', '･', '\u{387}'] {
            assert_eq!(person(&format!("买买提{dot}吐尔逊")), kept, "{dot}");
            assert_eq!(person(&format!(" 买买提 {dot}　吐尔逊\u{200b}")), kept, "{dot}");
        }
        assert_eq!(exact("阿卜杜拉•伊力·买买提"), "阿卜杜拉·伊力·买买提");
        for other in ["John F. Kennedy", "3.15产业园", "U.S.公司", "甲··乙", "·甲", "甲."] {
            assert_eq!(exact(other), other);
        }
    }

    #[test]
    fn one_character_that_differs_is_found_by_its_place() {
        for (one, other, at) in [
            ("李二", "李ニ", Some(2)),
            ("吴昊天", "昊昊天", Some(1)),
            ("张三", "李四", None),
            ("张三", "张三丰", None),
            ("张三", "张三", None),
            ("张", "李", None),
        ] {
            assert_eq!(only_difference(one, other), at, "{one} {other}");
        }
    }

    #[test]
    fn a_chinese_name_has_no_blank_and_one_of_letters_keeps_its_blanks() {
        for (written, kept) in [
            ("张　三", "张三"),
            (" 欧 阳　娜 娜 ", "欧阳娜娜"),
            ("Mary　 Jane", "Mary Jane"),
            ("李 Ｍary", "李 Mary"),
            ("张三 （大）", "张三(大)"),
        ] {
            assert_eq!(person(written), kept);
        }
    }

    #[test]
    fn width_blanks_and_kinds_of_marks_make_no_other_unit() {
        let one = key("东方ABC(金华)汽车-服务有限公司");
        for same in ["东方ＡＢＣ（金华）汽车－服务有限公司", "　东方 ABC【金华】 汽车—服务\u{200b}有限公司 "]
        {
            assert_eq!(key(same), one, "{same}");
        }
        for other in ["东方ABC金华汽车-服务有限公司", "东方abc(金华)汽车-服务有限公司", "东方ABC(金华)汽车-服务公司"]
        {
            assert_ne!(key(other), one, "{other}");
        }
    }

    #[test]
    fn similar_names_differ_by_marks_blanks_width_capitals_and_the_form_of_the_company() {
        let one = similar("东方ＡＢＣ（金华）汽车服务有限责任公司");
        for same in [
            "东方abc(金华)汽车服务有限公司",
            " 东方 ABC·金华·汽车服务有限公司。",
            "东方ABC【金华】汽车服务公司",
            "东方ABC金华汽车服务",
        ] {
            assert_eq!(similar(same), one, "{same}");
        }
        for other in ["东方ABC金华汽车服务股份有限公司", "东方ABC金华汽车修理有限公司"] {
            assert_ne!(similar(other), one, "{other}");
        }
        assert_ne!(similar("有限公司"), similar("总公司"));
    }

    #[test]
    fn a_heading_is_known_without_its_hints_and_marks() {
        for written in ["*单位　名称（全称）", "★单位\n名称：", "单位名称【必填(全称)】", "\u{feff}单位名称"]
        {
            assert_eq!(heading(written), "单位名称", "{written}");
        }
    }

    const NAMES: &str = "[ 　\u{200b}\u{202e}\u{0}\u{1b}张三Ａaａ·•．.。（(【）)“\"—－,，、有限责任公司股份总-]{0,24}";

    proptest::proptest! {
        #[test]
        fn a_kept_name_is_kept_as_it_is(name in proptest::prop_oneof![NAMES, ".*"]) {
            for keep in [exact, person, key] {
                let kept = keep(&name);
                proptest::prop_assert_eq!(keep(&kept), kept);
            }
            proptest::prop_assert_eq!(person(&exact(&name)), person(&name));
        }

        #[test]
        fn what_is_exactly_the_same_has_one_key_and_what_has_one_key_is_similar(
            name in proptest::prop_oneof![NAMES, ".*"], other in "[ 　Aａ张（(]{0,3}", another in "[ 　Aａ张（(]{0,3}"
        ) {
            proptest::prop_assert_eq!(key(&exact(&name)), key(&name));
            proptest::prop_assert_eq!(similar(&key(&name)), similar(&name));
            if exact(&other) == exact(&another) {
                proptest::prop_assert_eq!(key(&other), key(&another));
            }
            if key(&other) == key(&another) {
                proptest::prop_assert_eq!(similar(&other), similar(&another));
            }
        }

        #[test]
        fn no_name_keeps_a_character_that_acts(name in proptest::prop_oneof![NAMES, ".*"]) {
            for keep in [exact, person, key, similar, heading] {
                proptest::prop_assert!(!keep(&name).contains(char::is_control));
            }
            proptest::prop_assert!(!person(&name).contains(super::super::cleaning::is_active));
        }
    }
}
