//! What a push changes at fans.

use crate::domain::{AppId, FollowEvent, OpenId, ProfileErasure, PushKind, PushMessage, Timestamp};

/// The code of a withdrawn nickname and avatar (授权用户信息变更).
const NICKNAME_AND_AVATAR: &str = "205";

/// The code of withdrawn pictures (选中的图片).
const PHOTOS: &str = "207";

/// What a push changes at a fan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// They follow, or no longer do.
    Follow(OpenId, FollowEvent),
    /// The profile is emptied.
    EraseProfile(OpenId, ProfileErasure),
    /// The photos are removed.
    ErasePhotos(OpenId),
    /// Both the profile and the photos.
    EraseProfileAndPhotos(OpenId),
    /// The fan is forgotten wholly.
    Erase(OpenId),
}

/// Why an event that is about a fan changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoEffect {
    /// It says nothing about a fan that we keep.
    #[error("it changes nothing that is kept")]
    Nothing,
    /// It does not say whom it concerns.
    #[error("it names no openid")]
    NoOpenId,
    /// It is about another account.
    #[error("it is about another AppID")]
    OtherAccount,
    /// It withdraws only what is not kept here.
    #[error("it withdraws only what is not kept here")]
    NotKept,
}

impl Effect {
    /// What a push changes.
    ///
    /// # Errors
    /// [`NoEffect`].
    pub fn of(message: &PushMessage, kind: &PushKind, app_id: &AppId) -> Result<Self, NoEffect> {
        let PushKind::Event(event) = kind else {
            return Err(NoEffect::Nothing);
        };
        let follows = |event| Ok(Self::Follow(message.sender().ok_or(NoEffect::NoOpenId)?, event));
        match event.as_str() {
            "subscribe" => follows(FollowEvent::Subscribed {
                scene: scanned(message),
            }),
            "scan" => follows(FollowEvent::Seen),
            "unsubscribe" => follows(FollowEvent::Unsubscribed),
            "user_info_modified" => {
                let fan = concerned(message, app_id)?;
                Ok(Self::EraseProfile(fan, ProfileErasure::Cleaned))
            }
            "user_authorization_revoke" => {
                let fan = concerned(message, app_id)?;
                let withdraws = |what| revoked(message).any(|code| code == what);
                match (withdraws(NICKNAME_AND_AVATAR), withdraws(PHOTOS)) {
                    (true, false) => Ok(Self::EraseProfile(fan, ProfileErasure::Withdrawn)),
                    (true, true) => Ok(Self::EraseProfileAndPhotos(fan)),
                    (false, true) => Ok(Self::ErasePhotos(fan)),
                    (false, false) => Err(NoEffect::NotKept),
                }
            }
            "user_authorization_cancellation" => Ok(Self::Erase(concerned(message, app_id)?)),
            _ => Err(NoEffect::Nothing),
        }
    }

    /// When it happened: the platform's time, and never later than `now`.
    pub fn at(message: &PushMessage, now: Timestamp) -> Timestamp {
        let sent = message
            .create_time()
            .filter(|sent| *sent > Timestamp::from_unix_seconds(0));
        sent.unwrap_or(now).min(now)
    }
}

/// How a fan came, in the push's own words: by a QR code with a parameter.
fn scanned(message: &PushMessage) -> Option<String> {
    let key = message.word("EventKey")?;
    key.starts_with("qrscene_").then(|| key.to_owned())
}

/// Whom a change of an authorization concerns. The sender is the platform itself.
fn concerned(message: &PushMessage, app_id: &AppId) -> Result<OpenId, NoEffect> {
    if message.word("AppID").is_some_and(|named| named != app_id.as_str()) {
        return Err(NoEffect::OtherAccount);
    }
    let openid = message.word("OpenID").and_then(|openid| OpenId::parse(openid).ok());
    openid.ok_or(NoEffect::NoOpenId)
}

