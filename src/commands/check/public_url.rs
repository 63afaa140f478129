//! The public URL (`--online`): whether it leads to this fanpass. The check asks for a static file of this binary,
//! whose URL holds a hash of its content.

use url::Url;

use super::Finding;
use crate::{
    clients::fetch::{FetchError, Fetched},
    domain::routes,
    settings::{Environment, Settings},
    startup::OnlineChecks,
    views::Assets,
};

const NAME: &str = "public URL";

/// A small file that every page links to.
const FILE: &str = "icon.svg";

pub(super) async fn check(settings: &Settings, online: &OnlineChecks) -> Vec<Finding> {
    if settings.environment != Environment::Production && !settings.server.is_public() {
        return Vec::new();
    }
    let Some((path, content)) = own_file() else {
        return Vec::new();
    };
    let public_url = &online.settings.account.public_url;
    let response = online.fetcher.get(&at(public_url, path)).await;
    let finding = match response {
        Err(error) => unreached(public_url, &error),
        Ok(response) => reached(public_url, &response, &content),
    };
    let mut findings = vec![finding];
    if findings.iter().all(Finding::is_ok) {
        findings.extend(root_files(online).await);
    }
    findings
}

fn own_file() -> Option<(&'static str, Vec<u8>)> {
    let path = Assets::url(FILE)?;
    let asset = Assets::find(path.strip_prefix(routes::STATIC_PREFIX)?)?;
    Some((path, asset.bytes.to_vec()))
}

fn at(origin: &Url, path: &str) -> Url {
    let mut url = origin.clone();
    url.set_path(path);
    url
}

/// Before the first start nothing may listen yet, so that is a note. A wrong name or certificate stays wrong.
fn unreached(origin: &Url, error: &FetchError) -> Finding {
    let origin = origin.origin().ascii_serialization();
    match error {
        FetchError::UnknownHost => Finding::fault(
            NAME,
            format!("{origin}: {error}; correct server.public_url, or enter the name at your name server"),
        ),
        FetchError::Certificate(_) | FetchError::Tls(_) => Finding::fault(
            NAME,
            format!("{origin}: {error}; give the proxy a certificate of a public authority for this name"),
        ),
        FetchError::Refused | FetchError::Timeout(_) | FetchError::Broken(_) => Finding::note(
            NAME,
            format!(
                "{origin}: {error}; if the proxy runs already, it is not there, or cannot be reached from this host"
            ),
        ),
    }
}

fn reached(origin: &Url, response: &Fetched, content: &[u8]) -> Finding {
    let from = origin.origin().ascii_serialization();
    match response.status {
        200 if response.body == content => Finding::ok(NAME, format!("{from} leads to this version of fanpass")),
        300..=399 => redirected(origin, response.location.as_deref()),
        502..=504 => Finding::note(
            NAME,
            format!(
                "{from} answers {}: the proxy is there, and reaches no fanpass; start it, or name its address in the proxy",
                response.status
            ),
        ),
        404 => Finding::note(
            NAME,
            format!(
                "{from} does not know a file of this version: another version of fanpass runs there, or the proxy leads \
                 elsewhere"
            ),
        ),
        status => Finding::fault(
            NAME,
            format!(
                "{from} answers {status} and something else than fanpass: pass every path of this host on to fanpass, \
                 unchanged"
            ),
        ),
    }
}

/// A redirect to another host costs the callback its cookies. Any other one stands before every page.
fn redirected(origin: &Url, location: Option<&str>) -> Finding {
    let from = origin.origin().ascii_serialization();
    let target = location.and_then(|location| origin.join(location).ok());
    let target = target.map(|target| target.origin().ascii_serialization());
    let text = match target {
        Some(to) if to != from => format!("{from} leads to {to}; set server.public_url to that, or end the redirect"),
        _ => {
            format!("{from} redirects before fanpass is reached; pass every path of this host on to fanpass, unchanged")
        }
    };
    Finding::fault(NAME, text)
}

/// The console looks for its proof of ownership there.
async fn root_files(online: &OnlineChecks) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, content) in &online.settings.wechat.root_files {
        let response = online.fetcher.get(&at(&online.settings.account.public_url, name)).await;
        let is_served = response.is_ok_and(|response| response.status == 200 && response.body == content.as_bytes());
        if !is_served {
            let text = format!(
                "wechat.root_files: {name:?} is not served as it is set; restart fanpass, and pass it on at the proxy unchanged"
            );
            findings.push(Finding::note(NAME, text));
        }
    }
    findings
}
