use fluent_syntax::{ast::Resource, parser::parse_runtime};

use super::{
    built_in,
    pattern::{messages, only_message, plain_placeholders},
};
use crate::domain::Language;

/// The longest text in characters: far above the longest of ours.
const LONGEST: usize = 500;

/// Placeholders that stand for what the law wants on the page. An own text keeps them.
const REQUIRED: [&str; 2] = ["policy", "contact"];

/// An operator's own text: one line of words and known placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnText(String);

/// Why a text cannot stand in the place of a built-in one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the text of each variant is beside it")]
pub enum OwnTextError {
    #[error("is no text of the pages; remove it")]
    UnknownText,
    #[error("must be one line of 1 to {longest} characters; shorten it, or write it in one line")]
    NotALine { longest: usize },
    #[error("holds an invisible character that changes the direction of writing; remove U+{code:04X}")]
    Direction { code: u32 },
    #[error("has braces that are no placeholder; write one as {{ $name }}, and no other braces")]
    Braces,
    #[error("has the unknown placeholder ${name}; {}", placeholders_of(.known))]
    UnknownPlaceholder { name: String, known: Vec<&'static str> },
    #[error("lacks the placeholder {{ ${name} }}, which this text must show; add it")]
    MissingPlaceholder { name: &'static str },
}

fn placeholders_of(names: &[&str]) -> String {
    if names.is_empty() {
        return "this text has none".to_owned();
    }
    let names: Vec<String> = names.iter().map(|name| format!("{{ ${name} }}")).collect();
    format!("this text knows {}", names.join(", "))
}

impl OwnText {
    /// Checks a text that is to stand in the place of the built-in one with this id.
    ///
    /// # Errors
    /// [`OwnTextError`].
    pub fn parse(id: &str, text: &str) -> Result<Self, OwnTextError> {
        let known = built_in::placeholders_of(id).ok_or(OwnTextError::UnknownText)?;
        let text = text.trim();
        let length = text.chars().count();
        if length == 0 || length > LONGEST || text.chars().any(char::is_control) {
            return Err(OwnTextError::NotALine { longest: LONGEST });
        }
        if let Some(character) = text.chars().find(|character| changes_direction(*character)) {
            let code = character.into();
            return Err(OwnTextError::Direction { code });
        }
        let source = source(id, text);
        let resource = parse_runtime(source.as_str()).map_err(|_| OwnTextError::Braces)?;
        let (_, pattern) = only_message(&resource).ok_or(OwnTextError::Braces)?;
        let used = plain_placeholders(pattern).ok_or(OwnTextError::Braces)?;
        if let Some(name) = used.iter().find(|name| !known.contains(*name)) {
            return Err(OwnTextError::UnknownPlaceholder {
                name: (*name).to_owned(),
                known: known.iter().copied().collect(),
            });
        }
        let is_missing = |name: &&str| known.contains(name) && !used.contains(name);
        match REQUIRED.into_iter().find(is_missing) {
            Some(name) => Err(OwnTextError::MissingPlaceholder { name }),
            None => Ok(Self(text.to_owned())),
        }
    }

    /// The text as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text in Fluent's format.
    pub(super) fn source(&self, id: &str) -> String {
        source(id, &self.0)
    }

    /// Whether it is the built-in text.
    pub(super) fn is_built_in(&self, language: Language, id: &str) -> bool {
        let own = self.source(id);
        let (own, built_in) = (parsed(&own), parsed(built_in::source(language)));
        let built_in = messages(&built_in).find(|(name, _)| *name == id);
        messages(&own).next() == built_in
    }
}

fn source(id: &str, text: &str) -> String {
    format!("{id} = {text}\n")
}

fn parsed(source: &str) -> Resource<&str> {
    parse_runtime(source).unwrap_or_else(|(resource, _)| resource)
}

/// Embeddings, overrides and isolates reach beyond the text. Marks of a single direction do not.
const fn changes_direction(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(id: &str, text: &str) -> Result<OwnText, OwnTextError> {
        OwnText::parse(id, text)
    }

    #[test]
    fn words_and_known_placeholders_are_a_text() {
        for text in [
            "回来了，{ $site }",
            "{$site}",
            "没有占位符",
            "<b>&amp;\"'",
            ".attribute = x",
            "# no comment",
            "-term = x",
            "[one] * x",
            "a = b",
        ] {
            assert_eq!(parse("index-signed-in", text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn what_could_be_more_than_a_text_is_refused() {
        let long = "字".repeat(LONGEST + 1);
        for text in ["", "  ", "a\nb = c", "a\rb", "\0", &long] {
            assert!(
                matches!(parse("index-update", text), Err(OwnTextError::NotALine { .. })),
                "{text:?}"
            );
        }
        for text in [
            "{",
            "}",
            "{ }",
            "{ \"<script>\" }",
            "{ NUMBER(1) }",
            "{ index-update }",
            "{ 1 }",
            "{{ $site }}",
        ] {
            assert_eq!(parse("index-signed-in", text), Err(OwnTextError::Braces), "{text}");
        }
        for text in ["a\u{202e}b", "\u{2067}", "a\u{2069}"] {
            assert!(
                matches!(parse("index-update", text), Err(OwnTextError::Direction { .. })),
                "{text:?}"
            );
        }
        assert_eq!(parse("index-updates", "a"), Err(OwnTextError::UnknownText));
    }

    #[test]
    fn placeholders_are_those_of_the_text_it_replaces() {
        let unknown = parse("index-signed-in", "{ $sight }").unwrap_err();
        assert_eq!(
            unknown.to_string(),
            "has the unknown placeholder $sight; this text knows { $site }"
        );
        let missing = parse("welcome-consent-policy", "点「{ $button }」表示同意");
        assert_eq!(missing, Err(OwnTextError::MissingPlaceholder { name: "policy" }));
    }
}
