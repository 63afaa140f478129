//! The text of every fault, as operators read it.

use fanpass::settings::{
    CommonMistake, Conflict, DatabaseUrlError, FileViolation, ForwardViolation, LogoViolation, QuotedValue,
    RedisUrlError, RootFileViolation, SecretViolation, SettingsFault, UnnamedProxy, UrlViolation, Violation,
};

use fanpass::texts::OwnTextError;

use crate::support::with;

/// Asserts that every text is as expected. Each says what is wrong and, after a semicolon, what to do.
#[track_caller]
fn assert_texts<V: Into<Violation>, const N: usize>(texts: [(V, &str); N]) {
    for (violation, text) in texts {
        assert_eq!(violation.into().to_string(), text);
        let parts = text.split_once("; ");
        assert!(
            parts.is_some_and(|(problem, hint)| !problem.is_empty() && !hint.is_empty()),
            "{text}"
        );
    }
}

fn owned(text: &str) -> String {
    text.to_owned()
}

#[test]
fn faults_of_texts_and_of_the_logo() {
    let longest = 500;
    assert_texts([
        (OwnTextError::UnknownText, "is no text of the pages; remove it"),
        (
            OwnTextError::NotALine { longest },
            "must be one line of 1 to 500 characters; shorten it, or write it in one line",
        ),
        (
            OwnTextError::Direction { code: 0x202e },
            "holds an invisible character that changes the direction of writing; remove U+202E",
        ),
        (
            OwnTextError::Braces,
            "has braces that are no placeholder; write one as { $name }, and no other braces",
        ),
        (
            OwnTextError::UnknownPlaceholder {
                name: owned("sight"),
                known: vec!["site", "button"],
            },
            "has the unknown placeholder $sight; this text knows { $site }, { $button }",
        ),
        (
            OwnTextError::UnknownPlaceholder {
                name: owned("sight"),
                known: Vec::new(),
            },
            "has the unknown placeholder $sight; this text has none",
        ),
        (
            OwnTextError::MissingPlaceholder { name: "policy" },
            "lacks the placeholder { $policy }, which this text must show; add it",
        ),
    ]);
    let (file, error) = (owned("logo.png"), owned("why"));
    assert_texts([
        (
            LogoViolation::Unreadable {
                file,
                error: error.clone(),
            },
            "names the file \"logo.png\" that cannot be read (why); give the path of a readable PNG, JPEG or WebP file",
        ),
        (
            LogoViolation::TooLong { mib: 2 },
            "names a file that is too long; give one of at most 2 MiB",
        ),
        (
            LogoViolation::Format,
            "names a file that is no PNG, JPEG or WebP picture; convert it (an SVG is a program, so it is not accepted)",
        ),
        (
            LogoViolation::TooLarge { longest: 4096 },
            "names a picture that is too large; give one of at most 4096 pixels on each side",
        ),
        (
            LogoViolation::Broken { error },
            "names a picture that cannot be decoded (why); save it anew as PNG",
        ),
    ]);
}

#[test]
fn a_fault_names_its_key_and_its_file() {
    let mut fault = SettingsFault {
        key: owned("server.port"),
        file: None,
        kind: Violation::Missing,
    };
    assert_eq!(fault.to_string(), "server.port is missing; set it");
    fault.file = Some(owned("config/local.toml"));
    assert_eq!(fault.to_string(), "server.port in config/local.toml is missing; set it");
}

