//! The rows of a file in the order in which they are gone through: what statements say of one person is weighed together, and
//! the order of the rows means nothing.

use std::collections::HashMap;

use crate::domain::ids::SchoolCode;
use crate::intake::kind::Kind;
use crate::intake::parse::ParsedSheet;
use crate::intake::rows::Row;

/// A row, and the sheet that it is on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'r> {
    pub sheet: usize,
    pub row: &'r Row,
}

/// Rows that are recorded together: all of one person in a file of statements, else one.
#[derive(Debug, Clone)]
pub(super) struct Group<'r> {
    pub lines: Vec<Line<'r>>,
    pub school: Option<SchoolCode>,
}

impl<'r> Group<'r> {
    /// Each group has a row.
    pub(super) fn first(&self) -> Line<'r> {
        self.lines[0]
    }
}

/// Whether the rows of a kind of file are statements about graduates.
pub(super) fn states(kind: Kind) -> bool {
    match kind {
        Kind::Outcomes | Kind::FurtherStudy | Kind::Exam => true,
        Kind::Schools | Kind::Roster | Kind::Employers | Kind::Placements | Kind::Staff => false,
    }
}

/// Whether the rows of a kind of file that say what is so already are kept as confirmations.
pub(super) fn confirms(kind: Kind) -> bool {
    kind == Kind::Roster || states(kind)
}

/// The good rows of a file, grouped, in the order of each group's first row.
pub(super) fn groups(sheets: &[ParsedSheet], kind: Kind) -> Vec<Group<'_>> {
    let lines = sheets.iter().flat_map(|sheet| sheet.rows.iter().map(|row| Line { sheet: sheet.index, row }));
    let mut groups: Vec<Group<'_>> = vec![];
    let mut of_person: HashMap<(&str, &str, &str), usize> = HashMap::new();
    for line in lines {
        if let Some(person) = line.row.content.person().filter(|_| states(kind)) {
            let code = person.school.code.as_ref().map_or("", SchoolCode::as_str);
            let key = (code, person.school.name.as_deref().unwrap_or_default(), person.number());
            if let Some(known) = of_person.get(&key) {
                groups[*known].lines.push(line);
                continue;
            }
            of_person.insert(key, groups.len());
        }
        groups.push(Group { lines: vec![line], school: None });
    }
    groups
}

/// Every row of these groups with its school.
pub(super) fn lines<'g, 'r>(groups: &'g [Group<'r>]) -> impl Iterator<Item = (Line<'r>, Option<&'g SchoolCode>)> {
    groups.iter().flat_map(|group| group.lines.iter().map(|line| (*line, group.school.as_ref())))
}
