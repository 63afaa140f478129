//! Slips of whoever filled in a variable: what a copy or a tool brought along, and what was never filled in. No fault
//! repeats the value.

use super::fault::Wrong;
use crate::domain::shows_nothing;

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

/// What no secret has, whatever its form.
pub(super) fn of_secret(name: &str, text: &str) -> Result<(), Wrong> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(Wrong::new("holds nothing but blanks", "write its value"));
    }
    if text.starts_with('\u{feff}') {
        let remedy = "save the file as UTF-8 without one";
        return Err(Wrong::new("begins with a byte order mark", remedy));
    }
    if text.contains(shows_nothing) {
        return Err(Wrong::new(
            "holds a character that cannot be seen",
            "type or copy it again",
        ));
    }
    quotes(trimmed, &QUOTES)?;
    if trimmed.starts_with(QUOTES) {
        return Err(Wrong::new("begins with a quotation mark", "take it away"));
    }
    if trimmed.contains(['\n', '\r']) {
        return Err(Wrong::new("has more than one line", "write the secret alone"));
    }
    if trimmed.len() != text.len() {
        let remedy = "take them away, and look whether its file has Windows line ends";
        return Err(Wrong::new("has blanks or a line's end before or behind it", remedy));
    }
    let behind_name = text.strip_prefix(name);
    let behind_name = behind_name.map(|rest| rest.strip_prefix("_FILE").unwrap_or(rest).trim_start());
    if behind_name.is_some_and(|rest| rest.starts_with('=')) {
        let remedy = "write what stands behind the = alone";
        return Err(Wrong::new("begins with its own name", remedy));
    }
    if text.contains('…') || text.starts_with(['<', '$']) || text.starts_with("{{") {
        return Err(placeholder());
    }
    Ok(())
}

/// The fault of a secret that has not its form: an example's word is told from a real value that was spoilt.
pub(super) fn of_wrong_form(text: &str, wrong: Wrong) -> Wrong {
    let lower = text.to_lowercase();
    // In a URL such a word may be the name of a host or a file.
    if !text.contains(':') && PLACEHOLDERS.iter().any(|word| lower.contains(word)) {
        placeholder()
    } else {
        wrong
    }
}

fn placeholder() -> Wrong {
    Wrong::new("is a placeholder", "write the real value")
}

/// What no variable that sets a key has. Quotation marks of print may belong to a name.
pub(super) fn of_variable(text: &str) -> Result<(), Wrong> {
    if text.ends_with('\r') {
        let remedy = "save the file that sets it without Windows line ends";
        return Err(Wrong::new("ends with a carriage return", remedy));
    }
    quotes(text.trim(), &['"', '\''])
}

fn quotes(text: &str, quotes: &[char]) -> Result<(), Wrong> {
    if text.chars().count() > 1 && text.starts_with(quotes) && text.ends_with(quotes) {
        return Err(Wrong::new(
            "is in quotes, as `docker --env-file` keeps them",
            "take them away",
        ));
    }
    Ok(())
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
            assert!(of_secret("DATABASE_URL", url).is_ok(), "{url}");
        }
        assert!(of_secret("DATABASE_URL", "postgres://…").is_err());
    }

    #[test]
    fn what_cannot_be_seen_is_named_in_a_secret_whatever_it_is() {
        for unseen in ['\u{200b}', '\u{ad}', '\u{2066}', '\u{3164}', '\u{fe0f}'] {
            let wrong = of_secret("SESSION_KEY", &format!("made{unseen}up")).unwrap_err();
            assert_eq!(wrong.problem, "holds a character that cannot be seen");
        }
    }

    #[test]
    fn a_name_may_have_quotation_marks_of_print() {
        assert!(of_variable("“好物”").is_ok());
        assert!(of_variable("\"好物\"").is_err());
        assert!(of_variable("it's").is_ok() && of_variable("\"").is_ok());
    }
}
