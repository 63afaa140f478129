//! Reads typed values from the merged layers. Every fault names where its value came from.

use std::{cell::RefCell, fmt::Display, ops::RangeInclusive};

use config::{Map, Value, ValueKind};

use super::known_keys::{Key, KnownKeys, PREFIX, Shape};
use crate::settings::fault::{Faults, Violation};

/// Names and what they hold, in the order of the names.
pub(in crate::settings) type Entries<T> = Vec<(String, T)>;

/// One section of the merged layers. Every key that is read becomes a known key; there is no other list. So a section
/// must read all of its keys, even after a fault in the first. Every reader returns `None` after a fault.
#[derive(Clone, Copy)]
pub(in crate::settings) struct Section<'a> {
    name: &'static str,
    /// The name that the operator gave it, of a section like `[apps.shop]`.
    own_name: Option<&'a str>,
    /// Its place in a list of tables like `[[push.forward]]`, from 1.
    place: Option<usize>,
    table: Option<&'a Map<String, Value>>,
    faults: &'a Faults,
    keys: &'a RefCell<KnownKeys>,
}

impl<'a> Section<'a> {
    pub(super) fn new(
        name: &'static str,
        value: Option<&'a Value>,
        faults: &'a Faults,
        keys: &'a RefCell<KnownKeys>,
    ) -> Self {
        let table = match value.map(|value| &value.kind) {
            Some(ValueKind::Table(table)) => Some(table),
            _ => None,
        };
        Self {
            name,
            own_name: None,
            place: None,
            table,
            faults,
            keys,
        }
    }

    /// The same, of a section that the operator named.
    pub(super) fn named(self, own_name: &'a str) -> Self {
        let own_name = Some(own_name);
        Self { own_name, ..self }
    }

    /// Reports a fault of the section's own name.
    pub(in crate::settings) fn name_fault(&self, kind: impl Into<Violation>) {
        let first = self.table.and_then(|table| table.values().next());
        self.report_as(self.path(), first, kind);
    }

    /// Its name in the files: `server`, `apps.shop`, or `push.forward[2]` for the second table of a list.
    fn path(&self) -> String {
        match (self.own_name, self.place) {
            (Some(own_name), _) => format!("{}.{own_name}", self.name),
            (None, Some(place)) => format!("{}[{place}]", self.name),
            (None, None) => self.name.to_owned(),
        }
    }

    /// Reports a fault of `key`, under the name by which it was set.
    pub(in crate::settings) fn fault(&self, key: &str, kind: impl Into<Violation>) {
        self.report(key, self.table.and_then(|table| table.get(key)), kind);
    }

    fn report(&self, key: &str, value: Option<&Value>, kind: impl Into<Violation>) {
        self.report_as(format!("{}.{key}", self.path()), value, kind);
    }

    fn report_as(&self, key: String, value: Option<&Value>, kind: impl Into<Violation>) {
        match value.and_then(origin) {
            Some(variable) if variable.starts_with(PREFIX) => self.faults.add(variable, kind),
            Some(file) => self.faults.add_in_file(key, file, kind),
            None => self.faults.add(key, kind),
        }
    }

