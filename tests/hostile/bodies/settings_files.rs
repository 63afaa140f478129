//! Any files yield settings or faults, and no fault repeats a secret.

use std::fs;

use fanpass::settings::{Settings, Source};
use tempfile::TempDir;

/// Values of secrets that no fault may show.
const SECRETS: [(&str, &str); 3] = [
    ("WECHAT_APP_SECRET", "made-up-canary-secret"),
    ("SESSION_KEY", "made-up-canary-key"),
    ("DATABASE_URL", "made-up-canary-url"),
];

thread_local! {
    static FOLDER: TempDir = tempfile::tempdir().unwrap();
}

/// `data` as `config/local.toml` and, behind the first NUL, as `.env`; with and without an environment around them.
pub fn check(data: &[u8]) {
    let cut = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
    let (toml, dotenv) = data.split_at(cut);
    FOLDER.with(|folder| {
        let folder = folder.path();
        fs::create_dir_all(folder.join("config")).unwrap();
        fs::write(folder.join("config/local.toml"), toml).unwrap();
        fs::write(folder.join(".env"), dotenv.get(1..).unwrap_or_default()).unwrap();
        let bare = Source::new(folder);
        let mut full = bare.clone().with("FANPASS_ENV", "production");
        for (name, value) in SECRETS {
            full = full.with(name, value);
        }
        for source in [bare, full] {
            if let Err(error) = Settings::load(&source) {
                assert!(!error.faults.is_empty(), "neither settings nor faults");
                let text = error.to_string();
                assert!(!text.contains("made-up-canary"), "{text}");
            }
        }
    });
}
