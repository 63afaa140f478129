//! The metrics in the documentation's table, the alerts and the dashboard are those that are exposed.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    reason = "a test fails by panicking"
)]

use std::{collections::BTreeSet, fs, path::Path, time::Duration};

use fanpass::{
    domain::{AppId, Clock, TimeZone},
    telemetry::{
        dependencies::Dependency,
        events::{AccountEvents, Event},
        jobs::JobOutcome,
        metrics,
        pushes::PushOutcome,
        refusals::Refusal,
    },
};
use serde_json::Value;

const TABLE: &str = include_str!("../../docs/metrics.md");
const RULES: &str = include_str!("../../deploy/prometheus/fanpass.rules.yaml");
const DASHBOARD: &str = include_str!("../../deploy/grafana/fanpass.json");

/// Labels that Prometheus itself puts on a series.
const FOREIGN_LABELS: [&str; 3] = ["le", "instance", "job"];

/// A metric as it is exposed.
struct Metric {
    name: String,
    kind: String,
    labels: Vec<String>,
    text: String,
}

impl Metric {
    fn row(&self) -> String {
        let labels = self.labels.iter().map(|label| format!("`{label}`"));
        let labels = match labels.collect::<Vec<_>>().join(", ") {
            none if none.is_empty() => "–".to_owned(),
            labels => labels,
        };
        format!("| `{}` | {} | {labels} | {} |", self.name, self.kind, self.text)
    }

    fn has_series(&self, name: &str) -> bool {
        let Some(end) = name.strip_prefix(&self.name) else {
            return false;
        };
        match self.kind.as_str() {
            "histogram" => ["_bucket", "_sum", "_count"].contains(&end),
            _ => end.is_empty(),
        }
    }
}

/// Every metric there is.
fn exposed() -> Vec<Metric> {
    // These have no series before something happens.
    let app_id = AppId::parse("wx0000000000000001").unwrap();
    let account = metrics().account(&app_id);
    let _erasures = metrics().erasures(&app_id);
    account.platform.record("made-up", None, Duration::ZERO);
    account.relay.record("shop", "/cgi-bin/*", None);
    account.relay.set_quota("cgi-bin/user/info", 5, 1);
    account.pushes.record(None, PushOutcome::Refused);
    account.forwards.announce("crm");
    account.forwards.took("crm", Duration::ZERO);
    let events = AccountEvents::new(account, Clock::system(), TimeZone::parse("UTC").unwrap());
    events.record(Event::Refusal(Refusal::RateLimit));
    metrics().dependencies.set_up(Dependency::Database, true);
    metrics().jobs.ran("made-up", JobOutcome::Done);
    metrics().clocks.set_offset(Dependency::Database, 0.0);
    let exposition = metrics().render();
    let mut found: Vec<Metric> = Vec::new();
    for line in exposition.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, text) = help.split_once(' ').unwrap();
            found.push(Metric {
                name: name.to_owned(),
                kind: String::new(),
                labels: Vec::new(),
                text: text.to_owned(),
            });
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let metric = found.last_mut().unwrap();
            metric.kind = kind.strip_prefix(&metric.name).unwrap().trim().to_owned();
        } else {
            let metric = found.last_mut().unwrap();
            let name = line.split(['{', ' ']).next().unwrap();
            assert!(metric.has_series(name), "{line}");
            metric.labels = label_names(line);
        }
    }
    found
}

/// The names of a series' labels, except the bucket's.
fn label_names(series: &str) -> Vec<String> {
    let Some((_, labels)) = series.split_once('{') else {
        return Vec::new();
    };
    // Quotes stand around the values.
    let names = labels.split('"').step_by(2).filter_map(|part| part.strip_suffix('='));
    let names = names.map(|name| name.trim_start_matches(',').to_owned());
    names.filter(|name| name != "le").collect()
}

/// The words of an expression that begin with our prefix.
fn names(expression: &str) -> BTreeSet<&str> {
    let words = expression.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    words.filter(|word| word.starts_with("fanpass_")).collect()
}

