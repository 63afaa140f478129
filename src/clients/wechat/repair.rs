//! Turns what the platform sends into valid JSON. Nicknames and places hold raw control characters, halves of emoji and
//! broken bytes. A parser that follows the standard refuses the whole response for one of them. serde_json has no
//! option for that. Laxer parsers (json5, sonic-rs, simd-json) still refuse raw control characters or lone surrogates,
//! so they would need this pass too.

use std::str::Chars;

/// Digits of a `\u` escape.
const UNIT_DIGITS: usize = 4;

/// The body as UTF-8 with well-formed strings. Broken bytes, lone surrogates and broken escapes become U+FFFD. Raw
/// control characters in strings are escaped (a name drops them, an id with one inside is refused); others are dropped.
/// Where a string begins and ends never changes.
pub(super) fn repaired(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let mut repaired = String::with_capacity(text.len());
    let mut rest = text.trim_start_matches('\u{feff}').chars();
    let mut in_string = false;
    while let Some(character) = rest.next() {
        match character {
            '"' => {
                in_string = !in_string;
                repaired.push('"');
            }
            '\\' if in_string => repair_escape(&mut rest, &mut repaired),
            control if control.is_ascii_control() => {
                if in_string {
                    push_escaped(control, &mut repaired);
                }
            }
            other => repaired.push(other),
        }
    }
    repaired
}

fn push_escaped(control: char, repaired: &mut String) {
    repaired.push_str(&format!("\\u{:04x}", u32::from(control)));
}

/// Continues after a backslash. Broken characters between it and the character that it escapes are moved before both;
/// otherwise an escaped quote would end the string.
fn repair_escape(rest: &mut Chars<'_>, repaired: &mut String) {
    let mut text = rest.as_str();
    while let Some(broken) = text
        .chars()
        .next()
        .filter(|next| next.is_ascii_control() || *next == '\u{fffd}')
    {
        if broken.is_ascii_control() {
            push_escaped(broken, repaired);
        } else {
            repaired.push(broken);
        }
        text = text.get(broken.len_utf8()..).unwrap_or_default();
    }
    let (kept, skipped) = match code_unit(text) {
        Some(0xd800..=0xdbff) => match text.get(UNIT_DIGITS + 1..).and_then(|text| text.strip_prefix('\\')) {
            Some(second) if matches!(code_unit(second), Some(0xdc00..=0xdfff)) => (2 * (UNIT_DIGITS + 1) + 1, 0),
            _ => (0, UNIT_DIGITS + 1),
        },
        Some(0xdc00..=0xdfff) => (0, UNIT_DIGITS + 1),
        Some(_) => (UNIT_DIGITS + 1, 0),
        None if text.starts_with(['"', '\\', '/', 'b', 'f', 'n', 'r', 't']) => (1, 0),
        None => (0, 0),
    };
    match text.get(..kept) {
        Some(escape) if kept > 0 => {
            repaired.push('\\');
            repaired.push_str(escape);
        }
        _ => repaired.push(char::REPLACEMENT_CHARACTER),
    }
    *rest = text.get(kept + skipped..).unwrap_or_default().chars();
}

/// The code unit of `uXXXX`.
fn code_unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix('u')?.get(..UNIT_DIGITS)?;
    let all_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    all_hex.then(|| u16::from_str_radix(digits, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(inside: &[u8]) -> String {
        let text = repaired(&[b"\"".as_slice(), inside, b"\""].concat());
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn what_is_well_formed_stays_as_it_is() {
        let body = r#" {"a":"\u4f60\ud83d\ude00 \"\\\/\b\f\n\r\t 小雨🌧️","b":[1,{"c":null}]} "#;
        assert_eq!(repaired(body.as_bytes()), body);
    }

    #[test]
    fn raw_control_characters_are_escaped_in_strings_and_dropped_elsewhere() {
        assert_eq!(read(b"a\x00b\x08\n\x7f"), "a\0b\u{8}\n\u{7f}");
        assert_eq!(repaired(b"\xef\xbb\xbf{\r\n\t\"a\"\x00:\x1f1}\n\0"), r#"{"a":1}"#);
    }

    #[test]
    fn half_an_emoji_is_replaced_wherever_it_stands() {
        for (inside, read_as) in [
            (r"ab\ud83d", "ab\u{fffd}"),
            (r"\ude00ab", "\u{fffd}ab"),
            (r"\ud83dab", "\u{fffd}ab"),
            (r"\ud83d\n", "\u{fffd}\n"),
            (r"\ud83d\u4f60", "\u{fffd}你"),
            (r"\ud83d\ud83d\ude00", "\u{fffd}😀"),
            (r"\uD83D\uDE00\uDE00", "😀\u{fffd}"),
            (r"\\ud83d", r"\ud83d"),
        ] {
            assert_eq!(read(inside.as_bytes()), read_as, "{inside}");
        }
    }

    #[test]
    fn broken_bytes_and_escapes_are_replaced_and_never_end_a_string() {
        for (inside, read_as) in [
            (b"a\xff\xfeb".as_slice(), "a\u{fffd}\u{fffd}b"),
            (b"\xe5\xb0", "\u{fffd}"),
            (b"a\\\xff/b", "a\u{fffd}/b"),
            (b"a\\\xff\x08\"b", "a\u{fffd}\u{8}\"b"),
            (b"a\\\xffb", "a\u{fffd}\u{8}"),
            (b"a\\\xffq", "a\u{fffd}\u{fffd}q"),
            (br"\u4f6", "\u{fffd}u4f6"),
            (br"\u+123\x41\'", "\u{fffd}u+123\u{fffd}x41\u{fffd}'"),
            (b"\\u4\x08f60", "\u{fffd}u4\u{8}f60"),
            (br#"a\"b"#, "a\"b"),
        ] {
            assert_eq!(read(inside), read_as, "{inside:?}");
        }
    }
}
