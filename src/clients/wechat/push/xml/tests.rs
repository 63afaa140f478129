use proptest::prelude::*;

use super::*;

fn fields(xml: &str) -> Vec<(String, PushValue)> {
    parse_xml(xml.as_bytes()).unwrap().fields
}

fn text(name: &str, value: &str) -> (String, PushValue) {
    (name.to_owned(), PushValue::Text(value.to_owned()))
}

#[test]
fn fields_are_read_in_their_order_with_fields_within() {
    let xml = "\u{feff}<?xml version=\"1.0\"?>\n<xml> <A><![CDATA[a <b> &amp; ]]]]><![CDATA[>]]></A>\n<B>1 &lt; 2 &#38; 3</B><C/><P><i>1</i><i>2</i></P></xml>\n";
    assert_eq!(
        fields(xml),
        [
            text("A", "a <b> &amp; ]]>"),
            text("B", "1 < 2 & 3"),
            text("C", ""),
            ("P".to_owned(), PushValue::Fields(vec![text("i", "1"), text("i", "2")])),
        ]
    );
    assert_eq!(fields("<xml></xml>"), []);
    assert_eq!(
        fields("<xml><Url>https://a.example/?a=1&b=2</Url></xml>"),
        [text("Url", "https://a.example/?a=1&b=2")]
    );
}

#[test]
fn document_types_and_entities_of_ones_own_are_refused() {
    for xml in [
        "<!DOCTYPE xml [<!ENTITY a \"b\">]><xml><A>&a;</A></xml>",
        "<!DOCTYPE xml SYSTEM \"file:///etc/passwd\"><xml/>",
        "<xml><A>&a;</A></xml>",
    ] {
        assert!(matches!(parse_xml(xml.as_bytes()), Err(XmlError::Entities)), "{xml}");
    }
}

#[test]
fn what_is_no_push_is_refused() {
    for xml in [
        "",
        "text",
        "<a/>",
        "<xml>",
        "<xml></a>",
        "<xml/><xml/>",
        "</xml>",
        "<xml><a>",
    ] {
        assert!(parse_xml(xml.as_bytes()).is_err(), "{xml}");
    }
    let deep = format!("<xml>{}</xml>", "<a>".repeat(20_000));
    assert!(matches!(parse_xml(deep.as_bytes()), Err(XmlError::TooMuch)));
    let many = format!("<xml>{}</xml>", "<a/>".repeat(5000));
    assert!(matches!(parse_xml(many.as_bytes()), Err(XmlError::TooMuch)));
}

#[test]
fn bytes_that_are_not_utf_8_are_replaced() {
    let push = parse_xml(b"<xml><A>a\xff</A></xml>").unwrap();
    assert_eq!(push.text("A"), Some("a\u{fffd}"));
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(values in proptest::collection::vec("[^\\p{Cc}\\u{fffe}\\u{ffff}]{0,40}", 0..5)) {
        let fields: Vec<_> = values.iter().map(|value| text("Content", value)).collect();
        let read = parse_xml(write_xml(&fields).as_bytes()).unwrap();
        prop_assert_eq!(read.fields, fields);
    }

    #[test]
    fn no_body_makes_the_reader_panic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _read = parse_xml(&body);
    }
}
