//! Which keys there are, and which one was meant.

/// Begins every variable that sets a key of the files.
pub(super) const PREFIX: &str = "FANPASS__";

/// The one key that is a table of the operator's own names.
pub(super) const ROOT_FILES: (&str, &str) = ("wechat", "root_files");

const SECTIONS: [(&str, &[&str]); 12] = [
    (
        "server",
        &[
            "host",
            "port",
            "public_url",
            "workers",
            "trusted_proxies",
            "shutdown_timeout",
        ],
    ),
    ("ops", &["host", "port"]),
    (
        "wechat",
        &[
            "api_url",
            "open_url",
            "timeout_ms",
            "max_in_flight",
            "require_app",
            "root_files",
        ],
    ),
    ("sandbox", &["enabled", "host", "port"]),
    ("site", &["name", "privacy_url", "contact"]),
    ("fans", &["refresh_after_days"]),
    ("limits", &["per_address_per_minute"]),
    ("session", &["ttl_seconds"]),
    (
        "database",
        &[
            "pool_size",
            "pool_timeout_ms",
            "migrate_on_start",
            "prepared_statements",
        ],
    ),
    (
        "cache",
        &["key_prefix", "memory_mib", "pool_size", "timeout_ms", "ca_file"],
    ),
    ("log", &["format", "filter"]),
    ("telemetry", &["otlp_endpoint"]),
];

/// Every key as (section, key).
pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    SECTIONS
        .iter()
        .flat_map(|(section, keys)| keys.iter().map(move |key| (*section, *key)))
}

pub(super) fn is_section(name: &str) -> bool {
    SECTIONS.iter().any(|(section, _)| *section == name)
}

pub(super) fn is_key(section: &str, key: &str) -> bool {
    all().any(|known| known == (section, key))
}

/// The variable that sets a key.
pub(super) fn variable(section: &str, key: &str) -> String {
    format!("{PREFIX}{}__{}", section.to_uppercase(), key.to_uppercase())
}

/// The section that a misspelt name is nearest to.
pub(super) fn nearest_section(name: &str) -> Option<&'static str> {
    nearest(name, SECTIONS.iter().map(|(section, _)| *section))
}

/// The key that was probably meant: the same word in another section, or a similar one.
pub(super) fn nearest_key(section: &str, key: &str) -> Option<(&'static str, &'static str)> {
    let similar = nearest_section(section)
        .into_iter()
        .flat_map(|section| all().filter(move |known| known.0 == section))
        .map(|known| (distance(key, known.1), known))
        .filter(|(distance, _)| *distance <= tolerance(key))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known);
    similar.or_else(|| all().find(|known| known.1 == key))
}

/// The candidate that `name` is a misspelling of.
pub(super) fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= tolerance(name))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters may differ in a misspelling.
fn tolerance(name: &str) -> usize {
    (name.chars().count() / 2).clamp(1, 3)
}

/// The number of letters to insert, delete or replace (Levenshtein), case aside.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (line, letter) in left.to_lowercase().chars().enumerate() {
        let (mut diagonal, mut last) = (line, line + 1);
        let mut next = vec![last];
        for (other, above) in right.iter().zip(row.iter().skip(1)) {
            let replaced = diagonal + usize::from(letter != *other);
            last = replaced.min(above + 1).min(last + 1);
            diagonal = *above;
            next.push(last);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_counts_single_letter_edits() {
        for (left, right, expected) in [
            ("", "", 0),
            ("port", "port", 0),
            ("PORT", "port", 0),
            ("prot", "port", 2),
            ("por", "port", 1),
            ("ports", "port", 1),
            ("", "port", 4),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(left, right), expected, "{left} {right}");
        }
    }

    #[test]
    fn the_nearest_key_is_similar_or_the_same_word_elsewhere() {
        assert_eq!(nearest_key("server", "prot"), Some(("server", "port")));
        assert_eq!(nearest_key("sever", "public-url"), Some(("server", "public_url")));
        assert_eq!(nearest_key("server", "ttl_seconds"), Some(("session", "ttl_seconds")));
        assert_eq!(nearest_key("server", "colour_of_buttons"), None);
    }
}
