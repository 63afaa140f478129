//! The two listeners: one for fans, one for the operator.

pub(super) mod internal;
pub(super) mod public;
#[cfg(all(test, feature = "sqlite"))]
mod tests;
