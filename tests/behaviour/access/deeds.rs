//! What is said of each action, as a page or another system would write it in JSON.

use gradtrail::app::actions::{Action, Command, Question};
use serde_json::{Value, json};

use crate::support::with;

/// What of somebody's data an action is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// One student.
    Student,
    /// What a whole school has: its hosts, its plans, its files.
    School,
    /// A list of a class.
    Class,
    /// A file that the office of a school imported.
    Batch,
    /// What is the same for everybody who may.
    Nothing,
}

/// Whose data it is.
#[derive(Debug, Clone)]
pub struct Data {
    pub school: String,
    pub class: String,
    pub student: String,
    /// Of this student, with an agreement that is drafted.
    pub placement: String,
    /// An import of this school.
    pub batch: String,
    /// A file that proves something of this student.
    pub hash: String,
}

pub enum Deed {
    Command(Command),
    Question(Question),
}

/// The credit code of a unit that all schools see.
pub const UNIT: &str = "91330700MA28A00001";
/// A member of staff whose account nobody else needs.
pub const SPARE: &str = "备用人员";
/// The name of a mentor of the first school.
pub const MENTOR: &str = "第一教师";

fn command(value: Value) -> Deed {
    let text = value.to_string();
    Deed::Command(serde_json::from_value(value).unwrap_or_else(|error| panic!("{error}: {text}")))
}

fn question(value: Value) -> Deed {
    let text = value.to_string();
    Deed::Question(serde_json::from_value(value).unwrap_or_else(|error| panic!("{error}: {text}")))
}

/// An order of a stream: the noun, the verb, what is said.
fn order(noun: &str, verb: &str, said: Value) -> Deed {
    command(json!({ noun: { verb: said } }))
}

