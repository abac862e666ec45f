//! The sample city: ordinary files of 23 fictional schools, with the figures of a published report and with traps.
//!
//! Invariant: the same scale gives the same bytes on every machine. At scale N there are N cities, each with the
//! figures of the model city, its own schools and its own people.

mod city;
mod colleges;
mod details;
mod dice;
mod employers;
mod faults;
mod files;
mod headings;
mod people;
mod plan;
mod report;
mod rows;
mod schools;
pub mod season;
mod trap;
pub mod xls;

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use derive_more::From;
use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};

use self::city::City;
use self::files::Made;
use self::headings::FileKind;
use self::people::{Register, masked};
use self::rows::Mark;

pub use self::faults::Fault;
pub use self::rows::Cell;
pub use self::trap::{Lesson, Trap};

/// As many cities as there are numbers for people.
pub const SCALE_MAX: u32 = 300;

/// As many cities as there are numbers for the students of their seasons.
pub const SEASON_SCALE_MAX: u32 = 30;

/// Why the sample could not be written.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, From, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "sample.")]
pub enum SampleError {
    Scale(u32),
    SeasonScale(u32),
    #[serde(skip)]
    Write {
        path: PathBuf,
        source: std::io::Error,
    },
    #[from]
    #[serde(skip)]
    Xlsx(rust_xlsxwriter::XlsxError),
    #[serde(skip)]
    Xls(std::io::Error),
    #[from]
    #[serde(skip)]
    Csv(csv::Error),
}

/// A row that must be rejected; `row_number` counts from 1, title and heading rows included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultyRow {
    /// Below the folder of the sample.
    pub file: PathBuf,
    /// Empty for .csv.
    pub sheet: String,
    pub row_number: usize,
    pub fault: Fault,
    pub reason: &'static str,
}

/// A good row that belongs to a trap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlantedRow {
    pub trap: Trap,
    /// Below the folder of the sample.
    pub file: PathBuf,
    /// Empty for .csv.
    pub sheet: String,
    pub row_number: usize,
    pub masked_name: String,
}

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// The files to import, below the folder of the sample: first the list of schools. TRAPS.md is not among them.
    pub files: Vec<PathBuf>,
    pub faulty_rows: Vec<FaultyRow>,
    pub planted: Vec<PlantedRow>,
    pub schools: usize,
    pub graduates: usize,
    /// Data rows in all files but the list of schools.
    pub rows: usize,
}

/// The codes of the sample city's schools.
pub fn school_codes() -> HashSet<String> {
    schools::schools(0).into_iter().map(|school| school.code).collect()
}

/// Writes the sample of `scale` cities into `dir`, which is created.
pub fn write(dir: &Path, scale: u32) -> Result<Summary, SampleError> {
    if !(1..=SCALE_MAX).contains(&scale) {
        return Err(SampleError::Scale(scale));
    }
    let mut summary = Summary::default();
    let cities = scale as usize;
    let schools: Vec<_> = (0..cities).flat_map(schools::schools).collect();
    save(dir, Path::new("学校名单.xlsx"), &files::school_list(&schools)?)?;
    summary.files.push(PathBuf::from("学校名单.xlsx"));
    summary.schools = schools.len();
    let mut register = Register::default();
    for copy in 0..cities {
        write_city(dir, City::build(copy, &mut register), &mut summary)?;
        summary.graduates += plan::GRADUATES;
    }
    save(dir, Path::new("TRAPS.md"), report::traps_page(&summary).as_bytes())?;
    Ok(summary)
}

fn write_city(dir: &Path, mut city: City, summary: &mut Summary) -> Result<(), SampleError> {
    for (at, school) in city.schools.iter().enumerate() {
        let folder = PathBuf::from(format!("{}-{}", school.code, school.name));
        for kind in FileKind::CITY {
            let rows = std::mem::take(city.rows[at].of(kind));
            let made = Made::of(kind, school, 2022, files::CITY_MADE_ON);
            let file = files::school_file(kind, at, &made, &rows)?;
            let path = folder.join(&file.name);
            save(dir, &path, &file.bytes)?;
            for (i, row) in rows.iter().enumerate() {
                let (sheet, row_number) = (file.sheet.clone(), file.first_row + i);
                match row.mark {
                    Some(Mark::Fault(fault)) => summary.faulty_rows.push(FaultyRow {
                        file: path.clone(),
                        sheet,
                        row_number,
                        fault,
                        reason: fault.reason(),
                    }),
                    Some(Mark::Trap(trap)) => {
                        let name = if let Cell::Text(name) = row.get("姓名") { masked(name) } else { String::new() };
                        let file = path.clone();
                        summary.planted.push(PlantedRow { trap, file, sheet, row_number, masked_name: name });
                    }
                    None => {}
                }
            }
            summary.rows += rows.len();
            summary.files.push(path);
        }
    }
    Ok(())
}

fn save(dir: &Path, file: &Path, bytes: &[u8]) -> Result<(), SampleError> {
    let path = dir.join(file);
    let written = match path.parent() {
        Some(folder) => fs::create_dir_all(folder).and_then(|()| fs::write(&path, bytes)),
        None => fs::write(&path, bytes),
    };
    written.map_err(|source| SampleError::Write { path, source })
}

#[cfg(test)]
mod tests;
