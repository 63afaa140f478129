//! The systems that pushes are passed on to, and their secrets.

use fanpass::{
    domain::{EncodingAesKey, ForwardFormat, ForwardName},
    settings::{ForwardSecret, ForwardViolation, SecretViolation, Violation},
};
use secrecy::ExposeSecret;

use crate::support::{Place, kind, local, nowhere, with};

const SECRET: &str = "made-up-secret-0123456789abcdef0123";
const AES_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

fn target(keys: &str) -> Place {
    let text = format!("[[push.forward]]\nname = \"crm\"\nurl = \"https://crm.example.com/hook\"\n{keys}");
    local(&text).with("PUSH_FORWARD_CRM_SECRET", SECRET)
}

fn is_forward(violation: &ForwardViolation, fault: &fanpass::settings::SettingsFault) -> bool {
    fault.kind == violation.clone().into()
}

#[test]
fn targets_are_read_in_their_order_with_their_secrets() {
    let text = "[[push.forward]]\nname = \"my-crm\"\nurl = \"https://crm.example.com/hook?a=b\"\n\
        events = [\"subscribe\", \"fan.erased\"]\napp = \"shop\"\n\
        [[push.forward]]\nname = \"bot\"\nurl = \"http://10.0.0.7:8080/\"\nprivate = true\nanswers = true\nformat = \"wechat\"\n\
        [apps.shop]\n";
    let place = local(text)
        .file("secret", format!("{SECRET}\n"))
        .with("PUSH_FORWARD_MY_CRM_SECRET_FILE", "secret")
        .with("PUSH_FORWARD_BOT_TOKEN", "botToken1")
        .with("PUSH_FORWARD_BOT_AES_KEY", AES_KEY);
    let settings = place.load();
    let [crm, bot] = settings.forward.as_slice() else {
        panic!("{:?}", settings.forward)
    };
    assert_eq!(
        (crm.name.as_str(), crm.format, crm.answers),
        ("my-crm", ForwardFormat::Json, false)
    );
    assert_eq!(crm.app.as_ref().map(|app| app.as_str()), Some("shop"));
    assert!(crm.filter.wants_erasures() && crm.filter.wants_event("SUBSCRIBE") && !crm.filter.wants_message("text"));
    assert_eq!(
        (bot.name.as_str(), bot.format, bot.is_private),
        ("bot", ForwardFormat::WeChat, true)
    );
    assert!(bot.filter.wants_message("text") && !bot.filter.wants_erasures() && bot.answers);
    let secrets = &settings.secrets.forward;
    let of = |name: &str| &secrets[&ForwardName::parse(name).unwrap()];
    assert!(matches!(of("my-crm"), ForwardSecret::Json(secret) if secret.expose_secret() == SECRET));
    let key = EncodingAesKey::parse(AES_KEY).unwrap();
    assert!(matches!(of("bot"), ForwardSecret::WeChat(keys)
        if keys.token.expose() == "botToken1" && keys.aes_keys == [key]));
    assert!(
        settings
            .secret_files
            .iter()
            .any(|file| file.named_by == "PUSH_FORWARD_MY_CRM_SECRET_FILE")
    );
    let shown = format!("{settings:?}");
    assert!(!shown.contains(SECRET) && !shown.contains(AES_KEY) && !shown.contains("botToken1"));
}

#[test]
fn without_targets_there_are_none() {
    let settings = nowhere().load();
    assert!(settings.forward.is_empty() && settings.secrets.forward.is_empty());
}

#[test]
fn a_fault_of_a_target_names_its_place_in_the_list() {
    let first = "[[push.forward]]\nname = \"crm\"\nurl = \"https://crm.example.com/\"\n";
    let second = |keys: &str| {
        local(&format!("{first}[[push.forward]]\n{keys}"))
            .with("PUSH_FORWARD_CRM_SECRET", SECRET)
            .faults()
    };
    let keys = |keys: &str| -> Vec<String> { second(keys).into_iter().map(|fault| fault.key).collect() };
    assert_eq!(
        keys("name = \"Bot\"\nformta = \"x\"\n"),
        [
            "push.forward[2].formta",
            "push.forward[2].name",
            "push.forward[2].url",
            "PUSH_FORWARD_CRM_SECRET",
        ]
        .map(String::from)[..3]
    );
    let unknown = second("name = \"bot\"\nformta = \"x\"\n").remove(0);
    assert_eq!(unknown.file.as_deref(), Some("config/local.toml"));
    assert!(
        matches!(&unknown.kind, Violation::UnknownKey { meant: Some(meant) } if meant == "push.forward.format"),
        "{unknown}"
    );
}

