//! A replica ends in the middle of logins: it is killed, or gets SIGTERM.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::support::{
    contract::Contract,
    fault_run::FaultRun,
    front::Front,
    page::{Step, read},
    phone::Phone,
    scene::{Plan, Scene},
};

/// `server.shutdown_timeout` of every replica.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

/// Slows the platform down, so that there are logins in the middle of every step.
async fn linger(scene: &Scene) {
    for (endpoint, ms) in [("access_token", 100), ("userinfo", 300)] {
        scene
            .sandbox
            .fault(endpoint, json!({ "kind": "delay", "ms": ms }))
            .await;
    }
}

/// One retry: the page is loaded again, and another replica completes the login; where the code went down with the
/// first one, its page leads to a new login.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_logins_of_a_killed_replica_are_completed_by_another() {
    let Some(scene) = Plan::new("a replica killed").replicas(3).start().await else {
        return;
    };
    linger(&scene).await;
    let contract = Contract {
        pages: &[502],
        broken: 1,
        patience: 2,
    };
    let mut fault_run = FaultRun::begin("`kill -9` of one replica", scene, contract).await;
    fault_run.fault_begins();
    fault_run.on(|scene| scene.replicas[0].process().kill()).await;
    fault_run.fault_ends();
    fault_run.hold().await;
    fault_run.on(|scene| scene.replicas[0].launch()).await;
    let audit = fault_run.end().await;
    assert!(audit.broken > 0, "nobody was in the middle of a login");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_is_asked_to_end_finishes_what_it_has_begun() {
    let Some(scene) = Plan::new("a replica terminated").start().await else {
        return;
    };
    linger(&scene).await;
    let mut fault_run = FaultRun::begin("SIGTERM to one replica", scene, Contract::NOTHING).await;
    fault_run.fault_begins();
    let process = fault_run.scene.replicas[0].process();
    process.signal("TERM");
    let end = fault_run.on(move |_| process.wait(SHUTDOWN_TIMEOUT * 2)).await;
    fault_run.fault_ends();
    fault_run.hold().await;
    fault_run.on(|scene| scene.replicas[0].launch()).await;
    let scene = Arc::clone(&fault_run.scene);
    fault_run.end().await;
    let (status, after) = end.expect("it ends");
    assert!(status.success(), "{status}");
    assert!(after <= SHUTDOWN_TIMEOUT, "it ended after {after:?}");
    assert_eq!(scene.replicas[0].warnings(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_waits_for_a_silent_platform_still_ends_in_time() {
    let plan = Plan::new("a replica terminated while the platform is silent").replicas(1);
    let Some(scene) = plan.set("wechat.timeout_ms", "30000").start().await else {
        return;
    };
    let scene = Arc::new(scene);
    scene.sandbox.fault("access_token", json!({ "kind": "hang" })).await;
    let (mut phone, callback) = at_the_callback(&scene, &scene.front).await;
    let waiting = {
        let scene = Arc::clone(&scene);
        tokio::spawn(async move { phone.get(&scene.front, &callback).await.is_err() })
    };
    scene.replicas[0].has_request_in_flight().await;
    let process = scene.replicas[0].process();
    let asked = Instant::now();
    process.signal("TERM");
    let end = tokio::task::spawn_blocking(move || process.wait(SHUTDOWN_TIMEOUT * 2))
        .await
        .unwrap();
    let (status, _) = end.expect("it ends");
    assert!(
        asked.elapsed() < SHUTDOWN_TIMEOUT + Duration::from_secs(2),
        "{:?}",
        asked.elapsed()
    );
    assert!(status.success(), "{status}");
    assert!(waiting.await.unwrap());
    assert_eq!(scene.replicas[0].logged("requests cut off: 1"), 1);
}

/// The grant is in the shared cache before the profile is fetched.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_registration_whose_browser_hung_up_is_completed_by_another_replica() {
    let Some(scene) = Plan::new("a browser that hangs up").start().await else {
        return;
    };
    scene
        .sandbox
        .fault("userinfo", json!({ "kind": "delay", "ms": 1000, "times": 1 }))
        .await;
    let (one, other) = (Front::to(&scene.replicas[0]), Front::to(&scene.replicas[1]));
    let (mut phone, callback) = at_the_callback(&scene, &one).await;
    let hung_up = tokio::time::timeout(Duration::from_millis(300), phone.get(&one, &callback)).await;
    assert!(hung_up.is_err(), "it was answered already");

    let process = scene.replicas[0].process();
    process.signal("TERM");
    let end = tokio::task::spawn_blocking(move || process.wait(SHUTDOWN_TIMEOUT * 2))
        .await
        .unwrap();
    assert!(end.expect("it ends").0.success());
    let response = phone.get(&other, &callback).await.unwrap();
    assert!(matches!(read(&response), Step::SignedIn), "{response:?}");
}

/// A phone that has consented to a registration, and the URL that the platform sent it to.
async fn at_the_callback(scene: &Scene, front: &Front) -> (Phone, String) {
    let mut phone = Phone::default();
    let openid = scene.sandbox.fans(1).await.remove(0);
    let response = phone.get(front, "/register").await.unwrap();
    let Step::Authorize { state } = read(&response) else {
        panic!("no authorize page: {response:?}");
    };
    let code = scene.sandbox.code(&openid, "snsapi_userinfo").await;
    (phone, format!("/wechat/callback?code={code}&state={state}"))
}
