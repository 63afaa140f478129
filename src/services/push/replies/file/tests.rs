use super::{super::FanAct, *};

fn site() -> Url {
    Url::parse("https://fans.example/").unwrap()
}

fn read(text: &str) -> ReplyRules {
    read_replies(text, &site()).unwrap_or_else(|faults| panic!("{text}: {faults:?}"))
}

fn faults(text: &str) -> Vec<(usize, String)> {
    let faults = read_replies(text, &site()).expect_err(text);
    faults.into_iter().map(|fault| (fault.line, fault.text)).collect()
}

/// The one fault of a rule with these keys, which begin on line 2.
fn fault(keys: &str) -> (usize, String) {
    let mut found = faults(&format!("[[reply]]\n{keys}\n"));
    assert_eq!(found.len(), 1, "{keys}: {found:?}");
    found.remove(0)
}

const RULES: &str = r#"
[[reply]]
on = "subscribe"
scene = "shop-7"
text = "七号店"

[[reply]]
on = "subscribe"
text = "欢迎"

[[reply]]
on = "keyword"
exact = "帮助"
text = "help"

[[reply]]
on = "keyword"
prefix = "预约 "
news = { title = "预约", url = "/book" }

[[reply]]
on = "keyword"
contains = "价格"
image = "media-1"

[[reply]]
on = "keyword"
contains = "帮助"
text = "later"

[[reply]]
on = "menu"
key = "book"
text = "book"

[[reply]]
on = "default"
text = "没听懂"
"#;

#[test]
fn the_first_rule_that_fits_replies() {
    let rules = read(RULES);
    let line = |act| rules.find(&act).map(|rule| rule.line);
    for (act, expected) in [
        (FanAct::Followed(Some("shop-7")), Some(2)),
        (FanAct::Followed(Some("shop-70")), Some(7)),
        (FanAct::Followed(None), Some(7)),
        (FanAct::Wrote("帮助"), Some(11)),
        (FanAct::Wrote(" \u{3000}帮助\n"), Some(11)),
        (FanAct::Wrote("要帮助"), Some(26)),
        (FanAct::Wrote("预约 明天"), Some(16)),
        (FanAct::Wrote("预约"), None),
        (FanAct::Wrote("帮助 价格"), Some(21)),
        (FanAct::Wrote(""), None),
        (FanAct::Sent, None),
        (FanAct::Tapped("book"), Some(31)),
        (FanAct::Tapped("books"), None),
        (FanAct::Tapped("帮助"), None),
    ] {
        assert_eq!(line(act), expected, "{act:?}");
    }
}

#[test]
fn the_default_rule_replies_to_messages_only() {
    let rules = read(RULES);
    let is_answered = |act| rules.default_rule(&act).is_some();
    assert!(is_answered(FanAct::Wrote("hm")) && is_answered(FanAct::Sent));
    assert!(!is_answered(FanAct::Followed(None)) && !is_answered(FanAct::Tapped("x")));
}

#[test]
fn a_rule_that_another_hides_is_found() {
    let rules = |triggers: [&str; 2]| {
        read(
            &triggers
                .map(|keys| format!("[[reply]]\n{keys}\ntext = \"x\"\n"))
                .concat(),
        )
    };
    let is_hidden = |triggers| !rules(triggers).never_used().is_empty();
    let all = "on = \"subscribe\"";
    let shop = "on = \"subscribe\"\nscene = \"shop\"";
    assert!(is_hidden([all, shop]) && is_hidden([shop, shop]) && !is_hidden([shop, all]));
    let keyword = |comparison: &str, text: &str| format!("on = \"keyword\"\n{comparison} = \"{text}\"");
    let (exact, prefix, contains) = (
        keyword("exact", "abc"),
        keyword("prefix", "ab"),
        keyword("contains", "b"),
    );
    assert!(is_hidden([&prefix, &exact]) && is_hidden([&contains, &exact]) && is_hidden([&contains, &prefix]));
    assert!(!is_hidden([&exact, &prefix]) && !is_hidden([&prefix, &contains]) && !is_hidden([all, &exact]));
    let found = rules([all, shop]);
    let lines: Vec<_> = found
        .never_used()
        .iter()
        .map(|(rule, earlier)| (rule.line, earlier.line))
        .collect();
    assert_eq!(lines, [(4, 1)]);
}

