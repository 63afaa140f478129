//! What each group of routes takes and how it answers: one [`RoutePolicy`] a group.
//!
//! The outermost middleware looks the policy up by the pattern of the route, before routing, and applies all of it.
//! `public`, `internal` and `ops` have the groups of each listener.

pub mod internal;
pub mod ops;
pub mod public;
mod table;

use std::time::Duration;

pub use table::{Methods, PolicyTable, RouteGroup, RoutePolicyMatch};

/// What a group of routes takes, and how it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoutePolicy {
    /// Which bodies of requests are read.
    pub body: BodyLimit,
    /// The form of errors.
    pub error_format: ErrorFormat,
    /// `Content-Security-Policy`, and what goes with it.
    pub csp: ContentPolicy,
    /// `Cross-Origin-Opener-Policy`.
    pub coop: OpenerPolicy,
    /// `Cross-Origin-Resource-Policy`.
    pub corp: ResourcePolicy,
    /// `Cache-Control`, if a handler sets none.
    pub cache_control: &'static str,
    /// `Referrer-Policy`, if a handler sets none.
    pub referrer: &'static str,
    /// Whether responses differ by the request's `Origin`; `Vary` says so, also of errors.
    pub varies_by_origin: bool,
    /// Whether unsafe methods need the listener's own origin.
    pub origin_check: OriginCheck,
    /// Which cookies reach the handler.
    pub cookies: CookiePolicy,
    /// Which limit per IP its requests count against.
    pub rate_limit: Option<RateLimitKind>,
    /// How its requests are logged.
    pub access_log: AccessLog,
}

/// How long a body may be, and how long it may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyLimit {
    /// The most bytes, with or without a length.
    pub max_bytes: u64,
    /// Whether a body may come in chunks, without a length. It is cut at `max_bytes` while it is read.
    pub chunked: bool,
    /// How long a handler waits for the end of the body.
    pub within: Duration,
}

/// The form of an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorFormat {
    /// A page for a fan.
    Page,
    /// `application/problem+json` (RFC 9457).
    Problem,
    /// A problem document that also has the members of the platform's errors, `errcode` and `errmsg`, since SDKs read those.
    Relay,
    /// `{"error": …}` (RFC 6749, section 5.2).
    OAuth,
    /// A few words of plain text, for the platform's server push.
    Push,
    /// A status without a body.
    Bare,
}

/// `Content-Security-Policy`, with the older headers that say the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContentPolicy {
    /// A page with our own styles, scripts and forms, and with avatars.
    Page {
        /// Whether its scripts may call this site (`connect-src 'self'`).
        connects: bool,
        /// Whether it loads the JS-SDK file, which comes from the platform.
        jssdk: bool,
        /// Whether a response may name one more origin for its form, by a [`FormTarget`](super::form_target::FormTarget).
        form_target: bool,
    },
    /// Data. A browser that shows it as a page loads nothing.
    Data,
}

impl ContentPolicy {
    /// A page that calls nothing, and whose forms stay on this site.
    pub const PAGE: Self = Self::Page {
        connects: false,
        jssdk: false,
        form_target: false,
    };
}

/// `Cross-Origin-Opener-Policy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenerPolicy {
    /// A page that opened this one has no hold on it.
    SameOrigin,
    /// For pages on the way of a sign-in in a pop-up, whose opener waits for it.
    UnsafeNone,
}

impl OpenerPolicy {
    /// The header's value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SameOrigin => "same-origin",
            Self::UnsafeNone => "unsafe-none",
        }
    }
}

/// `Cross-Origin-Resource-Policy`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourcePolicy {
    /// Only this site may embed it.
    SameOrigin,
    /// Any site may embed it: scripts and pictures for apps.
    CrossOrigin,
}

impl ResourcePolicy {
    /// The header's value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SameOrigin => "same-origin",
            Self::CrossOrigin => "cross-origin",
        }
    }
}

/// Whether unsafe methods need the origin of the listener that serves them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OriginCheck {
    /// They do.
    Required,
    /// They do not: the group knows its callers by something that no browser sends by itself.
    OptedOut,
}

/// Which cookies reach the handler. Others are removed from the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CookiePolicy {
    /// Those of this site.
    Own,
    /// None.
    None,
}

/// A limit per IP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateLimitKind {
    /// `limits.per_address_per_minute`: requests that begin or complete a login, because they call the platform.
    Login,
}

/// How a request is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccessLog {
    /// A line of level `info`.
    Info,
    /// A line of level `debug`, for what comes by the dozen.
    Debug,
    /// Neither a line nor a count: probes of the operator's own.
    Off,
}
