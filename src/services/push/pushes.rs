//! Answers genuine pushes: what they cause is written down in one transaction, before they are answered.

use std::{rc::Rc, time::Duration};

use super::{
    effect::{Effect, NoEffect, revoked},
    forward::{ForwardQueue, ForwardSender},
    receive::{PushStamp, ReceivedPush},
    record::{Planned, PushRecords, Recorded},
    replies::{ReplyRulesInForce, ReplyTemplate},
    understood::Understood,
};
use crate::{
    clients::wechat::push::write_reply,
    domain::{AppId, Clock, Deadline, ErrorChain, JobId, OpenId, PushHash, PushKind, PushMessage, ReplyContent},
    repositories::FansRepository,
    telemetry::pushes::{PushMetrics, PushOutcome},
};

/// How often a repeated push looks for the answer to the first one.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// How long a reply waits for the fan's nickname.
const NICKNAME_LIMIT: Duration = Duration::from_millis(500);
/// How long the target that may answer is waited for.
const ASK_LIMIT: Duration = Duration::from_millis(3500);

/// What the platform's server is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PushAnswer {
    /// `success`: taken, and nothing to reply.
    Success,
    /// A passive reply, as XML.
    Reply(String),
    /// What had to be written down was not: the platform is to try again.
    TryAgain,
    /// Another message had the same timestamp and nonce.
    NonceTaken,
}

/// Answers the pushes of one account on one thread. Clones share the parts.
#[derive(Clone)]
pub struct Pushes(Rc<PushesParts>);

/// What [`Pushes`] are made of.
pub struct PushesParts {
    /// The account.
    pub app_id: AppId,
    /// Writes pushes down.
    pub records: PushRecords,
    /// Knows the nicknames.
    pub fans: FansRepository,
    /// The operator's rules.
    pub rules: ReplyRulesInForce,
    /// Passes pushes on.
    pub forwards: ForwardQueue,
    /// Asks the target that may answer.
    pub sender: ForwardSender,
    /// Counts pushes.
    pub metrics: PushMetrics,
    /// Dates replies.
    pub clock: Clock,
}

impl Pushes {
    /// Assembles the service.
    pub fn new(parts: PushesParts) -> Self {
        Self(Rc::new(parts))
    }

    /// Deals with a genuine push, within `deadline`.
    pub async fn answer(&self, push: ReceivedPush, deadline: Deadline) -> PushAnswer {
        let Some(understood) = self.understand(&push) else {
            if self.take_stamp(push.stamp(), deadline).await == Some(false) {
                return PushAnswer::NonceTaken;
            }
            self.0.metrics.record(None, PushOutcome::NotUnderstood);
            return PushAnswer::Success;
        };
        let answer = self.deal_with(&push, &understood, deadline).await;
        let outcome = match &answer {
            PushAnswer::Success => PushOutcome::Success,
            PushAnswer::Reply(_) => PushOutcome::Replied,
            PushAnswer::TryAgain => PushOutcome::TryAgain,
            // Counted with the others that are refused.
            PushAnswer::NonceTaken => return answer,
        };
        self.0.metrics.record(Some(&understood.kind), outcome);
        answer
    }

    /// Uses up a timestamp and nonce. False: another message had them. None: the database does not say.
    pub async fn take_stamp(&self, stamp: PushStamp, deadline: Deadline) -> Option<bool> {
        deadline.run(self.0.records.take_stamp(stamp)).await.ok()?.ok()
    }

    async fn deal_with(&self, push: &ReceivedPush, understood: &Understood, deadline: Deadline) -> PushAnswer {
        let planned = self.plan(understood, deadline).await;
        let record = self.0.records.record(push, understood, planned.clone());
        let recorded = match deadline.run(record).await {
            Ok(Ok(recorded)) => recorded,
            Ok(Err(error)) => {
                tracing::info!(push.kind = understood.kind.name(), database.error = %ErrorChain(&error), "a push could not be written down");
                return self.without_record(understood, planned);
            }
            Err(_) => {
                tracing::info!(
                    push.kind = understood.kind.name(),
                    "a push was not written down in time"
                );
                return self.without_record(understood, planned);
            }
        };
        let reply = match (recorded, planned) {
            (Recorded::New { hash, asked: Some(job) }, _) => self.ask(understood, &hash, job, deadline).await,
            (Recorded::New { .. }, Planned::Known(reply)) => reply,
            (Recorded::New { .. }, Planned::AskTarget) => self.default_reply(understood, deadline).await,
            (Recorded::Repeated(hash), _) => {
                self.0.metrics.repeated();
                self.first_answer(&hash, deadline).await
            }
            (Recorded::NonceTaken, _) => return PushAnswer::NonceTaken,
        };
        self.render(understood, reply)
    }

