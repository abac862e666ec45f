//! The questions of the app, each with the answer that belongs to it, through the one door that there is.

use gradtrail::accounts::Caller;
use gradtrail::app::App;
use gradtrail::app::account::{ListAccounts, NamedStaff};
use gradtrail::app::actions::Question;
use gradtrail::app::at_work::{
    AtWorkReply, CountedPart, Hosted, PlacementQuery, QueueReply, ShowAtWork, ShowGrid, ShowQueue, WithName,
};
use gradtrail::app::directory::{
    CountInterns, Duplicates, ListDuplicates, ListEmployers, ListHosts, ListedHost, ListedUnit, UnitFilter,
};
use gradtrail::app::explain::{Conflicts, ExplainFigure, Explained, ListConflicts, ListMissing, Missing};
use gradtrail::app::failure::Failure;
use gradtrail::app::full_report::FullReport;
use gradtrail::app::history::{ListEvents, ShowHistory};
use gradtrail::app::import::{ListImports, ListedImport};
use gradtrail::app::reply::Reply;
use gradtrail::app::report::{LatestYear, Report, ReportQuery, ReportReply, ShowReport};
use gradtrail::app::roster::{Classes, ListClasses, ListStudents, Roster};
use gradtrail::app::student::{FindStudents, FoundStudent};
use gradtrail::app::student_file::{ShowStudent, StudentFile};
use gradtrail::domain::ids::EmployerId;
use gradtrail::domain::placement::arrangement::Period;
use gradtrail::event_log::record::Recorded;
use gradtrail::projections::cohort_outcomes::count::{self, CellKey};
use gradtrail::projections::placement_register::List;
use gradtrail::projections::placement_register::Waiting;
use gradtrail::projections::placement_register::counts::{Measure, OpenedCount, PlacementBehind, PlacementDimension};
use gradtrail::projections::placement_register::interns::Interns;
use gradtrail::projections::placement_register::packet_grid::Packet;
use gradtrail::projections::placement_register::who_is_where::AtWork;
use jiff::civil::Date;
use uuid::Uuid;

async fn show_report(
    app: &App,
    caller: &Caller,
    query: &ReportQuery,
    by: &[count::Dimension],
    full: bool,
) -> Result<ReportReply, Failure> {
    let question = Question::Report(ShowReport { query: query.clone(), by: by.to_vec(), full });
    match app.ask(caller, &question).await? {
        Reply::Report(reply) => Ok(reply),
        other => panic!("{other:?}"),
    }
}

pub async fn report(
    app: &App,
    caller: &Caller,
    query: &ReportQuery,
    by: &[count::Dimension],
) -> Result<Report, Failure> {
    match show_report(app, caller, query, by, false).await? {
        ReportReply::Plain(report) => Ok(*report),
        ReportReply::Full(full) => panic!("{full:?}"),
    }
}

pub async fn full_report(
    app: &App,
    caller: &Caller,
    query: &ReportQuery,
    by: &[count::Dimension],
) -> Result<FullReport, Failure> {
    match show_report(app, caller, query, by, true).await? {
        ReportReply::Full(full) => Ok(*full),
        ReportReply::Plain(report) => panic!("{report:?}"),
    }
}

pub async fn explain(app: &App, caller: &Caller, query: &ReportQuery, figure: &str) -> Result<Explained, Failure> {
    explain_cell(app, caller, query, figure, &CellKey::default()).await
}

pub async fn explain_cell(
    app: &App,
    caller: &Caller,
    query: &ReportQuery,
    figure: &str,
    cell: &CellKey,
) -> Result<Explained, Failure> {
    let (figure, by) = (figure.to_owned(), cell.by.clone());
    let cell = (!by.is_empty()).then(|| cell.key.join(","));
    match app.ask(caller, &Question::Explain(ExplainFigure { figure, query: query.clone(), by, cell })).await? {
        Reply::Explain(explained) => Ok(explained),
        other => panic!("{other:?}"),
    }
}

pub async fn latest_year(app: &App, caller: &Caller) -> Option<i16> {
    match app.ask(caller, &Question::LatestYear(LatestYear {})).await.unwrap() {
        Reply::LatestYear(year) => year,
        other => panic!("{other:?}"),
    }
}

