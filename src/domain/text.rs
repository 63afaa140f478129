/// The text without what copying may leave at its ends: whitespace of any script, control characters and invisible
/// characters.
pub fn trim_blanks(text: &str) -> &str {
    text.trim_matches(is_blank)
}

fn is_blank(character: char) -> bool {
    character.is_whitespace() || character.is_control() || is_invisible(character)
}

/// Whether a character is invisible. Characters that change the direction of a line are among them. For Unicode these
/// are letters, symbols or format characters, so `is_whitespace` does not find them.
pub const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_of_every_kind_are_trimmed_and_only_at_the_ends() {
        for blank in [
            " ", "\t", "\r\n", "\0", "\u{7f}", "\u{85}", "\u{a0}", "\u{ad}", "\u{200b}", "\u{200e}", "\u{2028}",
            "\u{2060}", "\u{202a}", "\u{3000}", "\u{3164}", "\u{feff}",
        ] {
            assert_eq!(
                trim_blanks(&format!("{blank}{blank}oMade{blank}Up{blank}")),
                format!("oMade{blank}Up")
            );
        }
        assert_eq!(trim_blanks("\u{feff} \0"), "");
        assert_eq!(trim_blanks("\u{fffd}o"), "\u{fffd}o", "a broken byte is no blank");
    }
}
