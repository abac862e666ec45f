//! Questions to the log, one SQL text for both engines, on the read-only connections.

use std::collections::HashMap;

use futures_util::FutureExt as _;
use sqlx::Row as _;
use sqlx::any::AnyRow;
use uuid::Uuid;

use super::batch::EngineError;
use super::fault::LogFault;
use super::lookup::{LOOKUP_LEN, lookup_values, padded, padded_len};
use super::record::{HistoricEvent, Recorded, StreamKey};
use super::request::{Guard, GuardKey, Receipt};
use super::table::EVENT;
use super::{EventLog, Keyed, decode, merkle, read};
use crate::domain::{Event, StreamType};

/// Leaf hashes read at a time.
const LEAF_PAGE_LEN: i64 = 20_000;

impl EventLog {
    /// The name of this log, which no other has but its copies: the beginning of the first leaf. `None` before the
    /// first event.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn name(&self) -> Result<Option<String>, EngineError> {
        let row = sqlx::query("select leaf from event where position = 1").fetch_optional(&self.readers).await?;
        let Some(row) = row else { return Ok(None) };
        let leaf: Vec<u8> = row.try_get(0)?;
        Ok(Some(hex::encode(&leaf[..leaf.len().min(8)])))
    }

    /// The Merkle root of the log as it was at a position; after the head, the head's.
    ///
    /// # Errors
    /// When the database cannot be read, or its head row or a leaf is damaged.
    pub async fn root_at(&self, position: i64) -> Result<merkle::Hash, EngineError> {
        let head = self.head().await?;
        if position >= head.position() {
            return Ok(head.root());
        }
        let mut frontier = merkle::Frontier::default();
        let mut after = 0;
        while after < position {
            let sql = "select leaf from event where position > $1 and position <= $2 order by position limit $3";
            let query = sqlx::query(sql).bind(after).bind(position).bind(LEAF_PAGE_LEN);
            let rows = query.fetch_all(&self.readers).await?;
            for row in &rows {
                let leaf: Vec<u8> = row.try_get(0)?;
                let leaf = leaf.try_into().map_err(|_| EngineError::Refused(LogFault::LeafBroken))?;
                frontier.push(leaf);
            }
            if rows.is_empty() {
                break;
            }
            after = frontier.size().cast_signed();
        }
        Ok(frontier.root())
    }

    /// At most `limit` events after a position, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn events(&self, after: i64, limit: i64) -> Result<Vec<Recorded>, EngineError> {
        let rows = sqlx::query(read::EVENTS_AFTER).bind(after).bind(limit).fetch_all(&self.readers).await?;
        rows.iter().map(|row| Ok(read::recorded(row)?)).collect()
    }

    /// At most `limit` events after a position and up to another that a school may see, oldest first; all of them where no
    /// school is named.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn events_of(
        &self,
        school: Option<&str>,
        (after, up_to): (i64, i64),
        limit: i64,
    ) -> Result<Vec<Recorded>, EngineError> {
        let query = sqlx::query(read::EVENTS_OF).bind(school.map(str::to_owned)).bind(after).bind(up_to).bind(limit);
        let rows = query.fetch_all(&self.readers).await?;
        rows.iter().map(|row| Ok(read::recorded(row)?)).collect()
    }

    /// At most `limit` events of a stream after a version, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn stream_events(&self, stream: StreamKey, after: i64, limit: i64) -> Result<Vec<Recorded>, EngineError> {
        let query = sqlx::query(read::STREAM_EVENTS).bind(stream.kind.as_str()).bind(stream.id.to_string());
        let rows = query.bind(after).bind(limit).fetch_all(&self.readers).await?;
        rows.iter().map(|row| Ok(read::recorded(row)?)).collect()
    }

    /// The events of every stream with this id, in the order of the log.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn subject_events(&self, id: Uuid) -> Result<Vec<Recorded>, EngineError> {
        let rows = sqlx::query(read::SUBJECT_EVENTS).bind(id.to_string()).fetch_all(&self.readers).await?;
        rows.iter().map(|row| Ok(read::recorded(row)?)).collect()
    }

    /// At most `limit` events with this causation, after a position and up to another, newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn caused_events(
        &self,
        causation: &str,
        after: i64,
        up_to: i64,
        limit: i64,
    ) -> Result<Vec<Recorded>, EngineError> {
        let query = sqlx::query(read::CAUSED_EVENTS).bind(causation).bind(after).bind(up_to).bind(limit);
        let rows = query.fetch_all(&self.readers).await?;
        rows.iter().map(|row| Ok(read::recorded(row)?)).collect()
    }

    /// Whom or what events with this causation are about, after a position and up to another.
    ///
    /// # Errors
    /// When the database cannot be read, or holds a value that this program never writes.
    pub async fn caused_subjects(&self, causation: &str, (after, up_to): (i64, i64)) -> Result<Vec<Uuid>, EngineError> {
        let sql = "select distinct stream_id from event where causation = $1 and position > $2 and position <= $3";
        let query = sqlx::query(sql).bind(causation.to_owned()).bind(after).bind(up_to);
        let rows = query.fetch_all(&self.readers).await?;
        rows.iter().map(|row| Ok(read::id(row, 0)?)).collect()
    }

    /// The streams of a kind that were begun with this causation after a position and up to another, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read, or holds a value that this program never writes.
    pub async fn caused_streams(
        &self,
        kind: StreamType,
        causation: &str,
        (after, up_to): (i64, i64),
    ) -> Result<Vec<Uuid>, EngineError> {
        let sql = "select stream_id from event where causation = $1 and stream_type = $2 and version = 1 \
                   and position > $3 and position <= $4 order by position";
        let query = sqlx::query(sql).bind(causation.to_owned()).bind(kind.as_str()).bind(after).bind(up_to);
        let rows = query.fetch_all(&self.readers).await?;
        rows.iter().map(|row| Ok(read::id(row, 0)?)).collect()
    }

    /// The events of many streams, by the stream's id, each stream's in order.
    ///
    /// # Errors
    /// When the database cannot be read, or an event cannot be decoded.
    pub async fn streams(
        &self,
        kind: StreamType,
        ids: &[Uuid],
    ) -> Result<HashMap<Uuid, Vec<(Recorded, Event)>>, EngineError> {
        let mut streams: HashMap<Uuid, Vec<(Recorded, Event)>> = HashMap::new();
        for chunk in ids.chunks(LOOKUP_LEN) {
            let sql = format!(
                "with k (id) as (values {}) select {} from k cross join event e \
                 where e.stream_type = '{}' and e.stream_id = k.id order by e.stream_id, e.version",
                lookup_values(chunk.len(), 1),
                EVENT.columns_of("e"),
                kind.as_str()
            );
            let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
            for id in padded(chunk) {
                query = query.bind(id.map(Uuid::to_string));
            }
            for row in query.fetch_all(&self.readers).await? {
                let recorded = read::recorded(&row)?;
                let event = decode(&recorded)?;
                streams.entry(recorded.subject()).or_default().push((recorded, event));
            }
        }
        Ok(streams)
    }

    /// The events of each subject's streams of these kinds up to a position, by the subject's id, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read, or an event cannot be decoded.
    pub async fn events_up_to(
        &self,
        kinds: &[StreamType],
        subjects: &[Uuid],
        up_to: i64,
    ) -> Result<HashMap<Uuid, Vec<HistoricEvent>>, EngineError> {
        let kinds: Vec<String> = kinds.iter().map(|kind| format!("'{}'", kind.as_str())).collect();
        let mut histories: HashMap<Uuid, Vec<HistoricEvent>> = HashMap::new();
        for chunk in subjects.chunks(LOOKUP_LEN) {
            let sql = format!(
                "with k (id) as (values {}) \
                 select e.position, e.stream_type, e.kind, e.schema_version, e.payload, e.stream_id, e.version \
                 from k cross join event e \
                 where e.stream_type in ({}) and e.stream_id = k.id and e.position <= ${}",
                lookup_values(chunk.len(), 1),
                kinds.join(", "),
                padded_len(chunk.len()) + 1,
            );
            let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
            for id in padded(chunk) {
                query = query.bind(id.map(Uuid::to_string));
            }
            for row in query.bind(up_to).fetch_all(&self.readers).await? {
                let (position, version) = (row.try_get(0)?, row.try_get(6)?);
                let (stream_type, kind, payload): (&str, &str, &str) =
                    (row.try_get(1)?, row.try_get(2)?, row.try_get(4)?);
                let event = read::decode_columns(position, stream_type, kind, row.try_get(3)?, payload)?;
                let subject = read::id(&row, 5)?;
                histories.entry(subject).or_default().push(HistoricEvent { position, version, event });
            }
        }
        for history in histories.values_mut() {
            history.sort_unstable_by_key(|event| event.position);
        }
        Ok(histories)
    }

    /// The guards of one kind and scope under these keys, in the order of the keys.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn guards(&self, kind: &str, scope: &str, keys: &[String]) -> Result<Vec<Option<Guard>>, EngineError> {
        let mut found: HashMap<String, Guard> = HashMap::new();
        for chunk in keys.chunks(LOOKUP_LEN) {
            let sql = format!(
                "with k (key) as (values {}) select g.key, g.version, g.stream from k cross join guard g \
                 where g.kind = ${} and g.scope = ${} and g.key = k.key",
                lookup_values(chunk.len(), 1),
                padded_len(chunk.len()) + 1,
                padded_len(chunk.len()) + 2,
            );
            let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
            for key in padded(chunk) {
                query = query.bind(key.cloned());
            }
            for row in query.bind(kind.to_owned()).bind(scope.to_owned()).fetch_all(&self.readers).await? {
                let version = row.try_get::<i64, _>(1)?.unsigned_abs();
                found.insert(row.try_get(0)?, Guard { version, stream: row.try_get(2)? });
            }
        }
        Ok(keys.iter().map(|key| found.get(key).cloned()).collect())
    }

    /// A guard; `None` if it was never set.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn guard(&self, guard: &GuardKey) -> Result<Option<Guard>, EngineError> {
        let keys = [guard.key.clone()];
        Ok(self.guards(&guard.kind, &guard.scope, &keys).await?.into_iter().next().flatten())
    }

    /// The guards of one kind whose key is set in several scopes: (key, stream), by key and scope.
    ///
    /// # Errors
    /// When the database cannot be read, or holds a value that this program never writes.
    pub async fn keys_in_several_scopes(&self, kind: &str) -> Result<Vec<(String, Uuid)>, EngineError> {
        let sql = "select key, stream from guard where kind = $1 \
                   and key in (select key from guard where kind = $1 group by key having count(*) > 1) \
                   order by key, scope";
        let rows = sqlx::query(sql).bind(kind.to_owned()).fetch_all(&self.readers).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, read::id(row, 1)?))).collect()
    }

    /// The sealed rows of these subjects: (subject, revision, bytes).
    ///
    /// # Errors
    /// When the database cannot be read, or holds a value that this program never writes.
    pub async fn sealed(&self, subjects: &[Uuid]) -> Result<Vec<(Uuid, u32, Vec<u8>)>, EngineError> {
        let mut sealed = vec![];
        for chunk in subjects.chunks(LOOKUP_LEN) {
            let sql = format!(
                "with k (id) as (values {}) select s.subject, s.revision, s.sealed from k cross join sealed s \
                 where s.subject = k.id order by s.subject, s.revision",
                lookup_values(chunk.len(), 1)
            );
            let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
            for id in padded(chunk) {
                query = query.bind(id.map(Uuid::to_string));
            }
            for row in query.fetch_all(&self.readers).await? {
                let revision = u32::try_from(row.try_get::<i64, _>(1)?).map_err(|_| read::unreadable(1))?;
                sealed.push((read::id(&row, 0)?, revision, row.try_get(2)?));
            }
        }
        Ok(sealed)
    }

    /// The receipt under an idempotency key: (fingerprint, receipt).
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn answered(&self, key: &str) -> Result<Option<(Vec<u8>, Receipt)>, EngineError> {
        self.receipts.ask(key.to_owned(), |keys| self.receipts_of(keys).boxed()).await
    }

    async fn receipts_of(&self, keys: Vec<String>) -> Result<Vec<Option<Keyed>>, EngineError> {
        let mut found = HashMap::new();
        for chunk in keys.chunks(LOOKUP_LEN) {
            let sql = format!(
                "with k (key) as (values {}) select c.key, c.fingerprint, c.first_position, c.event_count, c.recorded_at, \
                 c.answer from k cross join command c where c.key = k.key",
                lookup_values(chunk.len(), 1)
            );
            let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
            for key in padded(chunk) {
                query = query.bind(key.cloned());
            }
            for row in query.fetch_all(&self.readers).await? {
                let receipt = Receipt {
                    first_position: row.try_get(2)?,
                    event_count: row.try_get(3)?,
                    recorded_at: row.try_get(4)?,
                    answer: row.try_get::<String, _>(5)?.into(),
                    repeated: true,
                    stalled: vec![],
                };
                found.insert(row.try_get::<String, _>(0)?, (row.try_get(1)?, receipt));
            }
        }
        Ok(keys.iter().map(|key| found.get(key).cloned()).collect())
    }

    /// The next subjects with sealed rows after one, in the order of their ids.
    ///
    /// # Errors
    /// When the database cannot be read, or holds a value that this program never writes.
    pub async fn sealed_subjects(&self, after: &str) -> Result<Vec<Uuid>, EngineError> {
        let sql = "select distinct subject from sealed where subject > $1 order by subject limit 2000";
        let rows = sqlx::query(sql).bind(after.to_owned()).fetch_all(&self.readers).await?;
        rows.iter().map(|row| Ok(read::id(row, 0)?)).collect()
    }

    /// The files whose hash begins with these hexadecimal digits: (subject, hash).
    ///
    /// # Errors
    /// When the database cannot be read, or holds a value that this program never writes.
    pub async fn evidence_beginning(&self, digits: &str) -> Result<Vec<(Uuid, String)>, EngineError> {
        // `g` sorts after every hexadecimal digit.
        let end = format!("{digits}g");
        let sql = "select subject, hash from evidence where hash >= $1 and hash < $2 order by hash, subject";
        let rows = sqlx::query(sql).bind(digits.to_owned()).bind(end).fetch_all(&self.readers).await?;
        rows.iter().map(evidence_key).collect()
    }

    /// The next files after one: (subject, hash), in this order.
    ///
    /// # Errors
    /// When the database cannot be read, or holds a value that this program never writes.
    pub async fn evidence_after(&self, subject: &str, hash: &str) -> Result<Vec<(Uuid, String)>, EngineError> {
        let sql =
            "select subject, hash from evidence where (subject, hash) > ($1, $2) order by subject, hash limit 2000";
        let rows = sqlx::query(sql).bind(subject.to_owned()).bind(hash.to_owned()).fetch_all(&self.readers).await?;
        rows.iter().map(evidence_key).collect()
    }

    /// The sealed bytes of a file.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn evidence(&self, subject: Uuid, hash: &str) -> Result<Option<Vec<u8>>, EngineError> {
        let query = sqlx::query("select sealed from evidence where subject = $1 and hash = $2");
        let row = query.bind(subject.to_string()).bind(hash.to_owned()).fetch_optional(&self.readers).await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// The answers stored under these idempotency keys, by key.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn answers(&self, keys: &[String]) -> Result<HashMap<String, String>, EngineError> {
        let mut answers = HashMap::new();
        for chunk in keys.chunks(LOOKUP_LEN) {
            let sql = format!(
                "with k (key) as (values {}) select c.key, c.answer from k cross join command c where c.key = k.key",
                lookup_values(chunk.len(), 1)
            );
            let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
            for key in padded(chunk) {
                query = query.bind(key.cloned());
            }
            for row in query.fetch_all(&self.readers).await? {
                answers.insert(row.try_get(0)?, row.try_get(1)?);
            }
        }
        Ok(answers)
    }

    /// The key that the sealed rows need: (id, check value); `None` before the first was named.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn installation(&self) -> Result<Option<(String, Vec<u8>)>, EngineError> {
        let row = sqlx::query("select key_id, key_check from installation").fetch_optional(&self.readers).await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some((row.try_get(0)?, row.try_get(1)?)))
    }

    /// The last position that was recorded at or before an instant in microseconds since 1970-01-01 UTC; 0 if there is
    /// none.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn position_at(&self, instant: i64) -> Result<i64, EngineError> {
        let row = sqlx::query("select coalesce(max(position), 0) from event where recorded_at <= $1")
            .bind(instant)
            .fetch_one(&self.readers)
            .await?;
        Ok(row.try_get(0)?)
    }

    /// When the event at a position was recorded, in microseconds since 1970-01-01 UTC; `None` if there is no such
    /// event.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn recorded_at(&self, position: i64) -> Result<Option<i64>, EngineError> {
        let row = sqlx::query("select recorded_at from event where position = $1")
            .bind(position)
            .fetch_optional(&self.readers)
            .await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// Every stream of a kind, oldest first, since ids sort by time.
    ///
    /// # Errors
    /// When the database cannot be read, or holds a value that this program never writes.
    pub async fn stream_ids(&self, kind: StreamType) -> Result<Vec<Uuid>, EngineError> {
        let sql = "select stream_id from event where stream_type = $1 and version = 1 order by stream_id";
        let rows = sqlx::query(sql).bind(kind.as_str()).fetch_all(&self.readers).await?;
        rows.iter().map(|row| Ok(read::id(row, 0)?)).collect()
    }

    /// The streams among these that exist, each with its version.
    ///
    /// # Errors
    /// When the database cannot be read, or holds a value that this program never writes.
    pub async fn stream_versions(&self, kind: StreamType, ids: &[Uuid]) -> Result<Vec<(Uuid, u64)>, EngineError> {
        let mut versions = Vec::with_capacity(ids.len());
        for chunk in ids.chunks(LOOKUP_LEN) {
            let sql = format!(
                "with k (id) as (values {}), s as (select k.id, (select max(e.version) from event e \
                 where e.stream_type = '{}' and e.stream_id = k.id) as version from k) \
                 select id, version from s where version is not null",
                lookup_values(chunk.len(), 1),
                kind.as_str()
            );
            let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
            for id in padded(chunk) {
                query = query.bind(id.map(Uuid::to_string));
            }
            for row in query.fetch_all(&self.readers).await? {
                versions.push((read::id(&row, 0)?, row.try_get::<i64, _>(1)?.unsigned_abs()));
            }
        }
        Ok(versions)
    }
}

fn evidence_key(row: &AnyRow) -> Result<(Uuid, String), EngineError> {
    Ok((read::id(row, 0)?, row.try_get(1)?))
}
