//! Where the page of each thing is.

use crate::app::actions::Action;
use crate::domain::agreement::signing::DocumentRef;
use crate::domain::ids::{PlacementId, StudentId};
use crate::domain::placement::codes::DocumentKind;
use crate::domain::terms::Term as _;
use crate::web::uploads::SCANNED;

/// Where a class is.
pub(super) fn class(school: &str, class: &str) -> String {
    let escaped: String = form_urlencoded::byte_serialize(class.as_bytes()).collect();
    // In a path a blank is no plus.
    format!("/classes/{school}/{}", escaped.replace('+', "%20"))
}

/// Where an act is: the words of its command make it up, unless it has pages of its own.
pub(super) fn act(action: Action) -> String {
    match action {
        Action::Import => return "/imports".to_owned(),
        Action::AgreementCollect => return SCANNED.to_owned(),
        _ => (),
    }
    format!("/acts/{}", action.called().words.replace(' ', "/"))
}

/// Where a document of a placement is: what is in force of it, else its latest version.
pub(super) fn paper(placement: PlacementId, kind: DocumentKind) -> String {
    format!("/placements/{}/papers/{}", placement.0, kind.code())
}

/// Where a version of a document is.
pub(super) fn version(placement: PlacementId, paper: DocumentRef) -> String {
    format!("{}/{}", self::paper(placement, paper.kind), paper.version)
}

/// Where a student is.
pub(super) fn student(student: StudentId) -> String {
    format!("/students/{}", student.0)
}
