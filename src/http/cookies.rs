//! The cookies of this site: one for the session, and those of logins.

pub mod login;
pub mod own;
pub mod raw;
pub mod session;
