use std::{
    fmt,
    future::{Ready, ready},
};

use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError, dev::Payload, http::StatusCode};
use secrecy::SecretString;
use serde::Serialize;
use url::form_urlencoded;

use super::caller::{Asker, Authenticated, Credentials, authenticate, credentials};
use crate::{
    http::error::AppError,
    services::apps::{Caller, callers::CallerError, relay_tokens::is_relay_token},
};

/// Who calls the relay: with a key, as [`Authenticated`], or with a token of the relay, which stands where SDKs put tokens: in
/// the query's `access_token`, which counts only where there is no header `Authorization`, or as `Bearer`. A key in the query
/// is no key.
pub struct RelayCaller(pub Authenticated);

/// A token of the relay that is good no more. It is answered as the platform does, so that SDKs ask for another.
#[derive(Debug)]
struct TokenEnded(PlatformAnswer);

#[derive(Debug, Clone, Copy, Serialize)]
struct PlatformAnswer {
    errcode: i32,
    errmsg: &'static str,
}

const EXPIRED: PlatformAnswer = PlatformAnswer {
    errcode: 42001,
    errmsg: "fanpass: access_token expired",
};

const INVALID: PlatformAnswer = PlatformAnswer {
    errcode: 40001,
    errmsg: "fanpass: access_token is invalid or not latest",
};

impl FromRequest for RelayCaller {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(authenticate(request, find).map(Self))
    }
}

fn find(request: &HttpRequest, asker: &Asker) -> Result<Caller, actix_web::Error> {
    match credentials(request) {
        Some(Credentials::Bearer(token)) if is_relay_token(&token) => by_token(&token, asker),
        Some(presented) => Ok(asker.owner_of(&presented)?),
        None => match token_in_query(request) {
            Some(token) if is_relay_token(&token) => by_token(&token, asker),
            // Counts like a wrong key.
            Some(_) => Ok(asker.owner_of(&Credentials::Unreadable)?),
            None => Err(AppError::KeyMissing.into()),
        },
    }
}

fn by_token(token: &SecretString, asker: &Asker) -> Result<Caller, actix_web::Error> {
    asker.owner_of_token(token).map_err(|error| match error {
        CallerError::TokenExpired => TokenEnded(EXPIRED).into(),
        CallerError::TokenInvalid => TokenEnded(INVALID).into(),
        error => AppError::from(error).into(),
    })
}

fn token_in_query(request: &HttpRequest) -> Option<SecretString> {
    let mut pairs = form_urlencoded::parse(request.query_string().as_bytes());
    let (_, token) = pairs.find(|(name, _)| name == "access_token")?;
    Some(token.as_ref().into())
}

impl fmt::Display for TokenEnded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.errmsg)
    }
}

impl ResponseError for TokenEnded {
    fn status_code(&self) -> StatusCode {
        StatusCode::OK
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::Ok().json(self.0)
    }
}
