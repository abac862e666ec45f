//! A questionnaire as data: questions in their order, in two languages, with what leads to each and what it takes.
//!
//! Invariant of a checked one: every name is said once, each condition speaks of earlier questions only, so that there is no
//! loop, and of choices that there are; every label is there in both languages.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantNames};

use super::condition::Condition;
use crate::text::lang::Lang;

/// So many questions and choices may a questionnaire have.
pub const QUESTIONS_MAX: usize = 100;
pub const CHOICES_MAX: usize = 500;
/// Characters of a label and of a name.
pub const LABEL_LEN_MAX: usize = 500;
const NAME_LEN_MAX: usize = 60;

/// A text in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    pub zh: String,
    pub en: String,
}

impl Words {
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { zh: zh.into(), en: en.into() }
    }

    pub fn in_lang(&self, lang: Lang) -> &str {
        lang.of(&self.zh, &self.en)
    }
}

/// What can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub name: String,
    pub label: Words,
}

/// A list of choices, which several questions may share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChoiceList {
    pub name: String,
    pub choices: Vec<Choice>,
}

/// What a question takes; of choices the name of their list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionKind {
    /// Nothing: it is read.
    Note,
    Text,
    Integer,
    Decimal,
    Date,
    SelectOne(String),
    SelectMultiple(String),
}

impl QuestionKind {
    /// The list that it is chosen from.
    pub fn list(&self) -> Option<&str> {
        match self {
            Self::SelectOne(list) | Self::SelectMultiple(list) => Some(list),
            Self::Note | Self::Text | Self::Integer | Self::Decimal | Self::Date => None,
        }
    }

    /// As XLSForm writes it.
    pub fn xlsform(&self) -> String {
        match self {
            Self::Note => "note".to_owned(),
            Self::Text => "text".to_owned(),
            Self::Integer => "integer".to_owned(),
            Self::Decimal => "decimal".to_owned(),
            Self::Date => "date".to_owned(),
            Self::SelectOne(list) => format!("select_one {list}"),
            Self::SelectMultiple(list) => format!("select_multiple {list}"),
        }
    }

    /// The kind that XLSForm calls so.
    pub fn of_xlsform(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let kind = match (words.next()?, words.next()) {
            ("note", None) => Self::Note,
            ("text", None) => Self::Text,
            ("integer", None) => Self::Integer,
            ("decimal", None) => Self::Decimal,
            ("date", None) => Self::Date,
            ("select_one", Some(list)) => Self::SelectOne(list.to_owned()),
            ("select_multiple", Some(list)) => Self::SelectMultiple(list.to_owned()),
            _ => return None,
        };
        words.next().is_none().then_some(kind)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub name: String,
    pub kind: QuestionKind,
    pub label: Words,
    pub required: bool,
    /// When it is asked; always unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relevant: Option<Condition>,
    /// What an answer has to be like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constraint: Option<Condition>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Questionnaire {
    pub title: Words,
    pub lists: Vec<ChoiceList>,
    pub questions: Vec<Question>,
}

/// Where something is wrong: the question or choice, by its place, and which of its cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Title,
    Question(usize, Part),
    /// The list, and the choice in it.
    Choice(usize, usize, Part),
}

/// A cell of a question or choice, as XLSForm heads its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Type,
    Name,
    Zh,
    En,
    Relevant,
    Constraint,
}

/// What is wrong with a questionnaire.
// The names of the variants are codes that clients rely on: add; never rename.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, IntoStaticStr, VariantNames)]
#[serde(untagged)]
#[strum(serialize_all = "snake_case", prefix = "questionnaire.")]
pub enum QuestionnaireFault {
    NoQuestions,
    TooMany {
        questions: usize,
        choices: usize,
    },
    UnknownType(String),
    NotAName(String),
    NameTwice(String),
    ListMissing(String),
    ChoiceTwice(String),
    TranslationMissing,
    LabelTooLong {
        most: usize,
    },
    /// A condition speaks of the question itself or of one that is asked later.
    ForwardReference(String),
    UnknownQuestion(String),
    NoSuchChoice(String),
    NotACondition(String),
}

impl Questionnaire {
    /// The question with this name.
    pub fn question(&self, name: &str) -> Option<&Question> {
        self.questions.iter().find(|question| question.name == name)
    }

