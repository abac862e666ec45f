//! What an event says, in a phrase, as lists and histories say it.

use crate::domain::account::{AccountEvent, Proof};
use crate::domain::agreement::AgreementEvent;
use crate::domain::agreement::signing::DocumentRef;
use crate::domain::employer::EmployerEvent;
use crate::domain::exemption::ExemptionEvent;
use crate::domain::figures::definitions::definition;
use crate::domain::further_study::FurtherStudyEvent;
use crate::domain::further_study::row::StudyRow;
use crate::domain::host::HostEvent;
use crate::domain::import::{ImportEvent, RowCounts};
use crate::domain::log::LogEvent;
use crate::domain::outcome::OutcomeEvent;
use crate::domain::placement::PlacementEvent;
use crate::domain::school::SchoolEvent;
use crate::domain::season::SeasonEvent;
use crate::domain::statements::review::ReviewStep;
use crate::domain::statements::{Operation, Source};
use crate::domain::student::StudentEvent;
use crate::domain::student::row::StudentRow;
use crate::domain::terms::{ExamResult, Term};
use crate::domain::year_end::YearEndEvent;
use crate::domain::{Event, UndoReason};
use crate::text::lang::{Sentence, say};

pub fn said(event: &Event) -> Sentence {
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
        Event::YearEnd(event) => year_end(event),
        Event::Import(event) => import(event),
        Event::Account(event) => account(event),
        Event::Log(LogEvent::LogRestored { lost, .. }) => say(
            format!("恢复备份，位置 {} 至 {} 丢失", lost.from, lost.to),
            format!("backup restored, positions {} to {} lost", lost.from, lost.to),
        ),
    }
}

/// What was done, and a term that says why or as what.
fn with<T: Term>(zh: &str, en: &str, term: T) -> Sentence {
    say(format!("{zh}：{}", term.zh()), format!("{en}: {}", term.en()))
}

fn undone(version: u64, reason: UndoReason) -> Sentence {
    with(&format!("撤销第 {version} 号"), &format!("no. {version} undone"), reason)
}

fn school(event: &SchoolEvent) -> Sentence {
    match event {
        SchoolEvent::SchoolRegistered { entry, .. } => {
            say(format!("登记学校 {}", entry.name), format!("school registered: {}", entry.name))
        }
        SchoolEvent::SchoolCorrected { entry, .. } => {
            say(format!("更正学校 {}", entry.name), format!("school corrected: {}", entry.name))
        }
        SchoolEvent::SchoolClosed { .. } => say("学校撤销或合并", "school closed or merged"),
        SchoolEvent::Undone { version, reason, .. } => undone(*version, *reason),
    }
}

fn student(event: &StudentEvent) -> Sentence {
    match event {
        StudentEvent::Said { said, .. } => spoken(said.source, said.rows.iter().map(student_row)),
        StudentEvent::BatchUndone { reason, .. } => with("撤销一批名册", "a batch of a roster undone", *reason),
        StudentEvent::PersonErased { reason, .. } => with("匿名化", "erased", *reason),
    }
}

fn student_row(row: &StudentRow) -> Sentence {
    let (zh, en) = if row.corrects { ("更正学籍", "standing corrected") } else { ("名册", "roster") };
    let (since, from) =
        row.since.map_or((String::new(), String::new()), |since| (format!(" {since} 起"), format!(" from {since}")));
    let specialty = row.specialty.as_ref().map_or(String::new(), |code| format!(" {}", code.as_str()));
    let class = row.class.as_str();
    say(
        format!("{zh}：{class}{specialty} {}{since}", row.standing.zh()),
        format!("{en}: {class}{specialty} {}{from}", row.standing.en()),
    )
}

