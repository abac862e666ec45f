use std::collections::{HashMap, HashSet};
use std::fs;

use jiff::civil::date;

use super::days::Wave;
use super::fate::Fate;
use super::plan::{FINAL_YEAR, Manner, PAPER_SCHOOL};
use super::script::Script;
use super::*;
use crate::app::actions::Command;
use crate::app::agreement::input::AgreementOrder;
use crate::domain::ids::{CitizenId, ClassName};
use crate::intake::kind::Kind;
use crate::intake::parse;
use crate::intake::sheet::read_bytes;

/// A Thursday.
const TODAY: Date = date(2026, 11, 26);

fn whole() -> Vec<Planned> {
    let days = Days { today: TODAY };
    plan::plan(0, &Extent::whole(), days, &mut Register::of_season(days.first_birth()))
}

/// Two small schools, the one on paper among them: 34 of 950 parts of 6,000 students.
fn part() -> Extent {
    Extent { schools: vec![PAPER_SCHOOL, 16], students: 6_000 }
}

fn written(extent: &Extent) -> (tempfile::TempDir, Season) {
    let dir = tempfile::tempdir().unwrap();
    let season = write(dir.path(), 1, extent, TODAY).unwrap();
    (dir, season)
}

#[test]
fn the_whole_season_has_about_18_000_placements_and_every_fate_at_every_school() {
    let plan = whole();
    let planted = Planted::of(&plan);
    assert_eq!((planted.schools, planted.students), (23, FINAL_YEAR));
    assert_eq!((planted.units_with_code, planted.units_without_code), (808, 115));
    assert!((17_900..18_300).contains(&planted.placements), "{}", planted.placements);
    for school in &plan {
        for wave in [Wave::Visit, Wave::Begun(8), Wave::Soon, Wave::NextMonth] {
            for (fate, _) in fate::shares(wave).0 {
                assert!(school.pupils.iter().any(|pupil| pupil.fate == *fate), "{} {fate:?}", school.school.code);
            }
        }
    }
    // The parts of every dimension add up to those at work.
    let at_work = planted.at_work["all"]["all"];
    for (dimension, parts) in &planted.at_work {
        assert_eq!(parts.values().sum::<usize>(), at_work, "{dimension}");
    }
    assert_eq!(planted.shown.values().sum::<usize>(), planted.placements);
    assert_eq!(planted.agreement.values().sum::<usize>(), planted.placements);
}

#[test]
fn every_unit_has_students_and_nobody_on_a_visit_chose_it() {
    for school in whole() {
        let units: HashSet<usize> = school.pupils.iter().map(|pupil| pupil.unit).collect();
        assert_eq!(units.len(), school.units.all.len(), "{}", school.school.code);
        let visitors = school.pupils.iter().filter(|pupil| school.wave(pupil) == Wave::Visit);
        assert!(visitors.clone().count() > 0);
        for visitor in visitors {
            assert_eq!(visitor.source, crate::domain::placement::codes::HostSource::School);
        }
        for mover in school.pupils.iter().filter(|pupil| matches!(pupil.fate, Fate::Changed(fate::Part::Host, _))) {
            assert_ne!(mover.unit, mover.next_unit);
        }
    }
}

#[test]
fn numbers_classes_and_staff_are_told_apart() {
    let plan = whole();
    let mut numbers = HashSet::new();
    let mut staff = HashSet::new();
    for school in &plan {
        assert!(staff.insert(&school.principal) && staff.insert(&school.officer));
        let classes: HashSet<&str> = school.classes.iter().map(|class| class.name.as_str()).collect();
        assert_eq!(classes.len(), school.classes.len());
        assert!(classes.iter().all(|class| ClassName::parse(class).is_ok()));
        let of_school: HashSet<&str> = school.pupils.iter().map(|pupil| pupil.number.as_str()).collect();
        assert_eq!(of_school.len(), school.pupils.len());
        for pupil in &school.pupils {
            assert!(CitizenId::parse(&pupil.person.number).is_ok());
            assert!(numbers.insert(pupil.person.number.clone()), "a number was handed out twice");
        }
    }
}

/// Students of a season that are born in the same years as the graduates of the city have other numbers.
#[test]
fn no_student_has_the_number_of_a_graduate() {
    let mut dice = crate::sample::dice::Dice::of_city(0);
    let (mut city, mut season) = (Register::default(), Register::of_season(date(2003, 9, 1)));
    let gender = crate::domain::terms::Gender::Female;
    let graduates: HashSet<String> = (0..20_000).map(|_| city.person(&mut dice, gender).number).collect();
    assert!((0..20_000).all(|_| !graduates.contains(&season.person(&mut dice, gender).number)));
}

