//! What is wrong with a template, with a QR code, with the writing of documents.

use serde_json::Value;

use super::{Refusal, RefusalKind, Sentence, say, values_of};
use strum::VariantArray as _;

use crate::domain::placement::codes::DocumentKind;
use crate::domain::terms::Term;
use crate::packet::error::PacketWriteError;
use crate::packet::file::RenderError;
use crate::packet::mark::MarkError;
use crate::packet::placeholder::Placeholder;
use crate::packet::requirements::Signer;
use crate::packet::template::{Mistake, TemplateFault};
use crate::packet::templates::{TemplateError, file_name};
use crate::publication::file::ReportWriteError;

impl Refusal for TemplateError {
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
            Self::UnknownFile { file } => {
                let names: Vec<&str> = DocumentKind::ENTRIES.iter().map(|entry| file_name(entry.value)).collect();
                say(
                    format!("模板 {file} 不是五份材料之一；请改名为 {} 中的一个，或去掉它", names.join("、")),
                    format!(
                        "The template \"{file}\" is of none of the five documents; name it \"{}\", or leave it out",
                        names.join("\", \"")
                    ),
                )
            }
            Self::TooLong { file } => say(
                format!("模板 {file} 大于 1 MB；模板是几页文字，请换成正确的文件"),
                format!(
                    "The template \"{file}\" has more than 1 MB; a template is some pages of text, take the right file"
                ),
            ),
            Self::Encoding { file } => say(
                format!("模板 {file} 的文字编码不明；请在记事本中另存为 UTF-8"),
                format!("The encoding of the template \"{file}\" is unknown; save it as UTF-8"),
            ),
            Self::Faults(faults) => {
                let (zh, en): (Vec<_>, Vec<_>) = faults.iter().map(fault).map(|Sentence { zh, en }| (zh, en)).unzip();
                say(
                    format!("模板有错，没有打印：\n{}", zh.join("\n")),
                    format!("Templates have mistakes, nothing was printed:\n{}", en.join("\n")),
                )
            }
        }
    }

    fn field(&self) -> Option<&'static str> {
        Some("templates")
    }
}

/// A mistake and where it is.
pub fn fault(fault: &TemplateFault) -> Sentence {
    let TemplateFault { file, line, mistake } = fault;
    let Sentence { zh, en } = mistake.sentence();
    say(format!("{file} 第 {line} 行：{zh}"), format!("\"{file}\", line {line}: {en}"))
}

impl Refusal for Mistake {
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
            Self::UnknownPlaceholder { name } => {
                let Sentence { zh, en } = suggestion(name);
                say(format!("没有占位符 {{{{{name}}}}}；{zh}"), format!("There is no placeholder \"{name}\"; {en}"))
            }
            Self::Unclosed { begun } => say(
                format!("占位符「{begun}」没有以 }}}} 结束；请在同一行写成 {{{{学生.姓名}}}} 的样子"),
                format!(
                    "The placeholder \"{begun}\" does not end with two closing braces; write it in one line, like \"{{{{学生.姓名}}}}\""
                ),
            ),
            Self::Unopened => say(
                "多了一处 }}，前面没有 {{；请删去或补全占位符",
                "Two closing braces have no opening ones before them; delete them, or complete the placeholder",
            ),
            Self::UnknownSigner { name } => {
                let names = names(Signer::ENTRIES.iter().map(|entry| entry.value));
                say(
                    format!("没有签署方「{name}」；请写成「签署：」加上 {names} 中的一个或几个，用空格隔开"),
                    format!(
                        "\"{name}\" does not sign; write \"签署：\" and one or several of \"{names}\", with blanks between"
                    ),
                )
            }
            Self::Cells { cells } => say(
                format!("表格行有 {cells} 格；请写成「| 名称 | 内容 |」或「| 名称 | 内容 | 名称 | 内容 |」"),
                format!("The row has {cells} cells; write \"| 名称 | 内容 |\" or \"| 名称 | 内容 | 名称 | 内容 |\""),
            ),
            Self::UnknownMark { mark } => say(
                format!("看不懂行首的「{mark}」；标题以「# 」开头，小标题以「## 」开头"),
                format!(
                    "\"{mark}\" at the beginning of the line means nothing; a title begins with \"# \", a heading with \"## \""
                ),
            ),
            Self::SecondTitle => say(
                "又有一个标题；一份材料只有一个「# 」标题，其余请用「## 」",
                "There is another title; a document has one that begins with \"# \", use \"## \" for the others",
            ),
            Self::NoTitle { kind } => say(
                format!("到此为止没有标题；请在正文之前写一行「# {}」", kind.zh()),
                format!("There is no title up to here; write a line \"# {}\" before the text", kind.zh()),
            ),
            Self::MissingPlaceholder { placeholder, part } => {
                let (written, label) = (placeholder.written(), label(*placeholder));
                say(
                    format!(
                        "全文没有必备的占位符 {written}（{part}）；请在正文中补上，例如一行「| {label} | {written} |」"
                    ),
                    format!(
                        "The text lacks the required placeholder \"{written}\" (\"{part}\"); add it, for example as a line \"| {label} | {written} |\""
                    ),
                )
            }
            Self::MissingSigner { signer } => say(
                format!("全文没有{}的签署处；请补上一行「签署：{}」", signer.zh(), signer.zh()),
                format!("The text has no place where \"{}\" signs; add a line \"签署：{}\"", signer.zh(), signer.zh()),
            ),
        }
    }

    fn field(&self) -> Option<&'static str> {
        Some("templates")
    }
}

