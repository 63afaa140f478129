use url::form_urlencoded;

use super::{AuthenticatedFan, CookieChange, LoginFailure};
use crate::{
    domain::{NextPath, Scope},
    telemetry::{events::Event, logins::LoginOutcome},
};

/// The query of a callback. The code is a credential until it is spent, so there is no Debug.
#[derive(Default)]
pub struct Callback {
    /// `code`; absent or empty when the fan declined.
    pub code: Option<String>,
    /// `state`, unchecked.
    pub state: Option<String>,
}

impl Callback {
    /// Reads a query. If a parameter occurs twice the first one counts: the platform appends its own after ours.
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

/// A callback whose outcome is known.
pub struct Completed {
    /// What the fan is to see.
    pub outcome: CallbackOutcome,
    /// The cookies to set and to remove.
    pub cookies: Vec<CookieChange>,
}

/// How a callback ends. `next` is where the fan wanted to go, `scope` what the login asked for.
pub enum CallbackOutcome {
    /// The fan is registered: sign them in and go to `next`.
    SignedIn {
        /// The fan of the session to begin.
        fan: AuthenticatedFan,
        /// What the login asked for: the way in which the fan signed in.
        scope: Scope,
        /// Where to go now.
        next: NextPath,
    },
    /// A silent login of a visitor who is not registered: show the registration prompt.
    Unregistered {
        /// Where to go after the registration.
        next: NextPath,
    },
    /// The silent login starts again without the fan's help.
    Restarted {
        /// The authorize page.
        authorize_url: String,
    },
    /// The state is unknown, foreign, missing or used up. No code was spent.
    UnknownState,
    /// The fan declined on the platform's page.
    Declined {
        /// Of the login that was declined.
        scope: Scope,
        /// For a link to another attempt.
        next: NextPath,
    },
    /// A snapshot fan. The login is refused and nothing is stored.
    Snapshot {
        /// For a link to another attempt.
        next: NextPath,
    },
    /// The login failed.
    Failed {
        /// The cause, as far as the fan is concerned.
        failure: LoginFailure,
        /// Of the login that failed.
        scope: Scope,
        /// For a link to another attempt.
        next: NextPath,
    },
}

impl CallbackOutcome {
    /// As it is counted.
    pub(super) fn event(&self) -> Event {
        Event::Login(match self {
            Self::SignedIn { .. } => LoginOutcome::SignedIn,
            Self::Unregistered { .. } => LoginOutcome::Unregistered,
            Self::Restarted { .. } => LoginOutcome::Restarted,
            Self::UnknownState => LoginOutcome::UnknownState,
            Self::Declined { .. } => LoginOutcome::Declined,
            Self::Snapshot { .. } => LoginOutcome::Snapshot,
            Self::Failed { failure, .. } => return Event::LoginFailed(failure.reason()),
        })
    }
}
