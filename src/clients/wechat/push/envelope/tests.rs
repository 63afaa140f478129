use proptest::prelude::*;

use super::*;

const DEMO_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const DEMO_APP: &str = "wxb11529c136998cb6";

fn keys(token: &str, keys: &[&str]) -> PushKeys {
    PushKeys {
        token: PushToken::new(token),
        aes_keys: keys.iter().map(|key| EncodingAesKey::parse(key).unwrap()).collect(),
    }
}

fn envelope(encrypt: &str, signature: &str, timestamp: &str, nonce: &str) -> SealedEnvelope {
    SealedEnvelope {
        encrypt: encrypt.to_owned(),
        signature: signature.to_owned(),
        timestamp: timestamp.to_owned(),
        nonce: nonce.to_owned(),
    }
}

fn app(id: &str) -> AppId {
    AppId::parse(id).unwrap()
}

/// The official example of the safe mode.
#[test]
fn the_official_message_is_opened_and_the_official_reply_is_sealed() {
    let (keys, app) = (keys("AAAAA", &[&"A".repeat(43)]), app("wxba5fad812f8e6fb9"));
    let push = envelope(
        "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04=",
        "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3",
        "1714112445",
        "415670741",
    );
    let opened = push.open(&keys, &app).unwrap();
    let text = r#"{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","CreateTime":1714112445,"MsgType":"event","Event":"debug_demo","debug_str":"hello world"}"#;
    assert_eq!(opened.message, text.as_bytes());

    let random = Random::from_fn(|bytes| bytes.copy_from_slice(b"707722b803182950"));
    let reply = SealedEnvelope::seal(
        br#"{"demo_resp":"good luck"}"#,
        (&keys.token, &opened.key),
        &app,
        ("1713424427", "415670741"),
        &random,
    );
    assert_eq!(
        reply.encrypt,
        "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
    );
    assert_eq!(reply.signature, "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1");
}

/// The constants of Tencent's own demo, with which other libraries are tested too.
#[test]
fn the_messages_of_the_demo_are_opened_and_sealed_again() {
    let (keys, app) = (keys("pamtest", &[DEMO_KEY]), app(DEMO_APP));
    let random = Random::from_fn(|bytes| bytes.copy_from_slice(b"aaaabbbbccccdddd"));
    for (text, encrypt, signature) in [
        (
            "我是中文abcd123",
            "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg==",
            "82c962d39941aa48552f90ef55aa323dc620cc10",
        ),
        (
            // Aligned: a whole block of padding.
            "abcdefghijklmnopqrstuvwxyz",
            "jn1L23DB+6ELqJ+6bruv24kfnRA9CJ8qXRQfcTjuspbcu/BSVDHix6RSI3nK3z+fMd03dqZ5HIPCrQNNDa2xYd47apRHAo9FEf57/GQVWffqnF3WzheksoIGmk00BgBc",
            "2b07674cc11d69d1eb5a852d4d239f5190949b19",
        ),
        (
            "<xml><ToUserName><![CDATA[gh_test]]></ToUserName><FromUserName><![CDATA[oUser1]]></FromUserName><CreateTime>1409304348</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[subscribe]]></Event></xml>",
            "jn1L23DB+6ELqJ+6bruv24Z6g5/fnw5AsbNw5hWLEhUr5VoxGBI720e8AglxzuX4EbYcmCccxxADhcl3pk/NRvn2efCnyN4pHS0AIOOBt2/IEEUcrHuGgg3hmjcQJViTKF9JmG92jKbyt/iQnlPda5kbpA9H4V87YTuLZLdw23+Xh4ctK6Ao7LHBWkC7XEcGBJBXjWHx83jg+HJ7TL9t0a05ongv6iqwgAIfvLB9ED0hrTPcO3PC/vNe2fvwUUyf7PxXWl98AxM9adsjb/7MZ+9p1qb9KlF5glmHBfFQC1z/yZiDOobZqCuJG4T9IUWzF9NRGGscQBnr51ImfdHhvg==",
            "d9911bfc0b1fa32afe2e23110c134116b2b5f526",
        ),
    ] {
        let push = envelope(encrypt, signature, "1409304348", "xxxxxx");
        let opened = push.open(&keys, &app).unwrap();
        assert_eq!(opened.message, text.as_bytes());
        let again = SealedEnvelope::seal(
            text.as_bytes(),
            (&keys.token, &opened.key),
            &app,
            ("1409304348", "xxxxxx"),
            &random,
        );
        assert_eq!(again, push);
    }
}

