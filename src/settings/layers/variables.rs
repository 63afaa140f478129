//! The variables that set keys of the files.

use std::collections::BTreeMap;

use config::{Value, ValueKind};

use super::{Table, unknown};
use crate::settings::{fault::Faults, keys, slips};

/// The variables that begin with `FANPASS__`, as the files would have them. A single underscore is let be: Kubernetes sets
/// `FANPASS_PORT` and the like beside a service that is called fanpass.
pub(super) fn layer(variables: &BTreeMap<String, String>, faults: &Faults) -> Table {
    let mut sections: BTreeMap<String, Table> = BTreeMap::new();
    for (name, value) in variables {
        let Some(path) = name.strip_prefix(keys::PREFIX) else {
            continue;
        };
        let mut parts = path.splitn(3, "__");
        let section = parts.next().unwrap_or_default().to_lowercase();
        let key = parts.next().unwrap_or_default().to_lowercase();
        let entry = parts.next();
        let slip = slips::of_variable(value);
        let value = Value::new(Some(name), value.clone());
        let spelled = keys::variable(&section, &key);
        let spelled = entry.map_or(spelled.clone(), |entry| format!("{spelled}__{entry}"));
        let is_known = *name == spelled && keys::is_key(&section, &key);
        match entry {
            None if is_known => match slip {
                Ok(()) => {
                    sections.entry(section).or_default().insert(key, value);
                }
                Err(wrong) => faults.add(name, None, wrong),
            },
            Some(entry) if is_known && (section.as_str(), key.as_str()) == keys::ROOT_FILES => {
                add_entry(sections.entry(section).or_default(), &key, entry, value);
            }
            _ => {
                let meant = keys::nearest_key(&section, &key).map(|(section, key)| keys::variable(section, key));
                faults.add(name, None, unknown(&format!("{section}.{key}"), meant));
            }
        }
    }
    let tables = sections.into_iter();
    tables
        .map(|(section, table)| (section, Value::new(None, table)))
        .collect()
}

/// Adds one entry to the table `key`, which the files may fill too.
fn add_entry(section: &mut Table, key: &str, entry: &str, value: Value) {
    let table = section
        .entry(key.to_owned())
        .or_insert_with(|| Value::new(None, Table::new()));
    if let ValueKind::Table(entries) = &mut table.kind {
        entries.insert(entry.to_owned(), value);
    }
}
