use std::future::{Ready, ready};

use actix_session::SessionExt;
use actix_web::{FromRequest, HttpRequest, dev::Payload, error::ErrorInternalServerError, web};

use crate::{
    domain::SignIn,
    http::{error::AppError, session::signed_in},
    services::sessions::Sessions,
};

/// The fan who is signed in, if there is one.
///
/// Handlers do not use `Option<CurrentFan>`: actix-web turns every error into `None`, and a fan whose session cannot be
/// checked at the moment would count as not signed in. Here that is an error.
pub struct CurrentFan(pub Option<SignIn>);

impl FromRequest for CurrentFan {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(sessions) = request.app_data::<web::Data<Sessions>>() else {
            return ready(Err(ErrorInternalServerError("the server was built without sessions")));
        };
        let fan = signed_in(&request.get_session(), sessions);
        ready(fan.map(Self).map_err(|error| AppError::from(error).into()))
    }
}
