//! Reading rows of the log and of tables: one SQL text and one reader for both engines.

use sqlx::any::AnyRow;
use sqlx::{ColumnIndex, Decode, Row as SqlRow, Type};
use uuid::Uuid;

use super::batch::{EngineError, HeadColumns};
use super::record::Recorded;
use super::table::{ColumnType, Row, Table, Value};
use super::text::Text;
use super::upcast;
use crate::domain::{Event, StreamType};

/// The events after a position, in the order of the log.
pub(super) const EVENTS_AFTER: &str = "select position, stream_type, stream_id, version, kind, schema_version, school, \
     audience, effective_on, recorded_at, actor, source, command_key, causation, payload, leaf \
     from event where position > $1 order by position limit $2";

/// The events after a position and up to another that a school may see, all of them where none is named.
pub(super) const EVENTS_OF: &str = "select position, stream_type, stream_id, version, kind, schema_version, school, \
     audience, effective_on, recorded_at, actor, source, command_key, causation, payload, leaf \
     from event where position > $2 and position <= $3 \
     and ($1 is null or audience = 'all' or (audience = 'school' and school = $1)) order by position limit $4";

/// The events of a stream after a version, in their order.
pub(super) const STREAM_EVENTS: &str = "select position, stream_type, stream_id, version, kind, schema_version, school, \
     audience, effective_on, recorded_at, actor, source, command_key, causation, payload, leaf \
     from event where stream_type = $1 and stream_id = $2 and version > $3 order by version limit $4";

/// The events of all streams with one id, in the order of the log.
pub(super) const SUBJECT_EVENTS: &str = "select position, stream_type, stream_id, version, kind, schema_version, \
     school, audience, effective_on, recorded_at, actor, source, command_key, causation, payload, leaf \
     from event where stream_id = $1 \
     and stream_type in ('account', 'agreement', 'employer', 'exemption', 'further_study', 'host', 'import', \
     'invitation', 'log', 'outcome', 'placement', 'school', 'season', 'student', 'survey', 'year_end') order by position";

/// The events with a causation after a position and up to another, newest first.
pub(super) const CAUSED_EVENTS: &str = "select position, stream_type, stream_id, version, kind, schema_version, school, \
     audience, effective_on, recorded_at, actor, source, command_key, causation, payload, leaf \
     from event where causation = $1 and position > $2 and position <= $3 order by position desc limit $4";

/// Reads a row of the event table, its columns in the order of the statements above.
pub(super) fn recorded<'r, R>(row: &'r R) -> Result<Recorded, sqlx::Error>
where
    R: SqlRow,
    usize: ColumnIndex<R>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    Option<String>: Decode<'r, R::Database> + Type<R::Database>,
    Vec<u8>: Decode<'r, R::Database> + Type<R::Database>,
{
    Ok(Recorded {
        position: row.try_get(0)?,
        stream_type: text(row, 1)?,
        stream_id: text(row, 2)?,
        version: row.try_get(3)?,
        kind: text(row, 4)?,
        schema_version: row.try_get(5)?,
        school: row.try_get::<Option<String>, _>(6)?.map(Text::from),
        audience: text(row, 7)?,
        effective_on: row.try_get(8)?,
        recorded_at: row.try_get(9)?,
        actor: text(row, 10)?,
        source: text(row, 11)?,
        command_key: text(row, 12)?,
        causation: row.try_get::<Option<String>, _>(13)?.map(Text::from),
        payload: text(row, 14)?,
        leaf: row.try_get(15)?,
    })
}

/// Reads the row of the head, its columns in the order of `HEAD_SQL`.
pub(super) fn head_columns<'r, R>(row: &'r R) -> Result<HeadColumns, sqlx::Error>
where
    R: SqlRow,
    usize: ColumnIndex<R>,
    i64: Decode<'r, R::Database> + Type<R::Database>,
    String: Decode<'r, R::Database> + Type<R::Database>,
    Vec<u8>: Decode<'r, R::Database> + Type<R::Database>,
{
    Ok(HeadColumns {
        revision: row.try_get(0)?,
        next_position: row.try_get(1)?,
        last_recorded_at: row.try_get(2)?,
        frontier: row.try_get(3)?,
        read_models: row.try_get(4)?,
    })
}

fn text<'r, R>(row: &'r R, index: usize) -> Result<Text, sqlx::Error>
where
    R: SqlRow,
    usize: ColumnIndex<R>,
    String: Decode<'r, R::Database> + Type<R::Database>,
{
    Ok(row.try_get::<String, _>(index)?.into())
}

/// The id in a column.
pub(crate) fn id(row: &AnyRow, index: usize) -> Result<Uuid, sqlx::Error> {
    Uuid::parse_str(row.try_get(index)?).map_err(|_| unreadable(index))
}

/// The error of a column whose value this program never writes.
pub(crate) fn unreadable(index: usize) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: index.to_string(), source: "not written by this program".into() }
}

/// Reads a row of `table`, its columns in the table's order.
pub(super) fn row<'r, R>(table: &Table, row: &'r R) -> Result<Row, sqlx::Error>
where
    R: SqlRow,
    usize: ColumnIndex<R>,
    Option<i64>: Decode<'r, R::Database> + Type<R::Database>,
    Option<String>: Decode<'r, R::Database> + Type<R::Database>,
    Option<Vec<u8>>: Decode<'r, R::Database> + Type<R::Database>,
{
    let mut values = Vec::with_capacity(table.columns.len());
    for (index, column) in table.columns.iter().enumerate() {
        values.push(match column.holds {
            ColumnType::Int => row.try_get::<Option<i64>, _>(index)?.into(),
            ColumnType::Text => row.try_get::<Option<String>, _>(index)?.into(),
            ColumnType::Blob => row.try_get::<Option<Vec<u8>>, _>(index)?.map_or(Value::Null, Value::Blob),
        });
    }
    Ok(values)
}

/// The event in a row of the log, read through the upcasters.
///
/// # Errors
/// When the row names a kind of stream that is not known, or its payload is none of that kind's events.
pub fn decode(recorded: &Recorded) -> Result<Event, EngineError> {
    let Recorded { position, stream_type, kind, schema_version, payload, .. } = recorded;
    decode_columns(*position, stream_type, kind, *schema_version, payload)
}

/// The same from single columns.
pub(super) fn decode_columns(
    position: i64,
    stream_type: &str,
    kind: &str,
    schema_version: i64,
    payload: &str,
) -> Result<Event, EngineError> {
    let unreadable = |reason: String| EngineError::Undecodable { position, kind: kind.to_owned(), reason };
    let stream =
        StreamType::parse(stream_type).ok_or_else(|| unreadable(format!("unknown type of stream {stream_type}")))?;
    let payload = upcast::to_current(upcast::UPCASTERS, stream, kind, schema_version, payload);
    let payload = payload.map_err(|error| unreadable(error.to_string()))?;
    Event::decode(stream, &payload).map_err(|error| unreadable(error.to_string()))
}

/// The events of a page of the log, each beside its row.
pub(super) fn decode_page(page: Vec<Recorded>) -> Result<Vec<(Recorded, Event)>, EngineError> {
    page.into_iter().map(|recorded| decode(&recorded).map(|event| (recorded, event))).collect()
}

#[cfg(test)]
mod tests {
    use strum::VariantArray;

    use super::*;

    #[test]
    fn the_events_of_a_subject_are_those_of_every_kind_of_stream() {
        for kind in StreamType::VARIANTS {
            assert!(SUBJECT_EVENTS.contains(&format!("'{}'", kind.as_str())), "{}", kind.as_str());
        }
    }
}
