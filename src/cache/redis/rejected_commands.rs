use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use deadpool_redis::redis::{ErrorKind, RedisError, ServerErrorKind};

use super::news::News;
use crate::domain::Deadline;

/// So long after the last refusal, or the last trial, it is tried whether the cache refuses still.
const CALM: Duration = Duration::from_secs(1);
/// Of what Redis said this much is repeated, in characters.
const LONGEST_TEXT: usize = 160;

/// What a cache that answers refuses. That one command succeeds proves nothing of the others: a full Redis goes on
/// reading, and a user without scripts goes on writing. So the refusals are over only when a trial of all of them
/// succeeds. Logs when they begin and when they end.
#[derive(Debug, Default)]
pub struct RejectedCommands(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    log: News,
    ongoing: Option<Deadline>,
}

impl RejectedCommands {
    /// A command was refused; `said` is what [`said`] answered.
    pub fn begin(&self, said: &str) {
        let mut inner = self.lock();
        inner.ongoing = Some(Deadline::after(CALM));
        if inner.log.begins() {
            tracing::warn!(
                cache.error = said,
                "the cache refuses commands; going on without them (`fanpass check` says what to do)"
            );
        }
    }

    /// After a success: whether it is time to try all that was ever refused.
    pub fn want_trial(&self) -> bool {
        let mut inner = self.lock();
        let is_due = inner.ongoing.as_ref().is_some_and(|until| until.has_passed());
        if is_due {
            inner.ongoing = Some(Deadline::after(CALM));
        }
        is_due
    }

    /// A trial succeeded.
    pub fn end(&self) {
        let mut inner = self.lock();
        inner.ongoing = None;
        if inner.log.ends() {
            tracing::info!("the cache refuses nothing any more");
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a server that works refused this command alone: `OOM`, `NOPERM` and the like. Otherwise the server or the way
/// to it does not work.
pub fn is_refusal(error: &RedisError) -> bool {
    match error.kind() {
        _ if wants_login(error) => false,
        ErrorKind::Extension => true,
        ErrorKind::UnexpectedReturnType => true,
        ErrorKind::Server(kind) => {
            matches!(
                kind,
                ServerErrorKind::ResponseError
                    | ServerErrorKind::NoPerm
                    | ServerErrorKind::CrossSlot
                    | ServerErrorKind::ReadOnly
            )
        }
        _ => false,
    }
}

/// Whether the server wants a login first. On the way in the client takes the code off.
pub fn wants_login(error: &RedisError) -> bool {
    let detail = error.detail().unwrap_or_default();
    error.code() == Some("NOAUTH") || detail.starts_with("Authentication required")
}

/// Whether another connection may lead to a server that refuses less: this one was the master once.
pub fn is_read_only(error: &RedisError) -> bool {
    error.kind() == ErrorKind::Server(ServerErrorKind::ReadOnly)
}

/// What the server said when it refused, without the arguments of the command, some of which Redis repeats where it does
/// not know the command.
pub fn said(error: &RedisError) -> String {
    let Some(code) = error.code() else {
        return "an answer of the wrong type".to_owned();
    };
    let detail = error.detail().unwrap_or_default();
    let detail = detail.split_once(", with args").map_or(detail, |(before, _)| before);
    // On its way in the client takes the code off.
    let code = if detail.contains("no permissions") {
        "NOPERM"
    } else {
        code
    };
    format!("{code} {detail}").chars().take(LONGEST_TEXT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_trial_is_due_a_calm_second_after_the_last_refusal_and_ends_them_all() {
        let refusals = RejectedCommands::default();
        assert!(!refusals.want_trial());
        refusals.begin("OOM");
        assert!(!refusals.want_trial(), "too soon");
        tokio::time::advance(CALM).await;
        assert!(refusals.want_trial());
        assert!(!refusals.want_trial(), "one is under way");
        tokio::time::advance(CALM).await;
        assert!(refusals.want_trial(), "that one came to nothing");
        refusals.end();
        tokio::time::advance(CALM).await;
        assert!(!refusals.want_trial());
    }
}
