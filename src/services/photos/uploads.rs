use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use crate::domain::FanId;

/// Which fans are uploading in this process: each one thing at a time, so that nobody takes all the memory. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct UploadsUnderWay(Arc<Mutex<HashSet<FanId>>>);

/// The right of a fan to upload, until it is dropped.
#[derive(Debug)]
#[must_use = "the fan may upload again when this is dropped"]
pub struct UploadTurn {
    fan: FanId,
    under_way: UploadsUnderWay,
}

impl UploadsUnderWay {
    /// None: the fan is uploading already.
    pub fn begin(&self, fan: FanId) -> Option<UploadTurn> {
        let is_first = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(fan);
        is_first.then(|| UploadTurn {
            fan,
            under_way: self.clone(),
        })
    }
}

impl Drop for UploadTurn {
    fn drop(&mut self) {
        let mut fans = self.under_way.0.lock().unwrap_or_else(PoisonError::into_inner);
        fans.remove(&self.fan);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Clock, Random};

    #[test]
    fn a_fan_uploads_one_thing_at_a_time_and_fans_do_not_wait_for_each_other() {
        let (uploads, clock, random) = (UploadsUnderWay::default(), Clock::system(), Random::system());
        let (one, other) = (FanId::generate(&clock, &random), FanId::generate(&clock, &random));
        let first = uploads.begin(one).unwrap();
        assert!(uploads.begin(one).is_none());
        let _other = uploads.clone().begin(other).unwrap();
        drop(first);
        assert!(uploads.begin(one).is_some());
    }
}
