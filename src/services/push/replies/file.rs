//! Reads `config/replies.toml`. What can be wrong in a rule is found here, each with its line.

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};
use url::Url;

use super::{Keyword, ReplyRules, ReplyTemplate, ReplyTrigger, Rule};
use crate::{
    domain::{ReplyContent, trim_blanks},
    services::config_file::{ConfigFile, FileFault, entry},
};

/// The ways to compare a text.
const COMPARISONS: [&str; 3] = ["exact", "prefix", "contains"];

/// The kinds of replies.
const REPLIES: [&str; 3] = ["text", "news", "image"];

/// What a rule may have of its own, by `on`.
const TRIGGERS: [(&str, &[&str]); 4] = [
    ("subscribe", &["scene"]),
    ("keyword", &COMPARISONS),
    ("menu", &["key"]),
    ("default", &[]),
];

/// What stands in `news`.
const NEWS: [&str; 4] = ["title", "description", "picture", "url"];

/// Reads the rules in `text`. A link that begins with `/` becomes one of the site at `public_url`.
///
/// # Errors
/// Every fault of the file, in the order of its lines.
pub fn read_replies(text: &str, public_url: &Url) -> Result<ReplyRules, Vec<FileFault>> {
    let mut reader = Reader {
        file: ConfigFile::new(text),
        public_url,
    };
    let rules = reader.rules();
    reader.file.finish(rules)
}

struct Reader<'a> {
    file: ConfigFile<'a>,
    public_url: &'a Url,
}

