//! A file that a command writes: in which format, and whole or not at all.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use gradtrail::refusal::{Refusal, RefusalKind};
use gradtrail::text::lang::{Sentence, say};
use serde_json::{Value, json};
use strum::IntoStaticStr;

use gradtrail::private_file;
use gradtrail::publication::file::ReportFormat;
use gradtrail::text::lang::Lang;

use super::CliError;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// 文字
    Text,
    /// 供其他程序使用
    Json,
    Csv,
    /// Excel、WPS 表格
    Xlsx,
    /// Word、WPS 文字
    Docx,
    /// 网页，可打印
    Html,
}

// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, IntoStaticStr)]
#[strum(serialize_all = "snake_case", prefix = "output.")]
pub enum OutputError {
    NoFormat(PathBuf),
    Contradiction { format: &'static str, path: PathBuf },
    NotOfLists(PathBuf),
    Binary(&'static str),
    NoFolder { path: PathBuf, folder: PathBuf },
    IsFolder(PathBuf),
    Write { path: PathBuf, reason: std::io::Error },
}

impl Refusal for OutputError {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        match self {
            Self::NoFormat(path) | Self::NotOfLists(path) | Self::IsFolder(path) => json!({ "path": path }),
            Self::Contradiction { format, path } => json!({ "format": format, "path": path }),
            Self::Binary(format) => json!({ "format": format }),
            Self::NoFolder { path, folder } => json!({ "path": path, "folder": folder }),
            Self::Write { path, reason } => json!({ "path": path, "reason": reason.to_string() }),
        }
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::NoFormat(path) => {
                let path = path.display();
                say(
                    format!(
                        "从文件名 {path} 看不出格式；请用扩展名 .txt、.csv、.xlsx、.docx、.html、.json，或加 --format"
                    ),
                    format!(
                        "The name \"{path}\" says no format; end it with .txt, .csv, .xlsx, .docx, .html or .json, or add --format"
                    ),
                )
            }
            Self::Contradiction { format, path } => {
                let path = path.display();
                say(
                    format!("--format {format} 与文件名 {path} 的扩展名不一致；请改其中一个"),
                    format!("--format {format} is not what the name \"{path}\" says; change one of them"),
                )
            }
            Self::NotOfLists(path) => {
                let path = path.display();
                say(
                    format!("清单不能写成 {path} 的格式；请用扩展名 .xlsx、.csv、.json"),
                    format!(
                        "A list is not written in the format of \"{path}\"; end the name with .xlsx, .csv or .json"
                    ),
                )
            }
            Self::Binary(format) => say(
                format!("{format} 是二进制格式，不能打印到屏幕；请加 --out 文件名.{format}"),
                format!("{format} is binary and cannot be printed; add --out NAME.{format}"),
            ),
            Self::NoFolder { path, folder } => {
                let (path, folder) = (path.display(), folder.display());
                say(
                    format!("不能写入 {path}：文件夹 {folder} 不存在；请先建立文件夹，或换一个位置"),
                    format!(
                        "\"{path}\" cannot be written: there is no folder \"{folder}\"; make it, or take another place"
                    ),
                )
            }
            Self::IsFolder(path) => {
                let path = path.display();
                say(
                    format!("不能写入 {path}：这是一个文件夹；请写出文件名"),
                    format!("\"{path}\" cannot be written: it is a folder; name a file"),
                )
            }
            Self::Write { path, reason } => {
                let path = path.display();
                say(
                    format!("不能写入 {path}：{reason}。请检查文件夹是否可写、磁盘是否已满；原有的文件没有改动"),
                    format!(
                        "\"{path}\" cannot be written: {reason}; check that the folder is writable and the disk not full; what was there is unchanged"
                    ),
                )
            }
        }
    }

    fn field(&self) -> Option<&'static str> {
        Some("out")
    }
}

impl Format {
    const ALL: [(Self, &'static [&'static str]); 6] = [
        (Self::Text, &["txt", "text"]),
        (Self::Json, &["json"]),
        (Self::Csv, &["csv"]),
        (Self::Xlsx, &["xlsx"]),
        (Self::Docx, &["docx"]),
        (Self::Html, &["html", "htm"]),
    ];

    fn of_extension(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        Self::ALL.iter().find(|(_, extensions)| extensions.contains(&extension.as_str())).map(|(format, _)| *format)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Docx => "docx",
            Self::Html => "html",
        }
    }

    /// The publication's word for it; JSON is made from the report itself and has none.
    pub fn of_file(self) -> ReportFormat {
        match self {
            Self::Text | Self::Json => ReportFormat::Text,
            Self::Csv => ReportFormat::Csv,
            Self::Xlsx => ReportFormat::Xlsx,
            Self::Docx => ReportFormat::Docx,
            Self::Html => ReportFormat::Html,
        }
    }
}

