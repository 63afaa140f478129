use std::fmt;

/// What is wrong with a secret or the file that holds it. No variant keeps a part of the secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the text of each variant is beside it")]
pub enum SecretViolation {
    #[error(
        "names a bucket, and its keys are missing; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the variables of their files, \
         AWS_ACCESS_KEY_ID_FILE and AWS_SECRET_ACCESS_KEY_FILE"
    )]
    BucketWithoutKeys,
    #[error("is {}, and production requires it; set it or {variable}_FILE{}", missing(*.is_empty), did_you_mean(.similar.as_deref()))]
    Missing {
        variable: &'static str,
        /// Whether it is set to an empty value.
        is_empty: bool,
        /// A variable that may be a misspelling of it.
        similar: Option<String>,
    },
    #[error("is set, and so is {variable}_FILE; keep one of the two")]
    SetTwice { variable: String },
    #[error(
        "names {file} that cannot be read ({error}); give the path of a readable UTF-8 file that holds only the secret"
    )]
    UnreadableFile { file: SecretPath, error: String },
    #[error("names {file} that is empty; give the path of a readable UTF-8 file that holds only the secret")]
    EmptyFile { file: SecretPath },
    #[error("cannot be read; look at its secrets")]
    UnreadableEnvironment,
    #[error("has whitespace inside; {hint}")]
    WhitespaceInside { hint: &'static str },
    #[error("has characters other than {expected}; {hint}")]
    OtherCharacters { expected: &'static str, hint: &'static str },
    #[error("has {count} characters, {} are needed; {hint}", range(*.least, *.most))]
    Length {
        count: usize,
        least: usize,
        most: usize,
        hint: &'static str,
    },
    #[error("is the key of an app that no [apps.…] configures{}; remove it, or configure the app", did_you_mean(.similar.as_deref()))]
    KeyOfNoApp {
        /// The variable of an app that is configured.
        similar: Option<String>,
    },
    #[error("is set, and so is {setting}; keep one of the two")]
    SetAndDigest { setting: String },
    #[error("is the same key as {other}; give each its own")]
    SameKey { other: String },
    #[error("is the SHA-256 of nothing: the variable with the key was empty; make the digest again from the key")]
    DigestOfNothing,
    #[error("is the account's original ID (原始ID); {hint}")]
    OriginalId { hint: &'static str },
    #[error("does not begin with `wx`; {hint}")]
    NotAnAppId { hint: &'static str },
}

/// The path in `NAME_FILE`. It may be the secret itself, put there by mistake: only what looks like a path is repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretPath(Option<String>);

impl From<&str> for SecretPath {
    fn from(path: &str) -> Self {
        let is_path = path.contains('/') && !path.contains("://");
        Self(is_path.then(|| path.to_owned()))
    }
}

impl fmt::Display for SecretPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(path) => write!(formatter, "the file {path:?}"),
            None => formatter.write_str("a file"),
        }
    }
}

fn missing(is_empty: bool) -> &'static str {
    if is_empty {
        "empty, which counts as missing"
    } else {
        "missing"
    }
}

fn did_you_mean(variable: Option<&str>) -> String {
    variable.map_or_else(String::new, |variable| format!(" (did you mean it with {variable}?)"))
}

fn range(least: usize, most: usize) -> String {
    if least == most {
        most.to_string()
    } else {
        format!("{least} to {most}")
    }
}
