//! Whom an act is about: those who can have it, and those who cannot, each with the reason.

use uuid::Uuid;

use super::typed::Typed;
use crate::accounts::{Caller, Scope};
use crate::app::actions::{Action, Question};
use crate::app::bulk::{Refused, Subject};
use crate::app::draft::StudentThen;
use crate::app::packet::PrintedPacket;
use crate::app::reply::Reply;
use crate::app::roster::{ListStudents, RosterStudent};
use crate::app::target::short_id;
use crate::domain::ids::StudentId;
use crate::packet::placeholder::Placeholder;
use crate::projections::placement_register::roster::Progress;
use crate::publication::lists::state_of;
use crate::refusal::Refusal as _;
use crate::web::error::Error;
use crate::web::pages::frame::Frame;
use crate::web::pages::offers::before;
use crate::web::pages::roster_query::RosterParams;
use crate::web::session::Site;

/// Somebody whom an act may be about.
pub(super) struct Person {
    pub id: String,
    /// The end of the id, by which refusals name one.
    end: String,
    pub name: String,
    pub student_number: String,
    pub state: String,
    pub class: String,
    progress: Progress,
    pub is_chosen: bool,
    /// Why the act is not for this one.
    pub why: Vec<String>,
    /// What is to be done before.
    before: &'static [Action],
    /// What is not known of this one, and of everybody else is.
    pub lacks: String,
}

/// Those whom an act may be about.
#[derive(Default)]
pub(super) struct People {
    listed: Vec<Person>,
    /// What is known of nobody.
    pub blank: String,
    /// What is otherwise with them than when it was typed.
    moved: Vec<String>,
}

impl People {
    /// Those who were chosen, or everybody of the class or list that the address names; nobody where it names none.
    ///
    /// # Errors
    /// If a word cannot be read, or the caller may not see students.
    pub(super) async fn listed(site: &Site, caller: &Caller, frame: &Frame, typed: &Typed) -> Result<Self, Error> {
        let mut chosen = typed.all("students");
        chosen.extend(typed.all("student"));
        let chosen: Vec<StudentId> =
            chosen.iter().filter_map(|id| Uuid::parse_str(id.trim()).ok().map(StudentId)).collect();
        // Who is named is meant wherever the one is by now.
        let word = |name| if chosen.is_empty() { typed.get(name).to_owned() } else { String::new() };
        let params = RosterParams {
            school: typed.get("school").to_owned(),
            class: word("class"),
            list: word("list"),
            progress: word("progress"),
            papers: word("papers"),
            starts: word("starts"),
            ..RosterParams::default()
        };
        let of_part = [&params.class, &params.list, &params.progress, &params.papers, &params.starts];
        let is_of_part = of_part.iter().any(|word| !word.is_empty());
        if chosen.is_empty() && !is_of_part && !matches!(caller.scope, Scope::Class { .. }) {
            return Ok(Self::default());
        }
        let asked = ListStudents { only: chosen.clone(), ..params.question()? };
        let Reply::Roster(roster) = site.app.ask(caller, &Question::Roster(asked)).await? else {
            return Err(Error::NotFound);
        };
        let listed = roster.students.iter().map(|student| person(frame, student)).collect();
        Ok(Self { listed, ..Self::default() })
    }

    /// Only these of the list are chosen; without any all are.
    pub(super) fn choose(&mut self, chosen: &[&str]) {
        for person in &mut self.listed {
            person.is_chosen = chosen.is_empty() || chosen.iter().any(|id| id.trim() == person.id);
        }
    }

    /// Nobody is chosen.
    pub(super) fn choose_nobody(&mut self) {
        self.listed.iter_mut().for_each(|person| person.is_chosen = false);
    }

