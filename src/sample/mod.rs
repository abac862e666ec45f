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
mod later;
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
use jiff::civil::Date;
use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};

use self::city::City;
use self::files::{Made, SchoolFile};
use self::headings::FileKind;
use self::people::{Register, masked};
use self::rows::{Mark, Row};
use crate::domain::statements::Source;

pub use self::faults::Fault;
pub use self::rows::Cell;
pub use self::trap::{Lesson, Trap};

/// As many cities as there are numbers for people.
pub const SCALE_MAX: u32 = 300;

/// As many cities as there are numbers for the students of their seasons.
pub const SEASON_SCALE_MAX: u32 = 30;

/// The folder, in that of a school, of what the school sends after its first lists.
const SENT_AGAIN: &str = "后续报送";

/// The college heads its columns as the school at this place does.
const COLLEGE_LAYOUT: usize = 10;

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

/// Files that are imported in one call, and who says what they say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sending {
    /// Below the folder of the sample.
    pub files: Vec<PathBuf>,
    pub source: Source,
    pub issuer: Option<String>,
    /// The day of which the files speak; that of the import unless given.
    pub said_on: Option<Date>,
}

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// To be imported in this order: the list of schools with their first lists, what they send again, and of each city what a
    /// college says. TRAPS.md is not among them.
    pub sendings: Vec<Sending>,
    pub faulty_rows: Vec<FaultyRow>,
    pub planted: Vec<PlantedRow>,
    pub schools: usize,
    pub graduates: usize,
    /// Data rows in all files but the list of schools.
    pub rows: usize,
}

impl Summary {
    /// All files to import, in their order.
    pub fn files(&self) -> impl Iterator<Item = &PathBuf> {
        self.sendings.iter().flat_map(|sending| &sending.files)
    }
}

/// The codes of the sample city's schools.
pub fn school_codes() -> HashSet<String> {
    schools::schools(0).into_iter().map(|school| school.code).collect()
}

/// The code of the sample city's first school.
pub fn a_school() -> Option<String> {
    schools::schools(0).into_iter().next().map(|school| school.code)
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
    let first = Sending { files: vec![PathBuf::from("学校名单.xlsx")], ..Sending::default() };
    summary.sendings = vec![first, Sending::default()];
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
            let file = files::school_file(kind, at, &Made::of(kind, school, 2022, files::CITY_MADE_ON), &rows)?;
            let path = folder.join(&file.name);
            summary.add(dir, path.clone(), &file, &rows)?;
            summary.sendings[0].files.push(path);
        }
        for kind in FileKind::SENT_AGAIN {
            let rows = std::mem::take(city.rows[at].of(kind));
            if rows.is_empty() {
                continue;
            }
            let file = files::school_file(kind, at, &Made::of(kind, school, 2022, files::CITY_MADE_ON), &rows)?;
            let path = folder.join(SENT_AGAIN).join(&file.name);
            summary.add(dir, path.clone(), &file, &rows)?;
            summary.sendings[1].files.push(path);
        }
    }
    let made = Made { title: format!("{}2022级新生报到核实名单", later::COLLEGE), on: later::COLLEGE_SAID_ON };
    let file = files::school_file(FileKind::CollegeList, COLLEGE_LAYOUT, &made, &city.college)?;
    let path = PathBuf::from(format!("{}-高校", city.name)).join(later::COLLEGE).join(&file.name);
    summary.add(dir, path.clone(), &file, &city.college)?;
    summary.sendings.push(Sending {
        files: vec![path],
        source: Source::Institution,
        issuer: Some(later::COLLEGE.to_owned()),
        said_on: Some(later::COLLEGE_SAID_ON),
    });
    Ok(())
}

impl Summary {
    /// Writes a file, and notes of its rows what is to be told.
    fn add(&mut self, dir: &Path, path: PathBuf, file: &SchoolFile, rows: &[Row]) -> Result<(), SampleError> {
        save(dir, &path, &file.bytes)?;
        for (i, row) in rows.iter().enumerate() {
            let (sheet, row_number, file) = (file.sheet.clone(), file.first_row + i, path.clone());
            match row.mark {
                Some(Mark::Fault(fault)) => {
                    self.faulty_rows.push(FaultyRow { file, sheet, row_number, fault, reason: fault.reason() });
                }
                Some(Mark::Trap(trap)) => {
                    let name = if let Cell::Text(name) = row.get("姓名") { masked(name) } else { String::new() };
                    self.planted.push(PlantedRow { trap, file, sheet, row_number, masked_name: name });
                }
                None => {}
            }
        }
        self.rows += rows.len();
        Ok(())
    }
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
