//! The sample season's files of placements, with the agreements that are signed already, imported as a city would.

use std::path::{Path, PathBuf};
use std::time::Instant;

use gradtrail::accounts::{Caller, Role, Scope, Staff};
use gradtrail::app::App;
use gradtrail::app::account::{AccountOrder, AddAccount};
use gradtrail::app::actions::Command;
use gradtrail::app::host::{AcceptHost, HostOrder};
use gradtrail::app::import::ImportFiles;
use gradtrail::app::reply::Answer;
use gradtrail::domain::ids::{SchoolCode, StaffId};
use gradtrail::input::words;
use gradtrail::refusal::Why;
use gradtrail::sample::season::{self, plan::Extent};
use uuid::Uuid;

use crate::Fault;
use crate::place::{Engine, Place};
use crate::table::{Against, Line};

/// For the whole city.
const SECONDS: f64 = 6.0;

/// The line of so many hundredths of a city; units, students and staff are there before.
pub async fn line(hundredths: usize) -> Result<Line, Fault> {
    let place = Place::new(Engine::Sqlite).await?;
    let app = place.open().await?;
    let folder = tempfile::tempdir()?;
    let whole = Extent::whole();
    let extent = Extent { students: whole.students * hundredths / 100, ..whole };
    let season = season::write(folder.path(), 1, &extent, app.today())?;
    let files = &season.files;
    for files in [&files.schools, &files.rosters] {
        import_all(&app, folder.path(), files).await?;
    }
    let operator = Caller::operator("bench");
    for planned in &season.plan {
        let school = SchoolCode::parse(&planned.school.code).map_err(|error| error.to_string())?;
        let mut teachers: Vec<&str> = planned.classes.iter().map(|class| class.teacher.as_str()).collect();
        teachers.dedup();
        for teacher in teachers {
            let (name, role, school) = (teacher.to_owned(), Role::Mentor, Some(school.clone()));
            let add = AccountOrder::Add(AddAccount { name, role, school, class: None });
            app.run(&operator, None, &Command::Account(add)).await?;
        }
    }
    import_all(&app, folder.path(), &files.employers).await?;
    let bureau = Staff { id: StaffId(Uuid::nil()), role: Role::Bureau, scope: Scope::City };
    let accept = HostOrder::Accept(AcceptHost { employer: None, all_proposed: true, school: None });
    app.run(&Caller::operator_for(bureau, "bench"), None, &Command::Host(accept)).await?;
    let started = Instant::now();
    let rows = import_all(&app, folder.path(), &files.placements).await?;
    let seconds = started.elapsed().as_secs_f64();
    println!("season: {rows} placements imported");
    #[expect(clippy::cast_precision_loss, reason = "at most a hundred")]
    let floor = SECONDS * hundredths as f64 / 100.0;
    Ok(Line::new("season.import", seconds, "s", Against::AtMost, floor))
}

/// Imports files that must be good; gives the rows that were new.
async fn import_all(app: &App, folder: &Path, files: &[PathBuf]) -> Result<u32, Fault> {
    let read = |file: &PathBuf| words::file(&folder.join(file).display().to_string());
    let files = files.iter().map(read).collect::<Result<_, _>>()?;
    let command = Command::Import(ImportFiles { files, ..ImportFiles::default() });
    let Answer::Imported(results) = app.run(&Caller::operator("import"), None, &command).await? else {
        return Err("files were not imported".into());
    };
    let mut new = 0;
    for result in results {
        let imported = result.outcome.map_err(Why::from)?;
        if let Some(row) = imported.rejected.first() {
            return Err(format!("{}: row {} was rejected", result.file, row.number).into());
        }
        new += imported.counts.new;
    }
    Ok(new)
}
