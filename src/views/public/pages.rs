//! Pages of a signed-in fan.

mod index;
mod no_login;

pub(super) use index::visible_nickname;
pub use index::{AppLink, IndexPage};
pub use no_login::NoLoginPage;
