//! From a plan to the rows of a school's files: the final year, its units, its placements, and what changes about them.
//!
//! What a class signs on paper, the file says, with arrival, change and early end; what others do, `script` orders.

use jiff::ToSpan;
use jiff::civil::Date;

use super::days::{Days, Wave};
use super::fate::{Amendment, Fate, Papers, Part};
use super::plan::{Manner, Planned, Pupil};
use super::planted::kind;
use super::units::Unit;
use crate::domain::agreement::codes::{InsuranceBuyer, InsuranceKind, PayMethod, Provision};
use crate::domain::host::codes::Finding;
use crate::domain::placement::arrangement::PayUnit;
use crate::domain::placement::codes::{
    ChangeReason, ComplianceVerdict, EndReason, HostSource, Initiator, InternshipKind,
};
use crate::domain::specialties::specialty_name;
use crate::domain::terms::{Route, Standing, Term};
use crate::sample::headings::FileKind;
use crate::sample::rows::{Cell, Row, worded};

/// What everybody gets whose pay is changed: nobody had it before.
pub const RAISED_PAY_YUAN: u32 = 3_600;

/// What is written about one school on a day.
pub struct Scribe<'a> {
    pub planned: &'a Planned,
    pub days: Days,
}

/// Whether the school's file says that the student signed, and what came after.
pub fn is_on_file(planned: &Planned, pupil: &Pupil) -> bool {
    planned.classes[pupil.class].manner == Manner::Paper && pupil.fate.is_signed() && pupil.fate != Fate::SignedAgain
}

/// By whom and why a stay ends early.
pub fn early_end(fate: Fate) -> Option<(Initiator, EndReason)> {
    match fate {
        Fate::Ended(Initiator::Student) => Some((Initiator::Student, EndReason::FurtherStudy)),
        Fate::EndedInForce => Some((Initiator::Student, EndReason::Family)),
        Fate::Ended(Initiator::Host) => Some((Initiator::Host, EndReason::StudentBreach)),
        Fate::PlacedAgain => Some((Initiator::Host, EndReason::HostClosed)),
        Fate::Ended(Initiator::School) => Some((Initiator::School, EndReason::Unsafe)),
        _ => None,
    }
}

/// The days on which things happen during a stay, in days before today.
pub const CHANGED_AGO: i64 = 21;
pub const ENDED_AGO: i64 = 10;
const LEFT_AGO: i64 = 5;

