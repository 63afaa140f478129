//! The query of a call that is passed on.

use url::form_urlencoded;

/// The query without any parameter that could be read as `access_token`: in any case, however its name is encoded, between `&`
/// or `;`. The others stay as they were written.
pub fn without_tokens(query: &str) -> String {
    let pieces = query.split('&').filter(|piece| !piece.is_empty());
    let kept = pieces.filter(|piece| !piece.split(';').any(is_token));
    kept.collect::<Vec<_>>().join("&")
}

fn is_token(pair: &str) -> bool {
    let mut pairs = form_urlencoded::parse(pair.as_bytes());
    let name = pairs.next().map(|(name, _)| name.into_owned()).unwrap_or_default();
    // Some readers drop what surrounds a name, or take `access_token[]` for a list.
    let is_outside =
        |letter: char| letter.is_whitespace() || letter.is_control() || matches!(letter, '[' | ']' | '\u{feff}');
    let name = name.split('[').next().unwrap_or_default().trim_matches(is_outside);
    name.eq_ignore_ascii_case("access_token")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_in_any_spelling_goes_and_the_rest_stays_as_it_is() {
        for (query, kept) in [
            ("", ""),
            ("access_token=x", ""),
            ("openid=o1&access_token=x&lang=zh_CN", "openid=o1&lang=zh_CN"),
            ("ACCESS_TOKEN=x&Access_Token=y&access_TOKEN", ""),
            ("access%5Ftoken=x&%61ccess_token=y&acces%73_%54oken=z", ""),
            ("a=1;access_token=x&b=2", "b=2"),
            (
                "access_token[]=x&%20access_token=y&access_token%00=z&+access_token+=q",
                "",
            ),
            ("&&a=1&&access_token=x&", "a=1"),
            ("a=%E4%B8%AD+%2f&b=access_token", "a=%E4%B8%AD+%2f&b=access_token"),
            ("my_access_token=1&access_tokens=2", "my_access_token=1&access_tokens=2"),
        ] {
            assert_eq!(without_tokens(query), kept, "{query}");
        }
    }
}
