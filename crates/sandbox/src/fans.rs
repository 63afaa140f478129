//! The fans of the sandbox's account.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex},
};

use url::Url;

use crate::{
    fan::{Fan, FanChange, NewFan, RevokedTokens, Window},
    lock::lock,
    random::{Random, openid_of},
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
    /// Openids of closed accounts.
    closed: HashSet<String>,
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
            let fan = follower(seed.openid, seed.nickname.to_owned(), headimgurl, seed.avatar);
            index.insert(Fan {
                unionid: seed.unionid,
                ..fan
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
        let openid = new.openid.unwrap_or_else(|| random.openid());
        let headimgurl = new.headimgurl.unwrap_or_else(|| picture_url(&self.url, &avatar));
        let fan = Fan {
            unionid: new.unionid.and_then(|unionid| unionid.resolve(random)),
            subscribe: new.subscribe.unwrap_or(true),
            ..follower(openid, new.nickname, headimgurl, avatar)
        };
        let mut index = lock(&self.index);
        let free = index.fans.len() < CAPACITY && !index.fans.contains_key(&fan.openid);
        free.then(|| index.insert(fan))
    }

    /// Changes a fan; `None` when nobody has this openid.
    pub fn change(&self, openid: &str, change: FanChange, now: i64, random: &Random) -> Option<Arc<Fan>> {
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
            if let Some(subscribe) = change.subscribe {
                if subscribe && !fan.subscribe {
                    fan.subscribe_time = now;
                }
                fan.subscribe = subscribe;
            }
            fan.subscribe_scene = change.subscribe_scene.unwrap_or_else(|| fan.subscribe_scene.clone());
            fan.qr_scene = change.qr_scene.unwrap_or_else(|| fan.qr_scene.clone());
            fan.tags = change.tags.unwrap_or_else(|| fan.tags.clone());
        })
    }

    /// The fan did something, so that the account may write to them; `None` when nobody has this openid.
    pub fn interact(&self, openid: &str, window: Window) -> Option<Arc<Fan>> {
        self.edit(openid, |fan| fan.window = Some(window))
    }

    /// Takes one of the messages that the account may send to a fan.
    ///
    /// # Errors
    ///
    /// 40003 for nobody, 45015 outside the window or without a follower, 45047 when no message is left in it.
    pub fn take_message(&self, openid: &str, now: i64) -> Result<(), i64> {
        let fan = self.get(openid).ok_or(40003)?;
        let window = fan
            .window
            .filter(|window| fan.subscribe && now < window.until)
            .ok_or(45015)?;
        let messages_left = window.messages_left.checked_sub(1).ok_or(45047)?;
        self.interact(
            openid,
            Window {
                messages_left,
                ..window
            },
        );
        Ok(())
    }

    /// How many fans follow, and a page of their openids after the given one; `None` if nobody has it.
    pub fn followers(&self, after: Option<&str>, limit: usize) -> Option<(usize, Vec<String>)> {
        let index = lock(&self.index);
        let total = index.in_order().filter(|fan| fan.subscribe).count();
        let start = match after {
            Some(openid) => index.order.iter().position(|each| each == openid)? + 1,
            None => 0,
        };
        let rest = index
            .order
            .iter()
            .skip(start)
            .filter_map(|openid| index.fans.get(openid));
        let page = rest.filter(|fan| fan.subscribe).take(limit);
        Some((total, page.map(|fan| fan.openid.clone()).collect()))
    }

    /// Makes followers until there are `count` of this series, which is the same at every start; `None` when they do not fit.
    pub fn add_followers(&self, app_id: &str, count: usize) -> Option<()> {
        let mut index = lock(&self.index);
        for number in 1..=count {
            let openid = openid_of(&format!("{app_id}/follower/{number}"));
            if index.fans.contains_key(&openid) {
                continue;
            }
            if index.fans.len() >= CAPACITY {
                return None;
            }
            let avatar = format!("follower{number}");
            let headimgurl = picture_url(&self.url, &avatar);
            index.insert(follower(openid, format!("粉丝{number}"), headimgurl, avatar));
        }
        Some(())
    }

    /// Revokes the fan's tokens; `None` when nobody has this openid.
    pub fn revoke(&self, openid: &str, revoke: impl FnOnce(&mut RevokedTokens)) -> Option<Arc<Fan>> {
        self.edit(openid, |fan| revoke(&mut fan.revoked))
    }

    /// Which tokens of a fan were revoked: all, where the account was closed.
    pub fn revoked(&self, openid: &str) -> RevokedTokens {
        let index = lock(&self.index);
        match index.fans.get(openid) {
            Some(fan) => fan.revoked,
            None if index.closed.contains(openid) => RevokedTokens::ALL,
            None => RevokedTokens::default(),
        }
    }

    /// Removes a fan who closed their account, and the picture with them.
    pub fn close(&self, openid: &str) {
        let mut index = lock(&self.index);
        index.closed.insert(openid.to_owned());
        if let Some(fan) = index.fans.remove(openid) {
            index.avatars.remove(&fan.avatar);
            index.order.retain(|each| each != openid);
        }
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

/// When fans follow whom nobody gave another time.
const SUBSCRIBED_AT: i64 = 1_641_364_601;

fn follower(openid: String, nickname: String, headimgurl: String, avatar: String) -> Fan {
    Fan {
        openid,
        unionid: None,
        nickname,
        headimgurl,
        subscribe: true,
        subscribe_time: SUBSCRIBED_AT,
        subscribe_scene: "ADD_SCENE_SEARCH".to_owned(),
        qr_scene: String::new(),
        tags: Vec::new(),
        window: None,
        avatar,
        revoked: RevokedTokens::default(),
    }
}

fn picture_url(sandbox: &Url, avatar: &str) -> String {
    format!("{sandbox}mmopen/vi_32/{avatar}/132")
}
