/// Defines the names and their texts, once.
macro_rules! count_names {
    ($($variant:ident = $text:literal: $purpose:literal),+ $(,)?) => {
        /// What is counted for each day of an account. The texts stand in the database: a name that was given never means
        /// something else later, and a reader passes over those of a newer version.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum CountName {
            $(#[doc = $purpose] $variant,)+
        }

        impl CountName {
            /// Every name.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in the database.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }
    };
}

count_names! {
    SilentLoginBegun = "login_begun.silent": "A browser was sent to the authorize page for a silent login.",
    RegistrationBegun = "login_begun.registration": "A browser was sent to the authorize page for a registration.",
    SilentSignIn = "sign_in.silent": "A session began with a silent login.",
    RegistrationSignIn = "sign_in.registration": "A session began with a registration.",
    NewFan = "registration.new": "A fan registered for the first time.",
    KnownFan = "registration.known": "A fan who is registered consented again.",
    Unregistered = "login.unregistered": "A silent login of somebody who is not registered: the prompt was shown.",
    Restarted = "login.restarted": "A silent login began again without the fan's help.",
    CodeRefusedFailure = "login_failed.code_refused": "The platform did not accept the code.",
    ConfigurationFailure = "login_failed.configuration": "The account's settings are wrong.",
    PlatformFailure = "login_failed.platform": "The platform's response was not what it documents.",
    TimeoutFailure = "login_failed.timeout": "The platform did not answer in time.",
    BusyFailure = "login_failed.busy": "The platform was busy, or a limit was reached.",
    UnderWayFailure = "login_failed.under_way": "Another request was spending the same code.",
    OverloadedFailure = "login_failed.overloaded": "Too many logins waited for the platform.",
    DatabaseFailure = "login_failed.database": "The database was away.",
    InternalFailure = "login_failed.internal": "A fault of fanpass.",
    Logout = "session_ended.logout": "A fan logged out.",
    FanGone = "session_ended.fan_gone": "A session met no row of its fan any more.",
    DeclinedRefusal = "refusal.declined": "A fan declined on the platform's page.",
    SnapshotRefusal = "refusal.snapshot": "A virtual identity of a snapshot page.",
    UnknownStateRefusal = "refusal.unknown_state": "A callback of an unknown login.",
    CodeRefusal = "refusal.code_refused": "A callback whose code was refused.",
    ForeignOriginRefusal = "refusal.foreign_origin": "A form of another site.",
    RateLimitRefusal = "refusal.rate_limit": "Too many requests from one IP address.",
    ApiKeyRefusal = "refusal.api_key": "A wrong key at the internal API.",
    ApiRightRefusal = "refusal.api_right": "An app asked the internal API for what it has no right to.",
    PushSignatureRefusal = "refusal.push_signature": "A push that is not the platform's, or is sealed for nobody here.",
    PushStaleRefusal = "refusal.push_stale": "A push whose time is too far from ours.",
    PushReplayRefusal = "refusal.push_replayed": "Another message in place of one that had the same timestamp and nonce.",
    Followed = "follow.begun": "Somebody followed the account.",
    Unfollowed = "follow.ended": "Somebody no longer followed the account.",
    Erasure = "erasure.finished": "The erasure of a fan was finished.",
}

impl CountName {
    /// Reads the name in the database. None: a newer version counts it.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|name| name.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_reads_back_and_fits_its_column() {
        for name in CountName::ALL {
            assert_eq!(CountName::parse(name.as_str()), Some(*name));
            assert!(name.as_str().len() <= 64);
        }
        assert_eq!(CountName::parse("scan.approved"), None);
    }
}
