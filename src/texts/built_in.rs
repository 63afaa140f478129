use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use fluent_syntax::{ast::Resource, parser::parse_runtime};

use super::pattern::{messages, placeholders};
use crate::domain::Language;

const CHINESE: &str = include_str!("../../texts/zh.ftl");
const ENGLISH: &str = include_str!("../../texts/en.ftl");

/// Each text's id and placeholders. Both languages have the same.
static PLACEHOLDERS: LazyLock<BTreeMap<&str, BTreeSet<&str>>> = LazyLock::new(|| of(&parsed(CHINESE)));

/// The file of a language.
pub(super) const fn source(language: Language) -> &'static str {
    match language {
        Language::Chinese => CHINESE,
        Language::English => ENGLISH,
    }
}

/// The ids of all texts.
pub fn ids() -> impl Iterator<Item = &'static str> {
    PLACEHOLDERS.keys().copied()
}

/// The placeholders of a text. None if there is no such text.
pub(super) fn placeholders_of(id: &str) -> Option<&'static BTreeSet<&'static str>> {
    PLACEHOLDERS.get(id)
}

/// What can be read of a file.
fn parsed(source: &'static str) -> Resource<&'static str> {
    parse_runtime(source).unwrap_or_else(|(resource, _)| resource)
}

fn of(resource: &Resource<&'static str>) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
    let each = messages(resource).map(|(id, pattern)| {
        let mut found = BTreeSet::new();
        placeholders(pattern, &mut found);
        (id, found)
    });
    each.collect()
}

#[cfg(test)]
mod tests {
    use fluent_syntax::ast::Entry;

    use super::*;

    /// CJK ideographs and punctuation.
    fn is_chinese(character: char) -> bool {
        matches!(character, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}')
    }

    #[test]
    fn both_files_are_whole_and_name_each_text_once() {
        for source in [CHINESE, ENGLISH] {
            let resource = parse_runtime(source).unwrap();
            let named = |entry: &&Entry<&str>| matches!(entry, Entry::Message(_) | Entry::Term(_));
            assert_eq!(resource.body.iter().filter(named).count(), of(&resource).len());
        }
    }

    #[test]
    fn both_languages_have_the_same_texts_with_the_same_placeholders() {
        assert_eq!(of(&parsed(CHINESE)), of(&parsed(ENGLISH)));
        assert!(ids().count() > 90);
    }

    /// A string literal in a text would not be escaped.
    #[test]
    fn no_text_has_a_literal_in_braces() {
        for source in [CHINESE, ENGLISH] {
            assert!(!source.contains("{ \"") && !source.contains("{\""));
        }
    }

    #[test]
    fn english_texts_have_no_chinese_but_the_name_of_that_language() {
        let lines = ENGLISH.lines().filter(|line| !line.starts_with('#'));
        let chinese: Vec<&str> = lines.filter(|line| line.contains(is_chinese)).collect();
        assert_eq!(chinese, ["language-other = 中文"]);
    }
}
