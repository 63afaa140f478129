use std::fmt;

/// How much of a value is repeated, in characters.
const LONGEST: usize = 60;

/// A value as the text of a fault repeats it. It is never a secret, and never a URL, which may hold a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QuotedValue {
    /// The beginning of the value.
    Quoted(String),
    /// The value looks like two lines of a file run into one, and the second may be a secret.
    Withheld,
}

impl From<&str> for QuotedValue {
    fn from(value: &str) -> Self {
        if value.contains(|character: char| character == '=' || character.is_control()) {
            Self::Withheld
        } else {
            Self::Quoted(value.chars().take(LONGEST).collect())
        }
    }
}

impl fmt::Display for QuotedValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quoted(value) => write!(formatter, "is {value:?}"),
            Self::Withheld => formatter.write_str("holds more than one value: two lines may have been joined"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_quoted_unless_it_may_hold_a_second_line() {
        assert_eq!(QuotedValue::from("80a"), QuotedValue::Quoted("80a".to_owned()));
        for two in ["80SESSION_KEY=made-up", "80\0made-up", "80\nmade-up"] {
            assert_eq!(QuotedValue::from(two), QuotedValue::Withheld, "{two:?}");
        }
    }
}
