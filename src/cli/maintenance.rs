//! Keeping the installation: verify, check, rebuild, erase, scrub, backup, restore, copy.

use std::path::PathBuf;

use clap::Args;

use gradtrail::app::App;
use gradtrail::app::Done;
use gradtrail::app::actions::{Answer, Command, Question, Reply};
use gradtrail::app::health::{CheckHealth, ModelHealth};
use gradtrail::app::restore::Arrived;
use gradtrail::app::student::EraseStudent;
use gradtrail::event_log::Location;
use gradtrail::event_log::copy::back_up;
use gradtrail::event_log::scrub::scrub;
use gradtrail::projections;

use super::{CliError, Place, Session, now, screen};

/// 匿名化一名学生：姓名、证件号码、电话等加密数据删除且不能恢复，统计结果不变
///
/// 之后自动清除数据库文件中的残留（见 gradtrail scrub）。够不到的地方见 ops/README.md：PostgreSQL 的 WAL、归档和副本，
/// 以前的备份，导出和导入过的文件。
#[derive(Args)]
pub struct Erase {
    #[command(flatten)]
    input: EraseStudent,
    /// 不清除数据库文件中的残留，稍后用 gradtrail scrub 一并清除
    #[arg(long)]
    no_scrub: bool,
}

impl Erase {
    pub async fn run(self, session: &Session, place: &Place) -> Result<(), CliError> {
        let command = Command::Erase(self.input);
        match session.app.run(&session.caller, session.key.as_ref(), &command).await? {
            Answer::Erased(student, Done::Unchanged) => {
                screen::line(&format!("学生 {} 先前已经匿名化", student.0))?;
            }
            Answer::Erased(student, Done::Recorded(receipt)) => screen::line(&format!(
                "学生 {} 已匿名化（位置 {}）；统计结果不变，台账 {} 已记下",
                student.0,
                receipt.first_position,
                session.app.ledger().path().display()
            ))?,
            answer => super::answer::print(&command, answer)?,
        }
        if self.no_scrub { Ok(()) } else { run_scrub(place).await }
    }
}

