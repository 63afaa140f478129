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
    domain::{Clock, FanId, client_network},
    telemetry,
};

/// Buckets of each reason that are told apart within a minute: a megabyte in all. What comes on top is counted by its
/// reason alone, so that neither memory nor the log grow with the number of visitors. A reason that anybody can cause
/// takes no room of another.
const MOST_OF_REASON: usize = 1024;

/// How often repeats that are due are looked for.
const PERIOD: Duration = Duration::from_secs(10);

/// Writes refusals to the trail. They come at the visitor's rate: the first of an IP address, a reason and a fan, where one
/// is signed in, is one line, and how many more came within the minute is another. Clones share what they count.
#[derive(Clone)]
pub struct RefusalTrail {
    clock: Clock,
    counts: Arc<Mutex<RefusalCounts>>,
}

impl RefusalTrail {
    /// A trail without refusals.
    pub fn new(clock: Clock) -> Self {
        telemetry::metrics().refusals.announce(Refusal::RateLimit.as_str());
        Self {
            clock,
            counts: Arc::new(Mutex::new(RefusalCounts::with_room_for(MOST_OF_REASON))),
        }
    }

    /// Somebody was refused. `fan` is who is signed in, where anybody is.
    pub fn note(&self, why: Refusal, fan: Option<FanId>, from: Option<IpAddr>) {
        telemetry::metrics().refusals.record(why.as_str());
        let bucket = Bucket {
            from: from.map(client_network),
            fan,
        };
        let Some((bucket, repeats)) = self.lock().admit(why, bucket, self.clock.now()) else {
            return;
        };
        repeated_refusals(why, bucket, repeats);
        refusal(why, fan, from);
    }

    /// Logs, as long as this is polled, how many followed the first of a minute.
    pub async fn log_repeats(self) {
        loop {
            tokio::time::sleep(PERIOD).await;
            let now = self.clock.now();
            self.log(|repeats| repeats.is_over(now));
        }
    }

    /// Logs all that was counted and not logged yet. To be called when the process ends.
    pub fn flush(&self) {
        self.log(|_| true);
    }

    fn log(&self, is_due: impl Fn(&Repeats) -> bool) {
        let due = self.lock().take(is_due);
        for (why, bucket, count) in due {
            repeated_refusals(why, bucket, count);
        }
    }

    fn lock(&self) -> MutexGuard<'_, RefusalCounts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