#[test]
fn a_key_with_bits_too_many_opens() {
    let keys = keys("123456", &["kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR"]);
    let push = envelope(
        "4ByGGj+sVCYcvGeQYhaKIk1o0pQRNbRjxybjTGblXrBaXlTXeOo1+bXFXDQQb1o6co6Yh9Bv41n7hOchLF6p+Q==",
        "dd6b9c95b495b3f7e2901bfbc76c664930ffdb96",
        "1411443780",
        "437374425",
    );
    let opened = push.open(&keys, &app("wx49f0ab532d5d035a")).unwrap();
    assert_eq!(opened.message, b"5927782489442352469");
}

#[test]
fn what_is_changed_cut_or_for_others_is_not_opened() {
    let ours = keys("pamtest", &[DEMO_KEY]);
    let sealed = SealedEnvelope::seal(
        b"<xml/>",
        (&ours.token, &ours.aes_keys[0]),
        &app(DEMO_APP),
        ("1", "2"),
        &Random::system(),
    );
    assert!(sealed.open(&ours, &app(DEMO_APP)).is_ok());
    assert_eq!(
        sealed.open(&ours, &app("wx00000000000000aa")),
        Err(EnvelopeError::OtherAccount)
    );
    assert_eq!(
        sealed.open(&keys("pamtest", &[&"B".repeat(43)]), &app(DEMO_APP)),
        Err(EnvelopeError::Sealed)
    );
    assert_eq!(
        sealed.open(&keys("other", &[DEMO_KEY]), &app(DEMO_APP)),
        Err(EnvelopeError::Signature)
    );
    for encrypt in ["", "AAAA", "%%%", "AAAAAAAAAAAAAAAAAAAAAA=="] {
        let signature = signature(&["pamtest", "1", "2", encrypt]);
        assert_eq!(
            envelope(encrypt, &signature, "1", "2").open(&ours, &app(DEMO_APP)),
            Err(EnvelopeError::Sealed)
        );
    }
}

#[test]
fn the_previous_key_opens_and_is_the_one_that_seals_the_reply() {
    let (current, previous) = ("B".repeat(43), DEMO_KEY);
    let old = keys("pamtest", &[previous]);
    let sealed = SealedEnvelope::seal(
        b"<xml/>",
        (&old.token, &old.aes_keys[0]),
        &app(DEMO_APP),
        ("1", "2"),
        &Random::system(),
    );
    let opened = sealed
        .open(&keys("pamtest", &[&current, previous]), &app(DEMO_APP))
        .unwrap();
    assert_eq!(opened.key, old.aes_keys[0]);
}

proptest! {
    #[test]
    fn every_message_that_is_sealed_is_opened(message in proptest::collection::vec(any::<u8>(), 0..300), seed: [u8; 16]) {
        let keys = keys("pamtest", &[DEMO_KEY]);
        let random = Random::from_fn(move |bytes| bytes.copy_from_slice(&seed));
        let sealed = SealedEnvelope::seal(&message, (&keys.token, &keys.aes_keys[0]), &app(DEMO_APP), ("1", "2"), &random);
        prop_assert_eq!(sealed.open(&keys, &app(DEMO_APP)).unwrap().message, message);
    }

    #[test]
    fn no_bytes_make_opening_panic(sealed in proptest::collection::vec(any::<u8>(), 0..200)) {
        let key = EncodingAesKey::parse(DEMO_KEY).unwrap();
        let _opened = open_with(&sealed, &key, &app(DEMO_APP));
        let _split = split(&sealed);
    }
}
