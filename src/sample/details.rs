//! The details of a job as schools fill them in: industry, place, channel, pay, contract, insurance, evidence.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::dice::Dice;
use super::employers::Employer;
use super::rows::{Cell, Row, Student, days, worded};
use crate::domain::evidence::EvidenceKind;
use crate::domain::terms::{Channel, DestinationKind, Industry, Insurance, JobPlace, LabourContract, Term};

/// A kind of employment, for a statement that will not count.
pub fn counted_kind(dice: &mut Dice) -> DestinationKind {
    dice.weighted(&[
        (DestinationKind::Enterprise, 6),
        (DestinationKind::FlexibleEmployment, 3),
        (DestinationKind::IndividualBusiness, 1),
    ])
}

/// The first day of an ordinary job: mostly the summer; for some the internship became the job before graduation.
pub fn job_start(dice: &mut Dice) -> Date {
    match dice.below(100) {
        0..8 => date(2022, 3, 1).saturating_add(days(dice, 110)),
        8..84 => date(2022, 7, 1).saturating_add(days(dice, 75)),
        _ => date(2022, 9, 15).saturating_add(days(dice, 90)),
    }
}

/// The day on which the school entered it.
pub fn reported(start: Date, dice: &mut Dice) -> Date {
    start.saturating_add(7.days()).saturating_add(days(dice, 40)).max(date(2022, 8, 20))
}

/// Fills the cells of a job; a few percent stay empty, as in any school's file.
pub fn fill_job(
    row: &mut Row,
    student: &Student,
    kind: DestinationKind,
    employer: Option<&Employer>,
    start: Date,
    dice: &mut Dice,
) {
    let at = student.planned.school;
    row.set("去向类型", worded(kind, at));
    match (employer, kind) {
        (Some(employer), _) => {
            row.set("单位名称", employer.name.as_str());
            row.set("统一社会信用代码", employer.credit_code.as_str());
        }
        (None, DestinationKind::MilitaryService) => row.set("单位名称", "中国人民解放军某部"),
        (None, _) => {}
    }
    let industry = match (employer, kind) {
        (Some(employer), _) => employer.industry,
        (None, DestinationKind::MilitaryService) => Industry::S,
        (None, _) => dice.pick(&[Industry::F, Industry::G, Industry::H, Industry::I, Industry::O, Industry::R]),
    };
    let place = match employer {
        Some(employer) => employer.place,
        None => dice.weighted(&[(JobPlace::Local, 78), (JobPlace::Elsewhere, 21), (JobPlace::Abroad, 1)]),
    };
    let channel = dice.weighted(&[(Channel::School, 58), (Channel::Agency, 6), (Channel::Other, 36)]);
    let (contract, insurance) = security(kind, dice);
    let mut seldom_empty = |row: &mut Row, column: &str, text: &str| {
        if !dice.chance(3) {
            row.set(column, text);
        }
    };
    seldom_empty(row, "行业", worded(industry, at));
    seldom_empty(row, "就业地域", worded(place, at));
    seldom_empty(row, "就业渠道", worded(channel, at));
    seldom_empty(row, "劳动合同", worded(contract, at));
    seldom_empty(row, "社会保险", worded(insurance, at));
    seldom_empty(row, "佐证材料", evidence(kind).zh());
    if !dice.chance(4) {
        row.set("起薪", salary(kind, dice));
    }
    row.set("开始日期", start);
    if start.year() == 2022 && dice.chance(1) {
        // A contract that is known to end after the cut-off changes nothing on it.
        row.set("结束日期", date(2023, 6, 30));
    }
    row.set("信息来源", worded(student.source, at));
    row.set("填报日期", reported(start, dice));
}

fn security(kind: DestinationKind, dice: &mut Dice) -> (LabourContract, Insurance) {
    match kind {
        DestinationKind::GovernmentBody | DestinationKind::PublicInstitution => {
            (dice.pick(&[LabourContract::UpTo3Years, LabourContract::Over3Years]), Insurance::FiveAndFund)
        }
        DestinationKind::Enterprise => (
            dice.weighted(&[
                (LabourContract::None, 6),
                (LabourContract::UpTo1Year, 34),
                (LabourContract::UpTo2Years, 22),
                (LabourContract::UpTo3Years, 30),
                (LabourContract::Over3Years, 8),
            ]),
            dice.weighted(&[
                (Insurance::None, 6),
                (Insurance::Three, 12),
                (Insurance::Five, 48),
                (Insurance::ThreeAndFund, 6),
                (Insurance::FiveAndFund, 28),
            ]),
        ),
        DestinationKind::MilitaryService => (LabourContract::None, Insurance::None),
        _ => (
            dice.weighted(&[(LabourContract::None, 82), (LabourContract::UpTo1Year, 18)]),
            dice.weighted(&[(Insurance::None, 70), (Insurance::Three, 20), (Insurance::Five, 10)]),
        ),
    }
}

fn salary(kind: DestinationKind, dice: &mut Dice) -> Cell {
    let (low, high) = match kind {
        DestinationKind::MilitaryService => (1_000, 1_400),
        DestinationKind::GovernmentBody | DestinationKind::PublicInstitution => (3_000, 4_800),
        DestinationKind::Enterprise => (2_600, 6_200),
        DestinationKind::IndividualBusiness | DestinationKind::Startup => (1_800, 7_000),
        _ => (1_500, 5_200),
    };
    let rounded = (dice.between(low, high) + dice.between(low, high)) / 200 * 100;
    Cell::Number(f64::from(u32::try_from(rounded).unwrap_or_default()))
}

fn evidence(kind: DestinationKind) -> EvidenceKind {
    match kind {
        DestinationKind::MilitaryService => EvidenceKind::EnlistmentNotice,
        DestinationKind::IndividualBusiness | DestinationKind::Startup => EvidenceKind::BusinessLicence,
        DestinationKind::Freelance => EvidenceKind::SelfStatement,
        DestinationKind::FlexibleEmployment | DestinationKind::OtherEmployment => EvidenceKind::EmployerCertificate,
        _ => EvidenceKind::LabourContract,
    }
}
