//! What is agreed beside the placement's arrangement, as an office writes it: all of it in a draft, what is different in an
//! amendment.

use clap::Args;
use serde::{Deserialize, Serialize};

use crate::app::failure::{Failure, FieldName, InputRefusal};
use crate::app::sealing::Sealing;
use crate::domain::agreement::codes::{InsuranceBuyer, InsuranceKind, PayMethod, Provision};
use crate::domain::agreement::terms::{AgreementParticulars, Clause, Conditions, Insured, Payment};
use crate::input::words;
use crate::people::Sealed;

/// What is agreed; what is absent stays as agreed, or as the template words it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
pub struct AgreedFields {
    #[arg(long, value_parser = words::TermParser::<Provision>::new())]
    pub meals: Option<Provision>,
    #[arg(long, value_parser = words::TermParser::<Provision>::new())]
    pub lodging: Option<Provision>,
    /// Hours a day at most.
    #[arg(long)]
    pub day_hours: Option<u8>,
    /// Days a week at most.
    #[arg(long)]
    pub week_days: Option<u8>,
    #[arg(long, value_parser = words::TermParser::<PayMethod>::new())]
    pub pay_method: Option<PayMethod>,
    /// Day of the month.
    #[arg(long)]
    pub pay_day: Option<u8>,
    #[arg(long, value_parser = words::TermParser::<InsuranceKind>::new())]
    pub insurance: Option<InsuranceKind>,
    #[arg(long, value_parser = words::TermParser::<InsuranceBuyer>::new())]
    pub insurance_buyer: Option<InsuranceBuyer>,
    /// Wordings of one's own; the template's where there is none.
    #[arg(long)]
    pub content: Option<String>,
    #[arg(long)]
    pub protection: Option<String>,
    #[arg(long)]
    pub assessment: Option<String>,
    #[arg(long)]
    pub liability: Option<String>,
    #[arg(long)]
    pub other: Option<String>,
}

impl AgreedFields {
    /// What a draft says; the template words what has no wording of its own.
    ///
    /// # Errors
    /// If one of the eight heads that only the parties can fill is missing.
    pub(super) fn drafted(&self, sealing: &mut Sealing<'_>) -> Result<AgreementParticulars, Failure> {
        let (Some(meals), Some(lodging), Some(day_hours_max), Some(week_days_max)) =
            (self.meals, self.lodging, self.day_hours, self.week_days)
        else {
            return Err(self.missing());
        };
        let (Some(method), Some(day_of_month), Some(kind), Some(buyer)) =
            (self.pay_method, self.pay_day, self.insurance, self.insurance_buyer)
        else {
            return Err(self.missing());
        };
        let conditions = Conditions { meals, lodging, day_hours_max, week_days_max };
        let (payment, insured) = (Payment { method, day_of_month }, Insured { kind, buyer });
        self.worded(AgreementParticulars::of_template(conditions, payment, insured), sealing)
    }

    /// What is agreed with this in it; `None` when nothing of it is to change.
    pub(super) fn over(
        &self,
        said: AgreementParticulars,
        sealing: &mut Sealing<'_>,
    ) -> Result<Option<AgreementParticulars>, Failure> {
        if *self == Self::default() {
            return Ok(None);
        }
        let conditions = said.conditions.map(|of| Conditions {
            meals: self.meals.unwrap_or(of.meals),
            lodging: self.lodging.unwrap_or(of.lodging),
            day_hours_max: self.day_hours.unwrap_or(of.day_hours_max),
            week_days_max: self.week_days.unwrap_or(of.week_days_max),
        });
        let payment = said.payment.map(|of| Payment {
            method: self.pay_method.unwrap_or(of.method),
            day_of_month: self.pay_day.unwrap_or(of.day_of_month),
        });
        let insured = said.insured.map(|of| Insured {
            kind: self.insurance.unwrap_or(of.kind),
            buyer: self.insurance_buyer.unwrap_or(of.buyer),
        });
        Ok(Some(self.worded(AgreementParticulars { conditions, payment, insured, ..said }, sealing)?))
    }

    /// The particulars with these wordings in them; what is worded is sealed.
    fn worded(&self, said: AgreementParticulars, sealing: &mut Sealing<'_>) -> Result<AgreementParticulars, Failure> {
        let mut worded = |text: &Option<String>, said: Option<Clause>| match text {
            None => Ok::<_, Failure>(said),
            Some(text) => Ok(Some(Clause::Own(sealing.seal(&Sealed::Wording { text: text.clone() })?))),
        };
        Ok(AgreementParticulars {
            content: worded(&self.content, said.content)?,
            protection: worded(&self.protection, said.protection)?,
            assessment: worded(&self.assessment, said.assessment)?,
            liability: worded(&self.liability, said.liability)?,
            other: worded(&self.other, said.other)?,
            ..said
        })
    }

    fn missing(&self) -> Failure {
        let heads: [(FieldName, bool); 8] = [
            ("meals", self.meals.is_none()),
            ("lodging", self.lodging.is_none()),
            ("day_hours", self.day_hours.is_none()),
            ("week_days", self.week_days.is_none()),
            ("pay_method", self.pay_method.is_none()),
            ("pay_day", self.pay_day.is_none()),
            ("insurance", self.insurance.is_none()),
            ("insurance_buyer", self.insurance_buyer.is_none()),
        ];
        let missing = heads.into_iter().filter(|(_, is_missing)| *is_missing).map(|(name, _)| name).collect();
        InputRefusal::FieldsMissing(missing).into()
    }
}
