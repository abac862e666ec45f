//! One cell becomes one value, or the fault that keeps it from being one.

use jiff::civil::Date;

use super::fault::CellFault;
use super::sheet::{Cell, date_of_serial};
use crate::domain::identity::{IdentityKind, IdentityNumber};
use crate::domain::ids::{CitizenId, ClassName, CreditCode, InvalidName};
use crate::domain::not_listed::NotListed;
use crate::domain::terms::Term;
use crate::refusal::Why;
use crate::text::cleaning::clean;
use crate::text::days::{self, DayFault};
use crate::text::names;

/// Days before and after these years are typing errors.
pub const YEARS: std::ops::RangeInclusive<i16> = 1990..=2100;

/// From here on a spreadsheet does not keep the last digits of a number.
const DIGITS_LOST: f64 = 1e15;

/// Characters of the name of a person.
const NAME_CHARS_MAX: usize = 40;

/// The cell's text, cleaned; `None` when it is empty.
pub fn text(cell: &Cell) -> Result<Option<String>, CellFault> {
    let text = match cell {
        Cell::Empty => return Ok(None),
        Cell::Text(text) => clean(text),
        Cell::Number(number) if number.abs() >= DIGITS_LOST => return Err(CellFault::LastDigitsLost),
        Cell::Number(number) if number.fract() == 0.0 => format!("{number:.0}"),
        Cell::Number(number) => number.to_string(),
        Cell::Date(_) => return Err(CellFault::BecameDay),
        Cell::Error(error) => return Err(CellFault::FormulaFailed { error: error.clone() }),
        Cell::Uncomputed => return Err(CellFault::FormulaNotComputed),
    };
    if text.contains(char::REPLACEMENT_CHARACTER) {
        return Err(CellFault::BrokenEncoding);
    }
    // A leading apostrophe keeps a number as text in some exports.
    let text = text.strip_prefix('\'').unwrap_or(&text).trim_start().to_owned();
    // As a spreadsheet writes it into a text file: 3.30702E+17.
    if text.contains('+') && is_scientific(&text) {
        return Err(CellFault::LastDigitsLost);
    }
    Ok(Some(text).filter(|text| !text.is_empty()))
}

fn is_scientific(text: &str) -> bool {
    let (mantissa, exponent) = text.split_once(['E', 'e']).unwrap_or_default();
    let is_number = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit() || c == '.' || c == '+');
    is_number(mantissa) && is_number(exponent)
}

/// A number that is a name: of a student, a telephone. `.0` behind it comes from programs that took it for an amount.
pub fn number(cell: &Cell) -> Result<Option<String>, CellFault> {
    let Some(text) = text(cell)? else { return Ok(None) };
    if is_scientific(&text) {
        return Err(CellFault::LastDigitsLost);
    }
    Ok(Some(without_point(&text).to_owned()))
}

/// Digits without the `.0` behind them.
fn without_point(text: &str) -> &str {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once('.') {
        Some((digits, zeros)) if is_number(digits) && zeros.bytes().all(|byte| byte == b'0') => digits,
        Some(_) | None => text,
    }
}

/// The name of a class; not one that a spreadsheet turned into a day and a text file kept as such.
pub fn class(cell: &Cell) -> Result<Option<ClassName>, Why> {
    let Some(text) = text(cell)? else { return Ok(None) };
    if became_day(&text) {
        return Err(CellFault::BecameDay.into());
    }
    Ok(Some(ClassName::parse(&no_zero(text)?)?))
}

/// Whether a text is how spreadsheets write a day into a text file: `3月1日`, `Mar-22`, `1-Mar`, `2022/3/1`, `44621`.
fn became_day(text: &str) -> bool {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let is_short = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_month = |part: &str| MONTHS.contains(&part.to_ascii_lowercase().as_str());
    let is_of_year = text.strip_suffix('日').and_then(|text| text.split_once('月'));
    let is_named =
        text.split_once('-').is_some_and(|(a, b)| (is_month(a) && is_short(b)) || (is_short(a) && is_month(b)));
    let is_serial = text.len() == 5 && text.starts_with('4') && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_whole = text.contains(['/', '-', '.']) && days::read(text).is_ok();
    is_of_year.is_some_and(|(month, day)| is_short(month) && is_short(day)) || is_named || is_serial || is_whole
}

/// Whether a cell says in a word that there is nothing to say.
pub fn says_none(cell: &Cell) -> bool {
    const WORDS: [&str; 11] = ["无", "/", "\\", "-", "—", "——", "暂无", "未填", "没有", "N/A", "NULL"];
    match cell {
        Cell::Text(text) => WORDS.contains(&clean(text).to_ascii_uppercase().as_str()),
        Cell::Empty | Cell::Number(_) | Cell::Date(_) | Cell::Error(_) | Cell::Uncomputed => false,
    }
}

