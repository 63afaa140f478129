//! What we call over HTTP: the WeChat platform, with its endpoints, types and errors, and our own public address. The only
//! place that speaks awc.

pub mod fetch;
pub mod wechat;
