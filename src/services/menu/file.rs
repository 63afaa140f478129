//! Reads `config/menu.toml`. Everything that the platform would refuse is found here, each with its line.

use std::{collections::BTreeMap, fmt};

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};
use url::Url;

use crate::domain::{AppId, Menu, MenuAction, MenuButton, full_link};

/// Buttons of the first level, and below one of them.
const MAX_BUTTONS: usize = 3;
const MAX_FURTHER: usize = 5;

/// Bytes of a name on the first level, and below it (自定义菜单).
const MAX_NAME: usize = 16;
const MAX_FURTHER_NAME: usize = 60;

/// Bytes of a value: 128 of a key, 1024 of a URL.
const MAX_KEY: usize = 128;
const MAX_URL: usize = 1024;

/// The types of buttons, and what each needs.
const TYPES: [(&str, &[&str]); 13] = [
    ("view", &["url"]),
    ("click", &["key"]),
    ("miniprogram", &["appid", "pagepath", "url"]),
    ("scancode_push", &["key"]),
    ("scancode_waitmsg", &["key"]),
    ("pic_sysphoto", &["key"]),
    ("pic_photo_or_album", &["key"]),
    ("pic_weixin", &["key"]),
    ("location_select", &["key"]),
    ("media_id", &["media_id"]),
    ("view_limited", &["media_id"]),
    ("article_id", &["article_id"]),
    ("article_view_limited", &["article_id"]),
];

/// Something in the file that the platform would refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuFault {
    /// Counts from 1.
    pub line: usize,
    /// What is wrong, and what to do about it.
    pub text: String,
}

impl fmt::Display for MenuFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}: {}", self.line, self.text)
    }
}

/// Reads the menu in `text`. A `url` that begins with `/` becomes one of the site at `public_url`.
///
/// # Errors
/// Every fault of the file, in the order of its lines.
pub fn read_menu(text: &str, public_url: &Url) -> Result<Menu, Vec<MenuFault>> {
    let mut reader = Reader {
        text,
        public_url,
        faults: Vec::new(),
    };
    let menu = reader.menu();
    reader.faults.sort_by_key(|fault| fault.line);
    match menu {
        Some(menu) if reader.faults.is_empty() => Ok(menu),
        _ => Err(reader.faults),
    }
}

struct Reader<'a> {
    text: &'a str,
    public_url: &'a Url,
    faults: Vec<MenuFault>,
}

