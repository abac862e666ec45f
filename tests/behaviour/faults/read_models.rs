//! Promise: whichever table of a read model cannot be written, what is recorded meanwhile is recorded, the head names that
//! model as stalled and no other, and a rebuild brings back what it missed.

use gradtrail::accounts::Caller;
use gradtrail::app::actions::Command;
use gradtrail::app::import::ImportFiles;
use gradtrail::app::publication::{PublicationOrder, RecordPublication};
use gradtrail::app::report::ReportQuery;
use gradtrail::app::request::Order;
use gradtrail::app::season::{PlanSeason, SeasonOrder};
use gradtrail::domain::exemption::{ExemptionCommand, ExemptionGround};
use gradtrail::domain::ids::{ClassName, EmployerId, HostId, PlacementId, StudentId};
use gradtrail::domain::outcome::OutcomeCommand;
use gradtrail::domain::placement::arrangement::Period;
use gradtrail::domain::statements::Spoken;
use gradtrail::domain::terms::{DestinationKind, Industry};
use gradtrail::domain::year_end::{PublicationMedium, PublishedDefinition};
use gradtrail::projections::MODELS;
use gradtrail::refusal::Refusal as _;
use jiff::civil::date;
use serde_json::{Value, json};

use super::statements::{break_table, mend_table, prepare};
use crate::placements::{
    OURS, PERIOD, TODAY, class, document, draft, employer, execute, officer, principal, propose, signed_packet, submit,
};
use crate::support::{Database, Pupil, Town, ask, said_once, school};

/// Every table with what is written to it, in an order in which one can be done after the other.
const TABLES: [(&str, Deed); 21] = [
    ("school_directory", Deed::School),
    ("import_batches", Deed::Import),
    ("student_register", Deed::Graduate),
    ("cohort_profiles", Deed::Graduate),
    ("cohort_situations", Deed::Graduate),
    ("cohort_movements", Deed::Graduate),
    ("cohort_jobs", Deed::Job),
    ("employer_directory", Deed::Employer),
    ("host_register", Deed::Host),
    ("season_plans", Deed::Plan),
    ("final_classes", Deed::Plan),
    ("excused", Deed::Exemption),
    ("published_figures", Deed::Publication),
    ("surveys", Deed::Survey),
    ("survey_classes", Deed::Opening),
    ("survey_progress", Deed::Call),
    ("placement_register", Deed::Draft),
    ("placement_history", Deed::Submission),
    ("placement_papers", Deed::Papers),
    // Once more, where all is there already.
    ("placement_register", Deed::Draft),
    ("student_register", Deed::Graduate),
];

#[derive(Clone, Copy)]
enum Deed {
    School,
    Import,
    Graduate,
    Job,
    Employer,
    Host,
    Plan,
    Exemption,
    Publication,
    Survey,
    Opening,
    Call,
    Draft,
    Submission,
    Papers,
}

/// A class, and whoever comes next in it.
struct Office<'d> {
    database: &'d Database,
    town: Town,
    host: EmployerId,
    students: Vec<StudentId>,
    placements: Vec<PlacementId>,
    /// Whom a campaign asks.
    asked: Option<Pupil>,
    number: usize,
}