#[test]
fn a_key_is_missing_unknown_or_of_another_type() {
    let range = || owned("0 to 65535");
    let value = || QuotedValue::from("80a");
    assert_texts([
        (Violation::Missing, "is missing; set it"),
        (
            Violation::UnknownKey {
                meant: Some(owned("server.port")),
            },
            "is not a known key; did you mean server.port?",
        ),
        (Violation::UnknownKey { meant: None }, "is not a known key; remove it"),
        (
            Violation::SecretAmongKeys {
                variable: "SESSION_KEY",
            },
            "is a secret, which comes from the environment only; set the variable SESSION_KEY or SESSION_KEY_FILE instead",
        ),
        (
            Violation::SectionNotATable { name: owned("server") },
            "is not a table; write [server] on a line of its own and its keys below",
        ),
        (
            Violation::NotATable {
                name: owned("wechat.root_files"),
            },
            "is not a table; write [wechat.root_files] and the entries below",
        ),
        (Violation::NotAList, "is not a list; write [\"first\", \"second\"]"),
        (Violation::NotAString, "is not a string; put it in quotes"),
        (
            Violation::NotABoolean { value: None },
            "is not a boolean; write true or false",
        ),
        (
            Violation::NotABoolean { value: Some(value()) },
            "is \"80a\"; write true or false",
        ),
        (
            Violation::NotANumber {
                value: None,
                range: range(),
            },
            "is not a whole number; write a whole number from 0 to 65535",
        ),
        (
            Violation::NotANumber {
                value: Some(value()),
                range: range(),
            },
            "is \"80a\"; write a whole number from 0 to 65535",
        ),
        (
            Violation::OutOfRange {
                value: "70000".into(),
                range: range(),
            },
            "is \"70000\"; write a whole number from 0 to 65535",
        ),
    ]);
}

#[test]
fn a_value_is_not_accepted() {
    let not_accepted = |value: &str| Violation::NotAccepted {
        value: value.into(),
        hint: "write text or json".into(),
    };
    assert_texts([
        (not_accepted("JSON"), "is \"JSON\"; write text or json"),
        (
            not_accepted("text\nSESSION_KEY=made-up"),
            "holds more than one value: two lines may have been joined; write text or json",
        ),
        (
            Violation::EmptyLogFilter,
            "is empty; write levels as in `info,fanpass=debug`",
        ),
        (
            Violation::NotALogFilter,
            "is not a log filter; write levels as in `info,fanpass=debug`",
        ),
    ]);
    assert_texts([
        (
            UrlViolation::NotAUrl(url::ParseError::RelativeUrlWithoutBase),
            "is not a URL (relative URL without a base); write one that begins with https:// or http://",
        ),
        (
            UrlViolation::NotHttp,
            "is not an http or https URL; write one that begins with https:// or http://",
        ),
        (
            UrlViolation::HasCredentials,
            "contains a user name or password; remove it",
        ),
        (
            UrlViolation::NotAnOrigin,
            "is more than an origin; write scheme, host and port only, as in `https://fans.example.com`",
        ),
        (
            UrlViolation::NotProtected,
            "is http and not a loopback address; use https",
        ),
        (
            UrlViolation::HasQuery,
            "has a query or a fragment; remove it: credentials go into the variable OTEL_EXPORTER_OTLP_HEADERS",
        ),
        (
            UrlViolation::NotAnIp("localhost".into()),
            "is \"localhost\"; write an IP address, as in `127.0.0.1`, or `0.0.0.0` for every interface",
        ),
    ]);
    assert_texts([
        (
            RootFileViolation::NameNotQuoted,
            "is not a string; put the whole file name in quotes: a dot outside quotes begins a new table",
        ),
        (
            RootFileViolation::Name,
            "cannot be a file at the root; name it with 1 to 128 ASCII letters, digits, `.`, `_` or `-`, and no dot in front",
        ),
        (
            RootFileViolation::HidesPage,
            "would hide a page of this application; use another name",
        ),
        (
            RootFileViolation::Length { longest: 65536 },
            "is empty or too long; give the content of the file, at most 65536 bytes",
        ),
    ]);
}

