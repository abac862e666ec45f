//! Reads one row's cells into its content, collecting every fault on the way.

use super::cells;
use super::fault::RowFault;
use super::kind::{Column, Kind};
use super::parse::Headings;
use super::rows::{
    Content, ExamRow, Fault, FurtherStudyRow, OutcomeRow, PersonRef, RosterRow, RowAct, RowOperation, SchoolRef,
    SchoolRow, StaffRow,
};
use super::sheet::{Cell, SourceRow};
use crate::domain::evidence::EvidenceKind;
use crate::domain::identity::IdentityNumber;
use crate::domain::ids::{InvalidName, SchoolCode, SpecialtyCode};
use crate::domain::specialties::SPECIALTIES;
use crate::domain::statements::Spoken;
use crate::domain::terms::{DestinationKind, ExamResult, Gender, Industry, Standing, Term};
use crate::refusal::Why;
use crate::text::cleaning::is_blank;

/// Reads one row, collecting every fault.
pub(super) struct Reader<'r> {
    pub headings: &'r Headings,
    pub row: &'r SourceRow,
    pub faults: Vec<Fault>,
    pub warnings: Vec<Fault>,
}

impl Reader<'_> {
    fn cell(&self, column: Column) -> &Cell {
        let index = self.headings.columns.get(&column);
        index.and_then(|index| self.row.cells.get(*index)).unwrap_or(&Cell::Empty)
    }

    pub(super) fn described(&self, column: Column, reason: impl Into<Why>) -> Fault {
        let value = cells::masked(self.cell(column), column);
        Fault { column: column.title().to_owned(), value, reason: reason.into() }
    }

    pub(super) fn fault(&mut self, column: Column, reason: impl Into<Why>) {
        let fault = self.described(column, reason);
        self.faults.push(fault);
    }

    pub(super) fn is_empty(&self, column: Column) -> bool {
        match self.cell(column) {
            Cell::Empty => true,
            Cell::Text(text) => is_blank(text),
            Cell::Number(_) | Cell::Date(_) | Cell::Error(_) | Cell::Uncomputed => false,
        }
    }

    /// The value of a cell; a fault of it is noted.
    pub(super) fn optional<T, E: Into<Why>>(
        &mut self,
        column: Column,
        read: impl Fn(&Cell) -> Result<Option<T>, E>,
    ) -> Option<T> {
        let cell = self.cell(column);
        match read(cell) {
            Ok(Some(_)) if is_free_text(column) && cells::says_none(cell) => None,
            Ok(value) => value,
            Err(_) if cells::says_none(cell) => None,
            Err(reason) => {
                self.fault(column, reason);
                None
            }
        }
    }

    /// The value of a cell that must not be empty.
    pub(super) fn required<T, E: Into<Why>>(
        &mut self,
        column: Column,
        read: impl Fn(&Cell) -> Result<Option<T>, E>,
    ) -> Option<T> {
        let faults = self.faults.len();
        let value = self.optional(column, read);
        if value.is_none() && self.faults.len() == faults {
            self.fault(column, RowFault::Empty { column });
        }
        value
    }

    /// The row's content; `None` when a fault leaves nothing to say.
    pub(super) fn content(&mut self) -> Option<Content> {
        match self.headings.kind {
            Kind::Schools => self.school().map(Content::School),
            Kind::Roster => self.roster().map(|row| Content::Roster(Box::new(row))),
            Kind::Outcomes => self.outcome().map(|row| Content::Outcome(Box::new(row))),
            Kind::FurtherStudy => self.further_study().map(|row| Content::FurtherStudy(Box::new(row))),
            Kind::Exam => self.exam().map(|row| Content::Exam(Box::new(row))),
            Kind::Employers => self.employer().map(|row| Content::Employer(Box::new(row))),
            Kind::Placements => self.placement().map(|row| Content::Placement(Box::new(row))),
            Kind::Staff => self.staff().map(|row| Content::Staff(Box::new(row))),
        }
    }

    pub(super) fn school_code(&mut self) -> Option<SchoolCode> {
        self.optional(Column::SchoolCode, |cell| {
            let Some(text) = cells::text(cell)? else { return Ok(None) };
            let code = SchoolCode::parse(&text).map_err(|_| InvalidName::SchoolCode(cells::shortened(&text)))?;
            Ok::<_, Why>(Some(code))
        })
    }

    fn school(&mut self) -> Option<SchoolRow> {
        let code = self.school_code();
        if code.is_none() && self.faults.is_empty() {
            self.fault(Column::SchoolCode, RowFault::Empty { column: Column::SchoolCode });
        }
        let name = self.required(Column::SchoolName, cells::unit);
        let category = self.required(Column::SchoolCategory, cells::term);
        Some(SchoolRow { code: code?, name: name?, category: category? })
    }

    pub(super) fn person(&mut self) -> Option<PersonRef> {
        let school = SchoolRef { code: self.school_code(), name: self.optional(Column::SchoolName, cells::unit) };
        let name = self.required(Column::Name, cells::name);
        let kind = self.optional(Column::DocumentKind, cells::term);
        let faults = self.faults.len();
        let document = self.optional(Column::Document, |cell| cells::identity_number(cell, kind));
        let student_number = self.optional(Column::StudentNumber, cells::number);
        let has_neither = document.is_none() && student_number.is_none() && self.faults.len() == faults;
        if has_neither || (document.is_none() && self.faults.len() == faults && self.headings.kind == Kind::Roster) {
            self.fault(Column::Document, RowFault::Empty { column: Column::Document });
        }
        if self.faults.len() > faults {
            return None;
        }
        Some(PersonRef { school, name: name?, document, student_number })
    }

    /// A member of staff, by what it signs in with; else by the telephone, or the name alone.
    fn staff(&mut self) -> Option<StaffRow> {
        let school = SchoolRef { code: self.school_code(), name: self.optional(Column::SchoolName, cells::unit) };
        let name = self.required(Column::Name, cells::name);
        let login = self.optional(Column::Login, cells::login);
        let phone = self.optional(Column::Phone, cells::login);
        let role = self.required(Column::Role, cells::term);
        let class = self.optional(Column::Class, cells::class);
        let employment = self.optional(Column::Employment, cells::term).unwrap_or_default();
        Some(StaffRow { school, name: name?, login: login.or(phone), role: role?, class, employment })
    }

    fn roster(&mut self) -> Option<RosterRow> {
        let person = self.person();
        let gender = self.gender(person.as_ref());
        let (specialty, specialty_name) = self.specialty();
        let class = self.required(Column::Class, cells::class);
        let standing: Option<Standing> = self.required(Column::Standing, cells::term);
        let standing_on = self.optional(Column::StandingDay, cells::day);
        // A day that cannot be read has been said already.
        let day = self.cell(Column::StandingDay);
        let has_no_day = cells::says_none(day) || cells::day(day).is_ok_and(|day| day.is_none());
        if standing.is_some_and(|standing| standing != Standing::Enrolled) && has_no_day {
            self.fault(Column::StandingDay, RowFault::StandingWithoutDay);
        }
        let phone = self.optional(Column::Phone, cells::number);
        let former_document = self.optional(Column::FormerDocument, |cell| cells::identity_number(cell, None));
        let guardian = self.optional(Column::Guardian, cells::name);
        let guardian_phone = self.optional(Column::GuardianPhone, cells::number);
        let home_address = self.optional(Column::HomeAddress, cells::text);
        let route = self.optional(Column::Route, cells::term);
        let corrects = self.corrects();
        Some(RosterRow {
            person: person?,
            former_document,
            phone,
            guardian,
            guardian_phone,
            home_address,
            gender: gender?,
            specialty,
            specialty_name,
            class: class?,
            route,
            corrects,
            standing: standing?,
            standing_on,
        })
    }

    /// The gender that the ID number states; another in the file is a fault.
    fn gender(&mut self, person: Option<&PersonRef>) -> Option<Gender> {
        let given: Option<Gender> = self.optional(Column::Gender, cells::term);
        let stated = person?.document.as_ref().and_then(IdentityNumber::gender);
        if let (Some(given), Some(stated)) = (given, stated)
            && given != stated
        {
            self.fault(Column::Gender, RowFault::GenderDiffers { stated });
        }
        if stated.is_none() && self.is_empty(Column::Gender) {
            self.fault(Column::Gender, RowFault::Empty { column: Column::Gender });
        }
        stated.or(given)
    }

    /// The code, or the code of the name; the school's word is kept where no code is found.
    fn specialty(&mut self) -> (Option<SpecialtyCode>, Option<String>) {
        let code = self.optional(Column::SpecialtyCode, |cell| {
            let Some(text) = cells::text(cell)? else { return Ok(None) };
            let code = SpecialtyCode::parse(&text).map_err(|_| InvalidName::SpecialtyCode(cells::shortened(&text)))?;
            Ok::<_, Why>(Some(code))
        });
        let name = self.optional(Column::SpecialtyName, cells::text);
        let of_name = |name: &String| SPECIALTIES.iter().find(|(_, known)| known == name).map(|(code, _)| *code);
        let found = name.as_ref().and_then(of_name);
        if code.is_none() && name.is_none() && self.faults.is_empty() {
            let (one, other) = (Column::SpecialtyCode, Column::SpecialtyName);
            self.fault(one, RowFault::BothEmpty { one, other });
        }
        match (code, found) {
            (Some(code), found) => {
                if found.is_some_and(|found| found != code.as_str()) {
                    let warning = self.described(Column::SpecialtyName, RowFault::SpecialtyDiffers);
                    self.warnings.push(warning);
                }
                (Some(code), None)
            }
            (None, Some(found)) => (SpecialtyCode::parse(found).ok(), None),
            (None, None) => {
                if name.is_some() {
                    let warning = self.described(Column::SpecialtyName, RowFault::SpecialtyUnknown);
                    self.warnings.push(warning);
                }
                (None, name)
            }
        }
    }

    /// Whether a roster's row corrects what is recorded: nothing else is done to a standing.
    fn corrects(&mut self) -> bool {
        match self.optional(Column::Operation, cells::term) {
            None | Some(RowOperation::State) => false,
            Some(RowOperation::Correct) => true,
            Some(RowOperation::Withdraw | RowOperation::Restore) => {
                self.fault(Column::Operation, RowFault::OnlyCorrection);
                false
            }
        }
    }

    /// What the row does: said in 操作, or in 状态 as older lists have it.
    fn act(&mut self) -> RowAct {
        let said: Option<RowOperation> = self.optional(Column::Operation, cells::term);
        let status: Option<RowOperation> = self.optional(Column::Status, cells::term);
        if let (Some(said), Some(status)) = (said, status)
            && said != status
            && status != RowOperation::State
        {
            self.fault(Column::Status, RowFault::OperationsDiffer);
        }
        let reason = self.optional(Column::OperationReason, cells::term).unwrap_or_default();
        let former_day = self.optional(Column::FormerDay, cells::day);
        RowAct { operation: said.or(status).unwrap_or_default(), reason, former_day }
    }

    /// What a cell says: nothing where it is empty, that there is none where it says so in a word.
    fn spoken<T, E: Into<Why>>(&mut self, column: Column, read: impl Fn(&Cell) -> Result<Option<T>, E>) -> Spoken<T> {
        match self.optional(column, read) {
            Some(value) => Spoken::Value(value),
            None if cells::says_none(self.cell(column)) => Spoken::None,
            None => Spoken::Nothing,
        }
    }

    fn destination_kind(&mut self) -> Option<DestinationKind> {
        const STUDY: [&str; 4] = ["升学", "已升学", "升学读书", "读书"];
        let text = cells::text(self.cell(Column::DestinationKind)).ok().flatten();
        if text.is_some_and(|text| STUDY.contains(&text.as_str())) {
            self.fault(Column::DestinationKind, RowFault::StudyAmongJobs);
            return None;
        }
        self.required(Column::DestinationKind, cells::term)
    }

    fn outcome(&mut self) -> Option<OutcomeRow> {
        let person = self.person();
        let act = self.act();
        let kind = self.destination_kind();
        let employer = self.spoken(Column::Employer, cells::unit);
        let credit_code = self.credit_code();
        let college = self.optional(Column::College, cells::unit);
        let has_employer = matches!(employer, Spoken::Value(_));
        if has_employer && college.is_some() {
            self.fault(Column::College, RowFault::JobAndStudy);
        }
        let needs_employer = matches!(
            kind,
            Some(DestinationKind::GovernmentBody | DestinationKind::PublicInstitution | DestinationKind::Enterprise)
        );
        if needs_employer && !has_employer {
            self.fault(Column::Employer, RowFault::EmployerMissing);
        }
        let starts_on = self.required(Column::StartDay, cells::day);
        let last_day = self.spoken(Column::EndDay, cells::day);
        if let (Some(starts_on), Spoken::Value(last_day)) = (starts_on, last_day)
            && last_day < starts_on
        {
            self.fault(Column::EndDay, RowFault::EndsBeforeStart { first_day: starts_on });
        }
        // Everything is read before a missing cell ends it, so that all faults are named.
        let industry = self.spoken(Column::Industry, industry);
        let place = self.spoken(Column::Place, cells::term);
        let channel = self.spoken(Column::Channel, cells::term);
        let salary_yuan = self.spoken(Column::Salary, cells::monthly_pay);
        let contract = self.spoken(Column::Contract, cells::term);
        let insurance = self.spoken(Column::Insurance, cells::term);
        let evidence = self.evidence();
        let on_specialty = self.spoken(Column::Match, cells::term);
        let heard_from = self.optional(Column::Source, cells::term);
        let reported_on = self.optional(Column::ReportedDay, cells::day);
        Some(OutcomeRow {
            person: person?,
            act,
            kind: kind?,
            employer,
            credit_code,
            industry,
            place,
            channel,
            salary_yuan,
            contract,
            insurance,
            starts_on: starts_on?,
            last_day,
            evidence,
            on_specialty,
            heard_from,
            reported_on,
        })
    }

    /// One or several kinds of evidence, divided by the usual marks.
    fn evidence(&mut self) -> Vec<EvidenceKind> {
        let Some(text) = self.optional(Column::Evidence, cells::text) else { return vec![] };
        let mut kinds = vec![];
        for part in text.split(['、', ',', ';', '/', '+']).map(str::trim).filter(|part| !part.is_empty()) {
            match cells::term::<EvidenceKind>(&Cell::Text(part.to_owned())) {
                Ok(kind) => kinds.extend(kind),
                Err(reason) => self.fault(Column::Evidence, reason),
            }
        }
        kinds
    }

    fn further_study(&mut self) -> Option<FurtherStudyRow> {
        let person = self.person();
        let act = self.act();
        let channel = self.required(Column::StudyChannel, cells::term);
        let level = self.required(Column::StudyLevel, cells::term);
        let college = self.required(Column::College, cells::unit);
        if self.optional(Column::Employer, cells::unit).is_some() && college.is_some() {
            self.fault(Column::Employer, RowFault::JobAndStudy);
        }
        let admitted_on = self.spoken(Column::AdmissionDay, cells::day);
        let registered_on = self.spoken(Column::RegistrationDay, cells::day);
        let last_day = self.spoken(Column::LeavingDay, cells::day);
        if admitted_on.value().or(registered_on.value()).is_none() && self.faults.is_empty() {
            let (one, other) = (Column::AdmissionDay, Column::RegistrationDay);
            self.fault(one, RowFault::BothEmpty { one, other });
        }
        let college_specialty = self.spoken(Column::CollegeSpecialty, cells::text);
        let evidence = self.evidence();
        let heard_from = self.optional(Column::Source, cells::term);
        let reported_on = self.optional(Column::ReportedDay, cells::day);
        Some(FurtherStudyRow {
            person: person?,
            act,
            channel: channel?,
            level: level?,
            college: college?,
            college_specialty,
            admitted_on,
            registered_on,
            last_day,
            evidence,
            heard_from,
            reported_on,
        })
    }

    fn exam(&mut self) -> Option<ExamRow> {
        let person = self.person();
        let act = self.act();
        let exam = self.optional(Column::ExamName, cells::term).unwrap_or_default();
        let sat = self.required(Column::ExamSat, cells::yes);
        let result: Spoken<ExamResult> = self.spoken(Column::ExamResult, cells::term);
        if sat == Some(false) && result.value().is_some_and(|result| result != ExamResult::Sat) {
            self.fault(Column::ExamResult, RowFault::ReachedWithoutExam);
        }
        let exam_on = self.optional(Column::ExamDay, cells::day);
        Some(ExamRow { person: person?, act, exam, sat: sat?, result, exam_on })
    }
}

/// Whether anything may stand in the column, so that a word for nothing is no value of it.
fn is_free_text(column: Column) -> bool {
    matches!(
        column,
        Column::SchoolName
            | Column::Name
            | Column::Class
            | Column::StudentNumber
            | Column::SpecialtyName
            | Column::Phone
            | Column::Guardian
            | Column::GuardianPhone
            | Column::HomeAddress
            | Column::Employer
            | Column::Evidence
            | Column::College
            | Column::CollegeSpecialty
            | Column::Unit
            | Column::Contact
            | Column::Post
            | Column::Address
            | Column::Mentor
            | Column::MentorPhone
            | Column::Teacher
            | Column::Login
    )
}

/// An industry by its letter, a code that begins with it, or its name.
pub(super) fn industry(cell: &Cell) -> Result<Option<Industry>, Why> {
    let Some(text) = cells::text(cell)? else { return Ok(None) };
    let letter = text.get(..1).and_then(Industry::from_code);
    let coded = text.len() <= 5 && text.bytes().skip(1).all(|b| b.is_ascii_digit());
    match letter.filter(|_| coded) {
        Some(industry) => Ok(Some(industry)),
        None => cells::term(cell),
    }
}
