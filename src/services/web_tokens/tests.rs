use super::*;
use crate::{cache::MemoryCache, domain::AppId, services::sealing::KeyUse, settings::SessionKey};

fn web_tokens(clock: &Clock) -> (WebTokens, Cache) {
    let cache = Cache::Memory(MemoryCache::new(clock.clone(), 1 << 20));
    let app_id = AppId::parse("wx0000000000000001").unwrap();
    let sealer = Sealer::derive(
        &SessionKey::new([7; 64]).into(),
        &app_id,
        KeyUse::WebToken,
        Random::system(),
    );
    let tokens = WebTokens::new(cache.clone(), sealer, clock.clone(), Random::system());
    (tokens, cache)
}

fn grant(openid: &str, access_token: &str) -> Grant {
    Grant {
        openid: OpenId::parse(openid).unwrap(),
        access_token: access_token.into(),
        expires_in: 7200,
        refresh_token: "made-up-refresh".into(),
        unionid: None,
        is_snapshot: false,
    }
}

/// The fan and the openid of the tests; another fan each time it is called.
fn fan() -> (FanId, OpenId) {
    let id = FanId::generate(&Clock::system(), &Random::system());
    (id, OpenId::parse("oOne").unwrap())
}

fn access_token(found: &StoredToken) -> &str {
    found.token.access_token.expose_secret()
}

#[test]
fn a_token_of_two_hours_is_used_for_110_minutes() {
    assert_eq!(usable_seconds(7200), 110 * 60);
    assert_eq!(usable_seconds(0), 0);
}

#[tokio::test]
async fn a_pair_is_found_by_its_own_fan_only_and_lies_sealed() {
    let clock = Clock::system();
    let (tokens, cache) = web_tokens(&clock);
    let (one, openid) = fan();
    tokens
        .keep(one, &tokens.from_grant(&grant("oOne", "made-up-access")))
        .await;
    let found = tokens.find(one, &openid).await.unwrap();
    assert_eq!(access_token(&found), "made-up-access");
    assert_eq!(found.token.access_until.seconds_since(clock.now()), 6600);
    let stored = cache.get(&key(one)).await.unwrap().unwrap();
    assert!(!String::from_utf8(stored.clone()).unwrap().contains("made-up"));
    // Put under another fan's key it opens no more.
    let (other, _) = fan();
    cache.put(&key(other), &stored, Duration::from_secs(60)).await.unwrap();
    assert!(tokens.find(other, &OpenId::parse("oTwo").unwrap()).await.is_none());
}

#[tokio::test]
async fn the_newest_pair_stays_whatever_a_slow_refresh_brings() {
    let (tokens, _) = web_tokens(&Clock::system());
    let (one, openid) = fan();
    tokens.keep(one, &tokens.from_grant(&grant("oOne", "first"))).await;
    let found = tokens.find(one, &openid).await.unwrap();
    tokens.keep(one, &tokens.from_grant(&grant("oOne", "second"))).await;
    tokens
        .replace(&found, &tokens.from_grant(&grant("oOne", "refreshed first")))
        .await;
    tokens.drop_refused(&found).await;
    let found = tokens.find(one, &openid).await.unwrap();
    assert_eq!(access_token(&found), "second");
    tokens
        .replace(&found, &tokens.from_grant(&grant("oOne", "refreshed second")))
        .await;
    let found = tokens.find(one, &openid).await.unwrap();
    assert_eq!(access_token(&found), "refreshed second");
}

#[tokio::test]
async fn a_pair_is_gone_with_its_refresh_token() {
    let clock = Clock::system();
    let (tokens, _) = web_tokens(&clock);
    let (one, openid) = fan();
    tokens.keep(one, &tokens.from_grant(&grant("oOne", "made-up"))).await;
    clock.advance(30 * 24 * 3600 - 5);
    assert!(tokens.find(one, &openid).await.is_some());
    clock.advance(10);
    assert!(tokens.find(one, &openid).await.is_none());
}

#[tokio::test]
async fn a_pair_is_erased_once_and_no_slow_refresh_brings_it_back() {
    let (tokens, _) = web_tokens(&Clock::system());
    let (one, openid) = fan();
    tokens.keep(one, &tokens.from_grant(&grant("oOne", "made-up"))).await;
    let found = tokens.find(one, &openid).await.unwrap();
    assert!(tokens.erase(one).await.unwrap());
    assert!(!tokens.erase(one).await.unwrap());
    let refreshed = tokens.from_grant(&grant("oOne", "refreshed"));
    tokens.replace(&found, &refreshed).await;
    assert!(tokens.find(one, &openid).await.is_none());
}

#[tokio::test]
async fn a_registration_that_is_late_brings_no_pair_back_after_the_erasure() {
    let clock = Clock::system();
    let (tokens, cache) = web_tokens(&clock);
    let (one, openid) = fan();
    tokens.erase(one).await.unwrap();
    tokens.keep(one, &tokens.from_grant(&grant("oOne", "late"))).await;
    assert!(tokens.find(one, &openid).await.is_none());
    assert_eq!(tokens.reseal(one, &openid).await.unwrap(), Resealed::NothingKept);
    clock.advance(20 * 60 + 1);
    assert_eq!(cache.get(&key(one)).await.unwrap(), None, "nothing stays");
}
