use std::cell::RefCell;

use config::{Map, Value, ValueKind};

use super::{known_keys::KnownKeys, section::Section};
use crate::settings::fault::Faults;

/// All layers in one table; higher layers win. It records every key that a section reads.
pub(in crate::settings) struct MergedLayers<'a> {
    table: Map<String, Value>,
    faults: &'a Faults,
    keys: RefCell<KnownKeys>,
}

impl<'a> MergedLayers<'a> {
    pub(super) fn new(table: Map<String, Value>, faults: &'a Faults) -> Self {
        Self {
            table,
            faults,
            keys: RefCell::default(),
        }
    }

    /// Layers that set nothing.
    pub(in crate::settings) fn empty(faults: &'a Faults) -> Self {
        Self::new(Map::new(), faults)
    }

    pub(in crate::settings) fn section(&self, name: &'static str) -> Section<'_> {
        Section::new(name, self.table.get(name), self.faults, &self.keys)
    }

    /// One section of a kind that the operator names, as `[apps.shop]`.
    pub(in crate::settings) fn named_section<'s>(&'s self, name: &'static str, own_name: &'s str) -> Section<'s> {
        let value = match self.table.get(name).map(|value| &value.kind) {
            Some(ValueKind::Table(sections)) => sections.get(own_name),
            _ => None,
        };
        Section::new(name, value, self.faults, &self.keys).named(own_name)
    }

    /// The sections of a kind that the operator names, as `[apps.shop]`, in the order of their names. Each is read by `read`,
    /// which also reads one that sets nothing, so that its keys are known.
    pub(in crate::settings) fn named_sections<T>(
        &self,
        name: &'static str,
        read: impl Fn(&str, Section<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let section = |own_name, value| Section::new(name, value, self.faults, &self.keys).named(own_name);
        let nothing = Faults::default();
        let _ = read("", Section::new(name, None, &nothing, &self.keys).named(""));
        let mut sections: Vec<(&String, &Value)> = match self.table.get(name).map(|value| &value.kind) {
            Some(ValueKind::Table(sections)) => sections.iter().collect(),
            _ => Vec::new(),
        };
        sections.sort_by_key(|(own_name, _)| *own_name);
        let read: Vec<Option<T>> = sections
            .into_iter()
            .map(|(own_name, value)| read(own_name, section(own_name, Some(value))))
            .collect();
        read.into_iter().collect()
    }

    /// The keys that were read.
    pub(in crate::settings) fn into_keys(self) -> KnownKeys {
        self.keys.into_inner()
    }
}