/// The names of the labels that selectors and groupings of an expression use.
fn labels(expression: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for selector in expression.split('{').skip(1) {
        let inside = selector.split('}').next().unwrap();
        let names = inside.split(',').filter_map(|part| part.split(['=', '!']).next());
        found.extend(names.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()));
    }
    for grouping in expression.split("by (").skip(1) {
        found.extend(
            grouping
                .split(')')
                .next()
                .unwrap()
                .split(',')
                .map(|name| name.trim().to_owned()),
        );
    }
    found
}

/// Asserts that an expression reads metrics of ours, and returns their names.
fn check<'metrics>(metrics: &'metrics [Metric], place: &str, expression: &str) -> BTreeSet<&'metrics str> {
    let names = names(expression);
    assert!(!names.is_empty(), "{place}: `{expression}` reads no metric of ours");
    let find = |name: &&str| metrics.iter().find(|metric| metric.has_series(name));
    let read: Vec<&Metric> = names
        .iter()
        .map(|name| find(name).unwrap_or_else(|| panic!("{place}: there is no metric {name}")))
        .collect();
    for label in labels(expression) {
        let is_known = read.iter().any(|metric| metric.labels.contains(&label));
        assert!(
            is_known || FOREIGN_LABELS.contains(&label.as_str()),
            "{place}: no label {label}"
        );
    }
    read.into_iter().map(|metric| metric.name.as_str()).collect()
}

#[test]
fn the_table_lists_what_is_exposed() {
    let written: Vec<&str> = TABLE.lines().filter(|line| line.starts_with("| `fanpass_")).collect();
    let expected: Vec<String> = exposed().iter().map(Metric::row).collect();
    assert_eq!(written, expected, "\n{}\n", expected.join("\n"));
}

#[test]
fn names_are_in_prometheus_own_form() {
    let mut seen = BTreeSet::new();
    for metric in exposed() {
        let name = &metric.name;
        assert!(seen.insert(name.clone()), "{name} stands there twice");
        let end = match metric.kind.as_str() {
            "counter" => name.ends_with("_total"),
            "histogram" => name.ends_with("_seconds"),
            "gauge" => !name.ends_with("_total"),
            kind => panic!("{name} is of the kind {kind:?}"),
        };
        assert!(end && name.starts_with("fanpass_"), "{name}");
    }
}

#[test]
fn alerts_read_metrics_that_exist() {
    let mut expressions = Vec::new();
    let mut lines = RULES.lines().peekable();
    while let Some(line) = lines.next() {
        if line.trim() != "expr: |" {
            continue;
        }
        let mut expression = Vec::new();
        while let Some(line) = lines.next_if(|line| line.starts_with("          ")) {
            expression.push(line.trim());
        }
        expressions.push(expression.join(" "));
    }
    let alerts = RULES.lines().filter(|line| line.trim().starts_with("- alert:")).count();
    assert!(alerts >= 10 && expressions.len() == alerts, "{expressions:#?}");
    let metrics = exposed();
    for expression in &expressions {
        check(&metrics, "alert", expression);
    }
}

#[test]
fn the_dashboard_reads_metrics_that_exist_and_leaves_none_out() {
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    let metrics = exposed();
    let mut shown = BTreeSet::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        let title = panel["title"].as_str().unwrap();
        for target in panel["targets"].as_array().unwrap() {
            let expression = target["expr"].as_str().unwrap();
            shown.extend(check(&metrics, title, expression));
        }
    }
    let all: BTreeSet<&str> = metrics.iter().map(|metric| metric.name.as_str()).collect();
    assert_eq!(shown, all);
}

/// How many metrics the sources register.
fn registered() -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/telemetry");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let texts = files.map(|file| fs::read_to_string(file).unwrap());
    texts.map(|text| text.matches("registry.register(").count()).sum()
}

#[test]
fn every_registered_metric_is_looked_at() {
    assert_eq!(exposed().len(), registered(), "record one of each in `exposed`");
}
