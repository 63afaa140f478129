//! What a process counts is in the database when it has ended.

use fanpass::{
    domain::{AppId, CountName, Day},
    repositories::{DailyCountsRepository, Database, DayCounts},
    settings::{Settings, Source},
};

use crate::support::{
    APP_ID, APP_SECRET, Browser, Platform, TestApp, WECHAT,
    process::{free_port, start},
};

/// The days of the deployment that `app` belongs to.
async fn days(app: &TestApp) -> Vec<DayCounts> {
    let mut source = Source::new(std::env::temp_dir().join("fanpass-it-empty"));
    source.env = app.variables();
    let settings = Settings::load(&source).unwrap_or_else(|error| panic!("{error}"));
    let database = Database::open(&settings.database, &settings.secrets.database_url).unwrap();
    let repository = DailyCountsRepository::new(database, AppId::parse(APP_ID).unwrap());
    let day = |text| Day::parse(text).unwrap();
    repository.between(day("2020-01-01"), day("2099-12-31")).await.unwrap()
}

#[actix_web::test]
async fn each_event_is_counted_once_for_its_day_and_written_when_the_process_ends() {
    // It migrates, and counts nothing itself.
    let app = TestApp::start().await;
    let platform = Platform::start();
    let (port, ops_port) = (free_port().to_string(), free_port().to_string());
    let site = format!("http://localhost:{port}");
    let variables = [
        ("FANPASS_ENV", "test"),
        ("FANPASS__LOG__FILTER", "info"),
        ("FANPASS__SERVER__PORT", &port),
        ("FANPASS__OPS__PORT", &ops_port),
        ("FANPASS__WECHAT__API_URL", &platform.url),
        ("FANPASS__WECHAT__OPEN_URL", &platform.url),
        ("DATABASE_URL", &app.backends.database_url),
        ("WECHAT_APP_ID", APP_ID),
        ("WECHAT_APP_SECRET", APP_SECRET),
    ];
    let process = start(&[], &variables, "ready after");
    let fan = platform.fan("小雨").await;
    let browser = Browser::new(WECHAT);
    let login = async |path: &str, decision: &str| {
        let begun = browser.get(&format!("{site}{path}")).await;
        let callback = browser.decide(begun.location(), &fan, decision).await;
        browser.get(&callback).await
    };
    login("/login", "agree").await;
    login("/register", "refuse").await;
    login("/register", "agree").await;
    login("/register", "agree").await;
    browser.post(&format!("{site}/logout"), &[]).await;
    login("/login", "agree").await;
    browser.get(&format!("{site}/wechat/callback?code=x&state=y")).await;
    Browser::new(WECHAT)
        .get(&format!("{site}/wechat/callback?code=x&state=y"))
        .await;

    let (status, printed) = process.terminate().await;
    assert!(status.success(), "{printed:#?}");
    let days = days(&app).await;
    let counts: Vec<_> = days.iter().flat_map(|day| day.counts.clone()).collect();
    let mut expected = vec![
        (CountName::Unregistered, 1),
        (CountName::SilentLoginBegun, 2),
        (CountName::RegistrationBegun, 3),
        (CountName::DeclinedRefusal, 1),
        (CountName::UnknownStateRefusal, 1),
        (CountName::NewFan, 1),
        (CountName::KnownFan, 1),
        (CountName::Logout, 1),
        (CountName::RegistrationSignIn, 2),
        (CountName::SilentSignIn, 1),
    ];
    expected.sort_by_key(|(name, _)| name.as_str());
    assert_eq!(counts, expected, "{days:?}");
}
