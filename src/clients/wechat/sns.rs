//! The endpoints `sns`: the web authorization (网页授权) of one fan.

mod authorize_url;
mod check;
mod exchange;
mod refresh;
mod userinfo;

pub use authorize_url::AuthorizeUrl;
pub use exchange::Grant;
