//! Menus: what the platform takes, and what it shows of them.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::support::{Response, TestSandbox, post, read, stable_token, text};

async fn get(sandbox: &TestSandbox, path: &str, token: &str) -> Response {
    sandbox.get(&format!("/cgi-bin/{path}?access_token={token}")).await
}

async fn create(sandbox: &TestSandbox, token: &str, buttons: Value) -> i64 {
    post(sandbox, "menu/create", token, json!({ "button": buttons }))
        .await
        .errcode()
}

fn view(name: &str) -> Value {
    json!({"type":"view","name":name,"url":"https://www.example.com/"})
}

#[actix_web::test]
async fn a_menu_is_created_shown_and_deleted() {
    let sandbox = TestSandbox::new().await;
    let token = stable_token(&sandbox).await;
    assert_eq!(get(&sandbox, "menu/get", &token).await.errcode(), 46003);
    let none = get(&sandbox, "get_current_selfmenu_info", &token).await.json();
    assert_eq!(none["is_menu_open"], 0);
    let sub = json!({"name":"更多","sub_button":[view("会员"), {"type":"click","name":"赞","key":"LIKE"}]});
    assert_eq!(create(&sandbox, &token, json!([view("首页"), sub])).await, 0);
    let menu = get(&sandbox, "menu/get", &token).await.json();
    assert_eq!(menu["menu"]["button"][1]["sub_button"][1]["key"], "LIKE");
    assert_eq!(menu["menu"]["button"][0]["sub_button"], json!([]));
    let current = get(&sandbox, "get_current_selfmenu_info", &token).await.json();
    let list = &current["selfmenu_info"]["button"][1]["sub_button"]["list"];
    assert_eq!(
        (&current["is_menu_open"], &list[0]["name"]),
        (&json!(1), &json!("会员"))
    );
    assert_eq!(get(&sandbox, "menu/delete", &token).await.errcode(), 0);
    assert_eq!(get(&sandbox, "menu/get", &token).await.errcode(), 46003);
}

#[actix_web::test]
async fn a_menu_that_breaks_a_rule_is_refused_with_its_own_errcode() {
    let sandbox = TestSandbox::new().await;
    let token = stable_token(&sandbox).await;
    let sub = |button: Value| json!([{ "name": "更多", "sub_button": [button] }]);
    let click = |name: &str, key: &str| json!({"type":"click","name":name,"key":key});
    let link = |url: &str| json!({"type":"view","name":"甲","url":url});
    let long_url = format!("https://www.example.com/{}", "a".repeat(1024));
    for (buttons, errcode) in [
        (json!([]), 40016),
        (json!("none"), 40016),
        (json!([view("a"), view("b"), view("c"), view("d")]), 40016),
        (json!([{ "name": "甲" }]), 40017),
        (json!([{ "name": "甲", "type": "nonsense" }]), 40017),
        (json!([view("")]), 40018),
        (json!([view("六个汉字太长")]), 40018),
        (json!([view("五个汉字好")]), 0),
        (json!([click("甲", "")]), 40019),
        (json!([click("甲", &"k".repeat(129))]), 40019),
        (json!([click("甲", &"k".repeat(128))]), 0),
        (json!([link(&long_url)]), 40020),
        (json!([link("/login")]), 40055),
        (json!([link("ftp://www.example.com/")]), 40055),
        (
            json!([{ "name": "更多", "sub_button": [click("1","k"), click("2","k"), click("3","k"), click("4","k"), click("5","k"), click("6","k")] }]),
            40023,
        ),
        (sub(json!({ "name": "甲", "sub_button": [view("乙")] })), 40022),
        (sub(json!({ "name": "甲" })), 40024),
        (sub(view(&"汉".repeat(21))), 40025),
        (sub(view(&"汉".repeat(20))), 0),
        (sub(click("甲", "")), 40026),
        (sub(link(&long_url)), 40027),
        (sub(link("nowhere")), 40054),
        (
            json!([{"type":"miniprogram","name":"甲","url":"https://www.example.com/","pagepath":"pages/index"}]),
            40013,
        ),
        (
            json!([{"type":"miniprogram","name":"甲","url":"https://www.example.com/","pagepath":"p","appid":"wx1"}]),
            0,
        ),
        (json!([{"type":"media_id","name":"甲"}]), 40007),
        (json!([{"type":"article_id","name":"甲","article_id":""}]), 53600),
    ] {
        assert_eq!(create(&sandbox, &token, buttons.clone()).await, errcode, "{buttons}");
    }
    let linked = json!({ "linked_mini_programs": ["wx2"] });
    sandbox.control(Method::PATCH, "settings", linked).await;
    let mini =
        json!([{"type":"miniprogram","name":"甲","url":"https://www.example.com/","pagepath":"p","appid":"wx1"}]);
    assert_eq!(create(&sandbox, &token, mini).await, 45064);
}

