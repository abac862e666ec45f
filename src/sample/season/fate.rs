//! What becomes of a student of the final year, and what that makes of stage, agreement and work queue: pure.
//!
//! Invariant: what a fate says here is what its rows and orders bring about; the tests of the season compare the two.

use super::days::Wave;
use crate::domain::agreement::codes::VersionState;
use crate::domain::exemption::ExemptionStage;
use crate::domain::placement::codes::Initiator;
use crate::domain::placement::stay::PlacementStatus;

/// What is planted for one student.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    NotPlaced,
    /// Asks to be exempted, and is not placed.
    Exemption(ExemptionStage),
    Draft,
    Submitted,
    Returned,
    Rejected,
    Cancelled,
    /// Approved, and the agreement is not signed.
    Approved(Papers),
    /// Signed and ready; not arrived yet.
    Ready,
    NoShow,
    AtWork,
    /// At work; the agreement was recalled once and signed anew.
    SignedAgain,
    Changed(Part, Amendment),
    Suspended(Amendment),
    /// Interrupted for some days, and at work again.
    Resumed,
    /// Ended early, and the agreement ended with it.
    Ended(Initiator),
    /// Ended early, and the agreement forgotten.
    EndedInForce,
    /// Ended early by the host, and placed anew from next week on.
    PlacedAgain,
}

/// How far an agreement is that is not signed by all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Papers {
    NotDrafted,
    Drafted,
    Out,
    PartlySigned,
    Refused,
    Recalled,
    Void,
}

/// What changes during a stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Host,
    Site,
    Mentor,
    Period,
    Pay,
}

/// Whether an amendment says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amendment {
    Missing,
    Out,
    Signed,
}

/// Of a thousand students of a wave so many have this fate, at least one at each school; the rest the wave's own.
pub fn shares(wave: Wave) -> (&'static [(Fate, usize)], Fate) {
    match wave {
        Wave::Visit => (VISITING, Fate::AtWork),
        Wave::Begun(_) => (BEGUN, Fate::AtWork),
        Wave::Soon => (SOON, Fate::Ready),
        Wave::NextMonth => (NEXT_MONTH, Fate::Submitted),
    }
}

const VISITING: &[(Fate, usize)] = &[(Fate::NotPlaced, 12), (Fate::Ready, 25)];

const BEGUN: &[(Fate, usize)] = &[
    (Fate::NotPlaced, 6),
    (Fate::Exemption(ExemptionStage::Granted), 2),
    (Fate::Exemption(ExemptionStage::Requested), 1),
    (Fate::Exemption(ExemptionStage::Refused), 1),
    (Fate::Draft, 2),
    (Fate::Submitted, 5),
    (Fate::Returned, 3),
    (Fate::Rejected, 2),
    (Fate::Cancelled, 3),
    (Fate::Approved(Papers::NotDrafted), 4),
    (Fate::Approved(Papers::Drafted), 3),
    (Fate::Approved(Papers::Out), 8),
    (Fate::Approved(Papers::PartlySigned), 9),
    (Fate::Approved(Papers::Refused), 3),
    (Fate::Approved(Papers::Recalled), 3),
    (Fate::Approved(Papers::Void), 2),
    (Fate::Ready, 6),
    (Fate::NoShow, 4),
    (Fate::SignedAgain, 3),
    (Fate::Changed(Part::Host, Amendment::Signed), 12),
    (Fate::Changed(Part::Host, Amendment::Missing), 4),
    (Fate::Changed(Part::Host, Amendment::Out), 3),
    (Fate::Changed(Part::Site, Amendment::Signed), 8),
    (Fate::Changed(Part::Site, Amendment::Missing), 3),
    (Fate::Changed(Part::Mentor, Amendment::Signed), 8),
    (Fate::Changed(Part::Mentor, Amendment::Missing), 3),
    (Fate::Changed(Part::Period, Amendment::Signed), 7),
    (Fate::Changed(Part::Period, Amendment::Missing), 3),
    (Fate::Changed(Part::Pay, Amendment::Signed), 10),
    (Fate::Changed(Part::Pay, Amendment::Missing), 4),
    (Fate::Suspended(Amendment::Signed), 4),
    (Fate::Suspended(Amendment::Missing), 2),
    (Fate::Resumed, 5),
    (Fate::Ended(Initiator::Student), 12),
    (Fate::Ended(Initiator::Host), 6),
    (Fate::Ended(Initiator::School), 4),
    (Fate::EndedInForce, 3),
    (Fate::PlacedAgain, 5),
];

