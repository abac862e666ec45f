//! The log itself: head, events, history, verify, check, rebuild.

use clap::Args;
use serde_json::{Value, json};
use uuid::Uuid;

use gradtrail::accounts::Scope;
use gradtrail::domain::day::from_epoch_day;
use gradtrail::event_log::Location;
use gradtrail::event_log::record::Recorded;
use gradtrail::ledger::Entry;
use gradtrail::people::MasterKey;
use gradtrail::projections;
use gradtrail::text::instants::rfc3339;

use super::{Failure, Place, Session, screen};

pub async fn head(session: &Session) -> Result<(), Failure> {
    let head = session.app.log().head().await?;
    screen::json(&json!({
        "position": head.position(),
        "root": hex::encode(head.root()),
        // Before the first event there is no instant.
        "recorded_at": (head.position() > 0).then(|| rfc3339(head.last_recorded_at)),
    }))
}

/// 列出事件，由旧到新；只列出本人范围内的
#[derive(Args)]
pub struct Events {
    /// 从这个位置之后开始 / after this position
    #[arg(long, default_value_t = 0, value_name = "POSITION")]
    after: i64,
    /// 最多列出多少个 / at most
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=10_000))]
    limit: i64,
}

impl Events {
    pub async fn run(&self, session: &Session) -> Result<(), Failure> {
        for recorded in session.app.events(&session.caller, self.after, self.limit).await? {
            screen::line(&event(&recorded).to_string())?;
        }
        Ok(())
    }
}

/// 一个编号的全部事件：学生（含去向、升学）、学校、单位或导入批次
#[derive(Args)]
pub struct History {
    /// 编号 / id
    #[arg(value_name = "STREAM_ID")]
    id: Uuid,
}

impl History {
    pub async fn run(&self, session: &Session) -> Result<(), Failure> {
        let events = session.app.history(&session.caller, self.id).await?;
        if events.is_empty() {
            return Err(format!("没有找到编号 {}", self.id).into());
        }
        for recorded in &events {
            screen::line(&event(recorded).to_string())?;
        }
        Ok(())
    }
}

fn event(recorded: &Recorded) -> Value {
    json!({
        "position": recorded.position,
        "stream": recorded.stream_type,
        "id": recorded.stream_id,
        "version": recorded.version,
        "kind": recorded.kind,
        "school": recorded.school,
        "effective_on": from_epoch_day(recorded.effective_on).map(|day| day.to_string()),
        "recorded_at": rfc3339(recorded.recorded_at),
        "actor": recorded.actor,
        "source": recorded.source,
        "command_key": recorded.command_key,
        "causation": recorded.causation,
        "payload": serde_json::from_str::<Value>(&recorded.payload).unwrap_or_else(|_| json!(recorded.payload)),
    })
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
    pub async fn run(&self, session: &Session) -> Result<(), Failure> {
        if session.caller.scope != Scope::City {
            return Err("校验整个日志需要全市范围".into());
        }
        if let Some((position, _)) = self.head
            && let Some((lost, found_on)) = session.app.lost(position).await?
        {
            screen::line(&format!(
                "注意：位置 {} 至 {} 的原有记录在 {found_on} 恢复备份时丢失；在那之前记下的这一段日志头不再能校验",
                lost.from, lost.to
            ))?;
        }
        let bar = screen::progress("校验");
        let verified = session.app.log().verify(self.head, |done, all| {
            bar.set_length(all.unsigned_abs());
            bar.set_position(done.unsigned_abs());
        });
        let verified = verified.await?;
        let sealed = session.app.verify_sealed().await?;
        let files = session.app.verify_evidence().await?;
        bar.finish_and_clear();
        screen::line(&format!(
            "校验通过：{} 个事件，{} 个流，读模型 {} 行，加密数据 {sealed} 行，佐证文件 {files} 个\n位置 {}  根 {}",
            verified.position,
            verified.streams,
            verified.rows,
            verified.position,
            hex::encode(verified.root)
        ))
    }
}

pub async fn check(session: &Session, place: &Place) -> Result<(), Failure> {
    let head = session.app.log().head().await?;
    let database = match &place.location {
        Location::Sqlite(path) => format!("SQLite {}", path.display()),
        Location::Postgres(_) => "PostgreSQL".to_owned(),
    };
    screen::line(&format!("数据库    {database}：可读写"))?;
    screen::line(&format!("密钥文件  {}：与数据库相符", place.key_file().display()))?;
    screen::line(&format!("日志      位置 {}，根 {}", head.position(), hex::encode(head.root())))?;
    let mut bad = vec![];
    for model in projections::MODELS {
        let state = match head.read_models.get(model.name) {
            None => "未建立".to_owned(),
            Some(mark) if mark.fingerprint != model.fingerprint() => "由其他版本的程序写入".to_owned(),
            Some(mark) => match &mark.stalled {
                Some(stall) => format!("停在位置 {}：{}", stall.position, stall.reason),
                None => {
                    screen::line(&format!("读模型    {}：正常", model.name))?;
                    continue;
                }
            },
        };
        screen::line(&format!("读模型    {}：{state}", model.name))?;
        bad.push(model.name);
    }
    let key = MasterKey::open_existing(&place.key_file())?.id();
    let is_of_key = |entry: &Entry| matches!(entry, Entry::KeyExported { key_id } if *key_id == key);
    if !session.app.ledger().entries()?.iter().any(is_of_key) {
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
    pub async fn run(&self, session: &Session) -> Result<(), Failure> {
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
        let bar = screen::progress("重建");
        let rebuilt = session.app.log().rebuild(&models, |done, all| {
            bar.set_length(all.unsigned_abs());
            bar.set_position(done.unsigned_abs());
        });
        rebuilt.await?;
        bar.finish_and_clear();
        let names: Vec<&str> = models.iter().map(|model| model.name).collect();
        screen::line(&format!("已重建 {}", names.join("、")))
    }
}
