//! Replicas share nothing but Redis and the database.

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use tokio::task::JoinSet;

use crate::support::{
    contract::Contract,
    fault_run::FaultRun,
    front::Front,
    page::{Step, read},
    phone::{End, Kind, Login, Phone},
    scene::Plan,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_begun_on_one_replica_is_completed_by_the_other() {
    let Some(scene) = Plan::new("two replicas").start().await else {
        return;
    };
    let (one, other) = (Front::to(&scene.replicas[0]), Front::to(&scene.replicas[1]));
    let openid = scene.sandbox.fans(1).await.remove(0);
    for (path, scope) in [("/register", "snsapi_userinfo"), ("/login", "snsapi_base")] {
        for (here, there) in [(&one, &other), (&other, &one)] {
            let mut phone = Phone::default();
            let Step::Authorize { state } = read(&phone.get(here, path).await.unwrap()) else {
                panic!("{path} begins no login");
            };
            let code = scene.sandbox.code(&openid, scope).await;
            let callback = format!("/wechat/callback?code={code}&state={state}");
            let response = phone.get(there, &callback).await.unwrap();
            assert!(matches!(read(&response), Step::SignedIn), "{path}: {response:?}");
            // Both know the session.
            for front in [here, there] {
                let page = phone.get(front, "/").await.unwrap();
                assert!(page.status == 200 && page.body.contains("粉丝"), "{page:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_logout_on_one_replica_is_known_to_the_other() {
    let Some(scene) = Plan::new("a logout at two replicas").start().await else {
        return;
    };
    let (one, other) = (Front::to(&scene.replicas[0]), Front::to(&scene.replicas[1]));
    let mut phone = scene.registered().await.phone;
    // A copy of the cookie is left.
    let mut copy = phone.clone();
    for front in [&one, &other] {
        let response = copy.get(front, "/login?next=/photos").await.unwrap();
        assert_eq!(response.header("location"), Some("/photos"), "{response:?}");
    }
    let response = phone.post(&one, "/logout", &scene.site).await.unwrap();
    assert_eq!(response.header("location"), Some("/signed-out"), "{response:?}");
    for front in [&one, &other] {
        let asked = Instant::now();
        while !matches!(
            read(&copy.clone().get(front, "/login").await.unwrap()),
            Step::Authorize { .. }
        ) {
            assert!(asked.elapsed() < Duration::from_secs(4), "the session is still good");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_that_reaches_two_replicas_at_once_is_exchanged_once() {
    let Some(scene) = Plan::new("a code at two replicas").start().await else {
        return;
    };
    let scene = Arc::new(scene);
    for _ in 0..20 {
        let openid = scene.sandbox.fans(1).await.remove(0);
        let mut phone = Phone::default();
        let Step::Authorize { state } = read(&phone.get(&scene.front, "/register").await.unwrap()) else {
            panic!("no login begins");
        };
        let code = scene.sandbox.code(&openid, "snsapi_userinfo").await;
        let callback = format!("/wechat/callback?code={code}&state={state}");
        let mut at_once = JoinSet::new();
        for _ in 0..8 {
            let (mut phone, scene, callback) = (phone.clone(), Arc::clone(&scene), callback.clone());
            at_once.spawn(async move { read(&phone.get(&scene.front, &callback).await.unwrap()) });
        }
        for step in at_once.join_all().await {
            assert!(matches!(step, Step::SignedIn), "{step:?}");
        }
        assert_eq!(scene.sandbox.exchanges(&code).await, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_that_start_at_once_on_an_empty_database_migrate_it_once_and_all_serve() {
    let Some(scene) = Plan::new("four that migrate").replicas(4).idle().start().await else {
        return;
    };
    thread::scope(|scope| {
        for replica in &scene.replicas {
            scope.spawn(|| replica.launch());
        }
    });
    let migrated = scene
        .replicas
        .iter()
        .filter(|replica| replica.logged("\"database.migrations_run\":0") == 0);
    assert_eq!(migrated.count(), 1, "one of them runs the migrations");
    for replica in &scene.replicas {
        let login = Login::new(Kind::Registration, scene.sandbox.fans(1).await.remove(0), 0);
        let login = login.run(&scene, &Front::to(replica)).await;
        assert_eq!(login.end, End::SignedIn, "{:?}", login.seen);
        assert_eq!(replica.warnings(), Vec::<String>::new());
    }
}

/// What the faults are to be compared with.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_fault_no_fan_notices_anything() {
    let Some(scene) = Plan::new("logins without a fault").start().await else {
        return;
    };
    let mut fault_run = FaultRun::begin("nothing (for comparison)", scene, Contract::NOTHING).await;
    fault_run.fault_begins();
    fault_run.hold().await;
    fault_run.fault_ends();
    fault_run.end().await;
}
