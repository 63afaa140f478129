//! Compresses the static files. Cargo runs this again when a file is added to a folder that the binary contains.

use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};

fn main() -> io::Result<()> {
    for folder in ["templates", "static", "migrations", "config"] {
        println!("cargo::rerun-if-changed={folder}");
    }
    let target: PathBuf = env::var_os("OUT_DIR").unwrap_or_default().into();
    compress_folder(Path::new("static"), &target.join("static"))
}

/// Writes `name.gz` for each file of a folder. It is empty if compression would not make the file smaller.
fn compress_folder(source: &Path, target: &Path) -> io::Result<()> {
    fs::create_dir_all(target)?;
    for entry in fs::read_dir(source)? {
        let entry = entry?;
        let target = target.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            compress_folder(&entry.path(), &target)?;
            continue;
        }
        let plain = fs::read(entry.path())?;
        let mut gzip = compress(&plain)?;
        if gzip.len() >= plain.len() {
            gzip.clear();
        }
        let mut name = target.into_os_string();
        name.push(".gz");
        fs::write(name, gzip)?;
    }
    Ok(())
}

fn compress(plain: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain)?;
    encoder.finish()
}
