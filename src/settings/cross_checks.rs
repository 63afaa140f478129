//! Checks between sections.

use std::net::IpAddr;

use super::{
    Environment,
    fault::Conflict,
    loader::MergedLayers,
    sections::{InternalSettings, OpsSettings, SandboxSettings, ServerSettings},
};

/// The sections of the listeners. One with a fault of its own, or that does not listen, is left out.
#[derive(Clone, Copy)]
pub(super) struct Listeners<'a> {
    pub(super) server: Option<&'a ServerSettings>,
    pub(super) ops: Option<&'a OpsSettings>,
    pub(super) internal: Option<&'a InternalSettings>,
    pub(super) sandbox: Option<&'a SandboxSettings>,
}

/// Reports settings that do not fit together.
pub(super) fn check(layers: &MergedLayers<'_>, environment: Environment, listeners: Listeners<'_>) {
    check_ports(layers, listeners);
    let Some(sandbox) = listeners.sandbox else { return };
    if environment == Environment::Production {
        layers
            .section("sandbox")
            .fault("enabled", Conflict::SandboxInProduction);
    } else {
        check_reach(layers, listeners.server);
        check_sandbox_is_known(layers, sandbox);
    }
}

/// No two listeners may ask for the same port.
fn check_ports(layers: &MergedLayers<'_>, listeners: Listeners<'_>) {
    let Listeners {
        server,
        ops,
        internal,
        sandbox,
    } = listeners;
    let listeners = [
        server.map(|server| ("server", server.host, server.port)),
        ops.map(|ops| ("ops", ops.host, ops.port)),
        internal.map(|internal| ("internal", internal.host, internal.port)),
        sandbox.map(|sandbox| ("sandbox", sandbox.host, sandbox.port)),
    ];
    let mut taken: Vec<(&'static str, IpAddr, u16)> = Vec::new();
    for (section, host, port) in listeners.into_iter().flatten() {
        let overlaps = |other: IpAddr| other == host || other.is_unspecified() || host.is_unspecified();
        let is_taken = |taken: &&(&'static str, IpAddr, u16)| port != 0 && taken.2 == port && overlaps(taken.1);
        if let Some(&(other, ..)) = taken.iter().find(is_taken) {
            layers
                .section(section)
                .fault("port", Conflict::SamePort { port, other });
        }
        taken.push((section, host, port));
    }
}

/// With the sandbox anyone may sign in as anyone, so real fans must not reach it.
fn check_reach(layers: &MergedLayers<'_>, server: Option<&ServerSettings>) {
    if server.is_some_and(ServerSettings::is_public) {
        layers
            .section("server")
            .fault("public_url", Conflict::PublicUrlWithSandbox);
    }
}

/// If the platform's URLs follow the sandbox, its port must be fixed and its host on this machine.
fn check_sandbox_is_known(layers: &MergedLayers<'_>, sandbox: &SandboxSettings) {
    let wechat = layers.section("wechat");
    if wechat.has("api_url") && wechat.has("open_url") {
        return;
    }
    let section = layers.section("sandbox");
    if sandbox.port == 0 {
        section.fault("port", Conflict::SandboxPortUnknown);
    }
    if !sandbox.host.is_loopback() && !sandbox.host.is_unspecified() {
        section.fault("host", Conflict::SandboxHostNotLoopback);
    }
}
