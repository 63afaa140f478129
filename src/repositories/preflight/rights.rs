#![cfg_attr(
    not(any(test, feature = "postgres", feature = "mysql")),
    expect(dead_code, reason = "SQLite alone has no roles")
)]

use super::Findings;

/// A table and a privilege on it.
pub type Right = (&'static str, &'static str);

/// What `serve` needs.
pub const OF_SERVE: [Right; 33] = [
    ("fans_profiles", "SELECT"),
    ("fans_profiles", "INSERT"),
    ("fans_profiles", "UPDATE"),
    ("session_endings", "SELECT"),
    ("session_endings", "INSERT"),
    ("session_endings", "DELETE"),
    ("sign_out_epochs", "SELECT"),
    ("jobs", "SELECT"),
    ("jobs", "INSERT"),
    ("jobs", "UPDATE"),
    ("jobs", "DELETE"),
    ("erasure_receipts", "SELECT"),
    ("erasure_receipts", "UPDATE"),
    ("account_secrets", "SELECT"),
    ("account_secrets", "INSERT"),
    ("audit_log", "SELECT"),
    ("audit_log", "INSERT"),
    ("audit_log", "UPDATE"),
    ("audit_log", "DELETE"),
    ("audit_chain", "SELECT"),
    ("audit_chain", "INSERT"),
    ("audit_chain", "UPDATE"),
    ("daily_counts", "SELECT"),
    ("daily_counts", "INSERT"),
    ("daily_counts", "UPDATE"),
    ("daily_counts", "DELETE"),
    ("daily_count_writers", "SELECT"),
    ("daily_count_writers", "INSERT"),
    ("daily_count_writers", "UPDATE"),
    ("daily_count_writers", "DELETE"),
    ("daily_count_closings", "SELECT"),
    ("daily_count_closings", "INSERT"),
    ("daily_count_closings", "DELETE"),
];

/// What `fans sign-out` and `fans forget` need in addition.
pub const OF_COMMANDS: [Right; 4] = [
    ("fans_profiles", "DELETE"),
    ("sign_out_epochs", "INSERT"),
    ("sign_out_epochs", "UPDATE"),
    ("erasure_receipts", "INSERT"),
];

/// Reports the lacking rights: a fault if `serve` needs them, otherwise a note.
pub fn findings(lacking: &[Right]) -> Findings {
    let of_serve = lacking_of(&OF_SERVE, lacking);
    let of_commands = lacking_of(&OF_COMMANDS, lacking);
    let fault = of_serve.map(|rights| format!("the role of DATABASE_URL lacks {rights}: grant it these"));
    let note = of_commands.map(|rights| {
        format!(
            "the role of DATABASE_URL lacks {rights}, which `fanpass fans sign-out` and `forget` need: run these as a \
             role that has them"
        )
    });
    Findings {
        faults: fault.into_iter().collect(),
        notes: note.into_iter().collect(),
    }
}

/// Those of `needed` that are lacking, by table.
fn lacking_of(needed: &[Right], lacking: &[Right]) -> Option<String> {
    let mut tables: Vec<(&str, Vec<&str>)> = Vec::new();
    for (table, privilege) in needed.iter().filter(|right| lacking.contains(right)) {
        match tables.last_mut() {
            Some((last, privileges)) if last == table => privileges.push(privilege),
            _ => tables.push((table, vec![privilege])),
        }
    }
    let all = tables.iter();
    let all: Vec<String> = all
        .map(|(table, privileges)| format!("{} on {table}", privileges.join(", ")))
        .collect();
    (!all.is_empty()).then(|| all.join("; "))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn what_is_lacking_is_reported_by_table_and_by_who_needs_it() {
        assert_eq!(findings(&[]), Findings::default());
        let found = findings(&[
            ("sign_out_epochs", "UPDATE"),
            ("session_endings", "DELETE"),
            ("fans_profiles", "UPDATE"),
            ("fans_profiles", "INSERT"),
        ]);
        assert_eq!(
            found.faults,
            [
                "the role of DATABASE_URL lacks INSERT, UPDATE on fans_profiles; DELETE on session_endings: grant it these"
            ]
        );
        assert_eq!(
            found.notes,
            [
                "the role of DATABASE_URL lacks UPDATE on sign_out_epochs, which `fanpass fans sign-out` and `forget` need: \
              run these as a role that has them"
            ]
        );
    }

    #[test]
    fn every_table_of_the_schema_is_looked_at() {
        let schema = include_str!("../schema.rs");
        let declared: BTreeSet<&str> = schema
            .split("diesel::table! {")
            .skip(1)
            .map(|table| {
                let head = table.split_once(" (").unwrap().0.trim();
                match head.split_once("#[sql_name = \"") {
                    Some((_, name)) => name.split_once('"').unwrap().0,
                    None => head,
                }
            })
            .collect();
        let looked_at = OF_SERVE.iter().map(|(table, _)| *table).collect();
        assert_eq!(declared, looked_at);
    }
}
