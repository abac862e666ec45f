//! The facts of all streams in words: what was recorded, about whom, by whom and why, as lists and histories say it; and the
//! numbered facts of placements, agreements, hosts and employers, which can be undone by their number.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use serde_json::Value;
use uuid::Uuid;

use super::target::ShownStudent;
use super::{App, AppError};
use crate::accounts::Caller;
use crate::domain::account::AccountEvent;
use crate::domain::agreement::AgreementEvent;
use crate::domain::agreement::signing::DocumentRef;
use crate::domain::day::from_epoch_day;
use crate::domain::employer::EmployerEvent;
use crate::domain::exemption::ExemptionEvent;
use crate::domain::further_study::FurtherStudyEvent;
use crate::domain::host::HostEvent;
use crate::domain::ids::StudentId;
use crate::domain::import::ImportEvent;
use crate::domain::log::LogEvent;
use crate::domain::outcome::OutcomeEvent;
use crate::domain::placement::{Placement, PlacementEvent};
use crate::domain::school::SchoolEvent;
use crate::domain::season::SeasonEvent;
use crate::domain::student::StudentEvent;
use crate::domain::terms::Term;
use crate::domain::{Event, StreamType, UndoReason};
use crate::event_log::record::Recorded;
use crate::event_log::{EngineError, decode};
use crate::people::Sealed;
use crate::projections::student_register;

/// A fact of a stream as lists show it.
#[derive(Debug)]
pub struct Fact {
    pub stream: &'static str,
    /// Its number in the stream.
    pub version: i64,
    pub said: String,
    pub effective_on: Option<Date>,
    /// Who recorded it.
    pub by: String,
    /// What was written beside the reason.
    pub note: Option<String>,
}

/// An event as lists show it.
#[derive(Debug)]
pub struct ListedEvent {
    pub recorded: Recorded,
    /// What it says, in Chinese.
    pub said: String,
    /// The student whom it is about, as the caller may see one.
    pub student: Option<ShownStudent>,
    /// Who recorded it: a name, or the operator.
    pub by: String,
    /// What was written beside the reason, for those who see names.
    pub note: Option<String>,
}

/// What the log calls who acts for a member of staff, before that member's id.
const ACTING_FOR: &str = "operator for ";

impl App {
    /// The facts of every stream with this id, in the order of the log, as far as the caller may see them.
    pub async fn facts(&self, caller: &Caller, id: Uuid) -> Result<Vec<Fact>, AppError> {
        let events = self.history(caller, id).await?;
        let mut facts = vec![];
        for listed in self.in_words(caller, events).await? {
            let stream = match StreamType::parse(&listed.recorded.stream_type) {
                Some(StreamType::Placement) => "安排",
                Some(StreamType::Agreement) => "协议",
                Some(StreamType::Host) => "实习单位",
                Some(StreamType::Employer) => "单位",
                Some(
                    StreamType::School
                    | StreamType::Student
                    | StreamType::Outcome
                    | StreamType::FurtherStudy
                    | StreamType::Exemption
                    | StreamType::Season
                    | StreamType::Import
                    | StreamType::Account
                    | StreamType::Log,
                )
                | None => continue,
            };
            let ListedEvent { recorded, said, by, note, .. } = listed;
            let effective_on = from_epoch_day(recorded.effective_on);
            facts.push(Fact { stream, version: recorded.version, said, effective_on, by, note });
        }
        Ok(facts)
    }

