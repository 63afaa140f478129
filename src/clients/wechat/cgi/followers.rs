use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::{
    clients::wechat::{Endpoint, PlatformError, Response, WeChatClient, fields::Fields},
    domain::{Deadline, FollowState, OpenId, Timestamp},
};

/// The most fans of one question (批量获取用户基本信息).
pub const FOLLOWER_BATCH: usize = 100;

/// Seconds since 1970 that can be a moment of following: up to the year 9999, which every database can store.
const SUBSCRIBE_TIMES: std::ops::RangeInclusive<i64> = 1..=253_402_300_799;

/// A page of those who follow the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowersPage {
    /// How many follow the account altogether.
    pub total: u64,
    /// At most 10,000 of them.
    pub openids: Vec<OpenId>,
    /// Where the next page begins. None: this is the last one.
    pub next: Option<String>,
}

/// What the platform says about a fan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FollowerInfo {
    /// The fan.
    pub openid: OpenId,
    /// Whether they follow, since when, and how they came.
    pub state: FollowState,
}

/// On an empty page `data` is missing.
#[derive(Deserialize)]
struct List {
    #[serde(default)]
    data: Openids,
}

#[derive(Default, Deserialize)]
struct Openids {
    #[serde(default)]
    openid: Vec<String>,
}

#[derive(Serialize)]
struct Question<'a> {
    user_list: Vec<Asked<'a>>,
}

#[derive(Serialize)]
struct Asked<'a> {
    openid: &'a str,
    lang: &'static str,
}

#[derive(Deserialize)]
struct Answer {
    user_info_list: Vec<Fields>,
}

impl WeChatClient {
    /// A page of those who follow the account (获取用户列表), from `next` of the page before.
    ///
    /// # Errors
    /// [`PlatformError`].
    pub async fn followers(
        &self,
        account_token: &SecretString,
        next: Option<&str>,
        deadline: Deadline,
    ) -> Result<FollowersPage, PlatformError> {
        let token = ("access_token", account_token.expose_secret());
        let query: Vec<_> = [token]
            .into_iter()
            .chain(next.map(|next| ("next_openid", next)))
            .collect();
        self.call(Endpoint::Followers, &query, deadline, Response::followers)
            .await
    }

    /// What the platform knows of at most [`FOLLOWER_BATCH`] fans (批量获取用户基本信息).
    ///
    /// # Errors
    /// [`PlatformError`].
    pub async fn follower_infos(
        &self,
        account_token: &SecretString,
        openids: &[OpenId],
        deadline: Deadline,
    ) -> Result<Vec<FollowerInfo>, PlatformError> {
        let query = [("access_token", account_token.expose_secret())];
        let asked = openids.iter().map(|openid| Asked {
            openid: openid.as_str(),
            lang: "zh_CN",
        });
        let question = Question {
            user_list: asked.collect(),
        };
        let read = Response::follower_infos;
        self.call_json(Endpoint::FollowerBatch, &query, &question, deadline, read)
            .await
    }
}

impl Response {
    /// Reads a page of followers. What is no openid is left out.
    ///
    /// # Errors
    /// [`PlatformError`] if it is a refusal, or no page.
    pub fn followers(&self) -> Result<FollowersPage, PlatformError> {
        let fields = self.fields()?;
        let whole = |name| fields.whole_number(name).and_then(|number| u64::try_from(number).ok());
        let count = whole("count").ok_or_else(|| self.garbage("no count of followers"))?;
        let list: List = self.nested()?;
        // A page that is cut short would make everybody else one who does not follow.
        if u64::try_from(list.data.openid.len()) != Ok(count) {
            return Err(self.garbage("another count than openids"));
        }
        let next = fields.text("next_openid");
        let next = match OpenId::parse(&next) {
            Ok(next) if count > 0 => Some(next.to_string()),
            Ok(_) => None,
            Err(_) if next.is_empty() => None,
            Err(_) => return Err(self.garbage("a next_openid that is none")),
        };
        let openids = list
            .data
            .openid
            .iter()
            .filter_map(|text| OpenId::parse(text).ok())
            .collect();
        Ok(FollowersPage {
            total: whole("total").unwrap_or(count),
            openids,
            next,
        })
    }

