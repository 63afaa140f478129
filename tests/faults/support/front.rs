use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use super::{
    http::{Answer, Broken},
    replica::Replica,
};

/// What a balancer in front does: the replicas take turns, request by request. It goes elsewhere when a replica does not
/// take a connection, or closes one without having read the request; what a replica has begun it does not repeat.
pub struct Front {
    replicas: Vec<Arc<Replica>>,
    turn: AtomicUsize,
}

impl Front {
    pub fn new(replicas: Vec<Arc<Replica>>) -> Self {
        Self {
            replicas,
            turn: AtomicUsize::new(0),
        }
    }

    /// Always the same replica.
    pub fn to(replica: &Arc<Replica>) -> Self {
        Self::new(vec![Arc::clone(replica)])
    }

    pub async fn get(&self, path: &str, headers: &str) -> Result<Answer, Broken> {
        let first = self.turn.fetch_add(1, Ordering::Relaxed);
        let mut outcome = Err(Broken::Refused);
        for step in 0..self.replicas.len() {
            let upstream = &self.replicas[(first + step) % self.replicas.len()].upstream;
            outcome = upstream.send("GET", path, headers, "").await;
            if !matches!(outcome, Err(Broken::Refused | Broken::Unread)) {
                break;
            }
        }
        outcome
    }
}
