//! Who has to show again who it is is led to where that is done, and back.

use axum::response::{IntoResponse, Redirect, Response};

/// To where it is shown; afterwards one is at `back` again.
pub(super) fn to_confirm(back: &str) -> Response {
    let words = form_urlencoded::Serializer::new(String::new()).append_pair("next", back).finish();
    Redirect::to(&format!("/me?{words}#confirm")).into_response()
}
