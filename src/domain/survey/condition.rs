//! A condition of a question, as XLSForm writes it: `${status}='study' and not(selected(${help}, 'none'))`.
//!
//! The subset: `=`, `!=`, `<`, `<=`, `>`, `>=` of a question or of the own answer (`.`) and a text in quotes or a number,
//! `selected()`, `and`, `or`, `not()`, brackets. What was not answered is the empty text, as in ODK.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// What was answered, by the name of the question: one value, or those that were chosen.
pub type Values = BTreeMap<String, Vec<String>>;

/// A condition that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Condition(Node);

/// The text is no condition of the subset.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no condition that this program reads")]
pub struct NoCondition;

/// Whose value it is: a question's by its name, or the answer itself.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Operand {
    Question(String),
    Itself,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    Or(Vec<Node>),
    And(Vec<Node>),
    Not(Box<Node>),
    Selected(Operand, String),
    /// The literal as it was written, without quotes; whether it stood in quotes.
    Compare(Operand, Comparison, String, bool),
}

impl Comparison {
    const ALL: [(&'static str, Self); 6] = [
        ("!=", Self::Unequal),
        ("<=", Self::LessOrEqual),
        (">=", Self::GreaterOrEqual),
        ("=", Self::Equal),
        ("<", Self::Less),
        (">", Self::Greater),
    ];

    fn sign(self) -> &'static str {
        Self::ALL.iter().find(|(_, known)| *known == self).map_or("=", |(sign, _)| sign)
    }
}

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// [`NoCondition`] if the text is none of the subset.
    pub fn parse(text: &str) -> Result<Self, NoCondition> {
        let mut reader = Reader { rest: text };
        let node = reader.either()?;
        if reader.rest.trim().is_empty() { Ok(Self(node)) } else { Err(NoCondition) }
    }

    /// That a question of one choice was answered so.
    pub fn is(question: &str, choice: &str) -> Self {
        Self(Node::Compare(Operand::Question(question.to_owned()), Comparison::Equal, choice.to_owned(), true))
    }

    /// That a question of one choice was answered otherwise, or not.
    pub fn is_not(question: &str, choice: &str) -> Self {
        Self(Node::Compare(Operand::Question(question.to_owned()), Comparison::Unequal, choice.to_owned(), true))
    }

    /// That one of these holds.
    pub fn any(of: impl IntoIterator<Item = Self>) -> Self {
        Self(Node::Or(of.into_iter().map(|condition| condition.0).collect()))
    }

    /// That all of these hold.
    pub fn all(of: impl IntoIterator<Item = Self>) -> Self {
        Self(Node::And(of.into_iter().map(|condition| condition.0).collect()))
    }

    /// That the answer itself lies between two numbers, both included.
    pub fn between(least: i64, most: i64) -> Self {
        let bound = |how, number: i64| Node::Compare(Operand::Itself, how, number.to_string(), false);
        Self(Node::And(vec![bound(Comparison::GreaterOrEqual, least), bound(Comparison::LessOrEqual, most)]))
    }

    /// Whether it holds; `own` is the answer itself.
    pub fn holds(&self, values: &Values, own: &[String]) -> bool {
        self.0.holds(values, own)
    }

    /// The questions that it speaks of, each with the choice that is looked for, where it is one.
    pub fn questions(&self) -> Vec<(&str, Option<&str>)> {
        let mut found = vec![];
        self.0.questions(&mut found);
        found
    }
}

impl Node {
    fn holds(&self, values: &Values, own: &[String]) -> bool {
        let of = |operand: &Operand| match operand {
            Operand::Itself => own.to_vec(),
            Operand::Question(name) => values.get(name).cloned().unwrap_or_default(),
        };
        match self {
            Self::Or(nodes) => nodes.iter().any(|node| node.holds(values, own)),
            Self::And(nodes) => nodes.iter().all(|node| node.holds(values, own)),
            Self::Not(node) => !node.holds(values, own),
            Self::Selected(operand, choice) => of(operand).contains(choice),
            Self::Compare(operand, how, literal, _) => compare(&of(operand).join(" "), *how, literal),
        }
    }

