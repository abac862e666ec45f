//! Schools, staff, tokens, students, imports, final classes and exemptions.

use super::{CLASS, ID, Lang, NAME, REASON, SCHOOL, STUDENT_NUMBER, by, left, list, name, right, text, word, words};
use crate::app::account::NamedStaff;
use crate::app::exemption::Applicant;
use crate::app::import::ListedImport;
use crate::app::session::ListedSession;
use crate::app::student::{FoundStudent, FoundStudents};
use crate::app::target::short_id;
use crate::app::token::ListedToken;
use crate::domain::account::SetUp;
use crate::domain::school::SchoolEntry;
use crate::domain::terms::Term as _;
use crate::projections::final_year::SeasonPlan;
use crate::publication::list::{ListValue, Listing};
use crate::text::instants;

pub(super) fn schools(schools: &[SchoolEntry], lang: Lang) -> Listing {
    let title = (format!("学校：{} 所", schools.len()), format!("Schools: {}", schools.len()));
    let columns =
        vec![left("code", "学校代码", "code"), left("category", "类别", "category"), left("name", "名称", "name")];
    let empty = ("还没有登记学校；请先登记，或导入学校名单", "No school is registered yet; register or import schools");
    let row = |school: &SchoolEntry| {
        vec![school.code.as_str().into(), word(school.category, lang), school.name.as_str().into()]
    };
    Listing { rows: schools.iter().map(row).collect(), ..list(lang, title, columns, empty) }
}

pub(super) fn accounts(accounts: &[NamedStaff], lang: Lang) -> Listing {
    let title = (format!("人员：{} 人", accounts.len()), format!("Staff: {}", accounts.len()));
    let columns = vec![
        NAME,
        left("role", "角色", "role"),
        SCHOOL,
        CLASS,
        left("set_up", "登录", "signing in"),
        left("disabled_since", "停用日期", "disabled since"),
        REASON,
        left("deputy", "代理人", "deputy"),
        left("deputy_until", "代理至", "deputy until"),
        ID,
    ];
    let empty = ("还没有登记人员；请先登记", "No member of staff is registered yet; register one first");
    let row = |member: &NamedStaff| {
        let scope = &member.staff.scope;
        vec![
            text(&member.name),
            word(member.staff.role, lang),
            scope.school().map(|school| school.as_str()).into(),
            scope.class().map(|class| class.as_str()).into(),
            set_up(member.set_up, lang).into(),
            member.disabled.map(|(since, _)| since).into(),
            member.disabled.map(|(_, reason)| lang.of(format!("停用：{}", reason.zh()), reason.en())).into(),
            member.deputy.as_ref().map(|(name, _)| name.as_str()).into(),
            member.deputy.as_ref().map(|(_, until)| *until).into(),
            short_id(member.staff.id.0).into(),
        ]
    };
    Listing { rows: accounts.iter().map(row).collect(), ..list(lang, title, columns, empty) }
}

/// Whether an account is set up to sign in.
fn set_up(set_up: SetUp, lang: Lang) -> String {
    match set_up {
        SetUp::No => lang.of("没有邀请", "not invited").to_owned(),
        SetUp::Invited { until } => lang.of(format!("已邀请，到 {until}"), format!("invited until {until}")),
        SetUp::Yes => lang.of("已设置", "set up").to_owned(),
    }
}

pub(super) fn tokens(tokens: &[ListedToken], lang: Lang) -> Listing {
    let title = (format!("令牌：{} 个", tokens.len()), format!("Tokens: {}", tokens.len()));
    let columns = vec![
        left("label", "名称", "label"),
        left("owner", "所属人员", "owner"),
        left("until", "有效至", "holds until"),
        left("reads_only", "权限", "rights"),
        left("revoked_on", "吊销日期", "revoked on"),
        ID,
    ];
    let empty = ("没有令牌；程序要用时请先签发", "There is no token; have one issued for a program that needs it");
    let row = |token: &ListedToken| {
        vec![
            text(&token.label),
            text(&token.owner_name),
            token.until.into(),
            if token.reads_only { lang.of("只读", "reads only") } else { lang.of("可办理", "may record") }.into(),
            token.revoked_on.into(),
            short_id(token.token.0).into(),
        ]
    };
    Listing { rows: tokens.iter().map(row).collect(), ..list(lang, title, columns, empty) }
}

pub(super) fn sessions(sessions: &[ListedSession], lang: Lang) -> Listing {
    let title = (format!("登录：{} 处", sessions.len()), format!("Sessions: {}", sessions.len()));
    let columns = vec![
        left("owner", "人员", "member of staff"),
        left("created_at", "登录时间", "since"),
        left("seen_at", "最近使用", "last seen"),
        left("ends_at", "最迟结束", "ends at the latest"),
        left("agent", "浏览器", "browser"),
        left("address", "网络", "network"),
        left("is_own", "说明", "remark"),
        ID,
    ];
    let empty = ("没有人登录", "Nobody is signed in");
    let row = |session: &ListedSession| {
        vec![
            text(&session.owner_name),
            instants::rfc3339(session.created_at).into(),
            instants::rfc3339(session.seen_at).into(),
            instants::rfc3339(session.ends_at).into(),
            text(&session.agent),
            text(&session.address),
            if session.is_own { lang.of("这一处", "this one") } else { "" }.into(),
            short_id(session.session.0).into(),
        ]
    };
    Listing { rows: sessions.iter().map(row).collect(), ..list(lang, title, columns, empty) }
}

