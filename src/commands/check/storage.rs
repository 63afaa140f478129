//! The object storage: whether photos can be put there and read again.

use super::{Finding, describe};
use crate::{
    settings::{Settings, StorageLocation},
    startup::{StorageFault, check_storage},
    storage::StorageError,
};

const NAME: &str = "storage";

/// Of a folder it only asks whether it can be written. Without photos it keeps avatars, and fans get placeholders where it
/// cannot.
pub(super) async fn check(settings: &Settings) -> Vec<Finding> {
    let is_folder = matches!(settings.storage.location, StorageLocation::Folder(_));
    let mut findings = vec![match check_storage(settings).await {
        Ok(description) if is_folder => Finding::ok(NAME, format!("{description} can be written")),
        Ok(description) => Finding::ok(NAME, format!("{description} takes objects, returns and removes them")),
        Err(StorageFault::Storage(error)) if is_folder && !settings.photos.enabled => Finding::note(
            NAME,
            format!("{error}; avatars cannot be kept; {}", hint(&error, is_folder)),
        ),
        Err(StorageFault::Storage(error)) => Finding::fault(NAME, format!("{error}; {}", hint(&error, is_folder))),
        Err(fault @ StorageFault::Open(_)) => Finding::fault(NAME, describe(fault)),
    }];
    if is_folder && settings.secrets.redis_url.is_some() {
        findings.push(Finding::note(
            NAME,
            "storage.url names a folder, and REDIS_URL is set: if there are several replicas, all must share this folder",
        ));
    }
    findings
}

/// What to do about it.
const fn hint(error: &StorageError, is_folder: bool) -> &'static str {
    match error {
        _ if is_folder => "let the user of this process write the folder of storage.url, or name another",
        StorageError::Refused(_) => {
            "look whether the bucket exists, and the key may get, put, delete and list in it: storage.url, storage.region, \
             AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        }
        _ => "look whether storage.endpoint and storage.region are right, and a firewall lets the calls through",
    }
}
