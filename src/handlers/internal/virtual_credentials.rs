//! Virtual credentials: `cgi-bin/token` and `cgi-bin/stable_token` of the relay. They are never passed on. An app asks with its
//! id and its key, as an SDK asks the platform with AppID and AppSecret, and gets a token that is good at this relay only.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{self, Bytes, Data},
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::{
    domain::routes,
    http::{
        client_ip::client_ip,
        error::AppError,
        extract::{Credentials, credentials},
    },
    services::apps::{
        CallerName,
        callers::{ApiCallers, CallerError},
        relay_tokens::RELAY_TOKEN_SECONDS,
    },
};

/// What an SDK sends in place of AppID and AppSecret. Further parameters, such as `force_refresh`, mean nothing here.
#[derive(Default, Deserialize)]
struct Asked {
    #[serde(default)]
    grant_type: String,
    #[serde(default)]
    appid: String,
    #[serde(default)]
    secret: SecretString,
}

#[derive(Serialize)]
struct Issued<'a> {
    access_token: &'a str,
    expires_in: u32,
}

/// The routes of this room. They stand before the relay's, which covers their paths.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    config
        .service(web::resource(routes::INTERNAL_TOKEN).get(token).post(token))
        .service(web::resource(routes::INTERNAL_STABLE_TOKEN).post(stable_token));
}

/// `GET /internal/wechat/cgi-bin/token?grant_type=client_credential&appid=…&secret=…`.
async fn token(request: HttpRequest, callers: Data<ApiCallers>) -> Result<HttpResponse, AppError> {
    let asked = web::Query::<Asked>::from_query(request.query_string());
    issue(
        &request,
        asked.map(web::Query::into_inner).unwrap_or_default(),
        &callers,
    )
}

/// `POST /internal/wechat/cgi-bin/stable_token`, with the same as JSON.
async fn stable_token(request: HttpRequest, body: Bytes, callers: Data<ApiCallers>) -> Result<HttpResponse, AppError> {
    issue(&request, serde_json::from_slice(&body).unwrap_or_default(), &callers)
}

fn issue(request: &HttpRequest, asked: Asked, callers: &ApiCallers) -> Result<HttpResponse, AppError> {
    if asked.grant_type != "client_credential" {
        return Err(AppError::CredentialsRefused);
    }
    let owner = owner(request, &asked, callers)?;
    let token = callers.issue_relay_token(&owner)?.ok_or(AppError::CredentialsRefused)?;
    Ok(HttpResponse::Ok().json(Issued {
        access_token: token.expose_secret(),
        expires_in: RELAY_TOKEN_SECONDS,
    }))
}

/// Who asks: by the user and password of the base URL, which need no more, or else by id and key. The operator's key, with which
/// everything may be done, stands in no query.
fn owner(request: &HttpRequest, asked: &Asked, callers: &ApiCallers) -> Result<CallerName, AppError> {
    let from = client_ip(request);
    let found = match credentials(request) {
        Some(Credentials::Basic { name, key }) => callers.by_name_and_key(&name, key.expose_secret(), from),
        _ if asked.appid == CallerName::Ops.as_str() => return Err(AppError::CredentialsRefused),
        _ => callers.by_name_and_key(&asked.appid, asked.secret.expose_secret(), from),
    };
    match found {
        Ok(caller) => Ok(caller.name.clone()),
        Err(CallerError::TooManyWrongKeys(over)) => Err(AppError::TooManyRequests {
            retry_after: over.seconds,
        }),
        Err(_) => Err(AppError::CredentialsRefused),
    }
}
