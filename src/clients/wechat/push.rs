//! The platform's server push (消息推送): its signatures, its sealed envelope, and its XML.

mod envelope;
mod json;
mod reply;
mod signature;
mod xml;

pub use self::{
    envelope::{EnvelopeError, Opened, SealedEnvelope},
    json::parse_json,
    reply::write_reply,
    signature::{is_signature, signature},
    xml::{XmlError, parse_xml, write_xml},
};
use crate::domain::PushMessage;

/// Reads an opened push. The platform sends XML; JSON is tolerated.
///
/// # Errors
/// [`XmlError`].
pub fn parse(body: &[u8]) -> Result<PushMessage, XmlError> {
    match body.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{') => parse_json(body),
        _ => parse_xml(body),
    }
}
