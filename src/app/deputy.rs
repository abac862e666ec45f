//! Acting in the place of an absent member of staff: with exactly that one's role and scope, in the own name.
//!
//! Invariant: whether somebody may is asked anew at each request, by the day and by both accounts as they stand; who may no
//! more is refused, and does not go on as oneself unawares.

use jiff::civil::Date;
use uuid::Uuid;

use super::account::staff_of;
use super::failure::Failure;
use super::gate::GateRefusal;
use super::target::ends_with;
use super::{App, AppError};
use crate::accounts::Caller;
use crate::domain::StreamType;
use crate::domain::account::{Account, Deputyship};
use crate::domain::ids::StaffId;
use crate::text::cleaning::clean;

/// The other party of a deputyship, and its days, both included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherParty {
    pub staff: StaffId,
    pub name: String,
    pub first_day: Date,
    pub last_day: Date,
}

/// In whose places a member of staff acts, and who acts in that one's: today or later.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnDeputyships {
    pub absent: Vec<OtherParty>,
    pub deputies: Vec<OtherParty>,
}

impl App {
    /// The caller in the place of an absent member of staff.
    ///
    /// # Errors
    /// `NotDeputy`, whatever is so of that account, if the caller does not represent it today; if it asks for a second factor
    /// that the caller has not.
    pub async fn in_place_of(&self, caller: &Caller, absent: StaffId) -> Result<Caller, Failure> {
        let oneself = caller.as_oneself();
        let own = oneself.staff_id().ok_or(GateRefusal::NotDeputy)?;
        self.bring_up_to_date::<Account>(&[absent.0, own.0]).await?;
        let (deputy, _) = self.load::<Account>(own.0).await?;
        let (account, _) = self.load::<Account>(absent.0).await?;
        let today = self.today();
        let state = account.on(today).filter(|state| state.acting().is_ok());
        let state = state.filter(|state| state.deputy.is_some_and(|of| of.deputy == own));
        let state = state.ok_or(GateRefusal::NotDeputy)?;
        if deputy.on(today).is_none_or(|own| own.may_represent(&state.duty).is_err()) {
            return Err(GateRefusal::NotDeputy.into());
        }
        if !oneself.is_in_the_name_of_staff() {
            deputy.expect_factor_of(state.duty.role, today).map_err(AppError::from)?;
        }
        let staff = staff_of(absent, &state).ok_or(GateRefusal::NotDeputy)?;
        Ok(oneself.in_place_of(staff))
    }

    /// The same, by the id of the absent one or its end.
    ///
    /// # Errors
    /// As [`App::in_place_of`]; `NotDeputy` too where several are meant.
    pub async fn in_place_of_named(&self, caller: &Caller, wanted: &str) -> Result<Caller, Failure> {
        let wanted = clean(wanted);
        let ids = match Uuid::parse_str(&wanted) {
            Ok(id) => vec![id],
            Err(_) => self.log.stream_ids(StreamType::Account).await?,
        };
        let mut found = vec![];
        for id in ids.into_iter().filter(|id| ends_with(*id, &wanted)) {
            found.push(self.in_place_of(caller, StaffId(id)).await);
        }
        match found.len() {
            1 => found.remove(0),
            _ => Err(GateRefusal::NotDeputy.into()),
        }
    }

    /// In whose places the caller, as oneself, may act from today on, and who in the caller's.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn own_deputyships(&self, caller: &Caller) -> Result<OwnDeputyships, AppError> {
        let Some(own) = caller.staff_id() else { return Ok(OwnDeputyships::default()) };
        let ids = self.log.stream_ids(StreamType::Account).await?;
        self.bring_up_to_date::<Account>(&ids).await?;
        let today = self.today();
        let (mut absent, mut deputies) = (vec![], vec![]);
        for id in ids.into_iter().map(StaffId) {
            let (account, _) = self.load::<Account>(id.0).await?;
            for Deputyship { deputy, first_day, last_day } in account.deputies_from(today) {
                let other = |staff| OtherParty { staff, name: String::new(), first_day, last_day };
                if deputy == own {
                    absent.push(other(id));
                } else if id == own {
                    deputies.push(other(deputy));
                }
            }
        }
        let others: Vec<Uuid> = absent.iter().chain(&deputies).map(|other| other.staff.0).collect();
        let names = self.staff_names(&others).await?;
        for other in absent.iter_mut().chain(&mut deputies) {
            other.name = names.get(&other.staff.0).cloned().unwrap_or_default();
        }
        Ok(OwnDeputyships { absent, deputies })
    }
}
