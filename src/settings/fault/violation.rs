use std::borrow::Cow;

use super::{Conflict, FileViolation, ForwardViolation, LogoViolation, RootFileViolation, SecretViolation};
use crate::{
    settings::{
        common_mistakes::CommonMistake, database_url::DatabaseUrlError, quoted_value::QuotedValue,
        redis_url::RedisUrlError, url_rules::UrlViolation,
    },
    texts::OwnTextError,
};

/// What is wrong with a key, a variable or a file. The text says it and, after a semicolon, what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the text of each variant is beside it")]
pub enum Violation {
    #[error("is missing; set it")]
    Missing,
    #[error("is not a known key; {}", did_you_mean(.meant.as_deref()))]
    UnknownKey { meant: Option<String> },
    #[error(
        "is a secret, which comes from the environment only; set the variable {variable} or {variable}_FILE instead"
    )]
    SecretAmongKeys { variable: &'static str },
    #[error("is not a table; write [{name}] on a line of its own and its keys below")]
    SectionNotATable { name: String },
    #[error("is not a table; write [{name}] and the entries below")]
    NotATable { name: String },
    #[error("is a list of tables, which a file has; write [[{name}]] there for each, and its keys below")]
    NotTables { name: String },
    #[error("is not a list; write [\"first\", \"second\"]")]
    NotAList,
    #[error("is not a string; put it in quotes")]
    NotAString,
    #[error("{}; write true or false", quote(.value.as_ref(), "is not a boolean"))]
    NotABoolean { value: Option<QuotedValue> },
    #[error("{}; write a whole number from {range}", quote(.value.as_ref(), "is not a whole number"))]
    NotANumber { value: Option<QuotedValue>, range: String },
    #[error("{value}; write a whole number from {range}")]
    OutOfRange { value: QuotedValue, range: String },
    /// A value that its section refuses. The section gives the hint.
    #[error("{value}; {hint}")]
    NotAccepted {
        value: QuotedValue,
        hint: Cow<'static, str>,
    },
    #[error("is empty; write levels as in `info,fanpass=debug`")]
    EmptyLogFilter,
    #[error("is not a log filter; write levels as in `info,fanpass=debug`")]
    NotALogFilter,
    #[error("cannot be merged ({error}); look at its files")]
    NotMerged { error: String },
    #[error(transparent)]
    File(#[from] FileViolation),
    #[error(transparent)]
    Url(#[from] UrlViolation),
    #[error(transparent)]
    Forward(#[from] ForwardViolation),
    #[error(transparent)]
    RootFile(#[from] RootFileViolation),
    #[error(transparent)]
    Logo(#[from] LogoViolation),
    #[error(transparent)]
    OwnText(#[from] OwnTextError),
    #[error(transparent)]
    Conflict(#[from] Conflict),
    #[error(transparent)]
    Secret(#[from] SecretViolation),
    #[error(transparent)]
    Mistake(#[from] CommonMistake),
    #[error(transparent)]
    DatabaseUrl(#[from] DatabaseUrlError),
    #[error("{0}; {hint}", hint = RedisUrlError::HINT)]
    RedisUrl(#[from] RedisUrlError),
}

impl Violation {
    pub(in crate::settings) fn not_accepted(value: &str, hint: impl Into<Cow<'static, str>>) -> Self {
        Self::NotAccepted {
            value: value.into(),
            hint: hint.into(),
        }
    }
}

fn did_you_mean(meant: Option<&str>) -> String {
    meant.map_or_else(|| "remove it".to_owned(), |meant| format!("did you mean {meant}?"))
}

/// The value, or `otherwise` for one that is no text.
fn quote(value: Option<&QuotedValue>, otherwise: &str) -> String {
    value.map_or_else(|| otherwise.to_owned(), ToString::to_string)
}
