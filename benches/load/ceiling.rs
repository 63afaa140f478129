//! The ceiling: an actix-web handler that reads and writes what fanpass reads and writes, and does nothing else.
//!
//! Per operation it handles as many requests as fanpass, with as many response headers and about as many bytes. It calls the
//! platform as often through awc, the database as often through diesel and r2d2, and Redis as often through deadpool-redis.
//! It checks, seals and logs nothing and survives no outage, so it cannot be used for real logins.

mod cache;
mod fans;
mod platform;
mod responses;

use std::fs;

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    error::ErrorInternalServerError,
    http::header::COOKIE,
    web::{self, Bytes, Data},
};

use self::{
    cache::Cache,
    fans::Fans,
    platform::Platform,
    responses::{Responses, Scope},
};
use super::{arguments, table::AnyPool};

/// What the handlers of one worker share.
struct Bare {
    responses: Responses,
    fans: Fans,
    cache: Option<Cache>,
    platform: Platform,
    page: Bytes,
}

pub fn run(what: arguments::Ceiling) {
    let page = Bytes::from(fs::read(&what.page).expect("the page"));
    let fans = Fans::new(AnyPool::open(&arguments::database_url()), what.app_id.clone());
    let cache = arguments::redis_url().as_deref().map(Cache::open);
    let listen = what.listen;
    let app = move || {
        let bare = Bare {
            responses: Responses::new(what.sandbox, what.listen, &what.app_id),
            fans: fans.clone(),
            cache: cache.clone(),
            platform: Platform::new(what.sandbox, &what.app_id, &what.app_secret),
            page: page.clone(),
        };
        App::new()
            .app_data(Data::new(bare))
            .route("/", web::get().to(index))
            .route("/register", web::get().to(register))
            .route("/wechat/callback", web::get().to(callback))
            .route("/internal/access-token", web::get().to(access_token))
            .route("/internal/wechat/{path:.*}", web::get().to(relay))
    };
    let serve = async move { HttpServer::new(app).bind(listen)?.run().await };
    actix_web::rt::System::new().block_on(serve).expect("the server");
}

async fn index(request: HttpRequest, bare: Data<Bare>) -> actix_web::Result<HttpResponse> {
    let Some(id) = session(&request) else {
        return Ok(bare.responses.begin(Scope::Base));
    };
    match bare.fans.find(id).await? {
        Some(_) => Ok(bare.responses.page(bare.page.clone())),
        None => Err(ErrorInternalServerError("no such fan")),
    }
}

async fn register(bare: Data<Bare>) -> HttpResponse {
    bare.responses.begin(Scope::UserInfo)
}

/// As many bytes as fanpass sends.
async fn access_token() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(format!(r#"{{"access_token":"{}","expires_in":7000}}"#, "t".repeat(136)))
}

/// Passes a call on that brings its token along.
async fn relay(request: HttpRequest, path: web::Path<String>, bare: Data<Bare>) -> actix_web::Result<HttpResponse> {
    let body = bare.platform.pass_on(&path, request.query_string()).await?;
    Ok(HttpResponse::Ok().content_type("application/json").body(body))
}

async fn callback(request: HttpRequest, bare: Data<Bare>) -> actix_web::Result<HttpResponse> {
    let (code, state) = responses::code_and_state(request.query_string());
    bare.put(&["code"], 20).await?;
    let grant = bare.platform.exchange(code).await?;
    let fan = match Scope::of(state) {
        Scope::Base => bare.fans.find_by_openid(grant.openid).await?,
        Scope::UserInfo => {
            bare.put(&["completion", "grant"], 400).await?;
            let profile = bare.platform.userinfo(&grant).await?;
            let fan = bare.fans.register(profile).await?;
            bare.put(&["token"], 500).await?;
            Some(fan)
        }
    };
    let fan = fan.ok_or_else(|| ErrorInternalServerError("no such fan"))?;
    bare.put(&["outcome"], 250).await?;
    Ok(bare.responses.signed_in(&fan))
}

impl Bare {
    /// Stores values of `bytes` one after the other, as fanpass does, where there is a Redis.
    async fn put(&self, kinds: &[&str], bytes: usize) -> actix_web::Result<()> {
        if let Some(cache) = &self.cache {
            for kind in kinds {
                cache.put(kind, bytes).await?;
            }
        }
        Ok(())
    }
}

/// The fan's id, which is the only content of a session here.
fn session(request: &HttpRequest) -> Option<String> {
    let cookies = request.headers().get(COOKIE)?.to_str().ok()?;
    let (_, value) = cookies.split_once("bare_session=")?;
    value.get(..36).map(str::to_owned)
}
