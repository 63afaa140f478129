//! The hot parts that need neither network nor database, each by itself. `cargo bench --bench pure`; `-- NAME` for one.
#![allow(
    clippy::unwrap_used,
    clippy::allow_attributes,
    missing_docs,
    reason = "a benchmark of made-up values; criterion's macros make public items"
)]

use std::{collections::BTreeMap, hint::black_box};

use criterion::{Criterion, criterion_group, criterion_main};
use fanpass::{
    clients::wechat::{
        AuthorizeUrl, Endpoint, Response,
        push::{SealedEnvelope, parse_xml},
    },
    domain::{
        AppId, AuthorizationCode, Clock, EncodingAesKey, FanId, LoginState, NextPath, OpenId, PushKeys, PushToken,
        Random, Scope, SessionGeneration,
    },
    services::{
        login::{AuthenticatedFan, CodeOutcome, LoginRequest, PendingLogins, SentCookie},
        sealing::{KeyUse, Sealer},
        sessions::{RevocationList, Sessions},
    },
    settings::{SessionKey, SessionKeys},
    texts::Texts,
    views::{IndexPage, RenderContext, Site, Views},
};
use url::Url;

const GRANT: &[u8] = br#"{"access_token":"78_made-up-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef","expires_in":7200,"refresh_token":"78_made-up-fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210","openid":"oMadeUp000000000000000000001","scope":"snsapi_base"}"#;

fn app_id() -> AppId {
    AppId::parse("wx0000000000000000").unwrap()
}

fn key() -> SessionKeys {
    SessionKey::new([7; 64]).into()
}

fn pending_logins(criterion: &mut Criterion) {
    let logins = PendingLogins::new(&key(), &app_id(), Clock::system(), Random::system(), true);
    let request = || LoginRequest::silent(NextPath::root());
    criterion.bench_function("begin a pending login", |bencher| {
        bencher.iter(|| logins.begin(request(), &[]).unwrap());
    });
    let (login, changes) = logins.begin(request(), &[]).unwrap();
    let sent: Vec<_> = changes
        .into_iter()
        .filter_map(|change| Some((change.name, change.value?.0)))
        .map(|(name, value)| SentCookie { name, value })
        .collect();
    criterion.bench_function("find a pending login", |bencher| {
        bencher.iter(|| logins.find(black_box(&login.state), &sent).unwrap());
    });
}

fn sealing(criterion: &mut Criterion) {
    let sealer = Sealer::derive(&key(), &app_id(), KeyUse::LoginOutcome, Random::system());
    let fan = AuthenticatedFan {
        id: FanId::generate(&Clock::system(), &Random::system()),
        openid: OpenId::parse("oMadeUp000000000000000000001").unwrap(),
        generation: SessionGeneration::default(),
    };
    let outcome = CodeOutcome::SignedIn(fan.clone());
    let sealed = sealer.seal(&outcome, "context").unwrap();
    criterion.bench_function("seal", |bencher| {
        bencher.iter(|| sealer.seal(black_box(&outcome), "context").unwrap());
    });
    criterion.bench_function("open", |bencher| {
        bencher.iter(|| sealer.open::<CodeOutcome>(black_box(&sealed), "context").unwrap());
    });
    let revocations = RevocationList::default();
    revocations.complete();
    let sessions = Sessions::new(app_id(), Clock::system(), Random::system(), 3600, revocations);
    let sign_in = sessions.begin(fan);
    criterion.bench_function("judge a session", |bencher| {
        bencher.iter(|| sessions.is_live(black_box(&sign_in)).unwrap());
    });
}

fn urls(criterion: &mut Criterion) {
    for next in ["/", "/photos?page=2", "//evil.example"] {
        criterion.bench_function(&format!("next_path {next}"), |bencher| {
            bencher.iter(|| NextPath::parse(black_box(next)));
        });
    }
    let page = Url::parse("https://open.weixin.qq.com").unwrap();
    let callback = Url::parse("https://fans.example/wechat/callback").unwrap();
    let authorize_url = AuthorizeUrl::new(&page, &app_id(), &callback);
    let state = LoginState::random(&Random::system());
    criterion.bench_function("authorize url", |bencher| {
        bencher.iter(|| authorize_url.for_login(Scope::Base, black_box(&state), false));
    });
    let code = AuthorizationCode::parse("001made-up00000000000000000000000").unwrap();
    criterion.bench_function("fingerprint of a code", |bencher| {
        bencher.iter(|| black_box(&code).fingerprint(&app_id()));
    });
}

/// A text as the platform sends it in safe mode.
fn pushes(criterion: &mut Criterion) {
    let message = "<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName>\
        <FromUserName><![CDATA[oMadeUp000000000000000000001]]></FromUserName><CreateTime>1714112445</CreateTime>\
        <MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好，请问几点开门？]]></Content>\
        <MsgId>24000000000000000</MsgId></xml>";
    let key = EncodingAesKey::parse("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG").unwrap();
    let keys = PushKeys {
        token: PushToken::new("madeUpToken"),
        aes_keys: vec![key.clone()],
    };
    let random = Random::system();
    let seal = || {
        let pair = (&keys.token, &key);
        SealedEnvelope::seal(
            message.as_bytes(),
            pair,
            &app_id(),
            ("1714112445", "415670741"),
            &random,
        )
    };
    criterion.bench_function("seal a push", |bencher| bencher.iter(seal));
    let sealed = seal();
    criterion.bench_function("check and open a push", |bencher| {
        bencher.iter(|| black_box(&sealed).open(&keys, &app_id()).unwrap());
    });
    criterion.bench_function("read a push", |bencher| {
        bencher.iter(|| parse_xml(black_box(message.as_bytes())).unwrap());
    });
}

fn responses(criterion: &mut Criterion) {
    criterion.bench_function("read a grant", |bencher| {
        bencher.iter(|| {
            Response::new(Endpoint::Exchange, 200, black_box(GRANT).to_vec())
                .grant()
                .unwrap()
        });
    });
    let site = Site {
        name: "爱花公众号".to_owned(),
        privacy_url: Some("https://fans.example/privacy".to_owned()),
        contact: None,
        ..Site::default()
    };
    let texts = Texts::new(&BTreeMap::new()).unwrap();
    let views = Views::new(&site, texts).unwrap();
    criterion.bench_function("render the index page", |bencher| {
        bencher.iter(|| {
            let page = IndexPage::new(black_box("李四😀"), Some("/avatars/abc".to_owned()));
            views.render(&page, &RenderContext::default()).unwrap()
        });
    });
}

criterion_group!(pure, pending_logins, sealing, urls, pushes, responses);
criterion_main!(pure);
