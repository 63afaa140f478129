use std::{
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{
    Refusal, refusal,
    refusal_counts::{Bucket, RefusalCounts, Repeats},
    repeated_refusals,
};
use crate::{
    domain::{AppId, Clock, FanId, client_network},
    telemetry::events::{AccountEvents, Event},
};

/// The most buckets of each reason that are counted separately within a minute: a megabyte in all. Further refusals are
/// counted by reason only, so neither memory nor the log grows with the number of visitors. Each reason has its own
/// room: a flood of one does not hide another.
const MAX_BUCKETS: usize = 1024;

/// How often repeats are logged that are due.
const PERIOD: Duration = Duration::from_secs(10);

/// Writes the refusals of one account to the trail. Visitors decide how many there are, so not each has a line: the first of an IP
/// address, a reason and a fan (if one is signed in) has one, and the number of further ones within the minute has
/// another. Clones share the counts.
#[derive(Clone)]
pub struct RefusalTrail {
    account: AppId,
    events: AccountEvents,
    clock: Clock,
    counts: Arc<Mutex<RefusalCounts>>,
}

impl RefusalTrail {
    /// A trail without refusals yet. All of them are counted in `events`.
    pub fn new(account: AppId, events: AccountEvents, clock: Clock) -> Self {
        Self {
            account,
            events,
            clock,
            counts: Arc::new(Mutex::new(RefusalCounts::with_room_for(MAX_BUCKETS))),
        }
    }

    /// Records a refusal. `fan` is the fan who is signed in, if any.
    pub fn record(&self, why: Refusal, fan: Option<FanId>, from: Option<IpAddr>) {
        self.events.record(Event::Refusal(why));
        let bucket = Bucket {
            from: from.map(client_network),
            fan,
        };
        let Some((bucket, repeats)) = self.lock().admit(why, bucket, self.clock.now()) else {
            return;
        };
        repeated_refusals(&self.account, why, bucket, repeats);
        refusal(&self.account, why, fan, from);
    }

    /// Logs, while this is polled, how many refusals followed the first of a minute.
    pub async fn log_repeats(self) {
        loop {
            tokio::time::sleep(PERIOD).await;
            let now = self.clock.now();
            self.log(|repeats| repeats.is_over(now));
        }
    }

    /// Logs everything that was counted and not logged yet. Call it when the process ends.
    pub fn flush(&self) {
        self.log(|_| true);
    }

    fn log(&self, is_due: impl Fn(&Repeats) -> bool) {
        let due = self.lock().take(is_due);
        for (why, bucket, count) in due {
            repeated_refusals(&self.account, why, bucket, count);
        }
    }

    fn lock(&self) -> MutexGuard<'_, RefusalCounts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