fn outcome(event: &OutcomeEvent) -> Sentence {
    match event {
        OutcomeEvent::Said { said, .. } => {
            let rows = said.rows.iter().map(|row| {
                let (kind, from) = (row.kind, row.starts_on);
                let what = say(format!("{} {from} 起", kind.zh()), format!("{} from {from}", kind.en()));
                operated(row.operation, say("去向", "destination"), &what)
            });
            spoken(said.source, rows)
        }
        OutcomeEvent::BatchUndone { reason, .. } => with("撤销一批去向", "a batch's destinations undone", *reason),
        OutcomeEvent::StatementReviewed { step, .. } => reviewed("去向", "destination", *step),
        OutcomeEvent::OnSpecialtyJudged { level, .. } => with("专业对口", "on specialty", *level),
        OutcomeEvent::ConflictResolved { reason, .. } => {
            with("去向冲突已处理", "conflict of destinations resolved", *reason)
        }
    }
}

fn further_study(event: &FurtherStudyEvent) -> Sentence {
    match event {
        FurtherStudyEvent::Said { said, .. } => spoken(said.source, said.rows.iter().map(study_row)),
        FurtherStudyEvent::BatchUndone { reason, .. } => {
            with("撤销一批升学", "a batch's further study undone", *reason)
        }
        FurtherStudyEvent::StatementReviewed { step, .. } => reviewed("升学", "further study", *step),
        FurtherStudyEvent::ConflictResolved { reason, .. } => {
            with("升学冲突已处理", "conflict of further study resolved", *reason)
        }
    }
}

fn study_row(row: &StudyRow) -> Sentence {
    match row {
        StudyRow::Enrolment(row) => {
            let days = [
                (row.admitted_on.value(), "录取", "admitted"),
                (row.registered_on.value(), "报到", "registered"),
                (row.last_day.value(), "在读到", "there until"),
            ];
            let known = || days.iter().filter_map(|(day, zh, en)| Some(((*day)?, zh, en)));
            let zh: Vec<String> = known().map(|(day, zh, _)| format!("{zh} {day}")).collect();
            let en: Vec<String> = known().map(|(day, _, en)| format!("{en} {day}")).collect();
            operated(row.operation, say("升学", "further study"), &say(zh.join("，"), en.join(", ")))
        }
        StudyRow::Sitting(row) => {
            let result = row.result.value().unwrap_or(ExamResult::Sat);
            let on = row.on.map_or(String::new(), |on| format!(" {on}"));
            let what = say(
                format!("{}{on} {}", row.exam.zh(), result.zh()),
                format!("{}{on}: {}", row.exam.en(), result.en()),
            );
            operated(row.operation, say("考试", "exam"), &what)
        }
    }
}

/// What a row says, and what it does to what was said before.
fn operated(operation: Operation, of: Sentence, what: &Sentence) -> Sentence {
    let (zh, en) = match operation {
        Operation::State => ("登记", "recorded"),
        Operation::Withdraw { .. } => ("撤销", "withdrawn"),
        Operation::Restore { .. } => ("恢复", "restored"),
        Operation::Move { .. } => ("更正", "corrected"),
    };
    say(format!("{zh}{}：{}", of.zh, what.zh), format!("{} {en}: {}", of.en, what.en))
}

/// What a batch says of a person, and who says so.
fn spoken(source: Source, rows: impl Iterator<Item = Sentence>) -> Sentence {
    let (zh, en): (Vec<String>, Vec<String>) = rows.map(|row| (row.zh, row.en)).unzip();
    say(format!("{}（{}）", zh.join("；"), source.zh()), format!("{} ({})", en.join("; "), source.en()))
}

fn reviewed(zh: &str, en: &str, step: ReviewStep) -> Sentence {
    match step {
        ReviewStep::Attach { kind } => {
            with(&format!("附上{zh}的佐证"), &format!("evidence of the {en} attached"), kind)
        }
        ReviewStep::Open => say(format!("{zh}送审"), format!("review of the {en} opened")),
        ReviewStep::Verify { level } => with(&format!("核实{zh}"), &format!("{en} verified"), level),
        ReviewStep::NotAccept { reason } => with(&format!("{zh}不予认可"), &format!("{en} not accepted"), reason),
        ReviewStep::OpenRecheck => say(format!("复核{zh}"), format!("{en} checked again")),
        ReviewStep::CloseRecheck { upheld: true } => say("复核后维持", "upheld after the check"),
        ReviewStep::CloseRecheck { upheld: false } => say("复核后不再认可", "not upheld after the check"),
    }
}

