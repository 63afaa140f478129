use serde_json::Value;

use crate::support::TestApp;

async fn nicknames(app: &TestApp, arguments: &[&str]) -> Vec<String> {
    let output = app.fans(&[&["list", "--json"], arguments].concat()).await;
    let name = |fan: &Value| fan["nickname"].as_str().unwrap().to_owned();
    output.json().iter().map(name).collect()
}

async fn with_fans(names: &[&str]) -> (TestApp, Vec<String>) {
    let app = TestApp::start().await;
    let mut openids = Vec::new();
    for name in names {
        openids.push(app.platform.fan(name).await);
        app.registered(openids.last().unwrap()).await;
    }
    (app, openids)
}

#[actix_web::test]
async fn fans_are_listed_page_by_page_in_the_order_in_which_they_registered() {
    let (app, _) = with_fans(&["一", "二", "三"]).await;
    assert_eq!(nicknames(&app, &[]).await, ["一", "二", "三"]);
    let first = app.fans(&["list", "--json", "--limit", "2"]).await.json();
    assert_eq!(first.len(), 2);
    let after = first[1]["id"].as_str().unwrap();
    assert_eq!(nicknames(&app, &["--after", after, "--limit", "2"]).await, ["三"]);
    let table = app.fans(&["list", "--limit", "2"]).await;
    assert_eq!(table.stdout.lines().count(), 3);
    assert!(table.stderr.contains(&format!("--after {after}")), "{}", table.stderr);
}

#[actix_web::test]
async fn a_nickname_is_found_by_any_part_of_it_in_either_case() {
    let (app, _) = with_fans(&["小雨 Rain", "大雨", "50%_off", "Ärger"]).await;
    for (part, found) in [
        ("雨", vec!["小雨 Rain", "大雨"]),
        ("RAIN", vec!["小雨 Rain"]),
        ("ä", vec!["Ärger"]),
        ("%", vec!["50%_off"]),
        ("_", vec!["50%_off"]),
        ("雪", vec![]),
    ] {
        assert_eq!(nicknames(&app, &["--nickname", part]).await, found, "{part}");
    }
    assert_eq!(
        nicknames(&app, &["--nickname", "雨", "--limit", "1"]).await,
        ["小雨 Rain"]
    );
}

#[actix_web::test]
async fn a_fan_is_shown_by_id_openid_and_unionid() {
    let (app, openids) = with_fans(&["小雨"]).await;
    let row = app.row(&openids[0]).await;
    let unionid = row.unionid.clone().unwrap_or_else(|| row.id.clone());
    for key in [openids[0].as_str(), &row.id, &unionid] {
        let found = app.fans(&["show", key, "--json"]).await.json();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0]["id"], Value::from(row.id.clone()));
        assert_eq!(found[0]["openid"], Value::from(openids[0].clone()));
        assert_eq!(found[0]["nickname"], "小雨");
        let consented_at = found[0]["consented_at"].as_str().unwrap();
        assert!(
            consented_at.ends_with('Z') && consented_at.len() == 20,
            "{consented_at}"
        );
    }
    let text = app.fans(&["show", &openids[0]]).await.stdout;
    assert!(text.contains(&row.id) && text.contains("小雨"), "{text}");
}

#[actix_web::test]
async fn the_exit_code_tells_a_stranger_from_a_wrong_argument_and_from_an_outage() {
    let (app, _) = with_fans(&[]).await;
    let stranger = "019abcde-0000-7000-8000-000000000001";
    let away = [("DATABASE_URL", "postgres://fan:made-up-password@127.0.0.1:1/none")];
    for verb in ["show", "forget", "sign-out"] {
        for key in [stranger, "oNobody"] {
            assert_eq!(app.fans_with(&[verb, key], &[], "yes\n").await.code, 3, "{verb} {key}");
        }
        assert_eq!(app.fans_with(&[verb, "no one"], &[], "").await.code, 2, "{verb}");
        let output = app.fans_with(&[verb, "oNobody"], &away, "yes\n").await;
        assert_eq!(output.code, 1, "{verb}");
        assert!(
            output.stderr.contains("127.0.0.1") && !output.stderr.contains("made-up-password"),
            "{output:?}"
        );
    }
    assert_eq!(app.fans_with(&["list", "--after", "oNobody"], &[], "").await.code, 2);
    assert_eq!(app.fans(&["list", "--json"]).await.stdout, "");
}

#[actix_web::test]
async fn a_nickname_cannot_steer_the_operators_terminal() {
    let (app, openids) = with_fans(&["\u{1b}[2J坏\u{202e}"]).await;
    for arguments in [vec!["list"], vec!["show", openids[0].as_str()]] {
        let text = app.fans(&arguments).await.stdout;
        assert!(
            text.contains('坏') && !text.contains(['\u{1b}', '\u{202e}']),
            "{text:?}"
        );
    }
}

#[actix_web::test]
async fn a_database_that_was_not_migrated_is_named_as_the_cause() {
    let app = TestApp::start().await;
    app.execute("ALTER TABLE fans_profiles RENAME TO elsewhere").await;
    let output = app.fans_with(&["list"], &[], "").await;
    assert_eq!(output.code, 1);
    assert!(
        output.stderr.contains("fans_profiles") && output.stderr.contains("fanpass check"),
        "{output:?}"
    );
}
