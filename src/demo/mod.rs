//! A sample season played through the app: its files imported, its staff registered, its orders given by those who give
//! them at a school, in the order in which a school goes through a season.
//!
//! Invariant: everything goes through the same import and the same class commands as anybody's; an order that is refused
//! stops the play and is named with its school and class.

pub mod accounts;
pub mod found;

use std::path::{Path, PathBuf};

use derive_more::From;
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};

use crate::accounts::{Caller, Role, Staff};
use crate::app::account::{AccountAnswer, AccountFailure, AccountOrder, AddAccount, ListAccounts, NamedStaff};
use crate::app::actions::{Command, Question};
use crate::app::employer::{EmployerOrder, EmployerSelector, MergeEmployer};
use crate::app::failure::Failure;
use crate::app::host::{AcceptHost, HostAnswer, HostOrder};
use crate::app::import::ImportFiles;
use crate::app::reply::{Answer, Reply};
use crate::app::school::ListSchools;
use crate::app::season::{PlanSeason, SeasonOrder};
use crate::app::{App, AppError};
use crate::domain::StreamType;
use crate::domain::ids::{ClassName, InvalidName, SchoolCode};
use crate::domain::school::SchoolEntry;
use crate::input::words;
use crate::intake::fault::FileFault;
use crate::refusal::Why;
use crate::sample;
use crate::sample::season::Season;
use crate::sample::season::days::Wave;
use crate::sample::season::plan::Planned;
use crate::sample::season::script::{Merger, Office, Script, Step};
use crate::text::lang::{Sentence, say};

/// How often `play` tells what is being done.
pub const STAGES: u64 = 10;

/// So many schools give their orders at once: while one decides, another is being written.
const AT_ONCE: usize = 4;

// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, From, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "demo.")]
pub enum DemoError {
    PlacedAlready,
    File {
        file: PathBuf,
        why: FileFault,
    },
    /// What is wrong with the first row that was rejected, and its number.
    Rejected {
        file: PathBuf,
        rejected: usize,
        row: u32,
        first: Vec<Why>,
    },
    Step {
        school: String,
        class: String,
        #[serde(skip)]
        refused: Failure,
    },
    #[serde(skip)]
    Read(Why),
    #[from]
    #[serde(skip)]
    Failure(Failure),
    #[from]
    #[serde(skip)]
    Name(InvalidName),
}

impl From<AppError> for DemoError {
    fn from(error: AppError) -> Self {
        Self::Failure(error.into())
    }
}

/// Who acts for a school.
struct Offices {
    principal: Caller,
    officer: Caller,
}

struct Player<'a> {
    app: &'a App,
    /// Where the files are.
    folder: &'a Path,
    season: &'a Season,
    offices: Vec<Offices>,
}

/// Whether this is the sample city with which one practises: there are accounts of the demonstration, which nobody but the
/// operator opens, and no school that is not invented.
///
/// # Errors
/// When the database does not answer.
pub async fn is_practice(app: &App) -> Result<bool, Failure> {
    if app.ways_in().await?.of_demonstration == 0 {
        return Ok(false);
    }
    Ok(a_school_that_is_real(app).await?.is_none())
}

/// A school that is none of the sample city's.
///
/// # Errors
/// When the database does not answer.
pub async fn a_school_that_is_real(app: &App) -> Result<Option<SchoolEntry>, Failure> {
    let operator = Caller::operator("demo");
    let Reply::Schools(schools) = app.ask(&operator, &Question::Schools(ListSchools {})).await? else {
        return Ok(None); // Not what was asked.
    };
    let sample = sample::school_codes();
    Ok(schools.into_iter().find(|school| !sample.contains(school.code.as_str())))
}

/// Whether a season can be played here: its counts are its own only where nobody is placed yet.
pub async fn may_play(app: &App) -> Result<(), DemoError> {
    let placements = app.log().stream_ids(StreamType::Placement).await.map_err(AppError::from)?;
    if placements.is_empty() { Ok(()) } else { Err(DemoError::PlacedAlready) }
}

