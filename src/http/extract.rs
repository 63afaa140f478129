//! What handlers take from a request by naming it among their arguments.

mod current_fan;
mod next;

pub use current_fan::CurrentFan;
pub use next::Next;
