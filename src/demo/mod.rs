//! A sample season played through the app: its files imported, its staff registered, its orders given by those who give
//! them at a school, in the order in which a school goes through a season.
//!
//! Invariant: everything goes through the same import and the same class commands as anybody's; an order that is refused
//! stops the play and is named with its school and class.

pub mod found;

use std::path::{Path, PathBuf};

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use thiserror::Error;

use crate::accounts::{Caller, Role, Staff};
use crate::app::account::StaffError;
use crate::app::season::SeasonError;
use crate::app::season::agreements::{AgreementOrder, How, Which};
use crate::app::season::exemptions::ExemptionOrder;
use crate::app::season::fields::Fields;
use crate::app::season::placements::{PlacementOrder, Subject};
use crate::app::season::plans::OfYear;
use crate::app::season::terms::{Terms, TermsChange, Wordings};
use crate::app::season::whom::{Named, Whom};
use crate::app::{App, AppError};
use crate::domain::StreamType;
use crate::domain::agreement::codes::{InsuranceBuyer, InsuranceKind, PayMethod, Provision};
use crate::domain::agreement::terms::{Conditions, Insured, Payment};
use crate::domain::employer::{EmployerCommand, Trading};
use crate::domain::exemption::ExemptionCommand;
use crate::domain::ids::{ClassName, InvalidName, SchoolCode};
use crate::domain::placement::arrangement::Period;
use crate::domain::placement::codes::DocumentKind;
use crate::domain::season::Plan;
use crate::intake::import::{ImportError, Options, import};
use crate::packet::templates::{TemplateError, Templates};
use crate::sample::season::Season;
use crate::sample::season::days::Wave;
use crate::sample::season::fate::Part;
use crate::sample::season::plan::Planned;
use crate::sample::season::script::{Change, Merger, Office, Order, Script, Step};

/// How often `play` tells what is being done.
pub const STAGES: u64 = 9;

/// So many schools give their orders at once: while one decides, another is being written.
const AT_ONCE: usize = 4;

