//! The operator's applications and their keys.

use fanpass::{
    domain::{ApiKeyDigest, ApiRight, AppHost, ApplicationId},
    settings::{FileViolation, SecretViolation, Violation},
};

use crate::support::{kind, local, nowhere, production, with};

const KEY: &str = "made-up-key-0123456789abcdef01234567";

fn id(text: &str) -> ApplicationId {
    ApplicationId::parse(text).expect("an id")
}

#[test]
fn an_app_is_read_from_a_file_and_its_key_from_the_environment() {
    let text = "[apps.my-shop]\nname = \"商店\"\napi = [\"fans\", \"relay:/cgi-bin/user/*\"]\n[apps.crm]\n";
    let settings = local(text).with("APP_MY_SHOP_API_KEY", KEY).load();
    let [crm, shop] = settings.apps.as_slice() else {
        panic!("{:?}", settings.apps)
    };
    assert_eq!((crm.id.as_str(), crm.name.as_str(), crm.api.len()), ("crm", "crm", 0));
    assert_eq!((shop.id.as_str(), shop.name.as_str()), ("my-shop", "商店"));
    let rights: Vec<String> = shop.api.iter().map(ApiRight::to_string).collect();
    assert_eq!(rights, ["fans", "relay:/cgi-bin/user/*"]);
    let keys = &settings.secrets.api_keys;
    assert!(keys.any() && keys.ops.is_none());
    assert_eq!(keys.apps.keys().collect::<Vec<_>>(), [&id("my-shop")]);
    assert!(!format!("{settings:?}").contains(KEY));
}

#[test]
fn an_app_is_read_from_the_environment_and_from_a_file_with_its_key() {
    let place = with("FANPASS__APPS__MY_SHOP__API", "fans, qr").file("key", format!("{KEY}\n"));
    let settings = place.with("APP_MY_SHOP_API_KEY_FILE", "key").load();
    assert_eq!(settings.apps[0].id, id("my-shop"));
    assert_eq!(settings.apps[0].api.len(), 2);
    assert!(settings.secrets.api_keys.apps.contains_key(&id("my-shop")));
    let is_named = |file: &fanpass::settings::SecretFile| file.named_by == "APP_MY_SHOP_API_KEY_FILE";
    assert!(settings.secret_files.iter().any(is_named));
}

#[test]
fn without_apps_and_keys_nobody_may_call() {
    assert!(!nowhere().load().secrets.api_keys.any());
    assert!(!local("[apps.shop]\n").load().secrets.api_keys.any());
    assert!(with("OPS_API_KEY", KEY).load().secrets.api_keys.any());
}

#[test]
fn what_is_wrong_with_an_app_is_named_with_its_key() {
    let not_accepted = kind!(Violation::NotAccepted { .. });
    local("[apps.Shop]\napi = []\n").refused("apps.Shop", not_accepted);
    local("[apps.ops]\nname = \"x\"\n").refused("apps.ops", not_accepted);
    local("[apps.shop]\napi = [\"fan\"]\n").refused("apps.shop.api", not_accepted);
    local("[apps.shop]\napi = [\"relay:/sns/*\"]\n").refused("apps.shop.api", not_accepted);
    local("[apps.shop]\nname = \"a\\nb\"\n").refused("apps.shop.name", not_accepted);
    local("[apps.shop]\nnmae = \"x\"\n").refused("apps.shop.nmae", kind!(Violation::UnknownKey { .. }));
    local("[apps]\nshop = 1\n").refused("apps.shop", kind!(Violation::NotATable { .. }));
    with("FANPASS__APPS__SHOP__APPI", "fans").refused("FANPASS__APPS__SHOP__APPI", kind!(Violation::UnknownKey { .. }));
    with("FANPASS__APPS__SHOP", "x").refused("FANPASS__APPS__SHOP", kind!(Violation::UnknownKey { .. }));
}

