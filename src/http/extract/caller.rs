use std::{
    future::{Ready, ready},
    net::IpAddr,
};

use actix_web::{FromRequest, HttpRequest, dev::Payload, error::ErrorInternalServerError, http::header, web::Data};
use base64::{Engine, prelude::BASE64_STANDARD};
use secrecy::{ExposeSecret, SecretString};

use crate::{
    domain::ApiRight,
    http::{client_ip::client_ip, error::AppError},
    services::apps::{
        Caller,
        callers::{ApiCallers, CallerError},
    },
};

/// Who calls the internal API, by their key: `Authorization: Bearer KEY`, or `Basic` with the app's id and the key.
pub struct Authenticated(pub Caller, Asker);

/// Where a caller's missing right is recorded.
#[derive(Clone)]
pub struct Asker {
    callers: Data<ApiCallers>,
    from: Option<IpAddr>,
}

/// What stands in the header `Authorization`.
pub enum Credentials {
    /// A key or a token.
    Bearer(SecretString),
    /// A name and a key.
    Basic {
        /// The user name.
        name: String,
        /// The password.
        key: SecretString,
    },
    /// Something else, or several headers.
    Unreadable,
}

impl Authenticated {
    /// The caller, if they have this right.
    ///
    /// # Errors
    /// [`AppError::RightMissing`].
    pub fn with(self, right: &ApiRight) -> Result<Caller, AppError> {
        if self.0.may(right) {
            Ok(self.0)
        } else {
            Err(self.right_missing())
        }
    }

    /// The error of a caller who has no right to this. Records it.
    pub fn right_missing(&self) -> AppError {
        self.1.callers.note_missing_right(self.1.from);
        AppError::RightMissing
    }
}

impl FromRequest for Authenticated {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(authenticate(request, by_header))
    }
}

/// Finds the caller by `find`, and gives the log lines of the request their name.
pub(super) fn authenticate(
    request: &HttpRequest,
    find: impl FnOnce(&HttpRequest, &Asker) -> Result<Caller, actix_web::Error>,
) -> Result<Authenticated, actix_web::Error> {
    let callers = request.app_data::<Data<ApiCallers>>().cloned();
    let callers = callers.ok_or_else(|| ErrorInternalServerError("the server was built without callers"))?;
    let from = client_ip(request);
    let asker = Asker { callers, from };
    let caller = find(request, &asker)?;
    tracing::Span::current().record("app.id", caller.name.as_str());
    Ok(Authenticated(caller, asker))
}

fn by_header(request: &HttpRequest, asker: &Asker) -> Result<Caller, actix_web::Error> {
    let presented = credentials(request).ok_or(AppError::KeyMissing)?;
    Ok(asker.owner_of(&presented)?)
}

impl Asker {
    /// The owner of a key.
    pub(super) fn owner_of(&self, presented: &Credentials) -> Result<Caller, AppError> {
        let found = match presented {
            Credentials::Bearer(key) => self.callers.by_key(key.expose_secret(), self.from),
            Credentials::Basic { name, key } => self.callers.by_name_and_key(name, key.expose_secret(), self.from),
            // Counts like a wrong key.
            Credentials::Unreadable => self.callers.by_key("", self.from),
        };
        found.cloned().map_err(AppError::from)
    }

    /// The owner of a key or of a token of the relay.
    pub(super) fn owner_of_bearer(&self, text: &SecretString) -> Result<Caller, CallerError> {
        self.callers.by_key_or_relay_token(text, self.from).cloned()
    }

    /// The owner of a token of the relay.
    pub(super) fn owner_of_token(&self, token: &SecretString) -> Result<Caller, CallerError> {
        self.callers.by_relay_token(token, self.from).cloned()
    }
}

/// The credentials in the header. None: there is none.
pub fn credentials(request: &HttpRequest) -> Option<Credentials> {
    let mut headers = request.headers().get_all(header::AUTHORIZATION);
    let value = headers.next()?;
    if headers.next().is_some() {
        return Some(Credentials::Unreadable);
    }
    Some(value.to_str().ok().and_then(read).unwrap_or(Credentials::Unreadable))
}

fn read(value: &str) -> Option<Credentials> {
    let (scheme, rest) = value.split_once(' ')?;
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(Credentials::Bearer(rest.into()));
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(BASE64_STANDARD.decode(rest).ok()?).ok()?;
    let (name, key) = decoded.split_once(':')?;
    let (name, key) = (name.to_owned(), key.into());
    Some(Credentials::Basic { name, key })
}

impl From<CallerError> for AppError {
    fn from(error: CallerError) -> Self {
        match error {
            CallerError::TooManyWrongKeys(over) => Self::TooManyRequests {
                retry_after: over.seconds,
            },
            CallerError::UnknownKey | CallerError::TokenExpired | CallerError::TokenInvalid => Self::KeyMissing,
        }
    }
}
