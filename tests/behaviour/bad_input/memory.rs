//! Small files that would be large in memory: refused in a sentence, and never past 300 MB.

use std::io::Write;
use std::process::Stdio;

use gradtrail::sample::{Cell, xls};

use super::{Office, ROSTER_HEAD, fill, says, text, with_part, xlsx};

const MOST_MB: u64 = 300;

/// Imports a file and gives the most memory, in MB, that the program held, and what it printed.
fn import_watched(office: &Office, name: &str, bytes: &[u8]) -> (u64, Option<i32>, String) {
    let path = office.write(&[(name, bytes)]).remove(0);
    let mut command = office.command();
    command.arg("import").arg(path).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    let mut samples = 0;
    // The kernel keeps the peak; it is gone with the process, so it is read until then.
    while child.try_wait().unwrap().is_none() {
        let high = std::fs::read_to_string(&status).unwrap_or_default();
        let kilobytes =
            high.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse().ok());
        if let Some(kilobytes) = kilobytes {
            peak = peak.max(kilobytes);
            samples += 1;
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    assert!(samples > 0 && peak > 1_000, "the program was not watched");
    let output = child.wait_with_output().unwrap();
    (peak / 1024, output.status.code(), text(&output))
}

fn refused_within_memory(name: &str, bytes: &[u8], telling: &[&str]) {
    assert!(bytes.len() < 800 << 10, "{} bytes are no small file", bytes.len());
    let office = Office::new();
    let before = office.position();
    let (peak, code, printed) = import_watched(&office, name, bytes);
    assert_eq!(code, Some(1), "{printed}");
    says(&printed, telling);
    assert!(peak < MOST_MB, "{name}: {peak} MB");
    assert_eq!(office.position(), before);
    office.is_sound();
}

/// A workbook one of whose parts is `head`, so many times `filling`, and `tail`.
fn stuffed(part: &str, head: &str, filling: &str, bytes: usize, tail: &str) -> Vec<u8> {
    let whole = xlsx(&[&ROSTER_HEAD.split(',').collect::<Vec<&str>>()]);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&whole)).unwrap();
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(vec![]));
    let deflated = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let name = entry.name().unwrap().to_string();
        writer.start_file(&name, deflated).unwrap();
        if name == part {
            writer.write_all(head.as_bytes()).unwrap();
            let chunk = filling.repeat((1 << 20) / filling.len());
            for _ in 0..bytes / chunk.len() {
                writer.write_all(chunk.as_bytes()).unwrap();
            }
            writer.write_all(tail.as_bytes()).unwrap();
        } else {
            std::io::copy(&mut entry, &mut writer).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}

const SHEET_HEAD: &str = "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>";
const SHEET_TAIL: &str = "</sheetData></worksheet>";
const TOO_LARGE: &str = "文件解压后过大，不像正常的名册。请另存为新的 .xlsx 或 .csv 后再试";

#[test]
fn five_hundred_megabytes_in_a_small_workbook_are_not_unpacked() {
    let row = format!("<row><c t=\"inlineStr\"><is><t>{}</t></is></c></row>", "0".repeat(30_000));
    let bomb = stuffed("xl/worksheets/sheet1.xml", SHEET_HEAD, &row, 500 << 20, SHEET_TAIL);
    refused_within_memory("炸弹.xlsx", &bomb, &["炸弹.xlsx", TOO_LARGE]);
}

/// Parts that the reader of workbooks holds whole in memory, as many small things.
#[test]
fn a_small_workbook_with_millions_of_strings_or_styles_is_not_held() {
    let head = "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">";
    let strings = stuffed("xl/sharedStrings.xml", head, "<si><t>a</t></si>", 110 << 20, "</sst>");
    refused_within_memory("字符串.xlsx", &strings, &[TOO_LARGE]);
    let head = "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><cellXfs>";
    let styles = stuffed("xl/styles.xml", head, "<xf/>", 110 << 20, "</cellXfs></styleSheet>");
    refused_within_memory("样式.xlsx", &styles, &[TOO_LARGE]);
}

