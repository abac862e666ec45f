//! What commands and questions answer.

use super::Done;
use super::account::{AccountAnswer, NamedStaff};
use super::agreement::collect::Collected;
use super::agreement::shown::ShownPaper;
use super::at_work::{AtWorkReply, QueueReply, WithName};
use super::bulk::BulkAnswer;
use super::changes::Change;
use super::compare::Compared;
use super::directory::{Duplicates, ListedHost, ListedUnit, ShownEmployer};
use super::employer::EmployerAnswer;
use super::exemption::Applicant;
use super::explain::{Conflicts, Explained, Missing, Studied};
use super::health::Health;
use super::history::ListedEvents;
use super::host::{HostAnswer, ShownHost};
use super::import::undo::Undone;
use super::import::{FileResult, ListedImport};
use super::listed_events::ListedEvent;
use super::mail::listed::ListedMail;
use super::packet::PrintedPacket;
use super::placement::shown::ShownPlacement;
use super::report::ReportReply;
use super::roster::{Classes, Roster};
use super::session::ListedSession;
use super::statement::StatementAnswer;
use super::statement::show::ShownStatements;
use super::student::FoundStudents;
use super::student_file::StudentFile;
use super::token::ListedToken;
use super::trend::Trend;
use crate::domain::figures::definitions::OpenFigure;
use crate::domain::ids::StudentId;
use crate::domain::school::SchoolEntry;
use crate::event_log::request::{LogHead, Receipt};
use crate::evidence::EvidenceFile;
use crate::projections::final_year;
use crate::projections::placement_register::interns::Interns;
use crate::projections::placement_register::packet_grid::Packet;
use crate::projections::published_figures::Published;

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
    Collected(Box<Collected>),
    Statement(StatementAnswer),
    Erased(StudentId, Done),
}

impl Answer {
    /// What the command had recorded as one request just now.
    pub fn recorded_now(&self) -> Option<&Receipt> {
        let done = match self {
            Self::Done(done)
            | Self::Host(HostAnswer::Ordered(done))
            | Self::Account(AccountAnswer::Changed(done))
            | Self::Statement(StatementAnswer::Done(done))
            | Self::Employer(EmployerAnswer::Ordered { done, .. })
            | Self::Account(AccountAnswer::HandedOver(BulkAnswer { done, .. }))
            | Self::Bulk(BulkAnswer { done, .. }) => done,
            Self::Repeated(_)
            | Self::Host(HostAnswer::Accepted { .. })
            | Self::Account(
                AccountAnswer::Opened(_)
                | AccountAnswer::Token(_)
                | AccountAnswer::Invited(_)
                | AccountAnswer::Printed(_),
            )
            | Self::Statement(StatementAnswer::Said(_))
            | Self::Employer(EmployerAnswer::Registered(_))
            | Self::Imported(_)
            | Self::ImportUndone(_)
            | Self::Packet(_)
            | Self::Erased(..) => return None,
            Self::Collected(collected) => &collected.recorded.as_ref()?.done,
        };
        match done {
            Done::Recorded(receipt) => Some(receipt).filter(|receipt| !receipt.repeated),
            Done::Unchanged => None,
        }
    }
}

/// What a question answers.
#[derive(Debug)]
pub enum Reply {
    Schools(Vec<SchoolEntry>),
    Accounts(Vec<NamedStaff>),
    Tokens(Vec<ListedToken>),
    Sessions(Vec<ListedSession>),
    Mail(Vec<ListedMail>),
    Students(FoundStudents),
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
    Paper(Box<ShownPaper>),
    Exemptions(Vec<Applicant>),
    Statements(ShownStatements),
    Evidence(EvidenceFile),
    Report(ReportReply),
    Explain(Explained),
    Missing(Missing),
    Studies(Studied),
    Conflicts(Conflicts),
    Compared(Box<Compared>),
    Trend(Box<Trend>),
    Publications(Vec<Published>),
    Definitions(Vec<OpenFigure>),
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
