use super::*;

fn fields(body: &str) -> Fields {
    serde_json::from_str(body).unwrap()
}

fn field(value: &str) -> Fields {
    fields(&format!(r#"{{"a":{value}}}"#))
}

#[test]
fn a_whole_number_is_read_in_every_spelling() {
    for (value, number) in [
        ("7200", Some(7200)),
        ("\"7200\"", Some(7200)),
        ("\" 7200\\u3000\\u0000\"", Some(7200)),
        ("7200.0", Some(7200)),
        ("\"7200.00\"", Some(7200)),
        ("7.2e3", Some(7200)),
        ("-1", Some(-1)),
        ("\"-1\"", Some(-1)),
        ("7200.5", None),
        ("1e999", None),
        ("\"inf\"", None),
        ("\"NaN\"", None),
        ("\"72 00\"", None),
        ("\"\"", None),
        ("null", None),
        ("true", None),
        ("[7200]", None),
    ] {
        assert_eq!(field(value).whole_number("a"), number, "{value}");
    }
}

#[test]
fn a_text_may_come_as_a_number_and_loses_its_control_characters() {
    for (value, text) in [
        (r#""a\u0000b\u007f\u0085\n""#, "ab"),
        ("7", "7"),
        ("\"\"", ""),
        ("null", ""),
        ("true", ""),
        ("[\"a\"]", ""),
        ("{\"a\":1}", ""),
    ] {
        assert_eq!(field(value).text("a"), text, "{value}");
    }
    assert_eq!(fields("{}").text("a"), "");
    assert_eq!(fields(r#"{"a":"b","a":"c"}"#).text("a"), "c");
}

#[test]
fn an_id_is_trimmed_and_never_repaired() {
    for (body, id) in [
        (r#"{"a":"oMade-Up_1"}"#, Some("oMade-Up_1")),
        (r#"{"a":"\ufeff \u0000oMadeUp\u3000\n"}"#, Some("oMadeUp")),
        (r#"{"a":"oMadeUp","a":" oMadeUp","a":null}"#, Some("oMadeUp")),
        (r#"{"a":"oMadeUp","a":"oMadeUp2"}"#, None),
        (r#"{"a":"oMade\u0008Up"}"#, None),
        (r#"{"a":"oMade Up"}"#, None),
        (r#"{"a":"oMadeUp\ufffd"}"#, None),
        (r#"{"a":" "}"#, None),
        (r#"{"a":""}"#, None),
        (r#"{"a":null}"#, None),
        (r#"{"a":17}"#, None),
        ("{}", None),
    ] {
        assert_eq!(fields(body).id("a").as_deref(), id, "{body}");
    }
}

#[test]
fn an_errcode_that_cannot_be_read_is_no_success() {
    for (body, errcode) in [
        ("{}", Ok(None)),
        (r#"{"errcode":null}"#, Ok(None)),
        (r#"{"errcode":""}"#, Ok(None)),
        (r#"{"errcode":0}"#, Ok(Some(0))),
        (r#"{"errcode":" 0 "}"#, Ok(Some(0))),
        (r#"{"errcode":"40029"}"#, Ok(Some(40029))),
        (r#"{"errcode":40029.0,"errcode":0}"#, Ok(Some(40029))),
        (r#"{"errcode":0,"errcode":40029}"#, Ok(Some(40029))),
        (r#"{"errcode":0,"errcode":"many"}"#, Err(Unreadable)),
        (r#"{"errcode":[]}"#, Err(Unreadable)),
        (r#"{"errcode":true}"#, Err(Unreadable)),
        (r#"{"errcode":1e999}"#, Err(Unreadable)),
    ] {
        assert_eq!(fields(body).errcode(), errcode, "{body}");
    }
}

#[test]
fn a_flag_is_set_unless_it_clearly_says_no() {
    for (value, set) in [
        ("1", true),
        ("\"1\"", true),
        ("\" 1 \"", true),
        ("1.0", true),
        ("true", true),
        ("\"true\"", true),
        ("\"yes\"", true),
        ("[]", true),
        ("0", false),
        ("0.0", false),
        ("\"0\"", false),
        ("\" 0 \"", false),
        ("\"\"", false),
        ("\"false\"", false),
        ("false", false),
        ("null", false),
    ] {
        assert_eq!(field(value).is_truthy("a"), set, "{value}");
    }
    assert!(!fields("{}").is_truthy("a") && fields(r#"{"a":1,"a":0}"#).is_truthy("a"));
}

#[test]
fn nested_values_of_any_depth_are_skipped() {
    let deep = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
    let fields = fields(&format!(r#"{{"a":"b","deep":{deep},"nickname":{deep}}}"#));
    assert_eq!((fields.text("a"), fields.text("nickname")), ("b".into(), String::new()));
}
