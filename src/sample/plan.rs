//! Who of a city's graduates did what: the published marginals and the traps, allotted to graduates.
//!
//! Pure: dice in, plan out. Invariant: whatever the dice, a plan has exactly the counts of the tables below.

use super::dice::Dice;
use super::schools::{School, sizes};
use super::trap::Trap;
use crate::domain::terms::{
    DestinationKind, EmploymentKind, ExamResult, SchoolCategory, SpecialtyMatch, Standing, StudyChannel, StudyLevel,
};

/// Graduates of the model city in 2022.
pub const GRADUATES: usize = 18_081;
/// Of them, in further study at the end of the year.
pub const FURTHER_STUDY: usize = 12_339;

/// The schools, by their places in the list, that send lists again after their first ones.
pub const SEND_AGAIN: [usize; 6] = [0, 3, 9, 10, 16, 19];

/// What is true of a graduate at the end of the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Study {
        channel: StudyChannel,
        level: StudyLevel,
    },
    Employed {
        kind: DestinationKind,
        judged: Option<SpecialtyMatch>,
    },
    /// The kind that the files state; `None` when they state nothing valid.
    NotEmployed(Option<DestinationKind>),
}

/// A graduate to be: the school, by its place in the list, and all that figures count.
#[derive(Debug, Clone)]
pub struct Planned {
    pub school: usize,
    pub fate: Fate,
    pub exam: Option<ExamResult>,
    pub trap: Option<Trap>,
    /// For one person at two schools and for namesakes: which pair, shared by two planned graduates.
    pub pair: Option<usize>,
}

/// Someone on a roster who did not graduate.
#[derive(Debug, Clone, Copy)]
pub struct NotGraduated {
    pub school: usize,
    pub standing: Standing,
    pub trap: Option<Trap>,
}

pub struct Plan {
    pub graduates: Vec<Planned>,
    pub not_graduated: Vec<NotGraduated>,
}

/// Channel, level and number of those in further study: 231 undergraduates; 4,216 by the exam, 8,123 otherwise.
const STUDY: [(StudyChannel, StudyLevel, usize); 10] = [
    (StudyChannel::VocationalExam, StudyLevel::JuniorCollege, 3_997),
    (StudyChannel::VocationalExam, StudyLevel::VocationalUndergraduate, 88),
    (StudyChannel::VocationalExam, StudyLevel::GeneralUndergraduate, 131),
    (StudyChannel::ThreePlusTwo, StudyLevel::JuniorCollege, 4_900),
    (StudyChannel::FiveYear, StudyLevel::JuniorCollege, 2_600),
    (StudyChannel::Integrated, StudyLevel::JuniorCollege, 420),
    (StudyChannel::Integrated, StudyLevel::VocationalUndergraduate, 8),
    (StudyChannel::Integrated, StudyLevel::GeneralUndergraduate, 4),
    (StudyChannel::GeneralExam, StudyLevel::JuniorCollege, 160),
    (StudyChannel::Abroad, StudyLevel::Other, 31),
];

/// Kinds of employment and their numbers: 2,793 organisation, 567 self-employed, 2,048 otherwise.
const EMPLOYED: [(DestinationKind, usize); 9] = [
    (DestinationKind::GovernmentBody, 31),
    (DestinationKind::PublicInstitution, 158),
    (DestinationKind::MilitaryService, 171),
    (DestinationKind::Enterprise, 2_433),
    (DestinationKind::IndividualBusiness, 429),
    (DestinationKind::Startup, 138),
    (DestinationKind::FlexibleEmployment, 1_322),
    (DestinationKind::Freelance, 317),
    (DestinationKind::OtherEmployment, 409),
];

/// Per kind of employment: near, full, not judged; the rest is off-specialty. 1,866 are near or full, 25 not judged.
const JUDGED: [(EmploymentKind, usize, usize, usize); 3] = [
    (EmploymentKind::Organisation, 860, 520, 15),
    (EmploymentKind::SelfEmployed, 140, 70, 4),
    (EmploymentKind::Otherwise, 196, 80, 6),
];

