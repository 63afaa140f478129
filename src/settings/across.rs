//! What holds between sections.

use std::net::IpAddr;

use super::{
    Environment, OpsSettings, SandboxSettings, ServerSettings, Settings, address, fault::Wrong, secrets::SecretSources,
    section::Section,
};

/// Reports what does not fit together; `sandbox` where it runs. A section with a fault of its own is left out.
pub(super) fn check<'a>(
    section: impl Fn(&'static str) -> Section<'a>,
    environment: Environment,
    server: Option<&ServerSettings>,
    ops: Option<&OpsSettings>,
    sandbox: Option<&SandboxSettings>,
) {
    listeners(&section, server, ops, sandbox);
    if let Some(sandbox) = sandbox {
        keeps_away(&section, environment, server);
        if environment != Environment::Production {
            follows_sandbox(&section, sandbox);
        }
    }
}

/// No two listeners may ask for the same port.
fn listeners<'a>(
    section: impl Fn(&'static str) -> Section<'a>,
    server: Option<&ServerSettings>,
    ops: Option<&OpsSettings>,
    sandbox: Option<&SandboxSettings>,
) {
    let all = [
        server.map(|server| ("server", server.host, server.port)),
        ops.map(|ops| ("ops", ops.host, ops.port)),
        sandbox.map(|sandbox| ("sandbox", sandbox.host, sandbox.port)),
    ];
    let mut taken: Vec<(&'static str, IpAddr, u16)> = Vec::new();
    for (name, host, port) in all.into_iter().flatten() {
        let overlaps = |other: IpAddr| other == host || other.is_unspecified() || host.is_unspecified();
        if let Some((other, ..)) = taken
            .iter()
            .find(|taken| port != 0 && taken.2 == port && overlaps(taken.1))
        {
            let wrong = Wrong::new(format!("is {port}, as {other}.port is"), "give each its own");
            section(name).fault("port", wrong);
        }
        taken.push((name, host, port));
    }
}

/// Where the sandbox runs, anyone may sign in as anyone: it stays away from real fans.
fn keeps_away<'a>(
    section: impl Fn(&'static str) -> Section<'a>,
    environment: Environment,
    server: Option<&ServerSettings>,
) {
    if environment == Environment::Production {
        let wrong = Wrong::new("is true, which production refuses", "set it to false");
        section("sandbox").fault("enabled", wrong);
    } else if server.is_some_and(|server| !address::is_loopback(&server.public_url)) {
        let remedy = "use a loopback address, or set sandbox.enabled to false to work with a test account";
        let wrong = Wrong::new("is not a loopback address while the sandbox is on", remedy);
        section("server").fault("public_url", wrong);
    }
}

/// Addresses of the platform that were left to follow the sandbox must be known and local.
fn follows_sandbox<'a>(section: impl Fn(&'static str) -> Section<'a>, sandbox: &SandboxSettings) {
    let wechat = section("wechat");
    if wechat.has("api_url") && wechat.has("open_url") {
        return;
    }
    if sandbox.port == 0 {
        let remedy = "give it a fixed port, or set wechat.api_url and wechat.open_url";
        section("sandbox").fault("port", Wrong::new("is 0 while wechat.* points at it", remedy));
    }
    if !sandbox.host.is_loopback() && !sandbox.host.is_unspecified() {
        let remedy = "use 127.0.0.1 or 0.0.0.0, or set sandbox.enabled to false and use `fanpass sandbox`";
        section("sandbox").fault("host", Wrong::new("is not a loopback address", remedy));
    }
}

/// What is allowed and yet worth one line in the log at the start.
pub(super) fn notes(settings: &Settings, secrets: &SecretSources) -> Vec<String> {
    let defaulted = &secrets.absent;
    let mut notes = Vec::new();
    let mut note = |applies: bool, text: &str| {
        if applies {
            notes.push(text.to_owned());
        }
    };
    let is_production = settings.environment == Environment::Production;
    note(
        defaulted.contains(&"SESSION_KEY"),
        "SESSION_KEY is not set: this start uses a random one, and every session ends with it",
    );
    note(
        !address::is_loopback(&settings.wechat.api_url)
            && (defaulted.contains(&"WECHAT_APP_ID") || defaulted.contains(&"WECHAT_APP_SECRET")),
        "WECHAT_APP_ID or WECHAT_APP_SECRET is not set: the platform will refuse every login",
    );
    note(
        is_production && address::is_loopback(&settings.server.public_url),
        "server.public_url is a loopback address: no phone can come back to it",
    );
    note(
        is_production && settings.site.privacy_url.is_none(),
        "site.privacy_url is not set: the registration prompt links no privacy policy",
    );
    for name in &secrets.unused {
        notes.push(format!("{name} is set, and this version does not use it yet"));
    }
    notes
}
