/// Text of a fan's own choice as a terminal may show it: what would steer the terminal, or turn the direction of what
/// follows, is replaced.
pub fn shown(text: &str) -> String {
    let steers = |character: char| {
        character.is_control()
            || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars()
        .map(|character| if steers(character) { '\u{fffd}' } else { character })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nickname_does_not_steer_the_terminal() {
        assert_eq!(shown("小雨 👩‍👩‍👧"), "小雨 👩‍👩‍👧");
        assert_eq!(
            shown("a\u{1b}[2J\n\u{9b}b\u{202e}c"),
            "a\u{fffd}[2J\u{fffd}\u{fffd}b\u{fffd}c"
        );
    }
}
