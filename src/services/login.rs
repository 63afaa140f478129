//! A login, in the order in which it happens:
//!
//! 1. [`Logins::begin`] sends the browser to the platform's authorize page, with a cookie that contains the pending login
//!    (`pending_logins`).
//! 2. [`Logins::complete`] takes the [`Callback`] and finds the pending login by its state.
//! 3. [`CodeExchange`] spends the code, once for all requests that bring it (`code_claims`), refuses snapshot fans, and
//!    recognises or registers the fan. The result is a [`CodeOutcome`].
//! 4. The [`CallbackOutcome`] decides what the fan sees: the site, the registration prompt, or why the login failed.
//!
//! `loop_guard` stops a browser that stores no cookies from logging in forever.

mod callback;
pub mod code_claims;
mod code_outcome;
mod exchange_code;
mod failure;
mod loop_guard;
mod pending_logins;
mod saved_grant;

use std::rc::Rc;

pub use callback::{Callback, CallbackOutcome, Completed};
pub use code_outcome::{AuthenticatedFan, CodeOutcome};
pub use exchange_code::{CodeExchange, CodeExchangeParts};
pub use failure::LoginFailure;
pub use loop_guard::LoginLoopGuard;
pub use pending_logins::{CookieChange, LoginRequest, PendingLogin, PendingLogins, SentCookie};

use super::sealing::SealError;
use crate::{
    clients::wechat::AuthorizeUrl,
    domain::{AuthorizationCode, LoginState, Scope},
    telemetry::events::{AccountEvents, Event},
};

/// Logins to one account, on one worker thread.
#[derive(Clone)]
pub struct Logins {
    pending: PendingLogins,
    loop_guard: LoginLoopGuard,
    authorize_url: AuthorizeUrl,
    code_exchange: Rc<CodeExchange>,
    events: AccountEvents,
}

/// A login that has begun.
pub struct Begun {
    /// The platform's authorize page, where the browser goes.
    pub authorize_url: String,
    /// The cookies to set and to remove.
    pub cookies: Vec<CookieChange>,
}

impl Logins {
    /// Logins whose codes go to `code_exchange`.
    pub fn new(
        pending: PendingLogins,
        loop_guard: LoginLoopGuard,
        authorize_url: AuthorizeUrl,
        code_exchange: Rc<CodeExchange>,
        events: AccountEvents,
    ) -> Self {
        Self {
            pending,
            loop_guard,
            authorize_url,
            code_exchange,
            events,
        }
    }

    /// Begins a login.
    ///
    /// # Errors
    /// [`SealError`] if a cookie cannot be sealed.
    pub fn begin(&self, request: LoginRequest, sent: &[SentCookie]) -> Result<Begun, SealError> {
        let force_popup = request.force_popup;
        let (login, cookies) = self.pending.begin(request, sent)?;
        self.events.record(Event::LoginBegun(login.scope));
        Ok(Begun {
            authorize_url: self.authorize_url.for_login(login.scope, &login.state, force_popup),
            cookies,
        })
    }

    /// Completes the login that a callback belongs to. The state is checked before the code is spent.
    ///
    /// # Errors
    /// [`SealError`] if a cookie cannot be sealed.
    pub async fn complete(&self, callback: Callback, sent: &[SentCookie]) -> Result<Completed, SealError> {
        let completed = self.find_and_exchange(callback, sent).await?;
        self.events.record(completed.outcome.event());
        Ok(completed)
    }

    async fn find_and_exchange(&self, callback: Callback, sent: &[SentCookie]) -> Result<Completed, SealError> {
        let state = callback.state.and_then(|state| LoginState::parse(&state).ok());
        let Some(login) = state.and_then(|state| self.pending.find(&state, sent)) else {
            return Ok(Completed {
                outcome: CallbackOutcome::UnknownState,
                cookies: Vec::new(),
            });
        };
        let Some(code) = callback.code.filter(|code| !code.is_empty()) else {
            let cookies = vec![self.pending.forget(&login.state)];
            let PendingLogin { scope, next, .. } = login;
            return Ok(Completed {
                outcome: CallbackOutcome::Declined { scope, next },
                cookies,
            });
        };
        let outcome = match AuthorizationCode::parse(&code) {
            Ok(code) => self.exchange(code, login.clone()).await,
            Err(_) => CodeOutcome::Failed(LoginFailure::CodeRefused),
        };
        self.callback_outcome(outcome, login, sent)
    }

    /// Exchanges the code in a task of its own. The task goes on when the browser hangs up: a fan whose phone dropped the
    /// first of two identical callbacks is signed in by the second.
    async fn exchange(&self, code: AuthorizationCode, login: PendingLogin) -> CodeOutcome {
        let code_exchange = Rc::clone(&self.code_exchange);
        let work = async move { code_exchange.exchange(code, login).await };
        let task = tokio::task::spawn_local(tracing::Instrument::instrument(work, tracing::Span::current()));
        task.await.unwrap_or_else(|error| {
            tracing::error!(%error, "a login ended without an outcome");
            CodeOutcome::Failed(LoginFailure::Internal)
        })
    }

    fn callback_outcome(
        &self,
        outcome: CodeOutcome,
        login: PendingLogin,
        sent: &[SentCookie],
    ) -> Result<Completed, SealError> {
        let PendingLogin { state, scope, next, .. } = login;
        let mut cookies = vec![self.pending.forget(&state)];
        let outcome = match outcome {
            CodeOutcome::SignedIn(fan) => {
                cookies.push(self.loop_guard.note_sign_in(sent)?);
                CallbackOutcome::SignedIn { fan, scope, next }
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
                if failure.is_fixed_by_reloading() {
                    cookies.clear();
                }
                CallbackOutcome::Failed { failure, scope, next }
            }
        };
        Ok(Completed { outcome, cookies })
    }

    /// Whether a cookie of this name belongs to logins.
    pub fn is_login_cookie(&self, name: &str) -> bool {
        self.pending.is_ours(name) || self.loop_guard.is_ours(name)
    }

    /// Whether this browser signs in repeatedly and stores no session, so that another login would not help.
    pub fn is_looping(&self, sent: &[SentCookie]) -> bool {
        self.loop_guard.is_looping(sent)
    }

    /// Removes the loop guard's cookie when a fan logs out.
    pub fn forget_login_loop(&self) -> CookieChange {
        self.loop_guard.forget()
    }
}
