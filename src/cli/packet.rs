//! The packet of documents, printed.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use gradtrail::packet::file;
use gradtrail::packet::templates::Templates;

use super::output::write_private;
use super::whom::WhomArgs;
use super::{Failure, Session, screen};

/// 打印实习材料：全班一份文件，或每人一份；只打印，不发出签署
#[derive(Args)]
#[command(
    after_help = "例：\n  gradtrail --as 钱五 packet --class 高三汽修2班 --out 打印\n  gradtrail --as 钱五 packet --class 高三汽修2班 --out 打印 --format html --each --templates 我校模板"
)]
pub struct Packet {
    #[command(flatten)]
    whom: WhomArgs,
    /// 写到哪个文件夹
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// 格式
    #[arg(long, value_enum, default_value = "docx")]
    format: Format,
    /// 学校自己的模板文件夹；没有的材料用内置模板
    #[arg(long, value_name = "DIR")]
    templates: Option<PathBuf>,
    /// 每名学生一份文件
    #[arg(long)]
    each: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Word、WPS 文字
    Docx,
    /// 网页，可打印
    Html,
}

impl Packet {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let templates = Templates::load(self.templates.as_deref())?;
        let bundles = session.app.packet(&session.caller, &self.whom.named(), &templates).await?;
        let (format, extension) = match self.format {
            Format::Docx => (file::Format::Docx, "docx"),
            Format::Html => (file::Format::Html, "html"),
        };
        std::fs::create_dir_all(&self.out)
            .map_err(|error| format!("不能建立文件夹 {}：{error}", self.out.display()))?;
        let made_at = session.app.now();
        let mut files = vec![];
        if self.each {
            for bundle in &bundles {
                let name = format!("{}-{}", bundle.pupil.class, bundle.pupil.short_id());
                files.push((name, file::render(&bundle.papers, made_at, format)?));
            }
        } else {
            let class = bundles.first().map(|bundle| bundle.pupil.class.clone()).unwrap_or_default();
            let papers: Vec<_> = bundles.iter().flat_map(|bundle| bundle.papers.iter().cloned()).collect();
            files.push((class, file::render(&papers, made_at, format)?));
        }
        for (name, bytes) in files {
            let name = name.replace(['/', '\\', ':'], "_");
            let path = self.out.join(format!("实习材料-{name}.{extension}"));
            write_private(&path, &bytes)?;
            screen::line(&path.display().to_string())?;
        }
        let papers: usize = bundles.iter().map(|bundle| bundle.papers.len()).sum();
        screen::line(&format!("{} 人 {papers} 份材料", bundles.len()))
    }
}
