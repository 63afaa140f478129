//! The account's access tokens, of both kinds: `cgi-bin/token` and `cgi-bin/stable_token` know nothing of each other.

use std::{collections::VecDeque, sync::Mutex};

use serde::Serialize;

use crate::{beijing::day_of, lock::lock, random::Random};

const TTL_SECONDS: i64 = 7200;
/// How long the old token stays good beside a new one; a stable one is replaced so long before its end.
const OVERLAP_SECONDS: i64 = 300;
/// Forced refreshes of a day, and the seconds between two.
const FORCED_A_DAY: u32 = 20;
const FORCED_APART_SECONDS: i64 = 30;
/// Tokens of a kind that are remembered, so that an old one is told from a made-up one.
const REMEMBERED: usize = 100;

/// What happens to the token before a new one.
#[derive(Clone, Copy)]
enum Old {
    Overlaps,
    Ends,
}

/// One token that was issued.
#[derive(Debug, Clone, Serialize)]
pub struct AccountToken {
    /// `stable#1`, `token#2`: how the request log calls it.
    pub name: String,
    #[serde(rename = "access_token")]
    pub text: String,
    /// Seconds since 1970; from then on 42001.
    pub expires_at: i64,
    /// Seconds since 1970; from then on 40001, since a newer one took its place.
    pub replaced_at: Option<i64>,
}

impl AccountToken {
    pub fn errcode(&self, now: i64) -> Option<i64> {
        if now >= self.expires_at {
            Some(42001)
        } else {
            self.replaced_at.is_some_and(|at| now >= at).then_some(40001)
        }
    }
}

/// The tokens of one kind, the newest last.
#[derive(Default)]
struct Kind {
    tokens: VecDeque<AccountToken>,
    issued: u64,
}

impl Kind {
    fn current(&self, now: i64) -> Option<&AccountToken> {
        self.tokens.back().filter(|token| token.errcode(now).is_none())
    }

    fn issue(&mut self, kind: &str, old: Old, now: i64, random: &Random) -> (String, i64) {
        if let Some(last) = self.tokens.back_mut().filter(|token| token.errcode(now).is_none()) {
            let end = match old {
                Old::Overlaps => now + OVERLAP_SECONDS,
                Old::Ends => now,
            };
            last.replaced_at = Some(end);
            // Both are good for the whole overlap, also where the old one had less left.
            last.expires_at = last.expires_at.max(end);
        }
        // A token whose overlap still runs ends with a forced refresh too.
        if matches!(old, Old::Ends) {
            for token in &mut self.tokens {
                token.replaced_at = Some(token.replaced_at.map_or(now, |at| at.min(now)));
            }
        }
        if self.tokens.len() >= REMEMBERED {
            self.tokens.pop_front();
        }
        self.issued += 1;
        let text = random.token();
        self.tokens.push_back(AccountToken {
            name: format!("{kind}#{}", self.issued),
            text: text.clone(),
            expires_at: now + TTL_SECONDS,
            replaced_at: None,
        });
        (text, TTL_SECONDS)
    }
}

#[derive(Default)]
struct State {
    stable: Kind,
    plain: Kind,
    forced_at: Option<i64>,
    /// Day and count.
    forced: (i64, u32),
}

impl State {
    fn all(&self) -> impl Iterator<Item = &AccountToken> {
        self.stable.tokens.iter().chain(&self.plain.tokens)
    }
}

/// All tokens of the account.
#[derive(Default)]
pub struct AccountTokens(Mutex<State>);

impl AccountTokens {
    /// `cgi-bin/token`: always a new one.
    pub fn plain(&self, now: i64, random: &Random) -> (String, i64) {
        lock(&self.0).plain.issue("token", Old::Overlaps, now, random)
    }

    /// `cgi-bin/stable_token`: the token and its remaining seconds.
    ///
    /// # Errors
    ///
    /// 45009 for the twenty-first forced refresh of a day.
    pub fn stable(&self, force: bool, now: i64, random: &Random) -> Result<(String, i64), i64> {
        let mut state = lock(&self.0);
        if force && state.forced_at.is_none_or(|at| now - at >= FORCED_APART_SECONDS) {
            let today = day_of(now);
            if state.forced.0 != today {
                state.forced = (today, 0);
            }
            if state.forced.1 >= FORCED_A_DAY {
                return Err(45009);
            }
            state.forced.1 += 1;
            state.forced_at = Some(now);
            return Ok(state.stable.issue("stable", Old::Ends, now, random));
        }
        match state.stable.current(now) {
            Some(token) if token.expires_at - now > OVERLAP_SECONDS => Ok((token.text.clone(), token.expires_at - now)),
            _ => Ok(state.stable.issue("stable", Old::Overlaps, now, random)),
        }
    }

    /// # Errors
    ///
    /// 42001 for a token that has expired, 40014 for what has not the form of one or is cut off, 40001 for any other.
    pub fn check(&self, text: &str, now: i64) -> Result<(), i64> {
        let state = lock(&self.0);
        if let Some(token) = state.all().find(|token| token.text == text) {
            return token.errcode(now).map_or(Ok(()), Err);
        }
        let is_form = text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
        let is_cut = state.all().any(|token| token.text.starts_with(text));
        Err(if !is_form || is_cut { 40014 } else { 40001 })
    }

    /// The name of a token in the request log.
    pub fn name_of(&self, text: &str) -> String {
        let state = lock(&self.0);
        let known = state.all().find(|token| token.text == text);
        known.map_or_else(|| "unknown".to_owned(), |token| token.name.clone())
    }

    /// The tokens that are remembered, the newest of each kind last.
    pub fn list(&self) -> Vec<AccountToken> {
        lock(&self.0).all().cloned().collect()
    }

    /// Ends all tokens of both kinds, as if another system had fetched new ones.
    pub fn end_all(&self, now: i64) {
        let mut state = lock(&self.0);
        let State { stable, plain, .. } = &mut *state;
        for token in stable.tokens.iter_mut().chain(&mut plain.tokens) {
            token.replaced_at = Some(token.replaced_at.map_or(now, |at| at.min(now)));
        }
    }
}
