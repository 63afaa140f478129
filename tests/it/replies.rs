//! `config/replies.toml`: tried by `fanpass replies test`, checked at the start, read anew at SIGHUP. The real binary.

use std::{fs, path::Path};

use fanpass::clients::wechat::push::write_xml;
use tempfile::TempDir;

use crate::support::{
    TestApp, eventually,
    process::{Process, command},
    push::TOKEN,
};

const RULES: &str = r#"
[[reply]]
on = "subscribe"
scene = "shop-7"
text = "{nickname}欢迎来到七号店：{site}/shops/7"

[[reply]]
on = "subscribe"
text = "欢迎"

[[reply]]
on = "keyword"
contains = "价格"
news = { title = "价目表", description = "十一月", picture = "/prices.png", url = "/prices" }

[[reply]]
on = "menu"
key = "book"
image = "media-1"

[[reply]]
on = "default"
text = "没听懂"
"#;

const BROKEN: &str = "[[reply]]\non = \"default\"\ntext = \"{nicknam}\"\n\n[[reply]]\non = \"menu\"\ntext = \"x\"\n";

fn write(folder: &Path, rules: &str) {
    fs::create_dir_all(folder.join("config")).unwrap();
    fs::write(folder.join("config/replies.toml"), rules).unwrap();
}

fn folder(rules: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), rules);
    folder
}

/// What a process needs to serve without a platform.
const ALONE: [(&str, &str); 5] = [
    ("FANPASS__SERVER__PORT", "0"),
    ("FANPASS__OPS__PORT", "0"),
    ("FANPASS__SANDBOX__ENABLED", "false"),
    ("FANPASS__WECHAT__API_URL", "http://127.0.0.1:1/"),
    ("FANPASS__WECHAT__OPEN_URL", "http://127.0.0.1:1/"),
];

#[actix_web::test]
async fn the_command_says_which_rule_replies_and_what() {
    let app = TestApp::with()
        .set("server.public_url", "https://fans.example/")
        .start()
        .await;
    let folder = folder(RULES);
    let card = "line 11: on = \"keyword\", contains = \"价格\"\nnews:\n  title: 价目表\n  description: 十一月\n  \
                picture: https://fans.example/prices.png\n  url: https://fans.example/prices\n";
    for (arguments, expected) in [
        (&[" 问价格 "][..], card),
        (&["hello"], "line 21: on = \"default\"\ntext: 没听懂\n"),
        (
            &["--menu", "book"],
            "line 16: on = \"menu\", key = \"book\"\nimage: media-1\n",
        ),
        (&["--menu", "no"], "no rule replies\n"),
        (&["--subscribe"], "line 7: on = \"subscribe\"\ntext: 欢迎\n"),
        (
            &["--subscribe", "shop-7", "--nickname", "小明"],
            "line 2: on = \"subscribe\", scene = \"shop-7\"\ntext: 小明欢迎来到七号店：https://fans.example/shops/7\n",
        ),
    ] {
        let output = app.replies_test(folder.path(), arguments).await;
        assert_eq!(
            (output.code, output.stdout.as_str(), output.stderr.as_str()),
            (0, expected, "")
        );
    }
    let listed = app.replies_test(folder.path(), &[]).await;
    assert!(
        listed.code == 0 && listed.stdout.contains("rules: 5\nline 2: "),
        "{listed:?}"
    );
}

/// The file to begin with, and the example of docs/replies.md, whose output it shows.
#[actix_web::test]
async fn the_examples_are_sound_and_reply_as_the_docs_say() {
    let app = TestApp::with()
        .set("server.public_url", "https://your.host/")
        .start()
        .await;
    let output = app
        .replies_test(
            folder(include_str!("../../config/replies.example.toml")).path(),
            &["帮助"],
        )
        .await;
    assert!(output.code == 0 && output.stderr.is_empty(), "{output:?}");
    let docs = include_str!("../../docs/replies.md");
    let (_, behind) = docs.split_once("```toml\n").unwrap();
    let folder = folder(behind.split_once("```").unwrap().0);
    let (_, shown) = docs.split_once("```text\n$ fanpass").unwrap();
    let shown = shown.split_once("```").unwrap().0;
    for arguments in [&["价格多少"][..], &["--subscribe", "shop-7", "--nickname", "小明"]] {
        let output = app.replies_test(folder.path(), arguments).await;
        assert!(output.stderr.is_empty() && shown.contains(&output.stdout), "{output:?}");
    }
}

