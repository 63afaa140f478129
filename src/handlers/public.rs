//! The public listener: each room has its routes. `domain/routes.rs` lists all of them, `http/policy/public.rs` their
//! methods and policies. What is not listed there, path or method, never comes here.

mod avatars;
pub mod jssdk;
pub mod login;
pub mod me;
pub mod pages;
pub mod photos;
pub mod push;
mod root_files;
mod site;
mod static_files;

use std::{collections::BTreeMap, sync::Arc};

use actix_web::web;

pub use site::PublicSite;

use self::{
    jssdk::JsSdkState, login::LoginState, me::MeState, pages::PagesState, photos::PhotosState, push::PushState,
};
use crate::{
    services::avatars::Avatars,
    views::{PageScript, Views},
};

/// The rooms' states, one set per worker thread.
pub struct PublicState {
    /// Renders the pages, and holds the files that they link to.
    pub views: Arc<Views>,
    /// The script for pages of ours and of apps.
    pub page_script: PageScript,
    /// The state of `login`. `None` if `login.enabled` is false: the room has no routes then.
    pub login: Option<LoginState>,
    /// The state of `me`. `None` if nobody can sign in.
    pub me: Option<MeState>,
    /// Copies of avatars.
    pub avatars: Avatars,
    /// The state of `pages`.
    pub pages: PagesState,
    /// The state of `push`. `None` if there is no Token: the room has no routes then.
    pub push: Option<PushState>,
    /// The state of `photos`. `None` if `photos.enabled` is false, or if nobody can sign in.
    pub photos: Option<PhotosState>,
    /// The state of `jssdk`. `None` if `jssdk.enabled` is false: the room has no routes then.
    pub jssdk: Option<JsSdkState>,
}

/// Every public route; `root_files` as in `wechat.root_files`.
pub fn configure(config: &mut web::ServiceConfig, state: PublicState, root_files: &BTreeMap<String, String>) {
    root_files::configure(config, root_files);
    config.app_data(web::Data::from(state.views));
    pages::configure(config, state.pages);
    avatars::configure(config, state.avatars);
    if let Some(state) = state.login {
        login::configure(config, state);
    }
    if let Some(state) = state.me {
        me::configure(config, state);
    }
    if let Some(state) = state.push {
        push::configure(config, state);
    }
    if let Some(state) = state.photos {
        photos::configure(config, state);
    }
    if let Some(state) = state.jssdk {
        jssdk::configure(config, state);
    }
    static_files::configure(config, &state.page_script);
}
