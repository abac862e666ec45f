//! What an answer says of the destination, as a statement says it.

use jiff::civil::Date;

use super::answers::Answered;
use crate::domain::terms::{DestinationKind, StudyChannel, StudyLevel, Term};

/// The choice of `status` of who studies; the others are the codes of destinations.
pub const STUDY: &str = "study";

/// Where a graduate is by an answer; texts as cells have them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnsweredDestination {
    Destination {
        kind: DestinationKind,
        from: Date,
        employer: Option<String>,
        place: Option<String>,
        channel: Option<String>,
        pay: Option<String>,
        contract: Option<String>,
        insurance: Option<String>,
        on_specialty: Option<String>,
    },
    Study {
        college: String,
        channel: StudyChannel,
        level: StudyLevel,
        registered: Date,
    },
}

/// The destination that an answer states, if it says all that one needs. What has no day of its own is so from `on`.
pub fn destination(answered: &Answered, on: Date) -> Option<AnsweredDestination> {
    let coded = |name: &str| answered.coded.get(name)?.first().cloned();
    let words = |name: &str| answered.words.get(name).cloned();
    let day = |name: &str| coded(name)?.parse::<Date>().ok();
    let status = coded("status")?;
    if status == STUDY {
        return Some(AnsweredDestination::Study {
            college: words("college")?,
            channel: StudyChannel::from_code(&coded("study_channel")?)?,
            level: StudyLevel::from_code(&coded("study_level")?)?,
            registered: day("registered")?,
        });
    }
    let kind = DestinationKind::from_code(&status)?;
    let from = if kind.employment().is_some() { day("start")? } else { on };
    Some(AnsweredDestination::Destination {
        kind,
        from,
        employer: words("employer"),
        place: coded("place"),
        channel: coded("channel"),
        pay: coded("pay"),
        contract: coded("contract"),
        insurance: coded("insurance"),
        on_specialty: coded("match"),
    })
}
