//! `fanpass fans …`, the real binary, beside the running application.

mod audit_log;
mod bulk;
mod export;
mod forget;
mod look_up;
