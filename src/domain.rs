//! Types that every layer may use. They depend on nothing else of fanpass.

mod account;
mod address_reach;
mod application;
mod audit;
mod avatar;
mod avatar_copy;
mod client_network;
mod colour;
mod count_name;
mod erasure;
mod error_chain;
mod fan;
mod forward;
mod job;
mod language;
mod link;
mod login;
mod menu;
mod object_key;
mod photo;
mod push;
mod qr_scene;
mod random;
mod reply;
pub mod routes;
mod session;
mod text;
mod time;
mod token;

pub use account::{AppId, OfficialAccount};
pub use address_reach::AddressReach;
pub use application::{
    ApiKeyDigest, ApiRight, AppHost, Application, ApplicationId, OPS, PlatformPath, PlatformPathError, RelayPath,
};
pub use audit::{
    AuditAct, AuditActor, AuditDetail, AuditDetails, AuditEntry, AuditPlace, AuditRecord, ChainFault, ChainHash,
    ChainPoint, ChainWalk, OperatorName, StoredAudit,
};
pub use avatar::AvatarId;
pub use avatar_copy::Avatar;
pub use client_network::client_network;
pub use colour::{Colour, READABLE_CONTRAST};
pub use count_name::CountName;
pub use erasure::{
    Erased, ErasedSince, ErasureReason, ErasureStep, Exported, KEEPS, Keeps, OpenIdHash, Place, ProfileErasure,
    ReceiptId, erasure_steps,
};
pub use error_chain::ErrorChain;
pub use fan::{ConsentVersion, FanId, FanKey, FansProfile, FollowEvent, FollowState, OpenId, Profile, ProfileState};
pub use forward::{FAN_ERASED, ForwardFilter, ForwardFormat, ForwardName, ForwardTarget};
pub use job::{Job, JobId, JobKind, JobLane, NewJob};
pub use language::Language;
pub use link::full_link;
pub use login::{AuthorizationCode, LoginState, NextPath, Scope};
pub use menu::{Menu, MenuAction, MenuButton};
pub use object_key::ObjectKey;
pub use photo::{Photo, PhotoId, PhotoSize};
pub use push::{EncodingAesKey, PushHash, PushKeys, PushKind, PushMessage, PushToken, PushValue};
pub use qr_scene::{QrLifetime, QrScene};
pub use random::Random;
pub use reply::{MAX_REPLY_TEXT, ReplyContent, is_unprintable};
pub use session::{Revocation, RevocationScope, SessionGeneration, SessionId, SignIn};
pub use text::{is_invisible, trim_blanks};
pub use time::{Clock, ClockOffset, Day, Deadline, Elapsed, TimeZone, Timestamp};
pub use token::{IssuedToken, WebToken};

/// A value that does not have the form of its type. The text says what is expected and never repeats the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} must be {expected}")]
pub struct Malformed {
    /// The name of the value, as in `the AppID`.
    pub what: &'static str,
    /// The form that it should have, as in `a UUID`.
    pub expected: &'static str,
}
