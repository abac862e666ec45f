//! Keeping the installation: erase, scrub, backup, restore, copy, key.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use gradtrail::app::restore::Arrived;
use gradtrail::app::{App, Done};
use gradtrail::domain::ErasureReason;
use gradtrail::domain::terms::Term;
use gradtrail::event_log::Location;
use gradtrail::event_log::copy::back_up;
use gradtrail::event_log::scrub::scrub;
use gradtrail::ledger::{Ledger, LedgerEntry};
use gradtrail::people::{MasterKey, key_export};

use super::output::write_private;
use super::{Failure, Place, Session, now, screen};

/// 匿名化一名学生：姓名、证件号码、电话等加密数据删除且不能恢复，统计结果不变
///
/// 之后自动清除数据库文件中的残留（见 gradtrail scrub）。够不到的地方见 ops/README.md：PostgreSQL 的 WAL、归档和副本，
/// 以前的备份，导出和导入过的文件。
#[derive(Args)]
pub struct Erase {
    /// 学生编号或证件号码 / student id or document number
    #[arg(value_name = "PERSON")]
    person: String,
    /// 原因 / reason
    #[arg(long, value_name = "CODE", value_parser = erasure_reason)]
    reason: ErasureReason,
    /// 不清除数据库文件中的残留，稍后用 gradtrail scrub 一并清除
    #[arg(long)]
    no_scrub: bool,
}

fn erasure_reason(text: &str) -> Result<ErasureReason, String> {
    ErasureReason::from_text(text).ok_or_else(|| {
        let known: Vec<String> = ErasureReason::ENTRIES.iter().map(|e| format!("{} {}", e.code, e.zh)).collect();
        format!("没有这个原因；可用：{}", known.join("、"))
    })
}

impl Erase {
    pub async fn run(&self, session: &Session, place: &Place) -> Result<(), Failure> {
        let student = session.app.find_student(&session.caller, &self.person).await?;
        match session.app.erase(&session.caller, student, self.reason).await? {
            Done::Unchanged => screen::line(&format!("学生 {} 先前已经匿名化", student.0))?,
            Done::Recorded(receipt) => screen::line(&format!(
                "学生 {} 已匿名化（位置 {}）；统计结果不变，台账 {} 已记下",
                student.0,
                receipt.first_position,
                session.app.ledger().path().display()
            ))?,
        }
        if self.no_scrub { Ok(()) } else { run_scrub(place).await }
    }
}

/// Wipes deleted data out of the database's files.
pub async fn run_scrub(place: &Place) -> Result<(), Failure> {
    scrub(&place.location).await?;
    screen::line("数据库文件中的残留已清除；以前的备份、导出的文件和数据库副本请另行处理")
}

/// 备份到一个文件；其间可以继续记录。密钥不在备份中
#[derive(Args)]
pub struct Backup {
    /// 备份文件，必须是新文件 / a new file
    file: PathBuf,
}

impl Backup {
    pub async fn run(&self, session: &Session, place: &Place) -> Result<(), Failure> {
        let bar = screen::progress("备份");
        let copied = back_up(&place.location, &self.file, |position| bar.set_position(position.unsigned_abs())).await?;
        bar.finish_and_clear();
        session.app.note_head().await?;
        screen::line(&format!(
            "已备份到 {}：位置 {}，根 {}\n备份中没有密钥和台账：{} 和 {} 要另外保存，没有密钥就不能读出个人信息",
            self.file.display(),
            copied.position,
            hex::encode(copied.root),
            place.key_file().display(),
            session.app.ledger().path().display()
        ))
    }
}

/// 把备份恢复到空的数据库；需要原来的密钥和台账
///
/// 台账记着备份之后匿名化了谁，恢复时重新匿名化；台账记着更后的日志头时，丢失的位置会被记录下来。
#[derive(Args)]
pub struct Restore {
    /// 备份文件 / the backup
    file: PathBuf,
    /// 其他机器上的台账，可以有几个 / ledgers of other machines
    #[arg(long, value_name = "FILE")]
    ledger: Vec<PathBuf>,
    /// 台账确实没有了：已匿名化的人可能因此回来
    #[arg(long)]
    without_ledger: bool,
}

