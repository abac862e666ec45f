//! Finding students and classes by what an office knows. A POST: no name or number stands in an address.

use askama::Template;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::frame::{Frame, Visit};
use crate::app::actions::{Action, Question};
use crate::app::gate::permits;
use crate::app::reply::Reply;
use crate::app::roster::ListClasses;
use crate::app::student::{FindStudents, FoundStudents};
use crate::web::error::Error;
use crate::web::form::Form;
use crate::web::session::Site;

/// Hits that are listed.
const HITS_MAX: usize = 100;

#[derive(Template)]
#[template(path = "find.html")]
struct FindPage {
    frame: Frame,
    text: String,
    /// Name and address.
    classes: Vec<(String, String)>,
    students: Vec<Hit>,
    /// How many more there are.
    more: usize,
}

struct Hit {
    name: String,
    student_number: String,
    class: String,
    standing: String,
    address: String,
}

/// What may be looked for.
pub(in crate::web) async fn ask(Visit { frame, .. }: Visit) -> Result<Html<String>, Error> {
    Ok(Html(page(frame, String::new(), vec![], vec![], 0).render()?))
}

/// What was looked for; a single hit opens.
pub(in crate::web) async fn find(
    State(site): State<Site>,
    Visit { caller, frame }: Visit,
    body: Bytes,
) -> Result<Response, Error> {
    let text = Form::of(&body)?.get("text").trim().to_owned();
    if text.is_empty() {
        return Ok(Html(page(frame, text, vec![], vec![], 0).render()?).into_response());
    }
    let asked = Question::Students(FindStudents { text: text.clone(), school: None });
    let Reply::Students(found) = site.app.ask(&caller, &asked).await? else { return Err(Error::NotFound) };
    let FoundStudents { students: found, left_off } = found;
    // Of all schools together there are too many classes of one name.
    let classes = match caller.scope.school().and(permits(&caller, Action::ClassList).ok()) {
        Some(()) => match site.app.ask(&caller, &Question::Classes(ListClasses::default())).await? {
            Reply::Classes(classes) => classes.classes,
            _ => vec![], // Not what was asked.
        },
        None => vec![],
    };
    let classes: Vec<(String, String)> = classes
        .into_iter()
        .filter(|class| class.class.contains(&text))
        .map(|class| (class.class.clone(), super::addresses::class(&class.school, &class.class)))
        .collect();
    match (found.as_slice(), classes.as_slice()) {
        ([student], []) => return Ok(Redirect::to(&super::addresses::student(student.id)).into_response()),
        ([], [(_, address)]) => return Ok(Redirect::to(address).into_response()),
        _ => (),
    }
    let hits = found.into_iter().map(|student| Hit {
        name: frame.name(student.student.name.as_deref()),
        student_number: student.student.student_number.unwrap_or_default(),
        class: student.student.class,
        standing: frame.word(&student.standing),
        address: super::addresses::student(student.id),
    });
    let hits = hits.collect();
    Ok(Html(page(frame, text, classes, hits, left_off).render()?).into_response())
}

fn page(
    frame: Frame,
    text: String,
    classes: Vec<(String, String)>,
    mut students: Vec<Hit>,
    left_off: usize,
) -> FindPage {
    let more = students.len().saturating_sub(HITS_MAX) + left_off;
    students.truncate(HITS_MAX);
    FindPage { frame, text, classes, students, more }
}