fn exemption(event: &ExemptionEvent) -> Sentence {
    match event {
        ExemptionEvent::ExemptionRequested { ground, .. } => with("申请免实习", "exemption applied for", *ground),
        ExemptionEvent::ExemptionGranted { .. } => say("同意免实习", "exemption granted"),
        ExemptionEvent::ExemptionRefused { reason, .. } => with("不同意免实习", "exemption refused", *reason),
        ExemptionEvent::ExemptionWithdrawn { .. } => say("撤回免实习申请", "application for exemption withdrawn"),
        ExemptionEvent::Undone { version, reason, .. } => undone(*version, *reason),
    }
}

fn season(event: &SeasonEvent) -> Sentence {
    match event {
        SeasonEvent::SeasonPlanned { year, classes, period, .. } => {
            let (count, first, last) = (classes.len(), period.first_day, period.last_day);
            say(
                format!("{year} 届毕业班 {count} 个，{first} 至 {last}"),
                format!("final classes of {year}: {count}, {first} to {last}"),
            )
        }
        SeasonEvent::Undone { version, reason, .. } => undone(*version, *reason),
    }
}

fn year_end(event: &YearEndEvent) -> Sentence {
    let name = |id: &str| definition(id).map_or_else(|| say(id, id), |of| say(of.zh, of.en));
    match event {
        YearEndEvent::FigurePublished { year, published, .. } => {
            let (name, of) = (name(&published.figure), (published.numerator, published.denominator));
            say(
                format!("{year} 届公布的{}：{} / {}，见《{}》", name.zh, of.0, of.1, published.title),
                format!("{} published for {year}: {} / {}, in \"{}\"", name.en, of.0, of.1, published.title),
            )
        }
        YearEndEvent::FigureWithdrawn { figure, reason, .. } => {
            let name = name(figure);
            with(&format!("公布的{}撤回", name.zh), &format!("published figure withdrawn, {}", name.en), *reason)
        }
        YearEndEvent::Undone { version, reason, .. } => undone(*version, *reason),
    }
}

fn import(event: &ImportEvent) -> Sentence {
    match event {
        ImportEvent::ImportStarted { .. } => say("开始导入", "import begun"),
        ImportEvent::RowsConfirmed { rows, .. } => say(
            format!("{} 人所报与已登记的一致", rows.len()),
            format!("of {} persons it says what was recorded already", rows.len()),
        ),
        ImportEvent::ImportApplied { counts, .. } => {
            let RowCounts { new, changed, unchanged, held, rejected } = counts;
            let (zh, en) = if *held > 0 {
                (format!("，暂不生效 {held}"), format!(", held {held}"))
            } else {
                (String::new(), String::new())
            };
            say(
                format!("已导入：新增 {new}，更改 {changed}，不变 {unchanged}{zh}，拒绝 {rejected}"),
                format!("imported: new {new}, changed {changed}, unchanged {unchanged}{en}, rejected {rejected}"),
            )
        }
        ImportEvent::ImportUndone { reason, .. } => with("撤销导入", "import undone", *reason),
    }
}

