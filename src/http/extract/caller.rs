use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload, error::ErrorInternalServerError, http::header, web::Data};
use base64::{Engine, prelude::BASE64_STANDARD};

use crate::{
    domain::ApiRight,
    http::error::AppError,
    services::apps::{Apps, Caller},
};

/// Who calls the internal API, by their key: `Authorization: Bearer KEY`, or `Basic` with the app's id and the key.
pub struct Authenticated(pub Caller);

impl Authenticated {
    /// The caller, if they have this right.
    ///
    /// # Errors
    /// [`AppError::RightMissing`].
    pub fn with(self, right: &ApiRight) -> Result<Caller, AppError> {
        if self.0.may(right) {
            Ok(self.0)
        } else {
            Err(AppError::RightMissing)
        }
    }
}

impl FromRequest for Authenticated {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(apps) = request.app_data::<Data<Apps>>() else {
            return ready(Err(ErrorInternalServerError("the server was built without apps")));
        };
        let caller = caller(request, apps).cloned();
        ready(caller.map(Self).ok_or_else(|| AppError::KeyMissing.into()))
    }
}

fn caller<'a>(request: &HttpRequest, apps: &'a Apps) -> Option<&'a Caller> {
    let mut headers = request.headers().get_all(header::AUTHORIZATION);
    let value = headers.next()?.to_str().ok()?;
    if headers.next().is_some() {
        return None;
    }
    let (scheme, credentials) = value.split_once(' ')?;
    let credentials = credentials.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return apps.by_key(credentials);
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(BASE64_STANDARD.decode(credentials).ok()?).ok()?;
    let (name, key) = decoded.split_once(':')?;
    apps.by_name_and_key(name, key)
}
