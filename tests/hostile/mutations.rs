//! Responses as the platform sends them, changed in one place, at every place.

use std::ops::Range;

use fanpass::{
    clients::wechat::{Endpoint, Grant, Response},
    domain::{OpenId, Profile},
};
use secrecy::{ExposeSecret, SecretString};

const OPENID: &str = "oMadeUp00000000000000000001";
const UNIONID: &str = "uMadeUp00000000000000000001";
const ACCESS: &str = "made-up-access";
const REFRESH: &str = "made-up-refresh";

#[rustfmt::skip]
const GRANT: &str = r#"{"access_token":"made-up-access","expires_in":7200,"refresh_token":"made-up-refresh","openid":"oMadeUp00000000000000000001","scope":"snsapi_userinfo,\u4f60\"","unionid":"uMadeUp00000000000000000001","more":{"a":["b\\",null]}}"#;

#[rustfmt::skip]
const PROFILE: &str = r#"{"openid":"oMadeUp00000000000000000001","nickname":"小雨🌧️\ud83d\ude00\"\u4f60","sex":0,"language":"zh_CN","city":"深圳","province":"","country":"\\","headimgurl":"https:\/\/thirdwx.qlogo.cn\/mmopen\/MadeUp\/132","privilege":["a"],"unionid":"uMadeUp00000000000000000001"}"#;

const CONFIRMED: &str = r#"{"errcode":0,"errmsg":"ok"}"#;

const NOT_CONFIRMED: &str = r#"{"errcode":40003,"errmsg":"invalid openid, rid: 61e936b9-276749dc-04f60413"}"#;

const ACCOUNT_TOKEN: &str = r#"{"access_token":"made-up-account","expires_in":7200}"#;

const NO_ACCOUNT_TOKEN: &str = r#"{"errcode":40164,"errmsg":"invalid ip 203.0.113.7, not in whitelist"}"#;

/// The bytes that most often change the meaning of JSON or text.
#[rustfmt::skip]
const BYTES: &[u8] = b"\x00\x08\t\n\x14\x1f\x7f\x80\xa0\xc3\xed\xf0\xff \"\\{}[]:,-.0159eunoMU/_";

/// What a text may contain through no fault of the fan.
#[rustfmt::skip]
const NOISE: &[&[u8]] = &[
    b"\x00", b"\x01", b"\x08", b"\t", b"\n", b"\r", b"\x14", b"\x1f", b"\x7f", b"\xff", b"\xfe\xff", b"\xc0\x80", b"\x80",
    b"\xed\xa0\xbd", b"\xf0\x9f\x8d", b"\xe5\xb0",
];

/// Halves of emoji and odd characters. After a backslash they would mean something else.
const HALVES: &[&[u8]] = &[br"\ud83d", br"\uDE00", br"\udfff\ud800", b"\xef\xbb\xbf", b"\xc2\x85"];

/// `original` with one place changed, and which bytes of `original` that place is.
struct Mutation {
    touched: Range<usize>,
    body: Vec<u8>,
}

fn replaced(original: &str, touched: Range<usize>, by: &[u8]) -> Mutation {
    let (before, behind) = (
        &original.as_bytes()[..touched.start],
        &original.as_bytes()[touched.end..],
    );
    let body = [before, by, behind].concat();
    Mutation { touched, body }
}

/// Every byte deleted, replaced, and something put before it; every end cut off; pieces doubled and left out.
fn mutations(original: &str) -> impl Iterator<Item = Mutation> {
    let length = original.len();
    (0..length).flat_map(move |at| {
        let bytes = BYTES.iter().flat_map(move |byte| {
            let by = std::slice::from_ref(byte);
            [replaced(original, at..at + 1, by), replaced(original, at..at, by)]
        });
        let noise = NOISE
            .iter()
            .chain(HALVES)
            .map(move |noise| replaced(original, at..at, noise));
        let pieces = [1, 2, 3, 7, 16, 28, 45, 90].into_iter().flat_map(move |size| {
            let piece = at..(at + size).min(length);
            let doubled = original.as_bytes()[piece.clone()].repeat(2);
            [
                replaced(original, piece.clone(), b""),
                replaced(original, piece, &doubled),
            ]
        });
        let cut = replaced(original, at..length, b"");
        bytes.chain(noise).chain(pieces).chain([cut])
    })
}