#[test]
fn the_same_day_gives_the_same_bytes_and_another_day_others() {
    let ((one, first), (other, second)) = (written(&part()), written(&part()));
    assert_eq!(first.files, second.files);
    let page = PathBuf::from("SEASON.md");
    for file in first.files.all().chain([&page]) {
        assert_eq!(fs::read(one.path().join(file)).unwrap(), fs::read(other.path().join(file)).unwrap(), "{file:?}");
    }
    let tomorrow = write(other.path(), 1, &part(), TODAY.tomorrow().unwrap()).unwrap();
    assert_eq!(tomorrow.planted, first.planted);
    let [today, later] = [&one, &other].map(|dir| fs::read(dir.path().join(&first.files.placements[0])).unwrap());
    assert_ne!(today, later);
}

#[test]
fn each_file_is_recognised_for_what_it_is_and_every_heading_but_the_unknown_ones_is_known() {
    let (dir, season) = written(&Extent::whole());
    let files = &season.files;
    let mut extensions: HashMap<String, usize> = HashMap::new();
    let kinds = [
        (&files.rosters, Kind::Roster),
        (&files.employers, Kind::Employers),
        (&files.placements, Kind::Placements),
        (&files.changes, Kind::Placements),
        (&files.later, Kind::Placements),
        (&files.leave, Kind::Roster),
    ];
    for (files, kind) in kinds {
        assert_eq!(files.len(), 23, "{kind:?}");
        for file in files {
            *extensions.entry(file.extension().unwrap().to_string_lossy().into_owned()).or_default() += 1;
            let bytes = fs::read(dir.path().join(file)).unwrap();
            let sheet = read_bytes(file.display().to_string(), &bytes).unwrap().sheets.remove(0);
            let headings = parse::find("file", &sheet, None).unwrap();
            assert_eq!(headings.kind, kind, "{file:?}");
            let known = ["序号", "备注", "班主任", "是否核实", "备 注"];
            assert!(headings.unknown.iter().all(|(_, text)| known.contains(&text.as_str())), "{file:?} {headings:?}");
        }
    }
    // Four schools keep .csv; one has its units and one its placements as .xls: 5 × 4, 2, and the rest of 5 × 23.
    assert_eq!([extensions["csv"], extensions["xls"], extensions["xlsx"]], [24, 2, 112]);
}

/// Whatever an order leaves out of a class is there to be left out, and nobody signs on screen at the school on paper.
#[test]
fn orders_name_their_students_and_the_school_on_paper_signs_nothing_electronically() {
    for planned in whole() {
        let script = Script { planned: &planned, days: Days { today: TODAY } };
        for step in [script.approvals(), script.refusals(), script.departures(), script.events()].concat() {
            let class = planned.classes.iter().position(|class| class.name == step.class).unwrap();
            let numbers: HashSet<&str> = planned.class(class).map(|pupil| pupil.number.as_str()).collect();
            assert!(step.except.iter().all(|number| numbers.contains(number.as_str())));
            assert_eq!(numbers.len(), step.except.len() + step.count);
            let is_electronic =
                matches!(&step.command, Command::Agreement(AgreementOrder::Sign(sign)) if sign.electronic);
            assert!(!is_electronic || planned.classes[class].manner != Manner::Paper);
        }
        let on_paper = planned.classes.iter().all(|class| class.manner == Manner::Paper);
        assert_eq!(on_paper, planned.at == PAPER_SCHOOL);
    }
}

#[test]
fn the_page_says_what_was_planted_and_nobodys_number() {
    let (dir, season) = written(&part());
    let page = fs::read_to_string(dir.path().join("SEASON.md")).unwrap();
    for (fate, count) in &season.planted.fates {
        assert!(page.contains(&format!("| {fate} | {count} |")), "{fate}");
    }
    for pupil in season.plan.iter().flat_map(|planned| &planned.pupils) {
        assert!(!page.contains(&pupil.person.number) && !page.contains(&pupil.number));
    }
    assert!(page.contains(&season.plan[0].principal) && page.contains("全部纸质签署"));
}

#[test]
fn a_scale_for_which_there_are_no_numbers_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    for scale in [0, SEASON_SCALE_MAX + 1] {
        assert!(matches!(write(dir.path(), scale, &part(), TODAY), Err(SampleError::SeasonScale(_))));
    }
}
