use super::{
    language::is_chinese,
    table::{Entry, entries},
};

/// The fewest characters of a part of a message. Shorter parts match too many entries.
const MIN_LATIN: usize = 6;
const MIN_CHINESE: usize = 3;

/// The entries that match these words, the best match first: the platform's numbers, messages that the words contain,
/// messages that contain the words, HTTP statuses of fanpass.
pub(super) fn find(words: &str) -> Vec<&'static Entry> {
    let (numbers, normalized) = (numbers(words), normalize(words));
    let has_number = |entry: &&Entry| entry.errcodes.iter().any(|own| numbers.errcodes.contains(own));
    let is_contained = |entry: &&Entry| entry.texts.iter().any(|text| normalized.contains(&normalize(text)));
    let contains = |entry: &&Entry| {
        let long_enough = normalized.chars().filter(|own| is_chinese(*own)).count() >= MIN_CHINESE
            || normalized.chars().count() >= MIN_LATIN;
        long_enough && entry.texts.iter().any(|text| normalize(text).contains(&normalized))
    };
    let has_status = |entry: &&Entry| entry.statuses.iter().any(|own| numbers.status == Some(*own));
    let mut found: Vec<&Entry> = Vec::new();
    let all = entries()
        .filter(has_number)
        .chain(entries().filter(is_contained))
        .chain(entries().filter(contains))
        .chain(entries().filter(has_status));
    for entry in all {
        if !found.iter().any(|known| std::ptr::eq(*known, entry)) {
            found.push(entry);
        }
    }
    found
}

/// Letters and digits in lower case. Quotes, blanks, punctuation and case may change when text is copied.
fn normalize(text: &str) -> String {
    let kept = text.chars().filter(|character| character.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

struct Numbers {
    errcodes: Vec<i64>,
    status: Option<u16>,
}

/// A word, and the characters between it and the previous word.
#[derive(Clone, Copy)]
struct Word<'a> {
    gap: &'a str,
    text: &'a str,
}

fn split(words: &str) -> Vec<Word<'_>> {
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '-';
    let (mut found, mut rest) = (Vec::new(), words);
    while let Some(start) = rest.find(is_part) {
        let (gap, begun) = rest.split_at(start);
        let (text, after) = begun.split_at(begun.find(|character| !is_part(character)).unwrap_or(begun.len()));
        found.push(Word { gap, text });
        rest = after;
    }
    found
}

/// A number after one of these words is not the platform's.
const NAMES_OF_OTHER_NUMBERS: &[&str] = &["port", "ports", "ms", "pid"];

/// A number before one of these words is not the platform's either.
const UNITS: &[&str] = &["ms", "us", "s", "seconds", "bytes"];

/// The numbers that may be meant. Five digits are the platform's unless the words around them say otherwise (a port, a
/// time). -1 and three digits count only alone, or after a word that says what they are.
fn numbers(words: &str) -> Numbers {
    let mut numbers = Numbers {
        errcodes: Vec::new(),
        status: None,
    };
    let split = split(words);
    let is_alone = split.len() == 1 && normalize(words).bytes().all(|byte| byte.is_ascii_digit());
    let mut before = "";
    for (at, word) in split.iter().enumerate() {
        let is_before = |names: &[&str]| names.iter().any(|name| name.eq_ignore_ascii_case(before));
        if let Ok(number) = word.text.parse::<i64>() {
            let is_long = word.text.trim_start_matches('-').len() >= 5;
            let after = split.get(at + 1).map_or("", |next| next.text);
            let is_other = is_port_or_fraction(*word) || is_before(NAMES_OF_OTHER_NUMBERS) || UNITS.contains(&after);
            if is_alone || is_before(&["errcode", "ret", "code"]) || is_long && !is_other {
                numbers.errcodes.push(number);
            }
            let names_status = is_alone || is_before(&["http", "status", "1", "0"]);
            if let Some(status) = status(word.text).filter(|_| names_status && numbers.status.is_none()) {
                numbers.status = Some(status);
            }
        }
        before = word.text;
    }
    // "502 Bad Gateway", as on a proxy's page.
    let first = words.split_whitespace().next().and_then(status);
    numbers.status = numbers.status.or(first);
    numbers
}