fn account(event: &AccountEvent) -> Sentence {
    match event {
        AccountEvent::AccountOpened { role, .. } => with("开通账号", "account opened", *role),
        AccountEvent::RoleChanged { role, reason: None, .. } => with("变更角色", "role changed", *role),
        AccountEvent::RoleChanged { role, reason: Some(reason), .. } => say(
            format!("变更角色：{}，{}", role.zh(), reason.zh()),
            format!("role changed: {}, {}", role.en(), reason.en()),
        ),
        AccountEvent::NameCorrected { .. } => say("更正姓名", "name corrected"),
        AccountEvent::AccountDisabled { reason, .. } => with("停用", "disabled", *reason),
        AccountEvent::AccountEnabled { .. } => say("重新启用", "enabled again"),
        AccountEvent::PersonsShown { purpose, count, .. } => with(
            &format!("查看 {count} 人的完整姓名、号码和电话"),
            &format!("full names, numbers and phones seen, persons {count}"),
            *purpose,
        ),
        AccountEvent::TokenIssued { expires_on, reads_only, .. } => {
            let (zh, en) = if *reads_only { ("（只读）", ", reads only") } else { ("", "") };
            say(format!("签发令牌，有效至 {expires_on}{zh}"), format!("token issued, holds until {expires_on}{en}"))
        }
        AccountEvent::TokenRevoked { .. } => say("吊销令牌", "token revoked"),
        AccountEvent::Invited { expires_on, .. } => say(
            format!("邀请设置登录，有效至 {expires_on}"),
            format!("invited to set up signing in, until {expires_on}"),
        ),
        AccountEvent::InvitationAccepted { proof, .. } => {
            let (zh, en) =
                if *proof == Proof::Password { ("，没有动态码", ", without a second factor") } else { ("", "") };
            say(format!("按邀请设置了登录{zh}"), format!("signing in set up{en}"))
        }
        AccountEvent::PasswordChanged { .. } => say("更改密码", "password changed"),
        AccountEvent::SecondFactorWaived { reason, .. } => with("免用动态码", "second factor waived", *reason),
        AccountEvent::SignedIn { proof, .. } => proved("登录", "signed in", *proof),
        AccountEvent::SessionConfirmed { proof, .. } => proved("再次验证身份", "confirmed who it is", *proof),
        AccountEvent::SessionsRevoked { session: Some(_), .. } => say("结束一处登录", "a session ended by another"),
        AccountEvent::SessionsRevoked { session: None, .. } => say("结束全部登录", "all sessions ended"),
        AccountEvent::EmergencyUsed { reason, .. } => {
            with("操作员应急代办", "the operator decided in the name of the account", *reason)
        }
        AccountEvent::DeputyAppointed { effective_on, last_day, .. } => say(
            format!("由他人代理，{effective_on} 至 {last_day}"),
            format!("represented by another, from {effective_on} to {last_day}"),
        ),
        AccountEvent::DeputyEnded { .. } => say("结束代理", "represented no more"),
        AccountEvent::MailAddressGiven { .. } => say("登记邮件地址", "mail address given"),
        AccountEvent::MailAddressTaken { .. } => say("不再登记邮件地址", "mail address taken away"),
        AccountEvent::MailAddressDead { status, .. } => {
            say(format!("邮件退回，没有这个邮箱（{status}）"), format!("mail came back, no such mailbox ({status})"))
        }
        AccountEvent::DigestChosen { wanted: true, .. } => say("接收每日提醒", "daily digest wanted"),
        AccountEvent::DigestChosen { wanted: false, .. } => say("不接收每日提醒", "daily digest not wanted"),
        AccountEvent::Undone { version, reason, .. } => undone(*version, *reason),
    }
}

fn proved(zh: &str, en: &str, proof: Proof) -> Sentence {
    let (of_zh, of_en) = match proof {
        Proof::Password => ("，只用密码", ", by the password alone"),
        Proof::Code { .. } => ("", ""),
        Proof::Recovery { .. } => ("，用恢复码", ", by a recovery code"),
    };
    say(format!("{zh}{of_zh}"), format!("{en}{of_en}"))
}

