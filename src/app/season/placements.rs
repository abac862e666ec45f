//! Orders about placements, each for whom it names: drafted with shared fields and overrides, changed, decided, undone.

use std::collections::HashMap;
use std::path::PathBuf;

use jiff::civil::Date;
use uuid::Uuid;

use super::super::App;
use super::super::account::StaffError;
use super::super::request::Order;
use super::fields::{Base, Fields, Found};
use super::overrides;
use super::whom::{Named, Placed, Pupil, Whom};
use super::{Answer, Errand, Sealing, SeasonError, again};
use crate::accounts::{Caller, Staff};
use crate::domain::UndoReason;
use crate::domain::ids::{EmployerId, PlacementId, SchoolCode};
use crate::domain::placement::arrangement::{Arrangement, Change, Changed};
use crate::domain::placement::codes::{ChangeReason, Verdict};
use crate::domain::placement::{Known, NewPlacement, Placement, PlacementCommand};
use crate::people::Sealed;

/// Placements as an office drafts them.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    pub shared: Fields,
    /// What differs for single students.
    pub overrides: Option<PathBuf>,
    /// Submitted in the same breath.
    pub submit: bool,
    /// What the check of the rules said, and the version of the rules.
    pub verdict: Option<(Verdict, u32)>,
}

/// What about a stay is to change; each takes its own fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Host,
    Site,
    Mentor,
    Period,
    Pay,
}

/// What is ordered of placements that are drafted.
#[derive(Debug, Clone)]
pub enum PlacementOrder {
    /// Writes the draft, or the returned placement, again.
    Revise {
        fields: Fields,
        overrides: Option<PathBuf>,
    },
    Change {
        subject: Subject,
        fields: Fields,
        reason: ChangeReason,
        from: Date,
    },
    /// The number of the fact; of each placement the latest that stands when there is none.
    Undo {
        version: Option<u64>,
        reason: UndoReason,
        note: Option<String>,
    },
    /// A command of the stream, with what is written beside its reason.
    Command {
        command: PlacementCommand,
        note: Option<String>,
    },
}

/// Names in fields, found at a school once for all students.
#[derive(Default)]
struct Names {
    staff: Option<Vec<(Staff, String)>>,
    hosts: HashMap<String, EmployerId>,
}

impl App {
    /// Drafts a placement for each student named, all or none.
    pub async fn draft_placements(&self, caller: &Caller, named: &Named, draft: &Draft) -> Result<Answer, SeasonError> {
        let pupils = self.pupils(caller, named).await?;
        let differing = self.read_overrides(draft.overrides.clone(), &pupils).await?;
        let asked = format!("draft {} {:?} {} {:?}", named.asked(), draft.shared, draft.submit, draft.verdict);
        let mut errand = Errand::new(format!("{asked} {}", listed(&differing)), named.key.as_deref());
        let (mut names, effective_on) = (Names::default(), self.today());
        for (index, pupil) in pupils.into_iter().enumerate() {
            let fields = match differing.get(&index) {
                Some(own) => own.over(&draft.shared),
                None => draft.shared.clone(),
            };
            let (student, placement) = (pupil.student, PlacementId(self.new_id()));
            let found = self.find_names(&mut names, &pupil.school, &fields).await?;
            let mut sealing = Sealing::new(self, placement.0, &HashMap::new());
            let base = Base { arranged: None, site: None, mentor: None };
            let arrangement = fields.arrange(&base, found, &mut sealing)?;
            let (follows, by, known) = (None, None, Known::default());
            let new = NewPlacement { student, arrangement, follows, by, known: known.clone() };
            let mut commands = vec![PlacementCommand::Draft(new)];
            if draft.submit {
                commands.push(PlacementCommand::Submit { known, effective_on });
            }
            if let Some((verdict, rules)) = draft.verdict {
                commands.push(PlacementCommand::Evaluate { verdict, rules, by: None, effective_on });
            }
            let whose = errand.about_placement(pupil, placement);
            errand.orders.extend(commands.into_iter().map(|command| (whose, Order::Placement { placement, command })));
            errand.rows.extend(sealing.rows);
        }
        self.run(caller, errand).await
    }

