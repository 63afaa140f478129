//! Reads the sources and keeps the layers apart. The rules are the tables in [`layers`].

mod accounts;
mod circles;
mod layers;
mod paths;
mod privacy;
mod sandbox;
mod sources;
mod tokens;

use sources::read_sources;

#[test]
fn every_layer_uses_only_what_lies_below_it() {
    let sources = read_sources("src").unwrap();
    let faults: Vec<String> = sources.iter().flat_map(layers::faults).collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn what_belongs_to_an_account_is_read_from_its_own_settings() {
    let sources = read_sources("src").unwrap();
    let faults: Vec<String> = sources.iter().flat_map(accounts::faults).collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    for folder in ["src", "crates/pictures/src", "crates/sandbox/src"] {
        let circles = circles::circles(&read_sources(folder).unwrap());
        assert!(circles.is_empty(), "{folder}: {circles:#?}");
    }
}

#[test]
fn every_source_is_short_and_named_after_what_it_holds() {
    let folders = ["src", "crates/pictures/src", "crates/sandbox/src"];
    let sources = folders
        .map(|folder| read_sources(folder).unwrap())
        .into_iter()
        .flatten();
    let faults: Vec<String> = sources.flat_map(|source| source.form_faults()).collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn the_sources_are_really_read() {
    let sources = read_sources("src").unwrap();
    let names: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
    for name in [
        "lib.rs",
        "main.rs",
        "domain.rs",
        "domain/fan/openid.rs",
        "settings/sections/server.rs",
    ] {
        assert!(names.contains(&name), "{name} is not among {names:?}");
    }
}