/// As large as is let in: the parts at their limits, so that nothing is refused before it is read.
#[test]
fn a_workbook_at_the_limits_stays_within_memory() {
    let head = "<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">";
    let strings = stuffed("xl/sharedStrings.xml", head, "<si><t>a</t></si>", 31 << 20, "</sst>");
    refused_within_memory("字符串.xlsx", &strings, &["没有找到表头"]);
    let head = "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><cellXfs>";
    let styles = stuffed("xl/styles.xml", head, "<xf/>", (2 << 20) - 4_096, "</cellXfs></styleSheet>");
    let office = Office::new();
    let (peak, code, printed) = import_watched(&office, "样式.xlsx", &styles);
    says(&printed, &["表头之后没有数据行"]);
    assert!(code == Some(0) && peak < MOST_MB, "{peak} MB");
    let cells = format!("<row>{}</row>", "<c><v>1</v></c>".repeat(15));
    let cells = stuffed("xl/worksheets/sheet1.xml", SHEET_HEAD, &cells, 110 << 20, SHEET_TAIL);
    refused_within_memory("单元格.xlsx", &cells, &["超过 200000 行、200 列或 2000000 个单元格"]);
}

/// The file holds the string once; the cells that name it would hold 600 MB.
#[test]
fn a_long_string_shared_by_many_cells_is_not_copied_into_all_of_them() {
    let long = "长".repeat(10_000);
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let page = workbook.add_worksheet();
    fill(page, &[&ROSTER_HEAD.split(',').collect::<Vec<&str>>()]);
    for row in 1..=20_000 {
        page.write_string(row, 4, &long).unwrap();
    }
    let shared = workbook.save_to_buffer().unwrap();
    let telling = ["单元格中的文字超过 64 MB，不像正常的名册", "请删去长段文字，或拆成几个文件"];
    refused_within_memory("长文.xlsx", &shared, &telling);
}

#[test]
fn one_cell_in_the_last_corner_is_not_a_table() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let page = workbook.add_worksheet();
    page.write_string(1_048_575, 16_383, "张一").unwrap();
    let far = workbook.save_to_buffer().unwrap();
    refused_within_memory("角落.xlsx", &far, &["超过 200000 行、200 列或 2000000 个单元格", "请删去多余的行列"]);
    // The same, said by the dimension only: nothing is reserved for what is claimed.
    let claimed = with_part(&xlsx(&[&["学校代码", "姓名"]]), "xl/worksheets/sheet1.xml", |sheet| {
        assert!(sheet.contains("<dimension ref=\"A1:B1\"/>"));
        sheet.replace("A1:B1", "A1:XFD1048576")
    });
    refused_within_memory("声称.xlsx", &claimed, &["缺少必需的列"]);
}

/// Two cells of an old workbook span an area nearly as large as is let in, and one that is larger.
#[test]
fn an_old_workbook_of_two_cells_far_apart_stays_within_memory() {
    let apart = |columns: usize| {
        let mut rows = vec![vec![]; 65_534];
        rows[0] = vec![Cell::from("姓名")];
        rows[65_533] = vec![Cell::Empty; columns];
        rows[65_533].push(Cell::from("张一"));
        xls::workbook("表", &rows).unwrap()
    };
    refused_within_memory("近.xls", &apart(42), &["没有找到表头"]);
    refused_within_memory("远.xls", &apart(46), &["超过 200000 行、200 列或 2000000 个单元格"]);
}

/// 190,000 rows, none of which is a person.
#[test]
fn a_file_of_nothing_but_bad_rows_stays_within_memory() {
    let office = Office::new();
    let bad = format!("{ROSTER_HEAD}\n{}", "3307,,330702,x,,y,z\n".repeat(190_000));
    let (peak, code, printed) = import_watched(&office, "坏行.csv", bad.as_bytes());
    assert_eq!(code, Some(0), "{printed}");
    says(&printed, &["新增 0，更改 0，不变 0，拒绝 190000", "…另有 189950 行，见错误工作簿"]);
    assert!(peak < MOST_MB, "{peak} MB");
    office.is_sound();
}