pub async fn missing(app: &App, caller: &Caller, query: &ReportQuery) -> Result<Missing, Failure> {
    match app.ask(caller, &Question::Missing(ListMissing { query: query.clone(), age: None })).await? {
        Reply::Missing(missing) => Ok(missing),
        other => panic!("{other:?}"),
    }
}

pub async fn conflicts(app: &App, caller: &Caller, query: &ReportQuery) -> Result<Conflicts, Failure> {
    match app.ask(caller, &Question::Conflicts(ListConflicts { query: query.clone() })).await? {
        Reply::Conflicts(conflicts) => Ok(conflicts),
        other => panic!("{other:?}"),
    }
}

pub async fn queue(app: &App, caller: &Caller, query: &PlacementQuery) -> Result<Vec<(List, i64)>, Failure> {
    match app.ask(caller, &Question::Queue(ShowQueue { list: None, query: query.clone() })).await? {
        Reply::Queue(QueueReply::Counts(counts)) => Ok(counts),
        other => panic!("{other:?}"),
    }
}

pub async fn waiting(
    app: &App,
    caller: &Caller,
    query: &PlacementQuery,
    list: List,
) -> Result<Vec<WithName<Waiting>>, Failure> {
    match app.ask(caller, &Question::Queue(ShowQueue { list: Some(list), query: query.clone() })).await? {
        Reply::Queue(QueueReply::Waiting { list: of, waiting }) if of == list => Ok(waiting),
        other => panic!("{other:?}"),
    }
}

/// A question about who is at work: on the query's day, or in a calendar year.
fn of_year(query: &PlacementQuery, year: Option<i16>, by: Option<PlacementDimension>) -> ShowAtWork {
    let on = query.on.filter(|_| year.is_none());
    let query = PlacementQuery { on, ..query.clone() };
    ShowAtWork { query, by, year, school_year: None, open: None, count: Measure::Placements }
}

async fn show_at_work(app: &App, caller: &Caller, question: ShowAtWork) -> Result<AtWorkReply, Failure> {
    match app.ask(caller, &Question::AtWork(question)).await? {
        Reply::AtWork(reply) => Ok(reply),
        other => panic!("{other:?}"),
    }
}

pub async fn at_work(app: &App, caller: &Caller, query: &PlacementQuery) -> Result<Vec<Hosted<AtWork>>, Failure> {
    match show_at_work(app, caller, of_year(query, None, None)).await? {
        AtWorkReply::List { at_work, .. } => Ok(at_work),
        other => panic!("{other:?}"),
    }
}

pub async fn count_at_work(
    app: &App,
    caller: &Caller,
    query: &PlacementQuery,
    year: Option<i16>,
    by: PlacementDimension,
) -> Result<Vec<CountedPart>, Failure> {
    match show_at_work(app, caller, of_year(query, year, Some(by))).await? {
        AtWorkReply::Counts { mut tables, .. } if tables.len() == 1 => Ok(tables.remove(0).1),
        other => panic!("{other:?}"),
    }
}

pub async fn behind(
    app: &App,
    caller: &Caller,
    query: &PlacementQuery,
    opened: &OpenedCount,
) -> Result<Vec<Hosted<PlacementBehind>>, Failure> {
    let question =
        ShowAtWork { open: Some(opened.part.clone()), count: opened.measure, ..of_year(query, None, Some(opened.by)) };
    match show_at_work(app, caller, question).await? {
        AtWorkReply::Opened { behind, .. } => Ok(behind),
        other => panic!("{other:?}"),
    }
}

pub async fn grid(app: &App, caller: &Caller, query: &PlacementQuery) -> Result<Vec<WithName<Packet>>, Failure> {
    match app.ask(caller, &Question::Grid(ShowGrid { query: query.clone() })).await? {
        Reply::Grid(packets) => Ok(packets),
        other => panic!("{other:?}"),
    }
}

pub async fn units(
    app: &App,
    caller: &Caller,
    query: &PlacementQuery,
    which: UnitFilter,
) -> Result<Vec<ListedUnit>, Failure> {
    let question = ListEmployers { query: query.clone(), all: which == UnitFilter::All };
    match app.ask(caller, &Question::Employers(question)).await? {
        Reply::Employers(units) => Ok(units),
        other => panic!("{other:?}"),
    }
}

