//! Who has to show again who it is is led to where that is done, and back.

use axum::response::{IntoResponse, Redirect, Response};

/// To where it is shown; afterwards one is at `back` again.
pub(super) fn to_confirm(back: &str) -> Response {
    Redirect::to(&confirm_address(back)).into_response()
}

/// Where it is shown.
pub(super) fn confirm_address(back: &str) -> String {
    let words = form_urlencoded::Serializer::new(String::new()).append_pair("next", back).finish();
    format!("/me?{words}#confirm")
}
