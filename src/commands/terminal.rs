use std::io::{self, BufRead, Write};

use super::CommandError;

/// Prints a message on standard error. If that fails, the exit code still says that something went wrong.
pub(super) fn print_error(text: &str) {
    drop(writeln!(io::stderr(), "fanpass: {}", escape_lines(text)));
}

/// Prints text that may have several lines on standard output.
pub(super) fn print(text: &str) -> Result<(), CommandError> {
    writeln!(io::stdout(), "{}", escape_lines(text)).map_err(CommandError::Output)
}

/// Asks on standard error, unless `given` says that the operator confirmed already. Any input but `yes` is a no.
pub(super) fn is_confirmed(question: &str, given: bool) -> io::Result<bool> {
    if given {
        return Ok(true);
    }
    let mut stderr = io::stderr().lock();
    write!(stderr, "{question} Type yes to go on: ")?;
    stderr.flush()?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim() == "yes")
}

/// Text from outside (a fan, a server) as one line that is safe on a terminal. Control characters, and characters that
/// change the direction of the text, are replaced.
pub(super) fn escape_for_terminal(text: &str) -> String {
    let is_unsafe = |character: char| {
        character.is_control()
            || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars()
        .map(|character| if is_unsafe(character) { '\u{fffd}' } else { character })
        .collect()
}

/// The same for text that may have several lines.
pub(super) fn escape_lines(text: &str) -> String {
    text.split('\n').map(escape_for_terminal).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_outside_does_not_control_the_terminal() {
        assert_eq!(escape_for_terminal("小雨 👩‍👩‍👧"), "小雨 👩‍👩‍👧");
        assert_eq!(
            escape_for_terminal("a\u{1b}[2J\n\u{9b}b\u{202e}c"),
            "a\u{fffd}[2J\u{fffd}\u{fffd}b\u{fffd}c"
        );
        assert_eq!(escape_lines("a\n  b\r\n\u{7}c\n"), "a\n  b\u{fffd}\n\u{fffd}c\n");
    }
}
