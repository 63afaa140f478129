use clap::{Args, ValueEnum};

/// What to explain, and in which language.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct ExplainArguments {
    /// An error number, an HTTP status, the text of a page, or a line of the log
    #[arg(required = true, allow_negative_numbers = true)]
    pub words: Vec<String>,
    /// The language of the explanation. Default: the language of the locale
    #[arg(long, value_enum)]
    pub lang: Option<ExplainLanguage>,
}

/// A language of the explanations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExplainLanguage {
    /// English
    En,
    /// Chinese
    Zh,
}
