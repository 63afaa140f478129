//! Turns of fans: whatever takes much, each fan does one at a time.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use crate::domain::FanId;

/// Which fans do something costly in this process: each one thing at a time, so that nobody takes all there is. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct FanTurns(Arc<Mutex<HashSet<FanId>>>);

/// The turn of a fan, until it is dropped.
#[derive(Debug)]
#[must_use = "the fan has another turn when this is dropped"]
pub struct FanTurn {
    fan: FanId,
    turns: FanTurns,
}

impl FanTurns {
    /// None: the fan has one already.
    pub fn begin(&self, fan: FanId) -> Option<FanTurn> {
        let is_first = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(fan);
        is_first.then(|| FanTurn {
            fan,
            turns: self.clone(),
        })
    }
}

impl Drop for FanTurn {
    fn drop(&mut self) {
        let mut fans = self.turns.0.lock().unwrap_or_else(PoisonError::into_inner);
        fans.remove(&self.fan);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Clock, Random};

    #[test]
    fn a_fan_has_one_turn_at_a_time_and_fans_do_not_wait_for_each_other() {
        let (turns, clock, random) = (FanTurns::default(), Clock::system(), Random::system());
        let (one, other) = (FanId::generate(&clock, &random), FanId::generate(&clock, &random));
        let first = turns.begin(one).unwrap();
        assert!(turns.begin(one).is_none());
        let _other = turns.clone().begin(other).unwrap();
        drop(first);
        assert!(turns.begin(one).is_some());
    }
}