fn placement(event: &PlacementEvent) -> Sentence {
    match event {
        PlacementEvent::PlacementDrafted { .. } => say("起草", "drafted"),
        PlacementEvent::PlacementRevised { .. } => say("修改", "revised"),
        PlacementEvent::PlacementSubmitted { .. } => say("提交", "submitted"),
        PlacementEvent::ComplianceEvaluated { verdict, .. } => with("合规结论", "verdict on compliance", *verdict),
        PlacementEvent::PlacementReturned { reason, .. } => with("退回", "returned", *reason),
        PlacementEvent::PlacementRejected { reason, .. } => with("不予批准", "rejected", *reason),
        PlacementEvent::PlacementApproved { .. } => say("批准", "approved"),
        PlacementEvent::LateRegistrationApproved { reason, .. } => {
            with("批准补登", "late registration approved", *reason)
        }
        PlacementEvent::ReadinessConfirmed { .. } => say("确认上岗准备", "readiness confirmed"),
        PlacementEvent::ArrivalConfirmed { .. } => say("到岗", "arrived"),
        PlacementEvent::NoShowRecorded { reason, .. } => with("未到岗", "did not arrive", *reason),
        PlacementEvent::HostChanged { reason, .. } => with("变更单位", "host changed", *reason),
        PlacementEvent::SiteChanged { reason, .. } => with("变更地址或岗位", "place or post changed", *reason),
        PlacementEvent::MentorChanged { reason, .. } => with("变更指导人", "mentor changed", *reason),
        PlacementEvent::PeriodChanged { reason, .. } => with("变更期限", "period changed", *reason),
        PlacementEvent::PayChanged { reason, .. } => with("变更报酬", "pay changed", *reason),
        PlacementEvent::PlacementSuspended { reason, .. } => with("中止", "suspended", *reason),
        PlacementEvent::PlacementResumed { .. } => say("恢复", "resumed"),
        PlacementEvent::TerminatedEarly { initiator, reason, .. } => {
            with(&format!("{}提前终止", initiator.zh()), &format!("ended early by the {}", initiator.en()), *reason)
        }
        PlacementEvent::PlacementCancelled { reason, .. } => with("取消", "cancelled", *reason),
        PlacementEvent::Undone { version, reason, .. } => undone(*version, *reason),
    }
}

/// A document and which version of it.
fn paper(of: &DocumentRef) -> Sentence {
    let (kind, version) = (of.kind, of.version);
    say(format!("{}第 {version} 版", kind.zh()), format!("{}, version {version}", kind.en()))
}

