//! The query and the body of one try.

use url::form_urlencoded;

use super::{
    aes_key::AesKey,
    notice::Notice,
    settings::PushMode,
    signature::signature,
    xml::{self, Field},
};

/// What one try is signed and sealed with.
#[derive(Debug)]
pub struct Sealing<'a> {
    pub token: &'a str,
    /// There is one wherever the mode is not plain.
    pub aes_key: Option<&'a AesKey>,
    pub mode: PushMode,
    pub app_id: &'a str,
    pub original_id: &'a str,
    pub timestamp: &'a str,
    pub nonce: &'a str,
    pub random: [u8; 16],
    /// Signatures are those of another token.
    pub wrong_signature: bool,
}

/// A try as it is sent.
#[derive(Debug)]
pub struct Envelope {
    pub query: String,
    pub body: String,
}

impl Envelope {
    /// Signs a push, and seals it where the mode wants it; `None` without a key for that.
    pub fn seal(notice: &Notice, sealing: &Sealing<'_>) -> Option<Self> {
        let mut query = signed_query(sealing);
        query.append_pair("openid", &notice.from);
        if sealing.mode == PushMode::Plain {
            return Some(Self {
                query: query.finish(),
                body: notice.xml.clone(),
            });
        }
        let encrypted = sealing.aes_key?.seal(&notice.xml, sealing.app_id, sealing.random)?;
        let signed = sealing.sign(&[sealing.timestamp, sealing.nonce, &encrypted]);
        query.append_pair("encrypt_type", "aes");
        query.append_pair("msg_signature", &signed);
        Some(Self {
            query: query.finish(),
            body: sealed_body(notice, sealing, encrypted),
        })
    }
}

/// The query of the check that the console makes when the URL is saved.
pub fn verification_query(sealing: &Sealing<'_>, echostr: &str) -> String {
    signed_query(sealing).append_pair("echostr", echostr).finish()
}

fn signed_query(sealing: &Sealing<'_>) -> form_urlencoded::Serializer<'static, String> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("signature", &sealing.sign(&[sealing.timestamp, sealing.nonce]));
    query.append_pair("timestamp", sealing.timestamp);
    query.append_pair("nonce", sealing.nonce);
    query
}

impl Sealing<'_> {
    fn sign(&self, parts: &[&str]) -> String {
        let token = if self.wrong_signature { "wrong" } else { self.token };
        signature(&[&[token], parts].concat())
    }
}

/// In safe mode the receiver and the ciphertext; in compatible mode the fields in clear too.
fn sealed_body(notice: &Notice, sealing: &Sealing<'_>, encrypted: String) -> String {
    let encrypt = ("Encrypt".to_owned(), Field::Text(encrypted));
    if sealing.mode == PushMode::Safe {
        return xml::write(&vec![("ToUserName".to_owned(), sealing.original_id.into()), encrypt]);
    }
    let encrypt = xml::write(&vec![encrypt]);
    let inner = encrypt.trim_start_matches("<xml>");
    match notice.xml.trim_end().strip_suffix("</xml>") {
        Some(clear) => format!("{clear}{inner}"),
        None => format!("{}{encrypt}", notice.xml),
    }
}
