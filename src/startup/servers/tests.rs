//! The routers serve the routes of `domain/routes.rs`, and nothing else; each has one policy, which lists its methods.
#![cfg(feature = "sqlite")]

use std::{
    collections::BTreeSet,
    net::{Ipv4Addr, SocketAddr, TcpStream},
    path::Path,
    time::Duration,
};

use actix_web::{
    App,
    http::{Method, StatusCode},
    test::{TestRequest, call_service, init_service},
    web::{Data, ServiceConfig},
};

use crate::{
    domain::{Clock, Random, routes},
    handlers,
    http::policy::{self, PolicyTable},
    services::health::Lifecycle,
    settings::{Settings, Source},
    startup::{
        Reserved,
        account::Account,
        infrastructure::Infrastructure,
        servers::accounts::{AccountListeners, AccountServers},
        worker::Worker,
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

/// An account of these settings, with one root file.
async fn account(folder: &Path, has_logins: bool) -> Account {
    let mut source = Source::new(folder);
    let database_url = format!("sqlite://{}/fanpass.db", folder.display());
    let variables = [
        ("FANPASS_ENV", "test"),
        ("FANPASS__SITE__NAME", "示例公众号"),
        ("FANPASS__LOGIN__ENABLED", if has_logins { "true" } else { "false" }),
        ("FANPASS__JSSDK__ENABLED", "true"),
        ("FANPASS__PHOTOS__ENABLED", "true"),
        ("DATABASE_URL", &database_url),
        ("WECHAT_APP_ID", "wx0000000000000001"),
        ("WECHAT_APP_SECRET", "0123456789abcdef0123456789abcdef"),
        ("WECHAT_TOKEN", "madeup12"),
        ("SESSION_KEY", &"0123456789abcdef".repeat(8)),
        ("OPS_API_KEY", &"made-up-key-".repeat(4)),
    ];
    source.env = variables
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    let settings = Settings::load(&source).unwrap();
    let infrastructure = Infrastructure::build(settings.process(), Clock::system(), Random::system());
    Account::build(infrastructure.await.unwrap(), settings.account()).unwrap()
}

const ROOT_FILE: &str = "MP_verify_made-up.txt";

fn configure_public(config: &mut ServiceConfig, account: &Account) {
    let root_files = [(ROOT_FILE.to_owned(), "made-up".to_owned())].into();
    handlers::public::configure(config, Worker::new(account).public_state(), &root_files);
}

fn configure_internal(config: &mut ServiceConfig, account: &Account) {
    handlers::internal::configure(config, Worker::new(account).internal_state());
}

fn public_policies(has_logins: bool) -> PolicyTable {
    policy::public::policies([ROOT_FILE].into_iter(), has_logins, true, Some(1 << 20), true)
}

fn policed(table: &PolicyTable) -> BTreeSet<String> {
    table.routes().into_keys().map(ToOwned::to_owned).collect()
}

#[actix_web::test]
async fn the_public_listener_serves_the_listed_routes_and_no_other_and_each_has_one_policy() {
    let folder = tempfile::tempdir().unwrap();
    let account = account(folder.path(), true).await;
    let served = patterns(|config| configure_public(config, &account)).await;
    let mut listed = set(routes::PUBLIC);
    listed.insert(format!("/{ROOT_FILE}"));
    assert_eq!(served, listed);
    assert_eq!(policed(&public_policies(true)), listed);
}

/// So `LOGIN_ROUTES` is complete: it is what the login's room serves, and `next` leads to none of them.
#[actix_web::test]
async fn without_logins_the_login_routes_are_gone_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let account = account(folder.path(), false).await;
    let served = patterns(|config| configure_public(config, &account)).await;
    let mut listed = set(routes::PUBLIC);
    let gone = [routes::LOGIN_ROUTES, routes::ME_ROUTES, routes::PHOTO_ROUTES].concat();
    listed.retain(|route| !gone.contains(&route.as_str()));
    listed.insert(format!("/{ROOT_FILE}"));
    assert_eq!(served, listed);
    assert_eq!(policed(&public_policies(false)), listed);
}

#[actix_web::test]
async fn the_ops_listener_serves_the_listed_routes_and_no_other_and_each_has_one_policy() {
    let lifecycle = Data::new(Lifecycle::default());
    let served = patterns(|config| handlers::ops::configure(config, &lifecycle)).await;
    assert_eq!(served, set(routes::OPS));
    assert_eq!(policed(&policy::ops::policies()), set(routes::OPS));
}

#[actix_web::test]
async fn the_internal_listener_serves_the_listed_routes_and_no_other_and_each_has_one_policy() {
    let folder = tempfile::tempdir().unwrap();
    let account = account(folder.path(), true).await;
    let served = patterns(|config| configure_internal(config, &account)).await;
    assert_eq!(served, set(routes::INTERNAL));
    assert_eq!(policed(&policy::internal::policies()), set(routes::INTERNAL));
}

#[test]
fn no_route_is_in_two_groups() {
    for groups in [policy::public::GROUPS, policy::internal::GROUPS, policy::ops::GROUPS] {
        let paths: Vec<&str> = groups
            .iter()
            .flat_map(|group| group.routes)
            .map(|(path, _)| *path)
            .collect();
        let distinct: BTreeSet<&str> = paths.iter().copied().collect();
        assert_eq!(distinct.len(), paths.len(), "{paths:?}");
    }
}

/// The methods of which the router, without any middleware, says that it does not know them here.
async fn refused_methods(configure: impl FnOnce(&mut ServiceConfig), table: &PolicyTable) -> Vec<(String, Method)> {
    let app = init_service(App::new().configure(configure)).await;
    let mut refused = Vec::new();
    for path in table.routes().into_keys() {
        for method in [
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::DELETE,
            Method::OPTIONS,
        ] {
            let request = TestRequest::with_uri(&path.replace("{name:.*}", "x")).method(method.clone());
            if call_service(&app, request.to_request()).await.status() == StatusCode::METHOD_NOT_ALLOWED {
                refused.push((path.to_owned(), method));
            }
        }
    }
    refused
}

fn unlisted_methods(table: &PolicyTable) -> Vec<(String, Method)> {
    let all = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::DELETE,
        Method::OPTIONS,
    ];
    let routes = table.routes().into_iter();
    let unlisted = routes.flat_map(|(path, methods)| {
        let unlisted = all.iter().filter(move |method| !methods.contains(method));
        unlisted.map(move |method| (path.to_owned(), method.clone()))
    });
    unlisted.collect()
}

