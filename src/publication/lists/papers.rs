//! One document of a placement: its places to sign, what it says, its versions and what was recorded of it.

use super::employers::{DETAILS, detail};
use super::events::told;
use super::placements::{PLACEMENT, arranged};
use super::{CLASS, Lang, NAME, STUDENT_NUMBER, list, name, words};
use crate::app::agreement::shown::{ShownPaper, ShownTerms};
use crate::app::placement::shown::SignedFile;
use crate::app::target::short_id;
use crate::domain::agreement::signing::{DocumentRef, SigningManner, Slot, SlotState};
use crate::domain::agreement::terms::{AgreementHead, Clause};
use crate::domain::terms::Term as _;
use crate::publication::list::{ListValue, Listing};

/// A document and its version.
pub fn titled(paper: DocumentRef, lang: Lang) -> String {
    let DocumentRef { kind, version } = paper;
    lang.of(format!("{}第 {version} 版", kind.zh()), format!("{}, version {version}", kind.en()))
}

/// How far a place to sign has come.
pub fn slot_said(slot: &Slot, lang: Lang) -> String {
    match slot.state {
        SlotState::Requested => lang.of("还没有签", "not signed yet").to_owned(),
        SlotState::Viewed => lang.of("看过，还没有签", "seen, not signed yet").to_owned(),
        SlotState::Revoked => {
            lang.of("签署不作数，要重新签", "the signature did not count; to be signed again").to_owned()
        }
        SlotState::Refused(reason) => lang.of(format!("拒签：{}", reason.zh()), format!("refused: {}", reason.en())),
        SlotState::Signed { manner: SigningManner::Paper { .. }, .. } => lang.of("纸质", "on paper").to_owned(),
        SlotState::Signed { manner: SigningManner::Electronic { .. }, .. } => {
            lang.of("电子", "electronically").to_owned()
        }
        SlotState::Signed { manner: SigningManner::OnBehalf { reason, authority, .. }, .. } => lang.of(
            format!("代签：{}，{}", reason.zh(), authority.zh()),
            format!("by somebody else: {}, by {}", reason.en(), authority.en()),
        ),
    }
}

/// What a file behind a signature is.
pub fn file_word(file: SignedFile, lang: Lang) -> &'static str {
    match file {
        SignedFile::Scan => lang.of("扫描件", "scan"),
        SignedFile::Proof => lang.of("凭据", "proof"),
        SignedFile::Authority => lang.of("代签依据", "authority to sign"),
    }
}

/// What an agreement says under its heads.
pub fn terms(says: &ShownTerms, lang: Lang) -> Vec<(String, String)> {
    let mut rows: Vec<(String, String)> =
        arranged(&says.arranged, lang).into_iter().map(|(item, content)| (item.to_owned(), content)).collect();
    rows.push((lang.of("自哪天", "holds from").to_owned(), says.holds_from.to_string()));
    let mut tell = |head: AgreementHead, content: String| rows.push((words(head, lang), content));
    let said = &says.particulars;
    if let Some(of) = said.conditions {
        let (meals, lodging) = (words(of.meals, lang), words(of.lodging, lang));
        let (hours, days) = (of.day_hours_max, of.week_days_max);
        let content = lang.of(
            format!("用餐{meals}，住宿{lodging}，每天不超过 {hours} 小时，每周不超过 {days} 天"),
            format!("meals: {meals}; lodging: {lodging}; {hours} hours a day and {days} days a week at most"),
        );
        tell(AgreementHead::Conditions, content);
    }
    if let Some(of) = said.payment {
        let (method, day) = (words(of.method, lang), of.day_of_month);
        tell(
            AgreementHead::Pay,
            lang.of(format!("每月 {day} 日，{method}"), format!("{method} on day {day} of the month")),
        );
    }
    if let Some(of) = said.insured {
        let (kind, buyer) = (words(of.kind, lang), words(of.buyer, lang));
        tell(
            AgreementHead::Insurance,
            lang.of(format!("{kind}，{buyer}购买"), format!("{kind}, bought by the {buyer}")),
        );
    }
    let heads = [
        (AgreementHead::Work, said.content),
        (AgreementHead::Protection, said.protection),
        (AgreementHead::Assessment, said.assessment),
        (AgreementHead::Liability, said.liability),
        (AgreementHead::Other, said.other),
    ];
    for ((head, clause), wording) in heads.into_iter().zip(&says.wordings) {
        let of_template = || lang.of("按范本", "as the template words it").to_owned();
        match clause {
            Some(Clause::Template) => tell(head, of_template()),
            Some(Clause::Own(_)) => tell(head, wording.clone().unwrap_or_default()),
            None => (),
        }
    }
    rows
}

/// The document as a list.
pub(super) fn paper(shown: &ShownPaper, lang: Lang) -> Listing {
    let titled = |paper| titled(paper, lang);
    let title = titled(shown.paper.paper);
    let columns = [CLASS, STUDENT_NUMBER, NAME, PLACEMENT].into_iter().chain(DETAILS).collect();
    let mut rows = vec![detail(lang.of("状态", "state"), words(shown.paper.state, lang), None)];
    if let Some(round) = &shown.paper.round {
        rows.push(detail(lang.of("发出", "sent"), round.document.to_string(), Some(round.sent_on)));
        for (slot, who) in round.slots.iter().zip(&shown.signatories) {
            let party = words(slot.party, lang);
            let item = match who {
                Some(who) => lang.of(format!("{party}（{who}）"), format!("{party} ({who})")),
                None => party,
            };
            let signed = slot.signed();
            rows.push(detail(&item, slot_said(slot, lang), signed.map(|(_, day)| day)));
            for (file, hash) in signed.into_iter().flat_map(|(manner, _)| SignedFile::behind(manner)) {
                rows.push(detail(&format!("{item} {}", file_word(file, lang)), hash.to_string(), None));
            }
        }
        let count = format!("{}/{}", shown.signed_by_day, round.slots.len());
        rows.push(detail(lang.of("那天已签", "signed by that day"), count, Some(shown.on)));
    }
    if shown.holds {
        let bound = lang.of("那天以这一版为准", "this version binds on that day");
        rows.push(detail(lang.of("效力", "binding"), bound, Some(shown.on)));
    }
    let says = shown.says.iter().flat_map(|says| terms(says, lang));
    rows.extend(says.map(|(item, content)| detail(&item, content, None)));
    let others = shown.versions.iter().filter(|(other, _)| *other != shown.paper.paper);
    rows.extend(others.map(|(other, state)| detail(&titled(*other), words(*state, lang), None)));
    rows.extend(shown.history.iter().map(|listed| told(listed, lang)));
    let student = &shown.student;
    let who: [ListValue; 4] = [
        student.class.as_str().into(),
        student.student_number.clone().into(),
        name(student.name.as_deref(), lang),
        short_id(shown.placement.0).into(),
    ];
    let rows = rows.into_iter().map(|row| who.iter().cloned().chain(row).collect()).collect();
    let title = (title.clone(), title);
    Listing { rows, repeated: 4, ..list(lang, title, columns, ("没有记录", "Nothing is recorded")) }
}
