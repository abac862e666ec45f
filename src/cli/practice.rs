//! The sample city as it was in the beginning, kept beside the database with which one practises, so that it can begin anew.
//!
//! The files are exchanged by a process that has not opened them: one that ends may still write behind what comes in their
//! place.

use std::fs;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use gradtrail::event_log::Location;
use gradtrail::text::lang::Lang;

use super::{CliError, Place};

/// The files of a practice, and those that they are copies of.
pub struct Practice {
    folder: PathBuf,
    /// Nothing on PostgreSQL.
    files: Vec<PathBuf>,
}

impl Practice {
    pub fn of(place: &Place) -> Self {
        let files = match &place.location {
            Location::Sqlite(file) => {
                let ledger = gradtrail::ledger::Ledger::beside(&place.key_file()).path().to_owned();
                vec![file.clone(), beside(file, "-wal"), ledger]
            }
            Location::Postgres(_) => vec![],
        };
        Self { folder: place.data_dir.join("practice"), files }
    }

    /// Where a file is kept.
    fn copy_of(&self, file: &Path) -> PathBuf {
        self.folder.join(file.file_name().unwrap_or_default())
    }

    /// Whether there is something to begin anew with.
    pub fn is_kept(&self) -> bool {
        self.files.first().is_some_and(|database| self.copy_of(database).exists())
    }

    /// Keeps the files as they are, unless they were kept before. Nobody records anything meanwhile.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub fn keep(&self, lang: Lang) -> Result<(), CliError> {
        if self.is_kept() || self.files.is_empty() {
            return Ok(());
        }
        let aside = self.folder.with_extension("new");
        let kept = fs::create_dir_all(&aside).and_then(|()| {
            for file in &self.files {
                copied(file, &aside.join(file.file_name().unwrap_or_default()))?;
            }
            // Half a copy is none.
            fs::rename(&aside, &self.folder)
        });
        Ok(kept.map_err(|error| refused(&self.folder, &error, lang))?)
    }

    /// The file by which a process tells the next one that there is nothing but the sample city, and that it may go.
    fn agreement(&self) -> PathBuf {
        self.folder.join("again")
    }

    /// Whether the process before agreed.
    pub fn is_agreed(&self) -> bool {
        self.is_kept() && self.agreement().exists()
    }

    /// Puts the files back as they were, once for each agreement. Nobody may have opened them.
    ///
    /// # Errors
    /// If they were not kept, or a file cannot be written.
    pub fn put_back(&self, lang: Lang) -> Result<(), CliError> {
        let Some(database) = self.files.first().filter(|_| self.is_agreed()) else { return Err(nothing_kept(lang)) };
        let put_back = || {
            fs::remove_file(self.agreement())?;
            for gone in self.files.iter().chain([&beside(database, "-shm")]) {
                match fs::remove_file(gone) {
                    Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                    Ok(()) | Err(_) => (),
                }
            }
            // The database last: without it nothing is opened half.
            self.files.iter().rev().try_for_each(|file| copied(&self.copy_of(file), file))
        };
        Ok(put_back().map_err(|error| refused(database, &error, lang))?)
    }

    /// Agrees that everything goes, and has another process put the files back; only whoever looked that there is nothing
    /// but the sample city does this. Returns why it cannot.
    pub fn begin_anew(&self, place: &Place, listen: SocketAddr, lang: Lang) -> CliError {
        let Location::Sqlite(database) = &place.location else { return nothing_kept(lang) };
        if !self.is_kept() {
            return nothing_kept(lang);
        }
        let agreed = fs::write(self.agreement(), "");
        let mut program = match (agreed, std::env::current_exe()) {
            (Ok(()), Ok(program)) => Command::new(program),
            (Err(error), _) | (_, Err(error)) => return refused(&self.folder, &error, lang).into(),
        };
        program.arg("--data-dir").arg(&place.data_dir);
        program.arg("--database-url").arg(format!("sqlite:{}", database.display()));
        program.args(["--lang", lang.of("zh", "en"), "demo", "--again", "--listen", &listen.to_string()]);
        refused(Path::new("gradtrail"), &turn_into(&mut program), lang).into()
    }
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Copies a file that is there, for its owner only as it is.
fn copied(from: &Path, to: &Path) -> std::io::Result<()> {
    match fs::copy(from, to) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other.map(|_| ()),
    }
}

fn refused(file: &Path, error: &std::io::Error, lang: Lang) -> String {
    let file = file.display();
    lang.of(format!("{file} 不能写入：{error}"), format!("{file} cannot be written: {error}"))
}

/// Elsewhere a process cannot become another.
#[cfg(not(unix))]
fn turn_into(_: &mut Command) -> std::io::Error {
    std::io::Error::other("gradtrail demo --again")
}

/// This process becomes another: whatever it still has open is closed with it.
#[cfg(unix)]
fn turn_into(other: &mut Command) -> std::io::Error {
    std::os::unix::process::CommandExt::exec(other)
}

fn nothing_kept(lang: Lang) -> CliError {
    lang.of(
        "没有可以重来的样例：先运行 gradtrail demo（SQLite）；PostgreSQL 上请换一个数据库再运行 demo",
        "There is no sample to begin anew with: run gradtrail demo (SQLite) first; on PostgreSQL run demo in another database",
    )
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_put_back_as_they_were_first() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("gradtrail.db");
        let place = Place { data_dir: directory.path().to_owned(), location: Location::Sqlite(file.clone()) };
        let practice = Practice::of(&place);
        assert!(practice.put_back(Lang::Zh).is_err());
        let wal = beside(&file, "-wal");
        fs::write(&file, "first").unwrap();
        practice.keep(Lang::Zh).unwrap();
        fs::write(&file, "second").unwrap();
        fs::write(&wal, "more").unwrap();
        practice.keep(Lang::Zh).unwrap();
        assert!(practice.put_back(Lang::Zh).is_err(), "nobody agreed");
        fs::write(practice.agreement(), "").unwrap();
        practice.put_back(Lang::Zh).unwrap();
        assert!(!practice.is_agreed(), "an agreement holds once");
        assert_eq!((fs::read_to_string(&file).unwrap(), wal.exists()), ("first".to_owned(), false));
    }

    #[test]
    fn on_a_server_of_postgres_nothing_is_kept_and_nothing_put_back() {
        let directory = tempfile::tempdir().unwrap();
        let location = Location::parse("postgres://gradtrail@127.0.0.1/practice").unwrap();
        let practice = Practice::of(&Place { data_dir: directory.path().to_owned(), location });
        practice.keep(Lang::En).unwrap();
        assert!(!practice.is_kept() && practice.put_back(Lang::En).is_err());
    }
}
