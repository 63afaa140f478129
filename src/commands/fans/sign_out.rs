use std::io::Write;

use serde::Serialize;

use super::{FanAdministration, FansError, Outcome, confirm::confirm, output::json_line};
use crate::{cli::ChangeOptions, domain::FanKey};

#[derive(Serialize)]
struct Report {
    /// `None`: all fans.
    fan: Option<String>,
    sessions: &'static str,
}

/// Ends the sessions of one fan, or of all.
pub async fn run(
    operators: &FanAdministration,
    fan: Option<&str>,
    options: ChangeOptions,
    output: &mut dyn Write,
) -> Result<Outcome, FansError> {
    let fan = match fan {
        Some(fan) => match operators.sign_out_fan(&FanKey::parse(fan)?).await? {
            Some(id) => Some(id.to_string()),
            None => return Ok(Outcome::NoSuchFan),
        },
        None => {
            confirm(
                "All sessions of all fans will end; most come back silently.",
                options.yes,
            )?;
            operators.sign_out_all().await?;
            None
        }
    };
    if options.json {
        json_line(output, &Report { fan, sessions: "ended" })?;
    } else {
        let whose = fan.map_or_else(|| "all fans".to_owned(), |fan| format!("the fan {fan}"));
        writeln!(
            output,
            "the sessions of {whose} are ended; every running process refuses them within seconds"
        )?;
    }
    Ok(Outcome::Done)
}
