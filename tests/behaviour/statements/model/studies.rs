//! What stands of enrolments and of sittings of exams, what of it goes on, and how far a graduate got.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use gradtrail::domain::day::from_epoch_day;
use gradtrail::domain::evidence::EvidenceLevel;
use gradtrail::domain::further_study::row::Institution;
use gradtrail::domain::statements::{Source, Spoken};
use gradtrail::domain::terms::{Exam, ExamResult, StudyChannel, StudyLevel, Term};
use strum::VariantArray;

use super::{Entry, ReportDay, Row, Word, place_in_list, report_day, worth};

/// What a row says of one enrolment; nothing leaves what was said before.
#[derive(Debug, Clone)]
pub struct EnrolmentSaid {
    pub institution: Institution,
    pub channel: StudyChannel,
    pub level: StudyLevel,
    pub admitted_on: Spoken<i64>,
    pub registered_on: Spoken<i64>,
    pub last_day: Spoken<i64>,
    pub reported_on: Option<i64>,
}

/// What a row says of one sitting.
#[derive(Debug, Clone)]
pub struct SittingSaid {
    pub exam: Exam,
    pub on: Option<i64>,
    pub result: Spoken<ExamResult>,
    pub reported_on: Option<i64>,
}

/// One round of study that a source speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    pub source: Source,
    pub institution: Institution,
    pub channel: StudyChannel,
    pub level: StudyLevel,
    pub admitted_on: Option<i64>,
    pub registered_on: Option<i64>,
    pub last_day: Option<i64>,
    pub reported_on: ReportDay,
}

/// One sitting that a source speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sitting {
    pub source: Source,
    pub exam: Exam,
    pub on: Option<i64>,
    pub result: Option<ExamResult>,
    pub reported_on: ReportDay,
}

/// How one study precedes another that goes on at another institution: the smallest decides.
pub type Precedence =
    (Reverse<EvidenceLevel>, Reverse<Option<i64>>, Reverse<i64>, usize, usize, (&'static str, Institution));

impl Round {
    pub fn precedence(&self) -> Precedence {
        (
            Reverse(worth(self.source)),
            Reverse(self.registered_on),
            Reverse(self.reported_on.day),
            place_in_list(self.level),
            place_in_list(self.channel),
            (self.source.code(), self.institution),
        )
    }

    /// Whether the admission day of a row may be the round's.
    fn may_be_admitted_on(&self, day: Option<i64>) -> bool {
        !matches!((self.admitted_on, day), (Some(one), Some(other)) if one != other)
    }

    /// Whether an admission day that a row says is possible beside the round's registration.
    fn allows_admission_on(&self, day: Option<i64>) -> bool {
        !matches!((self.registered_on, day), (Some(registered_on), Some(day)) if day > registered_on)
    }
}

/// The rows of one source, each with its word, in the order in which they were recorded.
fn rows_of<'e>(entries: &[&'e Entry], source: Source) -> Vec<(&'e Word, &'e Row)> {
    let words = entries.iter().filter_map(|entry| if let Entry::Word(word) = entry { Some(word) } else { None });
    words.filter(|word| word.source == source).flat_map(|word| word.rows.iter().map(move |row| (word, row))).collect()
}

/// The place of a batch. The order of its rows means nothing: they are taken by their days, one without a day first.
fn place(entries: &[&Entry], of: &Word) -> Option<usize> {
    entries.iter().position(|entry| matches!(entry, Entry::Word(word) if word.batch == of.batch))
}

/// The rounds that stand, of every source those that were recorded first before the others.
pub fn rounds(entries: &[&Entry]) -> Vec<Round> {
    let of_source = |source: &Source| {
        let mut rounds: Vec<Round> = vec![];
        let rows = rows_of(entries, *source).into_iter();
        let mut rows: Vec<(&Word, &EnrolmentSaid)> = rows
            .filter_map(|(word, row)| if let Row::Enrolment(row) = row { Some((word, row)) } else { None })
            .collect();
        rows.sort_by_key(|(word, row)| (place(entries, word), row.registered_on.value().or(row.admitted_on.value())));
        for (word, row) in rows {
            match row.about(&rounds) {
                Some(index) => rounds[index] = row.over(&rounds[index], word),
                None => rounds.push(row.alone(word)),
            }
        }
        rounds
    };
    Source::VARIANTS.iter().flat_map(of_source).collect()
}

