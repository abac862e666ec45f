//! The rates of a campaign, as data: which part of the graduates is divided by which. Pure.
//!
//! Sources: `domain.md` 5: gross and net response (ILO/ETF/Cedefop), knowledge and career outcome (NACE), valid share and
//! satisfaction as Chinese reports print them. Each part is a set of persons, so that every number opens.

use strum::VariantArray;

use serde::{Deserialize, Serialize};

use super::codes::InvitationState;
use super::destination::STUDY;
use crate::domain::figures::{Bounds, percent};
use crate::domain::terms::{DestinationKind, Entry, Term, entry};

/// The normal quantile of a two-sided interval of 95 percent.
const Z: f64 = 1.959_963_984_540_054;

/// How one graduate of a campaign counts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Counted {
    pub state: InvitationState,
    /// An answer is there, whoever gave it, and no required question is open.
    pub is_complete: bool,
    /// The choice of the question `status`.
    pub status: Option<String>,
    /// The choice of the question `satisfaction`, where the graduate answered.
    pub satisfaction: Option<String>,
}

impl Counted {
    /// One of whom nothing came back.
    pub fn silent(state: InvitationState) -> Self {
        Self { state, is_complete: false, status: None, satisfaction: None }
    }
}

/// A part of the graduates of a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum SurveyPart {
    Listed,
    Eligible,
    /// Eligible and not unreachable.
    Reachable,
    Submitted,
    Partial,
    Proxy,
    Queued,
    Contacted,
    Unreachable,
    Refused,
    OptedOut,
    NotEligible,
    ClosedUnanswered,
    /// Something came back, whoever gave it.
    Returned,
    Valid,
    /// It is known where the graduate is.
    Known,
    /// Known and not out of the labour market by choice.
    OutcomeBase,
    /// At work or studying.
    Placed,
    /// Said how satisfied the graduate is, other than that nobody can say.
    Rated,
    Satisfied,
}

impl Term for SurveyPart {
    const NAME: &'static str = "调查人数";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Listed, "listed", "列入名册", &[]),
        entry(Self::Eligible, "eligible", "应访", &[]).en("to be asked at all"),
        entry(Self::Reachable, "reachable", "应访且未失联", &[]).en("eligible and not unreachable"),
        entry(Self::Submitted, "submitted", "本人已答", &[]).en("answered by themselves"),
        entry(Self::Partial, "partial", "部分完成", &[]).en("answered in part"),
        entry(Self::Proxy, "proxy", "他人代答", &[]).en("answered by somebody else"),
        entry(Self::Queued, "queued", "待访", &[]).en("not reached yet"),
        entry(Self::Contacted, "contacted", "待回访", &[]).en("to be called again"),
        entry(Self::Unreachable, "unreachable", "失联", &[]),
        entry(Self::Refused, "refused", "拒访", &[]),
        entry(Self::OptedOut, "opted_out", "退订", &[]),
        entry(Self::NotEligible, "not_eligible", "不在范围", &[]),
        entry(Self::ClosedUnanswered, "closed_unanswered", "结束时未答", &[]).en("unanswered at the end"),
        entry(Self::Returned, "returned", "收回", &[]).en("answers that came back"),
        entry(Self::Valid, "valid", "有效", &[]).en("complete answers"),
        entry(Self::Known, "known", "去向已知", &[]).en("destination known"),
        entry(Self::OutcomeBase, "outcome_base", "去向已知且有意就业升学", &[])
            .en("known, but for those who seek nothing"),
        entry(Self::Placed, "placed", "就业或升学", &[]).en("at work or studying"),
        entry(Self::Rated, "rated", "评价了满意度", &[]).en("rated the school"),
        entry(Self::Satisfied, "satisfied", "满意", &[]),
    ];
}

/// A rate of a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, VariantArray)]
#[serde(rename_all = "snake_case")]
pub enum SurveyRate {
    GrossResponse,
    NetResponse,
    Knowledge,
    Outcome,
    ValidShare,
    Satisfaction,
}

impl Term for SurveyRate {
    const NAME: &'static str = "调查指标";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::GrossResponse, "gross_response", "应答率（毛）", &[]).en("gross response rate"),
        entry(Self::NetResponse, "net_response", "应答率（净，除去失联）", &[])
            .en("net response rate, unreachable out"),
        entry(Self::Knowledge, "knowledge", "去向知晓率", &[]).en("knowledge rate"),
        entry(Self::Outcome, "outcome", "落实率", &[]).en("career outcome rate"),
        entry(Self::ValidShare, "valid_share", "有效率", &[]).en("valid share"),
        entry(Self::Satisfaction, "satisfaction", "满意度", &[]),
    ];
}

impl SurveyRate {
    /// What is divided by what.
    pub fn parts(self) -> (SurveyPart, SurveyPart) {
        match self {
            Self::GrossResponse => (SurveyPart::Submitted, SurveyPart::Eligible),
            Self::NetResponse => (SurveyPart::Submitted, SurveyPart::Reachable),
            Self::Knowledge => (SurveyPart::Known, SurveyPart::Eligible),
            Self::Outcome => (SurveyPart::Placed, SurveyPart::OutcomeBase),
            Self::ValidShare => (SurveyPart::Valid, SurveyPart::Returned),
            Self::Satisfaction => (SurveyPart::Satisfied, SurveyPart::Rated),
        }
    }
}

