//! Redis fails: fans notice nothing.

use std::{sync::Arc, time::Duration};

use crate::support::{contract::Contract, fault_run::FaultRun, scene::Plan};

/// With the time-out of the default settings.
fn plan(what: &'static str) -> Plan {
    Plan::new(what).set("cache.timeout_ms", "100")
}

const BEGINS: &str = "the cache is down";
const ENDS: &str = "the cache is back";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logins_go_on_while_redis_is_killed_and_comes_back() {
    let Some(scene) = plan("Redis killed").start().await else {
        return;
    };
    let mut fault_run = FaultRun::begin("Redis killed, then back", scene, Contract::NOTHING).await;
    fault_run.fault_begins();
    fault_run.on(|scene| scene.redis.as_ref().unwrap().kill()).await;
    fault_run.hold().await;
    fault_run.on(|scene| scene.redis.as_ref().unwrap().launch()).await;
    fault_run.fault_ends();
    let scene = Arc::clone(&fault_run.scene);
    fault_run.end().await;
    scene.assert_outages_logged(BEGINS, ENDS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_redis_costs_a_login_a_short_wait_at_most() {
    let Some(scene) = plan("Redis frozen").start().await else {
        return;
    };
    let mut fault_run = FaultRun::begin("Redis frozen", scene, Contract::NOTHING).await;
    fault_run.fault_begins();
    fault_run.on(|scene| scene.redis.as_ref().unwrap().signal("STOP")).await;
    fault_run.hold().await;
    fault_run.on(|scene| scene.redis.as_ref().unwrap().signal("CONT")).await;
    fault_run.fault_ends();
    let scene = Arc::clone(&fault_run.scene);
    let audit = fault_run.end().await;
    audit.assert_responses_within(Duration::from_millis(200));
    scene.assert_outages_logged(BEGINS, ENDS).await;
}
