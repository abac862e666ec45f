//! One cell becomes one value, or a reason in Chinese that says what to write instead.

use jiff::civil::Date;

use super::sheet::{Cell, date_of_serial};
use crate::domain::ids::{CitizenId, CreditCode};
use crate::domain::terms::Term;
use crate::refusal::Refusal;
use crate::text::cleaning::clean;
use crate::text::days::{self, DayFault};
use crate::text::names;

/// Days before and after these years are typing errors.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2100;

/// From here on a spreadsheet does not keep the last digits of a number.
const DIGITS_LOST: f64 = 1e15;

const SCIENTIFIC: &str = "号码成了科学计数法，末几位已经丢失；请把该列设为「文本」格式后重新填写完整的号码";
const BECAME_DAY: &str = "该格被表格软件变成了日期，请把该列设为文本后重填";
const UNCOMPUTED: &str = "单元格是公式，但没有计算结果；请用 Excel 或 WPS 打开文件并保存后再导入，或改为实际内容";

/// The cell's text, cleaned; `None` when it is empty.
pub fn text(cell: &Cell) -> Result<Option<String>, String> {
    let text = match cell {
        Cell::Empty => return Ok(None),
        Cell::Text(text) => clean(text),
        Cell::Number(number) if number.abs() >= DIGITS_LOST => return Err(SCIENTIFIC.to_owned()),
        Cell::Number(number) if number.fract() == 0.0 => format!("{number:.0}"),
        Cell::Number(number) => number.to_string(),
        Cell::Date(_) => return Err(BECAME_DAY.to_owned()),
        Cell::Error(error) => return Err(format!("单元格是公式错误值 {error}，请改为实际内容")),
        Cell::Uncomputed => return Err(UNCOMPUTED.to_owned()),
    };
    if text.contains(char::REPLACEMENT_CHARACTER) {
        return Err("有不能识别的文字（文件在这里的编码已损坏），请重新填写这一格".to_owned());
    }
    // A leading apostrophe keeps a number as text in some exports.
    let text = text.strip_prefix('\'').unwrap_or(&text).trim_start().to_owned();
    // As a spreadsheet writes it into a text file: 3.30702E+17.
    if text.contains('+') && is_scientific(&text) {
        return Err(SCIENTIFIC.to_owned());
    }
    Ok(Some(text).filter(|text| !text.is_empty()))
}

fn is_scientific(text: &str) -> bool {
    let (mantissa, exponent) = text.split_once(['E', 'e']).unwrap_or_default();
    let is_number = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit() || c == '.' || c == '+');
    is_number(mantissa) && is_number(exponent)
}

/// The name of a unit, a school or a college.
pub fn unit(cell: &Cell) -> Result<Option<String>, String> {
    Ok(text(cell)?.map(|text| names::exact(&text)))
}

/// The name of a person.
pub fn name(cell: &Cell) -> Result<Option<String>, String> {
    let Some(text) = text(cell)? else { return Ok(None) };
    let name = names::person(&text);
    if name.chars().count() > 40 {
        return Err("姓名超过 40 个字，请核对".to_owned());
    }
    Ok(Some(name))
}

/// A citizen ID number whose check digit holds.
pub fn citizen_id(cell: &Cell) -> Result<Option<CitizenId>, String> {
    if let Cell::Number(_) = cell {
        return Err(SCIENTIFIC.to_owned());
    }
    let Some(text) = text(cell)? else { return Ok(None) };
    let text: String = text.split_whitespace().collect();
    if is_scientific(&text) {
        return Err(SCIENTIFIC.to_owned());
    }
    CitizenId::parse(&text).map(Some).map_err(|fault| fault.sentence().zh)
}

/// A credit code, with a warning when its check character is wrong.
pub fn credit_code(cell: &Cell) -> Result<Option<CreditCode>, String> {
    let Some(text) = text(cell)? else { return Ok(None) };
    let text: String = text.split_whitespace().collect();
    CreditCode::parse(&text)
        .map(Some)
        .ok_or_else(|| "统一社会信用代码应为 18 位数字和大写字母（不含 I、O、S、V、Z）；没有代码请留空".to_owned())
}