/// The format that is meant by what was asked and by the file's name.
pub fn format_of(asked: Option<Format>, out: Option<&Path>) -> Result<Format, OutputError> {
    let Some(path) = out else {
        return match asked.unwrap_or(Format::Text) {
            binary @ (Format::Xlsx | Format::Docx) => Err(OutputError::Binary(binary.name())),
            format => Ok(format),
        };
    };
    match (asked, Format::of_extension(path)) {
        (Some(asked), Some(named)) if asked != named => {
            Err(OutputError::Contradiction { format: asked.name(), path: path.to_owned() })
        }
        (Some(format), _) | (None, Some(format)) => Ok(format),
        (None, None) => Err(OutputError::NoFormat(path.to_owned())),
    }
}

/// Why nothing is written over a file.
pub fn already_there(file: &Path, lang: Lang) -> CliError {
    let file = file.display();
    lang.of(format!("{file} 已经存在；请换一个文件名"), format!("{file} is there already; choose another name")).into()
}

/// Writes beside the file and renames: a reader sees the old file or the new one, never a part.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), OutputError> {
    write_with(&OpenOptions::new(), path, bytes)
}

/// The same for personal data and keys: only the owner can read the file.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), OutputError> {
    write_with(&private_file::options(), path, bytes)
}

fn write_with(options: &OpenOptions, path: &Path, bytes: &[u8]) -> Result<(), OutputError> {
    if path.is_dir() {
        return Err(OutputError::IsFolder(path.to_owned()));
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    if !folder.is_dir() {
        return Err(OutputError::NoFolder { path: path.to_owned(), folder: folder.to_owned() });
    }
    // Not named after the file, whose name may be as long as a name can be.
    let beside = folder.join(format!(".gradtrail-{}.part", std::process::id()));
    let written = write_synced(options, &beside, bytes).and_then(|()| std::fs::rename(&beside, path));
    written.map_err(|reason| {
        // What is left of it is of no use; that it cannot be removed either says nothing new.
        let _not_there = std::fs::remove_file(&beside);
        OutputError::Write { path: path.to_owned(), reason }
    })
}

fn write_synced(options: &OpenOptions, path: &Path, bytes: &[u8]) -> Result<(), std::io::Error> {
    // What a killed process with the same number left behind keeps its rights if it is written again.
    let _not_there = std::fs::remove_file(path);
    let mut file = options.clone().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_the_extension_s_unless_said_otherwise() {
        let of = |asked, path: &str| format_of(asked, Some(Path::new(path)));
        assert_eq!(of(None, "a/2022.DOCX").unwrap(), Format::Docx);
        assert_eq!(of(Some(Format::Xlsx), "报告").unwrap(), Format::Xlsx);
        assert_eq!(of(Some(Format::Html), "报告.htm").unwrap(), Format::Html);
        assert!(matches!(of(None, "报告.pdf"), Err(OutputError::NoFormat(_))));
        let refused = of(Some(Format::Docx), "报告.xlsx").unwrap_err().sentence().zh;
        assert_eq!(refused, "--format docx 与文件名 报告.xlsx 的扩展名不一致；请改其中一个");
    }

    #[test]
    fn binary_formats_are_not_printed() {
        assert_eq!(format_of(None, None).unwrap(), Format::Text);
        assert_eq!(format_of(Some(Format::Html), None).unwrap(), Format::Html);
        for binary in [Format::Xlsx, Format::Docx] {
            assert!(matches!(format_of(Some(binary), None), Err(OutputError::Binary(_))));
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_private_file_is_read_by_its_owner_only_whatever_it_replaces() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.export");
        std::fs::write(&path, b"old").unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
        write_private(&path, b"new").unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
    }

    #[test]
    fn a_file_that_cannot_be_written_leaves_the_old_one_and_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("报告.txt");
        write_whole(&path, b"old").unwrap();
        write_whole(&path, b"new").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        // Nothing can be renamed over a folder that is not empty.
        let taken = folder.path().join("taken");
        std::fs::create_dir_all(taken.join("inside")).unwrap();
        assert!(matches!(write_whole(&taken, b"x"), Err(OutputError::IsFolder(_))));
        let missing = folder.path().join("没有/报告.txt");
        assert!(matches!(write_whole(&missing, b"x"), Err(OutputError::NoFolder { .. })));
        let too_long = folder.path().join("长".repeat(200));
        let refused = write_whole(&too_long, b"x").unwrap_err();
        assert!(matches!(refused, OutputError::Write { .. }), "{refused:?}");
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
