//! What was recorded in one go: by one person on one day, of one import or else one by one, of one kind of thing.

use jiff::civil::Date;
use uuid::Uuid;

use crate::domain::StreamType;
use crate::domain::day::day_of;
use crate::event_log::record::Recorded;

/// What the events recorded in one go have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Group {
    pub day: Date,
    pub actor: String,
    pub batch: Option<Uuid>,
    pub stream: StreamType,
}

impl Group {
    /// `None` of a kind of stream that this version does not know.
    pub fn of(recorded: &Recorded) -> Option<Self> {
        let batch = recorded.causation.as_deref().and_then(|batch| Uuid::parse_str(batch).ok());
        let stream = StreamType::parse(&recorded.stream_type)?;
        Some(Self { day: day_of(recorded.recorded_at), actor: recorded.actor.to_string(), batch, stream })
    }
}
