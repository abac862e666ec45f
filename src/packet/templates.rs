//! The five templates: the built-in texts, or a school's own where its folder has them.
//!
//! A school's folder holds files of the same names; a document without a file there keeps the built-in text. Any other
//! text file in it is refused: a misspelt name must not quietly print the built-in text.

use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};

use super::document::{DocumentIdentity, FilledDocument};
use super::particulars::PacketParticulars;
use super::template::{DocumentTemplate, TemplateFault, parse};
use crate::domain::placement::codes::DocumentKind;
use crate::domain::terms::Term;
use crate::text::decoding::decode;

/// A template is a few pages of text; what is longer is another file by mistake.
const BYTES_MAX: usize = 1 << 20;

/// All templates, without mistakes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Templates {
    agreement: DocumentTemplate,
    guardian_consent: DocumentTemplate,
    safety_agreement: DocumentTemplate,
    commitment: DocumentTemplate,
    letter_to_parents: DocumentTemplate,
}

/// Why the templates cannot be used.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "templates.")]
pub enum TemplateError {
    UnknownFile { file: String },
    TooLong { file: String },
    Encoding { file: String },
    Faults(Vec<TemplateFault>),
}

impl Templates {
    /// The built-in templates, and a school's own before them: files by their names.
    ///
    /// # Errors
    /// If a file has another name than the five, is too long or cannot be read, or with every mistake in every template.
    pub fn with(own: &[(&str, &[u8])]) -> Result<Self, TemplateError> {
        let is_known = |name: &str| DocumentKind::ENTRIES.iter().any(|entry| file_name(entry.value) == name);
        if let Some((name, _)) = own.iter().find(|(name, _)| !is_known(name)) {
            return Err(TemplateError::UnknownFile { file: (*name).to_owned() });
        }
        let mut faults = vec![];
        let mut read = |kind| -> Result<Option<DocumentTemplate>, TemplateError> {
            let name = file_name(kind);
            let text = match own.iter().find(|(own, _)| *own == name) {
                Some((_, bytes)) => text_of(name, bytes)?,
                None => built_in(kind).to_owned(),
            };
            Ok(parse(kind, name, &text).map_err(|wrong| faults.extend(wrong)).ok())
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

    /// The template of this document.
    pub fn of(&self, kind: DocumentKind) -> &DocumentTemplate {
        match kind {
            DocumentKind::Agreement => &self.agreement,
            DocumentKind::GuardianConsent => &self.guardian_consent,
            DocumentKind::SafetyAgreement => &self.safety_agreement,
            DocumentKind::Commitment => &self.commitment,
            DocumentKind::LetterToParents => &self.letter_to_parents,
        }
    }

    /// One document of one student, its placeholders filled from the particulars.
    pub fn fill(
        &self,
        kind: DocumentKind,
        identity: DocumentIdentity,
        particulars: &PacketParticulars,
    ) -> FilledDocument<'_> {
        FilledDocument::of(self.of(kind), identity, particulars)
    }
}

/// The name of the file with this template, the same in every school's folder.
pub fn file_name(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Agreement => "agreement.zh.txt",
        DocumentKind::GuardianConsent => "guardian_consent.zh.txt",
        DocumentKind::SafetyAgreement => "safety_agreement.zh.txt",
        DocumentKind::Commitment => "commitment.zh.txt",
        DocumentKind::LetterToParents => "letter_to_parents.zh.txt",
    }
}

/// The built-in text of a document, which schools copy and change.
pub fn built_in(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Agreement => include_str!("../../templates/packet/agreement.zh.txt"),
        DocumentKind::GuardianConsent => include_str!("../../templates/packet/guardian_consent.zh.txt"),
        DocumentKind::SafetyAgreement => include_str!("../../templates/packet/safety_agreement.zh.txt"),
        DocumentKind::Commitment => include_str!("../../templates/packet/commitment.zh.txt"),
        DocumentKind::LetterToParents => include_str!("../../templates/packet/letter_to_parents.zh.txt"),
    }
}

fn text_of(name: &str, bytes: &[u8]) -> Result<String, TemplateError> {
    if bytes.len() > BYTES_MAX {
        return Err(TemplateError::TooLong { file: name.to_owned() });
    }
    // One broken character in a contract is not to be printed.
    let text = decode(bytes).filter(|text| !text.contains(char::REPLACEMENT_CHARACTER));
    text.ok_or_else(|| TemplateError::Encoding { file: name.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::Refusal as _;

    #[test]
    fn the_built_in_templates_have_no_mistake() {
        let templates = Templates::with(&[]).unwrap();
        for entry in DocumentKind::ENTRIES {
            assert_eq!(templates.of(entry.value).kind, entry.value);
        }
    }

    #[test]
    fn a_school_replaces_one_text_and_keeps_the_others() {
        let own = built_in(DocumentKind::Commitment).replace("# 学生岗位实习承诺书", "# 我校承诺书");
        // As an old editor writes it.
        let (bytes, _, _) = encoding_rs::GB18030.encode(&own);
        let templates = Templates::with(&[("commitment.zh.txt", &bytes)]).unwrap();
        let ours = Templates::with(&[]).unwrap();
        assert_ne!(templates.commitment, ours.commitment);
        assert_eq!(templates.agreement, ours.agreement);
    }

    #[test]
    fn a_file_of_a_wrong_name_or_with_mistakes_is_refused() {
        let refused = |code: &str, files: &[(&str, &[u8])]| {
            let refusal = Templates::with(files).unwrap_err();
            assert_eq!(refusal.code(), code);
            refusal.sentence().zh
        };
        let faulty = "# 协议\n{{薪水}}".as_bytes();
        // Mistakes of all files at once: a wrong placeholder, what an agreement lacks, what a commitment lacks.
        let both = [("agreement.zh.txt", faulty), ("commitment.zh.txt", "# 承诺".as_bytes())];
        let named = refused("templates.faults", &both);
        assert!(named.contains("agreement.zh.txt 第 2 行：没有占位符 {{薪水}}"), "{named}");
        assert!(named.contains("{{实习.报酬}}") && named.contains("commitment.zh.txt 第 1 行"), "{named}");
        let of_commitment = |code: &str, bytes: &[u8]| refused(code, &[("commitment.zh.txt", bytes)]);
        assert!(of_commitment("templates.encoding", b"\xff\xff\xff\xff").contains("另存为 UTF-8"));
        assert!(of_commitment("templates.too_long", &vec![b'a'; 1 << 21]).contains("大于 1 MB"));
        let named = refused("templates.unknown_file", &[("承诺书.txt", b"")]);
        assert!(named.contains("承诺书.txt 不是五份材料之一") && named.contains("agreement.zh.txt"), "{named}");
    }
}