/// The range of a field with its key and quotes: a change there may change what is read.
fn place(original: &str, name: &str) -> Range<usize> {
    let key = format!("\"{name}\":");
    let start = original.find(&key).unwrap();
    let value = start + key.len();
    let length = match original[value..].strip_prefix('"') {
        Some(text) => text.find('"').unwrap() + 2,
        None => original[value..].find([',', '}']).unwrap(),
    };
    start..value + length
}

fn touches(mutation: &Mutation, place: &Range<usize>) -> bool {
    mutation.touched.start <= place.end && place.start <= mutation.touched.end
}

fn grant(body: &[u8]) -> Option<Grant> {
    Response::new(Endpoint::Exchange, 200, body.to_vec()).grant().ok()
}

fn profile(body: &[u8]) -> Option<Profile> {
    let fan = OpenId::parse(OPENID).unwrap();
    Response::new(Endpoint::UserInfo, 200, body.to_vec()).profile(&fan).ok()
}

#[test]
fn a_grant_that_is_changed_anywhere_is_never_another_fans() {
    let places = ["openid", "access_token", "refresh_token", "unionid"].map(|name| place(GRANT, name));
    let mut read = 0;
    for mutation in mutations(GRANT) {
        let Some(grant) = grant(&mutation.body) else { continue };
        read += 1;
        let values = [
            grant.openid.as_str(),
            grant.access_token.expose_secret(),
            grant.refresh_token.expose_secret(),
            grant.unionid.as_deref().unwrap_or_default(),
        ];
        let sent = [OPENID, ACCESS, REFRESH, UNIONID];
        for ((value, sent), place) in values.into_iter().zip(sent).zip(&places) {
            let may_be_absent = [REFRESH, UNIONID].contains(&sent) && value.is_empty();
            assert!(
                value == sent || may_be_absent || touches(&mutation, place),
                "{value} in place of {sent}: {}",
                String::from_utf8_lossy(&mutation.body)
            );
        }
        assert!(!grant.is_snapshot, "{}", String::from_utf8_lossy(&mutation.body));
    }
    assert!(read > 1000, "{read} were read: too few to prove anything");
}

#[test]
fn a_profile_that_is_changed_anywhere_is_this_fans_or_none() {
    for mutation in mutations(PROFILE) {
        let Some(profile) = profile(&mutation.body) else {
            continue;
        };
        assert_eq!(profile.openid.as_str(), OPENID);
        let is_named = profile.nickname == "小雨🌧️😀\"你" || touches(&mutation, &place_of_text(PROFILE, "nickname"));
        // A backslash before the quote that ends a text joins it to what follows.
        let is_joined = mutation.body.windows(2).filter(|two| two == b"\\\"").count() > 1;
        assert!(
            is_named || is_joined || profile.nickname.is_empty(),
            "{:?}",
            profile.nickname
        );
    }
}

#[test]
fn a_refreshed_grant_that_is_changed_anywhere_is_this_fans_or_none() {
    let (fan, old) = (OpenId::parse(OPENID).unwrap(), SecretString::from("made-up-old"));
    let place = place(GRANT, "refresh_token");
    let mut read = 0;
    for mutation in mutations(GRANT) {
        let response = Response::new(Endpoint::Refresh, 200, mutation.body.clone());
        let Ok(grant) = response.renewed(&fan, &old) else {
            continue;
        };
        read += 1;
        assert_eq!(grant.openid.as_str(), OPENID);
        let token = grant.refresh_token.expose_secret();
        assert!(
            [REFRESH, "made-up-old"].contains(&token) || touches(&mutation, &place),
            "{token}: {}",
            String::from_utf8_lossy(&mutation.body)
        );
    }
    assert!(read > 1000, "{read} were read: too few to prove anything");
}

#[test]
fn a_token_is_confirmed_by_an_errcode_of_zero_alone() {
    let confirmed = |body: &[u8]| {
        Response::new(Endpoint::Check, 200, body.to_vec())
            .confirmation()
            .is_ok()
    };
    assert!(confirmed(CONFIRMED.as_bytes()));
    corrupt(CONFIRMED, &["errmsg"], &confirmed);
    let number = NOT_CONFIRMED.find("40003").unwrap();
    let place = number..number + 5;
    for mutation in mutations(NOT_CONFIRMED) {
        assert!(
            !confirmed(&mutation.body) || touches(&mutation, &place),
            "{}",
            String::from_utf8_lossy(&mutation.body)
        );
    }
}

