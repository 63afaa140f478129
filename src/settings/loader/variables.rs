//! The variables that set keys of the files.

use std::collections::BTreeMap;

use config::{Map, Value, ValueKind};

use super::{
    known_keys::{KnownKeys, PREFIX, Shape, variable},
    unknown::unknown_key,
};
use crate::settings::{
    common_mistakes::check_variable,
    fault::{Faults, Violation},
};

type Table = Map<String, Value>;

/// The variables that begin with `FANPASS__`, as a layer. Those with a single underscore are ignored: Kubernetes sets
/// `FANPASS_PORT` and the like for a service that is called fanpass.
pub(super) fn layer(variables: &BTreeMap<String, String>, known: &KnownKeys, faults: &Faults) -> Table {
    let mut sections: BTreeMap<String, Table> = BTreeMap::new();
    for (name, text) in variables {
        let Some(path) = name.strip_prefix(PREFIX) else {
            continue;
        };
        let mut parts = path.splitn(3, "__");
        let section = parts.next().unwrap_or_default().to_lowercase();
        let key = parts.next().unwrap_or_default().to_lowercase();
        let entry = parts.next();
        if let Some(entry) = entry.filter(|_| known.is_named(&section)) {
            add_to_named(&mut sections, known, faults, (name, text), &section, &key, entry);
            continue;
        }
        let value = Value::new(Some(name), text.clone());
        let key_variable = variable(&section, &key);
        let spelled = entry.map_or_else(|| key_variable.clone(), |entry| format!("{key_variable}__{entry}"));
        match (known.find(&section, &key), entry) {
            (Some(_), None) if *name == spelled => match check_variable(text) {
                Ok(()) => {
                    sections.entry(section).or_default().insert(key, value);
                }
                Err(mistake) => faults.add(name, mistake),
            },
            (Some(known), Some(_)) if known.shape == Shape::List => {
                let name_in_files = format!("{section}.{key}");
                faults.add(name, Violation::NotTables { name: name_in_files });
            }
            (Some(known), Some(entry)) if *name == spelled && known.shape != Shape::Value => {
                let section = sections.entry(section).or_default();
                match entry.split_once("__").filter(|_| known.shape == Shape::Tables) {
                    Some((group, entry)) => {
                        if let Some(groups) = table(section, &key) {
                            add_entry(groups, group, entry, value);
                        }
                    }
                    None => add_entry(section, &key, entry, value),
                }
            }
            _ => {
                let meant = known.nearest_key(&section, &key);
                let meant = meant.map(|key| variable(key.section, key.name));
                faults.add(name, unknown_key(&format!("{section}.{key}"), meant));
            }
        }
    }
    let tables = sections.into_iter();
    tables
        .map(|(section, table)| (section, Value::new(None, table)))
        .collect()
}

/// Adds a key of a section that the operator named: `FANPASS__APPS__MY_SHOP__NAME` is the name of `[apps.my-shop]`.
fn add_to_named(
    sections: &mut BTreeMap<String, Table>,
    known: &KnownKeys,
    faults: &Faults,
    (name, text): (&String, &String),
    section: &str,
    own_name: &str,
    key: &str,
) {
    let key = key.to_lowercase();
    let own_name = own_name.replace('_', "-");
    if known.find(section, &key).is_none() || *name != name.to_uppercase() {
        let meant = known.nearest_key(section, &key).map(|key| key.to_string());
        faults.add(name, unknown_key(&format!("{section}.{own_name}.{key}"), meant));
    } else if let Err(mistake) = check_variable(text) {
        faults.add(name, mistake);
    } else {
        let value = Value::new(Some(name), text.clone());
        add_entry(sections.entry(section.to_owned()).or_default(), &own_name, &key, value);
    }
}

/// Adds one entry to the table `key`. Files may add entries to it too. A value in its place stays, and is a fault.
fn add_entry(parent: &mut Table, key: &str, entry: &str, value: Value) {
    if let Some(entries) = table(parent, key) {
        entries.insert(entry.to_owned(), value);
    }
}

/// The table `key`, made if there is none.
fn table<'a>(parent: &'a mut Table, key: &str) -> Option<&'a mut Table> {
    let value = parent
        .entry(key.to_owned())
        .or_insert_with(|| Value::new(None, Table::new()));
    match &mut value.kind {
        ValueKind::Table(entries) => Some(entries),
        _ => None,
    }
}