impl Office<'_> {
    async fn record(&self, orders: Vec<Order>) {
        execute(&self.town.app, &officer(), orders).await.unwrap();
    }

    async fn order(&self, caller: &Caller, order: Value) {
        let command: Command = serde_json::from_value(order).unwrap();
        self.town.app.run(caller, None, &command).await.unwrap();
    }

    async fn graduate(&self) -> Pupil {
        self.town.graduate(OURS, "学生", &document(100 + self.number)).await
    }

    async fn take(&mut self, deed: Deed) {
        self.number += 1;
        let town = &self.town;
        match deed {
            Deed::School => town.add_school(&format!("3308{:04}", self.number)).await,
            Deed::Import => {
                let schools = "学校代码,学校名称,办学类别\n33070001,学校33070001,教育部门\n";
                let files = self.database.write(&[("schools.csv", schools)]);
                town.import(&files, ImportFiles::default()).await;
            }
            Deed::Graduate => drop(self.graduate().await),
            Deed::Job => {
                let graduate = self.graduate().await;
                let mut said = said_once(&town.app, DestinationKind::Enterprise, "2022-07-01", None);
                said.rows[0].industry = Spoken::Value(Industry::C);
                let command = OutcomeCommand::Say { said };
                self.record(vec![Order::Outcome { student: graduate.id, command }]).await;
            }
            Deed::Employer => drop(employer(&town.app, &town.caller).await),
            Deed::Host => {
                let command = propose(self.host);
                self.record(vec![Order::Host { host: HostId(town.app.new_id()), school: school(OURS), command }]).await;
            }
            Deed::Plan => {
                let year = 2024 + i16::try_from(self.number).unwrap();
                let (class, on) = (vec![ClassName::parse("1班").unwrap()], Some(TODAY));
                let Period { first_day, last_day } = PERIOD;
                let plan = PlanSeason { year, school: None, class, first_day, last_day, on };
                town.app.run(&officer(), None, &Command::Season(SeasonOrder::Plan(plan))).await.unwrap();
            }
            Deed::Exemption => {
                let request = ExemptionCommand::Request {
                    ground: ExemptionGround::Health,
                    evidence: None,
                    note: None,
                    effective_on: TODAY,
                };
                let grant = ExemptionCommand::Grant { effective_on: date(2023, 9, 20) };
                for (caller, command) in [(officer(), request), (principal(), grant)] {
                    let orders = vec![Order::Exemption { student: self.students[0], command }];
                    execute(&town.app, &caller, orders).await.unwrap();
                }
            }
            Deed::Publication => {
                let published = RecordPublication {
                    year: 2019,
                    school: None,
                    figure: "employment_rate".to_owned(),
                    numerator: i64::try_from(self.number).unwrap(),
                    denominator: 1_000,
                    definition: PublishedDefinition::Ours,
                    medium: PublicationMedium::Bulletin,
                    title: "统计公报".to_owned(),
                    published_on: date(2020, 1, 15),
                };
                let command = Command::Publication(PublicationOrder::Record(published));
                town.app.run(&officer(), None, &command).await.unwrap();
            }
            Deed::Survey => {
                let year = 2030 + self.number;
                self.order(&officer(), json!({ "survey": { "draft": { "year": year, "wave": "one_year" } } })).await;
            }
            Deed::Opening => {
                self.asked = Some(self.graduate().await);
                let which = json!({ "year": 2022, "wave": "half_year" });
                let days = json!({ "year": 2022, "wave": "half_year", "opens_on": TODAY, "closes_on": "2023-07-31" });
                self.order(&officer(), json!({ "survey": { "draft": which } })).await;
                self.order(&principal(), json!({ "survey": { "approve": which } })).await;
                self.order(&officer(), json!({ "survey": { "schedule": days } })).await;
                self.order(&officer(), json!({ "survey": { "open": which } })).await;
            }
            Deed::Call => {
                let student = self.asked.unwrap().id.0.to_string();
                let call = json!({ "year": 2022, "wave": "half_year", "student": student, "result": "no_answer" });
                self.order(&officer(), json!({ "call": { "record": call } })).await;
            }
            Deed::Draft => {
                let id = PlacementId(town.app.new_id());
                self.record(vec![draft(id, self.students[1 + self.placements.len()], self.host)]).await;
                self.placements.push(id);
            }
            Deed::Submission => self.record(vec![submit(self.placements[0])]).await,
            Deed::Papers => self.record(signed_packet(self.placements[0])).await,
        }
    }
}

#[tokio::test]
async fn each_table_that_fails_stalls_its_own_model_and_a_rebuild_brings_back_what_was_missed() {
    let mut known: Vec<&str> = MODELS.iter().flat_map(|model| model.tables).map(|table| table.name).collect();
    let mut tried: Vec<&str> = TABLES.iter().map(|(table, _)| *table).collect();
    known.sort_unstable();
    tried.sort_unstable();
    tried.dedup();
    assert_eq!(tried, known, "every table there is");
    for database in Database::both().await {
        let (town, host, students) = class(&database, 3).await;
        prepare(&database).await;
        let mut office =
            Office { database: &database, town, host, students, placements: vec![], asked: None, number: 0 };
        for (table, deed) in TABLES {
            let model = MODELS.iter().find(|model| model.tables.iter().any(|of| of.name == table)).unwrap();
            // A process that has not referred to anything yet.
            office.town = Town::new(&database).await;
            let before = office.town.app.log().head().await.unwrap().position();
            break_table(&database, table).await;
            office.take(deed).await;
            let head = office.town.app.log().head().await.unwrap();
            let stalled: Vec<&String> =
                head.read_models.iter().filter(|(_, mark)| mark.stalled.is_some()).map(|(name, _)| name).collect();
            assert_eq!(stalled, [model.name], "{table}");
            assert!(head.position() > before, "{table}: it is recorded");
            let found = office.town.app.log().verify(None, |_, _| ()).await.unwrap_err();
            assert_eq!(found.code(), "verify.stalled", "{table}: {found:?}");
            if model.name == "cohort_outcomes" {
                let asked = ReportQuery::year(2022);
                let refused = ask::report(&office.town.app, &office.town.caller, &asked, &[]).await.unwrap_err();
                assert_eq!(refused.code(), "report.stalled", "{table}");
            }
            mend_table(&database, table).await;
            office.town.app.log().rebuild(&[*model], |_, _| ()).await.unwrap();
            office.town.app.log().verify(None, |_, _| ()).await.unwrap();
        }
    }
}