#[test]
fn the_accounts_token_is_there_or_refused() {
    let holds_token = |body: &[u8]| {
        let response = Response::new(Endpoint::StableToken, 200, body.to_vec());
        response.issued("access_token").is_ok()
    };
    assert!(holds_token(ACCOUNT_TOKEN.as_bytes()));
    for mutation in mutations(NO_ACCOUNT_TOKEN) {
        assert!(
            !holds_token(&mutation.body),
            "{}",
            String::from_utf8_lossy(&mutation.body)
        );
    }
}

#[test]
fn noise_around_an_id_changes_nothing_and_noise_inside_is_refused() {
    for (name, id) in [("openid", OPENID), ("access_token", ACCESS)] {
        let start = GRANT.find(&format!("\"{id}\"")).unwrap() + 1;
        let blanks = [
            b"\x00".as_slice(),
            b" ",
            b"\n",
            b"\x7f",
            b"\\u0000",
            b"\xe3\x80\x80",
            b"\xef\xbb\xbf",
            b"\\u00a0",
        ];
        for (at, noise) in (0..=id.len()).flat_map(|at| {
            blanks
                .into_iter()
                .chain(NOISE.iter().copied())
                .map(move |noise| (at, noise))
        }) {
            let body = replaced(GRANT, start + at..start + at, noise).body;
            let read = grant(&body);
            let is_inside = (1..id.len()).contains(&at);
            if is_inside {
                assert!(read.is_none(), "{noise:?} in {name} at {at}");
            } else if blanks.contains(&noise) {
                assert_eq!(read.unwrap().openid.as_str(), OPENID, "{noise:?} around {name}");
            } else if let Some(grant) = read {
                assert_eq!(
                    (grant.openid.as_str(), grant.access_token.expose_secret()),
                    (OPENID, ACCESS)
                );
            }
        }
    }
}

#[test]
fn noise_in_what_nobody_needs_refuses_nobody() {
    let read_grant = |body: &[u8]| grant(body).is_some_and(|grant| grant.openid.as_str() == OPENID);
    let read_profile = |body: &[u8]| profile(body).is_some();
    corrupt(GRANT, &["scope", "refresh_token", "unionid", "a"], &read_grant);
    let unneeded = [
        "nickname",
        "language",
        "city",
        "province",
        "country",
        "headimgurl",
        "privilege",
        "unionid",
    ];
    corrupt(PROFILE, &unneeded, &read_profile);
}

/// Noise at every place inside these texts, before and in place of what is there, and in the names of the fields.
fn corrupt(original: &str, names: &[&str], is_read: &dyn Fn(&[u8]) -> bool) {
    for name in names {
        for at in place_of_text(original, name).chain(place_of_name(original, name)) {
            let byte = original.as_bytes()[at];
            for noise in NOISE {
                // Without the backslash, the quote behind it would end the text; without a quote, the text would go on.
                let in_place = !b"\\\"".contains(&byte) && at < place_of_text(original, name).end;
                for end in [at].into_iter().chain(in_place.then_some(at + 1)) {
                    let body = replaced(original, at..end, noise).body;
                    assert!(is_read(&body), "{}", String::from_utf8_lossy(&body));
                }
            }
            if !is_escaped(original, at) {
                for half in HALVES {
                    let body = replaced(original, at..at, half).body;
                    assert!(is_read(&body), "{}", String::from_utf8_lossy(&body));
                }
            }
        }
    }
}

/// Whether a backslash escapes the byte at `at`.
fn is_escaped(original: &str, at: usize) -> bool {
    let backslashes = original.as_bytes()[..at]
        .iter()
        .rev()
        .take_while(|byte| **byte == b'\\');
    backslashes.count() % 2 == 1
}

/// The bytes of the first text behind this name, and the quote that ends it: noise goes before it too.
fn place_of_text(original: &str, name: &str) -> Range<usize> {
    let named = original.find(&format!("\"{name}\":")).unwrap() + name.len() + 3;
    let start = named + original[named..].find('"').unwrap() + 1;
    let length = (start..).find(|at| original.as_bytes()[*at] == b'"' && !is_escaped(original, *at));
    start..length.unwrap() + 1
}

fn place_of_name(original: &str, name: &str) -> Range<usize> {
    let start = original.find(&format!("\"{name}\":")).unwrap() + 1;
    start..start + name.len()
}