/// The trapped who are not employed: of 22 each, how many seek, intend to study, do not seek, and state nothing else.
const TRAPPED: [(Trap, [usize; 4]); 6] = [
    (Trap::AdmittedNotRegistered, [6, 12, 1, 3]),
    (Trap::LeftCollege, [7, 8, 3, 4]),
    (Trap::JobEnded, [9, 2, 4, 7]),
    (Trap::JobAfterCutOff, [14, 2, 3, 3]),
    (Trap::StatementWithdrawn, [11, 2, 5, 4]),
    (Trap::InternshipOnly, [13, 2, 4, 3]),
];
/// Those not employed who carry no trap, in the same order.
const PLAIN_NOT_EMPLOYED: [usize; 4] = [136, 33, 20, 13];

const NOT_EMPLOYED_KINDS: [Option<DestinationKind>; 4] =
    [Some(DestinationKind::Seeking), Some(DestinationKind::IntendsToStudy), Some(DestinationKind::NotSeeking), None];

type IsOf = fn(Fate) -> bool;

/// Whose rows the second list corrects, and how many: a kind that was wrong, an employer, the first day of a job that begins
/// after the cut-off.
const CORRECTED: [(usize, IsOf); 3] = [
    (12, |fate| matches!(fate, Fate::Employed { kind: DestinationKind::FlexibleEmployment, judged: Some(_) })),
    (4, |fate| matches!(fate, Fate::Employed { kind: DestinationKind::Enterprise, judged: Some(_) })),
    (8, |fate| fate == Fate::NotEmployed(Some(DestinationKind::Seeking))),
];

/// The plan of one city.
pub fn plan(schools: &[School], dice: &mut Dice) -> Plan {
    let mut graduates = places(schools, dice);
    let (study, work) = graduates.split_at_mut(FURTHER_STUDY);
    allot_study(study, dice);
    allot_work(work, dice);
    allot_exam(work);
    plant_pairs(&mut graduates);
    Plan { graduates, not_graduated: not_graduated(schools.len(), dice) }
}

/// A place at a school for every graduate, those who will study on first: more of them at public schools.
fn places(schools: &[School], dice: &mut Dice) -> Vec<Planned> {
    let mut places = Vec::with_capacity(GRADUATES);
    for (school, size) in sizes(schools, GRADUATES).into_iter().enumerate() {
        let bias = match schools[school].category {
            SchoolCategory::Public => 120,
            SchoolCategory::Private => 0,
            SchoolCategory::Technician => 60,
        };
        for _ in 0..size {
            places.push((dice.below(1000) + 120 - bias, dice.below(1 << 30), school));
        }
    }
    places.sort_unstable();
    let (study, work) = places.split_at_mut(FURTHER_STUDY);
    dice.shuffle(study);
    dice.shuffle(work);
    places
        .into_iter()
        .map(|(_, _, school)| Planned { school, fate: Fate::NotEmployed(None), exam: None, trap: None, pair: None })
        .collect()
}

fn allot_study(study: &mut [Planned], dice: &mut Dice) {
    let fates = STUDY.iter().flat_map(|(channel, level, count)| std::iter::repeat_n((*channel, *level), *count));
    for (planned, (channel, level)) in study.iter_mut().zip(fates) {
        planned.fate = Fate::Study { channel, level };
        planned.exam = (channel == StudyChannel::VocationalExam).then_some(match level.is_undergraduate() {
            true => ExamResult::QualifiedUndergraduate,
            false => ExamResult::Qualified,
        });
    }
    dice.shuffle(study);
    let traps = [(Trap::JobAndCollege, 30), (Trap::MatchWhileStudying, 26)];
    let traps = traps.iter().flat_map(|(trap, count)| std::iter::repeat_n(*trap, *count));
    for (planned, trap) in study.iter_mut().zip(traps) {
        planned.trap = Some(trap);
    }
    let in_three_plus_two = |planned: &Planned| {
        planned.fate == Fate::Study { channel: StudyChannel::ThreePlusTwo, level: StudyLevel::JuniorCollege }
    };
    plant(study, Trap::StudiedAgain, 22, in_three_plus_two);
    plant(study, Trap::CollegeSaysRegistered, 22, in_three_plus_two);
    plant(study, Trap::NoCitizenNumber, 12, in_three_plus_two);
    plant(study, Trap::TwoSittings, 24, |planned| planned.exam == Some(ExamResult::Qualified));
}

