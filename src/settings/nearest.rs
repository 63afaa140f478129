//! Finds the name that a misspelt one was meant to be.

/// The candidate that `name` is a misspelling of.
pub(super) fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_by(name, candidates, |candidate| candidate)
}

/// As [`nearest`], for candidates that contain their name. Of several equally near ones, the first.
pub(super) fn nearest_by<T>(
    name: &str,
    candidates: impl IntoIterator<Item = T>,
    candidate_name: impl Fn(&T) -> &str,
) -> Option<T> {
    candidates
        .into_iter()
        .map(|candidate| (distance(name, candidate_name(&candidate)), candidate))
        .filter(|(distance, _)| *distance <= tolerance(name))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters may differ in a misspelling.
fn tolerance(name: &str) -> usize {
    (name.chars().count() / 2).clamp(1, 3)
}

/// The number of letters to insert, delete or replace (Levenshtein), regardless of case.
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
}
