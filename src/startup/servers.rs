//! The two listeners: one for fans, one for the operator.

pub(super) mod ops;
pub(super) mod public;
#[cfg(test)]
mod tests;