pub(super) fn students(FoundStudents { students, left_off }: &FoundStudents, lang: Lang) -> Listing {
    let count = students.len() + left_off;
    let title = (format!("学生：{count} 人"), format!("Students: {count}"));
    let note = lang.of(
        format!("只列前 {} 人，还有 {left_off} 人；请写得更具体，或只找一所学校", students.len()),
        format!("only the first {}, and {left_off} more; say more, or look in one school", students.len()),
    );
    let columns = vec![
        SCHOOL,
        CLASS,
        STUDENT_NUMBER,
        NAME,
        left("standing", "学籍状态", "standing"),
        left("document_number", "证件号码", "document number"),
        left("phone", "电话", "phone"),
        ID,
    ];
    let empty = (
        "您的范围内没有这样的学生；可查姓名的一部分、完整的学号或证件号码、编号的后 8 位",
        "No such student in your scope; look for a part of the name, a whole number, or the last 8 characters of the id",
    );
    let row = |found: &FoundStudent| {
        vec![
            found.school.as_str().into(),
            found.student.class.as_str().into(),
            found.student.student_number.clone().into(),
            name(found.student.name.as_deref(), lang),
            word(found.standing, lang),
            found.document_number.clone().into(),
            found.phone.clone().into(),
            found.student.id.as_str().into(),
        ]
    };
    let notes = Some(note).filter(|_| *left_off > 0).into_iter().collect();
    Listing { rows: students.iter().map(row).collect(), notes, ..list(lang, title, columns, empty) }
}

pub(super) fn imports(imports: &[ListedImport], lang: Lang) -> Listing {
    let title = (format!("导入：{} 次", imports.len()), format!("Imports: {}", imports.len()));
    let columns = vec![
        left("recorded_at", "时间", "recorded at"),
        left("file", "文件", "file"),
        left("kind", "种类", "kind"),
        SCHOOL,
        left("state", "状态", "state"),
        right("new", "新增", "new"),
        right("changed", "更改", "changed"),
        right("unchanged", "不变", "unchanged"),
        right("held", "暂不生效", "held"),
        right("rejected", "拒绝", "rejected"),
        left("by", "谁", "by"),
        ID,
    ];
    let empty = ("还没有导入过文件", "No file was imported yet");
    let row = |listed: &ListedImport| {
        let (batch, counts) = (&listed.batch, listed.batch.counts);
        let state = match batch.state.as_str() {
            "applied" => ("已导入", "imported"),
            "undone" => ("已撤销", "undone"),
            _ => ("未完成", "not finished"),
        };
        vec![
            ListValue::Instant(batch.recorded_at),
            text(&listed.file_name),
            listed.kind.map(|kind| words(kind, lang)).into(),
            batch.school.as_deref().unwrap_or(lang.of("全市", "city")).into(),
            lang.of(state.0, state.1).into(),
            i64::from(counts.new).into(),
            i64::from(counts.changed).into(),
            i64::from(counts.unchanged).into(),
            i64::from(counts.held).into(),
            i64::from(counts.rejected).into(),
            by(listed.by.as_ref(), lang),
            short_id(batch.batch.0).into(),
        ]
    };
    Listing { rows: imports.iter().map(row).collect(), ..list(lang, title, columns, empty) }
}

pub(super) fn seasons(plans: &[SeasonPlan], lang: Lang) -> Listing {
    let title = (format!("毕业班计划：{} 份", plans.len()), format!("Plans of final classes: {}", plans.len()));
    let columns = vec![
        SCHOOL,
        right("version", "第几号", "number"),
        left("from", "起始日", "from"),
        left("last_day", "最后一天", "last day"),
        right("class_count", "班级数", "classes"),
        left("classes", "毕业班", "final classes"),
    ];
    let empty = (
        "没有当天有效的计划；请先写明毕业班和实习起止日期",
        "No plan holds on the day; say the final classes and the days of their internship first",
    );
    let row = |plan: &SeasonPlan| {
        vec![
            plan.school.as_str().into(),
            plan.version.into(),
            plan.from.into(),
            plan.last_day.into(),
            i64::try_from(plan.classes.len()).unwrap_or(i64::MAX).into(),
            plan.classes.join(lang.of("、", ", ")).into(),
        ]
    };
    Listing { rows: plans.iter().map(row).collect(), ..list(lang, title, columns, empty) }
}

pub(super) fn exemptions(applicants: &[Applicant], lang: Lang) -> Listing {
    let title =
        (format!("免实习：{} 人", applicants.len()), format!("Exemptions from internship: {}", applicants.len()));
    let columns = vec![
        SCHOOL,
        CLASS,
        STUDENT_NUMBER,
        NAME,
        REASON,
        left("stage", "状态", "state"),
        left("since", "自哪天", "since"),
        right("version", "第几号", "number"),
        left("evidence", "证明", "evidence"),
        ID,
    ];
    let empty = ("您的范围内没有人申请免实习", "Nobody in your scope has applied for an exemption");
    let row = |applicant: &Applicant| {
        let (student, application) = (&applicant.student, &applicant.application);
        vec![
            applicant.school.as_str().into(),
            student.class.as_str().into(),
            student.student_number.clone().into(),
            name(student.name.as_deref(), lang),
            word(application.ground, lang),
            word(application.stage, lang),
            application.since.into(),
            i64::try_from(applicant.last).unwrap_or(i64::MAX).into(),
            application.evidence.map(|hash| hash.short()).into(),
            student.id.as_str().into(),
        ]
    };
    Listing { rows: applicants.iter().map(row).collect(), ..list(lang, title, columns, empty) }
}
