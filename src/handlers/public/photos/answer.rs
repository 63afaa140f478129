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
        (false, Some(_), _) | (false, None, None) => StatusCode::OK,
        (false, None, Some(problem)) => problem.row().status,
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
    let problem = outcomes.iter().find_map(|outcome| outcome.as_ref().err());
    match problem {
        Some(kind) => format!("{}?problem={}", routes::PHOTOS, problem_word(*kind)),
        None => format!("{}?saved={}", routes::PHOTOS, outcomes.len()),
    }
}

/// The word of a problem in the page's address, and back.
pub(super) fn problem_word(kind: ErrorKind) -> &'static str {
    PROBLEMS
        .iter()
        .find_map(|(known, word)| (*known == kind).then_some(*word))
        .unwrap_or(OTHER)
}

/// The problem of a word.
pub(super) fn problem_of(word: &str) -> Option<ErrorKind> {
    PROBLEMS
        .iter()
        .find_map(|(kind, known)| (*known == word).then_some(*kind))
}

const OTHER: &str = "photo";

const PROBLEMS: [(ErrorKind, &str); 10] = [
    (ErrorKind::PhotoTooLarge, "bytes"),
    (ErrorKind::PhotoHeic, "heic"),
    (ErrorKind::PhotoAvif, "avif"),
    (ErrorKind::PhotoKind, "kind"),
    (ErrorKind::PhotoPixels, "pixels"),
    (ErrorKind::PhotoBroken, "broken"),
    (ErrorKind::PhotosFull, "full"),
    (ErrorKind::PhotosBusy, "busy"),
    (ErrorKind::StorageDown, "storage"),
    (ErrorKind::Internal, OTHER),
];