    /// Events that the caller may see, with what they say, about whom, and who recorded them.
    pub(super) async fn in_words(&self, caller: &Caller, events: Vec<Recorded>) -> Result<Vec<ListedEvent>, AppError> {
        let placements: Vec<Uuid> = events
            .iter()
            .filter(|recorded| {
                [StreamType::Placement, StreamType::Agreement].map(StreamType::as_str).contains(&&*recorded.stream_type)
            })
            .map(Recorded::subject)
            .collect();
        self.bring_up_to_date::<Placement>(&placements).await?;
        let mut whose = Vec::with_capacity(events.len());
        for recorded in &events {
            whose.push(self.student_of(recorded).await?);
        }
        let shown = self.shown_students(caller, whose.iter().flatten().copied().collect()).await?;
        let acting: HashSet<Uuid> = events.iter().filter_map(|recorded| acting_for(&recorded.actor)).collect();
        let staff = self.staff_names(&acting.into_iter().collect::<Vec<_>>()).await?;
        let noted: HashSet<Uuid> =
            events.iter().filter(|recorded| note_of(recorded).is_some()).map(Recorded::subject).collect();
        let sealed = match caller.sees_names() {
            true => self.unsealed(&noted.into_iter().collect::<Vec<_>>()).await?,
            false => HashMap::new(),
        };
        let mut listed = vec![];
        for (recorded, whose) in events.into_iter().zip(whose) {
            let by = by(&recorded.actor, &staff);
            let note = note_of(&recorded).and_then(|revision| match sealed.get(&(recorded.subject(), revision))? {
                Sealed::Note { text } => Some(text.clone()),
                _ => None,
            });
            let (said, student) = (said(&decode(&recorded)?), whose.and_then(|whose| shown.get(&whose).cloned()));
            listed.push(ListedEvent { recorded, said, student, by, note });
        }
        Ok(listed)
    }

    /// The student whom an event is about.
    pub(super) async fn student_of(&self, recorded: &Recorded) -> Result<Option<StudentId>, AppError> {
        Ok(match StreamType::parse(&recorded.stream_type) {
            Some(StreamType::Student | StreamType::Outcome | StreamType::FurtherStudy | StreamType::Exemption) => {
                Some(StudentId(recorded.subject()))
            }
            Some(StreamType::Placement | StreamType::Agreement) => {
                self.load::<Placement>(recorded.subject()).await?.0.student()
            }
            Some(
                StreamType::School
                | StreamType::Employer
                | StreamType::Host
                | StreamType::Season
                | StreamType::Import
                | StreamType::Account
                | StreamType::Log,
            )
            | None => None,
        })
    }

    /// These students as the caller may see them, as far as they are in the caller's scope.
    async fn shown_students(
        &self,
        caller: &Caller,
        wanted: HashSet<StudentId>,
    ) -> Result<HashMap<StudentId, ShownStudent>, AppError> {
        let mut listed = match wanted.iter().collect::<Vec<_>>().as_slice() {
            [] => vec![],
            [one] => {
                let one = student_register::student(self.log.readers(), &caller.scope, **one).await;
                one.map_err(EngineError::from)?.into_iter().collect()
            }
            [_, _, ..] => {
                let all = student_register::students(self.log.readers(), &caller.scope, None).await;
                all.map_err(EngineError::from)?
            }
        };
        listed.retain(|listed| wanted.contains(&listed.student));
        let students = self.unseal_students(listed).await?;
        Ok(students.into_iter().map(|info| (info.student, info.shown(caller))).collect())
    }
}

/// The member of staff for whom the operator recorded something.
pub(super) fn acting_for(actor: &str) -> Option<Uuid> {
    Uuid::parse_str(actor.strip_prefix(ACTING_FOR)?).ok()
}

/// Who recorded something, by name.
pub(super) fn by(actor: &str, staff: &HashMap<Uuid, String>) -> String {
    match acting_for(actor) {
        Some(id) => staff.get(&id).cloned().unwrap_or_default(),
        None => "操作员".to_owned(),
    }
}

/// The sealed revision of the note beside the reason: every kind of event that has one calls it so.
fn note_of(recorded: &Recorded) -> Option<u32> {
    let payload: Value = serde_json::from_str(&recorded.payload).ok()?;
    let (_, fields) = payload.as_object()?.iter().next()?;
    u32::try_from(fields.get("note")?.as_u64()?).ok()
}

/// What an event says.
fn said(event: &Event) -> String {
    match event {
        Event::School(event) => school(event),
        Event::Student(event) => student(event),
        Event::Outcome(event) => outcome(event),
        Event::FurtherStudy(event) => further_study(event),
        Event::Exemption(event) => exemption(event),
        Event::Placement(event) => placement(event),
        Event::Agreement(event) => agreement(event),
        Event::Employer(event) => employer(event),
        Event::Host(event) => host(event),
        Event::Season(event) => season(event),
        Event::Import(event) => import(event),
        Event::Account(event) => account(event),
        Event::Log(LogEvent::LogRestored { lost, .. }) => {
            format!("恢复备份，位置 {} 至 {} 丢失", lost.from, lost.to)
        }
    }
}

