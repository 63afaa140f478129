//! `cgi-bin/showqrcode`: the picture of a QR code by its ticket, without a token. The platform gives a JPEG, here it is SVG.

use actix_web::{HttpRequest, HttpResponse, http::header::CONTENT_TYPE, web};
use qrcode::{EcLevel, QrCode, render::svg};

use super::parameters::Parameters;
use crate::platform::Platform;

/// Width and height, as the platform has them.
const SIZE: u32 = 430;

pub async fn show(request: HttpRequest, platform: web::Data<Platform>) -> HttpResponse {
    let parameters = Parameters::of(&request);
    let ticket = parameters.get("ticket").unwrap_or_default();
    let code = platform.qr_codes.get(ticket, platform.clock.now());
    let drawn = code.and_then(|code| QrCode::with_error_correction_level(code.url, EcLevel::M).ok());
    match drawn {
        Some(code) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "image/svg+xml"))
            .body(code.render::<svg::Color<'_>>().min_dimensions(SIZE, SIZE).build()),
        None => HttpResponse::NotFound().finish(),
    }
}
