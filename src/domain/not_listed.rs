//! A text that should name a value of a closed vocabulary.

use std::marker::PhantomData;

use super::terms::Term;

/// A text that names no value of a vocabulary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotListed<T> {
    /// As far as a message may repeat it.
    pub text: String,
    vocabulary: PhantomData<fn() -> T>,
}

impl<T: Term> NotListed<T> {
    /// The value that is likely meant.
    pub fn likely(&self) -> Option<T> {
        T::LIKELY.iter().find(|(word, _)| *word == self.text).map(|(_, value)| *value)
    }

    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), vocabulary: PhantomData }
    }
}
