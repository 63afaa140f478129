use std::{fs, path::Path};

use fanpass::settings::{Settings, SettingsFault, Source, Violation};
use tempfile::TempDir;

/// A directory of its own with an environment of its own.
pub struct Place {
    directory: TempDir,
    source: Source,
}

/// An empty directory and an empty environment.
pub fn nowhere() -> Place {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let source = Source::new(directory.path());
    Place { directory, source }
}

/// A place with one variable.
pub fn with(name: &str, value: &str) -> Place {
    nowhere().with(name, value)
}

/// A place with `config/local.toml`.
pub fn local(text: &str) -> Place {
    nowhere().file("config/local.toml", text)
}

/// A place with everything that production requires.
pub fn production() -> Place {
    with("FANPASS_ENV", "production")
        .with("WECHAT_APP_ID", "wx00000000000000aa")
        .with("WECHAT_APP_SECRET", "0badc0de0badc0de0badc0de0badc0de")
        .with("SESSION_KEY", &"0f".repeat(64))
}

impl Place {
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.source = self.source.with(name, value);
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.source.env.remove(name);
        self
    }

    pub fn file(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, text).expect("a file");
        self
    }

    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    pub fn source(&self) -> &Source {
        &self.source
    }

    #[track_caller]
    pub fn load(&self) -> Settings {
        Settings::load(&self.source).unwrap_or_else(|error| panic!("{error}"))
    }

    #[track_caller]
    pub fn faults(&self) -> Vec<SettingsFault> {
        match Settings::load(&self.source) {
            Ok(_) => panic!("no fault was found"),
            Err(error) => error.faults,
        }
    }

    /// The only fault.
    #[track_caller]
    pub fn fault(&self) -> SettingsFault {
        match self.faults().as_slice() {
            [fault] => fault.clone(),
            faults => panic!("one fault was expected: {faults:#?}"),
        }
    }

    /// Asserts that there is one fault, with this key and of this kind. Returns its text.
    #[track_caller]
    pub fn refused(&self, key: &str, is_kind: Kind) -> String {
        let fault = self.fault();
        assert!(
            fault.key == key && is_kind(&fault.kind),
            "{key} was expected: {fault:?}"
        );
        fault.to_string()
    }
}

/// Whether a violation is of a kind.
pub type Kind = fn(&Violation) -> bool;

/// The [`Kind`] that a pattern describes.
macro_rules! kind {
    ($pattern:pat) => {
        |kind: &fanpass::settings::Violation| matches!(kind, $pattern)
    };
}
pub(crate) use kind;
