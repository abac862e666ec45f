//! What keeps the sample from being written, and its season from being played.

use std::fmt;

use serde_json::Value;

use super::{Refusal, RefusalKind, Sentence, say, values_of};
use crate::demo::DemoError;
use crate::sample::{SCALE_MAX, SEASON_SCALE_MAX, SampleError};

impl Refusal for SampleError {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::Scale(_) | Self::SeasonScale(_) => RefusalKind::Invalid,
            Self::Write { .. } | Self::Xlsx(_) | Self::Xls(_) | Self::Csv(_) => RefusalKind::Broken,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::Scale(scale) => say(
                format!("示例城市的倍数应为 1 至 {SCALE_MAX}，不能是 {scale}"),
                format!("The sample city is taken 1 to {SCALE_MAX} times, not {scale}"),
            ),
            Self::SeasonScale(scale) => say(
                format!("示例实习季的倍数应为 1 至 {SEASON_SCALE_MAX}，不能是 {scale}"),
                format!("The sample season is taken 1 to {SEASON_SCALE_MAX} times, not {scale}"),
            ),
            Self::Write { path, source } => {
                let path = path.display();
                say(
                    format!("无法写入 {path}：{source}。请检查目录是否存在、可写、有空间"),
                    format!(
                        "\"{path}\" cannot be written: {source}; check that the folder is there and writable, and has room"
                    ),
                )
            }
            Self::Xlsx(error) => not_made("xlsx", error),
            Self::Xls(error) => not_made("xls", error),
            Self::Csv(error) => not_made("csv", error),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Scale(_) | Self::SeasonScale(_) => Some("scale"),
            Self::Write { .. } | Self::Xlsx(_) | Self::Xls(_) | Self::Csv(_) => None,
        }
    }
}

fn not_made(format: &str, error: &impl fmt::Display) -> Sentence {
    // Some libraries end what they say with a stop.
    let error = error.to_string();
    let error = error.trim_end_matches('.');
    say(format!("生成 .{format} 文件失败：{error}"), format!("The .{format} file could not be made: {error}"))
}

impl std::error::Error for SampleError {}

/// In Chinese, for the ways in that do not choose a language.
impl fmt::Display for SampleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence().zh)
    }
}

impl DemoError {
    /// The refusal that it passes on.
    fn inner(&self) -> Option<&dyn Refusal> {
        match self {
            Self::File { why, .. } => Some(why),
            Self::Step { refused, .. } => Some(refused),
            Self::Read(why) => Some(&**why),
            Self::Failure(refusal) => Some(refusal),
            Self::Name(refusal) => Some(refusal),
            _ => None,
        }
    }
}

impl Refusal for DemoError {
    fn code(&self) -> &'static str {
        self.inner().map_or_else(|| self.into(), Refusal::code)
    }

    fn values(&self) -> Value {
        self.inner().map_or_else(|| values_of(self), Refusal::values)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::PlacedAlready => RefusalKind::Conflict,
            Self::File { why, .. } => why.kind(),
            Self::Rejected { .. } => RefusalKind::Broken,
            Self::Step { refused, .. } => refused.kind(),
            Self::Read(why) => why.kind(),
            Self::Failure(failure) => failure.kind(),
            Self::Name(refusal) => refusal.kind(),
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::PlacedAlready => say(
                "这个数据目录里已有实习安排；示例实习季要放在没有实习的目录里，请换一个",
                "There are placements in this data folder; the sample season goes into one without, take another",
            ),
            Self::File { file, why } => {
                let (file, Sentence { zh, en }) = (file.display(), why.sentence());
                say(format!("{file} 没有导入：{zh}"), format!("\"{file}\" was not imported: {en}"))
            }
            Self::Rejected { file, rejected, row, first } => {
                let (file, reasons): (_, Vec<_>) = (file.display(), first.iter().map(|why| why.sentence()).collect());
                let joined =
                    |of: fn(&Sentence) -> &str, mark: &str| reasons.iter().map(of).collect::<Vec<_>>().join(mark);
                say(
                    format!(
                        "{file} 有 {rejected} 行被退回，第一行：第 {row} 行，{}",
                        joined(|reason| &reason.zh, "；")
                    ),
                    format!(
                        "{rejected} rows of \"{file}\" were rejected, the first of them row {row}: {}",
                        joined(|reason| &reason.en, "; ")
                    ),
                )
            }
            Self::Step { school, class, refused } => {
                let Sentence { zh, en } = refused.sentence();
                say(format!("{school} {class}：{zh}"), format!("\"{school}\", \"{class}\": {en}"))
            }
            Self::Read(why) => {
                let Sentence { zh, en } = why.sentence();
                say(format!("不能读样例文件：{zh}"), format!("A file of the sample cannot be read: {en}"))
            }
            Self::Failure(failure) => failure.sentence(),
            Self::Name(refusal) => refusal.sentence(),
        }
    }

    fn field(&self) -> Option<&'static str> {
        self.inner().and_then(Refusal::field)
    }
}

impl std::error::Error for DemoError {}

/// In Chinese, for the ways in that do not choose a language.
impl fmt::Display for DemoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence().zh)
    }
}
