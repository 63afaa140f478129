use super::*;

const LIMIT: Duration = Duration::from_millis(100);
const POLICY: BreakerPolicy = BreakerPolicy {
    pause: Duration::from_secs(1),
    tolerated_silence: Some(LIMIT),
    any_response_closes: false,
};

fn breaker() -> CircuitBreaker {
    CircuitBreaker::new(POLICY)
}

/// A breaker whose pause is over.
async fn after_the_pause() -> CircuitBreaker {
    let breaker = breaker();
    breaker.admit().unwrap().failed();
    tokio::time::advance(POLICY.pause).await;
    breaker
}

/// A call whose time limit passes without a response. Returns whether that opened the breaker.
async fn times_out(breaker: &CircuitBreaker) -> bool {
    let call = breaker.admit().unwrap();
    tokio::time::advance(LIMIT).await;
    call.timed_out()
}

#[tokio::test(start_paused = true)]
async fn a_failure_beyond_doubt_keeps_all_calls_away_for_the_pause() {
    let breaker = breaker();
    breaker.admit().unwrap().failed();
    assert!(breaker.admit().is_none());
    tokio::time::advance(POLICY.pause).await;
    assert!(breaker.admit().is_some());
}

#[tokio::test(start_paused = true)]
async fn time_outs_in_one_pause_open_nothing_and_the_next_response_ends_the_doubt() {
    let breaker = breaker();
    for _ in 0..3 {
        let calls: Vec<_> = (0..20).map(|_| breaker.admit().unwrap()).collect();
        tokio::time::advance(LIMIT).await;
        for call in calls {
            assert!(!call.timed_out());
        }
        let during = breaker.admit().unwrap();
        tokio::time::advance(LIMIT / 2).await;
        during.responded();
    }
    assert!(breaker.admit().is_some());
}

#[tokio::test(start_paused = true)]
async fn one_slow_call_among_many_successful_ones_opens_nothing() {
    let breaker = breaker();
    for _ in 0..20 {
        assert!(!times_out(&breaker).await);
        breaker.admit().unwrap().responded();
    }
}

#[tokio::test(start_paused = true)]
async fn a_second_time_out_after_the_first_opens_it() {
    let breaker = breaker();
    assert!(!times_out(&breaker).await);
    assert!(times_out(&breaker).await);
    assert!(breaker.admit().is_none());
}

#[tokio::test(start_paused = true)]
async fn two_time_outs_with_half_an_hour_between_them_are_no_outage() {
    let breaker = breaker();
    assert!(!times_out(&breaker).await);
    tokio::time::advance(Duration::from_mins(30)).await;
    assert!(!times_out(&breaker).await, "a doubt was kept for half an hour");
    assert!(times_out(&breaker).await);
}

#[tokio::test(start_paused = true)]
async fn under_load_a_frozen_cache_opens_it_after_two_time_limits() {
    let breaker = breaker();
    let mut waiting = std::collections::VecDeque::new();
    let mut opened_after = None;
    for millisecond in 0..300_u32 {
        if millisecond >= 100 && opened_after.is_none() {
            let call: Admission = waiting.pop_front().unwrap();
            opened_after = call.timed_out().then_some(millisecond);
        }
        waiting.extend(breaker.admit());
        tokio::time::advance(Duration::from_millis(1)).await;
    }
    assert_eq!(opened_after, Some(200));
}

#[tokio::test(start_paused = true)]
async fn after_the_pause_one_call_probes_and_its_success_lets_all_through() {
    let breaker = after_the_pause().await;
    let probe = breaker.admit().unwrap();
    assert!(breaker.admit().is_none());
    probe.responded();
    assert!(breaker.admit().is_some() && breaker.admit().is_some());
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_fails_begins_the_pause_again() {
    let breaker = after_the_pause().await;
    breaker.admit().unwrap().failed();
    assert!(breaker.admit().is_none());
    tokio::time::advance(POLICY.pause).await;
    assert!(times_out(&breaker).await, "a probe decides alone");
    assert!(breaker.admit().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_is_given_up_leaves_its_place_to_the_next() {
    let breaker = after_the_pause().await;
    drop(breaker.admit().unwrap());
    assert!(breaker.admit().is_some());
}

#[tokio::test(start_paused = true)]
async fn a_call_sent_before_the_outage_neither_ends_nor_prolongs_it() {
    let breaker = breaker();
    let (early, other) = (breaker.admit().unwrap(), breaker.admit().unwrap());
    breaker.admit().unwrap().failed();
    early.responded();
    assert!(breaker.admit().is_none());
    tokio::time::advance(POLICY.pause).await;
    assert!(!other.timed_out());
    assert!(breaker.admit().is_some());
}

#[tokio::test(start_paused = true)]
async fn without_tolerance_one_time_out_opens_it_and_any_response_closes_it() {
    let breaker = CircuitBreaker::new(BreakerPolicy {
        tolerated_silence: None,
        any_response_closes: true,
        ..POLICY
    });
    let early = breaker.admit().unwrap();
    assert!(times_out(&breaker).await);
    assert!(breaker.admit().is_none());
    assert!(early.responded());
    assert!(breaker.admit().is_some());
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_hangs_or_proves_nothing_leaves_its_place_after_a_pause() {
    let breaker = after_the_pause().await;
    let hanging = breaker.admit().unwrap();
    assert!(hanging.is_probe());
    tokio::time::advance(POLICY.pause).await;
    breaker.admit().unwrap().inconclusive();
    assert!(breaker.admit().is_none());
    tokio::time::advance(POLICY.pause).await;
    assert!(breaker.admit().is_some());
    assert!(hanging.responded());
}
