use super::{
    language::is_chinese,
    table::{Entry, entries},
};

/// A part of a message must be so long to find it: fewer characters stand in too many of them.
const SHORTEST_LATIN: usize = 6;
const SHORTEST_CHINESE: usize = 3;

/// What is known about these words, the surest first: the platform's numbers, then messages that the words hold, then
/// messages that hold the words, then our statuses.
pub(super) fn find(words: &str) -> Vec<&'static Entry> {
    let (numbers, said) = (numbers(words), letters(words));
    let is_number = |entry: &&Entry| entry.errcodes.iter().any(|own| numbers.errcodes.contains(own));
    let is_said = |entry: &&Entry| entry.texts.iter().any(|text| said.contains(&letters(text)));
    let is_part = |entry: &&Entry| {
        let long_enough = said.chars().filter(|own| is_chinese(*own)).count() >= SHORTEST_CHINESE
            || said.chars().count() >= SHORTEST_LATIN;
        long_enough && entry.texts.iter().any(|text| letters(text).contains(&said))
    };
    let is_status = |entry: &&Entry| entry.statuses.iter().any(|own| numbers.status == Some(*own));
    let mut found: Vec<&Entry> = Vec::new();
    let all = entries()
        .filter(is_number)
        .chain(entries().filter(is_said))
        .chain(entries().filter(is_part))
        .chain(entries().filter(is_status));
    for entry in all {
        if !found.iter().any(|known| std::ptr::eq(*known, entry)) {
            found.push(entry);
        }
    }
    found
}

/// Only what is read aloud: quotes, blanks, stops and the case of letters differ from copy to copy.
fn letters(text: &str) -> String {
    let kept = text.chars().filter(|character| character.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

struct Numbers {
    errcodes: Vec<i64>,
    status: Option<u16>,
}

/// The numbers that may be meant. Five digits are the platform's wherever they stand; -1 and three digits mean something
/// only where nothing else is said, or behind the word that says what they are.
fn numbers(words: &str) -> Numbers {
    let mut numbers = Numbers {
        errcodes: Vec::new(),
        status: None,
    };
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '-';
    let mut before = String::new();
    let is_alone = letters(words).bytes().all(|byte| byte.is_ascii_digit());
    for word in words
        .split(|character| !is_part(character))
        .filter(|word| !word.is_empty())
    {
        let named = |names: &[&str]| names.contains(&before.as_str());
        if let Ok(number) = word.parse::<i64>() {
            if word.trim_start_matches('-').len() >= 5 || is_alone || named(&["errcode", "ret", "code"]) {
                numbers.errcodes.push(number);
            }
            let names_status = is_alone || named(&["http", "status", "1", "0"]);
            if let Some(status) = status(word).filter(|_| names_status && numbers.status.is_none()) {
                numbers.status = Some(status);
            }
        }
        before = word.to_ascii_lowercase();
    }
    // "502 Bad Gateway", as a proxy's page has it.
    let first = words.split_whitespace().next().and_then(status);
    numbers.status = numbers.status.or(first);
    numbers
}

fn status(word: &str) -> Option<u16> {
    word.parse().ok().filter(|status| (100..600).contains(status))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(words: &str) -> Vec<&'static str> {
        find(words).iter().map(|entry| entry.title.en).collect()
    }

    fn first(words: &str) -> &'static str {
        titles(words).first().copied().unwrap_or("nothing")
    }

    #[test]
    fn a_number_is_found_wherever_it_stands() {
        let whitelist = "the platform does not know this server's address";
        for words in [
            "40164",
            " 40164 ",
            "errcode 40164",
            "errcode:40164",
            r#"{"errcode":40164,"errmsg":"invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist, rid: 61e936b9-276749dc-04f60413"}"#,
            "2026-11-27T05:11:00Z ERROR the platform refuses this account: … error=sns/oauth2/access_token: errcode 40164 (invalid ip …)",
        ] {
            assert_eq!(first(words), whitelist, "{words}");
        }
        for words in ["-1", "errcode -1", r#"{"errcode":-1,"errmsg":"system error"}"#] {
            assert_eq!(first(words), "the platform is busy", "{words}");
        }
    }

    #[test]
    fn a_status_is_found_and_a_number_by_chance_is_none() {
        for (words, count) in [
            ("502", 2),
            ("HTTP 502", 2),
            ("http/1.1 502 Bad Gateway", 2),
            ("502 Bad Gateway", 2),
            ("http.status=502", 2),
            ("429", 1),
        ] {
            assert_eq!(titles(words).len(), count, "{words}");
        }
        for words in [
            "took 502 ms",
            "port 429",
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
            assert!(titles(words).is_empty(), "{words}: {:?}", titles(words));
        }
    }

    #[test]
    fn a_page_is_found_by_what_it_says_in_any_copy() {
        for (words, title) in [
            ("redirect_uri 参数错误", "redirect_uri 参数错误"),
            ("redirect_uri参数错误", "redirect_uri 参数错误"),
            ("10003", "redirect_uri 参数错误"),
            ("「该链接无法访问」", "该链接无法访问"),
            ("请在微信客户端打开链接", "请在微信客户端打开链接"),
            ("Scope 参数错误或没有 Scope 权限", "Scope 参数错误"),
            ("使用完整服务", "使用完整服务"),
            ("该公众号提供的服务出现故障，请稍后再试", "该公众号提供的服务出现故障"),
            (
                "服务暂时不可用 我们这边暂时出了问题。请稍等片刻，然后重新加载这一页。",
                "服务暂时不可用",
            ),
            ("现在有点忙", "现在有点忙"),
        ] {
            assert!(first(words).starts_with(title), "{words}: {}", first(words));
        }
        assert_eq!(titles("登录没有完成").len(), 2);
        assert!(first("微信的答复有误。").contains("cannot be used"));
    }

    #[test]
    fn a_line_of_the_log_is_found_by_its_message() {
        for (words, title) in [
            (
                r#"{"level":"WARN","fields":{"message":"the database is not available","database.error":"connection refused"}}"#,
                "the database is not available",
            ),
            (
                "WARN fanpass: the cache is down; going on without it cache.error=\"timeout\"",
                "the cache is down",
            ),
            ("database is not available", "the database is not available"),
        ] {
            assert!(first(words).starts_with(title), "{words}: {}", first(words));
        }
    }
}
