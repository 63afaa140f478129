//! What was measured of one kind of call, all rounds.

#[derive(Default)]
pub struct Sum {
    pub calls: u64,
    pub seconds: f64,
    pub cpu_ms: u64,
    pub microseconds: Vec<u32>,
}

impl Sum {
    /// Processor time of one call.
    pub fn each(&self) -> f64 {
        self.cpu_ms as f64 / self.calls as f64
    }

    pub fn per_second(&self) -> f64 {
        self.calls as f64 / self.seconds
    }

    pub fn latency(&mut self) -> String {
        latency(&mut self.microseconds)
    }
}

/// The median and the 99th percentile in milliseconds.
pub fn latency(microseconds: &mut [u32]) -> String {
    microseconds.sort_unstable();
    let part = |part: usize| {
        let at = microseconds.len() * part / 100;
        f64::from(microseconds.get(at).copied().unwrap_or(0)) / 1000.0
    };
    format!("{:.1} / {:.1}", part(50), part(99))
}
