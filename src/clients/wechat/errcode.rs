use super::{Endpoint, endpoint::Family};

/// What an error of the platform means for the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorClass {
    /// The platform is busy (-1): the call may be repeated once.
    Busy,
    /// The code or the refresh token is invalid: authorize again.
    Reauthorize,
    /// The access token has expired, or a newer one replaced it: get another.
    TokenEnded,
    /// The platform works, and the fan, the menu or the file is not there.
    NotFound,
    /// The platform works, and does not take what was sent: a button of a menu, the scene of a QR code.
    Rejected,
    /// The operator must fix something: AppID, AppSecret, IP list, scope.
    Configuration,
    /// A daily quota is used up.
    Quota,
    /// Too many calls in this minute.
    Frequency,
    /// The platform will keep refusing, and no setting of ours changes that.
    Permanent,
    /// Not what the platform documents: no connection, a broken response, an unknown number.
    Garbage,
    /// Nothing arrived in time.
    Timeout,
}

impl ErrorClass {
    /// Every class.
    pub const ALL: [Self; 11] = [
        Self::Busy,
        Self::Reauthorize,
        Self::TokenEnded,
        Self::NotFound,
        Self::Rejected,
        Self::Configuration,
        Self::Quota,
        Self::Frequency,
        Self::Permanent,
        Self::Garbage,
        Self::Timeout,
    ];

    /// The class as a word for metrics and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::Reauthorize => "reauthorize",
            Self::TokenEnded => "token_ended",
            Self::NotFound => "not_found",
            Self::Rejected => "rejected",
            Self::Configuration => "configuration",
            Self::Quota => "quota",
            Self::Frequency => "frequency",
            Self::Permanent => "permanent",
            Self::Garbage => "garbage",
            Self::Timeout => "timeout",
        }
    }

    /// Whether this error shows that the platform works: refusing a code or a token is normal work, and so is not finding
    /// a thing, or not taking it.
    pub const fn shows_platform_at_work(self) -> bool {
        matches!(
            self,
            Self::Reauthorize | Self::TokenEnded | Self::NotFound | Self::Rejected
        )
    }
}

/// Sorts an error code by what the caller should do (网页授权; 全局返回码). Each family has its own table: the same number
/// means another thing there.
pub const fn classify(endpoint: Endpoint, errcode: i64) -> ErrorClass {
    match endpoint.family() {
        Family::Sns => of_sns(endpoint, errcode),
        Family::Cgi => of_cgi(endpoint, errcode),
        Family::Media => of_media(errcode),
    }
}

/// The web authorization. The token is one fan's, and an exchange sends the AppSecret.
const fn of_sns(endpoint: Endpoint, errcode: i64) -> ErrorClass {
    use Endpoint::{Check, Exchange, Refresh, UserInfo};
    match (endpoint, errcode) {
        (_, -1) => ErrorClass::Busy,
        // 40029 invalid or expired, 40163 already used, 42003 expired.
        (Exchange, 40029 | 40163 | 42003) => ErrorClass::Reauthorize,
        // 40029 is all that the newest page lists; 40030, 42002 and 42007 are what is seen.
        (Refresh, 40029 | 40030 | 41003 | 42002 | 42007) => ErrorClass::Reauthorize,
        // A token that was not issued to this openid, without the scope, or of a snapshot fan.
        (UserInfo | Check, 40003 | 42007 | 48001) => ErrorClass::Reauthorize,
        (UserInfo | Check, 40001 | 40014 | 42001) => ErrorClass::TokenEnded,
        // Here 40001 is a wrong AppSecret.
        (Exchange | Refresh, 40001 | 48001) => ErrorClass::Configuration,
        // 40164 and 61004 are both "this IP is not on the list".
        (_, 40013 | 40125 | 40164 | 40243 | 41002 | 41004 | 61004 | 61024) => ErrorClass::Configuration,
        (_, 45009) => ErrorClass::Quota,
        (_, 45011) => ErrorClass::Frequency,
        (_, 41001 | 41008 | 50002 | 50004 | 50007) => ErrorClass::Permanent,
        _ => ErrorClass::Garbage,
    }
}

