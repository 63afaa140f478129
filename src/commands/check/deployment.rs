//! The settings as a whole: what production needs, and what no single key shows.

use super::Finding;
use crate::settings::{Environment, Settings};

const NAME: &str = "settings";

pub(super) fn check(settings: &Settings) -> Vec<Finding> {
    let notes = settings.startup_notes.iter();
    let mut findings: Vec<Finding> = notes.map(|note| Finding::note(NAME, note)).collect();
    findings.extend(root_files(settings));
    if settings.environment == Environment::Production {
        findings.extend(proxies(settings));
        findings.extend(one_process(settings));
        if settings.login.enabled {
            findings.extend(public_url(settings));
            findings.extend(every_browser(settings));
        }
    } else if settings.server.is_public() {
        let text = format!(
            "FANPASS_ENV is {}, and server.public_url is no address of this machine: for real fans write FANPASS_ENV=production",
            settings.environment
        );
        findings.push(Finding::note(NAME, text));
    }
    findings
}

/// Fans come through a proxy, which terminates TLS.
fn proxies(settings: &Settings) -> Option<Finding> {
    if let Some(proxy) = settings.unnamed_proxy() {
        return Some(Finding::fault(NAME, proxy.to_string()));
    }
    let everyone = settings
        .server
        .trusted_proxies
        .iter()
        .find(|network| network.prefix_len() == 0)?;
    let text = format!(
        "server.trusted_proxies holds {everyone}, which is everyone: who reaches this port can claim any address; name the \
         proxy's network alone"
    );
    Some(Finding::note(NAME, text))
}

/// The console accepts only a host name without a port as 网页授权域名.
fn public_url(settings: &Settings) -> Option<Finding> {
    let public_url = settings.account().account.public_url;
    let what = match public_url.host() {
        _ if !settings.server.is_public() => return None,
        Some(url::Host::Ipv4(_) | url::Host::Ipv6(_)) => "an IP address",
        _ if public_url.port().is_some() => "a port",
        _ => return None,
    };
    let text = format!(
        "server.public_url has {what}, which 网页授权域名 cannot have: WeChat shows fans error 10003 unless this is a test \
         account; use a host name and port 443"
    );
    Some(Finding::note(NAME, text))
}

fn one_process(settings: &Settings) -> Option<Finding> {
    let secrets = &settings.secrets;
    let is_alone = secrets.redis_url.is_none() && secrets.database_url.scheme() != "sqlite";
    let text = "REDIS_URL is not set: right for one process; several need it, so that each code is spent once";
    is_alone.then(|| Finding::note(NAME, text))
}

fn every_browser(settings: &Settings) -> Option<Finding> {
    let text = "wechat.require_app is false: visitors outside WeChat are sent to WeChat's page, which turns them away";
    (!settings.wechat.require_app).then(|| Finding::note(NAME, text))
}

/// The console's proof of ownership is a file whose content is the middle part of its name.
fn root_files(settings: &Settings) -> Vec<Finding> {
    let files = settings.wechat.root_files.iter();
    let odd = files.filter(|(name, content)| {
        let proof = name
            .strip_prefix("MP_verify_")
            .and_then(|rest| rest.strip_suffix(".txt"));
        proof.is_some_and(|proof| content.trim() != proof)
    });
    odd.map(|(name, _)| {
        let text = format!(
            "wechat.root_files: the content of {name:?} is not the part of its name that the console repeats there; compare \
             it with the console's file"
        );
        Finding::note(NAME, text)
    })
    .collect()
}
