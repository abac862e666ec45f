use std::collections::{HashMap, HashSet};
use std::io::Cursor;

use calamine::{Data, Reader, open_workbook_auto_from_rs};

use super::*;
use crate::domain::ids::CitizenId;
use crate::domain::terms::Standing;

/// Every file as text rows, read by other means than those that wrote it.
fn read(path: &Path) -> Vec<Vec<String>> {
    let bytes = fs::read(path).unwrap();
    if path.extension().is_some_and(|extension| extension == "csv") {
        let text = match bytes.strip_prefix(b"\xef\xbb\xbf") {
            Some(text) => String::from_utf8(text.to_vec()).unwrap(),
            None => encoding_rs::GB18030.decode(&bytes).0.into_owned(),
        };
        let mut reader = ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        return reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
    }
    let mut workbook = open_workbook_auto_from_rs(Cursor::new(bytes)).unwrap();
    let range = workbook.worksheet_range_at(0).unwrap().unwrap();
    assert_eq!(range.start(), Some((0, 0)));
    let text = |cell: &Data| match cell {
        Data::DateTime(value) => format!("#{}", value.as_f64()),
        other => other.to_string(),
    };
    range.rows().map(|row| row.iter().map(text).collect()).collect()
}

fn sample() -> (tempfile::TempDir, Summary) {
    let dir = tempfile::tempdir().unwrap();
    let summary = write(dir.path(), 1).unwrap();
    (dir, summary)
}

fn column(table: &[Vec<String>], head: usize, names: &[&str]) -> Option<usize> {
    table[head].iter().position(|heading| {
        let heading: String = heading.chars().filter(|c| !c.is_whitespace()).collect();
        names.contains(&heading.as_str())
    })
}

const NUMBER: [&str; 4] = ["证件号码", "身份证号", "身份证号码", "身份证件号"];

#[test]
fn the_same_scale_gives_the_same_bytes() {
    let ((one, first), (other, second)) = (sample(), sample());
    assert_eq!(first, second);
    assert_eq!(first.files.len(), 1 + 4 * 23);
    for file in first.files.iter().map(PathBuf::as_path).chain([Path::new("TRAPS.md")]) {
        assert_eq!(fs::read(one.path().join(file)).unwrap(), fs::read(other.path().join(file)).unwrap(), "{file:?}");
    }
}

#[test]
fn every_row_but_the_faulty_ones_has_a_valid_number_and_rosters_hold_the_graduates() {
    let (dir, summary) = sample();
    let faulty: HashSet<(&Path, usize)> =
        summary.faulty_rows.iter().map(|row| (row.file.as_path(), row.row_number)).collect();
    let mut graduates = 0;
    let mut extensions: HashMap<String, usize> = HashMap::new();
    for file in &summary.files[1..] {
        *extensions.entry(file.extension().unwrap().to_string_lossy().into_owned()).or_default() += 1;
        let table = read(&dir.path().join(file));
        let head = usize::from(column(&table, 0, &NUMBER).is_none());
        let number = column(&table, head, &NUMBER).unwrap();
        let standing = column(&table, head, &["学籍状态", "学生状态"]);
        for (i, row) in table.iter().enumerate().skip(head + 1) {
            if faulty.contains(&(file.as_path(), i + 1)) {
                continue;
            }
            assert!(CitizenId::parse(&row[number]).is_ok(), "{file:?} {}", i + 1);
            graduates += usize::from(standing.is_some_and(|at| {
                <Standing as crate::domain::terms::Term>::from_text(&row[at]) == Some(Standing::Graduated)
            }));
        }
    }
    assert_eq!(graduates, plan::GRADUATES);
    assert_eq!(extensions["xls"], 1);
    assert_eq!(extensions["csv"], 17);
    let kinds: HashSet<Fault> = summary.faulty_rows.iter().map(|row| row.fault).collect();
    assert!(summary.faulty_rows.len() >= 40 && kinds.len() == 12);
}

#[test]
fn the_page_of_traps_names_every_trap_and_nobodys_number() {
    let (dir, summary) = sample();
    let page = fs::read_to_string(dir.path().join("TRAPS.md")).unwrap();
    for trap in Trap::ALL {
        assert!(page.contains(trap.lesson().title));
        assert!(summary.planted.iter().filter(|row| row.trap == trap).count() >= 20, "{trap:?}");
    }
    let digits = page.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
    assert!(digits < Some(9));
}

#[test]
fn a_scale_out_of_range_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(write(dir.path(), 0), Err(SampleError::Scale(0))));
    assert!(matches!(write(dir.path(), SCALE_MAX + 1), Err(SampleError::Scale(_))));
}

#[test]
fn a_sample_that_cannot_be_written_names_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let in_the_way = dir.path().join("文件");
    std::fs::write(&in_the_way, "").unwrap();
    let refused = write(&in_the_way, 1).unwrap_err();
    assert!(matches!(&refused, SampleError::Write { path, .. } if path.starts_with(&in_the_way)), "{refused:?}");
}
