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
    // The list of schools and four lists of each school; three lists again of six schools; one list of a college.
    assert_eq!(first.sendings.iter().map(|sending| sending.files.len()).collect::<Vec<_>>(), [1 + 4 * 23, 3 * 6, 1]);
    for file in first.files().map(PathBuf::as_path).chain([Path::new("TRAPS.md")]) {
        assert_eq!(fs::read(one.path().join(file)).unwrap(), fs::read(other.path().join(file)).unwrap(), "{file:?}");
    }
}

#[test]
fn every_row_but_the_faulty_ones_has_a_valid_number_and_the_first_rosters_hold_the_graduates() {
    let (dir, summary) = sample();
    let faulty: HashSet<(&Path, usize)> =
        summary.faulty_rows.iter().map(|row| (row.file.as_path(), row.row_number)).collect();
    let mut graduates = 0;
    let mut extensions: HashMap<String, usize> = HashMap::new();
    let mut other_numbers = 0;
    for file in summary.files().skip(1) {
        *extensions.entry(file.extension().unwrap().to_string_lossy().into_owned()).or_default() += 1;
        let table = read(&dir.path().join(file));
        let head = usize::from(column(&table, 0, &NUMBER).is_none());
        let number = column(&table, head, &NUMBER).unwrap();
        let kind = column(&table, head, &["身份证件类型", "证件类型"]);
        let student_number = column(&table, head, &["学号", "学籍号"]);
        let is_first = summary.sendings[0].files.contains(file);
        let standing = column(&table, head, &["学籍状态", "学生状态"]).filter(|_| is_first);
        for (i, row) in table.iter().enumerate().skip(head + 1) {
            if faulty.contains(&(file.as_path(), i + 1)) {
                continue;
            }
            let is_other = kind.is_some_and(|kind| !row[kind].is_empty());
            let is_by_student_number = row[number].is_empty() && student_number.is_some_and(|at| !row[at].is_empty());
            other_numbers += usize::from(is_other || is_by_student_number);
            assert!(is_other || is_by_student_number || CitizenId::parse(&row[number]).is_ok(), "{file:?} {}", i + 1);
            graduates += usize::from(standing.is_some_and(|at| {
                <Standing as crate::domain::terms::Term>::from_text(&row[at]) == Some(Standing::Graduated)
            }));
        }
    }
    assert_eq!(graduates, plan::GRADUATES);
    // 24 are on a roster and in one list each: 12 study, 12 work; whom a school sends again, once more.
    assert!((48..=60).contains(&other_numbers), "{other_numbers}");
    assert_eq!(extensions["xls"], 1);
    // 4 lists of 4 schools and 1 of another; what one of the 4 sends again.
    assert_eq!(extensions["csv"], 4 * 4 + 1 + 3);
    let kinds: HashSet<Fault> = summary.faulty_rows.iter().map(|row| row.fault).collect();
    assert!(summary.faulty_rows.len() >= 40 && kinds.len() == 14);
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

/// Everything that a table says of one person, row by row.
fn rows_of<'t>(table: &'t [Vec<String>], number: &str) -> Vec<&'t Vec<String>> {
    table.iter().filter(|row| row.iter().any(|cell| cell == number)).collect()
}

#[test]
fn a_list_that_is_sent_again_says_mostly_what_the_first_one_says() {
    let (dir, summary) = sample();
    let again: Vec<_> =
        summary.sendings[1].files.iter().filter(|file| file.ends_with("毕业去向（更正）.xlsx")).collect();
    assert_eq!(again.len(), 5, "one of the six keeps its lists as .csv");
    for file in again {
        let folder = file.parent().and_then(Path::parent).unwrap();
        let (first, second) = (read(&dir.path().join(folder.join("毕业去向.xlsx"))), read(&dir.path().join(file)));
        let head = usize::from(column(&second, 0, &NUMBER).is_none());
        let number = column(&second, head, &NUMBER).unwrap();
        let changed = summary.planted.iter().filter(|row| row.file == *file).count();
        let people =
            || second.iter().skip(head + 1).map(|row| row[number].as_str()).filter(|number| !number.is_empty());
        let known = people().filter(|number| !rows_of(&first, number).is_empty()).count();
        // Of the others the first list has another number.
        assert!(changed > 0 && changed * 5 < second.len() && known + changed >= people().count(), "{file:?}");
    }
}
