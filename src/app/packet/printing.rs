//! What the documents of a placement say, and what they hash to: from what is known, without looking anything up.

use std::collections::HashMap;

use jiff::civil::Date;
use uuid::Uuid;

use crate::app::AppError;
use crate::app::target::StudentInfo;
use crate::domain::agreement::terms::{AgreementParticulars as Said, Clause, Conditions};
use crate::domain::ids::{EmployerId, SchoolCode, StaffId, StudentId};
use crate::domain::placement::arrangement::AgreedArrangement;
use crate::domain::placement::codes::{DocumentKind, InternshipKind};
use crate::domain::terms::Term;
use crate::packet::document::{DocumentIdentity, FilledDocument, Salt};
use crate::packet::particulars::{Guardian, Mentor, PacketParticulars, PartyDetails, PrintedTerms, StudentDetails};
use crate::packet::templates::Templates;
use crate::people::{PrintedSheet, Sealed};

/// Who is of age at eighteen.
const ADULT_YEARS: i16 = 18;

/// What the papers of many say alike, looked up once.
#[derive(Default)]
pub(crate) struct Lookups {
    /// Names of schools by code.
    pub schools: HashMap<String, String>,
    /// Names and credit codes of units.
    pub employers: HashMap<Uuid, (String, Option<String>)>,
    /// Whom to call at a school's host: name and telephone number.
    pub contacts: HashMap<(SchoolCode, EmployerId), (String, Option<String>)>,
    /// Names of staff.
    pub teachers: HashMap<Uuid, String>,
    /// Names of the specialties of students.
    pub specialties: HashMap<Uuid, String>,
}

/// Of whom and of what a document speaks.
pub(crate) struct Source<'a> {
    pub student: &'a StudentInfo,
    pub kind: Option<InternshipKind>,
    pub teacher: Option<StaffId>,
    pub agreed: Option<AgreedArrangement>,
    pub said: Option<&'a Said>,
}

impl Source<'_> {
    /// What fills the placeholders; `row` gives what is sealed of the placement.
    pub(crate) fn particulars<'s>(
        &self,
        row: impl Fn(u32) -> Option<&'s Sealed>,
        lookups: &Lookups,
    ) -> PacketParticulars {
        let agreed = self.agreed;
        let (employer, code) = match agreed.and_then(|agreed| lookups.employers.get(&agreed.host.0)) {
            Some((name, code)) => (Some(name.clone()), code.clone()),
            None => (None, None),
        };
        let school = lookups.schools.get(self.student.school.as_str()).cloned();
        let person = &self.student.person;
        let specialty =
            lookups.specialties.get(&self.student.student.0).cloned().or_else(|| person.specialty_name.clone());
        let student = StudentDetails {
            name: Some(person.name.clone()).filter(|name| !name.is_empty()),
            document_number: person.document_number.clone(),
            student_number: person.student_number.clone(),
            specialty,
            class: Some(self.student.class.clone()),
            home_address: person.home_address.clone(),
            phone: person.phone.clone(),
        };
        let guardian =
            Guardian { name: person.guardian.clone(), phone: person.guardian_phone.clone(), ..Guardian::default() };
        let host = agreed.map(|agreed| (self.student.school.clone(), agreed.host));
        let contact = host.and_then(|host| lookups.contacts.get(&host).cloned());
        let (contact, phone) = contact.map_or((None, None), |(name, phone)| (Some(name), phone));
        let teacher = self.teacher.and_then(|teacher| lookups.teachers.get(&teacher.0)).cloned();
        PacketParticulars {
            agreement_number: None,
            school: PartyDetails { name: school, ..PartyDetails::default() },
            employer: PartyDetails { name: employer, credit_code: code, contact, phone, ..PartyDetails::default() },
            student,
            guardian,
            terms: PrintedTerms { teacher: Mentor { name: teacher, phone: None }, ..self.terms(row) },
        }
    }

    fn terms<'s>(&self, row: impl Fn(u32) -> Option<&'s Sealed>) -> PrintedTerms {
        let (agreed, said) = (self.agreed, self.said);
        let (address, post) = match agreed.and_then(|agreed| agreed.site).and_then(|site| row(site.described.0)) {
            Some(Sealed::Site { address, post }) => (Some(address.clone()), Some(post.clone())),
            Some(_) | None => (None, None),
        };
        let mentor = match agreed.and_then(|agreed| agreed.mentor).and_then(|mentor| row(mentor.0)) {
            Some(Sealed::Contact { name, phone }) => Mentor { name: Some(name.clone()), phone: phone.clone() },
            Some(_) | None => Mentor::default(),
        };
        let worded = |clause: Option<Clause>| match clause {
            Some(Clause::Own(revision)) => match row(revision.0) {
                Some(Sealed::Wording { text }) => Some(text.clone()),
                Some(_) | None => None,
            },
            Some(Clause::Template) | None => None,
        };
        let conditions = said.and_then(|said| said.conditions);
        let payment = said.and_then(|said| said.payment);
        let working_time =
            |of: Conditions| format!("每日不超过 {} 小时，每周不超过 {} 天", of.day_hours_max, of.week_days_max);
        PrintedTerms {
            kind: self.kind.map(|kind| kind.zh().to_owned()),
            post,
            place: address,
            content: worded(said.and_then(|said| said.content)),
            conditions: None,
            first_day: agreed.map(|agreed| agreed.period.first_day),
            last_day: agreed.map(|agreed| agreed.period.last_day),
            working_time: conditions.map(working_time),
            rest: conditions
                .map(|of| format!("每周至少休息 {} 天，法定节假日休息", 7_u8.saturating_sub(of.week_days_max))),
            meals: conditions.map(|of| of.meals.zh().to_owned()),
            lodging: conditions.map(|of| of.lodging.zh().to_owned()),
            pay: agreed.and_then(|agreed| agreed.pay),
            pay_method: payment.map(|payment| payment.method.zh().to_owned()),
            pay_day: payment.map(|payment| format!("每月 {} 日", payment.day_of_month)),
            protection: worded(said.and_then(|said| said.protection)),
            insurer: None,
            policy_number: None,
            premium_payer: said.and_then(|said| said.insured).map(|insured| insured.buyer.zh().to_owned()),
            assessment: worded(said.and_then(|said| said.assessment)),
            absence_days: None,
            breach: worded(said.and_then(|said| said.liability)),
            other: worded(said.and_then(|said| said.other)),
            teacher: Mentor::default(),
            mentor,
        }
    }
}