/// What may be written instead of an unknown placeholder.
fn suggestion(name: &str) -> Sentence {
    let names = || Placeholder::VARIANTS.iter().map(|placeholder| placeholder.zh());
    let group = |zh: &'static str| zh.split('.').next().unwrap_or(zh);
    let wanted = name.split('.').next().unwrap_or(name);
    let same: Vec<&str> = names().filter(|zh| group(zh) == wanted).collect();
    if !same.is_empty() {
        let same = same.join("、");
        return say(
            format!("「{wanted}」可用的有 {same}，请改成其中一个"),
            format!("of \"{wanted}\" there are \"{same}\", take one of them"),
        );
    }
    let mut groups: Vec<&str> = names().map(group).collect();
    groups.dedup();
    let (groups, example) = (groups.join("、"), Placeholder::StudentName.written());
    say(
        format!("占位符以 {groups} 之一开头，如 {example}，请改正或删去"),
        format!("a placeholder begins with one of \"{groups}\", like \"{example}\"; correct or delete it"),
    )
}

fn names<T: Term>(values: impl Iterator<Item = T>) -> String {
    values.map(Term::zh).collect::<Vec<_>>().join("、")
}

/// The label of a placeholder in an example: its name without the group.
fn label(placeholder: Placeholder) -> &'static str {
    placeholder.zh().split('.').next_back().unwrap_or(placeholder.zh())
}

impl Refusal for MarkError {
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
            Self::NotOurs(text) => say(
                format!("「{text}」不是实习材料的二维码；请扫描页面右上角的二维码"),
                format!("\"{text}\" is no QR code of a document; scan the one at the top right of the page"),
            ),
            Self::LaterForm(text) => say(
                format!("二维码「{text}」的格式比本程序新；请升级后再扫描"),
                format!("The QR code \"{text}\" is of a newer program; upgrade, then scan again"),
            ),
            Self::Broken(text) => say(
                format!("二维码「{text}」不完整；请重新扫描，或按页面右上角的文字手工录入"),
                format!(
                    "The QR code \"{text}\" is incomplete; scan it again, or type what stands at the top right of the page"
                ),
            ),
        }
    }

    fn field(&self) -> Option<&'static str> {
        Some("mark")
    }
}

impl RenderError {
    /// The refusal that it passes on.
    fn inner(&self) -> Option<&dyn Refusal> {
        match self {
            Self::Write(refusal) => Some(refusal),
            _ => None,
        }
    }
}

impl Refusal for RenderError {
    fn code(&self) -> &'static str {
        self.inner().map_or_else(|| self.into(), Refusal::code)
    }

    fn values(&self) -> Value {
        self.inner().map_or_else(|| values_of(self), Refusal::values)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::Nothing => RefusalKind::Invalid,
            Self::Write(error) => error.kind(),
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::Nothing => {
                say("没有要打印的材料；请先选定学生和材料", "There is nothing to print; choose students and documents")
            }
            Self::Write(error) => error.sentence(),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Nothing => Some("documents"),
            Self::Write(error) => error.field(),
        }
    }
}

impl Refusal for PacketWriteError {
    fn code(&self) -> &'static str {
        "packet.not_written"
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Broken
    }

    fn sentence(&self) -> Sentence {
        say(
            format!("不能把材料写成 {}：{}。请换一种格式，并把这句话告诉维护者", self.format, self.reason),
            format!(
                "The documents cannot be written as {}: {}; take another format, and tell the maintainers of it",
                self.format, self.reason
            ),
        )
    }
}

impl Refusal for ReportWriteError {
    fn code(&self) -> &'static str {
        "report.not_written"
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Broken
    }

    fn sentence(&self) -> Sentence {
        say(
            format!("不能把报告写成 {}：{}。请换一种格式，并把这句话告诉维护者", self.format, self.reason),
            format!(
                "The report cannot be written as {}: {}; take another format, and tell the maintainers of it",
                self.format, self.reason
            ),
        )
    }
}