/// A calendar day as people write days or as a spreadsheet keeps them; a time of day or a word behind it says nothing.
pub fn day(cell: &Cell) -> Result<Option<Date>, String> {
    let day = match cell {
        Cell::Empty => return Ok(None),
        Cell::Date(day) => Ok(*day),
        Cell::Number(number) => match *number {
            n if (19_000_101.0..=21_001_231.0).contains(&n) => days::read(&format!("{n:.0}")),
            n => date_of_serial(n).ok_or(DayFault::NoDay),
        },
        Cell::Text(_) | Cell::Error(_) | Cell::Uncomputed => {
            let Some(text) = text(cell)? else { return Ok(None) };
            days::read(&text).or_else(|fault| {
                let behind = |c: char| matches!(c, ' ' | 'T' | '(');
                text.split_once(behind).ok_or(fault).and_then(|(day, _)| days::read(day))
            })
        }
    };
    match day.map_err(|fault| fault.to_string())? {
        day if YEARS.contains(&day.year()) => Ok(Some(day)),
        day => Err(format!("日期 {day} 不在 1990 至 2100 年之间，请核对")),
    }
}

/// A monthly pay in whole yuan.
pub fn yuan(cell: &Cell) -> Result<Option<u32>, String> {
    let Some(text) = text(cell)? else { return Ok(None) };
    let digits = text.replace([',', ' '], "");
    let digits = digits.trim_end_matches('元').trim_start_matches(['¥', '￥']);
    let whole = digits
        .split_once('.')
        .map_or(digits, |(whole, rest)| if rest.bytes().all(|b| b.is_ascii_digit()) { whole } else { digits });
    match whole.parse::<u32>() {
        Ok(amount) if amount <= 1_000_000 => Ok(Some(amount)),
        Ok(_) | Err(_) => Err(format!("「{}」不是金额；请写每月元数，如 3500", shortened(&text))),
    }
}

/// A whole number from 1 on.
pub fn count<N: TryFrom<u32>>(cell: &Cell, max: u32) -> Result<Option<N>, String> {
    let Some(text) = text(cell)? else { return Ok(None) };
    let digits = text.replace([',', ' '], "");
    let number = digits.parse::<u32>().ok().filter(|number| (1..=max).contains(number));
    let number = number.and_then(|number| N::try_from(number).ok());
    number.map(Some).ok_or_else(|| format!("「{}」不对；请填 1 至 {max} 的整数", shortened(&text)))
}

/// A value of a closed vocabulary.
pub fn term<T: Term>(cell: &Cell) -> Result<Option<T>, String> {
    let Some(text) = text(cell)? else { return Ok(None) };
    let bare: String = text.split_whitespace().collect();
    T::from_text(&bare).map(Some).ok_or_else(|| {
        let allowed: Vec<&str> = T::ENTRIES.iter().map(|entry| entry.zh).collect();
        format!("{}没有「{}」；可填：{}", T::NAME, shortened(&text), allowed.join("、"))
    })
}

/// 是 or 否.
pub fn yes(cell: &Cell) -> Result<Option<bool>, String> {
    let Some(text) = text(cell)? else { return Ok(None) };
    match text.as_str() {
        "是" | "1" | "Y" | "y" | "√" | "有" | "已参考" | "参考" => Ok(Some(true)),
        "否" | "0" | "N" | "n" | "×" | "无" | "未参考" | "缺考" => Ok(Some(false)),
        _ => Err(format!("「{}」不是「是」或「否」", shortened(&text))),
    }
}

/// What may be repeated of a cell in a message: at most twelve characters, and no run of digits that may be a
/// person's number.
pub(super) fn shortened(text: &str) -> String {
    let first: String = text.chars().take(12).collect();
    if may_be_of_a_person(&first) { mask_document(text) } else { first }
}

/// What may be repeated of a name that nobody is known by: all of it, unless it may be a person's number.
pub(crate) fn unless_of_a_person(text: &str) -> String {
    if may_be_of_a_person(text) { mask_document(text) } else { text.to_owned() }
}

fn may_be_of_a_person(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_digit).count() > 8
}

/// A document number with the first and the last four characters.
pub fn mask_document(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() <= 8 {
        return characters.iter().map(|_| '*').collect();
    }
    let last = characters.len() - 4;
    characters.iter().enumerate().map(|(i, c)| if i < 4 || i >= last { *c } else { '*' }).collect()
}

