use serde::Serialize;

/// JSON as the platform wants it. Everything is raw UTF-8: for Chinese text as `\uXXXX` it returns 40033, or shows the
/// escapes to fans. serde_json escapes only what JSON demands.
pub(super) fn json(value: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_escaped_that_json_does_not_demand() {
        let text = "小雨🌧️é</a>&'\u{7f}\u{2028}\u{feff}";
        assert_eq!(json(&text).unwrap(), format!("\"{text}\"").into_bytes());
        assert_eq!(json(&"\"\\\u{8}\u{c}\n\r\t").unwrap(), br#""\"\\\b\f\n\r\t""#);
        assert_eq!(json(&"\u{1}").unwrap(), br#""\u0001""#);
    }
}
