use std::{borrow::Cow, io};

/// Puts an apostrophe before a cell that a spreadsheet would take for a formula. A fan chooses their own nickname, and
/// a formula could send other cells to another server.
pub fn neutralize_formula(cell: &str) -> Cow<'_, str> {
    match cell.trim_start().chars().next() {
        Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠') => format!("'{cell}").into(),
        _ => match cell.chars().next() {
            Some('\t' | '\r' | '\n') => format!("'{cell}").into(),
            _ => cell.into(),
        },
    }
}

/// The I/O error itself: its kind shows whether the reader closed the output.
pub fn cause(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_like_a_formula_is_text() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r", " =1", "＝1"] {
            assert_eq!(neutralize_formula(formula), format!("'{formula}"));
        }
        for text in ["", "小雨", "a=b", "o-1", "'=1", "1-1"] {
            assert_eq!(neutralize_formula(text), text);
        }
    }
}
