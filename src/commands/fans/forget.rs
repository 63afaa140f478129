use std::io::{self, Write};

use serde::Serialize;

use super::{FanAdministration, FansError, Outcome, confirm::confirm, escape_for_terminal, output::json_line};
use crate::{
    cli::ChangeOptions,
    domain::FanKey,
    services::fans::{Forgotten, TokenRemoval},
};

#[derive(Serialize)]
struct Report<'a> {
    fan: String,
    row: &'a str,
    sessions: &'a str,
    token: &'a str,
    /// `None`: the erasure was finished before.
    receipt: Option<String>,
}

/// Forgets a fan and says what was removed.
pub async fn run(
    operators: &FanAdministration,
    fan: &str,
    options: ChangeOptions,
    output: &mut dyn Write,
) -> Result<Outcome, FansError> {
    let key = FanKey::parse(fan)?;
    if let Some(fan) = operators.find(&key).await? {
        let (nickname, openid) = (escape_for_terminal(&fan.profile.nickname), &fan.profile.openid);
        confirm(
            &format!("{nickname} ({openid}), the fan {}, will be forgotten.", fan.id),
            options.yes,
        )?;
    }
    let Some(forgotten) = operators.forget(&key).await? else {
        return Ok(Outcome::NoSuchFan);
    };
    match options.json {
        true => json_line(output, &describe(&forgotten))?,
        false => write_text(&forgotten, output)?,
    }
    Ok(match forgotten.removed {
        Ok(_) => Outcome::Done,
        Err(_) => Outcome::Incomplete,
    })
}

fn describe(forgotten: &Forgotten) -> Report<'static> {
    Report {
        fan: forgotten.fan.to_string(),
        row: if forgotten.had_row { "removed" } else { "none" },
        sessions: "ended",
        token: match forgotten.removed.as_ref().map(|removed| removed.web_token) {
            Ok(TokenRemoval::Removed) => "removed",
            Ok(TokenRemoval::None) => "none",
            Ok(TokenRemoval::LeftToProcess) => "left_to_process",
            Err(_) => "failed",
        },
        receipt: forgotten.receipt.map(|receipt| receipt.to_string()),
    }
}

fn write_text(forgotten: &Forgotten, output: &mut dyn Write) -> io::Result<()> {
    let row = if forgotten.had_row {
        "removed"
    } else {
        "was removed before"
    };
    writeln!(output, "the fan {}", forgotten.fan)?;
    writeln!(output, "  row       {row}")?;
    writeln!(
        output,
        "  sessions  ended; every running process refuses them within seconds"
    )?;
    writeln!(output, "  token     {}", token(forgotten))?;
    match forgotten.receipt {
        Some(receipt) => writeln!(output, "  receipt   {receipt}"),
        None => writeln!(output, "  receipt   was written before"),
    }
}

fn token(forgotten: &Forgotten) -> String {
    match forgotten.removed.as_ref().map(|removed| removed.web_token) {
        Ok(TokenRemoval::Removed) => "removed".to_owned(),
        Ok(TokenRemoval::None) => "none was kept".to_owned(),
        Ok(TokenRemoval::LeftToProcess) => {
            "in the memory of the running process, which drops it within seconds (no REDIS_URL)".to_owned()
        }
        Err(failure) => format!(
            "NOT removed: {failure}. Nothing uses it any more. The erasure is not finished: the running processes go on \
             with it, and so does this command: fanpass fans forget {}",
            forgotten.fan
        ),
    }
}