/// The account's own calls. One sends the AppSecret for the account's token, the others send that token.
const fn of_cgi(endpoint: Endpoint, errcode: i64) -> ErrorClass {
    use Endpoint::{ForcedToken, MenuCreate, QrCode, Quota, StableToken};
    match (endpoint, errcode) {
        (ForcedToken, _) => of_cgi(StableToken, errcode),
        (_, -1) => ErrorClass::Busy,
        // Here 40001 is a wrong AppSecret.
        (StableToken, 40001 | 40013 | 40125 | 40243 | 41002 | 41004) => ErrorClass::Configuration,
        (StableToken, 40164 | 48001 | 61004 | 61024) => ErrorClass::Configuration,
        // An administrator must confirm the call on their phone.
        (_, 89501..=89505) => ErrorClass::Configuration,
        (StableToken, 45009) => ErrorClass::Quota,
        (StableToken, 45011) => ErrorClass::Frequency,
        (StableToken, 50002 | 50004 | 50007) => ErrorClass::Permanent,
        (StableToken, _) => ErrorClass::Garbage,
        // Expired, or replaced: another program fetched a newer one.
        (_, 40001 | 40014 | 42001) => ErrorClass::TokenEnded,
        // No such fan of this account; no menu.
        (_, 40003 | 46003 | 46004) => ErrorClass::NotFound,
        // 48001: the account does not have this right; 45064: a mini-program is not linked to it; 40054 and 40055: a domain.
        (_, 40013 | 40054 | 40055 | 40164 | 40243 | 45064 | 48001 | 61004 | 61024) => ErrorClass::Configuration,
        // A list of openids, a parameter, a body, a method.
        (_, 40031..=40033 | 40035 | 40097 | 43001 | 43002 | 44002 | 47001) => ErrorClass::Rejected,
        (MenuCreate, 40015..=40028 | 40119 | 40120 | 45010 | 53600 | 65301..=65320) => ErrorClass::Rejected,
        (QrCode, 40053) => ErrorClass::Rejected,
        (Quota, 76021 | 76022) => ErrorClass::NotFound,
        (_, 45009) => ErrorClass::Quota,
        (_, 45011) => ErrorClass::Frequency,
        (_, 41001 | 50002 | 50004 | 50007) => ErrorClass::Permanent,
        _ => ErrorClass::Garbage,
    }
}

