//! The keys of a bucket, from the variables that every tool for S3 reads.

use std::fmt;

use secrecy::SecretString;

use super::{
    forms,
    names::{Name, S3_KEY_ID, S3_SECRET_KEY, S3_SESSION_TOKEN},
    values::SecretValues,
};

/// What signs the requests to a bucket.
#[derive(Clone)]
pub struct S3Keys {
    /// `AWS_ACCESS_KEY_ID`.
    pub id: String,
    /// `AWS_SECRET_ACCESS_KEY`.
    pub secret: SecretString,
    /// `AWS_SESSION_TOKEN`, of keys that are valid for a while only.
    pub session_token: Option<SecretString>,
}

impl fmt::Debug for S3Keys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("S3Keys").finish_non_exhaustive()
    }
}

/// Reads them. The inner `None`: they are not set.
pub(super) fn read(values: &SecretValues<'_>) -> Option<Option<S3Keys>> {
    let key = |name: Name| values.parse(name, |text| forms::s3_key(text).map(Some), || Ok(None));
    let (id, secret, session_token) = (key(S3_KEY_ID), key(S3_SECRET_KEY), key(S3_SESSION_TOKEN));
    let (id, secret, session_token) = (id?, secret?, session_token?);
    Some(id.zip(secret).map(|(id, secret)| S3Keys {
        id,
        secret: secret.into(),
        session_token: session_token.map(Into::into),
    }))
}

/// The keys that are set without what they go with: the variable that is set, and the one that is not.
pub(super) fn alone(values: &SecretValues<'_>) -> Vec<(&'static str, &'static str)> {
    let pairs = [
        (S3_KEY_ID, S3_SECRET_KEY),
        (S3_SECRET_KEY, S3_KEY_ID),
        (S3_SESSION_TOKEN, S3_KEY_ID),
    ];
    let alone = pairs
        .into_iter()
        .filter(|(key, needed)| values.is_set(*key) && !values.is_set(*needed));
    alone.map(|(key, needed)| (key.variable, needed.variable)).collect()
}
