//! The layers of the settings, lowest first: `config/default.toml`, `config/<FANPASS_ENV>.toml`, `config/local.toml`, `FANPASS__…`.
//!
//! The files of the defaults and of each environment are inside the binary. A file of the same name on disk lies on top of
//! its built-in twin and need not repeat it.

mod variables;

use std::{collections::BTreeMap, fs, io, path::Path};

use config::{Config, ConfigError, FileFormat, Format, Map, Value, ValueKind};

use super::{
    Environment,
    fault::{Faults, Wrong},
    keys,
};

const DEFAULT: &str = include_str!("../../config/default.toml");
const DEVELOPMENT: &str = include_str!("../../config/development.toml");
const TEST: &str = include_str!("../../config/test.toml");
const PRODUCTION: &str = include_str!("../../config/production.toml");

type Table = Map<String, Value>;

/// One layer, already freed of what does not belong there.
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

/// All layers in one table, the higher over the lower, and the names of the files on disk among them.
pub(super) fn merge(
    directory: &Path,
    environment: Environment,
    variables: &BTreeMap<String, String>,
    faults: &Faults,
) -> (Table, Vec<String>) {
    let own = match environment {
        Environment::Development => DEVELOPMENT,
        Environment::Test => TEST,
        Environment::Production => PRODUCTION,
    };
    let own_name = format!("config/{environment}.toml");
    let mut files = Vec::new();
    let mut on_disk = |name: &str| {
        let layer = read(directory, name, faults);
        files.extend(layer.is_some().then(|| name.to_owned()));
        layer
    };
    let layers = [
        Some(parse("config/default.toml", DEFAULT, faults)),
        on_disk("config/default.toml"),
        Some(parse(&own_name, own, faults)),
        on_disk(&own_name),
        on_disk("config/local.toml"),
        Some(Layer(variables::layer(variables, faults))),
    ];
    let builder = layers
        .into_iter()
        .flatten()
        .fold(Config::builder(), |builder, layer| builder.add_source(layer));
    match builder.build().map(|merged| merged.cache.kind) {
        Ok(ValueKind::Table(table)) => (table, files),
        Ok(_) => (Table::new(), files),
        Err(error) => {
            faults.add(
                "config",
                None,
                Wrong::new(format!("cannot be merged ({error})"), "look at its files"),
            );
            (Table::new(), files)
        }
    }
}

/// A file on disk, if it is there.
fn read(directory: &Path, name: &str, faults: &Faults) -> Option<Layer> {
    match fs::read_to_string(directory.join(name)) {
        Ok(text) => Some(parse(name, &text, faults)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => {
            let problem = format!("cannot be read ({error})");
            faults.add(
                name,
                None,
                Wrong::new(problem, "make it a readable UTF-8 file, or remove it"),
            );
            None
        }
    }
}

fn parse(name: &str, text: &str, faults: &Faults) -> Layer {
    match FileFormat::Toml.parse(Some(&name.to_owned()), text) {
        Ok(table) => Layer(known(name, table, faults)),
        Err(error) => {
            let problem = format!("is not valid TOML ({})", without_excerpt(&error.to_string()));
            faults.add(name, None, Wrong::new(problem, "correct it there"));
            Layer(Table::new())
        }
    }
}

/// The parser's message without its picture of the line, which may show a secret that was put there by mistake.
fn without_excerpt(message: &str) -> String {
    let lines = message.lines().filter(|line| !line.contains('|'));
    lines.map(str::trim).collect::<Vec<_>>().join(": ")
}

/// Keeps the known keys of a file, and reports the others.
fn known(file: &str, table: Table, faults: &Faults) -> Table {
    let mut kept = Table::new();
    for (section, value) in table.into_iter().collect::<BTreeMap<_, _>>() {
        let add = |key: String, wrong| faults.add(key, Some(file.to_owned()), wrong);
        match value.kind {
            _ if !keys::is_section(&section) => {
                let meant = keys::nearest_section(&section).map(|near| format!("[{near}]"));
                add(section.clone(), unknown(&section, meant));
            }
            ValueKind::Table(entries) => {
                let (good, bad): (BTreeMap<_, _>, BTreeMap<_, _>) =
                    entries.into_iter().partition(|(key, _)| keys::is_key(&section, key));
                for key in bad.into_keys() {
                    let meant = keys::nearest_key(&section, &key).map(|(section, key)| format!("{section}.{key}"));
                    let path = format!("{section}.{key}");
                    add(path.clone(), unknown(&path, meant));
                }
                kept.insert(section, Value::new(None, good.into_iter().collect::<Table>()));
            }
            _ => {
                let remedy = format!("write [{section}] on a line of its own and its keys below");
                add(section, Wrong::new("is not a table", remedy));
            }
        }
    }
    kept
}

/// A key that does not exist. Its value is not shown: it may be a secret.
fn unknown(path: &str, meant: Option<String>) -> Wrong {
    if let Some(secret) = super::secrets::name_of(path) {
        let remedy = format!("set the variable {secret} or {secret}_FILE instead");
        return Wrong::new("is a secret, which comes from the environment only", remedy);
    }
    let remedy = match meant {
        Some(meant) => format!("did you mean {meant}?"),
        None => "remove it".to_owned(),
    };
    Wrong::new("is not a known key", remedy)
}
