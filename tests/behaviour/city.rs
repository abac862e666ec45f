//! Promise: the sample city comes in as ordinary files and leaves as the figures that were planted, and every trap in
//! it matters.

mod edited;

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use gradtrail::accounts::Caller;
use gradtrail::app::App;
use gradtrail::app::import::ImportFiles;
use gradtrail::app::import::batch::Imported;
use gradtrail::app::report::{Report, ReportQuery};
use gradtrail::domain::figures::populations::{ALL, GRADUATES, ON_SPECIALTY};
use gradtrail::event_log::Location;
use gradtrail::input::known_at::KnownAt;
use gradtrail::intake::kind::{Column, Kind};
use gradtrail::projections::cohort_outcomes::explain::FigurePart;
use gradtrail::sample::{self, Sending, Summary, Trap};

use proptest::prelude::*;

use crate::readme;
use crate::support::{Database, ask, import};
use edited::Edited;

struct City {
    directory: tempfile::TempDir,
    summary: Summary,
}

/// Written once for all tests of a process.
fn city() -> &'static City {
    static CITY: OnceLock<City> = OnceLock::new();
    CITY.get_or_init(|| {
        let directory = tempfile::tempdir().unwrap();
        let summary = sample::write(directory.path(), 1).unwrap();
        City { directory, summary }
    })
}

/// Files that are imported in one call, with who says what they say.
struct Call {
    files: Vec<PathBuf>,
    options: ImportFiles,
}

impl City {
    fn path(&self, file: &Path) -> PathBuf {
        self.directory.path().join(file)
    }

    /// The sendings, of each the files that are wanted.
    fn calls(&self, is_wanted: impl Fn(&Path) -> bool) -> Vec<Call> {
        let call = |sending: &Sending| {
            let files = sending.files.iter().filter(|file| is_wanted(file)).map(|file| self.path(file)).collect();
            let Sending { source, issuer, said_on, .. } = sending.clone();
            Call { files, options: ImportFiles { source, issuer, said_on, ..ImportFiles::default() } }
        };
        self.summary.sendings.iter().map(call).filter(|call| !call.files.is_empty()).collect()
    }

    fn all(&self) -> Vec<Call> {
        self.calls(|_| true)
    }

    /// The list of schools, the files of one folder, and what colleges send.
    fn school(&self, folder: &Path) -> Vec<Call> {
        let folders = self.folders();
        self.calls(|file| file.starts_with(folder) || !folders.iter().any(|other| file.starts_with(other)))
    }

    /// The list of schools and the first lists of one folder.
    fn first_lists(&self, folder: &Path) -> Vec<PathBuf> {
        self.school(folder).swap_remove(0).files
    }

    /// The folders of the schools, in order.
    fn folders(&self) -> Vec<PathBuf> {
        let first = self.summary.sendings[0].files.iter();
        let parents = first.filter_map(|file| file.parent()).filter(|parent| parent.components().count() > 0);
        parents.map(Path::to_path_buf).collect::<BTreeSet<_>>().into_iter().collect()
    }
}

async fn imported(app: &App, calls: &[Call]) -> Vec<(PathBuf, Imported)> {
    let mut imported = vec![];
    for Call { files, options } in calls {
        let results = import(app, &Caller::operator("test"), files, options.clone()).await.unwrap();
        imported.extend(results.into_iter().map(|result| (PathBuf::from(result.file), result.outcome.unwrap())));
    }
    imported
}

fn in_one_call(files: &[PathBuf]) -> Vec<Call> {
    vec![Call { files: files.to_vec(), options: ImportFiles::default() }]
}

async fn report(app: &App, asked: &ReportQuery) -> Report {
    ask::report(app, &Caller::operator("test"), asked, &[]).await.unwrap()
}

/// Every published count, and the conflicts.
async fn counts(app: &App) -> Vec<(&'static str, i64)> {
    let report = report(app, &ReportQuery::year(2022)).await;
    let mut counts: Vec<_> = ALL.iter().map(|population| (population.id, report.counts.of(population))).collect();
    counts.push(("conflicts", i64::try_from(report.conflicts).unwrap()));
    counts
}

async fn counts_of(calls: &[Call]) -> Vec<(&'static str, i64)> {
    let database = Database::sqlite();
    let app = database.open().await;
    imported(&app, calls).await;
    counts(&app).await
}

