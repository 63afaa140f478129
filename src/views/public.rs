//! Pages of the public listener.

pub(super) mod login;
pub(super) mod me;
pub(super) mod pages;
pub(super) mod photos;
