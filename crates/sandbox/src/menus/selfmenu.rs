//! The other shape of a menu: that of `get_current_selfmenu_info`.

use serde::Serialize;
use serde_json::{Value, json};

/// A button of a menu that was made over the API, in that shape: the sub buttons are in a `list`.
pub fn from_api(button: &Value) -> Value {
    let mut button = button.clone();
    if let Some(fields) = button.as_object_mut()
        && let Some(Value::Array(subs)) = fields.remove("sub_button")
        && !subs.is_empty()
    {
        let list: Vec<_> = subs.iter().map(from_api).collect();
        fields.insert("sub_button".to_owned(), json!({ "list": list }));
    }
    button
}

/// A button as a page draws it.
#[derive(Debug, Serialize)]
pub struct DrawnButton {
    pub name: String,
    pub kind: String,
    /// Where it leads: a URL, a key, or what else it has.
    pub target: String,
    pub sub_buttons: Vec<DrawnButton>,
}

/// A button in this shape, for a drawing.
pub fn drawn(button: &Value) -> DrawnButton {
    let text = |name: &str| button.get(name).and_then(Value::as_str).unwrap_or_default();
    let targets = ["url", "key", "value", "media_id", "article_id"].map(text);
    let subs = button.pointer("/sub_button/list").and_then(Value::as_array);
    DrawnButton {
        name: text("name").to_owned(),
        kind: text("type").to_owned(),
        target: targets
            .into_iter()
            .find(|target| !target.is_empty())
            .unwrap_or_default()
            .to_owned(),
        sub_buttons: subs.into_iter().flatten().map(drawn).collect(),
    }
}
