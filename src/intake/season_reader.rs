//! Reads rows of units and of placements, collecting every fault on the way.

use super::cells;
use super::fault::{CellFault, RowFault};
use super::kind::Column;
use super::reader::{Reader, industry};
use super::rows::SchoolRef;
use super::rows::{Agreed, EmployerRow, Ended, PlacementRow, Signed, SignedBy, UnitRef};
use super::sheet::Cell;
use crate::domain::agreement::codes::SigningParty;
use crate::domain::agreement::terms::{Conditions, Insured, Payment};
use crate::domain::employer::EmployerProfile;
use crate::domain::ids::{CreditCode, OccupationCode};
use crate::domain::placement::codes::{HostSource, InternshipKind};
use crate::input::fields::PlacementFields;
use crate::refusal::Why;

/// More persons than any employer has.
const STAFF_MAX: u32 = 5_000_000;

impl Reader<'_> {
    pub(super) fn employer(&mut self) -> Option<EmployerRow> {
        let school = SchoolRef { code: self.school_code(), name: self.optional(Column::SchoolName, cells::unit) };
        let name = self.required(Column::Unit, cells::unit);
        let code = self.credit_code();
        let profile = EmployerProfile {
            industry: self.optional(Column::Industry, industry),
            size: self.optional(Column::Size, cells::term),
            ownership: self.optional(Column::Ownership, cells::term),
        };
        let total = self.optional(Column::StaffTotal, |cell| cells::count(cell, STAFF_MAX));
        let counted_on = self.optional(Column::StaffDay, cells::day);
        self.together(&[Column::StaffTotal, Column::StaffDay]);
        let partner_since = self.optional(Column::PartnerSince, cells::day);
        let visited_on = self.optional(Column::VisitedDay, cells::day);
        let finding = self.optional(Column::Finding, cells::term);
        self.together(&[Column::VisitedDay, Column::Finding]);
        let from = self.optional(Column::FrameworkDay, cells::day);
        let until = self.optional(Column::FrameworkLastDay, cells::day);
        if from.is_some() && self.is_empty(Column::FrameworkLastDay) {
            self.needs_others(Column::FrameworkDay, &[Column::FrameworkLastDay]);
        }
        let contact = self.optional(Column::Contact, cells::name);
        let phone = self.optional(Column::Phone, cells::text);
        if phone.is_some() && self.is_empty(Column::Contact) {
            self.needs_others(Column::Phone, &[Column::Contact]);
        }
        Some(EmployerRow {
            school,
            name: name?,
            code,
            profile,
            staff: total.zip(counted_on),
            partner_since,
            visit: visited_on.zip(finding),
            framework: until.map(|until| (from, until)),
            contact: contact.map(|name| (name, phone)),
        })
    }

    pub(super) fn placement(&mut self) -> Option<PlacementRow> {
        let person = self.person();
        let kind: Option<InternshipKind> = self.required(Column::InternshipKind, cells::term);
        let source: Option<HostSource> = self.required(Column::HostSource, cells::term);
        let unit = UnitRef { name: self.optional(Column::Unit, cells::unit), code: self.credit_code() };
        if self.is_empty(Column::Unit) && self.is_empty(Column::CreditCode) {
            let (one, other) = (Column::Unit, Column::CreditCode);
            self.fault(one, RowFault::BothEmpty { one, other });
        }
        let first_day = self.required(Column::FirstDay, cells::day);
        let last_day = self.required(Column::LastDay, cells::day);
        if let (Some(first_day), Some(last_day)) = (first_day, last_day)
            && last_day < first_day
        {
            self.fault(Column::LastDay, RowFault::EndsBeforeStart { first_day });
        }
        let fields = PlacementFields { kind, source, first_day, last_day, ..self.arrangement() };
        let verdict = self.optional(Column::Verdict, cells::term);
        let agreed = self.agreed();
        let signed = self.signed();
        let packet_signed_on = self.optional(Column::PacketDay, cells::day);
        let arrived_on = self.optional(Column::ArrivalDay, cells::day);
        let changed_on = self.optional(Column::ChangeDay, cells::day);
        let change_reason = self.optional(Column::ChangeReason, cells::term);
        self.together(&[Column::ChangeDay, Column::ChangeReason]);
        let ended = self.ended();
        Some(PlacementRow {
            person: person?,
            unit,
            fields,
            first_day: first_day?,
            verdict,
            agreed,
            signed,
            packet_signed_on,
            arrived_on,
            change: changed_on.zip(change_reason),
            ended,
        })
    }

    /// What is arranged besides kind, source, host and days.
    fn arrangement(&mut self) -> PlacementFields {
        let site = [Column::Address, Column::Post, Column::SiteKind, Column::Region];
        self.together(&site);
        let fields = PlacementFields {
            address: self.optional(Column::Address, cells::text),
            post: self.optional(Column::Post, cells::text),
            site_kind: self.optional(Column::SiteKind, cells::term),
            region: self.optional(Column::Region, cells::term),
            occupation: self.optional(Column::Occupation, |cell| {
                let Some(text) = cells::text(cell)? else { return Ok(None) };
                Ok::<_, Why>(Some(OccupationCode::parse(&text)?))
            }),
            mentor: self.optional(Column::Mentor, cells::name),
            mentor_phone: self.optional(Column::MentorPhone, cells::number),
            teacher: self.optional(Column::Teacher, cells::name),
            pay: self.optional(Column::Pay, cells::yuan),
            pay_unit: self.optional(Column::PayUnit, cells::term),
            on_specialty: self.optional(Column::Match, cells::term),
            applied_on: self.optional(Column::ApplicationDay, cells::day),
            ..PlacementFields::default()
        };
        self.together(&[Column::Pay, Column::PayUnit]);
        if fields.occupation.is_some() && self.is_empty(Column::Address) {
            let site = [Column::Address, Column::Post, Column::SiteKind, Column::Region];
            self.needs_others(Column::Occupation, &site);
        }
        if fields.mentor_phone.is_some() && self.is_empty(Column::Mentor) {
            self.needs_others(Column::MentorPhone, &[Column::Mentor]);
        }
        fields
    }

    fn agreed(&mut self) -> Agreed {
        let day_hours_max = self.optional(Column::DayHours, |cell| cells::count(cell, 24));
        let week_days_max = self.optional(Column::WeekDays, |cell| cells::count(cell, 7));
        let meals = self.optional(Column::Meals, cells::term);
        let lodging = self.optional(Column::Lodging, cells::term);
        self.together(&[Column::DayHours, Column::WeekDays, Column::Meals, Column::Lodging]);
        let method = self.optional(Column::PayMethod, cells::term);
        let day_of_month = self.optional(Column::PayDay, |cell| cells::count(cell, 31));
        self.together(&[Column::PayMethod, Column::PayDay]);
        let kind = self.optional(Column::InsuranceKind, cells::term);
        let buyer = self.optional(Column::InsuranceBuyer, cells::term);
        self.together(&[Column::InsuranceKind, Column::InsuranceBuyer]);
        let hours = day_hours_max.zip(week_days_max).zip(meals.zip(lodging));
        Agreed {
            conditions: hours.map(|((day_hours_max, week_days_max), (meals, lodging))| Conditions {
                meals,
                lodging,
                day_hours_max,
                week_days_max,
            }),
            payment: method.zip(day_of_month).map(|(method, day_of_month)| Payment { method, day_of_month }),
            insured: kind.zip(buyer).map(|(kind, buyer)| Insured { kind, buyer }),
        }
    }

    fn signed(&mut self) -> Option<Signed> {
        let on = self.optional(Column::SignedDay, cells::day);
        let by = self.optional(Column::SignedBy, parties).unwrap_or_default();
        let version = self.optional(Column::Version, |cell| cells::count(cell, 10_000));
        for column in [Column::SignedBy, Column::Version] {
            if !self.is_empty(column) && self.is_empty(Column::SignedDay) {
                self.needs_others(column, &[Column::SignedDay]);
            }
        }
        Some(Signed { version, on: on?, by })
    }

    fn ended(&mut self) -> Option<Ended> {
        let on = self.optional(Column::EndedDay, cells::day);
        let initiator = self.optional(Column::EndedBy, cells::term);
        let reason = self.optional(Column::EndReason, cells::term);
        self.together(&[Column::EndedDay, Column::EndedBy, Column::EndReason]);
        let agreement_ends_on = self.optional(Column::TerminationDay, cells::day);
        if agreement_ends_on.is_some() && self.is_empty(Column::EndedDay) {
            self.needs_others(Column::TerminationDay, &[Column::EndedDay, Column::EndedBy, Column::EndReason]);
        }
        Some(Ended { on: on?, initiator: initiator?, reason: reason?, agreement_ends_on })
    }

    /// Cells that say something together, or not at all.
    fn together(&mut self, columns: &[Column]) {
        let empty: Vec<Column> = columns.iter().copied().filter(|column| self.is_empty(*column)).collect();
        if !empty.is_empty() && empty.len() < columns.len() {
            self.fault(empty[0], RowFault::PartlyFilled { columns: columns.to_vec() });
        }
    }

    /// A cell is filled that says nothing without others, the first of which is empty.
    fn needs_others(&mut self, given: Column, needed: &[Column]) {
        self.fault(needed[0], RowFault::NeedsOthers { given, needed: needed.to_vec() });
    }

    /// A credit code; one whose check character is wrong is noted.
    pub(super) fn credit_code(&mut self) -> Option<CreditCode> {
        let code = self.optional(Column::CreditCode, cells::credit_code)?;
        if !code.check_holds {
            let warning = self.described(Column::CreditCode, RowFault::CheckCharacterWrong);
            self.warnings.push(warning);
        }
        Some(code)
    }
}

