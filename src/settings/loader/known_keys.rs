//! The known keys, and which one a misspelt key probably means.

use std::fmt;

use crate::settings::nearest::{nearest, nearest_by};

/// The prefix of every variable that sets a key of the files.
pub(super) const PREFIX: &str = "FANPASS__";

/// A key of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::settings) struct Key {
    pub(in crate::settings) section: &'static str,
    /// Whether the operator names sections of this kind, as in `[apps.shop]`.
    pub(super) is_named: bool,
    pub(in crate::settings) name: &'static str,
    pub(super) shape: Shape,
}

/// What a key holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// One value.
    Value,
    /// A table whose entries the operator names.
    Entries,
    /// A table of such tables.
    Tables,
    /// A list of tables, each with the same keys, as `[[push.forward]]`. Its keys are those of a section `push.forward`.
    List,
}

impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let own_name = if self.is_named { ".<id>" } else { "" };
        write!(formatter, "{}{own_name}.{}", self.section, self.name)
    }
}

/// Every key that a section reads.
#[derive(Debug, Default)]
pub(in crate::settings) struct KnownKeys(Vec<Key>);

impl KnownKeys {
    pub(super) fn add(&mut self, key: Key) {
        if self.find(key.section, key.name).is_none() {
            self.0.push(key);
        }
    }

    pub(in crate::settings) fn iter(&self) -> impl Iterator<Item = Key> {
        self.0.iter().copied()
    }

    pub(super) fn find(&self, section: &str, name: &str) -> Option<Key> {
        self.iter().find(|key| (key.section, key.name) == (section, name))
    }

    pub(super) fn has_section(&self, name: &str) -> bool {
        // One with a dot is a list of tables inside a section.
        !name.contains('.') && self.iter().any(|key| key.section == name)
    }

    /// Whether the operator names sections of this kind.
    pub(super) fn is_named(&self, section: &str) -> bool {
        self.iter().any(|key| key.section == section && key.is_named)
    }

    /// The section whose name is most similar.
    pub(super) fn nearest_section(&self, name: &str) -> Option<&'static str> {
        nearest(name, self.iter().map(|key| key.section))
    }

    /// The key that was probably meant: a similar one, or the same name in another section.
    pub(super) fn nearest_key(&self, section: &str, name: &str) -> Option<Key> {
        let section = self.nearest_section(section);
        let neighbours = self.iter().filter(|key| Some(key.section) == section);
        nearest_by(name, neighbours, |key| key.name).or_else(|| self.iter().find(|key| key.name == name))
    }
}

/// The variable that sets a key.
pub(super) fn variable(section: &str, name: &str) -> String {
    format!("{PREFIX}{}__{}", section.to_uppercase(), name.to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_key_is_similar_or_the_same_word_elsewhere() {
        let keys = [
            ("server", "host"),
            ("server", "port"),
            ("server", "public_url"),
            ("ops", "port"),
            ("session", "ttl_seconds"),
        ];
        let known = KnownKeys(
            keys.map(|(section, name)| Key {
                section,
                is_named: false,
                name,
                shape: Shape::Value,
            })
            .into(),
        );
        let nearest = |section, name| known.nearest_key(section, name).map(|key| (key.section, key.name));
        assert_eq!(nearest("server", "prot"), Some(("server", "port")));
        assert_eq!(nearest("sever", "public-url"), Some(("server", "public_url")));
        assert_eq!(nearest("server", "ttl_seconds"), Some(("session", "ttl_seconds")));
        assert_eq!(nearest("server", "colour_of_buttons"), None);
    }
}
