//! Which layer may use which, and which crates only some layers may use.

use crate::{
    paths::{Reference, scan},
    sources::Source,
};

/// Each module at the root of the crate, and the other root modules that it may use.
const LAYERS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    // Counters belong to the process, like the log: any layer may count.
    ("telemetry", &["domain"]),
    // The settings check an operator's own texts.
    ("texts", &["domain"]),
    ("settings", &["domain", "texts"]),
    ("resilience", &["domain"]),
    ("cache", &["domain", "telemetry", "settings", "resilience"]),
    ("storage", &["domain", "telemetry", "settings", "resilience"]),
    ("repositories", &["domain", "telemetry", "settings", "resilience"]),
    ("clients", &["domain", "telemetry", "settings", "resilience"]),
    // One line in the log for each event, called where the decision is made.
    ("audit", &["domain", "telemetry"]),
    (
        "services",
        &[
            "audit",
            "domain",
            "telemetry",
            "settings",
            "resilience",
            "cache",
            "repositories",
            "clients",
            "storage",
        ],
    ),
    // The work that happens later. Each kind calls a service.
    (
        "jobs",
        &["domain", "telemetry", "resilience", "repositories", "services"],
    ),
    ("views", &["domain", "settings", "texts"]),
    // What handlers and middleware share of HTTP. Here a failure becomes its page.
    (
        "http",
        &["domain", "telemetry", "settings", "services", "texts", "views"],
    ),
    (
        "middleware",
        &[
            "audit",
            "domain",
            "telemetry",
            "settings",
            "resilience",
            "services",
            "views",
            "http",
        ],
    ),
    (
        "handlers",
        &[
            "audit",
            "domain",
            "telemetry",
            "settings",
            "services",
            "texts",
            "views",
            "http",
            "middleware",
        ],
    ),
    (
        "startup",
        &[
            "audit",
            "domain",
            "telemetry",
            "settings",
            "resilience",
            "cache",
            "repositories",
            "clients",
            "storage",
            "services",
            "texts",
            "views",
            "http",
            "middleware",
            "handlers",
            "jobs",
        ],
    ),
    ("logging", &["audit", "domain", "telemetry", "resilience", "settings"]),
    ("cli", &[]),
    (
        "commands",
        &[
            "domain",
            "telemetry",
            "settings",
            "cache",
            "repositories",
            "clients",
            "storage",
            "services",
            // `check` knows this binary by its files.
            "views",
            "startup",
            "logging",
            "cli",
        ],
    ),
    ("main", &["settings", "commands", "logging", "cli"]),
    // Only declares the modules.
    ("lib", &[]),
];

/// A crate, or a path in one, and the only layers that may use it. The first line that matches decides.
const EDGES: &[(&str, &[&str])] = &[
    ("jiff", &["domain"]),
    ("diesel", &["repositories"]),
    ("diesel_migrations", &["repositories"]),
    ("libsqlite3_sys", &["repositories"]),
    ("pq_sys", &["repositories"]),
    ("r2d2", &["repositories"]),
    ("awc", &["clients"]),
    ("actix_rt", &["clients"]),
    ("actix_service", &["clients"]),
    ("actix_tls", &["clients"]),
    ("deadpool_redis", &["cache"]),
    ("object_store", &["storage"]),
    ("reqwest", &["storage"]),
    ("fanpass_pictures", &["services"]),
    ("fanpass_sandbox", &["startup"]),
    ("tera", &["views"]),
    ("fluent_bundle", &["texts"]),
    ("fluent_syntax", &["texts"]),
    ("image", &["settings", "views"]),
    ("clap", &["cli"]),
    ("config", &["settings"]),
    ("csv", &["commands"]),
    ("dotenvy", &["settings"]),
    ("envy", &["settings"]),
    ("indicatif", &["commands"]),
    // The runtime, which is not HTTP.
    (
        "actix_web::rt",
        &["handlers", "middleware", "startup", "commands", "main"],
    ),
    ("actix_web::main", &["main"]),
    ("actix_web", &["handlers", "middleware", "http", "startup"]),
    ("actix_multipart", &["handlers"]),
    ("actix_session", &["handlers", "middleware", "http", "startup"]),
    ("prometheus_client", &["telemetry"]),
    ("opentelemetry", &["logging"]),
    ("opentelemetry_http", &["logging"]),
    ("opentelemetry_otlp", &["logging"]),
    ("opentelemetry_sdk", &["logging"]),
    ("tracing_opentelemetry", &["logging"]),
    ("ureq", &["logging"]),
    ("tracing_actix_web", &["middleware", "http", "startup"]),
];

