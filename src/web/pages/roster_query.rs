//! Which students a page lists, as its address says it; and the chips that lead to parts of the list.

use serde::Deserialize;

use super::frame::Frame;
use super::table::{SortHead, SortState};
use crate::app::at_work::PlacementQuery;
use crate::app::roster::{ClassCounts, ListStudents};
use crate::app::roster_order::RosterOrder;
use crate::domain::ids::{ClassName, SchoolCode};
use crate::domain::terms::Term;
use crate::input::known_at::{KnownAt, UnreadableKnownAt};
use crate::projections::placement_register::List;
use crate::projections::placement_register::roster::Progress;
use crate::text::days;
use crate::text::lang::say;
use crate::web::error::Error;

/// The words of the address. What is left empty is not given.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct RosterParams {
    pub school: String,
    pub class: String,
    pub list: String,
    pub progress: String,
    pub papers: String,
    pub starts: String,
    pub on: String,
    pub known_at: String,
    pub page: String,
    pub format: String,
    /// By what they are ordered; with a minus sign in front the last first.
    pub sort: String,
}

/// A part of a list, by name, with how many are in it.
pub(in crate::web) struct Chip {
    pub word: String,
    pub count: String,
    pub is_none: bool,
    pub address: String,
    pub is_here: bool,
}

fn given(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// The value that a word of the address names.
fn term<T: Term>(name: &'static str, text: &str) -> Result<Option<T>, Error> {
    let read = |code: &str| T::from_code(code).ok_or_else(|| Error::no_term::<T>(name));
    given(text).map(read).transpose()
}

impl RosterParams {
    /// What is asked for.
    ///
    /// # Errors
    /// If a word cannot be read.
    pub fn question(&self) -> Result<ListStudents, Error> {
        let (order, descending) = self.sort.strip_prefix('-').map_or((&*self.sort, false), |order| (order, true));
        Ok(ListStudents {
            query: self.query()?,
            list: term("list", &self.list)?,
            progress: term("progress", &self.progress)?,
            papers: term("papers", &self.papers)?,
            starts: given(&self.starts).map(days::read).transpose().map_err(|_| Error::no_day("starts"))?,
            sort: term("sort", order)?,
            descending,
            placed: false,
            places: None,
            only: vec![],
        })
    }

    /// Day, state of knowledge, school and class.
    ///
    /// # Errors
    /// If a word cannot be read.
    pub fn query(&self) -> Result<PlacementQuery, Error> {
        let on = given(&self.on).map(days::read).transpose();
        let known_at = given(&self.known_at).map_or(Ok(KnownAt::Head), str::parse);
        let school = given(&self.school).map(SchoolCode::parse).transpose();
        let class = given(&self.class).map(ClassName::parse).transpose();
        Ok(PlacementQuery {
            on: on.map_err(|_| Error::no_day("on"))?,
            known_at: known_at.map_err(|_| UnreadableKnownAt)?,
            school: school.map_err(|_| Error::no_school())?,
            class: class.map_err(|_| Error::Parameter("class", say("写班级名称", "write the name of a class")))?,
        })
    }

    /// Whether those whom a list names are shown by it.
    pub fn is_part(&self, list: List) -> bool {
        self.list.is_empty() || self.list == list.code()
    }

    /// The words with others in their place, to be put behind an address: `?...`, or nothing.
    pub fn with(&self, others: &[(&str, &str)]) -> String {
        let own = [
            ("school", &*self.school),
            ("class", &self.class),
            ("list", &self.list),
            ("progress", &self.progress),
            ("papers", &self.papers),
            ("starts", &self.starts),
            ("on", &self.on),
            ("known_at", &self.known_at),
            ("sort", &self.sort),
        ];
        let kept = own.into_iter().filter(|(name, _)| others.iter().all(|(other, _)| other != name));
        let words: Vec<_> = kept.chain(others.iter().copied()).filter(|(_, value)| !value.is_empty()).collect();
        match words.as_slice() {
            [] => String::new(),
            words => format!("?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(words).finish()),
        }
    }

    /// Heads of columns by which the list is ordered; what is ordered by one already is ordered the other way round by it.
    /// `usual` is the one by which it is ordered unless another is asked for.
    pub(in crate::web::pages) fn heads(
        &self,
        frame: &Frame,
        path: &str,
        orders: &[RosterOrder],
        usual: RosterOrder,
    ) -> Vec<SortHead> {
        let head = |order: &RosterOrder| {
            let (code, back) = (order.code().to_owned(), format!("-{}", order.code()));
            let now = if self.sort.is_empty() { usual.code() } else { &*self.sort };
            let (state, next) = match now {
                now if now == code => (SortState::Ascending, &back),
                now if now == back => (SortState::Descending, &code),
                _ => (SortState::Not, &code),
            };
            let address = format!("{path}{}", self.with(&[("sort", next)]));
            SortHead { word: frame.word(order), address, state }
        };
        orders.iter().map(head).collect()
    }

    /// Everybody, each list, and how far one is: what is empty leads nowhere.
    pub fn chips(&self, frame: &Frame, path: &str, counts: &ClassCounts) -> Vec<Chip> {
        let chip = |word: String, number: usize, [list, progress]: [&str; 2]| Chip {
            word,
            count: super::count(number),
            is_none: number == 0,
            address: format!("{path}{}", self.with(&[("list", list), ("progress", progress)])),
            is_here: self.list == list && self.progress == progress,
        };
        let all = chip(frame.say("全部", "All").to_owned(), counts.students, ["", ""]);
        let lists = List::ENTRIES.iter().map(|entry| {
            let name = short(frame, entry.value);
            chip(name.to_owned(), counts.on(entry.value), [entry.code, ""])
        });
        let steps = Progress::ENTRIES.iter().filter(|entry| entry.value != Progress::NotPlaced);
        let steps = steps.map(|entry| chip(frame.word(&entry.value), counts.of(entry.value), ["", entry.code]));
        // A condition of its own, which one click takes off.
        let starts = given(&self.starts).map(|day| Chip {
            word: frame.lang.of(format!("{day} 开始 ✕"), format!("starting {day} ✕")),
            count: String::new(),
            is_none: false,
            address: format!("{path}{}", self.with(&[("starts", "")])),
            is_here: true,
        });
        starts.into_iter().chain([all]).chain(lists).chain(steps).filter(|chip| !chip.is_none || chip.is_here).collect()
    }
}

/// What a list is called where there is little room.
pub(in crate::web) fn short(frame: &Frame, list: List) -> &'static str {
    match list {
        List::NotPlaced => frame.say("未落实", "not placed"),
        List::Unsigned => frame.say("没有签齐", "signatures missing"),
        List::Unamended => frame.say("没有签补充协议", "amendment missing"),
        List::AwaitingApproval => frame.say("待审核", "awaiting approval"),
        List::NotArrived => frame.say("未登记到岗", "arrival not recorded"),
        List::NotEnrolled => frame.say("在岗而不在籍", "at work, not enrolled"),
    }
}