impl SurveyPart {
    /// Every part, in the order of the vocabulary.
    pub const ALL: &'static [Self] = Self::VARIANTS;

    /// Whether a graduate is in the part.
    pub fn has(self, of: &Counted) -> bool {
        use InvitationState as State;
        let kind = of.status.as_deref().and_then(DestinationKind::from_code);
        let is_eligible = of.state != State::NotEligible;
        let studies = of.status.as_deref() == Some(STUDY);
        let is_known = is_eligible && (studies || kind.is_some());
        let is_returned = matches!(of.state, State::Submitted | State::Partial | State::Proxy);
        let has_rated = |so: &[&str]| is_returned && of.satisfaction.as_deref().is_some_and(|said| so.contains(&said));
        match self {
            Self::Listed => true,
            Self::Eligible => is_eligible,
            Self::Reachable => is_eligible && of.state != State::Unreachable,
            Self::Submitted => of.state == State::Submitted,
            Self::Partial => of.state == State::Partial,
            Self::Proxy => of.state == State::Proxy,
            Self::Queued => of.state == State::Queued,
            Self::Contacted => of.state == State::Contacted,
            Self::Unreachable => of.state == State::Unreachable,
            Self::Refused => of.state == State::Refused,
            Self::OptedOut => of.state == State::OptedOut,
            Self::NotEligible => !is_eligible,
            Self::ClosedUnanswered => of.state == State::ClosedUnanswered,
            Self::Returned => is_returned,
            Self::Valid => matches!(of.state, State::Submitted | State::Proxy) && of.is_complete,
            Self::Known => is_known,
            Self::OutcomeBase => is_known && kind != Some(DestinationKind::NotSeeking),
            Self::Placed => is_known && (studies || kind.is_some_and(|kind| kind.employment().is_some())),
            Self::Rated => has_rated(&["very_satisfied", "satisfied", "dissatisfied", "very_dissatisfied"]),
            Self::Satisfied => has_rated(&["very_satisfied", "satisfied"]),
        }
    }
}

/// A rate that was counted: persons over persons, percent, and the Wilson interval of 95 percent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedRate {
    pub numerator: i64,
    pub denominator: i64,
    pub percent: Option<String>,
    pub interval: Option<Bounds>,
}

impl CountedRate {
    pub fn of(numerator: i64, denominator: i64) -> Self {
        let percent = percent(numerator, denominator);
        Self { numerator, denominator, percent, interval: wilson(numerator, denominator) }
    }
}

/// Wilson's score interval of 95 percent, in percent with two decimals; none over nobody.
pub fn wilson(numerator: i64, denominator: i64) -> Option<Bounds> {
    if denominator <= 0 {
        return None;
    }
    let (n, p) = (denominator as f64, numerator as f64 / denominator as f64);
    let scale = 1.0 + Z * Z / n;
    let centre = (p + Z * Z / (2.0 * n)) / scale;
    let reach = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt() / scale;
    let shown = |bound: f64| format!("{:.2}", (bound * 100.0).clamp(0.0, 100.0));
    Some(Bounds { lower: shown(centre - reach), upper: shown(centre + reach) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_s_interval_is_that_of_the_textbook() {
        // Brown, Cai and DasGupta (2001): 0 of 10 and 5 of 10; 81 of 263 is Newcombe's (1998) example.
        let bounds = |numerator, denominator| wilson(numerator, denominator).map(|of| (of.lower, of.upper));
        assert_eq!(bounds(81, 263), Some(("25.53".to_owned(), "36.62".to_owned())));
        assert_eq!(bounds(0, 10), Some(("0.00".to_owned(), "27.75".to_owned())));
        assert_eq!(bounds(10, 10), Some(("72.25".to_owned(), "100.00".to_owned())));
        assert_eq!(bounds(0, 0), None);
    }

    #[test]
    fn each_numerator_is_a_part_of_its_denominator() {
        let statuses = [None, Some(STUDY), Some("enterprise"), Some("seeking"), Some("not_seeking"), Some("other")];
        let said = [None, Some("very_satisfied"), Some("dissatisfied"), Some("cannot_say")];
        for state in InvitationState::VARIANTS {
            for (status, satisfaction) in statuses.iter().flat_map(|status| said.map(|said| (*status, said))) {
                for is_complete in [false, true] {
                    let (status, satisfaction) = (status.map(str::to_owned), satisfaction.map(str::to_owned));
                    let of = Counted { state: *state, is_complete, status, satisfaction };
                    for rate in SurveyRate::VARIANTS {
                        let (numerator, denominator) = rate.parts();
                        assert!(!numerator.has(&of) || denominator.has(&of), "{rate:?} of {of:?}");
                    }
                    assert!(!SurveyPart::Rated.has(&of) || SurveyPart::Returned.has(&of), "{of:?}");
                }
            }
        }
    }
}
