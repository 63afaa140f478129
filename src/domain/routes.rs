//! Every path that is served, named once.

/// The index page.
pub const INDEX: &str = "/";
/// Begins a silent login.
pub const LOGIN: &str = "/login";
/// Begins a registration.
pub const REGISTER: &str = "/register";
/// The registration prompt.
pub const WELCOME: &str = "/welcome";
/// Where the platform sends the browser back to. The account's settings at the platform name its host.
pub const CALLBACK: &str = "/wechat/callback";
/// Where the platform's server posts to. The console names it (消息推送配置).
pub const PUSH: &str = "/wechat/push";
/// Ends a session.
pub const LOGOUT: &str = "/logout";
/// Says that nobody is signed in.
pub const SIGNED_OUT: &str = "/signed-out";
/// What is kept about a fan.
pub const ME: &str = "/me";
/// Fetches the fan's profile anew.
pub const ME_REFRESH: &str = "/me/refresh";
/// Ends all sessions of a fan.
pub const ME_SIGN_OUT: &str = "/me/sign-out";
/// A fan's download of all that is kept of them.
pub const ME_EXPORT: &str = "/me/export";
/// Erases a fan.
pub const ME_DELETE: &str = "/me/delete";
/// What became of an erasure.
pub const RECEIPT: &str = "/receipt";
/// The receipt of an erasure, to keep.
pub const RECEIPT_FILE: &str = "/receipt/file";
/// A fan's photos.
pub const PHOTOS: &str = "/photos";
/// One photo.
pub const PHOTO: &str = "/photos/{id}";
/// Where photos are sent to.
pub const API_PHOTOS: &str = "/api/photos";
/// Removes a photo.
pub const API_PHOTO: &str = "/api/photos/{id}";
/// A photo for an app, by a signed link.
pub const PHOTO_LINK: &str = "/p/{signed}";
/// A signature for the JS-SDK.
pub const JSSDK_CONFIG: &str = "/api/jssdk/config";
/// The beginning of the path of an avatar.
pub const AVATAR_PREFIX: &str = "/avatars/";
/// The copy of a fan's avatar.
pub const AVATAR: &str = "/avatars/{address}";
/// The script for pages that use the JS-SDK, at an address that stays.
pub const PAGE_SCRIPT: &str = "/static/fanpass.js";
/// Its types.
pub const PAGE_SCRIPT_TYPES: &str = "/static/fanpass.d.ts";
/// The beginning of the path of a static file.
pub const STATIC_PREFIX: &str = "/static/";
/// The router's pattern for static files.
pub const STATIC_FILE: &str = "/static/{name:.*}";

/// The routes of the login itself. No login leads to one of them.
pub const LOGIN_ROUTES: &[&str] = &[LOGIN, REGISTER, WELCOME, CALLBACK, LOGOUT, SIGNED_OUT];

/// Every route of the public listener, besides `wechat.root_files`.
pub const PUBLIC: &[&str] = &[
    INDEX,
    LOGIN,
    REGISTER,
    WELCOME,
    CALLBACK,
    LOGOUT,
    SIGNED_OUT,
    PUSH,
    ME,
    ME_REFRESH,
    ME_SIGN_OUT,
    ME_EXPORT,
    ME_DELETE,
    RECEIPT,
    RECEIPT_FILE,
    PHOTOS,
    PHOTO,
    API_PHOTOS,
    API_PHOTO,
    PHOTO_LINK,
    JSSDK_CONFIG,
    AVATAR,
    PAGE_SCRIPT,
    PAGE_SCRIPT_TYPES,
    STATIC_FILE,
];

/// The routes of a fan's own page. Without logins there are none.
pub const ME_ROUTES: &[&str] = &[ME, ME_REFRESH, ME_SIGN_OUT, ME_EXPORT, ME_DELETE, RECEIPT, RECEIPT_FILE];

