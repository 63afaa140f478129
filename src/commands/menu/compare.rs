use std::{
    env,
    io::{self, IsTerminal, Write},
};

use similar::{ChangeTag, TextDiff};

use crate::{commands::terminal::escape_for_terminal, domain::Menu};

const RED: &str = "\u{1b}[31m";
const GREEN: &str = "\u{1b}[32m";
const PLAIN: &str = "\u{1b}[0m";

/// Whether colours are wanted (no-color.org).
pub(super) fn is_coloured() -> bool {
    io::stdout().is_terminal() && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Writes what would change, like a unified diff of all lines. Nothing if nothing would. Returns whether that is so.
pub(super) fn write_diff(output: &mut dyn Write, before: &Menu, after: &Menu, is_coloured: bool) -> io::Result<bool> {
    let (before, after) = (before.to_text(), after.to_text());
    if before == after {
        return Ok(true);
    }
    writeln!(output, "--- the account\n+++ {}", super::FILE)?;
    for change in TextDiff::from_lines(&before, &after).iter_all_changes() {
        let (sign, colour) = match change.tag() {
            ChangeTag::Delete => ('-', RED),
            ChangeTag::Insert => ('+', GREEN),
            ChangeTag::Equal => (' ', PLAIN),
        };
        let line = escape_for_terminal(change.value().trim_end_matches('\n'));
        if is_coloured {
            writeln!(output, "{colour}{sign}{line}{PLAIN}")?;
        } else {
            writeln!(output, "{sign}{line}")?;
        }
    }
    Ok(false)
}