#[test]
fn a_file_cannot_be_used() {
    let error = || owned("made up");
    let file = || owned("ca.pem");
    assert_texts([
        (
            FileViolation::Unreadable { error: error() },
            "cannot be read (made up); make it a readable UTF-8 file, or remove it",
        ),
        (
            FileViolation::NotToml { error: error() },
            "is not valid TOML (made up); correct it there",
        ),
        (
            FileViolation::DotenvLine {
                after: Some(owned("FANPASS_ENV")),
            },
            "has a line after FANPASS_ENV that cannot be read; write NAME=value, and put a value with spaces, #, $ or quotes in \
             single quotes",
        ),
        (
            FileViolation::DotenvLine { after: None },
            "has a first line that cannot be read; write NAME=value, and put a value with spaces, #, $ or quotes in single \
             quotes",
        ),
        (
            FileViolation::NoWorkingDirectory { error: error() },
            "cannot be read (made up); start in one that exists",
        ),
        (FileViolation::NotUtf8, "is not UTF-8; write it in UTF-8"),
        (
            FileViolation::UnreadableCertificates {
                file: file(),
                error: error(),
            },
            "names the file \"ca.pem\" that cannot be read (made up); give the path of a readable PEM file with the certificates \
             of the authorities",
        ),
        (
            FileViolation::NoCertificate { file: file() },
            "names the file \"ca.pem\" that holds no certificate; give the path of a readable PEM file with the certificates of \
             the authorities",
        ),
    ]);
    let error = error();
    assert_texts([(
        Violation::NotMerged { error },
        "cannot be merged (made up); look at its files",
    )]);
}

#[test]
fn two_keys_do_not_fit_together() {
    assert_texts([
        (
            Conflict::SamePort {
                port: 8080,
                other: "server",
            },
            "is 8080, as server.port is; give each its own",
        ),
        (
            Conflict::SandboxInProduction,
            "is true, which production refuses; set it to false",
        ),
        (
            Conflict::PublicUrlWithSandbox,
            "is not a loopback address while the sandbox is on; use a loopback address, or set sandbox.enabled to false to work \
             with a test account",
        ),
        (
            Conflict::SandboxPortUnknown,
            "is 0 while wechat.* points at it; give it a fixed port, or set wechat.api_url and wechat.open_url",
        ),
        (
            Conflict::SandboxHostNotLoopback,
            "is not a loopback address; use 127.0.0.1 or 0.0.0.0, or set sandbox.enabled to false and use `fanpass sandbox`",
        ),
    ]);
}

#[test]
fn a_secret_is_missing_or_malformed() {
    let variable = "SESSION_KEY";
    let hint = "copy it again";
    let error = || owned("made up");
    let length = |least, most| SecretViolation::Length {
        count: 2,
        least,
        most,
        hint,
    };
    let missing = |is_empty, similar: Option<&str>| SecretViolation::Missing {
        variable,
        is_empty,
        similar: similar.map(owned),
    };
    assert_texts([
        (
            missing(false, None),
            "is missing, and production requires it; set it or SESSION_KEY_FILE",
        ),
        (
            missing(true, Some("SESION_KEY")),
            "is empty, which counts as missing, and production requires it; set it or SESSION_KEY_FILE (did you mean it with \
             SESION_KEY?)",
        ),
        (
            SecretViolation::SetTwice {
                variable: variable.to_owned(),
            },
            "is set, and so is SESSION_KEY_FILE; keep one of the two",
        ),
        (
            SecretViolation::UnreadableFile {
                file: "run/key".into(),
                error: error(),
            },
            "names the file \"run/key\" that cannot be read (made up); give the path of a readable UTF-8 file that holds \
             only the secret",
        ),
        (
            SecretViolation::UnreadableFile {
                file: "0badc0de".into(),
                error: error(),
            },
            "names a file that cannot be read (made up); give the path of a readable UTF-8 file that holds only the secret",
        ),
        (
            SecretViolation::EmptyFile { file: "run/key".into() },
            "names the file \"run/key\" that is empty; give the path of a readable UTF-8 file that holds only the secret",
        ),
        (
            SecretViolation::UnreadableEnvironment,
            "cannot be read; look at its secrets",
        ),
        (
            SecretViolation::WhitespaceInside { hint },
            "has whitespace inside; copy it again",
        ),
        (
            SecretViolation::OtherCharacters {
                expected: "letters or digits",
                hint,
            },
            "has characters other than letters or digits; copy it again",
        ),
        (length(32, 32), "has 2 characters, 32 are needed; copy it again"),
        (length(3, 32), "has 2 characters, 3 to 32 are needed; copy it again"),
        (
            SecretViolation::OriginalId { hint },
            "is the account's original ID (原始ID); copy it again",
        ),
        (
            SecretViolation::NotAnAppId { hint },
            "does not begin with `wx`; copy it again",
        ),
    ]);
}

