//! Looks at a list of tokens, by position.

use proc_macro2::{Spacing, TokenStream, TokenTree};

/// The tokens of a stream, as a list that can be read in both directions.
pub fn tokens_of(stream: TokenStream) -> Vec<TokenTree> {
    stream.into_iter().collect()
}

/// The line of a token, from 1.
pub fn line(tokens: &[TokenTree], at: usize) -> usize {
    tokens.get(at).map_or(0, |token| token.span().start().line)
}

/// The identifier or keyword at `at`.
pub fn word(tokens: &[TokenTree], at: usize) -> Option<String> {
    match tokens.get(at) {
        Some(TokenTree::Ident(ident)) => Some(ident.to_string().trim_start_matches("r#").to_owned()),
        _ => None,
    }
}

/// The punctuation at `at`.
pub fn punct(tokens: &[TokenTree], at: usize) -> Option<char> {
    match tokens.get(at) {
        Some(TokenTree::Punct(punct)) => Some(punct.as_char()),
        _ => None,
    }
}

fn is_joint(tokens: &[TokenTree], at: usize) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.spacing() == Spacing::Joint)
}

/// Whether `::` begins at `at`.
pub fn is_separator(tokens: &[TokenTree], at: usize) -> bool {
    punct(tokens, at) == Some(':') && is_joint(tokens, at) && punct(tokens, at + 1) == Some(':')
}

/// Whether what precedes `at` is the end of a type, as in `Vec<T>::new`, and not an arrow, as in `-> ::std::io::Result`.
pub fn closes_type(tokens: &[TokenTree], at: usize) -> bool {
    let before = |distance: usize| at.checked_sub(distance);
    let is_arrow = before(2).is_some_and(|two| matches!(punct(tokens, two), Some('-' | '=')) && is_joint(tokens, two));
    before(1).is_some_and(|one| punct(tokens, one) == Some('>')) && !is_arrow
}

/// Where the path that begins at `at` ends: behind its last segment, or before the `<` of a turbofish.
pub fn end_of_path(tokens: &[TokenTree], mut at: usize) -> usize {
    while word(tokens, at).is_some() {
        at += 1;
        if !is_separator(tokens, at) {
            break;
        }
        at += 2;
    }
    at
}

/// Whether `pub` or `pub(crate)` stands before `at`.
pub fn is_exported(tokens: &[TokenTree], at: usize) -> bool {
    let before = |distance: usize| at.checked_sub(distance).and_then(|place| word(tokens, place));
    let restriction = at.checked_sub(1).and_then(|place| tokens.get(place));
    match restriction {
        Some(TokenTree::Group(group)) => {
            before(2).as_deref() == Some("pub") && group.stream().to_string().trim() == "crate"
        }
        _ => before(1).as_deref() == Some("pub"),
    }
}
