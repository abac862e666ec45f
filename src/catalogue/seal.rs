//! What keeps personal data and evidence from being sealed or opened.
//!
//! The Chinese still stands beside the enums, whose `Display` other errors print.

use serde_json::{Value, json};

use super::{Refusal, RefusalKind, Sentence, say};
use crate::people::{SealError, UnsealError};

impl Refusal for UnsealError {
    fn code(&self) -> &'static str {
        match self {
            Self::Broken { .. } => "sealed.broken",
            Self::BrokenFile { .. } => "sealed.broken_file",
            Self::Algorithm(_) => "sealed.algorithm",
        }
    }

    fn values(&self) -> Value {
        match self {
            Self::Broken { subject, revision } => json!({ "subject": subject, "revision": revision }),
            Self::BrokenFile { subject, hash } => json!({ "subject": subject, "hash": hash }),
            Self::Algorithm(algorithm) => json!({ "algorithm": algorithm }),
        }
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Broken
    }

    fn sentence(&self) -> Sentence {
        let en = match self {
            Self::Broken { subject, revision } => format!(
                "Sealed data are damaged or not of this row ({subject}, revision {revision}); have the operator verify \
                 the log"
            ),
            Self::BrokenFile { subject, hash } => format!(
                "A file of evidence is damaged or not of this row ({} of {subject}); have the operator verify the log",
                hash.short()
            ),
            Self::Algorithm(algorithm) => {
                format!("Sealed data were written by a newer program (algorithm {algorithm}); upgrade the program")
            }
        };
        say(self.to_string(), en)
    }

    fn field(&self) -> Option<&'static str> {
        None
    }
}

impl Refusal for SealError {
    fn code(&self) -> &'static str {
        "sealed.not_written"
    }

    fn values(&self) -> Value {
        json!({})
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Broken
    }

    fn sentence(&self) -> Sentence {
        say(self.to_string(), format!("Personal data could not be sealed: \"{}\"", self.0))
    }

    fn field(&self) -> Option<&'static str> {
        None
    }
}
