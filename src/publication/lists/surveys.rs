//! Campaigns: which there are, how far each is, who stands behind a number, what is sent, what is asked, whom to call.

use super::{CLASS, ID, Lang, NAME, SCHOOL, STUDENT_NUMBER, left, list, name, right, word, words};
use crate::app::survey::shown::{
    ListedSurvey, PlannedMessage, ProgressCell, ShownInvited, ShownQuestionnaire, SurveyDimension, SurveyProgress,
    count,
};
use crate::app::target::short_id;
use crate::domain::survey::destination::STUDY;
use crate::domain::survey::rates::{CountedRate, SurveyPart, SurveyRate};
use crate::domain::terms::{DestinationKind, Term as _};
use crate::publication::list::{ListColumn, ListValue, Listing};

pub(super) fn surveys(listed: &[ListedSurvey], lang: Lang) -> Listing {
    let title = (format!("跟踪调查：{} 项", listed.len()), format!("Campaigns: {}", listed.len()));
    let columns = vec![
        SCHOOL,
        right("year", "届", "year"),
        left("wave", "批次", "wave"),
        left("stage", "状态", "stage"),
        left("since", "自", "since"),
        left("opens_on", "开始", "opens on"),
        left("closes_on", "结束", "closes on"),
        right("questionnaire", "问卷版本", "questionnaire"),
        right("listed", "列入名册", "listed"),
        right("submitted", "本人已答", "answered by themselves"),
        right("returned", "收回", "came back"),
    ];
    let empty = ("还没有跟踪调查；请先起草一项", "There is no campaign yet; draft one first");
    let row = |of: &ListedSurvey| {
        let campaign = &of.campaign;
        let counted = |part| ListValue::from(count(&of.groups, part));
        vec![
            campaign.school.as_str().into(),
            campaign.year.into(),
            word(campaign.wave, lang),
            word(campaign.stage, lang),
            campaign.since.into(),
            campaign.opens_on.into(),
            campaign.closes_on.into(),
            campaign.questionnaire.into(),
            counted(SurveyPart::Listed),
            counted(SurveyPart::Submitted),
            counted(SurveyPart::Returned),
        ]
    };
    Listing { rows: listed.iter().map(row).collect(), ..list(lang, title, columns, empty) }
}

/// The parts that have a column of their own; each with the others of its kind adds up to those listed.
const PARTS: [(&str, SurveyPart); 11] = [
    ("listed", SurveyPart::Listed),
    ("submitted", SurveyPart::Submitted),
    ("partial", SurveyPart::Partial),
    ("proxy", SurveyPart::Proxy),
    ("queued", SurveyPart::Queued),
    ("contacted", SurveyPart::Contacted),
    ("unreachable", SurveyPart::Unreachable),
    ("refused", SurveyPart::Refused),
    ("opted_out", SurveyPart::OptedOut),
    ("not_eligible", SurveyPart::NotEligible),
    ("closed_unanswered", SurveyPart::ClosedUnanswered),
];
const RATES: [(&str, SurveyRate); 6] = [
    ("gross_response", SurveyRate::GrossResponse),
    ("net_response", SurveyRate::NetResponse),
    ("knowledge", SurveyRate::Knowledge),
    ("outcome", SurveyRate::Outcome),
    ("valid_share", SurveyRate::ValidShare),
    ("satisfaction", SurveyRate::Satisfaction),
];

/// The columns of a breakdown, whatever it is by.
pub(super) fn progress_columns() -> Vec<ListColumn> {
    vec![
        SCHOOL,
        left("part", "分组", "part"),
        right("listed", "列入名册", "listed"),
        right("submitted", "本人已答", "answered by themselves"),
        right("partial", "部分完成", "in part"),
        right("proxy", "他人代答", "by somebody else"),
        right("queued", "待访", "not reached yet"),
        right("contacted", "待回访", "to be called again"),
        right("unreachable", "失联", "unreachable"),
        right("refused", "拒访", "refused"),
        right("opted_out", "退订", "opted out"),
        right("not_eligible", "不在范围", "not eligible"),
        right("closed_unanswered", "结束时未答", "unanswered"),
        left("gross_response", "应答率（毛）", "gross response"),
        left("net_response", "应答率（净）", "net response"),
        left("knowledge", "去向知晓率", "knowledge"),
        left("outcome", "落实率", "outcome"),
        left("valid_share", "有效率", "valid share"),
        left("satisfaction", "满意度", "satisfaction"),
    ]
}

