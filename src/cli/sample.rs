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
    pub fn run(&self) -> Result<(), CliError> {
        if self.out.exists() {
            return Err(format!("{} 已经存在，没有改动；请换一个文件名", self.out.display()).into());
        }
        template::write(self.kind, &self.out)
            .map_err(|error| format!("不能写 {}：{error}。请检查目录是否存在、是否可写", self.out.display()))?;
        screen::line(&format!("已写 {}（{}）", self.out.display(), self.kind.zh()))
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
    pub fn run(&self) -> Result<(), CliError> {
        if self.season {
            season::check_scale(self.scale)?;
        }
        let summary = sample::write(&self.out, self.scale)?;
        screen::line(&format!("已写 {} 个文件到 {}", summary.files.len(), self.out.display()))?;
        if self.season {
            let today = self.today.unwrap_or_else(super::today);
            let season = season::write(&self.out, self.scale, &Extent::whole(), today)?;
            let (files, placements) = (season.files.len(), season.planted.placements);
            screen::line(&format!(
                "实习季（今天 {today}）：{files} 个文件，{placements} 项实习安排，说明见 SEASON.md"
            ))?;
        }
        Ok(())
    }
}