/// The name of a unit, a school or a college.
pub fn unit(cell: &Cell) -> Result<Option<String>, CellFault> {
    text(cell)?.map(|text| no_zero(names::exact(&text))).transpose()
}

/// A name, unless it is 0.
fn no_zero(name: String) -> Result<String, CellFault> {
    if name == "0" { Err(CellFault::ZeroForName) } else { Ok(name) }
}

/// The name of a person.
pub fn name(cell: &Cell) -> Result<Option<String>, CellFault> {
    let Some(text) = text(cell)? else { return Ok(None) };
    let name = no_zero(names::person(&text))?;
    if name.chars().count() > NAME_CHARS_MAX {
        return Err(CellFault::NameTooLong { chars_max: NAME_CHARS_MAX });
    }
    Ok(Some(name))
}

/// What somebody signs in with, as it is compared.
pub fn login(cell: &Cell) -> Result<Option<String>, CellFault> {
    let Some(login) = number(cell)?.map(|text| names::login(&text)) else { return Ok(None) };
    if names::is_login(&login) { Ok(Some(login)) } else { Err(CellFault::NoLogin) }
}

/// The number of a document; of one whose kind is not said, a citizen number unless it begins with a letter.
pub fn identity_number(cell: &Cell, kind: Option<IdentityKind>) -> Result<Option<IdentityNumber>, Why> {
    let is_other = kind.filter(|kind| *kind != IdentityKind::Citizen);
    if matches!(cell, Cell::Number(_)) && is_other.is_none() {
        return Err(CellFault::LastDigitsLost.into());
    }
    let Some(text) = number(cell)? else { return Ok(None) };
    let text: String = text.split_whitespace().collect();
    Ok(Some(match (kind, is_other) {
        (_, Some(kind)) => IdentityNumber::of(kind, &text)?,
        (Some(_), None) => CitizenId::parse(&text)?.into(),
        (None, None) => IdentityNumber::of_any(&text)?,
    }))
}

/// A credit code, with a warning when its check character is wrong.
pub fn credit_code(cell: &Cell) -> Result<Option<CreditCode>, Why> {
    let Some(text) = text(cell)? else { return Ok(None) };
    let text: String = text.split_whitespace().collect();
    let code = CreditCode::parse(&text).ok_or(InvalidName::CreditCode)?;
    Ok(Some(code))
}

/// A calendar day as people write days or as a spreadsheet keeps them; a time of day or a word behind it says nothing,
/// but that less than a minute is missing to the next day.
pub fn day(cell: &Cell) -> Result<Option<Date>, Why> {
    let day = match cell {
        Cell::Empty => return Ok(None),
        Cell::Date(day) => Ok(*day),
        Cell::Number(number) => match *number {
            n if (19_000_101.0..=21_001_231.0).contains(&n) => days::read(&format!("{n:.0}")),
            // A month or a year that a spreadsheet took for a number.
            n if (1990.0..2101.0).contains(&n) && n.fract() == 0.0 => Err(DayFault::YearOnly),
            n if (1990.0..2101.0).contains(&n) || (199_001.0..=210_012.0).contains(&n) => Err(DayFault::MonthOnly),
            n => date_of_serial(n).ok_or(DayFault::NoDay),
        },
        Cell::Text(_) | Cell::Error(_) | Cell::Uncomputed => {
            let Some(text) = text(cell)? else { return Ok(None) };
            match text.parse::<f64>() {
                Ok(serial) if text.len() == 5 => date_of_serial(serial).ok_or(DayFault::NoDay),
                Ok(_) | Err(_) => days::read(&text).or_else(|fault| {
                    let behind = |c: char| matches!(c, ' ' | 'T' | '(');
                    let (day, time) = text.split_once(behind).ok_or(fault)?;
                    let day = days::read(day)?;
                    if time.starts_with("23:59") { day.tomorrow().map_err(|_| DayFault::NoDay) } else { Ok(day) }
                }),
            }
        }
    };
    match day? {
        day if YEARS.contains(&day.year()) => Ok(Some(day)),
        day => Err(CellFault::DayImplausible { day }.into()),
    }
}

/// A pay in whole yuan.
pub fn yuan(cell: &Cell) -> Result<Option<u32>, CellFault> {
    let Some(text) = text(cell)? else { return Ok(None) };
    let digits = text.replace([',', ' '], "");
    let digits = digits.trim_end_matches('元').trim_start_matches(['¥', '￥']);
    if without_point(digits) == digits && digits.parse::<f64>().is_ok_and(|amount| amount.fract() != 0.0) {
        return Err(CellFault::AmountNotWhole { text: shortened(&text) });
    }
    match without_point(digits).parse::<u32>() {
        Ok(amount) if amount <= 1_000_000 => Ok(Some(amount)),
        Ok(_) | Err(_) => Err(CellFault::NoAmount { text: shortened(&text) }),
    }
}