#[actix_web::test]
async fn a_rule_that_never_replies_is_named_and_is_no_fault() {
    let app = TestApp::start().await;
    let hidden = "[[reply]]\non = \"subscribe\"\nscene = \"late\"\ntext = \"x\"\n";
    let folder = folder(&format!("{RULES}\n{hidden}"));
    let output = app.replies_test(folder.path(), &["--subscribe", "late"]).await;
    assert!(output.code == 0 && output.stdout.starts_with("line 7: "), "{output:?}");
    assert!(
        output.stderr.contains("line 25 never replies, because line 7"),
        "{output:?}"
    );
}

#[actix_web::test]
async fn every_fault_is_named_with_its_line_and_a_missing_file_is_said() {
    let app = TestApp::start().await;
    let broken = folder(BROKEN);
    let output = app.replies_test(broken.path(), &["hello"]).await;
    assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{output:?}");
    for line in ["config/replies.toml, line 3: ", "config/replies.toml, line 5: "] {
        assert!(output.stderr.contains(line), "{output:?}");
    }
    let empty = tempfile::tempdir().unwrap();
    let output = app.replies_test(empty.path(), &["hello"]).await;
    assert!(
        output.code == 2 && output.stderr.contains("there is no config/replies.toml"),
        "{output:?}"
    );
}

#[test]
fn a_broken_file_stops_the_start_and_check_names_it() {
    let folder = folder(BROKEN);
    let output = command(folder.path(), &[], &ALONE).output().unwrap();
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("config/replies.toml has faults: line 3: "), "{text}");
    let output = command(folder.path(), &["check"], &ALONE).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("FAULT  replies: config/replies.toml has faults: line 3: "),
        "{text}"
    );
}

