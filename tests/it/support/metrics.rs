//! The metrics, as Prometheus reads them.

/// The value of a series, e.g. `fanpass_dependency_up{dependency="cache"}`, if it is there.
pub fn metric(text: &str, series: &str) -> Option<f64> {
    let mut lines = text.lines();
    let value = lines.find_map(|line| line.strip_prefix(series)?.strip_prefix(' '))?;
    Some(value.parse().unwrap())
}
