//! What the log does not show.

use serde_json::Value;

const SECRETS: [&str; 3] = ["secret", "appsecret", "access_token"];

/// A query without the values of the AppSecret and of access tokens.
pub fn mask_query(query: &str) -> String {
    let mask = |pair: &str| match pair.split_once('=') {
        Some((name, _)) if SECRETS.contains(&name) => format!("{name}=***"),
        _ => pair.to_owned(),
    };
    query.split('&').map(mask).collect::<Vec<_>>().join("&")
}

/// A JSON body without them; of any other body the length.
pub fn mask_body(body: &str) -> String {
    if body.is_empty() {
        return String::new();
    }
    match serde_json::from_str(body) {
        Ok(Value::Object(mut fields)) => {
            for name in SECRETS {
                if let Some(value) = fields.get_mut(name) {
                    *value = "***".into();
                }
            }
            Value::Object(fields).to_string()
        }
        _ => format!("{} bytes that are no JSON object", body.len()),
    }
}
