//! Which units have nearly the same name: to be looked at by a person, never taken for the same by the program.

use std::collections::HashMap;

use uuid::Uuid;

use crate::text::names::similar;

/// Units by what similar names share.
#[derive(Debug, Default)]
pub(super) struct Alike(HashMap<String, Vec<(Uuid, String)>>);

impl Alike {
    pub(super) fn add(&mut self, unit: Uuid, name: &str) {
        self.0.entry(similar(name)).or_default().push((unit, name.to_owned()));
    }

    /// The name of another unit that is nearly called so.
    pub(super) fn find(&self, unit: Uuid, name: &str) -> Option<&str> {
        let alike = self.0.get(&similar(name))?;
        alike.iter().find(|(other, _)| *other != unit).map(|(_, name)| name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_not_alike_to_itself() {
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let mut alike = Alike::default();
        alike.add(one, "甲厂有限公司");
        assert_eq!(alike.find(one, "甲厂公司"), None);
        assert_eq!(alike.find(other, "甲厂公司"), Some("甲厂有限公司"));
    }
}
