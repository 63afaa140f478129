//! Pages of a signed-in fan.

mod index;
mod no_login;

pub use index::IndexPage;
pub use no_login::NoLoginPage;
