//! A session of the command line: where its database and key are, who calls, and what time it is.

use std::path::PathBuf;

use jiff::civil::Date;

use gradtrail::accounts::Caller;
use gradtrail::app::App;
use gradtrail::app::actions::Question;
use gradtrail::app::health::ShowHead;
use gradtrail::app::key::Key;
use gradtrail::app::reply::Reply;
use gradtrail::domain::day::day_of;
use gradtrail::event_log::{EventLog, Location};
use gradtrail::publication::answers;
use gradtrail::text::lang::Lang;

use super::{CliError, screen};

/// Everything a command needs to begin.
pub struct Session {
    pub app: App,
    pub caller: Caller,
    pub lang: Lang,
    pub key: Option<Key>,
}

/// Where a session's database and key are.
pub struct Place {
    pub data_dir: PathBuf,
    pub location: Location,
}

impl Place {
    pub async fn open(&self, lang: Lang) -> Result<App, CliError> {
        self.make_data_dir(lang)?;
        Ok(App::open(&self.location, &self.key_file(), now).await?)
    }

    /// The app of a database that is there already, for what only reads: nothing is begun by a question.
    pub async fn open_existing(&self, lang: Lang) -> Result<App, CliError> {
        if EventLog::is_there(&self.location).await {
            return Ok(App::open(&self.location, &self.key_file(), now).await?);
        }
        let database = match &self.location {
            Location::Sqlite(file) => file.display().to_string(),
            Location::Postgres(_) => "PostgreSQL".to_owned(),
        };
        Err(lang
            .of(
                format!(
                    "{database} 还没有数据库；请核对 --data-dir 和 --database-url。要开始使用，先用 gradtrail school add 登记学校，或用 gradtrail import 导入学校名单"
                ),
                format!(
                    "There is no database yet: {database}; check --data-dir and --database-url. To begin, register a school \
                     with gradtrail school add, or import the list of schools with gradtrail import"
                ),
            )
            .into())
    }

    pub fn make_data_dir(&self, lang: Lang) -> Result<(), CliError> {
        Ok(std::fs::create_dir_all(&self.data_dir).map_err(|error| {
            let folder = self.data_dir.display();
            lang.of(
                format!("不能建立数据目录 {folder}：{error}。请检查上级目录是否可写、磁盘是否已满"),
                format!(
                    "The data folder {folder} cannot be made: {error}. Check that the folder above can be written and the \
                     disk is not full"
                ),
            )
        })?)
    }

    pub fn key_file(&self) -> PathBuf {
        self.data_dir.join("gradtrail.key")
    }
}

/// Microseconds since 1970-01-01 UTC.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub fn now() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}

/// The calendar day in Shanghai, for what needs no database.
pub fn today() -> Date {
    day_of(now())
}

impl Session {
    pub async fn print_head(&self, question: ShowHead) -> Result<(), CliError> {
        let Reply::Head(head) = self.app.ask(&self.caller, &Question::Head(question)).await? else {
            return Ok(()); // Not what was asked.
        };
        screen::json(&answers::head(&head))
    }
}