pub async fn duplicates(app: &App, caller: &Caller, query: &PlacementQuery) -> Result<Vec<Duplicates>, Failure> {
    match app.ask(caller, &Question::Duplicates(ListDuplicates { query: query.clone(), apart: false })).await? {
        Reply::Duplicates(duplicates) => Ok(duplicates),
        other => panic!("{other:?}"),
    }
}

pub async fn interns(
    app: &App,
    caller: &Caller,
    query: &PlacementQuery,
    unit: EmployerId,
    days: Period,
) -> Result<Vec<(Date, Interns)>, Failure> {
    let (employer, query) = (unit.0.to_string(), query.clone());
    let question = CountInterns { employer, query, from: days.first_day, to: days.last_day };
    match app.ask(caller, &Question::Interns(question)).await? {
        Reply::Interns(interns) => Ok(interns),
        other => panic!("{other:?}"),
    }
}

pub async fn hosts(app: &App, caller: &Caller, query: &PlacementQuery) -> Result<Vec<ListedHost>, Failure> {
    match app.ask(caller, &Question::Hosts(ListHosts { query: query.clone() })).await? {
        Reply::Hosts(hosts) => Ok(hosts),
        other => panic!("{other:?}"),
    }
}

pub async fn accounts(app: &App, caller: &Caller) -> Result<Vec<NamedStaff>, Failure> {
    match app.ask(caller, &Question::Accounts(ListAccounts {})).await? {
        Reply::Accounts(accounts) => Ok(accounts),
        other => panic!("{other:?}"),
    }
}

/// The students of whom a text is a part of the name, or all of a number.
pub async fn students(app: &App, caller: &Caller, text: &str) -> Result<Vec<FoundStudent>, Failure> {
    let question = FindStudents { text: text.to_owned(), school: None };
    match app.ask(caller, &Question::Students(question)).await? {
        Reply::Students(found) => Ok(found.students),
        other => panic!("{other:?}"),
    }
}

pub async fn roster(app: &App, caller: &Caller, asked: ListStudents) -> Result<Roster, Failure> {
    match app.ask(caller, &Question::Roster(asked)).await? {
        Reply::Roster(roster) => Ok(roster),
        other => panic!("{other:?}"),
    }
}

pub async fn classes(app: &App, caller: &Caller, query: PlacementQuery) -> Result<Classes, Failure> {
    match app.ask(caller, &Question::Classes(ListClasses { query })).await? {
        Reply::Classes(classes) => Ok(classes),
        other => panic!("{other:?}"),
    }
}

pub async fn student_file(app: &App, caller: &Caller, student: &str) -> Result<StudentFile, Failure> {
    let question = ShowStudent {
        student: student.to_owned(),
        school: None,
        on: None,
        known_at: gradtrail::input::known_at::KnownAt::Head,
    };
    match app.ask(caller, &Question::StudentFile(question)).await? {
        Reply::StudentFile(file) => Ok(*file),
        other => panic!("{other:?}"),
    }
}

pub async fn events(app: &App, caller: &Caller, after: i64, limit: i64) -> Result<Vec<Recorded>, Failure> {
    match app.ask(caller, &Question::Events(ListEvents { after, limit, wait: 0, like: None, stored: false })).await? {
        Reply::Events(listed) => Ok(listed.events.into_iter().map(|listed| listed.recorded).collect()),
        other => panic!("{other:?}"),
    }
}

pub async fn history(app: &App, caller: &Caller, id: Uuid) -> Result<Vec<Recorded>, Failure> {
    match app.ask(caller, &Question::History(ShowHistory { id: id.to_string() })).await? {
        Reply::History(events) => Ok(events.into_iter().map(|listed| listed.recorded).collect()),
        other => panic!("{other:?}"),
    }
}

pub async fn imports(app: &App, caller: &Caller) -> Result<Vec<ListedImport>, Failure> {
    match app.ask(caller, &Question::Imports(ListImports {})).await? {
        Reply::Imports(imports) => Ok(imports),
        other => panic!("{other:?}"),
    }
}
