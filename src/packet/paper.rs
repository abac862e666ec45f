//! One document of one student: a template with its blanks filled, and the hash that a signature counts for.

use std::fmt;

use sha2::{Digest, Sha256};

use super::field::Field;
use super::mark::Mark;
use super::particulars::Particulars;
use super::template::{Block, Piece, Template, Words};
use crate::domain::ids::StudentId;
use crate::domain::placement::codes::DocumentKind;
use crate::domain::terms::Term;

/// Whose document it is and which one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    pub student: StudentId,
    /// Of the document, from 1; an amendment is the next.
    pub version: u32,
    pub salt: Salt,
}

/// Random bytes, one for each version of a document, kept sealed and erased with the person's data.
///
/// A hash stands in events for ever; without the salt, who knows the rest of a document could try out the document
/// numbers that give it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Salt(pub [u8; 32]);

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt")
    }
}

/// SHA-256 of a document's canonical content: a signature counts for the hash it saw and for no other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DocumentHash(pub [u8; 32]);

impl fmt::Display for DocumentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// One document of one student, ready to be written in any format.
#[derive(Debug, Clone)]
pub struct Paper<'a> {
    template: &'a Template,
    particulars: Particulars,
    identity: Identity,
    pub hash: DocumentHash,
}

impl<'a> Paper<'a> {
    pub fn of(template: &'a Template, identity: Identity, particulars: &Particulars) -> Self {
        let hash = hash(template, identity, particulars);
        Self { template, particulars: particulars.clone(), identity, hash }
    }

    pub fn kind(&self) -> DocumentKind {
        self.template.kind
    }

    pub fn title(&self) -> String {
        self.words(&self.template.title)
    }

    pub fn blocks(&self) -> &'a [Block] {
        &self.template.blocks
    }

    /// Whether the block stands on the page of the one behind it: what is signed above its signatures, and a slip to cut
    /// off as a whole.
    pub fn is_kept_with_next(&self, index: usize) -> bool {
        let blocks = self.blocks();
        let is_signed = matches!(blocks.get(index + 1), Some(Block::Signatures(_)));
        let is_of_slip = blocks.iter().take(index + 1).any(|block| matches!(block, Block::TearOff));
        is_signed || (is_of_slip && index + 1 < blocks.len())
    }

    /// The words with every placeholder filled, or with a line to be filled in by hand.
    pub fn words(&self, words: &Words) -> String {
        let said = |piece: &Piece| match piece {
            Piece::Words(words) => words.clone(),
            Piece::Placeholder(field) => self.value(*field).unwrap_or_else(|| field.blank().to_owned()),
        };
        words.pieces.iter().map(said).collect()
    }

    /// What stands at the edge of each page beside the code.
    pub fn edge(&self) -> String {
        let of = [self.value(Field::StudentClass), self.value(Field::StudentName)];
        let of: Vec<String> = of.into_iter().flatten().collect();
        format!("{} 第 {} 版　{}", self.kind().zh(), self.identity.version, of.join(" ")).trim_end().to_owned()
    }

    /// What the code on each page says.
    pub fn mark(&self) -> Mark {
        Mark::of(self.kind(), self.identity.version, self.identity.student, &self.hash)
    }

    /// The placeholders for which nothing is known: lines to be filled in by hand.
    pub fn blanks(&self) -> Vec<Field> {
        self.template.fields.iter().copied().filter(|field| self.value(*field).is_none()).collect()
    }

    fn value(&self, field: Field) -> Option<String> {
        field.value(&self.particulars)
    }
}