/// Plays a season that was written into `folder`; `told` is told what is being done.
pub async fn play(app: &App, folder: &Path, season: &Season, mut told: impl FnMut(Sentence)) -> Result<(), DemoError> {
    may_play(app).await?;
    let files = &season.files;
    let mut player = Player { app, folder, season, offices: vec![] };
    told(say("导入学校和毕业班名册", "importing schools and rosters of final classes"));
    player.import(&files.schools).await?;
    player.import(&files.rosters).await?;
    told(say("登记人员，写明毕业班", "registering staff, naming the final classes"));
    player.offices = player.register_staff().await?;
    player.name_final_classes().await?;
    told(say("导入实习单位，校长核定", "importing hosts, accepted by the principals"));
    player.import(&files.employers).await?;
    player.accept_hosts().await?;
    told(say("导入实习安排", "importing placements"));
    player.import(&files.placements).await?;
    told(say("校长审批，补登已开始的", "approving placements, and late ones that have begun"));
    player.order(|script| script.approvals()).await?;
    told(say("再导入一次：合作协议、到岗、终止", "importing again: framework agreements, arrivals, ends"));
    player.import(&files.employers).await?;
    player.import(&files.placements).await?;
    told(say("退回、取消；发出材料、签署、到岗", "returns and cancellations; papers sent and signed, arrivals"));
    player.order(|script| script.refusals()).await?;
    player.order(|script| script.departures()).await?;
    told(say("变更、中止、终止、补充协议、免实习", "changes, suspensions, ends, amendments, exemptions"));
    player.import(&files.changes).await?;
    player.order(|script| script.events()).await?;
    told(say("另行落实，合并单位", "placing anew, merging units"));
    player.import(&files.later).await?;
    told(say("在岗学生休学", "leave of students at work"));
    player.import(&files.leave).await?;
    player.merge().await
}

