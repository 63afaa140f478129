//! The other shape of a menu: that of `get_current_selfmenu_info`.

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
