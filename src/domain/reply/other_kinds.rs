use super::is_unprintable;
use crate::domain::PushValue;

/// The kinds of passive reply besides text, one card and a picture, and the fields that each has (被动回复用户消息, 转发消息到客服).
const KINDS: [(&str, &[&str]); 5] = [
    ("voice", &["Voice"]),
    ("video", &["Video"]),
    ("music", &["Music"]),
    ("news", &["ArticleCount", "Articles"]),
    ("transfer_customer_service", &["TransInfo"]),
];

/// The kind that may be left without its field: the reply then goes to any of the account's agents.
const WITHOUT_FIELDS: &str = "transfer_customer_service";

/// What belongs to a reply of this kind among `fields`. None: no such kind, a field is missing, or a text cannot be shown.
pub fn fields_of_kind(kind: &str, fields: &[(String, PushValue)]) -> Option<Vec<(String, PushValue)>> {
    let (_, names) = KINDS.iter().find(|(known, _)| *known == kind)?;
    let of_name = |name: &&str| {
        let is_it = |field: &str| field.trim().eq_ignore_ascii_case(name);
        let (_, value) = fields.iter().find(|(field, _)| is_it(field))?;
        Some(((*name).to_owned(), value.clone()))
    };
    let own: Vec<_> = names.iter().filter_map(of_name).collect();
    let is_whole = own.len() == names.len() || kind == WITHOUT_FIELDS;
    (is_whole && own.iter().all(|(_, value)| is_shown(value))).then_some(own)
}

fn is_shown(value: &PushValue) -> bool {
    match value {
        PushValue::Text(text) => !text.chars().any(is_unprintable),
        PushValue::Fields(fields) => fields.iter().all(|(_, value)| is_shown(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str, text: &str) -> (String, PushValue) {
        (name.to_owned(), PushValue::Text(text.to_owned()))
    }

    fn within(name: &str, fields: Vec<(String, PushValue)>) -> (String, PushValue) {
        (name.to_owned(), PushValue::Fields(fields))
    }

    #[test]
    fn a_kind_has_its_own_fields_and_no_others() {
        let music = within(
            "Music",
            vec![text("Title", "雨"), text("MusicUrl", "https://bot.example/a.mp3")],
        );
        let sent = [
            text("ToUserName", "oOther"),
            text("MsgType", "music"),
            music.clone(),
            text("Encrypt", "x"),
        ];
        assert_eq!(fields_of_kind("music", &sent), Some(vec![music]));
        let head = [text("ToUserName", "oOther"), text("CreateTime", "7")];
        assert_eq!(fields_of_kind("transfer_customer_service", &head), Some(Vec::new()));
        assert_eq!(fields_of_kind("voice", &head), None);
        assert_eq!(fields_of_kind("fax", &sent), None);
    }

    #[test]
    fn a_text_that_cannot_be_shown_is_refused() {
        let music = within("Music", vec![text("Title", "a\u{8}b")]);
        assert_eq!(fields_of_kind("music", &[music]), None);
    }
}
