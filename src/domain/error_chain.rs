use std::{error::Error, fmt};

/// An error with its causes, for the log and the operator's terminal: `what failed: why: and why that`.
#[derive(Clone, Copy)]
pub struct ErrorChain<'a>(pub &'a dyn Error);

impl fmt::Display for ErrorChain<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut previous = self.0.to_string();
        formatter.write_str(&previous)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            let text = error.to_string();
            // Some errors name their cause themselves.
            if !previous.ends_with(&text) {
                write!(formatter, ": {text}")?;
            }
            previous = text;
            cause = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the root")]
    struct Root;

    #[derive(Debug, thiserror::Error)]
    #[error("the middle: {0}")]
    struct Middle(#[source] Root);

    #[derive(Debug, thiserror::Error)]
    #[error("the top")]
    struct Top(#[source] Middle);

    #[test]
    fn every_cause_is_named_once() {
        assert_eq!(
            ErrorChain(&Top(Middle(Root))).to_string(),
            "the top: the middle: the root"
        );
        assert_eq!(ErrorChain(&Root).to_string(), "the root");
    }
}