/// A monthly pay in whole yuan: no month is paid less than a hundred.
pub fn monthly_pay(cell: &Cell) -> Result<Option<u32>, CellFault> {
    match yuan(cell)? {
        Some(yuan) if yuan < 100 => Err(CellFault::PayImplausible { yuan }),
        pay => Ok(pay),
    }
}

/// A whole number from 1 on.
pub fn count<N: TryFrom<u32>>(cell: &Cell, max: u32) -> Result<Option<N>, CellFault> {
    let Some(text) = text(cell)? else { return Ok(None) };
    let digits = text.replace([',', ' '], "");
    let digits = digits.trim_end_matches(['人', '名', '个']);
    let number = digits.parse::<u32>().ok().filter(|number| (1..=max).contains(number));
    let number = number.and_then(|number| N::try_from(number).ok());
    number.map(Some).ok_or_else(|| CellFault::NoCount { text: shortened(&text), max })
}

/// A value of a closed vocabulary.
pub fn term<T: Term>(cell: &Cell) -> Result<Option<T>, Why> {
    let Some(text) = text(cell)? else { return Ok(None) };
    let bare: String = text.split_whitespace().collect();
    let term = T::from_text(&bare).ok_or_else(|| NotListed::<T>::new(&shortened(&text)))?;
    Ok(Some(term))
}

