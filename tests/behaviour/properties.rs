//! Promise: whatever bytes come in, a file becomes rows or a fault, and nothing panics; and what a spreadsheet wrote
//! as text is read back as it was. `ops/fuzz` runs these for longer.

use std::io::{Cursor, Read, Write};
use std::sync::LazyLock;

use gradtrail::domain::terms::Term;
use gradtrail::intake::fault::FileFault;
use gradtrail::intake::kind::Kind;
use gradtrail::intake::parse::{ParsedSheet, parse};
use gradtrail::intake::sheet::{Cell, read_bytes};
use gradtrail::intake::template;
use gradtrail::sample::{self, xls};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

const HEAD: [&str; 8] = ["学校代码", "姓名", "证件号码", "去向类型", "单位名称", "就业日期", "月薪", "佐证材料"];
const ROWS: [[&str; 8]; 2] = [
    ["33070001", "张一", "330702200703154510", "企业", "某厂", "2022-07-01", "4000", "劳动合同、社保记录"],
    ["33070001", "李二", "330782200612310022", "待就业", "", "2022/8/1", "", ""],
];

/// A workbook with texts, numbers, dates and formulas; unpacked, its parts by name.
static XLSX: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let page = workbook.add_worksheet();
    let date = rust_xlsxwriter::Format::new().set_num_format("yyyy/m/d");
    for (line, row) in (0..).zip([&HEAD].into_iter().chain(&ROWS)) {
        for (column, text) in (0..).zip(row) {
            page.write_string(line, column, *text).unwrap();
        }
    }
    page.write_number_with_format(3, 5, 44_743, &date).unwrap();
    page.write_formula(3, 6, rust_xlsxwriter::Formula::new("=1+2").set_result("3")).unwrap();
    page.merge_range(4, 0, 5, 2, "合计", &date).unwrap();
    let packed = workbook.save_to_buffer().unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(packed)).unwrap();
    let mut parts = vec![];
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let mut bytes = vec![];
        entry.read_to_end(&mut bytes).unwrap();
        parts.push((entry.name().unwrap().to_string(), bytes));
    }
    parts
});

fn packed(parts: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(vec![]));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in parts {
        writer.start_file(name, stored).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The stream of records of an .xls workbook.
static XLS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut rows: Vec<Vec<sample::Cell>> =
        [HEAD].iter().chain(&ROWS).map(|row| row.iter().map(|text| sample::Cell::from(*text)).collect()).collect();
    rows[1][5] = sample::Cell::Day("2022-07-01".parse().unwrap());
    rows[2][6] = sample::Cell::Number(4_000.0);
    let file = xls::workbook("毕业去向", &rows).unwrap();
    let mut container = cfb::CompoundFile::open(Cursor::new(file)).unwrap();
    let mut stream = vec![];
    container.open_stream("/Workbook").unwrap().read_to_end(&mut stream).unwrap();
    stream
});

fn contained(stream: &[u8]) -> Vec<u8> {
    let mut container = cfb::CompoundFile::create_with_version(cfb::Version::V3, Cursor::new(vec![])).unwrap();
    container.create_stream("/Workbook").unwrap().write_all(stream).unwrap();
    container.flush().unwrap();
    container.into_inner().into_inner()
}

fn csv() -> Vec<u8> {
    let lines: Vec<String> = [HEAD].iter().chain(&ROWS).map(|row| row.join(",")).collect();
    lines.join("\n").into_bytes()
}

/// The headings of a kind of file and a row as its template shows it.
fn of_template(kind: Kind) -> Vec<Vec<String>> {
    let columns = || kind.columns().iter().map(|(column, _)| *column);
    vec![
        columns().map(|column| column.title().to_owned()).collect(),
        columns().map(|column| template::example(column).to_owned()).collect(),
    ]
}

fn lines(rows: &[Vec<String>]) -> Vec<u8> {
    rows.iter().map(|row| row.join(",")).collect::<Vec<_>>().join("\n").into_bytes()
}

fn any_kind() -> impl Strategy<Value = Kind> {
    proptest::sample::select(Kind::ENTRIES.iter().map(|entry| entry.value).collect::<Vec<_>>())
}

/// One thing that happens to bytes on their way.
#[derive(Debug, Clone)]
enum Harm {
    Flip(Index, u8),
    Truncate(Index),
    /// Bytes of one place also at another, over what is there or before it.
    Copy {
        from: Index,
        length: usize,
        to: Index,
        over: bool,
    },
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
    /// A number of two or four bytes at its edges.
    Edge(Index, usize, u32),
}

