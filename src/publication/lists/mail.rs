//! Mail: what comes next, and how far what is due has come.

use super::{ID, Lang, left, list, right, word};
use crate::app::mail::listed::ListedMail;
use crate::app::mail::message::Message;
use crate::publication::list::{ListValue, Listing};

pub(super) fn mail(listed: &[ListedMail], lang: Lang) -> Listing {
    let sent = listed.iter().filter(|of| of.message.is_some()).count();
    let title = (format!("邮件：{sent} 封"), format!("Mail: {sent}"));
    let columns = vec![
        left("due_at", "到期", "due at"),
        left("kind", "种类", "kind"),
        right("people", "人数", "people"),
        left("to", "给谁", "to"),
        left("state", "状态", "state"),
        left("next_at", "何时发的，或何时再试", "sent or tried again at"),
        right("tries", "试过", "tries"),
        left("possibly_twice", "可能发了两次", "possibly twice"),
        left("told", "对方说", "answered"),
        ID,
    ];
    let empty = ("没有这样的邮件", "There is no such mail");
    let row = |of: &ListedMail| {
        let message = of.message.as_ref();
        let yes = |message: &Message| message.is_possibly_twice().then(|| lang.of("是", "yes"));
        vec![
            ListValue::Instant(of.due_at),
            word(of.kind, lang),
            i64::try_from(of.people).unwrap_or(i64::MAX).into(),
            of.to.clone().into(),
            message.map_or_else(|| lang.of("预定", "planned").into(), |message| word(message.state, lang)),
            message.map_or(ListValue::Nothing, |message| ListValue::Instant(message.next_at)),
            message.map(|message| message.tries).into(),
            message.and_then(yes).into(),
            message.and_then(|message| message.told.clone()).into(),
            message.map(|message| message.id.clone()).into(),
        ]
    };
    Listing { rows: listed.iter().map(row).collect(), ..list(lang, title, columns, empty) }
}
