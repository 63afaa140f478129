//! Extractors: what handlers get from a request as arguments.

mod caller;
mod current_fan;
mod language;
mod next;
mod relay_caller;

pub use caller::{Authenticated, Credentials, credentials};
pub use current_fan::CurrentFan;
pub use language::Language;
pub use next::Next;
pub use relay_caller::RelayCaller;
