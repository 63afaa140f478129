use serde::{Deserialize, Serialize};

/// Grows each time that an operator ends sessions of this account, in the database, and so puts sign-ins and sign-outs in
/// order whatever the clocks of the replicas say: a session carries the generation in which it began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionGeneration(i64);

impl SessionGeneration {
    /// The generation of this number; an account begins with 0.
    pub const fn new(number: i64) -> Self {
        Self(number)
    }

    /// As the database and the session hold it.
    pub const fn number(self) -> i64 {
        self.0
    }
}
