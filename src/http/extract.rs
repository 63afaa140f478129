//! Extractors: what handlers get from a request as arguments.

mod current_fan;
mod next;

pub use current_fan::CurrentFan;
pub use next::Next;
