//! Where the page of each thing is.

use crate::app::actions::Action;
use crate::domain::ids::StudentId;
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

/// Where a student is.
pub(super) fn student(student: StudentId) -> String {
    format!("/students/{}", student.0)
}
