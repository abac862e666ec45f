//! Promise: a caller that goes away at any moment (a browser that disconnects) leaves a command that is recorded once
//! or not at all, and nothing in the way of the next.

use std::pin::Pin;
use std::task::{Context, Poll};

use gradtrail::app::request::{Order, Request};
use gradtrail::app::{AppError, Done};
use gradtrail::domain::ids::BatchId;
use gradtrail::domain::outcome::OutcomeCommand;
use gradtrail::domain::terms::DestinationKind;
use gradtrail::event_log::request::Receipt;
use uuid::Uuid;

use super::{Deed, assert_kept, position};
use crate::support::{Database, Town, said_once};

/// A future that is polled so many times and then given up.
struct Patience<F> {
    future: Pin<Box<F>>,
    polls: u32,
}

impl<F: Future> Future for Patience<F> {
    /// `None`: it was not ready in time.
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.polls == 0 {
            return Poll::Ready(None);
        }
        self.polls -= 1;
        match self.future.as_mut().poll(context) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if self.polls == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    }
}

/// Polls past which no command goes.
const POLLS_MAX: u32 = 200;

/// A change of a student whom an earlier process recorded: this one has to read before it decides.
async fn change(town: &Town, deed: Deed) -> Result<Done, AppError> {
    let mut said = said_once(&town.app, DestinationKind::Seeking, "2022-10-01", None);
    said.batch = BatchId(Uuid::from_u128(deed.student().0.as_u128() | 1 << 121));
    let command = OutcomeCommand::Say { said };
    let order = Order::Outcome { student: deed.student(), command };
    town.app.execute(&town.caller, Request::new(format!("change:{}", deed.number), "change", vec![order])).await
}

fn receipt(done: Result<Done, AppError>) -> Receipt {
    let Done::Recorded(receipt) = done.unwrap() else { panic!("it changes something") };
    Receipt { repeated: false, ..receipt }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_dropped_at_any_await_and_given_again_is_recorded_once() {
    for database in Database::both().await {
        let mut acknowledged = vec![];
        let mut polls = 0;
        loop {
            assert!(polls < POLLS_MAX, "it never ends");
            let deed = Deed::numbered(polls);
            acknowledged.push(deed.execute(&Town::new(&database).await).await.unwrap());
            // A process that has nothing in memory yet, so that the command waits wherever it can.
            let town = Town::new(&database).await;
            let before = position(&town).await;
            let ready = Patience { future: Box::pin(change(&town, deed)), polls }.await;
            let again = receipt(change(&town, deed).await);
            // What is said of the search for a job ends the job.
            assert_eq!((again.first_position, again.event_count), (before + 1, 1));
            assert_eq!(position(&town).await, before + 1);
            polls += 1;
            if let Some(done) = ready {
                assert_eq!(receipt(done), again);
                break;
            }
        }
        // How often it is found waiting depends on how busy the machine is.
        assert!(polls > 2, "it never waited: {polls}");
        assert_kept(&Town::new(&database).await, &acknowledged).await;
    }
}

/// Dropped at once and all together: connections go back to the pool in whatever state they are.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_callers_that_leave_at_once_leave_no_connection_in_the_way() {
    for database in Database::both().await {
        let town = std::sync::Arc::new(Town::new(&database).await);
        for polls in 1..12 {
            let leaving = (0..20).map(|task| {
                let town = town.clone();
                tokio::spawn(async move {
                    let deed = Deed { round: polls, task, number: 0 };
                    Patience { future: Box::pin(deed.execute(&town)), polls }.await.map(Result::unwrap)
                })
            });
            for left in leaving.collect::<Vec<_>>() {
                left.await.unwrap();
            }
        }
        let mut acknowledged = vec![];
        for round in 1..12 {
            for task in 0..20 {
                acknowledged.push(Deed { round, task, number: 0 }.execute(&town).await.unwrap());
            }
        }
        assert_kept(&town, &acknowledged).await;
    }
}