/// The seed's marginals: 18,081 graduates = 17,747 employed + 334 not; 17,747 = 5,408 + 12,339;
/// 5,408 = 2,793 + 567 + 2,048; 334 = 196 + 61 + 40 + 37.
const PLANTED: [(&str, i64); 18] = [
    ("graduates", 18_081),
    ("employed", 17_747),
    ("direct_employment", 5_408),
    ("employed_by_organisation", 2_793),
    ("self_employed", 567),
    ("otherwise_employed", 2_048),
    ("on_specialty", 1_866),
    ("match_unknown", 25),
    ("further_study", 12_339),
    ("further_study_undergraduate", 231),
    ("not_employed", 334),
    ("seeking", 196),
    ("intends_to_study", 61),
    ("not_seeking", 40),
    ("unknown", 37),
    ("exam_sat", 4_333),
    ("exam_qualified", 4_282),
    ("exam_qualified_undergraduate", 223),
];

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_city_has_the_planted_figures_on_sqlite() {
    the_whole_city(Database::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_city_has_the_planted_figures_on_postgresql() {
    the_whole_city(Database::postgres().await).await;
}

async fn the_whole_city(database: Database) {
    let app = database.open().await;
    let results = imported(&app, &city().all()).await;

    let found: HashMap<&str, i64> = counts(&app).await.into_iter().collect();
    for (id, planted) in PLANTED {
        assert_eq!(found[id], planted, "{id}");
    }
    // Exactly the planted faults are rejected, row by row.
    let rejected: BTreeSet<(PathBuf, usize)> = results
        .iter()
        .flat_map(|(file, imported)| imported.rejected.iter().map(|row| (file.clone(), row.number as usize)))
        .collect();
    let faulty = &city().summary.faulty_rows;
    let planted: BTreeSet<_> = faulty.iter().map(|row| (city().path(&row.file), row.row_number)).collect();
    assert_eq!(rejected, planted);

    let caller = Caller::operator("test");
    let head = app.log().head().await.unwrap();
    let explained =
        ask::explain(&app, &caller, &ReportQuery::year(2022), "on_specialty_rate_of_graduates").await.unwrap();
    assert_eq!(explained.part(FigurePart::Numerator).count(), 1_866);
    assert_eq!(explained.part(FigurePart::DenominatorOnly).count(), 16_215);
    assert!(explained.persons.iter().all(|p| p.person.position > 0 && p.person.position <= head.position()));

    if matches!(database.location, Location::Sqlite(_)) {
        readme::holds(database.directory.path(), head.position(), &hex::encode(head.root()));
    }

    // The same files again record nothing.
    let again = imported(&app, &city().all()).await;
    let is_new = |imported: &Imported| imported.counts.new + imported.counts.changed + imported.counts.held > 0;
    assert!(again.iter().all(|(_, imported)| !is_new(imported)));
    assert_eq!(app.log().head().await.unwrap().position(), head.position());

    four_corrections_change_today_and_not_what_was_known(&app, head.position()).await;
    app.log().verify(Some((head.position(), head.root())), |_, _| ()).await.unwrap();
}

/// Four on-specialty graduates are judged off-specialty: 1,866 − 4 = 1,862.
async fn four_corrections_change_today_and_not_what_was_known(app: &App, before: i64) {
    use gradtrail::app::request::{Order, Request};
    use gradtrail::domain::outcome::{Outcome, OutcomeCommand};
    use gradtrail::domain::terms::SpecialtyMatch;
    let caller = Caller::operator("test");
    let instant = app.log().recorded_at(before).await.unwrap().unwrap();
    let explained =
        ask::explain(app, &caller, &ReportQuery::year(2022), "on_specialty_rate_of_graduates").await.unwrap();
    for named in explained.part(FigurePart::Numerator).take(4) {
        let student = named.person.student;
        let outcome = app.load::<Outcome>(student.0).await.unwrap().0;
        for statement in &outcome.reading().statements {
            let (level, effective_on) = (SpecialtyMatch::None, statement.starts_on);
            let command = OutcomeCommand::JudgeOnSpecialty { statement: statement.key(), level, effective_on };
            let key = format!("judge:{}:{effective_on}", student.0);
            let request = Request::new(key, "none", vec![Order::Outcome { student, command }]);
            app.execute(&caller, request).await.unwrap();
        }
    }
    assert_eq!(report(app, &ReportQuery::year(2022)).await.counts.of(&ON_SPECIALTY), 1_862);
    for known_at in [KnownAt::Position(before), KnownAt::Instant(instant)] {
        let asked = ReportQuery { known_at, ..ReportQuery::year(2022) };
        assert_eq!(report(app, &asked).await.counts.of(&ON_SPECIALTY), 1_866);
    }
}

#[tokio::test]
async fn a_school_without_a_folder_is_missing_and_not_zero() {
    let folders = city().folders();
    let database = Database::sqlite();
    let app = database.open().await;
    imported(&app, &city().school(&folders[22])).await;
    let report = report(&app, &ReportQuery::year(2022)).await;
    assert!(report.counts.of(&GRADUATES) > 0);
    assert_eq!(report.missing_schools.len(), 22);
    let missing = ask::missing(&app, &Caller::operator("test"), &ReportQuery::year(2022)).await.unwrap();
    assert_eq!(missing.schools.len(), 22);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_order_of_files_changes_no_figure(order in Just((0..5_usize).collect::<Vec<_>>()).prop_shuffle()) {
        static IN_ORDER: OnceLock<Vec<(&'static str, i64)>> = OnceLock::new();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let files = city().first_lists(&city().folders()[22]);
        prop_assert_eq!(files.len(), order.len());
        let expected = IN_ORDER.get_or_init(|| runtime.block_on(counts_of(&in_one_call(&files))));
        let shuffled: Vec<PathBuf> = order.iter().map(|index| files[*index].clone()).collect();
        prop_assert_eq!(&runtime.block_on(counts_of(&in_one_call(&shuffled))), expected);
    }
}

/// Whoever ignores a trap reads the planted rows as if they said this instead; false where a row cannot say it.
fn ignore(trap: Trap, files: &mut Edits, path: &Path, row: u32) -> bool {
    let document = files.at(path).cell(row, Column::Document).unwrap_or_default();
    let kind = files.at(path).headings.kind;
    let is_first = files.is_first(path);
    match trap {
        // Another list is not read at all.
        Trap::JobAndCollege | Trap::MatchWhileStudying => {
            return files.of(Kind::FurtherStudy).fold(false, |any, file| {
                file.rows_of(&document).into_iter().fold(any, |_, number| file.clear(number))
            });
        }
        // The other namesake's rows are taken for this one's.
        Trap::Namesakes if kind == Kind::Roster => {
            let Some(other) = namesake(files.at(path), row) else { return false };
            let mut moved = false;
            for kind in [Kind::Outcomes, Kind::FurtherStudy] {
                for file in files.of(kind) {
                    for number in file.rows_of(&other) {
                        moved |= file.set(number, Column::Document, &document);
                    }
                }
            }
            return moved;
        }
        // The roster that came last is right.
        Trap::OlderRoster => {
            return files.of(Kind::Roster).next().is_some_and(|first| {
                first.rows_of(&document).into_iter().fold(false, |_, row| first.set(row, Column::Standing, "在籍"))
            });
        }
        _ => (),
    }
    let file = files.at(path);
    match (trap, kind) {
        // The roster's rows are taken for graduates.
        (Trap::StudentWithdrew | Trap::TransferredOut | Trap::CompletedOnly | Trap::OnLeave, Kind::Roster) => {
            file.set(row, Column::Standing, "毕业")
        }
        (Trap::AdmittedNotRegistered, Kind::FurtherStudy) => file.set(row, Column::RegistrationDay, "2022-09-10"),
        (Trap::LeftCollege, Kind::FurtherStudy) => file.set(row, Column::LeavingDay, ""),
        (Trap::JobEnded, Kind::Outcomes) => file.set(row, Column::EndDay, ""),
        (Trap::JobAfterCutOff, Kind::Outcomes) => file.set(row, Column::StartDay, "2022-09-01"),
        (Trap::StatementWithdrawn, Kind::Outcomes) => file.set(row, Column::Status, "有效"),
        (Trap::InternshipOnly, Kind::Outcomes) => file.set(row, Column::Evidence, "劳动合同"),
        (Trap::AbsentFromExam, Kind::Exam) => file.set(row, Column::ExamSat, "是"),
        // The day on which it ends is the first on which it is over.
        (Trap::EndsOnCutOff, Kind::Outcomes) => file.set(row, Column::EndDay, "2022-12-30"),
        // The first row is taken for the last.
        (Trap::JobChanged, Kind::Outcomes)
        | (Trap::StudiedAgain, Kind::FurtherStudy)
        | (Trap::TwoSittings, Kind::Exam) => file.rows_of(&document).get(1).is_some_and(|last| file.clear(*last)),
        // A person at two schools for one; no code for no employer; no citizen number for no graduate.
        (Trap::TwoSchools | Trap::NoCitizenNumber, Kind::Roster) | (Trap::EmployerWithoutCode, Kind::Outcomes) => {
            file.clear(row)
        }
        // What was sent again, and what colleges say, is not read.
        (Trap::ListCorrected, Kind::Outcomes) if !is_first => file.clear(row),
        (Trap::CollegeSaysLeft | Trap::CollegeSaysRegistered, Kind::FurtherStudy) if !is_first => file.clear(row),
        // Another number for another person.
        (Trap::NumberChanged, Kind::Roster) if !is_first => {
            file.set(row, Column::FormerDocument, "") && file.set(row, Column::StudentNumber, "")
        }
        _ => false,
    }
}

/// The files of one school and of the colleges, to be changed before they are imported.
struct Edits {
    /// By the call in which a file is imported, the first lists in the first.
    files: Vec<(usize, PathBuf, Edited)>,
    options: Vec<ImportFiles>,
}

impl Edits {
    fn open(calls: Vec<Call>) -> Self {
        let (mut files, mut options) = (vec![], vec![]);
        for (index, call) in calls.into_iter().enumerate() {
            options.push(call.options);
            let lists = call.files.into_iter().filter(|file| *file != city().path(Path::new("学校名单.xlsx")));
            files.extend(lists.map(|file| (index, file.clone(), Edited::open(&file))));
        }
        Self { files, options }
    }

    fn has(&self, path: &Path) -> bool {
        self.files.iter().any(|(_, of, _)| of == path)
    }

    fn is_first(&self, path: &Path) -> bool {
        self.files.iter().any(|(call, of, _)| of == path && *call == 0)
    }

    fn at(&mut self, path: &Path) -> &mut Edited {
        self.files.iter_mut().find(|(_, of, _)| of == path).map(|(_, _, file)| file).unwrap()
    }

    fn of(&mut self, kind: Kind) -> impl Iterator<Item = &mut Edited> {
        self.files.iter_mut().map(|(_, _, file)| file).filter(move |file| file.headings.kind == kind)
    }

    /// Writes the files; gives how they are to be imported.
    fn write(&self, folder: &Path) -> Vec<Call> {
        let mut calls: Vec<Call> =
            self.options.iter().map(|options| Call { files: vec![], options: options.clone() }).collect();
        calls[0].files.push(city().path(Path::new("学校名单.xlsx")));
        for (number, (call, _, edited)) in self.files.iter().enumerate() {
            let path = folder.join(format!("{number}.csv"));
            edited.write(&path);
            calls[*call].files.push(path);
        }
        calls
    }
}

/// Whether the first lists of a school say nothing of a trap: it is in what was sent again, or in what a college says.
fn is_told_later(trap: Trap) -> bool {
    use Trap as T;
    matches!(trap, T::ListCorrected | T::OlderRoster | T::NumberChanged | T::CollegeSaysLeft | T::CollegeSaysRegistered)
}

/// Which count is wrong when a trap is ignored, and whether it is too high: as TRAPS.md tells it.
fn told(trap: Trap) -> Option<(&'static [&'static str], bool)> {
    Some(match trap {
        Trap::EndsOnCutOff => (&["direct_employment"], false),
        Trap::StudiedAgain => (&["further_study"], false),
        Trap::TwoSittings => (&["exam_qualified"], false),
        Trap::ListCorrected => (&["employed_by_organisation", "direct_employment"], true),
        Trap::OlderRoster => (&["graduates"], false),
        Trap::NumberChanged => (&["graduates", "employed"], true),
        Trap::NoCitizenNumber => (&["graduates"], false),
        Trap::CollegeSaysLeft => (&["further_study"], true),
        // What the college says against the school is a conflict.
        Trap::CollegeSaysRegistered => (&["further_study", "conflicts"], false),
        _ => return None,
    })
}

/// The document number of the other person with the name and birthday of a row.
fn namesake(file: &mut Edited, row: u32) -> Option<String> {
    let name = file.cell(row, Column::Name)?;
    let document = file.cell(row, Column::Document)?;
    let numbers: Vec<u32> = file.sheet.rows.iter().map(|row| row.number).collect();
    numbers.into_iter().find_map(|number| {
        let other = file.cell(number, Column::Document)?;
        let same =
            file.cell(number, Column::Name)? == name && other != document && other.get(6..14) == document.get(6..14);
        same.then_some(other)
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn ignoring_any_single_trap_changes_a_published_count() {
    let mut honest: HashMap<(PathBuf, bool), Vec<(&'static str, i64)>> = HashMap::new();
    for trap in Trap::ALL {
        let planted: Vec<_> = city().summary.planted.iter().filter(|row| row.trap == trap).collect();
        assert!(planted.len() >= 20, "{trap:?} is planted {} times", planted.len());
        let mut changed = false;
        for folder in city().folders() {
            if !planted.iter().any(|row| row.file.starts_with(&folder)) {
                continue;
            }
            let calls =
                || if is_told_later(trap) { city().school(&folder) } else { in_one_call(&city().first_lists(&folder)) };
            let mut files = Edits::open(calls());
            let mut ignored = false;
            for row in &planted {
                let path = city().path(&row.file);
                ignored |= files.has(&path) && ignore(trap, &mut files, &path, u32::try_from(row.row_number).unwrap());
            }
            if !ignored {
                continue;
            }
            let directory = tempfile::tempdir().unwrap();
            let key = (folder.clone(), is_told_later(trap));
            if !honest.contains_key(&key) {
                honest.insert(key.clone(), counts_of(&calls()).await);
            }
            let (so, ignoring) = (&honest[&key], counts_of(&files.write(directory.path())).await);
            changed = ignoring != *so;
            if changed {
                is_wrong_as_told(trap, so, &ignoring);
                break;
            }
        }
        assert!(changed, "ignoring {trap:?} changes no count");
    }
}

/// At least one of the counts told is wrong, and none in the other direction.
fn is_wrong_as_told(trap: Trap, honest: &[(&'static str, i64)], ignoring: &[(&'static str, i64)]) {
    let Some((ids, is_too_high)) = told(trap) else { return };
    let of = |counts: &[(&str, i64)], id: &str| counts.iter().find(|(of, _)| *of == id).unwrap().1;
    let off: Vec<i64> = ids.iter().map(|id| of(ignoring, id) - of(honest, id)).collect();
    let towards = |off: &i64| if is_too_high { *off } else { -*off };
    assert!(off.iter().map(towards).all(|off| off >= 0) && off.iter().any(|off| *off != 0), "{trap:?} {ids:?} {off:?}");
}

/// A school with a graduate whose only row says 待就业, in no trap: its files, the file, and the row.
fn plainly_seeking(folder: &Path) -> Option<(Vec<PathBuf>, PathBuf, Edited, u32)> {
    let files = city().first_lists(folder);
    let outcomes = files.iter().find(|file| Edited::open(file).headings.kind == Kind::Outcomes)?.clone();
    let planted = city().summary.planted.iter().filter(|row| city().path(&row.file) == outcomes);
    let trapped: BTreeSet<usize> = planted.map(|row| row.row_number).collect();
    let mut edited = Edited::open(&outcomes);
    let numbers: Vec<u32> = edited.sheet.rows.iter().map(|row| row.number).collect();
    let plain = numbers.into_iter().find(|number| {
        let document = edited.cell(*number, Column::Document).unwrap_or_default();
        edited.cell(*number, Column::DestinationKind).as_deref() == Some("待就业")
            && !trapped.contains(&(*number as usize))
            && edited.rows_of(&document).len() == 1
    })?;
    Some((files, outcomes, edited, plain))
}

/// One seeking graduate becomes a freelancer: seeking and not_employed −1, employed, direct and otherwise +1.
#[tokio::test]
async fn one_changed_cell_moves_exactly_the_figures_it_should_by_one() {
    let (files, outcomes, mut edited, plain) = city()
        .folders()
        .iter()
        .rev()
        .find_map(|folder| plainly_seeking(folder))
        .expect("somebody seeks without a trap");
    let before = counts_of(&in_one_call(&files)).await;
    let judged = edited.cell(plain, Column::Match);
    assert!(edited.set(plain, Column::DestinationKind, "自由职业"));
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("去向.csv");
    edited.write(&path);
    let changed: Vec<PathBuf> = files.iter().map(|f| if *f == outcomes { path.clone() } else { f.clone() }).collect();
    let after = counts_of(&in_one_call(&changed)).await;
    let moved: HashMap<&str, i64> =
        before.iter().zip(&after).map(|((id, a), (_, b))| (*id, b - a)).filter(|(_, by)| *by != 0).collect();
    let mut expected = HashMap::from([
        ("employed", 1),
        ("direct_employment", 1),
        ("direct_employment_l0", 1),
        ("otherwise_employed", 1),
        ("not_employed", -1),
        ("seeking", -1),
    ]);
    // Nobody judges the match of someone who seeks: the new job is one more that is not judged.
    assert_eq!(judged, None);
    expected.insert("match_unknown", 1);
    assert_eq!(moved, expected);
}
