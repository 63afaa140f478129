//! Any body of a push is read or refused, within bounds; and what we write is read as it was meant.

use fanpass::{
    clients::wechat::push::{parse, parse_xml, write_xml},
    domain::{PushMessage, PushValue},
};

/// Levels of fields that are read.
const MAX_DEPTH: usize = 8;

/// `data` as the body of a push; then as what a fan wrote.
pub fn check(data: &[u8]) {
    if let Ok(push) = parse_xml(data) {
        assert!(depth(&push.fields) <= MAX_DEPTH, "deeper than is read");
        // A byte that is no UTF-8 becomes a character of three; nothing else grows.
        assert!(size(&push.fields) <= 3 * data.len(), "the body grew");
        assert_stable(&push);
    }
    if let Ok(push) = parse(data) {
        let _ = (push.kind(), push.to(), push.sender(), push.create_time(), push.scene());
        let identity = push.identity();
        assert!(identity.len() <= size(&push.fields) + 100, "the identity grew");
        // JSON may be deeper than XML is read.
        assert!(depth(&push.fields) > MAX_DEPTH || parse_xml(write_xml(&push.fields).as_bytes()).is_ok());
    }
    assert_one_text(&String::from_utf8_lossy(data));
}

/// What was read, is written and read again: the same, however often.
fn assert_stable(push: &PushMessage) {
    let read = |fields: &[(String, PushValue)]| parse_xml(write_xml(fields).as_bytes()).unwrap();
    // Some names cannot be written, and a line's end becomes the one of XML.
    let once = read(&push.fields);
    assert_eq!(read(&once.fields), once);
}

/// A fan's text stays one text: it adds no field, closes none and replaces none.
fn assert_one_text(text: &str) {
    let field = |name: &str, text: &str| (name.to_owned(), PushValue::Text(text.to_owned()));
    let sent = [
        field("Content", text),
        field("Event", "CLICK"),
        field("FromUserName", "oMadeUp"),
    ];
    let read = parse_xml(write_xml(&sent).as_bytes()).unwrap();
    assert_eq!(read.fields.len(), sent.len());
    assert_eq!(read.fields[1..], sent[1..]);
    let kept = |letter: &char| !letter.is_control() || "\t\r\n".contains(*letter) || *letter >= '\u{80}';
    let kept: String = text.chars().filter(kept).collect();
    // What XML makes of a line's end.
    assert_eq!(
        read.text("Content").unwrap(),
        kept.replace("\r\n", "\n").replace('\r', "\n")
    );
}

fn depth(fields: &[(String, PushValue)]) -> usize {
    let below = fields.iter().map(|(_, value)| match value {
        PushValue::Text(_) => 0,
        PushValue::Fields(fields) => depth(fields),
    });
    1 + below.max().unwrap_or(0)
}

/// Bytes of all names and texts.
fn size(fields: &[(String, PushValue)]) -> usize {
    let each = fields.iter().map(|(name, value)| match value {
        PushValue::Text(text) => name.len() + text.len(),
        PushValue::Fields(fields) => name.len() + size(fields),
    });
    each.sum()
}
