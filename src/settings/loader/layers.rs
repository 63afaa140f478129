//! The layers of the settings, lowest first: `config/default.toml`, `config/<FANPASS_ENV>.toml`, `config/local.toml`,
//! `config/apps.d/*.toml` for apps alone, `FANPASS__…`.
//!
//! The files of the defaults and of each environment are inside the binary. A file of the same name on disk overrides
//! its built-in twin and need not repeat it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io, mem,
    path::Path,
};

use config::{Config, ConfigError, FileFormat, Format, Map, Value, ValueKind};

use super::{
    known_keys::{KnownKeys, Shape},
    merged_layers::MergedLayers,
    unknown::unknown_key,
    variables,
};
use crate::settings::{
    Environment,
    fault::{Faults, FileViolation, Violation},
};

const DEFAULT: &str = include_str!("../../../config/default.toml");
const DEVELOPMENT: &str = include_str!("../../../config/development.toml");
const TEST: &str = include_str!("../../../config/test.toml");
const PRODUCTION: &str = include_str!("../../../config/production.toml");

/// The folder whose files hold apps alone.
const APPS: &str = "config/apps.d";

type Table = Map<String, Value>;

/// One layer. Unknown keys are already removed.
#[derive(Debug, Clone)]
struct Layer(Table);

impl config::Source for Layer {
    fn clone_into_box(&self) -> Box<dyn config::Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Table, ConfigError> {
        Ok(self.0.clone())
    }
}

/// Merges the layers. Also returns the names of the files on disk among them.
pub(in crate::settings) fn merge<'a>(
    directory: &Path,
    environment: Environment,
    variables: &BTreeMap<String, String>,
    known: &KnownKeys,
    faults: &'a Faults,
) -> (MergedLayers<'a>, Vec<String>) {
    let own = match environment {
        Environment::Development => DEVELOPMENT,
        Environment::Test => TEST,
        Environment::Production => PRODUCTION,
    };
    let own_name = format!("config/{environment}.toml");
    let mut files = Vec::new();
    let mut on_disk = |name: &str| {
        let layer = read(directory, name, known, faults);
        files.extend(layer.is_some().then(|| name.to_owned()));
        layer
    };
    let layers = [
        Some(parse("config/default.toml", DEFAULT, known, faults)),
        on_disk("config/default.toml"),
        Some(parse(&own_name, own, known, faults)),
        on_disk(&own_name),
        on_disk("config/local.toml"),
    ];
    let apps = files_of_apps(directory, faults);
    let apps: Vec<Option<Layer>> = apps
        .iter()
        .map(|name| Some(only_apps(name, on_disk(name)?, faults)))
        .collect();
    let variables = Some(Layer(variables::layer(variables, known, faults)));
    let builder = layers
        .into_iter()
        .chain(apps)
        .chain([variables])
        .flatten()
        .fold(Config::builder(), |builder, layer| builder.add_source(layer));
    let table = match builder.build().map(|merged| merged.cache.kind) {
        Ok(ValueKind::Table(table)) => table,
        Ok(_) => Table::new(),
        Err(error) => {
            let error = error.to_string();
            faults.add("config", Violation::NotMerged { error });
            Table::new()
        }
    };
    (MergedLayers::new(table, faults), files)
}

/// The files of `config/apps.d` that end in `.toml`, in the order of their names.
fn files_of_apps(directory: &Path, faults: &Faults) -> Vec<String> {
    let unreadable = |error: io::Error| {
        let error = error.to_string();
        faults.add(APPS, FileViolation::Unreadable { error });
    };
    let entries = match fs::read_dir(directory.join(APPS)) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            unreadable(error);
            return Vec::new();
        }
    };
    let names = entries.filter_map(|entry| entry.map_err(unreadable).ok()?.file_name().into_string().ok());
    // Kubernetes and editors keep files of their own there, whose names begin with a dot.
    let names = names.filter(|name| name.ends_with(".toml") && !name.starts_with('.'));
    let mut files: Vec<String> = names.map(|name| format!("{APPS}/{name}")).collect();
    files.sort();
    files
}

