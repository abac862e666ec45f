//! The key of the installation: exported under a passphrase, and put back.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use gradtrail::ledger::LedgerEntry;
use gradtrail::people::{MasterKey, key_export};
use gradtrail::text::lang::Lang;

use super::output::{already_there, write_private};
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
    pub async fn run(&self, place: &Place, lang: Lang) -> Result<(), CliError> {
        match self {
            Self::Export { file } => {
                let app = place.open(lang).await?;
                let key = MasterKey::open_existing(&place.key_file())?;
                if file.exists() {
                    return Err(already_there(file, lang));
                }
                let passphrase = new_passphrase(lang)?;
                write_private(file, key_export::export(&key, &passphrase)?.as_bytes())?;
                // What is noted as exported can be put back.
                let (written, shown) = (read(file, lang)?, file.display());
                if key_export::import(&written, &passphrase)?.id() != key.id() {
                    return Err(lang
                        .of(
                            format!("{shown} 中不是所导出的密钥；请换一个目录再导出"),
                            format!("{shown} does not hold the key that was exported; export to another folder"),
                        )
                        .into());
                }
                app.ledger().append(&LedgerEntry::KeyExported { key_id: key.id() })?;
                let id = key.id();
                screen::line(&lang.of(
                    format!("密钥（编号 {id}）已导出到 {shown}；口令不要与它放在一起"),
                    format!("The key (id {id}) is exported to {shown}; keep the passphrase apart from it"),
                ))
            }
            Self::Import { file } => {
                let text = read(file, lang)?;
                let key = key_export::import(&text, &passphrase(lang.of("口令：", "Passphrase: "))?)?;
                place.make_data_dir(lang)?;
                key.write_new(&place.key_file())?;
                let (id, file) = (key.id(), place.key_file());
                let file = file.display();
                screen::line(
                    &lang.of(
                        format!("密钥（编号 {id}）已放回 {file}"),
                        format!("The key (id {id}) is put back to {file}"),
                    ),
                )
            }
        }
    }
}

fn read(file: &Path, lang: Lang) -> Result<String, CliError> {
    let shown = file.display();
    Ok(std::fs::read_to_string(file)
        .map_err(|error| lang.of(format!("不能读取 {shown}：{error}"), format!("{shown} cannot be read: {error}")))?)
}

/// A passphrase that will be needed later: typed unseen, it is asked for twice.
fn new_passphrase(lang: Lang) -> Result<String, CliError> {
    use std::io::IsTerminal;
    let first = passphrase(lang.of("口令（至少 12 个字符）：", "Passphrase (at least 12 characters): "))?;
    if std::io::stdin().is_terminal() && passphrase(lang.of("再输入一次：", "Once more: "))? != first {
        return Err(lang
            .of("两次输入的口令不同；没有导出，请重试", "The two passphrases differ; nothing is exported, try again")
            .into());
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
