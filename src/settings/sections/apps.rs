use std::collections::BTreeMap;

use url::Url;

use crate::{
    domain::{ApiRight, AppHost, Application, ApplicationId},
    settings::{
        fault::Violation,
        loader::{MergedLayers, Section},
        secrets::api_key_sha256,
        url_rules::web_url,
    },
};

/// The most characters of a name.
const MAX_NAME: usize = 64;

/// `apps.<id>.*`: the operator's applications, in the order of their ids.
pub(in crate::settings) fn read_apps(layers: &MergedLayers<'_>) -> Option<Vec<Application>> {
    layers.named_sections("apps", read_app)
}

fn read_app(id: &str, section: Section<'_>) -> Option<Application> {
    let parsed = ApplicationId::parse(id).map_err(|error| {
        let hint = format!("write {}", error.expected);
        section.name_fault(Violation::not_accepted(id, hint));
    });
    let name = section.optional_text("name", app_name);
    let url = section.optional_text("url", web_url);
    let api = section.has("api").then(|| section.list("api", right));
    let api = api.unwrap_or_else(|| Some(Vec::new()));
    let hosts = section.has("hosts").then(|| section.list("hosts", host));
    let hosts = hosts.unwrap_or_else(|| Some(Vec::new()));
    let jssdk = section.has("jssdk").then(|| section.flag("jssdk"));
    let jssdk = jssdk.unwrap_or(Some(false));
    if jssdk == Some(true) && hosts.as_ref().is_some_and(Vec::is_empty) {
        let hint = "list the hosts of its pages in `hosts`";
        section.fault("jssdk", Violation::not_accepted("true", hint));
    }
    let api_key_sha256 = section.optional_text("api_key_sha256", api_key_sha256);
    let id = parsed.ok()?;
    Some(Application {
        name: name?.unwrap_or_else(|| id.to_string()),
        url: url?,
        hosts: hosts?.into(),
        jssdk: jssdk?,
        api: api?.into(),
        api_key_sha256: api_key_sha256?,
        id,
    })
}

/// Reports a host that has two owners: each is one app's, and that of `server.public_url` is nobody's.
pub(in crate::settings) fn check_hosts(layers: &MergedLayers<'_>, apps: &[Application], public_url: Option<&Url>) {
    let own = public_url.and_then(Url::host_str);
    let mut owners: BTreeMap<&str, &ApplicationId> = BTreeMap::new();
    for app in apps {
        for host in app.hosts.iter().map(AppHost::as_str) {
            let hint = match owners.insert(host, &app.id) {
                _ if own == Some(host) => "it is the host of server.public_url: leave it out".to_owned(),
                Some(other) if *other != app.id => format!("it is a host of apps.{other}: leave it out at one of them"),
                _ => continue,
            };
            let section = layers.named_section("apps", app.id.as_str());
            section.fault("hosts", Violation::not_accepted(host, hint));
        }
    }
}

fn host(text: &str) -> Result<AppHost, Violation> {
    AppHost::parse(text).map_err(|error| Violation::not_accepted(text, format!("write {}", error.expected)))
}

fn app_name(text: &str) -> Result<String, Violation> {
    let name = text.trim();
    if name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
        let hint = format!("write at most {MAX_NAME} characters on one line");
        return Err(Violation::not_accepted(text, hint));
    }
    Ok(name.to_owned())
}

fn right(text: &str) -> Result<ApiRight, Violation> {
    ApiRight::parse(text).map_err(|error| Violation::not_accepted(text, format!("write {}", error.expected)))
}
