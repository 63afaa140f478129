//! Where photos and avatars are kept.

use fanpass::settings::{SecretViolation, StorageLocation, Violation};
use secrecy::ExposeSecret;

use crate::support::{kind, nowhere, with};

const URL: &str = "FANPASS__STORAGE__URL";

#[test]
fn a_bucket_needs_its_keys_and_a_folder_does_not() {
    let without = kind!(Violation::Secret(SecretViolation::BucketWithoutKeys));
    with(URL, "s3://photos/fans").refused(URL, without);
    with(URL, "s3://photos")
        .with("AWS_ACCESS_KEY_ID", "AKIAMADEUP")
        .refused(URL, without);
    let settings = with(URL, "s3://photos/fans")
        .with("AWS_ACCESS_KEY_ID", "AKIAMADEUP")
        .file("secret", "made/up+secret\n")
        .with("AWS_SECRET_ACCESS_KEY_FILE", "secret")
        .load();
    let keys = settings.secrets.s3.unwrap();
    assert_eq!(
        (keys.id.as_str(), keys.secret.expose_secret()),
        ("AKIAMADEUP", "made/up+secret")
    );
    assert!(!format!("{keys:?}").contains("made/up"));
    let StorageLocation::Bucket { name, prefix } = settings.storage.location else {
        panic!("it is a bucket");
    };
    assert_eq!((name.as_str(), prefix.as_str()), ("photos", "fans"));
}

#[test]
fn a_key_without_its_other_half_is_noted() {
    let settings = with("AWS_SECRET_ACCESS_KEY", "made-up-key").load();
    let note = "AWS_SECRET_ACCESS_KEY is set, and AWS_ACCESS_KEY_ID is not: set both, or remove it";
    assert!(
        settings.startup_notes.iter().any(|line| line == note),
        "{:?}",
        settings.startup_notes
    );
}

#[test]
fn what_is_no_place_for_objects_is_refused() {
    for url in ["data/objects", "https://photos.example.com", "s3://", "file:"] {
        with(URL, url).refused(URL, kind!(Violation::NotAccepted { .. }));
    }
    nowhere()
        .with("FANPASS__STORAGE__ENDPOINT", "https://s3.example.com/path")
        .refused("FANPASS__STORAGE__ENDPOINT", kind!(Violation::Url(_)));
}
