//! The sandbox uses nothing of fanpass: shared code would repeat our mistakes instead of showing them. Cargo refuses a
//! dependency in a circle; tests of the sandbox could still have one, and a source can include another.

use std::fs;

use crate::{
    paths::scan,
    sources::{read_sources, repository},
};

#[test]
fn the_sandbox_depends_on_nothing_of_ours() {
    let manifest = fs::read_to_string(repository().join("crates/sandbox/Cargo.toml")).unwrap();
    let ours: Vec<&str> = manifest
        .lines()
        .filter(|line| line.contains("path =") || line.starts_with("fanpass"))
        .collect();
    assert_eq!(ours, [""; 0]);
}

#[test]
fn the_sandbox_includes_no_source_of_ours() {
    let sources = read_sources("crates/sandbox/src").unwrap();
    assert!(sources.iter().any(|source| source.name == "lib.rs"));
    for source in sources {
        let inclusions = scan(&source.text, source.module()).unwrap().inclusions;
        assert_eq!(inclusions, [0; 0], "{}", source.path());
    }
}