#[actix_web::test]
async fn the_routers_take_the_methods_that_the_policies_list_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let account = account(folder.path(), true).await;
    let table = public_policies(true);
    let refused = refused_methods(|config| configure_public(config, &account), &table).await;
    assert_eq!(refused, unlisted_methods(&table));
    let table = policy::internal::policies();
    let refused = refused_methods(|config| configure_internal(config, &account), &table).await;
    assert_eq!(refused, unlisted_methods(&table));
    let lifecycle = Data::new(Lifecycle::default());
    let table = policy::ops::policies();
    let refused = refused_methods(|config| handlers::ops::configure(config, &lifecycle), &table).await;
    assert_eq!(refused, unlisted_methods(&table));
}

fn listener() -> (Reserved, SocketAddr) {
    let listener = Reserved::bind(Ipv4Addr::LOCALHOST.into(), 0, "server.port").unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

#[actix_web::test]
async fn the_listeners_of_all_accounts_stop_together() {
    let folder = tempfile::tempdir().unwrap();
    let account = account(folder.path(), true).await;
    let ((first, first_at), (second, second_at), (internal, internal_at)) = (listener(), listener(), listener());
    let accounts = [account.clone(), account];
    let listeners = [(first, Some(internal)), (second, None)];
    let listeners = listeners.map(|(public, internal)| AccountListeners { public, internal });
    let servers = AccountServers::start(&accounts, listeners.into(), Duration::from_secs(1)).unwrap();
    let addresses = [first_at, second_at, internal_at];
    for address in addresses {
        assert!(TcpStream::connect(address).is_ok());
    }
    let stopped = servers.stop(true);
    let (ended, ()) = tokio::join!(servers, stopped);
    assert!(ended.is_ok());
    for address in addresses {
        assert!(TcpStream::connect(address).is_err(), "nothing listens any more");
    }
}
