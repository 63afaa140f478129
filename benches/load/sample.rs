//! What one window measured: one line of JSON.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    path::Path,
};

use serde::{Deserialize, Serialize};

use super::arguments::Operation;

#[derive(Clone, Serialize, Deserialize)]
pub struct Sample {
    pub setting: String,
    pub operation: Operation,
    pub subject: String,
    pub round: usize,
    pub operations: u64,
    pub seconds: f64,
    pub cpu_ms: u64,
    /// Microseconds that the site took.
    pub p50_us: u32,
    pub p99_us: u32,
    pub rest_kib: u64,
    pub load_kib: u64,
}

impl Sample {
    pub fn append(&self, file: &Path) {
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(file)
            .expect("the file of samples");
        let line = serde_json::to_string(self).expect("a sample is plain");
        writeln!(file, "{line}").expect("the file of samples");
    }

    pub fn read_all(file: &Path) -> Vec<Self> {
        let text = fs::read_to_string(file).expect("the file of samples");
        text.lines()
            .map(|line| serde_json::from_str(line).expect("a sample"))
            .collect()
    }
}
