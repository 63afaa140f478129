//! Signatures for WeChat's JS-SDK.

use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{self, Data},
};
use serde::Serialize;

use crate::{
    domain::{Deadline, routes},
    http::error::AppError,
    services::jssdk::{JsSdk, PageUrl, PageUrlError},
};

/// What the room works with, on one thread.
pub struct JsSdkState {
    /// Signs.
    pub jssdk: JsSdk,
    /// How long one request may wait for the platform.
    pub timeout: Duration,
}

/// The fields of `wx.config` that a page cannot know.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Config<'a> {
    app_id: &'a str,
    timestamp: i64,
    nonce_str: &'a str,
    signature: &'a str,
}

/// The routes of this room.
pub(super) fn configure(config: &mut web::ServiceConfig, state: JsSdkState) {
    config
        .app_data(Data::new(state))
        .service(web::resource(routes::JSSDK_CONFIG).route(web::get().to(config_of_page)));
}

/// `GET /api/jssdk/config?url=…`. Pages of apps read the answer too, an error as well; the route's policy adds `Vary`.
async fn config_of_page(request: HttpRequest, state: Data<JsSdkState>) -> HttpResponse {
    let signed = signed(&request, &state).await;
    let mut response = signed.unwrap_or_else(HttpResponse::from_error);
    let origin = request.headers().get(header::ORIGIN);
    let is_app = |origin: &&header::HeaderValue| {
        let text = origin.to_str().ok();
        text.is_some_and(|origin| state.jssdk.sites.has_app_at(origin))
    };
    if let Some(origin) = origin.filter(is_app) {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    }
    response
}

async fn signed(request: &HttpRequest, state: &JsSdkState) -> Result<HttpResponse, AppError> {
    let page = PageUrl::from_query(request.query_string()).map_err(|error| match error {
        PageUrlError::Unreadable => AppError::PageUrlUnreadable,
        PageUrlError::Disguised => AppError::PageUrlForeign,
    })?;
    if !state.jssdk.sites.contain(&page) {
        return Err(AppError::PageUrlForeign);
    }
    let config = state.jssdk.sign(&page, Deadline::after(state.timeout)).await?;
    Ok(HttpResponse::Ok().json(Config {
        app_id: config.app_id.as_str(),
        timestamp: config.timestamp,
        nonce_str: &config.nonce,
        signature: &config.signature,
    }))
}
