//! The fans of the sandbox's account.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use url::Url;

use crate::{
    fan::{Fan, FanChange, NewFan, RevokedTokens},
    lock::lock,
    random::Random,
    seeds,
};

/// The most fans. Further ones are refused.
const CAPACITY: usize = 200_000;

/// All fans, by openid and by picture, in the order in which they were added.
pub struct Fans {
    /// The sandbox's own URL, where the pictures are.
    url: Url,
    index: Mutex<Index>,
}

#[derive(Default)]
struct Index {
    fans: HashMap<String, Arc<Fan>>,
    order: Vec<String>,
    /// Openids by the name of the picture.
    avatars: HashMap<String, String>,
}

impl Fans {
    /// The same fans at every start of an account, so that a browser's choice survives a restart.
    pub fn seeded(app_id: &str, url: Url) -> Self {
        let mut index = Index::default();
        for seed in seeds::of(app_id) {
            let headimgurl = match seed.has_picture {
                true => picture_url(&url, &seed.avatar),
                false => String::new(),
            };
            index.insert(Fan {
                openid: seed.openid,
                unionid: seed.unionid,
                nickname: seed.nickname.to_owned(),
                headimgurl,
                avatar: seed.avatar,
                revoked: RevokedTokens::default(),
            });
        }
        Self {
            url,
            index: Mutex::new(index),
        }
    }

    pub fn get(&self, openid: &str) -> Option<Arc<Fan>> {
        lock(&self.index).fans.get(openid).cloned()
    }

    /// The fan with this openid, or else the first with this nickname.
    pub fn find(&self, name: &str) -> Option<Arc<Fan>> {
        let index = lock(&self.index);
        let by_nickname = || index.in_order().find(|fan| fan.nickname == name);
        index.fans.get(name).or_else(by_nickname).cloned()
    }

    /// The fan whose current picture this is.
    pub fn find_by_avatar(&self, avatar: &str) -> Option<Arc<Fan>> {
        let index = lock(&self.index);
        index.fans.get(index.avatars.get(avatar)?).cloned()
    }

    /// The first `limit` fans, in the order in which they were added.
    pub fn list(&self, limit: usize) -> Vec<Fan> {
        let index = lock(&self.index);
        index.in_order().take(limit).map(|fan| fan.as_ref().clone()).collect()
    }

    /// Adds a fan; `None` when the map is full or the openid is taken.
    pub fn add(&self, new: NewFan, random: &Random) -> Option<Arc<Fan>> {
        let avatar = random.avatar();
        let fan = Fan {
            openid: new.openid.unwrap_or_else(|| random.openid()),
            unionid: new.unionid.and_then(|unionid| unionid.resolve(random)),
            nickname: new.nickname,
            headimgurl: new.headimgurl.unwrap_or_else(|| picture_url(&self.url, &avatar)),
            avatar,
            revoked: RevokedTokens::default(),
        };
        let mut index = lock(&self.index);
        let free = index.fans.len() < CAPACITY && !index.fans.contains_key(&fan.openid);
        free.then(|| index.insert(fan))
    }

    /// Changes a fan; `None` when nobody has this openid.
    pub fn change(&self, openid: &str, change: FanChange, random: &Random) -> Option<Arc<Fan>> {
        self.edit(openid, |fan| {
            if change.new_avatar {
                fan.avatar = random.avatar();
                fan.headimgurl = picture_url(&self.url, &fan.avatar);
            }
            if let Some(nickname) = change.nickname {
                fan.nickname = nickname;
            }
            if let Some(unionid) = change.unionid {
                fan.unionid = unionid.resolve(random);
            }
            if let Some(headimgurl) = change.headimgurl {
                fan.headimgurl = headimgurl;
            }
        })
    }

    /// Revokes the fan's tokens; `None` when nobody has this openid.
    pub fn revoke(&self, openid: &str, revoke: impl FnOnce(&mut RevokedTokens)) -> Option<Arc<Fan>> {
        self.edit(openid, |fan| revoke(&mut fan.revoked))
    }

    fn edit(&self, openid: &str, edit: impl FnOnce(&mut Fan)) -> Option<Arc<Fan>> {
        let mut index = lock(&self.index);
        let mut fan = index.fans.get(openid)?.as_ref().clone();
        index.avatars.remove(&fan.avatar);
        edit(&mut fan);
        Some(index.insert(fan))
    }
}

impl Index {
    fn in_order(&self) -> impl Iterator<Item = &Arc<Fan>> {
        self.order.iter().filter_map(|openid| self.fans.get(openid))
    }

    fn insert(&mut self, fan: Fan) -> Arc<Fan> {
        let fan = Arc::new(fan);
        self.avatars.insert(fan.avatar.clone(), fan.openid.clone());
        if self.fans.insert(fan.openid.clone(), Arc::clone(&fan)).is_none() {
            self.order.push(fan.openid.clone());
        }
        fan
    }
}

fn picture_url(sandbox: &Url, avatar: &str) -> String {
    format!("{sandbox}mmopen/vi_32/{avatar}/132")
}
