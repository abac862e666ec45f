//! The key of the installation: exported under a passphrase, and put back.

use std::path::PathBuf;

use clap::Subcommand;

use gradtrail::ledger::LedgerEntry;
use gradtrail::people::{MasterKey, key_export};

use super::output::write_private;
use super::{CliError, Place, screen};

#[derive(Subcommand)]
pub enum KeyCommand {
    /// 导出密钥到口令保护的文件，存放在另一处
    Export {
        /// 新文件 / a new file
        file: PathBuf,
    },
    /// 从导出的文件放回密钥
    Import {
        /// 导出的文件 / the exported file
        file: PathBuf,
    },
}

impl KeyCommand {
    pub async fn run(&self, place: &Place) -> Result<(), CliError> {
        match self {
            Self::Export { file } => {
                let app = place.open().await?;
                let key = MasterKey::open_existing(&place.key_file())?;
                if file.exists() {
                    return Err(format!("{} 已经存在；请换一个文件名", file.display()).into());
                }
                let passphrase = new_passphrase()?;
                write_private(file, key_export::export(&key, &passphrase)?.as_bytes())?;
                // What is noted as exported can be put back.
                let written =
                    std::fs::read_to_string(file).map_err(|error| format!("不能读取 {}：{error}", file.display()))?;
                if key_export::import(&written, &passphrase)?.id() != key.id() {
                    return Err(format!("{} 中不是所导出的密钥；请换一个目录再导出", file.display()).into());
                }
                app.ledger().append(&LedgerEntry::KeyExported { key_id: key.id() })?;
                screen::line(&format!("密钥（编号 {}）已导出到 {}；口令不要与它放在一起", key.id(), file.display()))
            }
            Self::Import { file } => {
                let text =
                    std::fs::read_to_string(file).map_err(|error| format!("不能读取 {}：{error}", file.display()))?;
                let key = key_export::import(&text, &passphrase("口令：")?)?;
                place.make_data_dir()?;
                key.write_new(&place.key_file())?;
                screen::line(&format!("密钥（编号 {}）已放回 {}", key.id(), place.key_file().display()))
            }
        }
    }
}

/// A passphrase that will be needed later: typed unseen, it is asked for twice.
fn new_passphrase() -> Result<String, CliError> {
    use std::io::IsTerminal;
    let first = passphrase("口令（至少 12 个字符）：")?;
    if std::io::stdin().is_terminal() && passphrase("再输入一次：")? != first {
        return Err("两次输入的口令不同；没有导出，请重试".into());
    }
    Ok(first)
}

/// The passphrase from the terminal, unseen, or, where there is none, from a line of standard input.
fn passphrase(prompt: &str) -> Result<String, CliError> {
    use std::io::IsTerminal;
    if std::io::stdin().is_terminal() {
        return Ok(rpassword::prompt_password(prompt)?);
    }
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
