//! Every list that a question answers with, as rows under headings: pure, from a question and its reply to a `Listing`. A
//! file per part of the office's work.
//!
//! Invariants: persons stand as 学号, class and name, as far as the reply shows them, and with the end of an id by which
//! everything is found again; without rows a list says why and what to do.

pub mod compared;
mod employers;
mod events;
mod mail;
pub mod papers;
mod placements;
mod registers;
mod reports;
mod statements;
mod students;
pub mod trend;

pub use self::events::{STORED, about, moved};
pub use self::statements::said_of;
pub use self::students::{said_of_paper, state as state_of};
use crate::app::actions::Question;
use crate::app::at_work::PlacementQuery;
use crate::app::publication::ListPublications;
use crate::app::reply::Reply;
use crate::app::report::ReportQuery;
use crate::app::roster::ListStudents;
use crate::app::student::FoundStudents;
use crate::domain::ids::SchoolCode;
use crate::domain::terms::Term;
use crate::input::known_at::KnownAt;
use crate::publication::list::{ListColumn, ListValue, Listing};
use crate::publication::table::Align;
use crate::text::instants::rfc3339;
use crate::text::lang::{Lang, Sentence};

const SCHOOL: ListColumn = left("school", "学校", "school");
const CLASS: ListColumn = left("class", "班级", "class");
const STUDENT_NUMBER: ListColumn = left("student_number", "学号", "student number");
const NAME: ListColumn = left("name", "姓名", "name");
const REASON: ListColumn = left("reason", "理由", "reason");
/// Of the student, unless another id stands beside it.
const ID: ListColumn = left("id", "编号", "id");

/// The list that answers a question; `None` where the answer is a report, a file or the state of the installation.
pub fn listing(question: &Question, reply: &Reply, lang: Lang) -> Option<Listing> {
    let mut listing = match reply {
        Reply::Schools(schools) => registers::schools(schools, lang),
        Reply::Accounts(accounts) => registers::accounts(accounts, lang),
        Reply::Sessions(sessions) => registers::sessions(sessions, lang),
        Reply::Mail(listed) => mail::mail(listed, lang),
        Reply::Tokens(tokens) => registers::tokens(tokens, lang),
        Reply::Students(found) => registers::students(found, lang),
        Reply::Roster(roster) => students::roster(&roster.students, lang),
        Reply::StudentFile(file) => students::file(file, lang),
        Reply::Classes(classes) => students::classes(classes, lang),
        Reply::Imports(imports) => registers::imports(imports, lang),
        Reply::Seasons(plans) => registers::seasons(plans, lang),
        Reply::Exemptions(applicants) => registers::exemptions(applicants, lang),
        Reply::Statements(shown) => statements::statements(shown, lang),
        Reply::Employer(shown) => employers::employer(shown, lang),
        Reply::Employers(listed) => employers::employers(listed, lang),
        Reply::Duplicates(proposed) => employers::duplicates(proposed, lang),
        Reply::Interns(days) => employers::interns(days, lang),
        Reply::Host(shown) => employers::host(shown, lang),
        Reply::Hosts(hosts) => employers::hosts(hosts, lang),
        Reply::Placement(shown) => placements::placements(shown, lang),
        Reply::Paper(shown) => papers::paper(shown, lang),
        Reply::Queue(reply) => placements::queue(reply, lang),
        Reply::AtWork(reply) => placements::at_work(reply, lang),
        Reply::Grid(packets) => placements::grid(packets, lang),
        Reply::Explain(explained) => reports::explained(explained, lang),
        Reply::Missing(missing) => reports::missing(missing, lang),
        Reply::Studies(studied) => reports::studied(studied, lang),
        Reply::Conflicts(conflicts) => reports::conflicts(conflicts, lang),
        Reply::Compared(compared) => compared::compared(compared, lang),
        Reply::Trend(trend) => trend::trend(trend, lang),
        Reply::Publications(standing) => trend::publications(standing, lang),
        Reply::Definitions(definitions) => trend::definitions(definitions, lang),
        Reply::Events(listed) => events::events(&listed.events, lang),
        Reply::History(events) => events::history(events, lang),
        Reply::Changes(changes) => events::changes(changes, lang),
        Reply::Evidence(_) | Reply::Report(_) | Reply::LatestYear(_) | Reply::Head(_) | Reply::Health(_) => {
            return None;
        }
    };
    listing.notes.splice(..0, conditions(question, lang));
    Some(listing)
}