    /// Notes who was refused, and chooses them no longer; what is about nobody on the list is left.
    pub(super) fn refuse(&mut self, frame: &Frame, act: Action, refused: &[Refused]) -> Vec<String> {
        let mut left = vec![];
        for Refused { whom, why } in refused {
            let (before, why) = (before(act, why.code()), frame.said(&why.sentence()));
            match whom {
                Subject::Student(student) => {
                    for person in self.listed.iter_mut().filter(|person| person.end == student.id) {
                        person.is_chosen = false;
                        person.why.push(why.clone());
                        person.before = before;
                    }
                }
                Subject::Page { number, .. } => left.push(format!("{number}{}{why}", frame.say("：", ": "))),
                Subject::Unit(name) => left.push(format!("{name}{}{why}", frame.say("：", ": "))),
            }
        }
        left
    }

    /// Notes that nobody can have it, for one reason.
    pub(super) fn refuse_all(&mut self, why: &str, before: &'static [Action]) {
        for person in &mut self.listed {
            (person.is_chosen, person.before) = (false, before);
            person.why.push(why.to_owned());
        }
    }

    /// What is to be done before with those who cannot have the act, and who they are.
    pub(super) fn before(&self) -> Vec<(Action, Vec<&str>)> {
        let mut before: Vec<(Action, Vec<&str>)> = vec![];
        for person in &self.listed {
            for action in person.before {
                match before.iter_mut().find(|(known, _)| known == action) {
                    Some((_, ids)) => ids.push(&person.id),
                    None => before.push((*action, vec![&person.id])),
                }
            }
        }
        before
    }

    /// Notes what papers will leave blank.
    pub(super) fn lack(&mut self, frame: &Frame, packet: &PrintedPacket) {
        let names = |blanks: &[Placeholder]| {
            let names: Vec<String> = blanks.iter().map(|blank| frame.said(&blank.words())).collect();
            names.join(frame.say("、", ", "))
        };
        let always = packet.known_of_nobody();
        self.blank = names(&always);
        for (student, blanks) in &packet.gaps {
            let own: Vec<Placeholder> = blanks.iter().filter(|blank| !always.contains(blank)).copied().collect();
            for person in self.listed.iter_mut().filter(|person| person.end == student.id && !own.is_empty()) {
                person.lacks = format!("{}{}", frame.say("留空：", "left blank: "), names(&own));
            }
        }
    }

    /// Says what is otherwise with those who were chosen than when it was typed.
    pub(super) fn compare(&mut self, frame: &Frame, then: &[StudentThen]) {
        let mut gone = 0;
        for then in then {
            let Some(now) = self.listed.iter().find(|person| person.id == then.student.0.to_string()) else {
                gone += 1;
                continue;
            };
            let class = (then.class.clone(), now.class.clone());
            let progress = (frame.word(&then.progress), frame.word(&now.progress));
            for (before, after) in [class, progress].into_iter().filter(|(before, after)| before != after) {
                let name = &now.name;
                let zh = format!("{name}：存草稿时为{before}，现在为{after}");
                self.moved.push(frame.lang.of(zh, format!("{name}: {before} when the draft was kept, {after} now")));
            }
        }
        if gone > 0 {
            let zh = format!("有 {gone} 人已不在您的范围内，不再列出");
            self.moved.push(frame.lang.of(zh, format!("{gone} are in your scope no more, and are left out")));
        }
    }

    /// What is otherwise with them.
    pub(super) fn moved(&self) -> &[String] {
        &self.moved
    }

    pub(super) fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    pub(super) fn can(&self) -> Vec<&Person> {
        self.listed.iter().filter(|person| person.why.is_empty()).collect()
    }

    pub(super) fn cannot(&self) -> Vec<&Person> {
        self.listed.iter().filter(|person| !person.why.is_empty()).collect()
    }

    pub(super) fn chosen(&self) -> Vec<String> {
        self.listed.iter().filter(|person| person.is_chosen).map(|person| person.id.clone()).collect()
    }
}

fn person(frame: &Frame, student: &RosterStudent) -> Person {
    Person {
        id: student.of.student.0.to_string(),
        end: short_id(student.of.student.0),
        name: frame.name(student.name.as_deref()),
        student_number: student.student_number.clone().unwrap_or_default(),
        state: state_of(student, frame.lang),
        class: student.of.class.clone(),
        progress: student.of.progress,
        is_chosen: true,
        why: vec![],
        before: &[],
        lacks: String::new(),
    }
}
