//! What must hold for any bytes. `fuzz/fuzz_targets` includes these files too.

pub mod callback;
pub mod cookies;
pub mod next_path;
pub mod pictures;
pub mod platform_json;
pub mod push_envelope;
pub mod push_xml;
pub mod replies_file;
pub mod settings_files;
