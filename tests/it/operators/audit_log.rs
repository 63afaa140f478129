//! What operators do stands in the database, and `fanpass audit` reads and verifies it.

use fanpass::{
    domain::Clock,
    services::audit_trail::AuditTrail,
    settings::{Settings, Source},
    startup::audit_trail,
};
use serde_json::{Value, json};

use crate::support::TestApp;

const ALICE: [(&str, &str); 1] = [("USER", "alice")];

fn trail(app: &TestApp) -> AuditTrail {
    let mut source = Source::new(std::env::temp_dir().join("fanpass-it-empty"));
    source.env = app.variables();
    let settings = Settings::load(&source).unwrap_or_else(|error| panic!("{error}"));
    audit_trail(&settings, Clock::system()).unwrap()
}

/// An application in which alice ended sessions of a fan and of all, and forgot the fan. Returns the fan's openid and id.
async fn after_three_acts() -> (TestApp, String, String) {
    let app = TestApp::start().await;
    let openid = app.platform.fan("小雨").await;
    app.registered(&openid).await;
    let id = app.row(&openid).await.id;
    for arguments in [
        &["sign-out", openid.as_str()][..],
        &["sign-out", "--all", "--yes"],
        &["forget", &openid, "--yes"],
    ] {
        let output = app.fans_with(arguments, &ALICE, "").await;
        assert_eq!(output.code, 0, "{output:?}");
    }
    (app, openid, id)
}

#[actix_web::test]
async fn each_act_of_an_operator_is_a_row_that_names_no_openid_and_no_nickname() {
    let (app, openid, id) = after_three_acts().await;
    let exported = app.audit(&["export", "--format", "json"]).await;
    assert_eq!(exported.code, 0, "{exported:?}");
    let rows = exported.json();
    let essence = |row: &Value| {
        json!([
            row["actor_kind"],
            row["actor"],
            row["act"],
            row["fan_id"],
            row["details"]
        ])
    };
    let receipt = json!({ "receipt": rows[2]["details"]["receipt"].as_str().unwrap() });
    let expected = [
        json!(["operator", "cli:alice", "fans.sign_out", id, {}]),
        json!(["operator", "cli:alice", "fans.sign_out_all", null, {}]),
        json!(["operator", "cli:alice", "fans.forget", id, receipt]),
        json!(["fanpass", "", "erasure.finished", id, receipt]),
    ];
    assert_eq!(rows.iter().map(essence).collect::<Vec<_>>(), expected);
    assert!(
        !exported.stdout.contains(&openid) && !exported.stdout.contains("小雨"),
        "{exported:?}"
    );

    let csv = app.audit(&["export", "--format", "csv", "--until", "2020-01-01"]).await;
    let header = "id,app_id,at,actor_kind,actor,act,fan_id,details,position,prev,hash\n";
    assert_eq!((csv.code, csv.stdout.as_str()), (0, header));
    let csv = app.audit(&["export", "--format", "csv", "--since", "2020-01-01"]).await;
    assert!(csv.stdout.contains(",operator,cli:alice,fans.forget,"), "{csv:?}");
    assert_eq!(
        app.audit(&["export", "--format", "csv", "--since", "tomorrow"])
            .await
            .code,
        2
    );
}

#[actix_web::test]
async fn the_command_prints_the_head_of_the_chain_and_finds_what_was_changed() {
    let (app, _, _) = after_three_acts().await;
    trail(&app).chain().await.unwrap();
    let verified = app.audit(&["verify", "--json"]).await;
    let report = &verified.json()[0];
    assert_eq!((verified.code, &report["chain"]), (0, &json!("intact")), "{verified:?}");
    assert!(
        report["rows"].as_u64() >= Some(3) && report["waiting"] == json!(0),
        "{report}"
    );
    let head = report["head"].as_str().unwrap().to_owned();
    let verified = app.audit(&["verify", "--head", &head]).await;
    assert_eq!(verified.code, 0, "{verified:?}");
    assert!(
        verified.stdout.contains(&head) && verified.stdout.contains("the chain is intact"),
        "{verified:?}"
    );
    assert_eq!(app.audit(&["verify", "--head", "nonsense"]).await.code, 2);

    app.execute("UPDATE audit_log SET actor = 'cli:mallory' WHERE act = 'fans.sign_out_all'")
        .await;
    let verified = app.audit(&["verify"]).await;
    assert_eq!(verified.code, 3, "{verified:?}");
    assert!(
        verified
            .stdout
            .starts_with("BROKEN: the row 2 at position 2 was altered\n"),
        "{verified:?}"
    );
    let other = format!("1:{}", "0".repeat(64));
    app.execute("UPDATE audit_log SET actor = 'cli:alice'").await;
    let verified = app.audit(&["verify", "--json", "--head", &other]).await;
    assert_eq!(
        (verified.code, &verified.json()[0]["chain"]),
        (3, &json!("broken")),
        "{verified:?}"
    );
}

#[actix_web::test]
async fn an_act_whose_row_cannot_be_written_does_not_happen() {
    let app = TestApp::start().await;
    let openid = app.platform.fan("小雨").await;
    let browser = app.registered(&openid).await;
    app.execute("ALTER TABLE audit_log RENAME TO elsewhere").await;
    let output = app.fans_with(&["forget", &openid, "--yes"], &ALICE, "").await;
    assert_eq!(output.code, 1, "{output:?}");
    assert_eq!(app.rows(Some(&openid)).await, 1);
    assert_eq!(browser.get(&app.at("/")).await.status, 200);
}
