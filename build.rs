//! Rebuilds when a file is added to a folder that is put into the binary.

fn main() {
    for folder in ["templates", "static", "migrations", "config"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
