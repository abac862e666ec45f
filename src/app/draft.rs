//! Drafts: what somebody typed and has not ordered yet. They decide nothing, are sealed since names stand in them, and are the
//! own account's alone.
//!
//! A draft ends after thirty days, when what it says is recorded, and when somebody is erased whom it names.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{App, AppError};
use crate::accounts::Caller;
use crate::domain::ids::{StaffId, StudentId};
use crate::event_log::EngineError;
use crate::event_log::table::{DRAFT, Removal, Row, TableRows, Value};
use crate::event_log::working::Which;
use crate::people::{SealError, UnsealError};
use crate::projections::placement_register::roster::Progress;

/// Drafts of one account; of more the oldest goes.
pub const DRAFTS_MAX: usize = 20;
/// How long a draft is kept after it was changed last.
pub const KEPT_DAYS: i64 = 30;
/// Bytes of what is typed into one.
pub const LEN_MAX: usize = 64 << 10;
/// Microseconds of a day.
const DAY: i64 = 86_400 * 1_000_000;

/// What was typed, where, and whom it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typing {
    /// The words of the command.
    pub act: String,
    /// By the names of the fields, in the order of the form.
    pub words: Vec<(String, String)>,
    pub people: Vec<StudentThen>,
}

/// How a student stood when it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StudentThen {
    pub student: StudentId,
    pub class: String,
    pub progress: Progress,
}

/// A draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub id: Uuid,
    /// Microseconds since 1970-01-01 UTC.
    pub kept_at: i64,
    /// In whose place it was typed; nobody's where that is `None`.
    pub in_place_of: Option<StaffId>,
    pub typing: Typing,
}

impl Draft {
    /// As it is now.
    pub fn seen(&self) -> SeenDraft {
        SeenDraft { id: self.id, kept_at: self.kept_at }
    }
}

/// Which draft a form goes on with: as it was when the form was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeenDraft {
    pub id: Uuid,
    pub kept_at: i64,
}

/// What became of what was to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    As(SeenDraft),
    /// Somewhere else the draft was changed meanwhile, or is there no more: this is another one.
    Apart(SeenDraft),
    TooLong,
}

/// What is sealed of a draft.
#[derive(Serialize, Deserialize)]
struct Content {
    in_place_of: Option<StaffId>,
    typing: Typing,
}

impl App {
    /// Keeps what was typed by the caller, in the place of the draft that the form goes on with.
    ///
    /// # Errors
    /// When the database does not answer, or the system gives no randomness; if the caller has no account.
    pub async fn keep_draft(&self, caller: &Caller, seen: Option<SeenDraft>, typing: Typing) -> Result<Kept, AppError> {
        let account = caller.staff_id().ok_or(AppError::NotFound)?;
        if typing.words.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() > LEN_MAX {
            return Ok(Kept::TooLong);
        }
        let rows = self.draft_rows(account).await?;
        let is_as_seen = |of: &SeenDraft| rows.iter().filter_map(seen_of).any(|kept| kept == *of);
        let goes_on = seen.filter(is_as_seen);
        let id = goes_on.map_or_else(|| self.new_id(), |seen| seen.id);
        // Two keepings are told apart by their instants.
        let now = goes_on.map_or(self.now(), |seen| self.now().max(seen.kept_at + 1));
        let content = Content { in_place_of: place(caller), typing };
        let plain = serde_json::to_vec(&content).map_err(|error| SealError(error.to_string()))?;
        let sealed = self.people.encrypt(&plain, &associated(account, id))?;
        let row = vec![
            Value::text(account.0.to_string()),
            Value::text(id.to_string()),
            Value::Int(now),
            Value::Int(now + KEPT_DAYS * DAY),
            Value::Blob(sealed),
        ];
        let mut others: Vec<SeenDraft> = rows.iter().filter_map(seen_of).filter(|of| of.id != id).collect();
        others.sort_by_key(|of| std::cmp::Reverse(of.kept_at));
        let too_many = others.iter().skip(DRAFTS_MAX - 1).map(|of| removal(account, of.id)).collect();
        let rows = TableRows { table: &DRAFT, name: DRAFT.name.to_owned(), rows: vec![row] };
        self.log.keep(vec![rows], too_many).await?;
        let kept = SeenDraft { id, kept_at: now };
        Ok(if seen.is_some() && goes_on.is_none() { Kept::Apart(kept) } else { Kept::As(kept) })
    }

