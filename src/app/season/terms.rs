//! What an agreement says besides what the placement arranges, as an office writes it: all of it in a draft, what is
//! different in an amendment.

use super::{Sealing, SeasonError};
use crate::domain::agreement::codes::{InsuranceBuyer, InsuranceKind, PayMethod, Provision};
use crate::domain::agreement::terms::{Clause, Conditions, Insured, Particulars, Payment};
use crate::people::Sealed;

/// Wording of one's own; the template's where there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wordings {
    pub content: Option<String>,
    pub protection: Option<String>,
    pub assessment: Option<String>,
    pub liability: Option<String>,
    pub other: Option<String>,
}

/// What an agreement is drafted with.
#[derive(Debug, Clone)]
pub struct Terms {
    pub conditions: Conditions,
    pub payment: Payment,
    pub insured: Insured,
    pub wordings: Wordings,
}

/// What an amendment changes; what is absent stays as agreed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TermsChange {
    pub meals: Option<Provision>,
    pub lodging: Option<Provision>,
    pub day_hours_max: Option<u8>,
    pub week_days_max: Option<u8>,
    pub pay_method: Option<PayMethod>,
    pub pay_day: Option<u8>,
    pub insurance: Option<InsuranceKind>,
    pub insurance_buyer: Option<InsuranceBuyer>,
    pub wordings: Wordings,
}

impl Wordings {
    /// The particulars with these wordings in them; what is worded is sealed.
    fn over(&self, said: Particulars, sealing: &mut Sealing<'_>) -> Result<Particulars, SeasonError> {
        let mut worded = |text: &Option<String>, said: Option<Clause>| match text {
            None => Ok::<_, SeasonError>(said),
            Some(text) => Ok(Some(Clause::Own(sealing.seal(&Sealed::Wording { text: text.clone() })?))),
        };
        Ok(Particulars {
            content: worded(&self.content, said.content)?,
            protection: worded(&self.protection, said.protection)?,
            assessment: worded(&self.assessment, said.assessment)?,
            liability: worded(&self.liability, said.liability)?,
            other: worded(&self.other, said.other)?,
            ..said
        })
    }
}

impl Terms {
    pub(super) fn particulars(&self, sealing: &mut Sealing<'_>) -> Result<Particulars, SeasonError> {
        self.wordings.over(Particulars::of_template(self.conditions, self.payment, self.insured), sealing)
    }
}

impl TermsChange {
    /// What is agreed with this in it; `None` when nothing of it is to change.
    pub(super) fn over(
        &self,
        said: Particulars,
        sealing: &mut Sealing<'_>,
    ) -> Result<Option<Particulars>, SeasonError> {
        if *self == Self::default() {
            return Ok(None);
        }
        let conditions = said.conditions.map(|of| Conditions {
            meals: self.meals.unwrap_or(of.meals),
            lodging: self.lodging.unwrap_or(of.lodging),
            day_hours_max: self.day_hours_max.unwrap_or(of.day_hours_max),
            week_days_max: self.week_days_max.unwrap_or(of.week_days_max),
        });
        let payment = said.payment.map(|of| Payment {
            method: self.pay_method.unwrap_or(of.method),
            day_of_month: self.pay_day.unwrap_or(of.day_of_month),
        });
        let insured = said.insured.map(|of| Insured {
            kind: self.insurance.unwrap_or(of.kind),
            buyer: self.insurance_buyer.unwrap_or(of.buyer),
        });
        Ok(Some(self.wordings.over(Particulars { conditions, payment, insured, ..said }, sealing)?))
    }
}
