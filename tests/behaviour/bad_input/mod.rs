//! Promise: whatever a school sends and whatever breaks below, the command line says in a clear sentence what is wrong,
//! the good rows go in or, if asked, nothing does, and nothing is lost or half-applied; over HTTP nothing is recorded.

mod faults;
mod files;
mod json;
mod memory;
mod rows;
mod seen;
mod sheets;
mod workbooks;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

pub const SCHOOLS: &str = "学校代码,学校名称,办学类别\n33070001,一中,教育部门\n33070002,二中,民办\n";
pub const ROSTER_HEAD: &str = "学校代码,姓名,证件号码,专业代码,班级,学籍状态,毕业日期";
pub const OUTCOME_HEAD: &str = "学校代码,姓名,证件号码,去向类型,单位名称,就业日期";
pub const ZHANG: &str = "330702200703154510";
pub const LI: &str = "330782200612310022";
pub const WANG: &str = "330702200403150016";

/// The row of a good outcome, which goes in beside every bad thing or, if asked, does not.
pub const GOOD: &str = "33070001,张一,330702200703154510,企业,某厂,2022-07-01";

/// A data directory, and the program run on it. At school 33070001 张一 and 李二 graduated, 王三 has not.
pub struct Office {
    pub directory: TempDir,
    database_url: Option<String>,
}

impl Office {
    pub fn new() -> Self {
        Self::at(None)
    }

    /// On another database than the one in the directory.
    pub fn at(database_url: Option<String>) -> Self {
        let office = Self { directory: tempfile::tempdir().unwrap(), database_url };
        let roster = format!(
            "{ROSTER_HEAD}\n33070001,张一,{ZHANG},700206,1班,毕业,2022-06-30\n\
             33070001,李二,{LI},700206,1班,毕业,2022-06-30\n33070001,王三,{WANG},700206,1班,在读,2019-09-01\n"
        );
        office.import(0, &[("schools.csv", SCHOOLS.as_bytes()), ("known.csv", roster.as_bytes())], &[]);
        office
    }

    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gradtrail"));
        command.arg("--data-dir").arg(self.path());
        if let Some(url) = &self.database_url {
            command.arg("--database-url").arg(url);
        }
        command
    }

    /// Runs the program, expects this exit code, and gives what it printed.
    pub fn run(&self, code: i32, arguments: &[&str]) -> String {
        expect(code, self.command().args(arguments))
    }

    /// The rows of a list.
    pub fn rows(&self, question: &[&str]) -> Vec<serde_json::Value> {
        let printed = self.run(0, &[question, &["--format", "json"]].concat());
        let mut list: serde_json::Value = serde_json::from_str(&printed).unwrap();
        std::mem::take(list["rows"].as_array_mut().unwrap())
    }

    pub fn write(&self, files: &[(&str, &[u8])]) -> Vec<PathBuf> {
        let write = |(name, bytes): &(&str, &[u8])| {
            let path = self.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        files.iter().map(write).collect()
    }

    /// Writes files and imports them in one call.
    pub fn import(&self, code: i32, files: &[(&str, &[u8])], options: &[&str]) -> String {
        let paths = self.write(files);
        expect(code, self.command().arg("import").args(options).args(paths))
    }

    pub fn position(&self) -> i64 {
        let head: serde_json::Value = serde_json::from_str(&self.run(0, &["head"])).unwrap();
        head["position"].as_i64().unwrap()
    }

    /// One of the year's counts.
    pub fn count(&self, population: &str) -> i64 {
        let report = self.run(0, &["report", "--year", "2022", "--format", "json"]);
        let report: serde_json::Value = serde_json::from_str(&report).unwrap();
        report["counts"][population].as_i64().unwrap()
    }

    /// Log, streams, read models and key agree with each other.
    pub fn is_sound(&self) {
        assert!(self.run(0, &["verify"]).contains("校验通过"));
        self.run(0, &["check"]);
    }

    /// A file that cannot be taken beside one that can: first all or nothing, then what is good.
    pub fn refuses_file(name: &str, bytes: &[u8], telling: &[&str]) {
        let office = Self::new();
        let before = office.position();
        let good = format!("{OUTCOME_HEAD}\n{GOOD}\n");
        let files = [(name, bytes), ("good.csv", good.as_bytes())];
        let printed = office.import(1, &files, &["--all-or-nothing"]);
        says(&printed, telling);
        says(&printed, &["本次有别的文件不合格，此文件也未记录", "2 个文件没有导入"]);
        assert_eq!((office.position(), office.count("direct_employment")), (before, 0), "{name}");
        office.is_sound();

        let printed = office.import(1, &files, &[]);
        says(&printed, telling);
        says(&printed, &["新增 1，更改 0，不变 0，拒绝 0", "1 个文件没有导入"]);
        assert_eq!(office.count("direct_employment"), 1, "{name}");
        office.is_sound();
    }

    /// Rows that cannot be taken in a file with `good` ones that can.
    pub fn refuses_rows(&self, name: &str, bytes: &[u8], good: usize, bad: usize, telling: &[&str]) {
        let before = self.position();
        let printed = self.import(1, &[(name, bytes)], &["--all-or-nothing"]);
        says(&printed, telling);
        says(&printed, &["有不合格的行，本次的所有文件都未记录"]);
        assert_eq!(self.position(), before, "{name}");
        self.is_sound();

        let printed = self.import(0, &[(name, bytes)], &[]);
        says(&printed, telling);
        says(&printed, &[&format!("新增 {good}，更改 0，不变 0，拒绝 {bad}"), "错误工作簿"]);
        for number in [ZHANG, LI, WANG] {
            assert!(!printed.contains(number), "{printed}");
        }
        self.is_sound();
    }
}

/// Runs a command to its end, expects this exit code, and gives what it printed.
pub fn expect(code: i32, command: &mut Command) -> String {
    let output = command.output().unwrap();
    let printed = text(&output);
    assert_eq!(output.status.code(), Some(code), "{command:?}: {printed}");
    assert!(!printed.contains("panicked"), "{printed}");
    printed
}

pub fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

pub fn says(printed: &str, telling: &[&str]) {
    for words in telling {
        assert!(printed.contains(words), "「{words}」 is not said in: {printed}");
    }
}

/// A workbook with one sheet of these texts.
pub fn xlsx(rows: &[&[&str]]) -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    fill(workbook.add_worksheet(), rows);
    workbook.save_to_buffer().unwrap()
}

/// Writes texts into a sheet from its first cell on.
pub fn fill(page: &mut rust_xlsxwriter::Worksheet, rows: &[&[&str]]) {
    for (line, row) in (0..).zip(rows) {
        for (column, text) in (0..).zip(*row) {
            page.write_string(line, column, *text).unwrap();
        }
    }
}

/// A workbook with one of its parts changed.
pub fn with_part(workbook: &[u8], part: &str, change: impl Fn(String) -> String) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(workbook)).unwrap();
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(vec![]));
    let deflated = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let name = entry.name().unwrap().to_string();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut entry, &mut text).unwrap();
        let text = if name == part { change(text) } else { text };
        writer.start_file(name, deflated).unwrap();
        std::io::Write::write_all(&mut writer, text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
