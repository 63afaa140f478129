//! The fans' pictures.

use actix_web::{HttpResponse, http::header, web};

use crate::{identicon, platform::Platform};

/// What a picture's URL may end in, and its side in pixels.
const SIZES: [(&str, u16); 5] = [("0", 640), ("46", 46), ("64", 64), ("96", 96), ("132", 132)];

/// `/mmopen/vi_32/{avatar}/{size}`.
pub async fn show(path: web::Path<(String, String)>, platform: web::Data<Platform>) -> HttpResponse {
    let (avatar, size) = path.into_inner();
    let side = SIZES.iter().find(|(name, _)| *name == size).map(|(_, side)| *side);
    match side.filter(|_| platform.fans.find_by_avatar(&avatar).is_some()) {
        None => HttpResponse::NotFound().finish(),
        Some(side) => HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, "image/png"))
            .insert_header((header::CACHE_CONTROL, "max-age=86400"))
            .body(identicon::draw(&avatar, side)),
    }
}
