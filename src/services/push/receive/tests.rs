use super::*;
use crate::{
    clients::wechat::push::signature,
    domain::{PushToken, Random},
};

const KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
const NOW: i64 = 1_795_438_800;

fn receiver(keys: &[&str]) -> PushReceiver {
    PushReceiver {
        app_id: AppId::parse("wx0000000000000001").unwrap(),
        keys: PushKeys {
            token: PushToken::new("madeup"),
            aes_keys: keys.iter().map(|key| EncodingAesKey::parse(key).unwrap()).collect(),
        },
        max_age_seconds: 300,
        accept_plain: false,
    }
}

fn query(seconds: i64) -> PushQuery {
    let timestamp = seconds.to_string();
    PushQuery {
        signature: Some(signature(&["madeup", &timestamp, "7"])),
        timestamp: Some(timestamp),
        nonce: Some("7".to_owned()),
        ..PushQuery::default()
    }
}

fn open(receiver: &PushReceiver, query: &PushQuery, body: &[u8]) -> Result<ReceivedPush, PushRefusal> {
    receiver.open(query, body, Timestamp::from_unix_seconds(NOW))
}

fn sealed(receiver: &PushReceiver, plain: &str) -> (PushQuery, String) {
    let (token, key) = (&receiver.keys.token, &receiver.keys.aes_keys[0]);
    let stamp = (NOW.to_string(), "7");
    let random = Random::system();
    let envelope = SealedEnvelope::seal(
        plain.as_bytes(),
        (token, key),
        &receiver.app_id,
        (&stamp.0, stamp.1),
        &random,
    );
    let query = PushQuery {
        encrypt_type: Some("aes".to_owned()),
        msg_signature: Some(envelope.signature),
        // Nobody looks at it.
        signature: Some("0".repeat(40)),
        ..query(NOW)
    };
    let body = format!(
        "<xml><MsgType>plain</MsgType><Encrypt><![CDATA[{}]]></Encrypt></xml>",
        envelope.encrypt
    );
    (query, body)
}

#[test]
fn a_verification_gets_its_text_back() {
    let receiver = receiver(&[]);
    let verify = |query: &PushQuery| {
        let verified = receiver.verify(query, Timestamp::from_unix_seconds(NOW));
        verified.map(|(echo, _)| echo)
    };
    let with_echo = |query: PushQuery| PushQuery {
        echostr: Some("4375120948345356249".to_owned()),
        ..query
    };
    assert_eq!(verify(&with_echo(query(NOW))), Ok("4375120948345356249".to_owned()));
    assert_eq!(verify(&query(NOW)), Err(PushRefusal::Parameter("echostr")));
    assert_eq!(verify(&with_echo(query(NOW - 301))), Err(PushRefusal::Stale(301)));
    let wrong = PushQuery {
        nonce: Some("8".to_owned()),
        ..query(NOW)
    };
    assert_eq!(verify(&with_echo(wrong)), Err(PushRefusal::Signature));
}

#[test]
fn a_plain_push_needs_a_fresh_timestamp_and_the_signature() {
    let receiver = receiver(&[]);
    let body = b"<xml><MsgType>text</MsgType></xml>";
    for seconds in [NOW - 300, NOW, NOW + 300] {
        assert_eq!(
            open(&receiver, &query(seconds), body)
                .unwrap()
                .message
                .unwrap()
                .word("MsgType"),
            Some("text")
        );
    }
    for (age, seconds) in [(301, NOW - 301), (-301, NOW + 301)] {
        assert_eq!(
            open(&receiver, &query(seconds), body).unwrap_err(),
            PushRefusal::Stale(age)
        );
    }
    let refused = |change: fn(&mut PushQuery)| {
        let mut query = query(NOW);
        change(&mut query);
        open(&receiver, &query, body).unwrap_err()
    };
    assert_eq!(
        refused(|query| query.signature = None),
        PushRefusal::Parameter("signature")
    );
    assert_eq!(
        refused(|query| query.nonce = Some(String::new())),
        PushRefusal::Parameter("nonce")
    );
    assert_eq!(
        refused(|query| query.timestamp = Some("+1795438800".to_owned())),
        PushRefusal::Signature
    );
    assert_eq!(
        refused(|query| query.encrypt_type = Some("rsa".to_owned())),
        PushRefusal::Parameter("encrypt_type")
    );
    assert_eq!(
        refused(|query| query.encrypt_type = Some("aes".to_owned())),
        EnvelopeError::Sealed.into()
    );
}

#[test]
fn where_a_key_is_set_only_what_is_sealed_is_read() {
    let mut receiver = receiver(&[KEY]);
    let (query_of_sealed, body) = sealed(&receiver, "<xml><MsgType>text</MsgType></xml>");
    let push = open(&receiver, &query_of_sealed, body.as_bytes()).unwrap();
    assert_eq!(push.message.unwrap().word("MsgType"), Some("text"));
    assert_eq!(push.key, Some(receiver.keys.aes_keys[0].clone()));
    // Its plain part, with the plain signature.
    assert_eq!(
        open(&receiver, &query(NOW), body.as_bytes()).unwrap_err(),
        PushRefusal::NotSealed
    );
    receiver.accept_plain = true;
    assert!(open(&receiver, &query(NOW), b"<xml/>").is_ok());
    let moved = PushQuery {
        timestamp: Some((NOW + 1).to_string()),
        ..query_of_sealed
    };
    assert_eq!(
        open(&receiver, &moved, body.as_bytes()).unwrap_err(),
        EnvelopeError::Signature.into()
    );
}

#[test]
fn a_genuine_push_that_cannot_be_read_is_not_refused() {
    let receiver = receiver(&[]);
    for body in ["", "text", "<!DOCTYPE xml [<!ENTITY a \"b\">]><xml><A>&a;</A></xml>"] {
        assert_eq!(
            open(&receiver, &query(NOW), body.as_bytes()).unwrap().message,
            None,
            "{body}"
        );
    }
}
