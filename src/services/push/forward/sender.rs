use std::{cell::Cell, rc::Rc, sync::Arc, time::Duration};

use bytes::Bytes;
use tokio::sync::oneshot;
use url::Url;

use super::{
    ForwardTargets, KnownTarget,
    answer::{NoAnswer, read_json},
    envelope::{envelope_request, read_envelope},
    payload::{Fields, JsonBody, Payload},
    signature::signature_header,
};
use crate::{
    clients::apps::{AppCall, AppResponse, AppsClient},
    domain::{AppId, Clock, Deadline, ErrorChain, ForwardTarget, Job, JobId, Random, ReplyContent},
    resilience::ConcurrencyLimit,
    services::{
        jobs::{Finished, JobFailure, Jobs},
        sealing::Sealer,
    },
    settings::{ForwardSecret, ForwardSecrets},
    telemetry::{
        Stopwatch,
        forwards::{ForwardMetrics, ForwardOutcome},
    },
};

/// The longest call to a target.
const CALL_LIMIT: Duration = Duration::from_secs(10);
/// How long the rest of an answer is read that nobody waits for, so that the target does not see its connection break.
const REST_LIMIT: Duration = Duration::from_secs(1);

/// Sends what waits to the targets of one account, from one thread. Clones share it.
#[derive(Clone)]
pub struct ForwardSender {
    parts: Rc<ForwardSenderParts>,
}

/// What a [`ForwardSender`] is made of.
pub struct ForwardSenderParts {
    /// Calls the targets.
    pub client: AppsClient,
    /// The targets.
    pub targets: ForwardTargets,
    /// Their secrets.
    pub secrets: Arc<ForwardSecrets>,
    /// The account.
    pub app_id: AppId,
    /// Completes links in answers that begin with `/`.
    pub public_url: Url,
    /// Opens what waits.
    pub sealer: Sealer,
    /// The jobs.
    pub jobs: Jobs,
    /// How many may be asked at once in this process, while the platform waits. Beyond that the job is done later.
    pub asking: ConcurrencyLimit,
    /// Counts.
    pub metrics: ForwardMetrics,
    /// Dates signatures.
    pub clock: Clock,
    /// For nonces.
    pub random: Random,
}

/// A request to a target, ready to be sent.
struct Outgoing {
    url: Url,
    content_type: &'static str,
    headers: Vec<(&'static str, String)>,
    body: Bytes,
}

impl ForwardSender {
    /// Assembles the service.
    pub fn new(parts: ForwardSenderParts) -> Self {
        Self { parts: Rc::new(parts) }
    }

    /// Does a job: sends what it holds to its target.
    ///
    /// # Errors
    /// [`JobFailure`]: the target did not take it, and the job is tried again.
    pub async fn send(&self, job: &Job) -> Result<Finished, JobFailure> {
        let Some((known, payload)) = self.open(job) else {
            return Ok(Finished::Done);
        };
        let response = self.deliver(known, job, &payload).await?;
        // Whatever it says, nobody waits for it.
        drop(response.read(Deadline::after(REST_LIMIT)).await);
        Ok(Finished::Done)
    }

    /// Asks the target that may answer, while the platform waits. It is the first run of the job `id`, which goes on when the
    /// deadline has passed; what is answered then is logged and not sent. None: there is no answer, or not in time.
    pub async fn ask(&self, id: JobId, deadline: Deadline) -> Option<ReplyContent> {
        let permit = self.parts.asking.try_acquire()?;
        let (answering, answer) = oneshot::channel();
        let sender = self.clone();
        let work = async move {
            let job = match sender.parts.jobs.claim_one(id).await {
                Ok(Some(job)) => job,
                // A lane has it.
                Ok(None) => return,
                Err(error) => {
                    tracing::info!(job.id = %id, database.error = %ErrorChain(&error), "a forward is left to its queue");
                    return;
                }
            };
            let asking = sender.deliver_and_read(&job, Cell::new(Some(answering)));
            if let Err(error) = sender.parts.jobs.run(&job, asking).await {
                tracing::info!(job.id = %id, database.error = %ErrorChain(&error), "the end of a job was not recorded");
            }
            drop(permit);
        };
        tokio::task::spawn_local(tracing::Instrument::in_current_span(work));
        // An answer that does not come is a sender that was dropped.
        deadline.run(answer).await.ok()?.ok()
    }