#[derive(Debug, Error)]
pub enum DemoError {
    #[error("这个数据目录里已有实习安排；示例实习季要放在没有实习的目录里，请用 --data-dir 换一个")]
    PlacedAlready,
    #[error("{file} 没有导入：{why}")]
    File { file: PathBuf, why: String },
    #[error("{} 有 {rejected} 行被退回，第一行：{first}", file.display())]
    Rejected { file: PathBuf, rejected: usize, first: String },
    #[error("{school} {class}：{refused}")]
    Step { school: String, class: String, refused: SeasonError },
    #[error(transparent)]
    Import(#[from] ImportError),
    #[error(transparent)]
    Season(#[from] SeasonError),
    #[error(transparent)]
    Staff(#[from] StaffError),
    #[error(transparent)]
    App(#[from] AppError),
    #[error(transparent)]
    Templates(#[from] TemplateError),
    #[error(transparent)]
    Name(#[from] InvalidName),
}

/// Who acts for a school.
struct Offices {
    school: SchoolCode,
    principal: Caller,
    officer: Caller,
}

struct Player<'a> {
    app: &'a App,
    /// Where the files are.
    folder: &'a Path,
    season: &'a Season,
    templates: Templates,
    offices: Vec<Offices>,
}

/// Whether a season can be played here: its counts are its own only where nobody is placed yet.
pub async fn may_play(app: &App) -> Result<(), DemoError> {
    let placements = app.log().stream_ids(StreamType::Placement).await.map_err(AppError::from)?;
    if placements.is_empty() { Ok(()) } else { Err(DemoError::PlacedAlready) }
}

/// Plays a season that was written into `folder`; `told` is told what is being done.
pub async fn play(
    app: &App,
    folder: &Path,
    season: &Season,
    mut told: impl FnMut(&'static str),
) -> Result<(), DemoError> {
    may_play(app).await?;
    let files = &season.files;
    let mut player = Player { app, folder, season, templates: Templates::load(None)?, offices: vec![] };
    told("导入学校和毕业班名册");
    player.import(&files.schools).await?;
    player.import(&files.rosters).await?;
    told("登记人员，写明毕业班");
    player.offices = player.register_staff().await?;
    player.name_final_classes().await?;
    told("导入实习单位，校长核定");
    player.import(&files.employers).await?;
    player.accept_hosts().await?;
    told("导入实习安排");
    player.import(&files.placements).await?;
    told("校长审批，补登已开始的");
    player.order(|script| script.approvals()).await?;
    told("再导入一次：合作协议、到岗、终止");
    player.import(&files.employers).await?;
    player.import(&files.placements).await?;
    told("退回、取消；发出材料、签署、到岗");
    player.order(|script| script.refusals()).await?;
    player.order(|script| script.departures()).await?;
    told("变更、中止、终止、补充协议、免实习");
    player.import(&files.changes).await?;
    player.order(|script| script.events()).await?;
    told("另行落实，合并单位");
    player.import(&files.later).await?;
    player.merge().await
}

impl Player<'_> {
    async fn import(&self, files: &[PathBuf]) -> Result<(), DemoError> {
        let paths: Vec<PathBuf> = files.iter().map(|file| self.folder.join(file)).collect();
        let caller = Caller::operator("import");
        for result in import(self.app, &caller, &paths, &Options::default(), |_, _, _| ()).await? {
            let file = result.file;
            let imported =
                result.outcome.map_err(|fault| DemoError::File { file: file.clone(), why: fault.to_string() })?;
            if let Some(row) = imported.rejected.first() {
                let reasons: Vec<String> = row.faults.iter().map(|fault| fault.reason.clone()).collect();
                let first = format!("第 {} 行，{}", row.number, reasons.join("；"));
                return Err(DemoError::Rejected { file, rejected: imported.rejected.len(), first });
            }
        }
        Ok(())
    }

    /// Principals, officers and mentor teachers; who is there already is not registered again.
    async fn register_staff(&self) -> Result<Vec<Offices>, DemoError> {
        let operator = Caller::operator("demo");
        let known = self.app.staff(&operator).await?;
        let mut offices = vec![];
        for planned in &self.season.plan {
            let school = SchoolCode::parse(&planned.school.code)?;
            let member = async |name: &str, role: Role| -> Result<Staff, DemoError> {
                let is_this = |staff: &Staff| staff.role == role && staff.scope.school() == Some(&school);
                let before = known.iter().find(|member| member.name == name && is_this(&member.staff));
                match before {
                    Some(member) => Ok(member.staff.clone()),
                    None => Ok(self.app.add_staff(&operator, name, role, Some(school.clone()), None).await?),
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
            offices.push(Offices { school, principal, officer });
        }
        Ok(offices)
    }

    /// Each officer names the classes that are to be placed.
    async fn name_final_classes(&self) -> Result<(), DemoError> {
        let days = self.season.days;
        let (first_day, last_day) = (days.first_day(Wave::Begun(10)), days.last_day(Wave::NextMonth));
        for (planned, offices) in self.season.plan.iter().zip(&self.offices) {
            let classes = planned.classes.iter().map(|class| ClassName::parse(&class.name));
            let plan = Plan { classes: classes.collect::<Result<_, _>>()?, period: Period { first_day, last_day } };
            let of = OfYear { school: None, year: days.graduation_year(), key: None };
            self.app.plan_season(&offices.officer, &of, plan, first_day).await?;
        }
        Ok(())
    }

    /// Each principal accepts whatever is proposed as a host of the school.
    async fn accept_hosts(&self) -> Result<(), DemoError> {
        for offices in &self.offices {
            let (_, refused) = self.app.accept_proposed(&offices.principal, None).await?;
            if !refused.is_empty() {
                return Err(SeasonError::Refused(refused).into());
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

    async fn give(&self, offices: &Offices, step: Step) -> Result<(), SeasonError> {
        let Step { office, class, except, order, .. } = step;
        let caller = match office {
            Office::Principal => &offices.principal,
            Office::Officer => &offices.officer,
        };
        let class = ClassName::parse(&class).map_err(|error| SeasonError::Unclear(error.to_string()))?;
        let named = Named { whom: Whom::Class(class), school: Some(offices.school.clone()), except, key: None };
        let today = self.app.today();
        let which = |kind| Which { kind, version: None };
        let agreement = DocumentKind::Agreement;
        let order = match order {
            Order::Placement(command) => {
                let order = PlacementOrder::Command { command, note: None };
                return self.app.order_placements(caller, &named, &order).await.map(|_| ());
            }
            Order::Change { part, to, reason, from } => {
                let (subject, fields) = changed(part, to);
                let order = PlacementOrder::Change { subject, fields, reason, from };
                return self.app.order_placements(caller, &named, &order).await.map(|_| ());
            }
            Order::Exemption(command) => {
                return self.app.order_exemptions(caller, &named, &exemption(command)).await.map(|_| ());
            }
            Order::Redraft => {
                let sent_with = Some(&self.templates);
                return self.app.draft_agreements(caller, &named, &redrafted(), sent_with).await.map(|_| ());
            }
            Order::Send => {
                return self.app.send_agreements(caller, &named, None, &self.templates).await.map(|_| ());
            }
            Order::Sign { document, party, is_electronic } => {
                let how = if is_electronic { How::Electronic { proof: None } } else { How::Paper { scan: None } };
                AgreementOrder::Sign { which: which(document), party, how, mark: None, on: today }
            }
            Order::Refuse { party, reason } => {
                AgreementOrder::Refuse { which: which(Some(agreement)), party, reason, note: None, on: today }
            }
            Order::Recall(reason) => AgreementOrder::Recall { which: which(Some(agreement)), reason, note: None },
            Order::Amend { from, also } => AgreementOrder::Amend { from, also, terms: TermsChange::default() },
            Order::Terminate { initiator, reason, on } => {
                AgreementOrder::Terminate { initiator, reason, note: None, on }
            }
            Order::Void(reason) => AgreementOrder::Void { version: None, reason, note: None },
        };
        self.app.order_agreements(caller, &named, &order).await.map(|_| ())
    }

    async fn merge(&self) -> Result<(), DemoError> {
        let operator = Caller::operator("demo");
        for (index, planned) in self.season.plan.iter().enumerate() {
            let script = Script { planned, days: self.season.days };
            for Merger { school, merged, into, from } in script.mergers(index == 0) {
                let school = SchoolCode::parse(&school)?;
                let merged = self.app.find_employer(Some(&school), &merged).await?;
                let into = self.app.find_employer(Some(&school), &into).await?;
                let target = Trading::Unknown;
                let command = EmployerCommand::Merge { itself: merged, into, target, effective_on: from };
                self.app.order_employer(&operator, merged, command, None).await?;
            }
        }
        Ok(())
    }
}

/// What is ordered of an exemption; the app fills in who orders it and what the student's stream says.
fn exemption(command: ExemptionCommand) -> ExemptionOrder {
    match command {
        ExemptionCommand::Request { ground, effective_on, .. } => {
            ExemptionOrder::Request { ground, evidence: None, note: None, on: effective_on }
        }
        ExemptionCommand::Grant { .. }
        | ExemptionCommand::Refuse { .. }
        | ExemptionCommand::Withdraw { .. }
        | ExemptionCommand::Undo { .. } => ExemptionOrder::Command { command, note: None },
    }
}

/// The subject of a change, with what is so after it.
fn changed(part: Part, to: Change) -> (Subject, Fields) {
    let Change { source, host, address, post, site_kind, region, mentor, mentor_phone, last_day, pay } = to;
    let (pay_yuan, pay_unit) = pay.unzip();
    let subject = match part {
        Part::Host => Subject::Host,
        Part::Site => Subject::Site,
        Part::Mentor => Subject::Mentor,
        Part::Period => Subject::Period,
        Part::Pay => Subject::Pay,
    };
    let fields = Fields {
        source,
        host,
        address,
        post,
        site_kind,
        region,
        mentor,
        mentor_phone,
        last_day,
        pay_yuan,
        pay_unit,
        ..Fields::default()
    };
    (subject, fields)
}

/// What a recalled agreement says when it is drafted anew.
fn redrafted() -> Terms {
    let (meals, lodging) = (Provision::Provided, Provision::Own);
    Terms {
        conditions: Conditions { meals, lodging, day_hours_max: 8, week_days_max: 5 },
        payment: Payment { method: PayMethod::Transfer, day_of_month: 15 },
        insured: Insured { kind: InsuranceKind::Liability, buyer: InsuranceBuyer::School },
        wordings: Wordings::default(),
    }
}
