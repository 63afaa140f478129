//! The cookies of this site: the session's cookie and those of logins.

pub mod login;
pub mod own;
pub mod raw;
pub mod session;
