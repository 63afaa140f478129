/// What is wrong with a file, or with where files are looked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the text of each variant is beside it")]
pub enum FileViolation {
    #[error("cannot be read ({error}); make it a readable UTF-8 file, or remove it")]
    Unreadable { error: String },
    #[error("is not valid TOML ({error}); correct it there")]
    NotToml { error: String },
    /// A line of `.env`. It is not repeated: it may hold a secret.
    #[error(
        "has {} that cannot be read; write NAME=value, and put a value with spaces, #, $ or quotes in single quotes",
        place(.after.as_deref())
    )]
    DotenvLine { after: Option<String> },
    #[error("cannot be read ({error}); start in one that exists")]
    NoWorkingDirectory { error: String },
    #[error("is no app, and the files of config/apps.d hold apps alone; write it into config/local.toml")]
    NotAnApp,
    #[error("is not UTF-8; write it in UTF-8")]
    NotUtf8,
    #[error(
        "names the file {file:?} that cannot be read ({error}); give the path of a readable PEM file with the certificates of the \
         authorities"
    )]
    UnreadableCertificates { file: String, error: String },
    #[error(
        "names the file {file:?} that holds no certificate; give the path of a readable PEM file with the certificates of the \
         authorities"
    )]
    NoCertificate { file: String },
}

fn place(after: Option<&str>) -> String {
    after.map_or_else(|| "a first line".to_owned(), |name| format!("a line after {name}"))
}
