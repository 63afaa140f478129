use super::Failure;
use crate::texts::text_id;

/// The texts of a failure's page, by their ids.
pub(super) struct Texts {
    /// The class of WeUI's icon.
    pub(super) icon: &'static str,
    pub(super) title: &'static str,
    pub(super) message: &'static str,
    pub(super) hint: Option<&'static str>,
}

const WARN: &str = "weui-icon-warn";
const WAIT: &str = "weui-icon-waiting";
const INFO: &str = "weui-icon-info";

const fn texts(icon: &'static str, title: &'static str, message: &'static str) -> Texts {
    Texts {
        icon,
        title,
        message,
        hint: None,
    }
}

/// The texts of a failure.
pub(super) const fn of(failure: Failure) -> Texts {
    match failure {
        Failure::LoginExpired => Texts {
            hint: Some(text_id("error-login-expired-hint")),
            ..texts(
                INFO,
                text_id("error-login-expired-title"),
                text_id("error-login-expired-message"),
            )
        },
        Failure::CodeRefused => texts(
            WARN,
            text_id("error-code-refused-title"),
            text_id("error-code-refused-message"),
        ),
        Failure::Configuration => texts(
            WARN,
            text_id("error-configuration-title"),
            text_id("error-configuration-message"),
        ),
        Failure::PlatformFault => texts(
            WARN,
            text_id("error-platform-fault-title"),
            text_id("error-platform-fault-message"),
        ),
        Failure::PlatformTimeout => texts(
            WAIT,
            text_id("error-platform-timeout-title"),
            text_id("error-platform-timeout-message"),
        ),
        Failure::Busy => texts(WAIT, text_id("error-busy-title"), text_id("error-busy-message")),
        Failure::DatabaseDown => texts(
            WAIT,
            text_id("error-database-down-title"),
            text_id("error-database-down-message"),
        ),
        Failure::SessionLost => Texts {
            hint: Some(text_id("error-session-lost-hint")),
            ..texts(
                INFO,
                text_id("error-session-lost-title"),
                text_id("error-session-lost-message"),
            )
        },
        Failure::NotFound => texts(
            INFO,
            text_id("error-not-found-title"),
            text_id("error-not-found-message"),
        ),
        Failure::MethodNotAllowed => texts(
            INFO,
            text_id("error-method-not-allowed-title"),
            text_id("error-method-not-allowed-message"),
        ),
        Failure::BadRequest => texts(
            INFO,
            text_id("error-bad-request-title"),
            text_id("error-bad-request-message"),
        ),
        Failure::RequestTooLarge => Texts {
            hint: Some(text_id("error-request-too-large-hint")),
            ..texts(
                INFO,
                text_id("error-request-too-large-title"),
                text_id("error-request-too-large-message"),
            )
        },
        Failure::TooManyRequests => texts(
            WAIT,
            text_id("error-too-many-requests-title"),
            text_id("error-too-many-requests-message"),
        ),
        Failure::ForbiddenOrigin => texts(
            WARN,
            text_id("error-forbidden-origin-title"),
            text_id("error-forbidden-origin-message"),
        ),
        Failure::NotSignedIn => texts(
            INFO,
            text_id("error-not-signed-in-title"),
            text_id("error-not-signed-in-message"),
        ),
        Failure::PhotoTooLarge => texts(
            INFO,
            text_id("error-photo-too-large-title"),
            text_id("error-photo-too-large-message"),
        ),
        Failure::PhotoHeic => texts(
            INFO,
            text_id("error-photo-heic-title"),
            text_id("error-photo-heic-message"),
        ),
        Failure::PhotoAvif => texts(
            INFO,
            text_id("error-photo-avif-title"),
            text_id("error-photo-avif-message"),
        ),
        Failure::PhotoKind => texts(
            INFO,
            text_id("error-photo-kind-title"),
            text_id("error-photo-kind-message"),
        ),
        Failure::PhotoPixels => texts(
            INFO,
            text_id("error-photo-pixels-title"),
            text_id("error-photo-pixels-message"),
        ),
        Failure::PhotoBroken => texts(
            INFO,
            text_id("error-photo-broken-title"),
            text_id("error-photo-broken-message"),
        ),
        Failure::PhotoGone => texts(
            INFO,
            text_id("error-photo-gone-title"),
            text_id("error-photo-gone-message"),
        ),
        Failure::PhotosFull => texts(
            INFO,
            text_id("error-photos-full-title"),
            text_id("error-photos-full-message"),
        ),
        Failure::PhotosBusy => texts(
            WAIT,
            text_id("error-photos-busy-title"),
            text_id("error-photos-busy-message"),
        ),
        Failure::PhotosAway => texts(
            WAIT,
            text_id("error-photos-away-title"),
            text_id("error-photos-away-message"),
        ),
        Failure::ExportBusy => texts(
            WAIT,
            text_id("error-export-busy-title"),
            text_id("error-export-busy-message"),
        ),
        Failure::LinkExpired => texts(
            INFO,
            text_id("error-link-expired-title"),
            text_id("error-link-expired-message"),
        ),
        Failure::PageUrlUnreadable => texts(
            INFO,
            text_id("error-page-url-unreadable-title"),
            text_id("error-page-url-unreadable-message"),
        ),
        Failure::PageUrlForeign => texts(
            INFO,
            text_id("error-page-url-foreign-title"),
            text_id("error-page-url-foreign-message"),
        ),
        Failure::Internal => texts(WARN, text_id("error-internal-title"), text_id("error-internal-message")),
    }
}