const SOON: &[(Fate, usize)] = &[
    (Fate::NotPlaced, 30),
    (Fate::Draft, 20),
    (Fate::Submitted, 60),
    (Fate::Returned, 10),
    (Fate::Cancelled, 10),
    (Fate::Approved(Papers::NotDrafted), 30),
    (Fate::Approved(Papers::Drafted), 40),
    (Fate::Approved(Papers::Out), 70),
    (Fate::Approved(Papers::PartlySigned), 90),
    (Fate::Approved(Papers::Refused), 10),
];

const NEXT_MONTH: &[(Fate, usize)] = &[
    (Fate::NotPlaced, 60),
    (Fate::Draft, 80),
    (Fate::Returned, 30),
    (Fate::Approved(Papers::NotDrafted), 150),
    (Fate::Approved(Papers::Out), 150),
    (Fate::Approved(Papers::PartlySigned), 100),
    (Fate::Ready, 80),
];

impl Fate {
    /// Whether the file of placements has a row for the student.
    pub fn is_placed(self) -> bool {
        !matches!(self, Self::NotPlaced | Self::Exemption(_))
    }

    /// Whether the row says what the agreement is to say.
    pub fn has_terms(self) -> bool {
        self.is_placed() && !matches!(self, Self::Draft | Self::Approved(Papers::NotDrafted))
    }

    pub fn is_approved(self) -> bool {
        self.is_placed()
            && !matches!(self, Self::Draft | Self::Submitted | Self::Returned | Self::Rejected | Self::Cancelled)
    }

    /// Whether the packet goes out for signature.
    pub fn is_sent(self) -> bool {
        let is_kept = matches!(self, Self::Approved(Papers::NotDrafted | Papers::Drafted | Papers::Void));
        self.is_approved() && !is_kept
    }

    /// Whether everybody signs, so that the student is ready.
    pub fn is_signed(self) -> bool {
        self.is_approved() && !matches!(self, Self::Approved(_))
    }

    pub fn is_arrived(self) -> bool {
        self.is_signed() && !matches!(self, Self::Ready | Self::NoShow)
    }

    /// Whether the student is at work today, interrupted or not.
    pub fn is_at_work(self) -> bool {
        self.is_arrived() && !matches!(self, Self::Ended(_) | Self::EndedInForce | Self::PlacedAgain)
    }

    /// What people read of the placement today; of one placed anew, of the first. `None` without a placement.
    pub fn shown(self) -> Option<PlacementStatus> {
        Some(match self {
            Self::NotPlaced | Self::Exemption(_) => return None,
            Self::Draft => PlacementStatus::Draft,
            Self::Submitted => PlacementStatus::Submitted,
            Self::Returned => PlacementStatus::Returned,
            Self::Rejected => PlacementStatus::Rejected,
            Self::Cancelled => PlacementStatus::Cancelled,
            Self::Approved(_) => PlacementStatus::Approved,
            Self::Ready => PlacementStatus::Ready,
            Self::NoShow => PlacementStatus::NoShow,
            Self::AtWork | Self::SignedAgain | Self::Changed(..) | Self::Resumed => PlacementStatus::InProgress,
            Self::Suspended(_) => PlacementStatus::Suspended,
            Self::Ended(_) | Self::EndedInForce | Self::PlacedAgain => PlacementStatus::EndedEarly,
        })
    }

    /// How far the agreement is today; `None` while there is none. A visit has none at all.
    pub fn agreement(self, wave: Wave) -> Option<VersionState> {
        if wave == Wave::Visit {
            return None;
        }
        Some(match self {
            Self::NotPlaced | Self::Exemption(_) | Self::Draft | Self::Approved(Papers::NotDrafted) => return None,
            Self::Submitted | Self::Returned | Self::Rejected | Self::Approved(Papers::Drafted) => {
                VersionState::Drafted
            }
            Self::Cancelled | Self::Approved(Papers::Void) => VersionState::Void,
            Self::Approved(Papers::Out) => VersionState::OutForSignature,
            Self::Approved(Papers::PartlySigned) => VersionState::PartiallySigned,
            Self::Approved(Papers::Refused) => VersionState::Refused,
            Self::Approved(Papers::Recalled) => VersionState::Recalled,
            Self::Ready
            | Self::NoShow
            | Self::AtWork
            | Self::SignedAgain
            | Self::Changed(..)
            | Self::Suspended(_)
            | Self::Resumed
            | Self::EndedInForce => VersionState::InForce,
            Self::Ended(_) | Self::PlacedAgain => VersionState::Terminated,
        })
    }