impl Harm {
    fn applied(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        match self {
            Self::Flip(at, bits) => {
                let at = at.index(bytes.len());
                bytes[at] ^= bits;
            }
            Self::Truncate(at) => bytes.truncate(at.index(bytes.len())),
            Self::Copy { from, length, to, over } => {
                let (from, to) = (from.index(bytes.len()), to.index(bytes.len()));
                let piece = bytes[from..bytes.len().min(from + length)].to_vec();
                let end = if *over { bytes.len().min(to + piece.len()) } else { to };
                bytes.splice(to..end, piece);
            }
            Self::Insert(at, piece) => {
                let at = at.index(bytes.len());
                bytes.splice(at..at, piece.iter().copied());
            }
            Self::Remove(at, length) => {
                let at = at.index(bytes.len());
                bytes.drain(at..bytes.len().min(at + length));
            }
            Self::Edge(at, width, value) => {
                let at = at.index(bytes.len());
                let end = bytes.len().min(at + width);
                let value = value.to_le_bytes();
                bytes[at..end].copy_from_slice(&value[..end - at]);
            }
        }
    }
}

fn harm() -> impl Strategy<Value = Harm> {
    let at = any::<Index>;
    let edge =
        prop_oneof![Just(0), Just(1), Just(0x7fff), Just(0xffff), Just(0x7fff_ffff), Just(u32::MAX), any::<u32>()];
    let piece = prop_oneof![
        vec(any::<u8>(), 1..12),
        "[<>/\"'=&;! a-z0-9:.-]{1,12}".prop_map(String::into_bytes),
        "(<f>1</f>|<v>1e999</v>|<v>-1</v>| r=\"XFD1048576\"| r=\"A0\"| r=\"\"| t=\"s\"| s=\"99\"|<row>|</row>|<c>|</c>|&#0;)"
            .prop_map(String::into_bytes),
    ];
    prop_oneof![
        4 => (at(), any::<u8>()).prop_map(|(at, bits)| Harm::Flip(at, bits)),
        1 => at().prop_map(Harm::Truncate),
        3 => (at(), 1..200_usize, at(), any::<bool>())
            .prop_map(|(from, length, to, over)| Harm::Copy { from, length, to, over }),
        3 => (at(), piece).prop_map(|(at, piece)| Harm::Insert(at, piece)),
        2 => (at(), 1..60_usize).prop_map(|(at, length)| Harm::Remove(at, length)),
        3 => (at(), prop_oneof![Just(2_usize), Just(4)], edge).prop_map(|(at, width, value)| Harm::Edge(at, width, value)),
    ]
}

fn harms() -> impl Strategy<Value = Vec<Harm>> {
    vec(harm(), 1..8)
}

fn harmed(bytes: &[u8], harms: &[Harm]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    harms.iter().for_each(|harm| harm.applied(&mut bytes));
    bytes
}

/// Reads and parses; gives the number of rows, good, bad, hidden or passed over.
fn taken_in(bytes: &[u8]) -> Result<usize, FileFault> {
    let mut file = read_bytes("名册".to_owned(), bytes)?;
    let parsed = parse(&mut file, None)?;
    for rejected in parsed.sheets.iter().flat_map(|sheet| &sheet.rejected) {
        assert!(!rejected.faults.is_empty(), "a row is rejected for nothing");
    }
    let rows = |sheet: &ParsedSheet| sheet.rows.len() + sheet.rejected.len() + sheet.hidden.len() + sheet.passed_over;
    Ok(parsed.sheets.iter().map(rows).sum())
}

#[test]
fn the_files_that_are_harmed_here_are_sound() {
    assert_eq!(taken_in(&packed(&XLSX)), Ok(4));
    assert_eq!(taken_in(&contained(&XLS)), Ok(2));
    assert_eq!(taken_in(&csv()), Ok(2));
    for kind in [Kind::Employers, Kind::Placements] {
        let mut file = read_bytes("模板.csv".to_owned(), &lines(&of_template(kind))).unwrap();
        let parsed = parse(&mut file, None).unwrap();
        assert_eq!(parsed.kind, kind);
        let sheet = &parsed.sheets[0];
        assert_eq!((sheet.rows.len(), sheet.rejected.len()), (1, 0), "{:?}", sheet.rejected);
    }
}

