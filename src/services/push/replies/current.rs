use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::sync::watch;
use url::Url;

use super::{ReplyRules, read_replies};
use crate::{services::config_file::FileFault, settings::REPLIES_FILE};

/// The rules in force. Clones share them.
#[derive(Debug, Clone)]
pub struct ReplyRulesInForce {
    file: Arc<PathBuf>,
    public_url: Arc<Url>,
    rules: watch::Sender<Arc<ReplyRules>>,
}

/// Why the rules were not read.
#[derive(Debug, thiserror::Error)]
pub enum RepliesError {
    /// The file is there, and cannot be read.
    #[error("{REPLIES_FILE} cannot be read ({0}); it must be a text file in UTF-8 that fanpass may read")]
    Unreadable(#[source] io::Error),
    /// The file has these faults.
    #[error("{REPLIES_FILE} has faults: {}", list(.0))]
    Faults(Vec<FileFault>),
}

impl ReplyRulesInForce {
    /// Reads the file. There are no rules if there is none.
    ///
    /// # Errors
    /// [`RepliesError`].
    pub fn open(file: PathBuf, public_url: Url) -> Result<Self, RepliesError> {
        let replies = Self {
            file: Arc::new(file),
            public_url: Arc::new(public_url),
            rules: watch::Sender::default(),
        };
        replies.reload()?;
        Ok(replies)
    }

    /// The rules as they are now.
    pub fn rules(&self) -> Arc<ReplyRules> {
        Arc::clone(&self.rules.borrow())
    }

    /// Reads the file anew. After an error the old rules stay.
    ///
    /// # Errors
    /// [`RepliesError`].
    pub fn reload(&self) -> Result<Arc<ReplyRules>, RepliesError> {
        let rules = read_replies_file(&self.file, &self.public_url)?;
        let rules = Arc::new(rules.unwrap_or_default());
        self.rules.send_replace(Arc::clone(&rules));
        Ok(rules)
    }
}

/// Reads the file at `path`. `None`: there is none.
///
/// # Errors
/// [`RepliesError`].
pub fn read_replies_file(path: &Path, public_url: &Url) -> Result<Option<ReplyRules>, RepliesError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(RepliesError::Unreadable(error)),
    };
    read_replies(&text, public_url).map(Some).map_err(RepliesError::Faults)
}

fn list(faults: &[FileFault]) -> String {
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    faults.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_file_leaves_the_old_rules_in_force() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("replies.toml");
        let replies = ReplyRulesInForce::open(file.clone(), Url::parse("https://fans.example/").unwrap()).unwrap();
        let other = replies.clone();
        assert_eq!(other.rules().all().len(), 0, "no file, no rules");
        let one = "[[reply]]\non = \"default\"\ntext = \"hi\"\n";
        fs::write(&file, one).unwrap();
        replies.reload().unwrap();
        assert_eq!(other.rules().all().len(), 1);
        fs::write(&file, format!("{one}\n[[reply]]\non = \"nothing\"\ntext = \"x\"\n")).unwrap();
        let error = replies.reload().unwrap_err().to_string();
        assert!(
            error.contains("config/replies.toml") && error.contains("line 6"),
            "{error}"
        );
        fs::write(&file, b"\xff").unwrap();
        assert!(matches!(replies.reload(), Err(RepliesError::Unreadable(_))));
        assert_eq!(other.rules().all().len(), 1, "the old rules stay");
        fs::remove_file(&file).unwrap();
        replies.reload().unwrap();
        assert_eq!(other.rules().all().len(), 0);
    }
}