/// As in `127.0.0.1:48001`, `[::1]:48001`, `端口 48001` and `0.48001`.
fn is_port_or_fraction(word: Word<'_>) -> bool {
    matches!(word.gap, ":" | "]:" | ".") || word.gap.contains("端口")
}

fn status(word: &str) -> Option<u16> {
    word.parse().ok().filter(|status| (100..600).contains(status))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the best match has this text among its keys.
    fn finds(words: &str, key: &str) -> bool {
        find(words).first().is_some_and(|entry| entry.texts.contains(&key))
    }

    #[test]
    fn a_number_is_found_wherever_it_stands() {
        for words in [
            "40164",
            " 40164 ",
            "errcode 40164",
            "errcode:40164",
            "错误码：40164",
            "fanpass: 40164.",
            r#"{"errcode":40164,"errmsg":"invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist, rid: 61e936b9-276749dc-04f60413"}"#,
            "2026-11-27T05:11:00Z ERROR the platform refuses this account: … error=sns/oauth2/access_token: errcode 40164 (invalid ip …)",
        ] {
            assert!(finds(words, "not in whitelist"), "{words}");
        }
        for words in ["-1", "errcode -1", r#"{"errcode":-1,"errmsg":"system error"}"#] {
            assert!(finds(words, "system error"), "{words}");
        }
    }

    #[test]
    fn a_status_is_found_and_any_other_number_is_none() {
        for (words, count) in [
            ("502", 2),
            ("HTTP 502", 2),
            ("http/1.1 502 Bad Gateway", 2),
            ("502 Bad Gateway", 2),
            ("http.status=502", 2),
            ("429", 1),
        ] {
            assert_eq!(find(words).len(), count, "{words}");
        }
        for words in [
            "took 502 ms",
            "port 429",
            "port 40164",
            "port=40164",
            "127.0.0.1:48001",
            "redis:40029",
            "[::1]:40163",
            "端口 40164",
            "took 40164 ms",
            "duration_ms=40164",
            "0.40164",
            "1",
            "0",
            "40999",
            "999",
            "",
            " ",
            "…",
            "bla",
            "的",
            "the",
        ] {
            assert!(find(words).is_empty(), "{words}: {:?}", find(words));
        }
    }

    #[test]
    fn a_page_is_found_by_what_it_says_in_any_copy() {
        for (words, key) in [
            ("redirect_uri 参数错误", "redirect_uri 参数错误"),
            ("redirect_uri参数错误", "redirect_uri 参数错误"),
            ("10003", "redirect_uri 参数错误"),
            ("「该链接无法访问」", "该链接无法访问"),
            ("请在微信客户端打开链接", "请在微信客户端打开链接"),
            ("Scope 参数错误或没有 Scope 权限", "没有 scope 权限"),
            ("使用完整服务", "使用完整服务"),
            ("该公众号提供的服务出现故障，请稍后再试", "该公众号提供的服务出现故障"),
            (
                "服务暂时不可用 我们这边暂时出了问题。请稍等片刻，然后重新加载这一页。",
                "服务暂时不可用",
            ),
            ("现在有点忙", "现在有点忙"),
        ] {
            assert!(finds(words, key), "{words}: {:?}", find(words));
        }
        assert_eq!(find("登录没有完成").len(), 2);
        assert!(finds("微信的答复有误。", "微信的答复有误"));
    }

    #[test]
    fn a_line_of_the_log_is_found_by_its_message() {
        for (words, key) in [
            (
                r#"{"level":"WARN","fields":{"message":"the database is not available","database.error":"connection refused"}}"#,
                "the database is not available",
            ),
            (
                "WARN fanpass: the cache is down; going on without it cache.error=\"timeout\"",
                "the cache is down",
            ),
            ("dial 127.0.0.1:48001: connection refused", "connection refused"),
            (
                r#"FATAL:  password authentication failed for user "fan""#,
                "password authentication failed",
            ),
            ("PgBouncer", "PgBouncer"),
            (
                r#"{"target":"audit","fields":{"message":"a request was refused","audit.reason":"unknown_state"}}"#,
                "a request was refused",
            ),
            ("database is not available", "the database is not available"),
        ] {
            assert!(finds(words, key), "{words}: {:?}", find(words));
        }
    }
}