/// The hash of a document: the text of its template and the values in it, whose it is, which version.
///
/// What does not change the document does not change the hash: a value no placeholder asks for, the format, the day of
/// printing. Values carry their length, so that no two contents are written the same.
pub fn hash(template: &Template, identity: Identity, particulars: &Particulars) -> DocumentHash {
    let mut content = format!(
        "gradtrail document 1\nkind {}\nversion {}\nstudent {}\nsalt {}\ntemplate {}\n",
        template.kind.code(),
        identity.version,
        identity.student.0,
        hex::encode(identity.salt.0),
        hex::encode(template.digest),
    );
    for field in template.fields.iter().copied() {
        match field.value(particulars) {
            Some(value) => content.push_str(&format!("{} {}\n{value}\n", field.code(), value.len())),
            None => content.push_str(&format!("{} -\n", field.code())),
        }
    }
    DocumentHash(Sha256::digest(content.as_bytes()).into())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::example;
    use super::super::template::parse;
    use super::super::templates::{Templates, built_in};
    use super::*;

    fn hash_of(kind: DocumentKind, identity: Identity, particulars: &Particulars) -> DocumentHash {
        Templates::with(&[]).unwrap().paper(kind, identity, particulars).hash
    }

    #[test]
    fn what_is_known_is_filled_and_what_is_not_is_a_line_to_be_written_on() {
        let templates = Templates::with(&[]).unwrap();
        let mut particulars = example::particulars();
        for entry in DocumentKind::ENTRIES {
            assert_eq!(templates.paper(entry.value, example::identity(), &particulars).blanks(), []);
        }
        particulars.terms.pay = None;
        particulars.terms.first_day = None;
        let paper = templates.paper(DocumentKind::Agreement, example::identity(), &particulars);
        assert_eq!(paper.blanks(), [Field::FirstDay, Field::Pay]);
        let printed: Vec<String> =
            paper.blocks().iter().flat_map(Block::lines).map(|words| paper.words(words)).collect();
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
        let paper = templates.paper(DocumentKind::Commitment, example::identity(), &particulars);
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
            hash_of(kind, Identity { version: 2, ..identity }, &particulars),
            hash_of(kind, Identity { student: StudentId(Uuid::from_u128(8)), ..identity }, &particulars),
            hash_of(kind, Identity { salt: Salt([6; 32]), ..identity }, &particulars),
            Paper::of(&other_text, identity, &particulars).hash,
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
        let particulars = Particulars { school: Default::default(), ..example::particulars() };
        let paper = Paper::of(&template, example::identity(), &particulars);
        let content = format!(
            "gradtrail document 1\nkind letter_to_parents\nversion 1\nstudent 00000000-0000-0000-0000-000000000007\n\
             salt {}\ntemplate {}\nschool.name -\nschool.phone -\nemployer.name 30\n东方汽车服务有限公司\n\
             student.name 9\n周小明\ninternship.place 29\n某市工业路88号一车间\ninternship.first_day 15\n2026年9月1日\n\
             internship.last_day 16\n2027年2月28日\ninternship.pay 12\n2400 元/月\ninsurance.insurer 18\n某某财产保险\n\
             teacher.name 9\n吴老师\nteacher.phone 11\n13900000003\n",
            "05".repeat(32),
            hex::encode(Sha256::digest(text.as_bytes())),
        );
        assert_eq!(paper.hash, DocumentHash(Sha256::digest(content.as_bytes()).into()));
    }

    #[test]
    fn what_is_signed_stays_above_its_signatures_and_a_slip_together() {
        let text = built_in(DocumentKind::LetterToParents);
        let text = format!("{}\n一\n二\n签署：监护人\n---\n三\n四", text.split("---").next().unwrap());
        let template = parse(DocumentKind::LetterToParents, "f", &text).unwrap();
        let paper = Paper::of(&template, example::identity(), &example::particulars());
        let kept: Vec<bool> = (0..paper.blocks().len()).map(|index| paper.is_kept_with_next(index)).collect();
        // 一, 二 and its signature, the line, 三 and 四.
        assert_eq!(kept[kept.len() - 6..], [false, true, false, true, true, false]);
    }

    #[test]
    fn a_salt_is_not_printed() {
        assert!(!format!("{:?}", example::identity()).contains("05"));
    }
}
