use super::*;

fn pending_logins(clock: &Clock) -> PendingLogins {
    logins_of(1, clock)
}

fn logins_of(account: u8, clock: &Clock) -> PendingLogins {
    let app_id = AppId::parse(&format!("wx{account:016}")).unwrap();
    PendingLogins::new(
        &crate::settings::SessionKey::new([7; 64]).into(),
        &app_id,
        clock.clone(),
        Random::system(),
        true,
    )
}

fn apply(jar: &mut Vec<SentCookie>, changes: Vec<CookieChange>) {
    for change in changes {
        jar.retain(|cookie| cookie.name != change.name);
        if let Some((value, _)) = change.value {
            jar.push(SentCookie {
                name: change.name,
                value,
            });
        }
    }
}

#[test]
fn a_login_is_found_by_its_state_in_its_own_browser_only() {
    let logins = pending_logins(&Clock::system());
    let mut jar = Vec::new();
    let (login, changes) = logins
        .begin(LoginRequest::silent(NextPath::parse("/photos")), &jar)
        .unwrap();
    apply(&mut jar, changes);
    assert_eq!(logins.find(&login.state, &jar), Some(login.clone()));
    assert_eq!(logins.find(&login.state, &[]), None);
    assert!(!jar[0].value.contains(login.state.expose()) && !jar[0].name.contains(login.state.expose()));
}

#[test]
fn a_login_begun_at_another_account_with_the_same_key_is_unknown() {
    let clock = Clock::system();
    let mut jar = Vec::new();
    let (login, changes) = logins_of(1, &clock)
        .begin(LoginRequest::silent(NextPath::root()), &jar)
        .unwrap();
    apply(&mut jar, changes);
    assert!(logins_of(1, &clock).find(&login.state, &jar).is_some());
    assert_eq!(logins_of(2, &clock).find(&login.state, &jar), None);
}

#[test]
fn two_tabs_do_not_overwrite_each_other_and_cookies_cannot_be_swapped() {
    let logins = pending_logins(&Clock::system());
    let (first, first_cookies) = logins.begin(LoginRequest::silent(NextPath::root()), &[]).unwrap();
    let (second, second_cookies) = logins.begin(LoginRequest::silent(NextPath::root()), &[]).unwrap();
    let mut jar = Vec::new();
    apply(&mut jar, first_cookies);
    apply(&mut jar, second_cookies);
    assert_eq!(logins.find(&first.state, &jar), Some(first.clone()));
    assert_eq!(logins.find(&second.state, &jar), Some(second));
    let swapped = SentCookie {
        name: jar[0].name.clone(),
        value: jar[1].value.clone(),
    };
    assert_eq!(logins.find(&first.state, &[swapped]), None);
}

#[test]
fn a_login_is_forgotten_after_ten_minutes() {
    let clock = Clock::system();
    let logins = pending_logins(&clock);
    let mut jar = Vec::new();
    let (login, changes) = logins.begin(LoginRequest::silent(NextPath::root()), &jar).unwrap();
    apply(&mut jar, changes);
    clock.advance(590);
    assert!(logins.find(&login.state, &jar).is_some());
    clock.advance(20);
    assert_eq!(logins.find(&login.state, &jar), None);
}

#[test]
fn a_browser_keeps_five_and_drops_the_oldest_and_the_unreadable() {
    let clock = Clock::system();
    let logins = pending_logins(&clock);
    let broken = format!("{}broken", logins.name_prefix);
    let mut jar = vec![SentCookie {
        name: broken.clone(),
        value: "broken".to_owned(),
    }];
    let mut begun = Vec::new();
    for _ in 0..7 {
        let (login, changes) = logins.begin(LoginRequest::silent(NextPath::root()), &jar).unwrap();
        apply(&mut jar, changes);
        begun.push(login.state);
        clock.advance(1);
    }
    let found: Vec<bool> = begun.iter().map(|state| logins.find(state, &jar).is_some()).collect();
    assert_eq!(found, [false, false, true, true, true, true, true]);
    assert_eq!(jar.len(), 5);
    assert!(jar.iter().all(|cookie| cookie.name != broken));
}

#[test]
fn of_logins_begun_within_one_second_the_oldest_is_dropped() {
    let clock = Clock::system();
    let logins = pending_logins(&clock);
    let mut jar = Vec::new();
    let mut begun = Vec::new();
    for _ in 0..20 {
        let (login, changes) = logins.begin(LoginRequest::silent(NextPath::root()), &jar).unwrap();
        apply(&mut jar, changes);
        begun.push(login.state);
        // Another replica's clock may even be behind.
        clock.advance(-1);
        let kept = begun.iter().rev().take(MAX_PENDING_LOGINS);
        assert!(
            kept.into_iter().all(|state| logins.find(state, &jar).is_some()),
            "after {}",
            begun.len()
        );
    }
}

#[test]
fn a_login_begun_by_a_version_without_numbers_is_found_and_counts_as_the_oldest() {
    let logins = pending_logins(&Clock::system());
    let (login, _) = logins.begin(LoginRequest::silent(NextPath::root()), &[]).unwrap();
    let mut old = serde_json::to_value(&login).unwrap();
    old.as_object_mut().unwrap().remove("number").unwrap();
    let name = logins.cookie_name(&login.state);
    let value = logins.logins.seal(&old, &name).unwrap();
    let mut jar = vec![SentCookie { name, value }];
    for _ in 1..MAX_PENDING_LOGINS {
        let (_, changes) = logins.begin(LoginRequest::silent(NextPath::root()), &jar).unwrap();
        apply(&mut jar, changes);
    }
    assert_eq!(
        logins.find(&login.state, &jar),
        Some(PendingLogin {
            number: 0,
            ..login.clone()
        })
    );
    let (_, changes) = logins.begin(LoginRequest::silent(NextPath::root()), &jar).unwrap();
    apply(&mut jar, changes);
    assert_eq!(logins.find(&login.state, &jar), None);
}

#[test]
fn forged_cookies_do_not_displace_good_ones_and_are_taken_away_by_and_by() {
    let logins = pending_logins(&Clock::system());
    let mut jar = Vec::new();
    let (login, changes) = logins.begin(LoginRequest::silent(NextPath::root()), &jar).unwrap();
    apply(&mut jar, changes);
    let forged = |name: String| SentCookie {
        name,
        value: "forged".to_owned(),
    };
    let mut sent = vec![forged(jar[0].name.clone())];
    sent.extend((0..1000).map(|number| forged(format!("{}{number:016x}", logins.name_prefix))));
    sent.extend(jar.clone());
    let (_, changes) = logins.begin(LoginRequest::silent(NextPath::root()), &sent).unwrap();
    let taken = changes.iter().filter(|change| change.value.is_none());
    assert_eq!(taken.clone().count(), MAX_FORGOTTEN_COOKIES);
    assert!(taken.clone().all(|change| change.name != jar[0].name));
    assert_eq!(logins.find(&login.state, &sent), Some(login));
}
