//! Keeping the installation: verify, check, rebuild, erase, scrub, backup, restore, copy.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use gradtrail::app::App;
use gradtrail::app::Done;
use gradtrail::app::actions::{Command, Question};
use gradtrail::app::health::{CheckHealth, ModelHealth};
use gradtrail::app::reply::{Answer, Reply};
use gradtrail::app::restore::Arrived;
use gradtrail::app::student::EraseStudent;
use gradtrail::domain::log::LostRange;
use gradtrail::event_log::Location;
use gradtrail::event_log::copy::back_up;
use gradtrail::event_log::scrub::scrub;
use gradtrail::projections;
use gradtrail::refusal::{Refusal, RefusalKind, Why};
use gradtrail::text::lang::{Lang, Sentence, say};

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
        let (command, lang) = (Command::Erase(self.input), session.lang);
        match session.app.run(&session.caller, session.key.as_ref(), &command).await? {
            Answer::Erased(student, Done::Unchanged) => {
                screen::line(&lang.of(
                    format!("学生 {} 先前已经匿名化", student.0),
                    format!("Student {} was erased before", student.0),
                ))?;
            }
            Answer::Erased(student, Done::Recorded(receipt)) => {
                let (student, position) = (student.0, receipt.first_position);
                let ledger = session.app.ledger().path().display();
                screen::line(&lang.of(
                    format!("学生 {student} 已匿名化（位置 {position}）；统计结果不变，台账 {ledger} 已记下"),
                    format!(
                        "Student {student} is erased (position {position}); the figures stay the same, the ledger {ledger} \
                         has noted it"
                    ),
                ))?;
            }
            answer => super::answer::print(&command, answer, lang)?,
        }
        if self.no_scrub { Ok(()) } else { run_scrub(place, lang).await }
    }
}

/// Wipes deleted data out of the database's files.
pub async fn run_scrub(place: &Place, lang: Lang) -> Result<(), CliError> {
    scrub(&place.location).await?;
    screen::line(lang.of(
        "数据库文件中的残留已清除；以前的备份、导出的文件和数据库副本请另行处理",
        "What was deleted is wiped out of the files of the database; see to earlier backups, exported files and replicas",
    ))
}

/// 备份到一个文件；其间可以继续记录。密钥不在备份中
#[derive(Args)]
pub struct Backup {
    /// 备份文件，必须是新文件 / a new file
    file: PathBuf,
}

