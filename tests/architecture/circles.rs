//! Finds files that import each other in a circle. A file and the folder of its name are one room and may use each
//! other. All other imports go one way.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    paths::{Reference, scan},
    sources::Source,
};

/// A module and the modules that its file imports from, through re-exports to where the name is declared.
type Imports<'a> = BTreeMap<&'a str, BTreeSet<String>>;

/// The names that one file imports and re-exports, as full paths (`domain::fan::FanId`).
struct File {
    names: Vec<Vec<String>>,
    /// The re-exported name, and where it comes from.
    reexports: BTreeMap<String, Vec<String>>,
}

/// Every circle, as its files in alphabetical order.
pub fn circles(sources: &[Source]) -> Vec<Vec<String>> {
    let files: BTreeMap<String, File> = sources
        .iter()
        .filter_map(|source| Some((source.module().join("::"), read(source)?)))
        .filter(|(module, _)| !module.is_empty())
        .collect();
    let imports: Imports<'_> = files
        .iter()
        .map(|(module, file)| (module.as_str(), imports_of(module, file, &files)))
        .collect();
    let mut found = BTreeSet::new();
    for module in imports.keys() {
        let mut circle: Vec<String> = reachable(module, &imports)
            .into_iter()
            .filter(|other| reachable(other, &imports).contains(*module))
            .collect();
        circle.sort();
        if !circle.is_empty() {
            found.insert(circle);
        }
    }
    found.into_iter().collect()
}

fn read(source: &Source) -> Option<File> {
    let module = source.module();
    let found = scan(&source.text, module.clone()).ok()?;
    let full = |reference: &Reference| match reference.path.split_first() {
        Some((first, rest)) if first == "crate" => rest.to_vec(),
        _ => [&module[..], &reference.path[..]].concat(),
    };
    let exported = found.references.iter().filter(|reference| reference.exported);
    let reexports = exported.filter_map(|reference| Some((reference.path.last()?.clone(), full(reference))));
    Some(File {
        reexports: reexports.collect(),
        names: found.references.iter().map(full).collect(),
    })
}

fn imports_of(module: &str, file: &File, files: &BTreeMap<String, File>) -> BTreeSet<String> {
    let homes = file.names.iter().filter_map(|path| home(path, files));
    let is_other_room = |other: &String| !is_one_room(module, other) && !is_one_room(other, module);
    homes.filter(is_other_room).collect()
}

/// Whether `inner` is `outer`, or stands in its folder.
fn is_one_room(outer: &str, inner: &str) -> bool {
    inner
        .strip_prefix(outer)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// The module of the file that declares what `path` names.
fn home(path: &[String], files: &BTreeMap<String, File>) -> Option<String> {
    let mut path = path.to_vec();
    // A name is re-exported a few times at most. The bound is for sources that do not compile.
    for _ in 0..8 {
        let (module, file, rest) = (1..=path.len()).rev().find_map(|length| {
            let (head, rest) = path.split_at(length);
            let module = head.join("::");
            let file = files.get(&module)?;
            Some((module, file, rest))
        })?;
        let reexported = rest.split_first().and_then(|(name, rest)| {
            let origin = file.reexports.get(name)?;
            Some([origin.as_slice(), rest].concat())
        });
        match reexported {
            Some(origin) => path = origin,
            None => return Some(module),
        }
    }
    None
}

fn reachable(start: &str, imports: &Imports<'_>) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut waiting: Vec<&str> = vec![start];
    while let Some(module) = waiting.pop() {
        for next in imports.get(module).into_iter().flatten() {
            if reached.insert(next.clone()) {
                waiting.push(next);
            }
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circles_of(files: &[(&str, &str)]) -> Vec<Vec<String>> {
        let source = |(name, text): &(&str, &str)| Source {
            folder: "src",
            name: (*name).to_owned(),
            text: (*text).to_owned(),
        };
        circles(&files.iter().map(source).collect::<Vec<_>>())
    }

    #[test]
    fn two_files_that_import_each_other_are_a_circle() {
        let files = [
            ("cache/one.rs", "use super::two::Two; pub struct One;"),
            ("cache/two.rs", "use crate::cache::one::One; pub struct Two;"),
            ("cache.rs", "mod one; mod two;"),
        ];
        assert_eq!(circles_of(&files), [["cache::one", "cache::two"]]);
    }

    #[test]
    fn a_circle_is_seen_through_re_exports() {
        let files = [
            ("services.rs", "pub mod sessions; pub mod logins;"),
            (
                "services/sessions.rs",
                "mod list; pub use list::List; use super::logins::Login;",
            ),
            ("services/sessions/list.rs", "pub struct List;"),
            ("services/logins.rs", "use super::sessions::List;"),
            ("services/sessions/sync.rs", "use crate::services::logins::Login;"),
        ];
        assert_eq!(circles_of(&files), [[""; 0]; 0]);
        let mut files = files.to_vec();
        files[2].1 = "use crate::services::logins::Login; pub struct List;";
        assert_eq!(circles_of(&files), [["services::logins", "services::sessions::list"]]);
    }

    #[test]
    fn a_file_and_its_folder_are_one_room() {
        let files = [
            ("login.rs", "mod claim; use claim::Claim; pub struct Login;"),
            ("login/claim.rs", "use super::Login; pub struct Claim;"),
        ];
        assert_eq!(circles_of(&files), [[""; 0]; 0]);
    }
}
