//! Reads typed values out of the merged layers, and remembers for every fault where its value came from.

use std::{fmt::Display, ops::RangeInclusive};

use config::{Map, Value, ValueKind};

use super::{
    fault::{Faults, Wrong},
    keys,
};

/// One section of the merged layers. Every reader answers `None` after a fault, and goes on.
#[derive(Clone, Copy)]
pub(super) struct Section<'a> {
    name: &'static str,
    table: Option<&'a Map<String, Value>>,
    faults: &'a Faults,
}

impl<'a> Section<'a> {
    pub(super) fn of(merged: &'a Map<String, Value>, name: &'static str, faults: &'a Faults) -> Self {
        let table = match merged.get(name).map(|value| &value.kind) {
            Some(ValueKind::Table(table)) => Some(table),
            _ => None,
        };
        Self { name, table, faults }
    }

    /// Reports a fault of `key`, under the name by which it was set.
    pub(super) fn fault(&self, key: &str, wrong: Wrong) {
        self.report(key, self.value(key), wrong);
    }

    fn report(&self, key: &str, value: Option<&Value>, wrong: Wrong) {
        let key = format!("{}.{key}", self.name);
        match value.and_then(Value::origin) {
            Some(variable) if variable.starts_with(keys::PREFIX) => self.faults.add(variable, None, wrong),
            Some(file) => self.faults.add(key, Some(file.to_owned()), wrong),
            None => self.faults.add(key, None, wrong),
        }
    }

    fn value(&self, key: &str) -> Option<&'a Value> {
        self.table?.get(key)
    }

    /// Whether any layer sets the key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    /// The value of a key that must be there, through `read`.
    fn read<T>(&self, key: &str, read: impl FnOnce(&'a ValueKind) -> Result<T, Wrong>) -> Option<T> {
        let missing = || Wrong::new("is missing", "set it");
        let value = self.value(key).map(|value| &value.kind).ok_or_else(missing);
        value.and_then(read).map_err(|wrong| self.fault(key, wrong)).ok()
    }

    /// A string that `parse` accepts.
    pub(super) fn text<T>(&self, key: &str, parse: impl FnOnce(&str) -> Result<T, Wrong>) -> Option<T> {
        self.read(key, |kind| parse(string(kind)?))
    }

    /// A string that `parse` accepts, or nothing where the key is absent or empty. The outer `None` is a fault.
    pub(super) fn optional_text<T>(
        &self,
        key: &str,
        parse: impl FnOnce(&str) -> Result<T, Wrong>,
    ) -> Option<Option<T>> {
        match self.value(key).map(|value| &value.kind) {
            None => Some(None),
            Some(ValueKind::String(text)) if text.trim().is_empty() => Some(None),
            Some(_) => self.text(key, parse).map(Some),
        }
    }

    /// `true` or `false`.
    pub(super) fn flag(&self, key: &str) -> Option<bool> {
        let remedy = "write true or false";
        self.read(key, |kind| match kind {
            ValueKind::Boolean(flag) => Ok(*flag),
            ValueKind::String(text) => text.parse().map_err(|_| Wrong::value(text, remedy)),
            _ => Err(Wrong::new("is not a truth value", remedy)),
        })
    }

    /// A whole number.
    pub(super) fn number<T>(&self, key: &str, range: RangeInclusive<T>) -> Option<T>
    where
        T: Copy + PartialOrd + Display + TryFrom<i64>,
    {
        let remedy = || format!("write a whole number from {} to {}", range.start(), range.end());
        self.read(key, |kind| {
            let (number, shown) = match kind {
                ValueKind::I64(number) => (Some(*number), number.to_string()),
                ValueKind::String(text) => (text.parse().ok(), text.clone()),
                _ => return Err(Wrong::new("is not a whole number", remedy())),
            };
            let number = number.and_then(|number| T::try_from(number).ok());
            let number = number.filter(|number| range.contains(number));
            number.ok_or_else(|| Wrong::value(&shown, remedy()))
        })
    }

    /// A list of strings, or one string with commas. Items that `parse` refuses are reported one by one.
    pub(super) fn list<T>(&self, key: &str, parse: impl Fn(&str) -> Result<T, Wrong>) -> Option<Vec<T>> {
        let items: Vec<Result<&str, Wrong>> = self.read(key, |kind| match kind {
            ValueKind::String(text) => {
                let items = text.split(',').map(str::trim);
                Ok(items.filter(|item| !item.is_empty()).map(Ok).collect())
            }
            ValueKind::Array(values) => Ok(values.iter().map(|value| string(&value.kind)).collect()),
            _ => Err(Wrong::new("is not a list", "write [\"first\", \"second\"]")),
        })?;
        let parsed: Vec<Option<T>> = items
            .into_iter()
            .map(|item| item.and_then(&parse).map_err(|wrong| self.fault(key, wrong)).ok())
            .collect();
        parsed.into_iter().collect()
    }

    /// The entries of a table, in the order of their names; entries that `parse` refuses are reported one by one.
    pub(super) fn entries<T>(
        &self,
        key: &str,
        parse: impl Fn(&str, &ValueKind) -> Result<T, Wrong>,
    ) -> Option<Vec<(String, T)>> {
        let mut entries: Vec<(&String, &Value)> = self.read(key, |kind| match kind {
            ValueKind::Table(entries) => Ok(entries.iter().collect()),
            _ => {
                let remedy = format!("write [{}.{key}] and the entries below", self.name);
                Err(Wrong::new("is not a table", remedy))
            }
        })?;
        entries.sort_by_key(|(name, _)| *name);
        let parsed: Vec<Option<(String, T)>> = entries
            .into_iter()
            .map(|(name, value)| match parse(name, &value.kind) {
                Ok(parsed) => Some((name.clone(), parsed)),
                Err(wrong) => {
                    self.report(&format!("{key}.{name:?}"), Some(value), wrong);
                    None
                }
            })
            .collect();
        parsed.into_iter().collect()
    }
}

/// The text of a string.
pub(super) fn string(kind: &ValueKind) -> Result<&str, Wrong> {
    match kind {
        ValueKind::String(text) => Ok(text),
        _ => Err(Wrong::new("is not a string", "put it in quotes")),
    }
}
