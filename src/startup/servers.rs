//! The servers of the two listeners: the public one for fans, and the ops listener for the operator.

pub(super) mod ops;
pub(super) mod public;
#[cfg(test)]
mod tests;
