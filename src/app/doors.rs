//! The two doors: `run` for what records, `ask` for what answers. Each asks the gate and calls the noun's function.

use futures_util::future::{BoxFuture, LocalBoxFuture};

use super::App;
use super::actions::{Answer, Command, Question, Reply, permits};
use super::failure::Failure;
use super::key::{Call, Key};
use crate::accounts::Caller;

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
    pub async fn run_watched(
        &self,
        caller: &Caller,
        key: Option<&Key>,
        command: &Command,
        progress: &mut dyn FnMut(&str, usize, usize),
    ) -> Result<Answer, Failure> {
        // Without the box every caller would be compiled with the futures of all commands in it.
        let recorded: LocalBoxFuture<'_, _> = Box::pin(self.record(caller, key, command, progress));
        recorded.await
    }

    async fn record(
        &self,
        caller: &Caller,
        key: Option<&Key>,
        command: &Command,
        progress: &mut dyn FnMut(&str, usize, usize),
    ) -> Result<Answer, Failure> {
        permits(caller, command.action())?;
        // What is printed is printed again: only that which is new on it is recorded.
        let key = key.filter(|_| !matches!(command, Command::Packet(_)));
        let (stored, asked) = (self.stored_key(key), self.asked(caller, command)?);
        if key.is_some()
            && let Some(receipt) = self.recorded_before(&stored, &asked).await?
        {
            return Ok(Answer::Repeated(receipt));
        }
        let call = Call { caller, key: &stored, is_keyed: key.is_some(), asked: &asked };
        Ok(match command {
            Command::School(order) => Answer::Done(self.order_school(call, order).await?),
            Command::Account(order) => Answer::Account(self.order_account(call, order).await?),
            Command::Import(input) => Answer::Imported(self.import_files(caller, input, progress).await?),
            Command::UndoImport(input) => Answer::ImportUndone(self.undo_import(caller, input).await?),
            Command::Employer(order) => Answer::Employer(self.order_employer(call, order).await?),
            Command::Host(order) => Answer::Host(self.order_host(call, order).await?),
            Command::Season(order) => Answer::Done(self.order_season(call, order).await?),
            Command::Placement(order) => Answer::Bulk(self.order_placements(call, order).await?),
            Command::Agreement(order) => Answer::Bulk(self.order_agreements(call, order).await?),
            Command::Exemption(order) => Answer::Bulk(self.order_exemptions(call, order).await?),
            Command::Packet(input) => Answer::Packet(self.print_packet(call, input).await?),
            Command::Erase(input) => {
                let (student, done) = self.erase_student(call, input).await?;
                Answer::Erased(student, done)
            }
        })
    }

    /// Answers a question, as far as the caller may see.
    ///
    /// # Errors
    /// If the caller may not ask, or what is asked about is not there for the caller.
    pub async fn ask(&self, caller: &Caller, question: &Question) -> Result<Reply, Failure> {
        let answered: BoxFuture<'_, _> = Box::pin(self.reply(caller, question));
        answered.await
    }

    async fn reply(&self, caller: &Caller, question: &Question) -> Result<Reply, Failure> {
        permits(caller, question.action())?;
        Ok(match question {
            Question::Schools(_) => Reply::Schools(self.schools().await?),
            Question::Accounts(_) => Reply::Accounts(self.staff(caller).await?),
            Question::Students(input) => Reply::Students(self.find_students(caller, input).await?),
            Question::Imports(_) => Reply::Imports(self.imports(caller).await?),
            Question::Employer(input) => Reply::Employer(self.show_employer(caller, input).await?),
            Question::Employers(input) => Reply::Employers(self.list_employers(caller, input).await?),
            Question::Duplicates(input) => Reply::Duplicates(self.duplicates(caller, &input.query).await?),
            Question::Interns(input) => Reply::Interns(self.count_interns(caller, input).await?),
            Question::Host(input) => Reply::Host(self.show_host(caller, input).await?),
            Question::Hosts(input) => Reply::Hosts(self.hosts(caller, &input.query).await?),
            Question::Seasons(input) => Reply::Seasons(self.season_plans(caller, &input.query).await?),
            Question::Placement(input) => Reply::Placement(self.show_placements(caller, input).await?),
            Question::Exemptions(input) => Reply::Exemptions(self.applicants(caller, input).await?),
            Question::Evidence(input) => Reply::Evidence(self.evidence(caller, &input.hash).await?),
            Question::Report(input) => Reply::Report(self.show_report(caller, input).await?),
            Question::Explain(input) => Reply::Explain(self.explain(caller, &input.query, &input.figure).await?),
            Question::Missing(input) => Reply::Missing(self.missing(caller, &input.query).await?),
            Question::Conflicts(input) => Reply::Conflicts(self.conflicts(caller, &input.query).await?),
            Question::LatestYear(_) => Reply::LatestYear(self.latest_cohort().await?),
            Question::Queue(input) => Reply::Queue(self.show_queue(caller, input).await?),
            Question::AtWork(input) => Reply::AtWork(self.show_at_work(caller, input).await?),
            Question::Grid(input) => Reply::Grid(self.packet_grid(caller, &input.query).await?),
            Question::Head(_) => Reply::Head(self.log.head().await?),
            Question::Events(input) => Reply::Events(self.list_events(caller, input).await?),
            Question::History(input) => Reply::History(self.show_history(caller, input).await?),
            Question::Health(_) => Reply::Health(self.check_health().await?),
        })
    }
}
