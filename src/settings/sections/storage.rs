mod location;

use std::{path::Path, time::Duration};

use url::Url;

pub use self::location::StorageLocation;
use super::authorities::authorities;
use crate::settings::{
    fault::{FileViolation, SecretViolation, Violation},
    loader::Section,
    secrets::S3Keys,
    url_rules::origin,
};

/// `storage.*`: where photos and avatars are kept. The keys of a bucket are secrets.
#[derive(Debug, Clone)]
pub struct StorageSettings {
    /// `storage.url`.
    pub location: StorageLocation,
    /// The server of a bucket. None: Amazon's.
    pub endpoint: Option<Url>,
    /// The region of a bucket, which is a part of each signature.
    pub region: String,
    /// Whether the bucket's name is in the path of a request, and not in its host.
    pub path_style: bool,
    /// How long one operation may take, with all that is repeated.
    pub timeout: Duration,
    /// PEM certificates of the authorities that the endpoint's certificate is checked against. None: Mozilla's roots.
    pub authorities: Option<Vec<u8>>,
}

impl StorageSettings {
    /// `keys`: those of the bucket, if they are set. None after a fault in them.
    pub(in crate::settings) fn read(
        section: Section<'_>,
        directory: &Path,
        keys: Option<Option<&S3Keys>>,
    ) -> Option<Self> {
        let location = section.text("url", |text| StorageLocation::parse(directory, text));
        let endpoint = section.optional_text("endpoint", origin);
        let region = section.text("region", region);
        let path_style = section.flag("path_style");
        let timeout_ms = section.number("timeout_ms", 500..=60_000_u32);
        let authorities = section.optional_text("ca_file", |file| -> Result<Vec<u8>, FileViolation> {
            authorities(directory, file)
        });
        let is_bucket = matches!(location, Some(StorageLocation::Bucket { .. }));
        if is_bucket && matches!(keys, Some(None)) {
            section.fault("url", SecretViolation::BucketWithoutKeys);
        }
        Some(Self {
            location: location?,
            endpoint: endpoint?,
            region: region?,
            path_style: path_style?,
            timeout: Duration::from_millis(timeout_ms?.into()),
            authorities: authorities?,
        })
    }
}

fn region(text: &str) -> Result<String, Violation> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    if (1..=64).contains(&text.len()) && text.chars().all(is_plain) {
        Ok(text.to_owned())
    } else {
        let hint = "write the name of the bucket's region, as in us-east-1";
        Err(Violation::not_accepted(text, hint))
    }
}
