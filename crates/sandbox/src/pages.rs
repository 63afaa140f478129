//! The sandbox's own pages: one typed context for each.

mod account;
mod push;

use actix_web::{HttpResponse, HttpResponseBuilder, http::header};
use serde::Serialize;
use tera::{Context, Tera, TeraResult};

use crate::{errcode::Errcode, fan::Fan, link::BadLink};
pub use account::{AccountPage, CallRow, MessageRow, RequestRow, TokenRow};
pub use push::{ChatLine, PushPage, PushRow, Segment, Side, segments};

const TEMPLATES: [(&str, &str); 7] = [
    ("layout.html", include_str!("pages/layout.html")),
    ("authorize.html", include_str!("pages/authorize.html")),
    ("error.html", include_str!("pages/error.html")),
    ("account.html", include_str!("pages/account.html")),
    ("menu.html", include_str!("pages/menu.html")),
    ("push.html", include_str!("pages/push.html")),
    ("home.html", include_str!("pages/home.html")),
];
const STYLESHEET: &str = include_str!("pages/sandbox.css");
/// Pictures may come from anywhere, as `headimgurl` may. No `form-action`: the form's response redirects to the account's site.
const CONTENT_SECURITY_POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src * data:; base-uri 'none'; frame-ancestors 'none'";

/// The page where the browser's user chooses and consents.
#[derive(Serialize)]
pub struct AuthorizePage<'a> {
    /// The URL of the form: the authorize link itself.
    pub action: &'a str,
    /// The host that the fan is sent back to.
    pub host: &'a str,
    pub app_id: &'a str,
    /// Whether consent is asked for (`snsapi_userinfo`).
    pub consent: bool,
    /// Whether the link forces a snapshot.
    pub snapshot: bool,
    /// The fan that this browser chose earlier.
    pub fan: Option<&'a Fan>,
    pub fans: &'a [Fan],
    /// Whether the form came back without a fan.
    pub fan_missing: bool,
}

/// The page at `/`.
#[derive(Serialize)]
pub struct HomePage<'a> {
    pub url: &'a str,
    pub app_id: &'a str,
    pub fan: Option<&'a Fan>,
    pub fans: &'a [Fan],
    /// The faults in force, each as endpoint and JSON.
    pub faults: &'a [(String, String)],
    pub seconds_ahead: i64,
    pub require_wechat_browser: bool,
    pub callback_hosts: &'a [String],
}

#[derive(Serialize)]
struct ErrorPage<'a> {
    number: i64,
    message: &'a str,
    hint: &'a str,
}

/// The parsed templates.
pub struct Pages(Tera);

impl Pages {
    pub fn new() -> TeraResult<Self> {
        let mut tera = Tera::new();
        tera.add_raw_templates(TEMPLATES)?;
        Ok(Self(tera))
    }

    pub fn authorize(&self, page: &AuthorizePage<'_>) -> HttpResponse {
        self.render("authorize.html", page, HttpResponse::Ok())
    }

    pub fn home(&self, page: &HomePage<'_>) -> HttpResponse {
        self.render("home.html", page, HttpResponse::Ok())
    }

    pub fn account(&self, page: &AccountPage<'_>) -> HttpResponse {
        self.render("account.html", page, HttpResponse::Ok())
    }

    pub fn push(&self, page: &PushPage<'_>) -> HttpResponse {
        self.render("push.html", page, HttpResponse::Ok())
    }

    /// The page for a link that cannot be followed.
    pub fn bad_link(&self, bad: &BadLink) -> HttpResponse {
        self.error(bad.number, bad.message, &bad.hint)
    }

    /// An error page that a fault asked for.
    pub fn injected_error(&self, number: i64, message: &str) -> HttpResponse {
        self.error(number, message, "a fault asked for this page")
    }

    fn error(&self, number: i64, message: &str, hint: &str) -> HttpResponse {
        let mut builder = HttpResponse::Ok();
        builder.insert_header(("sandbox-error", number.to_string()));
        let mut response = self.render("error.html", &ErrorPage { number, message, hint }, builder);
        // A page without a number is an error too; -1 keeps it apart from success in the request log.
        response
            .extensions_mut()
            .insert(Errcode(if number == 0 { -1 } else { number }));
        response
    }

    fn render(&self, name: &str, page: &impl Serialize, mut builder: HttpResponseBuilder) -> HttpResponse {
        match Context::from_serialize(page).and_then(|context| self.0.render(name, &context)) {
            Ok(html) => builder
                .content_type("text/html; charset=utf-8")
                .insert_header((header::CACHE_CONTROL, "no-store"))
                .insert_header((header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
                .body(html),
            Err(error) => {
                tracing::error!(%error, "a sandbox page cannot be rendered");
                HttpResponse::InternalServerError().finish()
            }
        }
    }
}

/// `/sandbox/sandbox.css`.
pub async fn stylesheet() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .body(STYLESHEET)
}