    /// Gives one order about the placement of each student named, all or none.
    pub async fn order_placements(
        &self,
        caller: &Caller,
        named: &Named,
        order: &PlacementOrder,
    ) -> Result<Answer, SeasonError> {
        again(async || {
            let placed = match order {
                // What is over can be undone, too.
                PlacementOrder::Undo { .. } => {
                    self.placed_if(caller, named, |placement| placement.last_standing().is_some()).await?
                }
                PlacementOrder::Revise { .. } | PlacementOrder::Change { .. } | PlacementOrder::Command { .. } => {
                    self.placed(caller, named).await?
                }
            };
            let overrides = if let PlacementOrder::Revise { overrides, .. } = order { overrides.clone() } else { None };
            let pupils: Vec<Pupil> = placed.iter().map(|placed| placed.pupil.clone()).collect();
            let differing = self.read_overrides(overrides, &pupils).await?;
            let asked = format!("placement {} {order:?} {}", named.asked(), listed(&differing));
            let mut errand = Errand::new(asked, named.key.as_deref());
            let ids: Vec<Uuid> = placed.iter().map(|placed| placed.id.0).collect();
            let unsealed = self.unsealed(&ids).await?;
            let mut names = Names::default();
            for (index, Placed { pupil, id, placement, .. }) in placed.into_iter().enumerate() {
                let mut sealing = Sealing::new(self, id.0, &unsealed);
                let command = match order {
                    PlacementOrder::Command { command, note } => {
                        let note = sealing.note(note.as_deref())?;
                        command.clone().noting(note)
                    }
                    PlacementOrder::Undo { version, reason, note } => {
                        let note = sealing.note(note.as_deref())?;
                        let version = version.or(placement.last_standing()).unwrap_or_default();
                        let (reason, known, effective_on) = (*reason, Known::default(), self.today());
                        PlacementCommand::Undo { version, reason, note, known, effective_on }
                    }
                    PlacementOrder::Revise { fields, .. } => {
                        let fields = differing.get(&index).map_or_else(|| fields.clone(), |own| own.over(fields));
                        let found = self.find_names(&mut names, &pupil.school, &fields).await?;
                        let arranged = placement.stay().map(|stay| stay.arranged);
                        let base = base_of(&unsealed, id, arranged);
                        let arrangement = fields.arrange(&base, found, &mut sealing)?;
                        PlacementCommand::Revise { arrangement, by: None, known: Known::default() }
                    }
                    PlacementOrder::Change { subject, fields, reason, from } => {
                        let found = self.find_names(&mut names, &pupil.school, fields).await?;
                        let change = change(&placement, *subject, fields, *from, found, (&unsealed, id), &mut sealing)?;
                        let changed = Changed { change, reason: *reason, effective_on: *from };
                        PlacementCommand::Change { changed, known: Known::default() }
                    }
                };
                if matches!(order, PlacementOrder::Revise { .. } | PlacementOrder::Change { .. }) {
                    errand.seen.push(id);
                }
                let whose = errand.about_placement(pupil, id);
                errand.orders.push((whose, Order::Placement { placement: id, command }));
                errand.rows.extend(sealing.rows);
            }
            match (&named.whom, order) {
                // What is written beside a reason, or again, is one fact for all.
                (Whom::Batch(_), PlacementOrder::Command { note: None, .. }) => self.run_each(caller, errand).await,
                _ => self.run(caller, errand).await,
            }
        })
        .await
    }

    async fn read_overrides(
        &self,
        path: Option<PathBuf>,
        pupils: &[Pupil],
    ) -> Result<HashMap<usize, Fields>, SeasonError> {
        Ok(match path {
            Some(path) => overrides::read(&path, pupils)?,
            None => HashMap::new(),
        })
    }

    async fn find_names(&self, names: &mut Names, school: &SchoolCode, fields: &Fields) -> Result<Found, SeasonError> {
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
            let all = self.staff(&Caller::operator("cli")).await?.into_iter();
            let of_school = all.filter(|member| member.staff.scope.school() == Some(school));
            names.staff = Some(of_school.map(|member| (member.staff, member.name)).collect());
        }
        let is_meant = |(staff, name): &&(Staff, String)| {
            name == wanted || (wanted.len() >= 8 && staff.id.0.to_string().starts_with(wanted.as_str()))
        };
        let mut found = names.staff.iter().flatten().filter(is_meant).map(|(staff, _)| staff.id);
        match (found.next(), found.next()) {
            (Some(teacher), None) => Ok(Found { host, teacher: Some(teacher) }),
            (Some(_), Some(_)) => Err(StaffError::Ambiguous(wanted.clone()).into()),
            (None, _) => Err(StaffError::Unknown(wanted.clone()).into()),
        }
    }
}

/// What the file said, in the order of the students.
fn listed(differing: &HashMap<usize, Fields>) -> String {
    let mut listed: Vec<(&usize, &Fields)> = differing.iter().collect();
    listed.sort_by_key(|(index, _)| **index);
    if listed.is_empty() { String::new() } else { format!("{listed:?}") }
}

fn base_of(unsealed: &HashMap<(Uuid, u32), Sealed>, id: PlacementId, arranged: Option<Arrangement>) -> Base<'_> {
    let site = arranged.and_then(|arranged| arranged.site).map(|site| site.described);
    let mentor = arranged.and_then(|arranged| arranged.mentors.at_host);
    Base {
        arranged,
        site: site.and_then(|revision| unsealed.get(&(id.0, revision.0))),
        mentor: mentor.and_then(|revision| unsealed.get(&(id.0, revision.0))),
    }
}

/// What changes from a day on. At another host, site and mentor cannot stay the same.
fn change(
    placement: &Placement,
    subject: Subject,
    fields: &Fields,
    from: Date,
    found: Found,
    (unsealed, id): (&HashMap<(Uuid, u32), Sealed>, PlacementId),
    sealing: &mut Sealing<'_>,
) -> Result<Change, SeasonError> {
    let missing = |what: &str| SeasonError::Unclear(format!("还要写明：{what}"));
    let mut arranged = placement.stay().map(|stay| Arrangement { period: stay.period(), ..stay.on(from) });
    if let (Subject::Host, Some(arranged)) = (subject, &mut arranged) {
        arranged.site = None;
        arranged.mentors.at_host = None;
    }
    if *fields == Fields::default() {
        return Err(missing("变更后的内容"));
    }
    let after = fields.arrange(&base_of(unsealed, id, arranged), found, sealing)?;
    match subject {
        Subject::Host => {
            let site = after.site.ok_or_else(|| missing("新单位的地址、岗位、场所类型和去向"))?;
            let (host, source) = (after.host, after.source);
            Ok(Change::Host { host, source, site, at_host: after.mentors.at_host })
        }
        Subject::Site => after.site.map(Change::Site).ok_or_else(|| missing("地址或岗位")),
        Subject::Mentor => Ok(Change::Mentors(after.mentors)),
        Subject::Period => Ok(Change::Period { last_day: after.period.last_day }),
        Subject::Pay => after.pay.map(Change::Pay).ok_or_else(|| missing("报酬（--pay）")),
    }
}