impl Restore {
    pub async fn run(&self, place: &Place) -> Result<(), Failure> {
        if !self.file.is_file() {
            return Err(format!("没有备份文件 {}", self.file.display()).into());
        }
        place.make_data_dir()?;
        let key_file = place.key_file();
        if !key_file.exists() {
            return Err(format!(
                "没有密钥 {}：请先放回原来的 gradtrail.key，或用 gradtrail key import 导入",
                key_file.display()
            )
            .into());
        }
        let ours = Ledger::beside(&key_file);
        for file in &self.ledger {
            if !file.is_file() {
                return Err(format!("没有台账文件 {}", file.display()).into());
            }
            let known = ours.entries()?;
            for entry in Ledger::at(file.clone()).entries()?.iter().filter(|entry| !known.contains(entry)) {
                ours.append(entry)?;
            }
        }
        let bar = screen::progress("恢复");
        let backup = Location::Sqlite(self.file.clone());
        let arrived = App::restore(&backup, &place.location, &key_file, self.without_ledger, now, |position| {
            bar.set_position(position.unsigned_abs());
        })
        .await?;
        bar.finish_and_clear();
        arrived.app.note_head().await?;
        print_arrived(&arrived, "已恢复").await?;
        match arrived.lost {
            Some(lost) => screen::line(&format!(
                "备份之后记录的位置 {} 至 {} 已丢失；已记入日志，引用这些位置的数字会注明",
                lost.from, lost.to
            )),
            None => Ok(()),
        }
    }
}

async fn print_arrived(arrived: &Arrived, what: &str) -> Result<(), Failure> {
    let head = arrived.app.log().head().await?;
    screen::line(&format!(
        "{what}：位置 {}，根 {}，与来源一致",
        arrived.copied.position,
        hex::encode(arrived.copied.root)
    ))?;
    if head.position() > arrived.copied.position {
        let count = head.position() - arrived.copied.position;
        screen::line(&format!("依台账补记 {count} 个事件（匿名化、丢失的位置），现在的位置 {}", head.position()))?;
    }
    Ok(())
}

/// 把整个日志复制到另一个空数据库（SQLite 与 PostgreSQL 互换），以相同的根为证
#[derive(Args)]
pub struct Copy {
    /// 目标：sqlite:路径 或 postgres://… / target
    #[arg(long, value_name = "URL")]
    to: String,
}

impl Copy {
    pub async fn run(&self, place: &Place) -> Result<(), Failure> {
        let to = Location::parse(&self.to)?;
        if to == place.location {
            return Err("目标就是来源；请给另一个数据库的地址".into());
        }
        // Opened, so that the source's schema is this program's and its erasures are complete.
        drop(place.open().await?);
        let bar = screen::progress("复制");
        let arrived = App::transfer(&place.location, &to, &place.key_file(), now, |position| {
            bar.set_position(position.unsigned_abs());
        })
        .await?;
        bar.finish_and_clear();
        print_arrived(&arrived, "已复制").await?;
        screen::line(&format!("使用它：--database-url {}，密钥仍是 {}", self.to, place.key_file().display()))
    }
}

#[derive(Subcommand)]
pub enum Key {
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

impl Key {
    pub async fn run(&self, place: &Place) -> Result<(), Failure> {
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
fn new_passphrase() -> Result<String, Failure> {
    use std::io::IsTerminal;
    let first = passphrase("口令（至少 12 个字符）：")?;
    if std::io::stdin().is_terminal() && passphrase("再输入一次：")? != first {
        return Err("两次输入的口令不同；没有导出，请重试".into());
    }
    Ok(first)
}

/// The passphrase from the terminal, unseen, or, where there is none, from a line of standard input.
fn passphrase(prompt: &str) -> Result<String, Failure> {
    use std::io::IsTerminal;
    if std::io::stdin().is_terminal() {
        return Ok(rpassword::prompt_password(prompt)?);
    }
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
