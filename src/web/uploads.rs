//! The files that somebody has sent to be imported or collected: how far the work on them is, and what it came to, for the
//! account that sent them.
//!
//! They live in the memory of this process and on no disk, for a day and up to so many bytes, and go once they are recorded.
//! After a restart they are lost, which is said; what was confirmed is recorded or not, and the same file confirmed again
//! records nothing twice. Invariant: the files are with one worker at a time, so that two tabs confirm them once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use uuid::Uuid;

use crate::accounts::{Caller, Staff};
use crate::app::import::{FileResult, ImportFiles};
use crate::text::lang::Sentence;

/// Under which addresses the pages of uploads are: of files to be imported, and of scans.
pub(super) const IMPORTED: &str = "/imports/uploads";
pub(super) const SCANNED: &str = "/papers/scans";
/// How long files are kept.
const KEPT_FOR: Duration = Duration::from_hours(24);
/// Uploads of one account; of more the oldest that nobody works on goes.
const OWN_MAX: usize = 5;
/// Uploads that are worked on: of one account, and of all.
const OWN_UNDER_WAY_MAX: usize = 2;
const UNDER_WAY_MAX: usize = 8;
/// Bytes of all files that are kept.
const LEN_MAX: usize = 256 << 20;

/// What somebody sends to be worked on.
pub(super) trait Sent: Clone + Default {
    /// What the work on it comes to.
    type Ended: Default;

    /// Bytes that it takes.
    fn len(&self) -> usize;
    /// Whether nothing of it is left to be worked on.
    fn is_over(&self) -> bool;
    /// The same to be looked at: the files stay where they are.
    fn shown(&mut self) -> Self;
}

/// What was sent, with what the work on it came to last.
pub(super) type Taken<S> = (S, Arc<<S as Sent>::Ended>);

impl Sent for ImportFiles {
    type Ended = Ended;

    fn len(&self) -> usize {
        self.files.iter().map(|file| file.bytes.len()).sum()
    }

    fn is_over(&self) -> bool {
        self.files.is_empty()
    }

    fn shown(&mut self) -> Self {
        let files = std::mem::take(&mut self.files);
        let shown = self.clone();
        self.files = files;
        shown
    }
}

/// What is done with an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Check,
    Record,
}

/// How far it is: the file, and how many of its rows are done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Progress {
    pub step: Step,
    /// The app's clock: microseconds since 1970-01-01 UTC.
    pub since: i64,
    pub file: String,
    pub done: usize,
    pub all: usize,
}

/// Why an upload is not here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotKept {
    /// So many are worked on.
    TooMany {
        max: usize,
    },
    NoRoom,
    /// The process was begun anew since.
    Lost,
    /// There is none of this account.
    Unknown,
}

/// What it came to.
#[derive(Debug, Default)]
pub(super) struct Ended {
    pub results: Arc<Vec<FileResult>>,
    /// The position of the log up to which the check knew it.
    pub position: i64,
    /// Why nothing was done at all.
    pub fault: Option<Sentence>,
    /// Nothing was done, since who confirmed has to show again who that is.
    pub is_to_confirm: bool,
    /// Nothing was recorded, since others recorded something meanwhile that changes what the files do.
    pub is_moved: bool,
    pub is_recorded: bool,
}

/// An upload as a page shows it.
pub(super) enum Looked<S: Sent> {
    UnderWay(Progress),
    /// What was asked for, without the files, and what it came to.
    Over {
        input: S,
        has_files: bool,
        ended: Arc<S::Ended>,
    },
}

/// What an account has to know of its uploads, wherever it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Notice {
    pub id: Uuid,
    /// Where its page is.
    pub address: String,
    /// Whether it ended, and nobody looked at it yet.
    pub is_over: bool,
}

enum State<S: Sent> {
    /// The files are with who works on them.
    UnderWay(Progress),
    Over {
        input: S,
        ended: Arc<S::Ended>,
        is_seen: bool,
    },
}