/// The pages to which `/login` leads only after a login of the last minutes: what a fan who took a stranger's phone must not
/// do there.
pub const RECENT_LOGIN_ROUTES: &[&str] = &[ME, ME_EXPORT];

/// The routes that are there if `photos.enabled` is true.
pub const PHOTO_ROUTES: &[&str] = &[PHOTOS, PHOTO, API_PHOTOS, API_PHOTO, PHOTO_LINK];

/// Whether this process is alive.
pub const HEALTHZ: &str = "/healthz";
/// Whether this process can serve.
pub const READYZ: &str = "/readyz";
/// The metrics, for Prometheus.
pub const METRICS: &str = "/metrics";

/// Every route of the ops listener.
pub const OPS: &[&str] = &[HEALTHZ, READYZ, METRICS];

/// The account's token.
pub const INTERNAL_ACCESS_TOKEN: &str = "/internal/access-token";
/// Another account token than the one that the platform refused.
pub const INTERNAL_ACCESS_TOKEN_REFRESH: &str = "/internal/access-token/refresh";
/// The account's ticket for the JS-SDK.
pub const INTERNAL_JSAPI_TICKET: &str = "/internal/jsapi-ticket";

/// Fans.
pub const INTERNAL_FANS: &str = "/internal/fans";
/// One fan.
pub const INTERNAL_FAN: &str = "/internal/fans/{id}";
/// The photos of one fan.
pub const INTERNAL_FAN_PHOTOS: &str = "/internal/fans/{id}/photos";
/// A token of the relay for SDKs, in the form of the platform's endpoint of this name.
pub const INTERNAL_TOKEN: &str = "/internal/wechat/cgi-bin/token";
/// The same in the form of the platform's newer endpoint.
pub const INTERNAL_STABLE_TOKEN: &str = "/internal/wechat/cgi-bin/stable_token";

/// Makes a QR code with a parameter.
pub const INTERNAL_QR: &str = "/internal/qr";
/// A call that is passed on to the platform.
pub const INTERNAL_RELAY: &str = "/internal/wechat/{path:.*}";

/// Every route of the internal listener.
pub const INTERNAL: &[&str] = &[
    INTERNAL_QR,
    INTERNAL_ACCESS_TOKEN,
    INTERNAL_ACCESS_TOKEN_REFRESH,
    INTERNAL_JSAPI_TICKET,
    INTERNAL_FANS,
    INTERNAL_FAN,
    INTERNAL_FAN_PHOTOS,
    INTERNAL_TOKEN,
    INTERNAL_STABLE_TOKEN,
    INTERNAL_RELAY,
];

/// The first segments of public routes: a file at the root must not have one of these names.
pub fn first_segments() -> impl Iterator<Item = &'static str> {
    let segments = PUBLIC.iter().filter_map(|route| route.split('/').nth(1));
    segments.filter(|segment| !segment.is_empty())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The constants of this file that are one path each, as they stand in its text.
    fn declared() -> usize {
        let is_path = |line: &&str| line.starts_with("pub const ") && line.contains(": &str = \"/");
        include_str!("routes.rs").lines().filter(is_path).count()
    }

    #[test]
    fn every_declared_path_is_in_a_list() {
        let listed: BTreeSet<&str> = PUBLIC.iter().chain(OPS).chain(INTERNAL).copied().collect();
        // `STATIC_PREFIX` and `AVATAR_PREFIX` are no routes of their own.
        assert_eq!(declared(), listed.len() + 2);
    }

    #[test]
    fn first_segments_are_those_that_a_root_file_would_hide() {
        let segments: BTreeSet<&str> = first_segments().collect();
        let expected = [
            "api",
            "avatars",
            "login",
            "logout",
            "me",
            "p",
            "photos",
            "receipt",
            "register",
            "signed-out",
            "static",
            "wechat",
            "welcome",
        ];
        assert_eq!(segments, expected.into());
    }
}