/// Who signed, each with a day of its own or not; nobody named is all.
fn parties(cell: &Cell) -> Result<Option<Vec<SignedBy>>, Why> {
    let Some(text) = cells::text(cell)? else { return Ok(None) };
    let mut parties: Vec<SignedBy> = vec![];
    let is_mark = |c: char| matches!(c, '、' | ',' | ';' | '(' | ')' | ':') || c.is_whitespace();
    for part in text.split(is_mark).filter(|part| !part.is_empty()) {
        let (name, day) = part.split_at(part.find(|c: char| c.is_ascii_digit()).unwrap_or(part.len()));
        if matches!(name, "全部" | "各方" | "三方" | "均已签署") && day.is_empty() {
            return Ok(None);
        }
        if !name.is_empty() {
            let party = cells::term::<SigningParty>(&Cell::Text(name.to_owned()))?;
            parties.extend(party.map(|party| SignedBy { party, on: None }));
        }
        if !day.is_empty() {
            let day = cells::day(&Cell::Text(day.to_owned()))?;
            match parties.last_mut() {
                Some(SignedBy { on: on @ None, .. }) => *on = day,
                Some(SignedBy { on: Some(_), .. }) | None => {
                    return Err(CellFault::DayOfNobody.into());
                }
            }
        }
    }
    Ok(Some(parties))
}
