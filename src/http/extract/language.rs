use std::{
    convert::Infallible,
    future::{Ready, ready},
};

use actix_web::{FromRequest, HttpRequest, dev::Payload};

use crate::{domain, http::language::language_of};

/// The language of the response.
pub struct Language(pub domain::Language);

impl FromRequest for Language {
    type Error = Infallible;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(language_of(request))))
    }
}
