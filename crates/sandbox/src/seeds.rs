//! The fans that every sandbox starts with.

use super::chance::openid_of;

/// Nickname, whether there is a unionid, whether there is a picture: ordinary fans, and those that pages and databases get wrong.
const SEEDS: [(&str, bool, bool); 6] = [
    ("小鹿🦌", true, true),
    ("阿橙", false, true),
    ("👨‍👩‍👧‍👦 一家人", true, true),
    ("<b>尖括号</b> & \"引号\"", false, true),
    ("没有头像", false, false),
    ("", false, true),
];

/// A fan to start with.
pub(super) struct Seed {
    pub(super) openid: String,
    pub(super) unionid: Option<String>,
    pub(super) nickname: &'static str,
    /// The name of the picture, also where the fan shows none.
    pub(super) avatar: String,
    pub(super) picture: bool,
}

/// The account's fans: the same ones at every start, so that a browser's choice outlives a restart.
pub(super) fn of(app_id: &str) -> impl Iterator<Item = Seed> {
    SEEDS
        .iter()
        .enumerate()
        .map(move |(number, (nickname, unionid, picture))| Seed {
            openid: openid_of(&format!("{app_id}/{number}")),
            unionid: unionid.then(|| openid_of(&format!("{app_id}/{number}/unionid"))),
            nickname,
            avatar: openid_of(&format!("{app_id}/{number}/avatar")),
            picture: *picture,
        })
}
