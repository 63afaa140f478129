use clap::{Args, ValueEnum};

/// What somebody saw.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct ExplainArguments {
    /// An error number, an HTTP status, the text of a page, or a line of the log
    #[arg(required = true, allow_negative_numbers = true)]
    pub words: Vec<String>,
    /// The language of the answer. Without this: the locale's
    #[arg(long, value_enum)]
    pub lang: Option<ExplainLanguage>,
}

/// A language that the answers are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExplainLanguage {
    /// English
    En,
    /// Chinese
    Zh,
}
