//! What is written about the metrics outside the sources: the table, the alerts, the dashboard.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::allow_attributes,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeSet;

use fanpass::telemetry::{Kind, METRICS, Metric};
use serde_json::Value;

const TABLE: &str = include_str!("../../docs/metrics.md");
const RULES: &str = include_str!("../../deploy/prometheus/fanpass.rules.yaml");
const DASHBOARD: &str = include_str!("../../deploy/grafana/fanpass.json");

/// Labels that Prometheus itself puts on a series.
const FOREIGN_LABELS: [&str; 3] = ["le", "instance", "job"];

fn row(metric: &Metric) -> String {
    let labels = metric.labels.iter().map(|label| format!("`{label}`"));
    let labels = match labels.collect::<Vec<_>>().join(", ") {
        none if none.is_empty() => "–".to_owned(),
        labels => labels,
    };
    format!(
        "| `{}` | {} | {labels} | {} |",
        metric.name,
        metric.kind.as_str(),
        metric.text
    )
}

/// The words of an expression that begin with our prefix.
fn names(expression: &str) -> BTreeSet<&str> {
    let words = expression.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    words.filter(|word| word.starts_with("fanpass_")).collect()
}

/// The metric that a name of a series belongs to.
fn metric(series: &str) -> Option<&'static Metric> {
    METRICS.iter().find(|metric| match metric.kind {
        Kind::Histogram => ["_bucket", "_sum", "_count"]
            .iter()
            .any(|end| series.strip_suffix(end) == Some(metric.name)),
        Kind::Counter | Kind::Gauge => series == metric.name,
    })
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

fn check(place: &str, expression: &str) {
    let names = names(expression);
    assert!(!names.is_empty(), "{place}: `{expression}` reads no metric of ours");
    let metrics: Vec<&Metric> = names
        .iter()
        .map(|name| metric(name).unwrap_or_else(|| panic!("{place}: there is no metric {name}")))
        .collect();
    for label in labels(expression) {
        let is_known = metrics.iter().any(|metric| metric.labels.contains(&label.as_str()));
        assert!(
            is_known || FOREIGN_LABELS.contains(&label.as_str()),
            "{place}: no label {label}"
        );
    }
}

#[test]
fn the_table_is_the_catalogue() {
    let written: Vec<&str> = TABLE.lines().filter(|line| line.starts_with("| `fanpass_")).collect();
    let expected: Vec<String> = METRICS.iter().map(row).collect();
    assert_eq!(written, expected, "\n{}\n", expected.join("\n"));
}

#[test]
fn names_are_in_prometheus_own_form() {
    let mut seen = BTreeSet::new();
    for metric in METRICS {
        assert!(seen.insert(metric.name), "{} stands there twice", metric.name);
        let end = match metric.kind {
            Kind::Counter => metric.name.ends_with("_total"),
            Kind::Histogram => metric.name.ends_with("_seconds"),
            Kind::Gauge => !metric.name.ends_with("_total"),
        };
        assert!(end && metric.name.starts_with("fanpass_"), "{}", metric.name);
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
    expressions.iter().for_each(|expression| check("alert", expression));
}

#[test]
fn the_dashboard_reads_metrics_that_exist_and_leaves_none_out() {
    let dashboard: Value = serde_json::from_str(DASHBOARD).unwrap();
    let mut shown = BTreeSet::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        let title = panel["title"].as_str().unwrap();
        for target in panel["targets"].as_array().unwrap() {
            let expression = target["expr"].as_str().unwrap();
            check(title, expression);
            shown.extend(
                names(expression)
                    .into_iter()
                    .filter_map(metric)
                    .map(|metric| metric.name),
            );
        }
    }
    let all: BTreeSet<&str> = METRICS.iter().map(|metric| metric.name).collect();
    assert_eq!(shown, all);
}
