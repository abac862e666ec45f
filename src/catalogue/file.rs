//! What is wrong with a file: of rows, of evidence, of a report.

use serde_json::Value;

use super::{Refusal, RefusalKind, Sentence, say, values_of};
use crate::app::evidence::{DIGITS_MIN, EvidenceError};
use crate::app::placement::overrides::{OverridesError, column_names};
use crate::domain::terms::Term;
use crate::evidence::{EvidenceFault, LEN_MAX};
use crate::intake::fault::FileFault;
use crate::intake::kind::Kind;
use crate::intake::parse::ROWS_ABOVE_MAX;
use crate::intake::sheet::{CELL_CHARS_MAX, CELLS_MAX, COLUMNS_MAX, ROWS_MAX};

impl Refusal for FileFault {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::Empty { file } => say(
                format!("{file}：文件是空的。请确认导出时选对了内容，再重新导出"),
                format!("\"{file}\" is empty; export it again with the right contents"),
            ),
            Self::TooLarge { file, max_mb } => say(
                format!("{file}：文件超过 {max_mb} MB。请拆成几个文件导入"),
                format!("\"{file}\" has more than {max_mb} MB; divide it into several files"),
            ),
            Self::Bomb { file } => say(
                format!("{file}：文件解压后过大，不像正常的名册。请另存为新的 .xlsx 或 .csv 后再试"),
                format!(
                    "\"{file}\" is too large once unpacked, unlike a list; save it anew as .xlsx or .csv and try again"
                ),
            ),
            Self::TooManyCells { file } => say(
                format!(
                    "{file}：超过 {ROWS_MAX} 行、{COLUMNS_MAX} 列或 {CELLS_MAX} 个单元格。请删去多余的行列，或拆成几个文件"
                ),
                format!(
                    "\"{file}\" has more than {ROWS_MAX} rows, {COLUMNS_MAX} columns or {CELLS_MAX} cells; delete what is not needed, or divide it"
                ),
            ),
            Self::TooMuchText { file, max_mb } => say(
                format!("{file}：单元格中的文字超过 {max_mb} MB，不像正常的名册。请删去长段文字，或拆成几个文件"),
                format!("\"{file}\" has more than {max_mb} MB of text, unlike a list; delete long texts, or divide it"),
            ),
            Self::LongCell { file, row } => say(
                format!("{file}：第 {row} 行有一格超过 {CELL_CHARS_MAX} 个字，不像名册的内容。请改短该格后再导入"),
                format!(
                    "\"{file}\": a cell of row {row} has more than {CELL_CHARS_MAX} characters, unlike a list; shorten it and import again"
                ),
            ),
            Self::OpenQuote { file, line } => say(
                format!(
                    "{file}：第 {line} 行的引号（\"）没有配对，它后面的行都成了同一格。请在该行补上或删去引号后再导入"
                ),
                format!(
                    "\"{file}\": the quotation mark in line {line} is not closed, so that all lines below became one cell; close or delete it and import again"
                ),
            ),
            Self::Hidden { file, sheets } => say(
                format!("{file}：除了隐藏的工作表（{sheets}）没有内容。请取消隐藏，保存后再导入"),
                format!("\"{file}\" has nothing but hidden sheets (\"{sheets}\"); show them, save and import again"),
            ),
            Self::Damaged { file, reason } => {
                let (zh, en) = match reason {
                    Some(reason) => (&**reason, &**reason),
                    None => ("内部结构不一致", "its parts contradict each other"),
                };
                say(
                    format!("{file}：工作簿已损坏（{zh}）。请用 Excel 或 WPS 打开后另存一份再试"),
                    format!(
                        "The workbook \"{file}\" is damaged ({en}); open it in Excel or WPS, save a copy and try again"
                    ),
                )
            }
            Self::Truncated { file } => say(
                format!("{file}：工作簿已损坏（记录不完整）。请用 Excel 或 WPS 打开后另存一份再试"),
                format!(
                    "The workbook \"{file}\" is damaged (a record is incomplete); open it in Excel or WPS, save a copy and try again"
                ),
            ),
            Self::Password { file } => say(
                format!("{file}：工作簿有密码。请取消密码保护后另存一份再试"),
                format!("The workbook \"{file}\" has a password; save a copy without one and try again"),
            ),
            Self::Markup { file } => say(
                format!("{file}：这是网页或 XML 文件，不是工作簿。请用 Excel 或 WPS 打开后另存为 .xlsx 再试"),
                format!(
                    "\"{file}\" is a web page or XML, no workbook; open it in Excel or WPS, save it as .xlsx and try again"
                ),
            ),
            Self::UnknownFormat { file } => say(
                format!("{file}：不是 .xlsx、.xls 或 .csv 文件。请另存为这三种格式之一"),
                format!("\"{file}\" is no .xlsx, .xls or .csv file; save it as one of these"),
            ),
            Self::Encoding { file } => say(
                format!("{file}：文字编码不是 UTF-8、UTF-16 或 GB18030。请另存为「CSV UTF-8」再试"),
                format!(
                    "The text of \"{file}\" is not UTF-8, UTF-16 or GB18030; save it as \"CSV UTF-8\" and try again"
                ),
            ),
            Self::NoHeader { file } => {
                let zh: Vec<&str> = Kind::ENTRIES.iter().map(|entry| entry.zh).collect();
                let en: Vec<String> = Kind::ENTRIES.iter().map(|entry| entry.value.en()).collect();
                say(
                    format!(
                        "{file}：没有找到表头。表头应在前 {ROWS_ABOVE_MAX} 行内；可用模板填写（{}）",
                        zh.join("、")
                    ),
                    format!(
                        "\"{file}\": no headings were found; they stand in the first {ROWS_ABOVE_MAX} rows; there are templates to fill in ({})",
                        en.join(", ")
                    ),
                )
            }
            Self::ColumnsMissing { file, kind, lacking, found } => say(
                format!("{file}（按「{}」读）：缺少必需的列：{lacking}。文件中的列：{found}", kind.zh()),
                format!("\"{file}\", read as {}, lacks the columns \"{lacking}\"; it has \"{found}\"", kind.en()),
            ),
            Self::DoubleColumn { file, first, second } => say(
                format!("{file}：两列是同一个意思：「{first}」和「{second}」。请只保留一列"),
                format!("\"{file}\": two columns mean the same, \"{first}\" and \"{second}\"; keep one of them"),
            ),
            Self::NewerImported { file, original } => say(
                format!(
                    "{file}：是旧的错误工作簿，「{original}」改过后已重新导入。请在「{original}」里改，不要再导入这一份"
                ),
                format!(
                    "\"{file}\" has the rejected rows of an older \"{original}\", which was imported again since; mend \
                     \"{original}\" instead"
                ),
            ),
            Self::OtherHeadings { file, row } => say(
                format!("{file}：第 {row} 行又是表头，各列次序与前面的不同。请把这一段另存为一个文件或工作表再导入"),
                format!(
                    "\"{file}\": row {row} has headings again, in another order; put what stands below into a file or sheet \
                     of its own"
                ),
            ),
            Self::UnitInHeading { file, heading } => say(
                format!("{file}：「{heading}」的单位不是元/月。请换算成每月元数，并把表头写成「月薪」"),
                format!(
                    "\"{file}\": the unit of \"{heading}\" is not yuan a month; convert the column and drop the unit"
                ),
            ),
            Self::OtherKind { file, kind, wanted } => say(
                format!(
                    "{file}：这是「{}」，不是「{}」。一个文件只能有一种表，请拆成几个文件导入",
                    kind.zh(),
                    wanted.zh()
                ),
                format!(
                    "\"{file}\" is a file of {}, not of {}; a file holds one kind, divide it",
                    kind.en(),
                    wanted.en()
                ),
            ),
        }
    }

    fn field(&self) -> Option<&'static str> {
        Some("files")
    }
}

