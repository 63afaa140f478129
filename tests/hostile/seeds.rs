//! The inputs that the fuzz targets begin with, each through its body once.

use std::{fs, path::Path};

use crate::bodies;

fn replay(target: &str, body: impl Fn(&[u8])) {
    let folder = Path::new("fuzz/seeds").join(target);
    let files: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert!(!files.is_empty(), "no seeds in {}", folder.display());
    for file in files {
        println!("{}", file.display());
        body(&fs::read(&file).unwrap());
    }
}

#[test]
fn the_seeds_of_every_target_hold() {
    replay("next_path", bodies::next_path::check);
    replay("callback", bodies::callback::check);
    replay("cookies", bodies::cookies::check);
    replay("pictures", bodies::pictures::check);
    replay("platform_json", bodies::platform_json::check);
    replay("push_envelope", bodies::push_envelope::check);
    replay("push_xml", bodies::push_xml::check);
    replay("replies_file", bodies::replies_file::check);
    replay("settings_files", bodies::settings_files::check);
}

#[test]
fn every_target_has_its_seeds_and_its_body() {
    let names = |folder: &str| {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names("fuzz/fuzz_targets"), names("fuzz/seeds"));
    assert_eq!(names("fuzz/fuzz_targets"), names("tests/hostile/bodies"));
}
