//! The cookies of this site: the session's cookie, those of logins, and the choice of a language.

pub mod language;
pub mod login;
pub mod own;
pub mod raw;
pub mod session;