#[test]
fn a_key_has_its_form_an_app_and_one_owner() {
    let secret = |key: &str, value: &str| local("[apps.shop]\n").with(key, value).fault();
    let short = secret("APP_SHOP_API_KEY", "too-short");
    assert_eq!(short.key, "APP_SHOP_API_KEY");
    assert!(
        matches!(short.kind, Violation::Secret(SecretViolation::Length { least: 32, .. })),
        "{short}"
    );
    assert!(!short.to_string().contains("too-short"));
    let spaced = secret("OPS_API_KEY", "made up made up made up made up made up");
    assert!(matches!(
        spaced.kind,
        Violation::Secret(SecretViolation::WhitespaceInside { .. })
    ));

    let unknown = secret("APP_SHP_API_KEY", KEY);
    let expected = SecretViolation::KeyOfNoApp {
        similar: Some("APP_SHOP_API_KEY".to_owned()),
    };
    assert_eq!(
        (unknown.key.as_str(), unknown.kind),
        ("APP_SHP_API_KEY", expected.into())
    );

    let twins = local("[apps.shop]\n")
        .with("APP_SHOP_API_KEY", KEY)
        .with("OPS_API_KEY", KEY)
        .fault();
    let other = "OPS_API_KEY".to_owned();
    assert_eq!(twins.kind, SecretViolation::SameKey { other }.into());

    let both = local("[apps.shop]\n")
        .with("APP_SHOP_API_KEY", KEY)
        .with("APP_SHOP_API_KEY_FILE", "key")
        .fault();
    assert!(matches!(both.kind, Violation::Secret(SecretViolation::SetTwice { .. })));
    assert!(nowhere().with("APP_SHOP_API_KEY", "").load().apps.is_empty());
}

/// Made up.
const DIGEST: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

#[test]
fn a_file_of_its_own_holds_an_app_with_the_digest_of_its_key() {
    let shop = format!("[apps.shop]\napi = [\"fans\"]\napi_key_sha256 = \"{DIGEST}\"\n");
    let place = local("[apps.crm]\n[apps.shop]\nname = \"商店\"\n")
        .file("config/apps.d/shop.toml", shop)
        .file("config/apps.d/zz.toml", "[apps.crm]\napi = [\"qr\"]\n")
        .file("config/apps.d/.hidden.toml", "[no]\n")
        .file("config/apps.d/notes.txt", "no settings");
    let settings = place.load();
    let [crm, shop] = settings.apps.as_slice() else {
        panic!("{:?}", settings.apps)
    };
    assert_eq!((crm.api.len(), shop.api.len(), shop.name.as_str()), (1, 1, "商店"));
    assert_eq!(settings.secrets.api_keys.apps.keys().collect::<Vec<_>>(), [&id("shop")]);
    assert_eq!(
        settings.files,
        ["config/local.toml", "config/apps.d/shop.toml", "config/apps.d/zz.toml"]
    );
    assert!(!format!("{settings:?}").contains(DIGEST));
}

