use crate::{
    domain::{AvatarId, FanId, JobKind},
    repositories::{Added, RepositoryError, Transaction},
    services::jobs::Jobs,
};

/// Whether the avatar is to be copied, or its copy removed, when `url` is stored in the place of `before`.
pub fn needs_copy(url: &str, before: &str, copy: Option<AvatarId>) -> bool {
    match copy {
        Some(_) => url != before,
        // It was not copied so far: that failed, or it is older than copies are.
        None => !url.is_empty(),
    }
}

/// Adds the job that does it, in the transaction that stores the URL. The job reads the URL from the row.
///
/// # Errors
/// [`RepositoryError`].
pub fn add_copy(jobs: &Jobs, tx: &mut Transaction<'_>, fan: FanId) -> Result<Added, RepositoryError> {
    let job = jobs.once(JobKind::CopyAvatar, Some(fan.to_string()), String::new());
    jobs.repository().add(tx, &job)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Random;

    #[test]
    fn an_avatar_is_copied_when_it_changed_or_was_never_copied() {
        let copy = Some(AvatarId::generate(&Random::system()));
        for (url, before, copy, needed) in [
            ("a", "", None, true),
            ("a", "a", None, true),
            ("a", "a", copy, false),
            ("b", "a", copy, true),
            ("", "a", copy, true),
            ("", "", None, false),
            ("", "a", None, false),
        ] {
            assert_eq!(needs_copy(url, before, copy), needed, "{url} {before} {copy:?}");
        }
    }
}