impl Refusal for EvidenceFault {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::Empty { file } => say(format!("{file} 是空文件；请核对"), format!("\"{file}\" is empty; check it")),
            Self::TooLong { file } => say(
                format!("{file} 超过 {} MB；请降低扫描分辨率或分成几个文件", LEN_MAX >> 20),
                format!("\"{file}\" has more than {} MB; scan it less finely, or divide it", LEN_MAX >> 20),
            ),
            Self::OtherType { file } => say(
                format!("{file} 不是 PDF、JPEG 或 PNG（看内容，不看文件名）；请另存为其中一种"),
                format!("\"{file}\" is no PDF, JPEG or PNG by its contents; save it as one of them"),
            ),
        }
    }

    fn field(&self) -> Option<&'static str> {
        Some("file")
    }
}

impl EvidenceError {
    /// The refusal that it passes on.
    fn inner(&self) -> Option<&dyn Refusal> {
        match self {
            Self::App(refusal) => Some(refusal),
            _ => None,
        }
    }
}

impl Refusal for EvidenceError {
    fn code(&self) -> &'static str {
        self.inner().map_or_else(|| self.into(), Refusal::code)
    }

    fn values(&self) -> Value {
        self.inner().map_or_else(|| values_of(self), Refusal::values)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NoHash => RefusalKind::Invalid,
            Self::NotFound(_) => RefusalKind::NotFound,
            Self::Ambiguous(_) => RefusalKind::Conflict,
            Self::App(error) => error.kind(),
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::NoHash => say(
                format!("文件编号是校验值的开头，至少 {DIGITS_MIN} 位 0 至 9、a 至 f"),
                format!(
                    "The id of a file is the beginning of its checksum: at least {DIGITS_MIN} digits from 0 to 9 and a to f"
                ),
            ),
            Self::NotFound(id) => say(
                format!("没有找到编号为 {id} 的文件；请核对编号"),
                format!("There is no file with the id {id}; check it"),
            ),
            Self::Ambiguous(id) => say(
                format!("不止一个文件的编号以 {id} 开头；请多写几位"),
                format!("Several files have ids that begin with {id}; write more digits"),
            ),
            Self::App(error) => error.sentence(),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::NoHash => Some("file"),
            Self::NotFound(_) | Self::Ambiguous(_) => None,
            Self::App(error) => error.field(),
        }
    }
}

