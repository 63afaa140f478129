use crate::{
    clients::wechat::push::{SealedEnvelope, write_xml},
    domain::{AppId, Clock, EncodingAesKey, PushToken, PushValue, Random},
};

/// Seals the replies of one account.
#[derive(Clone)]
pub struct PushReplies {
    /// The account.
    pub app_id: AppId,
    /// Signs them.
    pub token: PushToken,
    /// Dates them.
    pub clock: Clock,
    /// Makes equal replies different.
    pub random: Random,
}

impl PushReplies {
    /// The reply as the platform wants it: sealed with the `key` that opened the push, and plain to a plain one.
    pub fn wrap(&self, xml: String, key: Option<&EncodingAesKey>, nonce: &str) -> String {
        let Some(key) = key else { return xml };
        let timestamp = self.clock.now().unix_seconds().to_string();
        let (keys, stamp) = ((&self.token, key), (timestamp.as_str(), nonce));
        let envelope = SealedEnvelope::seal(xml.as_bytes(), keys, &self.app_id, stamp, &self.random);
        let fields = [
            ("Encrypt", envelope.encrypt),
            ("MsgSignature", envelope.signature),
            ("TimeStamp", envelope.timestamp),
            ("Nonce", envelope.nonce),
        ];
        write_xml(&fields.map(|(name, text)| (name.to_owned(), PushValue::Text(text))))
    }
}