struct Upload<S: Sent> {
    id: Uuid,
    /// The role and the scope, too: who was given others sees nothing of what was checked for the ones before.
    owner: Staff,
    begun: Instant,
    len: usize,
    state: State<S>,
}

/// The uploads of this process, of one kind.
pub(super) struct Uploads<S: Sent> {
    /// Under which address their pages are.
    place: &'static str,
    /// An id of the moment in which the process began: those of earlier ones are lower.
    since: Uuid,
    kept: Mutex<Vec<Upload<S>>>,
}

/// Whose files they are: who acts, in the role and the scope in which that is done now.
pub(super) fn owner(caller: &Caller) -> Option<Staff> {
    let (staff, id) = (caller.staff.clone()?, caller.staff_id()?);
    Some(Staff { id, ..staff })
}

impl<S: Sent> Upload<S> {
    fn is_under_way(&self) -> bool {
        matches!(self.state, State::UnderWay(_))
    }
}

impl<S: Sent> Uploads<S> {
    pub(super) fn new(place: &'static str, since: Uuid) -> Self {
        Self { place, since, kept: Mutex::default() }
    }

    /// Where the page of an upload is.
    pub(super) fn address(&self, id: Uuid) -> String {
        format!("{}/{id}", self.place)
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Upload<S>>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|upload| upload.is_under_way() || upload.begun.elapsed() < KEPT_FOR);
        kept
    }

    /// Takes up files that are about to be checked.
    ///
    /// # Errors
    /// If too many are worked on, or there is no room.
    pub(super) fn begin(&self, id: Uuid, owner: &Staff, input: &S, now: i64) -> Result<(), NotKept> {
        let mut kept = self.kept();
        may_begin(&kept, owner)?;
        let len = input.len();
        let is_own = |upload: &Upload<S>| upload.owner.id == owner.id;
        let is_full = |kept: &[Upload<S>]| kept.iter().map(|upload| upload.len).sum::<usize>() + len > LEN_MAX;
        while (is_full(&kept) || kept.iter().filter(|upload| is_own(upload)).count() >= OWN_MAX)
            && let Some(oldest) = kept.iter().position(|upload| is_own(upload) && !upload.is_under_way())
        {
            kept.remove(oldest);
        }
        if is_full(&kept) {
            return Err(NotKept::NoRoom);
        }
        let progress = Progress { step: Step::Check, since: now, file: String::new(), done: 0, all: 0 };
        let (owner, begun) = (owner.clone(), Instant::now());
        kept.push(Upload { id, owner, begun, len, state: State::UnderWay(progress) });
        Ok(())
    }

    /// Hands the files to one who works on them, with what the last check came to; nobody gets them while another has them,
    /// or once they are recorded.
    ///
    /// # Errors
    /// If there is no such upload of this account, or too many are worked on.
    pub(super) fn take(&self, id: Uuid, owner: &Staff, step: Step, now: i64) -> Result<Option<Taken<S>>, NotKept> {
        let mut kept = self.kept();
        let at = self.place(&kept, id, owner)?;
        if kept[at].is_under_way() {
            return Ok(None);
        }
        may_begin(&kept, owner)?;
        let upload = &mut kept[at];
        let State::Over { input, ended, .. } = &mut upload.state else { return Ok(None) };
        if input.is_over() {
            return Ok(None);
        }
        let taken = (std::mem::take(input), Arc::clone(ended));
        upload.state = State::UnderWay(Progress { step, since: now, file: String::new(), done: 0, all: 0 });
        Ok(Some(taken))
    }

    /// How far it is.
    pub(super) fn tell(&self, id: Uuid, of_file: &str, rows_done: usize, of_all: usize) {
        if let Some(upload) = self.kept().iter_mut().find(|upload| upload.id == id)
            && let State::UnderWay(Progress { file, done, all, .. }) = &mut upload.state
        {
            (*done, *all) = (rows_done, of_all);
            if file != of_file {
                of_file.clone_into(file);
            }
        }
    }

    /// Takes back what is left of the files, with what it came to.
    pub(super) fn end(&self, id: Uuid, input: S, ended: S::Ended) {
        if let Some(upload) = self.kept().iter_mut().find(|upload| upload.id == id) {
            upload.len = input.len();
            upload.state = State::Over { input, ended: Arc::new(ended), is_seen: false };
        }
    }

    /// How it is; an end counts as seen from now on.
    ///
    /// # Errors
    /// If there is no such upload of this account.
    pub(super) fn look(&self, id: Uuid, owner: &Staff) -> Result<Looked<S>, NotKept> {
        let mut kept = self.kept();
        let at = self.place(&kept, id, owner)?;
        Ok(match &mut kept[at].state {
            State::UnderWay(progress) => Looked::UnderWay(progress.clone()),
            State::Over { input, ended, is_seen } => {
                *is_seen = true;
                Looked::Over { input: input.shown(), has_files: !input.is_over(), ended: Arc::clone(ended) }
            }
        })
    }

    /// Forgets an upload that nobody works on.
    ///
    /// # Errors
    /// If there is no such upload of this account.
    pub(super) fn forget(&self, id: Uuid, owner: &Staff) -> Result<(), NotKept> {
        let mut kept = self.kept();
        let at = self.place(&kept, id, owner)?;
        if !kept[at].is_under_way() {
            kept.remove(at);
        }
        Ok(())
    }

    /// What is under way for an account, or else what ended unseen.
    pub(super) fn notice(&self, owner: &Staff) -> Option<Notice> {
        let kept = self.kept();
        let own = || kept.iter().filter(|upload| upload.owner == *owner);
        let notice =
            |is_over| move |upload: &Upload<S>| Notice { id: upload.id, address: self.address(upload.id), is_over };
        let under_way = own().find(|upload| upload.is_under_way()).map(notice(false));
        let is_unseen = |upload: &&Upload<S>| matches!(upload.state, State::Over { is_seen: false, .. });
        under_way.or_else(|| own().find(is_unseen).map(notice(true)))
    }

    /// The uploads of an account, latest first: where each is, and whether somebody works on it.
    pub(super) fn own(&self, owner: &Staff) -> Vec<(Uuid, bool)> {
        let kept = self.kept();
        let own = kept.iter().rev().filter(|upload| upload.owner == *owner);
        own.map(|upload| (upload.id, upload.is_under_way())).collect()
    }

    fn place(&self, kept: &[Upload<S>], id: Uuid, owner: &Staff) -> Result<usize, NotKept> {
        match kept.iter().position(|upload| upload.id == id && upload.owner == *owner) {
            Some(at) => Ok(at),
            None if id < self.since && id.get_version_num() == 7 => Err(NotKept::Lost),
            None => Err(NotKept::Unknown),
        }
    }
}

