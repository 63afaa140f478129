//! Reads a TOML file of the operator's, and finds every fault in it, each with its line.

use std::fmt;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// Something wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFault {
    /// Counts from 1.
    pub line: usize,
    /// What is wrong, and what to do about it.
    pub text: String,
}

impl fmt::Display for FileFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "line {}: {}", self.line, self.text)
    }
}

/// The text of a file, and the faults that were found in it. Whatever reads a part returns `None` after a fault.
pub(super) struct ConfigFile<'a> {
    text: &'a str,
    faults: Vec<FileFault>,
}

impl<'a> ConfigFile<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            faults: Vec::new(),
        }
    }

    /// The line of a place in the text.
    pub(super) fn line(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or(self.text);
        before.matches('\n').count() + 1
    }

    pub(super) fn fault(&mut self, at: usize, text: impl Into<String>) {
        self.faults.push(FileFault {
            line: self.line(at),
            text: text.into(),
        });
    }

    pub(super) fn parse(&mut self) -> Option<DeTable<'a>> {
        match DeTable::parse(self.text) {
            Ok(document) => Some(document.into_inner()),
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                self.fault(at, format!("not valid TOML ({})", error.message()));
                None
            }
        }
    }

    /// The text under `key` of `what`, and where it is. `what` is at `at`.
    pub(super) fn required(
        &mut self,
        table: &DeTable<'_>,
        at: usize,
        key: &str,
        what: &str,
    ) -> Option<(String, usize)> {
        let Some(value) = entry(table, key) else {
            self.fault(at, format!("{what} has no {key}"));
            return None;
        };
        self.string(value, key)
    }

    /// The text of a value, and where it is.
    pub(super) fn string(&mut self, value: &Spanned<DeValue<'_>>, key: &str) -> Option<(String, usize)> {
        let at = value.span().start;
        if let DeValue::String(text) = value.get_ref() {
            return Some((text.to_string(), at));
        }
        self.fault(at, format!("{key} is not a text; put it in quotes"));
        None
    }

    /// A fault for each key that is not `known`. `what` is said of the table.
    pub(super) fn refuse_unknown(&mut self, table: &DeTable<'_>, what: &str, known: &[&str]) {
        for (key, _) in table {
            if !known.contains(&key.get_ref().as_ref()) {
                let name = key.get_ref();
                let text = format!("{name:?} is not known for {what}; it has {}", known.join(", "));
                self.fault(key.span().start, text);
            }
        }
    }

    /// What was read, if there is no fault.
    ///
    /// # Errors
    /// The faults, in the order of their lines.
    pub(super) fn finish<T>(mut self, read: Option<T>) -> Result<T, Vec<FileFault>> {
        self.faults.sort_by_key(|fault| fault.line);
        match read {
            Some(read) if self.faults.is_empty() => Ok(read),
            _ => Err(self.faults),
        }
    }
}

/// The value under `key`.
pub(super) fn entry<'t, 'a>(table: &'t DeTable<'a>, key: &str) -> Option<&'t Spanned<DeValue<'a>>> {
    let mut entries = table.iter();
    entries.find(|(own, _)| own.get_ref() == key).map(|(_, value)| value)
}
