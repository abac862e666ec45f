//! Promise: every refusal of the domain is provoked by some test.

use gradtrail::domain::account::AccountRefusal;
use gradtrail::domain::agreement::AgreementRefusal;
use gradtrail::domain::employer::EmployerRefusal;
use gradtrail::domain::exemption::ExemptionRefusal;
use gradtrail::domain::further_study::FurtherStudyRefusal;
use gradtrail::domain::host::HostRefusal;
use gradtrail::domain::ids::{CitizenIdFault, InvalidName};
use gradtrail::domain::import::ImportRefusal;
use gradtrail::domain::log::LogRefusal;
use gradtrail::domain::outcome::OutcomeRefusal;
use gradtrail::domain::placement::PlacementRefusal;
use gradtrail::domain::school::SchoolRefusal;
use gradtrail::domain::season::SeasonRefusal;
use gradtrail::domain::student::StudentRefusal;
use strum::VariantNames;

use super::layout;

/// The name of the type, and the codes of its variants.
fn of<T: VariantNames>() -> (&'static str, &'static [&'static str]) {
    (std::any::type_name::<T>().rsplit("::").next().unwrap(), T::VARIANTS)
}

/// The text of all tests but those of the catalogue, which hold a sample of each refusal.
fn tests() -> String {
    let mut tests = String::new();
    for folder in ["src", "projections", "tests"] {
        for (path, text) in layout::sources(folder) {
            if layout::is_test(&path) {
                let is_catalogue = path.iter().any(|part| part == "catalogue");
                tests.push_str(if is_catalogue { "" } else { &text });
            } else {
                let whole = std::fs::read_to_string(&path).unwrap();
                tests.push_str(whole.split_once(layout::TESTS).map_or("", |(_, tests)| tests));
            }
        }
    }
    tests
}

/// `placement.not_drafted` is `NotDrafted`.
fn variant(code: &str) -> String {
    let words = code.split_once('.').unwrap().1.split('_');
    words.map(|word| word[..1].to_ascii_uppercase() + &word[1..]).collect()
}

fn names(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| !text[at + name.len()..].starts_with(|c: char| c.is_alphanumeric()))
}

#[test]
fn each_refusal_is_expected_by_a_test() {
    let refusals = [
        of::<AccountRefusal>(),
        of::<PlacementRefusal>(),
        of::<AgreementRefusal>(),
        of::<HostRefusal>(),
        of::<ExemptionRefusal>(),
        of::<OutcomeRefusal>(),
        of::<FurtherStudyRefusal>(),
        of::<EmployerRefusal>(),
        of::<SeasonRefusal>(),
        of::<SchoolRefusal>(),
        of::<StudentRefusal>(),
        of::<ImportRefusal>(),
        of::<LogRefusal>(),
        of::<InvalidName>(),
        of::<CitizenIdFault>(),
    ];
    let tests = tests();
    for (refusal, codes) in refusals {
        for code in codes {
            let name = format!("{refusal}::{}", variant(code));
            assert!(names(&tests, &name) || tests.contains(&format!("\"{code}\"")), "no test expects {name}");
        }
    }
}
