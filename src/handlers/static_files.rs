use crate::middleware::app_error::AppError;
use actix_web::{HttpResponse, http::header, web};

use crate::views::Assets;

/// `GET /static/…`: the name carries a hash of the content, so that it may be kept for ever.
pub(super) async fn static_file(name: web::Path<String>) -> Result<HttpResponse, AppError> {
    let asset = Assets::find(&name).ok_or(AppError::NotFound)?;
    Ok(HttpResponse::Ok()
        .content_type(asset.content_type)
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(asset.bytes.into_owned()))
}
