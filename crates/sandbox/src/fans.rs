//! The fans of the sandbox's account.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use url::Url;

use super::chance::Chance;
use super::{locked, seeds};

/// Fans beyond this number are refused.
const ROOM: usize = 200_000;

/// A fan as `sns/userinfo` knows them.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Fan {
    pub(super) openid: String,
    pub(super) unionid: Option<String>,
    pub(super) nickname: String,
    pub(super) headimgurl: String,
    /// The name of the picture that the sandbox serves for this fan.
    #[serde(skip)]
    avatar: String,
    #[serde(skip)]
    pub(super) ended: Ended,
}

/// Tokens up to these serial numbers were ended through the control API.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Ended {
    pub(super) access: u64,
    pub(super) refresh: u64,
    pub(super) password: u64,
}

/// A unionid: one that is given, or `true` for a made-up one.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Unionid {
    MadeUp(bool),
    Given(String),
}

/// A fan to be made.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewFan {
    pub(super) nickname: String,
    openid: Option<String>,
    unionid: Option<Unionid>,
    headimgurl: Option<String>,
    /// How many, with numbered nicknames.
    pub(super) count: Option<usize>,
}

impl NewFan {
    pub(super) fn named(nickname: impl Into<String>) -> Self {
        Self {
            nickname: nickname.into(),
            ..Self::default()
        }
    }
}

/// What is to change about a fan.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FanChange {
    nickname: Option<String>,
    unionid: Option<Unionid>,
    headimgurl: Option<String>,
    /// A new picture at a new address; the old address dies, as on the platform.
    #[serde(default)]
    new_avatar: bool,
}

/// All fans, by openid and by picture, in the order of their arrival.
pub(super) struct Fans {
    /// The sandbox's own address, where the pictures are.
    url: Url,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    fans: HashMap<String, Arc<Fan>>,
    order: Vec<String>,
    avatars: HashMap<String, String>,
}

impl Fans {
    /// Seeded so that every start of one account has the same fans: a browser's choice outlives a restart.
    pub(super) fn seeded(app_id: &str, url: Url) -> Self {
        let fans = Self {
            url,
            known: Mutex::default(),
        };
        let mut known = locked(&fans.known);
        for seed in seeds::of(app_id) {
            known.put(Fan {
                openid: seed.openid,
                unionid: seed.unionid,
                nickname: seed.nickname.to_owned(),
                headimgurl: if seed.picture {
                    fans.picture(&seed.avatar)
                } else {
                    String::new()
                },
                avatar: seed.avatar,
                ended: Ended::default(),
            });
        }
        drop(known);
        fans
    }

    fn picture(&self, avatar: &str) -> String {
        format!("{}mmopen/vi_32/{avatar}/132", self.url)
    }

    pub(super) fn get(&self, openid: &str) -> Option<Arc<Fan>> {
        locked(&self.known).fans.get(openid).cloned()
    }

    /// By openid, else the first of that nickname.
    pub(super) fn find(&self, name: &str) -> Option<Arc<Fan>> {
        let known = locked(&self.known);
        let named = || {
            known
                .order
                .iter()
                .filter_map(|openid| known.fans.get(openid))
                .find(|fan| fan.nickname == name)
        };
        known.fans.get(name).or_else(named).cloned()
    }

    /// The first of them, in the order of their arrival.
    pub(super) fn list(&self, limit: usize) -> Vec<Fan> {
        let known = locked(&self.known);
        let fans = known
            .order
            .iter()
            .take(limit)
            .filter_map(|openid| known.fans.get(openid));
        fans.map(|fan| fan.as_ref().clone()).collect()
    }

    /// Adds a fan; `None` when there is no room or the openid is taken.
    pub(super) fn add(&self, new: NewFan, chance: &Chance) -> Option<Arc<Fan>> {
        let avatar = chance.avatar();
        let fan = Fan {
            openid: new.openid.unwrap_or_else(|| chance.openid()),
            unionid: new.unionid.and_then(|unionid| unionid.settle(chance)),
            nickname: new.nickname,
            headimgurl: new.headimgurl.unwrap_or_else(|| self.picture(&avatar)),
            avatar,
            ended: Ended::default(),
        };
        let mut known = locked(&self.known);
        let room = known.fans.len() < ROOM && !known.fans.contains_key(&fan.openid);
        room.then(|| known.put(fan))
    }

    /// Changes a fan; `None` when nobody has this openid.
    pub(super) fn change(&self, openid: &str, change: FanChange, chance: &Chance) -> Option<Arc<Fan>> {
        self.edit(openid, |fan| {
            if change.new_avatar {
                fan.avatar = chance.avatar();
                fan.headimgurl = self.picture(&fan.avatar);
            }
            if let Some(nickname) = change.nickname {
                fan.nickname = nickname;
            }
            if let Some(unionid) = change.unionid {
                fan.unionid = unionid.settle(chance);
            }
            if let Some(headimgurl) = change.headimgurl {
                fan.headimgurl = headimgurl;
            }
        })
    }

    /// Ends the fan's tokens; `None` when nobody has this openid.
    pub(super) fn end(&self, openid: &str, end: impl FnOnce(&mut Ended)) -> Option<Arc<Fan>> {
        self.edit(openid, |fan| end(&mut fan.ended))
    }

    fn edit(&self, openid: &str, edit: impl FnOnce(&mut Fan)) -> Option<Arc<Fan>> {
        let mut known = locked(&self.known);
        let mut fan = known.fans.get(openid)?.as_ref().clone();
        known.avatars.remove(&fan.avatar);
        edit(&mut fan);
        Some(known.put(fan))
    }

    /// The fan whose picture this is today.
    pub(super) fn pictured(&self, avatar: &str) -> Option<Arc<Fan>> {
        let known = locked(&self.known);
        known.fans.get(known.avatars.get(avatar)?).cloned()
    }
}

impl Known {
    fn put(&mut self, fan: Fan) -> Arc<Fan> {
        let fan = Arc::new(fan);
        self.avatars.insert(fan.avatar.clone(), fan.openid.clone());
        if self.fans.insert(fan.openid.clone(), Arc::clone(&fan)).is_none() {
            self.order.push(fan.openid.clone());
        }
        fan
    }
}

impl Unionid {
    /// `false` and an empty text mean none.
    fn settle(self, chance: &Chance) -> Option<String> {
        match self {
            Self::MadeUp(wanted) => wanted.then(|| chance.openid()),
            Self::Given(unionid) => Some(unionid).filter(|unionid| !unionid.is_empty()),
        }
    }
}
