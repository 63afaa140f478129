//! What is passed on to the operator's other systems, and how.

mod answers;
mod client;
mod envelope;
mod erasures;
mod pushes;
mod signature;

use std::path::Path;

use crate::support::{Target, TestApp, TestAppBuilder, push::TOKEN};

pub const SECRET: &str = "made-up-secret-0123456789abcdef0123";

/// A folder with these settings.
pub fn settings(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("config")).unwrap();
    std::fs::write(folder.path().join("config/local.toml"), text).unwrap();
    folder
}

/// A table for a target on this machine.
pub fn table(name: &str, target: &Target, keys: &str) -> String {
    format!(
        "[[push.forward]]\nname = \"{name}\"\nurl = \"{}\"\nprivate = true\n{keys}\n",
        target.url
    )
}

/// An application with the settings of `folder`, whose targets get [`SECRET`].
pub fn app(folder: &Path, targets: &[&str]) -> TestAppBuilder {
    let app = TestApp::with().directory(folder).env("WECHAT_TOKEN", TOKEN);
    targets.iter().fold(app, |app, name| {
        let name = name.to_uppercase().replace('-', "_");
        app.env(&format!("PUSH_FORWARD_{name}_SECRET"), SECRET)
    })
}