fn agreement(event: &AgreementEvent) -> Sentence {
    match event {
        AgreementEvent::AgreementDrafted { version, .. } => {
            say(format!("拟三方协议第 {version} 版"), format!("three-party agreement drafted, version {version}"))
        }
        AgreementEvent::AmendmentDrafted { version, amends, .. } => say(
            format!("拟补充协议第 {version} 版，变更第 {amends} 版"),
            format!("amendment drafted, version {version}, of version {amends}"),
        ),
        AgreementEvent::TermsRevised { version, .. } => {
            say(format!("重拟第 {version} 版"), format!("version {version} drafted anew"))
        }
        AgreementEvent::SentForSignature { paper: of, .. } => {
            let Sentence { zh, en } = paper(of);
            say(format!("发出{zh}"), format!("sent for signature: {en}"))
        }
        AgreementEvent::PartyViewed { paper: of, party, .. } => {
            let Sentence { zh, en } = paper(of);
            say(format!("{}已阅{zh}", party.zh()), format!("read by the {}: {en}", party.en()))
        }
        AgreementEvent::PartySigned { paper: of, party, .. } => {
            let Sentence { zh, en } = paper(of);
            say(format!("{}签署{zh}", party.zh()), format!("signed by the {}: {en}", party.en()))
        }
        AgreementEvent::PacketSigned { documents, .. } => {
            let signed = documents.iter().map(|document| {
                let parties = || document.signatures.iter().map(|signature| signature.party);
                let (zh, en): (Vec<_>, Vec<_>) = parties().map(|party| (party.zh(), party.en())).unzip();
                let of = paper(&document.paper);
                (format!("{}签署{}", zh.join("、"), of.zh), format!("signed by {}: {}", en.join(", "), of.en))
            });
            let (zh, en): (Vec<_>, Vec<_>) = signed.unzip();
            say(zh.join("；"), en.join("; "))
        }
        AgreementEvent::ScanAttached { paper: of, party, .. } => {
            let Sentence { zh, en } = paper(of);
            say(format!("{}签署的{zh}：扫描件", party.zh()), format!("scan of what the {} signed: {en}", party.en()))
        }
        AgreementEvent::SignatureRevoked { paper: of, party, reason, .. } => {
            let Sentence { zh, en } = paper(of);
            let en = format!("signature of the {} revoked, {en}", party.en());
            with(&format!("{}对{zh}的签署不作数", party.zh()), &en, *reason)
        }
        AgreementEvent::PartyRefused { paper: of, party, reason, .. } => {
            let Sentence { zh, en } = paper(of);
            let en = format!("signature refused by the {}, {en}", party.en());
            with(&format!("{}拒签{zh}", party.zh()), &en, *reason)
        }
        AgreementEvent::RecalledForCorrection { paper: of, reason, .. } => {
            let Sentence { zh, en } = paper(of);
            with(&format!("撤回{zh}"), &format!("recalled, {en}"), *reason)
        }
        AgreementEvent::AgreementTerminated { version, reason, .. } => {
            with(&format!("解除第 {version} 版"), &format!("version {version} terminated"), *reason)
        }
        AgreementEvent::AgreementVoided { version, reason, .. } => {
            with(&format!("作废第 {version} 版"), &format!("version {version} voided"), *reason)
        }
        AgreementEvent::Undone { version, reason, .. } => undone(*version, *reason),
    }
}

fn host(event: &HostEvent) -> Sentence {
    match event {
        HostEvent::HostProposed { .. } => say("提出", "proposed"),
        HostEvent::SiteVisitReported { .. } => say("考察", "visited"),
        HostEvent::HostAccepted { .. } => say("核定", "accepted"),
        HostEvent::HostRefused { reason, .. } => with("不予核定", "refused", *reason),
        HostEvent::HostPublished { .. } => say("公布", "published"),
        HostEvent::HostSuspended { reason, .. } => with("暂停合作", "suspended", *reason),
        HostEvent::HostResumed { .. } => say("恢复合作", "resumed"),
        HostEvent::FrameworkAgreed { last_day, .. } => {
            say(format!("合作协议至 {last_day}"), format!("framework agreement until {last_day}"))
        }
        HostEvent::ContactsRecorded { .. } => say("联系人", "contact recorded"),
        HostEvent::Undone { version, reason, .. } => undone(*version, *reason),
    }
}

fn employer(event: &EmployerEvent) -> Sentence {
    match event {
        EmployerEvent::EmployerRegistered { .. } => say("登记", "registered"),
        EmployerEvent::IdentityCorrected { .. } => say("更正名称或信用代码", "name or credit code corrected"),
        EmployerEvent::ProfileRecorded { .. } => say("行业、规模、性质", "industry, size, ownership"),
        EmployerEvent::StaffCounted { staff, .. } => {
            let count = staff.total_count;
            say(format!("在岗 {count} 人"), format!("employees counted: {count}"))
        }
        EmployerEvent::EmployerMerged { into, .. } => {
            say(format!("并入 {}", into.0), format!("merged into {}", into.0))
        }
        EmployerEvent::ToldApart { from, reason, .. } => say(
            format!("与 {} 不是同一单位：{}", from.0, reason.zh()),
            format!("not the same unit as {}: {}", from.0, reason.en()),
        ),
        EmployerEvent::EmployerClosed { .. } => say("注销", "closed"),
        EmployerEvent::Undone { version, reason, .. } => undone(*version, *reason),
    }
}
