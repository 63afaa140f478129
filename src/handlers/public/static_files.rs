use actix_web::{HttpResponse, http::header, middleware::Compress, web};

use super::resource;
use crate::{
    domain::routes,
    handlers::methods::{GET_AND_HEAD, get_or_head},
    http::error::AppError,
    views::Assets,
};

/// The files that the pages link to.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    let file = resource(routes::STATIC_FILE, GET_AND_HEAD, get_or_head().to(static_file));
    config.service(file.wrap(Compress::default()));
}

/// `GET /static/…`: the name carries a hash of the content, so that it may be kept for ever.
async fn static_file(name: web::Path<String>) -> Result<HttpResponse, AppError> {
    let asset = Assets::find(&name).ok_or(AppError::NotFound)?;
    Ok(HttpResponse::Ok()
        .content_type(asset.content_type)
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(asset.bytes.into_owned()))
}
