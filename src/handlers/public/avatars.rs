//! Copies of avatars.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, EntityTag, Header, IfNoneMatch},
    web::{self, Data, Path},
};

use crate::{
    domain::routes,
    handlers::methods::get_or_head,
    http::error::AppError,
    services::avatars::{AvatarFound, Avatars},
};

/// For browsers and caches on the way. An address shows one picture or, later, none.
const CACHE_CONTROL: &str = "public, max-age=300";

/// The routes of this room.
pub(super) fn configure(config: &mut web::ServiceConfig, avatars: Avatars) {
    config
        .app_data(Data::new(avatars))
        .service(web::resource(routes::AVATAR).route(get_or_head().to(avatar)));
}

/// `GET /avatars/{address}`: 404 for an address that nobody was given, 410 for one whose avatar is gone.
async fn avatar(request: HttpRequest, address: Path<String>, avatars: Data<Avatars>) -> Result<HttpResponse, AppError> {
    let jpeg = match avatars.read(&address).await? {
        AvatarFound::Jpeg(jpeg) => jpeg,
        AvatarFound::Gone => return Ok(HttpResponse::Gone().finish()),
        AvatarFound::Unknown => return Err(AppError::NotFound),
    };
    // The address is another for each app and each version, and so is this. A hash of the picture would be the same for all.
    let tag = EntityTag::new_strong(address.into_inner());
    let is_known = match IfNoneMatch::parse(&request) {
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(&tag)),
        Ok(IfNoneMatch::Any) | Err(_) => false,
    };
    let mut response = if is_known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((header::CACHE_CONTROL, CACHE_CONTROL))
        .insert_header((header::ETAG, tag));
    if is_known {
        return Ok(response.finish());
    }
    Ok(response.content_type("image/jpeg").body(jpeg))
}
