//! The file that a workbook of errors is of, as the workbook itself says in the heading of its last column.

/// Headings of the last column, in the languages in which it is written.
pub(super) const REASON: [&str; 2] = ["错误原因", "What is wrong"];

/// The file that a workbook of errors is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Its name.
    pub file: String,
    /// The first characters of the hash of its bytes.
    pub code: String,
}

impl Origin {
    /// Characters of the code.
    pub(super) const CODE_LEN: usize = 12;

    /// What the heading of the last column says of the file.
    pub(super) fn read(heading: &str) -> Option<Self> {
        let said = REASON.iter().find_map(|reason| heading.trim().strip_prefix(reason))?;
        let (file, code) = said.trim().strip_prefix(['（', '('])?.strip_suffix(['）', ')'])?.rsplit_once('#')?;
        let is_code = code.len() == Self::CODE_LEN && code.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_code.then(|| Self { file: file.to_owned(), code: code.to_owned() })
    }
}
