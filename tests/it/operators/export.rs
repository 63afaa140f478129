use std::{fs, os::unix::fs::PermissionsExt};

use crate::support::TestApp;

#[actix_web::test]
async fn an_export_holds_every_fan_in_both_forms() {
    let app = TestApp::start().await;
    let names = ["小雨 🎉", "=HYPERLINK(\"https://evil.example\")", "a,\"b\"\nc"];
    for name in names {
        app.registered(&app.platform.fan(name).await).await;
    }
    // What the platform sends is stored without control characters, but a row may contain one all the same.
    app.execute("UPDATE fans_profiles SET nickname = 'a,\"b\"\nc' WHERE nickname = 'a,\"b\"c'")
        .await;
    let lines = app.fans(&["export", "--format", "json"]).await.json();
    let exported: Vec<_> = lines.iter().map(|fan| fan["nickname"].as_str().unwrap()).collect();
    assert_eq!(exported, names, "JSON is exact");

    let csv = app.fans(&["export", "--format", "csv"]).await.stdout;
    let header = csv.lines().next().unwrap();
    assert!(
        header.starts_with("id,openid,unionid,nickname,avatar_url,consented_at,"),
        "{header}"
    );
    assert!(csv.contains("小雨 🎉") && csv.contains("\"a,\"\"b\"\"\nc\""), "{csv}");
    assert!(csv.contains(",\"'=HYPERLINK("), "{csv}");
}

#[actix_web::test]
async fn an_export_of_nobody_is_empty_but_for_the_header() {
    let app = TestApp::start().await;
    assert_eq!(app.fans(&["export", "--format", "json"]).await.stdout, "");
    assert_eq!(app.fans(&["export", "--format", "csv"]).await.stdout.lines().count(), 1);
}

#[actix_web::test]
async fn a_file_appears_whole_and_for_its_owner_only() {
    let app = TestApp::start().await;
    app.registered(&app.platform.fan("小雨").await).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fans.jsonl");
    let arguments = ["export", "--format", "json", "--output", path.to_str().unwrap()];
    fs::write(&path, "what was there").unwrap();
    let output = app.fans(&arguments).await;
    assert_eq!(output.stdout, "");
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        app.fans(&arguments[..3]).await.stdout
    );
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

    app.execute("ALTER TABLE fans_profiles RENAME TO elsewhere").await;
    let before = fs::read_to_string(&path).unwrap();
    assert_eq!(app.fans_with(&arguments, &[], "").await.code, 1);
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        before,
        "a failure leaves what was there"
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[actix_web::test]
async fn a_file_that_cannot_be_written_is_named_and_a_device_is_not_replaced() {
    let app = TestApp::start().await;
    let output = app
        .fans_with(
            &["export", "--format", "csv", "--output", "/nonexistent/fans.csv"],
            &[],
            "",
        )
        .await;
    assert_eq!(output.code, 1);
    assert!(output.stderr.contains("/nonexistent/fans.csv"), "{output:?}");
    let folder = tempfile::tempdir().unwrap();
    let device = folder.path().join("device");
    std::os::unix::fs::symlink("/dev/full", &device).unwrap();
    let arguments = ["export", "--format", "csv", "--output", device.to_str().unwrap()];
    assert_eq!(
        app.fans_with(&arguments, &[], "").await.code,
        1,
        "a full disk is a failure"
    );
    assert!(fs::symlink_metadata(&device).unwrap().is_symlink());
}
