//! Promise: the wire to PostgreSQL may be cut at any request, before the server sees it, in the middle, or after it
//! was done and before the answer is heard: the command given again with its key is recorded once and answers the same.

use gradtrail::app::AppError;
use gradtrail::event_log::Location;
use gradtrail::event_log::request::AppendError;

use super::proxy::{Cut, Proxy};
use super::{Deed, EVENTS, assert_kept, done, is_of_the_connection, position};
use crate::support::{Database, Town};

/// Requests past which no command goes.
const REQUESTS_MAX: u32 = 60;

/// A database that is reached by a wire, and itself.
async fn wired() -> (Proxy, Database, Database) {
    let direct = Database::postgres().await;
    let (proxy, url) = Proxy::to(&direct.url()).await;
    let mut wired = Database::sqlite();
    wired.location = Location::Postgres(url);
    (proxy, wired, direct)
}

/// Cuts the wire at the first, the second, ... request of a command, until it needs no more. `before` comes before
/// each command. Says how many requests a command has, and how many groups went the lone and the contended way.
async fn cut_everywhere(cut: Cut, before: impl AsyncFn(&Town, u32)) -> (u32, (u64, u64)) {
    let (proxy, wired, direct) = wired().await;
    let mut acknowledged = vec![Deed { round: 0, task: 1, number: 0 }.execute(&Town::new(&wired).await).await.unwrap()];
    std::fs::copy(wired.key_file(), direct.key_file()).unwrap();
    let witness = Town::new(&direct).await;
    for requests in 0..REQUESTS_MAX {
        let town = Town::new(&wired).await;
        before(&witness, requests).await;
        let deed = Deed::numbered(requests);
        let earlier = position(&witness).await;
        proxy.cut(requests, cut);
        let answer = deed.execute(&town).await;
        let was_cut = proxy.mend();
        if let Err(error) = &answer {
            assert!(is_of_the_connection(error), "{cut:?} at {requests}: {error:?}");
            let is_unknown = matches!(error, AppError::Append(AppendError::Unknown));
            assert!(is_unknown || position(&witness).await == earlier, "{cut:?} at {requests}: {error:?} is true");
        }
        let again = deed.execute(&town).await.unwrap();
        assert_eq!(position(&witness).await, earlier + EVENTS, "{cut:?} at {requests}: recorded once");
        assert!(answer.is_err() || answer.is_ok_and(|answer| answer == again), "{cut:?} at {requests}");
        acknowledged.push(again);
        if !was_cut {
            assert_kept(&witness, &acknowledged).await;
            return (requests, town.app.log().commit_counts());
        }
        done(&format!("wire cut at request {requests}, {cut:?}"));
    }
    panic!("a command has less than {REQUESTS_MAX} requests");
}

/// "Perhaps" is said only of what the server may have done, "not recorded" only of what it has not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_the_wire_stays_cut_the_answer_is_as_sure_as_anybody_can_be() {
    for is_contended in [false, true] {
        let (unknown, unreachable) = cut_for_good_everywhere(is_contended).await;
        assert!(
            unknown > 0 && (!is_contended || unknown < unreachable),
            "{unknown} perhaps, {unreachable} not recorded"
        );
    }
}

/// How often "perhaps" was said, and how often "not recorded".
async fn cut_for_good_everywhere(is_contended: bool) -> (u32, u32) {
    let (proxy, wired, direct) = wired().await;
    let mut acknowledged = vec![Deed { round: 0, task: 1, number: 0 }.execute(&Town::new(&wired).await).await.unwrap()];
    std::fs::copy(wired.key_file(), direct.key_file()).unwrap();
    let witness = Town::new(&direct).await;
    let (mut unknown, mut unreachable) = (0, 0);
    for requests in 0..REQUESTS_MAX {
        let town = Town::new(&wired).await;
        if is_contended {
            acknowledged.push(Deed { round: 1 + requests, task: 1, number: 0 }.execute(&witness).await.unwrap());
        }
        let (deed, earlier) = (Deed::numbered(requests), position(&witness).await);
        proxy.cut_for_good(requests, Cut::After);
        let answer = deed.execute(&town).await;
        let was_cut = proxy.mend();
        let is_recorded = position(&witness).await > earlier;
        match answer {
            // Counted are the requests of all connections: the cut one may have been a reader's, after the commit was heard.
            Ok(_) => assert!(is_recorded, "cut at {requests}"),
            Err(AppError::Append(AppendError::Unknown)) => unknown += 1,
            Err(AppError::Append(AppendError::Unreachable)) => {
                assert!(!is_recorded, "cut at {requests}");
                unreachable += 1;
            }
            Err(error) => panic!("cut at {requests}: {error:?}"),
        }
        acknowledged.push(deed.execute(&town).await.unwrap());
        assert_eq!(position(&witness).await, earlier + EVENTS, "cut at {requests}: recorded once");
        if !was_cut {
            assert_kept(&witness, &acknowledged).await;
            return (unknown, unreachable);
        }
        done(&format!("wire cut for good at request {requests}"));
    }
    panic!("a command has less than {REQUESTS_MAX} requests");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lone_writer_cut_off_at_any_request_records_once() {
    for cut in Cut::ALL {
        let (requests, (lone, contended)) = cut_everywhere(cut, async |_, _| ()).await;
        assert!(requests >= 2 && lone >= 1, "{requests}, {lone}, {contended}");
    }
}

/// Another process wrote in between: the writer misses, takes the head row, and commits in several statements.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_writer_under_the_heads_lock_cut_off_at_any_request_records_once() {
    for cut in Cut::ALL {
        let other = async |witness: &Town, round: u32| {
            Deed { round: 1 + round, task: 1, number: 0 }.execute(witness).await.unwrap();
        };
        let (requests, (lone, contended)) = cut_everywhere(cut, other).await;
        assert!(requests >= 6 && contended >= 1, "{requests}, {lone}, {contended}");
    }
}
