use super::*;

fn site() -> Url {
    Url::parse("https://fans.example/").unwrap()
}

fn faults(text: &str) -> Vec<(usize, String)> {
    let faults = read_menu(text, &site()).expect_err(text);
    faults.into_iter().map(|fault| (fault.line, fault.text)).collect()
}

/// The one fault of a button with these keys, which begin on line 3.
fn fault(keys: &str) -> (usize, String) {
    let mut found = faults(&format!("[[button]]\nname = \"x\"\n{keys}\n"));
    assert_eq!(found.len(), 1, "{keys}: {found:?}");
    found.remove(0)
}

#[test]
fn a_file_is_read_and_a_path_becomes_a_url_of_the_site() {
    let text = r#"
[[button]]
name = "会员中心"
type = "view"
url = "/member?from=menu"

[[button]]
name = "服务"
[[button.sub_button]]
name = "预约"
type = "click"
key = "book"
[[button.sub_button]]
name = "小程序"
type = "miniprogram"
appid = "wx0123456789abcdef"
pagepath = "pages/index"
url = "https://shop.example/旧"
"#;
    let lines = "会员中心  (view)  url = https://fans.example/member?from=menu\n服务\n    预约  (click)  key = book\n    \
                 小程序  (miniprogram)  appid = wx0123456789abcdef  pagepath = pages/index  url = https://shop.example/旧\n";
    assert_eq!(read_menu(text, &site()).unwrap().to_text(), lines);
}

#[test]
fn every_fault_is_named_with_its_line() {
    let text = "[[button]]\nname = \"一二三四五六\"\ntype = \"vieww\"\n\n[[button]]\nname = \"a\"\ntype = \"click\"\n\n[[buttn]]\n";
    let found = faults(text);
    let lines: Vec<usize> = found.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [2, 3, 5, 9], "{found:?}");
    assert!(
        found[0].1.contains("18 bytes") && found[0].1.contains("16"),
        "{found:?}"
    );
    assert!(found[1].1.contains("miniprogram"), "{found:?}");
    assert!(found[2].1.contains("no key"), "{found:?}");
    assert!(found[3].1.contains("buttn"), "{found:?}");
}

#[test]
fn what_the_platform_would_refuse_is_refused() {
    let long = |bytes: usize| "x".repeat(bytes);
    for (keys, line, part) in [
        ("type = \"view\"".to_owned(), 1, "no url"),
        (
            "type = \"view\"\nurl = \"javascript:alert(1)\"".to_owned(),
            4,
            "not a URL",
        ),
        ("type = \"view\"\nurl = \"//other.example/\"".to_owned(), 4, "not a URL"),
        (
            "type = \"view\"\nurl = \"ftp://other.example/\"".to_owned(),
            4,
            "not a URL",
        ),
        (
            format!("type = \"view\"\nurl = \"https://x.example/{}\"", long(1024)),
            4,
            "1024",
        ),
        (format!("type = \"click\"\nkey = \"{}\"", long(129)), 4, "128"),
        ("type = \"click\"\nkey = \"\"".to_owned(), 4, "empty"),
        ("type = \"click\"\nkey = 7".to_owned(), 4, "quotes"),
        ("type = \"click\"\nkey = \"a\"\nurl = \"/\"".to_owned(), 5, "not known"),
        (
            "type = \"miniprogram\"\nappid = \"gh_x\"\npagepath = \"p\"\nurl = \"/\"".to_owned(),
            4,
            "AppID",
        ),
        ("".to_owned(), 1, "no type"),
        ("type = \"click\"\nkey = \"a\"\nsub_button = []".to_owned(), 5, "either"),
        ("sub_button = []".to_owned(), 3, "1 to 5"),
        (
            "[[button.sub_button]]\nname = \"y\"\n[[button.sub_button.sub_button]]\nname = \"z\"".to_owned(),
            5,
            "no further",
        ),
    ] {
        let (at, text) = fault(&keys);
        assert!(at == line && text.contains(part), "{keys}: line {at}: {text}");
    }
    assert!(faults("").iter().any(|(_, text)| text.contains("no button")));
    assert_eq!(faults("[[button]\n")[0].0, 1);
    let four = "[[button]]\nname = \"a\"\ntype = \"click\"\nkey = \"a\"\n".repeat(4);
    assert_eq!(faults(&four), [(13, "4 buttons here; WeChat takes 1 to 3".to_owned())]);
}
