use super::{expiry_buckets::BUCKET_SECONDS, *};
use crate::domain::{AppId, Clock, FanId, OpenId, Random, RevocationScope, SessionGeneration, SessionId};

const UNTIL: Timestamp = Timestamp::from_unix_seconds(1_795_438_800);

fn sign_in(generation: i64, until: Timestamp) -> SignIn {
    SignIn {
        app_id: AppId::parse("wx0000000000000001").unwrap(),
        sid: SessionId::generate(&Random::system()),
        fan_id: FanId::generate(&Clock::system(), &Random::system()),
        openid: OpenId::parse("oMade-Up").unwrap(),
        signed_in_at: until.plus_seconds(-3600),
        until,
        generation: SessionGeneration::new(generation),
    }
}

fn revocation(scope: RevocationScope) -> Revocation {
    Revocation {
        scope,
        revoked_at: UNTIL.plus_seconds(-60),
        expires_at: UNTIL.plus_seconds(60),
    }
}

fn logout(sign_in: &SignIn) -> Revocation {
    Revocation {
        expires_at: sign_in.forgettable_at(),
        ..revocation(RevocationScope::Session(sign_in.sid))
    }
}

fn signed_out(fan: FanId, generation: i64) -> Revocation {
    let generation = SessionGeneration::new(generation);
    revocation(RevocationScope::Fan {
        fan,
        generation,
        forgotten: false,
    })
}

#[test]
fn a_logout_ends_its_session_and_no_other() {
    let mut revoked = RevokedSessions::default();
    let (one, other) = (sign_in(0, UNTIL), sign_in(0, UNTIL));
    assert!(revoked.add(&logout(&one)));
    assert!(!revoked.add(&logout(&one)), "it is known already");
    assert!(revoked.contains(&one) && !revoked.contains(&other));
}

#[test]
fn a_sign_out_ends_what_began_before_its_generation() {
    let mut revoked = RevokedSessions::default();
    let before = sign_in(6, UNTIL);
    let after = SignIn {
        generation: SessionGeneration::new(7),
        ..before.clone()
    };
    assert!(revoked.add(&signed_out(before.fan_id, 7)));
    assert!(revoked.contains(&before) && !revoked.contains(&after) && !revoked.contains(&sign_in(6, UNTIL)));
    assert!(
        !revoked.add(&signed_out(before.fan_id, 5)),
        "an older one that comes late changes nothing"
    );
    assert!(!revoked.contains(&after));
}

#[test]
fn a_sign_out_of_all_ends_what_began_before_its_generation() {
    let mut revoked = RevokedSessions::default();
    let generation = SessionGeneration::new(3);
    assert!(revoked.add(&revocation(RevocationScope::All { generation })));
    assert!(!revoked.add(&revocation(RevocationScope::All { generation })));
    assert!(revoked.contains(&sign_in(2, UNTIL)) && !revoked.contains(&sign_in(3, UNTIL)));
}

#[test]
fn what_is_over_is_dropped_and_nothing_before() {
    let mut revoked = RevokedSessions::default();
    let (ended, fan) = (sign_in(0, UNTIL), sign_in(0, UNTIL));
    revoked.add(&logout(&ended));
    revoked.add(&signed_out(fan.fan_id, 1));
    revoked.drop_expired(UNTIL);
    assert!(revoked.contains(&ended) && revoked.contains(&fan));
    revoked.drop_expired(UNTIL.plus_seconds(60 + BUCKET_SECONDS));
    assert!(revoked.sessions.is_empty() && revoked.fans.is_empty());
    assert_eq!(revoked.sessions.len(), 0);
}

#[test]
fn too_many_sessions_end_a_whole_bucket_but_never_the_newest() {
    let mut revoked = RevokedSessions::with_limits(4, 1);
    let (older, newest) = (UNTIL, UNTIL.plus_seconds(BUCKET_SECONDS));
    let kept: Vec<_> = (0..2).map(|_| sign_in(0, older)).collect();
    kept.iter().for_each(|sign_in| assert!(revoked.add(&logout(sign_in))));
    for _ in 0..10 {
        revoked.add(&logout(&sign_in(0, newest)));
    }
    assert!(revoked.contains(&sign_in(0, older)), "the older bucket went as a whole");
    assert!(
        revoked.add(&logout(&sign_in(0, older))),
        "whether the database knows this one is open"
    );
    assert!(kept.iter().all(|sign_in| revoked.contains(sign_in)));
    assert!(!revoked.contains(&sign_in(0, newest)), "a new sign-in counts");
    assert_eq!(revoked.sessions.len(), 10);
}

#[test]
fn too_many_fans_end_all_sessions_that_began_until_then() {
    let mut revoked = RevokedSessions::with_limits(4, 2);
    let fans = [sign_in(0, UNTIL), sign_in(0, UNTIL), sign_in(0, UNTIL)];
    for (fan, generation) in fans.iter().zip(1..) {
        assert!(revoked.add(&signed_out(fan.fan_id, generation)));
    }
    assert!(fans.iter().all(|fan| revoked.contains(fan)));
    assert!(revoked.contains(&sign_in(2, UNTIL)) && !revoked.contains(&sign_in(3, UNTIL)));
}