/// Files, with the account's token.
const fn of_media(errcode: i64) -> ErrorClass {
    match errcode {
        -1 => ErrorClass::Busy,
        40001 | 40014 | 42001 => ErrorClass::TokenEnded,
        // Unknown, or older than three days.
        40007 => ErrorClass::NotFound,
        40013 | 40164 | 48001 | 61004 | 61024 => ErrorClass::Configuration,
        45009 => ErrorClass::Quota,
        45011 => ErrorClass::Frequency,
        41001 | 50002 | 50004 | 50007 => ErrorClass::Permanent,
        _ => ErrorClass::Garbage,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_documented_code_has_its_class() {
        use Endpoint::{Check, Exchange, Refresh, UserInfo};
        let table = [
            (Exchange, -1, ErrorClass::Busy),
            (UserInfo, -1, ErrorClass::Busy),
            (Exchange, 40029, ErrorClass::Reauthorize),
            (Exchange, 40163, ErrorClass::Reauthorize),
            (Exchange, 42003, ErrorClass::Reauthorize),
            (Exchange, 40001, ErrorClass::Configuration),
            (Exchange, 40013, ErrorClass::Configuration),
            (Exchange, 40125, ErrorClass::Configuration),
            (Exchange, 40164, ErrorClass::Configuration),
            (Exchange, 61004, ErrorClass::Configuration),
            (Endpoint::StableToken, 40164, ErrorClass::Configuration),
            (Exchange, 41002, ErrorClass::Configuration),
            (Exchange, 41004, ErrorClass::Configuration),
            (Exchange, 41008, ErrorClass::Permanent),
            (Exchange, 45009, ErrorClass::Quota),
            (Exchange, 45011, ErrorClass::Frequency),
            (Exchange, 50002, ErrorClass::Permanent),
            (Exchange, 99999, ErrorClass::Garbage),
            (Refresh, 40029, ErrorClass::Reauthorize),
            (Refresh, 40030, ErrorClass::Reauthorize),
            (Refresh, 41003, ErrorClass::Reauthorize),
            (Refresh, 42002, ErrorClass::Reauthorize),
            (Refresh, 42007, ErrorClass::Reauthorize),
            (Refresh, 40013, ErrorClass::Configuration),
            (UserInfo, 40001, ErrorClass::TokenEnded),
            (UserInfo, 40014, ErrorClass::TokenEnded),
            (UserInfo, 42001, ErrorClass::TokenEnded),
            (UserInfo, 40003, ErrorClass::Reauthorize),
            (UserInfo, 48001, ErrorClass::Reauthorize),
            (Check, 40003, ErrorClass::Reauthorize),
            (Check, 42001, ErrorClass::TokenEnded),
            (Check, 45011, ErrorClass::Frequency),
        ];
        for (endpoint, errcode, class) in table {
            assert_eq!(classify(endpoint, errcode), class, "{endpoint} {errcode}");
        }
    }

    #[test]
    fn a_code_of_the_account_s_calls_has_the_class_of_its_own_family() {
        use Endpoint::{Check, Exchange, Follower, MediaDownload, MediaUpload, Menu, Quota, StableToken, UserInfo};
        let table: [(&[Endpoint], &[i64], ErrorClass); 12] = [
            (&[Exchange, StableToken], &[40001], ErrorClass::Configuration),
            (&[UserInfo, Check], &[40001], ErrorClass::TokenEnded),
            (
                &[Follower, Menu, Quota, MediaUpload, MediaDownload],
                &[40001, 40014, 42001],
                ErrorClass::TokenEnded,
            ),
            (&[StableToken], &[40014, 42001, 40003, 46003], ErrorClass::Garbage),
            (&[UserInfo, Check], &[40003], ErrorClass::Reauthorize),
            (&[Follower, Menu, Quota], &[40003, 46003, 46004], ErrorClass::NotFound),
            (&[MediaUpload, MediaDownload], &[40007], ErrorClass::NotFound),
            (
                &[Exchange, UserInfo, StableToken, Follower],
                &[40007],
                ErrorClass::Garbage,
            ),
            (&[MediaUpload, MediaDownload], &[40003, 46003], ErrorClass::Garbage),
            (&[UserInfo, Check], &[48001], ErrorClass::Reauthorize),
            (
                &[Exchange, StableToken, Follower, Menu, Quota, MediaUpload, MediaDownload],
                &[48001],
                ErrorClass::Configuration,
            ),
            (
                &[Follower, Menu, Quota, MediaUpload, MediaDownload],
                &[40125, 40029, 99999],
                ErrorClass::Garbage,
            ),
        ];
        for (endpoints, errcodes, class) in table {
            for endpoint in endpoints {
                for errcode in errcodes {
                    assert_eq!(classify(*endpoint, *errcode), class, "{endpoint} {errcode}");
                }
            }
        }
    }

    #[test]
    fn every_family_tells_a_busy_platform_a_quota_and_the_ip_list_apart() {
        for endpoint in Endpoint::ALL {
            for (errcode, class) in [
                (-1, ErrorClass::Busy),
                (45009, ErrorClass::Quota),
                (45011, ErrorClass::Frequency),
                (40164, ErrorClass::Configuration),
                (61004, ErrorClass::Configuration),
                (50002, ErrorClass::Permanent),
            ] {
                assert_eq!(classify(endpoint, errcode), class, "{endpoint} {errcode}");
            }
        }
    }
}
