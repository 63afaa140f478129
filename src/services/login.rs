//! A login: begun here, led through the platform's authorize page, completed here.
//!
//! `begin` sends a browser away with a pending login; `complete` takes its callback. What happens to the code in
//! between is in `code_exchange`; it runs as a task of its own, so that a fan whose phone dropped the first of two
//! identical callbacks is signed in by the second.

pub mod code_claims;
mod code_outcome;
mod exchange_code;
mod failure;
mod loop_guard;
mod pending_logins;
mod saved_grant;

use std::rc::Rc;

use url::form_urlencoded;

pub use code_outcome::{AuthenticatedFan, CodeOutcome};
pub use exchange_code::{CodeExchange, CodeExchangeParts};
pub use failure::LoginFailure;
pub use loop_guard::LoginLoopGuard;
pub use pending_logins::{CookieChange, LoginRequest, PendingLogin, PendingLogins, SentCookie};

use super::sealing::SealError;
use crate::{
    clients::wechat::AuthorizeUrl,
    domain::{AuthorizationCode, LoginState, NextPath, Scope},
    telemetry::{self, logins::LoginOutcome},
};

/// Logins on one worker thread.
#[derive(Clone)]
pub struct Logins {
    pending: PendingLogins,
    loop_guard: LoginLoopGuard,
    authorize_url: AuthorizeUrl,
    code_exchange: Rc<CodeExchange>,
}

/// A login that was begun: where the browser goes, and what it must remember.
pub struct Begun {
    /// The authorize page.
    pub authorize_url: String,
    /// The cookies to set.
    pub cookies: Vec<CookieChange>,
}

/// The query of a callback, as it came. It holds a credential until it is spent: it has no Debug.
#[derive(Default)]
pub struct Callback {
    /// `code`; absent or empty when the fan declined.
    pub code: Option<String>,
    /// `state`.
    pub state: Option<String>,
}

impl Callback {
    /// Reads a query; of several parameters with one name the first, since the platform appends its own behind ours.
    pub fn from_query(query: &str) -> Self {
        let mut callback = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "code" => callback.code = callback.code.or(Some(value.into_owned())),
                "state" => callback.state = callback.state.or(Some(value.into_owned())),
                _ => {}
            }
        }
        callback
    }
}

/// A callback that was dealt with.
pub struct Completed {
    /// How it ended.
    pub outcome: CallbackOutcome,
    /// The cookies to set and to forget.
    pub cookies: Vec<CookieChange>,
}

/// How a callback ends.
pub enum CallbackOutcome {
    /// The fan is known now: sign them in and go to `next`.
    SignedIn {
        /// Who.
        fan: AuthenticatedFan,
        /// Where to.
        next: NextPath,
    },
    /// A silent login of somebody who is not registered: show the registration prompt.
    Unregistered {
        /// Where to after the registration.
        next: NextPath,
    },
    /// The silent login begins again by itself.
    Restarted {
        /// The authorize page.
        authorize_url: String,
    },
    /// The state is unknown, foreign, missing or used up. Nothing was spent.
    UnknownState,
    /// The fan declined.
    Declined {
        /// What was asked for.
        scope: Scope,
        /// Where the fan wanted to go.
        next: NextPath,
    },
    /// A snapshot fan: nothing is stored.
    Snapshot {
        /// Where the fan wanted to go.
        next: NextPath,
    },
    /// It failed.
    Failed {
        /// Why.
        failure: LoginFailure,
        /// What was asked for.
        scope: Scope,
        /// Where the fan wanted to go.
        next: NextPath,
    },
}

impl CallbackOutcome {
    fn count(&self) {
        let logins = &telemetry::metrics().logins;
        match self {
            Self::SignedIn { .. } => logins.completed(LoginOutcome::SignedIn),
            Self::Unregistered { .. } => logins.completed(LoginOutcome::Unregistered),
            Self::Restarted { .. } => logins.completed(LoginOutcome::Restarted),
            Self::UnknownState => logins.completed(LoginOutcome::UnknownState),
            Self::Declined { .. } => logins.completed(LoginOutcome::Declined),
            Self::Snapshot { .. } => logins.completed(LoginOutcome::Snapshot),
            Self::Failed { failure, .. } => logins.failed(failure.reason()),
        }
    }
}

impl Logins {
    /// Logins whose codes are dealt with by `code_exchange`.
    pub fn new(
        pending: PendingLogins,
        loop_guard: LoginLoopGuard,
        authorize_url: AuthorizeUrl,
        code_exchange: Rc<CodeExchange>,
    ) -> Self {
        Self {
            pending,
            loop_guard,
            authorize_url,
            code_exchange,
        }
    }

