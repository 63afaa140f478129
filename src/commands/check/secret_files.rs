//! The files that hold secrets: who else may read or change them.

use std::{fs, os::unix::fs::MetadataExt};

use super::Finding;
use crate::settings::{SecretFile, Settings};

pub(super) fn check(settings: &Settings) -> Vec<Finding> {
    let files = settings.secret_files.iter();
    files
        .filter_map(|file| Some(Finding::note("secrets", describe(file)?)))
        .collect()
}

/// The text of the finding, if there is one.
fn describe(file: &SecretFile) -> Option<String> {
    let metadata = fs::metadata(&file.path).ok()?;
    advice(&file.named_by, metadata.mode() & 0o777, metadata.uid(), user()?)
}

/// As [`describe`], for a file of `owner` with `mode` that `user` reads. The file stays readable for `user` after the
/// advice.
fn advice(name: &str, mode: u32, owner: u32, user: u32) -> Option<String> {
    // A file of another owner may be readable through its group.
    let others = if user == owner { 0o066 } else { 0o026 };
    let is_of_another = user != owner && owner != 0;
    let who_may = match mode & others {
        0 if is_of_another => format!("the user {owner}, whose file it is, may read and write it"),
        0 => return None,
        open if open & 0o022 != 0 => format!("others may write its file (mode {mode:04o})"),
        _ => format!("others may read its file (mode {mode:04o})"),
    };
    Some(if user == owner {
        format!("{name}: {who_may}; chmod 400 it")
    } else {
        format!(
            "{name}: {who_may}; on a host with other users make it fanpass's own (chown {user}, then chmod 400); mounted into a \
             container, close its folder on the host to others (chmod 700), in Kubernetes set defaultMode 0440 and fsGroup"
        )
    })
}

/// The user of this process, from Linux's `/proc`.
fn user() -> Option<u32> {
    fs::metadata("/proc/self").map(|process| process.uid()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_advice_leaves_the_file_readable_for_fanpass() {
        let (root, host, ours) = (0, 1000, 65532);
        // As with compose, or a mount without fsGroup: fanpass can read the file only through the rights of others.
        for owner in [host, root] {
            let text = advice("SESSION_KEY_FILE", 0o444, owner, ours).unwrap();
            assert!(text.contains("others may read its file (mode 0444)"), "{text}");
            assert!(text.contains("chown 65532, then chmod 400"), "{text}");
            assert!(!text.contains('\n') && !text.contains("chmod 440"), "{text}");
        }
        let text = advice("SESSION_KEY_FILE", 0o644, ours, ours).unwrap();
        assert!(text.ends_with("; chmod 400 it"), "{text}");
    }

    #[test]
    fn a_file_that_only_fanpass_may_touch_has_no_finding() {
        for (mode, owner) in [(0o400, 65532), (0o600, 65532), (0o440, 0), (0o640, 0)] {
            assert_eq!(advice("SESSION_KEY_FILE", mode, owner, 65532), None, "{mode:o}");
        }
        assert!(advice("SESSION_KEY_FILE", 0o440, 1000, 65532).is_some());
        let writable = advice("SESSION_KEY_FILE", 0o664, 65532, 65532).unwrap();
        assert!(writable.contains("others may write its file (mode 0664)"), "{writable}");
    }
}