/// A cell as a message may show it.
pub fn masked(cell: &Cell, column: super::kind::Column) -> String {
    use super::kind::Column;
    let shown = match cell {
        Cell::Empty | Cell::Uncomputed => return String::new(),
        Cell::Text(text) => text.trim().to_owned(),
        Cell::Number(number) => number.to_string(),
        Cell::Date(day) => day.to_string(),
        Cell::Error(error) => error.clone(),
    };
    match column {
        Column::Name
        | Column::Guardian
        | Column::HomeAddress
        | Column::Contact
        | Column::Mentor
        | Column::Teacher
        | Column::Address => crate::people::masked_name(&shown),
        Column::Document | Column::Phone | Column::GuardianPhone | Column::StudentNumber | Column::MentorPhone => {
            mask_document(&shown)
        }
        _ => shortened(&shown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn cell(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn a_day_is_read_in_the_usual_forms_and_a_month_is_none() {
        for text in [
            "2022-06-30",
            "2022/6/30",
            "2022.6.30",
            "20220630",
            "2022年6月30日",
            "2022-06-30 00:00:00",
            "２０２２-06-30",
            "2022-06-30T08:15",
            "2022.6.30（周四）",
            "2022 年 6 月 30 日",
        ] {
            assert_eq!(day(&cell(text)), Ok(Some(date(2022, 6, 30))), "{text}");
        }
        assert_eq!(day(&Cell::Number(44742.0)), Ok(Some(date(2022, 6, 30))));
        assert_eq!(day(&Cell::Number(20_220_630.0)), Ok(Some(date(2022, 6, 30))));
        assert!(day(&cell("2022年6月")).unwrap_err().contains("只到月"));
        assert!(day(&cell("2022-02-30")).is_err());
        assert!(day(&cell("1022-02-03")).unwrap_err().contains("1990"));
    }

    #[test]
    fn an_id_number_that_became_a_number_is_explained() {
        for broken in [Cell::Number(3.307e17), cell("3.30702E+17")] {
            assert!(citizen_id(&broken).unwrap_err().contains("科学计数法"));
        }
        assert_eq!(citizen_id(&cell(" 33070220070315 4510 ")).unwrap().unwrap().as_str(), "330702200703154510");
    }

    #[test]
    fn a_number_that_lost_its_last_digits_or_became_a_day_is_no_text() {
        for broken in [Cell::Number(9.133_078_2e17), Cell::Number(1e15), cell("9.13308E+17")] {
            assert!(text(&broken).unwrap_err().contains("末几位已经丢失"));
            assert!(credit_code(&broken).unwrap_err().contains("末几位已经丢失"));
        }
        assert_eq!(text(&Cell::Number(999_999_999_999_999.0)), Ok(Some("999999999999999".to_owned())));
        assert_eq!(text(&cell("E+")), Ok(Some("E+".to_owned())));
        let became = Cell::Date(date(2022, 3, 1));
        assert_eq!(text(&became).unwrap_err(), "该格被表格软件变成了日期，请把该列设为文本后重填");
        assert_eq!(day(&became), Ok(Some(date(2022, 3, 1))));
    }

    #[test]
    fn a_formula_without_a_value_and_a_broken_character_are_no_values() {
        assert!(day(&Cell::Uncomputed).unwrap_err().contains("没有计算结果"));
        assert!(name(&Cell::Uncomputed).unwrap_err().contains("保存后再导入"));
        assert!(name(&cell("张\u{fffd}")).unwrap_err().contains("不能识别的文字"));
    }

    #[test]
    fn pay_is_read_with_and_without_separators() {
        for text in ["3500", "3,500元", "3500.00", "￥3500"] {
            assert_eq!(yuan(&cell(text)), Ok(Some(3500)), "{text}");
        }
        assert!(yuan(&cell("面议")).is_err());
    }

    proptest::proptest! {
        #[test]
        fn no_message_shows_more_than_eight_digits_of_an_id(id in "[0-9]{17}[0-9X]") {
            let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
            proptest::prop_assert!(digits(&mask_document(&id)) <= 8);
            proptest::prop_assert!(digits(&shortened(&id)) <= 8);
        }

        #[test]
        fn no_cell_makes_a_parser_panic(text in ".*") {
            let cell = cell(&text);
            let _ = (day(&cell), yuan(&cell), citizen_id(&cell), credit_code(&cell), yes(&cell), name(&cell));
        }
    }
}
