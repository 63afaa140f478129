use std::path::{Path, PathBuf};

use crate::settings::fault::Violation;

const HINT: &str =
    "write file: and a folder, as in file:data/objects, or s3:// and a bucket, as in s3://photos or s3://photos/fans";

/// Where objects are kept: `storage.url`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StorageLocation {
    /// A folder of this machine, resolved against the directory of the settings.
    Folder(PathBuf),
    /// A bucket of S3, or of what speaks like it.
    Bucket {
        /// Its name.
        name: String,
        /// What every key begins with; may be empty.
        prefix: String,
    },
}

impl StorageLocation {
    pub(super) fn parse(directory: &Path, text: &str) -> Result<Self, Violation> {
        let location = if let Some(path) = text.strip_prefix("file:") {
            folder(directory, path)
        } else {
            text.strip_prefix("s3://").and_then(bucket)
        };
        location.ok_or_else(|| Violation::not_accepted(text, HINT))
    }
}

/// `path` or `///path`. Two slashes would begin a host.
fn folder(directory: &Path, path: &str) -> Option<StorageLocation> {
    let path = path.strip_prefix("//").unwrap_or(path);
    let is_relative_url = path.len() > 1 && !path.starts_with("//");
    is_relative_url.then(|| StorageLocation::Folder(directory.join(path)))
}

fn bucket(text: &str) -> Option<StorageLocation> {
    let (name, prefix) = text.split_once('/').unwrap_or((text, ""));
    let prefix = prefix.strip_suffix('/').unwrap_or(prefix);
    let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || ".-".contains(letter);
    let is_name = (3..=63).contains(&name.len()) && name.chars().all(is_plain);
    let is_segment = |segment: &str| {
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
        !matches!(segment, "" | "." | "..") && segment.chars().all(is_plain)
    };
    let is_prefix = prefix.len() <= 256 && (prefix.is_empty() || prefix.split('/').all(is_segment));
    (is_name && is_prefix).then(|| StorageLocation::Bucket {
        name: name.to_owned(),
        prefix: prefix.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Option<StorageLocation> {
        StorageLocation::parse(Path::new("/srv"), text).ok()
    }

    #[test]
    fn a_folder_is_named_from_the_directory_or_from_the_root() {
        for (text, folder) in [
            ("file:data/objects", "/srv/data/objects"),
            ("file:/data/objects", "/data/objects"),
            ("file:///data/objects", "/data/objects"),
        ] {
            assert_eq!(parse(text), Some(StorageLocation::Folder(folder.into())), "{text}");
        }
    }

    #[test]
    fn a_bucket_may_have_a_prefix() {
        for (text, name, prefix) in [
            ("s3://photos", "photos", ""),
            ("s3://photos/", "photos", ""),
            ("s3://my.photos-1/fans/A_b", "my.photos-1", "fans/A_b"),
        ] {
            let (name, prefix) = (name.to_owned(), prefix.to_owned());
            assert_eq!(parse(text), Some(StorageLocation::Bucket { name, prefix }), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "data/objects",
            "file:",
            "file:/",
            "file://///x",
            "s3://",
            "s3://ab",
            "s3://Photos",
            "s3://photos//fans",
            "s3://photos/../fans",
            "s3://key:secret@photos/fans",
            "https://photos.example.com",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
