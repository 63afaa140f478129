//! The platform fails: every fan gets a page in time, and waiting fans are bounded in number.

use std::{sync::Arc, time::Duration};

use serde_json::json;

use crate::support::{
    audit::Audit,
    contract::Contract,
    fault_run::FaultRun,
    scale::Scale,
    scene::{Plan, Scene},
    wire::State,
};

/// `wechat.timeout_ms` and `wechat.max_in_flight` by default.
const PATIENT: Duration = Duration::from_secs(5);
const PLENTY: usize = 256;

async fn scene(what: &'static str, timeout: Duration, in_flight: usize) -> Option<Scene> {
    let plan = Plan::new(what)
        .wired()
        .set("wechat.max_in_flight", &in_flight.to_string());
    plan.set("wechat.timeout_ms", &timeout.as_millis().to_string())
        .start()
        .await
}

/// What holds however the platform fails: a response within the time-out and a second, one warning per outage.
async fn check(audit: &Audit, scene: &Scene, timeout: Duration) {
    audit.assert_responses_within(timeout + Duration::from_secs(1));
    scene
        .assert_outages_logged("the platform does not respond", "the platform responds again")
        .await;
}

async fn with_the_wire(fault: &'static str, state: State) {
    let Some(scene) = scene(fault, PATIENT, PLENTY).await else {
        return;
    };
    let mut fault_run = FaultRun::begin(fault, scene, Contract::pages(&[502])).await;
    let scene = Arc::clone(&fault_run.scene);
    let wire = scene.wire.as_ref().unwrap();
    fault_run.fault_begins();
    wire.set(state).await;
    fault_run.hold().await;
    wire.set(State::Sound).await;
    fault_run.fault_ends();
    let audit = fault_run.end().await;
    assert!(audit.pages[&502] > 0);
    check(&audit, &scene, PATIENT).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_platform_that_refuses_connections_costs_a_page() {
    with_the_wire("platform refusing", State::Refusing).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_platform_that_resets_connections_costs_a_page() {
    with_the_wire("platform resetting", State::Resetting).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_platform_that_is_down_behind_its_own_balancer_costs_a_page() {
    let Some(scene) = scene("platform down", PATIENT, PLENTY).await else {
        return;
    };
    let mut fault_run = FaultRun::begin("platform down (502)", scene, Contract::pages(&[502])).await;
    fault_run.fault_begins();
    fault_run
        .scene
        .sandbox
        .fault("access_token", json!({ "kind": "down" }))
        .await;
    fault_run.hold().await;
    fault_run.scene.sandbox.clear_faults().await;
    fault_run.fault_ends();
    let scene = Arc::clone(&fault_run.scene);
    let audit = fault_run.end().await;
    assert!(audit.pages[&502] > 0);
    check(&audit, &scene, PATIENT).await;
}

/// Some wait until the time-out; the others see a page that says when to come back, and their page completes the login.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_platform_makes_a_bounded_number_wait() {
    const TIMEOUT: Duration = Duration::from_secs(2);
    // Of the logins that come in within the time-out, three fifths get a permit.
    let in_flight = usize::try_from(Scale::chosen().rate * 3 / 5).unwrap();
    let Some(scene) = scene("platform slow", TIMEOUT, in_flight).await else {
        return;
    };
    let mut fault_run = FaultRun::begin("platform slow", scene, Contract::pages(&[503, 504])).await;
    let wire = Arc::clone(fault_run.scene.wire.as_ref().unwrap());
    fault_run.fault_begins();
    let slow = json!({ "kind": "delay", "ms": TIMEOUT.as_millis() * 3 });
    fault_run.scene.sandbox.fault("access_token", slow).await;
    // Calls from before the fault end within the time-out; the count begins after that.
    tokio::time::sleep(TIMEOUT).await;
    wire.most_asked();
    fault_run.hold().await;
    let most_asked = wire.most_asked();
    fault_run.scene.sandbox.clear_faults().await;
    fault_run.fault_ends();
    let scene = Arc::clone(&fault_run.scene);
    let seconds = TIMEOUT * 2 + fault_run.scale.fault;
    let audit = fault_run.end().await;

    assert!(audit.pages[&503] > 0 && audit.pages[&504] > 0, "{:?}", audit.pages);
    let permits = scene.replicas.len() * in_flight;
    let rounds = usize::try_from(seconds.as_millis().div_ceil(TIMEOUT.as_millis())).unwrap();
    assert!(audit.pages[&504] <= permits * rounds, "{:?}", audit.pages);
    assert!(most_asked <= permits, "{most_asked} requests waited at the platform");
    check(&audit, &scene, TIMEOUT).await;
}