pub(super) fn progress(progress: &SurveyProgress, lang: Lang) -> Listing {
    let by = words(progress.by, lang);
    let title = (format!("跟踪调查进展：按{by}"), format!("How far the campaigns are, by {by}"));
    let empty = ("没有这样的调查", "There is no such campaign");
    let row = |cell: &ProgressCell| {
        let part = |index: usize| cell.name.get(index).map(|name| name.in_lang(lang).to_owned());
        let school = part(0).unwrap_or_else(|| lang.of("合计", "all together").to_owned());
        let mut row: Vec<ListValue> = vec![school.into(), part(1).into()];
        row.extend(PARTS.iter().map(|(_, part)| {
            let index = SurveyPart::ALL.iter().position(|known| known == part);
            index.and_then(|index| cell.counts.get(index)).copied().unwrap_or_default().into()
        }));
        row.extend(RATES.iter().map(|(_, rate)| {
            let found = cell.rates.iter().find(|(known, _)| known == rate);
            found.map_or(ListValue::Nothing, |(_, counted)| rated(counted, lang).into())
        }));
        row
    };
    let rows = progress.cells.iter().map(row).collect();
    let notes = vec![
        lang.of(
            "括号内为 95% 置信区间（Wilson）；毛应答率除以应访人数，净应答率再除去失联；满意度只计本人评价，不计无法评估",
            "In brackets the Wilson interval of 95%; gross over all who are eligible, net without the unreachable; satisfaction \
             of what graduates themselves said, without those who cannot say",
        )
        .to_owned(),
        lang.of(
            "各组应答率不同，合计未加权；比较各组时请分别看",
            "Where groups respond differently the total is not weighted; compare them one by one",
        )
        .to_owned(),
    ];
    let columns = progress_columns();
    let is_by_school = progress.by == SurveyDimension::School;
    let mut listing = Listing { rows, notes, ..list(lang, title, columns, empty) };
    if is_by_school {
        listing.columns.remove(1);
        for row in &mut listing.rows {
            row.remove(1);
        }
    }
    listing
}

/// `17 / 20 = 85.00% (63.96–94.76)`
fn rated(counted: &CountedRate, lang: Lang) -> String {
    let CountedRate { numerator, denominator, percent, interval } = counted;
    match (percent, interval) {
        (Some(percent), Some(interval)) => {
            format!("{numerator} / {denominator} = {percent}% ({}–{})", interval.lower, interval.upper)
        }
        _ => lang.of("—（没有人）", "— (nobody)").to_owned(),
    }
}

pub(super) fn invited(invited: &[ShownInvited], lang: Lang) -> Listing {
    let title = (format!("调查对象：{} 人", invited.len()), format!("Graduates of the campaign: {}", invited.len()));
    let columns = vec![
        SCHOOL,
        CLASS,
        STUDENT_NUMBER,
        NAME,
        left("state", "进展", "state"),
        left("answered_by", "答卷人", "answered by"),
        left("status", "去向", "destination"),
        right("calls", "已打电话", "calls"),
        left("last_call", "上次结果", "last call"),
        left("call_back_on", "约回", "call back on"),
        ID,
    ];
    let empty = ("没有这样的人", "There is nobody like that");
    let row = |shown: &ShownInvited| {
        let invited = &shown.invited;
        vec![
            shown.school.as_str().into(),
            invited.class.as_str().into(),
            shown.student_number.as_deref().into(),
            name(shown.name.as_deref(), lang),
            word(invited.counted.state, lang),
            invited.answered_by.map(|by| words(by, lang)).into(),
            invited.counted.status.as_deref().map(|code| status(code, lang)).into(),
            invited.calls.into(),
            invited.last_call.map(|(result, on)| format!("{on} {}", words(result, lang))).into(),
            invited.call_back_on.into(),
            short_id(invited.student.0).into(),
        ]
    };
    Listing { rows: invited.iter().map(row).collect(), ..list(lang, title, columns, empty) }
}

/// The choice of `status`, as people say it.
fn status(code: &str, lang: Lang) -> String {
    if code == STUDY {
        return lang.of("升学就读", "studying").to_owned();
    }
    DestinationKind::from_code(code).map_or(code.to_owned(), |kind| words(kind, lang))
}

