//! HTTP clients: of the WeChat platform, with its endpoints, types and errors, of its pictures, of the operator's own systems,
//! and of our own public URL. Only this room uses awc.

pub mod apps;
pub mod avatars;
pub mod fetch;
mod json;
pub mod wechat;
