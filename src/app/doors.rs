//! The two doors for every way in: what is to be recorded, and what is asked. Each is counted as it was answered.

use futures_util::future::BoxFuture;

use super::App;
use super::actions::{Command, Question};
use super::failure::Failure;
use super::key::Key;
use super::reply::{Answer, Reply};
use super::watch::Watch;
use crate::accounts::Caller;
use crate::refusal::Refusal;

impl App {
    /// Records what a command says, or says why not.
    ///
    /// # Errors
    /// If the caller may not, the key was used for something else, or the command is refused; nothing is recorded then.
    pub async fn run(&self, caller: &Caller, key: Option<&Key>, command: &Command) -> Result<Answer, Failure> {
        self.run_watched(caller, key, command, &mut |_, _, _| ()).await
    }

    /// The same, telling how far an import is: the file, and how many of its rows are done.
    ///
    /// # Errors
    /// As [`App::run`].
    #[inline(never)]
    pub fn run_watched<'a>(
        &'a self,
        caller: &'a Caller,
        key: Option<&'a Key>,
        command: &'a Command,
        progress: Watch<'a>,
    ) -> BoxFuture<'a, Result<Answer, Failure>> {
        // Not an `async fn`: whoever calls one is compiled with all that it waits for, and the program would have every command
        // once more than the library.
        Box::pin(async move {
            let recorded = self.record(caller, key, command, progress).await;
            self.calls().command(recorded.as_ref().err().map(Refusal::kind));
            recorded
        })
    }

    /// Answers a question, as far as the caller may see.
    ///
    /// # Errors
    /// If the caller may not ask, or what is asked about is not there for the caller.
    #[inline(never)]
    pub fn ask<'a>(&'a self, caller: &'a Caller, question: &'a Question) -> BoxFuture<'a, Result<Reply, Failure>> {
        Box::pin(async move {
            let answered = self.reply(caller, question).await;
            self.calls().question(answered.as_ref().err().map(Refusal::kind));
            answered
        })
    }
}
