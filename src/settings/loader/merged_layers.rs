use std::cell::RefCell;

use config::{Map, Value};

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

    /// The keys that were read.
    pub(in crate::settings) fn into_keys(self) -> KnownKeys {
        self.keys.into_inner()
    }
}
