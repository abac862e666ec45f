//! What is said of accounts: opening, changing and disabling them, handing over what they have, and who represents whom.

use clap::{Args, Subcommand};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::accounts::Role;
use crate::app::actions::Action;
use crate::app::invitation::{InviteSchool, InviteStaff, WaiveSecondFactor};
use crate::app::mail::address::SetMail;
use crate::app::session::RevokeSessions;
use crate::app::token::{IssueToken, RevokeToken};
use crate::domain::UndoReason;
use crate::domain::account::codes::{DisablingReason, RoleReason};
use crate::domain::ids::{ClassName, SchoolCode};
use crate::input::words;

/// What can be ordered of accounts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Subcommand)]
#[serde(rename_all = "snake_case")]
pub enum AccountOrder {
    #[command(alias = "create")]
    Add(AddAccount),
    Change(ChangeRole),
    HandOver(HandOver),
    Deputise(Deputise),
    EndDeputy(EndDeputy),
    Disable(DisableAccount),
    Enable(EnableAccount),
    Rename(RenameStaff),
    Undo(UndoAccount),
    Invite(InviteStaff),
    /// What it prints is written where the files are.
    #[command(skip)]
    InviteSchool(InviteSchool),
    WaiveSecondFactor(WaiveSecondFactor),
    Mail(SetMail),
    #[command(skip)]
    RevokeSessions(RevokeSessions),
    #[command(skip)]
    IssueToken(IssueToken),
    #[command(skip)]
    RevokeToken(RevokeToken),
}

/// Opens an account for a member of staff, which may act from today.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct AddAccount {
    #[arg(long)]
    pub name: String,
    #[arg(long, value_parser = words::TermParser::<Role>::new())]
    pub role: Role,
    /// Of the bureau none; of an auditor none or one.
    #[arg(long, value_parser = words::school_code)]
    pub school: Option<SchoolCode>,
    /// Of a class teacher only.
    #[arg(long, value_parser = words::class_name)]
    pub class: Option<ClassName>,
}

/// Gives an account another role, school or class from a day on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ChangeRole {
    /// Name, id or its end.
    pub staff: String,
    #[arg(long, value_parser = words::TermParser::<Role>::new())]
    pub role: Role,
    #[arg(long, value_parser = words::school_code)]
    pub school: Option<SchoolCode>,
    #[arg(long, value_parser = words::class_name)]
    pub class: Option<ClassName>,
    #[arg(long, value_parser = words::TermParser::<RoleReason>::new())]
    pub reason: Option<RoleReason>,
    /// Today unless given.
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
}

/// Gives a class, or those whom somebody guides at work, to another account of the school from a day on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct HandOver {
    /// Name, id or its end.
    pub staff: String,
    /// Who has it from that day on: name, id or its end.
    #[arg(long)]
    pub to: String,
    /// The class that is handed over; the interns unless given.
    #[arg(long, value_parser = words::class_name)]
    pub class: Option<ClassName>,
    /// Today unless given.
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
}

/// Has another account of the school act in the place of one whose owner is absent, from a day to a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct Deputise {
    /// Who is absent: name, id or its end.
    pub staff: String,
    /// Who acts in that one's place: name, id or its end.
    #[arg(long)]
    pub deputy: String,
    #[arg(long, value_parser = words::day)]
    pub from: Date,
    /// Included.
    #[arg(long, value_parser = words::day)]
    pub to: Date,
}

/// From a day on nobody acts in the place of the account any more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct EndDeputy {
    /// Who was absent: name, id or its end.
    pub staff: String,
    /// Today unless given.
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
}

/// From a day on the account may nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct DisableAccount {
    /// Name, id or its end.
    pub staff: String,
    #[arg(long, value_parser = words::TermParser::<DisablingReason>::new())]
    pub reason: DisablingReason,
    /// Today unless given.
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
}

/// From a day on a disabled account may act again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct EnableAccount {
    /// Name, id or its end.
    pub staff: String,
    /// Today unless given.
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
}

/// Corrects the name of a member of staff.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct RenameStaff {
    /// Name, id or its end.
    pub staff: String,
    #[arg(long)]
    pub name: String,
    /// Today unless given.
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
}

/// Takes back what was said of an account, but for its opening.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct UndoAccount {
    /// Name, id or its end.
    pub staff: String,
    /// The number of the fact in the account's history.
    #[arg(long)]
    pub version: u64,
    #[arg(long, value_parser = words::TermParser::<UndoReason>::new())]
    pub reason: UndoReason,
    /// Sealed.
    #[arg(long)]
    pub note: Option<String>,
}

/// Everybody whom the caller may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ListAccounts {}

impl AccountOrder {
    pub fn action(&self) -> Action {
        match self {
            Self::Add(_) => Action::StaffAdd,
            Self::Change(_) => Action::StaffChange,
            Self::HandOver(_) => Action::StaffHandOver,
            Self::Deputise(_) => Action::StaffDeputise,
            Self::EndDeputy(_) => Action::StaffEndDeputy,
            Self::Disable(_) => Action::StaffDisable,
            Self::Enable(_) => Action::StaffEnable,
            Self::Rename(_) => Action::StaffRename,
            Self::Undo(_) => Action::StaffUndo,
            Self::Invite(_) => Action::StaffInvite,
            Self::InviteSchool(_) => Action::StaffInviteSchool,
            Self::WaiveSecondFactor(_) => Action::StaffWaive,
            Self::Mail(_) => Action::StaffMail,
            Self::RevokeSessions(_) => Action::SessionRevoke,
            Self::IssueToken(_) => Action::TokenIssue,
            Self::RevokeToken(_) => Action::TokenRevoke,
        }
    }
}
