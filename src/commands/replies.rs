//! `fanpass replies …`. The output goes to standard output, messages to standard error.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use super::terminal::{escape_lines, print_error};
use crate::{
    cli::{RepliesCommand, RepliesTestArguments},
    domain::ReplyContent,
    services::push::replies::{FanAct, RepliesError, ReplyRules, Rule, read_replies_file},
    settings::{REPLIES_FILE, Settings},
};

/// Why a command failed. The text is for the operator's terminal.
#[derive(Debug, thiserror::Error)]
enum CommandFault {
    #[error("there is no {REPLIES_FILE}; docs/replies.md has an example")]
    NoFile,
    #[error("{}", list(.0))]
    File(#[from] RepliesError),
    #[error("the output cannot be written: {0}")]
    Output(#[from] io::Error),
}

const FAULT: u8 = 2;

/// Runs a command and prints what went wrong, if anything did.
pub(super) fn run(settings: &Settings, command: &RepliesCommand) -> ExitCode {
    let RepliesCommand::Test(arguments) = command;
    match test(settings, arguments) {
        Ok(()) => ExitCode::SUCCESS,
        // The reader of the output closed it on purpose, as `head` does.
        Err(CommandFault::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => FAULT.into(),
        Err(fault) => {
            print_error(&fault.to_string());
            FAULT.into()
        }
    }
}

fn test(settings: &Settings, arguments: &RepliesTestArguments) -> Result<(), CommandFault> {
    let public_url = settings.account().account.public_url;
    let rules = read_replies_file(&settings.replies_file, &public_url)?.ok_or(CommandFault::NoFile)?;
    for (rule, earlier) in rules.never_used() {
        let (line, earlier) = (rule.line, earlier.line);
        print_error(&format!(
            "line {line} never replies, because line {earlier} replies before it"
        ));
    }
    let mut output = io::stdout().lock();
    match act(arguments) {
        Some(act) => reply(&mut output, &rules, &act, arguments.nickname.as_deref())?,
        None => write_rules(&mut output, &rules)?,
    }
    Ok(output.flush()?)
}

fn act(arguments: &RepliesTestArguments) -> Option<FanAct<'_>> {
    let RepliesTestArguments {
        text, subscribe, menu, ..
    } = arguments;
    let followed = subscribe.as_ref().map(|scene| FanAct::Followed(scene.as_deref()));
    let tapped = menu.as_deref().map(FanAct::Tapped);
    followed.or(tapped).or(text.as_deref().map(FanAct::Wrote))
}

fn write_rules(output: &mut dyn Write, rules: &ReplyRules) -> io::Result<()> {
    writeln!(output, "{REPLIES_FILE} is sound; rules: {}", rules.all().len())?;
    rules.all().iter().try_for_each(|rule| write_rule(output, rule))
}

fn reply(output: &mut dyn Write, rules: &ReplyRules, act: &FanAct<'_>, nickname: Option<&str>) -> io::Result<()> {
    let Some(rule) = rules.find(act).or_else(|| rules.default_rule(act)) else {
        return writeln!(output, "no rule replies");
    };
    write_rule(output, rule)?;
    write_content(output, &rule.reply.reply(nickname))
}

fn write_rule(output: &mut dyn Write, rule: &Rule) -> io::Result<()> {
    writeln!(
        output,
        "line {}: {}",
        rule.line,
        escape_lines(&rule.trigger.to_string())
    )
}

fn write_content(output: &mut dyn Write, content: &ReplyContent) -> io::Result<()> {
    match content {
        ReplyContent::Text(text) => writeln!(output, "text: {}", escape_lines(text)),
        ReplyContent::Image(media_id) => writeln!(output, "image: {media_id}"),
        ReplyContent::News {
            title,
            description,
            picture,
            url,
        } => {
            writeln!(output, "news:")?;
            let lines = [
                ("title", title),
                ("description", description),
                ("picture", picture),
                ("url", url),
            ];
            let mut filled = lines.iter().filter(|(_, value)| !value.is_empty());
            filled.try_for_each(|(name, value)| writeln!(output, "  {name}: {}", escape_lines(value)))
        }
        // No rule has one.
        ReplyContent::Other { kind, .. } => writeln!(output, "{kind}"),
    }
}

fn list(error: &RepliesError) -> String {
    match error {
        RepliesError::Faults(faults) => {
            let lines: String = faults
                .iter()
                .map(|fault| format!("\n  {REPLIES_FILE}, {fault}"))
                .collect();
            format!("the rules for replies have faults:{lines}")
        }
        RepliesError::Unreadable(_) => error.to_string(),
    }
}
