//! The account's menu (自定义菜单).

use std::{collections::BTreeMap, fmt::Write};

use serde_json::{Map, Value, json};

/// A menu: up to three buttons, each of which does something or opens up to five others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Menu {
    /// From left to right.
    pub buttons: Vec<MenuButton>,
}

/// A button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuButton {
    /// What stands on it.
    pub name: String,
    /// What it does.
    pub action: MenuAction,
}

/// What a button does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MenuAction {
    /// Opens further buttons.
    Opens(Vec<MenuButton>),
    /// Does something of a type, with what the type needs, such as `url`. Both are the platform's words.
    Does {
        /// Such as `view`.
        kind: String,
        /// By their keys.
        values: BTreeMap<String, String>,
    },
}

impl Menu {
    /// The menu as the platform takes it.
    pub fn to_json(&self) -> Value {
        json!({ "button": self.buttons.iter().map(MenuButton::to_json).collect::<Vec<_>>() })
    }

    /// The menu in lines: the same for the same menu, so that two can be compared.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        self.buttons.iter().for_each(|button| button.write(&mut text, ""));
        text
    }
}

impl MenuButton {
    fn to_json(&self) -> Value {
        let mut object = Map::new();
        object.insert("name".to_owned(), self.name.clone().into());
        match &self.action {
            MenuAction::Opens(buttons) => {
                let buttons: Vec<Value> = buttons.iter().map(Self::to_json).collect();
                object.insert("sub_button".to_owned(), buttons.into());
            }
            MenuAction::Does { kind, values } => {
                object.insert("type".to_owned(), kind.clone().into());
                object.extend(values.iter().map(|(key, value)| (key.clone(), value.clone().into())));
            }
        }
        object.into()
    }

    fn write(&self, text: &mut String, indent: &str) {
        // Writing into a String cannot fail.
        let _ = match &self.action {
            MenuAction::Opens(buttons) => {
                let _ = writeln!(text, "{indent}{}", self.name);
                let deeper = format!("{indent}    ");
                buttons.iter().for_each(|button| button.write(text, &deeper));
                Ok(())
            }
            MenuAction::Does { kind, values } => {
                let values: String = values.iter().map(|(key, value)| format!("  {key} = {value}")).collect();
                writeln!(text, "{indent}{}  ({kind}){values}", self.name)
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn does(name: &str, kind: &str, key: &str, value: &str) -> MenuButton {
        MenuButton {
            name: name.to_owned(),
            action: MenuAction::Does {
                kind: kind.to_owned(),
                values: [(key.to_owned(), value.to_owned())].into(),
            },
        }
    }

    #[test]
    fn a_menu_is_written_as_the_platform_takes_it_and_as_lines() {
        let opens = MenuButton {
            name: "服务".to_owned(),
            action: MenuAction::Opens(vec![does("预约", "click", "key", "book")]),
        };
        let menu = Menu {
            buttons: vec![does("会员", "view", "url", "https://fans.example/"), opens],
        };
        let expected = json!({ "button": [
            { "name": "会员", "type": "view", "url": "https://fans.example/" },
            { "name": "服务", "sub_button": [{ "name": "预约", "type": "click", "key": "book" }] },
        ] });
        assert_eq!(menu.to_json(), expected);
        assert!(menu.to_json().to_string().contains("会员"), "raw UTF-8, no escapes");
        let lines = "会员  (view)  url = https://fans.example/\n服务\n    预约  (click)  key = book\n";
        assert_eq!(menu.to_text(), lines);
    }
}