/// The columns of the list that answers a question, by the question's name; `None` where they depend on what is asked or
/// found.
pub fn columns(question: &str) -> Option<Vec<ListColumn>> {
    // Headings stand in both languages in each column.
    let lang = Lang::Zh;
    let list = match question {
        "schools" => registers::schools(&[], lang),
        "accounts" => registers::accounts(&[], lang),
        "mail" => mail::mail(&[], lang),
        "tokens" => registers::tokens(&[], lang),
        "students" => registers::students(&FoundStudents::default(), lang),
        "roster" => students::roster(&[], lang),
        "classes" => return Some(students::class_columns()),
        "imports" => registers::imports(&[], lang),
        "seasons" => registers::seasons(&[], lang),
        "exemptions" => registers::exemptions(&[], lang),
        "employers" => employers::employers(&[], lang),
        "duplicates" => employers::duplicates(&[], lang),
        "interns" => employers::interns(&[], lang),
        "hosts" => employers::hosts(&[], lang),
        "placement" => placements::placements(&[], lang),
        "trend" => return Some(trend::trend_columns()),
        "publications" => trend::publications(&[], lang),
        "definitions" => trend::definitions(&[], lang),
        "grid" => placements::grid(&[], lang),
        "history" => events::history(&[], lang),
        "changes" => events::changes(&[], lang),
        _ => return None,
    };
    Some(list.columns)
}

/// What was asked: school, class, day, state of knowledge.
fn conditions(question: &Question, lang: Lang) -> Vec<String> {
    match question {
        Question::Students(find) => school(find.school.as_ref(), lang).into_iter().collect(),
        Question::Roster(list) => of_placements(&list.query, lang).into_iter().chain(of_roster(list, lang)).collect(),
        Question::Classes(list) => of_placements(&list.query, lang),
        Question::StudentFile(show) => school(show.school.as_ref(), lang).into_iter().collect(),
        Question::Statements(show) => school(show.school.as_ref(), lang).into_iter().collect(),
        Question::Exemptions(list) => school(list.school.as_ref(), lang).into_iter().collect(),
        Question::Employers(list) => of_placements(&list.query, lang),
        Question::Duplicates(list) => of_placements(&list.query, lang),
        Question::Interns(count) => of_placements(&count.query, lang),
        Question::Hosts(list) => of_placements(&list.query, lang),
        Question::Seasons(list) => of_placements(&list.query, lang),
        Question::Queue(show) => of_placements(&show.query, lang),
        Question::AtWork(show) => of_placements(&show.query, lang),
        Question::Grid(show) => of_placements(&show.query, lang),
        Question::Explain(explain) => of_year(&explain.query, lang),
        Question::Missing(list) => {
            of_year(&list.query, lang).into_iter().chain(list.age.map(|age| words(age, lang))).collect()
        }
        Question::Studies(list) => of_year(&list.query, lang),
        Question::Conflicts(list) => of_year(&list.query, lang),
        Question::Placement(show) => {
            let day = show.on.map(|day| lang.of(format!("按 {day} 的情况"), format!("as on {day}")));
            school(show.target.school.as_ref(), lang).into_iter().chain(day).collect()
        }
        Question::Paper(show) => {
            let day = show.on.map(|day| lang.of(format!("按 {day} 的情况"), format!("as on {day}")));
            day.into_iter().chain(known(show.known_at, lang)).collect()
        }
        Question::Changes(list) => {
            let since = list.since.map(|day| lang.of(format!("自 {day} 起"), format!("since {day}")));
            let after = list.after.map(|at| lang.of(format!("位置 {at} 之后"), format!("behind position {at}")));
            since.into_iter().chain(after).chain(list.who.clone()).collect()
        }
        Question::Trend(show) => of_trend(&show.query, lang),
        Question::Publications(list) => of_publications(list, lang),
        Question::Schools(_)
        | Question::Compare(_)
        | Question::Definitions(_)
        | Question::Accounts(_)
        | Question::Tokens(_)
        | Question::Sessions(_)
        | Question::Mail(_)
        | Question::Imports(_)
        | Question::Employer(_)
        | Question::Host(_)
        | Question::Evidence(_)
        | Question::Report(_)
        | Question::LatestYear(_)
        | Question::Head(_)
        | Question::Events(_)
        | Question::History(_)
        | Question::Health(_) => vec![],
    }
}