/// Only the layers that wire see the whole settings. Every other layer takes the struct of its section.
const WIRES: &[&str] = &["settings", "startup", "commands", "main"];
const WHOLE_SETTINGS: &[&str] = &["Settings", "Secrets", "*"];

/// What connects to something: only `startup` builds it, and gives it to the layers that work with it.
const BUILT_BY_STARTUP: &[&str] = &[
    "Cache",
    "Database",
    "Fetcher",
    "MemoryCache",
    "ProcessCache",
    "RedisCache",
    "RedisPool",
    "TlsConfig",
    "WeChatClient",
];
/// Layers that ask `startup` for it. They may know what is said of it: errors, and what a check found.
const ASK_STARTUP: &[&str] = &["commands", "main"];
/// An import of these as a whole would hide what is used.
const CONNECTING: &[&str] = &["cache", "clients", "fetch", "repositories", "wechat"];

/// Where the source breaks the rules of its layer.
pub fn faults(source: &Source) -> Vec<String> {
    let layer = source
        .name
        .trim_end_matches(".rs")
        .split('/')
        .next()
        .unwrap_or_default();
    let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
        return vec![format!("{}: no rule knows the layer `{layer}`", source.path())];
    };
    let found = match scan(&source.text, source.module()) {
        Ok(found) => found,
        Err(error) => return vec![format!("{}: {error}", source.path())],
    };
    let hidden = found
        .inclusions
        .iter()
        .map(|line| (*line, "includes another source".to_owned()));
    let misused = found.references.iter().filter_map(|reference| {
        let fault = crate_fault(layer, reference)
            .or_else(|| layer_fault(layer, allowed, reference))
            .or_else(|| wiring_fault(layer, reference))?;
        Some((reference.line, format!("{fault} (`{}`)", reference.path.join("::"))))
    });
    hidden
        .chain(misused)
        .map(|(line, fault)| format!("{}:{line}: {fault}", source.path()))
        .collect()
}

fn crate_fault(layer: &str, reference: &Reference) -> Option<String> {
    let path = reference.path.join("::");
    let (name, homes) = EDGES.iter().find(|(name, _)| is_within(&path, name))?;
    if !homes.contains(&layer) {
        return Some(format!("`{name}` belongs to {}", homes.join(", ")));
    }
    reference
        .exported
        .then(|| format!("`{name}` is passed on to other layers"))
}

