//! What the platform's server posts: `/wechat/push`.

use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{self, Data, Payload, Query},
};

use crate::{
    audit::{Refusal, RefusalTrail},
    domain::{Clock, Deadline, routes},
    http::{client_ip::client_ip, error::AppError},
    services::push::{PushAnswer, PushQuery, PushReceiver, PushRefusal, PushReplies, Pushes},
    telemetry::{
        Stopwatch,
        pushes::{PushMetrics, PushOutcome},
    },
};

/// The platform hangs up after five seconds. What is left is for the way and for a busy machine.
const ANSWER_LIMIT: Duration = Duration::from_millis(3700);
const SUCCESS: &str = "success";

/// What the room works with, on one thread.
pub struct PushState {
    /// Checks and opens pushes.
    pub receiver: PushReceiver,
    /// Deals with them.
    pub pushes: Pushes,
    /// Seals replies.
    pub replies: PushReplies,
    /// The audit trail of what is refused.
    pub refusals: RefusalTrail,
    /// Counts pushes.
    pub metrics: PushMetrics,
    /// Dates pushes.
    pub clock: Clock,
}

/// The routes of this room.
pub(super) fn configure(config: &mut web::ServiceConfig, state: PushState) {
    config.app_data(Data::new(state)).service(
        web::resource(routes::PUSH)
            .route(web::get().to(verify))
            .route(web::post().to(receive)),
    );
}

/// `GET /wechat/push`: the console asks whether this URL is ours.
async fn verify(request: HttpRequest, query: PushParameters, state: Data<PushState>) -> Result<HttpResponse, AppError> {
    let query = query.map_err(|_| AppError::BadRequest)?;
    match state.receiver.verify(&query, state.clock.now()) {
        Ok((echo, stamp)) => {
            // Otherwise who sees this URL could post anything with its signature.
            match state.pushes.take_stamp(stamp, Deadline::after(ANSWER_LIMIT)).await {
                Some(true) => {}
                Some(false) => return Err(refuse(&request, &state, &PushRefusal::NonceTaken)),
                None => return Err(AppError::PushNotWritten),
            }
            tracing::info!("the platform verified the URL of the server push");
            state.metrics.record(None, PushOutcome::Verified);
            Ok(text(echo))
        }
        Err(refusal) => Err(refuse(&request, &state, &refusal)),
    }
}

type PushParameters = Result<Query<PushQuery>, actix_web::Error>;

/// `POST /wechat/push`.
async fn receive(
    request: HttpRequest,
    query: PushParameters,
    body: Payload,
    state: Data<PushState>,
) -> Result<HttpResponse, AppError> {
    // The time that the body takes counts as well.
    let (deadline, begun) = (Deadline::after(ANSWER_LIMIT), Stopwatch::start());
    let query = query.map_err(|_| AppError::BadRequest)?;
    // Its length and time are those of the route's policy, whose error goes before this one.
    let body = body.to_bytes().await.map_err(|_| AppError::BadRequest)?;
    let opened = state.receiver.open(&query, &body, state.clock.now());
    let push = opened.map_err(|refusal| refuse(&request, &state, &refusal))?;
    let (key, nonce) = (push.key.clone(), push.nonce.clone());
    let pushes = state.pushes.clone();
    // In a task of its own: what was begun is completed also if the platform hangs up.
    let work = async move { pushes.answer(push, deadline).await };
    let answer = actix_web::rt::spawn(tracing::Instrument::in_current_span(work)).await;
    state.metrics.took(begun.elapsed());
    match answer {
        Ok(PushAnswer::Success) => Ok(text(SUCCESS.to_owned())),
        Ok(PushAnswer::Reply(xml)) => Ok(HttpResponse::Ok()
            .content_type("text/xml; charset=utf-8")
            .body(state.replies.wrap(xml, key.as_ref(), &nonce))),
        Ok(PushAnswer::NonceTaken) => Err(refuse(&request, &state, &PushRefusal::NonceTaken)),
        Ok(PushAnswer::TryAgain) | Err(_) => Err(AppError::PushNotWritten),
    }
}

fn text(body: String) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(body)
}

fn refuse(request: &HttpRequest, state: &PushState, refusal: &PushRefusal) -> AppError {
    state.metrics.record(None, PushOutcome::Refused);
    let reason = match refusal {
        PushRefusal::Parameter(_) => return AppError::BadRequest,
        PushRefusal::Stale(_) => Refusal::PushStale,
        PushRefusal::NonceTaken => Refusal::PushReplayed,
        PushRefusal::Signature | PushRefusal::NotSealed | PushRefusal::Envelope(_) => Refusal::PushSignature,
    };
    tracing::debug!(push.reason = %refusal, "a push is refused");
    state.refusals.record(reason, None, client_ip(request));
    AppError::PushRefused
}
