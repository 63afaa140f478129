use std::io::{self, IsTerminal, Write};

use super::{
    FanAdministration, FansError, Outcome, escape_for_terminal,
    output::json_line,
    progress::{self, Progress},
    record::FanRecord,
};
use crate::{
    cli::ListArguments,
    domain::{FanId, FansProfile},
};

/// Lists fans. With a nickname it reads until enough are found.
pub async fn run(
    operators: &FanAdministration,
    arguments: ListArguments,
    output: &mut dyn Write,
) -> Result<Outcome, FansError> {
    let mut after = arguments.after.as_deref().map(FanId::parse).transpose()?;
    let sought = arguments.nickname.as_deref().map(str::to_lowercase);
    let mut left = arguments.limit.get();
    let is_visible = sought.is_some() && progress::is_visible(io::stdout().is_terminal());
    let progress = Progress::begin(is_visible, None);
    if !arguments.json {
        writeln!(
            output,
            "{}",
            row("ID", "OPENID", "REGISTERED", "LAST LOGIN", "NICKNAME")
        )?;
    }
    loop {
        let wanted = if sought.is_some() { u32::MAX } else { left };
        let page = operators.page(after, wanted).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for fan in page.iter().filter(|fan| is_sought(fan, sought.as_deref())) {
            write(fan, arguments.json, output)?;
            left -= 1;
            if left == 0 {
                progress.end();
                output.flush()?;
                return Ok(more_after(fan.id, arguments.json));
            }
        }
        progress.advance(page.len());
    }
    progress.end();
    Ok(Outcome::Done)
}

fn is_sought(fan: &FansProfile, sought: Option<&str>) -> bool {
    sought.is_none_or(|sought| fan.profile.nickname.to_lowercase().contains(sought))
}

fn write(fan: &FansProfile, json: bool, output: &mut dyn Write) -> io::Result<()> {
    if json {
        return json_line(output, &FanRecord::new(fan));
    }
    let (registered, last_login) = (fan.created_at.to_rfc3339(), fan.last_login_at.to_rfc3339());
    let (id, openid, nickname) = (
        fan.id.to_string(),
        fan.profile.openid.as_str(),
        escape_for_terminal(&fan.profile.nickname),
    );
    writeln!(output, "{}", row(&id, openid, &registered, &last_login, &nickname))
}

/// The nickname comes last: its width on a terminal is hard to know.
fn row(id: &str, openid: &str, registered: &str, last_login: &str, nickname: &str) -> String {
    format!("{id:36}  {openid:28}  {registered:20}  {last_login:20}  {nickname}")
}

/// A hint for the operator on standard error, not a part of the output. It does not matter if it cannot be written.
fn more_after(id: FanId, json: bool) -> Outcome {
    if !json {
        drop(writeln!(io::stderr(), "there may be more: --after {id}"));
    }
    Outcome::Done
}
