//! The groups of the public listener.

use std::time::Duration;

use super::{
    AccessLog, BodyLimit, ContentPolicy, CookiePolicy, ErrorFormat, Methods, OpenerPolicy, OriginCheck, PolicyTable,
    RateLimitKind, ResourcePolicy, RouteGroup, RoutePolicy,
};
use crate::domain::routes;

/// Pages and their forms, which have no field or a short one.
pub const PAGES: RoutePolicy = RoutePolicy {
    body: BodyLimit {
        max_bytes: 1024,
        chunked: false,
        within: Duration::from_secs(10),
    },
    error_format: ErrorFormat::Page,
    csp: ContentPolicy::PAGE,
    coop: OpenerPolicy::SameOrigin,
    corp: ResourcePolicy::SameOrigin,
    // Without this header WeChat's browser caches pages for a long time.
    cache_control: "no-store",
    // `no-referrer` here would make browsers send `Origin: null` with our own forms.
    referrer: "same-origin",
    varies_by_origin: false,
    origin_check: OriginCheck::Required,
    cookies: CookiePolicy::Own,
    rate_limit: None,
    access_log: AccessLog::Info,
};

/// What begins or completes a login.
const LOGINS: RoutePolicy = RoutePolicy {
    rate_limit: Some(RateLimitKind::Login),
    ..PAGES
};

/// Static files. A phone requests dozens of them.
const STATIC_FILES: RoutePolicy = RoutePolicy {
    cookies: CookiePolicy::None,
    access_log: AccessLog::Debug,
    ..PAGES
};

/// Copies of avatars. Apps show them on pages of their own; an address needs no session.
const AVATARS: RoutePolicy = RoutePolicy {
    error_format: ErrorFormat::Bare,
    csp: ContentPolicy::Data,
    corp: ResourcePolicy::CrossOrigin,
    referrer: "no-referrer",
    cookies: CookiePolicy::None,
    access_log: AccessLog::Debug,
    ..PAGES
};

/// The script that pages of apps load as well.
const PAGE_SCRIPT: RoutePolicy = RoutePolicy {
    corp: ResourcePolicy::CrossOrigin,
    ..STATIC_FILES
};

/// `wechat.root_files`, which the platform's console fetches.
const ROOT_FILES: RoutePolicy = RoutePolicy {
    cookies: CookiePolicy::None,
    ..PAGES
};

/// The platform's server push: signed, and no browser's.
const PUSH: RoutePolicy = RoutePolicy {
    body: BodyLimit {
        max_bytes: 64 * 1024,
        chunked: true,
        within: Duration::from_secs(2),
    },
    error_format: ErrorFormat::Push,
    csp: ContentPolicy::Data,
    referrer: "no-referrer",
    origin_check: OriginCheck::OptedOut,
    cookies: CookiePolicy::None,
    ..PAGES
};

/// A fan's own page. Its forms may lead through the platform's authorize page, which the response names.
const ME: RoutePolicy = RoutePolicy {
    csp: ContentPolicy::Page {
        connects: false,
        jssdk: false,
        form_target: true,
    },
    ..PAGES
};

/// What the forms of that page do.
const ME_FORMS: RoutePolicy = RoutePolicy {
    rate_limit: Some(RateLimitKind::Login),
    ..ME
};

/// A fan's download. It costs much, so that one address gets few.
const ME_EXPORT: RoutePolicy = RoutePolicy {
    rate_limit: Some(RateLimitKind::Login),
    ..PAGES
};

/// A receipt that a fan has kept, which is a short file.
const RECEIPT: RoutePolicy = RoutePolicy {
    body: BodyLimit {
        max_bytes: 16 * 1024,
        chunked: false,
        within: Duration::from_secs(10),
    },
    rate_limit: Some(RateLimitKind::Login),
    ..PAGES
};

/// The page of a fan's photos, whose script sends and removes them.
const PHOTO_PAGE: RoutePolicy = RoutePolicy {
    csp: ContentPolicy::Page {
        connects: true,
        jssdk: true,
        form_target: false,
    },
    ..PAGES
};

/// What the script of that page calls. An upload has a policy of its own, by `photos.max_bytes`.
const PHOTO_API: RoutePolicy = RoutePolicy {
    error_format: ErrorFormat::Problem,
    csp: ContentPolicy::Data,
    ..PAGES
};

/// One photo, shown to its fan.
const PHOTO: RoutePolicy = RoutePolicy {
    access_log: AccessLog::Debug,
    ..PHOTO_API
};

/// A photo for an app. The link says who may see it, and apps are other sites.
const PHOTO_LINK: RoutePolicy = RoutePolicy {
    corp: ResourcePolicy::CrossOrigin,
    cookies: CookiePolicy::None,
    ..PHOTO
};

/// How long an upload may take, over a slow connection.
const UPLOAD_TIME: Duration = Duration::from_secs(300);

