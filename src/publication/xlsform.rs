//! A questionnaire as an XLSForm workbook, written so that KoboToolbox and ODK open it and this program reads it again as the
//! same.

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use crate::domain::survey::questionnaire::{Question, Questionnaire};
use crate::intake::xlsform::{BETWEEN_TITLES, LABEL_EN, LABEL_ZH};

/// Writes the workbook; `version` is the number of what is asked.
///
/// # Errors
/// If the library refuses a text or the workbook.
pub fn write(questionnaire: &Questionnaire, form: &str, version: u32) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let of_question = |question: &Question| {
        let condition = |of: &Option<_>| of.as_ref().map(ToString::to_string).unwrap_or_default();
        [
            question.kind.xlsform(),
            question.name.clone(),
            question.label.zh.clone(),
            question.label.en.clone(),
            if question.required { "yes" } else { "" }.to_owned(),
            condition(&question.relevant),
            condition(&question.constraint),
        ]
    };
    sheet(
        workbook.add_worksheet(),
        "survey",
        ["type", "name", LABEL_ZH, LABEL_EN, "required", "relevant", "constraint"],
        questionnaire.questions.iter().map(of_question),
    )?;
    let choices = questionnaire.lists.iter().flat_map(|list| {
        list.choices.iter().map(|choice| {
            let label = &choice.label;
            [list.name.clone(), choice.name.clone(), label.zh.clone(), label.en.clone()]
        })
    });
    sheet(workbook.add_worksheet(), "choices", ["list_name", "name", LABEL_ZH, LABEL_EN], choices)?;
    let title = format!("{}{BETWEEN_TITLES}{}", questionnaire.title.zh, questionnaire.title.en);
    let settings = [title, form.to_owned(), version.to_string(), "中文 (zh)".to_owned()];
    sheet(
        workbook.add_worksheet(),
        "settings",
        ["form_title", "form_id", "version", "default_language"],
        std::iter::once(settings),
    )?;
    workbook.save_to_buffer()
}

fn sheet<const N: usize>(
    sheet: &mut Worksheet,
    name: &str,
    headings: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    let bold = Format::new().set_bold();
    for (column, heading) in (0_u16..).zip(headings) {
        sheet.write_string_with_format(0, column, heading, &bold)?;
    }
    for (row, cells) in (1_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write_string(row, column, cell)?;
        }
    }
    sheet.autofit();
    Ok(())
}
