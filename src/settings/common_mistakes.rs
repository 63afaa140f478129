//! Common mistakes in the value of a variable: what copying or a tool added, and what was never filled in.

use crate::domain::is_invisible;

const QUOTES: [char; 14] = [
    '"', '\'', '`', '“', '”', '‘', '’', '„', '«', '»', '「', '」', '＂', '＇',
];

const PLACEHOLDERS: [&str; 11] = [
    "changeme",
    "change-me",
    "change_me",
    "replace",
    "placeholder",
    "your-",
    "your_",
    "todo",
    "xxxx",
    "****",
    "example",
];

/// A mistake in the value of a variable. The value is never repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the text of each variant is beside it")]
pub enum CommonMistake {
    #[error("is only whitespace; write its value")]
    OnlyWhitespace,
    #[error("begins with a byte order mark; save the file as UTF-8 without one")]
    ByteOrderMark,
    #[error("holds an invisible character; type or copy it again")]
    InvisibleCharacter,
    #[error("is in quotes, which `docker --env-file` keeps; remove them")]
    InQuotes,
    #[error("begins with a quotation mark; remove it")]
    QuotationMark,
    #[error("has more than one line; write only the secret")]
    SeveralLines,
    #[error(
        "has whitespace or a line end before or after it; remove it, and check whether its file has Windows line ends"
    )]
    WhitespaceAround,
    #[error("begins with its own name; write only what follows the =")]
    OwnName,
    #[error("is a placeholder; write the real value")]
    Placeholder,
    #[error("ends with a carriage return; save the file that sets it without Windows line ends")]
    CarriageReturn,
}

/// Finds mistakes that no valid secret contains, whatever its form.
pub(super) fn check_secret(variable: &str, text: &str) -> Result<(), CommonMistake> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(CommonMistake::OnlyWhitespace);
    }
    if text.starts_with('\u{feff}') {
        return Err(CommonMistake::ByteOrderMark);
    }
    if text.contains(is_invisible) {
        return Err(CommonMistake::InvisibleCharacter);
    }
    if is_quoted(trimmed, &QUOTES) {
        return Err(CommonMistake::InQuotes);
    }
    if trimmed.starts_with(QUOTES) {
        return Err(CommonMistake::QuotationMark);
    }
    if trimmed.contains(['\n', '\r']) {
        return Err(CommonMistake::SeveralLines);
    }
    if trimmed.len() != text.len() {
        return Err(CommonMistake::WhitespaceAround);
    }
    if begins_with_name(variable, text) {
        return Err(CommonMistake::OwnName);
    }
    if text.contains('…') || text.starts_with(['<', '$']) || text.starts_with("{{") {
        return Err(CommonMistake::Placeholder);
    }
    Ok(())
}

/// Finds mistakes in a variable that sets a key. Typographic quotation marks may belong to a name.
pub(super) fn check_variable(text: &str) -> Result<(), CommonMistake> {
    if text.ends_with('\r') {
        return Err(CommonMistake::CarriageReturn);
    }
    if is_quoted(text.trim(), &['"', '\'']) {
        return Err(CommonMistake::InQuotes);
    }
    Ok(())
}

/// Whether a malformed secret contains a word of an example. Then it was never filled in, rather than damaged.
pub(super) fn is_placeholder(text: &str) -> bool {
    let lower = text.to_lowercase();
    // In a URL such a word may be a part of a host or file name.
    !text.contains(':') && PLACEHOLDERS.iter().any(|word| lower.contains(word))
}

/// Whether the text is `NAME=…` or `NAME_FILE=…`.
fn begins_with_name(variable: &str, text: &str) -> bool {
    text.strip_prefix(variable)
        .map(|rest| rest.strip_prefix("_FILE").unwrap_or(rest).trim_start())
        .is_some_and(|rest| rest.starts_with('='))
}

fn is_quoted(text: &str, quotes: &[char]) -> bool {
    text.chars().count() > 1 && text.starts_with(quotes) && text.ends_with(quotes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_a_url_may_hold_what_looks_like_a_placeholder() {
        for url in [
            "postgres://fan:changeme@db.example.com/fans",
            "redis://:a$b'c@cache",
            "mysql://fan:\"q\"@h/d?x='y'",
        ] {
            assert!(check_secret("DATABASE_URL", url).is_ok(), "{url}");
        }
        assert!(check_secret("DATABASE_URL", "postgres://…").is_err());
    }

    #[test]
    fn an_invisible_character_is_found_whatever_it_is() {
        for invisible in ['\u{200b}', '\u{ad}', '\u{2066}', '\u{3164}', '\u{fe0f}'] {
            let mistake = check_secret("SESSION_KEY", &format!("made{invisible}up"));
            assert_eq!(mistake, Err(CommonMistake::InvisibleCharacter));
        }
    }

    #[test]
    fn a_name_may_have_typographic_quotation_marks() {
        assert!(check_variable("“好物”").is_ok());
        assert!(check_variable("\"好物\"").is_err());
        assert!(check_variable("it's").is_ok() && check_variable("\"").is_ok());
    }
}
