//! What a process has used, from /proc.

use std::fs;

/// Milliseconds of a tick: the kernel counts for user space at 100 Hz on every architecture that matters here.
const TICK_MS: u64 = 10;

/// Processor time in milliseconds, all threads and both modes.
pub fn cpu_ms(pid: u32) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("the process is gone");
    // The name in parentheses may hold spaces; utime and stime are the 12th and 13th field behind it.
    let (_, rest) = stat.rsplit_once(')').expect("a name in parentheses");
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |index: usize| fields[index].parse::<u64>().expect("a number");
    (ticks(11) + ticks(12)) * TICK_MS
}

/// Memory in use now, in KiB.
pub fn rss_kib(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("the process is gone");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next()).expect("VmRSS");
    number.parse().expect("a number")
}