#[test]
fn the_digest_opens_for_its_key() {
    let digest = ApiKeyDigest::of(KEY);
    let place = local(&format!(
        "[apps.shop]\napi_key_sha256 = \"{}\"\n",
        hex(digest.as_bytes())
    ));
    assert!(place.load().secrets.api_keys.apps[&id("shop")].matches(&digest));
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_file_of_apps_holds_nothing_else() {
    let place = nowhere().file("config/apps.d/shop.toml", "[apps.shop]\n[server]\nport = 1\n");
    let fault = place.fault();
    assert_eq!(
        (fault.key.as_str(), fault.file.as_deref()),
        ("server", Some("config/apps.d/shop.toml"))
    );
    assert_eq!(fault.kind, FileViolation::NotAnApp.into());
    let unreadable = nowhere().file("config/apps.d", "a file").fault();
    assert!(
        matches!(unreadable.kind, Violation::File(FileViolation::Unreadable { .. })),
        "{unreadable}"
    );
}

#[test]
fn a_digest_is_one_and_stands_alone_and_what_is_none_is_not_repeated() {
    let app = |digest: &str| local(&format!("[apps.shop]\napi_key_sha256 = \"{digest}\"\n"));
    for wrong in [KEY, &DIGEST[1..], &format!("sha256:{DIGEST}")] {
        let fault = app(wrong).fault();
        assert_eq!(fault.key, "apps.shop.api_key_sha256");
        assert!(
            matches!(fault.kind, Violation::Secret(_)) && !fault.to_string().contains(wrong),
            "{fault}"
        );
    }
    assert!(!app("").load().secrets.api_keys.any());
    for variable in ["APP_SHOP_API_KEY", "APP_SHOP_API_KEY_FILE"] {
        let fault = app(DIGEST).with(variable, KEY).fault();
        let setting = "apps.shop.api_key_sha256".to_owned();
        assert_eq!(
            (fault.key.as_str(), fault.kind),
            (variable, SecretViolation::SetAndDigest { setting }.into())
        );
    }
    let digest = hex(ApiKeyDigest::of(KEY).as_bytes());
    let twins = app(&digest).with("OPS_API_KEY", KEY).fault();
    assert_eq!(twins.key, "apps.shop.api_key_sha256");
}

#[test]
fn an_app_that_cannot_call_or_has_nothing_to_call_is_noted() {
    let notes = |text: &str| {
        let notes = production()
            .file("config/local.toml", text)
            .with("OPS_API_KEY", KEY)
            .load()
            .startup_notes;
        notes
            .into_iter()
            .filter(|note| note.contains("apps."))
            .collect::<Vec<_>>()
    };
    let keyless = notes("[apps.my-shop]\napi = [\"fans\"]\n");
    assert!(
        keyless.len() == 1 && keyless[0].contains("APP_MY_SHOP_API_KEY"),
        "{keyless:?}"
    );
    let idle = notes(&format!("[apps.shop]\napi_key_sha256 = \"{DIGEST}\"\n"));
    assert!(idle.len() == 1 && idle[0].contains("no rights"), "{idle:?}");
    let sound = format!("[apps.none]\n[apps.shop]\napi = [\"fans\"]\napi_key_sha256 = \"{DIGEST}\"\n");
    assert_eq!(notes(&sound), Vec::<String>::new());
}

#[test]
fn the_digest_of_an_empty_variable_is_refused() {
    for nothing in [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b",
    ] {
        let text = format!("[apps.shop]\napi_key_sha256 = \"{nothing}\"\n");
        let fault = nowhere().file("config/apps.d/shop.toml", text).fault();
        assert!(
            matches!(fault.kind, Violation::Secret(SecretViolation::DigestOfNothing)),
            "{fault}"
        );
    }
}

#[test]
fn an_app_that_the_index_page_links_has_a_web_address() {
    let settings = local("[apps.shop]\nurl = \"https://shop.example/?from=fans\"\n[apps.crm]\n").load();
    let url = settings.apps[1].url.as_ref().unwrap();
    assert_eq!(url.as_str(), "https://shop.example/?from=fans");
    assert!(settings.apps[0].url.is_none());
    for wrong in [
        "shop.example",
        "javascript:alert(1)",
        "ftp://shop.example",
        "https://a:b@shop.example",
    ] {
        local(&format!("[apps.shop]\nurl = \"{wrong}\"\n")).refused("apps.shop.url", kind!(Violation::Url(_)));
    }
}

#[test]
fn an_app_has_hosts_and_one_with_pages_for_the_js_sdk_lists_them() {
    let settings =
        local("[apps.shop]\nhosts = [\"shop.example\", \"商店.example\"]\njssdk = true\n[apps.crm]\n").load();
    let hosts: Vec<&str> = settings.apps[1].hosts.iter().map(AppHost::as_str).collect();
    assert_eq!(hosts, ["shop.example", "xn--czrs0t.example"]);
    assert!(settings.apps[1].jssdk && !settings.apps[0].jssdk);
    let environment = with("FANPASS__APPS__SHOP__HOSTS", "a.example, b.example").load();
    assert_eq!(environment.apps[0].hosts.len(), 2);

    let not_accepted = kind!(Violation::NotAccepted { .. });
    local("[apps.shop]\njssdk = true\n").refused("apps.shop.jssdk", not_accepted);
    for wrong in [
        "https://shop.example",
        "shop.example:443",
        "*.example",
        "127.0.0.1",
        "shop",
    ] {
        local(&format!("[apps.shop]\nhosts = [\"{wrong}\"]\n")).refused("apps.shop.hosts", not_accepted);
    }
}

#[test]
fn a_host_is_one_app_s_and_never_this_site_s() {
    let not_accepted = kind!(Violation::NotAccepted { .. });
    let twins = "[apps.one]\nhosts = [\"shop.example\"]\n[apps.two]\nhosts = [\"SHOP.example\"]\n";
    local(twins).refused("apps.two.hosts", not_accepted);
    let own = "[server]\npublic_url = \"https://fans.example\"\n[apps.one]\nhosts = [\"fans.example\"]\n";
    local(own)
        .with("FANPASS_ENV", "test")
        .refused("apps.one.hosts", not_accepted);
}
