//! What somebody answers, held against the questionnaire: which values are coded, which are words, and what is missing.
//!
//! Choices are coded and stand in events, since figures count by them, and of numbers and days those of a closed list of
//! names; everything else may say who somebody is: words, which are sealed. What is not asked of somebody is not kept.

use std::collections::BTreeMap;

use serde::Serialize;
use strum::{IntoStaticStr, VariantNames};

use super::condition::Values;
use super::questionnaire::{Question, QuestionKind, Questionnaire};
use crate::text::cleaning::clean;
use crate::text::days;

/// The numbers and days that are coded: those of the questionnaires that come with the program.
const CODED: [&str; 7] = ["start", "registered", "pay", "employers_count", "hired", "stayed", "hours"];
/// Characters of a written answer.
pub const WORDS_LEN_MAX: usize = 500;
/// Digits of a number.
const DIGITS_MAX: usize = 12;

/// An answer that fits its questionnaire.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answered {
    pub coded: Values,
    pub words: BTreeMap<String, String>,
    /// The required questions that lead on and were not answered.
    pub missing: Vec<String>,
}

/// Why an answer does not fit.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "answer.")]
pub enum AnswerRefusal {
    Nothing,
    NoSuchQuestion(String),
    NotAsked(String),
    NoSuchChoice {
        question: String,
        choices: Vec<String>,
    },
    NotANumber(String),
    NotADay(String),
    TooLong {
        question: String,
        most: usize,
    },
    /// What the question asks of an answer does not hold.
    NotAllowed {
        question: String,
        rule: String,
    },
}

impl Questionnaire {
    /// Reads what was said, by the names of questions. A choice is said by its name or its Chinese label, several with
    /// commas between.
    ///
    /// # Errors
    /// [`AnswerRefusal`] of the first that does not fit.
    pub fn answered(&self, said: &BTreeMap<String, String>) -> Result<Answered, AnswerRefusal> {
        if let Some(unknown) = said.keys().find(|name| self.question(name).is_none()) {
            return Err(AnswerRefusal::NoSuchQuestion(unknown.clone()));
        }
        let (mut answered, mut known) = (Answered::default(), Values::new());
        for question in &self.questions {
            let text = said.get(&question.name).map(|text| clean(text)).filter(|text| !text.is_empty());
            let is_asked = question.relevant.as_ref().is_none_or(|of| of.holds(&known, &[]));
            match text {
                Some(_) if !is_asked || question.kind == QuestionKind::Note => {
                    return Err(AnswerRefusal::NotAsked(question.name.clone()));
                }
                Some(text) => {
                    let values = self.values(question, text, &known)?;
                    known.insert(question.name.clone(), values.clone());
                    let is_coded = question.kind.list().is_some()
                        || question.kind != QuestionKind::Text && CODED.contains(&question.name.as_str());
                    match values.as_slice() {
                        [words] if !is_coded => drop(answered.words.insert(question.name.clone(), words.clone())),
                        _ => drop(answered.coded.insert(question.name.clone(), values)),
                    }
                }
                None if is_asked && question.required && question.kind != QuestionKind::Note => {
                    answered.missing.push(question.name.clone());
                }
                None => (),
            }
        }
        if answered.coded.is_empty() && answered.words.is_empty() {
            return Err(AnswerRefusal::Nothing);
        }
        Ok(answered)
    }

    /// The values that a text says, as the question takes them.
    fn values(&self, question: &Question, text: String, known: &Values) -> Result<Vec<String>, AnswerRefusal> {
        let name = question.name.clone();
        let values = match &question.kind {
            QuestionKind::Note => return Err(AnswerRefusal::NotAsked(name)),
            QuestionKind::Text if text.chars().count() > WORDS_LEN_MAX => {
                return Err(AnswerRefusal::TooLong { question: name, most: WORDS_LEN_MAX });
            }
            QuestionKind::Text => vec![text],
            QuestionKind::Integer => {
                let number = Some(text.as_str()).filter(|text| text.len() <= DIGITS_MAX);
                let number = number.and_then(|text| text.parse::<i64>().ok());
                vec![number.ok_or_else(|| AnswerRefusal::NotANumber(name.clone()))?.to_string()]
            }
            QuestionKind::Decimal => {
                let number = Some(text.as_str()).filter(|text| text.len() <= DIGITS_MAX);
                let number = number.and_then(|text| text.parse::<f64>().ok()).filter(|number| number.is_finite());
                vec![number.ok_or_else(|| AnswerRefusal::NotANumber(name.clone()))?.to_string()]
            }
            QuestionKind::Date => {
                let day = days::read(&text).map_err(|_| AnswerRefusal::NotADay(name.clone()))?;
                vec![day.to_string()]
            }
            QuestionKind::SelectOne(_) => vec![self.chosen(question, &text)?],
            QuestionKind::SelectMultiple(_) => {
                let parts = text.split([',', '\u{ff0c}', '\u{3001}', ' ']).filter(|part| !part.is_empty());
                let mut chosen = parts.map(|part| self.chosen(question, part)).collect::<Result<Vec<_>, _>>()?;
                chosen.sort();
                chosen.dedup();
                chosen
            }
        };
        if let Some(rule) = &question.constraint
            && !rule.holds(known, &values)
        {
            return Err(AnswerRefusal::NotAllowed { question: name, rule: rule.to_string() });
        }
        Ok(values)
    }

    fn chosen(&self, question: &Question, text: &str) -> Result<String, AnswerRefusal> {
        let choices = self.choices(question);
        let found = choices.iter().find(|choice| choice.name == text || clean(&choice.label.zh) == text);
        let refused = || AnswerRefusal::NoSuchChoice {
            question: question.name.clone(),
            choices: choices.iter().map(|choice| choice.name.clone()).collect(),
        };
        found.map(|choice| choice.name.clone()).ok_or_else(refused)
    }
}
