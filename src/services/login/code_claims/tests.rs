use super::*;
use crate::{cache::MemoryCache, domain::Clock};

const TIMEOUT: Duration = Duration::from_secs(1);

struct Deployment {
    clock: Clock,
    shared: Cache,
}

impl Deployment {
    fn new() -> Self {
        let clock = Clock::system();
        Self {
            shared: Cache::Memory(MemoryCache::new(clock.clone(), 1 << 20)),
            clock,
        }
    }

    /// A replica with its own memory, the shared cache, and a clock that may be wrong.
    fn replica(&self, seconds_ahead: i64) -> CodeClaims {
        let clock = Clock::system();
        clock.advance(seconds_ahead);
        let own = Cache::Memory(MemoryCache::new(clock, 1 << 20));
        CodeClaims::new(vec![own, self.shared.clone()], Random::system(), TIMEOUT)
    }
}

fn soon() -> Deadline {
    Deadline::after(Duration::from_millis(100))
}

async fn mine(claims: &CodeClaims) -> Claim {
    match claims.acquire("code", soon()).await {
        Acquired::Mine(claim) => claim,
        _ => panic!("not mine"),
    }
}

async fn is_under_way(claims: &CodeClaims) -> bool {
    matches!(claims.acquire("code", soon()).await, Acquired::UnderWay)
}

async fn outcome(claims: &CodeClaims) -> Option<String> {
    match claims.acquire("code", soon()).await {
        Acquired::Completed(outcome) => Some(outcome),
        _ => None,
    }
}

#[tokio::test(start_paused = true)]
async fn a_code_is_one_requests_until_it_is_completed_and_then_everybodys() {
    let deployment = Deployment::new();
    let (here, there) = (deployment.replica(0), deployment.replica(0));
    let claim = mine(&here).await;
    assert!(is_under_way(&here).await && is_under_way(&there).await);
    here.complete(&claim, "outcome", true).await;
    assert_eq!(outcome(&here).await.as_deref(), Some("outcome"));
    assert_eq!(outcome(&there).await.as_deref(), Some("outcome"));
}

#[tokio::test(start_paused = true)]
async fn a_replica_whose_clock_is_ahead_does_not_acquire_the_claim_of_another() {
    let deployment = Deployment::new();
    let (here, ahead) = (deployment.replica(0), deployment.replica(3600));
    let claim = mine(&here).await;
    claim
        .with_lease_renewal(async { assert!(is_under_way(&ahead).await) })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_claim_is_renewed_beyond_its_lease_while_its_owner_works() {
    let deployment = Deployment::new();
    let (here, there) = (deployment.replica(0), deployment.replica(0));
    let claim = mine(&here).await;
    let work = async {
        tokio::time::sleep(TIMEOUT).await;
        assert!(is_under_way(&there).await);
    };
    claim.with_lease_renewal(work).await;
}

#[tokio::test(start_paused = true)]
async fn a_claim_whose_owner_died_is_free_within_the_deadline() {
    let deployment = Deployment::new();
    let (here, there) = (deployment.replica(0), deployment.replica(0));
    drop(mine(&here).await);
    let acquired = there.acquire("code", Deadline::after(TIMEOUT)).await;
    assert!(matches!(acquired, Acquired::Mine(claim) if claim.saved_grant().is_none()));
}

#[tokio::test(start_paused = true)]
async fn a_saved_grant_is_completed_by_one_other() {
    let deployment = Deployment::new();
    let (here, there) = (deployment.replica(0), deployment.replica(0));
    let mut claim = mine(&here).await;
    here.save_grant(&mut claim, "grant".to_owned()).await;
    assert!(is_under_way(&there).await, "its owner is still at work");
    claim.release().await;
    let next = mine(&there).await;
    assert_eq!(next.saved_grant(), Some("grant"));
    assert!(is_under_way(&here).await);
    there.complete(&next, "outcome", true).await;
    assert_eq!(outcome(&here).await.as_deref(), Some("outcome"));
}

#[tokio::test(start_paused = true)]
async fn a_grant_outlives_the_lease_of_a_dead_owner_and_not_five_minutes() {
    let deployment = Deployment::new();
    let (here, there) = (deployment.replica(0), deployment.replica(0));
    let mut claim = mine(&here).await;
    here.save_grant(&mut claim, "grant".to_owned()).await;
    deployment.clock.advance(290);
    assert_eq!(mine(&there).await.saved_grant(), Some("grant"));
    deployment.clock.advance(20);
    let later = deployment.replica(0);
    assert_eq!(mine(&later).await.saved_grant(), None);
}

#[tokio::test(start_paused = true)]
async fn a_failure_does_not_displace_what_another_recorded_but_a_success_does() {
    let deployment = Deployment::new();
    let (here, there) = (deployment.replica(0), deployment.replica(0));
    let frozen = mine(&here).await;
    deployment.clock.advance(5);
    let other = mine(&there).await;
    there.complete(&other, "refused", false).await;
    here.complete(&frozen, "signed in", true).await;
    assert_eq!(
        outcome(&there.clone()).await.as_deref(),
        Some("refused"),
        "its own memory"
    );
    assert_eq!(outcome(&deployment.replica(0)).await.as_deref(), Some("signed in"));
    there.complete(&other, "refused", false).await;
    assert_eq!(outcome(&deployment.replica(0)).await.as_deref(), Some("signed in"));
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_expired_unnoticed_is_acquired_again() {
    let deployment = Deployment::new();
    let (here, there) = (deployment.replica(0), deployment.replica(0));
    let claim = mine(&here).await;
    deployment.clock.advance(5);
    let work = async {
        tokio::time::sleep(TIMEOUT / 2).await;
        assert!(is_under_way(&there).await);
    };
    claim.with_lease_renewal(work).await;
}

#[tokio::test(start_paused = true)]
async fn a_grant_that_only_one_tier_has_is_completed_in_both() {
    let deployment = Deployment::new();
    let (here, there) = (deployment.replica(0), deployment.replica(0));
    let mut claim = mine(&here).await;
    here.save_grant(&mut claim, "grant".to_owned()).await;
    claim.release().await;
    let claim = mine(&there).await;
    assert_eq!(claim.saved_grant(), Some("grant"));
    let work = async {
        tokio::time::sleep(TIMEOUT).await;
        assert!(
            is_under_way(&there).await,
            "its own tier has the lease under the code's key"
        );
        assert!(is_under_way(&here).await);
    };
    claim.with_lease_renewal(work).await;
    there.complete(&claim, "refused", false).await;
    assert_eq!(outcome(&there).await.as_deref(), Some("refused"));
    assert_eq!(outcome(&deployment.replica(0)).await.as_deref(), Some("refused"));
}
