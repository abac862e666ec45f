//! Promise: a questionnaire goes out as an XLSForm workbook and comes back as the same; one with a fault is refused by its
//! cell.

use gradtrail::domain::survey::codes::BuiltIn;
use gradtrail::domain::survey::questionnaire::QuestionnaireFault;
use gradtrail::input::file::File;
use gradtrail::input::words;
use gradtrail::intake::questionnaires::built_in;
use gradtrail::intake::xlsform::{LABEL_EN, LABEL_ZH, XlsformFault, questionnaire};
use gradtrail::publication::xlsform;
use gradtrail::refusal::Refusal as _;
use rust_xlsxwriter::Workbook;
use strum::VariantArray as _;

fn file(bytes: Vec<u8>) -> File {
    File { name: "问卷.xlsx".to_owned(), bytes }
}

/// A workbook of these sheets, each with its rows.
fn workbook(sheets: &[(&str, Vec<Vec<&str>>)]) -> File {
    let mut workbook = Workbook::new();
    for (name, rows) in sheets {
        let sheet = workbook.add_worksheet();
        sheet.set_name(*name).unwrap();
        for (row, cells) in (0..).zip(rows) {
            for (column, cell) in (0..).zip(cells) {
                sheet.write_string(row, column, *cell).unwrap();
            }
        }
    }
    file(workbook.save_to_buffer().unwrap())
}

fn form(questions: &[[&str; 6]]) -> File {
    let mut survey = vec![vec!["type", "name", LABEL_ZH, LABEL_EN, "required", "relevant"]];
    survey.extend(questions.iter().map(|question| question.to_vec()));
    let choices = vec![vec!["list_name", "name", LABEL_ZH, LABEL_EN], vec!["ab", "a", "甲", "A"]];
    let settings = vec![vec!["form_title"], vec!["卷 / form"]];
    workbook(&[("survey", survey), ("choices", choices), ("settings", settings)])
}

#[test]
fn each_questionnaire_that_comes_along_goes_out_and_comes_back_as_the_same() {
    for which in BuiltIn::VARIANTS {
        let known = built_in(*which);
        let written = xlsform::write(&known, "form", 1).unwrap();
        assert_eq!(questionnaire(&file(written)).unwrap(), known, "{which:?}");
    }
}

#[test]
fn labels_keep_their_punctuation_and_lose_only_what_nobody_sees() {
    let mut known = built_in(BuiltIn::OneYear);
    known.title.zh = "跟踪调查（二〇二二届）：第１次".to_owned();
    known.questions[0].label.zh = "您好！请填写，约２分钟（可不填）；谢谢。".to_owned();
    known.lists[0].choices[0].label.zh = "机关（含参公）".to_owned();
    let mut written = known.clone();
    written.questions[0].label.zh = format!(" {}\u{200b} ", known.questions[0].label.zh);
    let written = xlsform::write(&written, "form", 1).unwrap();
    assert_eq!(questionnaire(&file(written)).unwrap(), known);
    // Who types the label with other signs means the choice.
    let said = [("status".to_owned(), "机关(含参公)".to_owned())].into_iter().collect();
    assert_eq!(known.answered(&said).unwrap().coded["status"], [known.lists[0].choices[0].name.clone()]);
}

#[test]
fn what_is_wrong_is_named_by_its_cell() {
    let good = ["select_one ab", "q", "题", "question", "yes", ""];
    assert!(questionnaire(&form(&[good])).is_ok());
    let wrong: [([&str; 6], &str, QuestionnaireFault); 6] = [
        (["geopoint", "r", "题", "r", "", ""], "A3", QuestionnaireFault::UnknownType("geopoint".to_owned())),
        (["text", "q", "题", "r", "", ""], "B3", QuestionnaireFault::NameTwice("q".to_owned())),
        (["text", "r", "题", "", "", ""], "D3", QuestionnaireFault::TranslationMissing),
        (["select_one c", "r", "题", "r", "", ""], "A3", QuestionnaireFault::ListMissing("c".to_owned())),
        (["text", "r", "题", "r", "", "${r}='a'"], "F3", QuestionnaireFault::ForwardReference("r".to_owned())),
        (
            ["text", "r", "题", "r", "", "count(${q})"],
            "F3",
            QuestionnaireFault::NotACondition("count(${q})".to_owned()),
        ),
    ];
    for (question, cell, fault) in wrong {
        let refused = questionnaire(&form(&[good, question])).unwrap_err();
        let (sheet, cell) = ("survey".to_owned(), cell.to_owned());
        assert!(refused.sentence().zh.contains(&cell), "{}", refused.sentence().zh);
        assert_eq!(refused, XlsformFault::Cell { sheet, cell, fault });
    }
}

#[test]
fn a_workbook_without_a_sheet_or_a_column_is_refused() {
    let survey = vec![vec!["type", "name", LABEL_ZH, LABEL_EN], vec!["text", "q", "题", "question"]];
    let refused = questionnaire(&workbook(&[("survey", survey)])).unwrap_err();
    assert_eq!(refused, XlsformFault::NoSheet("settings".to_owned()));
    let survey = vec![vec!["type", "name", LABEL_ZH], vec!["text", "q", "题"]];
    let settings = vec![vec!["form_title"], vec!["卷 / form"]];
    let refused = questionnaire(&workbook(&[("survey", survey), ("settings", settings)])).unwrap_err();
    assert_eq!(refused.code(), "xlsform.no_column");
    assert_eq!(words::answer("status").unwrap_err().code(), "word.no_answer");
    assert_eq!(questionnaire(&file(b"no workbook".to_vec())).unwrap_err().code(), "xlsform.no_sheet");
}