#[test]
fn a_variable_was_filled_in_by_mistake() {
    assert_texts([
        (CommonMistake::OnlyWhitespace, "is only whitespace; write its value"),
        (
            CommonMistake::ByteOrderMark,
            "begins with a byte order mark; save the file as UTF-8 without one",
        ),
        (
            CommonMistake::InvisibleCharacter,
            "holds an invisible character; type or copy it again",
        ),
        (
            CommonMistake::InQuotes,
            "is in quotes, which `docker --env-file` keeps; remove them",
        ),
        (CommonMistake::QuotationMark, "begins with a quotation mark; remove it"),
        (
            CommonMistake::SeveralLines,
            "has more than one line; write only the secret",
        ),
        (
            CommonMistake::WhitespaceAround,
            "has whitespace or a line end before or after it; remove it, and check whether its file has Windows line ends",
        ),
        (
            CommonMistake::OwnName,
            "begins with its own name; write only what follows the =",
        ),
        (CommonMistake::Placeholder, "is a placeholder; write the real value"),
        (
            CommonMistake::CarriageReturn,
            "ends with a carriage return; save the file that sets it without Windows line ends",
        ),
    ]);
}

#[test]
fn a_database_url_is_malformed() {
    let forms = "write sqlite://path, postgres://user:password@host/database or mysql://user:password@host/database";
    let (no_scheme, no_slashes) = (
        format!("has no scheme; {forms}"),
        format!("has no // after its scheme; {forms}"),
    );
    let no_database = format!("has an unknown scheme; {forms}");
    assert_texts([
        (DatabaseUrlError::NoScheme, no_scheme.as_str()),
        (DatabaseUrlError::UnknownScheme { meant: None }, no_database.as_str()),
        (
            DatabaseUrlError::UnknownScheme {
                meant: Some("postgres"),
            },
            "has an unknown scheme; did you mean postgres://?",
        ),
        (
            DatabaseUrlError::MariaDbScheme,
            "has an unknown scheme; write mysql:// for MariaDB too",
        ),
        (DatabaseUrlError::NoSlashes, no_slashes.as_str()),
        (
            DatabaseUrlError::NotInThisBuild {
                database: "MySQL",
                feature: "mysql",
            },
            "names MySQL, which is not in this build; build with the cargo feature `mysql`",
        ),
        (
            DatabaseUrlError::NoFile,
            "names no file; write sqlite://data/fanpass.db",
        ),
        (
            DatabaseUrlError::InMemory,
            "names a database in memory; name a file: in memory each connection would have a database of its own",
        ),
    ]);
}

