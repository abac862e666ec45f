//! Which units have nearly the same name: to be looked at by a person, never taken for the same by the program.

use std::collections::HashMap;

use uuid::Uuid;

use crate::intake::headings::half_width;

/// What the form of a company is called; the same unit is often written with another or none.
const FORMS: [&str; 6] = ["股份有限公司", "有限责任公司", "有限公司", "总公司", "公司", "(普通合伙)"];

/// Units by what is left of their names.
#[derive(Debug, Default)]
pub(super) struct Alike(HashMap<String, Vec<(Uuid, String)>>);

impl Alike {
    pub(super) fn add(&mut self, unit: Uuid, name: &str) {
        self.0.entry(core(name)).or_default().push((unit, name.to_owned()));
    }

    /// The name of another unit that is nearly called so.
    pub(super) fn find(&self, unit: Uuid, name: &str) -> Option<&str> {
        let alike = self.0.get(&core(name))?;
        alike.iter().find(|(other, _)| *other != unit).map(|(_, name)| name.as_str())
    }
}

/// A name without blanks, marks and the form of the company.
fn core(name: &str) -> String {
    let name: String = name.chars().map(half_width).collect();
    let name = FORMS.iter().fold(name, |name, form| name.replace(form, ""));
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_alike_that_differ_by_marks_blanks_width_and_the_form_of_the_company() {
        let one = core("某市东方（汽车）服务有限公司");
        for same in ["某市东方(汽车)服务有限责任公司", "某市东方 汽车服务公司", "某市东方汽车服务"]
        {
            assert_eq!(core(same), one, "{same}");
        }
        assert_ne!(core("某市东方汽车维修有限公司"), one);
        assert_eq!(core("ＡＢＣ电子"), core("abc电子有限公司"));
    }

    #[test]
    fn a_unit_is_not_alike_to_itself() {
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut alike = Alike::default();
        alike.add(one, "甲厂有限公司");
        assert_eq!(alike.find(one, "甲厂公司"), None);
        assert_eq!(alike.find(other, "甲厂公司"), Some("甲厂有限公司"));
    }
}
