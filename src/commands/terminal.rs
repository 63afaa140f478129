use std::io::{self, Write};

use super::CommandError;

/// For who typed the command. Whoever does not listen there misses it; the exit code says it too.
pub(super) fn print_error(text: &str) {
    drop(writeln!(io::stderr(), "fanpass: {}", lines(text)));
}

/// A part of the answer to who typed the command; it may have lines.
pub(super) fn print(text: &str) -> Result<(), CommandError> {
    writeln!(io::stdout(), "{}", lines(text)).map_err(CommandError::Output)
}

/// Text that others chose (a fan, a server) as one line that a terminal may show: what would steer the terminal, or
/// turn the direction of what follows, is replaced.
pub(super) fn escape_for_terminal(text: &str) -> String {
    let steers = |character: char| {
        character.is_control()
            || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars()
        .map(|character| if steers(character) { '\u{fffd}' } else { character })
        .collect()
}

/// The same for text that may have lines.
fn lines(text: &str) -> String {
    text.split('\n').map(escape_for_terminal).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_others_does_not_steer_the_terminal() {
        assert_eq!(escape_for_terminal("小雨 👩‍👩‍👧"), "小雨 👩‍👩‍👧");
        assert_eq!(
            escape_for_terminal("a\u{1b}[2J\n\u{9b}b\u{202e}c"),
            "a\u{fffd}[2J\u{fffd}\u{fffd}b\u{fffd}c"
        );
        assert_eq!(lines("a\n  b\r\n\u{7}c\n"), "a\n  b\u{fffd}\n\u{fffd}c\n");
    }
}
