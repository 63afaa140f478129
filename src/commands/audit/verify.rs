use std::io::{self, Write};

use serde::Serialize;

use super::{AuditError, Outcome};
use crate::{
    commands::output::json_line,
    domain::{ChainFault, Timestamp},
    services::audit_trail::{AuditTrail, AuditVerification, ChainFinding},
};

#[derive(Serialize)]
struct Report {
    chain: &'static str,
    fault: Option<String>,
    rows: u64,
    head: String,
    purged: String,
    waiting: u64,
    noted_head: Option<&'static str>,
}

/// Recomputes the chain and says what it showed.
pub async fn run(
    trail: &AuditTrail,
    noted: Option<&str>,
    json: bool,
    output: &mut dyn Write,
) -> Result<Outcome, AuditError> {
    let noted = noted.map(str::parse).transpose()?;
    let verified = trail.verify(noted).await?;
    if json {
        json_line(output, &report(&verified, noted.is_some()))?;
    } else {
        write_text(&verified, noted.is_some(), output)?;
    }
    Ok(match verified.finding {
        ChainFinding::Intact | ChainFinding::NotedIsPurged => Outcome::Done,
        ChainFinding::Broken(_) => Outcome::Broken,
    })
}

fn fault(verified: &AuditVerification) -> Option<ChainFault> {
    match verified.finding {
        ChainFinding::Broken(fault) => Some(fault),
        ChainFinding::Intact | ChainFinding::NotedIsPurged => None,
    }
}

fn report(verified: &AuditVerification, has_noted: bool) -> Report {
    let fault = fault(verified);
    Report {
        chain: if fault.is_some() { "broken" } else { "intact" },
        fault: fault.map(|fault| fault.to_string()),
        rows: verified.rows,
        head: verified.state.head.to_string(),
        purged: verified.state.purged.to_string(),
        waiting: verified.waiting.0,
        noted_head: match verified.finding {
            ChainFinding::Intact if has_noted => Some("found"),
            ChainFinding::NotedIsPurged => Some("purged"),
            _ => None,
        },
    }
}

fn write_text(verified: &AuditVerification, has_noted: bool, output: &mut dyn Write) -> io::Result<()> {
    let state = &verified.state;
    match fault(verified) {
        Some(fault) => writeln!(output, "BROKEN: {fault}")?,
        None => writeln!(output, "the chain is intact")?,
    }
    writeln!(output, "  rows      {} recomputed", verified.rows)?;
    if state.purged.position > 0 {
        writeln!(output, "  purged    up to {}", state.purged)?;
    }
    writeln!(output, "  waiting   {}", waiting(verified.waiting))?;
    match verified.finding {
        ChainFinding::Intact if has_noted => writeln!(output, "  noted     the noted head is part of the chain")?,
        ChainFinding::NotedIsPurged => {
            writeln!(
                output,
                "  noted     the row of the noted head is purged: it cannot be compared"
            )?;
        }
        _ => {}
    }
    writeln!(output, "  head      {}", state.head)
}

fn waiting((rows, oldest): (u64, Option<Timestamp>)) -> String {
    match oldest {
        None => "no row waits to be chained".to_owned(),
        Some(oldest) => format!(
            "{rows} to be chained by a running process, the oldest of {}",
            oldest.to_rfc3339()
        ),
    }
}
