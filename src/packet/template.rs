//! One template: a text that staff edit, line by line, and every mistake in it.
//!
//! A line is one thing:
//!
//! ```text
//! # 标题                        the title, once
//! ## 小标题                     a heading
//! - 一项                        an item of a list
//! | 名称 | {{学校.名称}} |      a row of a table: one or two pairs of label and value
//! 签署：学校 单位               who signs, side by side
//! ---                           a line to cut along
//! // 说明                       a remark that is not printed
//! any other line                a paragraph
//! ```
//!
//! The full-width marks of a Chinese keyboard are read as these marks: ｛｛ ｝｝ ｜, and in a name a full-width or
//! ideographic stop.

use serde::Serialize;
use sha2::{Digest, Sha256};
use strum::VariantArray;
use strum::{IntoStaticStr, VariantNames};

use super::placeholder::Placeholder;
use super::requirements::{self, Signer};
use crate::domain::placement::codes::DocumentKind;
use crate::domain::terms::Term;
use crate::text::cleaning::in_one_line;

/// A template without mistakes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentTemplate {
    /// The document that this is the template of.
    pub kind: DocumentKind,
    pub title: Words,
    /// All below the title, in order.
    pub blocks: Vec<Block>,
    /// SHA-256 of the text as it was read, remarks included. It tells versions of the template apart.
    pub digest: [u8; 32],
    /// The placeholders that the template uses, each once, in the order in which they are declared.
    pub placeholders: Vec<Placeholder>,
}

/// One part of a template below its title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    Heading(Words),
    Paragraph(Words),
    /// One item of a list.
    Item(Words),
    /// Rows of two or four cells: labels and values by turns.
    Table(Vec<Vec<Words>>),
    /// Who signs here, side by side.
    Signatures(Vec<Signer>),
    /// A line to cut along; a slip to be handed back is below it.
    TearOff,
}

/// A line with placeholders between its words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words {
    /// The parts of the line in order.
    pub pieces: Vec<TemplatePiece>,
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplatePiece {
    /// Words that are printed as they are.
    Words(String),
    /// The place of a value.
    Placeholder(Placeholder),
}

/// A mistake, where it is, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TemplateFault {
    /// The name of the template's file.
    pub file: String,
    /// The line, from 1. Of something that is missing in the whole text, the last line.
    pub line: usize,
    /// What is wrong there.
    pub mistake: Mistake,
}

/// What is wrong in a template.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "template.")]
pub enum Mistake {
    UnknownPlaceholder { name: String },
    Unclosed { begun: String },
    Unopened,
    UnknownSigner { name: String },
    Cells { cells: usize },
    UnknownMark { mark: String },
    SecondTitle,
    NoTitle { kind: DocumentKind },
    MissingPlaceholder { placeholder: Placeholder, part: &'static str },
    MissingSigner { signer: Signer },
}

/// Reads a template.
///
/// # Errors
/// If there are mistakes: all of them, in the order of the lines, followed by what is missing.
pub fn parse(kind: DocumentKind, file: &str, text: &str) -> Result<DocumentTemplate, Vec<TemplateFault>> {
    let mut reading = Reading { title: None, blocks: vec![], mistakes: vec![], line: 0 };
    for line in text.lines() {
        reading.line += 1;
        reading.read(line);
    }
    reading.check_required(kind);
    let Reading { title, blocks, mistakes, line: _ } = reading;
    match title {
        Some(title) if mistakes.is_empty() => {
            let (digest, placeholders) = (Sha256::digest(text.as_bytes()).into(), used(&title, &blocks));
            Ok(DocumentTemplate { kind, title, blocks, digest, placeholders })
        }
        _ => {
            let fault = |(line, mistake)| TemplateFault { file: file.to_owned(), line, mistake };
            Err(mistakes.into_iter().map(fault).collect())
        }
    }
}

/// A template of which some lines have been read.
struct Reading {
    title: Option<Words>,
    blocks: Vec<Block>,
    mistakes: Vec<(usize, Mistake)>,
    /// The line being read, from 1.
    line: usize,
}

impl Reading {
    fn read(&mut self, line: &str) {
        let line = halved(line.trim());
        let line = line.as_str();
        if line.is_empty() || line.starts_with("//") {
            return;
        }
        if let Some(title) = line.strip_prefix("# ") {
            let title = self.words(title);
            if self.title.replace(title).is_some() {
                self.wrong(Mistake::SecondTitle);
            }
        } else if let Some(heading) = line.strip_prefix("## ") {
            let heading = self.words(heading);
            self.blocks.push(Block::Heading(heading));
        } else if line.starts_with('#') {
            let mark = line.split_whitespace().next().unwrap_or(line).to_owned();
            self.wrong(Mistake::UnknownMark { mark });
        } else if let Some(item) = line.strip_prefix("- ") {
            let item = self.words(item);
            self.blocks.push(Block::Item(item));
        } else if line.starts_with('|') {
            self.row(line);
        } else if let Some(signers) = line.strip_prefix("签署：").or_else(|| line.strip_prefix("签署:")) {
            self.signatures(signers);
        } else if line.len() >= 3 && line.chars().all(|c| c == '-') {
            self.blocks.push(Block::TearOff);
        } else {
            let paragraph = self.words(line);
            self.blocks.push(Block::Paragraph(paragraph));
        }
    }

