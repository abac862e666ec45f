//! What an office looks at: a placement as arranged on a day, its documents, and the numbered facts of its streams.

use clap::Args;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::accounts::Caller;
use crate::app::App;
use crate::app::employer::identity;
use crate::app::facts_in_words::Fact;
use crate::app::failure::Failure;
use crate::app::target::{CurrentPlacement, ShownStudent, Target};
use crate::domain::agreement::Agreement;
use crate::domain::agreement::codes::{DocumentState, SigningParty};
use crate::domain::agreement::signing::{DocumentRef, SigningManner, packet};
use crate::domain::employer::Employer;
use crate::domain::ids::{FileHash, PlacementId};
use crate::domain::placement::arrangement::Arrangement;
use crate::domain::placement::codes::{AmendmentKind, DocumentKind};
use crate::domain::terms::Term;
use crate::input::words;
use crate::people::Sealed;

/// Placements as arranged on a day, with their documents and facts; those that are over included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct ShowPlacement {
    #[command(flatten)]
    pub target: Target,
    /// Today unless given.
    #[arg(long, value_parser = words::day)]
    pub on: Option<Date>,
}

/// A placement as it is shown; names of the unit and the site are unsealed.
#[derive(Debug)]
pub struct ShownPlacement {
    pub student: ShownStudent,
    pub id: PlacementId,
    pub state: &'static str,
    pub was_late: bool,
    /// Names and values of what is arranged on the day.
    pub fields: Vec<(&'static str, String)>,
    pub documents: Vec<(DocumentKind, DocumentState)>,
    /// What stands behind signatures: whose, on which document, and the file.
    pub files: Vec<(DocumentRef, SigningParty, &'static str, FileHash)>,
    /// Changes that no amendment says yet.
    pub unamended: Vec<AmendmentKind>,
    pub facts: Vec<Fact>,
}

impl App {
    /// The placements that a command would mean, those that are over included.
    pub(in crate::app) async fn show_placements(
        &self,
        caller: &Caller,
        question: &ShowPlacement,
    ) -> Result<Vec<ShownPlacement>, Failure> {
        let day = question.on.unwrap_or_else(|| self.today());
        let is_meant = |placement: &crate::domain::placement::Placement| placement.student().is_some();
        let placed = self.placements_where(caller, &question.target, is_meant).await?;
        let mut sheets = vec![];
        for CurrentPlacement { student, id, placement, agreement } in placed {
            let facts = self.facts(caller, id.0).await?;
            let stay = placement.stay();
            let (state, fields, documents, unamended) = match stay {
                Some(stay) => {
                    let arranged = Arrangement { period: stay.period(), ..stay.on(day) };
                    let documents = packet(arranged.kind).iter();
                    (
                        stay.status_on(day).zh(),
                        self.arranged(id, &arranged).await?,
                        documents.map(|kind| (*kind, agreement.versions().state(*kind))).collect(),
                        agreement.unamended(stay, day),
                    )
                }
                None => ("起草已撤销", vec![], vec![], vec![]),
            };
            let was_late = placement.was_registered_late();
            sheets.push(ShownPlacement {
                student: student.shown(caller),
                id,
                state,
                was_late,
                fields,
                documents,
                files: files(&agreement),
                unamended,
                facts,
            });
        }
        Ok(sheets)
    }

    async fn arranged(&self, id: PlacementId, arranged: &Arrangement) -> Result<Vec<(&'static str, String)>, Failure> {
        let host = arranged.host.0;
        let subjects: Vec<Uuid> =
            [Some(id.0), Some(host), arranged.mentors.teacher.map(|teacher| teacher.0)].into_iter().flatten().collect();
        let unsealed = self.unsealed(&subjects).await?;
        self.bring_up_to_date::<Employer>(&[host]).await?;
        let (employer, _) = self.load::<Employer>(host).await?;
        let name = employer.registered().map(|registered| identity(&unsealed, host, registered).0).unwrap_or_default();
        let mut fields = vec![
            ("类别", format!("{}，{}", arranged.kind.zh(), arranged.source.zh())),
            ("单位", format!("{name}（{host}）")),
            ("时间", format!("{} 至 {}", arranged.period.first_day, arranged.period.last_day)),
        ];
        if let Some(site) = arranged.site {
            if let Some(Sealed::Site { address, post }) = unsealed.get(&(id.0, site.described.0)) {
                fields.push(("地点和岗位", format!("{address}，{post}")));
            }
            fields.push(("场所", format!("{}，{}", site.kind.zh(), site.region.zh())));
        }
        if let Some(Sealed::Contact { name, phone }) =
            arranged.mentors.at_host.and_then(|revision| unsealed.get(&(id.0, revision.0)))
        {
            fields.push(("单位指导人员", format!("{name} {}", phone.as_deref().unwrap_or_default()).trim().to_owned()));
        }
        if let Some(teacher) = arranged.mentors.teacher {
            let name = self.staff_names(&[teacher.0]).await?.remove(&teacher.0).unwrap_or_default();
            fields.push(("学校指导教师", name));
        }
        if let Some(pay) = arranged.pay {
            fields.push(("报酬", format!("{} {}", pay.yuan, pay.per.zh())));
        }
        if let Some(level) = arranged.on_specialty {
            fields.push(("专业对口", level.zh().to_owned()));
        }
        Ok(fields)
    }
}

fn files(agreement: &Agreement) -> Vec<(DocumentRef, SigningParty, &'static str, FileHash)> {
    let rounds = agreement.versions().all().iter().filter_map(|sheet| Some((sheet.paper, sheet.round.as_ref()?)));
    let signatures = rounds.flat_map(|(paper, round)| round.signatures().map(move |signature| (paper, signature)));
    let mut files = vec![];
    for (paper, (party, manner, _)) in signatures {
        let shown = match manner {
            SigningManner::Paper { scan } => [("扫描件", scan), ("", None)],
            SigningManner::Electronic { proof } => [("凭据", proof), ("", None)],
            SigningManner::OnBehalf { authorised_by, scan, .. } => {
                [("代签依据", Some(authorised_by)), ("扫描件", scan)]
            }
        };
        files.extend(shown.into_iter().filter_map(|(what, hash)| Some((paper, party, what, hash?))));
    }
    files
}
