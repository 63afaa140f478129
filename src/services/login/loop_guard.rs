//! Stops a browser that stores no session from logging in again and again. A sealed cookie with a TTL of one minute
//! records its last logins.

use serde::{Deserialize, Serialize};

use super::pending_logins::{CookieChange, SentCookie};
use crate::{
    domain::{AppId, Clock, Random, Timestamp},
    services::sealing::{KeyUse, SealError, Sealer},
    settings::SessionKeys,
};

/// A browser's silent login restarts by itself at most once in this many seconds.
const RESTART_INTERVAL_SECONDS: i64 = 60;

/// Seconds between two sign-ins that count as attempts of one loop.
const ATTEMPT_INTERVAL_SECONDS: i64 = 30;

/// This many sign-ins in a row, without one request that brought the session back, are a loop.
const LOOP_ATTEMPTS: u8 = 3;

/// Makes and reads the cookie that contains the `LoopState`.
#[derive(Debug, Clone)]
pub struct LoginLoopGuard {
    sealer: Sealer,
    clock: Clock,
    name: &'static str,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct LoopState {
    restarted_at: Option<Timestamp>,
    signed_in_at: Option<Timestamp>,
    attempts: u8,
}

impl LoginLoopGuard {
    /// `secure`: whether the site is served over https.
    pub fn new(keys: &SessionKeys, app_id: &AppId, clock: Clock, random: Random, secure: bool) -> Self {
        let name = if secure {
            "__Host-fanpass_restart"
        } else {
            "fanpass_restart"
        };
        Self {
            sealer: Sealer::derive(keys, app_id, KeyUse::LoginRestart, random),
            clock,
            name,
        }
    }

    /// Whether this is the name of the guard's cookie.
    pub fn is_ours(&self, name: &str) -> bool {
        name == self.name
    }

    /// Whether this browser's silent login has restarted by itself a short while ago.
    pub fn has_restarted(&self, sent: &[SentCookie]) -> bool {
        self.is_recent(self.read(sent).restarted_at, RESTART_INTERVAL_SECONDS)
    }

    /// Whether this browser has signed in several times, and lost its session each time.
    pub fn is_looping(&self, sent: &[SentCookie]) -> bool {
        let state = self.read(sent);
        state.attempts >= LOOP_ATTEMPTS && self.is_recent(state.signed_in_at, ATTEMPT_INTERVAL_SECONDS)
    }

    /// Records that the login restarts by itself.
    ///
    /// # Errors
    /// [`SealError`] if a cookie cannot be sealed.
    pub fn note_restart(&self, sent: &[SentCookie]) -> Result<CookieChange, SealError> {
        self.write(LoopState {
            restarted_at: Some(self.clock.now()),
            ..self.read(sent)
        })
    }

    /// Records a sign-in.
    ///
    /// # Errors
    /// [`SealError`] if a cookie cannot be sealed.
    pub fn note_sign_in(&self, sent: &[SentCookie]) -> Result<CookieChange, SealError> {
        let state = self.read(sent);
        let attempts = if self.is_recent(state.signed_in_at, ATTEMPT_INTERVAL_SECONDS) {
            state.attempts
        } else {
            0
        };
        self.write(LoopState {
            signed_in_at: Some(self.clock.now()),
            attempts: attempts.saturating_add(1),
            ..state
        })
    }

    /// Removes the cookie: from now on the fan decides.
    pub fn forget(&self) -> CookieChange {
        CookieChange {
            name: self.name.to_owned(),
            value: None,
        }
    }

    fn read(&self, sent: &[SentCookie]) -> LoopState {
        let mut cookies = sent.iter().filter(|cookie| cookie.name == self.name);
        cookies
            .find_map(|cookie| self.sealer.open(&cookie.value, self.name))
            .unwrap_or_default()
    }

    fn write(&self, state: LoopState) -> Result<CookieChange, SealError> {
        let ttl_seconds = u32::try_from(RESTART_INTERVAL_SECONDS).unwrap_or(u32::MAX);
        Ok(CookieChange {
            name: self.name.to_owned(),
            value: Some((self.sealer.seal(&state, self.name)?, ttl_seconds)),
        })
    }

    fn is_recent(&self, moment: Option<Timestamp>, seconds: i64) -> bool {
        // The clock of another replica may be ahead, so a time in the future counts as recent.
        moment.is_some_and(|moment| self.clock.now().seconds_since(moment) <= seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loop_guard() -> (LoginLoopGuard, Clock) {
        let clock = Clock::system();
        (
            LoginLoopGuard::new(
                &crate::settings::SessionKey::new([7; 64]).into(),
                &AppId::parse("wx0000000000000001").unwrap(),
                clock.clone(),
                Random::system(),
                true,
            ),
            clock,
        )
    }

    fn jar(change: CookieChange) -> Vec<SentCookie> {
        let value = change.value.map(|(value, _)| value).unwrap_or_default();
        vec![SentCookie {
            name: change.name,
            value,
        }]
    }

    #[test]
    fn a_restart_is_remembered_for_a_minute() {
        let (loop_guard, clock) = loop_guard();
        assert!(!loop_guard.has_restarted(&[]));
        let jar = jar(loop_guard.note_restart(&[]).unwrap());
        assert!(loop_guard.has_restarted(&jar));
        clock.advance(62);
        assert!(!loop_guard.has_restarted(&jar));
    }

    #[test]
    fn three_sign_ins_in_a_row_are_a_loop_until_half_a_minute_later() {
        let (loop_guard, clock) = loop_guard();
        let first = jar(loop_guard.note_sign_in(&[]).unwrap());
        let second = jar(loop_guard.note_sign_in(&first).unwrap());
        assert!(!loop_guard.is_looping(&second));
        let third = jar(loop_guard.note_sign_in(&second).unwrap());
        assert!(loop_guard.is_looping(&third));
        clock.advance(32);
        assert!(!loop_guard.is_looping(&third));
        assert!(!loop_guard.is_looping(&jar(loop_guard.note_sign_in(&third).unwrap())));
    }

    #[test]
    fn a_sign_in_does_not_displace_a_restart() {
        let (loop_guard, _) = loop_guard();
        let restarted = jar(loop_guard.note_restart(&[]).unwrap());
        assert!(loop_guard.has_restarted(&jar(loop_guard.note_sign_in(&restarted).unwrap())));
    }
}