proptest! {
    #[test]
    fn no_bytes_are_too_strange_for_the_reader(head in 0..5_usize, body: Vec<u8>) {
        let heads: [&[u8]; 5] = [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xef\xbb\xbf", b"\xff\xfe"];
        let _rows_or_fault = taken_in(&[heads[head], &body].concat());
    }

    #[test]
    fn a_harmed_text_file_is_rows_or_a_fault(harms in harms()) {
        let _rows_or_fault = taken_in(&harmed(&csv(), &harms));
    }

    #[test]
    fn a_harmed_file_of_any_kind_is_rows_or_a_fault(kind in any_kind(), harms in harms()) {
        let _rows_or_fault = taken_in(&harmed(&lines(&of_template(kind)), &harms));
    }

    #[test]
    fn whatever_is_written_into_cells_is_a_row_or_a_rejection(
        kind in any_kind(),
        written in vec((any::<Index>(), "[^,\"\r\n]{0,20}|[0-9./年月日:-]{1,12}|(全部|学校|学生|监护人|、|2026-08-20){1,4}"), 1..8),
    ) {
        let mut rows = of_template(kind);
        for (at, text) in written {
            let at = at.index(rows[1].len());
            rows[1][at] = text;
        }
        // Control characters make a file that is no text.
        let file = read_bytes("表.csv".to_owned(), &lines(&rows));
        if let Ok(parsed) = file.and_then(|mut file| parse(&mut file, Some(kind))) {
            let count: usize = parsed.sheets.iter().map(|sheet| sheet.rows.len() + sheet.rejected.len()).sum();
            prop_assert!(count <= 1);
        }
    }

    #[test]
    fn a_harmed_workbook_is_rows_or_a_fault(harms in harms()) {
        let _rows_or_fault = taken_in(&harmed(&packed(&XLSX), &harms));
    }

    #[test]
    fn a_workbook_with_a_harmed_part_is_rows_or_a_fault(part in any::<Index>(), sheet in any::<bool>(), harms in harms()) {
        let mut parts = XLSX.clone();
        let named = parts.iter().position(|(name, _)| name == "xl/worksheets/sheet1.xml").filter(|_| sheet);
        let at = named.unwrap_or_else(|| part.index(parts.len()));
        parts[at].1 = harmed(&parts[at].1, &harms);
        let _rows_or_fault = taken_in(&packed(&parts));
    }

    #[test]
    fn a_harmed_old_workbook_is_rows_or_a_fault(harms in harms(), container in any::<bool>()) {
        let bytes = if container { harmed(&contained(&XLS), &harms) } else { contained(&harmed(&XLS, &harms)) };
        let _rows_or_fault = taken_in(&bytes);
    }

    #[test]
    fn a_text_file_is_read_back_as_it_was_written(
        grid in vec(vec("[^\u{0}]{0,12}|[0-9,;\t\"'\r\n 张一]{0,12}", 1..9), 0..12),
        end in prop_oneof![Just(csv::Terminator::CRLF), Just(csv::Terminator::Any(b'\n'))],
        delimiter in prop_oneof![Just(b','), Just(b';'), Just(b'\t')],
    ) {
        let mut writer =
            csv::WriterBuilder::new().flexible(true).terminator(end).delimiter(delimiter).from_writer(vec![]);
        writer.write_record(HEAD).unwrap();
        for row in &grid {
            writer.write_record(row).unwrap();
        }
        let file = read_bytes("名册.csv".to_owned(), &writer.into_inner().unwrap()).unwrap();
        let rows = &file.sheets[0].rows;
        prop_assert!(rows.windows(2).all(|pair| pair[0].number < pair[1].number));
        let read: Vec<Vec<String>> = rows[1..].iter().map(|row| row.cells.iter().map(text).collect()).collect();
        let line_ends = |text: &String| text.replace("\r\n", "\n").replace('\r', "\n");
        let mut written: Vec<Vec<String>> = grid.iter().map(|row| row.iter().map(line_ends).collect()).collect();
        for row in &mut written {
            while row.last().is_some_and(String::is_empty) {
                row.pop();
            }
        }
        written.retain(|row| !row.is_empty());
        prop_assert_eq!(read, written);
    }
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Empty => String::new(),
        Cell::Number(_) | Cell::Date(_) | Cell::Error(_) | Cell::Uncomputed => panic!("a text file holds texts"),
    }
}
