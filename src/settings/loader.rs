//! Reads the layers of the settings and provides their sections. It knows no section by name.

mod dotenv;
mod known_keys;
mod layers;
mod merged_layers;
mod section;
mod source;
mod unknown;
mod variables;

pub use self::source::Source;
pub(super) use self::{
    known_keys::KnownKeys,
    layers::merge,
    merged_layers::MergedLayers,
    section::{Section, string},
};
