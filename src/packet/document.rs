//! One document of one student: a template with its blanks filled, and the hash that a signature counts for.

use std::fmt;

use sha2::{Digest, Sha256};

use super::mark::PageMark;
use super::particulars::PacketParticulars;
use super::placeholder::Placeholder;
use super::template::{Block, DocumentTemplate, TemplatePiece, Words};
use crate::domain::ids::{FileHash, StudentId};
use crate::domain::placement::codes::DocumentKind;
use crate::domain::terms::Term;

/// Whose document it is and which one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocumentIdentity {
    pub student: StudentId,
    /// The version of the document, from 1. An amendment is the next version.
    pub version: u32,
    /// The salt of this version, the same whenever it is printed again.
    pub salt: Salt,
}

/// 32 random bytes for each version of a document, kept sealed and erased with the person's data.
///
/// The hash of a document stands in events for ever. Without the salt, anybody who knows the rest of the document could
/// find the student's document number by trying all of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt(pub [u8; 32]);

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt")
    }
}

/// One document of one student, ready to be written in any format.
#[derive(Debug, Clone)]
pub struct FilledDocument<'a> {
    template: &'a DocumentTemplate,
    particulars: PacketParticulars,
    identity: DocumentIdentity,
    /// The hash of the canonical content: a signature counts for the hash it saw and for no other.
    pub hash: FileHash,
}

impl<'a> FilledDocument<'a> {
    /// Fills a template and hashes what it then says.
    pub fn of(template: &'a DocumentTemplate, identity: DocumentIdentity, particulars: &PacketParticulars) -> Self {
        let hash = hash(template, identity, particulars);
        Self { template, particulars: particulars.clone(), identity, hash }
    }

    /// Which of the five documents this is.
    pub fn kind(&self) -> DocumentKind {
        self.template.kind
    }

    /// The title with its placeholders filled.
    pub fn title(&self) -> String {
        self.words(&self.template.title)
    }

    /// The parts of the template in order, their placeholders not yet filled.
    pub fn blocks(&self) -> &'a [Block] {
        &self.template.blocks
    }

    /// Whether the block must stand on the same page as the next one. The last words before signatures must, so that
    /// nobody signs an empty page, and so must every block of a slip that is cut off.
    pub fn is_kept_with_next(&self, index: usize) -> bool {
        let blocks = self.blocks();
        let is_signed = matches!(blocks.get(index + 1), Some(Block::Signatures(_)));
        let is_of_slip = blocks.iter().take(index + 1).any(|block| matches!(block, Block::TearOff));
        is_signed || (is_of_slip && index + 1 < blocks.len())
    }

    /// The words with every placeholder filled, or with a line to be filled in by hand.
    pub fn words(&self, words: &Words) -> String {
        let said = |piece: &TemplatePiece| match piece {
            TemplatePiece::Words(words) => words.clone(),
            TemplatePiece::Placeholder(asked) => self.value(*asked).unwrap_or_else(|| asked.blank().to_owned()),
        };
        words.pieces.iter().map(said).collect()
    }

    /// The words in the header of each page beside the code: document, version, class and name.
    pub fn page_header(&self) -> String {
        let of = [self.value(Placeholder::StudentClass), self.value(Placeholder::StudentName)];
        let of: Vec<String> = of.into_iter().flatten().collect();
        format!("{} 第 {} 版　{}", self.kind().zh(), self.identity.version, of.join(" ")).trim_end().to_owned()
    }

    /// What the code on each page says.
    pub fn mark(&self) -> PageMark {
        PageMark::of(self.kind(), self.identity.version, self.identity.student, self.hash)
    }

    /// The placeholders whose value is not known, each printed as a line to be filled in by hand.
    pub fn blanks(&self) -> Vec<Placeholder> {
        let used = self.template.placeholders.iter().copied();
        used.filter(|placeholder| self.value(*placeholder).is_none()).collect()
    }

    fn value(&self, placeholder: Placeholder) -> Option<String> {
        placeholder.value(&self.particulars)
    }
}