/// The codes of what was withdrawn.
pub fn revoked(message: &PushMessage) -> impl Iterator<Item = &str> {
    let codes = message.word("RevokeInfo").unwrap_or_default();
    let codes = codes.split(|letter: char| letter == ',' || letter == ';' || letter.is_whitespace());
    codes.filter(|code| !code.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::PushValue;

    fn effect(fields: &[(&str, &str)]) -> Result<Effect, NoEffect> {
        let field = |(name, text): &(&str, &str)| ((*name).to_owned(), PushValue::Text((*text).to_owned()));
        let message = PushMessage {
            fields: fields.iter().map(field).collect(),
        };
        let app_id = AppId::parse("wx0000000000000001").unwrap();
        Effect::of(&message, &message.kind().unwrap(), &app_id)
    }

    fn change(event: &str, more: &[(&str, &str)]) -> Result<Effect, NoEffect> {
        let common = [("FromUserName", "oPlatform"), ("MsgType", "event"), ("Event", event)];
        effect(&[&common, more].concat())
    }

    fn openid(text: &str) -> OpenId {
        OpenId::parse(text).unwrap()
    }

    #[test]
    fn following_is_about_the_sender() {
        let follow = |event, more: &[(&str, &str)]| change(event, more);
        let scene = Some("qrscene_shop".to_owned());
        assert_eq!(
            follow("subscribe", &[("EventKey", "qrscene_shop")]),
            Ok(Effect::Follow(openid("oPlatform"), FollowEvent::Subscribed { scene }))
        );
        let without = FollowEvent::Subscribed { scene: None };
        assert_eq!(
            follow("subscribe", &[("EventKey", "")]),
            Ok(Effect::Follow(openid("oPlatform"), without))
        );
        assert_eq!(
            follow("SCAN", &[]),
            Ok(Effect::Follow(openid("oPlatform"), FollowEvent::Seen))
        );
        assert_eq!(
            follow("unsubscribe", &[]),
            Ok(Effect::Follow(openid("oPlatform"), FollowEvent::Unsubscribed))
        );
        assert_eq!(follow("LOCATION", &[]), Err(NoEffect::Nothing));
    }

    #[test]
    fn a_withdrawal_is_about_the_openid_and_never_about_the_sender() {
        let revoke = |more: &[(&str, &str)]| change("user_authorization_revoke", more);
        let profile = Ok(Effect::EraseProfile(openid("oFan"), ProfileErasure::Withdrawn));
        for codes in ["205", " 205 ", "201,205", "201; 205", "206 205", ",,205;"] {
            assert_eq!(revoke(&[("OpenID", "oFan"), ("RevokeInfo", codes)]), profile, "{codes}");
        }
        for (codes, effect) in [
            ("207", Effect::ErasePhotos(openid("oFan"))),
            ("207,205", Effect::EraseProfileAndPhotos(openid("oFan"))),
        ] {
            assert_eq!(
                revoke(&[("OpenID", "oFan"), ("RevokeInfo", codes)]),
                Ok(effect),
                "{codes}"
            );
        }
        for codes in ["", "1", "2050", "20,5", "201", "999"] {
            assert_eq!(
                revoke(&[("OpenID", "oFan"), ("RevokeInfo", codes)]),
                Err(NoEffect::NotKept),
                "{codes}"
            );
        }
        assert_eq!(revoke(&[("openid", " oFan\n"), ("revokeinfo", "205")]), profile);
        assert_eq!(revoke(&[("RevokeInfo", "205")]), Err(NoEffect::NoOpenId));
        let other = [
            ("OpenID", "oFan"),
            ("AppID", "wx0000000000000002"),
            ("RevokeInfo", "205"),
        ];
        assert_eq!(revoke(&other), Err(NoEffect::OtherAccount));
    }

    #[test]
    fn a_closed_account_is_forgotten_and_cleaned_data_are_emptied() {
        let fan = [("OpenID", "oFan"), ("AppID", "wx0000000000000001")];
        assert_eq!(
            change("user_authorization_cancellation", &fan),
            Ok(Effect::Erase(openid("oFan")))
        );
        let cleaned = Effect::EraseProfile(openid("oFan"), ProfileErasure::Cleaned);
        assert_eq!(change("user_info_modified", &fan), Ok(cleaned));
        assert_eq!(change("user_info_modified", &[]), Err(NoEffect::NoOpenId));
    }
}