#[test]
fn a_redis_url_is_malformed() {
    let hint = "write redis://user:password@host:6379/0, redis+sentinel://host:26379,host:26379/master or \
                redis+cluster://host:6379,host:6379 (with rediss for TLS)";
    for (error, problem) in [
        (RedisUrlError::NoScheme, "has no scheme"),
        (RedisUrlError::UnknownScheme, "has a scheme other than redis and rediss"),
        (
            RedisUrlError::UnknownTopology,
            "has an unknown kind of Redis after the + of its scheme",
        ),
        (RedisUrlError::RawHash, "holds a # that must be percent-encoded (%23)"),
        (
            RedisUrlError::RawSlash,
            "has a / in its user or password, which must be percent-encoded (%2F)",
        ),
        (
            RedisUrlError::RawQuestionMark,
            "has a ? in its user or password, which must be percent-encoded (%3F)",
        ),
        (RedisUrlError::NotUtf8, "has a user or password that is not UTF-8"),
        (RedisUrlError::NoHost, "names no host"),
        (RedisUrlError::Host, "has an invalid host"),
        (RedisUrlError::Port, "has an invalid port"),
        (
            RedisUrlError::SeveralHosts,
            "names several hosts without +sentinel or +cluster in its scheme",
        ),
        (
            RedisUrlError::TooManyHosts,
            "names more than 16 hosts: some of them are enough",
        ),
        (RedisUrlError::NoMaster, "names no master after the sentinels"),
        (
            RedisUrlError::DatabaseNumber,
            "has a path that is not a database number",
        ),
        (
            RedisUrlError::ClusterWithPath,
            "has a path, but a cluster has no numbered databases",
        ),
        (
            RedisUrlError::Parameters,
            "has parameters after a ?, which only redis+sentinel:// takes",
        ),
        (
            RedisUrlError::UnknownParameter,
            "has a parameter other than sentinel_user and sentinel_password",
        ),
    ] {
        assert_texts([(error, format!("{problem}; {hint}").as_str())]);
    }
}

#[test]
fn a_proxy_has_no_name() {
    for (proxy, text) in [
        (
            UnnamedProxy::NoneNamed { has_limit: true },
            "server.trusted_proxies is empty: all fans seem to come from the address of your proxy, share its \
             limits.per_address_per_minute and in a busy minute get 429 together, and the audit trail names no fan's address. Name \
             the networks of your proxy there, as in FANPASS__SERVER__TRUSTED_PROXIES=10.0.0.0/8, and have it send \
             X-Forwarded-For",
        ),
        (
            UnnamedProxy::NoneNamed { has_limit: false },
            "server.trusted_proxies is empty: all fans seem to come from the address of your proxy, and the audit trail names no \
             fan's address. Name the networks of your proxy there, as in FANPASS__SERVER__TRUSTED_PROXIES=10.0.0.0/8, and have \
             it send X-Forwarded-For",
        ),
        (
            UnnamedProxy::OverLimit {
                private_ip: Some([10, 0, 0, 1].into()),
            },
            "10.0.0.1 makes too many requests and gets 429. It is not the address of a fan, but most likely of your proxy, so \
             that all fans are counted as one: name it in server.trusted_proxies, and have it send X-Forwarded-For",
        ),
        (
            UnnamedProxy::OverLimit { private_ip: None },
            "an address makes too many requests and gets 429 (the audit trail names it). If it is that of a proxy of yours, all \
             fans behind it are counted as one: name it in server.trusted_proxies, and have it send X-Forwarded-For",
        ),
    ] {
        assert_eq!(proxy.to_string(), text);
    }
}

/// What a key accepts stands beside its reader, so each text is asserted with its key.
#[test]
fn each_key_says_what_it_accepts() {
    let cases = [
        ("FANPASS__LOG__FORMAT", "JSON", "write text or json"),
        (
            "FANPASS__SERVER__TRUSTED_PROXIES",
            "10.0.0.0/8, proxy",
            "write an IP or a network, as in `10.0.0.0/8`",
        ),
        (
            "FANPASS__CACHE__KEY_PREFIX",
            "a b",
            "write 1 to 64 ASCII letters, digits or any of . _ : -",
        ),
        ("FANPASS__SITE__NAME", "a\nb", "write one line of 1 to 64 characters"),
        (
            "FANPASS__SITE__CONTACT",
            "a\tb",
            "write one line of 1 to 200 characters",
        ),
        (
            "FANPASS__SITE__TIME_ZONE",
            "CST",
            "write a name of the IANA database, as in Asia/Shanghai or UTC",
        ),
    ];
    for (name, value, hint) in cases {
        let text = with(name, value).fault().to_string();
        assert!(text.ends_with(&format!("; {hint}")), "{name}: {text}");
    }
}

