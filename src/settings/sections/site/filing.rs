use serde::Serialize;

use crate::settings::fault::Violation;

/// The digits of a police filing.
const POLICE_DIGITS: std::ops::RangeInclusive<usize> = 12..=16;

/// `site.police`: the filing at the police (公安备案).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PoliceFiling {
    /// As the pages show it: 京公网安备11010502030143号.
    pub number: String,
    /// Its digits, by which the police's site finds it.
    pub code: String,
}

/// A number such as 京ICP备12345678号-1.
pub(super) fn icp(text: &str) -> Result<String, Violation> {
    number(
        text,
        "write the ICP filing's number in one line, as in 京ICP备12345678号-1",
    )
}

/// A number such as 京公网安备11010502030143号.
pub(super) fn police(text: &str) -> Result<PoliceFiling, Violation> {
    let hint = "write the police filing's number in one line, as in 京公网安备11010502030143号";
    let number = number(text, hint)?;
    let code: String = number.chars().filter(char::is_ascii_digit).collect();
    if POLICE_DIGITS.contains(&code.len()) && number.contains(&code) {
        Ok(PoliceFiling { number, code })
    } else {
        Err(Violation::not_accepted(text, hint))
    }
}

fn number(text: &str, hint: &'static str) -> Result<String, Violation> {
    let number = text.trim();
    let allowed =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '\u{4e00}'..='\u{9fff}' | '-' | ' ');
    let has_digits = number.contains(|letter: char| letter.is_ascii_digit());
    if (6..=40).contains(&number.chars().count()) && has_digits && number.chars().all(allowed) {
        Ok(number.to_owned())
    } else {
        Err(Violation::not_accepted(text, hint))
    }
}
