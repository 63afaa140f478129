//! What belongs to an account is read from its `AccountSettings`. Only the settings know that today there is one account,
//! and where it is written.

use proc_macro2::{TokenStream, TokenTree};

use crate::{
    sources::Source,
    tokens::{line, punct, tokens_of, word},
};

/// A field of the settings as a whole, behind the field that holds it.
const OF_AN_ACCOUNT: [(&str, &str); 4] = [
    ("secrets", "app_id"),
    ("secrets", "app_secret"),
    ("secrets", "session_keys"),
    ("server", "public_url"),
];

/// Where the source reads a setting of the account past its `AccountSettings`.
pub fn faults(source: &Source) -> Vec<String> {
    if source.name.starts_with("settings") {
        return Vec::new();
    }
    let stream: TokenStream = match source.text.parse() {
        Ok(stream) => stream,
        Err(error) => return vec![format!("{}: {error}", source.path())],
    };
    let found = reads(&tokens_of(stream)).into_iter();
    found
        .map(|(line, what)| {
            format!(
                "{}:{line}: `{what}` is the account's: take it from `AccountSettings`",
                source.path()
            )
        })
        .collect()
}

/// The lines of such reads, also inside groups.
fn reads(tokens: &[TokenTree]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        if let Some(TokenTree::Group(group)) = tokens.get(at) {
            found.extend(reads(&tokens_of(group.stream())));
        }
        let (Some(holder), Some('.'), Some(field)) = (word(tokens, at), punct(tokens, at + 1), word(tokens, at + 2))
        else {
            continue;
        };
        if OF_AN_ACCOUNT.contains(&(&holder, &field)) {
            found.push((line(tokens, at), format!("{holder}.{field}")));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults_of(name: &str, text: &str) -> usize {
        let (name, text) = (name.to_owned(), text.to_owned());
        faults(&Source {
            folder: "src",
            name,
            text,
        })
        .len()
    }

    #[test]
    fn a_setting_of_the_account_is_not_read_from_the_whole() {
        for text in [
            "fn f(s: &Settings) { g(&s.secrets.app_id) }",
            "fn f() { vec![settings.server.public_url.clone()] }",
            "fn f(secrets: &Secrets) -> &SessionKeys { &secrets\n.session_keys }",
        ] {
            assert_eq!(faults_of("startup/account.rs", text), 1, "{text}");
            assert_eq!(faults_of("settings/scopes.rs", text), 0, "{text}");
        }
    }

    #[test]
    fn the_accounts_own_settings_and_texts_may_name_it() {
        let text = r#"fn f() { (settings.account.app_id, settings.session_keys, "set server.public_url") } // server.public_url"#;
        assert_eq!(faults_of("startup/account.rs", text), 0);
    }
}