/// SHA-256 of the canonical content of a document: the text of its template, the values in it, whose it is and which
/// version.
///
/// A value that no placeholder asks for, the format and the day of printing do not change the hash. Each value is
/// written with its length, so that two different contents never read the same.
fn hash(template: &DocumentTemplate, identity: DocumentIdentity, particulars: &PacketParticulars) -> FileHash {
    let mut content = format!(
        "gradtrail document 1\nkind {}\nversion {}\nstudent {}\nsalt {}\ntemplate {}\n",
        template.kind.code(),
        identity.version,
        identity.student.0,
        hex::encode(identity.salt.0),
        hex::encode(template.digest),
    );
    for placeholder in template.placeholders.iter().copied() {
        let code = placeholder.code();
        match placeholder.value(particulars) {
            Some(value) => content.push_str(&format!("{code} {}\n{value}\n", value.len())),
            None => content.push_str(&format!("{code} -\n")),
        }
    }
    FileHash::new(Sha256::digest(content.as_bytes()).into())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::example;
    use super::super::template::parse;
    use super::super::templates::{Templates, built_in};
    use super::*;

    fn hash_of(kind: DocumentKind, identity: DocumentIdentity, particulars: &PacketParticulars) -> FileHash {
        Templates::with(&[]).unwrap().fill(kind, identity, particulars).hash
    }

    #[test]
    fn what_is_known_is_filled_and_what_is_not_is_a_line_to_be_written_on() {
        let templates = Templates::with(&[]).unwrap();
        let mut particulars = example::particulars();
        for entry in DocumentKind::ENTRIES {
            assert_eq!(templates.fill(entry.value, example::identity(), &particulars).blanks(), []);
        }
        particulars.terms.pay = None;
        particulars.terms.first_day = None;
        let document = templates.fill(DocumentKind::Agreement, example::identity(), &particulars);
        assert_eq!(document.blanks(), [Placeholder::FirstDay, Placeholder::Pay]);
        let printed: Vec<String> =
            document.blocks().iter().flat_map(Block::lines).map(|words| document.words(words)).collect();
        let behind = |label: &str| printed[printed.iter().position(|cell| cell == label).unwrap() + 1].as_str();
        assert_eq!(behind("开始日期"), "______年____月____日");
        assert_eq!(behind("结束日期"), "2027年2月28日");
        assert_eq!(behind("实习报酬"), "____________");
    }

    #[test]
    fn a_value_that_looks_like_a_placeholder_stays_what_it_is() {
        let mut particulars = example::particulars();
        particulars.student.name = Some("{{学校.名称}}".to_owned());
        let templates = Templates::with(&[]).unwrap();
        let paper = templates.fill(DocumentKind::Commitment, example::identity(), &particulars);
        let Block::Paragraph(words) = &paper.blocks()[1] else { panic!("the second block is a paragraph") };
        assert!(paper.words(words).contains("学生 {{学校.名称}}（学号"), "{}", paper.words(words));
    }

    #[test]
    fn the_hash_changes_with_what_the_document_says_and_with_nothing_else() {
        let (kind, identity, particulars) = (DocumentKind::Commitment, example::identity(), example::particulars());
        let hash = hash_of(kind, identity, &particulars);
        assert_eq!(hash_of(kind, identity, &particulars), hash);

        let mut not_asked_for = particulars.clone();
        not_asked_for.terms.pay = None;
        assert_eq!(hash_of(kind, identity, &not_asked_for), hash);

        let mut changed = particulars.clone();
        changed.terms.post = Some("钣金".to_owned());
        let mut unknown = particulars.clone();
        unknown.terms.post = None;
        let other_text = built_in(kind).replace("把安全放在第一位", "安全第一");
        let other_text = parse(kind, "f", &other_text).unwrap();
        let others = [
            hash_of(kind, identity, &changed),
            hash_of(kind, identity, &unknown),
            hash_of(DocumentKind::Agreement, identity, &particulars),
            hash_of(kind, DocumentIdentity { version: 2, ..identity }, &particulars),
            hash_of(kind, DocumentIdentity { student: StudentId(Uuid::from_u128(8)), ..identity }, &particulars),
            hash_of(kind, DocumentIdentity { salt: Salt([6; 32]), ..identity }, &particulars),
            FilledDocument::of(&other_text, identity, &particulars).hash,
        ];
        for (index, other) in others.iter().enumerate() {
            assert_ne!(*other, hash);
            assert!(!others[..index].contains(other));
        }
    }

    /// A hash that was signed must be found again by every later release.
    #[test]
    fn the_canonical_content_does_not_change() {
        let text = "# 信\n{{学生.姓名}}{{学校.名称}}{{学校.电话}}{{单位.名称}}{{实习.地点}}{{实习.开始日期}}{{实习.结束日期}}\
                    {{实习.报酬}}{{保险.保险公司}}{{指导教师.姓名}}{{指导教师.电话}}";
        let template = parse(DocumentKind::LetterToParents, "f", text).unwrap();
        let particulars = PacketParticulars { school: Default::default(), ..example::particulars() };
        let document = FilledDocument::of(&template, example::identity(), &particulars);
        let content = format!(
            "gradtrail document 1\nkind letter_to_parents\nversion 1\nstudent 00000000-0000-0000-0000-000000000007\n\
             salt {}\ntemplate {}\nschool.name -\nschool.phone -\nemployer.name 30\n东方汽车服务有限公司\n\
             student.name 9\n周小明\ninternship.place 29\n某市工业路88号一车间\ninternship.first_day 15\n2026年9月1日\n\
             internship.last_day 16\n2027年2月28日\ninternship.pay 12\n2400 元/月\ninsurance.insurer 18\n某某财产保险\n\
             teacher.name 9\n吴老师\nteacher.phone 11\n13900000003\n",
            "05".repeat(32),
            hex::encode(Sha256::digest(text.as_bytes())),
        );
        assert_eq!(document.hash, FileHash::new(Sha256::digest(content.as_bytes()).into()));
    }

    #[test]
    fn what_is_signed_stays_above_its_signatures_and_a_slip_together() {
        let text = built_in(DocumentKind::LetterToParents);
        let text = format!("{}\n一\n二\n签署：监护人\n---\n三\n四", text.split("---").next().unwrap());
        let template = parse(DocumentKind::LetterToParents, "f", &text).unwrap();
        let document = FilledDocument::of(&template, example::identity(), &example::particulars());
        let kept: Vec<bool> = (0..document.blocks().len()).map(|index| document.is_kept_with_next(index)).collect();
        // 一, 二 and its signature, the line, 三 and 四.
        assert_eq!(kept[kept.len() - 6..], [false, true, false, true, true, false]);
    }

    #[test]
    fn a_salt_is_not_printed() {
        assert!(!format!("{:?}", example::identity()).contains("05"));
    }
}
