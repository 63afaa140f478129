//! The fans that every sandbox starts with.

use crate::random::openid_of;

/// Nickname, whether there is a unionid, whether there is a picture. Ordinary fans, and some that pages and databases
/// may get wrong.
const SEEDS: [(&str, bool, bool); 6] = [
    ("小鹿🦌", true, true),
    ("阿橙", false, true),
    ("👨‍👩‍👧‍👦 一家人", true, true),
    ("<b>尖括号</b> & \"引号\"", false, true),
    ("没有头像", false, false),
    ("", false, true),
];

/// A fan to start with.
pub struct Seed {
    pub openid: String,
    pub unionid: Option<String>,
    pub nickname: &'static str,
    /// The name of the picture, also if the fan shows none.
    pub avatar: String,
    pub has_picture: bool,
}

/// The first fans of an account: the same at every start.
pub fn of(app_id: &str) -> impl Iterator<Item = Seed> {
    SEEDS
        .iter()
        .enumerate()
        .map(move |(number, (nickname, unionid, picture))| Seed {
            openid: openid_of(&format!("{app_id}/{number}")),
            unionid: unionid.then(|| openid_of(&format!("{app_id}/{number}/unionid"))),
            nickname,
            avatar: openid_of(&format!("{app_id}/{number}/avatar")),
            has_picture: *picture,
        })
}