fn allot_work(work: &mut [Planned], dice: &mut Dice) {
    let mut fates = Vec::with_capacity(work.len());
    for (employment, near, full, unjudged) in JUDGED {
        let mut kinds: Vec<DestinationKind> = EMPLOYED
            .iter()
            .filter(|(kind, _)| kind.employment() == Some(employment))
            .flat_map(|(kind, count)| std::iter::repeat_n(*kind, *count))
            .collect();
        dice.shuffle(&mut kinds);
        for (i, kind) in kinds.into_iter().enumerate() {
            let judged = match i {
                i if i < near => Some(SpecialtyMatch::Near),
                i if i < near + full => Some(SpecialtyMatch::Full),
                i if i < near + full + unjudged => None,
                _ => Some(SpecialtyMatch::None),
            };
            fates.push((Fate::Employed { kind, judged }, None));
        }
    }
    for (trap, counts) in TRAPPED {
        for (kind, count) in NOT_EMPLOYED_KINDS.into_iter().zip(counts) {
            fates.extend(std::iter::repeat_n((Fate::NotEmployed(kind), Some(trap)), count));
        }
    }
    for (kind, count) in NOT_EMPLOYED_KINDS.into_iter().zip(PLAIN_NOT_EMPLOYED) {
        fates.extend(std::iter::repeat_n((Fate::NotEmployed(kind), None), count));
    }
    dice.shuffle(&mut fates);
    for (planned, (fate, trap)) in work.iter_mut().zip(fates) {
        (planned.fate, planned.trap) = (fate, trap);
    }
    // More into organisations than out of them, so that the changes do not cancel out in the count.
    for (employment, count) in [(EmploymentKind::Organisation, 28), (EmploymentKind::Otherwise, 12)] {
        plant(
            work,
            Trap::JobChanged,
            count,
            |planned| matches!(planned.fate, Fate::Employed { kind, judged: Some(_) } if kind.employment() == Some(employment)),
        );
    }
    let employed = |planned: &Planned| matches!(planned.fate, Fate::Employed { .. });
    let at_enterprise =
        |planned: &Planned| matches!(planned.fate, Fate::Employed { kind: DestinationKind::Enterprise, .. });
    plant(work, Trap::EmployerWithoutCode, 26, at_enterprise);
    plant(work, Trap::AbsentFromExam, 24, employed);
    plant(work, Trap::EndsOnCutOff, 22, at_enterprise);
    plant(work, Trap::CollegeSaysLeft, 22, at_enterprise);
    plant(work, Trap::NoCitizenNumber, 12, employed);
    // What is sent again is sent by some schools only.
    let sent_again = |planned: &Planned| SEND_AGAIN.contains(&planned.school);
    plant(work, Trap::OlderRoster, 24, |planned| sent_again(planned) && employed(planned));
    plant(work, Trap::NumberChanged, 22, |planned| sent_again(planned) && employed(planned));
    for (count, fate) in CORRECTED {
        plant(work, Trap::ListCorrected, count, |planned| sent_again(planned) && fate(planned.fate));
    }
}

/// Gives the trap to the first `count` graduates without one who fit.
fn plant(graduates: &mut [Planned], trap: Trap, count: usize, fits: impl Fn(&Planned) -> bool) {
    let free = graduates.iter_mut().filter(|planned| planned.trap.is_none() && fits(planned));
    free.take(count).for_each(|planned| planned.trap = Some(trap));
}

