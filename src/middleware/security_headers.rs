//! The headers that a policy puts on every response.

use std::fmt::Write;

use actix_web::{
    dev::ServiceResponse,
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
};

use crate::{
    http::{
        form_target::FormTarget,
        policy::{ContentPolicy, RoutePolicy},
    },
    views::SdkOrigins,
};

/// Devices that our pages may not use. WeChat's JavaScript asks the app, not the browser, so it is not affected.
const NO_DEVICES: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

/// What the headers of one listener have in common.
#[derive(Debug, Clone, Copy)]
pub struct SiteHeaders<'a> {
    /// Whether the listener is reached over https.
    pub secure: bool,
    /// Where the JS-SDK file comes from, if pages use it.
    pub sdk: Option<&'a SdkOrigins>,
}

/// The headers of one policy.
#[derive(Debug, Clone)]
pub(super) struct SecurityHeaders {
    always: Vec<(HeaderName, HeaderValue)>,
    referrer: HeaderValue,
    cache_control: HeaderValue,
    varies_by_origin: bool,
    /// The directives before and after `form-action`, if a response may name a further target.
    around_form_target: Option<(String, &'static str)>,
}

/// The end of every page's policy, after `form-action`.
const PAGE_END: &str = "; frame-ancestors 'none'; base-uri 'none'";

impl SecurityHeaders {
    /// The headers of a policy.
    ///
    /// # Errors
    /// If a value is not valid in a header.
    pub(super) fn new(policy: &RoutePolicy, site: SiteHeaders) -> Result<Self, header::InvalidHeaderValue> {
        let mut around_form_target = None;
        let csp = match policy.csp {
            ContentPolicy::Data => "default-src 'none'; frame-ancestors 'none'".to_owned(),
            ContentPolicy::Page {
                connects,
                jssdk,
                form_target,
            } => {
                let start = page_start(connects, site.sdk.filter(|_| jssdk));
                let csp = format!("{start}{PAGE_END}");
                around_form_target = form_target.then_some((start, PAGE_END));
                csp
            }
        };
        let mut always = vec![
            (header::CONTENT_SECURITY_POLICY, HeaderValue::from_str(&csp)?),
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
            (header::PERMISSIONS_POLICY, HeaderValue::from_static(NO_DEVICES)),
            (
                header::CROSS_ORIGIN_OPENER_POLICY,
                HeaderValue::from_static(policy.coop.as_str()),
            ),
            (
                header::CROSS_ORIGIN_RESOURCE_POLICY,
                HeaderValue::from_static(policy.corp.as_str()),
            ),
        ];
        if site.secure {
            let value = HeaderValue::from_static("max-age=31536000");
            always.push((header::STRICT_TRANSPORT_SECURITY, value));
        }
        Ok(Self {
            always,
            referrer: HeaderValue::from_static(policy.referrer),
            cache_control: HeaderValue::from_static(policy.cache_control),
            varies_by_origin: policy.varies_by_origin,
            around_form_target,
        })
    }

    /// Puts the headers on a response.
    pub(super) fn apply<B>(&self, response: &mut ServiceResponse<B>) {
        let with_target = self.with_form_target(response);
        let headers = response.headers_mut();
        for (name, value) in &self.always {
            headers.insert(name.clone(), value.clone());
        }
        if let Some(csp) = with_target {
            headers.insert(header::CONTENT_SECURITY_POLICY, csp);
        }
        default_header(headers, header::REFERRER_POLICY, &self.referrer);
        default_header(headers, header::CACHE_CONTROL, &self.cache_control);
        if self.varies_by_origin {
            headers.append(header::VARY, HeaderValue::from_static("Origin"));
        }
    }

    /// The policy with the further target that the response names.
    fn with_form_target<B>(&self, response: &ServiceResponse<B>) -> Option<HeaderValue> {
        let (start, end) = self.around_form_target.as_ref()?;
        let extensions = response.response().extensions();
        let target = extensions.get::<FormTarget>()?.as_str();
        HeaderValue::try_from(format!("{start} {target}{end}")).ok()
    }
}

/// The policy of a page, up to `form-action 'self'`.
fn page_start(connects: bool, sdk: Option<&SdkOrigins>) -> String {
    let (sdk_scripts, sdk_calls) = sdk.map_or(("", ""), |sdk| (&*sdk.scripts, &*sdk.calls));
    let mut csp = format!("default-src 'none'; style-src 'self'; script-src 'self'{sdk_scripts}; img-src 'self' data:");
    if connects {
        // Writing into a String cannot fail.
        let _ = write!(csp, "; connect-src 'self'{sdk_calls}");
    }
    csp.push_str("; form-action 'self'");
    csp
}

fn default_header(headers: &mut HeaderMap, name: HeaderName, value: &HeaderValue) {
    if !headers.contains_key(&name) {
        headers.insert(name, value.clone());
    }
}
