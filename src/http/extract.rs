//! Extractors: what handlers get from a request as arguments.

mod caller;
mod current_fan;
mod language;
mod next;

pub use caller::Authenticated;
pub use current_fan::CurrentFan;
pub use language::Language;
pub use next::Next;