fn of_placements(query: &PlacementQuery, lang: Lang) -> Vec<String> {
    let class = query.class.as_ref().map(|class| class.as_str().to_owned());
    let day = query.on.map(|day| lang.of(format!("按 {day} 的情况"), format!("as on {day}")));
    school(query.school.as_ref(), lang).into_iter().chain(class).chain(day).chain(known(query.known_at, lang)).collect()
}

fn of_roster(asked: &ListStudents, lang: Lang) -> impl Iterator<Item = String> {
    let list = asked.list.map(|list| words(list, lang));
    list.into_iter().chain(asked.progress.map(|progress| words(progress, lang)))
}

fn of_year(query: &ReportQuery, lang: Lang) -> Vec<String> {
    let year = lang.of(format!("{} 届", query.year), format!("graduates of {}", query.year));
    let day = query.as_of.map(|day| lang.of(format!("按 {day} 的情况"), format!("as on {day}")));
    let asked = [Some(year), school(query.school.as_ref(), lang), day, known(query.known_at, lang)];
    asked.into_iter().flatten().collect()
}

fn of_trend(query: &ReportQuery, lang: Lang) -> Vec<String> {
    let day = query.as_of.map(|day| {
        let (month, day) = (day.month(), day.day());
        lang.of(
            format!("每一届按毕业当年 {month} 月 {day} 日的情况"),
            format!("each as on {month:02}-{day:02} of its year"),
        )
    });
    school(query.school.as_ref(), lang).into_iter().chain(day).chain(known(query.known_at, lang)).collect()
}

fn of_publications(list: &ListPublications, lang: Lang) -> Vec<String> {
    let year = list.year.map(|year| lang.of(format!("{year} 届"), format!("graduates of {year}")));
    let day = list.on.map(|day| lang.of(format!("按 {day} 的情况"), format!("as on {day}")));
    school(list.school.as_ref(), lang).into_iter().chain(year).chain(day).chain(known(list.known_at, lang)).collect()
}

fn school(school: Option<&SchoolCode>, lang: Lang) -> Option<String> {
    school.map(|school| lang.of(format!("学校 {school}"), format!("school {school}")))
}

fn known(known_at: KnownAt, lang: Lang) -> Option<String> {
    let up_to = match known_at {
        KnownAt::Head => return None,
        KnownAt::Position(position) => lang.of(format!("位置 {position}"), format!("position {position}")),
        KnownAt::Instant(instant) => rfc3339(instant),
    };
    Some(lang.of(format!("用到{up_to}为止的记录"), format!("as known at {up_to}")))
}

const fn left(key: &'static str, zh: &'static str, en: &'static str) -> ListColumn {
    ListColumn { key, zh, en, align: Align::Left }
}

const fn right(key: &'static str, zh: &'static str, en: &'static str) -> ListColumn {
    ListColumn { key, zh, en, align: Align::Right }
}

/// A list of which the words stand in both languages.
fn list(lang: Lang, title: (String, String), columns: Vec<ListColumn>, empty: (&str, &str)) -> Listing {
    let empty = lang.of(empty.0, empty.1).to_owned();
    Listing { title: lang.of(title.0, title.1), columns, rows: vec![], notes: vec![], empty, repeated: 0 }
}

/// A term in words.
fn word<T: Term>(term: T, lang: Lang) -> ListValue {
    words(term, lang).into()
}

fn words<T: Term>(term: T, lang: Lang) -> String {
    lang.of(term.zh().to_owned(), term.en())
}

/// The name of a person; an erased one has none.
fn name(name: Option<&str>, lang: Lang) -> ListValue {
    name.unwrap_or(lang.of("已匿名化", "erased")).into()
}

/// Who recorded something.
fn by(who: Option<&Sentence>, lang: Lang) -> ListValue {
    text(who.map_or(lang.of("操作员", "operator"), |who| who.in_lang(lang)))
}

/// A text, or nothing where it is empty.
fn text(text: &str) -> ListValue {
    if text.is_empty() { ListValue::Nothing } else { text.into() }
}

/// Rows in the order of school, class, 学号 and name, as offices keep their lists; the first cells are those.
fn sort(rows: &mut [Vec<ListValue>], keys: usize) {
    let key = |row: &[ListValue]| row.iter().take(keys).map(ListValue::shown).collect::<Vec<_>>();
    rows.sort_by_cached_key(|row| key(row));
}

#[cfg(test)]
mod tests;
