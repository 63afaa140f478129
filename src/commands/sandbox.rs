use super::CommandError;
use crate::{
    settings::{Environment, Settings},
    startup::sandbox,
};

/// Serves the sandbox alone, until a signal comes.
pub(super) async fn run(settings: &Settings) -> Result<(), CommandError> {
    if settings.environment == Environment::Production {
        let message = "the sandbox does not run in production: set FANPASS_ENV=development";
        return Err(CommandError::Io(std::io::Error::other(message)));
    }
    let sandbox = sandbox(settings, None)?;
    let signal = stop_signal()?;
    tracing::info!("the sandbox stands in for WeChat on {}", sandbox.url());
    tracing::info!(
        "AppID {}; point wechat.api_url and wechat.open_url, or any SDK, at it; its page explains the rest",
        settings.account().account.app_id
    );
    let handle = sandbox.handle();
    let task = actix_web::rt::spawn(sandbox.run());
    signal.await;
    handle.stop(true).await;
    // The process ends now. The server's result does not matter.
    drop(task.await);
    Ok(())
}

/// Catches signals from now on: one may come as soon as the URL is in the log.
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