/// Wipes deleted data out of the database's files.
pub async fn run_scrub(place: &Place) -> Result<(), CliError> {
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
    pub async fn run(&self, place: &Place) -> Result<(), CliError> {
        let bar = screen::progress("备份");
        let copied = back_up(&place.location, &self.file, |position| bar.set_position(position.unsigned_abs())).await?;
        bar.finish_and_clear();
        let app = place.open().await?;
        app.note_head().await?;
        screen::line(&format!(
            "已备份到 {}：位置 {}，根 {}\n备份中没有密钥和台账：{} 和 {} 要另外保存，没有密钥就不能读出个人信息",
            self.file.display(),
            copied.position,
            hex::encode(copied.root),
            place.key_file().display(),
            app.ledger().path().display()
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
    pub async fn run(&self, place: &Place) -> Result<(), CliError> {
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
        for file in &self.ledger {
            if !file.is_file() {
                return Err(format!("没有台账文件 {}", file.display()).into());
            }
        }
        App::merge_ledgers(&key_file, &self.ledger)?;
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

async fn print_arrived(arrived: &Arrived, what: &str) -> Result<(), CliError> {
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
    pub async fn run(&self, place: &Place) -> Result<(), CliError> {
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

/// 校验全部事件的叶哈希、根、流版本、位置连续，以及读模型与重算一致
#[derive(Args)]
pub struct Verify {
    /// 先前记下的日志头；日志必须仍是它的延续 / a head noted earlier
    #[arg(long, value_name = "POSITION:ROOT", value_parser = noted)]
    head: Option<(i64, [u8; 32])>,
}

fn noted(text: &str) -> Result<(i64, [u8; 32]), String> {
    let wrong = || "写成 位置:根，如 110000:3f…（64 位十六进制），即 gradtrail head 打印的 position 和 root".to_owned();
    let (position, root) = text.split_once(':').ok_or_else(wrong)?;
    let root = hex::decode(root).ok().and_then(|bytes| bytes.try_into().ok()).ok_or_else(wrong)?;
    Ok((position.parse().map_err(|_| wrong())?, root))
}

impl Verify {
    pub async fn run(&self, place: &Place) -> Result<(), CliError> {
        let app = place.open_existing().await?;
        if let Some((position, _)) = self.head
            && let Some((lost, found_on)) = app.lost_head(position).await?
        {
            screen::line(&format!(
                "注意：位置 {} 至 {} 的原有记录在 {found_on} 恢复备份时丢失；在那之前记下的这一段日志头不再能校验",
                lost.from, lost.to
            ))?;
        }
        let bar = screen::progress("校验");
        let proof = app.prove(self.head, |done, all| {
            bar.set_length(all.unsigned_abs());
            bar.set_position(done.unsigned_abs());
        });
        let proof = proof.await?;
        bar.finish_and_clear();
        let verified = proof.verified;
        screen::line(&format!(
            "校验通过：{} 个事件，{} 个流，读模型 {} 行，加密数据 {} 行，佐证文件 {} 个\n位置 {}  根 {}",
            verified.position,
            verified.streams,
            verified.rows,
            proof.sealed_count,
            proof.file_count,
            verified.position,
            hex::encode(verified.root)
        ))?;
        app.note_head().await?;
        Ok(())
    }
}

pub async fn check(session: &Session, place: &Place) -> Result<(), CliError> {
    let Reply::Health(health) = session.app.ask(&session.caller, &Question::Health(CheckHealth {})).await? else {
        return Ok(()); // Not what was asked.
    };
    let database = match &place.location {
        Location::Sqlite(path) => format!("SQLite {}", path.display()),
        Location::Postgres(_) => "PostgreSQL".to_owned(),
    };
    screen::line(&format!("数据库    {database}：可读写"))?;
    screen::line(&format!("密钥文件  {}：与数据库相符", place.key_file().display()))?;
    screen::line(&format!("日志      位置 {}，根 {}", health.head.position(), hex::encode(health.head.root())))?;
    let mut bad = vec![];
    for (name, model) in &health.models {
        let state = match model {
            ModelHealth::Current => "正常".to_owned(),
            ModelHealth::Missing => "未建立".to_owned(),
            ModelHealth::Foreign => "由其他版本的程序写入".to_owned(),
            ModelHealth::Stalled { position, reason } => format!("停在位置 {position}：{reason}"),
        };
        screen::line(&format!("读模型    {name}：{state}"))?;
        if *model != ModelHealth::Current {
            bad.push(*name);
        }
    }
    if !health.is_key_exported {
        screen::line(
            "提醒      密钥还没有导出。请运行 gradtrail key export 文件，并把文件存放在另一处：密钥丢失，个人信息就不能再读",
        )?;
    }
    if bad.is_empty() {
        Ok(())
    } else {
        Err(format!("{} 需要重建：请运行 gradtrail rebuild", bad.join("、")).into())
    }
}

/// 从日志重建读模型；其间可以继续记录
#[derive(Args)]
pub struct Rebuild {
    /// 读模型名称；不填则全部重建 / names; all when absent
    models: Vec<String>,
}

impl Rebuild {
    pub async fn run(&self, place: &Place) -> Result<(), CliError> {
        let mut models = vec![];
        for name in &self.models {
            models.push(projections::by_name(name).ok_or_else(|| {
                let names: Vec<&str> = projections::MODELS.iter().map(|model| model.name).collect();
                format!("没有读模型「{name}」；可用：{}", names.join("、"))
            })?);
        }
        if models.is_empty() {
            models.extend(projections::MODELS);
        }
        let app = place.open().await?;
        let bar = screen::progress("重建");
        let rebuilt = app.log().rebuild(&models, |done, all| {
            bar.set_length(all.unsigned_abs());
            bar.set_position(done.unsigned_abs());
        });
        rebuilt.await?;
        bar.finish_and_clear();
        app.note_head().await?;
        let names: Vec<&str> = models.iter().map(|model| model.name).collect();
        screen::line(&format!("已重建 {}", names.join("、")))
    }
}
