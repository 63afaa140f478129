//! `fanpass menu …`, the real binary, with a `config/menu.toml` of the test's own.

use std::{fs, path::Path};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::TestApp;

const MENU: &str = r#"
[[button]]
name = "会员中心"
type = "view"
url = "/photos?from=menu"

[[button]]
name = "服务"

[[button.sub_button]]
name = "预约"
type = "click"
key = "book"

[[button.sub_button]]
name = "商城"
type = "miniprogram"
appid = "wx0123456789abcdef"
pagepath = "pages/index"
url = "https://shop.example/"
"#;

const LINES: &str = "会员中心  (view)  url = https://fans.example/photos?from=menu\n服务\n    预约  (click)  key = book\n    \
                     商城  (miniprogram)  appid = wx0123456789abcdef  pagepath = pages/index  url = https://shop.example/\n";

async fn app() -> TestApp {
    TestApp::with()
        .set("server.public_url", "https://fans.example/")
        .start()
        .await
}

fn write(folder: &Path, menu: &str) {
    fs::create_dir_all(folder.join("config")).unwrap();
    fs::write(folder.join("config/menu.toml"), menu).unwrap();
}

fn folder(menu: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), menu);
    folder
}

/// The acts in the audit log.
async fn acts(app: &TestApp) -> Vec<String> {
    let rows = app.audit(&["export", "--format", "json"]).await.json();
    let act = |row: &Value| row["act"].as_str().unwrap().to_owned();
    rows.iter().map(act).collect()
}

async fn made_in_console(app: &TestApp) {
    let menu = json!({ "button": [{ "type": "view", "name": "旧站", "url": "http://old.example/" }] });
    app.platform.control("PUT", "menu", menu).await;
}

/// Adds a menu for the fans of a tag, as another tool of the operator may have.
async fn add_conditional(app: &TestApp) {
    let tokens = app.platform.control("GET", "tokens", Value::Null).await;
    let token = tokens[0]["access_token"].as_str().unwrap();
    let url = format!("{}/cgi-bin/menu/addconditional?access_token={token}", app.platform.url);
    let menu = json!({
        "button": [{ "type": "click", "name": "测试", "key": "t" }],
        "matchrule": { "tag_id": "2" },
    });
    let mut response = awc::Client::default().post(url).send_json(&menu).await.unwrap();
    let body: Value = serde_json::from_slice(&response.body().await.unwrap()).unwrap();
    assert!(body["menuid"].is_u64() || body["menuid"].is_string(), "{body}");
}

async fn conditional_menus(app: &TestApp) -> Value {
    app.platform.control("GET", "menu", Value::Null).await["conditional"].clone()
}

#[actix_web::test]
async fn a_menu_is_compared_pushed_shown_and_deleted() {
    let (app, folder) = (app().await, folder(MENU));
    let menu = async |arguments: &[&str]| app.menu(folder.path(), arguments, "").await;
    let shown = menu(&["show"]).await;
    assert_eq!((shown.code, shown.stdout.as_str()), (0, "the account has no menu\n"));
    let diff = menu(&["diff"]).await;
    let added: String = LINES.lines().map(|line| format!("+{line}\n")).collect();
    assert_eq!(diff.code, 1, "{diff:?}");
    assert!(diff.stdout.ends_with(&added), "{diff:?}");

    let pushed = menu(&["push", "--yes"]).await;
    assert_eq!(pushed.code, 0, "{pushed:?}");
    assert!(pushed.stdout.ends_with(&added), "{pushed:?}");
    let shown = menu(&["show"]).await;
    assert_eq!((shown.code, shown.stdout.as_str()), (0, LINES));
    let diff = menu(&["diff"]).await;
    assert_eq!((diff.code, diff.stdout.as_str()), (0, ""), "{diff:?}");
    let again = menu(&["push", "--yes"]).await;
    assert_eq!(again.code, 0, "{again:?}");
    assert_eq!(app.platform.calls("menu_create").await, 1);
    let requests = app.platform.control("GET", "requests", Value::Null).await;
    let recent = requests["recent"].as_array().unwrap().iter();
    let sent: Vec<&Value> = recent.filter(|entry| entry["endpoint"] == "menu_create").collect();
    let body = sent[0]["body"].as_str().unwrap();
    assert!(body.contains("会员中心") && !body.contains("\\u"), "{body}");

    write(folder.path(), &MENU.replace("book", "reserve"));
    let diff = menu(&["diff"]).await;
    let changed = "\n-    预约  (click)  key = book\n+    预约  (click)  key = reserve\n";
    assert_eq!(diff.code, 1, "{diff:?}");
    assert!(
        diff.stdout.contains(changed) && !diff.stdout.contains('\u{1b}'),
        "{diff:?}"
    );

    let shown: Value = serde_json::from_str(&menu(&["show", "--json"]).await.stdout).unwrap();
    assert_eq!(shown["button"][1]["sub_button"][0]["key"], "book");
    assert_eq!(menu(&["delete", "--yes"]).await.code, 0);
    assert_eq!(menu(&["show"]).await.stdout, "the account has no menu\n");
    assert_eq!(acts(&app).await, ["menu.push", "menu.delete"]);
}

