//! Files that are not what they should be, as a whole.

use encoding_rs::GB18030;

use super::{GOOD, LI, OUTCOME_HEAD, Office, ROSTER_HEAD, WANG, ZHANG, says, xlsx};

/// A zip archive with one entry, as a document of another program is.
fn archive_with(entry: &str) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(vec![]));
    let plain = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    writer.start_file(entry, plain).unwrap();
    std::io::Write::write_all(&mut writer, b"<w:document/>").unwrap();
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_picture_a_pdf_and_a_letter_are_no_rosters_whatever_they_are_called() {
    let picture =
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89";
    for (name, bytes) in [
        ("名册.xlsx", &picture[..]),
        ("名册.pdf", b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"),
        ("通知.docx", &archive_with("word/document.xml")),
    ] {
        Office::refuses_file(name, bytes, &[name, "不是 .xlsx、.xls 或 .csv 文件", "请另存为这三种格式之一"]);
    }
}

#[test]
fn a_web_page_called_xls_is_named_as_what_it_is() {
    let page = "<html><table><tr><td>姓名</td></tr></table></html>";
    Office::refuses_file("导出.xls", page.as_bytes(), &["这是网页或 XML 文件，不是工作簿", "另存为 .xlsx"]);
}

#[test]
fn a_file_of_nothing_and_a_workbook_of_nothing_are_empty() {
    Office::refuses_file("空.csv", b"", &["空.csv", "文件是空的"]);
    Office::refuses_file("空.xlsx", &xlsx(&[]), &["空.xlsx", "文件是空的"]);
}

#[test]
fn a_truncated_workbook_is_damaged() {
    let whole = xlsx(&[&["学校代码", "姓名"], &["33070001", "张一"]]);
    Office::refuses_file("半个.xlsx", &whole[..whole.len() / 2], &["工作簿已损坏", "另存一份再试"]);
}

#[test]
fn missing_columns_are_named_beside_those_that_are_there() {
    let lacking = format!("学校代码,姓名,去向类型,单位名称\n33070001,张一,{ZHANG},企业\n");
    let telling = [
        "按「毕业去向」读",
        "缺少必需的列：开始日期、证件号码（或学号）",
        "文件中的列：学校代码、姓名、去向类型、单位名称",
    ];
    Office::refuses_file("缺列.csv", lacking.as_bytes(), &telling);
    Office::refuses_file(
        "无表头.csv",
        b"a,b,c\n1,2,3\n",
        &["没有找到表头", "表头应在前 20 行内", "gradtrail template"],
    );
    let double = "学校代码,姓名,身份证号,证件号码,去向类型,就业日期\n";
    Office::refuses_file("重列.csv", double.as_bytes(), &["两列是同一个意思：「身份证号」和「证件号码」"]);
}

/// A header without rows says nothing, and that is no fault.
#[test]
fn a_file_of_headings_only_records_no_row() {
    let office = Office::new();
    let printed = office.import(0, &[("表头.csv", format!("{OUTCOME_HEAD}\n").as_bytes())], &[]);
    says(&printed, &["毕业去向", "新增 0，更改 0，不变 0，拒绝 0", "表头之后没有数据行"]);
    assert_eq!(office.count("graduates"), 2);
    office.is_sound();
}

#[test]
fn the_usual_encodings_of_text_are_read_alike() {
    let text = format!("{OUTCOME_HEAD}\n{GOOD}\n");
    let tabs = text.replace(',', "\t");
    let utf_16: Vec<u8> = tabs.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [
        GB18030.encode(&text).0.into_owned(),
        [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        [b"\xff\xfe", &utf_16[..]].concat(),
        text.replace('\n', "\r\n").into_bytes(),
    ] {
        let office = Office::new();
        says(&office.import(0, &[("去向.csv", &bytes)], &[]), &["新增 1，更改 0，不变 0，拒绝 0"]);
        assert_eq!(office.count("direct_employment"), 1);
    }
}

#[test]
fn one_broken_byte_costs_its_row_and_no_other() {
    for encoding in [GB18030, encoding_rs::UTF_8] {
        let text = format!("{OUTCOME_HEAD}\n{GOOD}\n33070001,李二,330782200612310022,企业,某某公司,2022-07-01\n");
        let mut bytes = encoding.encode(&text).0.into_owned();
        let name = encoding.encode("李二").0;
        let at = bytes.windows(name.len()).position(|window| *window == *name).unwrap();
        bytes[at] = 0xff;
        let office = Office::new();
        office.refuses_rows("坏字节.csv", &bytes, 1, 1, &["第 3 行「姓名」", "有不能识别的文字"]);
        assert_eq!(office.count("direct_employment"), 1);
    }
}

#[test]
fn bytes_in_no_known_encoding_are_no_text() {
    let bytes = [b"a,b\n".as_slice(), &[0xff; 40]].concat();
    Office::refuses_file("乱码.csv", &bytes, &["文字编码不是 UTF-8、UTF-16 或 GB18030", "另存为「CSV UTF-8」"]);
}

/// All files of a call are one: the schools and rosters before a bad row are not recorded either.
#[test]
fn all_or_nothing_is_about_all_files_of_the_call() {
    let office = Office::new();
    let before = office.position();
    let schools = "学校代码,学校名称,办学类别\n33070003,三中,民办\n";
    let roster = |state: &str| format!("{ROSTER_HEAD}\n33070003,张一,{ZHANG},700206,1班,{state},2022-06-30\n");
    let outcomes = GOOD.replace("33070001", "33070003");
    let outcomes = format!("{OUTCOME_HEAD}\n{outcomes}\n");
    let (bad, good) = (roster("离奇"), roster("毕业"));
    let files = |roster| [("去向.csv", outcomes.as_bytes()), ("名册.csv", roster), ("学校.csv", schools.as_bytes())];
    let printed = office.import(1, &files(bad.as_bytes()), &["--all-or-nothing"]);
    says(&printed, &["可填：", "3 个文件没有导入"]);
    assert_eq!(office.position(), before);
    assert!(!office.run(0, &["school", "list"]).contains("三中"));
    assert_eq!(office.rows(&["imports"]).len(), 2);

    let printed = office.import(0, &files(good.as_bytes()), &["--all-or-nothing"]);
    assert_eq!(printed.matches("新增 1，更改 0，不变 0，拒绝 0。批次").count(), 3, "{printed}");
    assert_eq!((office.count("graduates"), office.count("direct_employment")), (3, 1));
    // A school, a student who graduates, a job at a unit, and three batches that begin and end.
    let events = office.rows(&["events", "--after", &before.to_string(), "--limit", "100"]);
    let keys: Vec<&str> = events.iter().map(|event| event["command_key"].as_str().unwrap()).collect();
    assert_eq!((keys.len(), keys.iter().all(|key| *key == keys[0])), (10, true), "one append: {keys:?}");
    office.is_sound();

    // Each file is a batch of its own, which can be taken back, and is known when it comes again.
    let again = office.import(0, &files(good.as_bytes()), &["--all-or-nothing"]);
    assert_eq!(again.matches("此文件已导入过").count(), 3, "{again}");
    let imports = office.rows(&["imports"]);
    let batch = imports.iter().find(|import| import["file"] == "去向.csv").unwrap()["id"].as_str().unwrap();
    says(&office.run(0, &["import", "--undo", batch, "--reason", "wrong_file"]), &["已撤销：1 条记录"]);
    assert_eq!((office.count("graduates"), office.count("direct_employment")), (3, 0));
    office.is_sound();
}

#[test]
fn the_same_file_twice_in_a_call_is_recorded_once() {
    let text = format!("{OUTCOME_HEAD}\n{GOOD}\n");
    for options in [&[][..], &["--all-or-nothing"]] {
        let office = Office::new();
        let printed = office.import(0, &[("一.csv", text.as_bytes()), ("二.csv", text.as_bytes())], options);
        says(&printed, &["新增 1，更改 0，不变 0，拒绝 0。批次", "此文件已导入过"]);
        assert_eq!((office.count("direct_employment"), office.rows(&["imports"]).len()), (1, 3));
        office.is_sound();
    }
}

/// The rows behind it would all be in one cell, and gone.
#[test]
fn a_quote_that_is_not_closed_is_named_by_its_line_and_nothing_of_the_file_goes_in() {
    let begun =
        format!("{OUTCOME_HEAD}\n\n{GOOD}\n33070001,李二,{LI},企业,\"某厂,2022-07-01\n33070001,王三,{WANG},企业,");
    // Nothing ends it, or a quote of another row does, which was to begin a field.
    for behind in ["某厂,2022-07-01\n", "\"某厂\",2022-07-01\n"] {
        let telling = ["引号.csv：第 4 行的引号（\"）没有配对", "请在该行补上或删去引号后再导入"];
        Office::refuses_file("引号.csv", format!("{begun}{behind}").as_bytes(), &telling);
    }
}

#[test]
fn a_row_behind_empty_lines_is_named_by_its_line_in_the_file() {
    let office = Office::new();
    let text = format!("\n{OUTCOME_HEAD}\n\r\n\n{GOOD}\n\n33070001,李二,{LI},企业,\"某\n\n厂\",2022-02-30\n");
    let two = format!("{text}\n33070001,李二,{LI},企业,某厂,2022-02-31\n");
    office.refuses_rows("空行.csv", two.as_bytes(), 1, 2, &["第 7 行「开始日期」", "第 11 行「开始日期」"]);
}

#[test]
fn a_cell_longer_than_a_spreadsheet_allows_is_named_by_its_row() {
    let text = format!("{OUTCOME_HEAD}\n{}\n", GOOD.replace("某厂", &"厂".repeat(32_768)));
    let telling = ["第 2 行有一格超过 32767 个字，不像名册的内容", "请改短该格后再导入"];
    Office::refuses_file("长.csv", text.as_bytes(), &telling);
}
