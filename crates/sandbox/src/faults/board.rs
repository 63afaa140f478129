//! Which fault the next request meets.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;

use super::{Endpoint, Fault};
use crate::locked;

/// The faults in force.
#[derive(Default)]
pub(crate) struct FaultBoard(Mutex<BTreeMap<Endpoint, VecDeque<Fault>>>);

impl FaultBoard {
    /// Replaces the faults of an endpoint.
    pub(crate) fn set(&self, endpoint: Endpoint, faults: Vec<Fault>) {
        locked(&self.0).insert(endpoint, faults.into());
    }

    /// Ends the faults of one endpoint, or all.
    pub(crate) fn clear(&self, endpoint: Option<Endpoint>) {
        let mut board = locked(&self.0);
        match endpoint {
            Some(endpoint) => drop(board.remove(&endpoint)),
            None => board.clear(),
        }
    }

    pub(crate) fn list(&self) -> BTreeMap<Endpoint, Vec<Fault>> {
        let board = locked(&self.0);
        board
            .iter()
            .map(|(endpoint, faults)| (*endpoint, faults.iter().cloned().collect()))
            .collect()
    }

    /// The fault that the next request meets.
    pub(super) fn next(&self, endpoint: Endpoint) -> Option<Fault> {
        let mut board = locked(&self.0);
        let faults = board.get_mut(&endpoint)?;
        let fault = faults.front_mut()?;
        let met = fault.clone();
        match &mut fault.times {
            Some(1) => drop(faults.pop_front()),
            Some(times) => *times -= 1,
            None => {}
        }
        if faults.is_empty() {
            board.remove(&endpoint);
        }
        Some(met)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Faults;
    use super::*;

    #[test]
    fn a_fault_is_met_as_often_as_was_asked_and_then_the_next_one() {
        let board = FaultBoard::default();
        let faults = r#"[{"kind":"errcode","errcode":-1,"times":2},{"kind":"down","times":1}]"#;
        board.set(Endpoint::Auth, serde_json::from_str::<Faults>(faults).unwrap().into());
        let met: Vec<_> = std::iter::from_fn(|| board.next(Endpoint::Auth))
            .map(|fault| fault.trouble.name())
            .collect();
        assert_eq!(met, ["errcode", "errcode", "down"]);
        assert!(board.list().is_empty());
    }
}
