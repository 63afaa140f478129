use serde_json::Value;

use crate::domain::{Menu, MenuAction, MenuButton};

/// The menu that the platform has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrentMenu {
    /// Where it was made.
    pub origin: MenuOrigin,
    /// Its buttons; none if there is no menu.
    pub menu: Menu,
    /// Menus for some fans only, each with the rule that the platform gives, as JSON. They are made over the API alone.
    pub conditional: Vec<(Menu, String)>,
}

/// Where a menu was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MenuOrigin {
    /// Over the API.
    Api,
    /// In the platform's console.
    Console,
    /// There is none.
    Nowhere,
}

impl CurrentMenu {
    /// Reads `menu/get`.
    pub(super) fn of_api(response: &Value) -> Self {
        let of = |value: &Value| {
            let rule = value.get("matchrule").map_or_else(String::new, Value::to_string);
            (menu(value), rule)
        };
        let conditional = response.get("conditionalmenu").and_then(Value::as_array);
        Self {
            origin: MenuOrigin::Api,
            menu: response.get("menu").map(menu).unwrap_or_default(),
            conditional: conditional.into_iter().flatten().map(of).collect(),
        }
    }

    /// Reads `get_current_selfmenu_info`, where `menu/get` has none.
    pub(super) fn of_console(response: &Value) -> Self {
        // Also one that is switched off (`is_menu_open`): a push would lose it.
        let menu = response.get("selfmenu_info").map(menu).unwrap_or_default();
        Self {
            origin: if menu.buttons.is_empty() {
                MenuOrigin::Nowhere
            } else {
                MenuOrigin::Console
            },
            menu,
            conditional: Vec::new(),
        }
    }
}

fn menu(value: &Value) -> Menu {
    let buttons = value.get("button").and_then(Value::as_array);
    Menu {
        buttons: buttons.into_iter().flatten().map(button).collect(),
    }
}

/// In the console's form the further buttons are in a `list`.
fn button(value: &Value) -> MenuButton {
    let further = value.get("sub_button");
    let further = further.and_then(|further| further.as_array().or_else(|| further.get("list")?.as_array()));
    let name = text(value, "name");
    let action = match further.filter(|further| !further.is_empty()) {
        Some(further) => MenuAction::Opens(further.iter().map(button).collect()),
        None => MenuAction::Does {
            kind: text(value, "type"),
            values: values(value),
        },
    };
    MenuButton { name, action }
}

fn text(value: &Value, key: &str) -> String {
    let text = value.get(key).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

fn values(value: &Value) -> std::collections::BTreeMap<String, String> {
    let entries = value.as_object().into_iter().flatten();
    let others = entries.filter(|(key, _)| !["name", "type", "sub_button"].contains(&key.as_str()));
    let filled = others.filter(|(_, value)| !value.is_null() && value.as_str() != Some(""));
    let written = filled.map(|(key, value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        (key.clone(), text)
    });
    written.collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_menu_of_the_api_is_read_with_its_conditional_ones() {
        let response = json!({
            "menu": { "button": [
                { "type": "view", "name": "会员", "url": "https://fans.example/", "sub_button": [] },
                { "name": "服务", "sub_button": [{ "type": "click", "name": "预约", "key": "book", "sub_button": [] }] },
            ], "menuid": 1 },
            "conditionalmenu": [{ "button": [{ "type": "click", "name": "测试", "key": "t" }], "matchrule": { "tag_id": "2" } }],
        });
        let current = CurrentMenu::of_api(&response);
        let lines = "会员  (view)  url = https://fans.example/\n服务\n    预约  (click)  key = book\n";
        assert_eq!(
            (current.origin, current.menu.to_text().as_str()),
            (MenuOrigin::Api, lines)
        );
        assert_eq!(current.conditional.len(), 1);
        assert_eq!(current.conditional[0].1, r#"{"tag_id":"2"}"#);
    }

    #[test]
    fn a_menu_of_the_console_has_another_shape_and_is_one_also_while_it_is_switched_off() {
        let shown = |is_open| {
            json!({ "is_menu_open": is_open, "selfmenu_info": { "button": [
            { "name": "新闻", "sub_button": { "list": [{ "type": "view", "name": "站点", "url": "http://x.example/" }] } },
            { "type": "text", "name": "联系", "value": "Hello" },
        ] } })
        };
        let current = CurrentMenu::of_console(&shown(1));
        assert_eq!(current.origin, MenuOrigin::Console);
        let lines = "新闻\n    站点  (view)  url = http://x.example/\n联系  (text)  value = Hello\n";
        assert_eq!(current.menu.to_text(), lines);
        assert_eq!(CurrentMenu::of_console(&shown(0)).origin, MenuOrigin::Console);
        assert_eq!(CurrentMenu::of_console(&json!({})).origin, MenuOrigin::Nowhere);
    }
}
