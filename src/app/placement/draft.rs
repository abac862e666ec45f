//! Placements drafted, and drafts written again.

use std::collections::HashMap;

use clap::Args;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::fields::{Base, Found};
use super::input::first_rules;
use super::overrides;
use crate::accounts::Staff;
use crate::app::App;
use crate::app::account::the_one;
use crate::app::bulk::{BulkAnswer, BulkRequest};
use crate::app::failure::{Failure, InputRefusal};
use crate::app::key::Call;
use crate::app::request::Order;
use crate::app::sealing::Sealing;
use crate::app::target::{CurrentPlacement, StudentInfo, Target, ends_with};
use crate::domain::ids::{EmployerId, PlacementId, SchoolCode};
use crate::domain::placement::arrangement::Arrangement;
use crate::domain::placement::codes::ComplianceVerdict;
use crate::domain::placement::{NewPlacement, PlacementCommand};
use crate::input::fields::PlacementFields;
use crate::input::file::File;
use crate::input::words;
use crate::people::Sealed;

/// Placements as an office drafts them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct DraftPlacement {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
    #[command(flatten)]
    #[serde(flatten)]
    pub fields: PlacementFields,
    /// What differs for single students: a table, one row a student, by student number.
    #[arg(long, value_parser = words::file)]
    pub overrides: Option<File>,
    /// Submitted in the same breath.
    #[arg(long)]
    #[serde(default)]
    pub submit: bool,
    /// What the check of the rules said.
    #[arg(long, value_parser = words::TermParser::<ComplianceVerdict>::new())]
    pub verdict: Option<ComplianceVerdict>,
    /// The version of the rules by which the verdict was given.
    #[arg(long, default_value_t = 1)]
    #[serde(default = "first_rules")]
    pub rules: u32,
}

/// Writes drafts, or returned placements, again; what is absent stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct RevisePlacement {
    #[command(flatten)]
    #[serde(flatten)]
    pub target: Target,
    #[command(flatten)]
    #[serde(flatten)]
    pub fields: PlacementFields,
    #[arg(long, value_parser = words::file)]
    pub overrides: Option<File>,
}

/// Names in fields, found at a school once for all students.
#[derive(Default)]
pub(super) struct FoundNames {
    staff: Option<Vec<(Staff, String)>>,
    hosts: HashMap<String, EmployerId>,
}

impl App {
    /// Drafts a placement for each student named, all or none.
    pub(super) async fn draft_placements(&self, call: Call<'_>, draft: &DraftPlacement) -> Result<BulkAnswer, Failure> {
        if draft.verdict.is_some() && !draft.submit {
            return Err(InputRefusal::FieldsMissing(vec!["submit"]).into());
        }
        let students = self.students_of(call.caller, &draft.target).await?;
        let differing = differing(draft.overrides.as_ref(), &students)?;
        let (mut bulk, mut names, effective_on) = (BulkRequest::default(), FoundNames::default(), self.today());
        for (index, student) in students.into_iter().enumerate() {
            let own = differing.get(&index).map(|own| own.over(&draft.fields));
            let fields = own.as_ref().unwrap_or(&draft.fields);
            let placement = PlacementId(self.new_id());
            let found = self.find_names(&mut names, &student.school, fields).await?;
            let mut sealing = Sealing::after(self, placement.0, 0);
            let base = Base { arranged: None, site: None, mentor: None };
            let arrangement = fields.arrange(&base, found, &mut sealing)?;
            let new = NewPlacement { student: student.student, arrangement, follows: None };
            let mut commands = vec![PlacementCommand::Draft(new)];
            if draft.submit {
                commands.push(PlacementCommand::Submit { effective_on });
            }
            if let Some(verdict) = draft.verdict {
                commands.push(PlacementCommand::Evaluate { verdict, rules: draft.rules, effective_on });
            }
            let whose = bulk.about_placement(student, placement);
            bulk.orders.extend(commands.into_iter().map(|command| (whose, Order::Placement { placement, command })));
            bulk.rows.extend(sealing.rows);
        }
        self.record_bulk(call, bulk).await
    }

    pub(super) async fn revised(
        &self,
        placed: &CurrentPlacement,
        fields: &PlacementFields,
        names: &mut FoundNames,
        unsealed: &HashMap<(Uuid, u32), Sealed>,
        sealing: &mut Sealing<'_>,
    ) -> Result<PlacementCommand, Failure> {
        let found = self.find_names(names, &placed.student.school, fields).await?;
        let arranged = placed.placement.stay().map(|stay| stay.arranged);
        let arrangement = fields.arrange(&base_of(unsealed, placed.id, arranged), found, sealing)?;
        Ok(PlacementCommand::Revise { arrangement })
    }

    pub(super) async fn find_names(
        &self,
        names: &mut FoundNames,
        school: &SchoolCode,
        fields: &PlacementFields,
    ) -> Result<Found, Failure> {
        let host = match &fields.host {
            None => None,
            Some(wanted) => Some(match names.hosts.get(wanted) {
                Some(known) => *known,
                None => {
                    let found = self.find_employer(Some(school), wanted).await?;
                    names.hosts.insert(wanted.clone(), found);
                    found
                }
            }),
        };
        let Some(wanted) = &fields.teacher else { return Ok(Found { host, teacher: None }) };
        if names.staff.is_none() {
            names.staff = Some(self.staff_of(school).await?);
        }
        let is_meant = |(staff, name): &&(Staff, String)| name == wanted || ends_with(staff.id.0, wanted);
        let found: Vec<&Staff> = names.staff.iter().flatten().filter(is_meant).map(|(staff, _)| staff).collect();
        Ok(Found { host, teacher: Some(the_one(&found, wanted)?) })
    }
}

pub(super) fn differing(
    file: Option<&File>,
    students: &[StudentInfo],
) -> Result<HashMap<usize, PlacementFields>, Failure> {
    Ok(match file {
        Some(file) => overrides::read(file, students)?,
        None => HashMap::new(),
    })
}

pub(super) fn base_of(
    unsealed: &HashMap<(Uuid, u32), Sealed>,
    id: PlacementId,
    arranged: Option<Arrangement>,
) -> Base<'_> {
    let site = arranged.and_then(|arranged| arranged.site).map(|site| site.described);
    let mentor = arranged.and_then(|arranged| arranged.mentors.at_host);
    Base {
        arranged,
        site: site.and_then(|revision| unsealed.get(&(id.0, revision.0))),
        mentor: mentor.and_then(|revision| unsealed.get(&(id.0, revision.0))),
    }
}
