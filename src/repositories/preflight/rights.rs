#![cfg_attr(
    not(any(feature = "postgres", feature = "mysql")),
    expect(dead_code, reason = "SQLite alone has no roles")
)]

/// The tables that `serve` works with.
pub const TABLES: [&str; 3] = ["fans_profiles", "session_endings", "sign_out_epochs"];

/// What it does with each of them.
pub const PRIVILEGES: [&str; 4] = ["SELECT", "INSERT", "UPDATE", "DELETE"];

/// What is to be said where the role of `DATABASE_URL` lacks these pairs of a table and a privilege.
pub fn fault(lacking: &[(String, String)]) -> Option<String> {
    let of = |table: &&str| {
        let privileges: Vec<&str> = lacking
            .iter()
            .filter(|(of, _)| of == table)
            .map(|(_, privilege)| privilege.as_str())
            .collect();
        (!privileges.is_empty()).then(|| format!("{} on {table}", privileges.join(", ")))
    };
    let all: Vec<String> = TABLES.iter().filter_map(of).collect();
    (!all.is_empty()).then(|| format!("the role of DATABASE_URL lacks {}: grant it these", all.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lacking_is_told_by_table_and_nothing_else_is() {
        let pair = |table: &str, privilege: &str| (table.to_owned(), privilege.to_owned());
        assert_eq!(fault(&[]), None);
        let lacking = [
            pair("sign_out_epochs", "DELETE"),
            pair("fans_profiles", "INSERT"),
            pair("fans_profiles", "UPDATE"),
        ];
        assert_eq!(
            fault(&lacking).unwrap(),
            "the role of DATABASE_URL lacks INSERT, UPDATE on fans_profiles; DELETE on sign_out_epochs: grant it these"
        );
    }

    #[test]
    fn every_table_of_the_schema_is_looked_at() {
        let schema = include_str!("../schema.rs");
        let declared: Vec<&str> = schema
            .lines()
            .filter_map(|line| line.strip_prefix("    ")?.split_once(" (")?.0.into())
            .filter(|name| !name.starts_with(' '))
            .collect();
        assert_eq!(declared, TABLES);
    }
}
