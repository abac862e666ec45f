//! The work on a stack: sorting its pages, and recording what is signed on those that are sorted. Nobody waits for it: its
//! page says how far it is.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use crate::accounts::Caller;
use crate::app::actions::{Action, Command};
use crate::app::agreement::collect::{Collected, CollectedPage, PageState};
use crate::app::agreement::input::{ASIDE, AgreementOrder, CollectScans};
use crate::app::failure::Failure;
use crate::app::reply::Answer;
use crate::app::{App, Done};
use crate::domain::ids::StudentId;
use crate::input::file::File;
use crate::refusal::{Refusal as _, RefusalKind};
use crate::web::api::RequestFault;
use crate::web::pages::act::recorded::recorded_at;
use crate::web::session::{Site, begin_long_work};
use crate::web::stack::{Stack, StackEnded};
use crate::web::uploads::Uploads;

/// What is done within this time is seen at once, without a page that tells how far it is.
const WAITED_FOR: Duration = Duration::from_millis(900);

/// Begins to sort what was sent, or what is left of it.
pub(super) async fn sort(site: &Site, caller: &Caller, id: Uuid, stack: Stack) {
    begin(site, caller, id, stack, false).await;
}

/// Begins to record the pages that are sorted.
pub(super) async fn record(site: &Site, caller: &Caller, id: Uuid, stack: Stack) {
    begin(site, caller, id, stack, true).await;
}

async fn begin(site: &Site, caller: &Caller, id: Uuid, stack: Stack, is_recording: bool) {
    let (app, stacks, caller) = (Arc::clone(&site.app), Arc::clone(&site.stacks), caller.clone());
    let telling = Arc::clone(&stacks);
    let working = begin_long_work(async move {
        if is_recording {
            recorded(&app, &telling, &caller, id, stack).await
        } else {
            sorted(&app, &telling, &caller, id, stack).await
        }
    });
    let ending = tokio::spawn(async move {
        let (stack, ended) = working.await.unwrap_or_else(|_| {
            (Stack::default(), StackEnded { fault: Some(RequestFault::Failed.sentence()), ..StackEnded::default() })
        });
        stacks.end(id, stack, ended);
    });
    _ = tokio::time::timeout(WAITED_FOR, ending).await;
}

/// Sorts the files, or the pages that are left, as they are told.
async fn sorted(app: &App, stacks: &Uploads<Stack>, caller: &Caller, id: Uuid, stack: Stack) -> (Stack, StackEnded) {
    let all: Vec<&CollectedPage> = stack.pages.iter().collect();
    let asked = match all.as_slice() {
        [] => CollectScans { check: true, ..stack.order.clone() },
        pages => CollectScans { check: true, ..of_pages(&stack, pages) },
    };
    match run(app, stacks, caller, id, asked).await {
        Ok(collected) => {
            let again = collected.pages.into_iter().enumerate().map(|(index, page)| match stack.pages.get(index) {
                // A page keeps the number that it had in the whole stack.
                Some(known) => CollectedPage {
                    number: known.number,
                    file: known.file.clone(),
                    page: known.page,
                    state: known_better(&stack, known, page.state),
                    ..page
                },
                None => page,
            });
            let (pages, order) = (again.collect(), CollectScans { files: vec![], ..stack.order });
            (Stack { order, pages, said: stack.said }, StackEnded::default())
        }
        Err(failure) => (stack, failed(&failure)),
    }
}

/// Of a page without a picture, and of one that nobody has told otherwise, the first reason stands.
fn known_better(stack: &Stack, known: &CollectedPage, state: PageState) -> PageState {
    match (&known.picture, &known.state, &state) {
        (None, _, PageState::Refused(_)) => known.state.clone(),
        (_, PageState::Aside(Some(_)), PageState::Aside(None)) if !stack.said.contains_key(&known.number) => {
            known.state.clone()
        }
        _ => state,
    }
}

/// Records what is signed on the pages that are sorted; the others stay. If others recorded something meanwhile, all are
/// sorted again.
async fn recorded(app: &App, stacks: &Uploads<Stack>, caller: &Caller, id: Uuid, stack: Stack) -> (Stack, StackEnded) {
    let (taken, left): (Vec<CollectedPage>, Vec<CollectedPage>) =
        stack.pages.iter().cloned().partition(|page| matches!(page.state, PageState::Sorted(_)));
    let asked = of_pages(&stack, &taken.iter().collect::<Vec<_>>());
    match run(app, stacks, caller, id, asked).await {
        Ok(collected) => {
            let students: BTreeSet<StudentId> =
                collected.pages.iter().filter_map(|page| Some(page.paper.as_ref()?.student_id)).collect();
            let students: Vec<String> = students.into_iter().map(|student| student.0.to_string()).collect();
            let told = match collected.recorded.map(|recorded| recorded.done) {
                Some(Done::Recorded(receipt)) => {
                    recorded_at(Action::AgreementCollect, &receipt, &students, &stacks.address(id))
                }
                Some(Done::Unchanged) | None => stacks.address(id),
            };
            let ended = StackEnded { recorded: Some((collected.papers, told)), ..StackEnded::default() };
            (Stack { pages: left, ..stack }, ended)
        }
        Err(Failure::Refused(_)) => {
            let (stack, ended) = sorted(app, stacks, caller, id, stack).await;
            (stack, StackEnded { is_moved: ended.fault.is_none(), ..ended })
        }
        Err(failure) => (stack, failed(&failure)),
    }
}

/// The order for some pages: what somebody says of one, or what its code said. The code of others is looked for again.
fn of_pages(stack: &Stack, pages: &[&CollectedPage]) -> CollectScans {
    let file = |page: &&CollectedPage| {
        let bytes = page.picture.as_ref().map(|picture| picture.bytes.to_vec()).unwrap_or_default();
        File { name: page.file.clone(), bytes }
    };
    let said = |(index, page): (usize, &&CollectedPage)| {
        let by_code = || page.paper.as_ref().map(|sorted| sorted.mark.clone());
        // Who set a page aside said so; of a blank one nobody has to.
        let aside = || matches!(page.state, PageState::Aside(Some(_))).then(|| ASIDE.to_owned());
        let said = stack.said.get(&page.number).cloned().or_else(aside).or_else(by_code)?;
        Some(format!("{}={said}", index + 1))
    };
    let assign = pages.iter().enumerate().filter_map(said).collect();
    CollectScans { files: pages.iter().map(file).collect(), assign, check: false, ..stack.order.clone() }
}

async fn run(
    app: &App,
    stacks: &Uploads<Stack>,
    caller: &Caller,
    id: Uuid,
    asked: CollectScans,
) -> Result<Collected, Failure> {
    let command = Command::Agreement(AgreementOrder::Collect(Box::new(asked)));
    let mut tell = |file: &str, done, all| stacks.tell(id, file, done, all);
    match app.run_watched(caller, None, &command, &mut tell).await? {
        Answer::Collected(collected) => Ok(*collected),
        _ => Err(Failure::App(crate::app::AppError::NotFound)), // Not what was ordered.
    }
}

fn failed(failure: &Failure) -> StackEnded {
    let sentence = match failure.kind() {
        RefusalKind::Broken => RequestFault::Failed.sentence(),
        _ => failure.sentence(),
    };
    StackEnded { fault: Some(sentence), is_to_confirm: failure.code() == "gate.confirm_first", ..StackEnded::default() }
}
