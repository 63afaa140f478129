//! Finds the paths (`a::b::c`) that a Rust source names. It works on the compiler's tokens: not on text, so that
//! comments and strings do not count, and not on a syntax tree, so that the insides of macros and attributes do.

use std::str::FromStr;

use proc_macro2::{Delimiter, LexError, TokenStream, TokenTree};

use crate::tokens::{closes_type, end_of_path, is_exported, is_separator, line, punct, tokens_of, word};

/// Keywords that a path may follow at once, as in `return ::std::process::exit(1)`, without being a part of it.
const BEFORE_GLOBAL_PATHS: &[&str] = &[
    "as", "break", "const", "dyn", "else", "for", "if", "impl", "in", "let", "match", "mut", "ref", "return", "static",
    "unsafe", "where", "while",
];

/// A path that a source names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Its segments. What belongs to this crate begins with `crate`, however it was written; a glob ends in `*`.
    pub path: Vec<String>,
    /// Where it stands, from 1.
    pub line: usize,
    /// Whether it is re-exported as `pub` or `pub(crate)`.
    pub exported: bool,
}

/// What a source names.
#[derive(Debug)]
pub struct Scan {
    /// Every path of two segments or more, and every imported one.
    pub references: Vec<Reference>,
    /// Lines with `#[path = …]` or `include!(…)`, behind which other sources could hide.
    pub inclusions: Vec<usize>,
    module: Vec<String>,
}

/// Scans the source of the module that `module` leads to.
pub fn scan(text: &str, module: Vec<String>) -> Result<Scan, LexError> {
    let mut scan = Scan {
        references: Vec::new(),
        inclusions: Vec::new(),
        module,
    };
    scan.walk(&tokens_of(TokenStream::from_str(text)?));
    Ok(scan)
}