    async fn deliver_and_read(
        &self,
        job: &Job,
        answering: Cell<Option<oneshot::Sender<ReplyContent>>>,
    ) -> Result<Finished, JobFailure> {
        let Some((known, payload)) = self.open(job) else {
            return Ok(Finished::Done);
        };
        let name = known.target.name.as_str();
        let response = self.deliver(known, job, &payload).await?;
        let answer = self.read_answer(&known.target, response).await;
        match (answer, answering.take()) {
            (Ok(reply), Some(answering)) => match answering.send(reply) {
                Ok(()) => self.parts.metrics.record(name, ForwardOutcome::Answered),
                Err(_) => {
                    self.parts.metrics.record(name, ForwardOutcome::AnsweredLate);
                    tracing::info!(forward.target = name, job.id = %job.id, "a target answered too late; its answer is not sent");
                }
            },
            (Err(NoAnswer::Nothing), _) | (Ok(_), None) => {}
            (Err(reason), _) => {
                self.parts.metrics.record(name, ForwardOutcome::NoAnswer);
                tracing::info!(forward.target = name, job.id = %job.id, forward.reason = %reason, "the answer of a target is not used");
            }
        }
        Ok(Finished::Done)
    }

    /// The target of a job and what it holds. None: it can never be sent, so the job ends.
    fn open(&self, job: &Job) -> Option<(&KnownTarget, Payload)> {
        let name = job.target.as_deref()?;
        let known = self.parts.targets.find(name)?;
        let payload = self.parts.sealer.open(&job.payload, name);
        if payload.is_none() {
            self.parts.metrics.record(name, ForwardOutcome::Unreadable);
            tracing::warn!(job.id = %job.id, forward.target = name, "what waited for a target cannot be opened, and is dropped");
        }
        Some((known, payload?))
    }

    /// Sends to a target. Any 2xx is taken.
    async fn deliver(&self, known: &KnownTarget, job: &Job, payload: &Payload) -> Result<AppResponse, JobFailure> {
        let target = &known.target;
        let name = target.name.as_str();
        let outgoing = self.outgoing(target, job.id, payload);
        let outgoing = outgoing.ok_or_else(|| JobFailure::new("it has no secret"))?;
        let call = AppCall {
            url: &outgoing.url,
            is_private: target.is_private,
            content_type: outgoing.content_type,
            headers: &outgoing.headers,
            body: outgoing.body,
        };
        let begun = Stopwatch::start();
        let sent = self.parts.client.post(&call, Deadline::after(CALL_LIMIT)).await;
        let failure = match sent {
            Ok(response) if (200..300).contains(&response.status()) => {
                self.parts.metrics.took(name, begun.elapsed());
                self.parts.metrics.record(name, ForwardOutcome::Taken);
                if let Some(failures) = known.outage.record_success() {
                    tracing::info!(forward.target = name, failures, "a target takes pushes again");
                }
                return Ok(response);
            }
            Ok(response) => {
                self.parts.metrics.record(name, ForwardOutcome::Refused);
                format!("it answered with the status {}", response.status())
            }
            Err(error) => {
                self.parts.metrics.record(name, ForwardOutcome::Unreachable);
                error.to_string()
            }
        };
        if known.outage.record_failure() {
            tracing::warn!(
                forward.target = name,
                forward.error = failure,
                "a target does not take pushes; they wait for it"
            );
        }
        Err(JobFailure::new(failure))
    }

    fn outgoing(&self, target: &ForwardTarget, id: JobId, payload: &Payload) -> Option<Outgoing> {
        let (app_id, now) = (&self.parts.app_id, self.parts.clock.now());
        match self.parts.secrets.get(&target.name)? {
            ForwardSecret::Json(secret) => {
                let id = id.to_string();
                let body = serde_json::to_vec(&JsonBody {
                    id: id.clone(),
                    app_id: app_id.as_str(),
                    received_at: &payload.received_at,
                    message: Fields(&payload.fields),
                });
                let body = body.ok()?;
                let signature = signature_header(secret, now, &body)?;
                Some(Outgoing {
                    url: target.url.clone(),
                    content_type: "application/json",
                    headers: vec![("fanpass-id", id), ("fanpass-signature", signature)],
                    body: body.into(),
                })
            }
            ForwardSecret::WeChat(keys) => {
                let request = envelope_request(&target.url, keys, app_id, &payload.fields, now, &self.parts.random)?;
                Some(Outgoing {
                    url: request.url,
                    content_type: "text/xml",
                    headers: Vec::new(),
                    body: request.body.into(),
                })
            }
        }
    }

    async fn read_answer(&self, target: &ForwardTarget, response: AppResponse) -> Result<ReplyContent, NoAnswer> {
        let status = response.status();
        let body = response.read(Deadline::after(CALL_LIMIT)).await;
        let body = body.map_err(|error| NoAnswer::Unread(error.to_string()))?;
        match self.parts.secrets.get(&target.name) {
            Some(ForwardSecret::WeChat(keys)) => read_envelope(&body, keys, &self.parts.app_id, &self.parts.public_url),
            _ => read_json(status, &body, &self.parts.public_url),
        }
    }
}
