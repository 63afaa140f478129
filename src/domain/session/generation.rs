use serde::{Deserialize, Serialize};

/// A number in the database that grows each time an operator ends sessions of this account. A session carries the
/// generation in which it began. So the order of sign-ins and sign-outs does not depend on the clocks of the replicas.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionGeneration(i64);

impl SessionGeneration {
    /// An account begins with generation 0.
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// As the database and the session store it.
    pub const fn number(self) -> i64 {
        self.0
    }
}