/// One document with its salt; the list of what was printed then says so.
pub(crate) fn print<'t>(
    templates: &'t Templates,
    student: StudentId,
    (kind, version): (DocumentKind, u32),
    particulars: &PacketParticulars,
    printed: &mut Vec<PrintedSheet>,
) -> Result<FilledDocument<'t>, AppError> {
    let known = printed.iter().position(|sheet| (sheet.kind, sheet.version) == (kind, version));
    let mut salt = [0; 32];
    match known.map(|index| &printed[index]) {
        Some(sheet) => hex::decode_to_slice(&sheet.salt, &mut salt)
            .map_err(|_| AppError::Corrupt("a salt cannot be read".to_owned()))?,
        None => getrandom::fill(&mut salt).map_err(|error| AppError::Corrupt(error.to_string()))?,
    }
    let identity = DocumentIdentity { student, version, salt: Salt(salt) };
    let paper = templates.fill(kind, identity, particulars);
    let sheet = PrintedSheet { kind, version, salt: hex::encode(salt), hash: paper.hash.to_string() };
    match known {
        Some(index) => printed[index] = sheet,
        None => printed.push(sheet),
    }
    Ok(paper)
}

/// Whether a student is under age on the first day, by the document number; who has none is taken for a minor.
pub(crate) fn is_minor(document_number: Option<&str>, first_day: Option<Date>) -> bool {
    let digits = document_number.and_then(|number| number.get(6..14));
    let born = digits.and_then(|digits| {
        let day =
            Date::new(digits.get(..4)?.parse().ok()?, digits.get(4..6)?.parse().ok()?, digits.get(6..)?.parse().ok()?);
        day.ok()
    });
    match (born, first_day) {
        (Some(born), Some(first_day)) => {
            let birthday_passed = (first_day.month(), first_day.day()) >= (born.month(), born.day());
            first_day.year() - born.year() - i16::from(!birthday_passed) < ADULT_YEARS
        }
        _ => true,
    }
}
