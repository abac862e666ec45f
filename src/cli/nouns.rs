//! The subcommands of each noun: its orders, and the questions about it.

use clap::Subcommand;

use gradtrail::app::account::{AccountOrder, ListAccounts};
use gradtrail::app::agreement::input::AgreementOrder;
use gradtrail::app::agreement::shown::ShowPaper;
use gradtrail::app::directory::{CountInterns, ListDuplicates, ListEmployers, ListHosts, ListSeasons, ShowEmployer};
use gradtrail::app::employer::EmployerOrder;
use gradtrail::app::exemption::{ExemptionOrder, ListExemptions};
use gradtrail::app::explain::ListStudies;
use gradtrail::app::host::{HostOrder, ShowHost};
use gradtrail::app::mail::listed::ListMail;
use gradtrail::app::placement::PlacementOrder;
use gradtrail::app::placement::shown::ShowPlacement;
use gradtrail::app::publication::{ListPublications, PublicationOrder};
use gradtrail::app::roster::{ListClasses, ListStudents};
use gradtrail::app::school::{ListSchools, SchoolOrder};
use gradtrail::app::season::SeasonOrder;
use gradtrail::app::session::{ListSessions, RevokeSessions};
use gradtrail::app::statement::input::{OutcomeOrder, ShowStatements, StudentOrder, StudyOrder};
use gradtrail::app::student::FindStudents;
use gradtrail::app::student_file::ShowStudent;
use gradtrail::app::token::{IssueToken, ListTokens, RevokeToken};

use super::collect::Collect;
use super::list::{Listed, ListedPersons};
use super::mail::{Bounce, Retry};
use super::packet::{GetFile, Invitations};

#[derive(Subcommand)]
pub enum SchoolCommands {
    #[command(flatten)]
    Order(SchoolOrder),
    List(Listed<ListSchools>),
}

#[derive(Subcommand)]
pub enum StaffCommands {
    #[command(flatten)]
    Order(AccountOrder),
    InviteSchool(Invitations),
    List(Listed<ListAccounts>),
}

#[derive(Subcommand)]
pub enum SessionCommands {
    Revoke(RevokeSessions),
    List(Listed<ListSessions>),
}

#[derive(Subcommand)]
pub enum MailCommands {
    List(Listed<ListMail>),
    Retry(Retry),
    Bounce(Bounce),
}

#[derive(Subcommand)]
pub enum TokenCommands {
    Issue(IssueToken),
    Revoke(RevokeToken),
    List(Listed<ListTokens>),
}

#[derive(Subcommand)]
pub enum StudentCommands {
    #[command(flatten)]
    Order(StudentOrder),
    Find(ListedPersons<FindStudents>),
    List(ListedPersons<ListStudents>),
    Show(ListedPersons<ShowStudent>),
}

#[derive(Subcommand)]
pub enum ClassCommands {
    List(Listed<ListClasses>),
}

#[derive(Subcommand)]
pub enum EmployerCommands {
    #[command(flatten)]
    Order(EmployerOrder),
    Show(Listed<ShowEmployer>),
    List(Listed<ListEmployers>),
    Duplicates(Listed<ListDuplicates>),
    Interns(Listed<CountInterns>),
}

#[derive(Subcommand)]
pub enum HostCommands {
    #[command(flatten)]
    Order(HostOrder),
    Show(ListedPersons<ShowHost>),
    List(Listed<ListHosts>),
}

#[derive(Subcommand)]
pub enum SeasonCommands {
    #[command(flatten)]
    Order(SeasonOrder),
    List(Listed<ListSeasons>),
}

#[derive(Subcommand)]
pub enum PublicationCommands {
    #[command(flatten)]
    Order(PublicationOrder),
    List(Listed<ListPublications>),
}

#[derive(Subcommand)]
pub enum PlacementCommands {
    #[command(flatten)]
    Order(PlacementOrder),
    Show(ListedPersons<ShowPlacement>),
}

#[derive(Subcommand)]
pub enum AgreementCommands {
    #[command(flatten)]
    Order(AgreementOrder),
    Collect(Collect),
    Show(ListedPersons<ShowPlacement>),
    Paper(ListedPersons<ShowPaper>),
}

#[derive(Subcommand)]
pub enum ExemptionCommands {
    #[command(flatten)]
    Order(ExemptionOrder),
    List(ListedPersons<ListExemptions>),
}

#[derive(Subcommand)]
pub enum OutcomeCommands {
    #[command(flatten)]
    Order(OutcomeOrder),
    Show(ListedPersons<ShowStatements>),
}

#[derive(Subcommand)]
pub enum StudyCommands {
    #[command(flatten)]
    Order(StudyOrder),
    List(ListedPersons<ListStudies>),
}

#[derive(Subcommand)]
pub enum EvidenceCommands {
    Get(GetFile),
}
