//! HTTP clients: of the WeChat platform, with its endpoints, types and errors, and of our own public URL. Only this
//! room uses awc.

pub mod fetch;
mod json;
pub mod wechat;