/// Signatures for the JS-SDK, which pages of apps ask for as well. They depend on no visitor.
const JSSDK: RoutePolicy = RoutePolicy {
    error_format: ErrorFormat::Problem,
    csp: ContentPolicy::Data,
    corp: ResourcePolicy::CrossOrigin,
    referrer: "no-referrer",
    varies_by_origin: true,
    cookies: CookiePolicy::None,
    ..PAGES
};

/// Every group, besides `wechat.root_files`.
pub const GROUPS: &[RouteGroup] = &[
    RouteGroup {
        policy: PAGES,
        routes: &[
            (routes::INDEX, Methods::GET_AND_HEAD),
            (routes::WELCOME, Methods::GET_AND_HEAD),
            (routes::SIGNED_OUT, Methods::GET_AND_HEAD),
            (routes::LOGOUT, Methods::POST),
        ],
    },
    RouteGroup {
        policy: LOGINS,
        routes: &[
            (routes::LOGIN, Methods::GET_AND_HEAD),
            (routes::REGISTER, Methods::GET_AND_HEAD),
            // Without HEAD, because the request spends a code.
            (routes::CALLBACK, Methods::GET),
        ],
    },
    RouteGroup {
        policy: PUSH,
        routes: &[(routes::PUSH, Methods::GET_AND_POST)],
    },
    RouteGroup {
        policy: ME,
        routes: &[(routes::ME, Methods::GET_AND_HEAD)],
    },
    RouteGroup {
        policy: ME_FORMS,
        routes: &[
            (routes::ME_REFRESH, Methods::POST),
            (routes::ME_SIGN_OUT, Methods::POST),
            (routes::ME_DELETE, Methods::POST),
        ],
    },
    RouteGroup {
        policy: ME_EXPORT,
        // Without HEAD, because the request begins the download.
        routes: &[(routes::ME_EXPORT, Methods::GET)],
    },
    RouteGroup {
        policy: RECEIPT,
        routes: &[
            (routes::RECEIPT, Methods::GET_HEAD_AND_POST),
            (routes::RECEIPT_FILE, Methods::GET_AND_HEAD),
        ],
    },
    RouteGroup {
        policy: PHOTO_PAGE,
        routes: &[(routes::PHOTOS, Methods::GET_AND_HEAD)],
    },
    RouteGroup {
        policy: PHOTO_API,
        routes: &[
            (routes::API_PHOTO, Methods::DELETE),
            (routes::API_PHOTOS, Methods::POST),
        ],
    },
    RouteGroup {
        policy: PHOTO,
        routes: &[(routes::PHOTO, Methods::GET_AND_HEAD)],
    },
    RouteGroup {
        policy: PHOTO_LINK,
        routes: &[(routes::PHOTO_LINK, Methods::GET_AND_HEAD)],
    },
    RouteGroup {
        policy: JSSDK,
        routes: &[(routes::JSSDK_CONFIG, Methods::GET)],
    },
    RouteGroup {
        policy: AVATARS,
        routes: &[(routes::AVATAR, Methods::GET_AND_HEAD)],
    },
    RouteGroup {
        policy: PAGE_SCRIPT,
        routes: &[
            (routes::PAGE_SCRIPT, Methods::GET_AND_HEAD),
            (routes::PAGE_SCRIPT_TYPES, Methods::GET_AND_HEAD),
        ],
    },
    RouteGroup {
        policy: STATIC_FILES,
        routes: &[(routes::STATIC_FILE, Methods::GET_AND_HEAD)],
    },
];

/// The policies of the public listener. `root_files`: the names in `wechat.root_files`. `has_logins`: `login.enabled`;
/// without them the routes of the login are unknown paths. `has_pushes` and `has_jssdk`: the same of the server push and of
/// signatures. `upload_bytes`: how long an upload of photos may be, or none if there are no photos. Without logins there
/// are none.
pub fn policies<'a>(
    root_files: impl Iterator<Item = &'a str>,
    has_logins: bool,
    has_pushes: bool,
    upload_bytes: Option<u64>,
    has_jssdk: bool,
) -> PolicyTable {
    let mut table = PolicyTable::new(GROUPS, PAGES);
    if !has_logins {
        table.remove(routes::LOGIN_ROUTES);
        table.remove(routes::ME_ROUTES);
    }
    if !has_pushes {
        table.remove(&[routes::PUSH]);
    }
    match upload_bytes.filter(|_| has_logins) {
        None => table.remove(routes::PHOTO_ROUTES),
        Some(max_bytes) => {
            let upload = RoutePolicy {
                body: BodyLimit {
                    max_bytes,
                    chunked: false,
                    within: UPLOAD_TIME,
                },
                ..PHOTO_API
            };
            table.add(upload, [(routes::API_PHOTOS.to_owned(), Methods::POST)]);
        }
    }
    if !has_jssdk {
        table.remove(&[routes::JSSDK_CONFIG]);
    }
    table.add(
        ROOT_FILES,
        root_files.map(|name| (format!("/{name}"), Methods::GET_AND_HEAD)),
    );
    table
}
