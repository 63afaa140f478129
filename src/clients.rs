//! HTTP clients: of the WeChat platform, with its endpoints, types and errors, of the operator's own systems, and of our own
//! public URL. Only this room uses awc.

pub mod apps;
pub mod fetch;
mod json;
pub mod wechat;
