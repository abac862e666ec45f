//! Lists: in which format, to which file, for which purpose.

use std::io::{IsTerminal, stdout};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use gradtrail::app::actions::Question;
use gradtrail::domain::account::codes::LookingPurpose;
use gradtrail::input::words;
use gradtrail::publication::list::Listing;
use gradtrail::publication::lists::{STORED, listing};
use gradtrail::text::instants::rfc3339;
use gradtrail::text::lang::number_of;

use super::output::{Format, OutputError, format_of, write_private};
use super::{Act, CliError, Lang, Session, now, screen};

/// A question that a list answers.
#[derive(Args)]
pub struct Listed<Q: Args> {
    #[command(flatten)]
    question: Q,
    #[command(flatten)]
    to: ListOutput,
}

/// A question that a list of persons answers.
#[derive(Args)]
pub struct ListedPersons<Q: Args> {
    #[command(flatten)]
    question: Q,
    #[arg(long, value_name = "PURPOSE", value_parser = words::TermParser::<LookingPurpose>::new())]
    show: Option<LookingPurpose>,
    #[command(flatten)]
    to: ListOutput,
}

/// Where a list goes.
#[derive(Args)]
pub struct ListOutput {
    #[arg(long, value_enum)]
    format: Option<ListFormat>,
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    Text,
    Json,
}

/// A list that was asked for.
pub struct List {
    question: Question,
    show: Option<LookingPurpose>,
    to: ListOutput,
}

impl<Q: Args> Listed<Q> {
    pub fn act(self, question: fn(Q) -> Question) -> Act {
        Act::List(Box::new(List { question: question(self.question), show: None, to: self.to }))
    }
}

impl<Q: Args> ListedPersons<Q> {
    pub fn act(self, question: fn(Q) -> Question) -> Act {
        Act::List(Box::new(List { question: question(self.question), show: self.show, to: self.to }))
    }
}

/// The width of lines that nobody reads on a terminal: each row is one line.
const UNFOLDED: usize = 100_000;

impl List {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let Self { question, show, to } = self;
        // What cannot be written is not looked up either.
        let format = to.format()?;
        let reply = match show {
            Some(purpose) => session.app.ask_showing(&session.caller, purpose, &question).await?,
            None => session.app.ask(&session.caller, &question).await?,
        };
        let lang = session.lang;
        let Some(list) = listing(&question, &reply, lang) else {
            return Ok(()); // Not what was asked.
        };
        match to.out {
            Some(out) => written(list, format, &out, lang, session),
            None if format == Format::Json => screen::json(&list.json()),
            None if format == Format::Csv => screen::line(list.csv(lang)?.trim_end()),
            None => screen::line(on_terminal(list).text(lang, width()).trim_end()),
        }
    }
}

impl ListOutput {
    pub fn format(&self) -> Result<Format, OutputError> {
        let asked = self.format.map(|format| match format {
            ListFormat::Text => Format::Text,
            ListFormat::Json => Format::Json,
        });
        match format_of(asked, self.out.as_deref())? {
            Format::Docx | Format::Html => Err(OutputError::NotOfLists(self.out.clone().unwrap_or_default())),
            format => Ok(format),
        }
    }
}

/// Writes the list for who may open the file, with who asked and when, and says so.
pub fn written(mut list: Listing, format: Format, out: &Path, lang: Lang, session: &Session) -> Result<(), CliError> {
    let (at, rows) = (now(), list.rows.len());
    let who =
        session.caller.staff_id().map_or_else(|| lang.of("操作员", "operator").to_owned(), |staff| staff.0.to_string());
    list.notes.extend([rfc3339(at), who]);
    let bytes = match format {
        Format::Json => serde_json::to_vec_pretty(&list.json())?,
        Format::Csv => list.csv(lang)?.into_bytes(),
        Format::Xlsx => list.xlsx(lang, at)?,
        Format::Text | Format::Docx | Format::Html => on_terminal(list).text(lang, UNFOLDED).into_bytes(),
    };
    write_private(out, &bytes)?;
    let out = out.display();
    screen::line(&lang.of(format!("已写出 {out}：{rows} 行"), format!("Wrote {out}: {}", number_of(rows, "row"))))
}

/// The list without what only files and programs need.
fn on_terminal(list: Listing) -> Listing {
    STORED.iter().fold(list, |list, column| list.without(column))
}

/// The cells of a line on the terminal.
pub fn width() -> usize {
    if stdout().is_terminal() { usize::from(console::Term::stdout().size().1) } else { UNFOLDED }
}
