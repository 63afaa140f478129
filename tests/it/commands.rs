//! The commands, run as an operator runs them: the real binary in a folder of its own.

use crate::support::{
    Browser, Site, TestApp, WECHAT,
    process::{command, run, start},
};

#[test]
fn check_proves_sound_settings_in_an_empty_folder() {
    let (output, text) = run(&["check"], &[]);
    assert!(output.status.success(), "{text}");
    for name in ["settings", "database", "cache"] {
        assert!(text.contains(&format!("ok     {name}:")), "{text}");
    }
}

#[test]
fn check_prints_every_fault_at_once_and_no_secret() {
    let variables = [
        ("FANPASS_ENV", "production"),
        ("FANPASS__SERVER__PORT", "many"),
        ("FANPASS__SERVER__PUBLIC_URL", "http://fans.example"),
        ("FANPASS__SERVER__COLOUR", "green"),
        ("WECHAT_APP_SECRET", "made-up-secret"),
        ("SESSION_KEY", "made-up-short-key"),
    ];
    for command in ["check", "serve", "migrate"] {
        let (output, text) = run(&[command], &variables);
        assert_eq!(output.status.code(), Some(1), "{text}");
        for key in [
            "SERVER__PORT",
            "SERVER__PUBLIC_URL",
            "SERVER__COLOUR",
            "WECHAT_APP_ID",
            "WECHAT_APP_SECRET",
            "SESSION_KEY",
        ] {
            assert!(text.contains(key), "{command} does not name {key}: {text}");
        }
        assert!(!text.contains("made-up"), "{text}");
        let faults = text.lines().filter(|line| line.starts_with("FAULT  settings: "));
        assert_eq!(faults.count(), if command == "check" { 6 } else { 0 }, "{text}");
    }
}

#[test]
fn check_finds_a_database_and_a_cache_that_do_not_respond() {
    let variables = [
        ("DATABASE_URL", "postgres://fan:made-up-password@127.0.0.1:1/none"),
        ("REDIS_URL", "redis://127.0.0.1:1/"),
    ];
    let (output, text) = run(&["check"], &variables);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(
        text.contains("FAULT  database:") && text.contains("FAULT  cache:"),
        "{text}"
    );
    assert!(!text.contains("made-up-password"), "{text}");
}

#[actix_web::test]
async fn check_online_proves_app_id_and_secret() {
    let app = TestApp::start().await;
    let platform = app.platform.url.clone();
    let check = |secret: &'static str| {
        let platform = platform.clone();
        actix_web::web::block(move || {
            let variables = [
                ("FANPASS_ENV", "test"),
                ("FANPASS__WECHAT__API_URL", platform.as_str()),
                ("FANPASS__WECHAT__OPEN_URL", platform.as_str()),
                ("WECHAT_APP_ID", "wx00000000000000aa"),
                ("WECHAT_APP_SECRET", secret),
            ];
            run(&["check", "--online"], &variables)
        })
    };
    let (output, text) = check("0badc0de0badc0de0badc0de0badc0de").await.unwrap();
    assert!(output.status.success() && text.contains("ok     platform:"), "{text}");
    let (output, text) = check("deadbeefdeadbeefdeadbeefdeadbeef").await.unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(
        text.contains("FAULT  platform:") && text.contains("40125") && text.contains("WECHAT_APP_SECRET"),
        "{text}"
    );
    assert!(!text.contains("deadbeefdeadbeefdeadbeefdeadbeef"), "{text}");
}

/// Standard output, and for the second one standard error too, are pipes whose readers have gone.
#[test]
fn a_reader_who_has_gone_is_no_reason_to_panic() {
    let lines: [&[&str]; 6] = [
        &["check"],
        &["migrate"],
        &["fans", "list"],
        &["fans", "export", "--format", "csv"],
        &["fans", "show", "nobody"],
        &["--help"],
    ];
    for arguments in lines {
        for deaf_too in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            let mut command = command(
                folder.path(),
                arguments,
                &[("FANPASS__DATABASE__MIGRATE_ON_START", "true")],
            );
            let (reader, writer) = std::io::pipe().unwrap();
            let (mut errors, error_writer) = std::io::pipe().unwrap();
            drop(reader);
            let mut child = if deaf_too {
                let stderr = writer.try_clone().unwrap();
                command.stdout(writer).stderr(stderr).spawn().unwrap()
            } else {
                command
                    .stdout(writer)
                    .stderr(error_writer.try_clone().unwrap())
                    .spawn()
                    .unwrap()
            };
            drop((command, error_writer));
            let mut said = String::new();
            std::io::Read::read_to_string(&mut errors, &mut said).unwrap();
            let status = child.wait().unwrap();
            assert!(
                status.code().is_some_and(|code| code < 100),
                "{arguments:?}: {status}: {said}"
            );
            assert!(!said.contains("panicked"), "{arguments:?}: {said}");
        }
    }
}

/// A full disk is named plainly.
#[test]
fn an_output_that_cannot_be_written_is_a_plain_error() {
    let folder = tempfile::tempdir().unwrap();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = command(folder.path(), &["check"], &[]).stdout(full).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("fanpass: the output cannot be written: No space left"),
        "{said}"
    );
}

