//! The tables, in Markdown.

use std::{collections::BTreeMap, path::Path};

use super::{arguments::Operation, sample::Sample};

/// Samples of one subject in one setting, all rounds.
struct Sum<'a>(Vec<&'a Sample>);

pub fn run(file: &Path) {
    let samples = Sample::read_all(file);
    let settings = in_order(samples.iter().map(|sample| sample.setting.as_str()));
    println!(
        "| setting | operation | CPU ms | bare, CPU ms | **times the bare** | per s | bare, per s | p50 / p99 ms | bare, p50 / p99 ms |"
    );
    println!("|---|---|--:|--:|--:|--:|--:|--:|--:|");
    for setting in &settings {
        for operation in [Operation::Login, Operation::Registration, Operation::Page] {
            let of = |subject: &str| Sum::of(&samples, setting, operation, subject);
            if let (Some(ours), Some(bare)) = (of("fanpass"), of("bare")) {
                print_operation(setting, operation, &ours, &bare);
            }
        }
    }
    println!("\n| setting | at rest, MB | under load, MB | bare, at rest, MB | bare, under load, MB |");
    println!("|---|--:|--:|--:|--:|");
    for setting in &settings {
        print!("| {setting} ");
        for subject in ["fanpass", "bare"] {
            let (rest, load) = memory(&samples, setting, subject);
            print!("| {:.1} | {:.1} ", megabytes(rest), megabytes(load));
        }
        println!("|");
    }
}

fn in_order<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut seen = Vec::new();
    names.for_each(|name| {
        if !seen.contains(&name) {
            seen.push(name);
        }
    });
    seen
}

fn print_operation(setting: &str, operation: Operation, ours: &Sum<'_>, bare: &Sum<'_>) {
    let ratios = ours.ratios(bare);
    println!(
        "| {setting} | {} | {:.3} | {:.3} | **{:.2}** ({:.2}–{:.2}) | {:.0} | {:.0} | {} | {} |",
        match operation {
            Operation::Login => "login",
            Operation::Registration => "registration",
            Operation::Page => "page",
        },
        ours.cpu_ms(),
        bare.cpu_ms(),
        ours.cpu_ms() / bare.cpu_ms(),
        ratios.first().copied().unwrap_or(f64::NAN),
        ratios.last().copied().unwrap_or(f64::NAN),
        ours.per_second(),
        bare.per_second(),
        ours.latency(),
        bare.latency(),
    );
}

impl<'a> Sum<'a> {
    fn of(samples: &'a [Sample], setting: &str, operation: Operation, subject: &str) -> Option<Self> {
        let ours =
            |sample: &&Sample| sample.setting == setting && sample.operation == operation && sample.subject == subject;
        let found: Vec<_> = samples.iter().filter(ours).collect();
        (!found.is_empty()).then_some(Self(found))
    }

    fn operations(&self) -> f64 {
        self.0.iter().map(|sample| sample.operations as f64).sum()
    }

    /// Processor time per operation.
    fn cpu_ms(&self) -> f64 {
        self.0.iter().map(|sample| sample.cpu_ms as f64).sum::<f64>() / self.operations()
    }

    fn per_second(&self) -> f64 {
        self.operations() / self.0.iter().map(|sample| sample.seconds).sum::<f64>()
    }

    /// Of the round in the middle.
    fn latency(&self) -> String {
        let middle = |of: fn(&Sample) -> u32| {
            let mut all: Vec<u32> = self.0.iter().map(|sample| of(sample)).collect();
            all.sort_unstable();
            f64::from(all[all.len() / 2]) / 1000.0
        };
        format!(
            "{:.1} / {:.1}",
            middle(|sample| sample.p50_us),
            middle(|sample| sample.p99_us)
        )
    }

    /// The ratio of every round, in ascending order.
    fn ratios(&self, bare: &Self) -> Vec<f64> {
        let by_round: BTreeMap<usize, f64> = bare.0.iter().map(|sample| (sample.round, each(sample))).collect();
        let mut ratios: Vec<f64> = self
            .0
            .iter()
            .filter_map(|sample| Some(each(sample) / by_round.get(&sample.round)?))
            .collect();
        ratios.sort_by(f64::total_cmp);
        ratios
    }
}

fn each(sample: &Sample) -> f64 {
    sample.cpu_ms as f64 / sample.operations as f64
}

fn memory(samples: &[Sample], setting: &str, subject: &str) -> (u64, u64) {
    let ours = || {
        samples
            .iter()
            .filter(|sample| sample.setting == setting && sample.subject == subject)
    };
    let rest = ours().map(|sample| sample.rest_kib).min().unwrap_or(0);
    (rest, ours().map(|sample| sample.load_kib).max().unwrap_or(0))
}

fn megabytes(kib: u64) -> f64 {
    kib as f64 / 1024.0
}