/// 是 or 否.
pub fn yes(cell: &Cell) -> Result<Option<bool>, CellFault> {
    let Some(text) = text(cell)? else { return Ok(None) };
    match text.as_str() {
        "是" | "1" | "Y" | "y" | "√" | "有" | "已参考" | "参考" => Ok(Some(true)),
        "否" | "0" | "N" | "n" | "×" | "无" | "未参考" | "缺考" => Ok(Some(false)),
        _ => Err(CellFault::NeitherYesNorNo { text: shortened(&text) }),
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
        Column::Document
        | Column::Phone
        | Column::GuardianPhone
        | Column::StudentNumber
        | Column::MentorPhone
        | Column::Login => mask_document(&shown),
        _ => shortened(&shown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::Refusal as _;
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
        assert_eq!(day(&cell("44742")), Ok(Some(date(2022, 6, 30))));
        for month in [cell("2022年6月"), cell("202206"), Cell::Number(2022.6), Cell::Number(202_206.0)] {
            assert_eq!(day(&month), Err(DayFault::MonthOnly.into()), "{month:?}");
        }
        for year in [cell("2022"), Cell::Number(2022.0)] {
            assert_eq!(day(&year), Err(DayFault::YearOnly.into()), "{year:?}");
        }
        assert!(day(&cell("2022-02-30")).is_err());
        assert_eq!(day(&cell("1022-02-03")), Err(CellFault::DayImplausible { day: date(1022, 2, 3) }.into()));
    }

    #[test]
    fn a_day_of_which_some_seconds_are_missing_is_the_next_one() {
        let seconds = 43.0 / 86_400.0;
        for short in [Cell::Number(44_742.0 - seconds), cell("2022-06-29 23:59:17"), cell("2022-06-29T23:59:17")] {
            assert_eq!(day(&short), Ok(Some(date(2022, 6, 30))), "{short:?}");
        }
        assert_eq!(day(&Cell::Number(44_741.75)), Ok(Some(date(2022, 6, 29))));
        assert_eq!(day(&cell("2022-06-29 18:00")), Ok(Some(date(2022, 6, 29))));
    }

    #[test]
    fn a_class_that_became_a_day_is_none_in_a_text_either() {
        for became in ["3月1日", "Mar-22", "1-Mar", "2022/3/1", "2022-03-01", "44621"] {
            assert_eq!(class(&cell(became)), Err(CellFault::BecameDay.into()), "{became}");
        }
        for name in ["高三1班", "22汽修3-1", "2022031", "2203", "高三（1）班", "3.1班"] {
            assert!(class(&cell(name)).unwrap().is_some(), "{name}");
        }
    }

    #[test]
    fn a_number_that_is_a_name_loses_the_point_of_an_amount_and_nothing_else() {
        for (written, read) in
            [("2024010203.0", "2024010203"), ("0190121", "0190121"), ("G12.5", "G12.5"), ("12.50", "12.50")]
        {
            assert_eq!(number(&cell(written)), Ok(Some(read.to_owned())));
        }
        assert_eq!(number(&Cell::Number(2_024_010_203.0)), Ok(Some("2024010203".to_owned())));
        for lost in ["2.024010204E9", "1.38E+10"] {
            assert_eq!(number(&cell(lost)), Err(CellFault::LastDigitsLost), "{lost}");
        }
        assert_eq!(
            identity_number(&cell("330702200703154510.0"), None).unwrap().unwrap().as_str(),
            "330702200703154510"
        );
    }

    #[test]
    fn an_id_number_that_became_a_number_is_explained() {
        for broken in [Cell::Number(3.307e17), cell("3.30702E+17")] {
            assert_eq!(identity_number(&broken, None), Err(CellFault::LastDigitsLost.into()));
        }
        assert_eq!(
            identity_number(&cell(" 33070220070315 4510 "), None).unwrap().unwrap().as_str(),
            "330702200703154510"
        );
    }

    #[test]
    fn a_number_that_lost_its_last_digits_or_became_a_day_is_no_text() {
        for broken in [Cell::Number(9.133_078_2e17), Cell::Number(1e15), cell("9.13308E+17")] {
            assert_eq!(text(&broken), Err(CellFault::LastDigitsLost));
            assert_eq!(credit_code(&broken), Err(CellFault::LastDigitsLost.into()));
        }
        assert_eq!(text(&Cell::Number(999_999_999_999_999.0)), Ok(Some("999999999999999".to_owned())));
        assert_eq!(text(&cell("E+")), Ok(Some("E+".to_owned())));
        let became = Cell::Date(date(2022, 3, 1));
        assert_eq!(text(&became), Err(CellFault::BecameDay));
        assert_eq!(day(&became), Ok(Some(date(2022, 3, 1))));
    }

    #[test]
    fn a_formula_without_a_value_and_a_broken_character_are_no_values() {
        assert_eq!(day(&Cell::Uncomputed), Err(CellFault::FormulaNotComputed.into()));
        assert_eq!(name(&Cell::Uncomputed), Err(CellFault::FormulaNotComputed));
        assert_eq!(name(&cell("张\u{fffd}")), Err(CellFault::BrokenEncoding));
    }

    #[test]
    fn pay_is_read_with_and_without_separators() {
        for text in ["3500", "3,500元", "3500.00", "￥3500"] {
            assert_eq!(yuan(&cell(text)), Ok(Some(3500)), "{text}");
        }
        assert_eq!(yuan(&cell("面议")), Err(CellFault::NoAmount { text: "面议".to_owned() }));
        for part in [Cell::Number(0.45), cell("1.2"), cell("4500.50元")] {
            assert!(matches!(yuan(&part), Err(CellFault::AmountNotWhole { .. })), "{part:?}");
        }
        assert_eq!(monthly_pay(&cell("4")), Err(CellFault::PayImplausible { yuan: 4 }));
        assert_eq!(monthly_pay(&cell("100")), Ok(Some(100)));
        assert_eq!(yuan(&cell("80")), Ok(Some(80)), "of a day");
    }

    #[test]
    fn each_cell_that_is_no_value_is_refused_with_its_code() {
        let day_of = |text: &str| day(&cell(text)).map(|_| ()).unwrap_err().code();
        let cases = [
            (text(&Cell::Error("#N/A".to_owned())).unwrap_err().code(), "cell.formula_failed"),
            (name(&cell(&"张".repeat(41))).unwrap_err().code(), "cell.name_too_long"),
            (yuan(&cell("三千")).unwrap_err().code(), "cell.no_amount"),
            (yuan(&cell("1000001")).unwrap_err().code(), "cell.no_amount"),
            (yuan(&cell("0.45")).unwrap_err().code(), "cell.amount_not_whole"),
            (monthly_pay(&cell("0")).unwrap_err().code(), "cell.pay_implausible"),
            (count::<u8>(&cell("25"), 24).unwrap_err().code(), "cell.no_count"),
            (count::<u8>(&cell("0"), 24).unwrap_err().code(), "cell.no_count"),
            (yes(&cell("也许")).unwrap_err().code(), "cell.neither_yes_nor_no"),
            (term::<crate::domain::terms::Gender>(&cell("先生")).unwrap_err().code(), "term.not_listed"),
            (identity_number(&cell("3307"), None).unwrap_err().code(), "citizen_id.shape"),
            (credit_code(&cell("9133")).unwrap_err().code(), "name.credit_code"),
            (day_of("2022-13-01"), "day.no_day"),
            (day_of("2022.6"), "day.month_only"),
            (day_of("2022年"), "day.year_only"),
            (day_of("1922-06-01"), "cell.day_implausible"),
        ];
        for (found, wanted) in cases {
            assert_eq!(found, wanted);
        }
        assert_eq!(name(&cell(&"张".repeat(40))).map(|name| name.map(|name| name.chars().count())), Ok(Some(40)));
        assert_eq!(count::<u8>(&cell("24"), 24), Ok(Some(24)));
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
            let _ = (day(&cell), yuan(&cell), identity_number(&cell, None), credit_code(&cell), yes(&cell), name(&cell));
        }
    }
}