#[test]
fn migrate_runs_once() {
    let folder = tempfile::tempdir().unwrap();
    let run = || {
        let output = command(folder.path(), &["migrate"], &[("DATABASE_URL", "sqlite://fans.db")])
            .output()
            .unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(run().contains("ran "));
    let second = run();
    assert!(!second.contains("ran ") && second.contains("none pending"), "{second}");
}

#[test]
fn the_sandbox_refuses_production() {
    let key = "0123456789abcdef".repeat(8);
    let variables = [
        ("FANPASS_ENV", "production"),
        ("FANPASS__SERVER__PUBLIC_URL", "https://fans.example"),
        ("WECHAT_APP_ID", "wx00000000000000aa"),
        ("WECHAT_APP_SECRET", "0badc0de0badc0de0badc0de0badc0de"),
        ("SESSION_KEY", &key),
    ];
    let (output, text) = run(&["sandbox"], &variables);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("FANPASS_ENV=development"), "{text}");
    let enabled = [variables.as_slice(), &[("FANPASS__SANDBOX__ENABLED", "true")]].concat();
    let (output, text) = run(&["serve"], &enabled);
    assert!(
        output.status.code() == Some(1) && text.contains("FANPASS__SANDBOX__ENABLED"),
        "{text}"
    );
}

#[actix_web::test]
async fn serve_in_development_starts_the_sandbox_and_a_fan_walks_through() {
    let site = Site::new();
    let started = start(&[], &site.variables(), &format!("open {}", site.at("")));
    let browser = Browser::new(WECHAT);
    let prompt = browser.get(&site.at("/register")).await;
    let chooser = browser.get(prompt.location().split('#').next().unwrap()).await;
    assert!(chooser.text().contains("沙箱"), "{}", chooser.text());
    let form = [("nickname", "阿新"), ("decision", "agree")];
    let decided = browser.post(chooser.url.as_str(), &form).await;
    let index = browser.open(decided.location()).await;
    assert!(index.text().contains("阿新"), "{}", index.text());

    // What only the operator can correct is logged as an error that names it.
    let fault = serde_json::json!({ "kind": "errcode", "errcode": 40125, "errmsg": "invalid appsecret" });
    site.break_exchanges(&fault).await;
    let page = Browser::new(WECHAT).open(&site.at("/login")).await;
    assert_eq!(page.status, 200, "the sandbox asks which fan this is");
    let page = browser.open(&site.at("/register")).await;
    let decided = browser.post(page.url.as_str(), &form).await;
    assert_eq!(browser.get(decided.location()).await.status, 500);
    let line = started.wait_for("ERROR");
    assert!(line.contains("40125") && line.contains("WECHAT_APP_SECRET"), "{line}");
}

/// A full disk does not undo what was done: the next step of a rollout goes on.
#[test]
fn a_migration_has_run_although_its_lines_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let migrate = || command(folder.path(), &["migrate"], &[("DATABASE_URL", "sqlite://fans.db")]);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    assert!(migrate().stdout(full).status().unwrap().success());
    let again = String::from_utf8(migrate().output().unwrap().stdout).unwrap();
    assert!(again.contains("0 migrations run"), "{again}");
}

#[test]
fn explain_needs_no_settings_and_prints_in_the_requested_language() {
    let broken = [
        ("FANPASS_ENV", "nonsense"),
        ("DATABASE_URL", "nonsense"),
        ("SESSION_KEY", "made-up-short-key"),
    ];
    for (arguments, language, words) in [
        (&["explain", "40164"][..], "", "IP whitelist"),
        (&["explain", "40164", "--lang", "zh"], "", "IP 白名单"),
        (&["explain", "errcode", "-1"], "zh_CN.UTF-8", "微信系统繁忙"),
        (&["explain", "该链接无法访问"], "", "授权链接的参数顺序不对"),
        (&["explain", "该链接无法访问"], "en_US.UTF-8", "documented order"),
        (&["explain", "502"], "C", "the platform refused the code"),
        (
            &[
                "explain",
                r#"{"level":"WARN","message":"the database is not available"}"#,
            ],
            "",
            "fanpass check",
        ),
    ] {
        let variables = [&broken[..], &[("LANG", language)]].concat();
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("config")).unwrap();
        std::fs::write(folder.path().join("config/default.toml"), "[[[").unwrap();
        std::fs::write(folder.path().join(".env"), "= = =").unwrap();
        let output = command(folder.path(), arguments, &variables).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success() && text.contains(words), "{arguments:?}: {text}");
        assert!(output.stderr.is_empty());
    }
}

#[test]
fn explain_says_so_where_nothing_is_known() {
    for words in [&["40999"][..], &["made", "up"], &["took 502 ms"], &[""]] {
        let (output, text) = run(&[&["explain"], words].concat(), &[]);
        assert_eq!(output.status.code(), Some(1), "{words:?}: {text}");
        assert!(
            text.contains("Nothing is known") && text.contains("docs/troubleshooting.md"),
            "{text}"
        );
    }
    let (output, _) = run(&["explain"], &[]);
    assert_eq!(output.status.code(), Some(2));
}