#[test]
fn each_secret_says_which_characters_it_has() {
    let cases = [
        (
            "WECHAT_APP_ID",
            "WX0BADC0DE0BADC0DE",
            "`wx` and small letters or digits; copy the AppID again",
        ),
        (
            "WECHAT_APP_SECRET",
            "0badc0deg0badc0de0badc0de0badc0d",
            "hexadecimal digits; copy the AppSecret again",
        ),
        (
            "WECHAT_TOKEN",
            "0badc0de-made-up",
            "letters or digits; copy the Token again",
        ),
        (
            "SESSION_KEY",
            "made-up",
            "hexadecimal digits; write 128 hexadecimal digits, as `openssl rand -hex 64` prints them",
        ),
    ];
    for (name, value, expected) in cases {
        let text = with(name, value).fault().to_string();
        assert!(
            text.starts_with(&format!("{name} has characters other than {expected}")),
            "{text}"
        );
    }
}

#[test]
fn a_forward_target_is_wrong() {
    assert_texts([
        (
            ForwardViolation::Fragment,
            "has a fragment (#…), which no server sees; remove it",
        ),
        (
            ForwardViolation::Unprotected,
            "is http; use https, or write private = true for an address of an own network",
        ),
        (
            ForwardViolation::NeverCalled,
            "is link-local, a metadata service's or reserved, and is never called; write the address of the system itself",
        ),
        (
            ForwardViolation::PrivateAddress,
            "is an address of this machine or of an own network; write private = true if that is meant",
        ),
        (
            ForwardViolation::WantsNothing,
            "names nothing, so the target would get nothing; name messages or events, or leave both out for all",
        ),
        (
            ForwardViolation::NothingToAnswer,
            "is true for a target that gets no pushes; name messages or events that it answers",
        ),
        (
            ForwardViolation::NoErasures,
            "is only for targets that are told of erased fans; add \"fan.erased\" to events, or remove app",
        ),
        (
            ForwardViolation::EnvelopeNamesOpenId,
            "does not go with format = \"wechat\", which names fans by their openid; remove app",
        ),
        (
            ForwardViolation::SameName { name: owned("crm") },
            "has the name crm twice; give each target its own",
        ),
        (
            ForwardViolation::UnknownApp {
                name: owned("crm"),
                app: owned("shop"),
            },
            "has the target crm with the app shop, which no [apps.shop] configures; configure it, or remove app",
        ),
        (
            ForwardViolation::OwnPage { name: owned("crm") },
            "has the target crm, whose url is a page of this site, so that a push would come back; write the address of the \
             other system",
        ),
        (
            ForwardViolation::TwoAnswer {
                first: owned("bot"),
                second: owned("crm"),
            },
            "lets both bot and crm answer; at most one target may have answers = true",
        ),
        (
            ForwardViolation::SecretMissing {
                variable: owned("PUSH_FORWARD_CRM_SECRET"),
                target: owned("crm"),
            },
            "is missing, and the target crm needs it; set it or PUSH_FORWARD_CRM_SECRET_FILE",
        ),
        (
            ForwardViolation::SecretOfNoTarget {
                similar: Some(owned("PUSH_FORWARD_CRM_SECRET")),
            },
            "is the secret of no target of [[push.forward]] (did you mean PUSH_FORWARD_CRM_SECRET?); remove it, or look at the \
             target's name and format",
        ),
    ]);
    let name = owned("push.forward");
    assert_texts([(
        Violation::NotTables { name },
        "is a list of tables, which a file has; write [[push.forward]] there for each, and its keys below",
    )]);
}
