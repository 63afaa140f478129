//! The source files, and the rules for their form.

use std::{fs, io, path::Path};

/// The most lines of a file. A longer one does more than one thing.
const LONGEST: usize = 350;

/// One file of a crate.
pub struct Source {
    /// The folder of the crate's sources, such as `src`.
    pub folder: &'static str,
    /// The path below that folder, with slashes.
    pub name: String,
    /// The content.
    pub text: String,
}

impl Source {
    /// The path below the repository's root.
    pub fn path(&self) -> String {
        format!("{}/{}", self.folder, self.name)
    }

    /// The modules that lead to this file: `services/login.rs` is `services::login`, `lib.rs` is the root.
    pub fn module(&self) -> Vec<String> {
        let stem = self.name.trim_end_matches(".rs");
        match stem {
            "lib" | "main" => Vec::new(),
            _ => stem.split('/').map(str::to_owned).collect(),
        }
    }

    /// What is wrong with the length or the name.
    pub fn form_faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let lines = self.text.lines().count();
        if lines > LONGEST {
            faults.push(format!("{}: {lines} lines, more than {LONGEST}", self.path()));
        }
        if self.name == "mod.rs" || self.name.ends_with("/mod.rs") {
            faults.push(format!("{}: `foo.rs` beside `foo/` holds the module foo", self.path()));
        }
        faults
    }
}

/// All Rust sources in a folder of the repository.
pub fn read_sources(folder: &'static str) -> io::Result<Vec<Source>> {
    let mut sources = Vec::new();
    read_folder(folder, "", &mut sources)?;
    Ok(sources)
}

fn read_folder(folder: &'static str, prefix: &str, sources: &mut Vec<Source>) -> io::Result<()> {
    for entry in fs::read_dir(repository().join(folder).join(prefix))? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            read_folder(folder, &format!("{name}/"), sources)?;
        } else if name.ends_with(".rs") {
            let text = fs::read_to_string(entry.path())?;
            sources.push(Source { folder, name, text });
        }
    }
    Ok(())
}

/// The root of the repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: &str, lines: usize) -> Source {
        Source {
            folder: "src",
            name: name.to_owned(),
            text: "\n".repeat(lines),
        }
    }

    #[test]
    fn a_long_file_is_a_fault() {
        assert!(source("services/login.rs", LONGEST).form_faults().is_empty());
        assert_eq!(source("services/login.rs", LONGEST + 1).form_faults().len(), 1);
    }

    #[test]
    fn a_mod_rs_is_a_fault_at_any_depth() {
        assert_eq!(source("mod.rs", 1).form_faults().len(), 1);
        assert_eq!(source("services/login/mod.rs", 1).form_faults().len(), 1);
        assert!(source("services/some_mod.rs", 1).form_faults().is_empty());
    }

    #[test]
    fn a_file_knows_its_module() {
        assert_eq!(
            source("services/login/claim.rs", 1).module(),
            ["services", "login", "claim"]
        );
        assert_eq!(source("services.rs", 1).module(), ["services"]);
        assert!(source("lib.rs", 1).module().is_empty());
    }
}
