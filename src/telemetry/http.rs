//! What is counted of the requests of the public listener.

use std::{
    sync::{
        LazyLock, PoisonError, RwLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use metrics::{Counter, Gauge, Histogram};

use super::{Stopwatch, catalogue, family::Family};

/// Patterns and statuses that become labels. They are few; this holds even if somebody makes routes out of data.
const WORDS: usize = 256;

/// The label of what comes after [`WORDS`].
const OTHER: &str = "other";

static IN_FLIGHT: AtomicU32 = AtomicU32::new(0);
static GAUGE: LazyLock<Family<Gauge, 0>> = LazyLock::new(|| Family::new(catalogue::HTTP_IN_FLIGHT, &[[]]));
static REQUESTS: LazyLock<Family<Counter, 2>> =
    LazyLock::new(|| Family::new(catalogue::HTTP_REQUESTS, &[["/", "200"]]));
static DURATION: LazyLock<Family<Histogram, 1>> = LazyLock::new(|| Family::new(catalogue::HTTP_DURATION, &[["/"]]));

/// Patterns come from a router of each worker; as labels they are kept once, for the life of the process.
static KEPT: RwLock<Vec<&'static str>> = RwLock::new(Vec::new());

/// The status of what was not answered, as it is usual since nginx.
pub const GIVEN_UP: u16 = 499;

/// A request that is not answered yet.
#[derive(Debug)]
pub struct Request {
    begun: Stopwatch,
}

impl Request {
    /// A request has come in.
    #[must_use]
    pub fn begin() -> Self {
        IN_FLIGHT.fetch_add(1, Ordering::Relaxed);
        Self {
            begun: Stopwatch::start(),
        }
    }

    /// Counts that there will be no answer, and says after how long. `pattern` is that of the route, not the path.
    pub fn given_up(self, pattern: &str) -> Duration {
        REQUESTS.with([kept(pattern), kept(&GIVEN_UP.to_string())], |counter| {
            counter.increment(1)
        });
        self.begun.elapsed()
    }

    /// Counts the answer and says how long it took. `pattern` is that of the route, not the path.
    pub fn answered(self, pattern: &str, status: &str) -> Duration {
        let took = self.begun.elapsed();
        let route = kept(pattern);
        REQUESTS.with([route, kept(status)], |counter| counter.increment(1));
        DURATION.with([route], |histogram| histogram.record(took));
        took
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        IN_FLIGHT.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Requests that are not answered yet.
pub fn in_flight() -> u32 {
    IN_FLIGHT.load(Ordering::Relaxed)
}

fn kept(word: &str) -> &'static str {
    let find = |words: &[&'static str]| words.iter().copied().find(|known| *known == word);
    if let Some(known) = find(&KEPT.read().unwrap_or_else(PoisonError::into_inner)) {
        return known;
    }
    let mut words = KEPT.write().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = find(&words) {
        return known;
    }
    if words.len() >= WORDS {
        return OTHER;
    }
    let word: &'static str = Box::leak(word.into());
    words.push(word);
    word
}

pub(super) fn prepare() {
    LazyLock::force(&REQUESTS);
    LazyLock::force(&DURATION);
    GAUGE.with([], |gauge| gauge.set(in_flight()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_bounded_whatever_comes() {
        for number in 0..2 * WORDS {
            kept(&format!("/made-up/{number}"));
        }
        assert_eq!(kept("/made-up/0"), "/made-up/0");
        assert_eq!(kept(&format!("/made-up/{}", 2 * WORDS)), OTHER);
        assert_eq!(KEPT.read().unwrap().len(), WORDS);
    }

    #[test]
    fn a_request_is_in_flight_until_it_is_answered_or_given_up() {
        let before = in_flight();
        let (answered, given_up) = (Request::begin(), Request::begin());
        assert_eq!(in_flight(), before + 2);
        answered.answered("/", "200");
        drop(given_up);
        assert_eq!(in_flight(), before);
    }
}
