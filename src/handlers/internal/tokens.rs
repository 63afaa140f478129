//! The account's token and ticket.

use std::time::Duration;

use actix_web::{
    HttpResponse,
    web::{self, Bytes, Data},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{ApiRight, Deadline, IssuedToken, routes},
    http::{error::AppError, extract::Authenticated},
    services::account_tokens::AccountTokens,
};

/// What the room works with, on one thread.
pub struct TokensState {
    /// The tokens.
    pub tokens: AccountTokens,
    /// How long one request may wait for the platform.
    pub timeout: Duration,
}

#[derive(Serialize)]
struct AccessToken<'a> {
    access_token: &'a str,
    expires_in: u32,
}

#[derive(Serialize)]
struct Ticket<'a> {
    ticket: &'a str,
    expires_in: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refused {
    access_token: SecretString,
}

/// The routes of this room.
pub(super) fn configure(config: &mut web::ServiceConfig, state: TokensState) {
    config
        .app_data(Data::new(state))
        .service(web::resource(routes::INTERNAL_ACCESS_TOKEN).route(web::get().to(access_token)))
        .service(web::resource(routes::INTERNAL_ACCESS_TOKEN_REFRESH).route(web::post().to(refresh)))
        .service(web::resource(routes::INTERNAL_JSAPI_TICKET).route(web::get().to(jsapi_ticket)));
}

/// `GET /internal/access-token`.
async fn access_token(caller: Authenticated, state: Data<TokensState>) -> Result<HttpResponse, AppError> {
    caller.with(&ApiRight::AccessToken)?;
    let token = state.tokens.access_token(Deadline::after(state.timeout)).await?;
    Ok(token_response(&token))
}

/// `GET /internal/jsapi-ticket`.
async fn jsapi_ticket(caller: Authenticated, state: Data<TokensState>) -> Result<HttpResponse, AppError> {
    caller.with(&ApiRight::JsapiTicket)?;
    let ticket = state.tokens.jsapi_ticket(Deadline::after(state.timeout)).await?;
    Ok(HttpResponse::Ok().json(Ticket {
        ticket: ticket.value.expose_secret(),
        expires_in: ticket.expires_in,
    }))
}

/// `POST /internal/access-token/refresh`: another token than the one that the platform refused.
async fn refresh(caller: Authenticated, body: Bytes, state: Data<TokensState>) -> Result<HttpResponse, AppError> {
    caller.with(&ApiRight::AccessToken)?;
    let refused: Refused = serde_json::from_slice(&body).map_err(|_| AppError::BadRequest)?;
    let deadline = Deadline::after(state.timeout);
    let token = state.tokens.refresh(&refused.access_token, deadline).await?;
    Ok(token_response(&token))
}

fn token_response(token: &IssuedToken) -> HttpResponse {
    HttpResponse::Ok().json(AccessToken {
        access_token: token.value.expose_secret(),
        expires_in: token.expires_in,
    })
}
