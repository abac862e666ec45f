//! Files to begin with: blank workbooks, the sample city.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;

use gradtrail::domain::terms::Term;
use gradtrail::input::words::{TermParser, day};
use gradtrail::intake::kind::Kind;
use gradtrail::intake::template;
use gradtrail::sample;
use gradtrail::sample::season::{self, plan::Extent};
use gradtrail::text::lang::Lang;

use super::{CliError, screen};

/// 生成空白模板工作簿：表头、代码表、一行示例
#[derive(Args)]
pub struct Template {
    /// 种类：schools, roster, outcomes, further-study, exam, employers, placements
    #[arg(value_parser = TermParser::<Kind>::new())]
    kind: Kind,
    /// 写到哪个文件
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl Template {
    pub fn run(&self, lang: Lang) -> Result<(), CliError> {
        let (out, kind) = (self.out.display(), self.kind);
        if self.out.exists() {
            return Err(lang
                .of(
                    format!("{out} 已经存在，没有改动；请换一个文件名"),
                    format!("{out} is there already and stays as it is; choose another name"),
                )
                .into());
        }
        template::write(kind, &self.out).map_err(|error| {
            lang.of(
                format!("不能写 {out}：{error}。请检查目录是否存在、是否可写"),
                format!("{out} cannot be written: {error}. Check that the folder is there and can be written"),
            )
        })?;
        screen::line(&lang.of(format!("已写 {out}（{}）", kind.zh()), format!("Wrote {out} ({})", kind.en())))
    }
}

/// 生成样例城市：23 所虚构学校、18,081 名虚构毕业生的普通文件，和其中埋设的陷阱说明 TRAPS.md
#[derive(Args)]
pub struct Sample {
    /// 写到哪个目录
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// 几倍于样例城市
    #[arg(long, default_value_t = 1, value_name = "N")]
    scale: u32,
    /// 另写一个实习季：毕业班名册、实习单位、实习安排，说明见 SEASON.md
    #[arg(long)]
    season: bool,
    /// 实习季以哪天为今天；不填为今天
    #[arg(long, requires = "season", value_parser = day, value_name = "DATE")]
    today: Option<Date>,
}

impl Sample {
    pub fn run(&self, lang: Lang) -> Result<(), CliError> {
        if self.season {
            season::check_scale(self.scale)?;
        }
        let summary = sample::write(&self.out, self.scale)?;
        let (files, out) = (summary.files().count(), self.out.display());
        screen::line(&lang.of(format!("已写 {files} 个文件到 {out}"), format!("Wrote {files} files to {out}")))?;
        if self.season {
            let today = self.today.unwrap_or_else(super::today);
            let season = season::write(&self.out, self.scale, &Extent::whole(), today)?;
            let (files, placements) = (season.files.len(), season.planted.placements);
            screen::line(&lang.of(
                format!("实习季（今天 {today}）：{files} 个文件，{placements} 项实习安排，说明见 SEASON.md"),
                format!("Season (today {today}): {files} files, {placements} placements, told in SEASON.md"),
            ))?;
        }
        Ok(())
    }
}