    /// Rows that follow each other are one table.
    fn row(&mut self, line: &str) {
        let cells = line.trim_start_matches('|');
        let cells = cells.strip_suffix('|').unwrap_or(cells);
        let cells: Vec<Words> = cells.split('|').map(|cell| self.words(cell)).collect();
        if cells.len() != 2 && cells.len() != 4 {
            return self.wrong(Mistake::Cells { cells: cells.len() });
        }
        match self.blocks.last_mut() {
            Some(Block::Table(rows)) => rows.push(cells),
            _ => self.blocks.push(Block::Table(vec![cells])),
        }
    }

    fn signatures(&mut self, names: &str) {
        let mut signers = vec![];
        for name in names.split([' ', '\u{3000}', '、', '，', ',']).filter(|name| !name.is_empty()) {
            match Signer::from_text(name) {
                Some(signer) => signers.push(signer),
                None => self.wrong(Mistake::UnknownSigner { name: name.to_owned() }),
            }
        }
        self.blocks.push(Block::Signatures(signers));
    }

    fn words(&mut self, text: &str) -> Words {
        let mut words = Words::default();
        let mut rest = text.trim();
        while let Some((before, after)) = rest.split_once("{{") {
            words.push(before);
            if before.contains("}}") {
                self.wrong(Mistake::Unopened);
            }
            let Some((name, behind)) = after.split_once("}}") else {
                self.wrong(Mistake::Unclosed { begun: format!("{{{{{after}") });
                return words;
            };
            let name = name.trim().replace(['．', '。'], ".");
            match Placeholder::from_text(&name) {
                Some(placeholder) => words.pieces.push(TemplatePiece::Placeholder(placeholder)),
                None => self.wrong(Mistake::UnknownPlaceholder { name }),
            }
            rest = behind;
        }
        words.push(rest);
        if rest.contains("}}") {
            self.wrong(Mistake::Unopened);
        }
        words
    }

    fn check_required(&mut self, kind: DocumentKind) {
        if self.title.is_none() {
            self.wrong(Mistake::NoTitle { kind });
        }
        let lines = self.title.iter().chain(self.blocks.iter().flat_map(Block::lines));
        let used: Vec<Placeholder> = lines.flat_map(Words::placeholders).collect();
        for part in requirements::required_parts(kind) {
            for placeholder in part.placeholders.iter().copied().filter(|placeholder| !used.contains(placeholder)) {
                self.wrong(Mistake::MissingPlaceholder { placeholder, part: part.zh });
            }
        }
        let signers: Vec<Signer> = self.blocks.iter().flat_map(Block::signers).copied().collect();
        for signer in requirements::signers(kind).iter().filter(|signer| !signers.contains(signer)) {
            self.wrong(Mistake::MissingSigner { signer: *signer });
        }
    }