fn school(event: &SchoolEvent) -> String {
    match event {
        SchoolEvent::SchoolRegistered { entry, .. } => format!("登记学校 {}", entry.name),
        SchoolEvent::SchoolCorrected { entry, .. } => format!("更正学校 {}", entry.name),
        SchoolEvent::SchoolClosed { .. } => "学校撤销或合并".to_owned(),
        SchoolEvent::Undone { version, reason, .. } => undone(*version, *reason),
    }
}

fn student(event: &StudentEvent) -> String {
    let said = match event {
        StudentEvent::StudentRegistered { .. } => "登记",
        StudentEvent::RegistrationCorrected { .. } => "更正登记",
        StudentEvent::IdentityCorrected { .. } => "更正姓名、证件或联系方式",
        StudentEvent::ClassChanged { class, .. } => return format!("转到{}", class.as_str()),
        StudentEvent::SpecialtyChanged { specialty, .. } => return format!("转专业 {}", specialty.as_str()),
        StudentEvent::LeaveStarted { .. } => "休学",
        StudentEvent::LeaveEnded { .. } => "复学",
        StudentEvent::StudentTransferredOut { .. } => "转出",
        StudentEvent::StudentWithdrew { .. } => "退学",
        StudentEvent::GraduationConfirmed { .. } => "毕业",
        StudentEvent::CompletionConfirmed { .. } => "结业",
        StudentEvent::StudentDied { .. } => "死亡",
        StudentEvent::StandingCorrected { standing, .. } => return format!("更正学籍状态：{}", standing.zh()),
        StudentEvent::PersonErased { reason, .. } => return format!("匿名化：{}", reason.zh()),
        StudentEvent::Undone { version, reason, .. } => return undone(*version, *reason),
    };
    said.to_owned()
}

fn outcome(event: &OutcomeEvent) -> String {
    let said = match event {
        OutcomeEvent::DestinationAsserted { .. } => "登记去向",
        OutcomeEvent::EvidenceAttached { .. } => "附上去向的证据",
        OutcomeEvent::ReviewOpened { .. } => "去向送审",
        OutcomeEvent::DestinationVerified { level, .. } => return format!("核实去向：{}", level.zh()),
        OutcomeEvent::DestinationNotAccepted { reason, .. } => return format!("去向不予认可：{}", reason.zh()),
        OutcomeEvent::RecheckOpened { .. } => "复核去向",
        OutcomeEvent::RecheckClosed { upheld: true, .. } => "复核后维持",
        OutcomeEvent::RecheckClosed { upheld: false, .. } => "复核后不再认可",
        OutcomeEvent::DestinationSuperseded { .. } => "以后来的去向为准",
        OutcomeEvent::DestinationEnded { .. } => "去向终止",
        OutcomeEvent::DestinationWithdrawn { reason, .. } => return format!("撤销去向：{}", reason.zh()),
        OutcomeEvent::OnSpecialtyJudged { level, .. } => return format!("专业对口：{}", level.zh()),
        OutcomeEvent::Undone { version, reason, .. } => return undone(*version, *reason),
    };
    said.to_owned()
}

fn further_study(event: &FurtherStudyEvent) -> String {
    let said = match event {
        FurtherStudyEvent::ExamSat { .. } => "参加升学考试",
        FurtherStudyEvent::ExamQualified { undergraduate: true, .. } => "升学考试上本科线",
        FurtherStudyEvent::ExamQualified { undergraduate: false, .. } => "升学考试上线",
        FurtherStudyEvent::ExamCorrected { .. } => "更正考试结果",
        FurtherStudyEvent::Admitted { .. } => "录取",
        FurtherStudyEvent::ConversionApproved { .. } => "转段录取",
        FurtherStudyEvent::AdmissionCorrected { .. } => "更正录取",
        FurtherStudyEvent::StudyRegistered { .. } => "报到",
        FurtherStudyEvent::StudyLeft { .. } => "离校",
        FurtherStudyEvent::EnrolmentWithdrawn { .. } => "撤销录取",
        FurtherStudyEvent::Undone { version, reason, .. } => return undone(*version, *reason),
    };
    said.to_owned()
}