    fn value(&self, key: &'static str) -> Option<&'a Value> {
        self.register(key, Shape::Value);
        self.table?.get(key)
    }

    fn register(&self, name: &'static str, shape: Shape) {
        let (section, is_named) = (self.name, self.own_name.is_some());
        self.keys.borrow_mut().add(Key {
            section,
            is_named,
            name,
            shape,
        });
    }

    /// Whether any layer sets the key.
    pub(in crate::settings) fn has(&self, key: &'static str) -> bool {
        self.value(key).is_some()
    }

    /// The value of a required key, converted by `read`.
    fn read<T, E: Into<Violation>>(
        &self,
        key: &'static str,
        read: impl FnOnce(&'a ValueKind) -> Result<T, E>,
    ) -> Option<T> {
        let Some(value) = self.value(key) else {
            self.fault(key, Violation::Missing);
            return None;
        };
        read(&value.kind).map_err(|kind| self.fault(key, kind)).ok()
    }

    /// A string that `parse` accepts.
    pub(in crate::settings) fn text<T, E: Into<Violation>>(
        &self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        self.read(key, |kind| parse(string(kind)?).map_err(Into::into))
    }

    /// A string that `parse` accepts, or nothing where the key is absent or empty. The outer `None` is a fault.
    pub(in crate::settings) fn optional_text<T, E: Into<Violation>>(
        &self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<Option<T>> {
        match self.value(key).map(|value| &value.kind) {
            None => Some(None),
            Some(ValueKind::String(text)) if text.trim().is_empty() => Some(None),
            Some(_) => self.text(key, parse).map(Some),
        }
    }

    /// `true` or `false`.
    pub(in crate::settings) fn flag(&self, key: &'static str) -> Option<bool> {
        self.read(key, |kind| match kind {
            ValueKind::Boolean(flag) => Ok(*flag),
            ValueKind::String(text) => text.parse().map_err(|_| {
                let value = Some(text.as_str().into());
                Violation::NotABoolean { value }
            }),
            _ => Err(Violation::NotABoolean { value: None }),
        })
    }

    /// A whole number within `range`.
    pub(in crate::settings) fn number<T>(&self, key: &'static str, range: RangeInclusive<T>) -> Option<T>
    where
        T: Copy + PartialOrd + Display + TryFrom<i64>,
    {
        self.read(key, |kind| number(kind, &range))
    }

    /// A list of strings, or one string with commas. Every item that `parse` refuses is reported.
    pub(in crate::settings) fn list<T>(
        &self,
        key: &'static str,
        parse: impl Fn(&str) -> Result<T, Violation>,
    ) -> Option<Vec<T>> {
        let items: Vec<Result<&str, Violation>> = self.read(key, |kind| match kind {
            ValueKind::String(text) => {
                let items = text.split(',').map(str::trim);
                Ok(items.filter(|item| !item.is_empty()).map(Ok).collect())
            }
            ValueKind::Array(values) => Ok(values.iter().map(|value| string(&value.kind)).collect()),
            _ => Err(Violation::NotAList),
        })?;
        let parsed: Vec<Option<T>> = items
            .into_iter()
            .map(|item| item.and_then(&parse).map_err(|kind| self.fault(key, kind)).ok())
            .collect();
        parsed.into_iter().collect()
    }

    /// The entries of a table, in the order of their names. Every entry that `parse` refuses is reported.
    pub(in crate::settings) fn entries<T>(
        &self,
        key: &'static str,
        parse: impl Fn(&str, &ValueKind) -> Result<T, Violation>,
    ) -> Option<Entries<T>> {
        self.register(key, Shape::Entries);
        let entries = self.read(key, |kind| self.table(key, kind))?;
        self.parsed(entries, |name| format!("{key}.{name:?}"), parse)
    }

    /// The entries of the tables within a table, as of `[templates.texts.zh]`. Every table that `group` refuses and every
    /// entry that `parse` refuses is reported.
    pub(in crate::settings) fn nested_entries<G, T>(
        &self,
        key: &'static str,
        group: impl Fn(&str) -> Result<G, Violation>,
        parse: impl Fn(&str, &ValueKind) -> Result<T, Violation>,
    ) -> Option<Vec<(G, Entries<T>)>> {
        self.register(key, Shape::Tables);
        let tables = self.read(key, |kind| self.table(key, kind))?;
        let read = |(name, value): (&String, &'a Value)| {
            let path = format!("{key}.{name}");
            let table = group(name).and_then(|group| Ok((group, self.table(&path, &value.kind)?)));
            let (group, entries) = table.map_err(|kind| self.report(&path, Some(value), kind)).ok()?;
            Some((group, self.parsed(entries, |name| format!("{path}.{name}"), &parse)?))
        };
        let read: Vec<Option<_>> = tables.into_iter().map(read).collect();
        read.into_iter().collect()
    }

    /// The tables of a list, as of `[[push.forward]]`, in the order of the file. `path` is the list's whole name. Each table is
    /// read by `read`, which also reads one that sets nothing, so that its keys are known.
    pub(in crate::settings) fn tables<T>(
        &self,
        key: &'static str,
        path: &'static str,
        read: impl Fn(Section<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        self.register(key, Shape::List);
        let nothing = Faults::default();
        let _ = read(Section::new(path, None, &nothing, self.keys));
        let Some(value) = self.table.and_then(|table| table.get(key)) else {
            return Some(Vec::new());
        };
        let not_tables = || Violation::NotTables { name: path.to_owned() };
        let ValueKind::Array(tables) = &value.kind else {
            self.fault(key, not_tables());
            return None;
        };
        let read = |(index, value): (usize, &Value)| {
            let place = Some(index + 1);
            let section = Section::new(path, Some(value), self.faults, self.keys);
            match section.table {
                Some(_) => read(Section { place, ..section }),
                None => {
                    self.report(key, Some(value), not_tables());
                    None
                }
            }
        };
        let read: Vec<Option<T>> = tables.iter().enumerate().map(read).collect();
        read.into_iter().collect()
    }

    /// Parses each entry. `path` is its key in the section.
    fn parsed<T>(
        &self,
        entries: Vec<(&String, &Value)>,
        path: impl Fn(&str) -> String,
        parse: impl Fn(&str, &ValueKind) -> Result<T, Violation>,
    ) -> Option<Entries<T>> {
        let parse = |(name, value): (&String, &Value)| {
            let parsed = parse(name, &value.kind);
            let parsed = parsed.map_err(|kind| self.report(&path(name), Some(value), kind));
            Some((name.clone(), parsed.ok()?))
        };
        let parsed: Vec<Option<(String, T)>> = entries.into_iter().map(parse).collect();
        parsed.into_iter().collect()
    }

    /// The entries of a table in the order of their names.
    fn table<'v>(&self, key: &str, kind: &'v ValueKind) -> Result<Vec<(&'v String, &'v Value)>, Violation> {
        let ValueKind::Table(entries) = kind else {
            let name = format!("{}.{key}", self.path());
            return Err(Violation::NotATable { name });
        };
        let mut entries: Vec<_> = entries.iter().collect();
        entries.sort_by_key(|(name, _)| *name);
        Ok(entries)
    }
}

/// Where a value was set. A table that several layers fill was set where one of its entries was.
fn origin(value: &Value) -> Option<&str> {
    let of_entry = || match &value.kind {
        ValueKind::Table(entries) => entries.values().find_map(Value::origin),
        _ => None,
    };
    value.origin().or_else(of_entry)
}

/// The text of a string.
pub(in crate::settings) fn string(kind: &ValueKind) -> Result<&str, Violation> {
    match kind {
        ValueKind::String(text) => Ok(text),
        _ => Err(Violation::NotAString),
    }
}

fn number<T>(kind: &ValueKind, range: &RangeInclusive<T>) -> Result<T, Violation>
where
    T: Copy + PartialOrd + Display + TryFrom<i64>,
{
    let expected = format!("{} to {}", range.start(), range.end());
    let not_a_number = |value| Violation::NotANumber {
        value,
        range: expected.clone(),
    };
    let (number, text) = match kind {
        ValueKind::I64(number) => (*number, number.to_string()),
        ValueKind::String(text) => {
            let number = text.parse().map_err(|_| not_a_number(Some(text.as_str().into())))?;
            (number, text.clone())
        }
        _ => return Err(not_a_number(None)),
    };
    let number = T::try_from(number).ok().filter(|number| range.contains(number));
    number.ok_or_else(|| Violation::OutOfRange {
        value: text.as_str().into(),
        range: expected,
    })
}