    /// Reads what the platform knows of several fans. One without an openid, or that does not say whether the fan follows, is
    /// left out.
    ///
    /// # Errors
    /// [`PlatformError`] if it is a refusal, or no list.
    pub fn follower_infos(&self) -> Result<Vec<FollowerInfo>, PlatformError> {
        let answer: Answer = self.nested()?;
        Ok(answer.user_info_list.iter().filter_map(info).collect())
    }
}

fn info(fields: &Fields) -> Option<FollowerInfo> {
    let openid = OpenId::parse(&fields.id("openid")?).ok()?;
    let subscribed = match fields.whole_number("subscribe")? {
        0 => false,
        1 => true,
        _ => return None,
    };
    let since = fields
        .whole_number("subscribe_time")
        .filter(|seconds| SUBSCRIBE_TIMES.contains(seconds) && subscribed);
    let scene = Some(fields.text("subscribe_scene")).filter(|scene| !scene.is_empty() && subscribed);
    Some(FollowerInfo {
        openid,
        state: FollowState {
            subscribed: Some(subscribed),
            subscribed_at: since.map(Timestamp::from_unix_seconds),
            subscribe_scene: scene,
            unsubscribed_at: None,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(endpoint: Endpoint, body: &str) -> Response {
        Response::new(endpoint, 200, body.as_bytes().to_vec())
    }

    #[test]
    fn a_page_of_followers_may_be_empty_and_the_last_one_has_no_next() {
        let read = |body| response(Endpoint::Followers, body).followers().unwrap();
        let page = read(r#"{"total":3,"count":3,"data":{"openid":["oOne","", "oTwo"]},"next_openid":"oTwo"}"#);
        assert_eq!(
            (page.total, page.openids.len(), page.next.as_deref()),
            (3, 2, Some("oTwo"))
        );
        let empty = read(r#"{"total":0,"count":0,"next_openid":""}"#);
        assert_eq!((empty.total, empty.openids.len(), empty.next), (0, 0, None));
        let refused = response(Endpoint::Followers, r#"{"errcode":45009,"errmsg":"reach max"}"#).followers();
        assert!(matches!(refused, Err(PlatformError::Refused { errcode: 45009, .. })));
        for cut in [
            "{}",
            r#"{"total":6,"count":6}"#,
            r#"{"total":6,"count":3,"data":{"openid":["oOne"]},"next_openid":"oOne"}"#,
            r#"{"total":6,"count":1,"data":{"openid":["oOne"]},"next_openid":"not one"}"#,
        ] {
            let read = response(Endpoint::Followers, cut).followers();
            assert!(matches!(read, Err(PlatformError::Garbage { .. })), "{cut}");
        }
    }

    #[test]
    fn a_fan_follows_or_not_and_what_says_neither_is_left_out() {
        let body = r#"{"user_info_list":[
            {"subscribe":1,"openid":"oOne","subscribe_time":1641364601,"subscribe_scene":"ADD_SCENE_QR_CODE"},
            {"subscribe":0,"openid":"oTwo"},{"openid":"oThree"},{"subscribe":1}]}"#;
        let infos = response(Endpoint::FollowerBatch, body).follower_infos().unwrap();
        assert_eq!(infos.len(), 2);
        assert_eq!(infos[0].state.subscribed, Some(true));
        assert_eq!(
            infos[0].state.subscribed_at,
            Some(Timestamp::from_unix_seconds(1_641_364_601))
        );
        assert_eq!(infos[0].state.subscribe_scene.as_deref(), Some("ADD_SCENE_QR_CODE"));
        let not = FollowState {
            subscribed: Some(false),
            ..FollowState::default()
        };
        assert_eq!(infos[1].state, not);
    }
}