    fn wrong(&mut self, mistake: Mistake) {
        self.mistakes.push((self.line, mistake));
    }
}

/// The placeholders in these lines, each once, in the order in which they are declared.
fn used(title: &Words, blocks: &[Block]) -> Vec<Placeholder> {
    let lines = [title].into_iter().chain(blocks.iter().flat_map(Block::lines));
    let used: Vec<Placeholder> = lines.flat_map(Words::placeholders).collect();
    Placeholder::VARIANTS.iter().copied().filter(|placeholder| used.contains(placeholder)).collect()
}

impl Block {
    /// Every line and cell of words.
    pub(super) fn lines(&self) -> Vec<&Words> {
        match self {
            Self::Heading(words) | Self::Paragraph(words) | Self::Item(words) => vec![words],
            Self::Table(rows) => rows.iter().flatten().collect(),
            Self::Signatures(_) | Self::TearOff => vec![],
        }
    }

    fn signers(&self) -> &[Signer] {
        match self {
            Self::Signatures(signers) => signers,
            Self::Heading(_) | Self::Paragraph(_) | Self::Item(_) | Self::Table(_) | Self::TearOff => &[],
        }
    }
}

impl Words {
    fn push(&mut self, words: &str) {
        if !words.is_empty() {
            let mut words = words.to_owned();
            in_one_line(&mut words);
            self.pieces.push(TemplatePiece::Words(words));
        }
    }

    fn placeholders(&self) -> impl Iterator<Item = Placeholder> {
        self.pieces.iter().filter_map(|piece| match piece {
            TemplatePiece::Words(_) => None,
            TemplatePiece::Placeholder(placeholder) => Some(*placeholder),
        })
    }
}

/// Replaces the full-width marks of a Chinese keyboard by the marks that they stand for.
fn halved(line: &str) -> String {
    let line = line.replace("｛｛", "{{").replace("｝｝", "}}");
    if line.starts_with('｜') { line.replace('｜', "|") } else { line }
}

/// What to write instead of an unknown name: the placeholders of its group, or the groups if there is no such group.
#[cfg(test)]
mod tests {
    use super::super::templates::{built_in, file_name};
    use super::*;
    use crate::refusal::Refusal as _;

    /// The mistakes of a text as a template of this kind, as they are printed.
    fn faults(kind: DocumentKind, text: &str) -> Vec<String> {
        let faults = parse(kind, file_name(kind), text).unwrap_err();
        let printed =
            |fault: &TemplateFault| format!("{} 第 {} 行：{}", fault.file, fault.line, fault.mistake.sentence().zh);
        faults.iter().map(printed).collect()
    }

    #[test]
    fn an_unknown_placeholder_is_named_with_its_line_and_the_ones_there_are() {
        let text =
            built_in(DocumentKind::Commitment).replace("（学号 {{学生.学号}}）", "（{{学生.学好}}，{{学籍.号}}）");
        assert_eq!(
            faults(DocumentKind::Commitment, &text),
            [
                "commitment.zh.txt 第 4 行：没有占位符 {{学生.学好}}；「学生」可用的有 学生.姓名、学生.身份证号、学生.学号、\
                 学生.专业、学生.班级、学生.住址、学生.电话，请改成其中一个",
                "commitment.zh.txt 第 4 行：没有占位符 {{学籍.号}}；占位符以 协议、学校、单位、学生、监护人、实习、保险、\
                 指导教师、单位指导人 之一开头，如 {{学生.姓名}}，请改正或删去",
            ]
        );
    }

