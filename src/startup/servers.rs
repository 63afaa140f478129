//! The servers of the listeners: the public one for fans, the internal one for the operator's own systems, and the ops
//! listener for monitoring.

pub(super) mod accounts;
mod internal;
pub(super) mod ops;
mod public;
#[cfg(test)]
mod tests;