fn exemption(event: &ExemptionEvent) -> String {
    match event {
        ExemptionEvent::ExemptionRequested { ground, .. } => format!("申请免实习：{}", ground.zh()),
        ExemptionEvent::ExemptionGranted { .. } => "同意免实习".to_owned(),
        ExemptionEvent::ExemptionRefused { reason, .. } => format!("不同意免实习：{}", reason.zh()),
        ExemptionEvent::ExemptionWithdrawn { .. } => "撤回免实习申请".to_owned(),
        ExemptionEvent::Undone { version, reason, .. } => undone(*version, *reason),
    }
}

fn season(event: &SeasonEvent) -> String {
    match event {
        SeasonEvent::SeasonPlanned { year, classes, period, .. } => {
            format!("{year} 届毕业班 {} 个，{} 至 {}", classes.len(), period.first_day, period.last_day)
        }
        SeasonEvent::Undone { version, reason, .. } => undone(*version, *reason),
    }
}

fn import(event: &ImportEvent) -> String {
    match event {
        ImportEvent::ImportStarted { .. } => "开始导入".to_owned(),
        ImportEvent::ImportApplied { counts, .. } => format!(
            "已导入：新增 {}，更改 {}，不变 {}，拒绝 {}",
            counts.new, counts.changed, counts.unchanged, counts.rejected
        ),
        ImportEvent::ImportUndone { reason, .. } => format!("撤销导入：{}", reason.zh()),
    }
}

fn account(event: &AccountEvent) -> String {
    match event {
        AccountEvent::AccountOpened { role, .. } => format!("开通账号：{}", role.zh()),
        AccountEvent::RoleChanged { role, reason, .. } => {
            format!("变更角色：{}{}", role.zh(), reason.map_or(String::new(), |reason| format!("，{}", reason.zh())))
        }
        AccountEvent::NameCorrected { .. } => "更正姓名".to_owned(),
        AccountEvent::AccountDisabled { reason, .. } => format!("停用：{}", reason.zh()),
        AccountEvent::AccountEnabled { .. } => "重新启用".to_owned(),
        AccountEvent::PersonsShown { purpose, count, .. } => {
            format!("查看 {count} 人的完整姓名、号码和电话：{}", purpose.zh())
        }
        AccountEvent::Undone { version, reason, .. } => undone(*version, *reason),
    }
}

fn undone(version: u64, reason: UndoReason) -> String {
    format!("撤销第 {version} 号：{}", reason.zh())
}

fn placement(event: &PlacementEvent) -> String {
    let said = match event {
        PlacementEvent::PlacementDrafted { .. } => "起草",
        PlacementEvent::PlacementRevised { .. } => "修改",
        PlacementEvent::PlacementSubmitted { .. } => "提交",
        PlacementEvent::ComplianceEvaluated { verdict, .. } => return format!("合规结论：{}", verdict.zh()),
        PlacementEvent::PlacementReturned { reason, .. } => return format!("退回：{}", reason.zh()),
        PlacementEvent::PlacementRejected { reason, .. } => return format!("不予批准：{}", reason.zh()),
        PlacementEvent::PlacementApproved { .. } => "批准",
        PlacementEvent::LateRegistrationApproved { reason, .. } => return format!("批准补登：{}", reason.zh()),
        PlacementEvent::ReadinessConfirmed { .. } => "确认上岗准备",
        PlacementEvent::ArrivalConfirmed { .. } => "到岗",
        PlacementEvent::NoShowRecorded { reason, .. } => return format!("未到岗：{}", reason.zh()),
        PlacementEvent::HostChanged { reason, .. } => return format!("变更单位：{}", reason.zh()),
        PlacementEvent::SiteChanged { reason, .. } => return format!("变更地址或岗位：{}", reason.zh()),
        PlacementEvent::MentorChanged { reason, .. } => return format!("变更指导人：{}", reason.zh()),
        PlacementEvent::PeriodChanged { reason, .. } => return format!("变更期限：{}", reason.zh()),
        PlacementEvent::PayChanged { reason, .. } => return format!("变更报酬：{}", reason.zh()),
        PlacementEvent::PlacementSuspended { reason, .. } => return format!("中止：{}", reason.zh()),
        PlacementEvent::PlacementResumed { .. } => "恢复",
        PlacementEvent::TerminatedEarly { initiator, reason, .. } => {
            return format!("{}提前终止：{}", initiator.zh(), reason.zh());
        }
        PlacementEvent::PlacementCancelled { reason, .. } => return format!("取消：{}", reason.zh()),
        PlacementEvent::Undone { version, reason, .. } => return undone(*version, *reason),
    };
    said.to_owned()
}