/// Every reader returns `None` after a fault, and goes on where it can, so that all faults are found.
impl Reader<'_> {
    fn rules(&mut self) -> Option<ReplyRules> {
        let document = self.file.parse()?;
        for (key, _) in &document {
            if key.get_ref() != "reply" {
                let name = key.get_ref();
                let text = format!("{name:?} is not known here; the file has only [[reply]]");
                self.file.fault(key.span().start, text);
            }
        }
        let Some(rules) = entry(&document, "reply") else {
            return Some(ReplyRules::default());
        };
        let DeValue::Array(array) = rules.get_ref() else {
            let text = "not a list of rules; write [[reply]], with two brackets, above each";
            self.file.fault(rules.span().start, text);
            return None;
        };
        let read: Vec<Option<Rule>> = array.iter().map(|rule| self.rule(rule)).collect();
        let rules = read.into_iter().collect::<Option<_>>()?;
        Some(ReplyRules { rules })
    }

    fn rule(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Rule> {
        let at = value.span().start;
        let DeValue::Table(table) = value.get_ref() else {
            self.file.fault(at, "not a rule; write its keys below [[reply]]");
            return None;
        };
        let trigger = self.trigger(table, at);
        let reply = self.reply(table, at);
        Some(Rule {
            line: self.file.line(at),
            trigger: trigger?,
            reply: reply?,
        })
    }

    fn trigger(&mut self, table: &DeTable<'_>, at: usize) -> Option<ReplyTrigger> {
        let (on, on_at) = self.file.required(table, at, "on", "the rule")?;
        let Some((_, own)) = TRIGGERS.iter().find(|(known, _)| *known == on) else {
            let known = TRIGGERS.map(|(known, _)| known).join(", ");
            self.file.fault(on_at, format!("on is {on:?}; write one of {known}"));
            return None;
        };
        let known: Vec<&str> = ["on"].iter().chain(*own).chain(&REPLIES).copied().collect();
        self.file
            .refuse_unknown(table, &format!("a rule with on = {on:?}"), &known);
        match on.as_str() {
            "subscribe" => match entry(table, "scene") {
                Some(scene) => Some(ReplyTrigger::Subscribe(Some(self.word(scene, "scene")?))),
                None => Some(ReplyTrigger::Subscribe(None)),
            },
            "keyword" => self.keyword(table, at).map(ReplyTrigger::Keyword),
            "menu" => match entry(table, "key") {
                Some(key) => self.word(key, "key").map(ReplyTrigger::Menu),
                None => {
                    self.file.fault(at, "the rule has no key; write the key of a button");
                    None
                }
            },
            _ => Some(ReplyTrigger::Default),
        }
    }

    fn keyword(&mut self, table: &DeTable<'_>, at: usize) -> Option<Keyword> {
        let (name, value) = self.one_of(table, at, &COMPARISONS)?;
        let (text, at) = self.file.string(value, name)?;
        let trimmed = trim_blanks(&text);
        let is_found = match name {
            "exact" => text == trimmed,
            "prefix" => text.starts_with(trimmed),
            _ => true,
        };
        if trimmed.is_empty() {
            self.file.fault(at, format!("{name} is empty"));
            return None;
        }
        if !is_found {
            let text = format!("{name} has blanks where a fan's text never has any: it is trimmed first; remove them");
            self.file.fault(at, text);
            return None;
        }
        Some(match name {
            "exact" => Keyword::Exact(text),
            "prefix" => Keyword::Prefix(text),
            _ => Keyword::Contains(text),
        })
    }

    fn reply(&mut self, table: &DeTable<'_>, at: usize) -> Option<ReplyTemplate> {
        let (name, value) = self.one_of(table, at, &REPLIES)?;
        match name {
            "news" => self.news(value),
            "image" => {
                let (media_id, at) = self.file.string(value, name)?;
                let image = ReplyContent::image(media_id).map_err(|fault| self.file.fault(at, fault.to_string()));
                image.ok().map(ReplyTemplate::fixed)
            }
            _ => {
                let (text, at) = self.file.string(value, name)?;
                let text = ReplyTemplate::text(&text, self.public_url);
                text.map_err(|fault| self.file.fault(at, fault.to_string())).ok()
            }
        }
    }

    fn news(&mut self, value: &Spanned<DeValue<'_>>) -> Option<ReplyTemplate> {
        let at = value.span().start;
        let DeValue::Table(table) = value.get_ref() else {
            let text = "not a card; write news = { title = \"…\", description = \"…\", picture = \"…\", url = \"…\" }";
            self.file.fault(at, text);
            return None;
        };
        self.file.refuse_unknown(table, "a card", &NEWS);
        let title = self.file.required(table, at, "title", "the card");
        let url = self.file.required(table, at, "url", "the card");
        let mut optional = |key| match entry(table, key) {
            Some(value) => self.file.string(value, key),
            None => Some((String::new(), at)),
        };
        let (description, picture) = (optional("description"), optional("picture"));
        let (title, description, picture, url) = (title?, description?, picture?, url?);
        let places = [
            ("title", title.1),
            ("description", description.1),
            ("picture", picture.1),
            ("url", url.1),
        ];
        let news = ReplyContent::news(title.0, description.0, &picture.0, &url.0, self.public_url);
        match news {
            Ok(news) => Some(ReplyTemplate::fixed(news)),
            Err(fault) => {
                let place = places.iter().find(|(key, _)| *key == fault.what);
                self.file.fault(place.map_or(at, |(_, at)| *at), fault.to_string());
                None
            }
        }
    }

    /// The one key of these that a rule has.
    fn one_of<'n, 't, 'v>(
        &mut self,
        table: &'t DeTable<'v>,
        at: usize,
        names: &[&'n str],
    ) -> Option<(&'n str, &'t Spanned<DeValue<'v>>)> {
        let found = names.iter().filter_map(|name| Some((*name, entry(table, name)?)));
        let found: Vec<_> = found.collect();
        match found.as_slice() {
            [one] => Some(*one),
            [] => {
                self.file
                    .fault(at, format!("the rule has none of {}; write one", names.join(", ")));
                None
            }
            [_, (second, value), ..] => {
                let text = format!("{second} is one too many: a rule has one of {}", names.join(", "));
                self.file.fault(value.span().start, text);
                None
            }
        }
    }

    /// A text that is compared with what the platform tells: not empty, and without blanks around it.
    fn word(&mut self, value: &Spanned<DeValue<'_>>, key: &str) -> Option<String> {
        let (text, at) = self.file.string(value, key)?;
        if !text.is_empty() && trim_blanks(&text) == text {
            return Some(text);
        }
        self.file.fault(
            at,
            format!("{key} is empty or has blanks around it; write it as the platform tells it"),
        );
        None
    }
}

#[cfg(test)]
mod tests;
