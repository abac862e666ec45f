//! Questions that many ask at once: who asks while the database answers one waits, and then one asks it for all of them.
//!
//! Invariant: what somebody is answered was read after the question was put.

use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

use super::batch::EngineError;

/// Those who ask the same kind of question: what each asks, and where the answer goes.
type Waiting<Q, A> = Vec<(Q, oneshot::Sender<A>)>;

/// One kind of question.
#[derive(Debug)]
pub(super) struct Together<Q, A> {
    waiting: Mutex<Waiting<Q, A>>,
    /// Who asks the database for all.
    turn: tokio::sync::Mutex<()>,
}

impl<Q, A> Default for Together<Q, A> {
    fn default() -> Self {
        Self { waiting: Mutex::default(), turn: tokio::sync::Mutex::default() }
    }
}

impl<Q: Clone, A> Together<Q, A> {
    /// Asks; `read` answers several in their order.
    ///
    /// # Errors
    /// As `read`, of which each hears who asked by itself.
    pub(super) async fn ask<'a>(
        &self,
        question: Q,
        read: impl Fn(Vec<Q>) -> BoxFuture<'a, Result<Vec<A>, EngineError>>,
    ) -> Result<A, EngineError> {
        loop {
            let (tell, mut told) = oneshot::channel();
            self.waiting().push((question.clone(), tell));
            let turn = tokio::select! {
                biased;
                answered = &mut told => match answered {
                    Ok(answer) => return Ok(answer),
                    // Who asked for all failed, or left.
                    Err(_) => continue,
                },
                turn = self.turn.lock() => turn,
            };
            let (questions, tells): (Vec<Q>, Vec<_>) = std::mem::take(&mut *self.waiting()).into_iter().unzip();
            if !questions.is_empty() {
                let answers = read(questions).await?;
                for (tell, answer) in tells.into_iter().zip(answers) {
                    let _left = tell.send(answer);
                }
            }
            drop(turn);
            if let Ok(answer) = told.try_recv() {
                return Ok(answer);
            }
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting<Q, A>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::FutureExt as _;
    use futures_util::future::join_all;

    use super::*;

    #[tokio::test]
    async fn who_asks_meanwhile_is_answered_by_the_next_who_asks_for_all() {
        let (together, reads) = (Together::<usize, usize>::default(), Arc::new(AtomicUsize::new(0)));
        let read = |asked: Vec<usize>| {
            let reads = Arc::clone(&reads);
            async move {
                reads.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
                Ok(asked.iter().map(|question| question * 10).collect())
            }
            .boxed()
        };
        let answers = join_all((0..100).map(|question| together.ask(question, read))).await;
        for (question, answer) in answers.into_iter().enumerate() {
            assert_eq!(answer.unwrap(), question * 10);
        }
        assert_eq!(reads.load(Ordering::Relaxed), 2, "the first alone, then all who came meanwhile");
    }

    #[tokio::test]
    async fn of_a_failure_each_hears_by_asking_and_who_leaves_keeps_nobody_waiting() {
        let (together, tries) = (Together::<usize, usize>::default(), AtomicUsize::new(0));
        let read = |asked: Vec<usize>| {
            let is_first = tries.fetch_add(1, Ordering::Relaxed) == 0;
            async move {
                tokio::task::yield_now().await;
                if is_first { Err(sqlx::Error::WorkerCrashed.into()) } else { Ok(asked) }
            }
            .boxed()
        };
        let answers = join_all((0..3).map(|question| together.ask(question, read))).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_err()).count(), 1);
        let left = together.ask(7, read);
        let stays = together.ask(8, read);
        let mut left = Box::pin(left);
        assert!((&mut left).now_or_never().is_none());
        drop(left);
        assert_eq!(stays.await.unwrap(), 8);
    }
}
