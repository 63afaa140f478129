//! The sandbox's own pages: one typed context for each.

use actix_web::http::header;
use actix_web::{HttpResponse, HttpResponseBuilder};
use serde::Serialize;
use tera::{Context, Tera, TeraResult};

use super::errors::Errcode;
use super::fans::Fan;
use super::link::BadLink;

const TEMPLATES: [(&str, &str); 4] = [
    ("layout.html", include_str!("pages/layout.html")),
    ("authorize.html", include_str!("pages/authorize.html")),
    ("error.html", include_str!("pages/error.html")),
    ("home.html", include_str!("pages/home.html")),
];
const STYLESHEET: &str = include_str!("pages/sandbox.css");
/// Pictures may come from anywhere, as a fan's `headimgurl` may. No `form-action`: the form's answer leads off this site.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src * data:; base-uri 'none'; frame-ancestors 'none'";

/// The page where the browser's user chooses and consents.
#[derive(Serialize)]
pub(super) struct AuthorizePage<'a> {
    /// Address of this very link, for the form.
    pub(super) action: &'a str,
    /// The host that asks.
    pub(super) asker: &'a str,
    pub(super) app_id: &'a str,
    /// Whether consent is asked for (`snsapi_userinfo`).
    pub(super) consent: bool,
    /// Whether the link forces a snapshot.
    pub(super) snapshot: bool,
    /// The fan that this browser chose earlier.
    pub(super) fan: Option<&'a Fan>,
    pub(super) fans: &'a [Fan],
    /// The form came back without a fan.
    pub(super) missing: bool,
}

/// The page at `/`.
#[derive(Serialize)]
pub(super) struct HomePage<'a> {
    pub(super) url: &'a str,
    pub(super) app_id: &'a str,
    pub(super) fan: Option<&'a Fan>,
    pub(super) fans: &'a [Fan],
    /// The faults in force, each as endpoint and JSON.
    pub(super) faults: &'a [(String, String)],
    pub(super) seconds_ahead: i64,
    pub(super) require_wechat_browser: bool,
    pub(super) callback_hosts: &'a [String],
}

#[derive(Serialize)]
struct ErrorPage<'a> {
    number: i64,
    says: &'a str,
    hint: &'a str,
}

/// The parsed templates.
pub(super) struct Pages(Tera);

impl Pages {
    pub(super) fn new() -> TeraResult<Self> {
        let mut tera = Tera::new();
        tera.add_raw_templates(TEMPLATES)?;
        Ok(Self(tera))
    }

    pub(super) fn authorize(&self, page: &AuthorizePage<'_>) -> HttpResponse {
        self.render("authorize.html", page, HttpResponse::Ok())
    }

    pub(super) fn home(&self, page: &HomePage<'_>) -> HttpResponse {
        self.render("home.html", page, HttpResponse::Ok())
    }

    /// The page for a link that cannot be followed.
    pub(super) fn bad_link(&self, bad: &BadLink) -> HttpResponse {
        self.error(bad.number, bad.says, &bad.hint)
    }

    /// An error page that a fault asked for.
    pub(super) fn platform_error(&self, number: i64, says: &str) -> HttpResponse {
        self.error(number, says, "a fault asked for this page")
    }

    fn error(&self, number: i64, says: &str, hint: &str) -> HttpResponse {
        let mut builder = HttpResponse::Ok();
        builder.insert_header(("sandbox-error", number.to_string()));
        let mut answer = self.render("error.html", &ErrorPage { number, says, hint }, builder);
        // A page without a number is an error all the same; -1 keeps it apart from success in the journal.
        answer
            .extensions_mut()
            .insert(Errcode(if number == 0 { -1 } else { number }));
        answer
    }

    fn render(&self, name: &str, page: &impl Serialize, mut builder: HttpResponseBuilder) -> HttpResponse {
        match Context::from_serialize(page).and_then(|context| self.0.render(name, &context)) {
            Ok(html) => builder
                .content_type("text/html; charset=utf-8")
                .insert_header((header::CACHE_CONTROL, "no-store"))
                .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
                .body(html),
            Err(error) => {
                tracing::error!(
                    %error,
                    "a sandbox page cannot be rendered"
                );
                HttpResponse::InternalServerError().finish()
            }
        }
    }
}

/// `/sandbox/sandbox.css`.
pub(super) async fn stylesheet() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .body(STYLESHEET)
}
