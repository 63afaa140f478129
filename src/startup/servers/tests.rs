//! The routers serve the routes of `domain/routes.rs`, and nothing else.
#![cfg(feature = "sqlite")]

use std::{
    collections::BTreeSet,
    net::{Ipv4Addr, SocketAddr, TcpStream},
    path::Path,
    time::Duration,
};

use actix_web::{
    App,
    test::{TestRequest, call_service, init_service},
    web::{Data, ServiceConfig},
};

use crate::{
    domain::{Clock, Random, routes},
    handlers,
    services::health::Lifecycle,
    settings::{Settings, Source},
    startup::{
        Reserved, account::Account, infrastructure::Infrastructure, servers::public::PublicServers, worker::Worker,
    },
};

/// The patterns of a router. actix-web lists them only in the `Debug` text of its map.
async fn patterns(configure: impl FnOnce(&mut ServiceConfig)) -> BTreeSet<String> {
    let app = init_service(App::new().configure(configure)).await;
    let response = call_service(&app, TestRequest::with_uri("/no-such-route").to_request()).await;
    let map = format!("{:?}", response.request().resource_map());
    let patterns = map.split("patterns: Single(\"").skip(1);
    let patterns = patterns.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()));
    // The map's root has an empty pattern.
    patterns.filter(|pattern| !pattern.is_empty()).collect()
}

fn set(routes: &[&str]) -> BTreeSet<String> {
    routes.iter().map(|route| (*route).to_owned()).collect()
}

async fn account(folder: &Path) -> Account {
    let mut source = Source::new(folder);
    let database_url = format!("sqlite://{}/fanpass.db", folder.display());
    let variables = [
        ("FANPASS_ENV", "test"),
        ("FANPASS__SITE__NAME", "示例公众号"),
        ("DATABASE_URL", &database_url),
        ("WECHAT_APP_ID", "wx0000000000000001"),
        ("WECHAT_APP_SECRET", "0123456789abcdef0123456789abcdef"),
        ("SESSION_KEY", &"0123456789abcdef".repeat(8)),
    ];
    source.env = variables
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    let settings = Settings::load(&source).unwrap();
    let infrastructure = Infrastructure::build(settings.process(), Clock::system(), Random::system());
    Account::build(infrastructure.await.unwrap(), settings.account()).unwrap()
}

#[actix_web::test]
async fn the_public_listener_serves_the_listed_routes_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let account = account(folder.path()).await;
    let root_files = [("MP_verify_made-up.txt".to_owned(), "made-up".to_owned())].into();
    let served = patterns(|config| {
        handlers::public::configure(config, Worker::new(&account).public_state(), &root_files);
    })
    .await;
    let mut listed = set(routes::PUBLIC);
    listed.insert("/MP_verify_made-up.txt".to_owned());
    assert_eq!(served, listed);
}

#[actix_web::test]
async fn the_ops_listener_serves_the_listed_routes_and_no_other() {
    let lifecycle = Data::new(Lifecycle::default());
    let served = patterns(|config| handlers::internal::configure(config, &lifecycle)).await;
    assert_eq!(served, set(routes::OPS));
}

fn listener() -> (Reserved, SocketAddr) {
    let listener = Reserved::bind(Ipv4Addr::LOCALHOST.into(), 0, "server.port").unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

#[actix_web::test]
async fn the_listeners_of_all_accounts_stop_together() {
    let folder = tempfile::tempdir().unwrap();
    let account = account(folder.path()).await;
    let ((first, first_at), (second, second_at)) = (listener(), listener());
    let accounts = [account.clone(), account];
    let servers = PublicServers::start(&accounts, vec![first, second], Duration::from_secs(1)).unwrap();
    for address in [first_at, second_at] {
        assert!(TcpStream::connect(address).is_ok());
    }
    let stopped = servers.stop(true);
    let (ended, ()) = tokio::join!(servers, stopped);
    assert!(ended.is_ok());
    for address in [first_at, second_at] {
        assert!(TcpStream::connect(address).is_err(), "nothing listens any more");
    }
}