#[test]
fn check_says_where_rules_reply_to_nothing() {
    let folder = folder(RULES);
    let checked = |variables: &[(&str, &str)]| {
        let output = command(folder.path(), &["check"], variables).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let without_push = [&ALONE[..], &[("FANPASS__PUSH__ENABLED", "false")]].concat();
    let text = checked(&without_push);
    let is_said = |part: &str| text.contains(part);
    assert!(is_said("ok     replies: rules in config/replies.toml: 5\n"), "{text}");
    assert!(
        is_said("note   replies: nothing replies by config/replies.toml"),
        "{text}"
    );
    let with_token = [&ALONE[..], &[("WECHAT_TOKEN", TOKEN)]].concat();
    let text = checked(&with_token);
    assert!(
        text.contains("ok     replies: ") && !text.contains("note   replies: "),
        "{text}"
    );
}

#[actix_web::test]
async fn sighup_reads_the_rules_anew_and_broken_ones_leave_the_old_in_force() {
    let mut process = Process::spawn_in(folder(RULES), &[], &ALONE);
    process.read();
    process.wait_for("rules for replies: 5, from config/replies.toml");
    process.wait_for("ready after");
    write(
        process.folder(),
        &format!("{RULES}\n[[reply]]\non = \"menu\"\nkey = \"x\"\ntext = \"x\"\n"),
    );
    process.signal("HUP");
    process.wait_for("SIGHUP: rules for replies: 6");
    write(process.folder(), BROKEN);
    process.signal("HUP");
    let line = process.wait_for("the rules for replies were not read anew, and the old ones stay");
    assert!(line.contains("line 3: ") && line.contains("line 5: "), "{line}");
    let (status, printed) = process.terminate().await;
    assert!(status.success(), "{printed:#?}");
}

/// The account as it receives pushes, by these rules.
async fn pushed(rules: &TempDir) -> TestApp {
    let builder = TestApp::with().env("WECHAT_TOKEN", TOKEN).directory(rules.path());
    builder.start().await
}

#[actix_web::test]
async fn what_a_fan_does_is_replied_to_by_the_first_rule_that_fits() {
    let folder = folder(RULES);
    let app = pushed(&folder).await;
    let welcome = app.push_event("oFan", "subscribe", &[("EventKey", "")]).send().await;
    assert_eq!(welcome.text(), "欢迎");
    let scene = app
        .push_event("oFan", "subscribe", &[("EventKey", "qrscene_shop-7")])
        .send()
        .await;
    let nameless = format!("欢迎来到七号店：{}/shops/7", app.url);
    assert_eq!(scene.text(), nameless);
    let card = app.push_text("oFan", " 问价格 ", 1).send().await.reply();
    assert_eq!(
        (card.word("MsgType"), card.word("ArticleCount")),
        (Some("news"), Some("1"))
    );
    let card = write_xml(&card.fields);
    let links = ["/prices.png]", "/prices]"].map(|path| format!("{}{path}", app.url));
    let parts = ["价目表", "十一月"].map(str::to_owned);
    for part in links.iter().chain(&parts) {
        assert!(card.contains(part), "{card}");
    }
    for event in ["CLICK", "scancode_waitmsg"] {
        let tapped = app
            .push_event("oFan", event, &[("EventKey", "book")])
            .send()
            .await
            .reply();
        assert_eq!(tapped.word("MsgType"), Some("image"), "{event}");
        assert!(write_xml(&tapped.fields).contains("media-1"), "{tapped:?}");
    }
    assert_eq!(app.push_text("oFan", "hello", 2).send().await.text(), "没听懂");
    let picture = [
        ("ToUserName", "gh_madeup"),
        ("FromUserName", "oFan"),
        ("CreateTime", "1"),
        ("MsgType", "image"),
        ("MsgId", "3"),
    ];
    assert_eq!(app.push(&picture).send().await.text(), "没听懂");
    for (event, key) in [
        ("CLICK", "other"),
        ("VIEW", "book"),
        ("SCAN", "shop-7"),
        ("LOCATION", ""),
        ("unsubscribe", ""),
    ] {
        let answer = app.push_event("oFan", event, &[("EventKey", key)]).send().await;
        assert!(answer.is_success(), "{event}: {}", answer.page.text());
    }
}

#[actix_web::test]
async fn a_registered_fan_is_called_by_the_nickname_and_it_brings_no_link() {
    let folder = folder(RULES);
    let app = pushed(&folder).await;
    let fan = app.platform.fan("<a href=\"https://evil.example\">{site}</a>").await;
    app.registered(&fan).await;
    let reply = app
        .push_event(&fan, "subscribe", &[("EventKey", "qrscene_shop-7")])
        .send()
        .await;
    assert_eq!(
        reply.text(),
        format!(
            "‹a href=\"https://evil.example\"›{{site}}‹/a›欢迎来到七号店：{}/shops/7",
            app.url
        )
    );
}

#[actix_web::test]
async fn after_sighup_pushes_are_answered_by_the_new_rules() {
    let folder = folder(RULES);
    let app = pushed(&folder).await;
    assert_eq!(app.push_text("oFan", "hello", 1).send().await.text(), "没听懂");
    let hang_up = || {
        let pid = std::process::id().to_string();
        assert!(
            std::process::Command::new("kill")
                .args(["-s", "HUP", &pid])
                .status()
                .unwrap()
                .success()
        );
    };
    write(folder.path(), "[[reply]]\non = \"default\"\ntext = \"新\"\n");
    hang_up();
    let mut id = 1;
    let mut text = async || {
        id += 1;
        app.push_text("oFan", "hello", id).send().await.text()
    };
    eventually("the new rules are in force", async || text().await == "新").await;
}
