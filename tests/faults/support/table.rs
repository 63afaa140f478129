use std::{env, fs, path::Path, time::Duration};

use super::audit::Audit;

/// The faults, in the order of the table.
pub const FAULTS: [&str; 12] = [
    "Redis killed, then back",
    "Redis frozen",
    "database killed, then back",
    "database frozen",
    "platform refusing",
    "platform resetting",
    "platform slow",
    "platform down (502)",
    "`kill -9` of one replica",
    "SIGTERM to one replica",
    "disk full (SQLite)",
    "nothing (for comparison)",
];

/// Prints the row of a fault, and leaves it where `FANPASS_FAULTS_TABLE` says.
pub fn write(fault: &str, audit: &Audit, warnings: usize) {
    let number = FAULTS
        .iter()
        .position(|name| *name == fault)
        .expect("a fault of the table");
    let row = format!(
        "| {fault} | {} | {} | {} | {} | {} | {} | {} | {} | {warnings} |\n",
        audit.tried,
        audit.saved,
        audit.found,
        audit.lost(),
        audit.wrong.len(),
        noticed(audit),
        seconds(audit.slowest),
        seconds(audit.recovery),
    );
    print!("{row}");
    if let Ok(folder) = env::var("FANPASS_FAULTS_TABLE") {
        let folder = Path::new(&folder);
        fs::write(folder.join(format!("{number:02}")), &row).unwrap();
        if audit.lost() > 0 {
            // A second try must not hide this.
            fs::write(folder.join(format!("lost-{number:02}")), &row).unwrap();
        }
    }
}

fn noticed(audit: &Audit) -> String {
    let pages = audit.pages.iter().map(|(status, count)| format!("{count} × {status}"));
    let broken = (audit.broken > 0).then(|| format!("{} × broken off", audit.broken));
    let all: Vec<String> = pages.chain(broken).collect();
    if all.is_empty() {
        "nothing".to_owned()
    } else {
        all.join(", ")
    }
}

fn seconds(duration: Duration) -> String {
    format!("{:.2} s", duration.as_secs_f32())
}
