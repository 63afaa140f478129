//! The WeChat platform over HTTP: endpoints, types, errors. The only place that speaks awc.

pub mod wechat;
