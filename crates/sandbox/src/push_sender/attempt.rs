//! One request to the account's server.

use actix_web::{http::Method, rt::time::timeout};
use awc::{Client, ClientRequest};

use super::{NotReady, SendOptions, target::Target};
use crate::{
    clock::Stopwatch,
    platform::Platform,
    push::{Envelope, Expected, Notice, Sealing, Try, Verification, read_reply, verification_query},
};

/// The longest response that is read, in bytes.
const MAX_BODY: usize = 1 << 20;
/// Characters of a body that a record keeps.
const KEPT: usize = 4096;

/// Timestamp and nonce of one try.
#[derive(Clone)]
pub struct Stamp {
    timestamp: String,
    nonce: String,
}

impl Stamp {
    pub fn new(platform: &Platform, options: &SendOptions) -> Self {
        let now = platform.clock.now().saturating_add(options.timestamp_offset);
        let nonce = options.nonce.clone();
        Self {
            timestamp: options.timestamp.unwrap_or(now).to_string(),
            nonce: nonce.unwrap_or_else(|| platform.random.nonce()),
        }
    }
}

/// What all tries of a push have in common.
pub struct Sending<'a> {
    pub platform: &'a Platform,
    pub client: &'a Client,
    pub target: &'a Target,
    pub notice: &'a Notice,
    pub wrong_signature: bool,
}

impl Sending<'_> {
    /// Sends the push once.
    pub async fn attempt(&self, stamp: Stamp) -> Try {
        let sealing = sealing(self.platform, self.target, &stamp, self.wrong_signature);
        let stopwatch = Stopwatch::start();
        let response = match Envelope::seal(self.notice, &sealing) {
            Some(Envelope { query, body }) => {
                let request = self.client.request(Method::POST, self.target.url_with(&query));
                let request = request.content_type("text/xml");
                fetch(request, body, self.target).await
            }
            None => Err("it cannot be sealed".to_owned()),
        };
        let mut result = Try {
            ms: stopwatch.ms(),
            timestamp: stamp.timestamp,
            nonce: stamp.nonce,
            ..Try::default()
        };
        match response {
            Ok((status, body)) => self.read(&mut result, status, &body),
            Err(fault) => result.fault = Some(fault),
        }
        result
    }

    fn read(&self, result: &mut Try, status: u16, body: &str) {
        result.status = Some(status);
        result.body = body.chars().take(KEPT).collect();
        if status != 200 {
            result.fault = Some(format!("the status is {status}"));
            return;
        }
        let read = read_reply(
            body,
            &Expected {
                token: self.target.token(),
                aes_key: self.target.aes_key.as_ref(),
                mode: self.target.mode,
                app_id: &self.platform.app_id,
                original_id: &self.platform.original_id,
                from: &self.notice.from,
            },
        );
        result.opened = read.opened;
        result.signature_ok = read.signature_ok;
        match read.reply {
            Ok(reply) => result.reply = reply,
            Err(fault) => result.fault = Some(fault),
        }
    }
}

/// Checks the URL as the console does when it is saved: the response is the `echostr`, and nothing else.
///
/// # Errors
///
/// When a setting is missing.
pub async fn verify(platform: &Platform, client: &Client, options: &SendOptions) -> Result<Verification, NotReady> {
    let target = Target::of(platform, options.mode)?;
    let (stamp, echostr) = (Stamp::new(platform, options), platform.random.message_id().to_string());
    let query = verification_query(&sealing(platform, &target, &stamp, options.wrong_signature), &echostr);
    let stopwatch = Stopwatch::start();
    let request = client.request(Method::GET, target.url_with(&query));
    let response = fetch(request, String::new(), &target).await;
    let ms = stopwatch.ms();
    let (status, body, fault) = match response {
        Ok((status, body)) => (Some(status), body, None),
        Err(fault) => (None, String::new(), Some(fault)),
    };
    let ok = status == Some(200) && body == echostr;
    let wrong = (!ok).then(|| "the response is not status 200 with the echostr alone".to_owned());
    let found = Verification {
        ok,
        status,
        body: body.chars().take(KEPT).collect(),
        echostr,
        ms,
        fault: fault.or(wrong),
    };
    platform.pushes.verified(found.clone());
    Ok(found)
}

fn sealing<'a>(platform: &'a Platform, target: &'a Target, stamp: &'a Stamp, wrong_signature: bool) -> Sealing<'a> {
    Sealing {
        token: target.token(),
        aes_key: target.aes_key.as_ref(),
        mode: target.mode,
        app_id: &platform.app_id,
        original_id: &platform.original_id,
        timestamp: &stamp.timestamp,
        nonce: &stamp.nonce,
        random: platform.random.push_bytes(),
        wrong_signature,
    }
}

/// Status and body, within the platform's time. Each request has a connection of its own, so that none fails because an
/// old one was closed.
async fn fetch(request: ClientRequest, body: String, target: &Target) -> Result<(u16, String), String> {
    let response = async {
        let request = request.force_close();
        let mut response = request.send_body(body).await.map_err(|error| error.to_string())?;
        let body = response.body().limit(MAX_BODY).await;
        let body = body.map_err(|error| format!("the response breaks off: {error}"))?;
        Ok((response.status().as_u16(), String::from_utf8_lossy(&body).into_owned()))
    };
    let late = |_| format!("no answer within {} ms", target.timeout.as_millis());
    timeout(target.timeout, response).await.map_err(late)?
}
