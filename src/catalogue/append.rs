//! What keeps the log from recording.
//!
//! The Chinese still stands beside the enum, whose `Display` other errors of the log print.

use serde_json::{Value, json};

use super::{Refusal, RefusalKind, Sentence, say};
use crate::event_log::request::AppendError;

impl Refusal for AppendError {
    fn code(&self) -> &'static str {
        match self {
            Self::Busy => "append.busy",
            Self::Stale => "append.stale",
            Self::KeyReused => "append.key_reused",
            Self::Upgrade(_) => "append.upgrade",
            Self::Database(_) => "append.database",
            Self::Unreachable => "append.unreachable",
            Self::Unknown => "append.unknown",
            Self::Stopped => "append.stopped",
        }
    }

    fn values(&self) -> Value {
        match self {
            Self::Upgrade(model) => json!({ "model": model }),
            // What the database says is for the operator, in the sentence only.
            Self::Database(_)
            | Self::Busy
            | Self::Stale
            | Self::KeyReused
            | Self::Unreachable
            | Self::Unknown
            | Self::Stopped => json!({}),
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::Stale | Self::KeyReused => RefusalKind::Conflict,
            Self::Busy | Self::Upgrade(_) | Self::Unreachable | Self::Unknown | Self::Stopped => RefusalKind::Busy,
            Self::Database(_) => RefusalKind::Broken,
        }
    }

    fn sentence(&self) -> Sentence {
        let en = match self {
            Self::Busy => "The system is busy; try again later".to_owned(),
            Self::Stale => "Somebody else has changed the data; reload and try again".to_owned(),
            Self::KeyReused => "The same key was used for something else; choose another key".to_owned(),
            Self::Upgrade(model) => format!(
                "The read model \"{model}\" is not of this version of the program; upgrade the program or rebuild the \
                 read models"
            ),
            Self::Database(cause) => format!("The database could not write, nothing was recorded: \"{cause}\""),
            Self::Unreachable => {
                "The database cannot be reached, nothing was recorded; check the database service and \
                                  try again"
                    .to_owned()
            }
            Self::Unknown => {
                "The connection to the database broke, and it is not certain whether it was recorded; try \
                              again with the same key, nothing is recorded twice"
                    .to_owned()
            }
            Self::Stopped => "Writing to the log has stopped; restart the program".to_owned(),
        };
        say(self.to_string(), en)
    }

    fn field(&self) -> Option<&'static str> {
        None
    }
}
