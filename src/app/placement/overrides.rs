//! A file says of single students of a class what differs from the shared fields: one row a student, by student number.
//!
//! An empty cell leaves the shared field. A mistake names row and column, never what the cell says of a person.

use derive_more::From;
use serde::Serialize;
use std::collections::HashMap;
use strum::{IntoStaticStr, VariantNames};

use crate::app::target::StudentInfo;
use crate::domain::ids::OccupationCode;
use crate::input::fields::PlacementFields;
use crate::input::file::File;
use crate::intake::cells;
use crate::intake::fault::{FileFault, RowFault};
use crate::intake::kind::Column as FileColumn;
use crate::intake::sheet::{self, Cell};
use crate::refusal::Why;
use crate::text::names::heading;

// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, From, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "overrides.")]
pub enum OverridesError {
    #[from]
    #[serde(skip)]
    File(FileFault),
    NoStudents {
        file: String,
    },
    UnknownColumn {
        file: String,
        column: String,
    },
    Cell {
        file: String,
        row: u32,
        column: &'static str,
        reason: Why,
    },
    Stranger {
        file: String,
        row: u32,
    },
    Twice {
        file: String,
        row: u32,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    StudentNumber,
    Kind,
    Source,
    Host,
    FirstDay,
    LastDay,
    Address,
    Post,
    SiteKind,
    Region,
    Occupation,
    Mentor,
    MentorPhone,
    Teacher,
    Pay,
    PayUnit,
    OnSpecialty,
    AppliedOn,
}

const COLUMNS: [(&str, Column); 18] = [
    ("学号", Column::StudentNumber),
    ("实习类别", Column::Kind),
    ("单位来源", Column::Source),
    ("实习单位", Column::Host),
    ("开始日期", Column::FirstDay),
    ("结束日期", Column::LastDay),
    ("实习地址", Column::Address),
    ("岗位", Column::Post),
    ("场所类型", Column::SiteKind),
    ("实习去向", Column::Region),
    ("职业代码", Column::Occupation),
    ("单位指导人员", Column::Mentor),
    ("指导人员电话", Column::MentorPhone),
    ("学校指导教师", Column::Teacher),
    ("报酬", Column::Pay),
    ("报酬单位", Column::PayUnit),
    ("专业对口程度", Column::OnSpecialty),
    ("申请日期", Column::AppliedOn),
];

/// What a file says of each of these students, by their place among them.
pub(super) fn read(file: &File, students: &[StudentInfo]) -> Result<HashMap<usize, PlacementFields>, OverridesError> {
    let source = sheet::read_bytes(file.short_name().to_owned(), &file.bytes)?;
    let mut by_student = HashMap::new();
    let file = || source.name.clone();
    for sheet in &source.sheets {
        let mut rows = sheet.rows.iter().filter(|row| !row.is_empty());
        let Some(header) = rows.next() else { continue };
        let columns = columns_of(&source.name, &header.cells)?;
        let Some(numbers) = columns.iter().position(|(_, column)| *column == Column::StudentNumber) else {
            return Err(OverridesError::NoStudents { file: file() });
        };
        for row in rows {
            let cell = |index: usize| row.cells.get(index).unwrap_or(&Cell::Empty);
            let wrong = |column, reason| OverridesError::Cell { file: file(), row: row.number, column, reason };
            let (place, _) = columns[numbers];
            let number = cells::text(cell(place)).map_err(|reason| wrong("学号", reason.into()))?;
            let Some(number) = number else {
                return Err(wrong("学号", RowFault::Empty { column: FileColumn::StudentNumber }.into()));
            };
            let is_meant = |student: &StudentInfo| student.person.student_number.as_deref() == Some(number.as_str());
            let Some(student) = students.iter().position(is_meant) else {
                return Err(OverridesError::Stranger { file: file(), row: row.number });
            };
            let mut fields = PlacementFields::default();
            for ((place, column), (name, _)) in
                columns.iter().map(|(place, column)| ((*place, *column), named(*column)))
            {
                set(&mut fields, column, cell(place)).map_err(|reason| wrong(name, reason))?;
            }
            if by_student.insert(student, fields).is_some() {
                return Err(OverridesError::Twice { file: file(), row: row.number });
            }
        }
    }
    Ok(by_student)
}

/// The names of the columns that are read.
pub(crate) fn column_names() -> [&'static str; COLUMNS.len()] {
    COLUMNS.map(|(name, _)| name)
}

fn named(column: Column) -> (&'static str, Column) {
    COLUMNS.into_iter().find(|(_, known)| *known == column).unwrap_or(COLUMNS[0]) // Unreachable: every column is listed.
}

fn columns_of(file: &str, header: &[Cell]) -> Result<Vec<(usize, Column)>, OverridesError> {
    let mut columns = vec![];
    for (place, cell) in header.iter().enumerate() {
        let Ok(Some(text)) = cells::text(cell) else { continue };
        let column = COLUMNS.iter().find(|(name, _)| *name == heading(&text)).map(|(_, column)| *column);
        // A name helps to read the file, and says nothing.
        match column {
            Some(column) => columns.push((place, column)),
            None if heading(&text) == "姓名" => (),
            None => return Err(OverridesError::UnknownColumn { file: file.to_owned(), column: text }),
        }
    }
    Ok(columns)
}

fn set(fields: &mut PlacementFields, column: Column, cell: &Cell) -> Result<(), Why> {
    match column {
        Column::StudentNumber => (), // Whose row it is.
        Column::Kind => fields.kind = cells::term(cell)?,
        Column::Source => fields.source = cells::term(cell)?,
        Column::Host => fields.host = cells::text(cell)?,
        Column::FirstDay => fields.first_day = cells::day(cell)?,
        Column::LastDay => fields.last_day = cells::day(cell)?,
        Column::Address => fields.address = cells::text(cell)?,
        Column::Post => fields.post = cells::text(cell)?,
        Column::SiteKind => fields.site_kind = cells::term(cell)?,
        Column::Region => fields.region = cells::term(cell)?,
        Column::Occupation => {
            fields.occupation = cells::text(cell)?.map(|text| OccupationCode::parse(&text)).transpose()?;
        }
        Column::Mentor => fields.mentor = cells::name(cell)?,
        Column::MentorPhone => fields.mentor_phone = cells::text(cell)?,
        Column::Teacher => fields.teacher = cells::name(cell)?,
        Column::Pay => fields.pay = cells::yuan(cell)?,
        Column::PayUnit => fields.pay_unit = cells::term(cell)?,
        Column::OnSpecialty => fields.on_specialty = cells::term(cell)?,
        Column::AppliedOn => fields.applied_on = cells::day(cell)?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::ids::{SchoolCode, StudentId};
    use crate::people::Person;
    use crate::refusal::Refusal as _;

    fn student(number: u128) -> StudentInfo {
        let student_number = Some(format!("2024{number:04}"));
        let person = Person { name: "学生".to_owned(), student_number, ..Person::default() };
        let school = SchoolCode::parse("33070001").unwrap();
        StudentInfo { student: StudentId(Uuid::from_u128(number)), school, class: "1班".to_owned(), person }
    }

    fn told(text: &str) -> Result<HashMap<usize, PlacementFields>, OverridesError> {
        let file = File { name: "个别.csv".to_owned(), bytes: text.as_bytes().to_vec() };
        read(&file, &[student(0), student(1)])
    }

    #[test]
    fn what_differs_is_told_by_student_number_and_an_empty_cell_says_nothing() {
        let told = told("学号,姓名,报酬,岗位\n20240001,学生,3000,\n").unwrap();
        assert_eq!(told.keys().copied().collect::<Vec<_>>(), [1]);
        assert_eq!((told[&1].pay, &told[&1].post), (Some(3_000), &None));
    }

    #[test]
    fn a_file_that_cannot_be_understood_is_refused_with_its_row_and_its_column() {
        let cases = [
            ("", "file.empty"),
            ("姓名,报酬\n学生,3000\n", "overrides.no_students"),
            ("学号,薪水\n20240000,3000\n", "overrides.unknown_column"),
            ("学号,报酬\n20240000,面议\n", "overrides.cell"),
            ("学号,报酬\n,3000\n", "overrides.cell"),
            ("学号,职业代码\n20240000,修车\n", "overrides.cell"),
            ("学号,报酬\n20240009,3000\n", "overrides.stranger"),
            ("学号,报酬\n20240000,3000\n20240000,3100\n", "overrides.twice"),
        ];
        for (text, code) in cases {
            assert_eq!(told(text).unwrap_err().code(), code, "{text}");
        }
        let refused = told("学号,报酬\n20240000,3000\n20240001,面议\n").unwrap_err();
        let OverridesError::Cell { row, column, reason, .. } = &refused else { panic!("{refused:?}") };
        assert_eq!((*row, *column, reason.code()), (3, "报酬", "cell.no_amount"));
    }
}
