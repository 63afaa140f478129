//! A fan's own page, and what an erasure looks like before and after.

mod delete;
mod kept;
mod page;
mod receipt;

pub use delete::DeletePage;
pub use page::{KeptOfFan, MePage};
pub use receipt::{ReceiptFile, ReceiptPage};
