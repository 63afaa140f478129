//! The metrics, as Prometheus reads them.

use std::borrow::Cow;

/// The value of a series over all accounts, e.g. `fanpass_dependency_up{dependency="cache"}`, if it is there. The label
/// `account` is left out.
pub fn metric(text: &str, series: &str) -> Option<f64> {
    let lines = text.lines().filter(|line| !line.starts_with('#')).map(without_account);
    sum(lines, series)
}

/// As [`metric`], of one account.
pub fn account_metric(text: &str, series: &str, app_id: &str) -> Option<f64> {
    let label = format!(r#"account="{app_id}""#);
    let lines = text.lines().filter(|line| line.contains(&label)).map(without_account);
    sum(lines, series)
}

fn sum<'text>(lines: impl Iterator<Item = Cow<'text, str>>, series: &str) -> Option<f64> {
    let values = lines.filter_map(|line| line.strip_prefix(series)?.strip_prefix(' ')?.parse::<f64>().ok());
    values.reduce(|all, value| all + value)
}

/// The label stands last.
fn without_account(line: &str) -> Cow<'_, str> {
    let Some((before, after)) = line.split_once("account=\"") else {
        return line.into();
    };
    let value = after.split_once("\"} ").unwrap().1;
    match before.strip_suffix('{') {
        Some(name) => format!("{name} {value}"),
        None => format!("{}}} {value}", before.trim_end_matches(',')),
    }
    .into()
}