#[test]
fn replies_are_what_the_platform_can_show() {
    let rules = read(RULES);
    let reply = |act| rules.find(&act).unwrap().reply.reply(None);
    let card = ReplyContent::News {
        title: "预约".to_owned(),
        description: String::new(),
        picture: String::new(),
        url: "https://fans.example/book".to_owned(),
    };
    assert_eq!(reply(FanAct::Wrote("预约 x")), card);
    assert_eq!(reply(FanAct::Wrote("价格")), ReplyContent::Image("media-1".to_owned()));
}

#[test]
fn a_file_without_rules_has_none() {
    for text in [
        "",
        "# none yet\n",
        "reply = []",
        "\u{feff}# from an editor of Windows\r\n",
    ] {
        assert!(read(text).all().is_empty(), "{text:?}");
    }
}

#[test]
fn every_fault_is_named_with_its_line() {
    let text = "[[reply]]\non = \"subscrib\"\ntext = \"\"\n\n[[reply]]\non = \"menu\"\n\n[[replies]]\n";
    let found = faults(text);
    let lines: Vec<usize> = found.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [2, 3, 5, 5, 8], "{found:?}");
    assert!(found[0].1.contains("subscribe, keyword, menu, default"), "{found:?}");
}

#[test]
fn what_would_not_work_is_refused() {
    let long = "x".repeat(2049);
    for (keys, line, part) in [
        ("text = \"x\"".to_owned(), 1, "no on"),
        ("on = 7\ntext = \"x\"".to_owned(), 2, "quotes"),
        ("on = \"menu\"\ntext = \"x\"".to_owned(), 1, "key of a button"),
        ("on = \"menu\"\nkey = \"\"\ntext = \"x\"".to_owned(), 3, "empty"),
        (
            "on = \"keyword\"\ntext = \"x\"".to_owned(),
            1,
            "none of exact, prefix, contains",
        ),
        (
            "on = \"keyword\"\nexact = \"a\"\nprefix = \"a\"\ntext = \"x\"".to_owned(),
            4,
            "too many",
        ),
        (
            "on = \"keyword\"\nexact = \" a\"\ntext = \"x\"".to_owned(),
            3,
            "trimmed",
        ),
        (
            "on = \"keyword\"\nprefix = \" a\"\ntext = \"x\"".to_owned(),
            3,
            "trimmed",
        ),
        (
            "on = \"keyword\"\ncontains = \" \"\ntext = \"x\"".to_owned(),
            3,
            "empty",
        ),
        (
            "on = \"default\"\nscene = \"a\"\ntext = \"x\"".to_owned(),
            3,
            "not known",
        ),
        (
            "on = \"subscribe\"\nscene = \"qr \"\ntext = \"x\"".to_owned(),
            3,
            "blanks",
        ),
        ("on = \"default\"".to_owned(), 1, "none of text, news, image"),
        (
            "on = \"default\"\ntext = \"x\"\nimage = \"x\"".to_owned(),
            4,
            "too many",
        ),
        (format!("on = \"default\"\ntext = \"{long}\""), 3, "2049 bytes"),
        ("on = \"default\"\ntext = \"{nick}\"".to_owned(), 3, "{nickname}"),
        ("on = \"default\"\ntext = \"{nickname}\"".to_owned(), 3, "more than"),
        ("on = \"default\"\nimage = \"a b\"".to_owned(), 3, "media id"),
        ("on = \"default\"\nnews = \"x\"".to_owned(), 3, "not a card"),
        ("on = \"default\"\nnews = { title = \"x\" }".to_owned(), 3, "no url"),
        (
            "on = \"default\"\n[reply.news]\ntitle = \"x\"\nurl = \"x\"".to_owned(),
            5,
            "begins with /",
        ),
        (
            "on = \"default\"\n[reply.news]\ntitle = \"x\"\nurl = \"/\"\npic = \"/\"".to_owned(),
            6,
            "picture",
        ),
    ] {
        let (at, text) = fault(&keys);
        assert!(at == line && text.contains(part), "{keys}: line {at}: {text}");
    }
    assert_eq!(faults("[[reply]\n")[0].0, 1);
    assert!(faults("[reply]\non = \"default\"\n")[0].1.contains("[[reply]]"));
    assert!(faults("reply = [1]")[0].1.contains("[[reply]]"));
}