    /// Whether a cookie of this name belongs to logins.
    pub fn is_login_cookie(&self, name: &str) -> bool {
        self.pending.is_ours(name) || self.loop_guard.is_ours(name)
    }

    /// Whether this browser signs in again and again and keeps no session: another login would not help.
    pub fn is_looping(&self, sent: &[SentCookie]) -> bool {
        self.loop_guard.is_looping(sent)
    }

    /// What a browser forgets of its last logins when the fan logs out.
    pub fn forget_login_loop(&self) -> CookieChange {
        self.loop_guard.forget()
    }

    /// Begins a login.
    ///
    /// # Errors
    /// [`SealError`] if a cookie cannot be sealed.
    pub fn begin(&self, request: LoginRequest, sent: &[SentCookie]) -> Result<Begun, SealError> {
        let (login, cookies) = self.pending.begin(request, sent)?;
        telemetry::metrics().logins.begun(login.scope);
        Ok(Begun {
            authorize_url: self.authorize_url.for_login(login.scope, &login.state),
            cookies,
        })
    }

    /// Completes the login that a callback belongs to. The state is checked before the code is spent, and goes with it.
    ///
    /// # Errors
    /// [`SealError`] if a cookie cannot be sealed.
    pub async fn complete(&self, callback: Callback, sent: &[SentCookie]) -> Result<Completed, SealError> {
        let completed = self.completed(callback, sent).await?;
        completed.outcome.count();
        Ok(completed)
    }

    async fn completed(&self, callback: Callback, sent: &[SentCookie]) -> Result<Completed, SealError> {
        let state = callback.state.and_then(|state| LoginState::parse(&state).ok());
        let Some(login) = state.and_then(|state| self.pending.find(&state, sent)) else {
            return Ok(Completed {
                outcome: CallbackOutcome::UnknownState,
                cookies: Vec::new(),
            });
        };
        let Some(code) = callback.code.filter(|code| !code.is_empty()) else {
            let cookies = vec![self.pending.forget(&login.state)];
            return Ok(Completed {
                outcome: CallbackOutcome::Declined {
                    scope: login.scope,
                    next: login.next,
                },
                cookies,
            });
        };
        let outcome = match AuthorizationCode::parse(&code) {
            Ok(code) => self.settle(code, login.clone()).await,
            Err(_) => CodeOutcome::Failed(LoginFailure::CodeRefused),
        };
        self.conclude(outcome, login, sent)
    }

    /// Deals with the code in a task of its own: it goes on when the browser hangs up.
    async fn settle(&self, code: AuthorizationCode, login: PendingLogin) -> CodeOutcome {
        let code_exchange = Rc::clone(&self.code_exchange);
        let work = async move { code_exchange.settle(code, login).await };
        let task = tokio::task::spawn_local(tracing::Instrument::instrument(work, tracing::Span::current()));
        task.await.unwrap_or_else(|error| {
            tracing::error!(%error, "a login ended without an outcome");
            CodeOutcome::Failed(LoginFailure::Internal)
        })
    }

    fn conclude(&self, outcome: CodeOutcome, login: PendingLogin, sent: &[SentCookie]) -> Result<Completed, SealError> {
        let PendingLogin { state, scope, next, .. } = login;
        let mut cookies = vec![self.pending.forget(&state)];
        let outcome = match outcome {
            CodeOutcome::SignedIn(fan) => {
                cookies.push(self.loop_guard.note_sign_in(sent)?);
                CallbackOutcome::SignedIn { fan, next }
            }
            CodeOutcome::Unregistered => CallbackOutcome::Unregistered { next },
            CodeOutcome::Snapshot => CallbackOutcome::Snapshot { next },
            CodeOutcome::Failed(LoginFailure::CodeRefused)
                if scope == Scope::Base && !self.loop_guard.has_restarted(sent) =>
            {
                let begun = self.begin(LoginRequest::silent(next), sent)?;
                cookies.extend(begun.cookies);
                cookies.push(self.loop_guard.note_restart(sent)?);
                CallbackOutcome::Restarted {
                    authorize_url: begun.authorize_url,
                }
            }
            CodeOutcome::Failed(failure) => {
                if failure.is_mended_by_reloading() {
                    cookies.clear();
                }
                CallbackOutcome::Failed { failure, scope, next }
            }
        };
        Ok(Completed { outcome, cookies })
    }
}
