//! The operator's applications and their keys.

use fanpass::{
    domain::{ApiRight, ApplicationId},
    settings::{SecretViolation, Violation},
};

use crate::support::{kind, local, nowhere, with};

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
