//! Extractors: what handlers get from a request as arguments.

mod current_fan;
mod language;
mod next;

pub use current_fan::CurrentFan;
pub use language::Language;
pub use next::Next;
