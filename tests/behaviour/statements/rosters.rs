//! Rosters drawn at random, undone in any order: what stands of a student on every day is what the rows that are left say,
//! read by rules 2, 6 and 10 alone.

use std::collections::BTreeMap;

use cqrs_es::Aggregate as _;
use gradtrail::domain::UndoReason;
use gradtrail::domain::ids::{BatchId, ClassName};
use gradtrail::domain::statements::{Confirmation, Effect, Said, Source};
use gradtrail::domain::student::row::StudentRow;
use gradtrail::domain::student::{self, Student, StudentCommand, StudentFacts, StudentRefusal, say};
use gradtrail::domain::terms::Standing;
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use proptest::collection::vec;
use proptest::prelude::*;
use uuid::Uuid;

use crate::support::rosters::student_row;

const FIRST: Date = date(2022, 1, 1);
const SAID_ON: Date = date(2022, 1, 5);
const TODAY: Date = date(2022, 12, 31);
const DAYS: i8 = 8;
const STANDINGS: [Standing; 6] = [
    Standing::Enrolled,
    Standing::OnLeave,
    Standing::Graduated,
    Standing::Graduated,
    Standing::Withdrawn,
    Standing::Deceased,
];

#[derive(Debug, Clone)]
enum Step {
    Say(StudentRow),
    Undo(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let row = (0..6_usize, proptest::option::weighted(0.8, 0..DAYS), 1..3_u8, proptest::bool::weighted(0.2)).prop_map(
        |(standing, since, class, corrects)| StudentRow {
            standing: STANDINGS[standing],
            since: since.map(|day| FIRST + day.days()),
            class: ClassName::parse(&format!("{class}班")).unwrap(),
            corrects,
            ..student_row("33070001", "1班")
        },
    );
    prop_oneof![4 => row.prop_map(Step::Say), 1 => any::<usize>().prop_map(Step::Undo)]
}

fn facts() -> StudentFacts {
    StudentFacts { by: None, today: TODAY, taken: vec![] }
}

/// What was said, on both sides: each row in a batch of its own, confirmations too.
#[derive(Debug, Default)]
struct History {
    student: Student,
    confirmed: Vec<Confirmation<StudentRow>>,
    /// Everything that was said and not undone, in its order.
    said: Vec<(BatchId, StudentRow)>,
    last_batch: u128,
}

impl History {
    fn take(&mut self, step: &Step) {
        match step {
            Step::Say(row) => self.say(row),
            Step::Undo(number) if !self.said.is_empty() => {
                let (batch, _) = self.said.remove(number % self.said.len());
                self.undo(batch);
            }
            Step::Undo(_) => (),
        }
    }

    fn say(&mut self, row: &StudentRow) {
        let Ok(effect) = say::weigh(&self.student, row, SAID_ON, &facts()) else { return };
        self.last_batch += 1;
        let batch = BatchId(Uuid::from_u128(self.last_batch));
        let said = Said { batch, source: Source::School, said_on: SAID_ON, by: None, rows: vec![row.clone()] };
        self.said.push((batch, row.clone()));
        let events = student::decide(&self.student, StudentCommand::Say { said: said.clone() }, &facts()).unwrap();
        assert_eq!(events.is_empty(), matches!(effect, Effect::Confirms | Effect::HeldAlready));
        if events.is_empty() {
            self.confirmed.push(Confirmation { at: self.student.timeline().version(), said });
        }
        events.into_iter().for_each(|event| self.student.apply(event));
    }

    fn undo(&mut self, batch: BatchId) {
        self.confirmed.retain(|confirmed| confirmed.said.batch != batch);
        let (also, reason) = (self.confirmed.clone(), UndoReason::Other);
        let command = StudentCommand::UndoBatch { batch, reason, also, effective_on: TODAY };
        match student::decide(&self.student, command, &facts()) {
            Ok(events) => events.into_iter().for_each(|event| self.student.apply(event)),
            // It only confirmed.
            Err(refusal) => assert_eq!(refusal, StudentRefusal::NothingToUndo),
        }
    }

    fn check(&self) {
        let read = Read::of(self.said.iter().map(|(_, row)| row));
        let reading = self.student.reading();
        assert_eq!(reading.registered.is_some(), !self.said.is_empty());
        for day in (-1..=DAYS).map(|day| FIRST + day.days()) {
            let standing = reading.standings.by_day().into_iter().rfind(|(since, _)| *since <= day);
            assert_eq!(standing.map_or(Standing::Enrolled, |(_, standing)| standing), read.standing(day), "{day}");
            assert_eq!(reading.classes.on(day), read.class(day), "{day}");
        }
    }
}

/// What the rows say, in the order in which they were said.
#[derive(Debug, Default)]
struct Read<'r> {
    standings: BTreeMap<Date, Standing>,
    classes: BTreeMap<Option<Date>, &'r ClassName>,
}

impl<'r> Read<'r> {
    fn of(rows: impl Iterator<Item = &'r StudentRow>) -> Self {
        let mut read = Self::default();
        for (index, row) in rows.enumerate() {
            read.take(row, index == 0);
        }
        read
    }

    fn take(&mut self, row: &'r StudentRow, is_first: bool) {
        if is_first {
            self.classes.insert(row.since, &row.class);
        }
        let Some(on) = row.since else {
            // It says how things are on the day of the batch; what is so already began before.
            if self.class(SAID_ON) != Some(&row.class) {
                self.classes.insert(Some(SAID_ON), &row.class);
            }
            return;
        };
        let has_left = |standing: &Standing| !matches!(standing, Standing::Enrolled | Standing::OnLeave);
        let left = self.standings.iter().find(|(_, standing)| has_left(standing)).map(|(day, _)| *day);
        if let Some(left) = left.filter(|_| !row.corrects) {
            let is_so = self.standings.get(&on) == Some(&row.standing);
            let is_dead = self.standings.values().any(|standing| *standing == Standing::Deceased);
            let is_news_of_death = row.standing == Standing::Deceased && !is_dead && left <= on;
            let is_older = !has_left(&row.standing) && on < left;
            if !is_so && !is_news_of_death && !is_older {
                return;
            }
        }
        if row.corrects {
            let dies = row.standing == Standing::Deceased;
            self.standings
                .retain(|day, standing| !has_left(standing) || (dies && *standing != Standing::Deceased && *day <= on));
        }
        self.standings.insert(on, row.standing);
        self.classes.insert(Some(on), &row.class);
    }

    /// Who has left school has, and may only die, whatever is said of later days.
    fn standing(&self, day: Date) -> Standing {
        let mut now = Standing::Enrolled;
        for (_, standing) in self.standings.range(..=day) {
            if matches!(now, Standing::Enrolled | Standing::OnLeave) || *standing == Standing::Deceased {
                now = *standing;
            }
        }
        now
    }

    /// The first that is known holds for the days before it, too.
    fn class(&self, day: Date) -> Option<&ClassName> {
        let begun = self.classes.range(..=Some(day)).next_back();
        begun.or(self.classes.first_key_value()).map(|(_, class)| *class)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_stands_of_a_student_is_what_the_rosters_say_that_were_not_undone(steps in vec(step(), 1..=14)) {
        let mut history = History::default();
        for step in &steps {
            history.take(step);
            history.check();
        }
    }
}