    /// The lists of the work queue that the student is on, by their codes.
    pub fn waits(self, wave: Wave) -> Vec<&'static str> {
        let begins_later = wave == Wave::NextMonth;
        let has_begun = !matches!(wave, Wave::Soon | Wave::NextMonth);
        let is_open = matches!(self, Self::Draft | Self::Submitted | Self::Returned | Self::Approved(_));
        let lists = [
            ("not-placed", !self.places() && self != Self::Exemption(ExemptionStage::Granted)),
            ("unsigned", self == Self::PlacedAgain || is_open && !begins_later && wave != Wave::Visit),
            ("unamended", self.lacks_amendment()),
            ("awaiting-approval", matches!(self, Self::Submitted | Self::PlacedAgain)),
            ("not-arrived", self == Self::Ready && has_begun),
        ];
        lists.into_iter().filter(|(_, waits)| *waits).map(|(list, _)| list).collect()
    }

    /// Whether some placement takes the student today or later.
    fn places(self) -> bool {
        let is_over =
            matches!(self, Self::Rejected | Self::Cancelled | Self::NoShow | Self::Ended(_) | Self::EndedInForce);
        self.is_placed() && !is_over
    }

    fn lacks_amendment(self) -> bool {
        match self {
            Self::Changed(_, amendment) | Self::Suspended(amendment) => amendment != Amendment::Signed,
            Self::EndedInForce => true,
            _ => false,
        }
    }

    /// As the summary names it.
    pub fn zh(self) -> &'static str {
        match self {
            Self::NotPlaced => "尚未落实",
            Self::Exemption(ExemptionStage::Granted) => "已准免实习",
            Self::Exemption(ExemptionStage::Requested) => "申请免实习，待审批",
            Self::Exemption(ExemptionStage::Refused | ExemptionStage::Withdrawn) => "不予免实习",
            Self::Draft => "只有草稿",
            Self::Submitted => "已提交，待审核",
            Self::Returned => "被退回修改",
            Self::Rejected => "不予批准",
            Self::Cancelled => "取消，协议作废",
            Self::Approved(Papers::NotDrafted) => "已批准，协议未拟",
            Self::Approved(Papers::Drafted) => "已批准，协议已拟未发",
            Self::Approved(Papers::Out) => "已批准，协议待签",
            Self::Approved(Papers::PartlySigned) => "已批准，协议部分签署",
            Self::Approved(Papers::Refused) => "已批准，监护人拒签",
            Self::Approved(Papers::Recalled) => "已批准，协议撤回修改",
            Self::Approved(Papers::Void) => "已批准，协议作废",
            Self::Ready => "已签齐，待上岗",
            Self::NoShow => "未到岗",
            Self::AtWork => "实习中",
            Self::SignedAgain => "实习中，协议撤回后重签",
            Self::Changed(Part::Host, Amendment::Signed) => "换了单位，补充协议已签",
            Self::Changed(Part::Host, Amendment::Missing) => "换了单位，没有补充协议",
            Self::Changed(Part::Host, Amendment::Out) => "换了单位，补充协议待签",
            Self::Changed(Part::Site, Amendment::Signed) => "换了岗位，补充协议已签",
            Self::Changed(Part::Site, _) => "换了岗位，补充协议未签",
            Self::Changed(Part::Mentor, Amendment::Signed) => "换了单位指导人，补充协议已签",
            Self::Changed(Part::Mentor, _) => "换了单位指导人，补充协议未签",
            Self::Changed(Part::Period, Amendment::Signed) => "提前结束日，补充协议已签",
            Self::Changed(Part::Period, _) => "提前结束日，补充协议未签",
            Self::Changed(Part::Pay, Amendment::Signed) => "调整报酬，补充协议已签",
            Self::Changed(Part::Pay, _) => "调整报酬，补充协议未签",
            Self::Suspended(Amendment::Signed) => "中止中，补充协议已签",
            Self::Suspended(_) => "中止中，补充协议未签",
            Self::Resumed => "中止后已恢复",
            Self::Ended(Initiator::Student) => "学生提前终止，协议已解除",
            Self::Ended(Initiator::Host) => "单位提前终止，协议已解除",
            Self::Ended(Initiator::School) => "学校提前终止，协议已解除",
            Self::EndedInForce => "提前终止，协议未解除",
            Self::PlacedAgain => "单位终止后另行落实，下周开始",
        }
    }
}