fn is_within(path: &str, ancestor: &str) -> bool {
    path.strip_prefix(ancestor)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

fn layer_fault(layer: &str, allowed: &[&str], reference: &Reference) -> Option<String> {
    let mut segments = reference.path.iter().map(String::as_str);
    let target = match segments.next()? {
        "crate" => segments.next(),
        // In lib.rs the layers are in scope without `crate::`.
        first if layer == "lib" && LAYERS.iter().any(|(name, _)| *name == first) => Some(first),
        _ => return None,
    };
    let Some(target) = target.filter(|target| *target != "*") else {
        return Some("an import of the whole crate hides which layer is used".to_owned());
    };
    if target == layer {
        return None;
    }
    if !allowed.contains(&target) {
        return Some(format!("{layer} may not use {target}"));
    }
    let whole = segments.next().is_none_or(|name| WHOLE_SETTINGS.contains(&name));
    (target == "settings" && whole && !WIRES.contains(&layer))
        .then(|| format!("{layer} takes a section of the settings by name, not the whole"))
}

fn wiring_fault(layer: &str, reference: &Reference) -> Option<String> {
    let segments: Vec<&str> = reference.path.iter().map(String::as_str).collect();
    let ["crate", target, .., last] = segments.as_slice() else {
        return (ASK_STARTUP.contains(&layer) && segments.last().is_some_and(|last| CONNECTING.contains(last)))
            .then(|| format!("{layer} imports what it uses by name, not the whole layer"));
    };
    if !ASK_STARTUP.contains(&layer) || !CONNECTING.contains(target) {
        return None;
    }
    if CONNECTING.contains(last) {
        return Some(format!("{layer} imports what it uses by name, not the whole layer"));
    }
    let is_built = |name: &&str| BUILT_BY_STARTUP.contains(name) || name.ends_with("Repository") || *name == "*";
    let built = segments.iter().find(|name| is_built(name))?;
    Some(format!("only startup builds `{built}`: {layer} asks it"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults_of(name: &str, text: &str) -> Vec<String> {
        faults(&Source {
            folder: "src",
            name: name.to_owned(),
            text: text.to_owned(),
        })
    }

    fn refused(name: &str, text: &str) {
        assert_eq!(faults_of(name, text).len(), 1, "{name}: {text}");
    }

    fn accepted(name: &str, text: &str) {
        assert_eq!(faults_of(name, text), [""; 0], "{name}: {text}");
    }

    #[test]
    fn layers_use_what_lies_below() {
        accepted(
            "handlers/login.rs",
            "use crate::{domain::OpenId, services::login::Login, views::Prompt};",
        );
        accepted(
            "services/login.rs",
            "use super::claim::Claim; use crate::repositories::fans::Fans;",
        );
        accepted("startup.rs", "use crate::{handlers, settings::Settings};");
        accepted(
            "commands/check.rs",
            "use crate::{repositories::Preflight, settings::Settings};",
        );
        accepted("main.rs", "use fanpass::{cli::Command, commands};");
    }

    #[test]
    fn layers_do_not_use_what_lies_above_or_beside() {
        refused("services/login.rs", "use crate::handlers::login;");
        refused("services/login.rs", "use crate::views::Prompt;");
        refused("handlers/login.rs", "use crate::repositories::fans::Fans;");
        refused("handlers/login.rs", "fn f() { crate::clients::platform() }");
        refused("repositories/fans.rs", "use super::super::cache::Tokens;");
        refused("middleware/rate_limit.rs", "use crate::handlers::login;");
        refused("http/error.rs", "use crate::middleware::error_pages;");
        refused("views/page.rs", "use crate::services::login::Login;");
        refused("domain/openid.rs", "use crate::settings::WeChatSettings;");
        refused(
            "services.rs",
            "#[cfg(test)] mod tests { use crate::{startup::Application}; }",
        );
    }

    #[test]
    fn crates_at_the_edges_stay_there() {
        accepted("repositories/fans.rs", "use diesel::prelude::*;");
        refused("services/fans.rs", "use diesel::prelude::*;");
        refused("services/fans.rs", "fn f() -> diesel::QueryResult<()> { Ok(()) }");
        refused("startup.rs", "use awc::Client;");
        accepted("startup/sandbox.rs", "use fanpass_sandbox::Sandbox;");
        refused("commands/sandbox.rs", "use fanpass_sandbox::Sandbox;");
        accepted("main.rs", "#[actix_web::main] async fn main() {}");
        accepted("commands/serve.rs", "fn f() { actix_web::rt::spawn(x) }");
        refused("commands/serve.rs", "use actix_web::{rt, web};");
        refused("services/login.rs", "fn f() { actix_web::rt::spawn(x) }");
        accepted("services/login.rs", "use awc_like::Client;");
        for layer in [
            "services",
            "views",
            "clients",
            "repositories",
            "cache",
            "domain",
            "settings",
        ] {
            refused(&format!("{layer}/x.rs"), "use actix_web::web;");
            refused(&format!("{layer}.rs"), "use actix_session::Session;");
        }
    }

    #[test]
    fn crates_at_the_edges_are_not_passed_on() {
        refused("repositories.rs", "pub use diesel::SqliteConnection;");
        refused("repositories.rs", "pub(crate) use {diesel};");
        accepted("repositories/schema.rs", "pub(super) use diesel::table;");
    }

    #[test]
    fn only_those_who_wire_see_the_whole_settings() {
        accepted(
            "services/login.rs",
            "use crate::settings::{ServerSettings, SessionSettings};",
        );
        refused("services/login.rs", "use crate::settings::Settings;");
        refused("services/login.rs", "use crate::settings;");
        refused("cache/redis.rs", "use crate::settings::*;");
        refused("clients.rs", "fn f(secrets: &crate::settings::Secrets) {}");
    }

    #[test]
    fn only_startup_builds_what_connects_to_something() {
        for name in [
            "cache::{Diagnosis, RedisPool}",
            "cache::ProcessCache",
            "clients::wechat::WeChatClient",
            "clients::wechat::*",
            "repositories::Database",
            "repositories::FansRepository",
            "repositories",
            "clients::wechat",
        ] {
            refused("commands/check.rs", &format!("use crate::{name};"));
            accepted("startup/checks.rs", &format!("use crate::{name};"));
        }
        refused(
            "commands/migrate.rs",
            "fn f() { crate::repositories::Database::open(x) }",
        );
        accepted(
            "commands/check.rs",
            "use crate::{cache::Diagnosis, clients::wechat::PlatformError};",
        );
        accepted("services/fans.rs", "use crate::repositories::FansRepository;");
    }

    #[test]
    fn nothing_hides_a_layer() {
        refused("services/login.rs", "use crate as everything;");
        refused("services.rs", "use super::*;");
        refused("services/login.rs", "#[path = \"../handlers/login.rs\"] mod login;");
        refused("lib.rs", "pub mod services; pub use services::login;");
        refused("helpers.rs", "");
        refused("services/login.rs", "fn f() { ");
    }
}
