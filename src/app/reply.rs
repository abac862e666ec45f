//! What commands and questions answer.

use super::Done;
use super::account::{AccountAnswer, NamedStaff};
use super::at_work::{AtWorkReply, QueueReply, WithName};
use super::bulk::BulkAnswer;
use super::changes::Change;
use super::compare::Compared;
use super::directory::{Duplicates, ListedHost, ListedUnit, ShownEmployer};
use super::employer::EmployerAnswer;
use super::exemption::Applicant;
use super::explain::{Conflicts, Explained, Missing};
use super::health::Health;
use super::history::ListedEvents;
use super::host::{HostAnswer, ShownHost};
use super::import::undo::Undone;
use super::import::{FileResult, ListedImport};
use super::listed_events::ListedEvent;
use super::packet::PrintedPacket;
use super::placement::shown::ShownPlacement;
use super::report::ReportReply;
use super::roster::{Classes, Roster};
use super::session::ListedSession;
use super::statement::StatementAnswer;
use super::statement::show::ShownStatements;
use super::student::FoundStudent;
use super::student_file::StudentFile;
use super::token::ListedToken;
use crate::domain::ids::StudentId;
use crate::domain::school::SchoolEntry;
use crate::event_log::request::{LogHead, Receipt};
use crate::evidence::EvidenceFile;
use crate::projections::final_year;
use crate::projections::placement_register::interns::Interns;
use crate::projections::placement_register::packet_grid::Packet;

/// What a command answers.
#[derive(Debug)]
pub enum Answer {
    /// The same command was recorded before under the same key; this is what was recorded then.
    Repeated(Receipt),
    Done(Done),
    Bulk(BulkAnswer),
    Account(AccountAnswer),
    Employer(EmployerAnswer),
    Host(HostAnswer),
    Imported(Vec<FileResult>),
    ImportUndone(Undone),
    Packet(PrintedPacket),
    Statement(StatementAnswer),
    Erased(StudentId, Done),
}

/// What a question answers.
#[derive(Debug)]
pub enum Reply {
    Schools(Vec<SchoolEntry>),
    Accounts(Vec<NamedStaff>),
    Tokens(Vec<ListedToken>),
    Sessions(Vec<ListedSession>),
    Students(Vec<FoundStudent>),
    Roster(Roster),
    StudentFile(Box<StudentFile>),
    Classes(Classes),
    Imports(Vec<ListedImport>),
    Employer(ShownEmployer),
    Employers(Vec<ListedUnit>),
    Duplicates(Vec<Duplicates>),
    Interns(Vec<(jiff::civil::Date, Interns)>),
    Host(ShownHost),
    Hosts(Vec<ListedHost>),
    Seasons(Vec<final_year::SeasonPlan>),
    Placement(Vec<ShownPlacement>),
    Exemptions(Vec<Applicant>),
    Statements(ShownStatements),
    Evidence(EvidenceFile),
    Report(ReportReply),
    Explain(Explained),
    Missing(Missing),
    Conflicts(Conflicts),
    Compared(Box<Compared>),
    LatestYear(Option<i16>),
    Queue(QueueReply),
    AtWork(AtWorkReply),
    Grid(Vec<WithName<Packet>>),
    Head(LogHead),
    Events(ListedEvents),
    History(Vec<ListedEvent>),
    Changes(Vec<Change>),
    Health(Health),
}
