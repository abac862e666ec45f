//! A stack of scans of signed papers, from the files that were sent to the last of its pages that is recorded.

use std::collections::BTreeMap;

use super::uploads::Sent;
use crate::app::agreement::collect::CollectedPage;
use crate::app::agreement::input::CollectScans;
use crate::text::lang::Sentence;

/// What is left of a stack.
#[derive(Debug, Clone, Default)]
pub(super) struct Stack {
    /// What is ordered; the files until their pages are sorted.
    pub order: CollectScans,
    /// The pages that are not recorded, as they were sorted last.
    pub pages: Vec<CollectedPage>,
    /// What somebody says that pages are, by their numbers.
    pub said: BTreeMap<usize, String>,
}

/// What the work on a stack came to.
#[derive(Debug, Default)]
pub(super) struct StackEnded {
    /// How many papers were recorded now, and the page that says what.
    pub recorded: Option<(usize, String)>,
    /// Why nothing was done at all.
    pub fault: Option<Sentence>,
    /// Nothing was recorded, since others recorded something meanwhile that changes what can be.
    pub is_moved: bool,
    /// Who sends the scans has to show again who that is.
    pub is_to_confirm: bool,
}

impl Sent for Stack {
    type Ended = StackEnded;

    fn len(&self) -> usize {
        let of_pages = self.pages.iter().filter_map(|page| page.picture.as_ref()).map(|picture| picture.bytes.len());
        self.order.files.iter().map(|file| file.bytes.len()).chain(of_pages).sum()
    }

    fn is_over(&self) -> bool {
        self.order.files.is_empty() && self.pages.is_empty()
    }

    fn shown(&mut self) -> Self {
        let files = std::mem::take(&mut self.order.files);
        let shown = self.clone();
        self.order.files = files;
        shown
    }
}