#[actix_web::test]
async fn a_menu_is_raw_utf_8_and_whole_json() {
    let sandbox = TestSandbox::new().await;
    let token = stable_token(&sandbox).await;
    for (body, errcode) in [
        ("", 44002),
        ("{", 47001),
        (r#"{"button":[{"type":"click","name":"\u4f1a","key":"k"}]}"#, 40033),
        (r#"{"button":[{"type":"click","name":"会","key":"k"}]}"#, 0),
    ] {
        let request = sandbox.request(Method::POST, &format!("/cgi-bin/menu/create?access_token={token}"));
        let response = read(request.send_body(body).await.unwrap()).await;
        assert_eq!(response.errcode(), errcode, "{body}");
    }
    assert_eq!(get(&sandbox, "menu/create", &token).await.errcode(), 43002);
}

#[actix_web::test]
async fn conditional_menus_need_a_default_one_and_go_with_it() {
    let sandbox = TestSandbox::new().await;
    let (token, fan) = (stable_token(&sandbox).await, sandbox.fan("小雨").await);
    let openid = text(&fan, "openid");
    let menu = |rule: Value| json!({ "button": [view("会员")], "matchrule": rule });
    let add = async |rule| post(&sandbox, "menu/addconditional", &token, menu(rule)).await.json();
    let matched = async || {
        let asked = json!({ "user_id": openid });
        post(&sandbox, "menu/trymatch", &token, asked).await.json()
    };
    assert_eq!(add(json!({"tag_id":"7"})).await["errcode"], 65303);
    create(&sandbox, &token, json!([view("所有人")])).await;
    assert_eq!(add(json!({"tag_id":""})).await["errcode"], 65304);
    let added = add(json!({"tag_id":"7"})).await;
    assert_eq!(matched().await["button"][0]["name"], "所有人");
    sandbox
        .control(Method::PATCH, &format!("fans/{openid}"), json!({ "tags": [7] }))
        .await;
    assert_eq!(matched().await["button"][0]["name"], "会员");
    let shown = get(&sandbox, "menu/get", &token).await.json();
    assert_eq!(shown["conditionalmenu"][0]["matchrule"], json!({"tag_id":"7"}));
    let id = json!({ "menuid": added["menuid"] });
    assert_eq!(
        post(&sandbox, "menu/delconditional", &token, id.clone())
            .await
            .errcode(),
        0
    );
    assert_eq!(post(&sandbox, "menu/delconditional", &token, id).await.errcode(), 65301);
    add(json!({"tag_id":"7"})).await;
    get(&sandbox, "menu/delete", &token).await;
    create(&sandbox, &token, json!([view("所有人")])).await;
    let shown = get(&sandbox, "menu/get", &token).await.json();
    assert_eq!(shown.get("conditionalmenu"), None);
    let nobody = json!({ "user_id": "oNobody" });
    assert_eq!(post(&sandbox, "menu/trymatch", &token, nobody).await.errcode(), 65302);
}

#[actix_web::test]
async fn a_menu_of_the_console_is_shown_by_the_other_call_alone() {
    let sandbox = TestSandbox::new().await;
    let token = stable_token(&sandbox).await;
    let console = json!({"button":[{"type":"text","name":"关于","value":"你好"}]});
    sandbox.control(Method::PUT, "menu", console).await;
    assert_eq!(get(&sandbox, "menu/get", &token).await.errcode(), 46003);
    let current = get(&sandbox, "get_current_selfmenu_info", &token).await.json();
    assert_eq!(current["selfmenu_info"]["button"][0]["value"], "你好");
    create(&sandbox, &token, json!([view("首页")])).await;
    let current = get(&sandbox, "get_current_selfmenu_info", &token).await.json();
    assert_eq!(current["selfmenu_info"]["button"][0]["name"], "首页");
    assert_eq!(
        sandbox.control(Method::PUT, "menu", json!([])).await.status.as_u16(),
        400
    );
}
