//! The internal listener: whether it will be there, and for whom.

use super::Finding;
use crate::{
    domain::OPS,
    settings::{InternalSettings, Settings},
};

const NAME: &str = "internal";

pub(super) fn check(settings: &Settings) -> Finding {
    let keys = &settings.secrets.api_keys;
    let ops = keys.ops.iter().map(|_| OPS);
    let owners: Vec<&str> = ops.chain(keys.apps.keys().map(|app| app.as_str())).collect();
    if owners.is_empty() {
        return Finding::ok(NAME, "does not listen, because nobody has a key for it");
    }
    let InternalSettings { host, port } = settings.internal;
    let address = std::net::SocketAddr::new(host, port);
    Finding::ok(NAME, format!("will listen on {address} for {}", owners.join(", ")))
}
