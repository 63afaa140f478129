//! Reads `config/menu.toml`. Everything that the platform would refuse is found here, each with its line.

use std::collections::BTreeMap;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};
use url::Url;

use crate::{
    domain::{AppId, Menu, MenuAction, MenuButton, full_link},
    services::config_file::{ConfigFile, FileFault, entry},
};

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

/// Reads the menu in `text`. A `url` that begins with `/` becomes one of the site at `public_url`.
///
/// # Errors
/// Every fault of the file, in the order of its lines.
pub fn read_menu(text: &str, public_url: &Url) -> Result<Menu, Vec<FileFault>> {
    let mut reader = Reader {
        file: ConfigFile::new(text),
        public_url,
    };
    let menu = reader.menu();
    reader.file.finish(menu)
}

struct Reader<'a> {
    file: ConfigFile<'a>,
    public_url: &'a Url,
}

/// Every reader returns `None` after a fault, and goes on where it can, so that all faults are found.
impl Reader<'_> {
    fn menu(&mut self) -> Option<Menu> {
        let document = self.file.parse()?;
        let mut buttons = None;
        for (key, value) in &document {
            match key.get_ref().as_ref() {
                "button" => buttons = Some(value),
                other => self.file.fault(
                    key.span().start,
                    format!("{other:?} is not known here; the file has only [[button]]"),
                ),
            }
        }
        let Some(buttons) = buttons else {
            self.file.fault(
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
            self.file.fault(
                value.span().start,
                format!("not a list of buttons; write {section} above each"),
            );
            return None;
        };
        if !(1..=most).contains(&buttons.len()) {
            let at = buttons.get(most).unwrap_or(value).span().start;
            self.file
                .fault(at, format!("{} buttons here; WeChat takes 1 to {most}", buttons.len()));
        }
        let read: Vec<Option<MenuButton>> = buttons.iter().map(|button| self.button(button, is_further)).collect();
        read.into_iter().collect()
    }

    fn button(&mut self, value: &Spanned<DeValue<'_>>, is_further: bool) -> Option<MenuButton> {
        let at = value.span().start;
        let DeValue::Table(table) = value.get_ref() else {
            self.file.fault(at, "not a button; write its keys below [[button]]");
            return None;
        };
        let longest = if is_further { MAX_FURTHER_NAME } else { MAX_NAME };
        let name = self
            .required(table, at, "name")
            .and_then(|(name, at)| self.fitting(name, at, "name", longest));
        let further = entry(table, "sub_button");
        let kind = entry(table, "type").is_some();
        let action = match further {
            Some(further) if is_further => {
                self.file
                    .fault(further.span().start, "a button below another opens no further ones");
                None
            }
            Some(further) if kind => {
                self.file.fault(
                    further.span().start,
                    "a button has either a type or further buttons, not both",
                );
                None
            }
            Some(further) => {
                self.file
                    .refuse_unknown(table, "a button that opens others", &["name", "sub_button"]);
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
            self.file.fault(
                kind_at,
                format!("{kind:?} is no type of a button; write one of {}", known.join(", ")),
            );
            return None;
        };
        let known: Vec<&str> = ["name", "type"].iter().chain(*needed).copied().collect();
        self.file
            .refuse_unknown(table, &format!("a button of the type {kind}"), &known);
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
                self.file.fault(
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
                self.file.fault(
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
            self.file.fault(at, format!("{key} is empty"));
        } else if text.len() > most {
            let length = text.len();
            self.file.fault(
                at,
                format!("{key} has {length} bytes, and WeChat takes {most}; a Chinese character has 3"),
            );
        } else if text.chars().any(char::is_control) {
            self.file
                .fault(at, format!("{key} has a control character; type it again"));
        } else {
            return Some(text);
        }
        None
    }

    fn required(&mut self, table: &DeTable<'_>, at: usize, key: &str) -> Option<(String, usize)> {
        self.file.required(table, at, key, "the button")
    }
}

#[cfg(test)]
mod tests;
