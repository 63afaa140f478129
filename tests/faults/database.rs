//! The database server fails: fans see when to come back, and no fan whose registration succeeded is lost.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use crate::support::{
    contract::Contract,
    fault_run::FaultRun,
    http::Response,
    phone::Phone,
    scene::{Plan, Scene},
};

const POOL_SIZE: usize = 8;
const POOL_TIMEOUT: Duration = Duration::from_millis(1000);

const BEGINS: &str = "the database is not available";
const ENDS: &str = "the database is available again";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_killed_loses_no_registration_that_succeeded() {
    let Some(scene) = Plan::new("the database killed").start().await else {
        return;
    };
    let mut fault_run = FaultRun::begin("database killed, then back", scene, Contract::pages(&[503])).await;
    fault_run.fault_begins();
    fault_run.on(|scene| scene.database.as_server().kill()).await;
    fault_run.hold().await;
    fault_run.on(|scene| scene.database.as_server().launch()).await;
    fault_run.fault_ends();
    let scene = Arc::clone(&fault_run.scene);
    let audit = fault_run.end().await;
    assert!(audit.pages[&503] > 0);
    scene.assert_outages_logged(BEGINS, ENDS).await;
    scene.assert_nothing_is_stuck().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_database_holds_nobody_for_long_and_bounds_the_threads() {
    let milliseconds = POOL_TIMEOUT.as_millis().to_string();
    let plan = Plan::new("the database frozen").set("database.pool_timeout_ms", &milliseconds);
    let Some(scene) = plan.set("database.pool_size", &POOL_SIZE.to_string()).start().await else {
        return;
    };
    let mut fan = scene.registered().await.phone;
    let mut fault_run = FaultRun::begin("database frozen", scene, Contract::pages(&[503])).await;
    let threads_before = threads(&fault_run.scene);
    fault_run.fault_begins();
    fault_run.on(|scene| scene.database.as_server().freeze()).await;
    fault_run.hold().await;
    let threads_in_the_freeze = threads(&fault_run.scene);
    let scene = Arc::clone(&fault_run.scene);
    what_needs_no_database_goes_on(&scene, &mut fan).await;
    what_needs_it_is_refused_at_once(&scene, &mut fan).await;
    fault_run.on(|scene| scene.database.as_server().thaw()).await;
    fault_run.fault_ends();
    let audit = fault_run.end().await;

    assert!(audit.pages[&503] > 0);
    audit.assert_responses_within(POOL_TIMEOUT);
    for (before, in_the_freeze) in threads_before.into_iter().zip(threads_in_the_freeze) {
        // Those that wait, and as many that were idle: each worker keeps its own for some seconds.
        let more = in_the_freeze.saturating_sub(before);
        assert!(more <= 2 * POOL_SIZE, "{before} threads grew to {in_the_freeze}");
    }
    scene.assert_outages_logged(BEGINS, ENDS).await;
    scene.assert_nothing_is_stuck().await;
}

fn threads(scene: &Scene) -> Vec<usize> {
    scene
        .replicas
        .iter()
        .map(|replica| replica.process().threads())
        .collect()
}

async fn what_needs_no_database_goes_on(scene: &Scene, fan: &mut Phone) {
    for path in ["/welcome", "/signed-out", "/register"] {
        let status = quickly(scene, &mut Phone::default(), path).await.status;
        assert!(matches!(status, 200 | 303), "{path}: {status}");
    }
    // The session alone decides: who is signed in goes straight on.
    let response = quickly(scene, fan, "/login?next=/photos").await;
    assert_eq!((response.status, response.header("location")), (303, Some("/photos")));
}

/// All but one request in half a second on each replica: that one tries the database.
async fn what_needs_it_is_refused_at_once(scene: &Scene, fan: &mut Phone) {
    let mut slow = 0;
    for _ in 0..20 {
        let sent = Instant::now();
        let response = fan.get(&scene.front, "/").await.unwrap();
        assert_eq!((response.status, response.header("retry-after")), (503, Some("5")));
        slow += usize::from(sent.elapsed() > POOL_TIMEOUT / 2);
    }
    assert!(slow <= 5, "{slow} of 20 waited");
}

async fn quickly(scene: &Scene, phone: &mut Phone, path: &str) -> Response {
    let sent = Instant::now();
    let response = phone.get(&scene.front, path).await.unwrap();
    assert!(
        sent.elapsed() < POOL_TIMEOUT * 9 / 10,
        "{path} took {:?}",
        sent.elapsed()
    );
    response
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_waits_for_a_frozen_database_still_ends_in_time() {
    let Some(scene) = Plan::new("the database frozen at the end").replicas(1).start().await else {
        return;
    };
    let mut fan = scene.registered().await.phone;
    let scene = Arc::new(scene);
    scene.database.as_server().freeze();
    let waiting = {
        let scene = Arc::clone(&scene);
        tokio::spawn(async move { fan.get(&scene.front, "/").await.map(|response| response.status) })
    };
    scene.replicas[0].has_request_in_flight().await;
    let process = scene.replicas[0].process();
    process.signal("TERM");
    let (status, _) = tokio::task::spawn_blocking(move || process.wait(Duration::from_secs(7)))
        .await
        .unwrap()
        .expect("it ends within server.shutdown_timeout");
    assert!(status.success(), "{status}");
    assert_eq!(waiting.await.unwrap().unwrap(), 503);
}
