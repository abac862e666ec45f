//! What went wrong, in the caller's language, with what to type where a command or flag helps.

use gradtrail::app::account::AccountFailure;
use gradtrail::app::failure::Failure;
use gradtrail::app::health::ProofError;
use gradtrail::app::key::KeyRefusal;
use gradtrail::app::report_error::ReportError;
use gradtrail::app::restore::RestoreError;
use gradtrail::app::sign_in::SignInRefusal;
use gradtrail::app::{AppError, StartError};
use gradtrail::demo::DemoError;
use gradtrail::event_log::copy::CopyError;
use gradtrail::event_log::scrub::ScrubError;
use gradtrail::event_log::verify::VerifyFault;
use gradtrail::event_log::{EngineError, OpenError, RebuildError};
use gradtrail::ledger::LedgerError;
use gradtrail::people::KeyFileError;
use gradtrail::people::key_export::KeyExportError;
use gradtrail::publication::file::ReportWriteError;
use gradtrail::refusal::Why;
use gradtrail::sample::SampleError;
use gradtrail::text::lang::Lang;

use super::output::OutputError;

/// Why a command failed.
#[derive(Debug)]
pub enum CliError {
    /// By the library, or by the writing of files.
    Refused(Why),
    /// Said here, in the caller's language.
    Said(String),
}

/// What to type about a refusal. The library's sentences name no command and no flag.
const TYPED: [(&str, &str); 17] = [
    ("gate.in_the_name_of_staff", "--emergency REASON"),
    ("append.upgrade", "gradtrail rebuild"),
    ("file.no_header", "gradtrail template"),
    ("file.no_school", "--school"),
    ("report.beyond_head", "gradtrail head"),
    ("report.stalled", "gradtrail rebuild"),
    ("report.imbalance", "gradtrail verify"),
    ("report.school_needed", "--school"),
    ("target.school_missing", "--school"),
    ("target.several_schools", "--school"),
    ("engine.frontier", "gradtrail verify"),
    ("verify.stalled", "gradtrail rebuild"),
    ("verify.foreign", "gradtrail rebuild"),
    ("copy.corrupt", "gradtrail verify"),
    ("scrub.busy", "gradtrail scrub"),
    ("scrub.sql", "gradtrail scrub"),
    ("restore.no_ledger", "--ledger FILE, --without-ledger"),
];

impl CliError {
    /// The sentence in a language, and what to type.
    pub fn sentence(&self, lang: Lang) -> String {
        let why = match self {
            Self::Refused(why) => why,
            Self::Said(sentence) => return sentence.clone(),
        };
        let (sentence, code) = (why.sentence(), why.code());
        match TYPED.iter().find(|(known, _)| *known == code) {
            Some((_, typed)) => format!("{}{}{typed}", sentence.in_lang(lang), lang.of("：", ": ")),
            None => sentence.in_lang(lang).to_owned(),
        }
    }
}

impl From<Why> for CliError {
    fn from(why: Why) -> Self {
        Self::Refused(why)
    }
}

impl From<String> for CliError {
    fn from(sentence: String) -> Self {
        Self::Said(sentence)
    }
}

impl From<&str> for CliError {
    fn from(sentence: &str) -> Self {
        Self::Said(sentence.to_owned())
    }
}

/// What the machine says.
impl From<std::io::Error> for CliError {
    fn from(error: std::io::Error) -> Self {
        Self::Said(error.to_string())
    }
}

impl From<csv::Error> for CliError {
    fn from(error: csv::Error) -> Self {
        Self::Said(error.to_string())
    }
}

impl From<rust_xlsxwriter::XlsxError> for CliError {
    fn from(error: rust_xlsxwriter::XlsxError) -> Self {
        Self::Said(error.to_string())
    }
}

impl From<serde_json::Error> for CliError {
    fn from(error: serde_json::Error) -> Self {
        Self::Said(error.to_string())
    }
}

impl From<Failure> for CliError {
    fn from(refusal: Failure) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<SignInRefusal> for CliError {
    fn from(refusal: SignInRefusal) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<AppError> for CliError {
    fn from(refusal: AppError) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<StartError> for CliError {
    fn from(refusal: StartError) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<RestoreError> for CliError {
    fn from(refusal: RestoreError) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<CopyError> for CliError {
    fn from(refusal: CopyError) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<OpenError> for CliError {
    fn from(refusal: OpenError) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<KeyRefusal> for CliError {
    fn from(refusal: KeyRefusal) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<AccountFailure> for CliError {
    fn from(refusal: AccountFailure) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<RebuildError> for CliError {
    fn from(refusal: RebuildError) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<ScrubError> for CliError {
    fn from(refusal: ScrubError) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<VerifyFault> for CliError {
    fn from(refusal: VerifyFault) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<ReportError> for CliError {
    fn from(refusal: ReportError) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<ProofError> for CliError {
    fn from(refusal: ProofError) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<KeyFileError> for CliError {
    fn from(refusal: KeyFileError) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<KeyExportError> for CliError {
    fn from(refusal: KeyExportError) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<LedgerError> for CliError {
    fn from(refusal: LedgerError) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<DemoError> for CliError {
    fn from(refusal: DemoError) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<SampleError> for CliError {
    fn from(refusal: SampleError) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<ReportWriteError> for CliError {
    fn from(refusal: ReportWriteError) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<EngineError> for CliError {
    fn from(refusal: EngineError) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<OutputError> for CliError {
    fn from(refusal: OutputError) -> Self {
        Self::Refused(refusal.into())
    }
}
