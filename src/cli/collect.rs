//! Scans of signed papers, handed in as a stack.

use std::path::PathBuf;

use clap::Args;

use gradtrail::app::actions::Command;
use gradtrail::app::agreement::collect::{Collected, CollectedPage, PageState};
use gradtrail::app::agreement::input::{AgreementOrder, CollectScans};
use gradtrail::app::reply::Answer;
use gradtrail::domain::terms::Term as _;
use gradtrail::input::words;
use gradtrail::text::lang::{Lang, number_of};

use super::refused::not_all;
use super::{CliError, Session, screen};

/// 收回一叠签好的材料：按每页的二维码分到各人，登记签署和扫描件；全部登记，或者都不登记
#[derive(Args)]
pub struct Collect {
    /// 扫描件：PDF、JPEG、PNG，一次可以多个
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    input: CollectScans,
}

impl Collect {
    pub async fn run(self, session: &Session) -> Result<(), CliError> {
        let lang = session.lang;
        let mut files = vec![];
        for path in &self.paths {
            let file = words::file(&path.display().to_string());
            files.push(file.map_err(|why| CliError::from(why.sentence().in_lang(lang).to_owned()))?);
        }
        let order = AgreementOrder::Collect(Box::new(CollectScans { files, ..self.input }));
        let command = Command::Agreement(order);
        let bar = screen::progress(lang.of("读扫描件", "Reading the scans"));
        let mut watch = |file: &str, done: usize, all: usize| {
            bar.set_message(file.to_owned());
            bar.set_length(all as u64);
            bar.set_position(done as u64);
        };
        let answer = session.app.run_watched(&session.caller, session.key.as_ref(), &command, &mut watch).await?;
        bar.finish_and_clear();
        match answer {
            Answer::Collected(collected) => print(&command, *collected, lang),
            answer => super::answer::print(&command, answer, lang),
        }
    }
}

fn print(command: &Command, collected: Collected, lang: Lang) -> Result<(), CliError> {
    for page in &collected.pages {
        screen::line(&line(page, lang))?;
    }
    let refused = collected.refused();
    let papers = collected.papers;
    screen::line(&lang.of(format!("{papers} 份材料"), number_of(papers, "document")))?;
    match collected.recorded {
        Some(recorded) => super::answer::print(command, Answer::Bulk(recorded), lang),
        None => not_all(&refused, lang),
    }
}

/// A page, and what becomes of it.
fn line(page: &CollectedPage, lang: Lang) -> String {
    let whose = page.paper.as_ref().map(|sorted| {
        let student = &sorted.student;
        let name = student.name.clone().unwrap_or_else(|| format!("…{}", student.id));
        let number = student.student_number.clone().unwrap_or_default();
        let document = lang.of(sorted.paper.kind.zh().to_owned(), sorted.paper.kind.en());
        lang.of(
            format!("{number} {name} {document} 第 {} 版", sorted.paper.version),
            format!("{number} {name}, {document}, version {}", sorted.paper.version),
        )
    });
    let (mark, why) = match &page.state {
        PageState::Sorted(why) => ("✓", why.as_ref()),
        PageState::Aside(why) => ("-", why.as_ref()),
        PageState::Refused(why) => ("✕", Some(why)),
    };
    let why = why.map(|why| why.sentence().in_lang(lang).to_owned());
    let said: Vec<String> = whose.into_iter().chain(why).collect();
    format!("{mark} {:>3}  {}", page.number, said.join(lang.of("：", ": ")))
}