impl EnrolmentSaid {
    /// The round that the row is about, among those of its source.
    fn about(&self, rounds: &[Round]) -> Option<usize> {
        let there: Vec<usize> =
            (0..rounds.len()).filter(|index| rounds[*index].institution == self.institution).collect();
        let (admitted_on, registered_on) = (self.admitted_on.value(), self.registered_on.value());
        if registered_on.is_some() {
            let is_registered = |index: &&usize| rounds[**index].registered_on == registered_on;
            let may_be = |index: &&usize| {
                rounds[**index].registered_on.is_none() && rounds[**index].may_be_admitted_on(admitted_on)
            };
            return there.iter().find(is_registered).or(there.iter().rfind(may_be)).copied();
        }
        let may_be = |index: &usize| {
            rounds[*index].may_be_admitted_on(admitted_on) && rounds[*index].allows_admission_on(admitted_on)
        };
        let meant: Vec<usize> = there.into_iter().filter(may_be).collect();
        let goes_on = |index: &&usize| rounds[**index].registered_on.is_some() && rounds[**index].last_day.is_none();
        let going_on: Vec<&usize> = meant.iter().filter(goes_on).collect();
        let is_admitted = |index: &&usize| admitted_on.is_some() && rounds[**index].admitted_on == admitted_on;
        let admitted = meant.iter().filter(is_admitted).min_by_key(|index| rounds[**index].registered_on);
        match (self.last_day, &going_on[..]) {
            (Spoken::Value(_), [only]) => Some(**only),
            _ => admitted.or(meant.last()).copied(),
        }
    }

    /// The round after the row.
    fn over(&self, before: &Round, word: &Word) -> Round {
        let after = Round {
            channel: self.channel,
            level: self.level,
            admitted_on: self.admitted_on.over(before.admitted_on),
            registered_on: self.registered_on.over(before.registered_on),
            last_day: self.last_day.over(before.last_day),
            ..before.clone()
        };
        let reported_on = report_day(word, self.reported_on, before.reported_on, after != *before);
        Round { reported_on, ..after }
    }

    /// A round of which nothing was said before.
    fn alone(&self, word: &Word) -> Round {
        Round {
            source: word.source,
            institution: self.institution,
            channel: self.channel,
            level: self.level,
            admitted_on: self.admitted_on.value(),
            registered_on: self.registered_on.value(),
            last_day: self.last_day.value(),
            reported_on: ReportDay::first(word, self.reported_on),
        }
    }
}

/// Of each institution where a study goes on, the round that says so.
pub fn going_on(rounds: &[Round], day: i64) -> Vec<&Round> {
    let institutions: BTreeSet<Institution> = rounds.iter().map(|round| round.institution).collect();
    institutions.into_iter().filter_map(|institution| study_at(rounds, institution, day)).collect()
}

fn study_at(rounds: &[Round], institution: Institution, day: i64) -> Option<&Round> {
    let begun = |round: &&Round| round.registered_on.is_some_and(|registered_on| registered_on <= day);
    let latest_of = |source: &Source| {
        let of_source = rounds.iter().filter(|round| round.source == *source && round.institution == institution);
        of_source.filter(begun).max_by_key(|round| round.registered_on)
    };
    let latest: Vec<&Round> = Source::VARIANTS.iter().filter_map(latest_of).collect();
    let telling = latest
        .into_iter()
        .min_by_key(|round| (Reverse(worth(round.source)), Reverse(round.reported_on.day), round.source))?;
    let has_left = telling.last_day.is_some_and(|last_day| last_day < day);
    let is_followed = rounds
        .iter()
        .filter(begun)
        .any(|other| other.source == telling.source && other.registered_on > telling.registered_on);
    (!has_left && !is_followed).then_some(telling)
}

