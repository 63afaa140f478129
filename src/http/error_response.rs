//! An error in the format of its route group.

use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, http::header};
use serde::Serialize;

use super::{
    error::{AppError, ErrorKind, ErrorRow, problem_texts},
    language::language_of,
    policy::ErrorFormat,
    request_id::request_id,
    responses::error_page,
};
use crate::views::{Views, failure_texts};

/// What stands before the word of a problem type, so that the type is an absolute URI.
pub const PROBLEM_TYPE_PREFIX: &str = "urn:fanpass:problem:";

/// The media type of a problem document.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// The platform's code for a wrong AppSecret.
const INVALID_APP_SECRET: i32 = 40125;

/// A problem document (RFC 9457).
#[derive(Serialize)]
pub struct Problem {
    r#type: String,
    title: String,
    status: u16,
    detail: String,
    request_id: String,
    #[serde(flatten)]
    platform: Option<PlatformError>,
}

/// What the platform's errors look like.
#[derive(Serialize)]
struct PlatformError {
    errcode: i32,
    errmsg: String,
}

/// An error of the token endpoint and its like (RFC 6749, section 5.2).
#[derive(Serialize)]
struct OAuthError {
    error: &'static str,
}

/// The response of an error. A listener without pages has no `views`, and answers without a body where a page would be.
///
/// # Errors
/// If a page cannot be rendered.
pub fn error_response(
    format: ErrorFormat,
    views: Option<&Views>,
    request: &HttpRequest,
    kind: ErrorKind,
) -> Result<HttpResponse, AppError> {
    let row = kind.row();
    Ok(match (format, views) {
        (ErrorFormat::Page, Some(views)) => error_page(views, request, kind, None)?,
        (ErrorFormat::Problem, _) => json_of(&Problem::new(views, request, kind), row),
        (ErrorFormat::Relay, _) => {
            let platform = Some(platform_error(kind));
            json_of(
                &Problem {
                    platform,
                    ..Problem::new(views, request, kind)
                },
                row,
            )
        }
        (ErrorFormat::OAuth, _) => response_of(row)
            .insert_header((header::PRAGMA, "no-cache"))
            .json(OAuthError { error: oauth_code(row) }),
        (ErrorFormat::Push, _) => {
            let words = row.status.canonical_reason().unwrap_or("error");
            response_of(row).content_type("text/plain; charset=utf-8").body(words)
        }
        (ErrorFormat::Bare, _) | (ErrorFormat::Page, None) => response_of(row).finish(),
    })
}

impl Problem {
    /// The document of an error: in the visitor's language where there are pages, in English for programs.
    pub fn new(views: Option<&Views>, request: &HttpRequest, kind: ErrorKind) -> Self {
        let row = kind.row();
        let of_page = views.and_then(|views| failure_texts(views.texts(), language_of(request), row.failure).ok());
        let (title, detail) = of_page.unwrap_or_else(|| {
            let (title, detail) = problem_texts(kind);
            (title.to_owned(), detail.to_owned())
        });
        Self {
            r#type: format!("{PROBLEM_TYPE_PREFIX}{}", row.problem),
            title,
            status: row.status.as_u16(),
            detail,
            request_id: request_id(request),
            platform: None,
        }
    }
}

fn json_of(problem: &Problem, row: ErrorRow) -> HttpResponse {
    response_of(row)
        .content_type(PROBLEM_JSON)
        .body(serde_json::to_string(problem).unwrap_or_default())
}

/// An error of the relay itself in the platform's form. The code is the negative status, which the platform never sends, so
/// that nobody takes it for an answer of the platform; only for wrong credentials it is the platform's own.
fn platform_error(kind: ErrorKind) -> PlatformError {
    let (title, detail) = problem_texts(kind);
    let errcode = match kind {
        ErrorKind::CredentialsRefused => INVALID_APP_SECRET,
        kind => -i32::from(kind.row().status.as_u16()),
    };
    PlatformError {
        errcode,
        errmsg: format!("fanpass: {title}. {detail}"),
    }
}

/// A response with the status and the headers of every format.
fn response_of(row: ErrorRow) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(row.status);
    if let Some(seconds) = row.retry_after {
        response.insert_header((header::RETRY_AFTER, seconds));
    }
    response.insert_header((header::REFERRER_POLICY, "no-referrer"));
    response
}

/// What the words of RFC 6749 have for an error that no endpoint found itself.
fn oauth_code(row: ErrorRow) -> &'static str {
    match row.status.as_u16() {
        429 | 503 => "temporarily_unavailable",
        400..500 => "invalid_request",
        _ => "server_error",
    }
}
