//! QR codes with a parameter.

use actix_web::{
    HttpResponse,
    web::{self, Bytes, Data},
};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{ApiRight, QrLifetime, QrScene, routes},
    http::{error::AppError, extract::Authenticated},
    services::qr_codes::QrCodes,
    views::qr_code,
};

/// What the room works with, on one thread.
pub struct QrState {
    /// Makes the codes.
    pub codes: QrCodes,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    scene: String,
    #[serde(default)]
    days: Option<u16>,
}

#[derive(Serialize)]
struct Made<'a> {
    url: &'a str,
    svg: String,
    /// Null: never.
    expires_at: Option<String>,
}

/// The routes of this room.
pub(super) fn configure(config: &mut web::ServiceConfig, state: QrState) {
    config
        .app_data(Data::new(state))
        .service(web::resource(routes::INTERNAL_QR).route(web::post().to(create)));
}

/// `POST /internal/qr`.
async fn create(caller: Authenticated, body: Bytes, state: Data<QrState>) -> Result<HttpResponse, AppError> {
    caller.with(&ApiRight::Qr)?;
    let asked: Asked = serde_json::from_slice(&body).map_err(|_| AppError::BadRequest)?;
    let scene = QrScene::parse(&asked.scene).map_err(|_| AppError::BadRequest)?;
    let lifetime = QrLifetime::of_days(asked.days).map_err(|_| AppError::BadRequest)?;
    let code = state.codes.create(&scene, lifetime).await?;
    Ok(HttpResponse::Ok().json(Made {
        svg: qr_code::svg(&code.url)?,
        url: &code.url,
        expires_at: code.expires_at.map(|moment| moment.to_rfc3339()),
    }))
}
