use fanpass::settings::{Environment, FileViolation, Source, Violation};

use crate::support::{kind, local, nowhere, production, with};

#[test]
fn each_layer_lies_over_the_one_before() {
    let mut place = nowhere();
    assert_eq!(place.load().fans.refresh_after_days, 7);
    for (layer, days) in [
        ("config/default.toml", 11),
        ("config/development.toml", 12),
        ("config/local.toml", 13),
    ] {
        place = place.file(layer, format!("[fans]\nrefresh_after_days = {days}\n"));
        assert_eq!(place.load().fans.refresh_after_days, days, "{layer}");
    }
    place = place.with("FANPASS__FANS__REFRESH_AFTER_DAYS", "14");
    assert_eq!(place.load().fans.refresh_after_days, 14);
}

#[test]
fn a_file_on_disk_keeps_what_its_built_in_twin_says_and_it_does_not() {
    let place = nowhere().file("config/development.toml", "[log]\nfilter = \"warn\"\n");
    let settings = place.load();
    assert_eq!(settings.log.filter, "warn");
    assert!(settings.sandbox.enabled, "only the built-in development.toml says so");
}

#[test]
fn a_default_on_disk_lies_below_the_environment_s_built_in_file() {
    let place = nowhere().file("config/default.toml", "[sandbox]\nenabled = false\n");
    assert!(place.load().sandbox.enabled);
}

#[test]
fn the_file_of_another_environment_is_not_read() {
    let text = "[fans]\nrefresh_after_days = 30\n";
    let place = production().file("config/development.toml", text);
    assert_eq!(place.load().fans.refresh_after_days, 7);
}

#[test]
fn the_environment_sets_every_kind_of_value() {
    let settings = with("FANPASS__SERVER__PORT", "9000")
        .with("FANPASS__SANDBOX__ENABLED", "false")
        .with("FANPASS__SITE__NAME", "12")
        .with("FANPASS__SERVER__TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.1,::1")
        .with("FANPASS__WECHAT__ROOT_FILES__MP_verify_aB__1.txt", "aB1\n")
        .load();
    assert_eq!(settings.server.port, 9000);
    assert!(!settings.sandbox.enabled);
    assert_eq!(settings.site.name, "12");
    let proxies: Vec<String> = settings
        .server
        .trusted_proxies
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(proxies, ["10.0.0.0/8", "192.0.2.1/32", "::1/128"]);
    assert_eq!(settings.wechat.root_files["MP_verify_aB__1.txt"], "aB1\n");
}

#[test]
fn an_empty_variable_empties_a_list_and_an_optional_text() {
    let settings = local("[server]\ntrusted_proxies = [\"10.0.0.1\"]\n[site]\ncontact = \"客服\"\n")
        .with("FANPASS__SERVER__TRUSTED_PROXIES", "")
        .with("FANPASS__SITE__CONTACT", "")
        .load();
    assert!(settings.server.trusted_proxies.is_empty());
    assert_eq!(settings.site.contact, None);
}

#[test]
fn root_files_of_all_layers_come_together_byte_for_byte() {
    let place = nowhere()
        .file(
            "config/default.toml",
            "[wechat.root_files]\n\"MP_verify_Ab.txt\" = \"  Ab \\r\\n\"\n",
        )
        .file("config/local.toml", "[wechat.root_files]\n\"0A1b.TXT\" = '''二\n'''\n")
        .with("FANPASS__WECHAT__ROOT_FILES__c.txt", "C");
    let files = place.load().wechat.root_files;
    let files: Vec<_> = files
        .iter()
        .map(|(name, content)| (name.as_str(), content.as_str()))
        .collect();
    assert_eq!(
        files,
        [("0A1b.TXT", "二\n"), ("MP_verify_Ab.txt", "  Ab \r\n"), ("c.txt", "C")]
    );
}

#[test]
fn dotenv_is_read_and_never_overrides_the_environment() {
    let text = "FANPASS_ENV=test\nFANPASS__SITE__NAME='甲 乙'\nDATABASE_URL=sqlite://dotenv.db\n";
    let place = nowhere().file(".env", text);
    let settings = place.load();
    assert_eq!(settings.environment, Environment::Test);
    assert_eq!(settings.site.name, "甲 乙");
    assert_eq!(settings.secrets.database_url.expose(), "sqlite://dotenv.db");

    let place = place
        .with("FANPASS_ENV", "development")
        .with("DATABASE_URL", "sqlite://real.db");
    let settings = place.load();
    assert_eq!(settings.environment, Environment::Development);
    assert_eq!(settings.site.name, "甲 乙");
    assert_eq!(settings.secrets.database_url.expose(), "sqlite://real.db");
}

#[test]
fn a_broken_dotenv_is_reported_without_its_line() {
    let text = "FANPASS_ENV=test\nSESSION_KEY=made up secret\nFANPASS__SERVER__PORT=no\n";
    let faults = nowhere().file(".env", text).faults();
    let [line, port] = faults.as_slice() else {
        panic!("{faults:?}");
    };
    let after = Some("FANPASS_ENV".to_owned());
    assert_eq!(line.key, ".env");
    assert_eq!(line.kind, FileViolation::DotenvLine { after }.into());
    assert!(!line.to_string().contains("made up"), "{line}");
    assert_eq!(port.key, "FANPASS__SERVER__PORT");
}

#[test]
fn files_that_cannot_be_read_are_reported_together() {
    let place = nowhere()
        .file("config/default.toml", b"\xff\xfe")
        .file("config/development.toml", "[server\nport = 1")
        .file("config/local.toml/inside", "");
    let faults = place.faults();
    let keys: Vec<&str> = faults.iter().map(|fault| fault.key.as_str()).collect();
    assert_eq!(
        keys,
        ["config/default.toml", "config/development.toml", "config/local.toml"]
    );
    assert!(faults.iter().all(|fault| matches!(fault.kind, Violation::File(_))));
}

#[test]
fn broken_toml_is_reported_with_its_line_and_without_its_text() {
    let place = local("[site]\nname = \"a\"\napp_secret = made-up-secret\n");
    let text = place.refused(
        "config/local.toml",
        kind!(Violation::File(FileViolation::NotToml { .. })),
    );
    assert!(text.contains("line 3") && !text.contains("made-up"), "{text}");
}

#[test]
fn the_process_is_a_source() {
    let source = Source::from_process().unwrap();
    assert_eq!(source.directory, std::env::current_dir().unwrap());
    assert_eq!(source.env.get("PATH").cloned(), std::env::var("PATH").ok());
}
