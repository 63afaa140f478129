use super::CommandError;
use crate::{
    domain::{Clock, Entropy},
    settings::{Environment, Settings},
    startup::{Application, Listeners, sandbox},
};

/// Serves until a signal comes; in development with the sandbox beside the application.
pub(super) async fn run(settings: Settings) -> Result<(), CommandError> {
    let listeners = Listeners::bind(&settings)?;
    let sandbox = settings.sandbox.enabled.then(|| sandbox(&settings)).transpose()?;
    let opening = opening_lines(&settings);
    let application = Application::build(settings, listeners, Clock::system(), Entropy::system()).await?;
    let sandbox = sandbox.map(|sandbox| (sandbox.handle(), actix_web::rt::spawn(sandbox.run())));
    opening.iter().for_each(|line| tracing::info!("{line}"));
    let result = application.run().await;
    if let Some((handle, task)) = sandbox {
        handle.stop(true).await;
        // It has been told to stop; how it ended is of no consequence.
        drop(task.await);
    }
    Ok(result?)
}

fn opening_lines(settings: &Settings) -> Vec<String> {
    let cache = if settings.secrets.redis_url.is_some() {
        "Redis"
    } else {
        "memory (one process only)"
    };
    let mut lines = vec![
        format!(
            "fanpass {} serves {} on {}:{}",
            env!("CARGO_PKG_VERSION"),
            settings.server.public_url,
            settings.server.host,
            settings.server.port
        ),
        format!(
            "environment {:?}, database {}, cache {cache}, health on {}:{}",
            settings.environment,
            settings.secrets.database_url.scheme(),
            settings.ops.host,
            settings.ops.port
        ),
    ];
    if settings.sandbox.enabled {
        lines.push(format!(
            "the sandbox stands in for WeChat on {}",
            settings.wechat.open_url
        ));
    }
    if settings.environment == Environment::Development {
        lines.push(format!(
            "open {} in any browser, choose a fan and register",
            settings.server.public_url
        ));
    }
    lines
}
