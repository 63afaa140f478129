//! Signatures for the JS-SDK: what cold ones cost the platform, and how many a second there are once there is a ticket.

use std::{net::SocketAddr, thread};

use super::{
    arguments::JsSdk,
    http::Connection,
    internal::{Calls, measure},
    sum::Sum,
};

/// Pages that are signed at once while no replica has a token or a ticket.
const COLD: usize = 50;

pub fn run(what: &JsSdk) {
    cold(what);
    let own = config(&format!("http://{}/photos?from=singlemessage", what.fanpass.address));
    let app = config(&format!("https://{}/cards?from=singlemessage", what.app_host));
    println!("| page | per s | CPU ms | p50 / p99 ms |");
    println!("|---|--:|--:|--:|");
    row(what, "of this site", &own, 200);
    row(what, "of an app", &app, 200);
    row(what, "of somebody else, refused", &config("https://evil.example/"), 403);
}

/// All at once, spread over the replicas.
fn cold(what: &JsSdk) {
    let target = config(&format!("https://{}/", what.app_host));
    let replicas: Vec<SocketAddr> = [what.fanpass.address]
        .into_iter()
        .chain(what.replicas.iter().copied())
        .collect();
    thread::scope(|scope| {
        for address in replicas.iter().cycle().take(COLD) {
            scope.spawn(|| {
                let response = Connection::open(*address)
                    .expect("a replica")
                    .get(&target, "")
                    .expect("a response");
                assert_eq!(response.status, 200, "{}", String::from_utf8_lossy(&response.body));
            });
        }
    });
    let mut sandbox = Connection::open(what.sandbox).expect("the sandbox");
    let told = sandbox.get("/sandbox/requests", "").expect("the counters").body;
    let told: serde_json::Value = serde_json::from_slice(&told).expect("the counters");
    let calls = |endpoint: &str| told["requests"][endpoint].as_u64().unwrap_or(0);
    let (tokens, tickets) = (calls("stable_token"), calls("ticket"));
    println!(
        "{COLD} cold signatures on {} replicas: {tokens} call for a token, {tickets} for a ticket.\n",
        replicas.len()
    );
}

fn row(what: &JsSdk, page: &str, target: &str, status: u16) {
    let calls = Calls {
        key: "",
        at_once: what.at_once,
        window: what.window,
        status,
    };
    let mut sum = Sum::default();
    for _ in 0..what.rounds {
        measure(&calls, &what.fanpass, target, &mut sum);
    }
    let (per_second, each, latency) = (sum.per_second(), sum.each(), sum.latency());
    println!("| {page} | {per_second:.0} | {each:.3} | {latency} |");
}

/// `url` is encoded as `encodeURIComponent` does.
fn config(url: &str) -> String {
    let encoded: String = url::form_urlencoded::byte_serialize(url.as_bytes()).collect();
    format!("/api/jssdk/config?url={encoded}")
}
