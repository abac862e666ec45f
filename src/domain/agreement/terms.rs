//! What an agreement says, under the nine heads that it must have (实习管理规定 2021, article 15).
//!
//! Invariant: days, amounts, codes and ids are here; wording of one's own, names and addresses are sealed rows of the
//! placement, whose id the agreement shares.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::codes::{InsuranceBuyer, InsuranceKind, PayMethod, Provision};
use crate::domain::ids::{FileHash, SealedRevision};
use crate::domain::placement::arrangement::AgreedArrangement;
use crate::domain::placement::codes::AmendmentKind;
use crate::domain::terms::{Entry, Term, entry};

/// The wording of a head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clause {
    /// As the template words it.
    Template,
    Own(SealedRevision),
}

/// Meals, lodging and hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conditions {
    pub meals: Provision,
    pub lodging: Provision,
    /// Hours of work a day, and days of work a week, at most.
    pub day_hours_max: u8,
    pub week_days_max: u8,
}

/// How and when pay is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    pub method: PayMethod,
    /// 1 to 31; in a shorter month its last day.
    pub day_of_month: u8,
}

/// Which insurance is bought, and who buys it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Insured {
    pub kind: InsuranceKind,
    pub buyer: InsuranceBuyer,
}

/// What an agreement says besides what the placement arranges. What is not settled yet is absent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementParticulars {
    /// The template that words it: SHA-256 of the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<FileHash>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parties: Option<Clause>,
    /// Content, requirements and conditions of the internship.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Clause>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Conditions>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<Payment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protection: Option<Clause>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub insured: Option<Insured>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessment: Option<Clause>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub liability: Option<Clause>,
    /// What else the three think fit; also that there is nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<Clause>,
}

impl AgreementParticulars {
    /// Every head worded by the template, with what a template cannot know.
    pub fn of_template(conditions: Conditions, payment: Payment, insured: Insured) -> Self {
        let worded = Some(Clause::Template);
        Self {
            template: None,
            parties: worded,
            content: worded,
            conditions: Some(conditions),
            payment: Some(payment),
            protection: worded,
            insured: Some(insured),
            assessment: worded,
            liability: worded,
            other: worded,
        }
    }
}

/// What one version of an agreement says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementTerms {
    /// What the placement arranges, as agreed.
    pub agreed: AgreedArrangement,
    /// The first day of these terms: of the stay, or of what an amendment changes.
    pub holds_from: Date,
    #[serde(flatten)]
    pub particulars: AgreementParticulars,
}

/// The nine heads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AgreementHead {
    Parties,
    Work,
    Conditions,
    Pay,
    Protection,
    Insurance,
    Assessment,
    Liability,
    Other,
}

impl Term for AgreementHead {
    const NAME: &'static str = "协议必备内容";
    const ENTRIES: &'static [Entry<Self>] = &[
        entry(Self::Parties, "parties", "各方基本信息", &[]).en("the parties"),
        entry(Self::Work, "work", "实习时间、地点、内容、要求与条件保障", &[])
            .en("time, place, content and conditions of the internship"),
        entry(Self::Conditions, "conditions", "食宿、工作时间和休息休假", &[]).en("meals, lodging, hours and rest"),
        entry(Self::Pay, "pay", "报酬及支付方式", &[]).en("pay and how it is paid"),
        entry(Self::Protection, "protection", "劳动保护和安全、卫生、职业病危害防护条件", &[])
            .en("labour protection and safety"),
        entry(Self::Insurance, "insurance", "责任保险与伤亡事故处理办法", &[]).en("liability insurance and accidents"),
        entry(Self::Assessment, "assessment", "考核方式", &[]),
        entry(Self::Liability, "liability", "违约责任", &[]).en("liability for breach"),
        entry(Self::Other, "other", "其他约定事项", &[]).en("other terms"),
    ];
}

/// What cannot be meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Implausible {
    DayHours(u8),
    WeekDays(u8),
    PayDay(u8),
}

impl AgreementTerms {
    /// The heads of which nothing is said yet.
    pub fn missing(&self) -> Vec<AgreementHead> {
        let AgreementParticulars {
            template: _,
            parties,
            content,
            conditions,
            payment,
            protection,
            insured,
            assessment,
            liability,
            other,
        } = self.particulars;
        let missing = [
            (AgreementHead::Parties, parties.is_none()),
            (AgreementHead::Work, content.is_none() || self.agreed.site.is_none()),
            (AgreementHead::Conditions, conditions.is_none()),
            (AgreementHead::Pay, payment.is_none() || self.agreed.pay.is_none()),
            (AgreementHead::Protection, protection.is_none()),
            (AgreementHead::Insurance, insured.is_none()),
            (AgreementHead::Assessment, assessment.is_none()),
            (AgreementHead::Liability, liability.is_none()),
            (AgreementHead::Other, other.is_none()),
        ];
        missing.into_iter().filter(|(_, is_missing)| *is_missing).map(|(head, _)| head).collect()
    }

    pub(super) fn implausible(&self) -> Option<Implausible> {
        let conditions = self.particulars.conditions;
        let day_hours = conditions.map(|c| c.day_hours_max).filter(|hours| !(1..=24).contains(hours));
        let week_days = conditions.map(|c| c.week_days_max).filter(|days| !(1..=7).contains(days));
        let pay_day = self.particulars.payment.map(|p| p.day_of_month).filter(|day| !(1..=31).contains(day));
        day_hours
            .map(Implausible::DayHours)
            .or(week_days.map(Implausible::WeekDays))
            .or(pay_day.map(Implausible::PayDay))
    }

    /// What an amendment that says the other terms is about.
    pub fn amendments_to(&self, after: &Self) -> Vec<AmendmentKind> {
        let mut kinds = self.agreed.amendments_to(&after.agreed);
        if self.particulars != after.particulars {
            kinds.push(AmendmentKind::Other);
        }
        kinds
    }
}