impl Scribe<'_> {
    /// The rows of one kind of file.
    pub fn rows(&self, kind: FileKind) -> Vec<Row> {
        let pupils = self.planned.pupils.iter();
        match kind {
            FileKind::FinalYear => pupils.map(|pupil| self.final_year(kind, pupil)).collect(),
            FileKind::Leave => self.planned.on_leave().map(|pupil| self.leave(kind, pupil)).into_iter().collect(),
            FileKind::Employers => (0..self.planned.units.all.len()).map(|unit| self.employer(unit)).collect(),
            FileKind::Placements => {
                pupils.filter(|pupil| pupil.fate.is_placed()).map(|pupil| self.placement(pupil)).collect()
            }
            FileKind::Changes => pupils.filter_map(|pupil| self.change(pupil)).collect(),
            FileKind::Later => {
                pupils.filter(|pupil| pupil.fate == Fate::PlacedAgain).map(|pupil| self.later(pupil)).collect()
            }
            FileKind::Roster
            | FileKind::Outcomes
            | FileKind::FurtherStudy
            | FileKind::Exam
            | FileKind::EarlierRoster
            | FileKind::NumberChanges
            | FileKind::CorrectedOutcomes
            | FileKind::CollegeList => vec![],
        }
    }

    fn worded<T: Term>(&self, value: T) -> &'static str {
        worded(value, self.planned.at)
    }

    fn leave(&self, kind: FileKind, pupil: &Pupil) -> Row {
        let mut row = self.final_year(kind, pupil);
        row.set("学籍状态", self.worded(Standing::OnLeave));
        row.set("状态日期", self.days.ago(LEFT_AGO));
        row
    }

    fn final_year(&self, kind: FileKind, pupil: &Pupil) -> Row {
        let Planned { school, classes, .. } = self.planned;
        let class = &classes[pupil.class];
        let mut row = Row::new(kind, school, &pupil.person);
        row.set("学号", pupil.number.as_str());
        row.set("性别", pupil.person.gender.zh());
        row.set("专业代码", class.specialty);
        row.set("专业名称", specialty_name(class.specialty).unwrap_or_default());
        row.set("班级", class.name.as_str());
        row.set("学生类型", Route::Regular.zh());
        row.set("学籍状态", self.worded(Standing::Enrolled));
        row.set("状态日期", self.days.entered_on());
        row.set("联系电话", pupil.person.phone.as_str());
        row
    }

    fn employer(&self, place: usize) -> Row {
        let Planned { school, units, contacts, .. } = self.planned;
        let unit = &units.all[place];
        let number = i64::try_from(place).unwrap_or_default();
        let mut row = Row::of_school(FileKind::Employers, school);
        name_unit(&mut row, unit);
        row.set("行业", self.worded(unit.industry));
        row.set("单位规模", self.worded(unit.size));
        row.set("单位性质", self.worded(unit.ownership));
        row.set("在岗职工总数", unit.staff_count);
        row.set("统计日期", self.days.ago(150));
        row.set("考察日期", self.days.ago(100 + number % 20));
        row.set("考察结论", self.worded(if place % 9 == 4 { Finding::Partly } else { Finding::Met }));
        if place < units.partner_count {
            if place.is_multiple_of(2) {
                row.set("合作起始日期", self.days.ago(700 + number * 31));
            }
            if place.is_multiple_of(5) {
                row.set("合作协议签订日期", self.days.ago(95));
                row.set("合作协议到期日", self.days.ago(95).saturating_add(3.years()));
            }
        }
        row.set("联系人", contacts[place].name.as_str());
        row.set("联系电话", contacts[place].phone.as_str());
        row
    }

    fn placement(&self, pupil: &Pupil) -> Row {
        let wave = self.planned.wave(pupil);
        let mut row = self.stay(FileKind::Placements, pupil, (pupil.unit, pupil.source), wave);
        if pupil.fate == Fate::Draft {
            // Not known yet; so the row stays a draft.
            row.set("指导教师", Cell::Empty);
            row.set("合规结论", Cell::Empty);
        }
        let is_paper = self.planned.classes[pupil.class].manner == Manner::Paper;
        if wave != Wave::Visit && is_on_file(self.planned, pupil) {
            row.set("签订日期", self.signed_on(wave));
            row.set("签署方", if self.planned.at.is_multiple_of(2) { "全部" } else { "" });
            row.set("其他材料签订日期", self.signed_on(wave));
        } else if is_paper && pupil.fate == Fate::Approved(Papers::PartlySigned) {
            row.set("签订日期", self.signed_on(wave));
            row.set("签署方", "学校、实习单位");
        }
        if is_on_file(self.planned, pupil) && pupil.fate.is_arrived() {
            row.set("到岗日期", self.days.first_day(wave));
            if let Some((initiator, reason)) = early_end(pupil.fate) {
                row.set("实际结束日期", self.days.ago(ENDED_AGO + 1));
                row.set("终止提出方", self.worded(initiator));
                row.set("终止原因", self.worded(reason));
                if pupil.fate != Fate::EndedInForce {
                    row.set("协议解除日期", self.days.ago(ENDED_AGO));
                }
            }
        }
        row
    }

    /// What a class signs on paper before it goes: some days before the first one, but not in days to come.
    fn signed_on(&self, wave: Wave) -> Date {
        self.days.first_day(wave).saturating_sub(6.days()).min(self.days.ago(2))
    }

    /// What is so from a day on, of students whose papers are on file.
    fn change(&self, pupil: &Pupil) -> Option<Row> {
        let Fate::Changed(part, amendment) = pupil.fate else { return None };
        if !is_on_file(self.planned, pupil) {
            return None;
        }
        let wave = self.planned.wave(pupil);
        let moves = part == Part::Host;
        let (unit, source) = if moves { (pupil.next_unit, HostSource::School) } else { (pupil.unit, pupil.source) };
        let mut row = Row::new(FileKind::Changes, &self.planned.school, &pupil.person);
        row.set("实习类别", self.worded(InternshipKind::Post));
        row.set("实习单位来源", self.worded(source));
        name_unit(&mut row, &self.planned.units.all[unit]);
        row.set("开始日期", self.days.first_day(wave));
        row.set("结束日期", self.days.last_day(wave));
        match part {
            Part::Host => self.place(&mut row, unit, self.post(pupil)),
            Part::Site => self.place(&mut row, unit, OTHER_POST),
            Part::Mentor => row.set("单位指导人", OTHER_MENTOR),
            Part::Period => row.set("结束日期", shortened(self.days.last_day(wave))),
            Part::Pay => {
                row.set("实习报酬", RAISED_PAY_YUAN);
                row.set("报酬单位", self.worded(PayUnit::Month));
            }
        }
        row.set("变更日期", self.days.ago(CHANGED_AGO));
        row.set("变更原因", self.worded(change_reason(part)));
        if amendment == Amendment::Signed {
            row.set("签订日期", self.days.ago(CHANGED_AGO - 2));
        }
        Some(row)
    }

    fn later(&self, pupil: &Pupil) -> Row {
        self.stay(FileKind::Later, pupil, (pupil.next_unit, HostSource::SelfFound), Wave::Soon)
    }

    /// What a stay arranges, and what its agreement is to say.
    fn stay(&self, file: FileKind, pupil: &Pupil, (unit, source): (usize, HostSource), wave: Wave) -> Row {
        let class = &self.planned.classes[pupil.class];
        let mut row = Row::new(file, &self.planned.school, &pupil.person);
        row.set("实习类别", self.worded(kind(wave)));
        row.set("实习单位来源", self.worded(source));
        name_unit(&mut row, &self.planned.units.all[unit]);
        row.set("开始日期", self.days.first_day(wave));
        row.set("结束日期", self.days.last_day(wave));
        self.place(&mut row, unit, self.post(pupil));
        row.set("指导教师", class.teacher.as_str());
        let is_warned = unit % 17 == 3;
        row.set("合规结论", self.worded(if is_warned { ComplianceVerdict::Warned } else { ComplianceVerdict::Passed }));
        if source == HostSource::SelfFound {
            row.set("书面申请日期", self.days.first_day(wave).min(self.days.today).saturating_sub(20.days()));
        }
        if wave == Wave::Visit {
            row.set("单位指导人", Cell::Empty);
            row.set("单位指导人电话", Cell::Empty);
            return row;
        }
        let (yuan, per) = pay(unit);
        row.set("实习报酬", yuan);
        row.set("报酬单位", self.worded(per));
        row.set("专业对口程度", self.worded(pupil.matched));
        if pupil.fate.has_terms() {
            self.terms(&mut row, unit);
        }
        row
    }

    fn place(&self, row: &mut Row, place: usize, post: &str) {
        let (unit, contact) = (&self.planned.units.all[place], &self.planned.contacts[place]);
        row.set("岗位", post);
        row.set("实习地址", unit.address.as_str());
        row.set("实习场所类型", self.worded(unit.site_kind));
        row.set("实习去向", self.worded(unit.region));
        row.set("单位指导人", contact.name.as_str());
        row.set("单位指导人电话", contact.phone.as_str());
    }

    fn terms(&self, row: &mut Row, place: usize) {
        let far = place % 4 == 1;
        row.set("每日工时", 8_u32);
        row.set("每周天数", if place.is_multiple_of(3) { 6_u32 } else { 5 });
        row.set("就餐", self.worded(if place % 5 == 2 { Provision::Subsidised } else { Provision::Provided }));
        row.set("住宿", self.worded(if far { Provision::Provided } else { Provision::Own }));
        row.set("报酬支付方式", self.worded(PayMethod::Transfer));
        row.set("支付日", if place.is_multiple_of(2) { 10_u32 } else { 15 });
        row.set("险种", self.worded(InsuranceKind::Liability));
        let buyer = if place % 7 == 6 { InsuranceBuyer::Host } else { InsuranceBuyer::School };
        row.set("保险购买方", self.worded(buyer));
    }

    /// What the student does, by the class of specialties.
    pub fn post(&self, pupil: &Pupil) -> &'static str {
        match &self.planned.classes[pupil.class].specialty[..2] {
            "61" => "种养技术员",
            "62" => "环境监测员",
            "63" => "电站运维员",
            "64" => "施工测量员",
            "65" => "水利施工员",
            "66" => "数控操作工",
            "67" => "化验员",
            "68" => "样衣工",
            "69" => "药品检验员",
            "70" => "汽车维修工",
            "71" => "网络运维员",
            "72" => "护理员",
            "73" => "电商运营助理",
            "74" => "餐厅服务员",
            "75" => "平面设计助理",
            "76" => "视频剪辑员",
            "77" => "保育员",
            "78" => "安保员",
            _ => "养老护理员",
        }
    }
}

/// Where and under whom somebody works after a change.
pub const OTHER_POST: &str = "质量检验员";
pub const OTHER_MENTOR: &str = "郑建国";

/// A new last day, two weeks before the agreed one.
pub fn shortened(last_day: Date) -> Date {
    last_day.saturating_sub(14.days())
}

pub fn change_reason(part: Part) -> ChangeReason {
    match part {
        Part::Host => ChangeReason::HostAsked,
        Part::Site => ChangeReason::UnrelatedToSpecialty,
        Part::Mentor => ChangeReason::SchoolArranged,
        Part::Period | Part::Pay => ChangeReason::StudentAsked,
    }
}

/// What a unit pays.
fn pay(place: usize) -> (u32, PayUnit) {
    let place = u32::try_from(place).unwrap_or_default();
    if place % 9 == 4 { (80 + place % 8 * 10, PayUnit::Day) } else { (1_800 + place * 7 % 15 * 100, PayUnit::Month) }
}

fn name_unit(row: &mut Row, unit: &Unit) {
    row.set("单位名称", unit.name.as_str());
    row.set("统一社会信用代码", unit.credit_code.as_deref().unwrap_or_default());
}