#[test]
fn a_list_that_is_none_says_how_one_is_written() {
    let not_tables = kind!(Violation::NotTables { .. });
    for wrong in [
        "[push]\nforward = 1\n",
        "[push.forward]\nname = \"crm\"\n",
        "[push]\nforward = [\"crm\"]\n",
    ] {
        let text = local(wrong).refused("push.forward", not_tables);
        assert!(text.contains("[[push.forward]]"), "{text}");
    }
    with("FANPASS__PUSH__FORWARD", "crm").refused("FANPASS__PUSH__FORWARD", not_tables);
    with("FANPASS__PUSH__FORWARD__URL", "x").refused("FANPASS__PUSH__FORWARD__URL", not_tables);
    local("[\"push.forward\"]\nname = \"x\"\n").refused("push.forward", kind!(Violation::UnknownKey { .. }));
}

#[test]
fn an_address_that_must_not_be_called_is_refused_at_the_start() {
    let at = |url: &str, keys: &str| {
        let text = format!("[[push.forward]]\nname = \"crm\"\nurl = \"{url}\"\n{keys}");
        local(&text).with("PUSH_FORWARD_CRM_SECRET", SECRET)
    };
    for (url, keys, violation) in [
        ("http://crm.example.com/", "", ForwardViolation::Unprotected),
        ("https://crm.example.com/#a", "", ForwardViolation::Fragment),
        ("https://10.0.0.1/", "", ForwardViolation::PrivateAddress),
        ("https://127.0.0.1/", "", ForwardViolation::PrivateAddress),
        ("https://[::ffff:192.168.0.1]/", "", ForwardViolation::PrivateAddress),
        (
            "http://169.254.169.254/latest/",
            "private = true\n",
            ForwardViolation::NeverCalled,
        ),
        ("http://0xa9fea9fe/", "private = true\n", ForwardViolation::NeverCalled),
        (
            "http://100.100.100.200/",
            "private = true\n",
            ForwardViolation::NeverCalled,
        ),
        (
            "http://[fd00:ec2::254]/",
            "private = true\n",
            ForwardViolation::NeverCalled,
        ),
        (
            "http://[::ffff:a9fe:a9fe]/",
            "private = true\n",
            ForwardViolation::NeverCalled,
        ),
    ] {
        let fault = at(url, keys).fault();
        assert!(
            fault.key == "push.forward[1].url" && is_forward(&violation, &fault),
            "{url}: {fault:?}"
        );
    }
    at("https://user:made-up@crm.example.com/", "").refused("push.forward[1].url", kind!(Violation::Url(_)));
    assert!(at("http://127.0.0.1:9/x", "private = true\n").load().forward[0].is_private);
}

#[test]
fn what_makes_no_sense_together_is_refused() {
    for (keys, key, violation) in [
        ("messages = []\n", "messages", ForwardViolation::WantsNothing),
        (
            "events = [\"fan.erased\"]\nanswers = true\n",
            "answers",
            ForwardViolation::NothingToAnswer,
        ),
        ("app = \"shop\"\n[apps.shop]\n", "app", ForwardViolation::NoErasures),
    ] {
        let fault = target(keys).fault();
        assert!(
            fault.key == format!("push.forward[1].{key}") && is_forward(&violation, &fault),
            "{fault:?}"
        );
    }
    let not_accepted = kind!(Violation::NotAccepted { .. });
    target("format = \"xml\"\n").refused("push.forward[1].format", not_accepted);
    target("events = [\"sub scribe\"]\n").refused("push.forward[1].events", not_accepted);
    target("app = \"Shop\"\n").refused("push.forward[1].app", not_accepted);
    let app = target("events = [\"fan.erased\"]\napp = \"shop\"\n").fault();
    assert!(
        matches!(app.kind, Violation::Forward(ForwardViolation::UnknownApp { .. })),
        "{app:?}"
    );
    let envelope = local(
        "[[push.forward]]\nname = \"bot\"\nurl = \"https://bot.example.com/\"\nformat = \"wechat\"\n\
        events = [\"fan.erased\"]\napp = \"shop\"\n[apps.shop]\n",
    )
    .faults();
    assert!(
        is_forward(&ForwardViolation::EnvelopeNamesOpenId, &envelope[0]),
        "{envelope:?}"
    );
}

#[test]
fn a_target_has_a_token_and_a_key_of_its_own() {
    let bot = "[[push.forward]]\nname = \"bot\"\nurl = \"https://bot.example.com/\"\nformat = \"wechat\"\n";
    let place = || {
        local(bot)
            .with("WECHAT_TOKEN", "accountToken1")
            .with("WECHAT_ENCODING_AES_KEY", AES_KEY)
    };
    let place = |token: &str, key: &str| {
        place()
            .with("PUSH_FORWARD_BOT_TOKEN", token)
            .with("PUSH_FORWARD_BOT_AES_KEY", key)
    };
    let same = |other: &str| {
        SecretViolation::SameKey {
            other: other.to_owned(),
        }
        .into()
    };
    let other_key = AES_KEY.chars().rev().collect::<String>();
    let token = place("accountToken1", &other_key).fault();
    assert_eq!(
        (token.key.as_str(), token.kind),
        ("PUSH_FORWARD_BOT_TOKEN", same("WECHAT_TOKEN"))
    );
    let key = place("botToken1", AES_KEY).fault();
    assert_eq!(
        (key.key.as_str(), key.kind),
        ("PUSH_FORWARD_BOT_AES_KEY", same("WECHAT_ENCODING_AES_KEY"))
    );
    place("botToken1", &other_key).load();
}