    fn questions<'n>(&'n self, found: &mut Vec<(&'n str, Option<&'n str>)>) {
        match self {
            Self::Or(nodes) | Self::And(nodes) => nodes.iter().for_each(|node| node.questions(found)),
            Self::Not(node) => node.questions(found),
            Self::Selected(Operand::Question(name), choice) => found.push((name, Some(choice))),
            Self::Compare(Operand::Question(name), Comparison::Equal | Comparison::Unequal, literal, true) => {
                found.push((name, Some(literal).filter(|literal| !literal.is_empty()).map(String::as_str)));
            }
            Self::Compare(Operand::Question(name), ..) => found.push((name, None)),
            Self::Selected(Operand::Itself, _) | Self::Compare(Operand::Itself, ..) => (),
        }
    }
}

/// Compares as XPath does: what is ordered is a number, and what is no number is in no order.
fn compare(value: &str, how: Comparison, literal: &str) -> bool {
    let numbers = value.parse::<f64>().ok().zip(literal.parse::<f64>().ok());
    let ordered = |holds: fn(f64, f64) -> bool| numbers.is_some_and(|(value, literal)| holds(value, literal));
    match how {
        Comparison::Equal => value == literal || ordered(|value, literal| value == literal),
        Comparison::Unequal => !(value == literal || ordered(|value, literal| value == literal)),
        Comparison::Less => ordered(|value, literal| value < literal),
        Comparison::LessOrEqual => ordered(|value, literal| value <= literal),
        Comparison::Greater => ordered(|value, literal| value > literal),
        Comparison::GreaterOrEqual => ordered(|value, literal| value >= literal),
    }
}

/// How deep brackets may stand in each other.
const DEPTH_MAX: usize = 20;

struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    fn either(&mut self) -> Result<Node, NoCondition> {
        if self.rest.matches('(').count() > DEPTH_MAX {
            return Err(NoCondition);
        }
        let mut nodes = vec![self.both()?];
        while self.word("or") {
            nodes.push(self.both()?);
        }
        Ok(if nodes.len() == 1 { nodes.remove(0) } else { Node::Or(nodes) })
    }

    fn both(&mut self) -> Result<Node, NoCondition> {
        let mut nodes = vec![self.one()?];
        while self.word("and") {
            nodes.push(self.one()?);
        }
        Ok(if nodes.len() == 1 { nodes.remove(0) } else { Node::And(nodes) })
    }

    fn one(&mut self) -> Result<Node, NoCondition> {
        if self.sign("(") {
            return self.closed(Self::either);
        }
        if self.call("not") {
            return Ok(Node::Not(Box::new(self.closed(Self::either)?)));
        }
        if self.call("selected") {
            return self.closed(|reader| {
                let operand = reader.operand()?;
                reader.pass_over(",")?;
                Ok(Node::Selected(operand, reader.quoted().ok_or(NoCondition)?.to_owned()))
            });
        }
        let operand = self.operand()?;
        let how = Comparison::ALL.iter().find(|(sign, _)| self.sign(sign)).ok_or(NoCondition)?.1;
        if let Some(text) = self.quoted() {
            return Ok(Node::Compare(operand, how, text.to_owned(), true));
        }
        let number = self.take(|c| c.is_ascii_digit() || matches!(c, '.' | '-'));
        if number.parse::<f64>().is_err() {
            return Err(NoCondition);
        }
        Ok(Node::Compare(operand, how, number.to_owned(), false))
    }

    /// What stands before a closing bracket.
    fn closed(&mut self, read: impl FnOnce(&mut Self) -> Result<Node, NoCondition>) -> Result<Node, NoCondition> {
        let node = read(self)?;
        self.pass_over(")")?;
        Ok(node)
    }

    fn operand(&mut self) -> Result<Operand, NoCondition> {
        if self.sign("${") {
            let name = self.take(|c| c != '}').trim();
            self.pass_over("}")?;
            return if name.is_empty() { Err(NoCondition) } else { Ok(Operand::Question(name.to_owned())) };
        }
        if self.sign(".") { Ok(Operand::Itself) } else { Err(NoCondition) }
    }

    fn quoted(&mut self) -> Option<&'t str> {
        let rest = self.rest.trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
        let (text, rest) = rest[1..].split_once(quote)?;
        self.rest = rest;
        Some(text)
    }

    fn take(&mut self, is_part: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest.trim_start();
        let (taken, rest) = rest.split_at(rest.find(|c| !is_part(c)).unwrap_or(rest.len()));
        self.rest = rest;
        taken
    }

    fn sign(&mut self, sign: &str) -> bool {
        let found = self.rest.trim_start().strip_prefix(sign);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    /// A word between two conditions, which ends where another begins.
    fn word(&mut self, word: &str) -> bool {
        let found = self.rest.trim_start().strip_prefix(word);
        let found = found.filter(|rest| rest.starts_with(|c: char| c.is_whitespace() || matches!(c, '(' | '$' | '.')));
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    /// The name of a function and its opening bracket.
    fn call(&mut self, name: &str) -> bool {
        let found = self.rest.trim_start().strip_prefix(name).and_then(|rest| rest.trim_start().strip_prefix('('));
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    fn pass_over(&mut self, sign: &str) -> Result<(), NoCondition> {
        if self.sign(sign) { Ok(()) } else { Err(NoCondition) }
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Question(name) => write!(f, "${{{name}}}"),
            Self::Itself => f.write_str("."),
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Or(nodes) | Self::And(nodes) => {
                for (index, node) in nodes.iter().enumerate() {
                    if index > 0 {
                        f.write_str(if matches!(self, Self::Or(_)) { " or " } else { " and " })?;
                    }
                    match node {
                        Self::Or(_) | Self::And(_) => write!(f, "({node})")?,
                        Self::Not(_) | Self::Selected(..) | Self::Compare(..) => write!(f, "{node}")?,
                    }
                }
                Ok(())
            }
            Self::Not(node) => write!(f, "not({node})"),
            Self::Selected(operand, choice) => write!(f, "selected({operand}, {})", quote(choice)),
            Self::Compare(operand, how, literal, true) => write!(f, "{operand} {} {}", how.sign(), quote(literal)),
            Self::Compare(operand, how, literal, false) => write!(f, "{operand} {} {literal}", how.sign()),
        }
    }
}

fn quote(text: &str) -> String {
    if text.contains('\'') { format!("\"{text}\"") } else { format!("'{text}'") }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl TryFrom<String> for Condition {
    type Error = NoCondition;

    fn try_from(text: String) -> Result<Self, NoCondition> {
        Self::parse(&text)
    }
}

impl From<Condition> for String {
    fn from(condition: Condition) -> Self {
        condition.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(said: &[(&str, &[&str])]) -> Values {
        let owned = |of: &[&str]| of.iter().map(|value| (*value).to_owned()).collect();
        said.iter().map(|(name, of)| ((*name).to_owned(), owned(of))).collect()
    }

    #[test]
    fn a_condition_is_read_printed_and_read_again_as_the_same() {
        for (text, printed) in [
            ("${q}='a'", "${q} = 'a'"),
            ("selected( ${q} , \"a\" )", "selected(${q}, 'a')"),
            ("${a}='1' and (${b}='2' or not(${c} != '3'))", "${a} = '1' and (${b} = '2' or not(${c} != '3'))"),
            (". >= 0 and .<=100", ". >= 0 and . <= 100"),
            ("${a} = 1 or ${b} < -2.5", "${a} = 1 or ${b} < -2.5"),
        ] {
            let condition = Condition::parse(text).unwrap();
            assert_eq!(condition.to_string(), printed);
            assert_eq!(Condition::parse(printed).unwrap(), condition);
        }
    }

    #[test]
    fn what_is_no_condition_of_the_subset_is_refused() {
        for text in ["", "${q}", "${q}=", "${q}='a", "${}='a'", "count(${q}) > 1", "${q}='a' und ${r}='b'", "(${q}='a'"]
        {
            assert_eq!(Condition::parse(text), Err(NoCondition), "{text}");
        }
        assert_eq!(Condition::parse(&"(".repeat(10_000)), Err(NoCondition));
    }

    #[test]
    fn a_condition_holds_as_in_xpath() {
        let said = values(&[("status", &["study"]), ("help", &["pay", "tax"]), ("pay", &["3000"])]);
        let own = ["7".to_owned()];
        for (text, holds) in [
            ("${status}='study'", true),
            ("${status}!='study'", false),
            ("${nobody}='study'", false),
            ("${nobody}!='study'", true),
            ("selected(${help}, 'tax')", true),
            ("selected(${help}, 'ta')", false),
            ("not(selected(${help}, 'none')) and ${pay} > 2999.5", true),
            ("${status} > 1", false),
            (". >= 0 and . <= 6", false),
            ("${status}='job' or ${pay}=3000", true),
        ] {
            assert_eq!(Condition::parse(text).unwrap().holds(&said, &own), holds, "{text}");
        }
    }
}