/// One way of taking the action on some data. An action without a row here does not compile.
pub fn deed(action: Action, data: &Data) -> (Bound, Deed) {
    let student = json!({ "student": data.student });
    let unit = json!({ "employer": UNIT, "school": data.school });
    let list = json!({ "school": data.school, "class": data.class });
    let of_school = json!({ "school": data.school });
    let year = json!({ "year": 2023, "school": data.school });
    let placement = |verb: &str, more: Value| (Bound::Student, order("placement", verb, with(student.clone(), more)));
    let agreement = |verb: &str, more: Value| (Bound::Student, order("agreement", verb, with(student.clone(), more)));
    let exemption = |verb: &str, more: Value| (Bound::Student, order("exemption", verb, with(student.clone(), more)));
    let said = |noun: &str, verb: &str, more: Value| (Bound::Student, order(noun, verb, with(student.clone(), more)));
    let host = |verb: &str, more: Value| (Bound::School, order("host", verb, with(unit.clone(), more)));
    let employer = |bound: Bound, verb: &str, more: Value| (bound, order("employer", verb, with(unit.clone(), more)));
    let account =
        |verb: &str, more: Value| (Bound::Nothing, order("account", verb, with(json!({ "staff": SPARE }), more)));
    match action {
        Action::SchoolAdd => {
            let said = json!({ "code": "33070077", "name": "七中", "category": "private" });
            (Bound::Nothing, order("school", "add", said))
        }
        Action::SchoolList => (Bound::Nothing, question(json!({ "schools": {} }))),
        Action::StaffAdd => (
            Bound::Nothing,
            order("account", "add", json!({ "name": "新人", "role": "officer", "school": data.school })),
        ),
        Action::StaffChange => account("change", json!({ "role": "officer", "school": data.school })),
        Action::StaffHandOver => account("hand_over", json!({ "to": SPARE })),
        Action::StaffDeputise => {
            let days = json!({ "from": "2099-09-01", "to": "2099-09-30" });
            (Bound::Nothing, order("account", "deputise", with(days, json!({ "staff": MENTOR, "deputy": MENTOR }))))
        }
        Action::StaffEndDeputy => (Bound::Nothing, order("account", "end_deputy", json!({ "staff": MENTOR }))),
        Action::StaffDisable => account("disable", json!({ "reason": "left" })),
        Action::StaffEnable => account("enable", json!({})),
        Action::StaffRename => account("rename", json!({ "name": SPARE })),
        Action::StaffUndo => account("undo", json!({ "version": 99, "reason": "entry_error" })),
        Action::StaffInvite => account("invite", json!({})),
        Action::StaffInviteSchool => (Bound::School, order("account", "invite_school", of_school)),
        Action::StaffWaive => account("waive_second_factor", json!({ "reason": "no_device" })),
        Action::SessionRevoke => account("revoke_sessions", json!({ "session": "00000000" })),
        Action::SessionList => (Bound::Nothing, question(json!({ "sessions": {} }))),
        Action::StaffMail => (Bound::Nothing, order("account", "mail", json!({ "digest": "daily" }))),
        Action::MailList => (Bound::Nothing, question(json!({ "mail": {} }))),
        Action::StaffList => (Bound::Nothing, question(json!({ "accounts": {} }))),
        Action::TokenIssue => {
            (Bound::Nothing, order("account", "issue_token", json!({ "label": "排课系统", "reads_only": true })))
        }
        Action::TokenRevoke => account("revoke_token", json!({ "token": "00000000" })),
        Action::TokenList => (Bound::Nothing, question(json!({ "tokens": {} }))),
        Action::StudentFind => {
            (Bound::Nothing, question(json!({ "students": { "text": data.student, "school": null } })))
        }
        Action::StudentList => (Bound::Class, question(json!({ "roster": list }))),
        Action::StudentShow => (Bound::Student, question(json!({ "student_file": student }))),
        Action::ClassList => (Bound::Class, question(json!({ "classes": list }))),
        Action::StudentErase => {
            (Bound::Student, command(json!({ "erase": { "person": data.student, "reason": "request" } })))
        }
        Action::Import => {
            let roster = format!(
                "学校代码,姓名,证件号码,专业代码,班级,学籍状态,毕业日期\n{},新生,330702200703159996,700206,{},在籍,\n",
                data.school, data.class
            );
            let file = json!({ "name": "roster.csv", "bytes": hex::encode(roster) });
            (Bound::School, command(json!({ "import": { "files": [file], "check": true, "school": data.school } })))
        }
        Action::ImportUndo => {
            (Bound::Batch, command(json!({ "undo_import": { "batch": data.batch, "reason": "wrong_file" } })))
        }
        Action::ImportList => (Bound::Nothing, question(json!({ "imports": {} }))),
        Action::EmployerRegister => {
            let said = json!({ "name": "南方机械厂", "school": data.school });
            (Bound::School, order("employer", "register", said))
        }
        Action::EmployerProfile => employer(Bound::Nothing, "profile", json!({ "size": "small" })),
        Action::EmployerStaff => employer(Bound::Nothing, "staff", json!({ "total": 10 })),
        Action::EmployerMerge => employer(Bound::Nothing, "merge", json!({ "into": "不存在的单位" })),
        Action::EmployerTellApart => {
            employer(Bound::Nothing, "tell_apart", json!({ "apart_from": "不存在的单位", "reason": "branch" }))
        }
        Action::EmployerClose => employer(Bound::Nothing, "close", json!({ "employer": "不存在的单位" })),
        Action::EmployerCorrect => employer(Bound::Nothing, "correct", json!({})),
        Action::EmployerUndo => employer(Bound::Nothing, "undo", json!({ "version": 99, "reason": "entry_error" })),
        Action::EmployerShow => (Bound::Nothing, question(json!({ "employer": unit }))),
        Action::EmployerList => {
            (Bound::School, question(json!({ "employers": with(of_school, json!({ "all": false })) })))
        }
        Action::EmployerDuplicates => (Bound::School, question(json!({ "duplicates": of_school }))),
        Action::EmployerInterns => {
            let days = json!({ "employer": UNIT, "from": "2023-07-01", "to": "2023-07-01" });
            (Bound::School, question(json!({ "interns": with(of_school, days) })))
        }
        Action::HostPropose => host("propose", json!({})),
        Action::HostVisit => host("visit", json!({ "all": "met", "finding": ["safety=met"] })),
        Action::HostAccept => {
            (Bound::School, order("host", "accept", json!({ "employer": UNIT, "school": data.school })))
        }
        Action::HostRefuse => host("refuse", json!({ "reason": "unsafe" })),
        Action::HostPublish => host("publish", json!({})),
        Action::HostSuspend => host("suspend", json!({ "reason": "unsafe" })),
        Action::HostResume => host("resume", json!({})),
        Action::HostFramework => host("framework", json!({ "until": "2029-01-01" })),
        Action::HostContact => host("contact", json!({ "name": "联系人" })),
        Action::HostUndo => host("undo", json!({ "version": 99, "reason": "entry_error" })),
        Action::HostShow => (Bound::School, question(json!({ "host": unit }))),
        Action::HostList => (Bound::School, question(json!({ "hosts": of_school }))),
        Action::SeasonPlan => {
            let days = json!({ "first_day": "2023-07-01", "last_day": "2023-12-31" });
            let plan = json!({ "year": 2024, "school": data.school, "class": [data.class] });
            (Bound::School, order("season", "plan", with(plan, days)))
        }
        Action::SeasonUndo => {
            let said = json!({ "year": 2024, "school": data.school, "version": 99, "reason": "entry_error" });
            (Bound::School, order("season", "undo", said))
        }
        Action::SeasonList => (Bound::School, question(json!({ "seasons": of_school }))),
        Action::PublicationRecord => {
            let said = json!({
                "year": 2019, "school": data.school, "figure": "employment_rate", "numerator": 9, "denominator": 10,
                "definition": "ours", "medium": "bulletin", "title": "统计公报", "published_on": "2020-01-15",
            });
            (Bound::School, order("publication", "record", said))
        }
        Action::PublicationWithdraw => {
            let said = json!({ "year": 2019, "school": data.school, "figure": "employment_rate", "reason": "other" });
            (Bound::School, order("publication", "withdraw", said))
        }
        Action::PublicationUndo => {
            let said = json!({ "year": 2019, "school": data.school, "version": 99, "reason": "entry_error" });
            (Bound::School, order("publication", "undo", said))
        }
        Action::PublicationList => (Bound::School, question(json!({ "publications": { "school": data.school } }))),
        Action::PlacementDraft => placement("draft", json!({ "submit": false })),
        Action::PlacementRevise => placement("revise", json!({ "pay": 2500 })),
        Action::PlacementSubmit => placement("submit", json!({})),
        Action::PlacementEvaluate => placement("evaluate", json!({ "verdict": "passed" })),
        Action::PlacementReturn => placement("return", json!({ "reason": "entry_error" })),
        Action::PlacementReject => placement("reject", json!({ "reason": "host_unsuitable" })),
        Action::PlacementApprove => placement("approve", json!({})),
        Action::PlacementLate => placement("late", json!({ "reason": "overlooked" })),
        Action::PlacementReady => placement("ready", json!({})),
        Action::PlacementArrive => placement("arrive", json!({})),
        Action::PlacementNoShow => placement("no_show", json!({ "reason": "health" })),
        Action::PlacementChangeHost => {
            placement("change_host", json!({ "from": "2023-07-02", "reason": "host_asked", "host": UNIT }))
        }
        Action::PlacementChangeSite => {
            placement("change_site", json!({ "from": "2023-07-02", "reason": "host_asked", "post": "钣金" }))
        }
        Action::PlacementChangeMentor => {
            placement("change_mentor", json!({ "from": "2023-07-02", "reason": "host_asked", "mentor": "周师傅" }))
        }
        Action::PlacementChangePeriod => placement(
            "change_period",
            json!({ "from": "2023-07-02", "reason": "host_asked", "last_day": "2023-11-30" }),
        ),
        Action::PlacementChangePay => {
            placement("change_pay", json!({ "from": "2023-07-02", "reason": "host_asked", "pay": 2600 }))
        }
        Action::PlacementSuspend => placement("suspend", json!({ "reason": "health" })),
        Action::PlacementResume => placement("resume", json!({})),
        Action::PlacementEnd => placement("end", json!({ "by": "student", "reason": "health" })),
        Action::PlacementCancel => placement("cancel", json!({ "reason": "health" })),
        Action::PlacementUndo => placement("undo", json!({ "version": 99, "reason": "entry_error" })),
        Action::PlacementShow => (Bound::Student, question(json!({ "placement": student }))),
        Action::AgreementPaper => {
            let input = json!({ "placement": data.placement, "document": "agreement" });
            (Bound::Student, question(json!({ "paper": input })))
        }
        Action::AgreementDraft => agreement("draft", json!({ "send": false })),
        Action::AgreementSend => agreement("send", json!({})),
        Action::AgreementSign => agreement("sign", json!({ "party": "all", "electronic": false })),
        Action::AgreementScan => {
            let file = json!({ "name": "scan.pdf", "bytes": "00" });
            agreement("scan", json!({ "party": "all", "file": file }))
        }
        Action::AgreementCollect => {
            let file = json!({ "name": "scan.jpg", "bytes": "ffd8ff" });
            let assign = [format!("1={}/commitment", data.student)];
            (Bound::Student, order("agreement", "collect", json!({ "files": [file], "assign": assign })))
        }
        Action::AgreementRevoke => agreement("revoke", json!({ "party": "host", "reason": "signature_wrong" })),
        Action::AgreementRefuse => agreement("refuse", json!({ "party": "host", "reason": "pay" })),
        Action::AgreementRecall => agreement("recall", json!({ "reason": "entry_error" })),
        Action::AgreementAmend => agreement("amend", json!({ "from": "2023-07-02" })),
        Action::AgreementTerminate => agreement("terminate", json!({ "by": "student", "reason": "health" })),
        Action::AgreementVoid => agreement("void", json!({ "reason": "entry_error" })),
        Action::AgreementUndo => agreement("undo", json!({ "version": 99, "reason": "entry_error" })),
        Action::StudentCorrectNumber => {
            let order = json!({ "student": data.student, "number": "330702200703159996" });
            (Bound::Student, command(json!({ "student": { "correct_number": order } })))
        }
        Action::StudentStanding => {
            let order = json!({ "student": data.student, "standing": "on_leave", "on": "2023-07-01" });
            (Bound::Student, command(json!({ "student": { "standing": order } })))
        }
        Action::OutcomeSay => said("outcome", "say", json!({ "kind": "seeking", "from": "2023-07-01" })),
        Action::OutcomeReview => said("outcome", "review", json!({ "from": "2023-07-01", "step": "open" })),
        Action::OutcomeJudge => said("outcome", "judge", json!({ "from": "2023-07-01", "level": "near" })),
        Action::OutcomeShow => {
            (Bound::Student, question(json!({ "statements": { "student": data.student, "school": null } })))
        }
        Action::StudySay => said(
            "study",
            "say",
            json!({ "college": "某学院", "channel": "vocational_exam", "level": "junior_college", "admitted": "2023-07-20" }),
        ),
        Action::StudyExam => said("study", "exam", json!({ "on": "2023-06-11" })),
        Action::StudyReview => said("study", "review", json!({ "from": "2023-07-01", "step": "open" })),
        Action::ConflictResolve => said("conflict", "resolve", json!({ "from": "2023-07-01", "reason": "other" })),
        Action::ExemptionRequest => exemption("request", json!({ "ground": "health" })),
        Action::ExemptionGrant => exemption("grant", json!({})),
        Action::ExemptionRefuse => exemption("refuse", json!({ "reason": "evidence_missing" })),
        Action::ExemptionWithdraw => exemption("withdraw", json!({})),
        Action::ExemptionUndo => exemption("undo", json!({ "version": 99, "reason": "entry_error" })),
        Action::ExemptionList => (Bound::School, question(json!({ "exemptions": { "school": data.school } }))),
        Action::PacketPrint => {
            (Bound::Student, command(json!({ "packet": with(student, json!({ "format": "html", "each": false })) })))
        }
        Action::EvidenceGet => (Bound::Student, question(json!({ "evidence": { "hash": data.hash } }))),
        Action::Report => {
            (Bound::School, question(json!({ "report": with(year, json!({ "by": [], "full": false })) })))
        }
        Action::Explain => {
            (Bound::School, question(json!({ "explain": with(year, json!({ "figure": "employment_rate" })) })))
        }
        Action::MissingList => (Bound::School, question(json!({ "missing": year }))),
        Action::StudyList => (Bound::School, question(json!({ "studies": year }))),
        Action::ConflictList => (Bound::School, question(json!({ "conflicts": year }))),
        Action::ReportCompare => (Bound::School, question(json!({ "compare": with(year, json!({ "from": "0" })) }))),
        Action::ReportTrend => (Bound::School, question(json!({ "trend": year }))),
        Action::DefinitionList => (Bound::Nothing, question(json!({ "definitions": {} }))),
        Action::Queue => (Bound::Class, question(json!({ "queue": with(list, json!({ "list": null })) }))),
        Action::AtWork => (Bound::Class, question(json!({ "at_work": with(list, json!({ "count": "placements" })) }))),
        Action::AtWorkCounts => (
            Bound::Class,
            question(json!({ "at_work": with(list, json!({ "by": "site-kind", "count": "placements" })) })),
        ),
        Action::Grid => (Bound::Class, question(json!({ "grid": list }))),
        Action::Head => (Bound::Nothing, question(json!({ "head": {} }))),
        Action::EventList => (Bound::Nothing, question(json!({ "events": { "after": 0, "limit": 1000, "wait": 0 } }))),
        Action::ChangeList => (Bound::Nothing, question(json!({ "changes": { "since": "2020-01-01" } }))),
        Action::History => (Bound::Student, question(json!({ "history": { "id": data.student } }))),
        Action::Check => (Bound::Nothing, question(json!({ "health": {} }))),
    }
}