impl Scan {
    fn walk(&mut self, tokens: &[TokenTree]) {
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at = match token {
                TokenTree::Ident(_) => self.walk_word(tokens, at),
                TokenTree::Group(group) => {
                    self.walk(&tokens_of(group.stream()));
                    at + 1
                }
                _ if is_separator(tokens, at) && closes_type(tokens, at) => end_of_path(tokens, at + 2),
                _ => {
                    self.check_attribute(tokens, at);
                    at + 1
                }
            };
        }
    }

    /// Takes what begins with the word at `at`. Returns where it ends.
    fn walk_word(&mut self, tokens: &[TokenTree], at: usize) -> usize {
        let next = word(tokens, at + 1);
        match (word(tokens, at).as_deref(), next, tokens.get(at + 2)) {
            (Some("mod"), Some(name), Some(TokenTree::Group(body))) => {
                self.module.push(name);
                self.walk(&tokens_of(body.stream()));
                self.module.pop();
                at + 3
            }
            (Some("extern"), Some(next), Some(_)) if next == "crate" => {
                self.record(
                    tokens,
                    at,
                    word(tokens, at + 2).into_iter().collect(),
                    is_exported(tokens, at),
                );
                at + 3
            }
            // `use<'a>` in a bound is no import.
            (Some("use"), ..) if punct(tokens, at + 1) != Some('<') => {
                self.walk_import(tokens, at + 1, Vec::new(), is_exported(tokens, at))
            }
            (Some("include"), ..) if punct(tokens, at + 1) == Some('!') => {
                self.inclusions.push(line(tokens, at));
                at + 1
            }
            (Some(first), ..) if BEFORE_GLOBAL_PATHS.contains(&first) => at + 1,
            _ => {
                let end = end_of_path(tokens, at);
                let path: Vec<String> = (at..end).filter_map(|place| word(tokens, place)).collect();
                if path.len() > 1 {
                    self.record(tokens, at, path, false);
                }
                end
            }
        }
    }

    /// Takes one tree of a `use` declaration, up to its comma or semicolon.
    fn walk_import(&mut self, tokens: &[TokenTree], start: usize, mut path: Vec<String>, exported: bool) -> usize {
        let mut at = start;
        loop {
            match tokens.get(at) {
                Some(TokenTree::Ident(ident)) if ident == "as" => at += 2,
                Some(TokenTree::Ident(_)) => {
                    path.extend(word(tokens, at));
                    at += 1;
                }
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                    let inner = tokens_of(group.stream());
                    let trees = inner.split(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ','));
                    for tree in trees.filter(|tree| !tree.is_empty()) {
                        self.walk_import(tree, 0, path.clone(), exported);
                    }
                    return at + 1;
                }
                Some(TokenTree::Punct(punct)) if punct.as_char() == ':' => at += 1,
                Some(TokenTree::Punct(punct)) if punct.as_char() == '*' => {
                    path.push("*".to_owned());
                    at += 1;
                }
                _ => break,
            }
        }
        self.record(tokens, start, path, exported);
        at
    }

    fn check_attribute(&mut self, tokens: &[TokenTree], at: usize) {
        if let (Some('#'), Some(TokenTree::Group(group))) = (punct(tokens, at), tokens.get(at + 1)) {
            let inner = tokens_of(group.stream());
            if word(&inner, 0).as_deref() == Some("path") && punct(&inner, 1) == Some('=') {
                self.inclusions.push(line(tokens, at));
            }
        }
    }

    fn record(&mut self, tokens: &[TokenTree], at: usize, path: Vec<String>, exported: bool) {
        self.references.push(Reference {
            path: self.resolve(path),
            line: line(tokens, at),
            exported,
        });
    }

    /// Spells out `self`, `super` and this crate's own name; paths that begin otherwise stay as they are.
    fn resolve(&self, mut path: Vec<String>) -> Vec<String> {
        if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
            path.pop();
        }
        let mut absolute = vec!["crate".to_owned()];
        let mut rest = path.iter().peekable();
        match rest.peek().map(|first| first.as_str()) {
            Some("crate" | "fanpass") => {
                rest.next();
            }
            Some("self" | "super") => absolute.extend(self.module.iter().cloned()),
            _ => return path,
        }
        while let Some(step) = rest.next_if(|step| *step == "self" || *step == "super") {
            if step == "super" && absolute.len() > 1 {
                absolute.pop();
            }
        }
        absolute.extend(rest.cloned());
        absolute
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<String> {
        let module = vec!["services".to_owned(), "login".to_owned()];
        let references = scan(text, module).unwrap().references;
        references.iter().map(|reference| reference.path.join("::")).collect()
    }

    #[test]
    fn comments_and_strings_name_nothing() {
        let text = r##"
            //! use crate::handlers::login;
            /* crate::views::Page */
            /// [`crate::views::Page`]
            const TEXT: &str = "use diesel::prelude::*;";
            const RAW: &str = r#"awc::Client"#;
        "##;
        assert_eq!(paths(text), [""; 0]);
    }

    #[test]
    fn groups_are_taken_apart() {
        assert_eq!(
            paths("use crate::{cache, clients::{self, Platform as P}, domain::*};"),
            [
                "crate::cache",
                "crate::clients",
                "crate::clients::Platform",
                "crate::domain::*"
            ],
        );
        assert_eq!(paths("use {awc::Client, ::diesel as d};"), ["awc::Client", "diesel"]);
    }

    #[test]
    fn relative_paths_are_made_absolute() {
        assert_eq!(paths("use super::claim;"), ["crate::services::claim"]);
        assert_eq!(paths("use super::super::handlers::login;"), ["crate::handlers::login"]);
        assert_eq!(paths("use self::super::claim;"), ["crate::services::claim"]);
        assert_eq!(paths("mod tests { use super::*; }"), ["crate::services::login::*"]);
        assert_eq!(paths("mod tests { } use super::*;"), ["crate::services::*"]);
        assert_eq!(paths("fn f() { fanpass::startup::run() }"), ["crate::startup::run"]);
    }

    #[test]
    fn paths_count_wherever_they_stand() {
        assert_eq!(paths("fn f(client: &awc::Client) {}"), ["awc::Client"]);
        assert_eq!(
            paths("fn f() -> ::diesel::QueryResult<u8> { todo() }"),
            ["diesel::QueryResult"]
        );
        assert_eq!(paths("#[derive(diesel::Queryable)] struct A;"), ["diesel::Queryable"]);
        assert_eq!(
            paths("macro_rules! m { () => { $crate::views::Page } }"),
            ["crate::views::Page"]
        );
        assert_eq!(
            paths("fn f() { info!(x = %diesel::count(crate::views::A)) }"),
            ["diesel::count", "crate::views::A"]
        );
        assert_eq!(paths("fn f() { return ::diesel::insert::<u8>() }"), ["diesel::insert"]);
        assert_eq!(paths("impl ::diesel::Table for A {}"), ["diesel::Table"]);
        assert_eq!(paths("impl<T> A<T> where T: ::diesel::Table {}"), ["diesel::Table"]);
        assert_eq!(paths("extern crate diesel; use r#awc;"), ["diesel", "awc"]);
    }

    #[test]
    fn items_of_a_type_are_not_roots() {
        assert_eq!(paths("fn f() { Vec::<u8>::diesel::x() }"), [""; 0]);
        assert_eq!(paths("fn f() { a.config::<u8>() }"), [""; 0]);
        assert_eq!(paths("fn f<'a>() -> impl Sized + use<'a> { }"), [""; 0]);
    }

    #[test]
    fn exports_lines_and_inclusions_are_seen() {
        let text = "use a::b;\npub use a::c;\npub(crate) use a::{d};\npub(super) use a::e;\n\
            #[path = \"x.rs\"]\nmod x;\ninclude!(\"y.rs\");\nconst Z: &str = include_str!(\"z\");";
        let found = scan(text, Vec::new()).unwrap();
        let seen: Vec<(usize, bool)> = found
            .references
            .iter()
            .map(|found| (found.line, found.exported))
            .collect();
        assert_eq!(seen, [(1, false), (2, true), (3, true), (4, false)]);
        assert_eq!(found.inclusions, [5, 7]);
    }
}
