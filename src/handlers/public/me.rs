//! A fan's own page: what is kept, and what the fan decides about it.

mod delete;
mod export;
mod page;
mod receipt;
mod recent_login;
mod refresh;
mod sign_out;

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse,
    web::{self, Data},
};
use url::Url;

use super::login::LoginEntry;
use crate::{
    domain::{FansProfile, SignIn, TimeZone, routes},
    handlers::methods::get_or_head,
    http::{error::AppError, form_target::FormTarget, responses::page as respond},
    services::{
        fans::Fans,
        me::{Me, export::Exports},
        photos::Photos,
        sessions::Sessions,
    },
    telemetry::events::AccountEvents,
    views::{Page, Views},
};

/// What the room works with.
pub struct MeState {
    /// What a fan decides.
    pub me: Me,
    /// Gives a fan what is kept of them.
    pub exports: Exports,
    /// Looks fans up.
    pub fans: Fans,
    /// None where fans have no photos.
    pub photos: Option<Photos>,
    /// Says how old a login is.
    pub sessions: Sessions,
    /// Renders the pages.
    pub views: Arc<Views>,
    /// Begins logins.
    pub login: LoginEntry,
    /// Counts sessions that end.
    pub events: AccountEvents,
    /// Where a day begins.
    pub time_zone: TimeZone,
    /// The platform's pages, through which a form may lead.
    pub open_url: Url,
    /// The names of the apps that may ask for fans.
    pub viewers: Vec<String>,
    /// How long the audit log is kept, in days.
    pub audit_keep_days: u32,
}

impl MeState {
    /// A page whose forms may lead through a login.
    fn respond<P: Page>(&self, request: &HttpRequest, page: &P) -> Result<HttpResponse, AppError> {
        let mut response = respond(&self.views, request, page)?;
        if let Some(target) = FormTarget::of(&self.open_url) {
            response.extensions_mut().insert(target);
        }
        Ok(response)
    }

    /// The row of a fan who is signed in. None: nobody is, or the row is gone.
    async fn find(&self, sign_in: Option<&SignIn>) -> Result<Option<FansProfile>, AppError> {
        match sign_in {
            Some(sign_in) => Ok(self.fans.find(sign_in.fan_id).await?),
            None => Ok(None),
        }
    }

    /// How many photos a fan has. None where fans have none.
    async fn photo_count(&self, fan: &FansProfile) -> Result<Option<u32>, AppError> {
        match &self.photos {
            Some(photos) => Ok(Some(photos.count(fan.id).await?)),
            None => Ok(None),
        }
    }
}

/// The routes of this room, those of [`routes::ME_ROUTES`].
pub(super) fn configure(config: &mut web::ServiceConfig, state: MeState) {
    let receipt = web::resource(routes::RECEIPT)
        .route(get_or_head().to(receipt::page))
        .route(web::post().to(receipt::read_file));
    config
        .app_data(Data::new(state))
        .service(web::resource(routes::ME).route(get_or_head().to(page::page)))
        .service(web::resource(routes::ME_REFRESH).route(web::post().to(refresh::refresh)))
        .service(web::resource(routes::ME_SIGN_OUT).route(web::post().to(sign_out::sign_out_everywhere)))
        .service(web::resource(routes::ME_EXPORT).route(web::get().to(export::export)))
        .service(web::resource(routes::ME_DELETE).route(web::post().to(delete::delete)))
        .service(receipt)
        .service(web::resource(routes::RECEIPT_FILE).route(get_or_head().to(receipt::file)));
}
