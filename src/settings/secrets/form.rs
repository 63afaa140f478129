//! The forms that are letters and digits of a certain number.

use std::ops::RangeInclusive;

use crate::settings::fault::Wrong;

/// A secret's characters and how many there are.
pub(super) struct Form {
    /// What the characters are, in the plural.
    pub(super) of: &'static str,
    pub(super) accepts: fn(char) -> bool,
    pub(super) length: RangeInclusive<usize>,
    pub(super) remedy: &'static str,
}

impl Form {
    pub(super) fn check(&self, text: &str) -> Result<(), Wrong> {
        let wrong = |problem: String| Err(Wrong::new(problem, self.remedy));
        if text.contains(char::is_whitespace) {
            return wrong("has blanks inside".to_owned());
        }
        if !text.chars().all(self.accepts) {
            return wrong(format!("has other characters than {}", self.of));
        }
        let count = text.chars().count();
        if self.length.contains(&count) {
            return Ok(());
        }
        let (least, most) = self.length.clone().into_inner();
        if least == most {
            wrong(format!("has {count} characters, {most} are needed"))
        } else {
            wrong(format!("has {count} characters, {least} to {most} are needed"))
        }
    }
}