fn may_begin<S: Sent>(kept: &[Upload<S>], owner: &Staff) -> Result<(), NotKept> {
    let under_way = || kept.iter().filter(|upload| upload.is_under_way());
    let own = under_way().filter(|upload| upload.owner.id == owner.id).count();
    if under_way().count() >= UNDER_WAY_MAX || own >= OWN_UNDER_WAY_MAX {
        return Err(NotKept::TooMany { max: OWN_UNDER_WAY_MAX });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::{Role, Scope};
    use crate::domain::ids::StaffId;
    use crate::input::file::File;

    fn id(nth: u128) -> Uuid {
        Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + nth)
    }

    fn owner(nth: u128) -> Staff {
        Staff { id: StaffId(id(nth)), role: Role::Officer, scope: Scope::City }
    }

    fn files(len: usize) -> ImportFiles {
        ImportFiles {
            files: vec![File { name: "名册.csv".to_owned(), bytes: vec![0; len] }], ..ImportFiles::default()
        }
    }

    fn notice(nth: u128, is_over: bool) -> Option<Notice> {
        Some(Notice { id: id(nth), address: format!("{IMPORTED}/{}", id(nth)), is_over })
    }

    #[test]
    fn of_two_tabs_one_gets_the_files_and_nobody_once_they_are_recorded() {
        let uploads = Uploads::<ImportFiles>::new(IMPORTED, id(0));
        uploads.begin(id(1), &owner(1), &files(9), 7).unwrap();
        assert!(uploads.take(id(1), &owner(1), Step::Record, 8).unwrap().is_none());
        uploads.end(id(1), files(9), Ended::default());
        assert!(uploads.take(id(1), &owner(1), Step::Record, 8).unwrap().is_some());
        assert!(uploads.take(id(1), &owner(1), Step::Record, 8).unwrap().is_none());
        uploads.end(id(1), ImportFiles::default(), Ended { is_recorded: true, ..Ended::default() });
        assert!(uploads.take(id(1), &owner(1), Step::Record, 8).unwrap().is_none());
        assert!(matches!(uploads.look(id(1), &owner(1)), Ok(Looked::Over { has_files: false, .. })));
    }

    #[test]
    fn what_is_under_way_is_noticed_and_what_ended_until_it_is_looked_at() {
        let uploads = Uploads::<ImportFiles>::new(IMPORTED, id(0));
        assert_eq!(uploads.notice(&owner(1)), None);
        uploads.begin(id(1), &owner(1), &files(9), 7).unwrap();
        assert_eq!(uploads.notice(&owner(1)), notice(1, false));
        uploads.end(id(1), files(9), Ended::default());
        assert_eq!((uploads.notice(&owner(1)), uploads.notice(&owner(2))), (notice(1, true), None));
        assert!(uploads.look(id(1), &owner(1)).is_ok());
        assert_eq!(uploads.notice(&owner(1)), None);
    }

    #[test]
    fn an_upload_is_of_its_account_in_its_role_and_lost_once_its_process_has_ended() {
        let uploads = Uploads::<ImportFiles>::new(IMPORTED, id(5));
        uploads.begin(id(6), &owner(1), &files(9), 7).unwrap();
        let changed = Staff { role: Role::Principal, ..owner(1) };
        for (of, whose, why) in [
            (6, owner(2), NotKept::Unknown),
            (6, changed, NotKept::Unknown),
            (7, owner(1), NotKept::Unknown),
            (4, owner(1), NotKept::Lost),
        ] {
            assert_eq!(uploads.look(id(of), &whose).err(), Some(why));
        }
    }

    #[test]
    fn so_many_are_worked_on_and_of_those_that_are_not_the_oldest_own_one_goes() {
        let uploads = Uploads::<ImportFiles>::new(IMPORTED, id(0));
        for nth in 1..=2 {
            uploads.begin(id(nth), &owner(1), &files(9), 7).unwrap();
        }
        let too_many = Err(NotKept::TooMany { max: OWN_UNDER_WAY_MAX });
        assert_eq!(uploads.begin(id(3), &owner(1), &files(9), 7), too_many);
        for nth in 1..=2 {
            uploads.end(id(nth), files(9), Ended::default());
        }
        for nth in 3..=7 {
            uploads.begin(id(nth), &owner(1), &files(9), 7).unwrap();
            uploads.end(id(nth), files(9), Ended::default());
        }
        assert_eq!(uploads.own(&owner(1)).len(), OWN_MAX);
        assert!(uploads.look(id(2), &owner(1)).is_err() && uploads.look(id(3), &owner(1)).is_ok());
        // Of others nothing is taken away to make room.
        assert_eq!(uploads.begin(id(8), &owner(2), &files(LEN_MAX), 7), Err(NotKept::NoRoom));
    }
}
