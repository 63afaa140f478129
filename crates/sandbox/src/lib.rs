//! A stand-in for the WeChat platform, for development, demos, tests and load.
//!
//! It is a small platform of its own. It uses nothing of fanpass, so it can prove fanpass's client right or wrong. Any
//! other SDK can be pointed at it by its base URL. It follows the platform's documentation of 网页授权 (web-page
//! authorization):
//!
//! | endpoint | what it is |
//! |---|---|
//! | `GET /connect/oauth2/authorize` | step 1: the strict order of parameters, the error pages, and a page to choose a fan and to agree, decline or be a snapshot fan |
//! | `GET /sns/oauth2/access_token`, `/sns/oauth2/refresh_token`, `/sns/userinfo`, `/sns/auth` | steps 2, 3, 4 and the check of a token: `text/plain` without a charset, slashes escaped, the platform's codes and messages |
//! | `POST /cgi-bin/stable_token` | the account's token, the same until it is about to expire |
//! | `GET /cgi-bin/user/info`, `/menu/get`, `/ticket/getticket`, `/media/get`, `POST /cgi-bin/media/upload`, `/openapi/quota/get` | calls of the account with its token: 40001 for an unknown one, 42001 for an expired one, 48001 without the right |
//! | `GET /mmopen/vi_32/<id>/<size>` | the fans' pictures |
//! | `GET /` | which fan this browser is, the faults in force, the control API in short |
//! | `/sandbox/…` | the control API |
//!
//! # Where the documentation leaves room
//!
//! * A code that nobody spent gives 42003 from the fifth minute on, and 40029 once the sandbox has forgotten it (an hour later).
//!   A spent code gives 40163.
//! * A refresh issues a new access token and returns the same refresh token, or a new one when `rotate_refresh_tokens` is on.
//!   Access tokens issued before stay valid until they expire.
//! * An empty `state` is error 10013; no `state` at all is allowed. A `state` that breaks the rule (letters and digits, 128 bytes)
//!   and parameters out of order give 该链接无法访问. The fragment `#wechat_redirect` never reaches a server, so it is not checked.
//! * `snsapi_userinfo` always asks: the platform's silent consents (of followers, and after a recent consent) are not imitated.
//! * The token before the current one stays good to its own end, five minutes after it was replaced; a forced refresh ends it
//!   at once. Each fan follows the account. The ticket of the JS-SDK stays the same until it is about to expire. The quota of a
//!   right that the account does not have is 0.
//! * Error pages have status 200, as the platform's business errors do. The header `sandbox-error` carries the number for
//!   programs.
//!
//! # Control API
//!
//! JSON in, JSON out. A faulty request gets 400 or 404 with `{"title", "status", "detail"}`.
//!
//! | request | what it does |
//! |---|---|
//! | `GET /sandbox/fans` | lists the fans (`?limit=`, 1000 by default) |
//! | `POST /sandbox/fans` `{"nickname", "unionid"?, "headimgurl"?, "openid"?, "count"?}` | makes a fan; `"unionid": true` makes one up; `count` makes many with numbered names and returns their openids |
//! | `GET`, `PATCH /sandbox/fans/{openid}` `{"nickname"?, "unionid"?, "headimgurl"?, "new_avatar"?}` | shows or changes a fan; after `new_avatar` the old picture's URL is 404 |
//! | `POST /sandbox/fans/{openid}/expire` `{"access"?, "refresh"?, "password_changed"?}` | revokes the tokens issued so far: 42001, 42002, or 42007 for both |
//! | `POST /sandbox/codes` `{"fan": openid or nickname, "scope", "snapshot"?}` | issues a code without the authorize page |
//! | `GET /sandbox/faults`, `PUT /sandbox/faults/{endpoint}`, `DELETE /sandbox/faults[/{endpoint}]` | faults, see [below](#faults) |
//! | `GET`, `DELETE /sandbox/requests` | what arrived: counters, responses by errcode, exchanges by code (`?code=` for one), the last requests |
//! | `GET`, `POST /sandbox/clock` `{"advance_seconds"}` | the sandbox's time, also in the header `Date` of the platform's endpoints |
//! | `GET`, `PATCH /sandbox/settings` `{"require_wechat_browser"?, "callback_hosts"?, "allow_loopback"?, "scopes"?, "rotate_refresh_tokens"?, "missing_rights"?, "has_menu"?}` | the account's settings; rights are `fans`, `menu`, `js_sdk`, `qr_codes` and `media` |
//!
//! # Faults
//!
//! An endpoint is `authorize`, `access_token`, `refresh_token`, `userinfo`, `auth`, `stable_token`, `fan_info`, `menu`, `ticket`,
//! `quota`, `media_upload` or `media_get`. It takes one fault, or a list of faults that are injected one after the other. Each may have `times` (after so many requests it is gone) and `delay_ms`:
//!
//! | fault | what happens to the request |
//! |---|---|
//! | `{"kind":"delay","ms":800}` | it is handled, later |
//! | `{"kind":"errcode","errcode":-1,"errmsg"?}` | it is not handled: a code stays unspent |
//! | `{"kind":"cut","at"?}` | `"body"` (default): it is handled, and the connection closes in the middle of the response; `"start"`: it is not handled, and the connection closes before the first byte |
//! | `{"kind":"garbage","body":…}` | it is handled, and the response is corrupted: `html`, `empty`, `huge` (20 MB, chunked), `invalid_utf8`, `not_json`, `no_openid`, `other_openid` |
//! | `{"kind":"down"}` | it is not handled: 502 with an HTML page |
//! | `{"kind":"hang","at"?}` | it is not handled: `"start"` (default) sends nothing, `"body"` sends headers, then nothing |

mod account_settings;
mod bounded_map;
mod clock;
mod config;
mod endpoint;
mod errcode;
mod fan;
mod fans;
mod faults;
mod grant;
mod grants;
mod handlers;
mod inject;
mod link;
mod lock;
mod media;
mod pages;
mod platform;
mod random;
mod request_log;
mod response;
mod routes;
mod seeds;
mod server;
mod stable_token;
mod token;

pub use config::SandboxConfig;
pub use server::Sandbox;