    /// The drafts of the caller's account that have not ended, the latest first. One that cannot be unsealed is left out: it
    /// ends by itself.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn drafts(&self, caller: &Caller) -> Result<Vec<Draft>, AppError> {
        let Some(account) = caller.staff_id() else { return Ok(vec![]) };
        let rows = self.draft_rows(account).await?;
        let mut drafts: Vec<Draft> = rows.iter().filter_map(|row| self.draft_of(row)).collect();
        drafts.sort_by_key(|draft| std::cmp::Reverse(draft.kept_at));
        Ok(drafts)
    }

    /// The names of those in whose place drafts were typed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn names_of_places(&self, drafts: &[Draft]) -> Result<HashMap<Uuid, String>, AppError> {
        let places: BTreeSet<Uuid> = drafts.iter().filter_map(|draft| draft.in_place_of).map(|staff| staff.0).collect();
        self.staff_names(&Vec::from_iter(places)).await
    }

    /// Removes a draft of the caller's account; one that is not there is no fault.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn remove_draft(&self, caller: &Caller, id: Uuid) -> Result<(), AppError> {
        let Some(account) = caller.staff_id() else { return Ok(()) };
        Ok(self.log.keep(vec![], vec![removal(account, id)]).await?)
    }

    /// Deletes the drafts that have ended, of all accounts.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn forget_ended_drafts(&self) -> Result<(), AppError> {
        let ended = self.log.working_rows(&DRAFT, Which::Before("ends_at", self.now())).await?;
        let removals: Vec<Removal> =
            ended.iter().map(|row| Removal { table: &DRAFT, key: row[..2].to_vec() }).collect();
        if !removals.is_empty() {
            self.log.keep(vec![], removals).await?;
        }
        Ok(())
    }

    /// What removes the drafts in which any of these words stand: ids, names and numbers of somebody who is erased. Whoever has
    /// the same name is lost with them, and what cannot be unsealed goes, too.
    pub(super) async fn drafts_naming(&self, words: &[String]) -> Result<Vec<Removal>, EngineError> {
        let rows = self.log.working_rows(&DRAFT, Which::All).await?;
        let names_one = |row: &&Row| {
            self.content(row).is_none_or(|plain| {
                let text = String::from_utf8_lossy(&plain);
                words.iter().any(|word| !word.is_empty() && text.contains(word.as_str()))
            })
        };
        Ok(rows.iter().filter(names_one).map(|row| Removal { table: &DRAFT, key: row[..2].to_vec() }).collect())
    }

    async fn draft_rows(&self, account: StaffId) -> Result<Vec<Row>, EngineError> {
        let rows = self.log.working_rows(&DRAFT, Which::With("account", &account.0.to_string())).await?;
        let now = self.now();
        Ok(rows.into_iter().filter(|row| matches!(row.get(3), Some(Value::Int(ends)) if *ends > now)).collect())
    }

    fn draft_of(&self, row: &Row) -> Option<Draft> {
        let SeenDraft { id, kept_at } = seen_of(row)?;
        let Content { in_place_of, typing } = serde_json::from_slice(&self.content(row)?).ok()?;
        Some(Draft { id, kept_at, in_place_of, typing })
    }

    fn content(&self, row: &Row) -> Option<Vec<u8>> {
        let account = StaffId(Uuid::parse_str(row.first()?.as_text()?).ok()?);
        let SeenDraft { id, .. } = seen_of(row)?;
        let Some(Value::Blob(sealed)) = row.get(4) else { return None };
        let broken = UnsealError::Broken { subject: id, revision: 0 };
        self.people.decrypt(sealed, &associated(account, id), &broken).ok()
    }
}

/// In whose place a caller acts.
pub fn place(caller: &Caller) -> Option<StaffId> {
    caller.role_of().filter(|_| caller.is_deputy())
}

fn seen_of(row: &Row) -> Option<SeenDraft> {
    let id = Uuid::parse_str(row.get(1)?.as_text()?).ok()?;
    let Some(Value::Int(kept_at)) = row.get(2) else { return None };
    Some(SeenDraft { id, kept_at: *kept_at })
}

fn removal(account: StaffId, id: Uuid) -> Removal {
    Removal { table: &DRAFT, key: vec![Value::text(account.0.to_string()), Value::text(id.to_string())] }
}

/// It opens only as the draft of the account that it was sealed for.
fn associated(account: StaffId, id: Uuid) -> Vec<u8> {
    [b"draft".as_slice(), account.0.as_bytes(), id.as_bytes()].concat()
}
