use std::future::{Ready, ready};

use actix_session::SessionExt;
use actix_web::{FromRequest, HttpRequest, dev::Payload, error::ErrorInternalServerError, web};

use crate::{
    domain::SignIn,
    http::{error::AppError, session::signed_in},
    services::sessions::Sessions,
};

/// The fan who is signed in, if anybody is.
///
/// Not `Option<CurrentFan>`: actix-web makes `None` of every error, and a fan whose session cannot be checked for the
/// moment would be taken for a stranger. Here that is an error.
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