    #[test]
    fn an_agreement_without_the_pay_is_refused_and_says_what_to_add() {
        let text = built_in(DocumentKind::Agreement).replace("{{实习.报酬}}", "面议");
        let lines = text.lines().count();
        assert_eq!(
            faults(DocumentKind::Agreement, &text),
            [format!(
                "agreement.zh.txt 第 {lines} 行：全文没有必备的占位符 {{{{实习.报酬}}}}（第 4 项 实习报酬及支付方式）；请在正文中补上，\
                 例如一行「| 报酬 | {{{{实习.报酬}}}} |」"
            )]
        );
    }

    #[test]
    fn each_demanded_placeholder_and_signer_that_is_missing_is_named() {
        for entry in DocumentKind::ENTRIES {
            let kind = entry.value;
            for placeholder in requirements::required_parts(kind).iter().flat_map(|part| part.placeholders) {
                let named = faults(kind, &built_in(kind).replace(&placeholder.written(), ""));
                assert_eq!(named.len(), 1, "{named:?}");
                assert!(named[0].contains(&placeholder.written()), "{named:?}");
            }
            for signer in requirements::signers(kind) {
                let signed = |line: &str| match line.strip_prefix("签署：") {
                    Some(names) => format!("签署：{}\n", names.replace(signer.zh(), "")),
                    None => format!("{line}\n"),
                };
                let named = faults(kind, &built_in(kind).lines().map(signed).collect::<String>());
                assert_eq!(named.len(), 1, "{named:?}");
                assert!(named[0].contains(&format!("全文没有{}的签署处", signer.zh())), "{named:?}");
            }
        }
    }

    #[test]
    fn every_mistake_of_form_is_named_with_its_line() {
        let extra = "# 又一个\n### 小\n|一格|\n签署：校长\n{{学生.姓名\n多了}}\n{{}}";
        let text = format!("{}{extra}", built_in(DocumentKind::Commitment));
        let mistakes = parse(DocumentKind::Commitment, "commitment.zh.txt", &text).unwrap_err();
        let codes: Vec<&str> = mistakes.iter().map(|fault| fault.mistake.code()).collect();
        assert_eq!(
            codes,
            [
                "template.second_title",
                "template.unknown_mark",
                "template.cells",
                "template.unknown_signer",
                "template.unclosed",
                "template.unopened",
                "template.unknown_placeholder",
            ]
        );
        let named = faults(DocumentKind::Commitment, &text);
        let first = built_in(DocumentKind::Commitment).lines().count() + 1;
        for (index, wanted) in [
            "又有一个标题",
            "看不懂行首的「###」",
            "表格行有 1 格",
            "没有签署方「校长」；请写成「签署：」加上 学校、单位、学生、监护人 中的一个",
            "占位符「{{学生.姓名」没有以 }} 结束",
            "多了一处 }}",
            "没有占位符 {{}}",
        ]
        .into_iter()
        .enumerate()
        {
            assert!(named[index].contains(&format!("第 {} 行：{wanted}", first + index)), "{}", named[index]);
        }
        let text = built_in(DocumentKind::Commitment).replace("# 学生", "学生");
        assert!(faults(DocumentKind::Commitment, &text)[0].contains("请在正文之前写一行「# 学生承诺书」"));
    }

    #[test]
    fn the_marks_of_a_chinese_keyboard_and_the_codes_are_read_the_same() {
        let wanted = |text: &str| {
            let template = parse(
                DocumentKind::LetterToParents,
                "f",
                &format!("{}\n{text}", built_in(DocumentKind::LetterToParents)),
            );
            template.unwrap().blocks.pop().unwrap()
        };
        let name = wanted("| 姓名 | {{学生.姓名}} |");
        for other in ["｜ 姓名 ｜ ｛｛学生．姓名｝｝ ｜", "| 姓名 | {{ student.name }} |", "|姓名|{{学生。姓名}}"]
        {
            assert_eq!(wanted(other), name, "{other}");
        }
        assert_eq!(wanted("签署: 学生、家长"), wanted("签署：学生 监护人"));
    }
}
