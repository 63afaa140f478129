use std::fmt;

use super::{FanAct, template::ReplyTemplate};
use crate::domain::trim_blanks;

/// The rules, in the order of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReplyRules {
    pub(super) rules: Vec<Rule>,
}

/// When to reply, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Where it begins in the file. Counts from 1.
    pub line: usize,
    /// When to reply.
    pub trigger: ReplyTrigger,
    /// What to reply.
    pub reply: ReplyTemplate,
}

/// When a rule replies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplyTrigger {
    /// A fan follows: by the QR code with this scene, or anyhow.
    Subscribe(Option<String>),
    /// A fan writes something.
    Keyword(Keyword),
    /// A fan taps the button with this key in the menu.
    Menu(String),
    /// A message that nothing else replied to.
    Default,
}

/// What a text must have. The text is compared without the blanks around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keyword {
    /// It is this.
    Exact(String),
    /// It begins with this.
    Prefix(String),
    /// It has this in it.
    Contains(String),
}

impl ReplyRules {
    /// All of them.
    pub fn all(&self) -> &[Rule] {
        &self.rules
    }

    /// The rules that never reply, each with the one before it that replies in its place.
    pub fn never_used(&self) -> Vec<(&Rule, &Rule)> {
        let covered = self.rules.iter().enumerate().filter_map(|(index, rule)| {
            let mut before = self.rules.iter().take(index);
            Some((rule, before.find(|earlier| earlier.trigger.covers(&rule.trigger))?))
        });
        covered.collect()
    }

    /// The first rule for what a fan did, the default rule aside: that one waits until a forward target has not answered,
    /// either.
    pub fn find(&self, act: &FanAct<'_>) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.trigger.is_for(act))
    }

    /// The default rule, if it may reply to what a fan did.
    pub fn default_rule(&self, act: &FanAct<'_>) -> Option<&Rule> {
        let mut rules = self.rules.iter().filter(|_| act.is_message());
        rules.find(|rule| rule.trigger == ReplyTrigger::Default)
    }
}

impl ReplyTrigger {
    /// Whether this replies to all that `other` would reply to.
    fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Subscribe(None), Self::Subscribe(_)) => true,
            (Self::Keyword(keyword), Self::Keyword(other)) => keyword.covers(other),
            (one, other) => one == other,
        }
    }

    fn is_for(&self, act: &FanAct<'_>) -> bool {
        match (self, act) {
            (Self::Subscribe(None), FanAct::Followed(_)) => true,
            (Self::Subscribe(scene), FanAct::Followed(followed)) => scene.as_deref() == *followed,
            (Self::Keyword(keyword), FanAct::Wrote(text)) => keyword.is_in(trim_blanks(text)),
            (Self::Menu(key), FanAct::Tapped(tapped)) => key == tapped,
            _ => false,
        }
    }
}

impl Keyword {
    fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Contains(part), Self::Exact(text) | Self::Prefix(text) | Self::Contains(text)) => {
                text.contains(part)
            }
            (Self::Prefix(part), Self::Exact(text) | Self::Prefix(text)) => text.starts_with(part),
            (one, other) => one == other,
        }
    }

    fn is_in(&self, text: &str) -> bool {
        match self {
            Self::Exact(keyword) => text == keyword,
            Self::Prefix(keyword) => text.starts_with(keyword),
            Self::Contains(keyword) => text.contains(keyword),
        }
    }
}

/// The trigger as the file says it.
impl fmt::Display for ReplyTrigger {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Subscribe(None) => write!(formatter, "on = \"subscribe\""),
            Self::Subscribe(Some(scene)) => write!(formatter, "on = \"subscribe\", scene = {scene:?}"),
            Self::Keyword(Keyword::Exact(text)) => write!(formatter, "on = \"keyword\", exact = {text:?}"),
            Self::Keyword(Keyword::Prefix(text)) => write!(formatter, "on = \"keyword\", prefix = {text:?}"),
            Self::Keyword(Keyword::Contains(text)) => write!(formatter, "on = \"keyword\", contains = {text:?}"),
            Self::Menu(key) => write!(formatter, "on = \"menu\", key = {key:?}"),
            Self::Default => write!(formatter, "on = \"default\""),
        }
    }
}
