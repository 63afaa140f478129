use std::{
    convert::Infallible,
    future::{Ready, ready},
};

use actix_web::{FromRequest, HttpRequest, dev::Payload};

use crate::domain::NextPath;

/// Where the fan goes afterwards, from `?next=`. The index page if it is missing or not allowed.
pub struct Next(pub NextPath);

impl FromRequest for Next {
    type Error = Infallible;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(NextPath::from_query(request.query_string()))))
    }
}