    /// The choices of a question; none of one that takes something else.
    pub fn choices(&self, question: &Question) -> &[Choice] {
        let list = question.kind.list().and_then(|name| self.lists.iter().find(|list| list.name == name));
        list.map_or(&[], |list| &list.choices)
    }

    /// Whether it is as it has to be.
    ///
    /// # Errors
    /// The first fault and where it is.
    pub fn check(&self) -> Result<(), (Place, QuestionnaireFault)> {
        let choices: usize = self.lists.iter().map(|list| list.choices.len()).sum();
        if self.questions.is_empty() {
            return Err((Place::Title, QuestionnaireFault::NoQuestions));
        }
        if self.questions.len() > QUESTIONS_MAX || choices > CHOICES_MAX {
            let fault = QuestionnaireFault::TooMany { questions: QUESTIONS_MAX, choices: CHOICES_MAX };
            return Err((Place::Title, fault));
        }
        check_words(&self.title).map_err(|(_, fault)| (Place::Title, fault))?;
        for (index, list) in self.lists.iter().enumerate() {
            let mut known = HashSet::new();
            for (at, choice) in list.choices.iter().enumerate() {
                let place = |part| Place::Choice(index, at, part);
                if !is_choice_name(&choice.name) {
                    return Err((place(Part::Name), QuestionnaireFault::NotAName(choice.name.clone())));
                }
                if !known.insert(&choice.name) {
                    return Err((place(Part::Name), QuestionnaireFault::ChoiceTwice(choice.name.clone())));
                }
                check_words(&choice.label).map_err(|(part, fault)| (place(part), fault))?;
            }
        }
        for (index, question) in self.questions.iter().enumerate() {
            self.check_question(index, question).map_err(|(part, fault)| (Place::Question(index, part), fault))?;
        }
        Ok(())
    }

    fn check_question(&self, index: usize, question: &Question) -> Result<(), (Part, QuestionnaireFault)> {
        let earlier = &self.questions[..index];
        if !is_question_name(&question.name) {
            return Err((Part::Name, QuestionnaireFault::NotAName(question.name.clone())));
        }
        if earlier.iter().any(|known| known.name == question.name) {
            return Err((Part::Name, QuestionnaireFault::NameTwice(question.name.clone())));
        }
        check_words(&question.label)?;
        if let Some(list) = question.kind.list()
            && self.choices(question).is_empty()
        {
            return Err((Part::Type, QuestionnaireFault::ListMissing(list.to_owned())));
        }
        let conditions = [(Part::Relevant, &question.relevant), (Part::Constraint, &question.constraint)];
        for (part, condition) in conditions.into_iter().filter_map(|(part, of)| Some((part, of.as_ref()?))) {
            for (name, choice) in condition.questions() {
                let Some(asked) = earlier.iter().find(|known| known.name == name) else {
                    let fault = match self.question(name) {
                        Some(_) => QuestionnaireFault::ForwardReference(name.to_owned()),
                        None => QuestionnaireFault::UnknownQuestion(name.to_owned()),
                    };
                    return Err((part, fault));
                };
                let choices = self.choices(asked);
                if let Some(choice) = choice
                    && asked.kind.list().is_some()
                    && choices.iter().all(|known| known.name != choice)
                {
                    return Err((part, QuestionnaireFault::NoSuchChoice(choice.to_owned())));
                }
            }
        }
        Ok(())
    }
}

fn check_words(words: &Words) -> Result<(), (Part, QuestionnaireFault)> {
    for (part, text) in [(Part::Zh, &words.zh), (Part::En, &words.en)] {
        if text.trim().is_empty() {
            return Err((part, QuestionnaireFault::TranslationMissing));
        }
        if text.chars().count() > LABEL_LEN_MAX {
            return Err((part, QuestionnaireFault::LabelTooLong { most: LABEL_LEN_MAX }));
        }
    }
    Ok(())
}

/// XLSForm's rule for names of questions, without what needs escapes.
fn is_question_name(name: &str) -> bool {
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    begins && name.len() <= NAME_LEN_MAX && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn is_choice_name(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    !name.is_empty() && name.len() <= NAME_LEN_MAX && name.chars().all(is_part)
}
