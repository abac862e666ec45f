//! Preview and receipt of files: who is on record otherwise, and how the figures move.

use std::path::Path;

use gradtrail::app::import::FileResult;
use gradtrail::app::import::batch::{Imported, Recording};
use gradtrail::publication::list::Listing;
use gradtrail::publication::receipt;
use gradtrail::text::lang::{Lang, number_of};

use super::list::{width, written};
use super::output::{Format, write_private};
use super::{CliError, Session, screen};

/// Persons printed per file; all of them are in the list that can be written.
const PERSONS_MAX: usize = 20;
/// Years of figures printed per call.
const YEARS_MAX: usize = 8;

/// Prints what files change on the screen, the first few of them.
pub struct Printing {
    lang: Lang,
    years: usize,
}

impl Printing {
    pub fn new(lang: Lang) -> Self {
        Self { lang, years: 0 }
    }

    pub fn file(&mut self, result: &FileResult) -> Result<(), CliError> {
        let Ok(imported) = &result.outcome else { return Ok(()) };
        self.persons(imported)?;
        self.figures(imported)
    }

    /// How many years were left out.
    pub fn end(&self) -> Result<(), CliError> {
        let Some(more) = self.years.checked_sub(YEARS_MAX).filter(|more| *more > 0) else { return Ok(()) };
        screen::line(&self.lang.of(
            format!("…另有 {more} 张数字变动表；全部用 --format json 列出"),
            format!("… and {} of figures; --format json prints all", number_of(more, "more table")),
        ))
    }

    fn persons(&self, imported: &Imported) -> Result<(), CliError> {
        let mut listing = receipt::persons(imported, self.lang);
        let more = listing.rows.len().saturating_sub(PERSONS_MAX);
        if listing.rows.is_empty() {
            return Ok(());
        }
        listing.rows.truncate(PERSONS_MAX);
        self.indented(&listing)?;
        if more == 0 {
            return Ok(());
        }
        screen::line(&self.lang.of(
            format!("  …另有 {more} 人；全部写成清单用 --out 更改.xlsx"),
            format!("  … and {}; --out changes.xlsx writes all of them", number_of(more, "more person")),
        ))
    }

    fn figures(&mut self, imported: &Imported) -> Result<(), CliError> {
        let (moves, lang) = (&imported.moves, self.lang);
        if let Some(model) = &moves.stalled {
            return screen::line(&lang.of(
                format!("  读模型「{model}」已停住，看不出数字怎样变动"),
                format!("  The read model {model} has stalled: nobody can say how the figures move"),
            ));
        }
        for year in &moves.years {
            self.years += 1;
            if self.years <= YEARS_MAX {
                self.indented(&receipt::figures(imported, year, lang))?;
            }
        }
        if !moves.persons.is_empty() && moves.years.is_empty() {
            screen::line(lang.of("  各届的数字不变", "  No figure of any year moves"))?;
        }
        Ok(())
    }

    fn indented(&self, listing: &Listing) -> Result<(), CliError> {
        const INDENT: &str = "  ";
        let text = listing.text(self.lang, width().saturating_sub(INDENT.len()));
        let mut lines = text.lines().filter(|line| !line.is_empty());
        lines.try_for_each(|line| screen::line(&format!("{INDENT}{line}")))
    }
}

/// Writes everything that files change: as JSON all that became of them, else the list of persons.
pub fn write(
    results: &[(FileResult, Option<String>)],
    format: Format,
    out: &Path,
    session: &Session,
) -> Result<(), CliError> {
    let lang = session.lang;
    if format == Format::Json {
        write_private(out, &serde_json::to_vec_pretty(&json(results, lang))?)?;
        let (out, files) = (out.display(), results.len());
        return screen::line(
            &lang.of(format!("已写出 {out}：{files} 个文件"), format!("Wrote {out}: {}", number_of(files, "file"))),
        );
    }
    let files: Vec<(&str, &Imported)> = results
        .iter()
        .filter_map(|(result, _)| Some((result.file.as_str(), result.outcome.as_ref().ok()?)))
        .filter(|(_, imported)| imported.recording != Recording::Nothing)
        .collect();
    written(receipt::changes(&files, lang), format, out, lang, session)
}

/// What became of files, for other programs; each with its workbook of errors.
pub fn json(results: &[(FileResult, Option<String>)], lang: Lang) -> serde_json::Value {
    results.iter().map(|(result, errors)| receipt::json(result, errors.as_deref(), lang)).collect()
}
