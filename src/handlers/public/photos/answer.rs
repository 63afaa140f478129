//! What an upload is answered with.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
};
use serde::Serialize;

use crate::{
    domain::routes,
    http::{
        error::{AppError, ErrorKind},
        error_response::{PROBLEM_JSON, Problem},
        responses::see_other,
    },
    services::photos::Saved,
    views::{Views, links},
};

/// What became of one file.
pub(super) type Outcome = Result<Saved, ErrorKind>;

/// The answer to an upload, in the order of what was sent.
#[derive(Serialize)]
struct Answer {
    results: Vec<Outcomes>,
    /// The first problem, if nothing was saved.
    #[serde(flatten)]
    problem: Option<Problem>,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum What {
    Photo(Photo),
    Problem(Problem),
}

#[derive(Serialize)]
struct Outcomes {
    #[serde(flatten)]
    what: What,
    /// What the file said beside its pixels, and which was not kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    removed: Option<Vec<&'static str>>,
    /// False if the fan had the photo already.
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<bool>,
}

#[derive(Serialize)]
struct Photo {
    id: String,
    url: String,
    thumb_url: String,
    width: u32,
    height: u32,
}

/// 201 where something new was saved, 200 where all that can be used was there, otherwise the first problem. A form that was
/// sent without a script goes back to the page.
pub(super) fn respond(request: &HttpRequest, views: &Views, outcomes: &[Outcome]) -> Result<HttpResponse, AppError> {
    if is_form(request) {
        return Ok(see_other(&back(outcomes)));
    }
    let saved = || outcomes.iter().filter_map(|outcome| outcome.as_ref().ok());
    let first_problem = outcomes.iter().find_map(|outcome| outcome.as_ref().err().copied());
    let status = match (saved().any(|saved| saved.is_new), saved().next(), first_problem) {
        (true, _, _) => StatusCode::CREATED,
        (false, None, Some(problem)) => problem.row().status,
        _ => StatusCode::OK,
    };
    let mut response = HttpResponse::build(status);
    let refused = first_problem.filter(|_| saved().next().is_none());
    if let Some(seconds) = refused.and_then(|problem| problem.row().retry_after) {
        response.insert_header((header::RETRY_AFTER, seconds));
    }
    let content_type = if refused.is_some() {
        PROBLEM_JSON
    } else {
        "application/json"
    };
    let answer = Answer {
        results: outcomes.iter().map(|outcome| result(request, views, outcome)).collect(),
        problem: refused.map(|kind| Problem::new(Some(views), request, kind)),
    };
    let body = serde_json::to_string(&answer).unwrap_or_default();
    Ok(response.content_type(content_type).body(body))
}

fn result(request: &HttpRequest, views: &Views, outcome: &Outcome) -> Outcomes {
    match outcome {
        Ok(saved) => Outcomes {
            what: What::Photo(photo(saved)),
            removed: Some(saved.removed.clone()),
            new: Some(saved.is_new),
        },
        Err(kind) => Outcomes {
            what: What::Problem(Problem::new(Some(views), request, *kind)),
            removed: None,
            new: None,
        },
    }
}

fn photo(saved: &Saved) -> Photo {
    let photo = &saved.photo;
    Photo {
        id: photo.id.to_string(),
        url: links::photo(photo.id),
        thumb_url: links::thumb(photo.id),
        width: photo.width,
        height: photo.height,
    }
}

/// Whether a browser sent the form by itself: it shows what comes as a page.
pub(super) fn is_form(request: &HttpRequest) -> bool {
    let accept = request.headers().get(header::ACCEPT);
    accept.is_some_and(|accept| accept.to_str().is_ok_and(|accept| accept.contains("text/html")))
}

/// The page, with what became of the files. The words are ours and say nothing of the files.
pub(super) fn back(outcomes: &[Outcome]) -> String {
    let saved = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let problem = outcomes.iter().find_map(|outcome| outcome.as_ref().err());
    let problem = problem.map(|kind| format!("&problem={}", word(*kind)));
    format!("{}?saved={saved}{}", routes::PHOTOS, problem.unwrap_or_default())
}

/// The problem of a word in the page's address.
pub(super) fn problem_of(asked: &str) -> Option<ErrorKind> {
    TOLD.into_iter().find(|kind| word(*kind) == asked)
}

fn word(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::PhotoHeic => "heic",
        ErrorKind::PhotoAvif => "avif",
        kind => kind.row().problem,
    }
}

/// What the page has words for when the form comes back.
const TOLD: [ErrorKind; 15] = [
    ErrorKind::PhotoTooLarge,
    ErrorKind::PhotoHeic,
    ErrorKind::PhotoAvif,
    ErrorKind::PhotoKind,
    ErrorKind::PhotoPixels,
    ErrorKind::PhotoBroken,
    ErrorKind::PhotosFull,
    ErrorKind::PhotosBusy,
    ErrorKind::StorageDown,
    ErrorKind::DatabaseDown,
    ErrorKind::BodyTooLarge,
    ErrorKind::BodyTooSlow,
    ErrorKind::LengthRequired,
    ErrorKind::Framework(StatusCode::BAD_REQUEST),
    ErrorKind::Internal,
];