impl Backup {
    pub async fn run(&self, place: &Place, lang: Lang) -> Result<(), CliError> {
        let bar = screen::progress(lang.of("备份", "Backing up"));
        let copied = back_up(&place.location, &self.file, |position| bar.set_position(position.unsigned_abs())).await?;
        bar.finish_and_clear();
        let app = place.open(lang).await?;
        app.note_head().await?;
        let (file, position, root) = (self.file.display(), copied.position, hex::encode(copied.root));
        let (key, ledger) = (place.key_file(), app.ledger().path().display());
        let key = key.display();
        screen::line(&lang.of(
            format!(
                "已备份到 {file}：位置 {position}，根 {root}\n备份中没有密钥和台账：{key} 和 {ledger} 要另外保存，没有密钥就不能读出个人信息"
            ),
            format!(
                "Backed up to {file}: position {position}, root {root}\nThe backup holds neither key nor ledger: keep {key} and \
                 {ledger} elsewhere; without the key personal data cannot be read"
            ),
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
    pub async fn run(&self, place: &Place, lang: Lang) -> Result<(), CliError> {
        if !self.file.is_file() {
            let file = self.file.display();
            return Err(lang.of(format!("没有备份文件 {file}"), format!("There is no backup {file}")).into());
        }
        place.make_data_dir(lang)?;
        let key_file = place.key_file();
        if !key_file.exists() {
            let key = key_file.display();
            return Err(lang
                .of(
                    format!("没有密钥 {key}：请先放回原来的 gradtrail.key，或用 gradtrail key import 导入"),
                    format!("There is no key {key}: put back the gradtrail.key it had, or use gradtrail key import"),
                )
                .into());
        }
        for file in &self.ledger {
            if !file.is_file() {
                let file = file.display();
                return Err(lang.of(format!("没有台账文件 {file}"), format!("There is no ledger {file}")).into());
            }
        }
        App::merge_ledgers(&key_file, &self.ledger)?;
        let bar = screen::progress(lang.of("恢复", "Restoring"));
        let backup = Location::Sqlite(self.file.clone());
        let arrived = App::restore(&backup, &place.location, &key_file, self.without_ledger, now, |position| {
            bar.set_position(position.unsigned_abs());
        })
        .await?;
        bar.finish_and_clear();
        arrived.app.note_head().await?;
        print_arrived(&arrived, lang.of("已恢复", "Restored"), lang).await?;
        match arrived.lost {
            Some(LostRange { from, to }) => screen::line(&lang.of(
                format!("备份之后记录的位置 {from} 至 {to} 已丢失；已记入日志，引用这些位置的数字会注明"),
                format!(
                    "Positions {from} to {to}, recorded after the backup, are lost; the log says so, and so do figures that \
                     cite them"
                ),
            )),
            None => Ok(()),
        }
    }
}

async fn print_arrived(arrived: &Arrived, what: &str, lang: Lang) -> Result<(), CliError> {
    let head = arrived.app.log().head().await?.position();
    let (position, root) = (arrived.copied.position, hex::encode(arrived.copied.root));
    screen::line(&lang.of(
        format!("{what}：位置 {position}，根 {root}，与来源一致"),
        format!("{what}: position {position}, root {root}, the same as the source's"),
    ))?;
    if head > position {
        let count = head - position;
        screen::line(&lang.of(
            format!("依台账补记 {count} 个事件（匿名化、丢失的位置），现在的位置 {head}"),
            format!("Added from the ledger (erasures, lost positions): {count}; the position is now {head}"),
        ))?;
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
    pub async fn run(&self, place: &Place, lang: Lang) -> Result<(), CliError> {
        let to = Location::parse(&self.to)?;
        if to == place.location {
            return Err(lang
                .of(
                    "目标就是来源；请给另一个数据库的地址",
                    "The target is the source; give the address of another database",
                )
                .into());
        }
        // Opened, so that the source's schema is this program's and its erasures are complete.
        drop(place.open(lang).await?);
        let bar = screen::progress(lang.of("复制", "Copying"));
        let arrived = App::transfer(&place.location, &to, &place.key_file(), now, |position| {
            bar.set_position(position.unsigned_abs());
        })
        .await?;
        bar.finish_and_clear();
        print_arrived(&arrived, lang.of("已复制", "Copied"), lang).await?;
        let (to, key) = (&self.to, place.key_file());
        let key = key.display();
        screen::line(&lang.of(
            format!("使用它：--database-url {to}，密钥仍是 {key}"),
            format!("To use it: --database-url {to}; the key is still {key}"),
        ))
    }
}

/// 校验全部事件的叶哈希、根、流版本、位置连续，以及读模型与重算一致
#[derive(Args)]
pub struct Verify {
    /// 先前记下的日志头；日志必须仍是它的延续 / a head noted earlier
    #[arg(long, value_name = "POSITION:ROOT", value_parser = noted)]
    head: Option<(i64, [u8; 32])>,
}

/// A word that is no head of a log.
#[derive(Debug)]
struct UnreadableHead;

impl Refusal for UnreadableHead {
    fn code(&self) -> &'static str {
        "head.unreadable"
    }

    fn values(&self) -> Value {
        json!({})
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Invalid
    }

    fn sentence(&self) -> Sentence {
        say(
            "写成 位置:根，如 110000:3f…（64 位十六进制），即 gradtrail head 打印的 position 和 root",
            "Write position:root, like 110000:3f… (64 hexadecimal digits), as gradtrail head prints them",
        )
    }

    fn field(&self) -> Option<&'static str> {
        Some("head")
    }
}

fn noted(text: &str) -> Result<(i64, [u8; 32]), Why> {
    let (position, root) = text.split_once(':').ok_or(UnreadableHead)?;
    let root = hex::decode(root).ok().and_then(|bytes| bytes.try_into().ok()).ok_or(UnreadableHead)?;
    Ok((position.parse().map_err(|_| UnreadableHead)?, root))
}

impl Verify {
    pub async fn run(&self, place: &Place, lang: Lang) -> Result<(), CliError> {
        let app = place.open_existing(lang).await?;
        if let Some((position, _)) = self.head
            && let Some((lost, found_on)) = app.lost_head(position).await?
        {
            let LostRange { from, to } = lost;
            screen::line(&lang.of(
                format!(
                    "注意：位置 {from} 至 {to} 的原有记录在 {found_on} 恢复备份时丢失；在那之前记下的这一段日志头不再能校验"
                ),
                format!(
                    "Note: what was recorded at positions {from} to {to} was lost in a restore of {found_on}; heads of these \
                     positions that were noted before can no longer be verified"
                ),
            ))?;
        }
        let bar = screen::progress(lang.of("校验", "Verifying"));
        let proof = app.prove(self.head, |done, all| {
            bar.set_length(all.unsigned_abs());
            bar.set_position(done.unsigned_abs());
        });
        let proof = proof.await?;
        bar.finish_and_clear();
        let (verified, sealed, files) = (proof.verified, proof.sealed_count, proof.file_count);
        let (position, streams, rows, root) =
            (verified.position, verified.streams, verified.rows, hex::encode(verified.root));
        screen::line(&lang.of(
            format!(
                "校验通过：{position} 个事件，{streams} 个流，读模型 {rows} 行，加密数据 {sealed} 行，佐证文件 {files} 个\n\
                 位置 {position}  根 {root}"
            ),
            format!(
                "Verified: events {position}, streams {streams}, rows of read models {rows}, sealed rows {sealed}, files of \
                 evidence {files}\nposition {position}  root {root}"
            ),
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
    let (key, head, root) = (place.key_file(), health.head.position(), hex::encode(health.head.root()));
    let (key, lang) = (key.display(), session.lang);
    screen::line(&lang.of(
        format!("数据库    {database}：可读写\n密钥文件  {key}：与数据库相符\n日志      位置 {head}，根 {root}"),
        format!(
            "Database    {database}: can be read and written\nKey file    {key}: belongs to the database\n\
             Log         position {head}, root {root}"
        ),
    ))?;
    let mut bad = vec![];
    for (name, model) in &health.models {
        let state = match model {
            ModelHealth::Current => lang.of("正常", "up to date").to_owned(),
            ModelHealth::Missing => lang.of("未建立", "not built").to_owned(),
            ModelHealth::Foreign => {
                lang.of("由其他版本的程序写入", "written by another version of the program").to_owned()
            }
            ModelHealth::Stalled { position, reason } => {
                lang.of(format!("停在位置 {position}：{reason}"), format!("stalled at position {position}: {reason}"))
            }
        };
        screen::line(&lang.of(format!("读模型    {name}：{state}"), format!("Read model  {name}: {state}")))?;
        if *model != ModelHealth::Current {
            bad.push(*name);
        }
    }
    if health.failed_sign_ins > 0 {
        let count = health.failed_sign_ins;
        screen::line(
            &lang.of(format!("过去一天登录失败 {count} 次"), format!("Sign-ins that failed within a day: {count}")),
        )?;
    }
    if !health.is_key_exported {
        screen::line(lang.of(
            "提醒      密钥还没有导出。请运行 gradtrail key export 文件，并把文件存放在另一处：密钥丢失，个人信息就不能再读",
            "Note        The key has not been exported. Run gradtrail key export FILE and keep the file elsewhere: if the key \
             is lost, personal data can no longer be read",
        ))?;
    }
    if bad.is_empty() {
        return Ok(());
    }
    let (zh, en) = (bad.join("、"), bad.join(", "));
    Err(lang
        .of(format!("{zh} 需要重建：请运行 gradtrail rebuild"), format!("To be rebuilt: {en}; run gradtrail rebuild"))
        .into())
}

/// 从日志重建读模型；其间可以继续记录
#[derive(Args)]
pub struct Rebuild {
    /// 读模型名称；不填则全部重建 / names; all when absent
    models: Vec<String>,
}

impl Rebuild {
    pub async fn run(&self, place: &Place, lang: Lang) -> Result<(), CliError> {
        let mut models = vec![];
        for name in &self.models {
            models.push(projections::by_name(name).ok_or_else(|| {
                let names: Vec<&str> = projections::MODELS.iter().map(|model| model.name).collect();
                let (zh, en) = (names.join("、"), names.join(", "));
                lang.of(
                    format!("没有读模型「{name}」；可用：{zh}"),
                    format!("There is no read model {name}; there are: {en}"),
                )
            })?);
        }
        if models.is_empty() {
            models.extend(projections::MODELS);
        }
        let app = place.open(lang).await?;
        let bar = screen::progress(lang.of("重建", "Rebuilding"));
        let rebuilt = app.log().rebuild(&models, |done, all| {
            bar.set_length(all.unsigned_abs());
            bar.set_position(done.unsigned_abs());
        });
        rebuilt.await?;
        bar.finish_and_clear();
        app.note_head().await?;
        let names: Vec<&str> = models.iter().map(|model| model.name).collect();
        let (zh, en) = (names.join("、"), names.join(", "));
        screen::line(&lang.of(format!("已重建 {zh}"), format!("Rebuilt {en}")))
    }
}