/// Exam results of those who do not study on by the exam: 66 qualified, 4 of them for undergraduate study, and 51 sat only.
fn allot_exam(work: &mut [Planned]) {
    let mut give = |result: ExamResult, count: usize, fits: &dyn Fn(&Planned) -> bool| {
        let free = work.iter_mut().filter(|planned| planned.exam.is_none() && fits(planned));
        free.take(count).for_each(|planned| planned.exam = Some(result));
    };
    let plain_job = |planned: &Planned| planned.trap.is_none() && matches!(planned.fate, Fate::Employed { .. });
    let plain_seeker =
        |planned: &Planned| planned.trap.is_none() && planned.fate == Fate::NotEmployed(Some(DestinationKind::Seeking));
    let trapped = |trap: Trap| move |planned: &Planned| planned.trap == Some(trap);
    give(ExamResult::QualifiedUndergraduate, 3, &trapped(Trap::AdmittedNotRegistered));
    give(ExamResult::Qualified, 15, &trapped(Trap::AdmittedNotRegistered));
    give(ExamResult::Qualified, 12, &trapped(Trap::LeftCollege));
    give(ExamResult::QualifiedUndergraduate, 1, &plain_job);
    give(ExamResult::Qualified, 35, &plain_job);
    give(ExamResult::Sat, 36, &plain_job);
    give(ExamResult::Sat, 15, &plain_seeker);
}

/// 24 people at two schools with the same outcome at each, and 22 pairs of namesakes at one school with different outcomes.
fn plant_pairs(graduates: &mut [Planned]) {
    let mut pairs = 0;
    let mut join = |graduates: &mut [Planned],
                    count: usize,
                    trap: Trap,
                    fits: &dyn Fn(&Planned, &Planned) -> bool,
                    from: usize| {
        let mut joined = 0;
        let mut i = from;
        while joined < count && i < graduates.len() {
            if graduates[i].trap.is_none() && graduates[i].exam.is_none() {
                let free = |other: &Planned| other.trap.is_none() && other.exam.is_none();
                let other =
                    (i + 1..graduates.len()).find(|j| free(&graduates[*j]) && fits(&graduates[i], &graduates[*j]));
                if let Some(j) = other {
                    for k in [i, j] {
                        graduates[k].trap = Some(trap);
                        graduates[k].pair = Some(pairs);
                    }
                    pairs += 1;
                    joined += 1;
                }
            }
            i += 1;
        }
    };
    let same_elsewhere = |one: &Planned, other: &Planned| one.school != other.school && one.fate == other.fate;
    let at_work_here =
        |one: &Planned, other: &Planned| one.school == other.school && matches!(other.fate, Fate::Employed { .. });
    join(graduates, 16, Trap::TwoSchools, &same_elsewhere, 100);
    join(graduates, 8, Trap::TwoSchools, &same_elsewhere, FURTHER_STUDY + 900);
    join(graduates, 22, Trap::Namesakes, &at_work_here, 4_000);
}

