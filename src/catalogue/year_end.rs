//! What refuses a published figure.

use serde_json::Value;

use super::{Refusal, RefusalKind, Sentence, english, nothing_to_undo, say, values_of};
use crate::domain::figures::definitions::definition;
use crate::domain::year_end::YearEndRefusal;

impl Refusal for YearEndRefusal {
    fn code(&self) -> &'static str {
        self.into()
    }

    fn values(&self) -> Value {
        values_of(self)
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotPublished { .. } => RefusalKind::NotFound,
            Self::NoSuchFigure(_)
            | Self::Persons { .. }
            | Self::Title { .. }
            | Self::TitleNumbersPerson
            | Self::BeforeGraduation { .. }
            | Self::PublishedAhead { .. }
            | Self::WithdrawnAhead { .. }
            | Self::WithdrawnBefore { .. }
            | Self::NothingToUndo { .. } => RefusalKind::Invalid,
            Self::OtherYear { .. } | Self::RecordedElsewhere { .. } => RefusalKind::Conflict,
        }
    }

    fn sentence(&self) -> Sentence {
        match self {
            Self::NoSuchFigure(figure) => say(
                format!("没有指标 {figure}；请从列出的指标中选一项"),
                format!("There is no figure \"{figure}\"; choose one of those that are listed"),
            ),
            Self::Persons { numerator, denominator } => say(
                format!("分子 {numerator} 人、分母 {denominator} 人：分母要大于 0，分子不大于分母；请照公布的人数填写"),
                format!(
                    "{numerator} of {denominator} persons: the denominator is above 0 and the numerator not above it; give the \
                     persons as they were published"
                ),
            ),
            Self::Title { least, most } => say(
                format!("请写明刊载的文件或刊物名称，{least} 至 {most} 个字，让别人能找到原文"),
                format!("Say where it was published, in {least} to {most} characters, so that others find it there"),
            ),
            Self::TitleNumbersPerson => say(
                "名称里有一长串数字，像证件号或电话；请写刊载文件的名称，不写个人的号码",
                "The title has a long number, as of a document or phone; give the name of the publication and no number of a \
                 person",
            ),
            Self::BeforeGraduation { published_on, year } => say(
                format!("公布日期 {published_on} 早于 {year} 年，这一届还没有毕业；请核对"),
                format!(
                    "It was published on {}, before this cohort graduated in {year}; check the day and the year",
                    english(*published_on)
                ),
            ),
            Self::PublishedAhead { published_on: on, today } | Self::WithdrawnAhead { on, today } => say(
                format!("日期 {on} 还没有到，今天是 {today}；请核对"),
                format!("{} has not come yet, it is {}; check the day", english(*on), english(*today)),
            ),
            Self::OtherYear { year } => say(
                format!("这里记的是 {year} 届公布的数字，不能改为别的学校或别的届次"),
                format!("These are the published figures of {year}; they stay that school's and that year's"),
            ),
            Self::RecordedElsewhere { year } => say(
                format!("{year} 届公布的数字刚由别人登记，请查看后再办理"),
                format!("Somebody else has just recorded what was published of {year}; look at it first"),
            ),
            Self::NotPublished { figure } => {
                let name = definition(figure).map_or((figure.as_str(), figure.as_str()), |of| (of.zh, of.en));
                say(
                    format!("没有登记过公布的{}，或已经撤回", name.0),
                    format!("{}: no published figure is on record, or it was withdrawn", name.1),
                )
            }
            Self::WithdrawnBefore { published_on, on } => say(
                format!("{published_on} 才公布，不能自 {on} 起撤回；请核对日期"),
                format!(
                    "It was published on {} and cannot be withdrawn from {} on; check the day",
                    english(*published_on),
                    english(*on)
                ),
            ),
            Self::NothingToUndo { version } => nothing_to_undo(*version),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::NoSuchFigure(_) => Some("figure"),
            Self::Persons { .. } => Some("numerator"),
            Self::Title { .. } | Self::TitleNumbersPerson => Some("title"),
            Self::BeforeGraduation { .. } | Self::PublishedAhead { .. } => Some("published_on"),
            Self::WithdrawnAhead { .. } | Self::WithdrawnBefore { .. } => Some("on"),
            Self::NothingToUndo { .. } => Some("version"),
            Self::NotPublished { .. } | Self::OtherYear { .. } | Self::RecordedElsewhere { .. } => None,
        }
    }
}
