//! The season beside the sample city: the final year of its schools at work, as files, and what no file does, as orders.
//!
//! In reading order: `days` the calendar, `fate` what becomes of a student, `units` where they work, `plan` who is who,
//! `planted` the counts, `rows` and `columns` the files, `script` the orders, `page` SEASON.md.
//! Invariant: the same scale and day give the same bytes on every machine. Nothing here knows the app; who runs the
//! orders does.

pub mod columns;
pub mod days;
pub mod fate;
mod page;
pub mod plan;
pub mod planted;
mod rows;
pub mod script;
#[cfg(test)]
mod tests;
pub mod units;

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::files::{self, Made};
use super::headings::FileKind;
use super::people::Register;
use super::schools::schools;
use super::{SEASON_SCALE_MAX, SampleError, save};
use days::Days;
use plan::{Extent, Planned};
use planted::Planted;
use rows::Scribe;

/// What was written: the files of each kind, below the folder of the sample, in the order of the schools.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Files {
    pub schools: Vec<PathBuf>,
    pub rosters: Vec<PathBuf>,
    pub employers: Vec<PathBuf>,
    pub placements: Vec<PathBuf>,
    pub changes: Vec<PathBuf>,
    pub later: Vec<PathBuf>,
    pub leave: Vec<PathBuf>,
}

/// A season: its plan, what the plan adds up to, and its files.
pub struct Season {
    pub days: Days,
    pub plan: Vec<Planned>,
    pub planted: Planted,
    pub files: Files,
}

/// Writes the season of `scale` cities, as seen from a day, into `dir`, with SEASON.md and the list of schools.
pub fn write(dir: &Path, scale: u32, extent: &Extent, today: Date) -> Result<Season, SampleError> {
    check_scale(scale)?;
    let days = Days { today };
    let mut register = Register::of_season(days.first_birth());
    let mut files = Files::default();
    let cities = scale as usize;
    let list: Vec<_> = (0..cities).flat_map(schools).collect();
    let path = PathBuf::from("学校名单.xlsx");
    save(dir, &path, &files::school_list(&list)?)?;
    files.schools.push(path);
    let plan: Vec<Planned> = (0..cities).flat_map(|copy| plan::plan(copy, extent, days, &mut register)).collect();
    for planned in &plan {
        write_school(dir, planned, days, &mut files)?;
    }
    let planted = Planted::of(&plan);
    let season = Season { days, plan, planted, files };
    save(dir, Path::new("SEASON.md"), page::season_page(&season).as_bytes())?;
    Ok(season)
}

/// Whether there are numbers for so many cities.
pub fn check_scale(scale: u32) -> Result<(), SampleError> {
    if (1..=SEASON_SCALE_MAX).contains(&scale) { Ok(()) } else { Err(SampleError::SeasonScale(scale)) }
}

fn write_school(dir: &Path, planned: &Planned, days: Days, files: &mut Files) -> Result<(), SampleError> {
    let (scribe, school) = (Scribe { planned, days }, &planned.school);
    let folder = PathBuf::from(format!("{}-{}", school.code, school.name));
    for kind in FileKind::SEASON {
        let rows = scribe.rows(kind);
        if rows.is_empty() {
            continue;
        }
        let made = Made::of(kind, school, days.graduation_year(), days.today);
        let file = files::school_file(kind, planned.at, &made, &rows)?;
        let path = folder.join(&file.name);
        save(dir, &path, &file.bytes)?;
        files.of(kind).extend([path]);
    }
    Ok(())
}

impl Files {
    fn of(&mut self, kind: FileKind) -> &mut Vec<PathBuf> {
        match kind {
            FileKind::FinalYear
            | FileKind::Roster
            | FileKind::Outcomes
            | FileKind::FurtherStudy
            | FileKind::Exam
            | FileKind::EarlierRoster
            | FileKind::NumberChanges
            | FileKind::CorrectedOutcomes
            | FileKind::CollegeList => &mut self.rosters,
            FileKind::Employers => &mut self.employers,
            FileKind::Placements => &mut self.placements,
            FileKind::Changes => &mut self.changes,
            FileKind::Later => &mut self.later,
            FileKind::Leave => &mut self.leave,
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all().count()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// In the order in which they are imported.
    pub fn all(&self) -> impl Iterator<Item = &PathBuf> {
        let Self { schools, rosters, employers, placements, changes, later, leave } = self;
        [schools, rosters, employers, placements, changes, later, leave].into_iter().flatten()
    }
}