impl OverridesError {
    /// The refusal that it passes on.
    fn inner(&self) -> Option<&dyn Refusal> {
        match self {
            Self::File(refusal) => Some(refusal),
            _ => None,
        }
    }
}

impl Refusal for OverridesError {
    fn code(&self) -> &'static str {
        self.inner().map_or_else(|| self.into(), Refusal::code)
    }

    fn values(&self) -> Value {
        self.inner().map_or_else(|| values_of(self), Refusal::values)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::File(fault) => fault.kind(),
            Self::NoStudents { .. }
            | Self::UnknownColumn { .. }
            | Self::Cell { .. }
            | Self::Stranger { .. }
            | Self::Twice { .. } => RefusalKind::Invalid,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::File(fault) => fault.sentence(),
            Self::NoStudents { file } => say(
                format!("{file}：表头中没有「学号」列；可用的列：{}", column_names().join("、")),
                format!("\"{file}\" has no column \"学号\"; it may have: \"{}\"", column_names().join("、")),
            ),
            Self::UnknownColumn { file, column } => say(
                format!("{file}：不认识列「{column}」；可用的列：{}", column_names().join("、")),
                format!(
                    "\"{file}\" has an unknown column \"{column}\"; it may have: \"{}\"",
                    column_names().join("、")
                ),
            ),
            Self::Cell { file, row, column, reason } => {
                let Sentence { zh, en } = reason.sentence();
                say(
                    format!("{file} 第 {row} 行「{column}」：{zh}"),
                    format!("\"{file}\", row {row}, \"{column}\": {en}"),
                )
            }
            Self::Stranger { file, row } => say(
                format!("{file} 第 {row} 行：这个学号的学生不在要办理的学生中；请核对学号和班级"),
                format!(
                    "\"{file}\", row {row}: the student of this number is none of those it is about; check number and class"
                ),
            ),
            Self::Twice { file, row } => say(
                format!("{file} 第 {row} 行：这个学号已在前面的行出现；请合并为一行"),
                format!("\"{file}\", row {row}: this student number stands in a row before; make one row of both"),
            ),
        }
    }

    fn field(&self) -> Option<&'static str> {
        Some("rows")
    }
}
