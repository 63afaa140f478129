//! The sections of the files, each in a file of its own that declares its keys by reading them.

mod apps;
mod audit;
mod authorities;
mod cache;
mod database;
mod fans;
mod forward;
mod internal;
mod jssdk;
mod limits;
mod log;
mod login;
mod ops;
mod photos;
mod push;
mod sandbox;
mod server;
mod session;
mod site;
mod storage;
mod telemetry;
mod templates;
mod wechat;

pub(super) use self::{
    apps::{check_hosts, read_apps},
    forward::{check_forward, read_forward},
};
pub use self::{
    audit::AuditSettings,
    cache::CacheSettings,
    database::DatabaseSettings,
    fans::{FansSettings, OnUnsubscribe},
    internal::InternalSettings,
    jssdk::JsSdkSettings,
    limits::LimitsSettings,
    log::{LogFormat, LogSettings},
    login::LoginSettings,
    ops::OpsSettings,
    photos::PhotosSettings,
    push::PushSettings,
    sandbox::SandboxSettings,
    server::ServerSettings,
    session::SessionSettings,
    site::{Colours, Logo, PoliceFiling, SiteSettings},
    storage::{StorageLocation, StorageSettings},
    telemetry::TelemetrySettings,
    templates::TemplatesSettings,
    wechat::WeChatSettings,
};