fn not_graduated(schools: usize, dice: &mut Dice) -> Vec<NotGraduated> {
    let standings = [
        (Standing::Withdrawn, Some(Trap::StudentWithdrew), 24),
        (Standing::TransferredOut, Some(Trap::TransferredOut), 24),
        (Standing::Completed, Some(Trap::CompletedOnly), 24),
        (Standing::OnLeave, Some(Trap::OnLeave), 24),
        (Standing::Enrolled, None, 12),
    ];
    standings
        .iter()
        .flat_map(|(standing, trap, count)| std::iter::repeat_n((*standing, *trap), *count))
        .map(|(standing, trap)| NotGraduated { school: dice.below(schools), standing, trap })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn model() -> Plan {
        plan(&super::super::schools::schools(0), &mut Dice::of_city(0))
    }

    fn count(plan: &Plan, fits: impl Fn(&Planned) -> bool) -> usize {
        plan.graduates.iter().filter(|planned| fits(planned)).count()
    }

    #[test]
    fn the_plan_has_the_published_marginals() {
        let plan = model();
        let employed = |wanted: EmploymentKind| {
            count(&plan, |p| matches!(p.fate, Fate::Employed { kind, .. } if kind.employment() == Some(wanted)))
        };
        let studying = |fits: &dyn Fn(StudyChannel, StudyLevel) -> bool| {
            count(&plan, |p| matches!(p.fate, Fate::Study { channel, level } if fits(channel, level)))
        };
        let by_exam = |channel| channel == StudyChannel::VocationalExam;
        assert_eq!(plan.graduates.len(), 18_081);
        assert_eq!(studying(&|_, _| true), 12_339);
        assert_eq!(studying(&|_, level| level.is_undergraduate()), 231);
        assert_eq!(studying(&|channel, level| by_exam(channel) && level.is_undergraduate()), 219);
        assert_eq!(studying(&|channel, _| by_exam(channel)), 4_216);
        assert_eq!(studying(&|channel, _| !by_exam(channel)), 8_123);
        assert_eq!(employed(EmploymentKind::Organisation), 2_793);
        assert_eq!(employed(EmploymentKind::SelfEmployed), 567);
        assert_eq!(employed(EmploymentKind::Otherwise), 2_048);
        let judged = |wanted: Option<SpecialtyMatch>| {
            count(&plan, |p| matches!(p.fate, Fate::Employed { judged, .. } if judged == wanted))
        };
        assert_eq!(judged(Some(SpecialtyMatch::Near)) + judged(Some(SpecialtyMatch::Full)), 1_866);
        assert_eq!(judged(None), 25);
        for (kind, number) in NOT_EMPLOYED_KINDS.into_iter().zip([196, 61, 40, 37]) {
            assert_eq!(count(&plan, |p| p.fate == Fate::NotEmployed(kind)), number, "{kind:?}");
        }
        assert_eq!(count(&plan, |p| p.exam >= Some(ExamResult::Sat)), 4_333);
        assert_eq!(count(&plan, |p| p.exam >= Some(ExamResult::Qualified)), 4_282);
        assert_eq!(count(&plan, |p| p.exam == Some(ExamResult::QualifiedUndergraduate)), 223);
    }

    #[test]
    fn every_trap_is_planted_at_least_twenty_times() {
        let plan = model();
        let mut planted: HashMap<Trap, usize> = HashMap::new();
        for trap in plan.graduates.iter().filter_map(|p| p.trap).chain(plan.not_graduated.iter().filter_map(|p| p.trap))
        {
            *planted.entry(trap).or_default() += 1;
        }
        for trap in Trap::ALL {
            let per_case = if matches!(trap, Trap::TwoSchools | Trap::Namesakes) { 2 } else { 1 };
            assert!(planted[&trap] >= 20 * per_case, "{trap:?}: {}", planted[&trap]);
        }
        let second_rows = count(&plan, |p| matches!(p.fate, Fate::NotEmployed(Some(_))) && p.trap.is_some());
        assert!(second_rows >= 83);
    }

    #[test]
    fn pairs_are_at_two_schools_or_namesakes_with_different_outcomes() {
        let plan = model();
        let mut pairs: HashMap<usize, Vec<&Planned>> = HashMap::new();
        for planned in &plan.graduates {
            if let Some(pair) = planned.pair {
                pairs.entry(pair).or_default().push(planned);
            }
        }
        for pair in pairs.values() {
            assert_eq!(pair.len(), 2);
            match pair[0].trap {
                Some(Trap::TwoSchools) => assert_ne!(pair[0].school, pair[1].school),
                _ => assert!(pair[0].school == pair[1].school && pair[0].fate != pair[1].fate),
            }
        }
    }
}