#[test]
fn two_targets_share_no_name_and_do_not_both_answer() {
    let more = |keys: &str| {
        target(&format!(
            "answers = true\n[[push.forward]]\nurl = \"https://b.example.com/\"\n{keys}"
        ))
    };
    let name = "crm".to_owned();
    let same = more("name = \"crm\"\n").fault();
    assert!(
        same.key == "push.forward" && is_forward(&ForwardViolation::SameName { name }, &same),
        "{same:?}"
    );
    let both = more("name = \"bot\"\nanswers = true\n")
        .with("PUSH_FORWARD_BOT_SECRET", SECRET)
        .fault();
    assert!(
        matches!(both.kind, Violation::Forward(ForwardViolation::TwoAnswer { .. })),
        "{both:?}"
    );
}

#[test]
fn a_push_is_not_passed_on_to_this_sites_own_pages() {
    let at = |url: &str| {
        let text = format!(
            "[[push.forward]]\nname = \"crm\"\nurl = \"{url}\"\n[server]\npublic_url = \"https://fans.example.com\"\n"
        );
        local(&text)
            .with("FANPASS_ENV", "production")
            .with("WECHAT_APP_ID", "wx00000000000000aa")
            .with("WECHAT_APP_SECRET", "0badc0de0badc0de0badc0de0badc0de")
            .with("SESSION_KEY", &"0f".repeat(64))
            .with("PUSH_FORWARD_CRM_SECRET", SECRET)
    };
    for own in [
        "https://fans.example.com",
        "https://fans.example.com:443/wechat/callback",
    ] {
        let fault = at(own).fault();
        assert!(
            matches!(fault.kind, Violation::Forward(ForwardViolation::OwnPage { .. })),
            "{fault:?}"
        );
    }
    // A proxy may have other systems behind the same host.
    assert_eq!(at("https://fans.example.com/bot").load().forward.len(), 1);
    assert_eq!(at("https://fans.example.com:8443/wechat/push").load().forward.len(), 1);
}

#[test]
fn a_secret_is_there_has_its_form_and_belongs_to_a_target() {
    let missing = target("").without("PUSH_FORWARD_CRM_SECRET").fault();
    assert_eq!(missing.key, "PUSH_FORWARD_CRM_SECRET");
    assert!(
        matches!(missing.kind, Violation::Forward(ForwardViolation::SecretMissing { .. })),
        "{missing:?}"
    );
    let short = target("").with("PUSH_FORWARD_CRM_SECRET", "too-short").fault();
    assert!(
        matches!(short.kind, Violation::Secret(SecretViolation::Length { least: 32, .. }))
            && !short.to_string().contains("too-short"),
        "{short}"
    );
    let misspelt = target("").with("PUSH_FORWARD_CRN_SECRET", SECRET).fault();
    let similar = Some("PUSH_FORWARD_CRM_SECRET".to_owned());
    assert!(
        is_forward(&ForwardViolation::SecretOfNoTarget { similar }, &misspelt),
        "{misspelt:?}"
    );
    let unused = target("").with("PUSH_FORWARD_CRM_TOKEN", "made1up").fault();
    assert_eq!(unused.key, "PUSH_FORWARD_CRM_TOKEN");
    let twice = target("").with("PUSH_FORWARD_CRM_SECRET_FILE", "file").fault();
    assert!(
        matches!(twice.kind, Violation::Secret(SecretViolation::SetTwice { .. })),
        "{twice}"
    );
    let wechat = target("format = \"wechat\"\n").without("PUSH_FORWARD_CRM_SECRET");
    let keys: Vec<String> = wechat.faults().into_iter().map(|fault| fault.key).collect();
    assert_eq!(keys, ["PUSH_FORWARD_CRM_TOKEN", "PUSH_FORWARD_CRM_AES_KEY"]);
    let key = wechat
        .with("PUSH_FORWARD_CRM_TOKEN", "made1up")
        .with("PUSH_FORWARD_CRM_AES_KEY", &AES_KEY[1..])
        .fault();
    assert!(
        matches!(key.kind, Violation::Secret(SecretViolation::Length { count: 42, .. })),
        "{key}"
    );
    assert!(!key.to_string().contains(&AES_KEY[1..]));
}

#[test]
fn another_layers_list_replaces_the_one_below() {
    let place = target("").file(
        "config/development.toml",
        "[[push.forward]]\nname = \"old\"\nurl = \"https://o.example.com\"\n",
    );
    let settings = place.load();
    assert_eq!(settings.forward.len(), 1);
    assert_eq!(settings.forward[0].name.as_str(), "crm");
}
