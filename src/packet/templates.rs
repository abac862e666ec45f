//! The five templates: the built-in texts, or a school's own where its folder has them.
//!
//! A school's folder holds files of the same names; a document without a file there keeps the built-in text. Any other
//! text file in it is refused: a misspelt name must not quietly print the built-in text.

use std::fmt;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::paper::{Identity, Paper};
use super::particulars::Particulars;
use super::template::{Fault, Template, parse};
use crate::domain::placement::codes::DocumentKind;
use crate::domain::terms::Term;
use crate::text::decoding::decode;

/// A template is a few pages of text; what is longer is another file by mistake.
const BYTES_MAX: u64 = 1 << 20;

/// All templates, without mistakes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Templates {
    agreement: Template,
    guardian_consent: Template,
    safety_agreement: Template,
    commitment: Template,
    letter_to_parents: Template,
}

#[derive(Debug, Error)]
pub enum TemplateError {
    #[error("读不出模板文件夹 {}：{error}；请检查路径和权限", folder.display())]
    Folder { folder: PathBuf, error: std::io::Error },
    #[error("模板文件夹 {} 中没有模板；文件名应为 {}", folder.display(), FileNames)]
    Empty { folder: PathBuf },
    #[error("模板文件夹中的 {file} 不是五份材料之一；请改名为 {} 中的一个，或移出文件夹", FileNames)]
    UnknownFile { file: String },
    #[error("读不出模板 {}：{error}；请检查权限", file.display())]
    File { file: PathBuf, error: std::io::Error },
    #[error("模板 {file} 大于 1 MB；模板是几页文字，请换成正确的文件")]
    TooLong { file: String },
    #[error("模板 {file} 的文字编码不明；请在记事本中另存为 UTF-8")]
    Encoding { file: String },
    #[error("模板有错，没有打印：\n{}", lines(.0))]
    Faults(Vec<Fault>),
}

impl Templates {
    /// The built-in templates, or those of a school's folder before them.
    ///
    /// # Errors
    /// If the folder cannot be read, holds no template or a text file of another name, or with every mistake in every
    /// template.
    pub fn load(folder: Option<&Path>) -> Result<Self, TemplateError> {
        if let Some(folder) = folder {
            check_names(folder)?;
        }
        let mut faults = vec![];
        let mut read = |kind| -> Result<Option<Template>, TemplateError> {
            let own = folder.map(|folder| folder.join(file_name(kind))).filter(|file| file.exists());
            let (name, text) = match own {
                Some(file) => (file.display().to_string(), text_of(&file)?),
                None => (file_name(kind).to_owned(), built_in(kind).to_owned()),
            };
            Ok(parse(kind, &name, &text).map_err(|wrong| faults.extend(wrong)).ok())
        };
        let agreement = read(DocumentKind::Agreement)?;
        let guardian_consent = read(DocumentKind::GuardianConsent)?;
        let safety_agreement = read(DocumentKind::SafetyAgreement)?;
        let commitment = read(DocumentKind::Commitment)?;
        let letter_to_parents = read(DocumentKind::LetterToParents)?;
        match (agreement, guardian_consent, safety_agreement, commitment, letter_to_parents) {
            (
                Some(agreement),
                Some(guardian_consent),
                Some(safety_agreement),
                Some(commitment),
                Some(letter_to_parents),
            ) => Ok(Self { agreement, guardian_consent, safety_agreement, commitment, letter_to_parents }),
            _ => Err(TemplateError::Faults(faults)),
        }
    }

    pub fn of(&self, kind: DocumentKind) -> &Template {
        match kind {
            DocumentKind::Agreement => &self.agreement,
            DocumentKind::GuardianConsent => &self.guardian_consent,
            DocumentKind::SafetyAgreement => &self.safety_agreement,
            DocumentKind::Commitment => &self.commitment,
            DocumentKind::LetterToParents => &self.letter_to_parents,
        }
    }

    /// One document of one student.
    pub fn paper(&self, kind: DocumentKind, identity: Identity, particulars: &Particulars) -> Paper<'_> {
        Paper::of(self.of(kind), identity, particulars)
    }
}

/// The name of a template's file, in the school's folder too.
pub fn file_name(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Agreement => "agreement.zh.txt",
        DocumentKind::GuardianConsent => "guardian_consent.zh.txt",
        DocumentKind::SafetyAgreement => "safety_agreement.zh.txt",
        DocumentKind::Commitment => "commitment.zh.txt",
        DocumentKind::LetterToParents => "letter_to_parents.zh.txt",
    }
}

