//! The year-end figures, printed or written to a file.

use std::path::PathBuf;

use clap::Args;

use gradtrail::app::actions::Question;
use gradtrail::app::reply::Reply;
use gradtrail::app::report::{ReportQuery, ReportReply, ShowReport};
use gradtrail::domain::terms::Term;
use gradtrail::input::words;
use gradtrail::projections::cohort_outcomes::count::Dimension;
use gradtrail::publication::compose;
use gradtrail::publication::{english, file, json};
use gradtrail::text::lang::Lang;

use super::output::{self, Format};
use super::{CliError, Session, screen};

/// 年度统计：就业、升学两段文字，年报各表，按学校、专业大类等分组的表；每个比率带分子、分母和上下界
#[derive(Args)]
pub struct Report {
    #[command(flatten)]
    query: ReportQuery,
    /// 另加一张分组表，一个或两个：school, specialty-class, specialty, class, gender, route, kind, industry, place,
    /// channel, salary, contract, insurance
    #[arg(long, value_delimiter = ',', num_args = 1.., value_parser = words::TermParser::<Dimension>::new(), value_name = "A[,B]")]
    by: Vec<Dimension>,
    /// 格式；不填则按 --out 的扩展名，没有 --out 则为 text / format, by default the extension's
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// 写成文件：写完整才出现，已有的同名文件被替换 / write a file, whole or not at all
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Report {
    pub async fn run(&self, session: &Session) -> Result<(), CliError> {
        let lang = session.lang;
        if self.by.len() > 2 {
            return Err(lang
                .of(
                    "--by 最多两个分组，用逗号分开，如 --by school,specialty",
                    "--by takes at most two dimensions, parted by a comma, like --by school,specialty",
                )
                .into());
        }
        if let [first, second] = self.by.as_slice()
            && first == second
        {
            let same = first.code();
            return Err(lang
                .of(format!("--by 的两个分组相同：{same}"), format!("--by names the same dimension twice: {same}"))
                .into());
        }
        let format = output::format_of(self.format, self.out.as_deref())?;
        let bytes = self.written(session, format).await?;
        match &self.out {
            None => screen::line(String::from_utf8_lossy(&bytes).trim_end()),
            Some(out) => {
                output::write_whole(out, &bytes)?;
                screen::line(&lang.of(format!("已写入 {}", out.display()), format!("Wrote {}", out.display())))
            }
        }
    }

    async fn written(&self, session: &Session, format: Format) -> Result<Vec<u8>, CliError> {
        let ask = async |full: bool| -> Result<ReportReply, CliError> {
            let question = ShowReport { query: self.query.clone(), by: self.by.clone(), full };
            match session.app.ask(&session.caller, &Question::Report(question)).await? {
                Reply::Report(report) => Ok(report),
                _ => Err("不是所问的统计".into()), // Not what was asked.
            }
        };
        let wants_tables = format != Format::Json && (format, session.lang) != (Format::Text, Lang::En);
        if wants_tables && session.lang == Lang::En {
            return Err("--lang en 只有 text 和 json 格式 / English comes as text or json only".into());
        }
        match ask(wants_tables).await? {
            ReportReply::Full(full) => Ok(file::write(&compose(&full), format.of_file())?),
            ReportReply::Plain(report) if format == Format::Json => {
                Ok(serde_json::to_vec_pretty(&json::report(&report))?)
            }
            ReportReply::Plain(report) => Ok(english::write(&report).into_bytes()),
        }
    }
}
