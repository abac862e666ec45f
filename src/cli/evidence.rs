//! Files that stand behind what was recorded.

use std::io::Write;
use std::path::PathBuf;

use clap::Subcommand;

use gradtrail::private_file;

use super::{Failure, Session, screen};

#[derive(Subcommand)]
#[command(after_help = "例：
  gradtrail --as 钱五 evidence get 3f5a09c2 --out 协议.pdf")]
pub enum EvidenceArgs {
    /// 取回一个文件；只能取回自己范围内的
    Get {
        /// 文件编号：校验值（SHA-256）或其开头至少 8 位
        hash: String,
        /// 写到哪里，必须是新文件
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

impl EvidenceArgs {
    pub async fn run(self, session: &Session) -> Result<(), Failure> {
        let Self::Get { hash, out } = self;
        let file = session.app.evidence(&session.caller, &hash).await?;
        let written = private_file::create_new(&out).and_then(|mut written| written.write_all(file.bytes()));
        written.map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => format!("{} 已经存在；请换一个文件名", out.display()),
            _ => format!("不能写入 {}：{error}", out.display()),
        })?;
        let (kind, kilobytes) = (file.media.name(), file.bytes().len().div_ceil(1024));
        screen::line(&format!("已写出 {}（{kind}，{kilobytes} KB，SHA-256 {}）", out.display(), file.hash))
    }
}