pub(super) fn calls(due: &[ShownInvited], lang: Lang) -> Listing {
    let title = (format!("待打电话：{} 人", due.len()), format!("To be called: {}", due.len()));
    let columns = vec![
        SCHOOL,
        CLASS,
        STUDENT_NUMBER,
        NAME,
        left("phone", "电话", "phone"),
        left("state", "进展", "state"),
        right("calls", "已打", "calls"),
        left("last_call", "上次结果", "last call"),
        left("call_back_on", "约回", "call back on"),
        ID,
    ];
    let empty = ("没有要打的电话", "Nobody is to be called");
    let row = |shown: &ShownInvited| {
        let invited = &shown.invited;
        vec![
            shown.school.as_str().into(),
            invited.class.as_str().into(),
            shown.student_number.as_deref().into(),
            name(shown.name.as_deref(), lang),
            shown.phone.as_deref().into(),
            word(invited.counted.state, lang),
            invited.calls.into(),
            invited.last_call.map(|(result, on)| format!("{on} {}", words(result, lang))).into(),
            invited.call_back_on.into(),
            short_id(invited.student.0).into(),
        ]
    };
    Listing { rows: due.iter().map(row).collect(), ..list(lang, title, columns, empty) }
}

pub(super) fn plan(planned: &[PlannedMessage], lang: Lang) -> Listing {
    let title = (format!("要发的消息：{} 次", planned.len()), format!("Messages of the campaign: {}", planned.len()));
    let columns = vec![
        right("number", "第几条", "number"),
        left("kind", "消息", "message"),
        left("on", "日期", "day"),
        left("channel", "渠道", "channel"),
        right("persons", "人数", "persons"),
    ];
    let empty = ("还没有排期", "It is not scheduled yet");
    let row = |planned: &PlannedMessage| {
        vec![
            i64::try_from(planned.number).unwrap_or(i64::MAX).into(),
            word(planned.kind, lang),
            planned.on.into(),
            lang.of("还没有发", "nothing is sent yet").into(),
            planned.persons.into(),
        ]
    };
    let notes = vec![
        lang.of(
            "系统还不会自动发这些消息，请照日期自行通知",
            "Nothing is sent yet: tell the graduates on these days yourselves",
        )
        .to_owned(),
        lang.of(
            "人数是这之前没有人再答时的；答了、拒访、退订、匿名化的不再发，教师知道的和别人代答的照发",
            "So many if nobody answers before; who answered, refused, opted out or was erased gets no more, whom staff knows about or \
             others answered for does",
        )
        .to_owned(),
    ];
    Listing { rows: planned.iter().map(row).collect(), notes, ..list(lang, title, columns, empty) }
}

pub(super) fn questionnaire(shown: &ShownQuestionnaire, lang: Lang) -> Listing {
    let title = &shown.questionnaire.title;
    let title = (
        format!("问卷：{}，第 {} 版", title.zh, shown.version),
        format!("Questionnaire: {}, version {}", title.en, shown.version),
    );
    let columns = vec![
        left("name", "名称", "name"),
        left("type", "题型", "type"),
        left("zh", "中文", "Chinese"),
        left("en", "英文", "English"),
        left("required", "必答", "required"),
        left("relevant", "什么时候问", "asked when"),
        left("constraint", "回答的要求", "constraint"),
        left("choices", "选项", "choices"),
    ];
    let rows = shown.questionnaire.questions.iter().map(|question| {
        let choices = shown.questionnaire.choices(question).iter();
        let choices: Vec<String> =
            choices.map(|choice| format!("{}={}", choice.name, choice.label.in_lang(lang))).collect();
        let condition = |of: &Option<_>| ListValue::from(of.as_ref().map(ToString::to_string));
        vec![
            question.name.as_str().into(),
            question.kind.xlsform().into(),
            question.label.zh.as_str().into(),
            question.label.en.as_str().into(),
            if question.required { lang.of("是", "yes") } else { "" }.into(),
            condition(&question.relevant),
            condition(&question.constraint),
            choices.join(lang.of("；", "; ")).into(),
        ]
    });
    let empty = ("问卷没有题", "The questionnaire has no question");
    Listing { rows: rows.collect(), ..list(lang, title, columns, empty) }
}