#[actix_web::test]
async fn without_a_terminal_and_without_yes_nothing_is_changed() {
    let (app, folder) = (app().await, folder(MENU));
    for typed in ["", "yes\n"] {
        let push = app.menu(folder.path(), &["push"], typed).await;
        assert_eq!(push.code, 1, "{push:?}");
        assert!(
            push.stderr.contains("--yes") && push.stdout.contains("会员中心"),
            "{push:?}"
        );
    }
    assert_eq!(app.menu(folder.path(), &["push", "--yes"], "").await.code, 0);
    let delete = app.menu(folder.path(), &["delete"], "yes\n").await;
    assert_eq!(delete.code, 1, "{delete:?}");
    assert_eq!(app.platform.calls("menu_create").await, 1);
    assert_eq!(app.platform.calls("menu_delete").await, 0);
    assert_eq!(acts(&app).await, ["menu.push"]);
}

#[actix_web::test]
async fn every_fault_of_the_file_is_named_with_its_line_before_the_platform_is_called() {
    let app = app().await;
    let folder =
        folder("[[button]]\nname = \"一二三四五六\"\ntype = \"view\"\nurl = \"ftp://x.example/\"\nlink = \"/\"\n");
    for arguments in [&["diff"][..], &["push", "--yes"]] {
        let output = app.menu(folder.path(), arguments, "").await;
        assert_eq!((output.code, output.stdout.as_str()), (2, ""), "{output:?}");
        for line in ["line 2: ", "line 4: ", "line 5: "] {
            let fault = format!("config/menu.toml, {line}");
            assert!(output.stderr.contains(&fault), "{output:?}");
        }
    }
    let empty = tempfile::tempdir().unwrap();
    let output = app.menu(empty.path(), &["diff"], "").await;
    assert_eq!(output.code, 2, "{output:?}");
    assert!(output.stderr.contains("config/menu.toml"), "{output:?}");
    assert_eq!(app.platform.calls("stable_token").await, 0);
}

#[actix_web::test]
async fn a_menu_of_the_console_is_shown_and_not_replaced_unasked() {
    let (app, folder) = (app().await, folder(MENU));
    made_in_console(&app).await;
    let shown = app.menu(folder.path(), &["show"], "").await.stdout;
    assert!(
        shown.contains("console") && shown.contains("http://old.example/"),
        "{shown}"
    );
    let push = app.menu(folder.path(), &["push", "--yes"], "").await;
    assert_ne!(push.code, 0, "{push:?}");
    assert!(push.stderr.contains("--replace"), "{push:?}");
    assert!(push.stdout.contains("\n-旧站"), "{push:?}");
    assert_eq!(app.platform.calls("menu_create").await, 0);
    let unasked = app.menu(folder.path(), &["push", "--replace"], "").await;
    assert_eq!(unasked.code, 1, "{unasked:?}");
    let push = app.menu(folder.path(), &["push", "--replace", "--yes"], "").await;
    assert_eq!(push.code, 0, "{push:?}");
    assert_eq!(app.menu(folder.path(), &["show"], "").await.stdout, LINES);
}

#[actix_web::test]
async fn conditional_menus_are_shown_and_stay_until_the_menu_is_deleted() {
    let (app, folder) = (app().await, folder(MENU));
    assert_eq!(app.menu(folder.path(), &["push", "--yes"], "").await.code, 0);
    add_conditional(&app).await;
    let shown = app.menu(folder.path(), &["show"], "").await.stdout;
    assert!(
        shown.starts_with(LINES) && shown.contains("tag_id") && shown.contains("测试"),
        "{shown}"
    );
    write(folder.path(), &MENU.replace("book", "reserve"));
    let push = app.menu(folder.path(), &["push", "--yes"], "").await;
    assert_eq!(push.code, 0, "{push:?}");
    assert!(push.stderr.contains("stay"), "{push:?}");
    assert_eq!(conditional_menus(&app).await, 1);
    assert_eq!(app.menu(folder.path(), &["delete", "--yes"], "").await.code, 0);
    assert_eq!(conditional_menus(&app).await, 0);
}

#[actix_web::test]
async fn what_the_platform_refuses_is_explained() {
    let (app, folder) = (app().await, folder(MENU));
    let settings = json!({ "linked_mini_programs": [] });
    app.platform.control("PATCH", "settings", settings).await;
    let push = app.menu(folder.path(), &["push", "--yes"], "").await;
    assert_eq!(push.code, 2, "{push:?}");
    assert!(
        push.stderr.contains("45064") && push.stderr.contains("mini-program"),
        "{push:?}"
    );
    let settings = json!({ "missing_rights": ["menu"] });
    app.platform.control("PATCH", "settings", settings).await;
    let show = app.menu(folder.path(), &["show"], "").await;
    assert_eq!(show.code, 2, "{show:?}");
    assert!(
        show.stderr.contains("48001") && show.stderr.contains("Cause"),
        "{show:?}"
    );
    assert!(acts(&app).await.is_empty());
}