/// Every reader returns `None` after a fault, and goes on where it can, so that all faults are found.
impl Reader<'_> {
    fn fault(&mut self, at: usize, text: impl Into<String>) {
        let before = self.text.get(..at).unwrap_or(self.text);
        self.faults.push(MenuFault {
            line: before.matches('\n').count() + 1,
            text: text.into(),
        });
    }

    fn menu(&mut self) -> Option<Menu> {
        let document = match DeTable::parse(self.text) {
            Ok(document) => document.into_inner(),
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                self.fault(at, format!("not valid TOML ({})", error.message()));
                return None;
            }
        };
        let mut buttons = None;
        for (key, value) in &document {
            match key.get_ref().as_ref() {
                "button" => buttons = Some(value),
                other => self.fault(
                    key.span().start,
                    format!("{other:?} is not known here; the file has only [[button]]"),
                ),
            }
        }
        let Some(buttons) = buttons else {
            self.fault(
                0,
                "there is no button; write [[button]] (`fanpass menu delete` removes the menu)",
            );
            return None;
        };
        let buttons = self.buttons(buttons, MAX_BUTTONS, false)?;
        Some(Menu { buttons })
    }

    fn buttons(&mut self, value: &Spanned<DeValue<'_>>, most: usize, is_further: bool) -> Option<Vec<MenuButton>> {
        let section = if is_further {
            "[[button.sub_button]]"
        } else {
            "[[button]]"
        };
        let DeValue::Array(buttons) = value.get_ref() else {
            self.fault(
                value.span().start,
                format!("not a list of buttons; write {section} above each"),
            );
            return None;
        };
        if !(1..=most).contains(&buttons.len()) {
            let at = buttons.get(most).unwrap_or(value).span().start;
            self.fault(at, format!("{} buttons here; WeChat takes 1 to {most}", buttons.len()));
        }
        let read: Vec<Option<MenuButton>> = buttons.iter().map(|button| self.button(button, is_further)).collect();
        read.into_iter().collect()
    }

    fn button(&mut self, value: &Spanned<DeValue<'_>>, is_further: bool) -> Option<MenuButton> {
        let at = value.span().start;
        let DeValue::Table(table) = value.get_ref() else {
            self.fault(at, "not a button; write its keys below [[button]]");
            return None;
        };
        let longest = if is_further { MAX_FURTHER_NAME } else { MAX_NAME };
        let name = self
            .required(table, at, "name")
            .and_then(|(name, at)| self.fitting(name, at, "name", longest));
        let further = table
            .iter()
            .find(|(key, _)| key.get_ref() == "sub_button")
            .map(|(_, value)| value);
        let kind = table.iter().any(|(key, _)| key.get_ref() == "type");
        let action = match further {
            Some(further) if is_further => {
                self.fault(further.span().start, "a button below another opens no further ones");
                None
            }
            Some(further) if kind => {
                self.fault(
                    further.span().start,
                    "a button has either a type or further buttons, not both",
                );
                None
            }
            Some(further) => {
                self.refuse_unknown(table, "that opens others", &["name", "sub_button"]);
                self.buttons(further, MAX_FURTHER, true).map(MenuAction::Opens)
            }
            None => self.action(table, at),
        };
        Some(MenuButton {
            name: name?,
            action: action?,
        })
    }

    fn action(&mut self, table: &DeTable<'_>, at: usize) -> Option<MenuAction> {
        let (kind, kind_at) = self.required(table, at, "type")?;
        let Some((_, needed)) = TYPES.iter().find(|(known, _)| *known == kind) else {
            let known: Vec<&str> = TYPES.iter().map(|(known, _)| *known).collect();
            self.fault(
                kind_at,
                format!("{kind:?} is no type of a button; write one of {}", known.join(", ")),
            );
            return None;
        };
        let known: Vec<&str> = ["name", "type"].iter().chain(*needed).copied().collect();
        self.refuse_unknown(table, &format!("of the type {kind}"), &known);
        let values = needed
            .iter()
            .map(|key| Some(((*key).to_owned(), self.value(table, at, key)?)));
        let values: Vec<Option<(String, String)>> = values.collect();
        let values: Option<BTreeMap<String, String>> = values.into_iter().collect();
        Some(MenuAction::Does { kind, values: values? })
    }

    fn value(&mut self, table: &DeTable<'_>, at: usize, key: &str) -> Option<String> {
        let (value, at) = self.required(table, at, key)?;
        match key {
            "url" => self.url(&value, at),
            "key" => self.fitting(value, at, key, MAX_KEY),
            "appid" if AppId::parse(&value).is_err() => {
                self.fault(
                    at,
                    "not the AppID of a mini-program: `wx` and 16 small letters or digits",
                );
                None
            }
            _ => self.fitting(value, at, key, MAX_URL),
        }
    }

    fn url(&mut self, text: &str, at: usize) -> Option<String> {
        match full_link(text, self.public_url) {
            Some(url) => self.fitting(url, at, "url", MAX_URL),
            None => {
                self.fault(
                    at,
                    "not a URL that a button can open: https://…, or a path of this site that begins with /",
                );
                None
            }
        }
    }

    /// A text of 1 to `most` bytes, without control characters.
    fn fitting(&mut self, text: String, at: usize, key: &str, most: usize) -> Option<String> {
        if text.trim().is_empty() {
            self.fault(at, format!("{key} is empty"));
        } else if text.len() > most {
            let length = text.len();
            self.fault(
                at,
                format!("{key} has {length} bytes, and WeChat takes {most}; a Chinese character has 3"),
            );
        } else if text.chars().any(char::is_control) {
            self.fault(at, format!("{key} has a control character; type it again"));
        } else {
            return Some(text);
        }
        None
    }

    /// The text under `key`, and where it is.
    fn required(&mut self, table: &DeTable<'_>, at: usize, key: &str) -> Option<(String, usize)> {
        let value = table
            .iter()
            .find(|(own, _)| own.get_ref() == key)
            .map(|(_, value)| value);
        match value.map(|value| (value.get_ref(), value.span().start)) {
            Some((DeValue::String(text), at)) => Some((text.to_string(), at)),
            Some((_, at)) => {
                self.fault(at, format!("{key} is not a text; put it in quotes"));
                None
            }
            None => {
                self.fault(at, format!("the button has no {key}"));
                None
            }
        }
    }

    fn refuse_unknown(&mut self, table: &DeTable<'_>, of: &str, known: &[&str]) {
        for (key, _) in table {
            if !known.contains(&key.get_ref().as_ref()) {
                let text = format!(
                    "{:?} is not known for a button {of}; it has {}",
                    key.get_ref(),
                    known.join(", ")
                );
                self.fault(key.span().start, text);
            }
        }
    }
}

#[cfg(test)]
mod tests;