/// The text that is used where a school has none of its own; to be copied and changed.
pub fn built_in(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Agreement => include_str!("../../templates/packet/agreement.zh.txt"),
        DocumentKind::GuardianConsent => include_str!("../../templates/packet/guardian_consent.zh.txt"),
        DocumentKind::SafetyAgreement => include_str!("../../templates/packet/safety_agreement.zh.txt"),
        DocumentKind::Commitment => include_str!("../../templates/packet/commitment.zh.txt"),
        DocumentKind::LetterToParents => include_str!("../../templates/packet/letter_to_parents.zh.txt"),
    }
}

/// Editors leave other files behind; only texts can be mistaken for templates.
fn check_names(folder: &Path) -> Result<(), TemplateError> {
    let refused = |error| TemplateError::Folder { folder: folder.to_owned(), error };
    let mut found = 0;
    for entry in std::fs::read_dir(folder).map_err(refused)? {
        let name = entry.map_err(refused)?.file_name().to_string_lossy().into_owned();
        if DocumentKind::ENTRIES.iter().any(|entry| file_name(entry.value) == name) {
            found += 1;
        } else if name.to_lowercase().ends_with(".txt") {
            return Err(TemplateError::UnknownFile { file: name });
        }
    }
    if found == 0 { Err(TemplateError::Empty { folder: folder.to_owned() }) } else { Ok(()) }
}

fn text_of(file: &Path) -> Result<String, TemplateError> {
    let refused = |error| TemplateError::File { file: file.to_owned(), error };
    let name = || file.display().to_string();
    if std::fs::metadata(file).map_err(refused)?.len() > BYTES_MAX {
        return Err(TemplateError::TooLong { file: name() });
    }
    let bytes = std::fs::read(file).map_err(refused)?;
    // One broken character in a contract is not to be printed.
    let text = decode(&bytes).filter(|text| !text.contains(char::REPLACEMENT_CHARACTER));
    text.ok_or_else(|| TemplateError::Encoding { file: name() })
}

/// The five names in a sentence.
struct FileNames;

impl fmt::Display for FileNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = DocumentKind::ENTRIES.iter().map(|entry| file_name(entry.value)).collect();
        f.write_str(&names.join("、"))
    }
}

fn lines(faults: &[Fault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_templates_have_no_mistake() {
        let templates = Templates::load(None).unwrap();
        for entry in DocumentKind::ENTRIES {
            assert_eq!(templates.of(entry.value).kind, entry.value);
        }
    }

    #[test]
    fn a_school_replaces_one_text_and_keeps_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let own = built_in(DocumentKind::Commitment).replace("# 学生岗位实习承诺书", "# 我校承诺书");
        // As an old editor writes it.
        let (bytes, _, _) = encoding_rs::GB18030.encode(&own);
        std::fs::write(folder.path().join("commitment.zh.txt"), bytes).unwrap();
        std::fs::write(folder.path().join("commitment.zh.txt~"), "").unwrap();
        let (templates, ours) = (Templates::load(Some(folder.path())).unwrap(), Templates::load(None).unwrap());
        assert_ne!(templates.commitment, ours.commitment);
        assert_eq!(templates.agreement, ours.agreement);
    }

    #[test]
    fn a_folder_with_a_wrong_name_without_templates_or_with_mistakes_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let refused = || Templates::load(Some(folder.path())).unwrap_err().to_string();
        assert!(refused().contains("没有模板；文件名应为 agreement.zh.txt、guardian_consent.zh.txt"), "{}", refused());
        let write = |name: &str, text: &[u8]| std::fs::write(folder.path().join(name), text).unwrap();
        write("agreement.zh.txt", "# 协议\n{{薪水}}".as_bytes());
        write("commitment.zh.txt", "# 承诺".as_bytes());
        // Mistakes of all files at once: a wrong placeholder, what an agreement lacks, what a commitment lacks.
        let named = refused();
        assert!(named.contains("agreement.zh.txt 第 2 行：没有占位符 {{薪水}}"), "{named}");
        assert!(named.contains("{{实习.报酬}}") && named.contains("commitment.zh.txt 第 1 行"), "{named}");
        write("commitment.zh.txt", b"\xff\xff\xff\xff");
        assert!(refused().contains("另存为 UTF-8"), "{}", refused());
        write("commitment.zh.txt", &vec![b'a'; 1 << 21]);
        assert!(refused().contains("大于 1 MB"), "{}", refused());
        write("承诺书.txt", b"");
        assert!(refused().contains("承诺书.txt 不是五份材料之一"), "{}", refused());
        let missing = folder.path().join("没有");
        assert!(Templates::load(Some(&missing)).unwrap_err().to_string().contains("读不出模板文件夹"));
    }
}
