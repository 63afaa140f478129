//! What the platform's server posts to us (消息推送), and what it is answered.

pub mod forward;
pub mod replies;
