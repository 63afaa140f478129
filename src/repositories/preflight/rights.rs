#![cfg_attr(
    not(any(test, feature = "postgres", feature = "mysql")),
    expect(dead_code, reason = "SQLite alone has no roles")
)]

use super::Findings;

/// A table and a privilege on it.
pub type Right = (&'static str, &'static str);

/// What `serve` and the operators' commands need, by table.
pub const NEEDED: [Right; 48] = [
    ("fans_profiles", "SELECT"),
    ("fans_profiles", "INSERT"),
    ("fans_profiles", "UPDATE"),
    ("fans_profiles", "DELETE"),
    ("session_endings", "SELECT"),
    ("session_endings", "INSERT"),
    ("session_endings", "DELETE"),
    ("sign_out_epochs", "SELECT"),
    ("sign_out_epochs", "INSERT"),
    ("sign_out_epochs", "UPDATE"),
    ("jobs", "SELECT"),
    ("jobs", "INSERT"),
    ("jobs", "UPDATE"),
    ("jobs", "DELETE"),
    ("erasure_receipts", "SELECT"),
    ("erasure_receipts", "INSERT"),
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
    ("used_once", "SELECT"),
    ("used_once", "INSERT"),
    ("used_once", "DELETE"),
    ("push_receipts", "SELECT"),
    ("push_receipts", "INSERT"),
    ("push_receipts", "UPDATE"),
    ("push_receipts", "DELETE"),
    ("photos", "SELECT"),
    ("photos", "INSERT"),
    ("photos", "UPDATE"),
    ("photos", "DELETE"),
];

/// Reports the lacking rights.
pub fn findings(lacking: &[Right]) -> Findings {
    let fault = by_table(lacking).map(|rights| format!("the role of DATABASE_URL lacks {rights}: grant it these"));
    Findings {
        faults: fault.into_iter().collect(),
        notes: Vec::new(),
    }
}

/// The lacking rights by table.
fn by_table(lacking: &[Right]) -> Option<String> {
    let mut tables: Vec<(&str, Vec<&str>)> = Vec::new();
    for (table, privilege) in lacking {
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
    fn what_is_lacking_is_reported_by_table() {
        assert_eq!(findings(&[]), Findings::default());
        let found = findings(&[
            ("fans_profiles", "INSERT"),
            ("fans_profiles", "UPDATE"),
            ("session_endings", "DELETE"),
        ]);
        assert_eq!(
            found.faults,
            [
                "the role of DATABASE_URL lacks INSERT, UPDATE on fans_profiles; DELETE on session_endings: grant it these"
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
        let looked_at = NEEDED.iter().map(|(table, _)| *table).collect();
        assert_eq!(declared, looked_at);
    }
}
