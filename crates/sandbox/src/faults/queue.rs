use std::{
    collections::{BTreeMap, VecDeque},
    sync::Mutex,
};

use super::Fault;
use crate::{endpoint::Endpoint, lock::lock};

/// The faults in force, in the order in which an endpoint's requests get them.
#[derive(Default)]
pub struct FaultQueue(Mutex<BTreeMap<Endpoint, VecDeque<Fault>>>);

impl FaultQueue {
    /// Replaces the faults of an endpoint.
    pub fn set(&self, endpoint: Endpoint, faults: Vec<Fault>) {
        lock(&self.0).insert(endpoint, faults.into());
    }

    /// Removes the faults of one endpoint.
    pub fn clear(&self, endpoint: Endpoint) {
        lock(&self.0).remove(&endpoint);
    }

    pub fn clear_all(&self) {
        lock(&self.0).clear();
    }

    pub fn list(&self) -> BTreeMap<Endpoint, Vec<Fault>> {
        lock(&self.0)
            .iter()
            .map(|(endpoint, faults)| (*endpoint, faults.iter().cloned().collect()))
            .collect()
    }

    /// Takes the fault of the next request.
    pub fn next(&self, endpoint: Endpoint) -> Option<Fault> {
        let mut queues = lock(&self.0);
        let faults = queues.get_mut(&endpoint)?;
        let fault = faults.front_mut()?;
        let next = fault.clone();
        match &mut fault.times {
            Some(1) => drop(faults.pop_front()),
            Some(times) => *times -= 1,
            None => {}
        }
        if faults.is_empty() {
            queues.remove(&endpoint);
        }
        Some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::OneOrMore;

    #[test]
    fn a_fault_is_injected_as_often_as_requested_and_then_the_next_one() {
        let queue = FaultQueue::default();
        let faults = r#"[{"kind":"errcode","errcode":-1,"times":2},{"kind":"down","times":1}]"#;
        let faults: OneOrMore = serde_json::from_str(faults).unwrap();
        queue.set(Endpoint::Auth, faults.into());
        let met: Vec<_> = std::iter::from_fn(|| queue.next(Endpoint::Auth))
            .map(|fault| fault.kind.name())
            .collect();
        assert_eq!(met, ["errcode", "errcode", "down"]);
        assert!(queue.list().is_empty());
    }
}