impl Player<'_> {
    async fn import(&self, files: &[PathBuf]) -> Result<(), DemoError> {
        let read = |file: &PathBuf| words::file(&self.folder.join(file).display().to_string());
        let files = files.iter().map(read).collect::<Result<Vec<_>, _>>().map_err(DemoError::Read)?;
        let import = Command::Import(ImportFiles { files, ..ImportFiles::default() });
        let Answer::Imported(results) = self.app.run(&Caller::operator("import"), None, &import).await? else {
            return Ok(());
        };
        for result in results {
            let file = PathBuf::from(result.file);
            let imported = result.outcome.map_err(|fault| DemoError::File { file: file.clone(), why: fault })?;
            if let Some(row) = imported.rejected.first() {
                let first = row.faults.iter().map(|fault| fault.reason.clone()).collect();
                let rejected = imported.rejected.len();
                return Err(DemoError::Rejected { file, rejected, row: row.number, first });
            }
        }
        Ok(())
    }

    async fn accounts(&self, caller: &Caller) -> Result<Vec<NamedStaff>, Failure> {
        match self.app.ask(caller, &Question::Accounts(ListAccounts {})).await? {
            Reply::Accounts(accounts) => Ok(accounts),
            _ => Ok(vec![]), // Answers of other questions.
        }
    }

    /// Principals, officers and mentor teachers; who is there already is not registered again.
    async fn register_staff(&self) -> Result<Vec<Offices>, DemoError> {
        let operator = Caller::operator("demo");
        let known = self.accounts(&operator).await?;
        let mut offices = vec![];
        for planned in &self.season.plan {
            let school = SchoolCode::parse(&planned.school.code)?;
            let member = async |name: &str, role: Role| -> Result<Staff, DemoError> {
                let is_this = |staff: &Staff| staff.role == role && staff.scope.school() == Some(&school);
                let before = known.iter().find(|member| member.name == name && is_this(&member.staff));
                match before {
                    Some(member) => Ok(member.staff.clone()),
                    None => {
                        let (name, school) = (name.to_owned(), Some(school.clone()));
                        let add = AccountOrder::Add(AddAccount { name: name.clone(), role, school, class: None });
                        match self.app.run(&operator, None, &Command::Account(add)).await? {
                            Answer::Account(AccountAnswer::Opened(added)) => Ok(added.staff),
                            _ => Err(Failure::from(AccountFailure::Unknown(name)).into()), // Not what was ordered.
                        }
                    }
                }
            };
            let principal = member(&planned.principal, Role::Principal).await?;
            let officer = member(&planned.officer, Role::Officer).await?;
            let mut teachers: Vec<&str> = planned.classes.iter().map(|class| class.teacher.as_str()).collect();
            teachers.dedup();
            for teacher in teachers {
                member(teacher, Role::Mentor).await?;
            }
            let [principal, officer] = [principal, officer].map(|staff| Caller::operator_for(staff, "demo"));
            offices.push(Offices { principal, officer });
        }
        Ok(offices)
    }

    /// Each officer names the classes that are to be placed.
    async fn name_final_classes(&self) -> Result<(), DemoError> {
        let days = self.season.days;
        let (first_day, last_day) = (days.first_day(Wave::Begun(10)), days.last_day(Wave::NextMonth));
        for (planned, offices) in self.season.plan.iter().zip(&self.offices) {
            let classes = planned.classes.iter().map(|class| ClassName::parse(&class.name));
            let plan = SeasonOrder::Plan(PlanSeason {
                year: days.graduation_year(),
                school: None,
                class: classes.collect::<Result<_, _>>()?,
                first_day,
                last_day,
                on: Some(first_day),
            });
            self.app.run(&offices.officer, None, &Command::Season(plan)).await?;
        }
        Ok(())
    }

    /// Each principal accepts whatever is proposed as a host of the school.
    async fn accept_hosts(&self) -> Result<(), DemoError> {
        for offices in &self.offices {
            let all = HostOrder::Accept(AcceptHost { employer: None, all_proposed: true, school: None });
            let answer = self.app.run(&offices.principal, None, &Command::Host(all)).await?;
            if let Answer::Host(HostAnswer::Accepted { refused, .. }) = answer
                && !refused.is_empty()
            {
                return Err(Failure::Refused(refused).into());
            }
        }
        Ok(())
    }

    /// Every school's orders of a phase, several schools at once, each in its order.
    async fn order(&self, phase: fn(&Script<'_>) -> Vec<Step>) -> Result<(), DemoError> {
        let schools = self.season.plan.iter().zip(&self.offices);
        let of_school = async |(planned, offices): (&Planned, &Offices)| {
            for step in phase(&Script { planned, days: self.season.days }) {
                let class = step.class.clone();
                self.give(offices, step).await.map_err(|refused| {
                    let school = planned.school.name.clone();
                    DemoError::Step { school, class, refused }
                })?;
            }
            Ok(())
        };
        stream::iter(schools).map(of_school).buffer_unordered(AT_ONCE).try_collect::<()>().await
    }

    async fn give(&self, offices: &Offices, step: Step) -> Result<(), Failure> {
        let caller = match step.office {
            Office::Principal => &offices.principal,
            Office::Officer => &offices.officer,
        };
        self.app.run(caller, None, &step.command).await.map(|_| ())
    }

    async fn merge(&self) -> Result<(), DemoError> {
        let operator = Caller::operator("demo");
        for (index, planned) in self.season.plan.iter().enumerate() {
            let script = Script { planned, days: self.season.days };
            for Merger { school, merged, into, from } in script.mergers(index == 0) {
                let unit = EmployerSelector { employer: merged, school: Some(SchoolCode::parse(&school)?) };
                let merge = EmployerOrder::Merge(MergeEmployer { unit, into, on: Some(from) });
                self.app.run(&operator, None, &Command::Employer(merge)).await?;
            }
        }
        Ok(())
    }
}
