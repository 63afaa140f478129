//! The pages of the documentation: every page is in the summary, every link leads somewhere, every named test exists.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

const FOLDERS: [&str; 3] = ["docs", "docs/adr", "docs/engineering"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn pages(folder: &str) -> Vec<PathBuf> {
    let all = fs::read_dir(root().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut pages: Vec<PathBuf> = all
        .filter(|path| path.extension().is_some_and(|end| end == "md"))
        .collect();
    pages.sort();
    pages
}

/// The lines that are not inside a block of code.
fn prose(page: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    page.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}

/// The targets of a page's links and images, as they are written.
fn links(page: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for line in prose(page) {
        found.extend(line.split("](").skip(1).filter_map(|rest| rest.split(')').next()));
        found.extend(line.split(" src=\"").skip(1).filter_map(|rest| rest.split('"').next()));
    }
    found
}

/// The anchors of a page's headings, as GitHub and mdBook derive them.
fn anchors(page: &str) -> BTreeSet<String> {
    let headings = prose(page).filter(|line| line.starts_with('#'));
    let anchor = |heading: &str| {
        let text = heading.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
        text.chars()
            .filter(|letter| letter.is_alphanumeric() || "-_".contains(*letter))
            .collect()
    };
    headings.map(anchor).collect()
}

#[test]
fn the_books_summary_lists_every_page_once() {
    let docs = root().join("docs");
    let summary = fs::read_to_string(docs.join("SUMMARY.md")).unwrap();
    let mut listed: Vec<PathBuf> = links(&summary).iter().map(|link| docs.join(link)).collect();
    listed.sort();
    let mut there = FOLDERS.map(pages).concat();
    there.retain(|page| !page.ends_with("SUMMARY.md"));
    there.sort();
    assert_eq!(listed, there);
}

#[test]
fn every_link_of_a_page_leads_to_a_file_and_a_heading() {
    let mut checked = 0;
    for page in [pages(""), FOLDERS.map(pages).concat()].concat() {
        let text = fs::read_to_string(&page).unwrap();
        for link in links(&text).into_iter().filter(|link| !link.contains(':')) {
            checked += 1;
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() {
                page.clone()
            } else {
                page.with_file_name(file)
            };
            assert!(target.exists(), "{}: {link}", page.display());
            assert!(
                anchor.is_empty() || anchors(&fs::read_to_string(&target).unwrap()).contains(anchor),
                "{}: {link}",
                page.display()
            );
        }
    }
    assert!(checked > 20, "only {checked} links were found");
}

fn sources(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            text.push_str(&sources(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            text.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
    text
}

#[test]
fn every_test_that_the_security_page_names_exists() {
    let page = fs::read_to_string(root().join("docs/security.md")).unwrap();
    let folders = ["src", "tests", "crates/pictures", "crates/sandbox/tests"];
    let sources: String = folders.iter().map(|folder| sources(&root().join(folder))).collect();
    let rows = page.lines().filter(|line| line.starts_with('|'));
    let cells = rows.filter_map(|row| row.rsplit(" | ").next());
    let mut checked = 0;
    for test in cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)) {
        checked += 1;
        assert!(sources.contains(&format!("fn {test}()")), "{test}");
    }
    assert!(checked > 20, "only {checked} tests are named");
}

#[test]
fn every_path_that_the_map_names_exists() {
    let page = fs::read_to_string(root().join("docs/ARCHITECTURE.md")).unwrap();
    let folders = [
        "src/",
        "crates/",
        "tests/",
        "templates/",
        "config/",
        "migrations/",
        "benches/",
        "docs/",
    ];
    let mut checked = 0;
    for path in prose(&page).flat_map(|line| line.split('`').skip(1).step_by(2)) {
        if folders.iter().any(|folder| path.starts_with(folder)) {
            checked += 1;
            assert!(root().join(path).exists(), "{path}");
        }
    }
    assert!(checked > 30, "only {checked} paths are named");
}