fn agreement(event: &AgreementEvent) -> String {
    let named = |paper: &DocumentRef| format!("{}第 {} 版", paper.kind.zh(), paper.version);
    match event {
        AgreementEvent::AgreementDrafted { version, .. } => format!("拟三方协议第 {version} 版"),
        AgreementEvent::AmendmentDrafted { version, amends, .. } => {
            format!("拟补充协议第 {version} 版，变更第 {amends} 版")
        }
        AgreementEvent::TermsRevised { version, .. } => format!("重拟第 {version} 版"),
        AgreementEvent::SentForSignature { paper, .. } => format!("发出{}", named(paper)),
        AgreementEvent::PartyViewed { paper, party, .. } => format!("{}已阅{}", party.zh(), named(paper)),
        AgreementEvent::PartySigned { paper, party, .. } => format!("{}签署{}", party.zh(), named(paper)),
        AgreementEvent::PacketSigned { documents, .. } => {
            let signed = documents.iter().map(|document| {
                let parties: Vec<&str> = document.signatures.iter().map(|signature| signature.party.zh()).collect();
                format!("{}签署{}", parties.join("、"), named(&document.paper))
            });
            signed.collect::<Vec<_>>().join("；")
        }
        AgreementEvent::ScanAttached { paper, party, .. } => format!("{}签署的{}：扫描件", party.zh(), named(paper)),
        AgreementEvent::SignatureRevoked { paper, party, reason, .. } => {
            format!("{}对{}的签署不作数：{}", party.zh(), named(paper), reason.zh())
        }
        AgreementEvent::PartyRefused { paper, party, reason, .. } => {
            format!("{}拒签{}：{}", party.zh(), named(paper), reason.zh())
        }
        AgreementEvent::RecalledForCorrection { paper, reason, .. } => format!("撤回{}：{}", named(paper), reason.zh()),
        AgreementEvent::AgreementTerminated { version, reason, .. } => format!("解除第 {version} 版：{}", reason.zh()),
        AgreementEvent::AgreementVoided { version, reason, .. } => format!("作废第 {version} 版：{}", reason.zh()),
        AgreementEvent::Undone { version, reason, .. } => undone(*version, *reason),
    }
}

fn host(event: &HostEvent) -> String {
    let said = match event {
        HostEvent::HostProposed { .. } => "提出",
        HostEvent::SiteVisitReported { .. } => "考察",
        HostEvent::HostAccepted { .. } => "核定",
        HostEvent::HostRefused { reason, .. } => return format!("不予核定：{}", reason.zh()),
        HostEvent::HostPublished { .. } => "公布",
        HostEvent::HostSuspended { reason, .. } => return format!("暂停合作：{}", reason.zh()),
        HostEvent::HostResumed { .. } => "恢复合作",
        HostEvent::FrameworkAgreed { last_day, .. } => return format!("合作协议至 {last_day}"),
        HostEvent::ContactsRecorded { .. } => "联系人",
        HostEvent::Undone { version, reason, .. } => return undone(*version, *reason),
    };
    said.to_owned()
}

fn employer(event: &EmployerEvent) -> String {
    let said = match event {
        EmployerEvent::EmployerRegistered { .. } => "登记",
        EmployerEvent::IdentityCorrected { .. } => "更正名称或信用代码",
        EmployerEvent::ProfileRecorded { .. } => "行业、规模、性质",
        EmployerEvent::StaffCounted { staff, .. } => return format!("在岗 {} 人", staff.total_count),
        EmployerEvent::EmployerMerged { into, .. } => return format!("并入 {}", into.0),
        EmployerEvent::EmployerClosed { .. } => "注销",
        EmployerEvent::Undone { version, reason, .. } => return undone(*version, *reason),
    };
    said.to_owned()
}
