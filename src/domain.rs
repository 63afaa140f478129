//! Types that every layer may use. They depend on nothing else of fanpass.

mod app_id;
mod authorization_code;
mod blanks;
mod clock;
mod clock_offset;
mod consent;
mod deadline;
mod entropy;
mod error_chain;
mod fan;
mod fan_key;
mod login_state;
mod next_path;
mod openid;
mod outage;
mod scope;
mod session_ending;
mod session_id;
mod subscriber;
mod timestamp;
mod web_token;

pub use app_id::AppId;
pub use authorization_code::AuthorizationCode;
pub use blanks::{shows_nothing, trim_blanks};
pub use clock::Clock;
pub use clock_offset::ClockOffset;
pub use consent::Notice;
pub use deadline::{Deadline, Elapsed};
pub use entropy::{Entropy, EntropyError};
pub use error_chain::ErrorChain;
pub use fan::{FanId, FansProfile, Profile};
pub use fan_key::FanKey;
pub use login_state::LoginState;
pub use next_path::NextPath;
pub use openid::OpenId;
pub use outage::Outage;
pub use scope::Scope;
pub use session_ending::{Ended, SessionEnding, SignOutEpoch};
pub use session_id::SessionId;
pub use subscriber::subscriber;
pub use timestamp::Timestamp;
pub use web_token::WebToken;

/// A value that does not have the form its type promises. The text says what is expected and never repeats the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} must be {expected}")]
pub struct Malformed {
    /// The name of the value.
    pub what: &'static str,
    /// The form that it should have.
    pub expected: &'static str,
}