    /// None: it is logged, and nothing follows from it.
    fn understand(&self, push: &ReceivedPush) -> Option<Understood> {
        let message = push.message.clone();
        let understood = message.and_then(|message| {
            let kind = message.kind()?;
            let effect = self.effect(&message, &kind);
            let (sender, to) = (message.sender(), message.to().map(str::to_owned));
            // An erasure names the fan in a field of its own, and gets no reply.
            (effect.is_some() || (sender.is_some() && to.is_some())).then_some(Understood {
                message,
                kind,
                sender,
                to,
                effect,
            })
        });
        if understood.is_none() {
            tracing::info!(
                push.bytes = push.body.len(),
                "a genuine push is not understood, and is answered with success"
            );
        }
        understood
    }

    fn effect(&self, message: &PushMessage, kind: &PushKind) -> Option<Effect> {
        match Effect::of(message, kind, &self.0.app_id) {
            Ok(effect) => Some(effect),
            Err(NoEffect::Nothing) => None,
            Err(reason) => {
                // Those of other products are one to three digits, too.
                let codes: Vec<&str> = revoked(message).filter(|code| code.len() <= 8).take(8).collect();
                tracing::info!(push.kind = kind.name(), push.codes = ?codes, push.reason = %reason, "an event changes nothing here");
                None
            }
        }
    }

    /// A rule's reply precedes an answering target's, and the default rule's comes after it.
    async fn plan(&self, understood: &Understood, deadline: Deadline) -> Planned {
        let rules = self.0.rules.rules();
        let rule = understood.act().and_then(|act| rules.find(&act));
        if let Some(rule) = rule {
            return Planned::Known(Some(self.fill(&rule.reply, understood.sender.as_ref(), deadline).await));
        }
        match self.0.forwards.may_answer(&understood.kind) {
            true => Planned::AskTarget,
            false => Planned::Known(self.default_reply(understood, deadline).await),
        }
    }

    async fn default_reply(&self, understood: &Understood, deadline: Deadline) -> Option<ReplyContent> {
        let (rules, act) = (self.0.rules.rules(), understood.act()?);
        let rule = rules.default_rule(&act)?;
        Some(self.fill(&rule.reply, understood.sender.as_ref(), deadline).await)
    }

    async fn fill(&self, reply: &ReplyTemplate, fan: Option<&OpenId>, deadline: Deadline) -> ReplyContent {
        let Some(fan) = fan.filter(|_| reply.has_nickname()) else {
            return reply.reply(None);
        };
        // Rather a reply without the name than none.
        let limit = Deadline::after(NICKNAME_LIMIT.min(deadline.remaining()));
        let found = limit.run(self.0.fans.find_by_openid(fan)).await;
        let fan = found.ok().and_then(Result::ok).flatten();
        reply.reply(fan.as_ref().map(|fan| fan.profile.nickname.as_str()))
    }

    async fn ask(
        &self,
        understood: &Understood,
        hash: &PushHash,
        job: JobId,
        deadline: Deadline,
    ) -> Option<ReplyContent> {
        let limit = Deadline::after(ASK_LIMIT.min(deadline.remaining()));
        let reply = match self.0.sender.ask(job, limit).await {
            Some(reply) => Some(reply),
            None => self.default_reply(understood, deadline).await,
        };
        // The platform does not wait for that.
        let _in_time = deadline.run(self.0.records.store_answer(hash, reply.as_ref())).await;
        reply
    }

    /// Waits for the answer to the same push, which somebody is dealing with or has dealt with.
    async fn first_answer(&self, hash: &PushHash, deadline: Deadline) -> Option<ReplyContent> {
        let look = async {
            loop {
                if let Ok(Some(reply)) = self.0.records.answer(hash).await {
                    return reply;
                }
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        // Whoever dealt with it may have died. What it caused is written down.
        deadline.run(look).await.ok().flatten()
    }

    /// What is answered to a push that may not be in the database.
    fn without_record(&self, understood: &Understood, planned: Planned) -> PushAnswer {
        if understood.effect.is_some() || self.0.forwards.wants(&understood.kind) {
            return PushAnswer::TryAgain;
        }
        match planned {
            Planned::Known(reply) => self.render(understood, reply),
            Planned::AskTarget => PushAnswer::TryAgain,
        }
    }

    fn render(&self, understood: &Understood, reply: Option<ReplyContent>) -> PushAnswer {
        match (reply, &understood.sender, &understood.to) {
            (Some(reply), Some(sender), Some(to)) => {
                PushAnswer::Reply(write_reply(&reply, sender, to, self.0.clock.now()))
            }
            _ => PushAnswer::Success,
        }
    }
}
