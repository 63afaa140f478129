use std::io::{self, Write};

use serde::Serialize;

use super::{FanAdministration, FansError, Outcome, confirm::confirm, escape_for_terminal, output::json_line};
use crate::{
    cli::AnswerArguments,
    domain::{FanId, FanKey},
    services::fans::{Forgotten, TokenRemoval},
};

#[derive(Serialize)]
struct Answer<'a> {
    fan: String,
    row: &'a str,
    sessions: &'a str,
    token: &'a str,
}

/// Forgets a fan and says what was removed.
pub async fn run(
    operators: &FanAdministration,
    fan: &str,
    how: AnswerArguments,
    answer: &mut dyn Write,
) -> Result<Outcome, FansError> {
    let key = FanKey::parse(fan)?;
    if let Some(fan) = operators.find(&key).await? {
        let (nickname, openid) = (escape_for_terminal(&fan.profile.nickname), &fan.profile.openid);
        confirm(
            &format!("{nickname} ({openid}), the fan {}, will be forgotten.", fan.id),
            how.yes,
        )?;
    }
    let Some(forgotten) = operators.forget(&key).await? else {
        return Ok(Outcome::NoSuchFan);
    };
    match how.json {
        true => json_line(answer, &describe(&forgotten))?,
        false => tell(&forgotten, answer)?,
    }
    Ok(match forgotten.token {
        TokenRemoval::Failed(_) => Outcome::Incomplete,
        _ => Outcome::Done,
    })
}

fn describe(forgotten: &Forgotten) -> Answer<'static> {
    Answer {
        fan: forgotten.fan.to_string(),
        row: if forgotten.had_row { "removed" } else { "none" },
        sessions: "ended",
        token: match forgotten.token {
            TokenRemoval::Removed => "removed",
            TokenRemoval::NoneKept => "none",
            TokenRemoval::LeftToProcess => "left_to_process",
            TokenRemoval::Failed(_) => "failed",
        },
    }
}

fn tell(forgotten: &Forgotten, answer: &mut dyn Write) -> io::Result<()> {
    let row = if forgotten.had_row {
        "removed"
    } else {
        "was removed before"
    };
    writeln!(answer, "the fan {}", forgotten.fan)?;
    writeln!(answer, "  row       {row}")?;
    writeln!(
        answer,
        "  sessions  ended; every running process refuses them within seconds"
    )?;
    writeln!(answer, "  token     {}", token(&forgotten.token, forgotten.fan))
}

fn token(removal: &TokenRemoval, fan: FanId) -> String {
    match removal {
        TokenRemoval::Removed => "removed".to_owned(),
        TokenRemoval::NoneKept => "none was kept".to_owned(),
        TokenRemoval::LeftToProcess => {
            "in the memory of the running process, which drops it within seconds (no REDIS_URL)".to_owned()
        }
        TokenRemoval::Failed(error) => format!(
            "NOT removed: {error}. Nothing uses it any more; the running processes go on trying to remove it, and so \
             does this command: fanpass fans forget {fan}"
        ),
    }
}
