//! docs/privacy.md in both languages says of each place in the registry what is kept there, and where a fan finds it.

use std::fs;

use fanpass::domain::{Exported, KEEPS, Keeps, Place};

const PAGES: [&str; 2] = ["docs/privacy.md", "docs/privacy.zh-CN.md"];

/// What a page calls the place.
fn name(keeps: &Keeps) -> &'static str {
    match keeps.place {
        Place::Columns { table, .. } => table,
        Place::Cache { prefix } | Place::Objects { prefix } => prefix,
    }
}

/// The first tables of a page's sections: what is kept, and what is downloaded.
fn tables(page: &str) -> Vec<Vec<&str>> {
    let is_row = |line: &&str| line.starts_with('|');
    let tables = page.split("\n\n").filter(|block| block.starts_with('|'));
    tables.map(|table| table.lines().filter(is_row).collect()).collect()
}

fn has(table: &[&str], name: &str) -> bool {
    table.iter().any(|row| row.contains(&format!("`{name}`")))
}

#[test]
fn the_pages_on_privacy_name_each_place_and_say_where_a_fan_finds_it() {
    for file in PAGES {
        let page = fs::read_to_string(file).unwrap();
        let [kept, _, downloaded, left_out] = &tables(&page)[..] else {
            panic!("{file} has other tables");
        };
        for keeps in KEEPS {
            let name = name(keeps);
            assert!(has(kept, name), "{file} does not say that {name} is kept");
            match keeps.exported {
                Exported::In(part) => assert!(has(downloaded, part), "{file}: where is {name} in the download?"),
                Exported::Not(_) => assert!(has(left_out, name), "{file}: why is {name} not in the download?"),
            }
        }
        for row in &kept[2..] {
            let is_registered = KEEPS.iter().any(|keeps| row.contains(&format!("`{}`", name(keeps))));
            assert!(is_registered, "{file} names what no room keeps: {row}");
        }
    }
}