/// A file of the folder of apps holds nothing else: whoever may write there must not change other settings.
fn only_apps(file: &str, Layer(mut table): Layer, faults: &Faults) -> Layer {
    let others: BTreeSet<String> = table.keys().filter(|section| *section != "apps").cloned().collect();
    for section in others {
        table.remove(&section);
        faults.add_in_file(section, file, FileViolation::NotAnApp);
    }
    Layer(table)
}

/// A file on disk, if it exists.
fn read(directory: &Path, name: &str, known: &KnownKeys, faults: &Faults) -> Option<Layer> {
    match fs::read_to_string(directory.join(name)) {
        Ok(text) => Some(parse(name, &text, known, faults)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => {
            let error = error.to_string();
            faults.add(name, FileViolation::Unreadable { error });
            None
        }
    }
}

fn parse(name: &str, text: &str, known: &KnownKeys, faults: &Faults) -> Layer {
    match FileFormat::Toml.parse(Some(&name.to_owned()), text) {
        Ok(table) => Layer(keep_known(name, table, known, faults)),
        Err(error) => {
            let error = without_excerpt(&error.to_string());
            faults.add(name, FileViolation::NotToml { error });
            Layer(Table::new())
        }
    }
}

/// The parser's message without its excerpt of the line, which may hold a secret that was put there by mistake.
fn without_excerpt(message: &str) -> String {
    let lines = message.lines().filter(|line| !line.contains('|'));
    lines.map(str::trim).collect::<Vec<_>>().join(": ")
}

/// The known keys of a file. The others are reported.
fn keep_known(file: &str, table: Table, known: &KnownKeys, faults: &Faults) -> Table {
    let mut kept = Table::new();
    for (section, value) in table.into_iter().collect::<BTreeMap<_, _>>() {
        match value.kind {
            _ if !known.has_section(&section) => {
                let meant = known.nearest_section(&section).map(|near| format!("[{near}]"));
                faults.add_in_file(&section, file, unknown_key(&section, meant));
            }
            ValueKind::Table(sections) if known.is_named(&section) => {
                let sections = sections.into_iter().collect::<BTreeMap<_, _>>().into_iter();
                let sections = sections.filter_map(|(own_name, value)| {
                    let path = format!("{section}.{own_name}");
                    let ValueKind::Table(entries) = value.kind else {
                        faults.add_in_file(&path, file, Violation::NotATable { name: path.clone() });
                        return None;
                    };
                    let entries = keep_entries(file, &section, &path, entries, known, faults);
                    Some((own_name, Value::new(None, entries)))
                });
                let sections = sections.collect::<Table>();
                kept.insert(section, Value::new(None, sections));
            }
            ValueKind::Table(entries) => {
                let entries = keep_entries(file, &section, &section, entries, known, faults);
                kept.insert(section, Value::new(None, entries));
            }
            _ => {
                let name = section.clone();
                faults.add_in_file(section, file, Violation::SectionNotATable { name });
            }
        }
    }
    kept
}

/// The known keys of one section, whose name in the file is `path`.
fn keep_entries(file: &str, section: &str, path: &str, entries: Table, known: &KnownKeys, faults: &Faults) -> Table {
    let (mut good, bad): (BTreeMap<_, _>, BTreeMap<_, _>) = entries
        .into_iter()
        .partition(|(key, _)| known.find(section, key).is_some());
    for (key, value) in &mut good {
        if known.find(section, key).is_some_and(|key| key.shape == Shape::List)
            && let ValueKind::Array(tables) = &mut value.kind
        {
            keep_in_tables(file, &format!("{section}.{key}"), tables, known, faults);
        }
    }
    for key in bad.into_keys() {
        let meant = known.nearest_key(section, &key).map(|key| key.to_string());
        let path = format!("{path}.{key}");
        faults.add_in_file(&path, file, unknown_key(&path, meant));
    }
    good.into_iter().collect()
}

/// Leaves the known keys in the tables of the list `name`.
fn keep_in_tables(file: &str, name: &str, tables: &mut [Value], known: &KnownKeys, faults: &Faults) {
    for (index, value) in tables.iter_mut().enumerate() {
        if let ValueKind::Table(entries) = &mut value.kind {
            let path = format!("{name}[{}]", index + 1);
            *entries = keep_entries(file, name, &path, mem::take(entries), known, faults);
        }
    }
}
