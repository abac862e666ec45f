//! When a campaign opens, reminds and closes, and what is to be sent when: readable before it runs.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use crate::domain::terms::{Entry, Term, entry};

/// So many messages a person gets of one campaign, the invitation among them.
pub const SENDS_MAX: usize = 4;
/// So often somebody is called unless the campaign says otherwise, and at most.
pub const CALLS_USUAL: u8 = 3;
pub const CALLS_MAX: u8 = 10;

/// The days of a campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    pub opens_on: Date,
    /// The last day on which answers are taken.
    pub closes_on: Date,
    /// The days of the reminders, in their order.
    pub reminders: Vec<Date>,
    /// So many calls without reaching somebody make the person unreachable.
    pub calls_max: u8,
}

/// Which message it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    Invitation,
    Reminder,
}

impl Term for MessageKind {
    const NAME: &'static str = "消息";
    const ENTRIES: &'static [Entry<Self>] =
        &[entry(Self::Invitation, "invitation", "邀请", &[]), entry(Self::Reminder, "reminder", "提醒", &[])];
}

impl Schedule {
    /// The messages of the campaign, in their order: of which kind, and on which day.
    pub fn messages(&self) -> impl Iterator<Item = (MessageKind, Date)> {
        let reminders = self.reminders.iter().map(|on| (MessageKind::Reminder, *on));
        std::iter::once((MessageKind::Invitation, self.opens_on)).chain(reminders)
    }

    /// The message that is due on a day, counted from 1: the latest whose day has come. None after the last day.
    pub fn due(&self, on: Date) -> Option<(usize, MessageKind)> {
        let come = self.messages().enumerate().filter(|(_, (_, day))| *day <= on && on <= self.closes_on);
        come.last().map(|(index, (kind, _))| (index + 1, kind))
    }
}
