//! Where the page of each thing is.

use crate::domain::ids::StudentId;

/// Where a class is.
pub(super) fn class(school: &str, class: &str) -> String {
    let escaped: String = form_urlencoded::byte_serialize(class.as_bytes()).collect();
    // In a path a blank is no plus.
    format!("/classes/{school}/{}", escaped.replace('+', "%20"))
}

/// Where a student is.
pub(super) fn student(student: StudentId) -> String {
    format!("/students/{}", student.0)
}
