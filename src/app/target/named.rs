//! Who of the students that were found is meant.

use std::collections::HashSet;

use super::{StudentInfo, TargetRefusal};
use crate::domain::ids::ClassName;

/// Those of these students who are named, in the order of the register.
pub(super) fn one_by_one(students: Vec<StudentInfo>, wanted: &[String]) -> Result<Vec<StudentInfo>, TargetRefusal> {
    let mut named = HashSet::new();
    for (index, wanted) in wanted.iter().enumerate() {
        match students.iter().filter(|student| student.is(wanted.trim())).collect::<Vec<_>>().as_slice() {
            [one] => named.insert(one.student),
            [] | [_, _, ..] => return Err(TargetRefusal::StudentsUnknown(index + 1)),
        };
    }
    Ok(students.into_iter().filter(|student| named.contains(&student.student)).collect())
}

/// The students of a class without those who are left out.
pub(super) fn of_class(
    students: Vec<StudentInfo>,
    class: &ClassName,
    except: &[String],
) -> Result<Vec<StudentInfo>, TargetRefusal> {
    let class = class.as_str().to_owned();
    let mut schools: Vec<String> = students.iter().map(|student| student.school.as_str().to_owned()).collect();
    schools.dedup();
    match schools.len() {
        0 => return Err(TargetRefusal::NoSuchClass(class)),
        1 => (),
        _ => return Err(TargetRefusal::SeveralSchools { class, schools }),
    }
    for (index, wanted) in except.iter().enumerate() {
        if !students.iter().any(|student| student.is(wanted)) {
            return Err(TargetRefusal::ExceptUnknown(index + 1));
        }
    }
    let is_left_out = |student: &StudentInfo| except.iter().any(|wanted| student.is(wanted));
    let left: Vec<StudentInfo> = students.into_iter().filter(|student| !is_left_out(student)).collect();
    if left.is_empty() { Err(TargetRefusal::NobodyLeft) } else { Ok(left) }
}
