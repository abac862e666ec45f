//! A stack of scans as it is read: pages over all files, each with the code on it or with what somebody says it is.

use std::collections::HashMap;

use tokio::sync::Semaphore;

use super::input::ASIDE;
use crate::app::failure::{Failure, InputRefusal};
use crate::app::watch::Watch;
use crate::domain::placement::codes::DocumentKind;
use crate::domain::terms::Term as _;
use crate::input::file::File;
use crate::packet::mark::PageMark;
use crate::packet::scan::picture::Picture;
use crate::packet::scan::{ScanFault, Unread, pages, read};
use crate::refusal::Why;

/// A page as it was read.
pub(super) struct StackPage {
    pub file: String,
    /// From 1 in its file; 0 of a file that cannot be read.
    pub page: usize,
    pub picture: Option<Picture>,
    pub says: Says,
}

/// What a page says it is.
pub(super) enum Says {
    Paper(Meant),
    Aside(Option<Why>),
    Unread(Why),
}

/// Which paper a page is of.
#[derive(Clone)]
pub(super) enum Meant {
    Mark(PageMark),
    /// As somebody says: a student by number or id, and a document.
    Named {
        student: String,
        kind: DocumentKind,
    },
}

impl StackPage {
    pub fn mark(&self) -> Option<&PageMark> {
        match &self.says {
            Says::Paper(Meant::Mark(mark)) => Some(mark),
            Says::Paper(Meant::Named { .. }) | Says::Aside(_) | Says::Unread(_) => None,
        }
    }

    /// The student whom somebody names.
    pub fn named(&self) -> Option<&str> {
        match &self.says {
            Says::Paper(Meant::Named { student, .. }) => Some(student),
            Says::Paper(Meant::Mark(_)) | Says::Aside(_) | Says::Unread(_) => None,
        }
    }
}

/// Reads the pages of all files, telling how many of a file are read. A page of which somebody says what it is is not
/// looked at for a code.
///
/// # Errors
/// If what somebody says of a page cannot be read, or there is no such page.
pub(super) async fn stack(
    files: &[File],
    assign: &[String],
    decoding: &'static Semaphore,
    progress: Watch<'_>,
) -> Result<Vec<StackPage>, Failure> {
    let mut said: HashMap<usize, Option<Meant>> = HashMap::new();
    for text in assign {
        let (number, meant) = assigned(text).ok_or_else(|| InputRefusal::PageUnclear(text.clone()))?;
        said.insert(number, meant);
    }
    let mut read_pages: Vec<StackPage> = vec![];
    for file in files {
        let name = file.short_name();
        progress(name, 0, 0);
        let whole = file.clone();
        let found = off_the_runtime(decoding, move || pages(&whole)).await.unwrap_or(Err(ScanFault::PdfBroken));
        let (found, first_page) = match found {
            Ok(found) => (found, 1),
            Err(fault) => (vec![Err(fault)], 0),
        };
        let all = found.len();
        for (index, picture) in found.into_iter().enumerate() {
            let said = said.remove(&(read_pages.len() + 1));
            let (picture, says) = match (said, picture) {
                (Some(None), picture) => (picture.ok(), Says::Aside(None)),
                (_, Err(fault)) => (None, Says::Unread(fault.into())),
                (Some(Some(meant)), Ok(picture)) => (Some(picture), Says::Paper(meant)),
                (None, Ok(picture)) => {
                    let looked_at = picture.clone();
                    let looking = off_the_runtime(decoding, move || read(&looked_at)).await;
                    (Some(picture), says(looking.unwrap_or(Err(Unread::Scan(ScanFault::PictureBroken)))))
                }
            };
            read_pages.push(StackPage { file: name.to_owned(), page: first_page + index, picture, says });
            progress(name, index + 1, all);
        }
    }
    match said.keys().min() {
        Some(page) => Err(InputRefusal::NoSuchPage { page: *page, pages: read_pages.len() }.into()),
        None => Ok(read_pages),
    }
}

fn says(read: Result<PageMark, Unread>) -> Says {
    match read {
        Ok(mark) => Says::Paper(Meant::Mark(mark)),
        // Nothing is lost with it.
        Err(Unread::Scan(ScanFault::Blank)) => Says::Aside(Some(ScanFault::Blank.into())),
        Err(Unread::Scan(fault)) => Says::Unread(fault.into()),
        Err(Unread::Mark(error)) => Says::Unread(error.into()),
    }
}

/// The page, and what it is: `3=2024021812/guardian_consent`, `3=` and the code in words, or `3=none`.
fn assigned(text: &str) -> Option<(usize, Option<Meant>)> {
    let (number, what) = text.split_once('=')?;
    let (number, what) = (number.trim().parse().ok()?, what.trim());
    if what == ASIDE {
        return Some((number, None));
    }
    if let Ok(mark) = PageMark::parse(what) {
        return Some((number, Some(Meant::Mark(mark))));
    }
    let (student, document) = what.split_once('/')?;
    let (student, document) = (student.trim(), document.trim());
    let by_name = || DocumentKind::ENTRIES.iter().find(|entry| entry.value.zh() == document).map(|entry| entry.value);
    let kind = DocumentKind::from_code(document).or_else(by_name)?;
    let meant = Meant::Named { student: student.to_owned(), kind };
    Some((number, Some(meant).filter(|_| !student.is_empty())?.into()))
}

/// Work that keeps a processor busy; `None` if it broke off, as a decoder may at a file that was made to.
async fn off_the_runtime<T: Send + 'static>(
    decoding: &'static Semaphore,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let _turn = decoding.acquire().await.ok()?;
    tokio::task::spawn_blocking(work).await.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_said_to_be_a_students_document_a_code_or_nothing() {
        let named = |text: &str| match assigned(text) {
            Some((number, Some(Meant::Named { student, kind }))) => Some((number, student, kind)),
            _ => None,
        };
        let consent = Some((3, "2024021812".to_owned(), DocumentKind::GuardianConsent));
        assert_eq!(named("3=2024021812/guardian_consent"), consent);
        assert_eq!(named(&format!(" 3 = 2024021812 / {} ", DocumentKind::GuardianConsent.zh())), consent);
        let code = "GT1:CONSENT:1:00000000000000000000000000000ABC:FEFEFEFEFEFE";
        assert!(matches!(assigned(&format!("12={code}")), Some((12, Some(Meant::Mark(_))))));
        assert!(matches!(assigned("4=none"), Some((4, None))));
        for unclear in ["", "3", "x=none", "3=", "3=/guardian_consent", "3=2024021812/letter", "3=2024021812"] {
            assert!(assigned(unclear).is_none(), "{unclear}");
        }
    }
}
