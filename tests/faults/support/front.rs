use std::sync::Arc;

use super::{
    below,
    http::{Broken, Response},
    replica::Replica,
};

/// What a balancer in front does: each request goes to any replica. It goes elsewhere when a replica does not
/// take a connection, or closes one without having read the request. It never repeats a request that a replica has read.
pub struct Front {
    replicas: Vec<Arc<Replica>>,
}

impl Front {
    pub fn new(replicas: Vec<Arc<Replica>>) -> Self {
        Self { replicas }
    }

    /// Always the same replica.
    pub fn to(replica: &Arc<Replica>) -> Self {
        Self::new(vec![Arc::clone(replica)])
    }

    pub async fn send(&self, method: &str, path: &str, headers: &str) -> Result<Response, Broken> {
        let first = below(self.replicas.len());
        let mut outcome = Err(Broken::Refused);
        for step in 0..self.replicas.len() {
            let upstream = &self.replicas[(first + step) % self.replicas.len()].upstream;
            outcome = upstream.send(method, path, headers, "").await;
            if !matches!(outcome, Err(Broken::Refused | Broken::Unread)) {
                break;
            }
        }
        outcome
    }
}
