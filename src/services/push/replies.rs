//! Replies by rules that the operator keeps in `config/replies.toml`.

mod current;
mod fan_act;
mod file;
mod rule;
mod template;

pub use self::{
    current::{RepliesError, ReplyRulesInForce, read_replies_file},
    fan_act::FanAct,
    file::read_replies,
    rule::{Keyword, ReplyRules, ReplyTrigger, Rule},
    template::ReplyTemplate,
};
