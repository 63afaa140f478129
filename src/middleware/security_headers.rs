//! The headers of every response.

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use url::Url;

/// Devices that our pages may not use. WeChat's JavaScript asks the app, not the browser, so it is not affected.
const NO_DEVICES: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

/// The headers of one site.
#[derive(Debug, Clone)]
pub struct SecurityHeaders {
    always: Vec<(HeaderName, HeaderValue)>,
}

impl SecurityHeaders {
    /// `avatars_from`: origins of avatars in addition to the platform's.
    ///
    /// # Errors
    /// If an origin is not valid in a header.
    pub fn new(secure: bool, avatars_from: &[Url]) -> Result<Self, header::InvalidHeaderValue> {
        let mut images = String::from("'self' data: https://*.qlogo.cn");
        for url in avatars_from {
            images.push(' ');
            images.push_str(&url.origin().ascii_serialization());
        }
        let policy = format!(
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src {images}; form-action 'self'; \
             frame-ancestors 'none'; base-uri 'none'"
        );
        let mut always = vec![
            (header::CONTENT_SECURITY_POLICY, HeaderValue::from_str(&policy)?),
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
            (header::PERMISSIONS_POLICY, HeaderValue::from_static(NO_DEVICES)),
            (
                header::CROSS_ORIGIN_OPENER_POLICY,
                HeaderValue::from_static("same-origin"),
            ),
            (
                header::CROSS_ORIGIN_RESOURCE_POLICY,
                HeaderValue::from_static("same-origin"),
            ),
        ];
        if secure {
            let value = HeaderValue::from_static("max-age=31536000");
            always.push((header::STRICT_TRANSPORT_SECURITY, value));
        }
        Ok(Self { always })
    }

    /// Puts the headers on a response.
    pub(super) fn apply(&self, headers: &mut HeaderMap) {
        for (name, value) in &self.always {
            headers.insert(name.clone(), value.clone());
        }
        // `no-referrer` here would make browsers send `Origin: null` with our own forms.
        default_header(headers, header::REFERRER_POLICY, "same-origin");
        // Without this header WeChat's browser caches pages for a long time.
        default_header(headers, header::CACHE_CONTROL, "no-store");
    }
}

fn default_header(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    if !headers.contains_key(&name) {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
