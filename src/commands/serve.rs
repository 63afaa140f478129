use std::net::SocketAddr;

use super::CommandError;
use crate::{
    domain::{Clock, Deadline, Random},
    settings::{AccountSettings, Environment, Settings},
    startup::{Application, Backends, Listeners, Reserved, sandbox},
    telemetry::Stopwatch,
};

/// Serves until a signal comes; in development with the sandbox beside the application. Returns the time by which the
/// process should have ended.
pub(super) async fn run(mut settings: Settings) -> Result<Deadline, CommandError> {
    let begun = Stopwatch::start();
    tracing::info!("{}", greeting(&settings));
    for note in &settings.startup_notes {
        tracing::info!("{note}");
    }
    if let Some(proxy) = settings.unnamed_proxy() {
        tracing::warn!(message = %proxy);
    }
    settings.keep_session_key(&Random::system())?;
    let listeners = Listeners::bind(&settings)?;
    let (public, ops) = (listeners.public.local_addr()?, listeners.ops.local_addr()?);
    let internal = listeners.internal.as_ref().map(Reserved::local_addr).transpose()?;
    let sandbox = settings
        .sandbox
        .enabled
        .then(|| sandbox(&settings, Some(public)))
        .transpose()?;
    let sandbox_at = sandbox.as_ref().map(|sandbox| sandbox.url().to_string());
    let mut lines = listening_lines(&settings, public, ops, sandbox_at);
    if let Some(internal) = internal {
        lines.push(format!("tokens and relay for the operator's systems: {internal}"));
    }
    let application = Application::build(settings, listeners, Clock::system(), Random::system()).await?;
    if let Some(sandbox) = sandbox {
        // It ends with the process, so that logins in flight still get its responses.
        drop(actix_web::rt::spawn(sandbox.run()));
    }
    lines.insert(0, backends_line(application.backends()));
    lines.iter().for_each(|line| tracing::info!("{line}"));
    tracing::info!("ready after {} ms", begun.elapsed().as_millis());
    Ok(application.run().await?)
}

fn greeting(settings: &Settings) -> String {
    let read: String = settings.files.iter().map(|file| format!("{file}, ")).collect();
    format!(
        "fanpass {} starts in {}; settings from: the defaults inside it, {read}the environment",
        env!("CARGO_PKG_VERSION"),
        settings.environment
    )
}

fn backends_line(backends: &Backends) -> String {
    format!("database: {}; cache: {}", backends.database, backends.cache)
}

fn listening_lines(settings: &Settings, public: SocketAddr, ops: SocketAddr, sandbox: Option<String>) -> Vec<String> {
    let AccountSettings { account, wechat, .. } = settings.account();
    let mut lines = vec![
        format!("fans reach {} here: {public}", account.public_url),
        format!("health and metrics for the operator: {ops}"),
    ];
    match sandbox {
        Some(url) => lines.push(format!("the sandbox stands in for WeChat: {url}")),
        None => lines.push(format!("the platform: {}", wechat.api_url)),
    }
    if let Some(endpoint) = &settings.telemetry.otlp_endpoint {
        lines.push(format!("traces go to {endpoint}"));
    }
    if settings.environment == Environment::Development {
        lines.push(format!(
            "open {} in any browser, choose a fan and register",
            account.public_url
        ));
    }
    lines
}