/// The sittings that stand.
pub fn sittings(entries: &[&Entry]) -> Vec<Sitting> {
    let mut sittings: Vec<Sitting> = vec![];
    let of_source = |source: &Source| {
        let rows = rows_of(entries, *source).into_iter();
        let mut rows: Vec<(&Word, &SittingSaid)> =
            rows.filter_map(|(word, row)| if let Row::Sitting(row) = row { Some((word, row)) } else { None }).collect();
        rows.sort_by_key(|(word, row)| (place(entries, word), row.on));
        rows
    };
    for (word, row) in Source::VARIANTS.iter().flat_map(of_source) {
        let alone = Sitting {
            source: word.source,
            exam: row.exam,
            on: row.on,
            result: row.result.value(),
            reported_on: ReportDay::first(word, row.reported_on),
        };
        match alone.known_among(&sittings) {
            Some(index) => {
                let known = &sittings[index];
                let (on, result) = (row.on.or(known.on), row.result.over(known.result));
                let after = Sitting { on, result, ..known.clone() };
                let reported_on = report_day(word, row.reported_on, known.reported_on, after != *known);
                sittings[index] = Sitting { reported_on, ..after };
            }
            None => sittings.push(alone),
        }
    }
    sittings
}

fn month(day: i64) -> (i16, i8) {
    from_epoch_day(day).map(|date| (date.year(), date.month())).unwrap()
}

impl Sitting {
    /// The one sitting of its source that it may be: of its month, else the one without a day; without a day the one
    /// without, else the only one of the exam.
    fn known_among(&self, sittings: &[Self]) -> Option<usize> {
        let is_own = |known: &Self| (known.source, known.exam) == (self.source, self.exam);
        let own: Vec<usize> = (0..sittings.len()).filter(|index| is_own(&sittings[*index])).collect();
        let of = |on: Option<(i16, i8)>| -> Vec<usize> {
            own.iter().copied().filter(|index| sittings[*index].on.map(month) == on).collect()
        };
        let in_month = self.on.map_or(vec![], |on| of(Some(month(on))));
        let undated = of(None);
        let meant = match (self.on, in_month.is_empty(), undated.is_empty()) {
            (Some(_), false, _) => in_month,
            (Some(_), true, _) | (None, _, false) => undated,
            (None, _, true) => own,
        };
        if let [only] = meant[..] { Some(only) } else { None }
    }
}

/// How far a graduate got in all sittings by a day. A sitting without a day is that of the only month that is known of the
/// exam, else of the day of graduation.
pub fn furthest(sittings: &[Sitting], day: i64, graduated_on: i64) -> Option<ExamResult> {
    let months = |exam: Exam| -> BTreeSet<(i16, i8)> {
        sittings.iter().filter(|known| known.exam == exam).filter_map(|known| known.on).map(month).collect()
    };
    let first_day = |exam: Exam| sittings.iter().filter(|known| known.exam == exam).filter_map(|known| known.on).min();
    let dated = |known: &Sitting| {
        let assumed = first_day(known.exam).filter(|_| months(known.exam).len() == 1);
        Sitting { on: known.on.or(assumed), ..known.clone() }
    };
    let dated: Vec<Sitting> = sittings.iter().map(dated).collect();
    let by_the_day: Vec<&Sitting> = dated.iter().filter(|sitting| sitting.on.unwrap_or(graduated_on) <= day).collect();
    let is_same = |one: &Sitting, other: &Sitting| (one.exam, one.on.map(month)) == (other.exam, other.on.map(month));
    let order =
        |of: &&Sitting| (of.result.is_none(), Reverse(worth(of.source)), Reverse(of.reported_on.day), of.source);
    let is_telling = |sitting: &&&Sitting| {
        let same = by_the_day.iter().filter(|other| is_same(other, sitting));
        same.map(&order).min() == Some(order(sitting))
    };
    by_the_day.iter().filter(is_telling).map(|sitting| sitting.result.unwrap_or(ExamResult::Sat)).max()
}
