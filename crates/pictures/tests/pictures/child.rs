//! One picture in a process of its own, so that what it took can be read afterwards.

use std::{fs, path::Path, process::Command};

use fanpass_pictures::{clean, inspect};

use crate::LIMITS;

const FILE: &str = "FANPASS_PICTURES_TEST_FILE";

/// What a picture took.
#[derive(Debug)]
pub(crate) struct Taken {
    /// `ok`, or the refusal.
    pub(crate) outcome: String,
    /// Beside the file and what every process takes.
    pub(crate) memory_bytes: u64,
    /// What was announced.
    pub(crate) announced_bytes: u64,
    pub(crate) cpu_ms: u64,
}

/// Cleans a file in a process of its own.
pub(crate) fn clean_alone(file: &[u8]) -> Taken {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("picture");
    fs::write(&path, file).unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "child::cleans_the_file_it_is_given",
            "--ignored",
            "--nocapture",
        ])
        .env(FILE, &path)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let line = text
        .lines()
        .find_map(|line| line.split_once("TAKEN "))
        .expect("the child says what it took")
        .1;
    let mut words = line.split(' ');
    let mut number = || words.next().unwrap().parse().unwrap();
    let (memory_bytes, announced_bytes, cpu_ms) = (number(), number(), number());
    Taken {
        outcome: words.collect::<Vec<_>>().join(" "),
        memory_bytes,
        announced_bytes,
        cpu_ms,
    }
}

#[test]
#[ignore = "what clean_alone starts"]
fn cleans_the_file_it_is_given() {
    let file = fs::read(std::env::var(FILE).unwrap()).unwrap();
    let (before, cpu) = (status("VmRSS:"), cpu_ms());
    let announced = inspect(&file, &LIMITS).map_or(0, |inspected| inspected.memory_bytes);
    let outcome = clean(&file, &LIMITS, &[1600, 320]).map_or_else(|refusal| format!("{refusal:?}"), |_| "ok".into());
    let memory = status("VmHWM:").saturating_sub(before);
    println!("TAKEN {memory} {announced} {} {outcome}", cpu_ms() - cpu);
}

// proc_pid_status(5), in bytes.
fn status(key: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(key)).unwrap();
    line.split_whitespace().next().unwrap().parse::<u64>().unwrap() * 1024
}

// proc_pid_stat(5): ticks of ten milliseconds in user mode and in the kernel.
fn cpu_ms() -> u64 {
    let text = fs::read_to_string(Path::new("/proc/self/stat")).unwrap();
    let fields: Vec<_> = text.rsplit(')').next().unwrap().split_whitespace().collect();
    (fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()) * 10
}
