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
//! | `GET /cgi-bin/token`, `POST /cgi-bin/stable_token` | the account's tokens, of two kinds that know nothing of each other |
//! | `/cgi-bin/ticket/getticket`, `menu/create`, `menu/get`, `menu/delete`, `menu/addconditional`, `menu/delconditional`, `menu/trymatch`, `get_current_selfmenu_info`, `user/get`, `user/info`, `user/info/batchget`, `qrcode/create`, `message/custom/send`, `message/custom/typing`, `media/upload`, `media/get`, `getcallbackip`, `get_api_domain_ip`, `openapi/quota/get`, `openapi/quota/clear`, `openapi/rid/get`, `clear_quota`, `clear_quota/v2` | calls of the account: 41001, 40014, 40001 or 42001 without a good token, 40164 from outside the whitelist, 48001 without the right, 45009 and 45011 beyond the quota |
//! | `GET /cgi-bin/showqrcode?ticket=` | the picture of a QR code, as SVG; on the platform it is at mp.weixin.qq.com |
//! | any other path of `/cgi-bin/`, `/datacube/`, `/customservice/`, `/wxaapi/`, `/card/` | 40066 |
//! | `GET /open/js/jweixin-1.6.0.js` | a stand-in for the file of the JS-SDK: signatures are checked, and it has `checkJsApi`, `chooseImage`, `uploadImage`, `getLocalImgData`, `previewImage`, `updateAppMessageShareData` and `updateTimelineShareData`, as an iPhone or as Android by the user agent |
//! | `POST /open/jssdk/verify`, `/open/jssdk/upload?type=` | what that file asks in place of the app: whether a config is right, and to keep a picture as temporary media |
//! | `GET /mmopen/vi_32/<id>/<size>` | the fans' pictures, as PNG |
//! | `GET /` | which fan this browser is, the faults in force, the control API in short |
//! | `GET /account` | the account: tokens, the menu on a phone, calls and quotas, messages, files and QR codes |
//! | `GET /push` | the chat of this browser's fan with the account, what the fan does, and the pushes with all tries |
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
//! * In its last five minutes a stable token is replaced, and both are good for five minutes from then on. So are the old and
//!   the new token of `cgi-bin/token`. A forced refresh ends the one before at once; within 30 seconds it does nothing, and the
//!   twenty-first of a day gives 45009. A token that was replaced gives 40001, one that is cut off or has not the form of one 40014.
//! * The ticket of the JS-SDK stays the same until five minutes before its end. Its pages are those of `callback_hosts` and below,
//!   without a port, and of this machine.
//! * A call counts once its token is good, its address allowed and its right given. Days and months are Beijing's. The quota of
//!   a right that the account does not have is 0. The daily limits are those of an old table of the platform's.
//! * `menu/create` replaces a menu of the console, and `menu/delete` removes it too. Without any menu, `get_current_selfmenu_info`
//!   has an empty list of buttons. Of conditions the sandbox knows tags and language; others fit nobody.
//! * Uploads are written to the disk while they arrive, in files without a name. 50 are kept, for three days. `media/get` answers
//!   with `{"video_url"}` for a video.
//! * Fans follow unless they are made or changed otherwise. `user/get` has them in the order in which they were made.
//! * A push is tried again when there was no answer within five seconds, no connection, or another status than 200. A wrong
//!   body is an answer: it is not tried again, and the fan reads 该公众号提供的服务出现故障. So does one whose push had no answer at
//!   all, except after events that the chat shows nothing of (`unsubscribe`, `VIEW`, `LOCATION`, those about consent).
//! * In safe mode a reply in clear is a wrong body, apart from `success` and nothing.
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
//! | `GET`, `PATCH /sandbox/fans/{openid}` `{"nickname"?, "unionid"?, "headimgurl"?, "new_avatar"?, "subscribe"?, "subscribe_scene"?, "qr_scene"?, "tags"?}` | shows or changes a fan; after `new_avatar` the old picture's URL is 404 |
//! | `POST /sandbox/fans/{openid}/interact` `{"kind"}` | the fan does something, and the account may write: 5 messages in 48 hours after `message`, 3 in a minute after `follow`, `scan` or `click` |
//! | `POST /sandbox/fans/{openid}/{follow, unfollow, scan, withdraw, close, modified, say, click}` | changes the fan and pushes the event, see [below](#pushes) |
//! | `POST /sandbox/followers` `{"count"}` | makes followers up to this number (200,000 fans at most), the same at every start |
//! | `POST /sandbox/fans/{openid}/expire` `{"access"?, "refresh"?, "password_changed"?}` | revokes the tokens issued so far: 42001, 42002, or 42007 for both |
//! | `POST /sandbox/codes` `{"fan": openid or nickname, "scope", "snapshot"?}` | issues a code without the authorize page |
//! | `GET /sandbox/faults`, `PUT /sandbox/faults/{endpoint}`, `DELETE /sandbox/faults[/{endpoint}]` | faults, see [below](#faults) |
//! | `GET`, `DELETE /sandbox/requests` | what arrived: counters, responses by errcode, exchanges by code (`?code=` for one), the last requests |
//! | `GET /sandbox/calls` | calls by path: `{"total", "errcodes", "tokens"}`, the last by the token's name (`stable#1`, `token#2`, `unknown`, `none`); `?path=` for one path or endpoint. `DELETE /sandbox/requests` begins anew |
//! | `GET`, `DELETE /sandbox/tokens` | the account's tokens; `DELETE` ends them all, as if another system had fetched new ones: 40001 |
//! | `GET`, `DELETE /sandbox/quotas`, `PUT /sandbox/quotas/{endpoint}` `{"daily_limit"?, "minute_limit"?, "used"?}` | the quotas; `DELETE` begins anew |
//! | `GET`, `PUT`, `DELETE /sandbox/menu` `{"button": […]}` | the menu in force; `PUT` makes one as the console does, in the shape of `get_current_selfmenu_info` |
//! | `GET`, `DELETE /sandbox/messages`, `GET /sandbox/media`, `GET /sandbox/qr-codes` | what was sent to fans, uploaded and created; `GET /sandbox/media/{id}` is the file |
//! | `GET`, `POST /sandbox/clock` `{"advance_seconds"}` | the sandbox's time, also in the header `Date` of the platform's endpoints |
//! | `GET`, `PATCH /sandbox/settings` `{"require_wechat_browser"?, "callback_hosts"?, "allow_loopback"?, "scopes"?, "rotate_refresh_tokens"?, "missing_rights"?, "ip_whitelist"?, "linked_mini_programs"?}` | the account's settings; rights are `fans`, `menu`, `js_sdk`, `qr_codes`, `media` and `messages`; with a list `ip_whitelist` of addresses and ranges any other caller gets 40164, `null` switches it off; `push` is [below](#pushes) |
//! | `GET`, `POST /sandbox/push`, `POST /sandbox/push/verify` | pushes, see [below](#pushes) |
//!
//! # Pushes
//!
//! `PATCH /sandbox/settings` `{"push": {"url", "token", "encoding_aes_key", "mode", "timeout_ms"}}` is the console's page 消息推送;
//! `mode` is `plain`, `compatible` or `safe`, and `null` takes a value back. `POST /sandbox/push/verify` checks the URL as the
//! console does when it is saved: `{"ok", "status", "body", "echostr", "ms", "fault"}`.
//!
//! `POST /sandbox/push` sends a push to this URL, three times at most, and answers when the last try is over:
//!
//! | field | what it does |
//! |---|---|
//! | `fan` | an openid or a nickname; only `xml` does without |
//! | `message` | `{"text": "…"}`, or another type with its fields: `{"image": {"PicUrl": "…", "MediaId": "…"}}` |
//! | `event` | its name: `subscribe`, `unsubscribe`, `SCAN`, `CLICK`, `VIEW`, `user_info_modified`, `user_authorization_revoke`, … |
//! | `fields` | further fields of a message or an event. They take the place of those with the same name; `null` removes one, a list writes one several times |
//! | `xml` | the body in clear, as it is |
//! | `mode` | another mode than the account's |
//! | `timestamp_offset`, `wrong_signature` | seconds by which the timestamp is off; signatures by another token |
//! | `copies`, `same_nonce` | the same push so many times at the same moment; one timestamp and nonce for all copies and tries |
//! | `timestamp`, `nonce`, `tries` | given ones; fewer tries than three |
//!
//! The answer, also kept for `GET /sandbox/push` and in `GET /sandbox/requests`: `{"id", "at", "openid", "kind", "xml", "mode",
//! "tries", "taken", "fault_shown", "reply"}`. Each of `tries` has `copy`, `number`, `timestamp`, `nonce`, `ms`, `status`, `body`,
//! `opened` (what was sealed in the body), `signature_ok` (of a sealed reply), `reply` and `fault`: why the platform does not take
//! the answer. `fault_shown` says whether the fan would read 该公众号提供的服务出现故障. Only `event` and `message` are sent: the fan
//! stays as they are, but the account may write to a fan who did something.
//!
//! What a fan does, `POST /sandbox/fans/{openid}/…`, changes the fan and pushes the event: `{"fan", "push"}`, or `"push": null`
//! without a URL. `options` in the body are the last seven fields of the table above.
//!
//! | action | what happens |
//! |---|---|
//! | `follow` `{"scene"?}` | `subscribe`, also for one who follows already; `scene` is the `subscribe_scene` |
//! | `unfollow` | `unsubscribe` |
//! | `scan` `{"ticket"}` or `{"scene"}` | `SCAN`, or for one who does not follow `subscribe` with `qrscene_…`; a scene for which no QR code was created gets one |
//! | `withdraw` `{"codes"?}` | `user_authorization_revoke` with these codes, a text or a list, `205` without them; the fan's tokens end: 42001, 42002 |
//! | `close` | `user_authorization_cancellation`; the fan is gone, and so are their tokens |
//! | `modified` `{"nickname"?}` | `user_info_modified`; the picture is gone, and the nickname is another (`微信用户`) |
//! | `say` `{"text"}`, `click` `{"key"}` | a text, a key of the menu |
//!
//! # Faults
//!
//! An endpoint is named by its path (`cgi-bin/menu/get`) or by its name: `authorize`, `access_token`, `refresh_token`, `userinfo`,
//! `auth`, `token`, `stable_token`, `ticket`, `fan_info`, `fan_info_batch`, `followers`, `menu`, `current_menu`, `menu_create`,
//! `menu_delete`, `conditional_menu_add`, `conditional_menu_delete`, `conditional_menu_try`, `qr_code`, `message`, `typing`,
//! `media_upload`, `media_get`, `quota`, `quota_clear`, `rid`, `clear_quota`, `clear_quota_v2`, `callback_ips`, `api_ips`;
//! `avatar` is the fans' pictures, `other` every path that the sandbox does not know. It takes one fault, or a list of faults that are injected one after the other. A
//! fault stays until it is removed, or with `times` until it was injected so often. Each may have `delay_ms`:
//!
//! | fault | what happens to the request |
//! |---|---|
//! | `{"kind":"delay","ms":800}` | it is handled, later |
//! | `{"kind":"errcode","errcode":-1,"errmsg"?}` | it is not handled: a code stays unspent |
//! | `{"kind":"cut","at"?}` | `"body"` (default): it is handled, and the connection closes in the middle of the response; `"start"`: it is not handled, and the connection closes before the first byte |
//! | `{"kind":"garbage","body":…}` | it is handled, and the response is corrupted: `html`, `empty`, `huge` (20 MB, chunked), `invalid_utf8`, `not_json`, `no_openid`, `other_openid`; `svg` (a picture with a script), `text_type` (as `text/plain`), `json_as_picture` (40007 as `image/jpeg`) |
//! | `{"kind":"redirect","to":"https://…"}` | it is not handled: 302 |
//! | `{"kind":"down"}` | it is not handled: 502 with an HTML page |
//! | `{"kind":"hang","at"?}` | it is not handled: `"start"` (default) sends nothing, `"body"` sends headers, then nothing |

mod account_settings;
mod account_tokens;
mod beijing;
mod bounded_map;
mod clock;
mod config;
mod endpoint;
mod errcode;
mod fan;
mod fan_action;
mod fans;
mod faults;
mod grant;
mod grants;
mod handlers;
mod identicon;
mod inject;
mod ip_range;
mod link;
mod lock;
mod media;
mod menus;
mod messages;
mod own_forms;
mod pages;
mod platform;
mod push;
mod push_sender;
mod qr_codes;
mod quotas;
mod random;
mod refusal;
mod request_ids;
mod request_log;
mod response;
mod routes;
mod seeds;
mod server;
mod ticket;
mod token;

pub use config::SandboxConfig;
pub use push::{PushConfig, PushMode};
pub use server::Sandbox;
