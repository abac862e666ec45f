//! Questions about a cohort: report, explain, missing, conflicts.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;

use gradtrail::app::report::{Asked, KnownAt};
use gradtrail::domain::ids::SchoolCode;
use gradtrail::domain::terms::Term;
use gradtrail::projections::cohort_outcomes::count::Dimension;
use gradtrail::publication::document::Document;
use gradtrail::publication::{english, file, json};

use super::output::{self, Format};
use super::records::{school_code, term};
use super::whom::day;
use super::{Failure, Lang, Session, screen};

/// Which cohort, day and state of knowledge a question is about.
#[derive(Args)]
pub struct Year {
    /// 毕业年份（自然年）/ calendar year of graduation
    #[arg(long, value_parser = clap::value_parser!(i16).range(1990..=2100))]
    year: i16,
    /// 截止日：当日为真的事实；不填为当年 12 月 31 日 / as true on this day
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Option<Date>,
    /// 截至日志的这个位置、日期（当天结束时）或时刻（RFC 3339）所知 / as known at a position, the end of a day or an instant
    #[arg(long, value_name = "POSITION|DAY|INSTANT")]
    known_at: Option<KnownAt>,
    /// 只看一所学校 / one school only
    #[arg(long, value_name = "CODE", value_parser = school_code)]
    school: Option<SchoolCode>,
}

impl Year {
    pub fn asked(&self) -> Asked {
        let known_at = self.known_at.unwrap_or(KnownAt::Head);
        Asked { year: self.year, as_of: self.as_of, known_at, school: self.school.clone() }
    }
}

/// 年度统计：就业、升学两段文字，年报各表，按学校、专业大类等分组的表；每个比率带分子、分母和上下界
#[derive(Args)]
#[command(
    after_help = "例：\n  gradtrail report --year 2022 --as-of 2022-08-31\n  gradtrail report --year 2022 --out 2022届.docx\n  gradtrail report --year 2022 --by school,kind --out 2022届.xlsx\n  gradtrail report --year 2022 --known-at 120000 --format json\n\n各种格式的表、列、合计都相同；json 供程序使用，只含 --by 所要的分组。"
)]
pub struct Report {
    #[command(flatten)]
    year: Year,
    /// 另加一张分组表，一个或两个：school, specialty-class, specialty, class, gender, route, kind, industry, place,
    /// channel, salary, contract, insurance
    #[arg(long, value_delimiter = ',', num_args = 1.., value_parser = term::<Dimension>, value_name = "A[,B]")]
    by: Vec<Dimension>,
    /// 格式；不填则按 --out 的扩展名，没有 --out 则为 text / format, by default the extension's
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// 写成文件：写完整才出现，已有的同名文件被替换 / write a file, whole or not at all
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Report {
    pub async fn run(&self, session: &Session) -> Result<(), Failure> {
        if self.by.len() > 2 {
            return Err("--by 最多两个分组，用逗号分开，如 --by school,specialty".into());
        }
        if let [first, second] = self.by.as_slice()
            && first == second
        {
            return Err(format!("--by 的两个分组相同：{}", first.code()).into());
        }
        let format = output::format_of(self.format, self.out.as_deref())?;
        let bytes = self.written(session, format).await?;
        match &self.out {
            None => screen::line(String::from_utf8_lossy(&bytes).trim_end()),
            Some(out) => {
                output::write_whole(out, &bytes)?;
                screen::line(&format!("已写入 {}", out.display()))
            }
        }
    }

    async fn written(&self, session: &Session, format: Format) -> Result<Vec<u8>, Failure> {
        let asked = self.year.asked();
        let report = async || session.app.report(&session.caller, &asked, &self.by).await;
        match (format, session.lang) {
            (Format::Json, _) => Ok(serde_json::to_vec_pretty(&json::report(&report().await?))?),
            (Format::Text, Lang::En) => Ok(english::write(&report().await?).into_bytes()),
            (Format::Text, Lang::Zh) | (Format::Csv | Format::Xlsx | Format::Docx | Format::Html, Lang::Zh) => {
                let full = session.app.full_report(&session.caller, &asked, &self.by).await?;
                Ok(file::write(&Document::of(&full), format.of_file())?)
            }
            (Format::Csv | Format::Xlsx | Format::Docx | Format::Html, Lang::En) => {
                Err("--lang en 只有 text 和 json 格式 / English comes as text or json only".into())
            }
        }
    }
}

/// 打开一个指标（JSON）：分子、只在分母、不计，各人由哪个位置的事件决定
#[derive(Args)]
pub struct Explain {
    /// 指标编号，如 employment_rate（见 report --format json 的 figures）
    figure: String,
    #[command(flatten)]
    year: Year,
}

impl Explain {
    pub async fn run(&self, session: &Session) -> Result<(), Failure> {
        let explained = session.app.explain(&session.caller, &self.year.asked(), &self.figure).await?;
        screen::json(&json::explained(&explained))
    }
}

pub async fn missing(session: &Session, year: &Year) -> Result<(), Failure> {
    screen::json(&json::missing(&session.app.missing(&session.caller, &year.asked()).await?))
}

pub async fn conflicts(session: &Session, year: &Year) -> Result<(), Failure> {
    screen::json(&json::conflicts(&session.app.conflicts(&session.caller, &year.asked()).await?))
}
